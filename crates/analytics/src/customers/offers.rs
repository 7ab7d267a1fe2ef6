//! What customers may want next: products that go with what they have, told with how sure that is.
//!
//! A basket is all that a customer ever bought. Tested as it is used: learned from what was bought before a day, held
//! against what was bought for the first time after it, beside offering everybody what sells most.

use std::collections::HashMap;

use kernel::{Id, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::engine::Cell;
use crate::facts::Facts;
use methods::affinity::{Associations, Baskets, Limits, associate};

/// Offers kept of each customer.
const KEPT: usize = 3;
/// Customers that a test wants at least.
const LEAST_TESTED: usize = 30;

/// One product that a customer may want.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub id: Id,
    /// The share of those with the product it goes with who have it.
    pub confidence: f64,
    /// How many times more often that is than among all.
    pub lift: f64,
    /// The product it goes with most.
    pub because: Id,
}

/// Who has what since when: rows of a customer's place, a product's place, and the day it was bought first.
pub struct Owned {
    products: Vec<Product>,
    rows: Vec<(u32, u32, i32)>,
}

struct Product {
    id: Id,
    line: String,
}

/// What was found.
#[derive(Default)]
pub struct Offers {
    /// Of each customer by its place, the surest first.
    pub of: HashMap<u32, Vec<Offer>>,
    /// The best offer of each class in each line, as the page shows it.
    pub of_classes: Vec<Json>,
    pub quality: Json,
}

impl Owned {
    /// `buyers` is the named query that gives every customer its place, as [`super::look::buyers`] writes it.
    pub fn read(facts: &Facts, object: &str, buyers: &str, as_of: i32) -> Result<Owned> {
        let (mut products, mut places) = (Vec::new(), HashMap::new());
        facts.engine.each(
            "select cast(id as string), coalesce(cast(line as string), '') from product order by 1",
            &[],
            &mut |row| {
                if let (Some(id), Some(line)) = (row.first().and_then(Cell::id), row.get(1)) {
                    places.insert(id, u32::try_from(products.len()).unwrap_or(u32::MAX));
                    products.push(Product { id, line: line.text().to_string() });
                }
                Ok(())
            },
        )?;
        let mut rows = Vec::new();
        let sql = format!(
            "{buyers} select b.n, cast(p.product as string), min(p.day - date '1970-01-01') from purchase p join buyer b on b.id = p.{object} \
             where p.product is not null and p.kind <> 'return' group by 1, 2 order by 1, 2"
        );
        facts.engine.each(&sql, &[], &mut |row| {
            let number = |at: usize| row.get(at).map_or(0, Cell::int);
            let product = row.get(1).and_then(Cell::id).and_then(|id| places.get(&id));
            let (customer, day) = (u32::try_from(number(0)), i32::try_from(number(2)));
            if let (Some(product), Ok(customer), Ok(day)) = (product, customer, day)
                && day < as_of
            {
                rows.push((customer, *product, day));
            }
            Ok(())
        })?;
        Ok(Owned { products, rows })
    }

    fn baskets(&self, which: impl Fn(&(u32, u32, i32)) -> bool) -> Baskets {
        let (customers, products): (Vec<u32>, Vec<u32>) =
            self.rows.iter().filter(|row| which(row)).map(|row| (row.0, row.1)).unzip();
        Baskets::new(&customers, &products).unwrap_or_default()
    }

    fn id(&self, product: u32) -> Option<Id> {
        Some(self.products.get(usize::try_from(product).ok()?)?.id)
    }

    fn line(&self, product: u32) -> &str {
        usize::try_from(product).ok().and_then(|at| self.products.get(at)).map_or("", |product| product.line.as_str())
    }

    /// Customers with all they had before a day, in the order of their places.
    fn by_customer(&self) -> impl Iterator<Item = (u32, &[(u32, u32, i32)])> {
        self.rows.chunk_by(|one, other| one.0 == other.0).filter_map(|rows| Some((rows.first()?.0, rows)))
    }
}

impl Offers {
    /// `classes` gives the class of a customer by its place; the test is of the last quarter of what is known, and of
    /// `longest_test` days at most.
    pub fn find(owned: &Owned, classes: &HashMap<u32, String>, as_of: i32, longest_test: i32) -> Offers {
        let found = associate(&owned.baskets(|_| true), &Limits::default());
        let mut offers = Offers::default();
        for (customer, rows) in owned.by_customer() {
            let has: Vec<u32> = rows.iter().map(|row| row.1).collect();
            let of: Vec<Offer> = found
                .next_for(&has)
                .into_iter()
                .take(KEPT)
                .filter_map(|next| {
                    let (id, because) = (owned.id(next.product)?, owned.id(next.rule.from)?);
                    Some(Offer { id, confidence: next.rule.confidence, lift: next.rule.lift, because })
                })
                .collect();
            if !of.is_empty() {
                offers.of.insert(customer, of);
            }
        }
        offers.of_classes = of_classes(owned, &found, classes);
        let first = owned.rows.iter().map(|row| row.2).min().unwrap_or(as_of);
        offers.quality = test(owned, as_of - ((as_of - first) / 4).min(longest_test));
        offers.quality["associations"] = json!(found.rules.len() / 2);
        offers
    }
}

