//! Deals of a period summed by who owns them, and what people said instead.

use db::{Arg, Kind, OnConflict};
use foundation::access::Action;
use foundation::company::currencies::Rates;
use foundation::ledger::{self, Line};
use foundation::records::record::{CHUNK, id_list};
use foundation::records::{Object, ask, figures};
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Currency, Id, Money, Result, Time};

use super::asked::View;
use super::{BEST_CASE_FROM, COMMIT_FROM, Category};
use crate::plan::period::Period;

/// One group of deals.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub owner: Option<Id>,
    /// None where they are won.
    pub category: Option<Category>,
    pub money: Option<Money>,
    /// Amount times probability in per cent.
    pub weighted: i64,
    pub deals: i64,
    /// The day on which won ones were closed.
    pub day: Option<Date>,
}

/// Fields of deals that a forecast tells of; whoever may not see one has no forecast.
pub fn needs(reader: &Reader, deals: &Object) -> Result<()> {
    for field in ["amount", "status", "owner", "expected_close_on", "closed_on", "forecast", "probability", "stage"] {
        figures::visible(reader, deals, field, field)?;
    }
    Ok(())
}

/// The last day on which the caller's deals were won or are expected to be; nobody's who has no forecast.
pub fn last_day(reader: &mut Reader) -> Result<Option<Date>> {
    let deals = reader.object("deal")?;
    if needs(reader, &deals).is_err() {
        return Ok(None);
    }
    let mut last: Option<Date> = None;
    for (column, status) in [("closed_on", "won"), ("expected_close_on", "open")] {
        let mut args = Vec::new();
        let rule = ask::rule_sql(reader, &deals, Action::Read, &mut args)?;
        let sql = format!(
            "select r.{column} from {} r where r.{column} is not null and r.status = '{status}' \
             and r.deleted_at is null and {rule} order by r.{column} desc limit 1",
            deals.def.table
        );
        let found = reader.tx.one(&sql, &args)?;
        last = last.max(found.and_then(|row| row.text(0).parse().ok()));
    }
    Ok(last)
}

/// The deals of the period as they lie in the base, by owner, category and currency.
pub fn groups(reader: &mut Reader, deals: &Object, view: &View) -> Result<Vec<Group>> {
    let mut groups = won(reader, deals, view)?;
    let (mut args, pipeline) = days(view);
    let rule = ask::rule_sql(reader, deals, Action::Read, &mut args)?;
    let stages = reader.catalogue.named("stage").map(|stages| stages.def.table.clone()).unwrap_or_default();
    let sql = format!(
        "select r.owner, coalesce(r.forecast, s.forecast, case when r.probability >= {COMMIT_FROM} then 'commit' \
         when r.probability >= {BEST_CASE_FROM} then 'best_case' else 'pipeline' end), r.amount_currency, \
         cast(sum(r.amount) as bigint), cast(sum(r.amount * coalesce(r.probability, 0)) as bigint), count(*) \
         from {} r left join {stages} s on s.id = r.stage \
         where r.expected_close_on >= $1 and r.expected_close_on <= $2 and r.status = 'open' and r.deleted_at is null \
         and {pipeline} and {rule} group by 1, 2, 3",
        deals.def.table
    );
    for row in reader.tx.query(&sql, &args)? {
        groups.push(Group {
            owner: row.opt_id(0),
            category: Category::named(row.text(1)),
            money: money(row.opt_int(3), row.opt_text(2)),
            weighted: row.int(4),
            deals: row.int(5),
            day: None,
        });
    }
    Ok(groups)
}

/// What was won in the period, by owner and day: the sums and their course in one walk.
fn won(reader: &mut Reader, deals: &Object, view: &View) -> Result<Vec<Group>> {
    let (mut args, pipeline) = days(view);
    let rule = ask::rule_sql(reader, deals, Action::Read, &mut args)?;
    let sql = format!(
        "select r.owner, r.closed_on, r.amount_currency, cast(sum(r.amount) as bigint), count(*) from {} r \
         where r.closed_on >= $1 and r.closed_on <= $2 and r.status = 'won' and r.deleted_at is null \
         and {pipeline} and {rule} group by 1, 2, 3",
        deals.def.table
    );
    let rows = reader.tx.query(&sql, &args)?;
    Ok(rows
        .iter()
        .map(|row| Group {
            owner: row.opt_id(0),
            category: None,
            money: money(row.opt_int(3), row.opt_text(2)),
            weighted: 0,
            deals: row.int(4),
            day: row.text(1).parse().ok(),
        })
        .collect())
}

fn days(view: &View) -> (Vec<Arg>, String) {
    let mut args = vec![Arg::Text(view.period.first().to_string()), Arg::Text(view.period.last().to_string())];
    let pipeline = match view.pipeline {
        Some(id) => {
            args.push(Arg::Id(id));
            "r.pipeline = $3".to_string()
        }
        None => "1 = 1".to_string(),
    };
    (args, pipeline)
}

