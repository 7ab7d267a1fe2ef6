//! Rows of other tables: linked records, children, events, and figures over them.

use std::fmt::Write;

use kernel::Id;

use super::{Arg, Dialect, Writer, id_floor, place_id};
use crate::ast::FigureKind;
use crate::checked::{Children, Column, EventKinds, Events, Figure, Kind, Link, Node, OF_SEGMENTS, Part, Source};
use crate::eval::{EventsAsked, events_asked, figure_kind};

impl Writer<'_, '_> {
    pub(super) fn linked(&mut self, link: &Link, node: &Node, alias: &str) {
        let target = self.alias();
        self.push("exists (select 1 from ");
        self.linked_rows(link, alias, &target);
        self.group(node, &target);
        self.push(")");
    }

    /// The living records behind a link that the caller may see, followed by `and`.
    pub(super) fn linked_rows(&mut self, link: &Link, alias: &str, target: &str) {
        if link.many {
            let via = self.alias();
            let _ = write!(
                self.out,
                "\"link\" {via} cross join \"{}\" {target} where {via}.\"field\" = ",
                link.target.table
            );
            self.arg(Arg::Text(place_id(link)));
            let _ = write!(self.out, " and {via}.\"from_id\" = {alias}.\"id\" and {target}.\"id\" = {via}.\"to_id\"");
        } else {
            let _ = write!(
                self.out,
                "\"{}\" {target} where {target}.\"id\" = {alias}.\"{}\"",
                link.target.table, link.place.column
            );
        }
        let _ = write!(self.out, " and {target}.\"deleted_at\" is null and ");
        self.visible(&link.target.object, target);
    }

    /// A condition that others stand beside.
    pub(super) fn group(&mut self, node: &Node, alias: &str) {
        self.push("(");
        self.node(node, alias, false);
        self.push(")");
    }

    /// The caller's row rights on another object, followed by `and`.
    pub(super) fn visible(&mut self, object: &str, alias: &str) {
        let Some(visible) = self.context.visible.filter(|_| self.limited) else { return };
        let Some(rows) = visible.rows(object) else { return };
        self.limited = false;
        self.group(&rows.root, alias);
        self.limited = true;
        self.push(" and ");
    }

    /// `from … where …` of a source. With `amounts`, the alias of the rows is chosen by the caller.
    pub(super) fn source(&mut self, source: &Source, alias: &str, rows: Option<(&str, &Figure)>) {
        let name = match rows {
            Some((name, _)) => name.to_string(),
            None => self.alias(),
        };
        match source {
            Source::Events(events) => self.events(events, alias, &name, rows.map(|(_, figure)| figure)),
            Source::Children(children) => self.children(children, alias, &name, rows.map(|(_, figure)| figure)),
        }
    }

    pub(super) fn children(&mut self, children: &Children, alias: &str, child: &str, figure: Option<&Figure>) {
        let link = &children.link;
        if link.many {
            let via = self.alias();
            let _ = write!(
                self.out,
                "from \"link\" {via} cross join \"{}\" {child} where {via}.\"field\" = ",
                link.target.table
            );
            self.arg(Arg::Text(place_id(link)));
            let _ = write!(self.out, " and {via}.\"to_id\" = {alias}.\"id\" and {child}.\"id\" = {via}.\"from_id\"");
        } else {
            let _ = write!(
                self.out,
                "from \"{}\" {child} where {child}.\"{}\" = {alias}.\"id\"",
                link.target.table, link.place.column
            );
        }
        let _ = write!(self.out, " and {child}.\"deleted_at\" is null");
        if let Some(Figure { currency: Some(currency), column: Some(column), .. }) = figure {
            self.push(" and ");
            let currency_column = Column { part: Part::Currency, ..column.clone() };
            self.column(child, &currency_column);
            self.push(" = ");
            self.arg(Arg::Text(currency.code().to_string()));
        }
        if self.limited && self.context.visible.is_some_and(|visible| visible.rows(&link.target.object).is_some()) {
            self.push(" and ");
            self.visible(&link.target.object, child);
            self.push("true");
        }
        if let Some(filter) = &children.filter {
            self.push(" and ");
            self.group(filter, child);
        }
    }

