//! The record of a segment.

use kernel::Id;
use macros::Object;

/// Customers who have something in common, found by a question or put together by hand.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "segments",
    title = "{name}",
    subtitle = "{description}",
    area = "marketing",
    icon = "users",
    owner = "owner",
    class = "internal",
    purpose = "marketing",
    label(en = "Segment", ru = "Сегмент", zh = "细分", ro = "Segment"),
    label_plural(en = "Segments", ru = "Сегменты", zh = "细分", ro = "Segmente")
)]
pub struct Segment {
    #[field(
        required,
        searchable,
        unique,
        indexed,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(
        indexed,
        default = "contact",
        label(en = "Holds", ru = "Состоит из", zh = "对象", ro = "Conține"),
        options(
            contact(en = "Contacts", ru = "Контакты", zh = "联系人", ro = "Contacte"),
            company(en = "Companies", ru = "Компании", zh = "公司", ro = "Companii"),
        )
    )]
    pub holds: String,
    #[field(
        indexed,
        default = "dynamic",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            dynamic(en = "By conditions", ru = "По условиям", zh = "按条件", ro = "După condiții", hue = 200),
            fixed(en = "By hand", ru = "Вручную", zh = "手动", ro = "Manual", hue = 80),
        )
    )]
    pub kind: String,
    #[field(
        indexed,
        default = "active",
        label(en = "State", ru = "Состояние", zh = "状态", ro = "Stare"),
        options(
            active(en = "Followed", ru = "Отслеживается", zh = "跟踪中", ro = "Urmărit", hue = 145),
            paused(en = "Paused", ru = "Приостановлен", zh = "已暂停", ro = "În pauză", hue = 60),
        )
    )]
    pub state: String,
    #[field(long_text, label(en = "Conditions", ru = "Условия", zh = "条件", ro = "Condiții"))]
    pub question: Option<String>,
    #[field(long_text, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
    #[field(
        readonly,
        indexed,
        section = "figures",
        label(en = "Members", ru = "Участников", zh = "成员数", ro = "Membri")
    )]
    pub size: Option<i64>,
}
