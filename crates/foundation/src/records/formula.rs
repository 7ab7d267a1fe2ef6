//! Formula fields: computed from the record's other fields whenever they are written, so that lists can filter and sort by them.

use std::collections::HashSet;

use kernel::object::FieldType;
use kernel::{Error, ObjectDef, Result};
use question::{CheckedExpr, Place};

use super::ask::{self, Defs};
use super::catalogue::Object;
use super::record::Record;

/// A formula and the field that it fills.
pub struct Formula {
    pub field: usize,
    expr: CheckedExpr,
}

impl Formula {
    /// The fields that it reads.
    pub fn reads(&self) -> &std::collections::BTreeSet<String> {
        self.expr.reads()
    }
}

/// All formulas of an object, each behind those that it reads; a circle is an error.
pub fn compile_all(def: &ObjectDef, schema: &Defs) -> Result<Vec<Formula>> {
    let mut waiting = Vec::new();
    for (position, field) in def.fields.iter().enumerate() {
        if let FieldType::Formula { formula, result } = &field.kind {
            let broken = |fault: question::QuestionError| {
                Error::invalid("formula", fault.code, format!("{}: {}", field.name, fault.message))
            };
            let expr = question::parse_expr(formula).map_err(broken)?;
            let expr = question::check_expr(&expr, &def.name, schema, result).map_err(broken)?;
            waiting.push(Formula { field: position, expr });
        }
    }
    let mut ordered: Vec<Formula> = Vec::new();
    while !waiting.is_empty() {
        let unknown: HashSet<&str> = waiting
            .iter()
            .filter_map(|formula| def.fields.get(formula.field))
            .map(|field| field.name.as_str())
            .collect();
        let ready =
            waiting.iter().position(|formula| formula.expr.reads().iter().all(|name| !unknown.contains(name.as_str())));
        let Some(ready) = ready else {
            return Err(Error::invalid("formula", "circular", "formulas read each other in a circle"));
        };
        ordered.push(waiting.remove(ready));
    }
    Ok(ordered)
}

/// Computes all formulas of a record.
pub fn compute(object: &Object, record: &mut Record) {
    for formula in &object.formulas {
        let value = formula.expr.eval(&|place: &Place| ask::value_at(object, record, place));
        record.set(formula.field, value);
    }
}
