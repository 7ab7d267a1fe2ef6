//! What a question depends on: from which records and events its answer may change, and how often by the clock alone.

use std::collections::BTreeSet;
use std::fmt::Write;

use kernel::Id;

use crate::ast::{Period, Unit};
use crate::checked::{Checked, Column, Const, EventKinds, Kind, Link, Node, PlaceOf, Source, SystemField, Test};
use crate::moment::Base;
use crate::sql::Arg;

/// How often an answer may change though nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Beat {
    Never,
    /// With a new day in the asker's zone.
    Day,
    /// From minute to minute.
    Minute,
}

/// One step from a record to another object's records.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub link: Link,
    /// The other records link here; else this record links to them.
    pub is_back: bool,
}

/// Records that a question looks at: the way from the record asked about, their object, and what it reads of them.
#[derive(Debug, Clone)]
pub struct Reach {
    pub way: Vec<Step>,
    pub object: String,
    pub fields: BTreeSet<String>,
    pub events: Vec<EventKinds>,
    /// Segments that they are asked to be in.
    pub segments: BTreeSet<Id>,
    /// Sources that they are asked to be fed by.
    pub sources: BTreeSet<Id>,
}

impl Checked {
    /// Everything the answer depends on, the record itself first.
    pub fn reaches(&self) -> Vec<Reach> {
        let mut found = vec![Reach::new(Vec::new(), &self.object)];
        walk(&self.root, &[], &self.object, &mut found);
        found
    }

    /// Whether the answer depends on who asks: `me`, `my teams`.
    pub fn asks_who_asks(&self) -> bool {
        is_personal(&self.root)
    }

    /// How often the answer may change by the clock alone.
    pub fn beat(&self) -> Beat {
        beat(&self.root)
    }
}

impl Reach {
    /// A way that reads nothing yet.
    pub fn new(way: Vec<Step>, object: &str) -> Reach {
        Reach {
            way,
            object: object.to_string(),
            fields: BTreeSet::new(),
            events: Vec::new(),
            segments: BTreeSet::new(),
            sources: BTreeSet::new(),
        }
    }

    /// The ids of the records at the beginning of the way from whom it leads to changed ones, as a `select` of one column.
    /// `changed` is a list of placeholders or a `select`; `root` is the table of the object asked about.
    pub fn back(&self, root: &str, changed: &str, args: &mut Vec<Arg>) -> String {
        let mut ids = changed.to_string();
        for (at, step) in self.way.iter().enumerate().rev() {
            let before = match at.checked_sub(1).and_then(|at| self.way.get(at)) {
                Some(step) => step.link.target.table.as_str(),
                None => root,
            };
            let mut select = String::new();
            let (link, column) = (&step.link, &step.link.place.column);
            // Writing to a String cannot fail.
            let _ = match (link.many, step.is_back) {
                (false, false) => write!(select, "select \"id\" from \"{before}\" where \"{column}\" in ({ids})"),
                (false, true) => {
                    write!(select, "select \"{column}\" from \"{}\" where \"id\" in ({ids})", link.target.table)
                }
                (true, is_back) => {
                    let field = match &link.place.of {
                        PlaceOf::Field { id, .. } => id.clone(),
                        PlaceOf::System(field) => field.name().to_string(),
                    };
                    args.push(Arg::Text(field));
                    let (own, other) = if is_back { ("to_id", "from_id") } else { ("from_id", "to_id") };
                    let place = args.len();
                    write!(
                        select,
                        "select \"{own}\" from \"link\" where \"field\" = ${place} and \"{other}\" in ({ids})"
                    )
                }
            };
            ids = select;
        }
        ids
    }
}

/// The reach along this way, made if there is none yet.
fn at(found: &mut Vec<Reach>, way: &[Step], object: &str, reads: impl FnOnce(&mut Reach)) {
    if let Some(reach) = found.iter_mut().find(|reach| reach.way == way) {
        return reads(reach);
    }
    let mut reach = Reach::new(way.to_vec(), object);
    reads(&mut reach);
    found.push(reach);
}

fn walk(node: &Node, way: &[Step], object: &str, found: &mut Vec<Reach>) {
    let mut read = |column: &Column| {
        at(found, way, object, |reach| reach.fields.extend([column.place.name.clone()]));
    };
    match node {
        Node::Always(_) => {}
        Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|part| walk(part, way, object, found)),
        Node::Not(inner) => walk(inner, way, object, found),
        Node::Own { column, .. } => read(column),
        Node::Pair { left, right, .. } => {
            read(left);
            read(right);
        }
        Node::Member(segment) => {
            at(found, way, object, |reach| reach.segments.extend([*segment]));
        }
        Node::Fed { source, .. } => {
            at(found, way, object, |reach| reach.sources.extend([*source]));
        }
        Node::Linked { link, node } => {
            at(found, way, object, |reach| reach.fields.extend([link.place.name.clone()]));
            let (on, target) = onward(way, link, false);
            at(found, &on, &target, |_| {});
            walk(node, &on, &target, found);
        }
        Node::Exists(source) => walk_source(source, None, way, object, found),
        Node::Figure { figure, .. } => walk_source(&figure.source, figure.column.as_ref(), way, object, found),
    }
}

