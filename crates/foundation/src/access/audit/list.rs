//! Reading the audit log, newest first.

use db::Arg;
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use crate::operation::Reader;

/// What part of the log is asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    pub actor: Option<Id>,
    pub record: Option<Id>,
    /// `key.created`, or `key.` for everything about keys.
    pub action: Option<String>,
    /// The `seq` of the last row of the page before.
    pub before: Option<i64>,
    pub limit: usize,
}

/// A page: `{"data":[{"seq","at","actor","action","object","record","change","detail","sealed"}],"next"}`. For administrators.
pub fn list(reader: &mut Reader, query: &AuditQuery) -> Result<Json> {
    reader.who.need_admin()?;
    let limit = query.limit.clamp(1, kernel::limits::PAGE);
    let mut conditions = vec!["seq < $1".to_string()];
    let mut args: Vec<Arg> = vec![query.before.unwrap_or(i64::MAX).into()];
    let mut add = |condition: &str, arg: Arg, args: &mut Vec<Arg>| {
        args.push(arg);
        conditions.push(condition.replace('?', &format!("${}", args.len())));
    };
    if let Some(actor) = query.actor {
        add("actor = ?", actor.into(), &mut args);
    }
    if let Some(record) = query.record {
        add("record = ?", record.into(), &mut args);
    }
    match &query.action {
        Some(group) if group.ends_with('.') => {
            add("action >= ?", group.as_str().into(), &mut args);
            // `/` follows `.`: everything that begins with the group lies between.
            add("action < ?", group.replace('.', "/").into(), &mut args);
        }
        Some(one) => add("action = ?", one.as_str().into(), &mut args),
        None => {}
    }
    args.push(Arg::Int(i64::try_from(limit).unwrap_or(1) + 1));
    let sql = format!(
        "select seq, at, actor, actor_name, action, object, record, change, detail, hash from audit where {} order by seq desc limit ${}",
        conditions.join(" and "),
        args.len()
    );
    let mut rows = reader.tx.query(&sql, &args)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more { rows.last().map(|row| row.int(0).to_string()) } else { None };
    let data: Vec<Json> = rows
        .iter()
        .map(|row| {
            json!({
                "seq": row.int(0),
                "at": row.time(1),
                "actor": { "id": row.opt_id(2), "name": row.text(3) },
                "action": row.text(4),
                "object": row.opt_text(5),
                "record": row.opt_id(6),
                "change": row.opt_id(7),
                "detail": serde_json::from_str::<Json>(row.text(8)).unwrap_or_default(),
                "sealed": row.opt_bytes(9).is_some(),
            })
        })
        .collect();
    Ok(json!({ "data": data, "next": next }))
}
