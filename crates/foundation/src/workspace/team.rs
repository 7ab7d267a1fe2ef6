//! Teams: people who share records.

use kernel::Id;
use macros::Object;

/// People who work together: rights may reach "my team".
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "teams",
    title = "{name}",
    subtitle = "{office}",
    area = "settings",
    icon = "users",
    class = "internal",
    purpose = "employment",
    label(en = "Team", ru = "Команда", zh = "团队", ro = "Echipă"),
    label_plural(en = "Teams", ru = "Команды", zh = "团队", ro = "Echipe")
)]
pub struct Team {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(link = "user", label(en = "Manager", ru = "Руководитель", zh = "经理", ro = "Manager"))]
    pub manager: Option<Id>,
    #[field(link = "team", label(en = "Part of", ru = "Входит в", zh = "上级团队", ro = "Face parte din"))]
    pub parent: Option<Id>,
    #[field(max = 120, label(en = "Office", ru = "Офис", zh = "办事处", ro = "Birou"))]
    pub office: Option<String>,
    #[field(max = 400, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    /// The record's key in the system it came from; imports find it by this.
    #[field(
        unique,
        indexed,
        section = "system",
        max = 200,
        label(en = "External ID", ru = "Внешний код", zh = "外部编号", ro = "ID extern"),
        help(
            ru = "Ключ записи в системе, из которой она пришла; импорт находит запись по нему.",
            zh = "记录在来源系统中的主键；导入时据此查找。",
            ro = "Cheia înregistrării în sistemul din care provine; importul o găsește după ea."
        )
    )]
    pub external_id: Option<String>,
}
