//! Activities that are planned when a deal comes into a stage, each once for a deal, however often it comes back.

use foundation::Operation;
use foundation::records::write::{self, Write};
use foundation::records::{Object, Record};
use kernel::{Result, Time, Value};

use super::{PLAYBOOK, gate, queries};
use crate::rights;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Plans what the stage of a deal asks to be done.
pub fn plan(op: &mut Operation, deals: &Object, deal: &Record) -> Result<()> {
    let Some(stage) = gate::stage_id(deals, deal) else { return Ok(()) };
    let steps = op.object(PLAYBOOK)?;
    let mut planned = Vec::new();
    for step in queries::steps(op, &steps, stage)? {
        if queries::plan_once(op, deal.id, step.id)? {
            planned.push(step);
        }
    }
    if planned.is_empty() {
        return Ok(());
    }
    let activities = op.object("activity")?;
    let now = op.now;
    let writes = planned
        .iter()
        .map(|step| {
            let days = match step.get(&steps, "after_days") {
                Value::Int(days) => (*days).clamp(0, 3_650),
                _ => 0,
            };
            let mut values = Vec::new();
            let mut put = |name: &str, value: Value| {
                if let Some(position) = activities.def.position(name).filter(|_| !value.is_null()) {
                    values.push((position, value));
                }
            };
            put("subject", step.get(&steps, "subject").clone());
            put("kind", step.get(&steps, "kind").clone());
            put("description", step.get(&steps, "description").clone());
            put("due_at", Value::Time(Time(now.0.saturating_add(days.saturating_mul(DAY_MS)))));
            put("deal", Value::Link(deal.id));
            for name in ["owner", "contact", "company"] {
                put(name, deal.get(deals, name).clone());
            }
            Write::Create { values }
        })
        .collect();
    rights::as_product(op, |op| {
        for written in write::apply(op, &activities, writes)? {
            written?;
        }
        Ok(())
    })
}
