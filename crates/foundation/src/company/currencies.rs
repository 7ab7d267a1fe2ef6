//! Currencies: the one in which the company reckons, those it uses, and what each cost from which day on.
//!
//! A rate says what one unit costs in the base currency, exactly, with ten digits behind the point. An amount is converted
//! at the rate of its day: the last one that was valid by then. Rounding happens once, at the end, half away from zero.

use std::collections::BTreeMap;

use db::Arg;
use jiff::civil::Date;
use kernel::{Currency, Error, FieldError, Money, Result, limits};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::access::audit::{self, action};
use crate::operation::{Operation, Reader};
use crate::records::rollup;

/// The name of the setting.
const NAME: &str = "currencies";
/// Rates are kept as whole numbers of this part.
const SCALE: i64 = 10_000_000_000;
const DIGITS: usize = 10;
/// Currencies in use.
const MOST: usize = 60;
/// Rates written at once.
pub const AT_ONCE: usize = 5_000;

/// What the company reckons in, and what else it uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    pub company: Currency,
    pub used: Vec<Currency>,
}

impl Default for Used {
    fn default() -> Used {
        Used { company: Currency::EUR, used: vec![Currency::EUR] }
    }
}

/// A rate: how much base currency one unit costs, times ten to the tenth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(i64);

impl Rate {
    /// `0.9213`, above zero, exactly.
    pub fn parse(text: &str) -> Option<Rate> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 9 || fraction.len() > DIGITS || !digits(whole) || !digits(fraction) {
            return None;
        }
        let number: i64 = format!("{whole}{fraction:0<DIGITS$}").parse().ok()?;
        (number > 0).then_some(Rate(number))
    }

    /// Without zeroes at the end.
    pub fn text(self) -> String {
        let text = format!("{}.{:0DIGITS$}", self.0 / SCALE, self.0 % SCALE);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    }
}

/// All rates, for as many conversions as are asked.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    pub company: Used,
    /// By (base, currency), by the day from which they hold.
    by_pair: BTreeMap<(Currency, Currency), BTreeMap<Date, Rate>>,
}

/// A fraction of two rates, so that nothing is rounded on the way.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    over: i128,
    under: i128,
    on: Option<Date>,
}

impl Rates {
    /// Reads what is stored.
    pub fn load(tx: &mut db::Tx) -> Result<Rates> {
        let mut rates = Rates { company: used(tx)?, by_pair: BTreeMap::new() };
        for row in tx.query("select base, currency, valid_from, rate from currency_rate", &[])? {
            let pair = Currency::parse(row.text(0)).zip(Currency::parse(row.text(1)));
            if let (Some(pair), Ok(on)) = (pair, row.text(2).parse()) {
                rates.set(pair.0, pair.1, on, Rate(row.int(3)));
            }
        }
        Ok(rates)
    }

    /// Adds one.
    pub fn set(&mut self, base: Currency, of: Currency, on: Date, rate: Rate) {
        self.by_pair.entry((base, of)).or_default().insert(on, rate);
    }

    /// The amount in another currency at the rates of that day; none where no rate was valid by then, or it is too large.
    pub fn converted(&self, money: Money, to: Currency, on: Date) -> Option<Money> {
        if money.currency == to {
            return Some(money);
        }
        let ratio = self.ratio(money.currency, to, on)?;
        // Minor units differ: 100 cents, but one yen.
        let up = 10i128.checked_pow(to.decimals())?;
        let down = 10i128.checked_pow(money.currency.decimals())?;
        let over = i128::from(money.amount).checked_mul(ratio.over)?.checked_mul(up)?;
        let under = ratio.under.checked_mul(down)?;
        Some(Money::new(i64::try_from(rounded(over, under)?).ok()?, to))
    }

    /// [`Rates::converted`] to the company's own currency.
    pub fn in_company(&self, money: Money, on: Date) -> Option<Money> {
        self.converted(money, self.company.company, on)
    }

