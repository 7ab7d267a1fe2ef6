//! The record of a commission plan. What it says is in its versions.

use macros::Object;

/// By which rules people earn on what they sell.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "commission_plans",
    title = "{name}",
    subtitle = "{note}",
    area = "sales",
    icon = "wallet",
    class = "internal",
    purpose = "contract",
    label(en = "Commission plan", ru = "План комиссионных", zh = "佣金方案", ro = "Plan de comisioane"),
    label_plural(en = "Commission plans", ru = "Планы комиссионных", zh = "佣金方案", ro = "Planuri de comisioane")
)]
pub struct CommissionPlan {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(max = 400, label(en = "Note", ru = "Примечание", zh = "备注", ro = "Notă"))]
    pub note: Option<String>,
}
