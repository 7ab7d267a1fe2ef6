//! The dashboards that every company begins with, one for each function.

use serde_json::{Value as Json, json};

use crate::scorecards::catalogue::{Function, Words, word};

/// A dashboard that nobody has to make.
pub struct Standard {
    pub key: &'static str,
    name: Words,
    /// Key figures in the first row, at most six.
    figures: &'static [&'static str],
    /// What is drawn over time, wide; then a KPI by a dimension, or what drove it.
    course: &'static str,
    beside: Card,
    /// A row of three.
    below: [Card; 3],
}

/// What stands beside and below.
#[derive(Clone, Copy)]
enum Card {
    Groups(&'static str, &'static str),
    Drivers(&'static str),
    Course(&'static str),
    Cohorts,
    Forecast,
}

pub const STANDARD: &[Standard] = &[
    Standard {
        key: "sales",
        name: ["Sales", "Продажи", "销售", "Vânzări"],
        figures: &["revenue", "orders", "average_order", "win_rate"],
        course: "revenue",
        beside: Card::Drivers("revenue"),
        below: [Card::Groups("revenue", "product_line"), Card::Groups("won_amount", "owner"), Card::Forecast],
    },
    Standard {
        key: "marketing",
        name: ["Marketing", "Маркетинг", "营销", "Marketing"],
        figures: &["new_customers", "active_customers", "retention", "email_click_share"],
        course: "active_customers",
        beside: Card::Drivers("active_customers"),
        below: [Card::Groups("new_leads", "source"), Card::Groups("new_customers", "channel"), Card::Cohorts],
    },
    Standard {
        key: "service",
        name: ["Service", "Сервис", "服务", "Service"],
        figures: &["tickets_opened", "backlog", "first_answer_hours", "satisfaction"],
        course: "tickets_opened",
        beside: Card::Groups("tickets_opened", "channel"),
        below: [
            Card::Groups("resolution_hours", "priority"),
            Card::Groups("backlog", "owner"),
            Card::Course("return_rate"),
        ],
    },
];

/// The standard dashboard of that key.
pub fn of_function(key: &str) -> Option<&'static Standard> {
    debug_assert!(Function::ALL.iter().all(|one| STANDARD.iter().any(|standard| standard.key == one.name())));
    STANDARD.iter().find(|standard| standard.key == key)
}

impl Standard {
    pub fn name_in(&self, language: &str) -> &'static str {
        word(&self.name, language)
    }

    /// As a stored dashboard says it: a grid of twelve columns.
    pub fn config(&self) -> Json {
        let wide = 12 / i32::try_from(self.figures.len().max(1)).unwrap_or(4);
        let mut cards: Vec<Json> = Vec::new();
        let mut x = 0;
        for code in self.figures {
            cards.push(
                json!({ "id": format!("f-{code}"), "kind": "kpi", "kpi": code, "x": x, "y": 0, "w": wide, "h": 2 }),
            );
            x += wide;
        }
        let course = self.course;
        cards.push(
            json!({ "id": format!("c-{course}"), "kind": "course", "kpi": course, "x": 0, "y": 2, "w": 8, "h": 5 }),
        );
        cards.push(placed(self.beside, 8, 2, 4, 5));
        let mut x = 0;
        for card in self.below {
            cards.push(placed(card, x, 7, 4, 5));
            x += 4;
        }
        json!({ "period": "last_12_months", "cards": cards })
    }
}

fn placed(card: Card, x: i32, y: i32, w: i32, h: i32) -> Json {
    let mut told = match card {
        Card::Groups(kpi, by) => json!({ "kind": "groups", "kpi": kpi, "by": by }),
        Card::Drivers(kpi) => json!({ "kind": "drivers", "kpi": kpi }),
        Card::Course(kpi) => json!({ "kind": "course", "kpi": kpi }),
        Card::Cohorts => json!({ "kind": "cohorts" }),
        Card::Forecast => json!({ "kind": "forecast" }),
    };
    if let Some(told) = told.as_object_mut() {
        told.insert("id".into(), json!(format!("p-{x}-{y}")));
        for (name, value) in [("x", x), ("y", y), ("w", w), ("h", h)] {
            told.insert(name.into(), json!(value));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecards::catalogue;

    #[test]
    fn there_is_one_for_each_function_and_its_cards_exist() {
        for function in Function::ALL {
            let config = of_function(function.name()).unwrap().config();
            for card in config["cards"].as_array().unwrap() {
                assert!(card["x"].as_i64().unwrap() + card["w"].as_i64().unwrap() <= 12, "{card}");
                let Some(code) = card["kpi"].as_str() else { continue };
                let kpi = catalogue::named(code).unwrap();
                assert!(card["kind"] != "drivers" || catalogue::tree(code).is_some(), "{card}");
                assert!(card["by"].as_str().is_none_or(|by| kpi.dimensions.contains(&by)), "{card}");
            }
        }
    }
}