    /// What one unit costs in the other currency, as text, and since when.
    pub fn shown(&self, from: Currency, to: Currency, on: Date) -> Option<(String, Option<Date>)> {
        if from == to {
            return Some(("1".into(), None));
        }
        let ratio = self.ratio(from, to, on)?;
        let scaled = rounded(ratio.over.checked_mul(i128::from(SCALE))?, ratio.under)?;
        let rate = Rate(i64::try_from(scaled).ok()?);
        Some((rate.text(), ratio.on))
    }

    /// Straight, turned round, or by way of a base that knows both.
    fn ratio(&self, from: Currency, to: Currency, on: Date) -> Option<Ratio> {
        let straight = |base: Currency, of: Currency| -> Option<Ratio> {
            if base == of {
                return Some(Ratio { over: 1, under: 1, on: None });
            }
            let (day, rate) = self.by_pair.get(&(base, of))?.range(..=on).next_back()?;
            Some(Ratio { over: i128::from(rate.0), under: i128::from(SCALE), on: Some(*day) })
        };
        let company = self.company.company;
        let others = self.by_pair.keys().map(|(base, _)| *base).filter(|base| *base != company);
        let mut bases: Vec<Currency> = std::iter::once(company).chain(others).collect();
        bases.dedup();
        bases.into_iter().find_map(|base| {
            let (a, b) = (straight(base, from)?, straight(base, to)?);
            // Both are over the same scale where both are rates: it goes out.
            let (over, under) = match (a.under == b.under, a.under) {
                (true, _) => (a.over, b.over),
                (false, _) => (a.over.checked_mul(b.under)?, a.under.checked_mul(b.over)?),
            };
            let since = match (a.on, b.on) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (one, other) => one.or(other),
            };
            Some(Ratio { over, under, on: since })
        })
    }
}

/// Half away from zero, as on invoices.
fn rounded(over: i128, under: i128) -> Option<i128> {
    let (whole, rest) = (over.checked_div(under)?, over.checked_rem(under)?);
    let up = rest.unsigned_abs().checked_mul(2)? >= under.unsigned_abs();
    Some(if up { whole + over.signum() * under.signum() } else { whole })
}

/// What the company reckons in and uses.
pub fn used(tx: &mut db::Tx) -> Result<Used> {
    let row = tx.one("select value from setting where name = $1", &[NAME.into()])?;
    Ok(row.and_then(|row| serde_json::from_str(row.text(0)).ok()).unwrap_or_default())
}

/// `{"company","used":[{"code","decimals","rate","on"}]}`, the rates of today.
pub fn show(reader: &mut Reader) -> Result<Json> {
    let rates = Rates::load(reader.tx)?;
    let (company, today) = (rates.company.company, reader.now.date());
    let list: Vec<Json> = rates
        .company
        .used
        .iter()
        .map(|currency| {
            let (rate, on) = rates.shown(*currency, company, today).unzip();
            json!({ "code": currency, "decimals": currency.decimals(), "rate": rate, "on": on.flatten().map(|on| on.to_string()) })
        })
        .collect();
    Ok(json!({ "company": company, "used": list }))
}

/// What the API takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub company: String,
    pub used: Vec<String>,
}

/// The currencies that are meant, that of the company first, each once.
pub fn read(wanted: &Wanted) -> Result<Used> {
    let mut errors = Vec::new();
    let mut read = |at: &str, text: &str| {
        let currency = known(text);
        if currency.is_none() {
            errors.push(FieldError::new(at, "unknown_currency", "three letters such as EUR (ISO 4217)"));
        }
        currency
    };
    let company = read("/company", &wanted.company);
    let mut used: Vec<Currency> =
        wanted.used.iter().enumerate().filter_map(|(n, text)| read(&format!("/used/{n}"), text)).collect();
    if used.len() > MOST {
        errors.push(FieldError::new("/used", "too_many", format!("at most {MOST}")));
    }
    let Some(company) = company.filter(|_| errors.is_empty()) else { return Err(Error::Invalid(errors)) };
    used.insert(0, company);
    let mut seen = std::collections::BTreeSet::new();
    used.retain(|currency| seen.insert(*currency));
    Ok(Used { company, used })
}

