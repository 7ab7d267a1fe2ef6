//! The forecast: what will be sold in a period, by person and by whoever they report to.
//!
//! Each open deal that is expected to close in the period stands in a [`Category`]: the one that was said on the deal, else
//! that of its stage, else one by its probability. What was won in the period is closed. [`queries`] sums them as the deals
//! lie in the base now; [`as_of`] takes every change since a past moment back and sums what was known then. People's sums
//! roll up to whom they report to ([`sheet`]), beside the plan ([`crate::plan`]) and beside what they themselves say
//! ([`overrides`]): a line for each time somebody said something else, with a reason, and never written over.

mod as_of;
mod asked;
mod figures;
mod overrides;
mod queries;
mod routes;
mod sheet;

pub use asked::Asked;
pub use routes::routes;
pub use sheet::show;

/// What is thought of an open deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    Omitted,
    Pipeline,
    BestCase,
    Commit,
}

/// From this probability on, in per cent, a deal that nobody said anything about is a commit, or at least the best case.
const COMMIT_FROM: i64 = 75;
const BEST_CASE_FROM: i64 = 40;

impl Category {
    pub const ALL: [Category; 4] = [Category::Omitted, Category::Pipeline, Category::BestCase, Category::Commit];

    pub fn name(self) -> &'static str {
        match self {
            Category::Omitted => "omitted",
            Category::Pipeline => "pipeline",
            Category::BestCase => "best_case",
            Category::Commit => "commit",
        }
    }

    pub fn named(name: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.name() == name)
    }

    /// Said on the deal, else on its stage, else by how probable it is.
    pub fn of(deal: Option<&str>, stage: Option<&str>, probability: Option<i64>) -> Category {
        let said = deal.and_then(Category::named).or_else(|| stage.and_then(Category::named));
        said.unwrap_or(match probability.unwrap_or(0) {
            COMMIT_FROM.. => Category::Commit,
            BEST_CASE_FROM.. => Category::BestCase,
            _ => Category::Pipeline,
        })
    }

    /// Which open deals are in it, as a question about deals.
    pub fn question(self) -> String {
        let name = self.name();
        let by_probability = match self {
            Category::Omitted => None,
            Category::Commit => Some(format!("probability >= {COMMIT_FROM}")),
            Category::BestCase => Some(format!("(probability >= {BEST_CASE_FROM} and probability < {COMMIT_FROM})")),
            Category::Pipeline => Some(format!("(probability is empty or probability < {BEST_CASE_FROM})")),
        };
        let by_stage = format!("stage.forecast = \"{name}\"");
        let unsaid = match by_probability {
            Some(by) => format!("({by_stage} or ((stage is empty or stage.forecast is empty) and {by}))"),
            None => by_stage,
        };
        format!("(forecast = \"{name}\" or (forecast is empty and {unsaid}))")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_deal_comes_before_its_stage_and_that_before_its_probability() {
        assert_eq!(Category::of(Some("omitted"), Some("commit"), Some(90)), Category::Omitted);
        assert_eq!(Category::of(None, Some("best_case"), Some(90)), Category::BestCase);
        let by =
            [None, Some(39), Some(40), Some(74), Some(75), Some(100)].map(|it| Category::of(None, None, it).name());
        assert_eq!(by, ["pipeline", "pipeline", "best_case", "best_case", "commit", "commit"]);
    }
}
