//! The plan: what people, teams, territories and product lines are to sell, month by month, quarter or year, and how many
//! calls, meetings and visits people and teams are to make for it.
//!
//! A [`Quota`] is a record like any other, under the same rights: whoever answers for it reads it, and so do those whom
//! they report to. [`grid`] shows a year of them as a sheet beside what was sold, with the sums of who is below whom and of
//! shorter periods in longer ones; [`fill`] writes cells of that sheet at once, and makes a plan from an earlier year.
//! [`worth`] is the arithmetic: all of it in whole minor units.

pub mod currency;
pub mod fill;
pub mod grid;
mod keeper;
pub mod period;
mod queries;
mod quota;
mod routes;
pub mod worth;

pub use grid::ordered;
pub use keeper::{Quotas, settle};
pub use queries::{Line, Planned, lines};
pub use quota::Quota;
pub use routes::routes;

pub(crate) const QUOTA: &str = "quota";

/// Whose quota it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    Person,
    Team,
    Territory,
    ProductLine,
}

impl Whose {
    pub const ALL: [Whose; 4] = [Whose::Person, Whose::Team, Whose::Territory, Whose::ProductLine];

    /// The field of a quota that names it.
    pub fn field(self) -> &'static str {
        match self {
            Whose::Person => "person",
            Whose::Team => "team",
            Whose::Territory => "territory",
            Whose::ProductLine => "product_line",
        }
    }

    /// The object that it links to.
    pub fn object(self) -> &'static str {
        match self {
            Whose::Person => "user",
            other => other.field(),
        }
    }

    pub fn named(name: &str) -> Option<Whose> {
        Whose::ALL.into_iter().find(|whose| whose.field() == name)
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Amounts of won deals, in minor units.
    Revenue,
    /// How many deals were won.
    Deals,
    /// Calls, meetings and visits that were done.
    Activities,
    Calls,
    Meetings,
    Visits,
}

impl Measure {
    pub const ALL: [Measure; 6] =
        [Measure::Revenue, Measure::Deals, Measure::Activities, Measure::Calls, Measure::Meetings, Measure::Visits];

    pub fn named(name: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// The kinds of activities that it counts; none where it counts deals.
    pub fn kinds(self) -> &'static [&'static str] {
        match self {
            Measure::Revenue | Measure::Deals => &[],
            Measure::Activities => &["call", "meeting", "visit"],
            Measure::Calls => &["call"],
            Measure::Meetings => &["meeting"],
            Measure::Visits => &["visit"],
        }
    }

    /// What people do is planned for people and teams; territories and product lines do nothing.
    pub fn is_of(self, whose: Whose) -> bool {
        self.kinds().is_empty() || matches!(whose, Whose::Person | Whose::Team)
    }

    pub fn name(self) -> &'static str {
        match self {
            Measure::Revenue => "revenue",
            Measure::Deals => "deals",
            Measure::Activities => "activities",
            Measure::Calls => "calls",
            Measure::Meetings => "meetings",
            Measure::Visits => "visits",
        }
    }
}