/// Sets what the company reckons in and uses. Rates stay: they say in which base they are.
pub fn set(op: &mut Operation, wanted: &Wanted) -> Result<()> {
    op.who.need_admin()?;
    let (before, after) = (used(op.tx)?, read(wanted)?);
    if before == after {
        return Ok(());
    }
    let text = serde_json::to_string(&after).map_err(Error::internal)?;
    op.tx.execute(
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        &[NAME.into(), text.into()],
    )?;
    // Which base is the company's says by which rates an amount is converted: where there are any.
    if op.tx.one("select 1 from currency_rate limit 1", &[])?.is_some() {
        rollup::rates::changed(op)?;
    }
    audit::write(op, action::CURRENCIES_CHANGED, None, None, json!({ "before": before, "after": after }))
}

fn known(text: &str) -> Option<Currency> {
    Currency::parse(text).filter(|_| text.trim().len() == 3)
}

/// What part of the rates is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateQuery {
    pub currency: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// `2026-01-31 USD`: the last line of the page before.
    pub cursor: Option<String>,
    pub limit: Option<usize>,
}

/// A page of rates in the company's currency, newest first: `{"data":[{"currency","on","rate"}],"next"}`.
pub fn rates(reader: &mut Reader, query: &RateQuery) -> Result<Json> {
    let base = used(reader.tx)?.company;
    let limit = query.limit.unwrap_or(100).clamp(1, limits::PAGE);
    let mut args: Vec<Arg> = vec![base.code().into()];
    let mut conditions = vec!["base = $1".to_string()];
    let mut add = |condition: &str, text: &str, args: &mut Vec<Arg>| {
        args.push(Arg::text(text));
        conditions.push(condition.replace('?', &format!("${}", args.len())));
    };
    if let Some(currency) = &query.currency {
        let currency = known(currency).ok_or_else(|| Error::Unreadable("currency: three letters".into()))?;
        add("currency = ?", currency.code(), &mut args);
    }
    for (condition, text) in [("valid_from >= ?", &query.from), ("valid_from <= ?", &query.to)] {
        if let Some(text) = text {
            let day: Date = text.parse().map_err(|_| Error::Unreadable("from and to: a day, 2026-01-31".into()))?;
            add(condition, &day.to_string(), &mut args);
        }
    }
    if let Some(cursor) = &query.cursor {
        let (day, currency) = cursor
            .split_once(' ')
            .filter(|(day, currency)| day.parse::<Date>().is_ok() && known(currency).is_some())
            .ok_or_else(|| Error::Unreadable("cursor: not one of ours".into()))?;
        args.extend([Arg::text(day), Arg::text(currency)]);
        let n = args.len();
        conditions.push(format!("(valid_from < ${0} or (valid_from = ${0} and currency > ${n}))", n - 1));
    }
    args.push(Arg::Int(i64::try_from(limit).unwrap_or(1) + 1));
    let sql = format!(
        "select currency, valid_from, rate from currency_rate where {} order by valid_from desc, currency limit ${}",
        conditions.join(" and "),
        args.len()
    );
    let mut rows = reader.tx.query(&sql, &args)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| format!("{} {}", row.text(1), row.text(0)));
    let data: Vec<Json> = rows
        .iter()
        .map(|row| json!({ "currency": row.text(0), "on": row.text(1), "rate": Rate(row.int(2)).text() }))
        .collect();
    Ok(json!({ "data": data, "next": next }))
}

/// A rate as it comes in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRate {
    pub currency: String,
    pub on: String,
    /// Text, for numbers of JSON are not exact.
    pub rate: String,
}

