//! What receivers read of us beside the letters: the line and the page by which they leave a sequence.

/// The words of one language.
pub struct Words {
    pub language: &'static str,
    /// Before the address, at the end of a letter.
    pub leave: &'static str,
    pub title: &'static str,
    pub asks: &'static str,
    pub button: &'static str,
    pub done: &'static str,
    pub not_found: &'static str,
}

const EN: Words = Words {
    language: "en",
    leave: "No more of these letters",
    title: "No more letters",
    asks: "We will not write to you about this any more.",
    button: "Write to me no more",
    done: "Done. We will not write to you about this any more.",
    not_found: "This address is not known here.",
};
const RU: Words = Words {
    language: "ru",
    leave: "Больше не получать таких писем",
    title: "Отписаться",
    asks: "Мы больше не будем писать вам об этом.",
    button: "Больше не писать мне",
    done: "Готово. Мы больше не будем писать вам об этом.",
    not_found: "Этот адрес здесь неизвестен.",
};
const ZH: Words = Words {
    language: "zh",
    leave: "不再接收此类邮件",
    title: "退订",
    asks: "我们将不再就此事给您写信。",
    button: "不再给我写信",
    done: "已完成。我们将不再就此事给您写信。",
    not_found: "此地址无效。",
};
const RO: Words = Words {
    language: "ro",
    leave: "Nu mai doresc astfel de scrisori",
    title: "Dezabonare",
    asks: "Nu vă vom mai scrie despre acest lucru.",
    button: "Nu-mi mai scrieți",
    done: "Gata. Nu vă vom mai scrie despre acest lucru.",
    not_found: "Această adresă nu este cunoscută aici.",
};

/// Of a language by its code, `ro`, `zh-CN`; English for others.
pub fn of(language: &str) -> &'static Words {
    let code: String = language.chars().take(2).collect::<String>().to_lowercase();
    [&RU, &ZH, &RO].into_iter().find(|words| words.language == code).unwrap_or(&EN)
}
