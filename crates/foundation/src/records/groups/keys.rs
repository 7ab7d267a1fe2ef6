//! What the records of a group have in common, and the question that they all answer with yes.

use std::collections::BTreeSet;

use db::Arg;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Currency, Error, Id, Money, Result};
use question::{CompareOp, Expr, Literal, Question, Span};
use serde_json::{Value as Json, json};

use super::MOST_IN_ALL;
use super::by::{By, Kind};
use super::order::Rank;
use super::ranges::Edge;

/// What the records of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Bool(bool),
    Text(String),
    Id(Id),
    /// The first day of a period.
    Day(Date),
    /// A range by its number, of amounts in one currency.
    Range(String, usize),
    /// No value.
    Empty,
}

impl By {
    pub(super) fn key(&self, cell: &Arg, currency: Option<&Arg>, zone: &TimeZone) -> Key {
        match (&self.kind, cell) {
            (_, Arg::Null) => Key::Empty,
            (Kind::Bool, Arg::Int(v)) => Key::Bool(*v != 0),
            (Kind::Choice(_) | Kind::Text, Arg::Text(text)) => Key::Text(text.clone()),
            (Kind::Link { .. }, Arg::Id(id)) => Key::Id(*id),
            (Kind::Link { .. }, Arg::Bytes(bytes)) => {
                uuid::Uuid::from_slice(bytes).map_or(Key::Empty, |uuid| Key::Id(Id(uuid)))
            }
            (Kind::Day { unit }, Arg::Text(day)) => {
                day.parse::<Date>().map_or(Key::Empty, |day| Key::Day(unit.first(day)))
            }
            (Kind::Day { unit }, Arg::Int(ms)) => {
                let day = Timestamp::from_millisecond(*ms).map(|stamp| stamp.to_zoned(zone.clone()).date());
                day.map_or(Key::Empty, |day| Key::Day(unit.first(day)))
            }
            (Kind::Range { .. }, Arg::Int(range)) => {
                let currency = match currency {
                    Some(Arg::Text(code)) => code.clone(),
                    _ => String::new(),
                };
                Key::Range(currency, usize::try_from(*range).unwrap_or(0))
            }
            _ => Key::Empty,
        }
    }

    /// The groups of a record with several choices.
    pub(super) fn choices(list: &str) -> Vec<Key> {
        let chosen: BTreeSet<String> = serde_json::from_str(list).unwrap_or_default();
        if chosen.is_empty() { vec![Key::Empty] } else { chosen.into_iter().map(Key::Text).collect() }
    }

    /// Every key that there is, or between the first and the last.
    pub(super) fn every(&self, axis: &mut BTreeSet<Key>) -> Result<()> {
        match &self.kind {
            Kind::Choice(options) | Kind::Choices(options) => {
                axis.extend(options.iter().map(|option| Key::Text(option.value.clone())))
            }
            Kind::Bool => axis.extend([Key::Bool(false), Key::Bool(true)]),
            Kind::Link { listed, .. } => axis.extend(listed.iter().map(|id| Key::Id(*id))),
            Kind::Day { unit } => {
                let mut days = axis.iter().filter_map(|key| match key {
                    Key::Day(day) => Some(*day),
                    _ => None,
                });
                let Some(first) = days.next() else { return Ok(()) };
                let last = days.next_back().unwrap_or(first);
                let mut day = first;
                while day < last {
                    day = unit.next(day);
                    axis.insert(Key::Day(day));
                    if axis.len() > MOST_IN_ALL {
                        return Err(Error::TooLarge(format!(
                            "more than {MOST_IN_ALL} groups; filter, or group by less"
                        )));
                    }
                }
            }
            Kind::Range { edges, is_closed, .. } => {
                let ranges = if *is_closed { 1..edges.len() } else { 0..edges.len() + 1 };
                let mut currencies: BTreeSet<String> = axis
                    .iter()
                    .filter_map(|key| match key {
                        Key::Range(currency, _) => Some(currency.clone()),
                        _ => None,
                    })
                    .collect();
                if currencies.is_empty() && !matches!(&self.kind, Kind::Range { is_money: true, .. }) {
                    currencies.insert(String::new());
                }
                for currency in currencies {
                    axis.extend(ranges.clone().map(|range| Key::Range(currency.clone(), range)));
                }
            }
            Kind::Text => {}
        }
        Ok(())
    }

