//! Notes: what somebody wrote down about a customer or a sale.

use kernel::Id;
use macros::Object;

/// What somebody wrote down about a record.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "notes",
    title = "{body}",
    area = "sales",
    icon = "sticky-note",
    owner = "author",
    party_links("contact", "company", "lead"),
    class = "internal",
    purpose = "contract",
    label(en = "Note", ru = "Заметка", zh = "备注", ro = "Notă"),
    label_plural(en = "Notes", ru = "Заметки", zh = "备注", ro = "Note")
)]
pub struct Note {
    #[field(required, long_text, personal, searchable, label(en = "Note", ru = "Заметка", zh = "备注", ro = "Notă"))]
    pub body: String,
    #[field(link = "user", label(en = "Author", ru = "Автор", zh = "作者", ro = "Autor"))]
    pub author: Option<Id>,
    #[field(default = false, label(en = "Pinned", ru = "Закреплена", zh = "置顶", ro = "Fixată"))]
    pub is_pinned: bool,
    #[field(link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "lead", label(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect"))]
    pub lead: Option<Id>,
    #[field(link = "deal", indexed, label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Option<Id>,
    #[field(column = "order_id", link = "order", label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă"))]
    pub order: Option<Id>,
    #[field(link = "ticket", label(en = "Ticket", ru = "Обращение", zh = "工单", ro = "Solicitare"))]
    pub ticket: Option<Id>,
    /// Colleagues who are meant, beside those whom the text mentions by name.
    #[field(
        links = "user",
        section = "more",
        label(en = "Mentioned", ru = "Упомянуты", zh = "提及", ro = "Menționați"),
        help(
            ru = "Сотрудники, которым придёт уведомление, помимо упомянутых в тексте.",
            zh = "除正文中提及的人以外，将收到通知的同事。",
            ro = "Colegii care primesc o notificare, pe lângă cei menționați în text."
        )
    )]
    pub mentions: Vec<Id>,
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
