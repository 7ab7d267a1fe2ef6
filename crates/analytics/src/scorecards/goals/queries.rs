//! Where goals lie.

use db::Row;
use foundation::{Operation, Reader};
use jiff::civil::Date;
use kernel::{Currency, Result};

use super::Goal;
use crate::scorecards::figures::Step;

pub fn all(reader: &mut Reader) -> Result<Vec<Goal>> {
    let sql = "select kpi, unit, since, value, currency, amber, set_by, set_at from scorecard_goal order by kpi, since";
    Ok(reader.tx.query(sql, &[])?.iter().filter_map(goal).collect())
}

fn goal(row: &Row) -> Option<Goal> {
    Some(Goal {
        kpi: row.text(0).to_string(),
        unit: Step::named(row.text(1)).ok()?,
        since: row.text(2).parse().ok()?,
        value: row.real(3),
        currency: row.opt_text(4).and_then(Currency::parse),
        amber: row.int(5),
        set_by: row.id(6),
        set_at: row.time(7),
    })
}

pub fn put(op: &mut Operation, goal: &Goal) -> Result<()> {
    drop(op, &goal.kpi, goal.unit, goal.since)?;
    op.tx.execute(
        "insert into scorecard_goal (kpi, unit, since, value, currency, amber, set_by, set_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            goal.kpi.as_str().into(),
            goal.unit.name().into(),
            goal.since.to_string().into(),
            goal.value.into(),
            goal.currency.map(|currency| currency.to_string()).into(),
            goal.amber.into(),
            goal.set_by.into(),
            goal.set_at.into(),
        ],
    )?;
    Ok(())
}

pub fn drop(op: &mut Operation, kpi: &str, unit: Step, since: Date) -> Result<()> {
    op.tx.execute(
        "delete from scorecard_goal where kpi = $1 and unit = $2 and since = $3",
        &[kpi.into(), unit.name().into(), since.to_string().into()],
    )?;
    Ok(())
}
