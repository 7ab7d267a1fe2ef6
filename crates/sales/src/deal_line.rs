//! Deal lines: what a deal is to sell.

use kernel::{Id, Money};
use macros::Object;

/// One product of a deal. The amount of a deal with lines is their sum.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "deal_lines",
    title = "{name}",
    subtitle = "{line_total}",
    area = "sales",
    icon = "list-ordered",
    class = "internal",
    purpose = "contract",
    label(en = "Deal line", ru = "Строка сделки", zh = "商机行", ro = "Linie de oportunitate"),
    label_plural(en = "Products of deals", ru = "Товары сделок", zh = "商机产品", ro = "Produse ale oportunităților")
)]
pub struct DealLine {
    #[field(required, link = "deal", indexed, label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Id,
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
    #[field(
        formula = "quantity * unit_price * (100 - coalesce(discount_percent, 0)) / 100",
        label(en = "Line total", ru = "Сумма", zh = "行总额", ro = "Total linie")
    )]
    pub line_total: Option<Money>,
}
