//! Quotas, what was won, and who is whose, as the caller may see them.

use std::collections::{BTreeMap, BTreeSet};

use db::Arg;
use foundation::access::Action;
use foundation::company::currencies::Rates;
use foundation::records::{Object, ask, figures};
use foundation::{Operation, Reader};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Currency, Error, Id, Money, Result, Time};

use super::period::{Period, Unit};
use super::{Measure, QUOTA, Whose};

/// A quota as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub id: Id,
    pub whose: Whose,
    pub of: Id,
    pub period: Period,
    /// Minor units, or deals.
    pub value: i64,
    pub currency: Option<Currency>,
}

/// Quotas by whose they are, in one currency.
#[derive(Debug, Default)]
pub struct Planned {
    pub kept: BTreeMap<(Whose, Id, Period), Id>,
    pub values: BTreeMap<(Whose, Id), BTreeMap<Period, i64>>,
    /// Amounts in a currency for which there is no rate.
    pub without_rate: i64,
}

impl Planned {
    /// Those that the caller may see, of periods that touch these days.
    pub fn load(reader: &mut Reader, measure: Measure, from: Date, to: Date, rates: &Rates) -> Result<Planned> {
        let mut planned = Planned::default();
        let today = reader.now.date();
        for quota in quotas(reader, measure, from, to)? {
            let value = match quota.currency.filter(|_| measure == Measure::Revenue) {
                None => Some(quota.value),
                Some(currency) => rates
                    .in_company(Money::new(quota.value, currency), quota.period.first().min(today))
                    .map(|money| money.amount),
            };
            planned.kept.insert((quota.whose, quota.of, quota.period), quota.id);
            match value {
                Some(value) => {
                    planned.values.entry((quota.whose, quota.of)).or_default().insert(quota.period, value);
                }
                None => planned.without_rate += 1,
            }
        }
        Ok(planned)
    }
}

/// Quotas that the caller may see; a year's lie on the days of its months and quarters.
fn quotas(reader: &mut Reader, measure: Measure, from: Date, to: Date) -> Result<Vec<Kept>> {
    let object = reader.object(QUOTA)?;
    let access = reader.who.access.on(QUOTA);
    if !access.allows(Action::Read) || access.hidden_fields.contains("amount") {
        return Ok(Vec::new());
    }
    // The longest period that holds a day begins within a year before it.
    let from = Period::of(Unit::Year, from).first();
    let mut args = vec![Arg::Text(from.to_string()), Arg::Text(to.to_string()), Arg::from(measure.name())];
    let rule = ask::rule_sql(reader, &object, Action::Read, &mut args)?;
    let value = match measure {
        Measure::Revenue => "r.amount, r.amount_currency",
        _ => "r.deals, r.unit",
    };
    let sql = format!(
        "select r.id, r.unit, r.starts_on, r.person, r.team, r.territory, r.product_line, {value} from {} r \
         where r.starts_on >= $1 and r.starts_on <= $2 and r.measure = $3 and r.deleted_at is null and {rule}",
        object.def.table
    );
    let rows = reader.tx.query(&sql, &args)?;
    Ok(rows
        .iter()
        .filter_map(|row| {
            let unit = Unit::named(row.text(1))?;
            let found = Whose::ALL.into_iter().zip(3..).find_map(|(whose, at)| Some((whose, row.opt_id(at)?)));
            let (whose, of) = found?;
            let period = Period::of(unit, row.text(2).parse().ok()?);
            let currency = Currency::parse(row.text(8));
            Some(Kept { id: row.id(0), whose, of, period, value: row.opt_int(7)?, currency })
        })
        .collect())
}

/// Whether another quota says something of the same: whose, the period's name, the measure.
pub fn is_there(op: &mut Operation, object: &Object, key: &(Id, String, String), but: Id) -> Result<bool> {
    let sql = format!(
        "select 1 from {} r where r.period = $1 and r.measure = $2 and r.id <> $4 and r.deleted_at is null \
         and (r.person = $3 or r.team = $3 or r.territory = $3 or r.product_line = $3)",
        object.def.table
    );
    let args = [Arg::text(key.1.as_str()), Arg::text(key.2.as_str()), Arg::Id(key.0), Arg::Id(but)];
    Ok(op.tx.one(&sql, &args)?.is_some())
}

