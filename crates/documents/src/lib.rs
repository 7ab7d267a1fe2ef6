//! Documents on paper: data in, PDF out; and numbers for a spreadsheet. Typst is named in this crate only.
//!
//! A template is part of the program and takes everything it says as data, so nothing a customer wrote is ever read as
//! markup. It can reach no file and no network. Fonts for European languages are in the program; Chinese, Japanese and
//! Korean take a font of the machine (Noto CJK), and a sign that no font has is an error, not an empty box.

pub mod offer;
pub mod workbook;
pub mod written;

use std::sync::OnceLock;

use kernel::{Error, Result};
use serde::Serialize;
use typst::foundations::{Dict, IntoValue};
use typst::layout::{Frame, FrameItem};
use typst_as_lib::TypstEngine;
use typst_as_lib::typst_kit_options::TypstKitFontOptions;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

const REPORT: &str = include_str!("../templates/report.typ");

/// A report: a head with figures, charts and tables below it. All texts are ready to be read, in its language.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub title: String,
    pub subtitle: Option<String>,
    /// Whose it is, on top of each page.
    pub company: String,
    /// `#rrggbb`.
    pub colour: String,
    /// When it was made, as the reader writes it.
    pub made: String,
    /// ISO 639: hyphenation and quotation marks.
    pub language: String,
    pub parts: Vec<Part>,
}

/// One part of a report, in the order of reading.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Part {
    Heading {
        text: String,
    },
    Text {
        text: String,
        is_quiet: bool,
    },
    /// Four beside each other.
    Figures {
        figures: Vec<Figure>,
    },
    Bars {
        bars: Vec<Bar>,
    },
    /// Each row has a cell for each column.
    Table {
        columns: Vec<Column>,
        rows: Vec<Vec<String>>,
    },
}

#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub label: String,
    pub value: String,
    pub change: Option<Change>,
    pub note: Option<String>,
}

/// A change beside another period.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    pub text: String,
    pub mood: Mood,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    Good,
    Bad,
    Neutral,
}

#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    pub label: String,
    pub size: f64,
    /// What is not over, or only expected.
    pub is_pale: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Column {
    pub label: String,
    pub is_number: bool,
}

/// The report as PDF. Takes some ten milliseconds a page: beside the requests, not among them.
pub fn report(report: &Report) -> Result<Vec<u8>> {
    let data = serde_json::to_string(report).map_err(Error::internal)?;
    print(engine(), &data)
}

/// One engine for all: it holds the fonts and no document.
fn engine() -> &'static TypstEngine<typst_as_lib::TypstTemplateMainFile> {
    static ENGINE: OnceLock<TypstEngine<typst_as_lib::TypstTemplateMainFile>> = OnceLock::new();
    ENGINE.get_or_init(|| engine_of(REPORT))
}

fn engine_of(template: &'static str) -> TypstEngine<typst_as_lib::TypstTemplateMainFile> {
    TypstEngine::builder()
        .main_file(template)
        .search_fonts_with(TypstKitFontOptions::default())
        // What the last pages left in the cache helps nobody.
        .comemo_evict_max_age(Some(0))
        .build()
}

fn print(engine: &TypstEngine<typst_as_lib::TypstTemplateMainFile>, data: &str) -> Result<Vec<u8>> {
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.into_value());
    printed(engine, inputs)
}

fn printed(engine: &TypstEngine<typst_as_lib::TypstTemplateMainFile>, inputs: Dict) -> Result<Vec<u8>> {
    let document: PagedDocument = engine.compile_with_input(inputs).output.map_err(Error::internal)?;
    if document.pages().iter().any(|page| lacks_a_glyph(&page.frame)) {
        return Err(Error::invalid(
            "",
            "no_font",
            "the machine has no font for some of the signs; install one that has, such as Noto CJK",
        ));
    }
    typst_pdf::pdf(&document, &PdfOptions::default()).map_err(|faults| {
        Error::internal(faults.iter().map(|fault| fault.message.to_string()).collect::<Vec<_>>().join("; "))
    })
}

fn lacks_a_glyph(frame: &Frame) -> bool {
    frame.items().any(|(_, item)| match item {
        FrameItem::Group(group) => lacks_a_glyph(&group.frame),
        FrameItem::Text(text) => text.glyphs.iter().any(|glyph| glyph.id == 0),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(title: &str) -> Report {
        let figure = |label: &str, value: &str| Figure {
            label: label.into(),
            value: value.into(),
            change: Some(Change { text: "+12 %".into(), mood: Mood::Good }),
            note: None,
        };
        Report {
            title: title.into(),
            subtitle: Some("1 Jan – 30 Jun 2017".into()),
            company: "Adventure Works".into(),
            colour: "#3d5afe".into(),
            made: "1 Jul 2017".into(),
            language: "en".into(),
            parts: vec![
                Part::Figures { figures: (0..6).map(|n| figure("Revenue", &format!("${n},234,567"))).collect() },
                Part::Heading { text: "By month".into() },
                Part::Bars {
                    bars: (1..=30)
                        .map(|n| Bar { label: format!("2017-{n:02}"), size: f64::from(n * 37 % 19), is_pale: n == 30 })
                        .collect(),
                },
                Part::Table {
                    columns: vec![
                        Column { label: "Product".into(), is_number: false },
                        Column { label: "Revenue".into(), is_number: true },
                    ],
                    rows: (0..60).map(|n| vec![format!("Road-{n} #set [x] $y$ *bold*"), format!("{n}.00")]).collect(),
                },
            ],
        }
    }

    #[test]
    fn a_report_of_several_pages_is_a_pdf_and_what_looks_like_markup_is_text() {
        let pdf = report(&sample("Fact sheet: #panic(\"no\") ș ț Привет")).unwrap();
        assert!(pdf.starts_with(b"%PDF-1."), "{:?}", &pdf[..8]);
        assert!(pdf.len() > 10_000 && pdf.len() < 500_000, "{}", pdf.len());
    }

    #[test]
    fn a_sign_that_no_font_has_is_told() {
        // A private sign, which no font may define.
        let fault = report(&sample("\u{F8FE0}\u{10FFFD}")).unwrap_err();
        assert!(fault.to_string().contains("font"), "{fault}");
    }
}
