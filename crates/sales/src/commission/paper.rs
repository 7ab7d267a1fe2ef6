//! A statement on paper and as a workbook.

use documents::workbook::{Cell, Sheet};
use documents::{Column, Figure, Part, Report, written};
use foundation::Reader;
use foundation::access::settings;
use foundation::company::appearance;
use kernel::{Money, Result};

use super::statement::{Shown, Statement};
use super::words::word;

/// The colour of who has chosen none.
const COLOUR: &str = "#3b4cca";

/// The statement as a document.
pub fn report(reader: &mut Reader, statement: &Statement) -> Result<Report> {
    let language = reader.who.language.to_string();
    let w = |name: &str| word(name, &language).to_string();
    let profile = appearance::profile(reader.tx)?;
    let mut parts = Vec::new();
    for sum in &statement.sums {
        let figure = |label: &str, amount: i64| Figure {
            label: w(label),
            value: written::exact(Money::new(amount, sum.currency), &language),
            change: None,
            note: None,
        };
        let figures =
            [figure("earned", sum.amount), figure("credited", sum.base), figure("taken_back", sum.taken_back)];
        parts.push(Part::Figures { figures: figures.to_vec() });
    }
    for on in &statement.plans {
        let money = |amount| written::exact(Money::new(amount, on.version.currency), &language);
        let mut text = format!("{}: {}, {} {}", on.name, on.period, w("credited").to_lowercase(), money(on.credited));
        if let Some(quota) = on.quota.filter(|quota| *quota > 0) {
            let share = written::share(on.credited as f64 / quota as f64, &language);
            text.push_str(&format!("; {} {}: {share}", w("attained").to_lowercase(), money(quota)));
        }
        parts.push(Part::Text { text, is_quiet: true });
    }
    if statement.lines.is_empty() {
        parts.push(Part::Text { text: w("nothing"), is_quiet: false });
    } else {
        let column = |name: &str, is_number: bool| Column { label: w(name), is_number };
        parts.push(Part::Table {
            columns: vec![
                column("for", false),
                column("day", false),
                column("what", false),
                column("credited", true),
                column("earned", true),
            ],
            rows: statement
                .lines
                .iter()
                .map(|shown| {
                    let line = &shown.line;
                    vec![
                        title(shown, &language),
                        written::day(&line.credited_on.to_string(), &language),
                        w(&line.reason),
                        written::exact(Money::new(line.base, line.currency), &language),
                        written::exact(Money::new(line.amount, line.currency), &language),
                    ]
                })
                .collect(),
        });
    }
    let state = if statement.closed_at.is_some() { "closed" } else { "open" };
    Ok(Report {
        title: w("statement"),
        subtitle: Some(format!("{}, {} ({})", statement.name, statement.month, w(state).to_lowercase())),
        company: settings::company_in(reader.tx)?,
        colour: profile.accent.map_or_else(|| COLOUR.to_string(), |accent| accent.as_str().to_string()),
        made: written::day(&reader.now.date().to_string(), &language),
        parts,
        language,
    })
}

fn title(shown: &Shown, language: &str) -> String {
    let title = shown.title.clone().unwrap_or_else(|| word("hidden", language).to_string());
    match &shown.part {
        Some(part) => format!("{title} ({part})"),
        None => title,
    }
}

/// The lines as a sheet of real numbers.
pub fn sheets(statement: &Statement, language: &str) -> Vec<Sheet> {
    let w = |name: &str| word(name, language).to_string();
    let rows = statement.lines.iter().map(|shown| {
        let line = &shown.line;
        vec![
            Cell::Text(title(shown, language)),
            Cell::Text(line.credited_on.to_string()),
            Cell::Text(w(&line.reason)),
            Cell::Text(shown.plan.clone()),
            Cell::Money(Money::new(line.base, line.currency)),
            Cell::Money(Money::new(line.amount, line.currency)),
        ]
    });
    let columns = ["for", "day", "what", "plan", "credited", "earned"].map(w).to_vec();
    vec![Sheet { name: format!("{} {}", statement.name, statement.month), columns, rows: rows.collect() }]
}
