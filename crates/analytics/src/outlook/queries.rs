//! Deals as they are learned from, the table `outlook`, and what is told of open deals.

use std::collections::BTreeMap;

use db::Arg;
use foundation::company::currencies::Rates;
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Currency, Id, Money, Result, Time};
use serde_json::{Value as Json, json};

use super::{FoundOut, Told};
use methods::day;
use methods::outlook::Deal;

/// All deals with the day they began and ended, grouped by owner and by product, worth in one currency.
pub fn deals(reader: &mut Reader) -> Result<(Currency, Vec<(Id, Deal)>)> {
    let rates = Rates::load(reader.tx)?;
    let currency = crate::facts::queries::currency(reader, &rates)?;
    let today = reader.now.date();
    let object = reader.object("deal")?;
    let sql = format!(
        "select r.id, r.engaged_on, r.created_at, r.status, r.closed_on, r.amount, r.amount_currency, r.owner, r.product \
         from {} r where r.deleted_at is null and (r.status = 'open' or r.closed_on is not null) order by r.id",
        object.def.table
    );
    let mut known: [BTreeMap<Option<Id>, u32>; 2] = [BTreeMap::new(), BTreeMap::new()];
    let mut deals = Vec::new();
    reader.tx.each(&sql, &[], |row| {
        let date = |column: usize| row.opt_text(column).and_then(|text| text.parse::<Date>().ok()).map(day::number);
        let status = row.text(3);
        let ended = if status == "open" { None } else { date(4).map(|on| (on, status == "won")) };
        let created = day::at(Time(row.int(2)));
        // What was brought from elsewhere was begun before it came here.
        let begun = date(1).unwrap_or(created).min(ended.map_or(i32::MAX, |(on, _)| on));
        let money = row.opt_int(5).zip(row.opt_text(6).and_then(Currency::parse));
        let amount = money.and_then(|(amount, of)| rates.converted(Money::new(amount, of), currency, today));
        let groups = [7, 8].into_iter().zip(&mut known).map(|(column, known)| {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            *known.entry(row.opt_id(column)).or_insert(next)
        });
        let groups = groups.collect();
        deals.push((row.id(0), Deal { begun, ended, amount: amount.map(|money| money.amount), groups }));
        Ok(true)
    })?;
    Ok((currency, deals))
}

/// Whether any deal was ever closed: before that there is nothing to learn.
pub fn is_any_closed(reader: &mut Reader) -> Result<bool> {
    let object = reader.object("deal")?;
    let sql =
        format!("select 1 from {} r where r.closed_on is not null and r.deleted_at is null limit 1", object.def.table);
    Ok(reader.tx.one(&sql, &[])?.is_some())
}

/// When was looked last.
pub fn last(reader: &mut Reader) -> Result<Option<i64>> {
    let row = reader.tx.one("select made_at from outlook order by id desc limit 1", &[])?;
    Ok(row.map(|row| row.int(0)))
}

/// Keeps what was found, or that there was too little.
pub fn put(op: &mut Operation, currency: Currency, today: Date, found: Option<&FoundOut>) -> Result<()> {
    let (months, quality) = match found {
        Some(found) => (found.months(), found.quality()),
        None => (json!([]), Json::Null),
    };
    let args = [
        Arg::Id(Id::at(op.now.0)),
        op.now.into(),
        Arg::Text(today.to_string()),
        Arg::text(currency.code()),
        Arg::Text(months.to_string()),
        Arg::Text(quality.to_string()),
    ];
    op.tx.execute(
        "insert into outlook (id, made_at, since, currency, months, quality) values ($1, $2, $3, $4, $5, $6)",
        &args,
    )?;
    Ok(())
}

/// The newest, or the newest made until the end of a day.
pub fn newest(reader: &mut Reader, as_of: Option<Date>) -> Result<Option<Json>> {
    let until = as_of.and_then(|day| day.tomorrow().ok()).map_or(i64::MAX, |day| Time::midnight(day).0);
    let row = reader.tx.one(
        "select made_at, since, currency, months, quality from outlook where made_at < $1 order by id desc limit 1",
        &[until.into()],
    )?;
    let read = |text: &str| serde_json::from_str::<Json>(text).unwrap_or(Json::Null);
    Ok(row.map(|row| {
        let months = read(row.text(3));
        let state = if months.as_array().is_some_and(|months| months.is_empty()) { "too_little" } else { "made" };
        json!({
            "state": state, "made_at": row.time(0), "since": row.text(1), "currency": row.text(2), "months": months,
            "quality": read(row.text(4)),
        })
    }))
}

/// Writes what is foretold into open deals, takes it out of closed ones; answers how many changed.
pub fn tell(op: &mut Operation, open: &[(Id, Option<Told>)]) -> Result<usize> {
    let deals = op.object("deal")?;
    let table = &deals.def.table;
    let mut standing: BTreeMap<Id, (Option<i64>, Option<String>)> = BTreeMap::new();
    let sql = format!(
        "select r.id, r.learned_probability, r.learned_close_on from {table} r where r.learned_probability is not null"
    );
    op.tx.each(&sql, &[], |row| {
        standing.insert(row.id(0), (row.opt_int(1), row.opt_text(2).map(str::to_string)));
        Ok(true)
    })?;
    let mut sets: Vec<Vec<Arg>> = Vec::new();
    for (id, told) in open {
        let (chance, on) = told.unzip();
        let on = on.flatten().map(|on| on.to_string());
        if standing.remove(id).unwrap_or_default() != (chance, on.clone()) {
            sets.push(vec![Arg::Id(*id), chance.into(), on.into()]);
        }
    }
    // What is left stands at deals that are open no more.
    sets.extend(standing.into_keys().map(|id| vec![Arg::Id(id), Arg::Null, Arg::Null]));
    let sql = format!("update {table} set learned_probability = $2, learned_close_on = $3 where id = $1");
    op.tx.execute_many(&sql, &sets)?;
    Ok(sets.len())
}
