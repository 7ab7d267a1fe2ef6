//! Guesses targets for all columns at once: every column proposes, the surest proposals are taken first, and a field is given
//! away once.

use std::collections::{HashMap, HashSet};

use kernel::{FieldDef, FieldType, ObjectDef};

use super::synonyms::{ADDRESS_GROUPS, address_part_of, key, targets_of};
use super::{Column, Options, Target, names, natural_key, usual_options};
use crate::formats::Detected;
use crate::values::{CellReader, Style, looks};

/// What a column's name or content says, from sure to likely.
const BY_NAME: f32 = 0.98;
const BY_SYNONYM: f32 = 0.92;
const SECOND_CHOICE: f32 = 0.07;
const BY_CONTENT: f32 = 0.6;

struct Proposal {
    column: usize,
    target: String,
    confidence: f32,
}

/// Columns of a file with a target for each, where one can be guessed. `targets` are the definitions of objects that
/// `object` links to; a link column is guessed by the name of the linked object too.
pub fn guess(detected: &Detected, object: &ObjectDef, targets: &[&ObjectDef]) -> Vec<Column> {
    let format = &detected.format;
    let mut columns: Vec<Column> = format
        .columns
        .iter()
        .enumerate()
        .map(|(index, name)| Column {
            index,
            name: name.clone(),
            samples: detected.samples.get(index).cloned().unwrap_or_default(),
            field: None,
            confidence: 0.0,
            options: Options::default(),
        })
        .collect();
    // Any currency will do to see whether a column holds amounts.
    let style = Style { currency: Some(kernel::Currency::EUR), ..Style::of(format) };

    let mut proposals = Vec::new();
    for column in &columns {
        by_name(column, object, targets, &mut proposals);
        by_content(column, object, &mut proposals);
    }
    addresses(&columns, object, &mut proposals);
    proposals.retain(|proposal| fits(proposal, &columns, object, &style));
    // A column that holds something is asked before one that is empty; equals keep the order of the file.
    let holds = |index: usize| columns.get(index).is_some_and(|column| !column.samples.is_empty());
    proposals.sort_by(|a, b| {
        holds(b.column).cmp(&holds(a.column)).then(b.confidence.total_cmp(&a.confidence)).then(a.column.cmp(&b.column))
    });

    let mut given: HashSet<String> = HashSet::new();
    for proposal in proposals {
        let Some(column) = columns.get_mut(proposal.column).filter(|column| column.field.is_none()) else { continue };
        let Some(target) = Target::parse(&proposal.target, object) else { continue };
        let name = target_field(&proposal.target).to_string();
        let exclusive = matches!(target, Target::Field(_) | Target::Name) || matches!(&target, Target::Link { .. });
        let taken = if exclusive { &name } else { &proposal.target };
        if !target.takes_several(object) && !given.insert(taken.clone()) {
            continue;
        }
        column.options = usual_options(&target, object, targets);
        // An empty column shows where it would go, and is not counted on.
        column.confidence = if column.samples.is_empty() { proposal.confidence.min(0.5) } else { proposal.confidence };
        column.field = Some(proposal.target);
    }
    number_from_key(&mut columns, object, targets);
    columns
}

/// An order must have a number, and a file that calls its column `order_id` has no other: the key is the number. Links by
/// key find the order by it all the same.
fn number_from_key(columns: &mut [Column], object: &ObjectDef, targets: &[&ObjectDef]) {
    let number = natural_key(object).and_then(|name| object.field(name));
    let Some(number) = number.filter(|field| field.required && field.unique) else { return };
    if columns.iter().any(|column| column.field.as_deref() == Some(number.name.as_str())) {
        return;
    }
    let key = columns.iter_mut().find(|column| column.field.as_deref() == Some("external_id"));
    if let (Some(column), Some(target)) = (key, Target::parse(&number.name, object)) {
        column.options = usual_options(&target, object, targets);
        column.field = Some(number.name.clone());
    }
}

fn target_field(word: &str) -> &str {
    word.split('.').next().unwrap_or(word)
}

