//! Price lists: other prices for other customers, currencies or times.

use jiff::civil::Date;
use macros::Object;

/// Prices that hold for some customers, a currency or a time.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "price_lists",
    title = "{name}",
    subtitle = "{currency}",
    area = "commerce",
    icon = "list",
    class = "internal",
    purpose = "contract",
    label(en = "Price list", ru = "Прайс-лист", zh = "价目表", ro = "Listă de prețuri"),
    label_plural(en = "Price lists", ru = "Прайс-листы", zh = "价目表", ro = "Liste de prețuri")
)]
pub struct PriceList {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(max = 3, label(en = "Currency", ru = "Валюта", zh = "货币", ro = "Monedă"))]
    pub currency: Option<String>,
    #[field(label(en = "Valid from", ru = "Действует с", zh = "生效日期", ro = "Valabilă de la"))]
    pub starts_on: Option<Date>,
    #[field(label(en = "Valid until", ru = "Действует до", zh = "失效日期", ro = "Valabilă până la"))]
    pub ends_on: Option<Date>,
    // Whose prices these are: everybody's, or those of contacts or companies that answer the question with yes.
    #[field(
        default = "everybody",
        label(en = "Prices of", ru = "Для кого", zh = "适用对象", ro = "Prețuri pentru"),
        options(
            everybody(en = "Everybody", ru = "Для всех", zh = "所有客户", ro = "Toți"),
            contact(en = "Some contacts", ru = "Некоторые контакты", zh = "部分联系人", ro = "Unele contacte"),
            company(en = "Some companies", ru = "Некоторые компании", zh = "部分公司", ro = "Unele companii"),
        )
    )]
    pub holds: String,
    /// Such as `in segment "Wholesale"` or `country = "RO"`.
    #[field(
        long_text,
        label(en = "Who", ru = "Кто именно", zh = "客户条件", ro = "Cine"),
        help(
            ru = "Условие на языке вопросов, например in segment \"Опт\".",
            zh = "用条件语言书写，例如 in segment \"批发\"。",
            ro = "O întrebare, de exemplu in segment \"En gros\"."
        )
    )]
    pub question: Option<String>,
    /// Of several lists that fit, the one with the highest rank gives the price.
    #[field(
        default = 0,
        label(en = "Rank", ru = "Приоритет", zh = "优先级", ro = "Prioritate"),
        help(
            ru = "Если подходят несколько прайс-листов, цену даёт тот, у которого приоритет выше.",
            zh = "多个价目表适用时，采用优先级最高的。",
            ro = "Dacă se potrivesc mai multe liste, prețul îl dă cea cu prioritatea cea mai mare."
        )
    )]
    pub rank: i64,
    #[field(default = false, label(en = "Default", ru = "По умолчанию", zh = "默认", ro = "Implicită"))]
    pub is_default: bool,
    #[field(default = true, label(en = "In use", ru = "Используется", zh = "启用", ro = "Activă"))]
    pub is_active: bool,
    #[field(max = 1000, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
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