/// Writes rates in the company's currency; those of the same day are replaced. Answers how many changed. All or none.
pub fn write(op: &mut Operation, new: &[NewRate], at: impl Fn(usize) -> String) -> Result<usize> {
    op.who.need_admin()?;
    if new.len() > AT_ONCE {
        return Err(Error::TooLarge(format!("at most {AT_ONCE} rates at once")));
    }
    let base = used(op.tx)?.company;
    let (mut read, mut errors) = (Vec::with_capacity(new.len()), Vec::new());
    for (n, line) in new.iter().enumerate() {
        let mut wrong = |part: &str, code, detail: &str| {
            errors.push(FieldError::new(&format!("{}{part}", at(n)), code, detail));
        };
        let currency = known(&line.currency);
        match currency {
            None => wrong("/currency", "unknown_currency", "three letters such as EUR (ISO 4217)"),
            Some(currency) if currency == base => {
                wrong("/currency", "reserved", "the company's own currency always costs one")
            }
            Some(_) => {}
        }
        let on: Option<Date> = line.on.trim().parse().ok();
        if on.is_none() {
            wrong("/on", "not_a_date", "a day, 2026-01-31");
        }
        let rate = Rate::parse(&line.rate);
        if rate.is_none() {
            wrong("/rate", "not_a_number", "a number above zero, at most ten digits behind the point");
        }
        if let (Some(currency), Some(on), Some(rate)) = (currency, on, rate) {
            read.push((currency, on, rate));
        }
    }
    if !errors.is_empty() {
        errors.truncate(200);
        return Err(Error::Invalid(errors));
    }
    let mut changed = 0;
    let mut currencies = std::collections::BTreeSet::new();
    for (currency, on, rate) in read {
        let sql = "insert into currency_rate (base, currency, valid_from, rate) values ($1, $2, $3, $4) \
             on conflict (base, currency, valid_from) do update set rate = excluded.rate where currency_rate.rate <> excluded.rate";
        let args: [Arg; 4] = [base.code().into(), currency.code().into(), on.to_string().into(), rate.0.into()];
        if op.tx.execute(sql, &args)? > 0 {
            changed += 1;
            currencies.insert(currency);
        }
    }
    if changed > 0 {
        rollup::rates::changed(op)?;
        let currencies: Vec<&str> = currencies.iter().map(Currency::code).collect();
        let detail = json!({ "base": base, "currencies": currencies, "rates": changed });
        audit::write(op, action::RATES_CHANGED, None, None, detail)?;
    }
    Ok(changed)
}

/// Reads rates from a table with a heading: the columns `currency`, `date` and `rate` in any order, with commas, semicolons
/// or tabs. Answers how many changed and how many were there already.
pub fn import(op: &mut Operation, csv: &str) -> Result<(usize, usize)> {
    let (new, lines) = read_table(csv)?;
    let changed = write(op, &new, |n| format!("/csv/{}", lines.get(n).copied().unwrap_or(0)))?;
    Ok((changed, new.len() - changed))
}

