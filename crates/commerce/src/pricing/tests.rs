//! The rules of prices.

use jiff::civil::{Date, date};
use kernel::{Currency, Id, Money};
use proptest::prelude::*;

use super::*;

fn id(n: u8) -> Id {
    Id::derived(1, &[n; 10])
}

fn eur(amount: i64) -> Money {
    Money::new(amount, Currency::EUR)
}

fn product(n: u8, price: Option<Money>) -> Product {
    Product {
        id: id(n),
        name: format!("product {n}"),
        line: Some(id(200)),
        price,
        cost: Some(eur(400)),
        tax_percent: None,
        unit: None,
        is_active: true,
        is_bundle: false,
    }
}

fn list(n: u8, name: &str, rank: i64) -> List {
    let is_default = rank == i64::MIN;
    List {
        id: id(n),
        name: name.into(),
        currency: Some(Currency::EUR),
        starts_on: None,
        ends_on: None,
        rank,
        is_default,
    }
}

fn tier(n: u8, list: u8, amount: i64, from: f64) -> Tier {
    Tier { id: id(n), list: id(list), product: id(1), amount: eur(amount), from, starts_on: None, ends_on: None }
}

const DAY: Date = date(2026, 6, 19);

fn shelf() -> Shelf {
    Shelf {
        day: DAY,
        products: [
            (id(1), product(1, Some(eur(1_000)))),
            (id(2), product(2, None)),
            (id(3), product(3, Some(eur(50)))),
        ]
        .into(),
        lists: vec![list(10, "Standard", i64::MIN), list(11, "Wholesale", 5)],
        tiers: vec![tier(20, 10, 990, 0.0), tier(21, 11, 900, 0.0), tier(22, 11, 850, 10.0), tier(23, 11, 800, 100.0)],
        ..Shelf::default()
    }
}

fn unit(shelf: &Shelf, quantity: f64) -> Option<Money> {
    shelf.price(id(1), quantity, Currency::EUR).unit_price
}

#[test]
fn the_tier_of_the_quantity_on_the_list_of_the_highest_rank_gives_the_price() {
    let shelf = shelf();
    let prices: Vec<_> = [1.0, 9.9, 10.0, 99.0, 100.0].map(|quantity| unit(&shelf, quantity)).into();
    assert_eq!(prices, [900, 900, 850, 850, 800].map(|amount| Some(eur(amount))));
    let priced = shelf.price(id(1), 12.0, Currency::EUR);
    assert_eq!(priced.reasons, [Reason::List { list: "Wholesale".into(), id: id(11), from: 10.0 }]);
}

#[test]
fn a_list_that_is_over_or_in_another_currency_is_passed_over_and_that_is_told() {
    let mut shelf = shelf();
    shelf.lists[1].ends_on = Some(date(2026, 6, 18));
    let priced = shelf.price(id(1), 1.0, Currency::EUR);
    assert_eq!(priced.unit_price, Some(eur(990)));
    assert_eq!(priced.reasons[0], Reason::PassedOver { list: "Wholesale".into(), why: "day" });
    shelf.lists[1].ends_on = Some(DAY);
    assert_eq!(unit(&shelf, 1.0), Some(eur(900)), "its last day is a day of it");
    shelf.lists[1].currency = Some(Currency::USD);
    assert_eq!(unit(&shelf, 1.0), Some(eur(990)));
}

#[test]
fn without_a_list_the_products_own_price_holds_at_the_rate_of_the_day() {
    let mut shelf = shelf();
    shelf.lists.clear();
    assert_eq!(shelf.price(id(1), 1.0, Currency::EUR).reasons, [Reason::Product]);
    let unknown = shelf.price(id(1), 1.0, Currency::USD);
    assert_eq!((unknown.unit_price, unknown.reasons.last()), (None, Some(&Reason::Unknown { why: "rate" })));
    let rate = foundation::company::currencies::Rate::parse("0.8").unwrap();
    shelf.rates.set(Currency::EUR, Currency::USD, date(2026, 1, 1), rate);
    assert_eq!(shelf.price(id(1), 1.0, Currency::USD).unit_price, Some(Money::new(1_250, Currency::USD)));
}

#[test]
fn a_bundle_costs_what_is_in_it_unless_it_has_a_price_of_its_own() {
    let mut shelf = shelf();
    let part = |product: u8, quantity: f64, is_optional: bool| Part {
        bundle: id(2),
        product: id(product),
        quantity,
        is_optional,
    };
    shelf.parts = vec![part(1, 2.0, false), part(3, 3.0, false), part(3, 100.0, true)];
    let priced = shelf.price(id(2), 1.0, Currency::EUR);
    assert_eq!(
        (priced.unit_price, priced.reasons.last()),
        (Some(eur(2 * 900 + 150)), Some(&Reason::Bundle { parts: 2 }))
    );
    assert_eq!(
        shelf.price(id(2), 5.0, Currency::EUR).unit_price,
        Some(eur(2 * 850 + 150)),
        "ten of the first are bought"
    );
    shelf.products.get_mut(&id(2)).unwrap().price = Some(eur(1_500));
    assert_eq!(shelf.price(id(2), 1.0, Currency::EUR).unit_price, Some(eur(1_500)));
    shelf.products.get_mut(&id(2)).unwrap().price = None;
    shelf.parts.push(part(2, 1.0, false));
    assert_eq!(shelf.price(id(2), 1.0, Currency::EUR).unit_price, None, "a bundle of itself ends in no price");
}

#[test]
fn of_several_discounts_the_highest_that_applies_is_taken() {
    let mut shelf = shelf();
    let off = |n: u8, percent: f64, from: f64| Discount {
        id: id(n),
        name: format!("{percent} off"),
        percent,
        product: None,
        line: Some(id(200)),
        from,
        starts_on: None,
        ends_on: None,
    };
    shelf.discounts = vec![off(30, 5.0, 0.0), off(31, 10.0, 20.0), off(32, 50.0, 0.0)];
    shelf.discounts[2].line = Some(id(201));
    let percents: Vec<f64> = [1.0, 20.0].map(|n| shelf.price(id(1), n, Currency::EUR).discount_percent).into();
    assert_eq!(percents, [5.0, 10.0]);
}

proptest! {
    #[test]
    fn more_is_never_dearer_by_the_piece_where_tiers_fall(amounts in proptest::collection::vec(1i64..10_000, 1..6), one in 1u32..1_000, other in 1u32..1_000) {
        let mut falling = amounts;
        falling.sort_by_key(|amount| std::cmp::Reverse(*amount));
        let mut shelf = shelf();
        shelf.tiers = falling.iter().enumerate().map(|(n, amount)| tier(n as u8 + 40, 11, *amount, n as f64 * 100.0)).collect();
        let price = |quantity: u32| unit(&shelf, f64::from(quantity)).unwrap().amount;
        prop_assert!(price(one.max(other)) <= price(one.min(other)));
    }

    #[test]
    fn the_order_in_which_things_are_read_decides_nothing(seed in any::<u64>()) {
        let straight = shelf();
        let mut turned = shelf();
        let by = |n: usize| usize::try_from(seed % 97).unwrap() % n;
        let (lists, tiers) = (turned.lists.len(), turned.tiers.len());
        turned.lists.rotate_left(by(lists));
        turned.tiers.rotate_left(by(tiers));
        turned.tiers.reverse();
        for quantity in [1.0, 10.0, 500.0] {
            prop_assert_eq!(straight.price(id(1), quantity, Currency::EUR), turned.price(id(1), quantity, Currency::EUR));
        }
    }
}
