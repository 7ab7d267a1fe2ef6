//! Pipelines: the ways a sale can go.

use kernel::Money;
use macros::Object;

/// A way a sale goes, from the first word to won or lost.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "pipelines",
    title = "{name}",
    area = "sales",
    icon = "git-branch",
    class = "internal",
    purpose = "contract",
    label(en = "Pipeline", ru = "Воронка", zh = "销售管道", ro = "Flux de vânzări"),
    label_plural(en = "Pipelines", ru = "Воронки", zh = "销售管道", ro = "Fluxuri de vânzări")
)]
pub struct Pipeline {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(default = false, label(en = "Default", ru = "По умолчанию", zh = "默认", ro = "Implicit"))]
    pub is_default: bool,
    #[field(default = true, label(en = "In use", ru = "Используется", zh = "启用", ro = "Activ"))]
    pub is_active: bool,
    #[field(
        default = false,
        label(en = "Reasons needed", ru = "Причины обязательны", zh = "必须填写原因", ro = "Motive obligatorii")
    )]
    pub needs_reason: bool,
    #[field(
        default = false,
        label(
            en = "Next step needed",
            ru = "Следующий шаг обязателен",
            zh = "必须有下一步",
            ro = "Pas următor obligatoriu"
        )
    )]
    pub needs_next_step: bool,
    #[field(max = 400, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(
        rollup(object = "deal", link = "pipeline", count, filter = "status = \"open\""),
        section = "figures",
        label(en = "Open deals", ru = "Открытые сделки", zh = "进行中商机", ro = "Oportunități deschise")
    )]
    pub open_deals_count: i64,
    #[field(
        rollup(
            object = "deal",
            link = "pipeline",
            sum = "amount",
            on = "expected_close_on",
            filter = "status = \"open\""
        ),
        section = "figures",
        label(
            en = "Open deal value",
            ru = "Сумма открытых сделок",
            zh = "进行中商机金额",
            ro = "Valoarea oportunităților deschise"
        )
    )]
    pub open_deals_amount: Option<Money>,
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
