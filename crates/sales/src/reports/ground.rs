//! The deals that reports are made of, as the reader may see them.

use std::collections::{BTreeSet, HashMap};

use db::{Arg, Row};
use foundation::Reader;
use foundation::access::Action;
use jiff::civil::Date;
use kernel::{Currency, Error, Id, Money, Result, Time};

use super::DEAL;
use super::asked::{Asked, Period, Window};
use super::history::{History, State, Status};
use super::queries::{self, Scope};
use super::told::{Figure, Purse, Table, Told};
use super::words::word;

/// A deal as it is now.
#[derive(Debug, Clone)]
pub struct Deal {
    pub id: Id,
    pub created_on: Date,
    pub created_at: Time,
    pub now: State,
    pub stage: Option<Id>,
    pub owner: Option<Id>,
    pub source: Option<String>,
    pub pipeline: Option<Id>,
}

impl Deal {
    /// The day from which on it counts: when it was engaged, else when it was entered.
    pub fn begun_on(&self, state: &State) -> Date {
        state.engaged_on.unwrap_or(self.created_on)
    }

    /// Days from its beginning to its end.
    pub fn cycle_days(&self) -> Option<f64> {
        let days = self.now.closed_on?.since(self.begun_on(&self.now)).ok()?.get_days();
        Some(f64::from(days.max(0)))
    }

    fn read(row: &Row, window: &Window) -> Deal {
        let date = |column: usize| row.opt_text(column).and_then(|text| text.parse::<Date>().ok());
        let currency = row.opt_text(6).and_then(Currency::parse);
        Deal {
            id: row.id(0),
            created_at: row.time(1),
            created_on: window.day(row.time(1)),
            stage: row.opt_id(4),
            owner: row.opt_id(10),
            source: row.opt_text(11).map(str::to_string),
            pipeline: row.opt_id(12),
            now: State {
                status: Status::read(row.opt_text(3)),
                amount: row.opt_int(5).zip(currency).map(|(amount, currency)| Money::new(amount, currency)),
                engaged_on: date(7),
                closed_on: date(8),
                expected_on: date(9),
                is_gone: row.opt_int(2).is_some(),
            },
        }
    }
}

/// What the reader may be told of deals.
#[derive(Debug, Clone, Copy)]
pub struct Sees {
    pub amounts: bool,
    pub expected: bool,
}

/// The ground of one report.
pub struct Ground {
    pub window: Window,
    pub filter: String,
    pub sees: Sees,
    pub deals: HashMap<Id, Deal>,
    pub history: History,
}

impl Ground {
    /// Fails where the reader may not see deals, or how they stand.
    pub fn begin(reader: &mut Reader, asked: &Asked) -> Result<Ground> {
        reader.who.need(DEAL, Action::Read)?;
        let hidden = &reader.who.access.on(DEAL).hidden_fields;
        if ["status", "closed_on", "engaged_on", "stage"].iter().any(|field| hidden.contains(*field)) {
            return Err(Error::Forbidden("reports of sales need the right to see how deals stand"));
        }
        let sees = Sees { amounts: !hidden.contains("amount"), expected: !hidden.contains("expected_close_on") };
        let window = asked.window(reader)?;
        Ok(Ground { window, filter: asked.filter()?, sees, deals: HashMap::new(), history: History::default() })
    }

    /// The deals that were open or changed at any time from the first day on, with their changes since.
    pub fn since_first(reader: &mut Reader, asked: &Asked) -> Result<Ground> {
        let mut ground = Ground::begin(reader, asked)?;
        let first = ground.window.first();
        let moment = ground.window.begins(first);
        ground.history = History::since(reader, moment)?;
        let any = [
            ("r.status = 'open' and r.deleted_at is null".to_string(), Vec::new()),
            ("r.closed_on >= $1 and r.deleted_at is null".to_string(), vec![Arg::Text(first.to_string())]),
            ("r.deleted_at >= $1".to_string(), vec![moment.into()]),
        ];
        ground.load(reader, &any)?;
        let missing: Vec<Id> = ground.history.ids().filter(|id| !ground.deals.contains_key(*id)).copied().collect();
        ground.load(reader, &queries::among(&missing))?;
        Ok(ground)
    }

