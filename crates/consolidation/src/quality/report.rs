//! The report as a file or a letter: plain text, HTML and CSV of the same figures.
//!
//! [`ReportWork`] makes it as a job whose result holds both forms; [`super::letters`] sends them by mail.

use std::fmt::Write as _;

use foundation::App;
use foundation::html::escaped;
use foundation::jobs::{Job, Work};
use kernel::Result;
use serde_json::{Value as Json, json};

use super::figures::{self, OfObject, Report, Shown};
use super::words;

/// Figures of one object in a letter; the file has all.
const MOST: usize = 12;
/// Longest question that stands in an address of a letter, in bytes.
const LONGEST_FILTER: usize = 600;

/// Makes the report under the rights and in the language of who asked for it.
pub struct ReportWork;

impl ReportWork {
    pub const KIND: &'static str = "quality.report";
}

impl Work for ReportWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let object = job.payload.get("object").and_then(Json::as_str).map(str::to_string);
        let report = app.read_now(&job.who, |reader| figures::report(reader, object.as_deref(), ""))?;
        let (language, origin) = (&job.who.language, &app.config().origin);
        Ok(
            json!({ "subject": subject(&report, language), "text": text(&report, language, origin), "html": html(&report, language, origin) }),
        )
    }
}

/// The subject of the letter.
pub fn subject(report: &Report, language: &str) -> String {
    let title = words::report("title", language);
    match report.score {
        Some(score) => format!("{title}: {score}"),
        None => title.to_string(),
    }
}

/// For reading in any mail program; under each figure the way to its rows at `origin`.
pub fn text(report: &Report, language: &str, origin: &str) -> String {
    let word = |word: &str| words::report(word, language);
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("{} {}", word("title"), report.day.as_deref().unwrap_or("")));
    if report.objects.is_empty() {
        line(word("nothing").to_string());
    }
    if let Some(score) = report.score {
        line(format!("{}: {score}{}", word("score"), before(report.before, language)));
    }
    for object in &report.objects {
        line(String::new());
        let score = object
            .score
            .map_or(String::new(), |score| format!(" · {}: {score}{}", word("score"), before(object.before, language)));
        line(format!("{} · {} {}{score}", object.label, object.records, word("records")));
        for figure in worst(object) {
            line(format!("  {}: {} / {} ({} %)", called(figure), figure.faulty, figure.looked, percent(figure)));
            line(format!("    {}", rows(origin, object, figure)));
        }
    }
    line(String::new());
    line(format!("{}: {origin}/quality", word("page")));
    out
}