/// The currencies of the deals that were won last, one for each.
pub fn sold_lately(reader: &mut Reader) -> Result<Vec<Currency>> {
    let deals = reader.object("deal")?;
    let sql = format!(
        "select r.amount_currency from {} r where r.closed_on is not null and r.status = 'won' \
         and r.amount_currency is not null and r.deleted_at is null order by r.closed_on desc limit 100",
        deals.def.table
    );
    Ok(reader.tx.query(&sql, &[])?.iter().filter_map(|row| Currency::parse(row.text(0))).collect())
}

/// What was won in a month, by whose it is, in the company's currency.
#[derive(Debug, Default)]
pub struct Won {
    pub by: BTreeMap<(Id, Period), i64>,
    /// Amounts in a currency for which there is no rate.
    pub without_rate: i64,
}

/// What was done or won in these days, by whose it is and by month.
pub fn reached(
    reader: &mut Reader,
    whose: Whose,
    measure: Measure,
    (from, to): (Date, Date),
    rates: &Rates,
) -> Result<Won> {
    if measure.kinds().is_empty() {
        return won_by(reader, whose, measure, from, to, rates);
    }
    done_by(reader, whose, measure.kinds(), from, to)
}

/// Activities that the caller may see, by the month in which they were done where the caller lives: one walk of the index on
/// that moment. Those of a team are those of its people.
fn done_by(reader: &mut Reader, whose: Whose, kinds: &[&str], from: Date, to: Date) -> Result<Won> {
    let mut done = Won::default();
    let activities = reader.object("activity")?;
    if !reader.who.access.on("activity").allows(Action::Read) {
        return Ok(done);
    }
    for field in ["done_at", "is_done", "kind", "owner"] {
        figures::visible(reader, &activities, field, field)?;
    }
    let zone = TimeZone::get(&reader.who.zone).unwrap_or(TimeZone::UTC);
    let mut months = vec![Period::of(Unit::Month, from)];
    while let Some(next) = months.last().map(|month| month.after(1)).filter(|next| next.first() <= to) {
        months.push(next);
    }
    let begins = |month: Period| {
        let at = month.first().to_zoned(zone.clone()).map(|at| at.timestamp().as_millisecond());
        at.map(Time).map_err(|_| Error::invalid("year", "out_of_range", "a year from 1900 to 2200"))
    };
    let mut args: Vec<Arg> = Vec::new();
    let rule = ask::rule_sql(reader, &activities, Action::Read, &mut args)?;
    let mut place = |arg: Arg| {
        args.push(arg);
        format!("${}", args.len())
    };
    let listed: Vec<String> = kinds.iter().map(|kind| place(Arg::from(*kind))).collect();
    let (first, over) = (months.first().copied(), months.last().map(|month| month.after(1)));
    let Some((first, over)) = first.zip(over) else { return Ok(done) };
    let (begin, end) = (place(begins(first)?.into()), place(begins(over)?.into()));
    let mut which = String::from("case");
    for (number, month) in months.iter().enumerate() {
        let until = place(begins(month.after(1))?.into());
        which.push_str(&format!(" when r.done_at < {until} then {number}"));
    }
    which.push_str(" end");
    let sql = format!(
        "select r.owner, {which}, count(*) from {} r where r.done_at >= {begin} and r.done_at < {end} and r.is_done = 1 \
         and r.kind in ({}) and r.owner is not null and r.deleted_at is null and {rule} group by 1, 2",
        activities.def.table,
        listed.join(", ")
    );
    let teams = if whose == Whose::Team { teams_of(reader)? } else { BTreeMap::new() };
    for row in reader.tx.query(&sql, &args)? {
        let month = row.opt_int(1).and_then(|number| months.get(usize::try_from(number).ok()?));
        let Some(month) = month else { continue };
        let of: Vec<Id> = match whose {
            Whose::Team => teams.get(&row.id(0)).into_iter().flatten().copied().collect(),
            Whose::Person => vec![row.id(0)],
            Whose::Territory | Whose::ProductLine => Vec::new(),
        };
        for id in of {
            *done.by.entry((id, *month)).or_default() += row.int(2);
        }
    }
    Ok(done)
}

