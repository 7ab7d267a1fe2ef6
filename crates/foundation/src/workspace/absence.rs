//! Absences: who is away from when to when, and who stands in.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use kernel::{Id, Result};
use macros::Object;

use crate::operation::Reader;
use crate::records::record::{CHUNK, id_list};

/// Days on which somebody is away: nothing new is given to them, and what waits for them goes to who stands in.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "absences",
    title = "{starts_on} – {ends_on}",
    subtitle = "{reason}",
    area = "settings",
    icon = "clock",
    owner = "user",
    class = "internal",
    purpose = "employment",
    label(en = "Absence", ru = "Отсутствие", zh = "缺勤", ro = "Absență"),
    label_plural(en = "Absences", ru = "Отсутствия", zh = "缺勤", ro = "Absențe")
)]
pub struct Absence {
    #[field(
        required,
        column = "user_id",
        link = "user",
        indexed,
        label(en = "Who", ru = "Кто", zh = "人员", ro = "Cine")
    )]
    pub user: Id,
    #[field(required, indexed, label(en = "From", ru = "С", zh = "开始日期", ro = "De la"))]
    pub starts_on: Date,
    // The last day; none while nobody knows.
    #[field(indexed, label(en = "Until", ru = "По", zh = "结束日期", ro = "Până la"))]
    pub ends_on: Option<Date>,
    #[field(link = "user", label(en = "Stands in", ru = "Замещает", zh = "代理人", ro = "Înlocuitor"))]
    pub substitute: Option<Id>,
    #[field(max = 200, label(en = "Reason", ru = "Причина", zh = "原因", ro = "Motiv"))]
    pub reason: Option<String>,
}

/// Who of these is away on a day, each with who stands in for them.
pub fn away(reader: &mut Reader, users: &BTreeSet<Id>, day: Date) -> Result<HashMap<Id, Option<Id>>> {
    let Some(object) = reader.catalogue.named("absence").cloned() else { return Ok(HashMap::new()) };
    let users: Vec<Id> = users.iter().copied().collect();
    let mut away: HashMap<Id, Option<Id>> = HashMap::new();
    for chunk in users.chunks(CHUNK) {
        let mut args = vec![db::Arg::Text(day.to_string())];
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.user_id, r.substitute from {} r where r.user_id in ({list}) and r.deleted_at is null \
             and r.starts_on <= $1 and (r.ends_on is null or r.ends_on >= $1) order by r.starts_on, r.id",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            let stands_in = away.entry(row.id(0)).or_default();
            *stands_in = stands_in.or(row.opt_id(1));
        }
    }
    Ok(away)
}

/// Who is away on a day and has somebody who stands in, each with that one.
pub fn stand_ins(reader: &mut Reader, day: Date) -> Result<Vec<(Id, Id)>> {
    let Some(object) = reader.catalogue.named("absence").cloned() else { return Ok(Vec::new()) };
    let sql = format!(
        "select r.user_id, r.substitute from {} r where r.substitute is not null and r.deleted_at is null \
         and r.starts_on <= $1 and (r.ends_on is null or r.ends_on >= $1) order by r.id",
        object.def.table
    );
    Ok(reader.tx.query(&sql, &[day.to_string().into()])?.iter().map(|row| (row.id(0), row.id(1))).collect())
}
