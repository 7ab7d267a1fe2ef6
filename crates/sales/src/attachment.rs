//! Attachments: files kept beside a customer, a sale or a note.

use kernel::Id;
use macros::Object;

/// A file that hangs on a record.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "attachments",
    title = "{name}",
    area = "sales",
    icon = "paperclip",
    owner = "author",
    party_links("contact", "company", "lead"),
    class = "internal",
    purpose = "contract",
    label(en = "File", ru = "Файл", zh = "文件", ro = "Fișier"),
    label_plural(en = "Files", ru = "Файлы", zh = "文件", ro = "Fișiere")
)]
pub struct Attachment {
    #[field(
        required,
        personal,
        searchable,
        max = 240,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(file, required, indexed, label(en = "File", ru = "Файл", zh = "文件", ro = "Fișier"))]
    pub file: Id,
    #[field(link = "user", label(en = "Added by", ru = "Кто добавил", zh = "添加人", ro = "Adăugat de"))]
    pub author: Option<Id>,
    #[field(link = "note", indexed, label(en = "Note", ru = "Заметка", zh = "备注", ro = "Notă"))]
    pub note: Option<Id>,
    #[field(link = "activity", indexed, label(en = "Activity", ru = "Дело", zh = "活动", ro = "Activitate"))]
    pub activity: Option<Id>,
    #[field(link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(link = "lead", indexed, label(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect"))]
    pub lead: Option<Id>,
    #[field(link = "deal", indexed, label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Option<Id>,
    #[field(
        column = "order_id",
        link = "order",
        indexed,
        label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă")
    )]
    pub order: Option<Id>,
    #[field(link = "ticket", indexed, label(en = "Ticket", ru = "Обращение", zh = "工单", ro = "Solicitare"))]
    pub ticket: Option<Id>,
}
