//! The records that KPIs are made of, read from the database into files of columns, and what is derived from them there.

use db::Row;
use foundation::Reader;
use foundation::company::appearance;
use foundation::ledger::{Position, subscribe};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Result, Time};
use serde_json::Value as Json;

use crate::engine::Cell;
use crate::engine::embedded::Filling;
use crate::facts::queries::{id, money, text};
use crate::facts::{Table, Wallet};
use methods::day;

pub const TABLES: &[Table] = &[
    Table {
        name: "deal",
        columns: "id uuid, contact uuid, company uuid, owner uuid, pipeline uuid, product uuid, source varchar, \
                  campaign uuid, territory uuid, status varchar, opened date, closed date, expected date, amount bigint",
        order: "id",
        read: deals,
    },
    Table {
        name: "lead",
        columns: "id uuid, owner uuid, source varchar, campaign uuid, rating varchar, status varchar, day date, \
                  converted date, days double",
        order: "id",
        read: leads,
    },
    Table {
        name: "activity",
        columns: "id uuid, owner uuid, kind varchar, day date, due date, in_time boolean",
        order: "id",
        read: activities,
    },
    Table {
        name: "ticket",
        columns: "id uuid, owner uuid, team uuid, channel varchar, priority varchar, kind varchar, product uuid, \
                  opened date, answered date, solved date, answer_hours double, solve_hours double, in_time boolean, \
                  rating bigint",
        order: "id",
        read: tickets,
    },
    Table {
        name: "ticket_step",
        columns: "ticket uuid, kind varchar, day date, moment bigint",
        order: "ticket, moment",
        read: steps,
    },
    Table {
        name: "mail",
        columns: "kind varchar, party uuid, campaign uuid, day date, moment bigint",
        order: "moment",
        read: mails,
    },
    Table {
        name: "campaign",
        columns: "id uuid, kind varchar, owner uuid, day date, cost bigint, leads bigint",
        order: "id",
        read: campaigns,
    },
];

/// What is derived: purchases with their customer, each customer's first day, solutions that held, letters and what became
/// of them within two weeks.
pub const DERIVED: &[&str] = &[
    "create view trade as select p.*, coalesce(p.contact, p.company) as customer, p.kind = 'return' as is_return, \
     r.line as product_line from purchase p left join product r on r.id = p.product",
    "create view sale as select document, customer, day, min(channel) as channel, min(territory) as territory \
     from trade where not is_return group by document, customer, day",
    "create view arrival as select customer, day, channel, territory from (select *, \
     row_number() over (partition by customer order by day, document) as place from sale where customer is not null) \
     where place = 1",
    "create view solution as select s.ticket, s.day, t.owner, t.team, t.channel, t.priority, t.kind, t.product, \
     exists (select 1 from ticket_step r where r.ticket = s.ticket and r.kind = 'ticket.reopened' and r.moment >= s.moment) \
     as came_back from (select ticket, min(day) as day, min(moment) as moment from ticket_step \
     where kind in ('ticket.solved', 'ticket.closed') group by ticket) s join ticket t on t.id = s.ticket",
    "create view letter as with later as (select s.moment, s.party, s.campaign, \
     bool_or(m.kind = 'email.opened' or m.kind = 'email.clicked') as opened, bool_or(m.kind = 'email.clicked') as clicked, \
     bool_or(m.kind = 'email.bounced') as bounced, bool_or(m.kind = 'email.unsubscribed') as unsubscribed \
     from mail s join mail m on m.party = s.party and m.campaign is not distinct from s.campaign \
     and m.kind <> 'email.sent' and m.moment >= s.moment and m.moment < s.moment + 1209600000 where s.kind = 'email.sent' \
     group by s.moment, s.party, s.campaign) \
     select s.party, s.campaign, s.day, coalesce(l.opened, false) as opened, coalesce(l.clicked, false) as clicked, \
     coalesce(l.bounced, false) as bounced, coalesce(l.unsubscribed, false) as unsubscribed \
     from mail s left join later l on l.moment = s.moment and l.party = s.party and l.campaign is not distinct from s.campaign \
     where s.kind = 'email.sent'",
];

