//! The record of what a visitor booked.

use kernel::{Id, Time};
use macros::Object;
use serde_json::Value as Json;

/// Who booked which time with whom, and what became of it.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "bookings",
    title = "{first_name} {last_name}",
    subtitle = "{state}",
    area = "sales",
    icon = "calendar-check",
    owner = "host",
    party_links("contact", "lead"),
    class = "internal",
    purpose = "contract",
    label(en = "Booking", ru = "Запись", zh = "预约", ro = "Programare"),
    label_plural(en = "Bookings", ru = "Записи", zh = "预约", ro = "Programări")
)]
pub struct Booking {
    #[field(
        required,
        readonly,
        link = "booking_page",
        indexed,
        label(en = "Booking page", ru = "Страница записи", zh = "预约页面", ro = "Pagină de programări")
    )]
    pub booking_page: Id,
    #[field(
        readonly,
        indexed,
        default = "booked",
        label(en = "State", ru = "Состояние", zh = "状态", ro = "Stare"),
        options(
            booked(en = "Booked", ru = "Назначена", zh = "已预约", ro = "Programată", hue = 145),
            cancelled(en = "Cancelled", ru = "Отменена", zh = "已取消", ro = "Anulată"),
        )
    )]
    pub state: String,
    #[field(required, readonly, indexed, label(en = "Starts", ru = "Начало", zh = "开始时间", ro = "Începe"))]
    pub starts_at: Time,
    #[field(required, readonly, label(en = "Ends", ru = "Конец", zh = "结束时间", ro = "Se termină"))]
    pub ends_at: Time,
    #[field(readonly, link = "user", label(en = "With", ru = "С кем", zh = "接待人", ro = "Cu cine"))]
    pub host: Option<Id>,
    #[field(
        readonly,
        personal,
        searchable,
        max = 100,
        label(en = "First name", ru = "Имя", zh = "名字", ro = "Prenume")
    )]
    pub first_name: Option<String>,
    #[field(
        readonly,
        personal,
        searchable,
        max = 100,
        label(en = "Last name", ru = "Фамилия", zh = "姓氏", ro = "Nume")
    )]
    pub last_name: Option<String>,
    #[field(
        email,
        readonly,
        personal,
        searchable,
        label(en = "Email", ru = "Эл. почта", zh = "电子邮箱", ro = "E-mail")
    )]
    pub email: Option<String>,
    #[field(phone, readonly, personal, label(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"))]
    pub phone: Option<String>,
    #[field(readonly, link = "contact", indexed, label(en = "Contact", ru = "Контакт", zh = "联系人", ro = "Contact"))]
    pub contact: Option<Id>,
    #[field(readonly, link = "lead", indexed, label(en = "Lead", ru = "Лид", zh = "线索", ro = "Prospect"))]
    pub lead: Option<Id>,
    // `[{"asked", "said"}]`, as the page asked.
    #[field(readonly, personal, label(en = "What was said", ru = "Что сказано", zh = "填写内容", ro = "Ce s-a spus"))]
    pub answers: Option<Json>,
    // Of the visitor.
    #[field(readonly, max = 64, label(en = "Time zone", ru = "Часовой пояс", zh = "时区", ro = "Fus orar"))]
    pub time_zone: Option<String>,
    #[field(readonly, max = 10, label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"))]
    pub language: Option<String>,
    // How often it was moved: what calendars tell newer letters by.
    #[field(
        readonly,
        default = 0,
        section = "system",
        label(en = "Moved", ru = "Перенесена", zh = "改期次数", ro = "Mutată")
    )]
    pub sequence: i64,
    // The words that were agreed to, as they stood on the page.
    #[field(
        readonly,
        long_text,
        section = "consent",
        label(en = "Agreed to", ru = "Согласие на", zh = "同意内容", ro = "Acordul dat")
    )]
    pub consent: Option<String>,
    #[field(readonly, section = "origin", label(en = "Origin", ru = "Откуда", zh = "来源", ro = "Originea"))]
    pub origin: Option<Json>,
    // What its page was signed with: the same answer sent twice is one.
    #[field(
        readonly,
        unique,
        indexed,
        section = "system",
        max = 200,
        label(en = "Stamp", ru = "Штамп", zh = "签名", ro = "Ștampilă")
    )]
    pub stamp: Option<String>,
}
