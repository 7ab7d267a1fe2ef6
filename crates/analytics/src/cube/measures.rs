//! What is measured and by what it is broken down: each a name and the SQL it stands for.
//!
//! Nothing of a request goes into the text of a statement but what is found here by its name.

use kernel::{Currency, Money};
use serde_json::{Value as Json, json};

use crate::facts::PARTS;

/// Sums that every measure is made of, in this order; `p` is a purchase. Quantities come in millionths.
pub const SUMS: &str = "count(distinct case when p.kind <> 'return' then p.document end), \
     count(distinct case when p.kind <> 'return' then coalesce(p.contact, p.company) end), \
     coalesce(sum(p.revenue), 0), \
     coalesce(sum(case when p.cost is not null then p.revenue - p.cost end), 0), \
     coalesce(sum(case when p.cost is not null then p.revenue end), 0), \
     coalesce(sum(case when p.kind <> 'return' then p.quantity end), 0), \
     coalesce(-sum(case when p.kind = 'return' then p.quantity end), 0)";
/// How many those are.
pub const SUMS_COUNT: usize = 7;

/// What one cell of an answer holds: the sums, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    pub orders: i64,
    pub customers: i64,
    pub revenue: i64,
    pub margin: i64,
    /// Revenue of what has a cost: only of this a share of margin can be told.
    pub costed: i64,
    pub quantity: f64,
    pub returned: f64,
}

impl Sums {
    pub fn read(cells: &[crate::engine::Cell]) -> Sums {
        let int = |at: usize| cells.get(at).map_or(0, crate::engine::Cell::int);
        Sums {
            orders: int(0),
            customers: int(1),
            revenue: int(2),
            margin: int(3),
            costed: int(4),
            quantity: int(5) as f64 / PARTS,
            returned: int(6) as f64 / PARTS,
        }
    }
}

/// A figure that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Orders,
    Customers,
    Revenue,
    Margin,
    MarginShare,
    Quantity,
    PerOrder,
    PerCustomer,
    Returns,
    ReturnShare,
}

impl Measure {
    pub const ALL: [Measure; 10] = [
        Measure::Orders,
        Measure::Customers,
        Measure::Revenue,
        Measure::Margin,
        Measure::MarginShare,
        Measure::Quantity,
        Measure::PerOrder,
        Measure::PerCustomer,
        Measure::Returns,
        Measure::ReturnShare,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Measure::Orders => "orders",
            Measure::Customers => "customers",
            Measure::Revenue => "revenue",
            Measure::Margin => "margin",
            Measure::MarginShare => "margin_share",
            Measure::Quantity => "quantity",
            Measure::PerOrder => "per_order",
            Measure::PerCustomer => "per_customer",
            Measure::Returns => "returns",
            Measure::ReturnShare => "return_share",
        }
    }

    pub fn named(name: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// Null where the figure does not exist: a share of nothing, a margin of what has no cost.
    pub fn of(self, sums: &Sums, currency: Currency) -> Json {
        let money = |amount: i64| json!(Money::new(amount, currency));
        let share = |part: f64, whole: f64| if whole == 0.0 { Json::Null } else { json!(part / whole) };
        let mean = |amount: i64, count: i64| match count {
            0 => Json::Null,
            count => money(amount.saturating_add(amount.signum() * count / 2) / count),
        };
        match self {
            Measure::Orders => json!(sums.orders),
            Measure::Customers => json!(sums.customers),
            Measure::Revenue => money(sums.revenue),
            Measure::Margin if sums.costed == 0 => Json::Null,
            Measure::Margin => money(sums.margin),
            Measure::MarginShare => share(sums.margin as f64, sums.costed as f64),
            Measure::Quantity => json!(sums.quantity),
            Measure::PerOrder => mean(sums.revenue, sums.orders),
            Measure::PerCustomer => mean(sums.revenue, sums.customers),
            Measure::Returns => json!(sums.returned),
            Measure::ReturnShare => share(sums.returned, sums.quantity),
        }
    }
}

/// By what purchases are broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    Year,
    Quarter,
    Month,
    Channel,
    Territory,
    Country,
    Product,
    ProductLine,
    Customer,
    Kind,
    Segment,
    ValueClass,
    Activity,
    Cluster,
}

