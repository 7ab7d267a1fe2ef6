//! Commerce: what is sold at which price, what was ordered and what came back.

mod order;
mod order_line;
mod price;
mod price_list;
mod product;
mod product_line;
mod return_of_goods;

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
