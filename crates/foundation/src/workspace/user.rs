//! Users: the company's own people, as the rest of the records know them.
//!
//! Passwords, sessions and roles are kept apart (`access`); a user without an e-mail cannot sign in.

use kernel::Id;
use macros::Object;

/// One of the company's own people.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "users",
    table = "staff",
    title = "{name}",
    subtitle = "{job_title}",
    area = "settings",
    icon = "circle-user",
    class = "internal",
    purpose = "employment",
    label(en = "User", ru = "Сотрудник", zh = "用户", ro = "Utilizator"),
    label_plural(en = "Users", ru = "Сотрудники", zh = "用户", ro = "Utilizatori")
)]
pub struct User {
    #[field(
        required,
        personal,
        searchable,
        indexed,
        max = 200,
        label(en = "Name", ru = "Имя", zh = "姓名", ro = "Nume")
    )]
    pub name: String,
    #[field(
        email,
        personal,
        unique,
        indexed,
        searchable,
        label(en = "Email", ru = "Эл. почта", zh = "电子邮箱", ro = "E-mail")
    )]
    pub email: Option<String>,
    #[field(phone, personal, label(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon"))]
    pub phone: Option<String>,
    #[field(max = 200, label(en = "Job title", ru = "Должность", zh = "职位", ro = "Funcție"))]
    pub job_title: Option<String>,
    #[field(link = "user", label(en = "Manager", ru = "Руководитель", zh = "经理", ro = "Manager"))]
    pub manager: Option<Id>,
    /// What one may approve, and need not ask for: rules of approval name a level.
    #[field(
        label(en = "Authority level", ru = "Уровень полномочий", zh = "权限级别", ro = "Nivel de autoritate"),
        help(
            ru = "Что можно согласовывать самому: правила согласования называют уровень.",
            zh = "可自行批准的级别：审批规则引用此级别。",
            ro = "Ce se poate aproba fără a întreba: regulile de aprobare numesc un nivel."
        )
    )]
    pub authority_level: Option<i64>,
    #[field(links = "team", label(en = "Teams", ru = "Команды", zh = "团队", ro = "Echipe"))]
    pub teams: Vec<Id>,
    #[field(max = 120, label(en = "Office", ru = "Офис", zh = "办事处", ro = "Birou"))]
    pub office: Option<String>,
    #[field(
        label(en = "Language", ru = "Язык", zh = "语言", ro = "Limbă"),
        options(
            en(en = "English", ru = "Английский", zh = "英语", ro = "Engleză"),
            ru(en = "Russian", ru = "Русский", zh = "俄语", ro = "Rusă"),
            zh(en = "Chinese", ru = "Китайский", zh = "中文", ro = "Chineză"),
            ro(en = "Romanian", ru = "Румынский", zh = "罗马尼亚语", ro = "Română"),
        )
    )]
    pub language: Option<String>,
    #[field(max = 60, label(en = "Time zone", ru = "Часовой пояс", zh = "时区", ro = "Fus orar"))]
    pub time_zone: Option<String>,
    #[field(default = true, label(en = "Active", ru = "Работает", zh = "在职", ro = "Activ"))]
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
