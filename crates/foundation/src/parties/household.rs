//! Households: people who live together.

use macros::Object;

/// People who live together. Where they live and how they are reached stands with each of them.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "households",
    title = "{name}",
    area = "customers",
    icon = "home",
    class = "internal",
    purpose = "contract",
    label(en = "Household", ru = "Семья", zh = "家庭", ro = "Gospodărie"),
    label_plural(en = "Households", ru = "Семьи", zh = "家庭", ro = "Gospodării")
)]
pub struct Household {
    #[field(
        required,
        searchable,
        indexed,
        max = 160,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(long_text, section = "more", label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(
        rollup(object = "contact", link = "household", count),
        section = "figures",
        label(en = "Members", ru = "Участники", zh = "成员数", ro = "Membri")
    )]
    pub members_count: i64,
}
