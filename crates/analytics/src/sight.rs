//! Who may see figures of the whole base.
//!
//! A figure over all customers tells of customers whom the caller may not see. So whoever asks for one must be allowed to
//! read every record that it is made of, and the amounts in them; who may not see costs is told no margin.

use foundation::Reader;
use foundation::access::Action;
use foundation::records::ask;
use kernel::{Error, Result};

use crate::cube::measures::Measure;
use crate::scorecards::catalogue::PURCHASES as MADE_OF;

/// Fails unless the caller may read every record of these objects, and these of their fields.
pub fn whole(reader: &Reader, made_of: &[(&str, &[&str])]) -> Result<()> {
    for (name, fields) in made_of {
        let object = reader.object(name)?;
        reader.who.need(name, Action::Read)?;
        let hidden = &reader.who.access.on(name).hidden_fields;
        if ask::rule_question(reader, &object, Action::Read)?.is_some()
            || fields.iter().any(|field| hidden.contains(*field))
        {
            return Err(Error::Forbidden(
                "figures of all customers need the right to read all customers and purchases",
            ));
        }
    }
    Ok(())
}

/// What of the figures a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    pub margins: bool,
}

impl Sight {
    /// Fails unless the caller may read everything that figures of the whole base are made of.
    pub fn of(reader: &Reader) -> Result<Sight> {
        whole(reader, MADE_OF)?;
        let hidden = |object: &str, fields: [&str; 2]| {
            let access = reader.who.access.on(object);
            fields.iter().any(|field| access.hidden_fields.contains(*field))
        };
        let costs_hidden = hidden("order_line", ["unit_cost", "line_cost"])
            || hidden("order", ["cost", "margin"])
            || hidden("product", ["cost", "margin"]);
        Ok(Sight { margins: !costs_hidden })
    }

    /// Whether a figure may be told.
    pub fn allows(self, measure: Measure) -> bool {
        self.margins || !matches!(measure, Measure::Margin | Measure::MarginShare)
    }
}
