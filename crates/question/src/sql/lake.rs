//! Questions for the engine over the lake.
//!
//! A database answers them record by record, each by its indexes; the engine reads columns, so what is asked of the events
//! of the records themselves is counted for all of them in one walk over the events, and joined. Everything else is as the
//! databases have it. Tables hold what the asker may see and what lives; ids are text, and events stand under who a party
//! is now:
//!
//! - `party_event(party, id, at, kind, amount, currency)`: each event once for each party whose timeline has it;
//! - `record_event(record, id, at, kind, amount, currency)`;
//! - `link`, `segment_member`, `source_row` and the objects' own, with the columns that the question reads.

use std::fmt::Write;

use super::{Arg, Dialect, Writer};
use crate::ast::FigureKind;
use crate::checked::{Checked, Events, Figure, Source};
use crate::eval::{EventsAsked, events_asked};
use crate::moment::Context;

/// Questions about records of one table, which stands as `context.alias`.
#[derive(Debug, Clone, PartialEq)]
pub struct OfLake {
    /// A `select` with a row for each party with whom anything that is asked about happened. It stands as [`OfLake::HAPPENED`]
    /// and is joined from the left by its `party`. None where no events of the records themselves are asked for.
    pub happened: Option<String>,
    /// The condition of each question.
    pub conditions: Vec<String>,
}

impl OfLake {
    pub const HAPPENED: &str = "q_h";

    /// What stands in front of a `select`, and its `from` over the table.
    pub fn from(&self, table: &str, alias: &str) -> (String, String) {
        let name = OfLake::HAPPENED;
        match &self.happened {
            None => (String::new(), format!("\"{table}\" {alias}")),
            Some(happened) => (
                format!("with {name} as ({happened}) "),
                format!("\"{table}\" {alias} left join {name} on {name}.\"party\" = {alias}.\"id\""),
            ),
        }
    }
}

/// One figure of the walk over events.
pub(super) struct Counted {
    value: &'static str,
    condition: String,
    window: Option<(i64, i64)>,
}

/// Writes questions about one object for the engine over the lake. Row rights are not added: its tables hold only what the
/// asker may see.
pub fn compile_lake(questions: &[&Checked], context: &Context<'_>, args: &mut Vec<Arg>) -> OfLake {
    let mut writer = Writer::new(Dialect::Lake, context, args);
    writer.limited = false;
    let mut conditions = Vec::new();
    for question in questions {
        writer.node(&question.root, context.alias, false);
        conditions.push(std::mem::take(&mut writer.out));
    }
    OfLake { happened: writer.happened(), conditions }
}

impl Writer<'_, '_> {
    /// One walk over the events for all figures.
    fn happened(&self) -> Option<String> {
        if self.happened.is_empty() {
            return None;
        }
        let figures: Vec<String> = self
            .happened
            .iter()
            .enumerate()
            .map(|(at, one)| format!("{} filter (where {}) as f{at}", one.value, one.condition))
            .collect();
        let any: Vec<String> = self.happened.iter().map(|one| format!("({})", one.condition)).collect();
        let mut sql = format!("select q_e.\"party\" as \"party\", {} from party_event q_e where ", figures.join(", "));
        // A plain range passes over whole files.
        let windows: Option<Vec<(i64, i64)>> = self.happened.iter().map(|one| one.window).collect();
        if let Some(windows) = windows {
            let from = windows.iter().map(|(from, _)| *from).min().unwrap_or(i64::MIN);
            let until = windows.iter().map(|(_, until)| *until).max().unwrap_or(i64::MAX);
            // Writing to a String cannot fail.
            let _ = write!(sql, "q_e.\"at\" between {from} and {until} and ");
        }
        let _ = write!(sql, "({}) group by q_e.\"party\"", any.join(" or "));
        Some(sql)
    }

    /// Whether something happened with the record itself, counted with everything else.
    pub(super) fn exists_in_lake(&mut self, source: &Source, alias: &str) -> Option<String> {
        let Source::Events(events) = source else { return None };
        let column = self.counted(events, FigureKind::Count, None, alias)?;
        Some(format!("coalesce({column}, 0) > 0"))
    }

    /// A figure of the record's own events.
    pub(super) fn figure_in_lake(&mut self, figure: &Figure, alias: &str) -> Option<String> {
        let Source::Events(events) = &figure.source else { return None };
        let column = self.counted(events, figure.of, figure.currency, alias)?;
        Some(match figure.of {
            FigureKind::Count | FigureKind::Sum => format!("coalesce({column}, 0)"),
            _ => column,
        })
    }

    /// A column of the walk; none where it is not events of the record itself that are meant.
    fn counted(
        &mut self,
        events: &Events,
        of: FigureKind,
        currency: Option<kernel::Currency>,
        alias: &str,
    ) -> Option<String> {
        if self.dialect != Dialect::Lake || !events.party || alias != self.context.alias {
            return None;
        }
        let asked = events_asked(events, of, currency, self.context);
        let value = match of {
            FigureKind::Count => "count(*)",
            FigureKind::Sum => "sum(q_e.\"amount\")",
            FigureKind::Min => "min(q_e.\"amount\")",
            FigureKind::Max => "max(q_e.\"amount\")",
            FigureKind::First => "min(q_e.\"at\")",
            FigureKind::Last => "max(q_e.\"at\")",
        };
        let outer = std::mem::take(&mut self.out);
        self.push("true");
        self.event_conditions("q_e", "q_e", &(None, None), &asked);
        let condition = std::mem::replace(&mut self.out, outer);
        let window = asked.window;
        self.happened.push(Counted { value, condition, window });
        Some(format!("{}.f{}", OfLake::HAPPENED, self.happened.len() - 1))
    }

    /// `from … where …` of the events of another record.
    pub(super) fn events_in_lake(&mut self, party: bool, alias: &str, event: &str, asked: &EventsAsked) {
        let of = if party { "party" } else { "record" };
        let _ = write!(self.out, "from {of}_event {event} where {event}.\"{of}\" = {alias}.\"id\"");
        self.event_conditions(event, event, &(None, None), asked);
    }
}
