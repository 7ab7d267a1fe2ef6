//! Views: a saved way of looking at an object's records.

use kernel::Id;
use macros::Object;
use serde_json::Value as Json;

/// A saved list or board: which records, which columns, in what order.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "views",
    table = "saved_view",
    title = "{name}",
    subtitle = "{object_name}",
    area = "settings",
    icon = "layout-list",
    owner = "owner",
    class = "internal",
    purpose = "contract",
    label(en = "View", ru = "Представление", zh = "视图", ro = "Vizualizare"),
    label_plural(en = "Views", ru = "Представления", zh = "视图", ro = "Vizualizări")
)]
pub struct View {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    /// The name of the object it shows: contact, deal.
    #[field(
        required,
        indexed,
        max = 80,
        label(en = "Object", ru = "Объект", zh = "对象", ro = "Obiect"),
        help(
            ru = "Имя объекта, который показывается: contact, deal.",
            zh = "所显示对象的名称：contact、deal。",
            ro = "Numele obiectului afișat: contact, deal."
        )
    )]
    pub object_name: String,
    #[field(
        default = "list",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            list(en = "List", ru = "Список", zh = "列表", ro = "Listă"),
            board(en = "Board", ru = "Доска", zh = "看板", ro = "Panou"),
            calendar(en = "Calendar", ru = "Календарь", zh = "日历", ro = "Calendar"),
            gallery(en = "Gallery", ru = "Галерея", zh = "图库", ro = "Galerie"),
            pivot(en = "Pivot", ru = "Сводная таблица", zh = "透视表", ro = "Tabel pivot"),
            chart(en = "Chart", ru = "Диаграмма", zh = "图表", ro = "Grafic"),
        )
    )]
    pub kind: String,
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
    #[field(label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(label(en = "Settings", ru = "Настройки", zh = "设置", ro = "Setări"))]
    pub config: Option<Json>,
}
