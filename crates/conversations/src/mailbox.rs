//! The record of a mailbox: whose it is, where its servers are, and who may read what of it.

use jiff::civil::Date;
use kernel::Id;
use macros::Object;

/// An account of mail, somebody's own or a team's.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "mailboxes",
    title = "{name}",
    subtitle = "{address}",
    area = "settings",
    icon = "mail",
    owner = "owner",
    class = "internal",
    purpose = "contract",
    label(en = "Mailbox", ru = "Почтовый ящик", zh = "邮箱", ro = "Cutie poștală"),
    label_plural(en = "Mailboxes", ru = "Почтовые ящики", zh = "邮箱", ro = "Cutii poștale")
)]
pub struct Mailbox {
    #[field(required, searchable, max = 120, label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire"))]
    pub name: String,
    #[field(required, unique, searchable, max = 320, label(en = "Address", ru = "Адрес", zh = "地址", ro = "Adresă"))]
    pub address: String,
    #[field(
        max = 120,
        label(en = "Sender's name", ru = "Имя отправителя", zh = "发件人名称", ro = "Numele expeditorului")
    )]
    pub from_name: Option<String>,
    #[field(link = "user", label(en = "Owner", ru = "Владелец", zh = "所有者", ro = "Proprietar"))]
    pub owner: Option<Id>,
    #[field(
        link = "team",
        label(en = "Shared with the team", ru = "Общий для команды", zh = "与团队共享", ro = "Comună cu echipa")
    )]
    pub team: Option<Id>,
    #[field(
        required,
        max = 253,
        section = "incoming",
        label(en = "IMAP server", ru = "Сервер IMAP", zh = "IMAP 服务器", ro = "Server IMAP")
    )]
    pub imap_host: String,
    #[field(
        default = 993,
        section = "incoming",
        label(en = "IMAP port", ru = "Порт IMAP", zh = "IMAP 端口", ro = "Port IMAP")
    )]
    pub imap_port: i64,
    #[field(
        default = "tls",
        section = "incoming",
        label(en = "IMAP security", ru = "Защита IMAP", zh = "IMAP 安全", ro = "Securitate IMAP"),
        options(
            tls(en = "TLS", ru = "TLS", zh = "TLS", ro = "TLS"),
            starttls(en = "STARTTLS", ru = "STARTTLS", zh = "STARTTLS", ro = "STARTTLS"),
            none(
                en = "None (this machine only)",
                ru = "Нет (только эта машина)",
                zh = "无（仅限本机）",
                ro = "Fără (doar această mașină)"
            ),
        )
    )]
    pub imap_security: String,
    #[field(
        required,
        max = 253,
        section = "outgoing",
        label(en = "SMTP server", ru = "Сервер SMTP", zh = "SMTP 服务器", ro = "Server SMTP")
    )]
    pub smtp_host: String,
    #[field(
        default = 465,
        section = "outgoing",
        label(en = "SMTP port", ru = "Порт SMTP", zh = "SMTP 端口", ro = "Port SMTP")
    )]
    pub smtp_port: i64,
    #[field(
        default = "tls",
        section = "outgoing",
        label(en = "SMTP security", ru = "Защита SMTP", zh = "SMTP 安全", ro = "Securitate SMTP"),
        options(
            tls(en = "TLS", ru = "TLS", zh = "TLS", ro = "TLS"),
            starttls(en = "STARTTLS", ru = "STARTTLS", zh = "STARTTLS", ro = "STARTTLS"),
            none(
                en = "None (this machine only)",
                ru = "Нет (только эта машина)",
                zh = "无（仅限本机）",
                ro = "Fără (doar această mașină)"
            ),
        )
    )]
    pub smtp_security: String,
    #[field(
        max = 320,
        section = "incoming",
        label(en = "Signs in as", ru = "Имя для входа", zh = "登录名", ro = "Utilizator")
    )]
    pub login: Option<String>,
    #[field(
        default = "password",
        section = "incoming",
        label(en = "Signs in by", ru = "Способ входа", zh = "登录方式", ro = "Autentificare prin"),
        options(
            password(en = "Password", ru = "Пароль", zh = "密码", ro = "Parolă"),
            token(
                en = "Access token (OAuth)",
                ru = "Токен доступа (OAuth)",
                zh = "访问令牌 (OAuth)",
                ro = "Token de acces (OAuth)"
            ),
        )
    )]
    pub signs_in_by: String,
    /// Without a day, the last 30 days.
    #[field(
        section = "reading",
        label(en = "Reads mail since", ru = "Читать письма с", zh = "读取起始日", ro = "Citește din"),
        help(
            ru = "Без даты — за последние 30 дней.",
            zh = "留空则读取最近 30 天。",
            ro = "Fără dată: ultimele 30 de zile."
        )
    )]
    pub since: Option<Date>,
    #[field(
        default = "metadata",
        section = "reading",
        label(en = "What colleagues see", ru = "Что видят коллеги", zh = "同事可见内容", ro = "Ce văd colegii"),
        options(
            metadata(en = "Who and when", ru = "Кто и когда", zh = "人员与时间", ro = "Cine și când"),
            subject(en = "The subject, too", ru = "И тему", zh = "以及主题", ro = "Și subiectul"),
            all(en = "Everything", ru = "Всё", zh = "全部", ro = "Tot"),
        )
    )]
    pub privacy: String,
    /// Domains and addresses whose mail is never fetched, with commas or on lines of their own.
    #[field(
        long_text,
        section = "reading",
        label(en = "Never reads", ru = "Никогда не читать", zh = "从不读取", ro = "Nu citește niciodată"),
        help(
            ru = "Домены и адреса, письма которых не загружаются.",
            zh = "不读取其邮件的域名和地址。",
            ro = "Domenii și adrese ale căror mesaje nu se descarcă."
        )
    )]
    pub never_reads: Option<String>,
    #[field(
        default = "keep",
        section = "reading",
        label(en = "New senders", ru = "Новые отправители", zh = "新发件人", ro = "Expeditori noi"),
        options(
            keep(en = "Are only kept", ru = "Только хранятся", zh = "仅保留", ro = "Doar se păstrează"),
            lead(en = "Become leads", ru = "Становятся лидами", zh = "成为线索", ro = "Devin prospecți"),
        )
    )]
    pub new_senders: String,
    #[field(long_text, section = "outgoing", label(en = "Signature", ru = "Подпись", zh = "签名", ro = "Semnătură"))]
    pub signature: Option<String>,
    /// Whether its letters are read is counted: a picture at their end, links that lead through here.
    #[field(
        default = true,
        section = "outgoing",
        label(en = "Counts readers", ru = "Считать прочтения", zh = "统计阅读", ro = "Numără citirile"),
        help(
            ru = "Прочитаны ли письма: картинка в конце и ссылки через этот сервер.",
            zh = "统计邮件是否被阅读：信末图片与经由本机的链接。",
            ro = "Dacă scrisorile sunt citite: o imagine la sfârșit și linkuri prin acest server."
        )
    )]
    pub counts_readers: bool,
    /// Letters of sequences that it sends on one day.
    #[field(
        default = 100,
        section = "outgoing",
        label(
            en = "Sequence letters a day",
            ru = "Писем цепочек в день",
            zh = "每日序列邮件数",
            ro = "Scrisori de secvență pe zi"
        ),
        help(
            ru = "Сколько писем цепочек уходит за день.",
            zh = "每天最多发送的序列邮件。",
            ro = "Câte scrisori de secvență pleacă într-o zi."
        )
    )]
    pub sequence_letters: i64,
    #[field(default = false, label(en = "Paused", ru = "Приостановлен", zh = "已暂停", ro = "În pauză"))]
    pub paused: bool,
}
