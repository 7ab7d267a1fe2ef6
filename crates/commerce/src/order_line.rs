//! Order lines: one product in one order.

use kernel::{Id, Money};
use macros::Object;

/// One product in one order, at the price and cost of that day.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "order_lines",
    title = "{name}",
    subtitle = "{line_total}",
    area = "commerce",
    icon = "list-ordered",
    class = "internal",
    purpose = "contract",
    label(en = "Order line", ru = "Строка заказа", zh = "订单行", ro = "Linie de comandă"),
    label_plural(en = "Order lines", ru = "Строки заказов", zh = "订单行", ro = "Linii de comandă")
)]
pub struct OrderLine {
    #[field(
        column = "order_id",
        required,
        link = "order",
        indexed,
        label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă")
    )]
    pub order: Id,
    #[field(label(en = "Position", ru = "№", zh = "序号", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(link = "product", indexed, label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Option<Id>,
    #[field(max = 300, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: Option<String>,
    #[field(default = 1, label(en = "Quantity", ru = "Количество", zh = "数量", ro = "Cantitate"))]
    pub quantity: f64,
    #[field(label(en = "Unit price", ru = "Цена", zh = "单价", ro = "Preț unitar"))]
    pub unit_price: Option<Money>,
    #[field(label(en = "Discount (%)", ru = "Скидка (%)", zh = "折扣（%）", ro = "Reducere (%)"))]
    pub discount_percent: Option<f64>,
    #[field(label(en = "Unit cost", ru = "Себестоимость единицы", zh = "单位成本", ro = "Cost unitar"))]
    pub unit_cost: Option<Money>,
    #[field(
        formula = "quantity * unit_price * (100 - coalesce(discount_percent, 0)) / 100",
        label(en = "Line total", ru = "Сумма", zh = "行总额", ro = "Total linie")
    )]
    pub line_total: Option<Money>,
    #[field(
        formula = "quantity * unit_cost",
        label(en = "Line cost", ru = "Себестоимость", zh = "行成本", ro = "Cost linie")
    )]
    pub line_cost: Option<Money>,
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
