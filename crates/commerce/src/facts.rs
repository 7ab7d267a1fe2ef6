//! What changes of orders, their lines and returns mean.
//!
//! An order is told once, when it is placed and its lines have given it a total: imported with its lines or filled in by
//! hand, `order.placed` carries the real amount. Later changes of the total are `order.amended`.

use events::commerce::{OrderAmended, OrderCancelled, OrderDelivered, OrderPlaced, OrderReturned, OrderShipped};
use events::facts::has_changed;
use events::quotes::{
    QuoteAccepted, QuoteApproved, QuoteExpired, QuoteRead, QuoteRefused, QuoteReturned, QuoteRevised, QuoteSent,
    QuoteSubmitted, QuoteWithdrawn,
};
use events::{Facts, NewEvent, RecordView, Situation};
use kernel::Value;

use crate::quotes::{Quote, QuoteLine};
use crate::{BundlePart, Order, OrderLine, Product, Return};

/// The facts of commerce.
pub struct CommerceFacts;

impl Facts for CommerceFacts {
    fn concerns(&self, object: &str) -> bool {
        matches!(object, "order" | "order_line" | "return" | "bundle_part" | "quote" | "quote_line")
    }

    fn settle(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: &dyn RecordView,
        situation: &mut dyn Situation,
    ) -> Vec<(&'static str, Value)> {
        match object {
            "order" => settle_order(before, after, situation),
            "order_line" => {
                let copies = [
                    (OrderLine::NAME, Product::NAME),
                    (OrderLine::UNIT_PRICE, Product::PRICE),
                    (OrderLine::UNIT_COST, Product::COST),
                ];
                copy_from_product(&copies, before, after, situation)
            }
            "quote_line" => settle_quote_line(before, after, situation),
            "bundle_part" => copy_from_product(&[(BundlePart::NAME, Product::NAME)], before, after, situation),
            "return" => copy_from_product(&[(Return::NAME, Product::NAME)], before, after, situation),
            _ => Vec::new(),
        }
    }

    fn on_change(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: Option<&dyn RecordView>,
    ) -> Vec<NewEvent> {
        let Some(after) = after else { return Vec::new() };
        match object {
            "order" => order_facts(before, after),
            "return" => return_facts(before, after).into_iter().collect(),
            "quote" => quote_facts(before, after),
            _ => Vec::new(),
        }
    }
}

/// What comes by other doors than the editor takes the product's own price; what is not optional always counts.
fn settle_quote_line(
    before: Option<&dyn RecordView>,
    after: &dyn RecordView,
    situation: &mut dyn Situation,
) -> Vec<(&'static str, Value)> {
    let copies = [
        (QuoteLine::NAME, Product::NAME),
        (QuoteLine::LIST_PRICE, Product::PRICE),
        (QuoteLine::UNIT_PRICE, Product::PRICE),
        (QuoteLine::UNIT_COST, Product::COST),
        (QuoteLine::TAX_PERCENT, Product::TAX_PERCENT),
        (QuoteLine::UNIT, Product::UNIT),
    ];
    let mut follows = copy_from_product(&copies, before, after, situation);
    if !after.is(QuoteLine::IS_OPTIONAL) && !after.is(QuoteLine::IS_CHOSEN) {
        follows.push((QuoteLine::IS_CHOSEN, Value::Bool(true)));
    }
    follows
}

