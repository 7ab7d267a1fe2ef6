//! What the first rows look like: how cells are written, and what a source would make of them.

use std::collections::HashMap;

use foundation::App;
use foundation::access::Principal;
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::work::said_of;
use crate::formats::{Format, Found, Row};
use crate::sources::setup::{self, Kind, Setup};
use crate::sources::{connect, secret, shape};
use crate::values::looks;

/// Rows that are looked at to guess what a column holds.
const LOOKED_AT: usize = 400;
/// Examples of a column.
const EXAMPLES: usize = 5;

/// What the first rows look like.
#[derive(Default)]
pub(super) struct Look {
    pub(super) samples: Vec<Vec<String>>,
    pub(super) dates: looks::DateVotes,
    pub(super) decimals: looks::DecimalVotes,
    pub(super) seen: usize,
}

impl Look {
    pub(super) fn new(columns: usize) -> Look {
        Look { samples: vec![Vec::new(); columns], ..Look::default() }
    }

    pub(super) fn see(&mut self, row: &Row, order: &[Option<usize>]) {
        if self.seen >= LOOKED_AT {
            return;
        }
        self.seen += 1;
        for (place, examples) in order.iter().zip(&mut self.samples) {
            let text = place.map_or("", |place| row.cell(place)).trim();
            if text.is_empty() {
                continue;
            }
            self.dates.see(text);
            self.decimals.see(text);
            if examples.len() < EXAMPLES {
                let short: String = text.chars().take(200).collect();
                if !examples.contains(&short) {
                    examples.push(short);
                }
            }
        }
    }

    /// How cells are written, where the format does not say it itself.
    pub(super) fn format(&self, setup: &Setup, format: Format) -> Format {
        let wishes = setup.mapping.as_ref().map(|mapping| mapping.wishes.clone()).unwrap_or_default();
        if setup.kind != Kind::Http {
            return format;
        }
        Format {
            date_style: wishes.date_style.unwrap_or_else(|| self.dates.style()),
            decimal_style: wishes.decimal_style.unwrap_or_else(|| self.decimals.style(None)),
            ..format
        }
    }
}

/// Reads the first rows of a source, and says what it would make of them; nothing is kept.
pub fn try_out(app: &App, who: &Principal, id: Id, rows_wanted: usize) -> Result<Json> {
    let setup = app.read_now(who, |reader| setup::load_to_run(reader, id))?;
    let secret = app.read_now(who, |reader| secret::open(reader, &setup))?;
    let mut rows = connect::open(app, &setup, secret.as_ref(), &HashMap::new(), true)?;
    let Some(segment) = rows.next_segment()? else {
        return Ok(
            json!({ "columns": [], "rows": [], "product": null, "key_columns": [], "match": null, "faults": [] }),
        );
    };
    let there = segment.format.columns.clone();
    let identity: Vec<Option<usize>> = (0..there.len()).map(Some).collect();
    let mut look = Look::new(there.len());
    let (mut shown, mut faults) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    let mut seen = 0;
    while seen < LOOKED_AT.max(rows_wanted) {
        match rows.next(&mut row)? {
            Found::End => break,
            Found::Bad(bad) => faults.push(json!({ "row": bad.number, "code": bad.code, "detail": bad.detail })),
            Found::Row => {
                look.see(&row, &identity);
                if shown.len() < rows_wanted {
                    let mut kept = row.clone();
                    kept.pad_to(there.len());
                    shown.push(kept);
                }
            }
        }
        seen += 1;
    }
    drop(rows);
    let format = look.format(&setup, segment.format.clone());
    app.read_now(who, |reader| {
        let needed = shape::needed(&setup);
        // What is mapped but not there any more is told beside what there is.
        let changed = match &needed {
            Some(needed) => shape::order(&setup, needed, &there).err().map(|fault| said_of(&fault).1),
            None => None,
        };
        let guess = shape::shape(reader, &Setup { mapping: None, keys: Vec::new(), ..setup.clone() }, &format, look.samples.clone())?;
        let object = reader.object(&setup.object)?;
        let product = shape::product(&format, &object.def);
        let mapped = |name: &str| {
            let mapping = setup.mapping.as_ref()?;
            mapping.columns.iter().find(|column| column.name == name).map(|column| column.field.clone())
        };
        let columns: Vec<Json> = guess
            .plan
            .columns
            .iter()
            .map(|column| {
                let field = mapped(&column.name).unwrap_or_else(|| column.field.clone());
                json!({
                    "name": column.name, "samples": look.samples.get(column.index), "field": field, "guess": column.field,
                    "confidence": column.confidence, "options": column.options,
                })
            })
            .collect();
        let cells: Vec<Json> = shown.iter().map(|row| json!({ "row": row.number, "cells": row.cells().collect::<Vec<_>>() })).collect();
        let (_, keys) = shape::as_mapping(&guess, product.clone(), &setup);
        let keys = if setup.keys.is_empty() { keys } else { setup.keys.clone() };
        let fields = crate::import::targets(reader, &object.def);
        Ok(json!({
            "columns": columns, "rows": cells, "product": product, "key_columns": keys, "match": guess.plan.key, "faults": faults,
            "columns_changed": changed, "file": segment.name, "encoding": format.encoding, "fields": fields,
            "format": { "kind": format.kind, "delimiter": format.delimiter, "date_style": format.date_style, "decimal_style": format.decimal_style, "sheet": format.sheet, "sheets": format.sheets },
        }))
    })
}
