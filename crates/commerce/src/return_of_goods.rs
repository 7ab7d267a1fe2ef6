//! Returns: goods that came back.

use jiff::civil::Date;
use kernel::{Id, Money};
use macros::Object;

/// Goods that came back, with the order they were on if it is known.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "returns",
    table = "goods_return",
    title = "{name}",
    subtitle = "{returned_on}",
    area = "commerce",
    icon = "undo-2",
    party_links("customer", "company"),
    needs_any("order", "product", "number", "name"),
    class = "internal",
    purpose = "contract",
    label(en = "Return", ru = "Возврат", zh = "退货", ro = "Retur"),
    label_plural(en = "Returns", ru = "Возвраты", zh = "退货", ro = "Retururi")
)]
pub struct Return {
    #[field(max = 300, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: Option<String>,
    #[field(searchable, max = 80, label(en = "Number", ru = "Номер", zh = "编号", ro = "Număr"))]
    pub number: Option<String>,
    #[field(link = "contact", indexed, label(en = "Customer", ru = "Клиент", zh = "客户", ro = "Client"))]
    pub customer: Option<Id>,
    #[field(link = "company", label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(
        column = "order_id",
        link = "order",
        indexed,
        label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă")
    )]
    pub order: Option<Id>,
    #[field(link = "product", indexed, label(en = "Product", ru = "Товар", zh = "产品", ro = "Produs"))]
    pub product: Option<Id>,
    #[field(default = 1, label(en = "Quantity", ru = "Количество", zh = "数量", ro = "Cantitate"))]
    pub quantity: f64,
    #[field(label(en = "Refund", ru = "К возврату", zh = "退款金额", ro = "Rambursare"))]
    pub amount: Option<Money>,
    #[field(indexed, label(en = "Returned on", ru = "Дата возврата", zh = "退货日期", ro = "Data returului"))]
    pub returned_on: Option<Date>,
    #[field(
        default = "received",
        label(en = "Status", ru = "Статус", zh = "状态", ro = "Stare"),
        options(
            requested(en = "Requested", ru = "Запрошен", zh = "已申请", ro = "Solicitat", hue = 60),
            received(en = "Received", ru = "Получен", zh = "已收到", ro = "Primit", hue = 240),
            refunded(en = "Refunded", ru = "Деньги возвращены", zh = "已退款", ro = "Rambursat", hue = 145),
            rejected(en = "Rejected", ru = "Отклонён", zh = "已拒绝", ro = "Respins", hue = 20),
        )
    )]
    pub status: String,
    #[field(
        label(en = "Reason", ru = "Причина", zh = "原因", ro = "Motiv"),
        options(
            defective(en = "Defective", ru = "Брак", zh = "质量问题", ro = "Defect"),
            damaged(
                en = "Damaged on the way",
                ru = "Повреждён в пути",
                zh = "运输损坏",
                ro = "Deteriorat la transport"
            ),
            wrong_item(en = "Wrong item", ru = "Не тот товар", zh = "发错货", ro = "Produs greșit"),
            not_as_described(
                en = "Not as described",
                ru = "Не соответствует описанию",
                zh = "与描述不符",
                ro = "Nu corespunde descrierii"
            ),
            no_longer_wanted(en = "No longer wanted", ru = "Передумал", zh = "不再需要", ro = "Nu mai este dorit"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub reason: Option<String>,
    #[field(link = "territory", label(en = "Territory", ru = "Территория", zh = "销售区域", ro = "Teritoriu"))]
    pub territory: Option<Id>,
    #[field(
        long_text,
        personal,
        section = "more",
        label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere")
    )]
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
