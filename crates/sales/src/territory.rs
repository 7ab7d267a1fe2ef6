//! Territories: the parts of the world a company sells in.

use kernel::{Id, Money};
use macros::Object;

/// A part of the world that somebody is responsible for.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "territories",
    title = "{name}",
    subtitle = "{country}",
    area = "sales",
    icon = "map",
    owner = "owner",
    class = "internal",
    purpose = "contract",
    label(en = "Territory", ru = "Территория", zh = "销售区域", ro = "Teritoriu"),
    label_plural(en = "Territories", ru = "Территории", zh = "销售区域", ro = "Teritorii")
)]
pub struct Territory {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(max = 120, label(en = "Country", ru = "Страна", zh = "国家", ro = "Țară"))]
    pub country: Option<String>,
    #[field(max = 120, label(en = "Continent", ru = "Часть света", zh = "大洲", ro = "Continent"))]
    pub continent: Option<String>,
    /// Which leads lie in it, where its country does not say enough.
    #[field(
        long_text,
        label(en = "Leads that", ru = "Лиды, где", zh = "所含线索", ro = "Prospecții care"),
        help(
            ru = "Вопрос, по которому лид относится к территории; без него решает страна.",
            zh = "判断线索是否属于该区域的条件；留空则按国家判断。",
            ro = "Întrebarea după care un prospect ține de teritoriu; fără ea decide țara."
        )
    )]
    pub leads: Option<String>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(max = 400, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(
        rollup(object = "order", link = "territory", count, filter = "status != \"cancelled\""),
        section = "figures",
        label(en = "Orders", ru = "Заказы", zh = "订单数", ro = "Comenzi")
    )]
    pub orders_count: i64,
    #[field(
        rollup(
            object = "order",
            link = "territory",
            sum = "total",
            on = "ordered_on",
            filter = "status != \"cancelled\""
        ),
        section = "figures",
        label(en = "Order value", ru = "Сумма заказов", zh = "订单总额", ro = "Valoarea comenzilor")
    )]
    pub orders_total: Option<Money>,
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
