//! Commerce: what is sold at which price, what was ordered and what came back.

mod facts;
mod order;
mod order_line;
mod price;
mod price_list;
mod product;
mod product_line;
mod return_of_goods;

use std::sync::Arc;

use events::Facts;
use kernel::ObjectDef;
use kernel::object::Object;

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
        Order::def(),
        OrderLine::def(),
        Return::def(),
    ]
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
