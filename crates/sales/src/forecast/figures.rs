//! One person's figures, or those of everybody below them.

use serde_json::{Value as Json, json};

use super::Category;
use crate::plan::worth;

/// Minor units of the company's currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub quota: Option<i64>,
    pub closed: i64,
    pub won: i64,
    pub commit: i64,
    pub best_case: i64,
    pub pipeline: i64,
    pub omitted: i64,
    /// Each open deal by its probability; what is left out counts nothing.
    pub weighted: i64,
    /// Open deals, without what is left out.
    pub open: i64,
    /// What is expected: as it was said, else closed and commit.
    pub call: i64,
}

impl Figures {
    pub fn close(&mut self, amount: i64, deals: i64) {
        self.closed = self.closed.saturating_add(amount);
        self.won += deals;
    }

    pub fn open(&mut self, category: Category, amount: i64, weighted: i64, deals: i64) {
        let sum = match category {
            Category::Omitted => &mut self.omitted,
            Category::Pipeline => &mut self.pipeline,
            Category::BestCase => &mut self.best_case,
            Category::Commit => &mut self.commit,
        };
        *sum = sum.saturating_add(amount);
        if category != Category::Omitted {
            self.weighted = self.weighted.saturating_add(weighted);
            self.open += deals;
        }
    }

    /// What follows of the deals alone.
    pub fn expected(&self) -> i64 {
        self.closed.saturating_add(self.commit)
    }

    pub fn and(self, other: Figures) -> Figures {
        Figures {
            quota: match (self.quota, other.quota) {
                (Some(a), Some(b)) => Some(a.saturating_add(b)),
                (a, b) => a.or(b),
            },
            closed: self.closed.saturating_add(other.closed),
            won: self.won + other.won,
            commit: self.commit.saturating_add(other.commit),
            best_case: self.best_case.saturating_add(other.best_case),
            pipeline: self.pipeline.saturating_add(other.pipeline),
            omitted: self.omitted.saturating_add(other.omitted),
            weighted: self.weighted.saturating_add(other.weighted),
            open: self.open + other.open,
            call: self.call.saturating_add(other.call),
        }
    }

    /// `passed` of `days` are over.
    pub fn to_json(self, passed: i64, days: i64) -> Json {
        let run_rate = (passed > 0).then(|| worth::share(self.closed, days, passed.min(days)));
        json!({
            "quota": self.quota, "closed": self.closed, "won": self.won, "commit": self.commit,
            "best_case": self.best_case, "pipeline": self.pipeline, "omitted": self.omitted,
            "weighted": self.closed.saturating_add(self.weighted), "open": self.open, "call": self.call,
            "run_rate": run_rate, "gap": self.quota.map(|quota| quota.saturating_sub(self.call)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_counts_nowhere_and_the_rest_adds_up() {
        let mut one = Figures::default();
        one.close(100, 1);
        one.open(Category::Commit, 50, 45, 1);
        one.open(Category::Omitted, 1_000, 900, 3);
        assert_eq!((one.expected(), one.weighted, one.open), (150, 45, 1));
        let told = one.and(Figures { quota: Some(400), call: 10, ..Figures::default() }).to_json(10, 30);
        assert_eq!((&told["run_rate"], &told["gap"], &told["weighted"]), (&json!(300), &json!(390), &json!(145)));
        assert_eq!(one.to_json(0, 30)["run_rate"], Json::Null, "nothing is known on the first day");
    }
}
