//! The words of a fact sheet on paper, in English, Russian, Chinese and Romanian.

/// A word by its name; the name itself where there is none, which a test makes sure of.
pub fn word(name: &str, language: &str) -> &'static str {
    let words: [&'static str; 4] = match name {
        "title" => ["Fact sheet", "Сводка", "概况表", "Fișă"],
        "all" => ["All customers", "Все клиенты", "全部客户", "Toți clienții"],
        "beside" => ["beside", "в сравнении с", "对比", "față de"],
        "of_all" => ["of all", "от всех", "占全部", "din total"],
        "by_month" => ["Revenue by month", "Выручка по месяцам", "按月收入", "Venituri pe luni"],
        "lines" => ["Product lines", "Товарные группы", "产品线", "Linii de produse"],
        "products" => ["Best products", "Лучшие товары", "最畅销产品", "Cele mai bune produse"],
        "best_customers" => ["Best customers", "Лучшие клиенты", "最佳客户", "Cei mai buni clienți"],
        "name" => ["Name", "Название", "名称", "Nume"],
        "share" => ["Share", "Доля", "占比", "Pondere"],
        "nothing" => ["Nothing was bought.", "Покупок не было.", "没有购买。", "Nu s-a cumpărat nimic."],
        "orders" => ["Orders", "Заказы", "订单", "Comenzi"],
        "customers" => ["Customers", "Клиенты", "客户", "Clienți"],
        "revenue" => ["Revenue", "Выручка", "收入", "Venituri"],
        "margin" => ["Margin", "Маржа", "毛利", "Marjă"],
        "margin_share" => ["Margin, %", "Маржа, %", "毛利率", "Marjă, %"],
        "quantity" => ["Quantity", "Количество", "数量", "Cantitate"],
        "per_order" => ["Per order", "На заказ", "每单", "Pe comandă"],
        "per_customer" => ["Per customer", "На клиента", "每位客户", "Pe client"],
        "returns" => ["Returns", "Возвраты", "退货", "Retururi"],
        "return_share" => ["Returns, %", "Возвраты, %", "退货率", "Retururi, %"],
        _ => return "",
    };
    let [en, ru, zh, ro] = words;
    match language.get(..2) {
        Some("ru") => ru,
        Some("zh") => zh,
        Some("ro") => ro,
        _ => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cube::measures::Measure;

    #[test]
    fn every_measure_has_a_word() {
        for language in ["en", "ru", "zh", "ro"] {
            assert!(Measure::ALL.iter().all(|measure| !word(measure.name(), language).is_empty()));
        }
    }
}
