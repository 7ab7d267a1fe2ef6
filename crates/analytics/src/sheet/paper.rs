//! A fact sheet as a document.

use documents::{Bar, Change, Column, Figure, Mood, Part, Report, written};
use foundation::Reader;
use foundation::access::settings;
use foundation::company::appearance;
use kernel::{Currency, Money, Result};
use serde_json::Value as Json;

use super::words::word;
use crate::cube::measures::Measure;
use methods::day;

/// The colour of who has chosen none.
const COLOUR: &str = "#3b4cca";

/// The sheet that [`super::answer`] gave, in the caller's language.
pub fn report(reader: &mut Reader, sheet: &Json) -> Result<Report> {
    let language = reader.who.language.to_string();
    let profile = appearance::profile(reader.tx)?;
    let writer = Writer { language: &language, sheet };
    Ok(Report {
        title: writer.title(),
        subtitle: Some(writer.period()),
        company: settings::company_in(reader.tx)?,
        colour: profile.accent.map_or_else(|| COLOUR.to_string(), |accent| accent.as_str().to_string()),
        made: written::day(&day::text(day::at(reader.now)), &language),
        parts: writer.parts(),
        language,
    })
}

struct Writer<'a> {
    language: &'a str,
    sheet: &'a Json,
}

impl Writer<'_> {
    fn word(&self, name: &str) -> String {
        word(name, self.language).to_string()
    }

    fn title(&self) -> String {
        let of = self.sheet["of"].as_str().unwrap_or("all");
        let whose = match (self.sheet["title"].as_str(), of.split_once(':')) {
            (Some(title), _) => title.to_string(),
            (None, Some((_, key))) => key.replace('_', " "),
            (None, None) => self.word("all"),
        };
        format!("{}: {whose}", self.word("title"))
    }

    fn period(&self) -> String {
        let days = |of: &Json| {
            let day = |name: &str| written::day(of[name].as_str().unwrap_or_default(), self.language);
            format!("{} – {}", day("from"), day("to"))
        };
        match &self.sheet["compare"] {
            Json::Null => days(self.sheet),
            before => format!("{}, {} {}", days(self.sheet), self.word("beside"), days(before)),
        }
    }

    fn parts(&self) -> Vec<Part> {
        let figures: Vec<Figure> = list(&self.sheet["figures"]).iter().map(|figure| self.figure(figure)).collect();
        let mut parts = vec![Part::Figures { figures }];
        let months = list(&self.sheet["by_month"]);
        if months.is_empty() {
            parts.push(Part::Text { text: self.word("nothing"), is_quiet: true });
            return parts;
        }
        parts.push(Part::Heading { text: self.word("by_month") });
        parts.push(Part::Bars {
            bars: months
                .iter()
                .map(|month| Bar {
                    label: month["from"].as_str().unwrap_or_default().to_string(),
                    size: money(&month["revenue"]).map_or(0.0, |money| money.amount as f64),
                    is_pale: false,
                })
                .collect(),
        });
        for (heading, rows) in [("lines", "lines"), ("products", "top_products"), ("best_customers", "top_customers")] {
            let rows = list(&self.sheet[rows]);
            if !rows.is_empty() {
                parts.push(Part::Heading { text: self.word(heading) });
                parts.push(self.table(rows));
            }
        }
        parts
    }

    fn figure(&self, figure: &Json) -> Figure {
        let name = figure["measure"].as_str().unwrap_or_default();
        let measure = Measure::named(name);
        let share = figure["share_of_all"].as_f64().filter(|_| self.sheet["of"] != "all");
        Figure {
            label: self.word(name),
            value: self.value(measure, &figure["value"]),
            change: self.change(measure, &figure["value"], &figure["before"]),
            note: share.map(|share| format!("{} {}", written::share(share, self.language), self.word("of_all"))),
        }
    }

    fn value(&self, measure: Option<Measure>, value: &Json) -> String {
        match (money(value), value.as_f64()) {
            (Some(money), _) => written::money(money, self.language),
            (None, Some(share)) if is_share(measure) => written::share(share, self.language),
            (None, Some(number)) => written::number(number, 1, self.language),
            (None, None) => "–".into(),
        }
    }

    /// Shares change by points, everything else by its part.
    fn change(&self, measure: Option<Measure>, value: &Json, before: &Json) -> Option<Change> {
        let of = |value: &Json| money(value).map(|money| money.amount as f64).or_else(|| value.as_f64());
        let (now, before) = (of(value)?, of(before)?);
        let change = match is_share(measure) {
            true => now - before,
            false if before == 0.0 => return None,
            false => (now - before) / before.abs(),
        };
        let more_is_better = !matches!(measure, Some(Measure::Returns | Measure::ReturnShare));
        let mood = match change {
            change if change.abs() < 0.0005 => Mood::Neutral,
            change if (change > 0.0) == more_is_better => Mood::Good,
            _ => Mood::Bad,
        };
        Some(Change { text: written::change(change, self.language), mood })
    }

    fn table(&self, rows: &[Json]) -> Part {
        let has_margin = rows.iter().any(|row| !row["margin"].is_null());
        let names = ["name", "orders", "revenue", "share", "margin"];
        let names = &names[..if has_margin { 5 } else { 4 }];
        let column = |name: &&str| Column { label: self.word(name), is_number: *name != "name" };
        let row = |row: &Json| {
            let mut cells = vec![
                row["title"].as_str().or(row["key"].as_str()).unwrap_or("–").to_string(),
                self.value(None, &row["orders"]),
                self.value(None, &row["revenue"]),
                written::share(row["share"].as_f64().unwrap_or(0.0), self.language),
            ];
            if has_margin {
                cells.push(self.value(None, &row["margin"]));
            }
            cells
        };
        Part::Table { columns: names.iter().map(column).collect(), rows: rows.iter().map(row).collect() }
    }
}

fn is_share(measure: Option<Measure>) -> bool {
    matches!(measure, Some(Measure::MarginShare | Measure::ReturnShare))
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn money(value: &Json) -> Option<Money> {
    Some(Money::new(value["amount"].as_i64()?, Currency::parse(value["currency"].as_str()?)?))
}
