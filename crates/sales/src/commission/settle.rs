//! Lines follow what is: what the plans say of sales is compared with the lines that are there, and the difference added.
//!
//! Doing it again adds nothing, and the order in which things happened does not matter: the sum of the lines is what the
//! plan says. Where one deal moves what others earn, theirs follow in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Operation;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Id, Result};

use super::credit::{self, Ground, Wanted};
use super::queries::{self, Line, Version};
use super::worth::{self, Credited};
use crate::plan::period::{Period, Unit};
use crate::plan::worth::target;

/// Somebody's period under a version.
type Sheet = (Id, Id, String);
/// What a line is for, within a sheet, in the order in which it counts.
type Key = (Date, Id, Id);

/// What stands on a sheet for one key.
#[derive(Debug, Clone, Default)]
struct Entry {
    object: String,
    base: i64,
    amount: i64,
    lines: i64,
    last: Option<Id>,
    wanted: i64,
}

/// Brings the lines of these deals and orders, and of whatever else they move, to what the plans say; answers how many were
/// added. With people, their periods that hold a day are looked at too: their quota changed.
pub fn settle(
    op: &mut Operation,
    deals: &BTreeSet<Id>,
    orders: &BTreeSet<Id>,
    people: &BTreeSet<(Id, Date)>,
) -> Result<usize> {
    let ground = Ground::load(op)?;
    if ground.versions.is_empty() {
        return Ok(0);
    }
    let today = op.now.date();
    let sales = credit::sales(op, deals, orders)?;
    let records: BTreeSet<Id> =
        sales.iter().flat_map(credit::Sale::records).chain(deals.iter().chain(orders).copied()).collect();
    let there = queries::lines_about(op, &records)?;
    let mut wanted = Vec::new();
    for sale in &sales {
        let held = held(&there);
        wanted.extend(credit::wanted(op, &ground, sale, today, &held)?);
    }
    let wanted = kept_after_the_days(&ground, &there, wanted, today);

    let mut sheets: BTreeMap<Sheet, Vec<Wanted>> = BTreeMap::new();
    for line in &there {
        sheets.entry((line.person, line.version, line.period.clone())).or_default();
    }
    for one in wanted {
        sheets.entry((one.person, one.version, one.period.clone())).or_default().push(one);
    }
    for (person, day) in people {
        for version in &ground.versions {
            let own = Period::of(version.terms.unit(), *day);
            let year = Period::of(Unit::Year, *day);
            // A year's quota is also that of its months.
            for period in Period::of_year(own.unit(), year.first().year()) {
                sheets.entry((*person, version.id, period.name())).or_default();
            }
        }
    }
    let mut added = 0;
    for (sheet, wanted) in sheets {
        let Some(version) = ground.versions.iter().find(|version| version.id == sheet.1) else { continue };
        added += bring(op, &ground, version, &sheet, &records, wanted)?;
    }
    Ok(added)
}

/// The day on which each record stands credited: what is on it once stays there.
fn held(lines: &[Line]) -> BTreeMap<Id, Date> {
    let mut sums: BTreeMap<(Id, Date), i64> = BTreeMap::new();
    for line in lines {
        *sums.entry((line.record, line.credited_on)).or_default() += line.base;
    }
    sums.into_iter().filter(|(_, base)| *base > 0).map(|((record, day), _)| (record, day)).collect()
}

/// Person, version, period, record, part and day of credit.
type Standing<'l> = (Id, Id, &'l str, Id, Id, Date);

/// What is undone after the days in which it is taken back stays credited as it is.
fn kept_after_the_days(ground: &Ground, there: &[Line], wanted: Vec<Wanted>, today: Date) -> Vec<Wanted> {
    let mut held: BTreeMap<(Id, Id), Vec<Wanted>> = BTreeMap::new();
    let mut sums: BTreeMap<Standing, (i64, &str)> = BTreeMap::new();
    for line in there {
        let key = (line.person, line.version, line.period.as_str(), line.record, line.part, line.credited_on);
        let sum = sums.entry(key).or_insert((0, &line.object));
        sum.0 += line.base;
    }
    for ((person, version, period, record, part, day), (base, object)) in sums {
        let object = if object == super::DEAL { super::DEAL } else { super::ORDER };
        let one = Wanted { person, version, period: period.to_string(), object, record, part, day, base };
        held.entry((version, record)).or_default().push(one);
    }
    let mut new: BTreeMap<(Id, Id), Vec<Wanted>> = BTreeMap::new();
    for one in wanted {
        new.entry((one.version, one.record)).or_default().push(one);
    }
    for (key, old) in held {
        let days = ground.versions.iter().find(|version| version.id == key.0).and_then(|it| it.terms.take_back_days);
        let first = old.iter().filter(|one| one.base > 0).map(|one| one.day).min();
        let last = days.zip(first).and_then(|(days, first)| first.checked_add(days.days()).ok());
        let is_less = sum(&old) > new.get(&key).map_or(0, |new| sum(new));
        if is_less && last.is_some_and(|last| today > last) {
            new.insert(key, old);
        }
    }
    new.into_values().flatten().collect()
}

