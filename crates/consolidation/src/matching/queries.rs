//! The tables `match_model`, `match_pair` and `match_key`.

use std::collections::HashMap;

use db::{Arg, Kind, OnConflict, Row};
use foundation::records::record::{CHUNK, id_list};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time};

use super::engine::model::Model;
use super::settings::{Figures, Settings};

/// A pair as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub id: Id,
    pub a: Id,
    pub b: Id,
    /// Evidence, the prior in it.
    pub bits: f64,
    pub levels: u64,
    pub state: String,
    pub verdict: Option<String>,
    pub found_at: Time,
    pub decided_at: Option<Time>,
    pub decided_by: Option<Id>,
    pub merge: Option<Id>,
    pub ask: i64,
}

const PAIR: &str =
    "select id, a, b, bits, levels, state, verdict, found_at, decided_at, decided_by, merge, ask from match_pair";

impl Pair {
    fn from_row(row: &Row) -> Pair {
        Pair {
            id: row.id(0),
            a: row.id(1),
            b: row.id(2),
            bits: row.int(3) as f64 / 1000.0,
            levels: row.int(4).cast_unsigned(),
            state: row.text(5).to_string(),
            verdict: row.opt_text(6).map(str::to_string),
            found_at: row.time(7),
            decided_at: row.opt_time(8),
            decided_by: row.opt_id(9),
            merge: row.opt_id(10),
            ask: row.int(11),
        }
    }
}

/// A pair that a run or an arrival found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    pub a: Id,
    pub b: Id,
    pub bits: f64,
    pub levels: u64,
}

impl Found {
    /// The lower id first.
    pub fn new(a: Id, b: Id, bits: f64, levels: u64) -> Found {
        Found { a: a.min(b), b: a.max(b), bits, levels }
    }

    fn milli(&self) -> i64 {
        (self.bits * 1000.0).round() as i64
    }

    /// How much an answer teaches: the uncertainty of the pair, in millionths of a bit (Shannon's entropy).
    fn ask(&self) -> i64 {
        let p = super::engine::model::probability(self.bits);
        let part = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
        ((part(p) + part(1.0 - p)) * 1e6).round() as i64
    }
}

pub fn settings(reader: &mut Reader, object: &str) -> Result<Settings> {
    let row = reader.tx.one("select settings from match_model where object = $1", &[object.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.text(0)).ok()).unwrap_or_default())
}

pub fn keep_settings(op: &mut Operation, object: &str, settings: &Settings) -> Result<()> {
    let text = serde_json::to_string(settings).map_err(Error::internal)?;
    op.tx.execute(
        "insert into match_model (object, settings, changes) values ($1, $2, 0) \
         on conflict (object) do update set settings = excluded.settings",
        &[object.into(), text.into()],
    )?;
    Ok(())
}

/// The model of an object and when it was learned.
pub fn model(reader: &mut Reader, object: &str) -> Result<Option<(Model, Time)>> {
    let row = reader.tx.one("select model, learned_at from match_model where object = $1", &[object.into()])?;
    Ok(row.and_then(|row| Some((serde_json::from_str(row.opt_text(0)?).ok()?, row.opt_time(1)?))))
}

/// When the model of an object was learned, and how much has changed since.
pub fn learned(reader: &mut Reader, object: &str) -> Result<Option<(Time, i64)>> {
    let sql = "select learned_at, changes from match_model where object = $1";
    Ok(reader.tx.one(sql, &[object.into()])?.and_then(|row| Some((row.opt_time(0)?, row.int(1)))))
}

pub fn figures(reader: &mut Reader, object: &str) -> Result<Option<Figures>> {
    let row = reader.tx.one("select figures from match_model where object = $1", &[object.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.opt_text(0)?).ok()))
}

pub fn keep_model(op: &mut Operation, object: &str, model: &Model, figures: &Figures) -> Result<()> {
    let text = |json: serde_json::Result<String>| json.map_err(Error::internal);
    let (model, figures) = (text(serde_json::to_string(model))?, text(serde_json::to_string(figures))?);
    let settings = text(serde_json::to_string(&Settings::default()))?;
    let now = op.now;
    op.tx.execute(
        "insert into match_model (object, settings, model, figures, learned_at, changes) values ($1, $2, $3, $4, $5, 0) \
         on conflict (object) do update set model = excluded.model, figures = excluded.figures, \
         learned_at = excluded.learned_at, changes = 0",
        &[object.into(), settings.into(), model.into(), figures.into(), now.into()],
    )?;
    Ok(())
}

