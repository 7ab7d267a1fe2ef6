//! Counting: one statement for all that questions find, one stream for what only normal forms can tell.

use std::collections::{BTreeMap, HashMap};

use db::Arg;
use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::records::{Object, ask, columns};
use foundation::{App, Operation, Reader};
use jiff::civil::Date;
use kernel::object::FieldType;
use kernel::{Id, Result, Time};
use serde_json::{Value as Json, json};

use super::judge::{self, Around};
use super::measures::{self, Found, Measure};
use super::queries::{self, Figure};
use super::rules::OwnRule;
use crate::matching::review;

/// Records of one part of the stream.
const PART: i64 = 10_000;
/// Records kept of one fault of one figure; the figure itself counts all.
const KEPT: usize = 2_000;
/// What is counted beside the records that stand in them.
pub const OPEN_PAIRS: &str = "open_pairs";
/// A measuring that was begun so long ago and not finished was given up.
const GIVEN_UP_MS: i64 = 60 * 60 * 1000;
/// Days of which every figure is kept.
const DAYS_KEPT: i64 = 400;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Measures everything, in a job.
pub struct MeasureWork;

impl MeasureWork {
    pub const KIND: &'static str = "quality.measure";
}

impl Work for MeasureWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let first = job.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let lease = job.lease;
        let records = whole(app, first, &|| job.go_on(), &move |op: &mut Operation, done| {
            jobs::advance(op, lease, &done.to_string(), i64::try_from(done).unwrap_or(0))
        })?;
        Ok(json!({ "records": records }))
    }
}

/// Starts a measuring, for an administrator.
pub fn start(op: &mut Operation) -> Result<Status> {
    op.who.need_admin()?;
    let objects = op.catalogue.objects().iter().filter(|object| measures::is_measured(&object.def)).count();
    jobs::enqueue(op, MeasureWork::KIND, json!({}), i64::try_from(objects).unwrap_or(0))
}

/// Measures if nobody has done so today, and looks for households.
pub fn daily(app: &App) -> Result<()> {
    let system = Principal::system("quality");
    let day = day_of(app.now()).to_string();
    let claimed = app.write_now(&system, move |op| {
        let before = Time(op.now.0.saturating_sub(GIVEN_UP_MS));
        queries::claim(op, &day, before)
    })?;
    if claimed {
        whole(app, 0, &|| Ok(()), &|_, _| Ok(()))?;
        crate::households::all(app)?;
    }
    Ok(())
}

