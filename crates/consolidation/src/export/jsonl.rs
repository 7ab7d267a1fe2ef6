//! One JSON object a line, with the names and shapes of the API; an amount is a text (`1204.50 EUR`), which the API takes too.

use std::io::{BufWriter, Write};

use kernel::{Result, Value};

use super::Heading;
use crate::formats::disk_error;

pub(super) struct JsonlWriter<W: Write> {
    out: BufWriter<W>,
    headings: Vec<Heading>,
}

impl<W: Write> JsonlWriter<W> {
    pub(super) fn new(out: W, headings: Vec<Heading>) -> JsonlWriter<W> {
        JsonlWriter { out: BufWriter::with_capacity(64 << 10, out), headings }
    }

    pub(super) fn write(&mut self, values: &[Value]) -> Result<()> {
        let mut object = serde_json::Map::new();
        for (heading, value) in self.headings.iter().zip(values) {
            let json = match value {
                Value::Money(money) => serde_json::Value::String(money.to_string()),
                other => other.to_json(),
            };
            object.insert(heading.name.clone(), json);
        }
        serde_json::to_writer(&mut self.out, &object).map_err(kernel::Error::internal)?;
        self.out.write_all(b"\n").map_err(disk_error)
    }

    pub(super) fn finish(self) -> Result<W> {
        self.out.into_inner().map_err(|error| disk_error(error.into_error()))
    }
}