pub fn count_changes(op: &mut Operation, object: &str, more: i64) -> Result<()> {
    op.tx.execute("update match_model set changes = changes + $2 where object = $1", &[object.into(), more.into()])?;
    Ok(())
}

/// What people decided, as the levels of the pair and whether it was the same.
pub fn decided(reader: &mut Reader, object: &str) -> Result<Vec<(u64, bool)>> {
    let sql = "select levels, state from match_pair where object = $1 and state in ('same', 'different') and levels <> 0 \
               order by id limit 50000";
    let rows = reader.tx.query(sql, &[object.into()])?;
    Ok(rows.iter().map(|row| (row.int(0).cast_unsigned(), row.text(1) == "same")).collect())
}

/// All pairs of an object, by their records: state and evidence.
pub fn all(reader: &mut Reader, object: &str) -> Result<HashMap<(Id, Id), (String, i64)>> {
    let mut found = HashMap::new();
    reader.tx.each("select a, b, state, bits from match_pair where object = $1", &[object.into()], |row| {
        found.insert((row.id(0), row.id(1)), (row.text(2).to_string(), row.int(3)));
        Ok(true)
    })?;
    Ok(found)
}

/// Marks of an object, each record as who it is now.
pub fn apart(reader: &mut Reader, object: &str) -> Result<Vec<(Id, Id)>> {
    let sql = "select coalesce(x.party, p.a), coalesce(y.party, p.b) from match_pair p \
               left join party_alias x on x.alias = p.a left join party_alias y on y.alias = p.b \
               where p.object = $1 and p.state = 'different'";
    Ok(reader.tx.query(sql, &[object.into()])?.iter().map(|row| (row.id(0), row.id(1))).collect())
}

const COLUMNS: [(&str, Kind); 9] = [
    ("id", Kind::Id),
    ("object", Kind::Text),
    ("a", Kind::Id),
    ("b", Kind::Id),
    ("bits", Kind::Int),
    ("levels", Kind::Int),
    ("ask", Kind::Int),
    ("state", Kind::Text),
    ("found_at", Kind::Int),
];

/// Keeps new pairs; of those that are there already, open ones get the new evidence.
pub fn put(op: &mut Operation, object: &str, found: &[Found]) -> Result<()> {
    let now = op.now;
    let rows = found
        .iter()
        .map(|pair| {
            vec![
                Id::at(now.0).into(),
                object.into(),
                pair.a.into(),
                pair.b.into(),
                pair.milli().into(),
                pair.levels.cast_signed().into(),
                pair.ask().into(),
                "open".into(),
                now.into(),
            ]
        })
        .collect();
    op.tx.insert("match_pair", &COLUMNS, rows, OnConflict::Skip)?;
    let sets: Vec<Vec<Arg>> = found
        .iter()
        .map(|pair| {
            let (levels, ask) = (pair.levels.cast_signed(), pair.ask());
            vec![pair.a.into(), pair.b.into(), pair.milli().into(), levels.into(), ask.into()]
        })
        .collect();
    op.tx.execute_many(
        "update match_pair set bits = $3, levels = $4, ask = $5 where a = $1 and b = $2 and state = 'open' and bits <> $3",
        &sets,
    )?;
    Ok(())
}

/// Open pairs that are not found any more.
pub fn drop_open(op: &mut Operation, pairs: &[(Id, Id)]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = pairs.iter().map(|(a, b)| vec![(*a).into(), (*b).into()]).collect();
    op.tx.execute_many("delete from match_pair where a = $1 and b = $2 and state = 'open'", &sets)?;
    Ok(())
}

pub fn pair(reader: &mut Reader, object: &str, id: Id) -> Result<Pair> {
    let row = reader.tx.one(&format!("{PAIR} where id = $1 and object = $2"), &[id.into(), object.into()])?;
    row.map(|row| Pair::from_row(&row)).ok_or(Error::NotFound)
}

/// In which order pairs are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Most to learn first.
    Ask,
    /// Most likely the same first.
    Likely,
}

