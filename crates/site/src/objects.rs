//! What an administrator sets up: sites that are counted, goals and funnels.

use macros::Object;

/// A site of the company whose visits are counted.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "sites",
    title = "{name}",
    subtitle = "{domains}",
    area = "settings",
    icon = "globe",
    class = "internal",
    purpose = "analysis",
    label(en = "Site", ru = "Сайт", zh = "网站", ro = "Site"),
    label_plural(en = "Sites", ru = "Сайты", zh = "网站", ro = "Site-uri")
)]
pub struct Site {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    /// The names it is reached by, separated by commas: shop.example, www.shop.example. Hits from elsewhere are refused.
    #[field(
        required,
        max = 1000,
        label(en = "Domains", ru = "Домены", zh = "域名", ro = "Domenii"),
        help(
            ru = "Имена сайта через запятую: shop.example, www.shop.example. Обращения с других сайтов отклоняются.",
            zh = "网站的域名，用逗号分隔：shop.example, www.shop.example。来自其他网站的访问会被拒绝。",
            ro = "Numele site-ului, separate prin virgule: shop.example, www.shop.example. Accesările de pe alte site-uri sunt refuzate."
        )
    )]
    pub domains: String,
    #[field(default = true, label(en = "Counted", ru = "Учитывается", zh = "统计中", ro = "Contorizat"))]
    pub is_counted: bool,
}

/// What visitors should do: reach a page, or something that the page tells (an event).
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "goals",
    table = "site_goal",
    title = "{name}",
    subtitle = "{pattern}",
    area = "settings",
    icon = "flag",
    class = "internal",
    purpose = "analysis",
    label(en = "Site goal", ru = "Цель сайта", zh = "网站目标", ro = "Obiectiv al site-ului"),
    label_plural(en = "Site goals", ru = "Цели сайта", zh = "网站目标", ro = "Obiective ale site-ului")
)]
pub struct Goal {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(
        default = "page",
        label(en = "Reached by", ru = "Достигается", zh = "达成方式", ro = "Atins prin"),
        options(
            page(en = "A page", ru = "Страницей", zh = "页面", ro = "O pagină"),
            event(en = "An event", ru = "Событием", zh = "事件", ro = "Un eveniment"),
        )
    )]
    pub kind: String,
    /// The page's path, or the event's name; a star at the end stands for anything.
    #[field(
        required,
        max = 500,
        label(en = "Page or event", ru = "Страница или событие", zh = "页面或事件", ro = "Pagina sau evenimentul"),
        help(
            ru = "Путь страницы или имя события; звёздочка в конце заменяет что угодно.",
            zh = "页面路径或事件名称；末尾的星号代表任意内容。",
            ro = "Calea paginii sau numele evenimentului; o steluță la sfârșit ține locul oricărui text."
        )
    )]
    pub pattern: String,
}

/// Steps that visitors should take one after the other within a visit.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "funnels",
    table = "site_funnel",
    title = "{name}",
    area = "settings",
    icon = "list-ordered",
    class = "internal",
    purpose = "analysis",
    label(en = "Site funnel", ru = "Воронка сайта", zh = "网站漏斗", ro = "Pâlnie a site-ului"),
    label_plural(en = "Site funnels", ru = "Воронки сайта", zh = "网站漏斗", ro = "Pâlnii ale site-ului")
)]
pub struct Funnel {
    #[field(
        required,
        unique,
        indexed,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    /// One page a line; a star at the end of a path stands for anything.
    #[field(
        required,
        long_text,
        label(en = "Steps", ru = "Шаги", zh = "步骤", ro = "Pași"),
        help(
            ru = "По одной странице в строке; звёздочка в конце пути заменяет что угодно.",
            zh = "每行一个页面；路径末尾的星号代表任意内容。",
            ro = "Câte o pagină pe linie; o steluță la sfârșitul căii ține locul oricărui text."
        )
    )]
    pub steps: String,
    /// From the first step to the last.
    #[field(
        default = 30,
        label(en = "Within minutes", ru = "За сколько минут", zh = "限时（分钟）", ro = "În cel mult (minute)"),
        help(
            ru = "От первого шага до последнего.",
            zh = "从第一步到最后一步。",
            ro = "De la primul pas până la ultimul."
        )
    )]
    pub minutes: i64,
}