fn walk_source(source: &Source, column: Option<&Column>, way: &[Step], object: &str, found: &mut Vec<Reach>) {
    match source {
        Source::Events(events) => at(found, way, object, |reach| reach.events.push(events.kinds.clone())),
        Source::Children(children) => {
            let (on, target) = onward(way, &children.link, true);
            at(found, &on, &target, |reach| {
                reach.fields.insert(children.link.place.name.clone());
                reach.fields.extend(column.map(|column| column.place.name.clone()));
            });
            if let Some(filter) = &children.filter {
                walk(filter, &on, &target, found);
            }
        }
    }
}

fn onward(way: &[Step], link: &Link, is_back: bool) -> (Vec<Step>, String) {
    let step = Step { link: link.clone(), is_back };
    (way.iter().cloned().chain([step]).collect(), link.target.object.clone())
}

fn beat(node: &Node) -> Beat {
    match node {
        Node::Always(_) | Node::Pair { .. } | Node::Member(_) => Beat::Never,
        // A source may begin or cease to speak of a record without changing it.
        Node::Fed { .. } => Beat::Day,
        Node::All(parts) | Node::Any(parts) => parts.iter().map(beat).max().unwrap_or(Beat::Never),
        Node::Not(inner) => beat(inner),
        Node::Linked { node, .. } => beat(node),
        Node::Own { column, test } => {
            // What lies in the future may pass while the day lasts; records and events are never made in the future.
            let is_past = matches!(column.place.of, PlaceOf::System(SystemField::CreatedAt | SystemField::UpdatedAt));
            of_test(test, column.kind == Kind::Time && !is_past)
        }
        Node::Exists(source) => of_source(source),
        Node::Figure { figure, test } => of_source(&figure.source).max(of_test(test, false)),
    }
}

fn is_personal(node: &Node) -> bool {
    let of_source = |source: &Source| match source {
        Source::Events(_) => false,
        Source::Children(children) => children.filter.as_ref().is_some_and(|filter| is_personal(filter)),
    };
    let of_test = |test: &Test| match test {
        Test::InMyTeams | Test::Compare(_, Const::Me) => true,
        Test::OneOf(values) | Test::LinksAny(values) => values.iter().any(|value| matches!(value, Const::Me)),
        _ => false,
    };
    match node {
        Node::Always(_) | Node::Pair { .. } | Node::Member(_) | Node::Fed { .. } => false,
        Node::All(parts) | Node::Any(parts) => parts.iter().any(is_personal),
        Node::Not(inner) => is_personal(inner),
        Node::Linked { node, .. } => is_personal(node),
        Node::Own { test, .. } => of_test(test),
        Node::Exists(source) => of_source(source),
        Node::Figure { figure, test } => of_source(&figure.source) || of_test(test),
    }
}

fn of_source(source: &Source) -> Beat {
    match source {
        Source::Events(events) => events.period.as_ref().map_or(Beat::Never, |period| of_period(period, false)),
        Source::Children(children) => children.filter.as_ref().map_or(Beat::Never, |filter| beat(filter)),
    }
}

fn of_test(test: &Test, may_pass: bool) -> Beat {
    let constant = |value: &Const| match value {
        Const::Moment(moment) => match moment.base {
            Base::Today(_) => Beat::Day,
            Base::Now => Beat::Minute,
            Base::Day(_) | Base::At(_) => Beat::Never,
        },
        _ => Beat::Never,
    };
    match test {
        Test::Compare(_, value) => constant(value),
        Test::OneOf(values) => values.iter().map(constant).max().unwrap_or(Beat::Never),
        Test::Between(low, high) => constant(low).max(constant(high)),
        Test::During(period) => of_period(period, may_pass),
        _ => Beat::Never,
    }
}

fn of_period(period: &Period, may_pass: bool) -> Beat {
    match period {
        Period::Dates(..) => Beat::Never,
        Period::Last(_, unit) | Period::Next(_, unit) if may_pass || matches!(unit, Unit::Minute | Unit::Hour) => {
            Beat::Minute
        }
        Period::Last(..) | Period::Next(..) | Period::This(_) | Period::Previous(_) | Period::Following(_) => Beat::Day,
    }
}