/// The rates of a table, and on which line each stands.
fn read_table(csv: &str) -> Result<(Vec<NewRate>, Vec<usize>)> {
    let mut lines = csv.lines().enumerate().map(|(n, line)| (n + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let (_, heading) = lines.next().ok_or_else(|| Error::invalid("csv", "required", "the table is empty"))?;
    let heading = heading.trim_start_matches('\u{feff}');
    let comma = [';', '\t', ','].into_iter().find(|comma| heading.contains(*comma)).unwrap_or(',');
    let cells = |line: &str| -> Vec<String> {
        line.split(comma).map(|cell| cell.trim().trim_matches('"').to_string()).collect()
    };
    let names: Vec<String> = cells(heading).iter().map(|name| name.to_lowercase()).collect();
    let column = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
    let places =
        (column(&["currency", "code"]), column(&["date", "on", "day", "valid_from"]), column(&["rate", "value"]));
    let (Some(currency), Some(on), Some(rate)) = places else {
        return Err(Error::invalid("/csv/1", "unknown_field", "the heading needs the columns currency, date and rate"));
    };
    let (mut new, mut at) = (Vec::new(), Vec::new());
    for (n, line) in lines {
        let cells = cells(line);
        let cell = |place: usize| cells.get(place).cloned().unwrap_or_default();
        // A comma within a number, where commas do not part the columns.
        let number = if comma == ',' { cell(rate) } else { cell(rate).replace(',', ".") };
        new.push(NewRate { currency: cell(currency), on: cell(on), rate: number });
        at.push(n);
        if new.len() > AT_ONCE {
            return Err(Error::TooLarge(format!("at most {AT_ONCE} rates at once")));
        }
    }
    Ok((new, at))
}

/// Takes a rate away.
pub fn delete(op: &mut Operation, currency: &str, on: &str) -> Result<()> {
    op.who.need_admin()?;
    let base = used(op.tx)?.company;
    let (currency, on) = known(currency).zip(on.parse::<Date>().ok()).ok_or(Error::NotFound)?;
    let sql = "delete from currency_rate where base = $1 and currency = $2 and valid_from = $3";
    if op.tx.execute(sql, &[base.code().into(), currency.code().into(), on.to_string().into()])? == 0 {
        return Err(Error::NotFound);
    }
    rollup::rates::changed(op)?;
    let detail = json!({ "base": base, "currencies": [currency], "removed": on.to_string() });
    audit::write(op, action::RATES_CHANGED, None, None, detail)
}

/// Sums of several currencies as one amount, at today's rates: `{"converted":{"sum_amount":{"amount","currency","missing"}}}`
/// beside the figures. Currencies without a rate are named and left out; `company` is the company's own.
pub fn in_one(reader: &mut Reader, figures: &mut Json, wanted: &str) -> Result<()> {
    let rates = Rates::load(reader.tx)?;
    let to = if wanted == "company" { Some(rates.company.company) } else { known(wanted) };
    let to = to.ok_or_else(|| Error::Unreadable("in: `company`, or three letters such as EUR".into()))?;
    let today = reader.now.date();
    let mut converted = serde_json::Map::new();
    for (name, figure) in figures.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with("sum")) {
        let Some(amounts) = figure.as_array() else { continue };
        let amounts: Vec<Money> =
            amounts.iter().filter_map(|amount| serde_json::from_value(amount.clone()).ok()).collect();
        let (mut total, mut missing) = (0i64, Vec::new());
        for amount in amounts {
            let more = rates.converted(amount, to, today).and_then(|money| total.checked_add(money.amount));
            match more {
                Some(more) => total = more,
                None => missing.push(amount.currency),
            }
        }
        converted.insert(name.clone(), json!({ "amount": total, "currency": to, "missing": missing }));
    }
    if let Some(figures) = figures.as_object_mut() {
        figures.insert("converted".into(), Json::Object(converted));
    }
    Ok(())
}

/// An amount to be converted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    pub amount: i64,
    pub from: String,
    /// The company's currency where none is named.
    #[serde(default)]
    pub to: Option<String>,
    /// Today where no day is named.
    #[serde(default)]
    pub on: Option<String>,
}

/// `{"amount","currency","rate","on"}`.
pub fn convert(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let rates = Rates::load(reader.tx)?;
    let wrong = |field| move || Error::invalid(field, "unknown_currency", "three letters such as EUR (ISO 4217)");
    let from = known(&asked.from).ok_or_else(wrong("from"))?;
    let to = match &asked.to {
        Some(to) => known(to).ok_or_else(wrong("to"))?,
        None => rates.company.company,
    };
    let on = match &asked.on {
        Some(on) => on.parse().map_err(|_| Error::invalid("on", "not_a_date", "a day, 2026-01-31"))?,
        None => reader.now.date(),
    };
    let none = || Error::invalid("from", "no_rate", format!("there is no rate from {from} to {to} on {on}"));
    let money = rates.converted(Money::new(asked.amount, from), to, on).ok_or_else(none)?;
    let (rate, since) = rates.shown(from, to, on).ok_or_else(none)?;
    Ok(json!({
        "amount": money.amount, "currency": to, "rate": rate, "on": since.map(|day| day.to_string()),
    }))
}