const HOUR_MS: f64 = 3_600_000.0;
const DAY_MS: f64 = 24.0 * HOUR_MS;

/// Turns moments into days where the company is.
struct Calendar(TimeZone);

impl Calendar {
    fn of(reader: &mut Reader) -> Result<Calendar> {
        let zone = appearance::profile(reader.tx)?.time_zone;
        Ok(Calendar(TimeZone::get(&zone).unwrap_or(TimeZone::UTC)))
    }

    fn day(&self, at: Option<Time>) -> Option<Date> {
        Some(jiff::Timestamp::from_millisecond(at?.0).ok()?.to_zoned(self.0.clone()).date())
    }

    fn cell(&self, at: Option<Time>) -> Cell {
        date(self.day(at))
    }
}

fn date(day: Option<Date>) -> Cell {
    day.map_or(Cell::Null, |day| Cell::Text(day.to_string()))
}

/// How long from one moment to another, in units of so many milliseconds; nothing where the second is before the first.
fn span(from: Option<Time>, to: Option<Time>, unit: f64) -> Cell {
    match from.zip(to) {
        Some((from, to)) if to >= from => Cell::Real((to.0 - from.0) as f64 / unit),
        _ => Cell::Null,
    }
}

fn flag(value: Option<bool>) -> Cell {
    value.map_or(Cell::Null, |value| Cell::Int(i64::from(value)))
}

fn deals(reader: &mut Reader, wallet: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let calendar = Calendar::of(reader)?;
    let today = calendar.day(Some(reader.now));
    let sql = "select id, contact, company, owner, pipeline, product, source, campaign, territory, status, engaged_on, \
               created_at, closed_on, expected_close_on, amount, amount_currency, updated_at from deal where deleted_at is null";
    reader.tx.each(sql, &[], |row| {
        let read = |column: usize| row.opt_text(column).and_then(|text| text.parse::<Date>().ok());
        let is_open = row.text(9) == "open";
        // A deal that was closed without a day was closed when it was last changed.
        let closed = (!is_open).then(|| read(12).or_else(|| calendar.day(row.opt_time(16)))).flatten();
        let opened = read(10).or_else(|| calendar.day(row.opt_time(11)));
        // What is closed is no younger than its end.
        let opened = closed.map_or(opened, |closed| opened.map(|opened| opened.min(closed)));
        let amount = wallet.amount(money(&row, 14), closed.or(today));
        filling.row(&[
            id(&row, 0),
            id(&row, 1),
            id(&row, 2),
            id(&row, 3),
            id(&row, 4),
            id(&row, 5),
            text(&row, 6),
            id(&row, 7),
            id(&row, 8),
            text(&row, 9),
            date(opened),
            date(closed),
            text(&row, 13),
            amount,
        ])?;
        Ok(true)
    })
}

fn leads(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let calendar = Calendar::of(reader)?;
    let sql = "select id, owner, source, campaign, rating, status, created_at, converted_at from lead where deleted_at is null";
    reader.tx.each(sql, &[], |row| {
        filling.row(&[
            id(&row, 0),
            id(&row, 1),
            text(&row, 2),
            id(&row, 3),
            text(&row, 4),
            text(&row, 5),
            calendar.cell(row.opt_time(6)),
            calendar.cell(row.opt_time(7)),
            span(row.opt_time(6), row.opt_time(7), DAY_MS),
        ])?;
        Ok(true)
    })
}

fn activities(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let calendar = Calendar::of(reader)?;
    let now = reader.now;
    let sql = "select id, owner, kind, is_done, done_at, due_at from activity where deleted_at is null";
    reader.tx.each(sql, &[], |row| {
        let done = row.opt_time(4).filter(|_| row.flag(3));
        let due = row.opt_time(5).filter(|due| *due <= now);
        filling.row(&[
            id(&row, 0),
            id(&row, 1),
            text(&row, 2),
            calendar.cell(done),
            calendar.cell(due),
            flag(due.map(|due| done.is_some_and(|done| done <= due))),
        ])?;
        Ok(true)
    })
}