/// The day of a moment, in UTC.
pub fn day_of(now: Time) -> Date {
    let at = jiff::Timestamp::from_millisecond(now.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

type GoOn<'a> = &'a dyn Fn() -> Result<()>;

/// All objects from the `first` on; `done` is told of each in the transaction that writes its figures down.
fn whole<D>(app: &App, first: usize, go_on: GoOn<'_>, done: &D) -> Result<i64>
where
    D: Fn(&mut Operation, usize) -> Result<()> + Clone + Send + 'static,
{
    let system = Principal::system("quality");
    let day = day_of(app.now());
    let (objects, rules) =
        app.read_now(&system, |reader| Ok((reader.catalogue.objects().to_vec(), queries::rules(reader)?)))?;
    let measured: Vec<_> = objects.into_iter().filter(|object| measures::is_measured(&object.def)).collect();
    let mut records = 0;
    for (place, object) in measured.iter().enumerate().skip(first) {
        let counted = of_object(app, &system, object, &rules, day, go_on)?;
        records += counted.records;
        let (name, day, done) = (object.def.name.clone(), day.to_string(), done.clone());
        app.write_now(&system, move |op| {
            queries::put(op, &name, &day, &counted.figures, &counted.findings)?;
            done(op, place + 1)
        })?;
    }
    let (day, since) = (day.to_string(), day_of(Time(app.now().0.saturating_sub(DAYS_KEPT * DAY_MS))).to_string());
    app.write_now(&system, move |op| {
        queries::forget_before(op, &since)?;
        queries::finished(op, &day, records)
    })?;
    Ok(records)
}

struct Counted {
    records: i64,
    figures: Vec<Figure>,
    findings: Vec<(String, Id, &'static str)>,
}

/// Looked at and at fault, by source; the whole stands under the empty source.
type BySource = BTreeMap<String, (i64, i64)>;

fn of_object(
    app: &App,
    system: &Principal,
    object: &Object,
    rules: &[OwnRule],
    day: Date,
    go_on: GoOn<'_>,
) -> Result<Counted> {
    let measures = measures::of(object, rules);
    let mut counts: BTreeMap<&str, BySource> = BTreeMap::new();
    let mut findings = Vec::new();
    let mut faults: BTreeMap<(&str, &'static str), i64> = BTreeMap::new();
    let records =
        app.read_now(system, |reader| asked(reader, object, &measures, &mut counts, &mut faults, &mut findings))?;
    let mut after = Id::NIL;
    let looks = LookedAt::new(object, &measures);
    while !looks.fields.is_empty() && records > 0 {
        go_on()?;
        let next = app.read_now(system, |reader| {
            looks.part(reader, object, after, day, &mut counts, &mut faults, &mut findings)
        })?;
        let Some(next) = next else { break };
        after = next;
    }
    let mut figures = Vec::new();
    for measure in &measures {
        let Some(by_source) = counts.get(measure.key.as_str()) else { continue };
        let detail: serde_json::Map<String, Json> = faults
            .iter()
            .filter(|((key, _), _)| *key == measure.key)
            .map(|((_, fault), count)| ((*fault).to_string(), json!(count)))
            .collect();
        for (source, (looked, faulty)) in by_source {
            let whole = source.is_empty() && !detail.is_empty();
            figures.push(Figure {
                day: day.to_string(),
                object: object.def.name.clone(),
                source: source.clone(),
                measure: measure.key.clone(),
                looked: *looked,
                faulty: *faulty,
                weight: measure.weight,
                severity: measure.severity,
                detail: whole.then(|| Json::Object(detail.clone()).to_string()),
            });
        }
    }
    Ok(Counted { records, figures, findings })
}

fn add(counts: &mut BySource, source: &str, looked: i64, faulty: i64) {
    let whole = counts.entry(String::new()).or_default();
    (whole.0, whole.1) = (whole.0 + looked, whole.1 + faulty);
    if !source.is_empty() {
        let part = counts.entry(source.to_string()).or_default();
        (part.0, part.1) = (part.0 + looked, part.1 + faulty);
    }
}

/// Of the records that a source fed; the whole is counted without them.
fn add_fed(counts: &mut BySource, source: Id, looked: i64, faulty: i64) {
    let part = counts.entry(source.to_string()).or_default();
    (part.0, part.1) = (part.0 + looked, part.1 + faulty);
}

/// The column that says where a record came from, as people choose it.
fn source_column(object: &Object) -> Option<&str> {
    let position = object.def.position("source")?;
    object.field(position).filter(|field| matches!(field.kind, FieldType::Choice { .. }))?;
    object.columns_of(position).first().map(|column| column.name.as_str())
}

/// All that a condition on a row finds, in one statement; answers how many records there are.
fn asked<'m>(
    reader: &mut Reader,
    object: &Object,
    measures: &'m [Measure],
    counts: &mut BTreeMap<&'m str, BySource>,
    faults: &mut BTreeMap<(&'m str, &'static str), i64>,
    findings: &mut Vec<(String, Id, &'static str)>,
) -> Result<i64> {
    let mut args: Vec<Arg> = Vec::new();
    let mut sums = Vec::new();
    let mut counted: Vec<&Measure> = Vec::new();
    for measure in measures {
        let condition = match &measure.found {
            Found::Question(text) => match ask::filter(reader, object, text) {
                Ok(checked) => ask::compile(reader, &checked, &mut args),
                Err(fault) => {
                    // A field that a rule names may be gone; the rule stays, to be mended by who wrote it.
                    tracing::warn!(measure = measure.key, %fault, "a rule of data quality cannot be asked any more");
                    continue;
                }
            },
            Found::BrokenLink(position) => match broken(reader, object, *position) {
                Some(condition) => condition,
                None => continue,
            },
            Found::Pairs => match review::waiting(reader, object, &mut args)? {
                Some((condition, pairs)) => {
                    if pairs > 0 {
                        faults.insert((measure.key.as_str(), OPEN_PAIRS), pairs);
                    }
                    condition
                }
                None => continue,
            },
            Found::Looking(..) => continue,
        };
        sums.push(format!("sum(case when {condition} then 1 else 0 end)"));
        counted.push(measure);
    }
    let table = &object.def.table;
    let columns = std::iter::once("count(*)".to_string()).chain(sums).collect::<Vec<_>>().join(", ");
    let sql = match source_column(object) {
        Some(source) => format!(
            "select coalesce(r.{source}, ''), {columns} from {table} r where r.deleted_at is null group by coalesce(r.{source}, '')"
        ),
        None => format!("select '', {columns} from {table} r where r.deleted_at is null"),
    };
    let mut records = 0;
    for row in reader.tx.query(&sql, &args)? {
        let (source, looked) = (row.text(0).to_string(), row.int(1));
        records += looked;
        for (place, measure) in counted.iter().enumerate() {
            add(counts.entry(measure.key.as_str()).or_default(), &source, looked, row.int(place + 2));
        }
    }
    // The same by the sources that fed the records; what fed one that was joined to another feeds that other.
    args.push(Arg::text(object.def.name.as_str()));
    let sql = format!(
        "select x.source, {columns} from (select distinct w.source, coalesce(a.party, w.record) as record from source_row w \
         left join party_alias a on a.alias = w.record where w.object = ${} and w.gone_at is null) x \
         join {table} r on r.id = x.record where r.deleted_at is null group by x.source",
        args.len()
    );
    for row in reader.tx.query(&sql, &args)? {
        for (place, measure) in counted.iter().enumerate() {
            let by_source = counts.entry(measure.key.as_str()).or_default();
            add_fed(by_source, row.id(0), row.int(1), row.int(place + 2));
        }
    }
    for measure in counted {
        let faulty = counts.get(measure.key.as_str()).and_then(|by| by.get("")).map_or(0, |(_, faulty)| *faulty);
        let mut args = Vec::new();
        let (condition, fault) = match &measure.found {
            Found::BrokenLink(position) => (broken(reader, object, *position), ""),
            Found::Pairs => (review::waiting(reader, object, &mut args)?.map(|(condition, _)| condition), OPEN_PAIRS),
            Found::Question(_) | Found::Looking(..) => continue,
        };
        let Some(condition) = condition.filter(|_| faulty > 0) else { continue };
        let sql =
            format!("select r.id from {table} r where r.deleted_at is null and {condition} order by r.id limit {KEPT}");
        let rows = reader.tx.query(&sql, &args)?;
        findings.extend(rows.iter().map(|row| (measure.key.clone(), row.id(0), fault)));
    }
    Ok(records)
}

/// That a link leads to nothing, or into the bin.
fn broken(reader: &Reader, object: &Object, position: usize) -> Option<String> {
    let column = &object.columns_of(position).first()?.name;
    let target = reader.catalogue.named(object.field(position)?.kind.target()?)?;
    let target = &target.def.table;
    Some(format!(
        "(r.{column} is not null and not exists (select 1 from {target} t where t.id = r.{column} and t.deleted_at is null))"
    ))
}

/// The fields whose values are looked at one by one.
struct LookedAt<'m> {
    /// Measure, position of the field, how it is looked at, its first column in the row.
    fields: Vec<(&'m Measure, usize, judge::Looks, usize)>,
    select: String,
    /// The column of the row that names the country.
    country: Option<usize>,
}

impl<'m> LookedAt<'m> {
    fn new(object: &Object, measures: &'m [Measure]) -> LookedAt<'m> {
        let mut select = vec!["r.id".to_string()];
        select.push(source_column(object).map_or("''".to_string(), |column| format!("coalesce(r.{column}, '')")));
        let mut fields = Vec::new();
        for measure in measures {
            let Found::Looking(position, looks) = &measure.found else { continue };
            fields.push((measure, *position, *looks, select.len()));
            select.extend(object.columns_of(*position).iter().map(|column| format!("r.{}", column.name)));
        }
        let address = object.def.fields.iter().position(|field| matches!(field.kind, FieldType::Address));
        let country = address.and_then(|position| object.columns_of(position).last()).map(|column| {
            select.push(format!("r.{}", column.name));
            select.len() - 1
        });
        LookedAt { fields, select: select.join(", "), country }
    }

    /// Looks at the records behind `after`; answers the last of them, none if there was none.
    #[expect(clippy::too_many_arguments, reason = "what is counted goes on from part to part")]
    fn part(
        &self,
        reader: &mut Reader,
        object: &Object,
        after: Id,
        today: Date,
        counts: &mut BTreeMap<&'m str, BySource>,
        faults: &mut BTreeMap<(&'m str, &'static str), i64>,
        findings: &mut Vec<(String, Id, &'static str)>,
    ) -> Result<Option<Id>> {
        let sql = format!(
            "select {} from {} r where r.id > $1 and r.deleted_at is null order by r.id limit {PART}",
            self.select, object.def.table
        );
        let fed = fed(reader, object, after)?;
        let mut last = None;
        reader.tx.each(&sql, &[after.into()], |row| {
            let id = row.id(0);
            last = Some(id);
            let source = row.text(1);
            let sources = fed.get(&id).map_or(&[][..], Vec::as_slice);
            let around = Around { country: self.country.map_or("", |column| row.text(column)), today };
            for (measure, position, looks, column) in &self.fields {
                let Some(field) = object.field(*position) else { continue };
                let value = columns::read(field, &row, *column);
                if value.is_null() {
                    continue;
                }
                let (found, _) = judge::judge(*looks, &value, around);
                let by_source = counts.entry(measure.key.as_str()).or_default();
                add(by_source, source, 1, i64::from(!found.is_empty()));
                for source in sources {
                    add_fed(by_source, *source, 1, i64::from(!found.is_empty()));
                }
                for fault in found {
                    let count = faults.entry((measure.key.as_str(), fault.code())).or_default();
                    *count += 1;
                    if usize::try_from(*count).unwrap_or(usize::MAX) <= KEPT {
                        findings.push((measure.key.clone(), id, fault.code()));
                    }
                }
            }
            Ok(true)
        })?;
        Ok(last)
    }
}

/// The sources that feed the records of the part behind `after`.
fn fed(reader: &mut Reader, object: &Object, after: Id) -> Result<HashMap<Id, Vec<Id>>> {
    let any = "select 1 from source_row where object = $1 limit 1";
    if reader.tx.one(any, &[object.def.name.as_str().into()])?.is_none() {
        return Ok(HashMap::new());
    }
    let part = format!(
        "select r.id from {} r where r.id > $1 and r.deleted_at is null order by r.id limit {PART}",
        object.def.table
    );
    let last = format!("select x.id from ({part}) x order by x.id desc limit 1");
    let Some(last) = reader.tx.one(&last, &[after.into()])?.map(|row| row.id(0)) else { return Ok(HashMap::new()) };
    let sql = "select record, source from source_row where record > $1 and record <= $2 and object = $3 and gone_at is null \
               union select a.party, w.source from party_alias a join source_row w on w.record = a.alias \
               where a.party > $1 and a.party <= $2 and w.object = $3 and w.gone_at is null";
    let args = [after.into(), last.into(), object.def.name.as_str().into()];
    let mut fed: HashMap<Id, Vec<Id>> = HashMap::new();
    for row in reader.tx.query(sql, &args)? {
        fed.entry(row.id(0)).or_default().push(row.id(1));
    }
    Ok(fed)
}
