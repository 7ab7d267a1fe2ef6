//! Commerce: what is sold at which price, what was ordered and what came back.

mod bundle_part;
mod discount;
mod facts;
mod order;
mod order_line;
mod price;
mod price_list;
pub mod pricing;
mod product;
mod product_line;
pub mod quotes;
mod return_of_goods;

use std::sync::Arc;

use approvals::Subject;
use events::Facts;
use foundation::doors::Route;
use foundation::records::erase::Copies;
use foundation::records::write::Keeps;
use foundation::timer::Alarm;
use kernel::ObjectDef;
use kernel::object::Object;

pub use bundle_part::BundlePart;
pub use discount::Discount;
pub use order::Order;
pub use order_line::OrderLine;
pub use price::Price;
pub use price_list::PriceList;
pub use product::Product;
pub use product_line::ProductLine;
pub use return_of_goods::Return;

/// The standard objects of commerce.
pub fn objects() -> Vec<ObjectDef> {
    vec![
        Product::def(),
        ProductLine::def(),
        PriceList::def(),
        Price::def(),
        Discount::def(),
        BundlePart::def(),
        quotes::Quote::def(),
        quotes::QuoteLine::def(),
        Order::def(),
        OrderLine::def(),
        Return::def(),
    ]
}

/// Tables of this crate.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { name: "202611222310_quotes", sql: include_str!("../../../migrations/202611222310_quotes.sql") },
    db::Migration {
        name: "202611250301_quote_talk",
        sql: include_str!("../../../migrations/202611250301_quote_talk.sql"),
    },
];

/// Routes of this crate.
pub fn routes() -> Vec<Route> {
    [pricing::routes(), quotes::routes()].concat()
}

/// What is kept beside records of these objects.
pub fn keepers() -> Vec<Arc<dyn Keeps>> {
    vec![Arc::new(quotes::QuoteKeeper), Arc::new(quotes::LineKeeper)]
}

/// What of customers is kept here, for when somebody is erased.
pub fn copies() -> Vec<Arc<dyn Copies>> {
    vec![Arc::new(quotes::Versions)]
}

/// What has to be authorised here.
pub fn subjects() -> Vec<Arc<dyn Subject>> {
    vec![Arc::new(quotes::Quotes)]
}

/// What rings here.
pub fn alarms() -> Vec<Arc<dyn Alarm>> {
    vec![Arc::new(quotes::Expiry)]
}

/// What changes of these objects mean on the ledger.
pub fn facts() -> Arc<dyn Facts + Send + Sync> {
    Arc::new(facts::CommerceFacts)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn names_are_used_once_and_every_field_says_its_purpose() {
        let mut names = BTreeSet::new();
        for object in super::objects() {
            assert!(names.insert(object.plural.clone()) && names.insert(object.name.clone()), "{}", object.name);
            for field in &object.fields {
                assert!(names.insert(field.id.clone()), "{} is there twice", field.id);
                assert!(!field.purpose.is_empty(), "{} has no purpose", field.id);
            }
        }
    }
}
