//! KPIs: values that equal what one counts by hand, drivers that sum to the change, goals with their lights, and who is told.
//! The clock stands at noon of 19 June 2026.

use serde_json::{Value, json};
use testkit::{Client, TestApp, eventually, on_both};

async fn contact(client: &Client, name: &str) -> String {
    let made = client.post("/contacts", json!({ "last_name": name })).await.created();
    made["id"].as_str().unwrap().to_string()
}

async fn buys(client: &Client, contact: &str, day: &str, cents: i64, channel: &str) {
    let number = format!("{contact}{day}{cents}");
    let order =
        json!({ "number": number, "customer": contact, "ordered_on": day, "status": "paid", "channel": channel });
    let order = client.post("/orders", order).await.created();
    let line = json!({
        "name": "Goods", "order": order["id"], "quantity": 1, "unit_price": { "amount": cents, "currency": "EUR" },
        "unit_cost": { "amount": cents / 4, "currency": "EUR" },
    });
    client.post("/order_lines", line).await.created();
}

async fn deal(client: &Client, status: &str, days: (&str, Option<&str>), amount: i64) {
    let deal = json!({
        "name": format!("{status} {amount}"), "status": status, "engaged_on": days.0, "closed_on": days.1,
        "amount": { "amount": amount, "currency": "EUR" },
    });
    client.post("/deals", deal).await.created();
}

/// April and May of a small shop, counted by hand in the tests.
async fn a_shop(ana: &Client) {
    let (one, two, three) = (contact(ana, "One").await, contact(ana, "Two").await, contact(ana, "Three").await);
    buys(ana, &one, "2026-04-03", 10_000, "online").await;
    buys(ana, &two, "2026-04-30", 6_000, "store").await;
    buys(ana, &one, "2026-05-01", 8_000, "online").await;
    buys(ana, &one, "2026-05-20", 2_000, "online").await;
    buys(ana, &three, "2026-05-31", 4_000, "store").await;
    ana.post(
        "/returns",
        json!({ "name": "Back", "customer": one, "returned_on": "2026-05-10",
        "amount": { "amount": 1_000, "currency": "EUR" } }),
    )
    .await
    .created();
    let lost = json!({ "number": "X", "customer": two, "ordered_on": "2026-05-11", "status": "cancelled" });
    ana.post("/orders", lost).await.created();

    deal(ana, "won", ("2026-05-01", Some("2026-05-11")), 50_000).await;
    deal(ana, "won", ("2026-04-21", Some("2026-05-11")), 30_000).await;
    deal(ana, "lost", ("2026-05-02", Some("2026-05-31")), 90_000).await;
    deal(ana, "lost", ("2026-03-01", Some("2026-04-30")), 10_000).await;
    deal(ana, "open", ("2026-05-31", None), 70_000).await;
    deal(ana, "open", ("2026-06-01", None), 11_000).await;
}

const MAY: &str = "from=2026-05-01&to=2026-05-31&compare=previous";

fn of<'v>(answer: &'v Value, code: &str) -> &'v Value {
    answer["data"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap_or(&Value::Null)
}

/// What the ledger tells settles a moment later on PostgreSQL.
async fn settled(client: &Client, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    eventually(async || is_so(&client.get(path).await.ok())).await;
    client.get(path).await.ok()
}

