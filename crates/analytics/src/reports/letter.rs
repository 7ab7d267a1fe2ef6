//! A report as paper and as the words of a letter: the same parts.

use documents::{Mood, Part, Report};
use foundation::App;
use foundation::access::{Principal, settings};
use foundation::company::appearance;
use foundation::html::escaped;
use kernel::Result;

use super::content::Content;
use super::words::word;
use methods::day;

/// The colour of who has chosen none.
const COLOUR: &str = "#3b4cca";
const CELL: &str = "padding:4px 10px 4px 0;border-bottom:1px solid #e4e4e7;text-align:";

/// A report that is ready to be sent in one language.
pub struct Made {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub pdf: Vec<u8>,
}

pub fn make(app: &App, who: &Principal, name: &str, content: &Content) -> Result<Made> {
    let language = who.language.to_string();
    let (company, colour, now) = app.read_now(who, |reader| {
        let accent = appearance::profile(reader.tx)?.accent;
        let colour = accent.map_or_else(|| COLOUR.to_string(), |accent| accent.as_str().to_string());
        Ok((settings::company_in(reader.tx)?, colour, reader.now))
    })?;
    let subject = format!("{name}: {}", content.subtitle);
    let link = format!("{}{}", app.config().origin, content.path);
    let report = Report {
        title: name.to_string(),
        subtitle: Some(content.subtitle.clone()),
        company,
        colour,
        made: documents::written::day(&day::text(day::at(now)), &language),
        parts: content.parts.clone(),
        language: language.clone(),
    };
    let pdf = documents::report(&report)?;
    let open = word("open", &language);
    let text = format!("{subject}\n\n{}\n{open}: {link}\n", text(&content.parts));
    let html = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font:15px/1.5 sans-serif;max-width:44rem;color:#18181b\"><h1 style=\"font-size:20px;margin:0\">{}</h1>\
         <p style=\"margin:0 0 16px;color:#52525b\">{}</p>{}<p><a href=\"{}\">{open}</a></p></body></html>",
        escaped(name),
        escaped(&content.subtitle),
        html(&content.parts),
        escaped(&link),
    );
    Ok(Made { subject, text, html, pdf })
}

fn text(parts: &[Part]) -> String {
    let mut lines = Vec::new();
    for part in parts {
        match part {
            Part::Heading { text } => lines.push(format!("\n{text}")),
            Part::Text { text, .. } => lines.push(text.clone()),
            Part::Figures { figures } => lines.extend(figures.iter().map(|figure| {
                let change = figure.change.as_ref().map_or(String::new(), |change| format!(" ({})", change.text));
                let note = figure.note.as_ref().map_or(String::new(), |note| format!(", {note}"));
                format!("{}: {}{change}{note}", figure.label, figure.value)
            })),
            // Its figures stand on the paper; in words they are a wall of numbers.
            Part::Bars { .. } => {}
            Part::Table { columns, rows } => {
                lines.push(columns.iter().map(|column| column.label.as_str()).collect::<Vec<_>>().join(" | "));
                lines.extend(rows.iter().map(|row| row.join(" | ")));
            }
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn html(parts: &[Part]) -> String {
    parts.iter().map(one).collect()
}

fn one(part: &Part) -> String {
    match part {
        Part::Heading { text } => format!("<h2 style=\"font-size:16px;margin:20px 0 6px\">{}</h2>", escaped(text)),
        Part::Text { text, is_quiet } => {
            let colour = if *is_quiet { "#71717a" } else { "#18181b" };
            format!("<p style=\"color:{colour};white-space:pre-wrap\">{}</p>", escaped(text))
        }
        Part::Figures { figures } => {
            let line = |figure: &documents::Figure| {
                let change = figure.change.as_ref().map_or(String::new(), |change| {
                    let colour = match change.mood {
                        Mood::Good => "#15803d",
                        Mood::Bad => "#b91c1c",
                        Mood::Neutral => "#52525b",
                    };
                    format!("<span style=\"color:{colour}\">{}</span>", escaped(&change.text))
                });
                let note = figure.note.as_deref().map(escaped).unwrap_or_default();
                format!(
                    "<tr><td style=\"{CELL}left\">{}</td><td style=\"{CELL}right\"><b>{}</b></td>\
                     <td style=\"{CELL}right\">{change}</td><td style=\"{CELL}left;color:#71717a\">{note}</td></tr>",
                    escaped(&figure.label),
                    escaped(&figure.value),
                )
            };
            format!(
                "<table style=\"border-collapse:collapse\">{}</table>",
                figures.iter().map(line).collect::<String>()
            )
        }
        Part::Bars { bars } => {
            let most = bars.iter().map(|bar| bar.size).fold(0.0, f64::max);
            let bar = |bar: &documents::Bar| {
                let wide = if most > 0.0 { (bar.size.max(0.0) / most * 100.0).round() } else { 0.0 };
                format!(
                    "<tr><td style=\"padding-right:10px;color:#71717a;font-size:12px\">{}</td><td style=\"width:24rem\">\
                     <div style=\"height:10px;width:{wide}%;background:{COLOUR}\"></div></td></tr>",
                    escaped(&bar.label)
                )
            };
            format!("<table>{}</table>", bars.iter().map(bar).collect::<String>())
        }
        Part::Table { columns, rows } => {
            let side =
                |place: usize| if columns.get(place).is_some_and(|column| column.is_number) { "right" } else { "left" };
            let head = |(place, column): (usize, &documents::Column)| {
                format!(
                    "<th style=\"{CELL}{};color:#71717a;font-weight:500\">{}</th>",
                    side(place),
                    escaped(&column.label)
                )
            };
            let row = |row: &Vec<String>| {
                let cell = |(place, cell): (usize, &String)| {
                    format!("<td style=\"{CELL}{}\">{}</td>", side(place), escaped(cell))
                };
                format!("<tr>{}</tr>", row.iter().enumerate().map(cell).collect::<String>())
            };
            format!(
                "<table style=\"border-collapse:collapse\"><tr>{}</tr>{}</table>",
                columns.iter().enumerate().map(head).collect::<String>(),
                rows.iter().map(row).collect::<String>()
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_customer_wrote_is_never_markup() {
        let parts = [
            Part::Heading { text: "<b>".into() },
            Part::Table {
                columns: vec![documents::Column { label: "\"A\"".into(), is_number: false }],
                rows: vec![vec!["<script>".into()]],
            },
        ];
        let made = html(&parts);
        assert!(!made.contains("<script") && !made.contains("<b>") && made.contains("&lt;script&gt;"), "{made}");
        assert!(text(&parts).contains("<script>"));
    }
}
