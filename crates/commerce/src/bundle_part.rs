//! Parts of bundles: what is in a product that is sold together.

use kernel::Id;
use macros::Object;

/// One product in a bundle, or one that may be added to it.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "bundle_parts",
    title = "{name}",
    area = "commerce",
    icon = "boxes",
    class = "internal",
    purpose = "contract",
    label(en = "Bundle part", ru = "Часть комплекта", zh = "套装组成", ro = "Parte a pachetului"),
    label_plural(en = "Bundle parts", ru = "Части комплектов", zh = "套装组成", ro = "Părțile pachetelor")
)]
pub struct BundlePart {
    #[field(required, link = "product", indexed, label(en = "Bundle", ru = "Комплект", zh = "套装", ro = "Pachet"))]
    pub bundle: Id,
    #[field(required, link = "product", indexed, label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Id,
    #[field(default = 1, label(en = "Quantity", ru = "Количество", zh = "数量", ro = "Cantitate"))]
    pub quantity: f64,
    /// Offered beside the bundle, and not in its price.
    #[field(
        default = false,
        label(en = "Optional", ru = "По желанию", zh = "可选", ro = "Opțional"),
        help(
            ru = "Предлагается рядом с комплектом и в его цену не входит.",
            zh = "随套装提供，但不计入套装价格。",
            ro = "Se oferă pe lângă pachet și nu intră în prețul lui."
        )
    )]
    pub is_optional: bool,
    #[field(label(en = "Position", ru = "№", zh = "序号", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(max = 300, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: Option<String>,
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