/// Of each class and line the product that most of the class are expected to take.
fn of_classes(owned: &Owned, found: &Associations, classes: &HashMap<u32, String>) -> Vec<Json> {
    let mut owners: HashMap<u32, f64> = HashMap::new();
    for row in &owned.rows {
        *owners.entry(row.1).or_default() += 1.0;
    }
    let all = owned.by_customer().count() as f64;
    let mut best = Vec::new();
    for class in ["a", "b", "c"] {
        let group = owned.baskets(|row| classes.get(&row.0).is_some_and(|own| own == class));
        let mut lines: Vec<&str> = Vec::new();
        for offer in found.next_for_group(&group) {
            let line = owned.line(offer.product);
            // They come with the most expected buyers first.
            if lines.contains(&line) || offer.members == 0 {
                continue;
            }
            lines.push(line);
            let confidence = offer.expected_buyers / offer.members as f64;
            let usual = owners.get(&offer.product).copied().unwrap_or(0.0) / all.max(1.0);
            best.push(json!({
                "class": class, "line": line, "id": owned.id(offer.product), "members": offer.members, "owners": offer.owners,
                "expected_buyers": offer.expected_buyers, "confidence": confidence,
                "lift": if usual > 0.0 { confidence / usual } else { 1.0 },
            }));
        }
    }
    best
}

/// Of those who bought something new after the day: to how many of them one of the offers of that day was it.
fn test(owned: &Owned, day: i32) -> Json {
    let found = associate(&owned.baskets(|row| row.2 < day), &Limits::default());
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for row in owned.rows.iter().filter(|row| row.2 < day) {
        *counts.entry(row.1).or_default() += 1;
    }
    let mut popular: Vec<(u32, usize)> = counts.into_iter().collect();
    popular.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    let (mut tested, mut hits, mut popular_hits) = (0_usize, 0_usize, 0_usize);
    for (_, rows) in owned.by_customer() {
        let products = |is_new: bool| rows.iter().filter(move |row| (row.2 >= day) == is_new).map(|row| row.1);
        let (had, new): (Vec<u32>, Vec<u32>) = (products(false).collect(), products(true).collect());
        if had.is_empty() || new.is_empty() {
            continue;
        }
        tested += 1;
        let offered = found.next_for(&had);
        hits += usize::from(offered.iter().take(KEPT).any(|offer| new.contains(&offer.product)));
        let mut most = popular.iter().map(|(product, _)| *product).filter(|product| !had.contains(product)).take(KEPT);
        popular_hits += usize::from(most.any(|product| new.contains(&product)));
    }
    if tested < LEAST_TESTED {
        return json!({});
    }
    let share = |hits: usize| hits as f64 / tested as f64;
    json!({ "tested_customers": tested, "hit_rate": share(hits), "hit_rate_of_popular": share(popular_hits) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bottles go to everybody, bicycles to every other one, and a helmet to half of those, to nobody else.
    fn shop() -> Owned {
        let products = (0..4).map(|n| Product { id: Id::at(n), line: if n < 2 { "Bikes" } else { "Parts" }.into() });
        let mut rows = Vec::new();
        for customer in 0..1200_u32 {
            let day = i32::try_from(customer % 100).unwrap();
            rows.push((customer, 3, day));
            if customer % 2 == 0 {
                rows.push((customer, 0, day));
                if customer % 4 == 0 {
                    // Those who came late take it a month later.
                    rows.push((customer, 1, if day > 60 { day + 30 } else { day }));
                }
            }
        }
        rows.sort_unstable();
        Owned { products: products.collect(), rows }
    }

    #[test]
    fn who_has_the_one_is_offered_the_other() {
        let owned = shop();
        let classes =
            (0..1200).map(|customer| (customer, if customer < 200 { "a" } else { "c" }.to_string())).collect();
        let offers = Offers::find(&owned, &classes, 200, 182);
        let of = &offers.of[&2];
        let id = |product: usize| owned.products[product].id;
        assert_eq!((of.len(), of[0].id, of[0].because), (1, id(1), id(0)), "{of:?}");
        assert!((of[0].confidence - 0.5).abs() < 1e-12 && (of[0].lift - 2.0).abs() < 1e-12, "{of:?}");
        assert!(!offers.of.contains_key(&1), "whoever has bottles only is like everybody");
        let of_a = offers.of_classes.iter().find(|one| one["class"] == "a" && one["line"] == "Bikes").unwrap();
        assert_eq!((&of_a["id"], &of_a["members"], &of_a["owners"]), (&json!(id(1)), &json!(50), &json!(50)));
    }

    #[test]
    fn it_is_tested_on_what_was_bought_later() {
        let quality = test(&shop(), 80);
        assert_eq!(quality["hit_rate"], 1.0, "{quality}");
        assert!(test(&shop(), 0).as_object().unwrap().is_empty(), "nothing was known before the first day");
    }
}