fn tickets(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let calendar = Calendar::of(reader)?;
    let sql = "select id, owner, team, channel, priority, kind, product, created_at, first_answered_at, solved_at, \
               closed_at, due_at, rating, status from ticket where deleted_at is null";
    reader.tx.each(sql, &[], |row| {
        let (answered, due) = (row.opt_time(8), row.opt_time(11));
        let solved = row.opt_time(9).or_else(|| row.opt_time(10));
        // What was imported may have been solved before it came here: then it was opened no later.
        let opened = row.opt_time(7).map(|made| [answered, solved].into_iter().flatten().fold(made, Time::min));
        let rating = row.opt_int(12).map_or(Cell::Null, Cell::Int);
        filling.row(&[
            id(&row, 0),
            id(&row, 1),
            id(&row, 2),
            text(&row, 3),
            text(&row, 4),
            text(&row, 5),
            id(&row, 6),
            calendar.cell(opened),
            calendar.cell(answered),
            calendar.cell(solved),
            span(opened, answered, HOUR_MS),
            span(opened, solved, HOUR_MS),
            flag(due.zip(solved).map(|(due, solved)| solved <= due)),
            rating,
        ])?;
        Ok(true)
    })
}

fn steps(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let calendar = Calendar::of(reader)?;
    let sql = "select record, kind, at from event where kind in ('ticket.solved', 'ticket.closed', 'ticket.reopened')";
    reader.tx.each(sql, &[], |row| {
        filling.row(&[id(&row, 0), text(&row, 1), calendar.cell(row.opt_time(2)), Cell::Int(row.int(2))])?;
        Ok(true)
    })
}

fn mails(reader: &mut Reader, _: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let calendar = Calendar::of(reader)?;
    let sql = "select kind, party, props, at from event where kind in \
               ('email.sent', 'email.opened', 'email.clicked', 'email.bounced', 'email.unsubscribed')";
    reader.tx.each(sql, &[], |row| {
        let props = row.opt_text(2).and_then(|text| serde_json::from_str::<Json>(text).ok());
        let campaign = props.as_ref().and_then(|props| props["campaign"].as_str()).and_then(kernel::Id::parse);
        let campaign = campaign.map_or(Cell::Null, |id| Cell::Text(id.to_string()));
        filling.row(&[text(&row, 0), id(&row, 1), campaign, calendar.cell(row.opt_time(3)), Cell::Int(row.int(3))])?;
        Ok(true)
    })
}

fn campaigns(reader: &mut Reader, wallet: &mut Wallet, filling: &mut Filling) -> Result<()> {
    let sql = "select id, kind, owner, starts_on, actual_cost, actual_cost_currency, leads_count from campaign \
               where deleted_at is null and starts_on is not null";
    reader.tx.each(sql, &[], |row: Row| {
        let starts = row.opt_text(3).and_then(|text| text.parse::<Date>().ok());
        let cost = wallet.amount(money(&row, 4), starts);
        filling.row(&[id(&row, 0), text(&row, 1), id(&row, 2), text(&row, 3), cost, Cell::Int(row.int(6))])?;
        Ok(true)
    })
}

/// Whether something that KPIs are made of changed behind that place of the ledger.
pub fn changed_after(reader: &mut Reader, position: &str) -> Result<bool> {
    let Ok(position) = Position::parse(position, reader.tx.dialect()) else { return Ok(true) };
    subscribe::any_after(
        reader.tx,
        position,
        "e.object in ('deal', 'lead', 'activity', 'ticket', 'campaign') \
         or e.kind in ('email.sent', 'email.opened', 'email.clicked', 'email.bounced', 'email.unsubscribed')",
    )
}

/// The day of a moment where the company is, as [`crate::day`] numbers it.
pub fn today(reader: &mut Reader) -> Result<i32> {
    let calendar = Calendar::of(reader)?;
    Ok(calendar.day(Some(reader.now)).map_or(0, day::number))
}
