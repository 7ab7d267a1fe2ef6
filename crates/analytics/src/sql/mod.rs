//! Questions in SQL over the records that one may read.
//!
//! A question runs on tables that hold the reader's own records and fields and nothing else, in an engine that reads no
//! file, changes no setting and loads no extension. It is one `select`; it has a time, a memory and a row limit. A question
//! that is shared runs under the rights of whoever runs it.

pub mod answer;
mod queries;
mod reading;
mod routes;
pub mod tables;

use kernel::Id;
use macros::Object;
use serde_json::Value as Json;

pub use routes::routes;

/// A question in SQL that is kept.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "sql_questions",
    title = "{name}",
    area = "analytics",
    icon = "file-text",
    owner = "owner",
    class = "internal",
    purpose = "analysis",
    label(en = "SQL question", ru = "Вопрос на SQL", zh = "SQL 查询", ro = "Întrebare SQL"),
    label_plural(en = "SQL questions", ru = "Вопросы на SQL", zh = "SQL 查询", ro = "Întrebări SQL")
)]
pub struct SqlQuestion {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(required, long_text, label(en = "SQL", ru = "SQL", zh = "SQL", ro = "SQL"))]
    pub sql: String,
    #[field(
        default = "private",
        label(en = "Seen by", ru = "Кто видит", zh = "可见范围", ro = "Vizibilă pentru"),
        options(
            private(en = "Only me", ru = "Только я", zh = "仅自己", ro = "Doar eu"),
            team(en = "My team", ru = "Моя команда", zh = "我的团队", ro = "Echipa mea"),
            everyone(en = "Everyone", ru = "Все", zh = "所有人", ro = "Toți"),
        )
    )]
    pub visibility: String,
    #[field(link = "team", label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"))]
    pub team: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    // How its answer is drawn: `{"chart": "bar", "label": "column", "value": "column"}`.
    #[field(label(en = "Settings", ru = "Настройки", zh = "设置", ro = "Setări"))]
    pub config: Option<Json>,
}
