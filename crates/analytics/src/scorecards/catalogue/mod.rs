//! The catalogue of KPIs: what each means in words and as a formula, of which records it is made, and how it is reckoned.
//!
//! A KPI is reckoned for any number of periods at once: `b` is a period (`b.n`, from `b.since` to `b.until`; `b.before` is
//! the first day of the period just before it), `t` a row that counts in it. Nothing of a request goes into a statement but
//! what is found here by its name.

mod marketing;
mod sales;
mod service;

/// English, Russian, Chinese, Romanian.
pub type Words = [&'static str; 4];

/// The words in that language, else in English.
pub fn word(words: &Words, language: &str) -> &'static str {
    let [en, ru, zh, ro] = words;
    match language {
        "ru" => ru,
        "zh" => zh,
        "ro" => ro,
        _ => en,
    }
}

/// Whose figures they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    Marketing,
    Sales,
    Service,
}

impl Function {
    pub const ALL: [Function; 3] = [Function::Marketing, Function::Sales, Function::Service];

    pub fn name(self) -> &'static str {
        match self {
            Function::Marketing => "marketing",
            Function::Sales => "sales",
            Function::Service => "service",
        }
    }
}

/// In what a value is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    /// In the currency of the figures.
    Money,
    MoneyPerDay,
    /// 0 to 1, shown in percent.
    Share,
    /// How many of one for one of the other.
    Ratio,
    Days,
    Hours,
    /// 1 (bad) to 5 (good).
    Rating,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Count => "count",
            Unit::Money => "money",
            Unit::MoneyPerDay => "money_per_day",
            Unit::Share => "share",
            Unit::Ratio => "ratio",
            Unit::Days => "days",
            Unit::Hours => "hours",
            Unit::Rating => "rating",
        }
    }

    pub fn is_money(self) -> bool {
        matches!(self, Unit::Money | Unit::MoneyPerDay)
    }
}

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    More,
    Less,
}

impl Better {
    pub fn name(self) -> &'static str {
        match self {
            Better::More => "more",
            Better::Less => "less",
        }
    }
}

/// How a KPI is reckoned.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// An aggregate over rows.
    Figure { rows: &'static str, value: &'static str },
    /// Of the rows, how large the share is for which something holds; with Wilson's interval.
    Share { rows: &'static str, holds: &'static str },
    /// The mean of something over rows; with the interval of its standard error.
    Mean { rows: &'static str, of: &'static str },
    /// A product of other KPIs, each to the power of 1 or -1.
    Made(&'static [(&'static str, i32)]),
}

/// The records behind a figure: an object and a question, with `{from}` and `{to}` for the days of the period.
#[derive(Debug, Clone, Copy)]
pub struct Behind {
    pub object: &'static str,
    pub filter: &'static str,
}

/// A key performance indicator.
#[derive(Debug, Clone, Copy)]
pub struct Kpi {
    pub code: &'static str,
    pub function: Function,
    pub name: Words,
    /// The exact definition.
    pub meaning: Words,
    /// The same as a formula.
    pub formula: &'static str,
    pub shape: Shape,
    pub unit: Unit,
    pub better: Better,
    /// Whether values of days add up to that of the month.
    pub adds: bool,
    /// The objects it is made of, with the fields whose values it tells.
    pub objects: &'static [(&'static str, &'static [&'static str])],
    /// By what it is broken down: fields of the object behind it, columns of `t`.
    pub dimensions: &'static [&'static str],
    pub behind: Option<Behind>,
}

/// What a purchase is made of.
pub const PURCHASES: &[(&str, &[&str])] = &[
    ("contact", &[]),
    ("company", &[]),
    ("order", &["customer", "company", "ordered_on", "total"]),
    ("order_line", &["quantity", "line_total"]),
    ("deal", &["contact", "company", "closed_on", "amount", "status"]),
    ("return", &["customer", "company", "quantity", "amount"]),
    ("product", &["product_line"]),
];

pub(crate) const ORDERS: Option<Behind> =
    Some(Behind { object: "order", filter: "status != \"cancelled\" and ordered_on in \"{from}\" to \"{to}\"" });

/// All of them, function by function.
pub fn all() -> impl Iterator<Item = &'static Kpi> {
    marketing::KPIS.iter().chain(sales::KPIS).chain(service::KPIS)
}

