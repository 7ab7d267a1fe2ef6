//! The record of one line of a quote.

use kernel::{Id, Money};
use macros::Object;
use serde_json::Value as Json;

/// One product in a quote. An optional line counts once it is chosen.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "quote_lines",
    title = "{name}",
    subtitle = "{line_total}",
    area = "sales",
    icon = "list-ordered",
    class = "internal",
    purpose = "contract",
    label(en = "Quote line", ru = "Строка предложения", zh = "报价行", ro = "Linie de ofertă"),
    label_plural(en = "Quote lines", ru = "Строки предложений", zh = "报价行", ro = "Linii de ofertă")
)]
pub struct QuoteLine {
    #[field(required, link = "quote", indexed, label(en = "Quote", ru = "Предложение", zh = "报价单", ro = "Ofertă"))]
    pub quote: Id,
    #[field(label(en = "Position", ru = "№", zh = "序号", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(link = "product", indexed, label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Option<Id>,
    #[field(max = 300, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: Option<String>,
    #[field(max = 2000, label(en = "Details", ru = "Подробности", zh = "说明", ro = "Detalii"))]
    pub details: Option<String>,
    #[field(default = 1, label(en = "Quantity", ru = "Количество", zh = "数量", ro = "Cantitate"))]
    pub quantity: f64,
    #[field(max = 40, label(en = "Unit", ru = "Единица", zh = "单位", ro = "Unitate"))]
    pub unit: Option<String>,
    #[field(label(en = "List price", ru = "Цена по прайс-листу", zh = "目录价", ro = "Preț de listă"))]
    pub list_price: Option<Money>,
    #[field(label(en = "Unit price", ru = "Цена", zh = "单价", ro = "Preț unitar"))]
    pub unit_price: Option<Money>,
    #[field(label(en = "Discount (%)", ru = "Скидка (%)", zh = "折扣（%）", ro = "Reducere (%)"))]
    pub discount_percent: Option<f64>,
    #[field(label(en = "Unit cost", ru = "Себестоимость единицы", zh = "单位成本", ro = "Cost unitar"))]
    pub unit_cost: Option<Money>,
    #[field(label(en = "Tax (%)", ru = "Налог (%)", zh = "税率（%）", ro = "TVA (%)"))]
    pub tax_percent: Option<f64>,
    // What a person said stays when the quantity changes.
    #[field(default = false, label(en = "Price by hand", ru = "Цена вручную", zh = "手工定价", ro = "Preț manual"))]
    pub is_price_by_hand: bool,
    #[field(
        default = false,
        label(en = "Discount by hand", ru = "Скидка вручную", zh = "手工折扣", ro = "Reducere manuală")
    )]
    pub is_discount_by_hand: bool,
    #[field(default = false, label(en = "Optional", ru = "По желанию", zh = "可选", ro = "Opțional"))]
    pub is_optional: bool,
    #[field(default = true, label(en = "Counts", ru = "Учитывается", zh = "计入", ro = "Se socotește"))]
    pub is_chosen: bool,
    // Between these two the customer may choose the quantity.
    #[field(label(en = "At least", ru = "Не меньше", zh = "最少", ro = "Cel puțin"))]
    pub minimum_quantity: Option<f64>,
    #[field(label(en = "At most", ru = "Не больше", zh = "最多", ro = "Cel mult"))]
    pub maximum_quantity: Option<f64>,
    #[field(
        formula = "quantity * coalesce(list_price, unit_price)",
        label(en = "At list price", ru = "По прайс-листу", zh = "按目录价", ro = "La preț de listă")
    )]
    pub line_list: Option<Money>,
    #[field(
        formula = "quantity * unit_price * (100 - coalesce(discount_percent, 0)) / 100",
        label(en = "Line total", ru = "Сумма", zh = "行总额", ro = "Total linie")
    )]
    pub line_total: Option<Money>,
    #[field(
        formula = "quantity * unit_price * (100 - coalesce(discount_percent, 0)) / 100 * coalesce(tax_percent, 0) / 100",
        label(en = "Line tax", ru = "Налог строки", zh = "行税额", ro = "Taxa liniei")
    )]
    pub line_tax: Option<Money>,
    #[field(
        formula = "quantity * unit_cost",
        label(en = "Line cost", ru = "Себестоимость", zh = "行成本", ro = "Cost linie")
    )]
    pub line_cost: Option<Money>,
    #[field(
        readonly,
        label(en = "Why this price", ru = "Почему такая цена", zh = "价格依据", ro = "De ce acest preț")
    )]
    pub price_reasons: Option<Json>,
}
