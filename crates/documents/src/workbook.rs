//! Numbers for a spreadsheet: sheets of typed cells in, XLSX out. Texts are typed as text, so nothing in them computes.

use std::collections::BTreeMap;

use kernel::{Error, Money, Result};
use rust_xlsxwriter::{Format, Workbook};

/// Characters that a cell can hold.
const CELL: usize = 32_767;

/// One sheet: a head of columns, and rows with a cell for each.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Money(Money),
    /// 1 is 100 %.
    Share(f64),
}

/// The workbook's bytes. Sheets are told apart by a number where their names are one.
pub fn xlsx(sheets: &[Sheet]) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let share = Format::new().set_num_format("0.0%");
    let mut monies: BTreeMap<String, Format> = BTreeMap::new();
    let mut names: Vec<String> = Vec::new();
    for sheet in sheets {
        let name = name(&sheet.name, &names);
        let page = workbook.add_worksheet();
        page.set_name(&name).map_err(Error::internal)?;
        names.push(name);
        page.set_freeze_panes(1, 1).map_err(Error::internal)?;
        page.set_column_width(0, 34).map_err(Error::internal)?;
        for (column, head) in (0u16..).zip(&sheet.columns) {
            page.write_string_with_format(0, column, fitting(head), &bold).map_err(Error::internal)?;
            if column > 0 {
                page.set_column_width(column, 18).map_err(Error::internal)?;
            }
        }
        for (row, cells) in (1u32..).zip(&sheet.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                let written = match cell {
                    Cell::Empty => continue,
                    Cell::Text(text) => page.write_string(row, column, fitting(text)),
                    Cell::Number(number) => page.write_number(row, column, *number),
                    Cell::Share(part) => page.write_number_with_format(row, column, *part, &share),
                    Cell::Money(money) => {
                        // An amount in its major unit; 15 digits are exact.
                        let number = money.to_decimal().parse::<f64>().map_err(Error::internal)?;
                        let code = money.currency.code().to_string();
                        let format = monies.entry(code).or_insert_with_key(|code| {
                            let digits = usize::try_from(money.currency.decimals()).unwrap_or(2);
                            let point = if digits == 0 { "" } else { "." };
                            Format::new().set_num_format(format!("#,##0{point}{} \"{code}\"", "0".repeat(digits)))
                        });
                        page.write_number_with_format(row, column, number, format)
                    }
                };
                written.map_err(Error::internal)?;
            }
        }
    }
    workbook.save_to_buffer().map_err(Error::internal)
}

fn fitting(text: &str) -> String {
    if text.len() <= CELL { text.to_string() } else { text.chars().take(CELL).collect() }
}

/// At most 31 characters, none of those that sheets refuse, not one that is taken.
fn name(title: &str, taken: &[String]) -> String {
    let plain: String = title.chars().filter(|ch| !"[]:*?/\\'".contains(*ch) && !ch.is_control()).take(28).collect();
    let plain = if plain.trim().is_empty() { "1".to_string() } else { plain };
    let is_taken = |name: &String| taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    if !is_taken(&plain) {
        return plain;
    }
    let numbered = (2..=taken.len() + 2).map(|number| format!("{plain} {number}"));
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    #[test]
    fn sheets_of_one_name_are_told_apart() {
        let sheet = |rows| Sheet { name: "Funnel: a/b".into(), columns: vec![String::new(), "Won".into()], rows };
        let row = vec![Cell::Text("=1+1".into()), Cell::Money(Money::new(1_050, Currency::EUR))];
        let bytes = xlsx(&[sheet(vec![row]), sheet(vec![vec![Cell::Share(0.5), Cell::Empty]])]).unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(name("Funnel: a/b", &["funnel ab".into()]), "Funnel ab 2");
    }
}
