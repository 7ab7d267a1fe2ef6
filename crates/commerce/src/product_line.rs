//! Product lines: products grouped, as deep as needed.

use kernel::Id;
use macros::Object;

/// A group of products, possibly part of a larger one.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "product_lines",
    title = "{name}",
    area = "commerce",
    icon = "layers",
    class = "internal",
    purpose = "contract",
    label(en = "Product line", ru = "Группа товаров", zh = "产品线", ro = "Linie de produse"),
    label_plural(en = "Product lines", ru = "Группы товаров", zh = "产品线", ro = "Linii de produse")
)]
pub struct ProductLine {
    #[field(
        required,
        searchable,
        indexed,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(link = "product_line", label(en = "Part of", ru = "Входит в", zh = "上级产品线", ro = "Face parte din"))]
    pub parent: Option<Id>,
    #[field(label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(max = 1000, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(
        rollup(object = "product", link = "product_line", count),
        section = "figures",
        label(en = "Products", ru = "Товары", zh = "产品数", ro = "Produse")
    )]
    pub products_count: i64,
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
