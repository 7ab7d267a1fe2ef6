//! Texts in the four languages every build is shipped in, and small helpers both macros share.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, Expr, ExprLit, Lit, LitInt, LitStr, Result};

pub const LANGUAGES: [&str; 4] = ["en", "ru", "zh", "ro"];

/// A text in English, Russian, Chinese and Romanian, as written in an attribute.
#[derive(Clone, Default)]
pub struct Texts {
    pub by_language: [Option<LitStr>; 4],
    /// The hue that an option may carry beside its label.
    pub hue: Option<LitInt>,
}

impl Texts {
    /// Reads `name(en = "…", ru = "…", zh = "…", ro = "…")`.
    pub fn parse(meta: &ParseNestedMeta<'_>) -> Result<Texts> {
        let mut texts = Texts::default();
        meta.parse_nested_meta(|inner| {
            let word = name_of(&inner)?;
            if word == "hue" {
                texts.hue = Some(inner.value()?.parse()?);
                return Ok(());
            }
            let slots = LANGUAGES.iter().zip(&mut texts.by_language);
            let Some((_, slot)) = slots.into_iter().find(|(language, _)| **language == word) else {
                return Err(inner.error("a language: en, ru, zh or ro"));
            };
            *slot = Some(inner.value()?.parse()?);
            Ok(())
        })?;
        Ok(texts)
    }

    /// Refuses a text that is missing or empty in one of the four languages.
    pub fn complete(self, span: Span, what: &str) -> Result<Texts> {
        for (language, text) in LANGUAGES.iter().zip(&self.by_language) {
            if text.as_ref().is_none_or(|text| text.value().trim().is_empty()) {
                return Err(Error::new(span, format!("{what} needs a text in `{language}`")));
            }
        }
        Ok(self)
    }

    pub fn get(&self, position: usize) -> String {
        self.by_language.get(position).and_then(Option::as_ref).map(LitStr::value).unwrap_or_default()
    }

    /// `Labels::four("…", "…", "…", "…")`.
    pub fn to_labels(&self) -> TokenStream {
        let [en, ru, zh, ro] = [0, 1, 2, 3].map(|position| self.get(position));
        quote!(::kernel::object::Labels::four(#en, #ru, #zh, #ro))
    }
}

/// The one word of a nested attribute, `label` or `hue`.
pub fn name_of(meta: &ParseNestedMeta<'_>) -> Result<String> {
    meta.path.get_ident().map(ToString::to_string).ok_or_else(|| meta.error("one word"))
}

/// The doc comment as one paragraph; `None` when there is none.
pub fn doc_comment(attributes: &[Attribute]) -> Option<String> {
    let mut text = String::new();
    for attribute in attributes {
        let syn::Meta::NameValue(pair) = &attribute.meta else { continue };
        if !pair.path.is_ident("doc") {
            continue;
        }
        if let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line.value().trim());
        }
    }
    let text = text.trim().to_string();
    (!text.is_empty()).then_some(text)
}

/// `OrderLine` → `order_line`.
pub fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Names in braces in a title or a sentence; an error for a brace without its partner.
pub fn placeholders(text: &LitStr) -> Result<Vec<String>> {
    let value = text.value();
    let mut names = Vec::new();
    let mut rest = value.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or_else(|| Error::new(text.span(), "a brace is not closed"))?;
        names.push(name.to_string());
        rest = tail;
    }
    Ok(names)
}