/// Won deals that the caller may see, by the month in which they were closed. Deals of a team are those of its people.
fn won_by(reader: &mut Reader, whose: Whose, measure: Measure, from: Date, to: Date, rates: &Rates) -> Result<Won> {
    let mut won = Won::default();
    let deals = reader.object("deal")?;
    if !reader.who.access.on("deal").allows(Action::Read) {
        return Ok(won);
    }
    for field in ["amount", "closed_on", "status", "owner"] {
        figures::visible(reader, &deals, field, field)?;
    }
    let mut args = vec![Arg::Text(from.to_string()), Arg::Text(to.to_string())];
    let rule = ask::rule_sql(reader, &deals, Action::Read, &mut args)?;
    let (key, join) = match whose {
        Whose::Person | Whose::Team => ("r.owner", String::new()),
        Whose::Territory => ("r.territory", String::new()),
        Whose::ProductLine => {
            let products = reader.object("product")?;
            ("p.product_line", format!("join {} p on p.id = r.product", products.def.table))
        }
    };
    let sql = format!(
        "select {key}, substr(r.closed_on, 1, 7), r.amount_currency, cast(sum(r.amount) as bigint), count(*) \
         from {} r {join} where r.status = 'won' and r.closed_on >= $1 and r.closed_on <= $2 \
         and r.deleted_at is null and {key} is not null and {rule} group by 1, 2, 3",
        deals.def.table
    );
    let teams = if whose == Whose::Team { teams_of(reader)? } else { BTreeMap::new() };
    let today = reader.now.date();
    for row in reader.tx.query(&sql, &args)? {
        let Ok(first) = format!("{}-01", row.text(1)).parse() else { continue };
        let month = Period::of(Unit::Month, first);
        let value = match (measure, Currency::parse(row.text(2))) {
            (Measure::Revenue, None) => Some(0),
            (Measure::Revenue, Some(currency)) => {
                rates.in_company(Money::new(row.int(3), currency), month.last().min(today)).map(|money| money.amount)
            }
            _ => Some(row.int(4)),
        };
        let Some(value) = value else {
            won.without_rate += row.int(4);
            continue;
        };
        let of: Vec<Id> = match whose {
            Whose::Team => teams.get(&row.id(0)).into_iter().flatten().copied().collect(),
            _ => vec![row.id(0)],
        };
        for id in of {
            *won.by.entry((id, month)).or_default() += value;
        }
    }
    Ok(won)
}

/// One line of the sheet before it has figures.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id,
    pub title: String,
    /// Below whom it stands: a person's manager, a team's or a product line's parent.
    pub above: Option<Id>,
    /// Who answers for it.
    pub owner: Option<Id>,
}

/// Everybody, or every team, territory or product line, that the caller may see.
pub fn lines(reader: &mut Reader, whose: Whose) -> Result<Vec<Line>> {
    let Ok(object) = reader.object(whose.object()) else { return Ok(Vec::new()) };
    if !reader.who.access.on(whose.object()).allows(Action::Read) {
        return Ok(Vec::new());
    }
    let mut args = Vec::new();
    let rule = ask::rule_sql(reader, &object, Action::Read, &mut args)?;
    let columns = match whose {
        Whose::Person => "r.manager, r.id",
        Whose::Team => "r.parent, r.manager",
        Whose::Territory => "r.id, r.owner",
        Whose::ProductLine => "r.parent, r.id",
    };
    let works = if whose == Whose::Person { " and r.is_active = 1" } else { "" };
    let sql = format!(
        "select r.id, r.title, {columns} from {} r where r.deleted_at is null{works} and {rule} order by r.sort_title, r.id",
        object.def.table
    );
    let rows = reader.tx.query(&sql, &args)?;
    Ok(rows
        .iter()
        .map(|row| Line {
            id: row.id(0),
            title: row.text(1).to_string(),
            above: row.opt_id(2).filter(|above| *above != row.id(0)),
            owner: row.opt_id(3),
        })
        .collect())
}

/// In which teams each person is.
pub fn teams_of(reader: &mut Reader) -> Result<BTreeMap<Id, BTreeSet<Id>>> {
    let users = reader.object("user")?;
    let Some(field) = users.def.field("teams").map(|field| field.id.clone()) else { return Ok(BTreeMap::new()) };
    let mut teams: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for row in reader.tx.query("select from_id, to_id from link where field = $1", &[Arg::text(field.as_str())])? {
        teams.entry(row.id(0)).or_default().insert(row.id(1));
    }
    Ok(teams)
}