    /// The question that the records of a group answer with yes.
    pub(super) fn question(&self, key: &Key) -> Question {
        let span = Span::default;
        let subject = || Expr::field(&self.name);
        let compare = |op, right| Question::Compare { left: subject(), op, right: Expr::literal(right), span: span() };
        let same = if self.is_many() { CompareOp::Contains } else { CompareOp::Eq };
        match key {
            Key::Empty => Question::Empty { subject: subject(), empty: true, span: span() },
            Key::Bool(value) => compare(CompareOp::Eq, Literal::Bool(*value)),
            Key::Text(text) => compare(same, Literal::Text(text.clone())),
            Key::Id(id) => compare(same, Literal::Text(id.to_string())),
            Key::Day(first) => {
                let last = self.last(*first);
                Question::All(vec![
                    compare(CompareOp::Ge, Literal::Text(first.to_string())),
                    compare(CompareOp::Le, Literal::Text(last.to_string())),
                ])
            }
            Key::Range(currency, range) => {
                let Kind::Range { edges, .. } = &self.kind else { return Question::Always(false) };
                let literal = |edge: &Edge| match (edge, Currency::parse(currency)) {
                    (Edge::Whole(amount), Some(currency)) => Literal::Money(Money::new(*amount, currency)),
                    (Edge::Whole(value), None) => Literal::Int(*value),
                    (Edge::Real(value), _) => Literal::Number(*value),
                };
                let from = range.checked_sub(1).and_then(|before| edges.get(before));
                let to = edges.get(*range);
                let from = from.map(|edge| compare(CompareOp::Ge, literal(edge)));
                let to = to.map(|edge| compare(CompareOp::Lt, literal(edge)));
                Question::all(from.into_iter().chain(to).collect())
            }
        }
    }

    pub(super) fn last(&self, first: Date) -> Date {
        match &self.kind {
            Kind::Day { unit } => unit.next(first).yesterday().unwrap_or(first),
            _ => first,
        }
    }

    pub(super) fn show(&self, key: &Key, question: &Question, language: &str) -> Json {
        let filter = question::to_text(question);
        match (key, &self.kind) {
            (Key::Empty, _) => json!({ "value": null, "label": null, "filter": filter }),
            (Key::Bool(value), _) => json!({ "value": value, "label": null, "filter": filter }),
            (Key::Text(value), Kind::Choice(options) | Kind::Choices(options)) => {
                let label = options.iter().find(|option| option.value == *value);
                let label = label.map_or(value.as_str(), |option| option.label.get(language));
                json!({ "value": value, "label": label, "filter": filter })
            }
            (Key::Text(value), _) => json!({ "value": value, "label": value, "filter": filter }),
            (Key::Id(id), Kind::Link { known, .. }) => {
                json!({ "value": id, "label": known.get(id).map(|linked| &linked.title), "filter": filter })
            }
            (Key::Id(id), _) => json!({ "value": id, "label": null, "filter": filter }),
            (Key::Day(first), Kind::Day { unit }) => {
                json!({ "value": first.to_string(), "to": self.last(*first).to_string(), "label": unit.label(*first), "filter": filter })
            }
            (Key::Day(day), _) => json!({ "value": day.to_string(), "label": null, "filter": filter }),
            (Key::Range(currency, range), Kind::Range { edges, .. }) => {
                let from = range.checked_sub(1).and_then(|before| edges.get(before));
                let to = edges.get(*range);
                let text = |edge: &Edge| edge.text(Currency::parse(currency));
                let label = match (from, to) {
                    (Some(from), Some(to)) => format!("{} – {}", text(from), text(to)),
                    (None, Some(to)) => format!("< {}", text(to)),
                    (Some(from), None) => format!("≥ {}", text(from)),
                    (None, None) => String::new(),
                };
                let mut shown = json!({ "value": from.map(Edge::json), "to": to.map(Edge::json), "label": label, "filter": filter });
                if let (Some(shown), false) = (shown.as_object_mut(), currency.is_empty()) {
                    shown.insert("currency".into(), json!(currency));
                    shown.insert("label".into(), json!(format!("{label} {currency}")));
                }
                shown
            }
            (Key::Range(..), _) => Json::Null,
        }
    }

    pub(super) fn rank(&self, key: &Key) -> Rank {
        let mut rank = Rank { is_empty: *key == Key::Empty, number: 0, text: String::new(), key: key.clone() };
        match (key, &self.kind) {
            (Key::Text(value), Kind::Choice(options) | Kind::Choices(options)) => {
                let place = options.iter().position(|option| option.value == *value);
                rank.number = place.and_then(|place| i64::try_from(place).ok()).unwrap_or(i64::MAX);
            }
            (Key::Text(value), _) => rank.text = kernel::fold::fold(value),
            (Key::Id(id), Kind::Link { known, .. }) => match known.get(id) {
                Some(linked) => {
                    rank.number = linked.position;
                    rank.text.clone_from(&linked.sort_title);
                }
                None => rank.number = i64::MAX,
            },
            _ => {}
        }
        rank
    }
}