/// The way of a quote, told as its state changes.
fn quote_facts(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<NewEvent> {
    let Some(before) = before else { return Vec::new() };
    let (old, new) = (before.text(Quote::STATE), after.text(Quote::STATE));
    let quote = after.id();
    let number = after.text(Quote::NUMBER).unwrap_or_default().to_string();
    let number_of = |record: &dyn RecordView| match record.value(Quote::REVISION) {
        Value::Int(revision) => *revision,
        _ => 1,
    };
    let revision = number_of(after);
    let mut told = Vec::new();
    if revision > number_of(before) {
        told.push(NewEvent::of(QuoteRevised { quote, number: number.clone(), revision }));
    }
    if old != new {
        told.extend(match new {
            Some("in_approval") => Some(NewEvent::of(QuoteSubmitted { quote, number, revision })),
            Some("approved") => Some(NewEvent::of(QuoteApproved { quote, number, revision })),
            Some("draft") if told.is_empty() => Some(NewEvent::of(QuoteReturned { quote, number, revision })),
            Some("sent") => Some(NewEvent::of(QuoteSent { quote, number, revision })),
            Some("read") => Some(NewEvent::of(QuoteRead { quote, number, revision })),
            Some("accepted") => Some(NewEvent::of(QuoteAccepted { quote, number, revision })),
            Some("refused") => {
                let reason = after.text(Quote::REFUSAL).map(str::to_string);
                Some(NewEvent::of(QuoteRefused { quote, number, reason }))
            }
            Some("expired") => Some(NewEvent::of(QuoteExpired { quote, number, revision })),
            Some("withdrawn") => Some(NewEvent::of(QuoteWithdrawn { quote, number, revision })),
            _ => None,
        });
    }
    let total = after.money(Quote::TOTAL);
    told.into_iter().map(|event| event.on("quote", quote).worth(total)).collect()
}

fn settle_order(
    before: Option<&dyn RecordView>,
    after: &dyn RecordView,
    situation: &mut dyn Situation,
) -> Vec<(&'static str, Value)> {
    let status_changed = has_changed(before, after, Order::STATUS);
    let mut follows = Vec::new();
    let today = Value::Date(situation.now().date());
    if status_changed && is_ordered(after) && after.value(Order::ORDERED_ON).is_null() {
        follows.push((Order::ORDERED_ON, today.clone()));
    }
    // An order that arrives shipped was shipped some day nobody told us; only a step taken here is of today.
    if before.is_some() && status_changed {
        match after.text(Order::STATUS) {
            Some("shipped") if after.value(Order::SHIPPED_ON).is_null() => follows.push((Order::SHIPPED_ON, today)),
            Some("delivered") if after.value(Order::DELIVERED_ON).is_null() => {
                follows.push((Order::DELIVERED_ON, today))
            }
            _ => {}
        }
    }
    follows
}

/// What a line takes over from its product unless it says its own: (its field, the product's).
fn copy_from_product(
    copies: &[(&'static str, &'static str)],
    before: Option<&dyn RecordView>,
    after: &dyn RecordView,
    situation: &mut dyn Situation,
) -> Vec<(&'static str, Value)> {
    let Some(product) = after.link(OrderLine::PRODUCT) else { return Vec::new() };
    // Its own word is one that this change brings: a line that changes its product takes the new one's price.
    let says = |own: &str| !after.value(own).is_null() && has_changed(before, after, own);
    if !has_changed(before, after, OrderLine::PRODUCT) || copies.iter().all(|(own, _)| says(own)) {
        return Vec::new();
    }
    let Some(product) = situation.record("product", product) else { return Vec::new() };
    let mut follows = Vec::new();
    for (own, theirs) in copies {
        let value = product.value(theirs);
        if !says(own) && !value.is_null() {
            follows.push((*own, value.clone()));
        }
    }
    follows
}

/// Past the draft and not cancelled.
fn is_ordered(order: &dyn RecordView) -> bool {
    matches!(order.text(Order::STATUS), Some("placed" | "paid" | "shipped" | "delivered"))
}

/// Ordered, and its lines have given it a total.
fn is_placed(order: &dyn RecordView) -> bool {
    is_ordered(order) && order.money(Order::TOTAL).is_some()
}

fn order_facts(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<NewEvent> {
    let order = after.id();
    let number = after.text(Order::NUMBER).unwrap_or_default().to_string();
    let total = after.money(Order::TOTAL);
    let was_placed = before.is_some_and(is_placed);
    let mut told = Vec::new();
    if is_placed(after) && !was_placed {
        let lines = match after.value(Order::LINES_COUNT) {
            Value::Int(lines) => Some(*lines),
            _ => None,
        };
        let placed = NewEvent::of(OrderPlaced { order, number: number.clone(), lines }).on("order", order);
        told.push(placed.on_day(after.date(Order::ORDERED_ON)).worth(total).once(format!("order.placed:{order}")));
    }

    let Some(before) = before else { return told };
    if was_placed && is_placed(after) && before.value(Order::TOTAL) != after.value(Order::TOTAL) {
        let amended = OrderAmended { order, number: number.clone(), was: before.money(Order::TOTAL) };
        told.push(NewEvent::of(amended).on("order", order).worth(total));
    }
    if before.value(Order::STATUS) == after.value(Order::STATUS) {
        return told;
    }
    match after.text(Order::STATUS) {
        Some("shipped") => {
            told.push(
                NewEvent::of(OrderShipped { order, number }).on("order", order).on_day(after.date(Order::SHIPPED_ON)),
            );
        }
        Some("delivered") => {
            told.push(
                NewEvent::of(OrderDelivered { order, number })
                    .on("order", order)
                    .on_day(after.date(Order::DELIVERED_ON)),
            );
        }
        Some("cancelled") if is_ordered(before) => {
            told.push(NewEvent::of(OrderCancelled { order, number }).on("order", order).worth(total));
        }
        _ => {}
    }
    told
}

/// Goods came back: told when the return is received, whatever becomes of the money.
fn return_facts(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Option<NewEvent> {
    let came_back = |record: &dyn RecordView| matches!(record.text(Return::STATUS), Some("received" | "refunded"));
    if !came_back(after) || before.is_some_and(came_back) {
        return None;
    }
    let id = after.id();
    let returned = OrderReturned {
        goods_return: id,
        from_order: after.link(Return::ORDER),
        product: after.link(Return::PRODUCT),
        goods: after.text(Return::NAME).map(str::to_string),
        quantity: after.number(Return::QUANTITY),
        reason: after.text(Return::REASON).map(str::to_string),
    };
    let event = NewEvent::of(returned).on("return", id).on_day(after.date(Return::RETURNED_ON));
    Some(event.worth(after.money(Return::AMOUNT)).once(format!("order.returned:{id}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kernel::{Currency, Id, Money, Time};

    use super::*;

    struct Record(BTreeMap<&'static str, Value>);

    impl RecordView for Record {
        fn id(&self) -> Id {
            Id::derived(1, &[7; 10])
        }

        fn value(&self, field: &str) -> &Value {
            self.0.get(field).unwrap_or(&events::facts::NOTHING)
        }
    }

    fn record<const N: usize>(values: [(&'static str, Value); N]) -> Record {
        Record(BTreeMap::from(values))
    }

    struct Around(Record);

    impl Situation for Around {
        fn now(&self) -> Time {
            Time(0)
        }

        fn record(&mut self, _object: &str, _id: Id) -> Option<&dyn RecordView> {
            Some(&self.0)
        }
    }

    fn text(word: &str) -> Value {
        Value::Text(word.into())
    }

    fn usd(cents: i64) -> Value {
        Value::Money(Money::new(cents, Currency::USD))
    }

    fn order(status: &str, total: Value) -> Record {
        let day = Value::Date("2015-01-01".parse().expect("a date"));
        record([
            ("number", text("SO45080")),
            ("status", text(status)),
            ("ordered_on", day),
            ("total", total),
            ("lines_count", Value::Int(1)),
        ])
    }

    fn kinds(before: Option<&dyn RecordView>, after: &dyn RecordView) -> Vec<String> {
        CommerceFacts.on_change("order", before, Some(after)).into_iter().map(|event| event.kind).collect()
    }

    #[test]
    fn an_order_that_arrives_with_its_lines_is_told_once_with_its_total() {
        let after = order("placed", usd(357_827));
        let told = CommerceFacts.on_change("order", None, Some(&after));
        let [placed] = told.as_slice() else { panic!("one event, not {told:?}") };
        assert_eq!(placed.kind, "order.placed");
        assert_eq!(placed.amount, Some(Money::new(357_827, Currency::USD)));
        assert_eq!(placed.at.expect("a day").to_string(), "2015-01-01T12:00:00.000Z");
    }

    #[test]
    fn an_order_filled_in_by_hand_is_told_when_it_is_placed() {
        let draft = order("draft", Value::Null);
        let filled = order("draft", usd(100));
        let placed = order("placed", usd(100));
        assert!(kinds(None, &draft).is_empty());
        assert!(kinds(Some(&draft), &filled).is_empty());
        assert_eq!(kinds(Some(&filled), &placed), ["order.placed"]);
        assert_eq!(kinds(None, &order("placed", Value::Null)), [] as [&str; 0]);
        assert_eq!(kinds(Some(&order("placed", Value::Null)), &placed), ["order.placed"]);
    }

    #[test]
    fn a_later_change_of_the_total_amends_the_order() {
        assert_eq!(kinds(Some(&order("placed", usd(100))), &order("placed", usd(200))), ["order.amended"]);
        assert_eq!(kinds(Some(&order("placed", usd(100))), &order("cancelled", usd(100))), ["order.cancelled"]);
    }

    #[test]
    fn a_line_takes_what_it_lacks_from_its_product() {
        let mut around =
            Around(record([("name", text("Sport-100 Helmet, Red")), ("price", usd(3_499)), ("cost", usd(1_309))]));
        let line = record([("product", Value::Link(Id::derived(2, &[1; 10]))), ("unit_price", usd(3_000))]);
        let follows = CommerceFacts.settle("order_line", None, &line, &mut around);
        assert_eq!(follows, [("name", text("Sport-100 Helmet, Red")), ("unit_cost", usd(1_309))]);
    }

    #[test]
    fn a_line_that_changes_its_product_takes_the_new_price() {
        let mut around = Around(record([("price", usd(500))]));
        let before = record([("product", Value::Link(Id::derived(2, &[1; 10]))), ("unit_price", usd(3_000))]);
        let after = record([("product", Value::Link(Id::derived(3, &[1; 10]))), ("unit_price", usd(3_000))]);
        assert_eq!(CommerceFacts.settle("order_line", Some(&before), &after, &mut around), [("unit_price", usd(500))]);
        assert!(CommerceFacts.settle("order_line", Some(&after), &after, &mut around).is_empty());
    }

    #[test]
    fn a_return_is_told_on_the_day_it_came_back() {
        let after = record([
            ("status", text("received")),
            ("name", text("Sport-100 Helmet, Red")),
            ("quantity", Value::Number(1.0)),
            ("returned_on", Value::Date("2015-01-18".parse().expect("a date"))),
        ]);
        let told = CommerceFacts.on_change("return", None, Some(&after));
        assert_eq!(told.first().and_then(|event| event.at).expect("a day").to_string(), "2015-01-18T12:00:00.000Z");
        assert!(CommerceFacts.on_change("return", Some(&after), Some(&after)).is_empty());
    }
}