fn money(amount: Option<i64>, currency: Option<&str>) -> Option<Money> {
    Some(Money::new(amount?, Currency::parse(currency?)?))
}

/// Deals that may have counted in the period at a moment: those that count now and were not changed since, and all that
/// were changed since.
pub fn candidates(reader: &mut Reader, deals: &Object, view: &View, at: Time) -> Result<Vec<Id>> {
    let mut args =
        vec![Arg::Text(view.period.first().to_string()), Arg::Text(view.period.last().to_string()), at.into()];
    let rule = ask::rule_sql(reader, deals, Action::Read, &mut args)?;
    let table = &deals.def.table;
    let stood = "r.created_at < $3 and r.updated_at < $3 and r.deleted_at is null";
    let sql = format!(
        "select r.id from {table} r where r.expected_close_on >= $1 and r.expected_close_on <= $2 \
         and r.status = 'open' and {stood} and {rule} \
         union select r.id from {table} r where r.closed_on >= $1 and r.closed_on <= $2 \
         and r.status = 'won' and {stood} and {rule} \
         union select r.id from {table} r where r.created_at < $3 and r.updated_at >= $3 and {rule}"
    );
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| row.id(0)).collect())
}

/// The ledger's lines about changes of these deals since a moment, oldest first.
pub fn changes_since(reader: &mut Reader, ids: &[Id], at: Time) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let mut args = vec![Arg::from("deal.updated"), at.into()];
        let list = id_list(chunk, &mut args);
        let sql = format!("{} where e.record in ({list}) and e.kind = $1 and e.at >= $2 order by e.id", ledger::SELECT);
        lines.extend(reader.tx.query(&sql, &args)?.iter().map(Line::from_row));
    }
    Ok(lines)
}

/// What stages say of the deals in them, where they say anything.
pub fn stages(reader: &mut Reader) -> Result<Vec<(Id, String)>> {
    let stages = reader.object("stage")?;
    let sql = format!("select id, forecast from {} where forecast is not null", stages.def.table);
    Ok(reader.tx.query(&sql, &[])?.iter().map(|row| (row.id(0), row.text(1).to_string())).collect())
}

/// What somebody said will be sold.
#[derive(Debug, Clone)]
pub struct Said {
    pub person: Id,
    /// Of the person's own deals, or of everybody below them too.
    pub of_team: bool,
    /// None where it was taken back.
    pub money: Option<Money>,
    pub reason: String,
    pub by: Id,
    pub at: Time,
}

/// Everything that was said of a period by then, oldest first; of one person if named.
pub fn said(reader: &mut Reader, period: Period, person: Option<Id>, by_then: Option<Time>) -> Result<Vec<Said>> {
    let mut args = vec![Arg::Text(period.name()), Arg::Int(by_then.map_or(i64::MAX, |at| at.0))];
    let of = match person {
        Some(person) => {
            args.push(Arg::Id(person));
            " and person = $3"
        }
        None => "",
    };
    let sql = format!(
        "select person, of_team, amount, currency, reason, said_by, at from forecast_override \
         where period = $1 and at < $2{of} order by id"
    );
    let rows = reader.tx.query(&sql, &args)?;
    Ok(rows
        .iter()
        .map(|row| Said {
            person: row.id(0),
            of_team: row.flag(1),
            money: money(row.opt_int(2), row.opt_text(3)),
            reason: row.text(4).to_string(),
            by: row.id(5),
            at: row.time(6),
        })
        .collect())
}

/// Adds a line; what was said before stays.
pub fn say(op: &mut Operation, period: Period, said: &Said) -> Result<()> {
    let columns = [
        ("id", Kind::Id),
        ("period", Kind::Text),
        ("person", Kind::Id),
        ("of_team", Kind::Int),
        ("amount", Kind::Int),
        ("currency", Kind::Text),
        ("reason", Kind::Text),
        ("said_by", Kind::Id),
        ("at", Kind::Int),
    ];
    let row = vec![
        Arg::Id(Id::at(op.now.0)),
        Arg::Text(period.name()),
        Arg::Id(said.person),
        Arg::from(said.of_team),
        said.money.map(|money| money.amount).into(),
        said.money.map(|money| money.currency.code().to_string()).into(),
        Arg::text(said.reason.as_str()),
        Arg::Id(said.by),
        said.at.into(),
    ];
    op.tx.insert("forecast_override", &columns, vec![row], OnConflict::Fail)?;
    Ok(())
}

/// The amounts in the company's currency; none where there is no rate.
pub fn in_company(rates: &Rates, money: Option<Money>, on: Date) -> Option<i64> {
    money.map_or(Some(0), |money| rates.in_company(money, on).map(|money| money.amount))
}
