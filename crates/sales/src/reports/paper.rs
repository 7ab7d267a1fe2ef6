//! A report on paper, in a letter and as a workbook: the same answer, written as the reader's language writes.

use documents::{Bar, Change, Column, Figure, Mood, Part, Report, written};
use foundation::Reader;
use foundation::access::settings;
use foundation::company::appearance;
use kernel::{Money, Result};

use super::told::{Cell, Chart, Row, Table, Told, Value};
use super::words::word;

/// The colour of who has chosen none.
const COLOUR: &str = "#3b4cca";
/// Rows of a table on paper.
const MOST_ROWS: usize = 60;

/// The report as a document.
pub fn report(reader: &mut Reader, told: &Told) -> Result<Report> {
    let language = reader.who.language.to_string();
    let profile = appearance::profile(reader.tx)?;
    let (subtitle, parts) = content(told, &language);
    Ok(Report {
        title: told.title.clone(),
        subtitle: Some(subtitle),
        company: settings::company_in(reader.tx)?,
        colour: profile.accent.map_or_else(|| COLOUR.to_string(), |accent| accent.as_str().to_string()),
        made: written::day(&reader.now.date().to_string(), &language),
        parts,
        language,
    })
}

/// Its days, and what it tells.
pub fn content(told: &Told, language: &str) -> (String, Vec<Part>) {
    let mut parts = Vec::new();
    let figures: Vec<Figure> = told
        .figures
        .iter()
        .map(|figure| Figure {
            label: figure.label.clone(),
            value: text(figure.cell.value, language),
            change: change(&figure.cell, figure.more_is_better, language),
            note: None,
        })
        .collect();
    for chunk in figures.chunks(4) {
        parts.push(Part::Figures { figures: chunk.to_vec() });
    }
    for note in &told.notes {
        parts.push(Part::Text { text: note.clone(), is_quiet: true });
    }
    for table in told.tables.iter().filter(|table| !table.rows.is_empty()) {
        parts.push(Part::Heading { text: table.title.clone() });
        parts.push(Part::Text { text: table.about.clone(), is_quiet: true });
        if table.chart == Some(Chart::Funnel) {
            parts.push(Part::Bars { bars: table.rows.iter().map(bar).collect() });
        }
        parts.push(on_paper(table, language));
    }
    (days(told, language), parts)
}

fn bar(row: &Row) -> Bar {
    let size = row.cells.first().and_then(|cell| cell.value.number()).unwrap_or(0.0);
    Bar { label: row.label.clone(), size, is_pale: false }
}

fn on_paper(table: &Table, language: &str) -> Part {
    let name = Column { label: String::new(), is_number: false };
    let columns = table.columns.iter().map(|column| Column { label: column.label.clone(), is_number: true });
    let row = |row: &Row| {
        let cells = row.cells.iter().map(|cell| text(cell.value, language));
        std::iter::once(row.label.clone()).chain(cells).collect()
    };
    Part::Table {
        columns: std::iter::once(name).chain(columns).collect(),
        rows: table.rows.iter().take(MOST_ROWS).map(row).collect(),
    }
}

fn days(told: &Told, language: &str) -> String {
    let span = |from: &str, to: &str| match from == to {
        true => written::day(from, language),
        false => format!("{} – {}", written::day(from, language), written::day(to, language)),
    };
    match &told.before {
        None => span(&told.from, &told.to),
        Some(before) => {
            format!("{}, {} {}", span(&told.from, &told.to), word("beside", language), span(&before.from, &before.to))
        }
    }
}

/// A value as readers of a language write it; a dash where there is none.
fn text(value: Value, language: &str) -> String {
    let with =
        |number: f64, unit: &str| format!("{}\u{a0}{}", written::number(number, 1, language), word(unit, language));
    match value {
        Value::None => "–".into(),
        Value::Count(count) => written::number(count as f64, 0, language),
        Value::Money(money) => signed(money, language),
        Value::Share(share) => written::share(share, language),
        Value::Days(days) => with(days, "unit_days"),
        Value::Hours(hours) => with(hours, "unit_hours"),
    }
}

fn signed(money: Money, language: &str) -> String {
    written::exact(money, language)
}

/// Shares change by points, everything else by its part.
fn change(cell: &Cell, more_is_better: Option<bool>, language: &str) -> Option<Change> {
    let (now, before) = (cell.value.number()?, cell.before.number()?);
    let change = match cell.value {
        Value::Share(_) => now - before,
        _ if before == 0.0 => return None,
        _ => (now - before) / before.abs(),
    };
    let mood = match more_is_better {
        Some(more) if change.abs() >= 0.0005 => {
            if (change > 0.0) == more {
                Mood::Good
            } else {
                Mood::Bad
            }
        }
        _ => Mood::Neutral,
    };
    Some(Change { text: written::change(change, language), mood })
}
