//! Funnels and goals, as they are set up.

use std::collections::BTreeMap;

use analytics::engine::{Cell, Engine as _};
use analytics::weblog;
use foundation::access::Principal;
use foundation::records::ask;
use foundation::{App, Reader};
use kernel::{Id, Result};
use serde_json::{Value as Json, json};

use super::{Period, cell, queries};

/// `{"period","visits","funnels":[{"id","name","minutes","steps":[{"path","visits"}]}]}`.
pub fn funnels(app: &App, who: &Principal, period: &Period) -> Result<Json> {
    let known = app.read_now(who, |reader| {
        let rule = rule(reader, "funnel")?;
        queries::funnels(reader.tx, &rule)
    })?;
    let columns = period.columns(app)?;
    let funnels: Vec<weblog::Funnel> = known
        .iter()
        .map(|(_, name, steps, minutes)| weblog::Funnel {
            name: name.clone(),
            steps: steps.lines().map(str::trim).filter(|step| !step.is_empty()).map(str::to_string).collect(),
            within_s: minutes.saturating_mul(60),
        })
        .collect();
    let mut reached: Vec<Vec<u64>> = funnels.iter().map(|funnel| vec![0; funnel.steps.len()]).collect();
    let mut visits = 0_u64;
    let mut count = |views: &[(i64, String)]| {
        let views: Vec<(i64, &[u8])> = views.iter().map(|(at, path)| (*at, path.as_bytes())).collect();
        visits += u64::from(!views.is_empty());
        for (funnel, reached) in funnels.iter().zip(&mut reached) {
            for step in reached.iter_mut().take(funnel.reached(&views)) {
                *step += 1;
            }
        }
    };
    let sql = format!(
        "select cast(v.id as varchar), p.moment, p.path from visit v join page p on p.visit = v.id \
         where p.is_event = 0 and v.is_robot = 0 and {} order by v.id, p.n",
        period.condition()
    );
    let (mut of, mut views): (String, Vec<(i64, String)>) = (String::new(), Vec::new());
    columns.engine.each(&sql, &period.args(), &mut |row| {
        let [visit, at, path] = row else { return Ok(()) };
        if visit.text() != of {
            count(&views);
            views.clear();
            of = visit.text().to_string();
        }
        views.push((at.int() / 1000, path.text().to_string()));
        Ok(())
    })?;
    count(&views);
    let told = |((id, name, _, minutes), (funnel, reached)): (&Known, (&weblog::Funnel, &Vec<u64>))| {
        let steps: Vec<Json> =
            funnel.steps.iter().zip(reached).map(|(path, visits)| json!({ "path": path, "visits": visits })).collect();
        json!({ "id": id, "name": name, "minutes": minutes, "steps": steps })
    };
    let told: Vec<Json> = known.iter().zip(funnels.iter().zip(&reached)).map(told).collect();
    Ok(json!({ "period": period.to_json(), "visits": visits, "funnels": told }))
}

type Known = (Id, String, String, i64);

/// `{"period","visits","goals":[{"id","name","kind","pattern","visits","visitors","times","known","sources":[…]}]}`.
pub fn goals(app: &App, who: &Principal, period: &Period) -> Result<Json> {
    let known = app.read_now(who, |reader| {
        let rule = rule(reader, "goal")?;
        queries::goals(reader.tx, &rule)
    })?;
    let columns = period.columns(app)?;
    let sql = format!("select count(*) from visit v where v.is_robot = 0 and {}", period.condition());
    let visits = columns.engine.rows(&sql, &period.args())?.first().and_then(|row| row.first()).map_or(0, Cell::int);
    let mut told = Vec::new();
    for (id, name, kind, pattern) in known {
        let (is_like, word) = match pattern.strip_suffix('*') {
            Some(start) => ("starts_with(p.path, ?)", start.to_string()),
            None => ("p.path = ?", pattern.clone()),
        };
        let mut args = period.args();
        args.push(Cell::Int(i64::from(kind == "event")));
        args.push(Cell::Text(word));
        let of = format!(
            "from visit v join page p on p.visit = v.id where v.is_robot = 0 and {} and p.is_event = ? and {is_like}",
            period.condition()
        );
        let sql =
            format!("select count(distinct v.id), count(distinct v.visitor), count(*), count(distinct v.party) {of}");
        let rows = columns.engine.rows(&sql, &args)?;
        let row = rows.first().map_or(&[][..], Vec::as_slice);
        let by = format!(
            "select v.medium, v.source, count(distinct v.id) as visits {of} group by 1, 2 order by visits desc, 1, 2 limit 10"
        );
        let sources: Vec<Json> = columns
            .engine
            .rows(&by, &args)?
            .iter()
            .map(|row| json!({ "medium": cell(row, 0), "source": cell(row, 1), "visits": cell(row, 2) }))
            .collect();
        told.push(json!({
            "id": id, "name": name, "kind": kind, "pattern": pattern, "visits": cell(row, 0), "visitors": cell(row, 1),
            "times": cell(row, 2), "known": cell(row, 3), "sources": sources,
        }));
    }
    Ok(json!({ "period": period.to_json(), "visits": visits, "goals": told }))
}

/// The ids of what the caller may read of an object; there are few of these records.
fn rule(reader: &mut Reader, object: &str) -> Result<BTreeMap<Id, ()>> {
    let object = reader.object(object)?;
    let mut args = Vec::new();
    let rule = ask::rule_sql(reader, &object, foundation::access::Action::Read, &mut args)?;
    let sql = format!("select r.id from {} r where r.deleted_at is null and {rule}", object.def.table);
    Ok(reader.tx.query(&sql, &args)?.iter().map(|row| (row.id(0), ())).collect())
}