pub fn named(code: &str) -> Option<&'static Kpi> {
    all().find(|kpi| kpi.code == code)
}

impl Kpi {
    pub fn name_in(&self, language: &str) -> &'static str {
        word(&self.name, language)
    }

    /// The objects and fields it is made of, also through those it is made of.
    pub fn made_of(&self) -> Vec<(&'static str, &'static [&'static str])> {
        let mut objects = self.objects.to_vec();
        for part in self.parts() {
            objects.extend(part.made_of());
        }
        objects.sort_unstable();
        objects.dedup();
        objects
    }

    /// The KPIs that it is a product of.
    pub fn parts(&self) -> Vec<&'static Kpi> {
        match self.shape {
            Shape::Made(parts) => parts.iter().filter_map(|(code, _)| named(code)).collect(),
            Shape::Figure { .. } | Shape::Share { .. } | Shape::Mean { .. } => Vec::new(),
        }
    }

    /// What of the interval is known.
    pub fn interval(&self) -> Option<&'static str> {
        match self.shape {
            Shape::Share { .. } => Some("wilson"),
            Shape::Mean { .. } => Some("standard_error"),
            Shape::Figure { .. } | Shape::Made(_) => None,
        }
    }
}

/// How a KPI follows from others. What changed of it is what each of them did.
#[derive(Debug, Clone, Copy)]
pub struct Tree {
    pub of: &'static str,
    /// A product of powers, or a sum with signs.
    pub is_product: bool,
    pub drivers: &'static [(&'static str, i32)],
}

/// The trees of drivers.
pub const TREES: &[Tree] = &[
    Tree {
        of: "revenue",
        is_product: true,
        drivers: &[("active_customers", 1), ("orders_per_customer", 1), ("average_order", 1)],
    },
    Tree { of: "active_customers", is_product: false, drivers: &[("new_customers", 1), ("returning_customers", 1)] },
    Tree { of: "gross_sales", is_product: false, drivers: &[("revenue", 1), ("returned_amount", 1)] },
    Tree { of: "won_amount", is_product: true, drivers: &[("deals_closed", 1), ("win_rate", 1), ("average_deal", 1)] },
    Tree {
        of: "sales_velocity",
        is_product: true,
        drivers: &[("open_deals", 1), ("win_rate", 1), ("average_deal", 1), ("cycle_days", -1)],
    },
    Tree { of: "pipeline_coverage", is_product: true, drivers: &[("open_pipeline", 1), ("won_amount", -1)] },
    Tree { of: "tickets_opened", is_product: true, drivers: &[("active_customers", 1), ("tickets_per_customer", 1)] },
    Tree { of: "returned_amount", is_product: true, drivers: &[("gross_sales", 1), ("return_rate", 1)] },
];

/// The tree that a KPI is the top of.
pub fn tree(code: &str) -> Option<&'static Tree> {
    TREES.iter().find(|tree| tree.of == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_forty_each_defined_in_four_languages() {
        let codes: BTreeSet<&str> = all().map(|kpi| kpi.code).collect();
        assert_eq!((codes.len(), all().count()), (40, 40));
        for kpi in all() {
            assert!(kpi.name.iter().chain(&kpi.meaning).all(|text| !text.is_empty()), "{}", kpi.code);
            assert!(!kpi.formula.is_empty() && !kpi.made_of().is_empty(), "{}", kpi.code);
        }
    }

    #[test]
    fn what_a_kpi_is_made_of_exists_and_is_made_of_rows_in_the_end() {
        for kpi in all() {
            if let Shape::Made(parts) = kpi.shape {
                assert_eq!(kpi.parts().len(), parts.len(), "{}", kpi.code);
                assert!(kpi.parts().iter().all(|part| !matches!(part.shape, Shape::Made(_))), "{}", kpi.code);
            }
        }
        for tree in TREES {
            let names = tree.drivers.iter().map(|(code, _)| *code).chain([tree.of]);
            assert!(names.into_iter().all(|code| named(code).is_some()), "{}", tree.of);
        }
    }

    /// `docs/scorecards.md` is the catalogue in English: `UPDATE_DOCS=1` writes it anew.
    #[test]
    fn the_documentation_says_what_the_catalogue_says() {
        let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scorecards.md");
        let made = super::super::documentation();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&place, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&place).unwrap_or_default(), made, "run the test with UPDATE_DOCS=1");
    }
}
