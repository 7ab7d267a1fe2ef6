//! The record of a source: what is set up about it, and how its last run went.

use kernel::{Id, Time};
use macros::Object;
use serde_json::Value as Json;

/// Another system that records come from, again and again.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "sources",
    title = "{name}",
    subtitle = "{kind}",
    area = "settings",
    icon = "database",
    owner = "owner",
    class = "internal",
    purpose = "contract",
    label(en = "Source", ru = "Источник", zh = "数据来源", ro = "Sursă"),
    label_plural(en = "Sources", ru = "Источники", zh = "数据来源", ro = "Surse")
)]
pub struct Source {
    #[field(
        required,
        unique,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(
        required,
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            file(en = "File", ru = "Файл", zh = "文件", ro = "Fișier", hue = 145),
            folder(en = "Watched folder", ru = "Папка", zh = "监视文件夹", ro = "Dosar urmărit", hue = 165),
            sqlite(en = "SQLite", ru = "SQLite", zh = "SQLite", ro = "SQLite", hue = 230),
            postgres(en = "PostgreSQL", ru = "PostgreSQL", zh = "PostgreSQL", ro = "PostgreSQL", hue = 250),
            mysql(
                en = "MySQL or MariaDB",
                ru = "MySQL или MariaDB",
                zh = "MySQL 或 MariaDB",
                ro = "MySQL sau MariaDB",
                hue = 60
            ),
            http(en = "Web address", ru = "Веб-адрес", zh = "网络地址", ro = "Adresă web", hue = 300),
        )
    )]
    pub kind: String,
    /// What its rows become: contact, company.
    #[field(
        required,
        indexed,
        max = 80,
        label(en = "Becomes", ru = "Чем становится", zh = "对应对象", ro = "Devine"),
        help(
            ru = "Чем становятся строки: contact, company.",
            zh = "各行成为的对象：contact、company。",
            ro = "Ce devin rândurile: contact, company."
        )
    )]
    pub object_name: String,
    /// A path in a folder that the server's settings allow, a database's address, or a web address.
    #[field(
        required,
        max = 2000,
        section = "place",
        label(en = "Place", ru = "Где находится", zh = "位置", ro = "Loc"),
        help(
            ru = "Путь в разрешённой папке, адрес базы данных или веб-адрес.",
            zh = "允许文件夹中的路径、数据库地址或网址。",
            ro = "O cale dintr-un dosar permis, adresa unei baze de date sau o adresă web."
        )
    )]
    pub place: String,
    /// A table's name or a query, for databases.
    #[field(
        long_text,
        section = "place",
        label(en = "Table or query", ru = "Таблица или запрос", zh = "表或查询", ro = "Tabel sau interogare"),
        help(
            ru = "Имя таблицы или запрос, для баз данных.",
            zh = "数据库的表名或查询语句。",
            ro = "Numele unui tabel sau o interogare, pentru baze de date."
        )
    )]
    pub query: Option<String>,
    /// Pages, headers and the like of a web address; the pattern of file names of a folder.
    #[field(
        section = "place",
        label(en = "Settings", ru = "Настройки", zh = "设置", ro = "Setări"),
        help(
            ru = "Страницы и заголовки веб-адреса; шаблон имён файлов папки.",
            zh = "网址的分页与请求头；文件夹的文件名模式。",
            ro = "Paginile și antetele adresei web; tiparul numelor de fișiere ale dosarului."
        )
    )]
    pub settings: Option<Json>,
    /// Which column feeds which field.
    #[field(
        section = "mapping",
        label(en = "Mapping", ru = "Соответствие полей", zh = "字段映射", ro = "Corespondență"),
        help(
            ru = "Какой столбец заполняет какое поле.",
            zh = "哪一列填入哪个字段。",
            ro = "Care coloană umple care câmp."
        )
    )]
    pub mapping: Option<Json>,
    /// The columns by which a row of the source is known again, with commas.
    #[field(
        max = 400,
        section = "mapping",
        label(en = "Key columns", ru = "Ключевые столбцы", zh = "主键列", ro = "Coloane cheie"),
        help(
            ru = "Столбцы, по которым узнаётся строка, через запятую.",
            zh = "用来识别同一行的列，以逗号分隔。",
            ro = "Coloanele după care un rând este recunoscut, separate prin virgulă."
        )
    )]
    pub key_columns: Option<String>,
    /// 1 is trusted most: what it says is not overwritten by sources behind it.
    #[field(
        default = 50,
        section = "trust",
        label(en = "Priority", ru = "Приоритет", zh = "优先级", ro = "Prioritate"),
        help(
            ru = "1 — самый надёжный: сказанное им не перезаписывают остальные источники.",
            zh = "1 为最可信：其内容不会被后面的来源覆盖。",
            ro = "1 este cea mai de încredere: ce spune nu este suprascris de celelalte surse."
        )
    )]
    pub priority: i64,
    /// A value that changes at the source replaces what a person typed here.
    #[field(
        default = false,
        section = "trust",
        label(
            en = "Stands above what people type",
            ru = "Важнее введённого вручную",
            zh = "优先于人工输入",
            ro = "Are întâietate față de ce se scrie manual"
        ),
        help(
            ru = "Значение, изменившееся в источнике, заменяет введённое здесь вручную.",
            zh = "来源中变更的值会替换此处人工输入的值。",
            ro = "O valoare schimbată la sursă înlocuiește ce a scris cineva aici."
        )
    )]
    pub wins: bool,
    #[field(
        default = "keep",
        section = "trust",
        label(en = "When a row is gone", ru = "Когда строка исчезла", zh = "当行消失时", ro = "Când un rând dispare"),
        options(
            keep(en = "Keep the record", ru = "Оставить запись", zh = "保留记录", ro = "Păstrează înregistrarea"),
            mark(en = "Mark the record", ru = "Пометить запись", zh = "标记记录", ro = "Marchează înregistrarea"),
            trash(en = "Into the bin", ru = "В корзину", zh = "移入回收站", ro = "La coș"),
        )
    )]
    pub when_gone: String,
    /// More missing rows than this share are taken for half a file; nothing is done until somebody confirms it.
    #[field(
        default = 20,
        section = "trust",
        label(
            en = "Most that may be gone, %",
            ru = "Сколько может исчезнуть, %",
            zh = "允许消失的比例（%）",
            ro = "Cât poate dispărea, %"
        ),
        help(
            ru = "Если исчезло больше, это считается неполными данными, пока кто-нибудь не подтвердит.",
            zh = "超过此比例视为数据不完整，需有人确认后才处理。",
            ro = "Dacă dispar mai multe, datele sunt socotite incomplete până când cineva confirmă."
        )
    )]
    pub gone_limit: i64,
    #[field(
        default = "last",
        section = "trust",
        label(
            en = "When a key comes twice",
            ru = "Когда ключ повторяется",
            zh = "当键重复时",
            ro = "Când o cheie se repetă"
        ),
        options(
            last(
                en = "The last row counts",
                ru = "Берётся последняя строка",
                zh = "以最后一行为准",
                ro = "Contează ultimul rând"
            ),
            refuse(
                en = "Refuse these rows",
                ru = "Отклонить эти строки",
                zh = "拒绝这些行",
                ro = "Respinge aceste rânduri"
            ),
        )
    )]
    pub when_repeated: String,
    #[field(
        default = "none",
        section = "schedule",
        label(en = "Runs", ru = "Запуск", zh = "运行方式", ro = "Rulează"),
        options(
            none(en = "By hand", ru = "Вручную", zh = "手动", ro = "Manual"),
            minutes(
                en = "Every so many minutes",
                ru = "Каждые несколько минут",
                zh = "每隔若干分钟",
                ro = "La câteva minute"
            ),
            hours(
                en = "Every so many hours",
                ru = "Каждые несколько часов",
                zh = "每隔若干小时",
                ro = "La câteva ore"
            ),
            daily(en = "Every day", ru = "Каждый день", zh = "每天", ro = "În fiecare zi"),
        )
    )]
    pub schedule: String,
    #[field(section = "schedule", label(en = "Every", ru = "Каждые", zh = "间隔", ro = "La fiecare"))]
    pub every: Option<i64>,
    /// The hour of the day in the company's time zone, 06:30.
    #[field(
        max = 5,
        section = "schedule",
        label(en = "At", ru = "В", zh = "时间", ro = "La ora"),
        help(
            ru = "Время суток в часовом поясе компании, 06:30.",
            zh = "公司时区的时刻，如 06:30。",
            ro = "Ora din zi în fusul orar al companiei, 06:30."
        )
    )]
    pub daily_at: Option<String>,
    #[field(
        default = false,
        section = "schedule",
        label(en = "Paused", ru = "Приостановлен", zh = "已暂停", ro = "În pauză")
    )]
    pub paused: bool,
    #[field(link = "user", label(en = "Owner", ru = "Ответственный", zh = "负责人", ro = "Responsabil"))]
    pub owner: Option<Id>,
    #[field(
        readonly,
        default = "never",
        section = "run",
        label(en = "Last run", ru = "Последний запуск", zh = "上次运行", ro = "Ultima rulare"),
        options(
            never(en = "Never run", ru = "Не запускался", zh = "从未运行", ro = "Nu a rulat"),
            queued(en = "Waiting", ru = "Ожидает", zh = "等待中", ro = "În așteptare", hue = 240),
            running(en = "Running", ru = "Выполняется", zh = "运行中", ro = "Rulează", hue = 240),
            done(en = "Done", ru = "Готово", zh = "完成", ro = "Gata", hue = 145),
            failed(en = "Failed", ru = "Ошибка", zh = "失败", ro = "Eșuat", hue = 25),
            cancelled(en = "Stopped", ru = "Остановлен", zh = "已停止", ro = "Oprit", hue = 60),
        )
    )]
    pub state: String,
    #[field(
        readonly,
        section = "run",
        label(en = "Last run at", ru = "Время запуска", zh = "上次运行时间", ro = "Ultima rulare la")
    )]
    pub last_run_at: Option<Time>,
    #[field(
        readonly,
        section = "run",
        label(en = "Last complete at", ru = "Последний полный", zh = "上次完成时间", ro = "Ultima completă la")
    )]
    pub last_done_at: Option<Time>,
    #[field(readonly, section = "run", label(en = "Rows", ru = "Строк", zh = "行数", ro = "Rânduri"))]
    pub row_count: Option<i64>,
    /// What the last run has to say.
    #[field(
        readonly,
        long_text,
        section = "run",
        label(en = "Message", ru = "Сообщение", zh = "消息", ro = "Mesaj"),
        help(ru = "Что сообщает последний запуск.", zh = "上次运行的说明。", ro = "Ce spune ultima rulare.")
    )]
    pub message: Option<String>,
}
