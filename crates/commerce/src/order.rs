//! Orders: what a customer bought.

use jiff::civil::Date;
use kernel::{Address, Id, Money};
use macros::Object;

/// What a customer bought: its figures are the sums of its lines.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "orders",
    table = "sales_order",
    title = "{number}",
    subtitle = "{total}",
    area = "commerce",
    icon = "shopping-cart",
    owner = "owner",
    party_links("customer", "company"),
    class = "internal",
    purpose = "contract",
    label(en = "Order", ru = "Заказ", zh = "订单", ro = "Comandă"),
    label_plural(en = "Orders", ru = "Заказы", zh = "订单", ro = "Comenzi")
)]
pub struct Order {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 80,
        label(en = "Number", ru = "Номер", zh = "编号", ro = "Număr")
    )]
    pub number: String,
    #[field(link = "contact", indexed, label(en = "Customer", ru = "Клиент", zh = "客户", ro = "Client"))]
    pub customer: Option<Id>,
    #[field(link = "company", indexed, label(en = "Company", ru = "Компания", zh = "公司", ro = "Companie"))]
    pub company: Option<Id>,
    #[field(indexed, label(en = "Ordered on", ru = "Дата заказа", zh = "下单日期", ro = "Data comenzii"))]
    pub ordered_on: Option<Date>,
    #[field(
        default = "draft",
        label(en = "Status", ru = "Статус", zh = "状态", ro = "Stare"),
        options(
            draft(en = "Draft", ru = "Черновик", zh = "草稿", ro = "Ciornă"),
            placed(en = "Placed", ru = "Оформлен", zh = "已下单", ro = "Plasată", hue = 240),
            paid(en = "Paid", ru = "Оплачен", zh = "已付款", ro = "Plătită", hue = 170),
            shipped(en = "Shipped", ru = "Отправлен", zh = "已发货", ro = "Expediată", hue = 60),
            delivered(en = "Delivered", ru = "Доставлен", zh = "已送达", ro = "Livrată", hue = 145),
            cancelled(en = "Cancelled", ru = "Отменён", zh = "已取消", ro = "Anulată", hue = 20),
        )
    )]
    pub status: String,
    #[field(
        rollup(object = "order_line", link = "order", sum = "line_total"),
        indexed,
        label(en = "Total", ru = "Итого", zh = "总额", ro = "Total")
    )]
    pub total: Option<Money>,
    #[field(
        rollup(object = "order_line", link = "order", sum = "line_cost"),
        label(en = "Cost", ru = "Себестоимость", zh = "成本", ro = "Cost")
    )]
    pub cost: Option<Money>,
    #[field(formula = "total - cost", label(en = "Margin", ru = "Маржа", zh = "毛利", ro = "Marjă"))]
    pub margin: Option<Money>,
    #[field(
        rollup(object = "order_line", link = "order", count),
        label(en = "Lines", ru = "Строки", zh = "行数", ro = "Linii")
    )]
    pub lines_count: i64,
    #[field(
        label(en = "Channel", ru = "Канал", zh = "渠道", ro = "Canal"),
        options(
            online(en = "Online", ru = "Интернет", zh = "线上", ro = "Online"),
            store(en = "Store", ru = "Магазин", zh = "门店", ro = "Magazin"),
            phone(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"),
            sales(en = "Sales person", ru = "Менеджер", zh = "销售员", ro = "Agent de vânzări"),
            marketplace(en = "Marketplace", ru = "Маркетплейс", zh = "电商平台", ro = "Marketplace"),
            other(en = "Other", ru = "Другое", zh = "其他", ro = "Altul"),
        )
    )]
    pub channel: Option<String>,
    #[field(link = "territory", label(en = "Territory", ru = "Территория", zh = "销售区域", ro = "Teritoriu"))]
    pub territory: Option<Id>,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(link = "deal", label(en = "Deal", ru = "Сделка", zh = "商机", ro = "Oportunitate"))]
    pub deal: Option<Id>,
    #[field(link = "price_list", label(en = "Price list", ru = "Прайс-лист", zh = "价目表", ro = "Listă de prețuri"))]
    pub price_list: Option<Id>,
    #[field(max = 3, label(en = "Currency", ru = "Валюта", zh = "货币", ro = "Monedă"))]
    pub currency: Option<String>,
    #[field(
        searchable,
        max = 80,
        label(
            en = "Customer's order number",
            ru = "Номер заказа клиента",
            zh = "客户采购单号",
            ro = "Numărul comenzii clientului"
        )
    )]
    pub purchase_order: Option<String>,
    #[field(section = "delivery", max = 80, label(en = "Payment", ru = "Оплата", zh = "付款方式", ro = "Plată"))]
    pub payment_method: Option<String>,
    #[field(section = "delivery", label(en = "Freight", ru = "Доставка", zh = "运费", ro = "Transport"))]
    pub freight: Option<Money>,
    #[field(section = "delivery", label(en = "Tax", ru = "Налог", zh = "税额", ro = "Taxe"))]
    pub tax: Option<Money>,
    #[field(
        section = "delivery",
        max = 120,
        label(en = "Carrier", ru = "Перевозчик", zh = "承运商", ro = "Transportator")
    )]
    pub carrier: Option<String>,
    #[field(
        section = "delivery",
        max = 120,
        label(en = "Tracking number", ru = "Номер отслеживания", zh = "物流单号", ro = "Număr de urmărire")
    )]
    pub tracking_number: Option<String>,
    #[field(section = "delivery", label(en = "Wanted by", ru = "Нужен к", zh = "要求日期", ro = "Dorită până la"))]
    pub due_on: Option<Date>,
    #[field(section = "delivery", label(en = "Shipped on", ru = "Отправлен", zh = "发货日期", ro = "Expediată la"))]
    pub shipped_on: Option<Date>,
    #[field(section = "delivery", label(en = "Delivered on", ru = "Доставлен", zh = "送达日期", ro = "Livrată la"))]
    pub delivered_on: Option<Date>,
    #[field(
        personal,
        section = "address",
        label(en = "Ship to", ru = "Адрес доставки", zh = "收货地址", ro = "Adresa de livrare")
    )]
    pub ship_to: Option<Address>,
    #[field(
        personal,
        section = "address",
        label(en = "Bill to", ru = "Адрес для счёта", zh = "账单地址", ro = "Adresa de facturare")
    )]
    pub bill_to: Option<Address>,
    /// The word by which the tracker names the visit that the order came of; its origin is taken from there, once.
    #[field(
        section = "origin",
        max = 200,
        label(en = "Visit", ru = "Визит", zh = "访问", ro = "Vizită"),
        help(
            ru = "Слово, которым трекер называет визит, приведший к заказу; источник берётся оттуда один раз.",
            zh = "跟踪脚本给出的、带来此订单的访问标识；来源只从中取一次。",
            ro = "Cuvântul prin care trackerul numește vizita din care a venit comanda; originea se ia de acolo o singură dată."
        )
    )]
    pub visit: Option<String>,
    #[field(
        readonly,
        section = "origin",
        label(en = "Came by", ru = "Источник", zh = "来源方式", ro = "A venit prin"),
        options(
            direct(en = "Directly", ru = "Напрямую", zh = "直接访问", ro = "Direct"),
            campaign(en = "A campaign", ru = "Кампания", zh = "营销活动", ro = "O campanie"),
            search(en = "A search", ru = "Поиск", zh = "搜索", ro = "O căutare"),
            assistant(en = "An assistant", ru = "ИИ-помощник", zh = "智能助手", ro = "Un asistent"),
            social(en = "A social network", ru = "Социальная сеть", zh = "社交网络", ro = "O rețea socială"),
            mail(en = "Mail", ru = "Почта", zh = "邮件", ro = "E-mail"),
            referral(en = "Another site", ru = "Другой сайт", zh = "其他网站", ro = "Alt site"),
            own(en = "Own pages", ru = "Свои страницы", zh = "本站页面", ro = "Paginile proprii"),
            unknown(en = "Unknown", ru = "Неизвестно", zh = "未知", ro = "Necunoscut"),
        )
    )]
    pub origin_medium: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 200,
        label(en = "Origin", ru = "Откуда", zh = "来源", ro = "Originea")
    )]
    pub origin_source: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 200,
        label(en = "Searched for", ru = "Поисковый запрос", zh = "搜索词", ro = "Căutarea")
    )]
    pub origin_phrase: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 200,
        label(en = "By campaign", ru = "По кампании", zh = "来源活动", ro = "Prin campania")
    )]
    pub origin_campaign: Option<String>,
    #[field(
        readonly,
        section = "origin",
        max = 500,
        label(en = "First page", ru = "Первая страница", zh = "首个页面", ro = "Prima pagină")
    )]
    pub origin_page: Option<String>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
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