    /// Events on a record: a range of the index (record, id). Events of a party: ranges of (party, id) under each id the
    /// party ever had, and of the lines it stands on besides (`event_also`); each event once.
    pub(super) fn events(&mut self, events: &Events, alias: &str, event: &str, figure: Option<&Figure>) {
        let of = figure.map_or(FigureKind::Count, |figure| figure.of);
        let asked = events_asked(events, of, figure.and_then(|figure| figure.currency), self.context);
        if self.dialect == Dialect::Lake {
            return self.events_in_lake(events.party, alias, event, &asked);
        }
        if !events.party {
            let _ = write!(self.out, "from \"event\" {event} where {event}.\"record\" = {alias}.\"id\"");
            let ids = self.event_ids(&asked);
            self.event_conditions(event, event, &ids, &asked);
            return;
        }
        let (party, own, also) = (self.alias(), self.alias(), self.alias());
        let ids = self.event_ids(&asked);
        let before = self.args.len();
        let _ = write!(self.out, "from (select {own}.\"id\", {own}.\"at\", {own}.\"amount\" from ");
        self.party_ids(alias, &party);
        let _ = write!(self.out, " cross join \"event\" {own} where {own}.\"party\" = {party}.\"party\"");
        self.event_conditions(own.as_str(), own.as_str(), &ids, &asked);
        // For existence one is enough; a figure counts each event once.
        self.push(if figure.is_some() { " union " } else { " union all " });
        let _ = write!(self.out, "select {own}.\"id\", {own}.\"at\", {own}.\"amount\" from ");
        self.party_ids(alias, &party);
        let _ = write!(
            self.out,
            " cross join \"event_also\" {also} cross join \"event\" {own} where {also}.\"party\" = {party}.\"party\" \
             and {own}.\"party\" = {also}.\"main\" and {own}.\"id\" = {also}.\"id\""
        );
        // The same conditions with the same arguments again.
        self.args.truncate(before);
        self.event_conditions(own.as_str(), also.as_str(), &ids, &asked);
        let _ = write!(self.out, ") {event}");
    }

    /// Rows of a source that speak of the record: a probe of their index by record, for each id that a party ever had.
    pub(super) fn fed(&mut self, source: kernel::Id, party: bool, alias: &str) {
        let rows = self.alias();
        let _ = write!(self.out, "exists (select 1 from ");
        // In the lake a row stands under who its record is now.
        if party && self.dialect != Dialect::Lake {
            let ids = self.alias();
            self.party_ids(alias, &ids);
            let _ = write!(self.out, " cross join \"source_row\" {rows} where {rows}.\"record\" = {ids}.\"party\"");
        } else {
            let _ = write!(self.out, "\"source_row\" {rows} where {rows}.\"record\" = {alias}.\"id\"");
        }
        // A plus keeps SQLite from walking all that a source says.
        let plus = if self.dialect == Dialect::Sqlite { "+" } else { "" };
        let _ = write!(self.out, " and {plus}{rows}.\"source\" = ");
        self.arg(Arg::Id(source));
        let _ = write!(self.out, " and {rows}.\"gone_at\" is null)");
    }

    /// The ids a party ever had, walked before the events so that their index by party is used.
    pub(super) fn party_ids(&mut self, alias: &str, party: &str) {
        let _ = write!(
            self.out,
            "(select {alias}.\"id\" as \"party\" union all select q_a.\"alias\" from \"party_alias\" q_a where q_a.\"party\" = {alias}.\"id\") {party}"
        );
    }

    /// An event's id begins with its moment: the window as a range of ids makes it a range of the index.
    pub(super) fn event_ids(&self, asked: &EventsAsked) -> (Option<Id>, Option<Id>) {
        match asked.window {
            None => (None, None),
            Some((from, until)) => {
                ((from > 0).then(|| id_floor(from)), (until >= 0).then(|| id_floor(until.saturating_add(1))))
            }
        }
    }

