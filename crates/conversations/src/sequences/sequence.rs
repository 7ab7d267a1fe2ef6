//! The record of a sequence, and what must hold for one.

use foundation::Operation;
use foundation::jobs::clock::is_hour;
use foundation::records::Object as Definition;
use foundation::records::write::{Draft, Keeps};
use kernel::{FieldError, Id, Result};
use macros::Object;

use super::OBJECT;

/// Letters and tasks in a row.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "mail_sequences",
    title = "{name}",
    area = "settings",
    icon = "list-ordered",
    owner = "owner",
    class = "internal",
    purpose = "sales",
    label(en = "Sequence", ru = "Цепочка писем", zh = "邮件序列", ro = "Secvență"),
    label_plural(en = "Sequences", ru = "Цепочки писем", zh = "邮件序列", ro = "Secvențe")
)]
pub struct MailSequence {
    #[field(
        required,
        unique,
        searchable,
        max = 120,
        label(en = "Name", ru = "Название", zh = "名称", ro = "Denumire")
    )]
    pub name: String,
    #[field(max = 400, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(link = "user", label(en = "Owner", ru = "Владелец", zh = "所有者", ro = "Proprietar"))]
    pub owner: Option<Id>,
    /// Without one, the mailbox of whoever puts somebody on it.
    #[field(
        link = "mailbox",
        label(en = "Goes by the mailbox", ru = "Через ящик", zh = "发送邮箱", ro = "Prin cutia"),
        help(
            ru = "Пусто: ящик того, кто добавляет получателя.",
            zh = "留空则使用添加者自己的邮箱。",
            ro = "Fără: cutia celui care adaugă destinatarul."
        )
    )]
    pub mailbox: Option<Id>,
    /// Letters go between these hours of the receiver's day.
    #[field(
        default = "09:00",
        max = 5,
        label(en = "Letters go from", ru = "Письма уходят с", zh = "发送开始时间", ro = "Scrisorile pleacă de la"),
        help(ru = "По времени получателя.", zh = "按收件人当地时间。", ro = "După ora destinatarului.")
    )]
    pub sends_from: String,
    #[field(default = "17:00", max = 5, label(en = "until", ru = "до", zh = "发送结束时间", ro = "până la"))]
    pub sends_until: String,
    /// A line at the end by which the receiver wants no more of it.
    #[field(
        default = true,
        label(en = "Offers to unsubscribe", ru = "Предлагает отписаться", zh = "提供退订", ro = "Oferă dezabonare"),
        help(
            ru = "Строка в конце, по которой получатель отписывается.",
            zh = "信末附一行，收件人可据此退订。",
            ro = "Un rând la sfârșit prin care destinatarul se dezabonează."
        )
    )]
    pub offers_leave: bool,
    #[field(default = false, label(en = "Paused", ru = "Приостановлена", zh = "已暂停", ro = "În pauză"))]
    pub paused: bool,
}

/// Hours are hours, and the first comes before the last.
pub struct SequenceKeeper;

impl Keeps for SequenceKeeper {
    fn object(&self) -> &'static str {
        OBJECT
    }

    fn check(
        &self,
        _: &mut Operation,
        object: &Definition,
        drafts: &[Option<Draft>],
    ) -> Result<Vec<(usize, FieldError)>> {
        let mut faults = Vec::new();
        for (place, draft) in drafts.iter().enumerate() {
            let Some(draft) = draft else { continue };
            let hour = |name: &str| draft.after.get(object, name).as_text().unwrap_or_default().trim().to_string();
            let (from, until) = (hour(MailSequence::SENDS_FROM), hour(MailSequence::SENDS_UNTIL));
            for (name, text) in [(MailSequence::SENDS_FROM, &from), (MailSequence::SENDS_UNTIL, &until)] {
                if !is_hour(text) && text != "24:00" {
                    faults.push((place, FieldError::new(name, "not_a_time", "a time of the day such as 09:00")));
                }
            }
            // As texts of two digits and two they are in the order of the clock.
            let padded = |text: &str| format!("{text:0>5}");
            if faults.is_empty() && padded(&from) >= padded(&until) {
                let why = "the last hour comes behind the first";
                faults.push((place, FieldError::new(MailSequence::SENDS_UNTIL, "too_small", why)));
            }
        }
        Ok(faults)
    }

    fn follow(&self, _: &mut Operation, _: &[Draft]) -> Result<()> {
        Ok(())
    }
}
