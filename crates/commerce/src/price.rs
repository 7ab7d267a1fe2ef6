//! Prices: what a product costs on a price list.

use jiff::civil::Date;
use kernel::{Id, Money};
use macros::Object;

/// What a product costs on a price list, from a quantity on.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "prices",
    title = "{amount}",
    area = "commerce",
    icon = "circle-dollar-sign",
    class = "internal",
    purpose = "contract",
    label(en = "Price", ru = "Цена", zh = "价格", ro = "Preț"),
    label_plural(en = "Prices", ru = "Цены", zh = "价格", ro = "Prețuri")
)]
pub struct Price {
    #[field(required, label(en = "Price", ru = "Цена", zh = "价格", ro = "Preț"))]
    pub amount: Money,
    #[field(required, link = "product", indexed, label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Id,
    #[field(
        required,
        link = "price_list",
        indexed,
        label(en = "Price list", ru = "Прайс-лист", zh = "价目表", ro = "Listă de prețuri")
    )]
    pub price_list: Id,
    #[field(label(en = "From quantity", ru = "От количества", zh = "起订数量", ro = "De la cantitatea"))]
    pub minimum_quantity: Option<f64>,
    #[field(label(en = "Valid from", ru = "Действует с", zh = "生效日期", ro = "Valabil de la"))]
    pub starts_on: Option<Date>,
    #[field(label(en = "Valid until", ru = "Действует до", zh = "失效日期", ro = "Valabil până la"))]
    pub ends_on: Option<Date>,
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
