//! What letters of invitations say, in the language of whom they go to.

/// The words of one language.
pub struct Words {
    pub invited: &'static str,
    pub invited_lead: &'static str,
    pub changed: &'static str,
    pub changed_lead: &'static str,
    pub cancelled: &'static str,
    pub cancelled_lead: &'static str,
    pub accepted: &'static str,
    pub tentative: &'static str,
    pub declined: &'static str,
    pub repeats: &'static str,
    /// How to answer.
    pub answer: &'static str,
}

pub fn of(language: &str) -> &'static Words {
    match language.split('-').next().unwrap_or_default() {
        "ru" => &RU,
        "zh" => &ZH,
        "ro" => &RO,
        _ => &EN,
    }
}

const EN: Words = Words {
    invited: "Invitation",
    invited_lead: "You are invited.",
    changed: "Changed",
    changed_lead: "The time or the place of this meeting has changed.",
    cancelled: "Cancelled",
    cancelled_lead: "This meeting will not take place.",
    accepted: "Accepted",
    tentative: "Tentative",
    declined: "Declined",
    repeats: "repeats",
    answer: "Answer in your calendar or mail program: the answer is read by itself.",
};
const RU: Words = Words {
    invited: "Приглашение",
    invited_lead: "Приглашаем вас на встречу.",
    changed: "Изменено",
    changed_lead: "Время или место этой встречи изменилось.",
    cancelled: "Отменено",
    cancelled_lead: "Эта встреча не состоится.",
    accepted: "Принято",
    tentative: "Возможно",
    declined: "Отклонено",
    repeats: "повторяется",
    answer: "Ответьте в своём календаре или почте: ответ будет учтён автоматически.",
};
const ZH: Words = Words {
    invited: "邀请",
    invited_lead: "诚邀您参加。",
    changed: "已更改",
    changed_lead: "此会议的时间或地点已更改。",
    cancelled: "已取消",
    cancelled_lead: "此会议不再举行。",
    accepted: "已接受",
    tentative: "暂定",
    declined: "已谢绝",
    repeats: "重复",
    answer: "请在您的日历或邮件程序中答复，系统会自动读取。",
};
const RO: Words = Words {
    invited: "Invitație",
    invited_lead: "Sunteți invitat la o întâlnire.",
    changed: "Modificat",
    changed_lead: "Ora sau locul acestei întâlniri s-a schimbat.",
    cancelled: "Anulat",
    cancelled_lead: "Această întâlnire nu va avea loc.",
    accepted: "Acceptat",
    tentative: "Posibil",
    declined: "Refuzat",
    repeats: "se repetă",
    answer: "Răspundeți în calendarul sau în programul de e-mail: răspunsul este citit automat.",
};