fn sum(wanted: &[Wanted]) -> i64 {
    wanted.iter().map(|one| one.base).sum()
}

/// One sheet: what is wanted of the records that were looked at, what stands of all others, what that earns, and the lines
/// that are missing.
fn bring(
    op: &mut Operation,
    ground: &Ground,
    version: &Version,
    sheet: &Sheet,
    looked_at: &BTreeSet<Id>,
    wanted: Vec<Wanted>,
) -> Result<usize> {
    let (person, _, period_name) = sheet;
    let lines = queries::lines_of(op, *person, version.id, period_name)?;
    let mut entries: BTreeMap<Key, Entry> = BTreeMap::new();
    for line in &lines {
        let entry = entries.entry((line.credited_on, line.record, line.part)).or_default();
        entry.object.clone_from(&line.object);
        entry.base += line.base;
        entry.amount += line.amount;
        entry.lines += 1;
        entry.last = Some(line.id);
        entry.wanted = if looked_at.contains(&line.record) { 0 } else { entry.base };
    }
    for one in wanted {
        let entry = entries.entry((one.day, one.record, one.part)).or_default();
        entry.object = one.object.to_string();
        entry.wanted += one.base;
    }
    if entries.is_empty() {
        return Ok(0);
    }
    let quota = quota(op, ground, version, *person, period_name)?;
    let credited: Vec<Credited> = entries
        .iter()
        .map(|((_, record, part), entry)| Credited {
            record: *record,
            product_line: Some(*part).filter(|part| !part.is_nil()),
            base: entry.wanted,
        })
        .collect();
    let earned = worth::earned(&version.terms, quota, &credited);
    let closed = queries::closed(op, *person)?;
    let mut new = Vec::new();
    for (((day, record, part), entry), amount) in entries.into_iter().zip(earned) {
        let (base, amount) = (entry.wanted - entry.base, amount - entry.amount);
        if base == 0 && amount == 0 {
            continue;
        }
        new.push(Line {
            id: Id::at(op.now.0),
            person: *person,
            version: version.id,
            period: period_name.clone(),
            month: open_month(Period::of(Unit::Month, day), |month| closed.contains_key(month)),
            object: entry.object,
            record,
            part,
            credited_on: day,
            number: entry.lines + 1,
            base,
            amount,
            currency: version.currency,
            reason: reason(base, entry.lines, version).into(),
            takes_back: entry.last.filter(|_| base < 0 || amount < 0),
            at: op.now,
        });
    }
    queries::add(op, &new)?;
    Ok(new.len())
}

fn reason(base: i64, lines: i64, version: &Version) -> &'static str {
    use super::terms::Credit;
    match (base, lines) {
        (0, _) => "rate",
        (base, _) if base < 0 => "taken_back",
        (_, 0) => match version.terms.credit {
            Credit::Booked => "won",
            Credit::Invoiced => "ordered",
            Credit::Paid => "paid",
        },
        _ => "changed",
    }
}

/// The month itself, or the first after it that is not closed.
fn open_month(month: Period, is_closed: impl Fn(&str) -> bool) -> String {
    let mut month = month;
    while is_closed(&month.name()) {
        month = month.after(1);
    }
    month.name()
}

/// What somebody is to sell in a period, in the currency of the plan.
fn quota(op: &mut Operation, ground: &Ground, version: &Version, person: Id, name: &str) -> Result<Option<i64>> {
    if version.terms.by != super::terms::By::Attainment {
        return Ok(None);
    }
    let Some(period) = named(version.terms.unit(), name) else { return Ok(None) };
    of_period(op, ground, version, person, period)
}

/// See [`quota`]; for statements too.
pub fn of_period(
    reader: &mut foundation::Reader,
    ground: &Ground,
    version: &Version,
    person: Id,
    period: Period,
) -> Result<Option<i64>> {
    let quotas = credit::queries::quotas(reader, person, period)?;
    let known = quotas.into_iter().filter_map(|(period, money)| {
        let converted = ground.rates.converted(money, version.currency, period.first());
        converted.map(|money| (period, money.amount))
    });
    Ok(target(&known.collect(), period).map(|target| target.value))
}

/// The period of that name: `2026-11`, `2026-Q4`, `2026`.
pub fn named(unit: Unit, name: &str) -> Option<Period> {
    let year: i16 = name.get(..4)?.parse().ok()?;
    Period::of_year(unit, year).into_iter().find(|period| period.name() == name)
}