/// The same with a table for each object, in the inline styles that mail programs keep; every text is escaped, nothing is
/// loaded from anywhere.
pub fn html(report: &Report, language: &str, origin: &str) -> String {
    let word = |word: &str| escaped(words::report(word, language));
    let title = escaped(&format!("{} {}", words::report("title", language), report.day.as_deref().unwrap_or("")));
    let mut out = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\
         <body style=\"margin:0;padding:24px 16px;background:#ffffff;color:#1f1f1e;font:15px/1.5 sans-serif\">\
         <div style=\"max-width:640px;margin:0 auto\"><h1 style=\"margin:0 0 4px;font-size:20px\">{title}</h1>",
        escaped(language)
    );
    if report.objects.is_empty() {
        let _ = write!(out, "<p>{}</p>", word("nothing"));
    }
    if let Some(score) = report.score {
        let before = escaped(&before(report.before, language));
        let _ = write!(
            out,
            "<p style=\"margin:0;{QUIET}\">{}: <strong style=\"color:#1f1f1e\">{score}</strong>{before}</p>",
            word("score")
        );
    }
    for object in &report.objects {
        let score = object.score.map_or(String::new(), |score| format!(" · {}: {score}", word("score")));
        let _ = write!(
            out,
            "<h2 style=\"margin:28px 0 0;font-size:16px\">{}</h2><p style=\"margin:0 0 6px;{QUIET}\">{} {}{score}</p>",
            escaped(&object.label),
            object.records,
            word("records"),
        );
        if worst(object).next().is_none() {
            continue;
        }
        out.push_str("<table style=\"width:100%;border-collapse:collapse\"><thead><tr>");
        for (heading, side) in [("measure", "left"), ("faulty", "right"), ("looked", "right"), ("share", "right")] {
            let _ = write!(out, "<th style=\"{CELL};text-align:{side};{QUIET}\">{}</th>", word(heading));
        }
        out.push_str("</tr></thead><tbody>");
        for figure in worst(object) {
            let _ = write!(
                out,
                "<tr><td style=\"{CELL}\"><a href=\"{}\" style=\"color:#3b4cca\">{}</a></td>\
                 <td style=\"{CELL};text-align:right\">{}</td><td style=\"{CELL};text-align:right\">{}</td>\
                 <td style=\"{CELL};text-align:right\">{} %</td></tr>",
                escaped(&rows(origin, object, figure)),
                escaped(&called(figure)),
                figure.faulty,
                figure.looked,
                percent(figure)
            );
        }
        out.push_str("</tbody></table>");
    }
    let page = escaped(&format!("{origin}/quality"));
    let _ = write!(
        out,
        "<p style=\"margin:28px 0 0;{QUIET}\"><a href=\"{page}\" style=\"color:#3b4cca\">{}</a></p></div></body></html>",
        word("page")
    );
    out
}

const QUIET: &str = "color:#6b6b68;font-size:13px;font-weight:normal";
const CELL: &str = "padding:6px 8px 6px 0;border-bottom:1px solid #e6e6e3";

/// What a letter has room for.
fn worst(object: &OfObject) -> impl Iterator<Item = &Shown> {
    object.figures.iter().filter(|figure| figure.faulty > 0).take(MOST)
}

/// Where the workspace shows a figure's records.
fn rows(origin: &str, object: &OfObject, figure: &Shown) -> String {
    match &figure.filter {
        _ if figure.kind == "duplicates" => format!("{origin}/duplicates?object={}", in_address(&object.plural)),
        Some(filter) if filter.len() <= LONGEST_FILTER => {
            format!("{origin}/o/{}?f={}", in_address(&object.plural), in_address(filter))
        }
        // A hundred records by their ids make an address that mail programs break: the page names them.
        _ => format!("{origin}/quality"),
    }
}

/// Text as a part of an address (RFC 3986).
fn in_address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => {
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// Every figure as a line, for a spreadsheet.
pub fn csv(report: &Report, language: &str) -> String {
    let mut out = String::from("\u{feff}");
    let headings = ["object", "measure", "field", "looked", "faulty", "share"]
        .map(|heading| words::report(heading, language).to_string());
    line(&mut out, &headings);
    for object in &report.objects {
        for figure in &object.figures {
            line(
                &mut out,
                &[
                    object.label.clone(),
                    figure.label.clone(),
                    figure.field_label.clone().unwrap_or_default(),
                    figure.looked.to_string(),
                    figure.faulty.to_string(),
                    percent(figure),
                ],
            );
        }
    }
    out
}

fn line(out: &mut String, cells: &[String]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        // A rule's name is what somebody typed: it must not compute in a spreadsheet.
        let guard = if crate::export::could_compute(cell) { "'" } else { "" };
        let _ = write!(out, "\"{guard}{}\"", cell.replace('"', "\"\""));
    }
    out.push_str("\r\n");
}

fn called(figure: &Shown) -> String {
    match &figure.field_label {
        Some(field) => format!("{}: {field}", figure.label),
        None => figure.label.clone(),
    }
}

fn percent(figure: &Shown) -> String {
    let hundredths = if figure.looked == 0 { 0 } else { figure.faulty.saturating_mul(10_000) / figure.looked };
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn before(before: Option<f64>, language: &str) -> String {
    before.map_or(String::new(), |score| format!(" ({}: {score})", words::report("before", language)))
}
