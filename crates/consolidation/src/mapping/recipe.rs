//! A mapping ready to be applied: each row becomes the values of a record, the texts of its links, and what was wrong.

use kernel::{Currency, FieldType, Money, ObjectDef, Value};

use super::{Column, Feed, Missing, Target, names};
use crate::formats::Row;
use crate::values::{CellError, CellReader, Style, contact, countries, several};

/// What a row says about one record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Number of the row in its file.
    pub row: u64,
    /// Position of a field, and its value. Empty cells are not here: an import never wipes what is known.
    pub values: Vec<(usize, Value)>,
    /// For an address of which only some parts are mapped: which ones.
    pub address_parts: Vec<(usize, [bool; 5])>,
    /// Links by the text of the linked record.
    pub links: Vec<LinkText>,
    /// Cells that cannot be taken. A draft with one that is not lenient is refused.
    pub faults: Vec<Fault>,
}

impl Draft {
    pub fn value(&self, position: usize) -> Option<&Value> {
        self.values.iter().find(|(at, _)| *at == position).map(|(_, value)| value)
    }

    pub fn is_refused(&self) -> bool {
        self.faults.iter().any(|fault| !fault.lenient)
    }
}

/// A cell that names a linked record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkText {
    pub field: usize,
    /// The linked object's field that holds the text; none tries id, external key and name.
    pub by: Option<String>,
    pub text: String,
    pub missing: Missing,
    pub column: Option<usize>,
    pub lenient: bool,
}

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Index of the column in the file; none for a constant.
    pub column: Option<usize>,
    /// Position of the field, where the fault belongs to one.
    pub field: Option<usize>,
    pub error: CellError,
    /// The cell was left empty and the row goes on.
    pub lenient: bool,
}

/// A mapping resolved against an object.
#[derive(Debug, Clone)]
pub struct Recipe {
    steps: Vec<Step>,
    /// Columns that may say which country a row's phone numbers are of.
    country_columns: Vec<usize>,
    first_name: Option<usize>,
    last_name: Option<usize>,
    prefix: Option<usize>,
    /// Where further e-mail addresses and numbers of one cell may go.
    spare_emails: Vec<usize>,
    spare_phones: Vec<usize>,
    style: Style,
}

#[derive(Debug, Clone)]
struct Step {
    feed: Feed,
    column: Option<usize>,
    target: Target,
    reader: Option<CellReader>,
    missing: Missing,
    lenient: bool,
    many: bool,
    kind: StepKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum StepKind {
    Plain,
    Email,
    Phone,
    Appended,
}

impl Recipe {
    /// Resolves a mapping made of columns.
    pub fn new(columns: &[Column], object: &ObjectDef, style: &Style) -> Result<Recipe, Vec<kernel::FieldError>> {
        let feeds: Vec<Feed> = columns.iter().filter_map(Feed::of).collect();
        Recipe::of(&feeds, object, style)
    }

