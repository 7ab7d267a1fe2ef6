//! What happens in commerce: orders are placed, change, and goods come back.

use kernel::{Id, Money};
use macros::event;

use crate::{Event, Kind};

/// A customer placed an order, on the day in `ordered_on`; its amount is the order's total.
#[event(
    "order.placed",
    reads(
        en = "placed order {number}[ for {amount}]",
        ru = "оформлен заказ {number}[ на {amount}]",
        zh = "下单 {number}[，金额 {amount}]",
        ro = "a plasat comanda {number}[ de {amount}]"
    )
)]
pub struct OrderPlaced {
    pub order: Id,
    pub number: String,
    /// How many lines it has.
    pub lines: Option<i64>,
}

/// The total of a placed order changed; the amount is the new total.
#[event(
    "order.amended",
    reads(
        en = "changed order {number}[ from {was}][ to {amount}]",
        ru = "изменён заказ {number}[: было {was}][, стало {amount}]",
        zh = "订单 {number} 有变更[，原 {was}][，现 {amount}]",
        ro = "a modificat comanda {number}[ de la {was}][ la {amount}]"
    )
)]
pub struct OrderAmended {
    pub order: Id,
    pub number: String,
    pub was: Option<Money>,
}

/// An order left for its customer.
#[event(
    "order.shipped",
    reads(
        en = "shipped order {number}",
        ru = "отправлен заказ {number}",
        zh = "订单 {number} 已发货",
        ro = "a expediat comanda {number}"
    )
)]
pub struct OrderShipped {
    pub order: Id,
    pub number: String,
}

/// An order reached its customer.
#[event(
    "order.delivered",
    reads(
        en = "delivered order {number}",
        ru = "доставлен заказ {number}",
        zh = "订单 {number} 已送达",
        ro = "a livrat comanda {number}"
    )
)]
pub struct OrderDelivered {
    pub order: Id,
    pub number: String,
}

/// An order was cancelled; its amount is what it was worth.
#[event(
    "order.cancelled",
    reads(
        en = "cancelled order {number}[ of {amount}]",
        ru = "отменён заказ {number}[ на {amount}]",
        zh = "取消订单 {number}[，金额 {amount}]",
        ro = "a anulat comanda {number}[ de {amount}]"
    )
)]
pub struct OrderCancelled {
    pub order: Id,
    pub number: String,
}

/// Goods came back, on the day in `returned_on`.
#[event(
    "order.returned",
    reads(
        en = "returned[ {quantity} ×][ {goods}][ of order {from_order}]",
        ru = "возврат:[ {quantity} ×][ {goods}][ из заказа {from_order}]",
        zh = "退货[ {quantity} ×][ {goods}][，订单 {from_order}]",
        ro = "a returnat[ {quantity} ×][ {goods}][ din comanda {from_order}]"
    )
)]
pub struct OrderReturned {
    /// The record of the return.
    pub goods_return: Id,
    pub from_order: Option<Id>,
    pub product: Option<Id>,
    /// The product's name at that time.
    pub goods: Option<String>,
    pub quantity: Option<f64>,
    pub reason: Option<String>,
}

/// A visitor looked at a product.
#[event(
    "product.viewed",
    reads(
        en = "looked at {product}",
        ru = "просмотр товара {product}",
        zh = "浏览了 {product}",
        ro = "a vizualizat {product}"
    )
)]
pub struct ProductViewed {
    pub product: Id,
}

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        OrderPlaced::describe(),
        OrderAmended::describe(),
        OrderShipped::describe(),
        OrderDelivered::describe(),
        OrderCancelled::describe(),
        OrderReturned::describe(),
        ProductViewed::describe(),
    ]
}
