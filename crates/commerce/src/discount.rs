//! Discounts: less than the price list says, for some customers, products, quantities or days.

use jiff::civil::Date;
use kernel::Id;
use macros::Object;

/// A part of the price that is left off. Of several that apply the highest does; they do not add up.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "discounts",
    title = "{name}",
    subtitle = "{percent}",
    area = "commerce",
    icon = "badge-percent",
    class = "internal",
    purpose = "contract",
    label(en = "Discount", ru = "Скидка", zh = "折扣", ro = "Reducere"),
    label_plural(en = "Discounts", ru = "Скидки", zh = "折扣", ro = "Reduceri")
)]
pub struct Discount {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(required, label(en = "Discount (%)", ru = "Скидка (%)", zh = "折扣（%）", ro = "Reducere (%)"))]
    pub percent: f64,
    #[field(link = "product", indexed, label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Option<Id>,
    #[field(
        link = "product_line",
        indexed,
        label(en = "Product line", ru = "Группа товаров", zh = "产品线", ro = "Linie de produse")
    )]
    pub product_line: Option<Id>,
    #[field(label(en = "From quantity", ru = "От количества", zh = "起订数量", ro = "De la cantitatea"))]
    pub minimum_quantity: Option<f64>,
    #[field(label(en = "Valid from", ru = "Действует с", zh = "生效日期", ro = "Valabilă de la"))]
    pub starts_on: Option<Date>,
    #[field(label(en = "Valid until", ru = "Действует до", zh = "失效日期", ro = "Valabilă până la"))]
    pub ends_on: Option<Date>,
    #[field(
        default = "everybody",
        label(en = "Discount of", ru = "Для кого", zh = "适用对象", ro = "Reducere pentru"),
        options(
            everybody(en = "Everybody", ru = "Для всех", zh = "所有客户", ro = "Toți"),
            contact(en = "Some contacts", ru = "Некоторые контакты", zh = "部分联系人", ro = "Unele contacte"),
            company(en = "Some companies", ru = "Некоторые компании", zh = "部分公司", ro = "Unele companii"),
        )
    )]
    pub holds: String,
    #[field(long_text, label(en = "Who", ru = "Кто именно", zh = "客户条件", ro = "Cine"))]
    pub question: Option<String>,
    #[field(default = true, label(en = "In use", ru = "Используется", zh = "启用", ro = "Activă"))]
    pub is_active: bool,
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
