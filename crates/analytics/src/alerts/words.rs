//! The words of a letter about an alert, in English, Russian, Chinese and Romanian.

use crate::scorecards::catalogue::{self, Words};

/// A word by its name.
pub fn word(name: &str, language: &str) -> &'static str {
    let words: &Words = match name {
        "too_high" => &["higher than usual", "выше обычного", "高于平常", "mai mult decât de obicei"],
        "too_low" => &["lower than usual", "ниже обычного", "低于平常", "mai puțin decât de obicei"],
        "over" => &["as usual again", "снова как обычно", "已恢复正常", "din nou ca de obicei"],
        "usual" => &["Usual:", "Обычно:", "通常：", "De obicei:"],
        "line" => &["Line:", "Порог:", "阈值：", "Limita:"],
        _ => &["Open the alert", "Открыть оповещение", "打开预警", "Deschide alerta"],
    };
    catalogue::word(words, language)
}