    pub(super) fn event_conditions(
        &mut self,
        event: &str,
        ids_of: &str,
        ids: &(Option<Id>, Option<Id>),
        asked: &EventsAsked,
    ) {
        // A plus keeps SQLite from walking the index by kind and time instead of the one by party or record.
        let plus = if self.dialect == Dialect::Sqlite { "+" } else { "" };
        match &asked.kinds {
            EventKinds::All => {
                let _ = write!(self.out, " and not ({plus}{event}.\"kind\" >= ");
                self.arg(Arg::Text(OF_SEGMENTS.to_string()));
                let _ = write!(self.out, " and {plus}{event}.\"kind\" < ");
                self.arg(Arg::Text(format!("{}/", OF_SEGMENTS.trim_end_matches('.'))));
                self.push(")");
            }
            EventKinds::One(kind) => {
                let _ = write!(self.out, " and {plus}{event}.\"kind\" = ");
                self.arg(Arg::Text(kind.clone()));
            }
            EventKinds::Under(prefix) => {
                let _ = write!(self.out, " and {plus}{event}.\"kind\" >= ");
                self.arg(Arg::Text(prefix.clone()));
                // The sign after the point closes the range.
                let _ = write!(self.out, " and {plus}{event}.\"kind\" < ");
                self.arg(Arg::Text(format!("{}/", prefix.trim_end_matches('.'))));
            }
        }
        if let Some(id) = ids.0 {
            let _ = write!(self.out, " and {ids_of}.\"id\" >= ");
            self.arg(Arg::Id(id));
        }
        if let Some(id) = ids.1 {
            let _ = write!(self.out, " and {ids_of}.\"id\" < ");
            self.arg(Arg::Id(id));
        }
        if let Some((from, until)) = asked.window {
            let _ = write!(self.out, " and {plus}{event}.\"at\" between ");
            self.arg(Arg::Int(from));
            self.push(" and ");
            self.arg(Arg::Int(until));
        }
        if let Some(currency) = asked.currency {
            let _ = write!(self.out, " and {event}.\"currency\" = ");
            self.arg(Arg::Text(currency.code().to_string()));
        }
    }

    /// The sub-select of a figure, as text; its arguments are added.
    pub(super) fn figure(&mut self, figure: &Figure, alias: &str) -> String {
        if let Some(text) = self.figure_in_lake(figure, alias) {
            return text;
        }
        let outer = std::mem::take(&mut self.out);
        let rows = self.alias();
        let (value, with_default) = match (figure.of, &figure.source) {
            (FigureKind::Count, _) => ("count(*)".to_string(), false),
            (of, source) => {
                let column = match (source, &figure.column) {
                    (Source::Children(_), Some(column)) => column.place.column.as_str(),
                    (Source::Events(_), _) if matches!(of, FigureKind::First | FigureKind::Last) => "at",
                    _ => "amount",
                };
                let whole = figure_kind(figure) == Kind::Integer;
                let function = match of {
                    // SQLite refuses a `sum` of whole numbers beyond 64 bits; `total` goes on, exact up to 2^53.
                    FigureKind::Sum if whole && self.dialect == Dialect::Sqlite => "total",
                    FigureKind::Sum => "sum",
                    FigureKind::Min | FigureKind::First => "min",
                    FigureKind::Max | FigureKind::Last | FigureKind::Count => "max",
                };
                (format!("{function}({rows}.\"{column}\")"), of == FigureKind::Sum)
            }
        };
        self.push(if with_default { "coalesce((select " } else { "(select " });
        self.push(&value);
        self.push(" ");
        self.source(&figure.source, alias, Some((&rows, figure)));
        self.push(if with_default { "), 0)" } else { ")" });
        std::mem::replace(&mut self.out, outer)
    }
}
