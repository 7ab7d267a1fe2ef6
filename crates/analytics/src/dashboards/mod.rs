//! Dashboards: cards on a grid, each a figure, a chart, a table or a text, all for one period.
//!
//! A dashboard is a record that its owner shows to nobody, a team or everybody. What its cards tell is reckoned under the
//! rights of whoever looks at it. One for each function is there from the beginning ([`standard`]).

mod standard;

use kernel::Id;
use macros::Object;
use serde_json::{Value as Json, json};

pub use standard::{STANDARD, of_function};

/// Cards on a grid.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "dashboards",
    title = "{name}",
    area = "analytics",
    icon = "layout-list",
    owner = "owner",
    class = "internal",
    purpose = "analysis",
    label(en = "Dashboard", ru = "Панель", zh = "仪表板", ro = "Tablou de bord"),
    label_plural(en = "Dashboards", ru = "Панели", zh = "仪表板", ro = "Tablouri de bord")
)]
pub struct Dashboard {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(
        default = "private",
        label(en = "Seen by", ru = "Кто видит", zh = "可见范围", ro = "Vizibil pentru"),
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
    #[field(label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    // The cards with their places, and the usual period: `{"period": "last_30_days", "cards": […]}`.
    #[field(label(en = "Cards", ru = "Карточки", zh = "卡片", ro = "Carduri"))]
    pub config: Option<Json>,
}

/// What a card of a stored dashboard shows, as far as a letter can tell it: its KPI.
pub fn kpis(config: &Json) -> Vec<&str> {
    let cards = config["cards"].as_array().into_iter().flatten();
    let of_kpi = cards.filter(|card| matches!(card["kind"].as_str(), Some("kpi" | "course" | "groups" | "drivers")));
    let mut codes: Vec<&str> = of_kpi.filter_map(|card| card["kpi"].as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    codes.retain(|code| seen.insert(*code));
    codes
}

/// The standard dashboards, for the page that lists all.
pub fn standard_json(language: &str) -> Json {
    let shown: Vec<Json> = STANDARD
        .iter()
        .map(|one| json!({ "key": one.key, "name": one.name_in(language), "config": one.config() }))
        .collect();
    json!({ "data": shown })
}