on_both! {
    async fn values_are_what_one_counts_by_hand(app: TestApp) {
        let ana = app.ana();
        a_shop(&ana).await;
        let path = format!("/analytics/kpis/values?{MAY}&series=month");
        let seen = settled(&ana, &path, |seen| of(seen, "orders")["value"] == 3 && of(seen, "open_deals")["value"] == 1).await;
        assert_eq!(seen["compare"], json!({ "from": "2026-04-01", "to": "2026-04-30" }));
        let euro = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        for (code, value, before) in [
            ("new_customers", json!(1), json!(2)), ("active_customers", json!(2), json!(2)), ("returning_customers", json!(1), json!(0)),
            ("returning_share", json!(0.5), json!(0)), ("retention", json!(0.5), Value::Null), ("orders_per_customer", json!(1.5), json!(1)),
            ("revenue", euro(13_000), euro(16_000)), ("gross_sales", euro(14_000), euro(16_000)), ("returned_amount", euro(1_000), euro(0)),
            ("margin", euro(10_500), euro(12_000)), ("margin_share", json!(0.75), json!(0.75)), ("orders", json!(3), json!(2)),
            ("average_order", euro(4_333), euro(8_000)), ("deals_closed", json!(3), json!(1)), ("won_amount", euro(80_000), euro(0)),
            ("average_deal", euro(40_000), Value::Null), ("cycle_days", json!(15), Value::Null), // On 30 April one deal was under way: the one engaged on the 21st.
            ("open_pipeline", euro(70_000), euro(30_000)),
            ("open_deals", json!(1), json!(1)), ("pipeline_coverage", json!(0.875), Value::Null), ("tickets_opened", json!(0), json!(0)),
            ("satisfaction", Value::Null, Value::Null),
        ] {
            assert_eq!((&of(&seen, code)["value"], &of(&seen, code)["before"]), (&value, &before), "{code}: {seen}");
        }
        let rate = of(&seen, "win_rate");
        assert_eq!((rate["value"].as_f64().unwrap(), &rate["cases"]), (2.0 / 3.0, &json!(3)));
        // Wilson's interval of 2 in 3.
        assert!((rate["low"].as_f64().unwrap() - 0.2077).abs() < 1e-3 && (rate["high"].as_f64().unwrap() - 0.9385).abs() < 1e-3, "{rate}");
        // One deal open, two thirds won, 400 euro each, 15 days long.
        assert_eq!(of(&seen, "sales_velocity")["value"]["amount"], 1_778);
        let revenue = of(&seen, "revenue");
        assert_eq!(revenue["points"], json!([{ "from": "2026-05-01", "to": "2026-05-31", "value": euro(13_000) }]));
        assert_eq!((revenue["change"].as_f64(), &revenue["good"]), (Some(-0.1875), &json!(false)));
    }

    async fn a_figure_opens_the_records_it_counts(app: TestApp) {
        let ana = app.ana();
        a_shop(&ana).await;
        let path = format!("/analytics/kpis/values?{MAY}");
        let seen = settled(&ana, &path, |seen| of(seen, "orders")["value"] == 3 && of(seen, "deals_closed")["value"] == 3).await;
        for code in ["orders", "deals_closed", "new_customers", "active_customers", "returning_customers", "open_deals", "tickets_opened", "backlog"] {
            let kpi = of(&seen, code);
            let behind = &kpi["behind"];
            let counted = ana.post(&format!("/{}/query", behind["plural"].as_str().unwrap()), json!({ "filter": behind["filter"], "count": "exact" })).await.ok();
            assert_eq!(counted["count"]["value"], kpi["value"], "{code}: {behind}");
        }
        for kpi in seen["data"].as_array().unwrap() {
            let Some(plural) = kpi["behind"]["plural"].as_str() else { continue };
            ana.post(&format!("/{plural}/query"), json!({ "filter": kpi["behind"]["filter"] })).await.ok();
        }
        let by = ana.get(&format!("/analytics/kpis/orders/groups?by=channel&{MAY}")).await.ok();
        assert_eq!((&by["rows"][0]["title"], &by["rows"][0]["value"], &by["rows"][0]["before"]), (&json!("Online"), &json!(2), &json!(1)), "{by}");
        let opened = ana.post("/orders/query", json!({ "filter": by["rows"][0]["behind"]["filter"], "count": "exact" })).await.ok();
        assert_eq!(opened["count"]["value"], 2);
        ana.get(&format!("/analytics/kpis/orders/groups?by=colour&{MAY}")).await.refused_with(422, "unknown");
    }

    async fn what_the_drivers_did_sums_to_the_change(app: TestApp) {
        let ana = app.ana();
        a_shop(&ana).await;
        let path = format!("/analytics/kpis/revenue/drivers?{MAY}");
        let seen = settled(&ana, &path, |seen| seen["after"]["amount"] == 13_000).await;
        assert_eq!((&seen["change"]["amount"], &seen["explained"]), (&json!(-3_000), &json!(true)));
        let parts: Vec<i64> = seen["drivers"].as_array().unwrap().iter().map(|one| one["contribution"]["amount"].as_i64().unwrap()).collect();
        assert_eq!(parts.iter().sum::<i64>(), -3_000, "{seen}");
        // As many customers as before; half as many orders again; each of little more than half.
        assert!(parts[0] == 0 && parts[1] > 0 && parts[2] < 0, "{parts:?}");
        let customers = ana.get(&format!("/analytics/kpis/active_customers/drivers?{MAY}")).await.ok();
        assert_eq!((&customers["drivers"][0]["contribution"], &customers["drivers"][1]["contribution"]), (&json!(-1), &json!(1)));
        let unsaid = ana.get(&format!("/analytics/kpis/won_amount/drivers?{MAY}")).await.ok();
        assert_eq!(unsaid["explained"], false, "nothing was won in April, so no factor can be blamed: {unsaid}");
        ana.get(&format!("/analytics/kpis/backlog/drivers?{MAY}")).await.refused_with(422, "no_tree");
    }

    async fn tickets_are_measured_from_opening_to_solution_and_back(app: TestApp) {
        let ana = app.ana();
        let ticket = ana.post("/tickets", json!({ "subject": "Broken" })).await.created();
        let other = ana.post("/tickets", json!({ "subject": "Late", "due_at": "2026-06-19T13:00:00Z" })).await.created();
        ana.post("/tickets", json!({ "subject": "Waits" })).await.created();
        let path = |ticket: &Value| format!("/tickets/{}", ticket["id"].as_str().unwrap());
        app.pass_ms(2 * 3_600_000);
        let solved = json!({ "status": "solved", "first_answered_at": "2026-06-19T13:00:00Z", "rating": 5 });
        ana.patch(&path(&ticket), solved.clone()).await.ok();
        ana.patch(&path(&other), json!({ "status": "solved", "first_answered_at": "2026-06-19T14:00:00Z", "rating": 2 })).await.ok();
        let today = "/analytics/kpis/values?from=2026-06-19&to=2026-06-19&codes=tickets_opened,tickets_solved,backlog,first_answer_hours,resolution_hours,solved_in_time,satisfaction,reopened_share";
        let seen = settled(&ana, today, |seen| of(seen, "tickets_solved")["value"] == 2 && of(seen, "reopened_share")["cases"] == 2).await;
        for (code, value) in [("tickets_opened", 3.0), ("backlog", 1.0), ("first_answer_hours", 1.5), ("resolution_hours", 2.0),
            ("solved_in_time", 0.0), ("satisfaction", 3.5), ("reopened_share", 0.0)] {
            assert_eq!(of(&seen, code)["value"].as_f64(), Some(value), "{code}: {seen}");
        }
        app.pass_ms(60_000);
        ana.patch(&path(&ticket), json!({ "status": "open" })).await.ok();
        let seen = settled(&ana, today, |seen| of(seen, "backlog")["value"] == 2).await;
        assert_eq!((&of(&seen, "reopened_share")["value"], &of(&seen, "tickets_solved")["value"]), (&json!(0.5), &json!(1)), "{seen}");
    }

    async fn emails_are_followed_for_two_weeks(app: TestApp) {
        let ana = app.ana();
        let people = [contact(&ana, "Opens").await, contact(&ana, "Clicks").await, contact(&ana, "Is silent").await, contact(&ana, "Is late").await];
        let happens = async |kind: &str, who: &str, at: &str| {
            let happening = json!({ "events": [{ "kind": kind, "party": who, "at": at, "props": {} }] });
            ana.post("/events", happening).await
        };
        for who in &people {
            happens("email.sent", who, "2026-05-04T09:00:00Z").await.ok();
        }
        happens("email.opened", &people[0], "2026-05-05T09:00:00Z").await.ok();
        happens("email.clicked", &people[1], "2026-05-17T09:00:00Z").await.ok();
        happens("email.opened", &people[3], "2026-05-19T09:00:00Z").await.ok();
        let path = format!("/analytics/kpis/values?{MAY}&codes=emails_sent,email_open_share,email_click_share,email_unsubscribe_share");
        let seen = settled(&ana, &path, |seen| of(seen, "email_open_share")["value"] == 0.5).await;
        assert_eq!((&of(&seen, "emails_sent")["value"], &of(&seen, "email_click_share")["value"]), (&json!(4), &json!(0.25)), "{seen}");
    }

    async fn a_goal_is_set_by_somebody_and_lights_up(app: TestApp) {
        let ana = app.ana();
        a_shop(&ana).await;
        let goal = json!({ "kpi": "orders", "unit": "month", "since": "2026-05-14", "value": 3.3, "amber": 90 });
        let set = ana.put("/analytics/goals", goal.clone()).await.ok();
        assert_eq!((&set["goal"]["since"], &set["goal"]["set_by"]["name"]), (&json!("2026-05-01"), &json!("Ana Pop")), "{set}");
        let quarter = json!({ "kpi": "revenue", "unit": "quarter", "since": "2026-04-01", "value": { "amount": 91_000, "currency": "EUR" } });
        ana.put("/analytics/goals", quarter).await.ok();
        let path = format!("/analytics/kpis/values?{MAY}&codes=orders,revenue");
        let seen = settled(&ana, &path, |seen| of(seen, "orders")["value"] == 3).await;
        assert_eq!(of(&seen, "orders")["goal"], json!({ "value": 3.3, "amber": 90, "derived": false, "light": "amber" }));
        let derived = &of(&seen, "revenue")["goal"];
        assert_eq!((&derived["value"]["amount"], &derived["light"]), (&json!(31_000), &json!("red")), "31 of 91 days: {derived}");
        for (wrong, field) in [(json!({ "kpi": "joy", "unit": "month", "since": "2026-05-01", "value": 1 }), "kpi"),
            (json!({ "kpi": "orders", "unit": "day", "since": "2026-05-01", "value": 1 }), "unit"),
            (json!({ "kpi": "revenue", "unit": "month", "since": "2026-05-01", "value": 1 }), "value"),
            (json!({ "kpi": "orders", "unit": "month", "since": "2026-05-01", "value": 1, "amber": 0 }), "amber")] {
            assert_eq!(ana.put("/analytics/goals", wrong).await.refused(422)["errors"][0]["pointer"], format!("/{field}"));
        }
        ana.put("/analytics/goals", json!({ "kpi": "orders", "unit": "month", "since": "2026-05-01", "value": null })).await.ok();
        assert_eq!(ana.get("/analytics/goals").await.ok()["data"].as_array().unwrap().len(), 1);
    }

    async fn a_kpi_is_for_who_may_see_all_it_is_made_of(app: TestApp) {
        let ana = app.ana();
        a_shop(&ana).await;
        let role = json!({ "objects": { "*": { "read": "all" }, "deal": { "read": "own" } } });
        let boris = app.colleague("Boris", role).await;
        let seen = boris.get(&format!("/analytics/kpis/values?{MAY}")).await.ok();
        assert_eq!(of(&seen, "win_rate"), &json!({ "code": "win_rate", "allowed": false }), "others' deals are not told");
        assert_eq!((&of(&seen, "revenue")["allowed"], &of(&seen, "tickets_opened")["allowed"]), (&json!(false), &json!(true)));
        boris.get(&format!("/analytics/kpis/win_rate/groups?by=owner&{MAY}")).await.refused(403);
        boris.get(&format!("/analytics/kpis/revenue/drivers?{MAY}")).await.refused(403);
        boris.put("/analytics/goals", json!({ "kpi": "orders", "unit": "month", "since": "2026-05-01", "value": 1 })).await.refused(403);
        assert_eq!(of(&boris.get("/analytics/kpis").await.ok(), "win_rate")["allowed"], false);
        let careful = json!({ "objects": { "*": { "read": "all" }, "order_line": { "read": "all", "fields": { "unit_cost": "hidden" } } } });
        let dan = app.colleague("Dan", careful).await;
        let seen = dan.get(&format!("/analytics/kpis/values?{MAY}&codes=margin,revenue")).await.ok();
        assert_eq!((&of(&seen, "margin")["allowed"], &of(&seen, "revenue")["allowed"]), (&json!(false), &json!(true)));
    }
}