    /// The living deals that were begun in one of the periods of the report.
    pub fn begun(reader: &mut Reader, asked: &Asked) -> Result<Ground> {
        let mut ground = Ground::begin(reader, asked)?;
        let both: Vec<Period> = ground.window.both().collect();
        for period in both {
            let days = vec![Arg::Text(period.from.to_string()), Arg::Text(period.to.to_string())];
            // An id carries the moment it was made at, so deals of some days lie side by side.
            let (begins, over) = (ground.window.begins(period.from), ground.window.over(period.to));
            let made = vec![
                Id::derived(begins.0, &[0; 10]).into(),
                Id::derived(over.0, &[0; 10]).into(),
                begins.into(),
                over.into(),
            ];
            let any = [
                ("r.engaged_on >= $1 and r.engaged_on <= $2 and r.deleted_at is null".to_string(), days),
                (
                    "r.id >= $1 and r.id < $2 and r.created_at >= $3 and r.created_at < $4 and r.engaged_on is null \
                     and r.deleted_at is null"
                        .to_string(),
                    made,
                ),
            ];
            ground.load(reader, &any)?;
        }
        Ok(ground)
    }

    /// The living deals that were begun or closed in one of the periods of the report.
    pub fn begun_or_closed(reader: &mut Reader, asked: &Asked) -> Result<Ground> {
        let mut ground = Ground::begun(reader, asked)?;
        let both: Vec<Period> = ground.window.both().collect();
        for period in both {
            let days = vec![Arg::Text(period.from.to_string()), Arg::Text(period.to.to_string())];
            let closed = "r.closed_on >= $1 and r.closed_on <= $2 and r.deleted_at is null";
            ground.load(reader, &[(closed.to_string(), days)])?;
        }
        Ok(ground)
    }

    /// The deals that are open now.
    pub fn open(reader: &mut Reader, asked: &Asked) -> Result<Ground> {
        let mut ground = Ground::begin(reader, asked)?;
        ground.load(reader, &[("r.status = 'open' and r.deleted_at is null".to_string(), Vec::new())])?;
        Ok(ground)
    }

    /// The report of these parts.
    pub fn tell(
        &self,
        report: &'static str,
        language: &str,
        (figures, tables): (Vec<Figure>, Vec<Table>),
        notes: Vec<String>,
    ) -> Told {
        Told {
            report,
            title: word(report, language),
            from: self.window.period.from.to_string(),
            to: self.window.period.to.to_string(),
            before: self.window.before.map(Period::told),
            as_of: self.window.as_of.to_string(),
            figures,
            tables,
            notes,
        }
    }

    fn load(&mut self, reader: &mut Reader, any: &[(String, Vec<Arg>)]) -> Result<()> {
        let Ground { window, filter, deals, .. } = self;
        queries::deals(reader, &Scope { filter }, any, |row| {
            let deal = Deal::read(row, window);
            deals.insert(deal.id, deal);
            Ok(())
        })
    }

    /// Adds deals by their ids, those of the filter that the reader may see.
    pub fn add(&mut self, reader: &mut Reader, ids: &[Id]) -> Result<()> {
        let missing: Vec<Id> = ids.iter().filter(|id| !self.deals.contains_key(*id)).copied().collect();
        self.load(reader, &queries::among(&missing))
    }

    /// One currency for all amounts, at the rates of the last day.
    pub fn purse(&self, reader: &mut Reader) -> Result<Purse> {
        let mut purse = Purse::new(reader, self.window.period.to)?;
        let all: BTreeSet<Currency> =
            self.deals.values().filter_map(|deal| deal.now.amount).map(|money| money.currency).collect();
        purse.settle(&all);
        Ok(purse)
    }
}
