//! An offer on paper: the company's letterhead, to whom, what, for how much, under which terms.

use std::sync::OnceLock;

use kernel::{Error, Result};
use serde::Serialize;
use typst::foundations::{Bytes, Dict, IntoValue};
use typst_as_lib::TypstEngine;

use crate::{engine_of, printed};

const OFFER: &str = include_str!("../templates/offer.typ");

/// All texts are ready to be read, in the offer's language.
#[derive(Debug, Clone, Serialize)]
pub struct Offer {
    pub title: String,
    pub subject: Option<String>,
    /// ISO 639: hyphenation and quotation marks.
    pub language: String,
    pub company: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Below the company's name.
    pub letterhead: String,
    /// At the foot of each page.
    pub footer: String,
    /// Whom it is for, a line each.
    pub buyer: String,
    /// Label and value: dates, whom to ask.
    pub facts: Vec<[String; 2]>,
    pub introduction: Option<String>,
    /// Heads of the six columns of the lines.
    pub columns: Vec<String>,
    pub lines: Vec<OfferLine>,
    pub totals: Vec<Amount>,
    pub closing: Option<String>,
    pub terms_title: String,
    pub terms: Option<String>,
    /// The word before the number of a page.
    pub page: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct OfferLine {
    pub position: String,
    pub name: String,
    pub notes: String,
    pub quantity: String,
    pub unit_price: String,
    pub discount: String,
    pub total: String,
    pub badge: Option<String>,
    /// Offered, but not in the totals.
    pub is_pale: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Amount {
    pub label: String,
    pub value: String,
    pub is_strong: bool,
}

/// The offer as PDF, with the company's logo (PNG, JPEG, GIF or WebP) where it has one. The same offer is the same bytes.
pub fn pdf(offer: &Offer, logo: Option<(Vec<u8>, &'static str)>) -> Result<Vec<u8>> {
    static ENGINE: OnceLock<TypstEngine<typst_as_lib::TypstTemplateMainFile>> = OnceLock::new();
    let engine = ENGINE.get_or_init(|| engine_of(OFFER));
    let data = serde_json::to_string(offer).map_err(Error::internal)?;
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.clone().into_value());
    if let Some((picture, _)) = logo {
        inputs.insert("logo".into(), Bytes::new(picture).into_value());
        // A picture that cannot be drawn does not keep the offer from its customer.
        match printed(engine, inputs) {
            Err(Error::Internal(_)) => {}
            other => return other,
        }
        inputs = Dict::new();
        inputs.insert("data".into(), data.into_value());
    }
    printed(engine, inputs)
}