/// The name is a field's, in any language, or one of its synonyms.
fn by_name(column: &Column, object: &ObjectDef, targets: &[&ObjectDef], proposals: &mut Vec<Proposal>) {
    let name = key(&column.name);
    if name.is_empty() {
        return;
    }
    let mut propose = |target: &str, confidence: f32| {
        if Target::parse(target, object).is_some() {
            proposals.push(Proposal { column: column.index, target: target.to_string(), confidence });
        }
    };
    // A dotted name of our own export: `address.city`, `company.name`.
    if column.name.contains('.') {
        propose(column.name.trim(), BY_NAME + 0.01);
    }
    for field in &object.fields {
        let same = key(&field.name) == name || field.label.0.values().any(|label| key(label) == name);
        // An address in one cell is second to its parts.
        if same {
            propose(&field.name, if matches!(field.kind, FieldType::Address) { BY_SYNONYM - 0.05 } else { BY_NAME });
        }
        if let Some(rest) = name.strip_prefix(&key(&field.name)) {
            // `amount_currency` and `annual revenue (EUR)` of exports.
            if matches!(field.kind, FieldType::Money) && rest == "currency" {
                propose(&format!("{}.currency", field.name), BY_NAME);
            }
        }
        let Some(target) = field.kind.target().and_then(|target| targets.iter().find(|def| def.name == target)) else {
            continue;
        };
        link_by_name(&name, field, target, &mut propose);
    }
    let own = [key(&object.name), key(object.label.get("en"))];
    let is_own = |suffix: &str| own.iter().any(|own| name.strip_prefix(own.as_str()) == Some(suffix));
    if is_own("id") || is_own("key") || is_own("number") || is_own("no") || is_own("code") {
        propose("external_id", BY_SYNONYM + 0.03);
    }
    if is_own("name") || is_own("") {
        propose("name", BY_SYNONYM + 0.03);
    }
    let mut confidence = BY_SYNONYM;
    for candidate in targets_of(&name) {
        let (target, only_for) = candidate.split_once('@').unwrap_or((candidate, ""));
        if only_for.is_empty() || only_for == object.name || (only_for == "party" && object.party) {
            propose(target, confidence);
            confidence -= SECOND_CHOICE;
        }
    }
    // A form of address under "Title" is not a job.
    if name == "title" && most(column, names::is_prefix) {
        propose("prefix", BY_SYNONYM + 0.01);
    }
}

/// `customer_id`, `Customer Key`, `Company name` for a link to that object.
fn link_by_name(name: &str, field: &FieldDef, target: &ObjectDef, propose: &mut impl FnMut(&str, f32)) {
    for stem in [key(&field.name), key(&target.name)] {
        let certain = if stem == key(&field.name) { BY_NAME } else { BY_SYNONYM };
        match name.strip_prefix(stem.as_str()) {
            Some("") => propose(&field.name, certain),
            Some("id" | "key" | "code" | "no" | "number") if target.field("external_id").is_some() => {
                propose(&format!("{}.external_id", field.name), certain);
            }
            Some("name") if target.field("name").is_some() => propose(&format!("{}.name", field.name), certain),
            Some("email") if target.field("email").is_some() => propose(&format!("{}.email", field.name), certain),
            Some("sku") if target.field("sku").is_some() => propose(&format!("{}.sku", field.name), certain),
            _ => {}
        }
    }
}

/// The name says nothing, the content does.
fn by_content(column: &Column, object: &ObjectDef, proposals: &mut Vec<Proposal>) {
    let kind = |kind: &FieldType| match kind {
        FieldType::Email => most(column, looks::email),
        FieldType::Url => most(column, looks::url),
        FieldType::Phone => most(column, looks::phone),
        _ => false,
    };
    let mut confidence = BY_CONTENT;
    for field in object.fields.iter().filter(|field| kind(&field.kind)) {
        // `Fax` holds phone numbers and is none to call; the names of such columns are known.
        if ["fax", "pager", "telex", "факс", "传真"].iter().any(|word| key(&column.name).contains(word)) {
            return;
        }
        proposals.push(Proposal { column: column.index, target: field.name.clone(), confidence });
        confidence -= SECOND_CHOICE;
    }
}

