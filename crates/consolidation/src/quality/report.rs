//! The report as a file or a letter: plain text, HTML and CSV of the same figures.
//!
//! [`ReportWork`] makes it as a job whose result holds both forms; who hands it to mail does so when there is a channel.

use std::fmt::Write as _;

use foundation::App;
use foundation::jobs::{Job, Work};
use kernel::Result;
use serde_json::{Value as Json, json};

use super::figures::{self, Report, Shown};
use super::words;

/// Figures of one object in a letter; the file has all.
const MOST: usize = 12;

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
        let language = &job.who.language;
        Ok(
            json!({ "subject": subject(&report, language), "text": text(&report, language), "html": html(&report, language) }),
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

/// For reading in any mail program.
pub fn text(report: &Report, language: &str) -> String {
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
        for figure in object.figures.iter().filter(|figure| figure.faulty > 0).take(MOST) {
            line(format!("  {}: {} / {} ({} %)", called(figure), figure.faulty, figure.looked, percent(figure)));
        }
    }
    out
}

/// The same with a table for each object; every text is escaped, nothing is loaded from anywhere.
pub fn html(report: &Report, language: &str) -> String {
    let word = |word: &str| words::report(word, language);
    let mut out = String::new();
    let title = escaped(&format!("{} {}", word("title"), report.day.as_deref().unwrap_or("")));
    let _ = write!(
        out,
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1>",
        escaped(language)
    );
    if report.objects.is_empty() {
        let _ = write!(out, "<p>{}</p>", escaped(word("nothing")));
    }
    if let Some(score) = report.score {
        let _ = write!(
            out,
            "<p>{}: <strong>{score}</strong>{}</p>",
            escaped(word("score")),
            escaped(&before(report.before, language))
        );
    }
    for object in &report.objects {
        let score = object.score.map_or(String::new(), |score| format!(" · {score}"));
        let _ = write!(
            out,
            "<h2>{}</h2><p>{} {}{}</p>",
            escaped(&object.label),
            object.records,
            escaped(word("records")),
            escaped(&score)
        );
        out.push_str("<table><thead><tr>");
        for heading in ["measure", "faulty", "looked", "share"] {
            let _ = write!(out, "<th align=\"left\">{}</th>", escaped(word(heading)));
        }
        out.push_str("</tr></thead><tbody>");
        for figure in object.figures.iter().filter(|figure| figure.faulty > 0).take(MOST) {
            let _ = write!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{} %</td></tr>",
                escaped(&called(figure)),
                figure.faulty,
                figure.looked,
                percent(figure)
            );
        }
        out.push_str("</tbody></table>");
    }
    out.push_str("</body></html>");
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
