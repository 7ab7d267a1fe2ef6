//! Products: what the company sells.

use kernel::{Id, Money};
use macros::Object;

/// A thing, service or subscription that the company sells.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "products",
    title = "{name}",
    subtitle = "{sku}",
    area = "commerce",
    icon = "package",
    class = "internal",
    purpose = "contract",
    label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"),
    label_plural(en = "Products", ru = "Товары", zh = "产品", ro = "Produse")
)]
pub struct Product {
    #[field(
        required,
        searchable,
        indexed,
        max = 300,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(unique, indexed, searchable, max = 80, label(en = "SKU", ru = "Артикул", zh = "货号", ro = "Cod produs"))]
    pub sku: Option<String>,
    #[field(
        link = "product_line",
        indexed,
        label(en = "Product line", ru = "Группа товаров", zh = "产品线", ro = "Linie de produse")
    )]
    pub product_line: Option<Id>,
    #[field(
        default = "goods",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            goods(en = "Goods", ru = "Товар", zh = "商品", ro = "Bun"),
            service(en = "Service", ru = "Услуга", zh = "服务", ro = "Serviciu"),
            subscription(en = "Subscription", ru = "Подписка", zh = "订阅", ro = "Abonament"),
        )
    )]
    pub kind: String,
    #[field(indexed, label(en = "Price", ru = "Цена", zh = "价格", ro = "Preț"))]
    pub price: Option<Money>,
    #[field(label(en = "Cost", ru = "Себестоимость", zh = "成本", ro = "Cost"))]
    pub cost: Option<Money>,
    #[field(formula = "price - cost", label(en = "Margin", ru = "Маржа", zh = "毛利", ro = "Marjă"))]
    pub margin: Option<Money>,
    #[field(default = true, label(en = "On sale", ru = "В продаже", zh = "在售", ro = "La vânzare"))]
    pub is_active: bool,
    #[field(searchable, max = 120, label(en = "Model", ru = "Модель", zh = "型号", ro = "Model"))]
    pub model: Option<String>,
    #[field(max = 120, label(en = "Brand", ru = "Марка", zh = "品牌", ro = "Marcă"))]
    pub brand: Option<String>,
    #[field(max = 60, label(en = "Colour", ru = "Цвет", zh = "颜色", ro = "Culoare"))]
    pub color: Option<String>,
    #[field(max = 60, label(en = "Size", ru = "Размер", zh = "尺寸", ro = "Mărime"))]
    pub size: Option<String>,
    #[field(
        label(en = "Style", ru = "Для кого", zh = "款式", ro = "Stil"),
        options(
            universal(en = "Universal", ru = "Универсальный", zh = "通用", ro = "Universal"),
            women(en = "Women's", ru = "Женский", zh = "女款", ro = "Damă"),
            men(en = "Men's", ru = "Мужской", zh = "男款", ro = "Bărbați"),
            children(en = "Children's", ru = "Детский", zh = "童款", ro = "Copii"),
        )
    )]
    pub style: Option<String>,
    #[field(max = 40, label(en = "Unit", ru = "Единица", zh = "单位", ro = "Unitate"))]
    pub unit: Option<String>,
    #[field(searchable, max = 40, label(en = "Barcode", ru = "Штрихкод", zh = "条形码", ro = "Cod de bare"))]
    pub barcode: Option<String>,
    #[field(label(en = "Weight (kg)", ru = "Вес (кг)", zh = "重量（公斤）", ro = "Greutate (kg)"))]
    pub weight_kg: Option<f64>,
    #[field(label(en = "Tax (%)", ru = "Налог (%)", zh = "税率（%）", ro = "TVA (%)"))]
    pub tax_percent: Option<f64>,
    #[field(section = "stock", label(en = "In stock", ru = "На складе", zh = "库存", ro = "În stoc"))]
    pub stock: Option<f64>,
    #[field(
        section = "stock",
        label(en = "Reorder at", ru = "Заказать при остатке", zh = "补货点", ro = "Prag de reaprovizionare")
    )]
    pub reorder_level: Option<f64>,
    #[field(
        link = "company",
        section = "stock",
        label(en = "Supplier", ru = "Поставщик", zh = "供应商", ro = "Furnizor")
    )]
    pub supplier: Option<Id>,
    #[field(url, label(en = "Web page", ru = "Страница", zh = "网页", ro = "Pagină web"))]
    pub website: Option<String>,
    #[field(file, label(en = "Picture", ru = "Изображение", zh = "图片", ro = "Imagine"))]
    pub image: Option<Id>,
    #[field(long_text, section = "more", label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(
        rollup(object = "order_line", link = "product", sum = "quantity"),
        section = "figures",
        label(en = "Sold", ru = "Продано", zh = "已售数量", ro = "Vândute")
    )]
    pub sold_quantity: Option<f64>,
    #[field(
        rollup(object = "order_line", link = "product", sum = "line_total"),
        section = "figures",
        label(en = "Sales", ru = "Выручка", zh = "销售额", ro = "Vânzări")
    )]
    pub sold_total: Option<Money>,
    #[field(
        rollup(object = "return", link = "product", sum = "quantity"),
        section = "figures",
        label(en = "Returned", ru = "Возвращено", zh = "退货数量", ro = "Returnate")
    )]
    pub returned_quantity: Option<f64>,
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