/// Pairs in a state, a part behind a pair's place.
pub fn queue(
    reader: &mut Reader,
    object: &str,
    state: &str,
    order: Order,
    from: f64,
    after: Option<(i64, Id)>,
    limit: i64,
) -> Result<Vec<Pair>> {
    let column = match order {
        Order::Ask => "ask",
        Order::Likely => "bits",
    };
    let least = (from * 1000.0).round() as i64;
    let mut args: Vec<Arg> = vec![object.into(), state.into(), least.into(), limit.into()];
    let behind = match after {
        Some((place, id)) => {
            args.extend([place.into(), id.into()]);
            format!("and ({column}, id) < ($5, $6)")
        }
        None => String::new(),
    };
    let sql = format!(
        "{PAIR} where object = $1 and state = $2 and bits >= $3 {behind} order by {column} desc, id desc limit $4"
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(Pair::from_row).collect())
}

/// How many pairs are in each state; open ones from a probability on.
pub fn counts(reader: &mut Reader, object: &str, from_bits: f64) -> Result<Vec<(String, i64)>> {
    let least = (from_bits * 1000.0).round() as i64;
    let sql =
        "select state, count(*) from match_pair where object = $1 and (state <> 'open' or bits >= $2) group by state";
    let rows = reader.tx.query(sql, &[object.into(), least.into()])?;
    Ok(rows.iter().map(|row| (row.text(0).to_string(), row.int(1))).collect())
}

/// Pairs of a record that are open, most likely first.
pub fn open_of(reader: &mut Reader, object: &str, record: Id, from_bits: f64) -> Result<Vec<Pair>> {
    let least = (from_bits * 1000.0).round() as i64;
    let sql = format!(
        "{PAIR} where object = $1 and (a = $2 or b = $2) and state in ('open', 'second') and bits >= $3 \
         order by bits desc, id limit 20"
    );
    Ok(reader.tx.query(&sql, &[object.into(), record.into(), least.into()])?.iter().map(Pair::from_row).collect())
}

/// That the record `r` stands in a pair that waits for an answer, as a condition; the other record is still there.
pub fn is_in_open_pair(object: &str, table: &str, from_bits: f64, args: &mut Vec<Arg>) -> String {
    args.extend([object.into(), ((from_bits * 1000.0).round() as i64).into()]);
    let (name, least) = (args.len() - 1, args.len());
    let side = |one: &str, other: &str| {
        format!(
            "select p.{one} from match_pair p join {table} o on o.id = p.{other} and o.deleted_at is null \
             where p.object = ${name} and p.state in ('open', 'second') and p.bits >= ${least}"
        )
    };
    format!("r.id in ({} union all {})", side("a", "b"), side("b", "a"))
}

/// How many pairs wait for an answer, both of whose records are still there.
pub fn open_pairs(reader: &mut Reader, object: &str, table: &str, from_bits: f64) -> Result<i64> {
    let least = (from_bits * 1000.0).round() as i64;
    let sql = format!(
        "select count(*) from match_pair p join {table} a on a.id = p.a and a.deleted_at is null \
         join {table} b on b.id = p.b and b.deleted_at is null \
         where p.object = $1 and p.state in ('open', 'second') and p.bits >= $2"
    );
    Ok(reader.tx.one(&sql, &[object.into(), least.into()])?.map_or(0, |row| row.int(0)))
}

/// Open pairs of an object with at least so much evidence: for joining many at once.
pub fn open_from(reader: &mut Reader, object: &str, from_bits: f64) -> Result<Vec<Pair>> {
    let least = (from_bits * 1000.0).round() as i64;
    let sql = format!("{PAIR} where object = $1 and state = 'open' and bits >= $2");
    let mut found = Vec::new();
    reader.tx.each(&sql, &[object.into(), least.into()], |row| {
        found.push(Pair::from_row(&row));
        Ok(true)
    })?;
    Ok(found)
}

/// What somebody decided of a pair.
pub struct Decision<'a> {
    pub state: &'a str,
    pub verdict: Option<&'a str>,
    pub second: bool,
    pub merge: Option<Id>,
}

