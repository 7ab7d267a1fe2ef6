//! The record of a rule that says who gets a lead.

use kernel::Id;
use macros::Object;
use serde_json::Value as Json;

/// Who gets the leads that answer a question with yes. Rules are asked in their order; the first that has somebody gives.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "assignment_rules",
    title = "{name}",
    subtitle = "{method}",
    area = "settings",
    icon = "user-plus",
    class = "internal",
    purpose = "contract",
    label(en = "Assignment rule", ru = "Правило распределения", zh = "分配规则", ro = "Regulă de alocare"),
    label_plural(en = "Assignment rules", ru = "Правила распределения", zh = "分配规则", ro = "Reguli de alocare")
)]
pub struct AssignmentRule {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(indexed, label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(default = true, label(en = "In use", ru = "Используется", zh = "启用", ro = "Activă"))]
    pub is_active: bool,
    // Which leads it is for; none is for all.
    #[field(
        long_text,
        label(en = "For leads that", ru = "Для лидов, где", zh = "适用线索", ro = "Pentru prospecții care")
    )]
    pub question: Option<String>,
    #[field(
        default = "rotation",
        label(en = "Method", ru = "Способ", zh = "方式", ro = "Metodă"),
        options(
            person(en = "A named person", ru = "Один сотрудник", zh = "指定人员", ro = "O persoană anume"),
            rotation(en = "In turn", ru = "По очереди", zh = "轮流", ro = "Pe rând"),
            weighted(
                en = "In turn, by weight",
                ru = "По очереди с весами",
                zh = "按权重轮流",
                ro = "Pe rând, cu ponderi"
            ),
            capacity(
                en = "Whoever has least open",
                ru = "Наименее занятому",
                zh = "最空闲者",
                ro = "Cine are cel mai puțin deschis"
            ),
            territory(en = "By territory", ru = "По территории", zh = "按销售区域", ro = "După teritoriu"),
        )
    )]
    pub method: String,
    #[field(link = "user", label(en = "Person", ru = "Сотрудник", zh = "人员", ro = "Persoană"))]
    pub person: Option<Id>,
    #[field(links = "user", label(en = "People", ru = "Сотрудники", zh = "人员", ro = "Persoane"))]
    pub people: Vec<Id>,
    #[field(link = "team", label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"))]
    pub team: Option<Id>,
    // Who gets how many times as much: `{"<user id>": 3}`; who is not named has 1.
    #[field(label(en = "Weights", ru = "Веса", zh = "权重", ro = "Ponderi"))]
    pub weights: Option<Json>,
    // Nobody gets more while they have so many open leads and deals.
    #[field(label(en = "At most open", ru = "Не больше открытых", zh = "未结上限", ro = "Cel mult deschise"))]
    pub most_open: Option<i64>,
}