impl Dimension {
    pub const ALL: [Dimension; 14] = [
        Dimension::Year,
        Dimension::Quarter,
        Dimension::Month,
        Dimension::Channel,
        Dimension::Territory,
        Dimension::Country,
        Dimension::Product,
        Dimension::ProductLine,
        Dimension::Customer,
        Dimension::Kind,
        Dimension::Segment,
        Dimension::ValueClass,
        Dimension::Activity,
        Dimension::Cluster,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Dimension::Year => "year",
            Dimension::Quarter => "quarter",
            Dimension::Month => "month",
            Dimension::Channel => "channel",
            Dimension::Territory => "territory",
            Dimension::Country => "country",
            Dimension::Product => "product",
            Dimension::ProductLine => "product_line",
            Dimension::Customer => "customer",
            Dimension::Kind => "kind",
            Dimension::Segment => "segment",
            Dimension::ValueClass => "value_class",
            Dimension::Activity => "activity",
            Dimension::Cluster => "cluster",
        }
    }

    pub fn named(name: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.name() == name)
    }

    /// Of how many months a period of it is; none for what is no time. Periods stand in their order, everything else by its
    /// weight.
    pub fn months(self) -> Option<i32> {
        match self {
            Dimension::Year => Some(12),
            Dimension::Quarter => Some(3),
            Dimension::Month => Some(1),
            _ => None,
        }
    }

    /// The text by which it is told apart; empty for what has none. `p` is a purchase, joined as [`JOINS`] says.
    pub fn key(self) -> &'static str {
        match self {
            Dimension::Year => "cast(extract(year from p.day) as string)",
            Dimension::Quarter => {
                "cast(extract(year from p.day) as string) || '-Q' || cast(extract(quarter from p.day) as string)"
            }
            Dimension::Month => "substr(cast(p.day as string), 1, 7)",
            Dimension::Channel => "coalesce(p.channel, '')",
            Dimension::Territory => "coalesce(cast(p.territory as string), '')",
            Dimension::Country => "coalesce(c.country, '')",
            Dimension::Product => "coalesce(cast(p.product as string), '')",
            Dimension::ProductLine => "coalesce(cast(g.line as string), '')",
            Dimension::Customer => "coalesce(cast(coalesce(p.contact, p.company) as string), '')",
            Dimension::Kind => "p.kind",
            Dimension::Segment => "coalesce(f.segment, '')",
            Dimension::ValueClass => "coalesce(f.value_class, '')",
            Dimension::Activity => "coalesce(f.activity, '')",
            Dimension::Cluster => "coalesce(f.cluster, '')",
        }
    }

    /// What it is called, where the key is not a word: an expression of the same kind.
    pub fn title(self) -> &'static str {
        match self {
            Dimension::Territory => "t.title",
            Dimension::Product => "g.title",
            Dimension::ProductLine => "l.title",
            _ => "null",
        }
    }

    /// The condition that finds its customers in a list of contacts.
    pub fn filter(self, key: &str) -> Option<String> {
        let field = match self {
            Dimension::Segment => "rfm_segment",
            Dimension::ValueClass => "value_class",
            Dimension::Activity => "activity",
            Dimension::Cluster => "cluster",
            Dimension::Country => "address.country",
            _ => return None,
        };
        (!key.is_empty()).then(|| format!("{field} = {}", json!(key)))
    }
}

/// What a purchase is joined with.
pub const JOINS: &str = "purchase p left join product g on g.id = p.product left join line l on l.id = g.line \
     left join territory t on t.id = p.territory \
     left join customer c on c.id = coalesce(p.contact, p.company) \
     left join profile f on f.id = coalesce(p.contact, p.company)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_again() {
        assert!(Measure::ALL.into_iter().all(|measure| Measure::named(measure.name()) == Some(measure)));
        assert!(Dimension::ALL.into_iter().all(|one| Dimension::named(one.name()) == Some(one)));
        assert_eq!(Dimension::named("p.day; drop table purchase"), None);
    }

    #[test]
    fn what_does_not_exist_is_null_and_means_are_rounded_away_from_zero() {
        let nothing = Sums::default();
        for measure in [Measure::Margin, Measure::MarginShare, Measure::PerOrder, Measure::ReturnShare] {
            assert_eq!(measure.of(&nothing, Currency::EUR), Json::Null, "{measure:?}");
        }
        let some = Sums { orders: 2, revenue: -5, ..nothing };
        assert_eq!(Measure::PerOrder.of(&some, Currency::EUR), json!(Money::new(-3, Currency::EUR)));
    }
}