/// Address columns belong together: each group goes to the address field of its name, the fullest of the others to the main
/// address; parts of two groups are never mixed.
fn addresses(columns: &[Column], object: &ObjectDef, proposals: &mut Vec<Proposal>) {
    let fields: Vec<&FieldDef> =
        object.fields.iter().filter(|field| matches!(field.kind, FieldType::Address)).collect();
    if fields.is_empty() {
        return;
    }
    let mut groups: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
    for column in columns {
        if let Some((group, part)) = address_part(&key(&column.name)) {
            groups.entry(group).or_default().push((column.index, part));
        }
    }
    let filled = |group: &str| {
        let members = groups.get(group).map_or(&[] as &[_], Vec::as_slice);
        members.iter().filter(|(index, _)| columns.get(*index).is_some_and(|column| !column.samples.is_empty())).count()
    };
    let mut free: Vec<&FieldDef> = fields.clone();
    let mut left: Vec<&str> =
        ADDRESS_GROUPS.iter().map(|(group, _)| *group).filter(|group| groups.contains_key(group)).collect();
    let mut pairs: Vec<(&str, &FieldDef)> = Vec::new();
    left.retain(|group| {
        let own = free.iter().position(|field| !group.is_empty() && field.name.starts_with(group));
        match own {
            Some(at) => {
                pairs.push((group, free.remove(at)));
                false
            }
            None => true,
        }
    });
    // A stable sort keeps the order of the groups between equals.
    left.sort_by_key(|group| std::cmp::Reverse(filled(group)));
    if let (Some(group), Some(field)) = (left.first(), free.first()) {
        pairs.push((group, field));
    }
    for (group, field) in pairs {
        for (index, part) in groups.get(group).into_iter().flatten() {
            proposals.push(Proposal {
                column: *index,
                target: format!("{}.{part}", field.name),
                confidence: BY_SYNONYM - 0.02,
            });
        }
    }
}

/// The group and the part that a header names.
fn address_part(name: &str) -> Option<(&'static str, &'static str)> {
    // Google's `Address 1 - Street`, `Address 2 - City`.
    let (numbered, rest) = match name {
        name if name.starts_with("address2") && name.len() > 8 => (Some("other"), name.strip_prefix("address2")?),
        name if name.starts_with("address1") && name.len() > 8 => (Some(""), name.strip_prefix("address1")?),
        name => (None, name),
    };
    for (group, stems) in ADDRESS_GROUPS {
        if numbered.is_some_and(|numbered| numbered != group) {
            continue;
        }
        for stem in stems {
            let Some(part) = (if numbered.is_some() { Some(rest) } else { rest.strip_prefix(stem) }) else { continue };
            if let Some(part) = address_part_of(part) {
                return Some((group, part));
            }
        }
    }
    None
}

fn most(column: &Column, test: impl Fn(&str) -> bool) -> bool {
    let count = column.samples.iter().filter(|text| test(text)).count();
    !column.samples.is_empty() && count * 5 >= column.samples.len() * 4
}

/// At least half of a column's examples can be read as values of the field. Links are looked up later, texts take anything.
fn fits(proposal: &Proposal, columns: &[Column], object: &ObjectDef, style: &Style) -> bool {
    let Some(Target::Field(position)) = Target::parse(&proposal.target, object) else { return true };
    let (Some(field), Some(column)) = (object.fields.get(position), columns.get(proposal.column)) else { return false };
    if column.samples.is_empty()
        || matches!(field.kind, FieldType::Text { .. } | FieldType::LongText | FieldType::Address)
    {
        return true;
    }
    let reader = CellReader::new(field, style);
    let good = column.samples.iter().filter(|text| reader.read(text, None).is_ok()).count();
    good * 2 >= column.samples.len()
}
