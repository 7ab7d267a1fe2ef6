//! The words of a statement on paper and as a workbook, in English, Russian, Chinese and Romanian.

/// A word by its name; empty where there is none, which a test makes sure does not happen.
pub fn word(name: &str, language: &str) -> &'static str {
    let Some((_, [en, ru, zh, ro])) = WORDS.iter().find(|(known, _)| *known == name) else { return "" };
    match language.get(..2) {
        Some("ru") => ru,
        Some("zh") => zh,
        Some("ro") => ro,
        _ => en,
    }
}

const WORDS: &[(&str, [&str; 4])] = &[
    ("statement", ["Commission statement", "Ведомость комиссионных", "佣金结算单", "Stat de comisioane"]),
    ("credited", ["Credited", "Зачтено", "计入业绩", "Creditat"]),
    ("earned", ["Earned", "Начислено", "佣金", "Câștigat"]),
    ("taken_back", ["Taken back", "Удержано", "收回", "Retras"]),
    ("attained", ["Of quota", "От плана", "指标完成", "Din normă"]),
    ("for", ["For", "За что", "事由", "Pentru"]),
    ("day", ["Day", "День", "日期", "Ziua"]),
    ("what", ["What happened", "Что произошло", "情况", "Ce s-a întâmplat"]),
    ("plan", ["Plan", "План", "方案", "Plan"]),
    ("lines", ["Lines", "Строки", "明细", "Linii"]),
    ("hidden", ["Not visible to you", "Вам не видно", "您无权查看", "Nu vă este vizibil"]),
    ("open", ["Open", "Открыта", "未关闭", "Deschis"]),
    ("closed", ["Closed", "Закрыта", "已关闭", "Închis"]),
    (
        "nothing",
        [
            "Nothing was earned by this month.",
            "За этот месяц ничего не начислено.",
            "本月没有佣金。",
            "Nu s-a câștigat nimic în această lună.",
        ],
    ),
    ("won", ["Deal won", "Сделка выиграна", "商机赢单", "Oportunitate câștigată"]),
    ("ordered", ["Order placed", "Заказ оформлен", "已下单", "Comandă plasată"]),
    ("paid", ["Order paid", "Заказ оплачен", "订单已付款", "Comandă plătită"]),
    ("changed", ["Changed", "Изменение", "变更", "Modificare"]),
    ("rate", ["Another rate", "Другая ставка", "费率变动", "Altă cotă"]),
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_reason_has_a_word_in_each_language() {
        for reason in ["won", "ordered", "paid", "taken_back", "changed", "rate", "statement", "nothing"] {
            for language in ["en", "ru", "zh", "ro"] {
                assert!(!super::word(reason, language).is_empty(), "{reason} in {language}");
            }
        }
    }
}
