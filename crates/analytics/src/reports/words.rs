//! The words of reports, in English, Russian, Chinese and Romanian.

use crate::scorecards::catalogue::{self, Words};

/// A word by its name.
pub fn word(name: &str, language: &str) -> &'static str {
    let words: &Words = match name {
        "kpi" => &["KPI", "Показатель", "指标", "Indicator"],
        "value" => &["Value", "Значение", "数值", "Valoare"],
        "before" => &["Before", "Раньше", "此前", "Înainte"],
        "change" => &["Change", "Изменение", "变化", "Schimbare"],
        "goal" => &["Goal", "Цель", "目标", "Obiectiv"],
        "drivers" => {
            &["What drove the change", "Что повлияло на изменение", "变化的驱动因素", "Ce a determinat schimbarea"]
        }
        "not_set" => &["Not set", "Не указано", "未设置", "Nesetat"],
        "no_right" => &["No right to see this", "Нет права это видеть", "无查看权限", "Fără drept de a vedea"],
        "page_only" => &[
            "Some cards are shown on the page only.",
            "Некоторые карточки видны только на странице.",
            "部分卡片仅在页面上显示。",
            "Unele carduri sunt arătate numai pe pagină.",
        ],
        "more" => &["There are more rows.", "Есть и другие строки.", "还有更多行。", "Mai sunt rânduri."],
        "nothing" => &["Nothing.", "Ничего нет.", "没有内容。", "Nimic."],
        "beside" => &["beside", "в сравнении с", "对比", "față de"],
        "open" => &["Open in Rapport", "Открыть в Rapport", "在 Rapport 中打开", "Deschide în Rapport"],
        "sales" => &["Sales", "Продажи", "销售", "Vânzări"],
        "marketing" => &["Marketing", "Маркетинг", "营销", "Marketing"],
        _ => &["Service", "Сервис", "服务", "Service"],
    };
    catalogue::word(words, language)
}
