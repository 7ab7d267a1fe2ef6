//! A report as a workbook: a sheet for its figures and one for each table, in real numbers.

use documents::workbook::{Cell as Written, Sheet};

use super::told::{Cell, Told, Value};
use super::words::word;

/// The sheets of a report.
pub fn sheets(told: &Told, language: &str) -> Vec<Sheet> {
    let w = |name: &str| word(name, language);
    let days = match &told.before {
        None => vec![format!("{} – {}", told.from, told.to)],
        Some(before) => {
            vec![format!("{} – {}", told.from, told.to), format!("{} – {}", before.from, before.to)]
        }
    };
    let figures = told.figures.iter().map(|figure| {
        let mut row = vec![Written::Text(figure.label.clone()), written(figure.cell.value)];
        row.extend(told.before.iter().map(|_| written(figure.cell.before)));
        row.push(Written::Text(figure.about.clone()));
        row
    });
    let mut sheets = vec![Sheet {
        name: told.title.clone(),
        columns: std::iter::once(told.title.clone()).chain(days.clone()).chain([w("meaning")]).collect(),
        rows: figures.collect(),
    }];
    for table in &told.tables {
        let mut columns = vec![String::new()];
        for column in &table.columns {
            columns.push(column.label.clone());
            columns.extend(told.before.iter().map(|_| format!("{} ({})", column.label, w("before"))));
        }
        let pair = |cell: &Cell| {
            let before = told.before.iter().map(|_| written(cell.before));
            std::iter::once(written(cell.value)).chain(before).collect::<Vec<Written>>()
        };
        let rows = table.rows.iter().map(|row| {
            std::iter::once(Written::Text(row.label.clone())).chain(row.cells.iter().flat_map(pair)).collect()
        });
        sheets.push(Sheet { name: table.title.clone(), columns, rows: rows.collect() });
    }
    sheets
}

fn written(value: Value) -> Written {
    match value {
        Value::None => Written::Empty,
        Value::Count(count) => Written::Number(count as f64),
        Value::Money(money) => Written::Money(money),
        Value::Share(share) => Written::Share(share),
        Value::Days(number) | Value::Hours(number) => Written::Number(number),
    }
}
