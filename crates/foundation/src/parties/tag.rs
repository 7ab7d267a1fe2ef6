//! Tags: a word put on records to find them again.

use macros::Object;

/// A word put on records to find them again.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "tags",
    title = "{name}",
    area = "customers",
    icon = "tag",
    class = "internal",
    purpose = "contract",
    label(en = "Tag", ru = "Метка", zh = "标签", ro = "Etichetă"),
    label_plural(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete")
)]
pub struct Tag {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 80,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(label(en = "Colour (0–360)", ru = "Цвет (0–360)", zh = "颜色（0–360）", ro = "Culoare (0–360)"))]
    pub hue: Option<i64>,
    #[field(max = 400, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
}