    /// Resolves a mapping. Targets that the object does not have are an error of the caller and are named.
    pub fn of(feeds: &[Feed], object: &ObjectDef, style: &Style) -> Result<Recipe, Vec<kernel::FieldError>> {
        let mut errors = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        let mut country_columns = Vec::new();
        for feed in feeds {
            let word = &feed.target;
            let pointer =
                feed.column().map_or_else(|| format!("/fields/{word}"), |index| format!("/columns/{index}/field"));
            let Some(target) = Target::parse(word, object) else {
                let detail = format!("{} has no field \"{word}\" that can be imported", object.label.get("en"));
                errors.push(kernel::FieldError::new(&pointer, "unknown_field", detail));
                continue;
            };
            if !target.takes_several(object) && steps.iter().any(|step| step.target == target) {
                errors.push(kernel::FieldError::new(
                    &pointer,
                    "taken_twice",
                    format!("two columns feed \"{word}\"; keep one"),
                ));
                continue;
            }
            let mut style = style.clone();
            if let Some(code) = &feed.options.currency {
                match Currency::parse(code) {
                    Some(currency) => style.currency = Some(currency),
                    None => errors.push(kernel::FieldError::new(
                        &pointer,
                        "unknown_currency",
                        format!("\"{code}\" is not a currency code"),
                    )),
                }
            }
            let field = target.position().and_then(|position| object.fields.get(position));
            let kind = match field.map(|field| &field.kind) {
                Some(FieldType::Email) => StepKind::Email,
                Some(FieldType::Phone) => StepKind::Phone,
                Some(FieldType::LongText | FieldType::MultiChoice { .. }) => StepKind::Appended,
                _ => StepKind::Plain,
            };
            if let (Target::AddressPart(_, 4), Some(column)) = (&target, feed.column()) {
                country_columns.push(column);
            }
            let many = matches!(field.map(|field| &field.kind), Some(FieldType::Links { .. }));
            let to_user = field.and_then(|field| field.kind.target()).is_some_and(|target| target == "user");
            let missing = feed.options.missing.unwrap_or(if to_user { Missing::Empty } else { Missing::Refuse });
            steps.push(Step {
                column: feed.column(),
                reader: field.map(|field| CellReader::new(field, &style)),
                lenient: feed.options.lenient,
                feed: feed.clone(),
                target,
                missing,
                many,
                kind,
            });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        // Parts come after the whole, a split name after the parts of one: what is written first stands.
        steps.sort_by_key(|step| match step.target {
            Target::Field(_) => 0,
            Target::AddressPart(..) | Target::Link { .. } => 1,
            Target::Currency(_) => 2,
            Target::Name => 3,
        });
        let mapped = |position: usize| steps.iter().any(|step| step.target == Target::Field(position));
        let spare = |test: fn(&FieldType) -> bool| -> Vec<usize> {
            let fields = object.fields.iter().enumerate();
            fields.filter(|(_, field)| test(&field.kind) && !field.readonly).map(|(at, _)| at).collect()
        };
        let spare_emails =
            spare(|kind| matches!(kind, FieldType::Email)).into_iter().filter(|at| !mapped(*at)).collect();
        // A second number may go to a phone field that this row leaves empty, mapped or not.
        let spare_phones = spare(|kind| matches!(kind, FieldType::Phone));
        Ok(Recipe {
            steps,
            country_columns,
            first_name: object.position("first_name"),
            last_name: object.position("last_name"),
            prefix: object.position("prefix"),
            spare_emails,
            spare_phones,
            style: style.clone(),
        })
    }

    /// Positions of the fields that this mapping may fill.
    pub fn fields(&self) -> Vec<usize> {
        let mut fields: Vec<usize> = self.steps.iter().filter_map(|step| step.target.position()).collect();
        if self.steps.iter().any(|step| step.target == Target::Name) {
            fields.extend(self.first_name.iter().chain(&self.last_name).chain(&self.prefix));
        }
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The parts of an address that are filled, where they are filled one by one.
    pub fn parts_of(&self, position: usize) -> Option<[bool; 5]> {
        let mut parts = [false; 5];
        for step in &self.steps {
            if let Target::AddressPart(at, part) = step.target
                && at == position
                && let Some(known) = parts.get_mut(part)
            {
                *known = true;
            }
        }
        let whole = self.steps.iter().any(|step| step.target == Target::Field(position));
        (parts.contains(&true) && !whole).then_some(parts)
    }

    /// What a row says of each field, as it is written there; several columns of one field one below the other.
    pub fn raw(&self, row: &Row) -> Vec<(usize, String)> {
        let mut raw: Vec<(usize, String)> = Vec::new();
        let mut add = |position: usize, text: &str| match raw.iter_mut().find(|(at, _)| *at == position) {
            Some((_, before)) => {
                before.push('\n');
                before.push_str(text);
            }
            None => raw.push((position, text.to_string())),
        };
        for step in &self.steps {
            let cell = step.feed.cell(row);
            let text = cell.trim();
            if text.is_empty() {
                continue;
            }
            match step.target.position() {
                Some(position) => add(position, text),
                None => self.first_name.iter().chain(&self.last_name).for_each(|position| add(*position, text)),
            }
        }
        raw
    }

    /// The column that feeds a field, for messages.
    pub fn column_of(&self, field: usize) -> Option<usize> {
        self.steps.iter().find(|step| step.target.position() == Some(field)).and_then(|step| step.column)
    }

    /// Reads a row into `draft`, which is emptied first.
    pub fn apply(&self, row: &Row, draft: &mut Draft) {
        draft.row = row.number;
        draft.values.clear();
        draft.address_parts.clear();
        draft.links.clear();
        draft.faults.clear();
        let country = self.country_columns.iter().find_map(|column| countries::code_of(row.cell(*column)));
        for step in &self.steps {
            let cell = step.feed.cell(row);
            if cell.is_empty() {
                continue;
            }
            if let Err(error) = self.take(step, &cell, country, draft) {
                draft.faults.push(Fault {
                    column: step.column,
                    field: step.target.position(),
                    error,
                    lenient: step.lenient,
                });
            }
        }
    }

    fn take(&self, step: &Step, cell: &str, country: Option<&str>, draft: &mut Draft) -> Result<(), CellError> {
        match &step.target {
            Target::Field(position) => self.take_value(step, *position, cell, country, draft),
            Target::AddressPart(position, part) => {
                take_part(*position, *part, cell, draft);
                Ok(())
            }
            Target::Currency(position) => self.take_currency(*position, cell, draft),
            Target::Link { field, by } => {
                let text = self.style.restore(cell).trim();
                let mut push = |text: &str| {
                    if !text.is_empty() && !is_null_key(text) {
                        let text = text.trim_start_matches("* ").to_string();
                        let (missing, column, lenient) = (step.missing, step.column, step.lenient);
                        draft.links.push(LinkText { field: *field, by: by.clone(), text, missing, column, lenient });
                    }
                };
                if step.many {
                    several(text).for_each(&mut push);
                } else {
                    push(text);
                }
                Ok(())
            }
            Target::Name => {
                self.take_name(cell, draft);
                Ok(())
            }
        }
    }

    fn take_value(
        &self,
        step: &Step,
        position: usize,
        cell: &str,
        country: Option<&str>,
        draft: &mut Draft,
    ) -> Result<(), CellError> {
        let Some(reader) = &step.reader else { return Ok(()) };
        // A second value in the cell goes to a field of the same kind that is still empty.
        if step.kind == StepKind::Email && cell.contains([';', ',', ':', '\n', '|']) {
            let all = contact::emails(self.style.restore(cell))?;
            spread(all, position, &self.spare_emails, draft);
            return Ok(());
        }
        if step.kind == StepKind::Phone
            && (cell.contains([';', '\n', '|']) || cell.contains(crate::values::JOINT.trim()))
        {
            let all = contact::phones(self.style.restore(cell), country)?;
            spread(all, position, &self.spare_phones, draft);
            return Ok(());
        }
        let value = reader.read(cell, country)?;
        if value.is_null() {
            return Ok(());
        }
        let Some((_, before)) = draft.values.iter_mut().find(|(at, _)| *at == position) else {
            draft.values.push((position, value));
            return Ok(());
        };
        match (before, value) {
            (Value::Text(text), Value::Text(more)) if step.kind == StepKind::Appended => {
                text.push('\n');
                text.push_str(&more);
            }
            (Value::Choices(all), Value::Choices(more)) => {
                for choice in more {
                    if !all.contains(&choice) {
                        all.push(choice);
                    }
                }
            }
            // A spare number put here by an earlier column makes way for the field's own.
            (before, value) => *before = value,
        }
        Ok(())
    }

    fn take_currency(&self, position: usize, cell: &str, draft: &mut Draft) -> Result<(), CellError> {
        let Some(currency) = Currency::parse(cell) else {
            return Err(CellError::new(
                "unknown_currency",
                format!("\"{}\" is not a currency code such as EUR", crate::values::short(cell.trim())),
            ));
        };
        let Some((_, Value::Money(money))) = draft.values.iter_mut().find(|(at, _)| *at == position) else {
            return Ok(());
        };
        // The amount was read in minor units of the default currency, which may have other decimals.
        let assumed = self.style.currency.unwrap_or(money.currency);
        if assumed.decimals() != currency.decimals() {
            let decimal = money.to_decimal();
            let exact = Money::from_decimal(&decimal, currency).ok_or_else(|| {
                CellError::new("wrong_amount", format!("{decimal} has more digits than {currency} can hold"))
            })?;
            *money = exact;
        }
        money.currency = currency;
        Ok(())
    }

    fn take_name(&self, cell: &str, draft: &mut Draft) {
        let known = |position: Option<usize>| position.is_some_and(|position| draft.value(position).is_some());
        if known(self.first_name) || known(self.last_name) || cell.contains('@') {
            return;
        }
        let name = names::split_name(cell);
        let parts = [(self.first_name, name.first), (self.last_name, name.last), (self.prefix, name.prefix)];
        for (position, text) in parts {
            if let Some(position) = position.filter(|_| !text.is_empty())
                && draft.value(position).is_none()
            {
                draft.values.push((position, Value::Text(text)));
            }
        }
    }
}

fn take_part(position: usize, part: usize, cell: &str, draft: &mut Draft) {
    let text = cell.trim();
    if text.is_empty() {
        return;
    }
    if draft.value(position).is_none() {
        draft.values.push((position, Value::Address(Box::default())));
        draft.address_parts.push((position, [false; 5]));
    }
    if let Some((_, parts)) = draft.address_parts.iter_mut().find(|(at, _)| *at == position)
        && let Some(known) = parts.get_mut(part)
    {
        *known = true;
    }
    let Some((_, Value::Address(address))) = draft.values.iter_mut().find(|(at, _)| *at == position) else { return };
    let street_break = |text: &str| text.replace("\r\n", "\n").replace("\\n", "\n");
    match part {
        // Further lines of a street come in columns of their own.
        0 if !address.street.is_empty() => {
            address.street.push('\n');
            address.street.push_str(&street_break(text));
        }
        0 => address.street = street_break(text),
        1 => address.city = text.to_string(),
        2 => address.region = text.to_string(),
        3 => address.postal_code = text.to_string(),
        _ => address.country = countries::stored(text),
    }
}

/// The first value belongs to the field itself, the others to spare fields that are empty.
fn spread(all: Vec<String>, position: usize, spare: &[usize], draft: &mut Draft) {
    let mut all = all.into_iter();
    let Some(first) = all.next() else { return };
    match draft.values.iter_mut().find(|(at, _)| *at == position) {
        Some((_, before)) => *before = Value::Text(first),
        None => draft.values.push((position, Value::Text(first))),
    }
    for more in all {
        let free = spare.iter().find(|at| **at != position && draft.value(**at).is_none());
        let Some(free) = free else { return };
        draft.values.push((*free, Value::Text(more)));
    }
}

/// Salesforce's id of nothing, and texts that say so.
fn is_null_key(text: &str) -> bool {
    text.starts_with("000000000000000") || matches!(text, "NULL" | "null" | "-" | "N/A" | "n/a")
}