pub fn decide(op: &mut Operation, id: Id, decision: &Decision) -> Result<()> {
    let (now, by) = (op.now, op.who.user);
    let who = if decision.second { "seconded_by" } else { "decided_by" };
    op.tx.execute(
        &format!(
            "update match_pair set state = $2, verdict = $3, decided_at = $4, {who} = $5, merge = $6 where id = $1"
        ),
        &[id.into(), decision.state.into(), decision.verdict.into(), now.into(), by.into(), decision.merge.into()],
    )?;
    Ok(())
}

/// A pair is open again.
pub fn reopen(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute(
        "update match_pair set state = 'open', verdict = null, decided_at = null, decided_by = null, seconded_by = null, \
         merge = null where id = $1",
        &[id.into()],
    )?;
    Ok(())
}

/// Asked later than others.
pub fn put_off(op: &mut Operation, id: Id) -> Result<()> {
    op.tx.execute("update match_pair set ask = ask / 4 where id = $1", &[id.into()])?;
    Ok(())
}

/// Keeps the mark that two records are different, whatever was thought of them before.
pub fn mark_different(op: &mut Operation, object: &str, a: Id, b: Id) -> Result<()> {
    let (now, by) = (op.now, op.who.user);
    let (a, b) = (a.min(b), a.max(b));
    op.tx.execute(
        "insert into match_pair (id, object, a, b, bits, levels, ask, state, verdict, found_at, decided_at, decided_by) \
         values ($1, $2, $3, $4, 0, 0, 0, 'different', 'different', $5, $5, $6) \
         on conflict (a, b) do update set state = 'different', verdict = 'different', decided_at = excluded.decided_at, \
         decided_by = excluded.decided_by, merge = null",
        &[Id::at(now.0).into(), object.into(), a.into(), b.into(), now.into(), by.into()],
    )?;
    Ok(())
}

/// Whether any record of one side is marked as different from any of the other.
pub fn is_any_different(reader: &mut Reader, left: &[Id], right: &[Id]) -> Result<bool> {
    for chunk in left.chunks(CHUNK) {
        for other in right.chunks(CHUNK) {
            let mut args = Vec::new();
            let one = id_list(chunk, &mut args);
            let two = id_list(other, &mut args);
            let sql = format!(
                "select 1 from match_pair where state = 'different' and \
                 ((a in ({one}) and b in ({two})) or (a in ({two}) and b in ({one}))) limit 1"
            );
            if reader.tx.one(&sql, &args)?.is_some() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Records under these keys, a few of each.
pub fn under_keys(reader: &mut Reader, keys: &[i64], each: i64) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for key in keys {
        let sql = "select record from match_key where key = $1 limit $2";
        found.extend(reader.tx.query(sql, &[(*key).into(), each.into()])?.iter().map(|row| row.id(0)));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// A part of the keys behind a place, in their order.
pub fn keys_after(reader: &mut Reader, after: (i64, Id), limit: i64) -> Result<Vec<(i64, Id)>> {
    let sql = "select key, record from match_key where (key, record) > ($1, $2) order by key, record limit $3";
    let rows = reader.tx.query(sql, &[after.0.into(), after.1.into(), limit.into()])?;
    Ok(rows.iter().map(|row| (row.int(0), row.id(1))).collect())
}

pub fn put_keys(op: &mut Operation, keys: &[(i64, Id)]) -> Result<()> {
    let rows = keys.iter().map(|(key, record)| vec![(*key).into(), (*record).into()]).collect();
    op.tx.insert("match_key", &[("key", Kind::Int), ("record", Kind::Id)], rows, OnConflict::Skip)?;
    Ok(())
}

pub fn drop_keys(op: &mut Operation, keys: &[(i64, Id)]) -> Result<()> {
    let sets: Vec<Vec<Arg>> = keys.iter().map(|(key, record)| vec![(*key).into(), (*record).into()]).collect();
    op.tx.execute_many("delete from match_key where key = $1 and record = $2", &sets)?;
    Ok(())
}

/// Leaves nothing of these records.
pub fn forget(op: &mut Operation, records: &[Id]) -> Result<()> {
    for chunk in records.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        op.tx.execute(&format!("delete from match_key where record in ({list})"), &args)?;
        op.tx.execute(&format!("delete from match_pair where a in ({list}) or b in ({list})"), &args)?;
    }
    Ok(())
}
