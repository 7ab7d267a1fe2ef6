//! How many answer a question with yes, while it is being written: how many each condition leaves, how many of them can be
//! reached, quickly and about, or exactly.

use std::sync::Arc;

use db::Arg;
use foundation::access::{Action, Principal};
use foundation::records::counts;
use foundation::records::{Object, ask};
use foundation::{App, Reader};
use kernel::{Error, Result};
use question::{Checked, Question};
use serde::Deserialize;
use serde_json::{Value as Json, json};

/// Objects of so many records are counted at once.
const EXACT_BELOW: i64 = 30_000;
/// Records looked at for an estimate.
const SAMPLE: i64 = 20_000;

/// Ways to reach somebody, and who can be reached by each: what is filled in, and not asked to be left in peace.
const REACHES: [(&str, &str, &str); 6] = [
    ("contact", "email", "email is not empty and do_not_email != true"),
    ("contact", "phone", "(phone is not empty or mobile is not empty) and do_not_call != true"),
    ("contact", "letter", "address.city is not empty and do_not_mail != true"),
    ("company", "email", "email is not empty"),
    ("company", "phone", "phone is not empty"),
    ("company", "letter", "billing_address.city is not empty"),
];

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// `contact` or `company`.
    pub holds: String,
    /// As text or JSON; nothing asks for everybody.
    #[serde(default)]
    pub question: Option<Json>,
    #[serde(default)]
    pub exact: bool,
}

/// `{"count": {"value", "exact"}, "of", "steps": [{"text", "left"}], "reachable": {"email", "phone", "letter"}}`, all under
/// the caller's rights.
pub fn count(app: &App, who: &Principal, asked: &Asked) -> Result<Json> {
    if let Some(counter) = app.counts().filter(|_| asked.exact) {
        let read = app.read_now(who, |reader| read(reader, asked))?;
        let (steps, ways) = (&read.checked, read.ways.iter().map(|(_, way)| way.clone()).collect::<Vec<_>>());
        if let Some(counts::Counted { of, steps, ways }) = counter.count(app, who, &read.object, steps, &ways)? {
            let reached = read.ways.iter().map(|(way, _)| *way).zip(ways).collect();
            return Ok(told(&read.steps, &Counted { of, steps, reached }, true));
        }
    }
    app.read_now(who, |reader| by_database(reader, asked))
}

/// A question taken apart.
struct Read {
    object: Arc<Object>,
    steps: Vec<Question>,
    checked: Vec<Arc<Checked>>,
    ways: Vec<(&'static str, Arc<Checked>)>,
}

fn read(reader: &mut Reader, asked: &Asked) -> Result<Read> {
    let object = reader.object(&asked.holds)?;
    if !super::HOLDS.contains(&object.def.name.as_str()) {
        return Err(Error::invalid("holds", "unknown_option", "a segment holds contacts or companies"));
    }
    reader.who.need(&object.def.name, Action::Read)?;
    let question = ask::asked(reader, asked.question.as_ref())?;
    let steps: Vec<Question> = match question {
        None => Vec::new(),
        Some(Question::All(parts)) => parts,
        Some(one) => vec![one],
    };
    let checked = steps.iter().map(|step| ask::checked(reader, &object, step)).collect::<Result<Vec<_>>>()?;
    // The whole has a budget that its parts together may not break.
    ask::checked(reader, &object, &Question::all(steps.clone()))?;
    let mut ways = Vec::new();
    for (_, way, text) in REACHES.into_iter().filter(|(of, ..)| *of == object.def.name) {
        let question = question::parse(text).map_err(ask::at_filter)?;
        // A way whose fields the caller may not see is not told of.
        let Ok(checked) = ask::checked(reader, &object, &question) else { continue };
        ways.push((way, checked));
    }
    Ok(Read { object, steps, checked, ways })
}

fn by_database(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    let read = read(reader, asked)?;
    let rows = reader.tx.estimate(&read.object.def.table)?;
    let exact = asked.exact || rows <= EXACT_BELOW;
    let counted = counted(reader, &read, if exact { None } else { Some(rows) })?;
    Ok(told(&read.steps, &counted, exact))
}

fn told(steps: &[Question], counted: &Counted, exact: bool) -> Json {
    let whole = counted.steps.last().copied().unwrap_or(counted.of);
    let told: Vec<Json> = steps
        .iter()
        .zip(counted.steps.iter())
        .map(|(step, left)| json!({ "text": question::to_text(step), "question": question::to_json(step), "left": left }))
        .collect();
    let reachable: serde_json::Map<String, Json> =
        counted.reached.iter().map(|(name, count)| ((*name).to_string(), json!(count))).collect();
    json!({
        "count": { "value": whole, "exact": exact }, "of": counted.of, "steps": told, "reachable": reachable,
    })
}

struct Counted {
    of: i64,
    /// Who is left after each condition.
    steps: Vec<i64>,
    reached: Vec<(&'static str, i64)>,
}

/// One walk over the records: each stops at the first condition that it does not meet.
fn counted(reader: &mut Reader, read: &Read, rows: Option<i64>) -> Result<Counted> {
    let (object, steps) = (&read.object, &read.checked);
    let mut args: Vec<Arg> = Vec::new();
    let rule = ask::rule_sql(reader, object, Action::Read, &mut args)?;
    let mut depth = format!("case when r.deleted_at is not null or not coalesce({rule}, false) then -1");
    for (met, step) in steps.iter().enumerate() {
        let condition = ask::compile(reader, step, &mut args);
        depth.push_str(&format!(" when not coalesce({condition}, false) then {met}"));
    }
    depth.push_str(&format!(" else {} end", steps.len()));
    let mut ways = Vec::new();
    for (way, checked) in &read.ways {
        ways.push((*way, ask::compile(reader, checked, &mut args)));
    }
    let flags: String =
        ways.iter().enumerate().map(|(at, (_, sql))| format!(", case when {sql} then 1 else 0 end as w{at}")).collect();
    let sums: String = (0..ways.len()).map(|at| format!(", sum(w{at})")).collect();
    let from = match rows {
        None => format!("{} r", object.def.table),
        Some(rows) => reader.tx.dialect().spread(&object.def.table, rows, SAMPLE),
    };
    let sql = format!(
        "select depth, count(*){sums} from (select {depth} as depth{flags} from {from}) counted group by depth"
    );
    let found = reader.tx.query(&sql, &args)?;
    let seen: i64 = found.iter().map(|row| row.int(1)).sum();
    let scale = |count: i64| match rows {
        Some(rows) if seen > 0 => (count as f64 * rows as f64 / seen as f64).round() as i64,
        _ => count,
    };
    let at_least = |depth: i64| found.iter().filter(|row| row.int(0) >= depth).map(|row| row.int(1)).sum::<i64>();
    let last = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let whole = found.iter().find(|row| row.int(0) == last);
    Ok(Counted {
        of: scale(at_least(0)),
        steps: (1..=last).map(|depth| scale(at_least(depth))).collect(),
        reached: ways
            .iter()
            .enumerate()
            .map(|(at, (way, _))| (*way, scale(whole.map_or(0, |row| row.int(2 + at)))))
            .collect(),
    })
}
