//! Commissions: what people earn on what they sell follows what happens, and is taken back line by line.

use std::collections::{BTreeMap, BTreeSet};

use foundation::access::Principal;
use foundation::ledger::subscribe;
use kernel::Id;
use sales::commission::{follow, settle};
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};
use tokio::task::block_in_place;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

fn eur(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

fn seller() -> Value {
    json!({ "objects": { "deal": { "read": "own", "update": "own", "create": true }, "user": { "read": "all" } } })
}

/// Follows everything that happened. On PostgreSQL a line is met once no older transaction of the server runs any more.
fn follow_up(app: &TestApp) {
    block_in_place(|| {
        loop {
            follow::catch_up(app.app()).expect("commissions follow");
            let behind = app.app().db().read(|tx| Ok(subscribe::cursor(tx, "commissions")? < subscribe::end(tx)?));
            if !behind.expect("the ledger is read") {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
}

fn terms(more: Value) -> Value {
    let mut terms = json!({
        "credit": "booked", "base": "revenue", "unit": "month", "by": "flat", "applies": "step",
        "tables": [{ "steps": [{ "from": 0, "rate": 500 }] }],
    });
    more.as_object().unwrap().iter().for_each(|(name, value)| terms[name] = value.clone());
    terms
}

/// A plan with one version since January, for these people.
async fn plan(app: &TestApp, more: Value, people: &[Id]) -> (String, String) {
    let ana = app.ana();
    let plan = id(&ana.post("/commission_plans", json!({ "name": format!("Plan {}", Id::at(0)) })).await.created());
    let path = format!("/commissions/plans/{plan}");
    let version = json!({ "valid_from": "2026-01-01", "terms": terms(more) });
    let version = id(&ana.post(&format!("{path}/versions"), version).await.created());
    let people: Vec<Value> = people.iter().map(|person| json!({ "person": person, "from": "2026-01-01" })).collect();
    ana.put(&format!("{path}/people"), json!({ "people": people })).await.nothing();
    (plan, version)
}

async fn won(app: &TestApp, owner: Id, day: &str, cents: i64) -> String {
    let body = json!({ "name": "Bikes", "owner": owner, "status": "won", "closed_on": day, "amount": eur(cents) });
    id(&app.ana().post("/deals", body).await.created())
}

async fn order(app: &TestApp, deal: &str, status: &str, cents: i64) -> String {
    let number = Id::at(0).0.to_string();
    let ana = app.ana();
    let body = json!({ "number": number, "deal": deal, "status": status, "ordered_on": "2026-06-10" });
    let order = id(&ana.post("/orders", body).await.created());
    ana.post("/order_lines", json!({ "order": order, "name": "A bike", "quantity": 1, "unit_price": eur(cents) }))
        .await
        .created();
    order
}

async fn statement(who: &Client, person: Id, month: &str) -> Value {
    who.get(&format!("/commissions/statement?person={person}&month={month}")).await.ok()
}

fn amounts(statement: &Value) -> Vec<i64> {
    statement["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()).collect()
}

on_both! {
    async fn a_won_deal_earns_and_a_reopened_one_is_taken_back(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", seller()).await;
        plan(&app, json!({}), &[boris_id]).await;
        let deal = won(&app, boris_id, "2026-06-10", 1_000_000).await;
        follow_up(&app);
        let mine = boris.get("/commissions/statement").await.ok();
        assert_eq!((&mine["month"], amounts(&mine)), (&json!("2026-06"), vec![50_000]));
        let line = &mine["lines"][0];
        assert_eq!((&line["record"], &line["title"], &line["reason"]), (&json!(deal), &json!("Bikes"), &json!("won")));
        assert_eq!((&mine["sums"][0]["base"], &mine["plans"][0]["credited"]), (&json!(1_000_000), &json!(1_000_000)));

        follow_up(&app);
        assert_eq!(amounts(&statement(&boris, boris_id, "2026-06").await), [50_000], "looking again adds nothing");
        ana.patch(&format!("/deals/{deal}"), json!({ "status": "open" })).await.ok();
        follow_up(&app);
        let back = statement(&boris, boris_id, "2026-06").await;
        assert_eq!(amounts(&back), [50_000, -50_000]);
        assert_eq!((&back["lines"][1]["takes_back"], &back["lines"][1]["reason"]), (&back["lines"][0]["id"], &json!("taken_back")));
        assert_eq!((&back["sums"][0]["amount"], &back["sums"][0]["taken_back"]), (&json!(0), &json!(-50_000)));
        ana.patch(&format!("/deals/{deal}"), json!({ "status": "won", "closed_on": "2026-06-10", "amount": eur(900_000) })).await.ok();
        follow_up(&app);
        assert_eq!(amounts(&statement(&boris, boris_id, "2026-06").await), [50_000, -50_000, 45_000]);
        for name in ["report.pdf", "report.xlsx"] {
            let paper = boris.get(&format!("/commissions/statement/{name}")).await;
            assert!(paper.status.is_success() && paper.header("content-disposition").unwrap().contains("commissions-2026-06"));
        }
    }

    async fn what_comes_back_and_what_is_cancelled_lessens_what_was_earned(app: TestApp) {
        let ana = app.ana();
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        plan(&app, json!({ "take_back_days": 30 }), &[boris]).await;
        let deal = won(&app, boris, "2026-06-10", 1_000_000).await;
        let bikes = order(&app, &deal, "placed", 1_000_000).await;
        follow_up(&app);
        ana.post("/returns", json!({ "order": bikes, "amount": eur(200_000), "returned_on": "2026-06-15" })).await.created();
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await), [50_000, -10_000]);
        ana.post("/returns", json!({ "order": bikes, "amount": eur(100_000), "returned_on": "2026-08-15" })).await.created();
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await), [50_000, -10_000], "after thirty days nothing is taken back");
        ana.patch(&format!("/orders/{bikes}"), json!({ "status": "cancelled" })).await.ok();
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await), [50_000, -10_000, -40_000]);
    }

    async fn an_order_earns_when_it_is_placed_and_when_it_is_paid(app: TestApp) {
        let ana = app.ana();
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        let (_, chen) = app.colleague_with_id("Chen", seller()).await;
        plan(&app, json!({ "credit": "invoiced" }), &[boris]).await;
        plan(&app, json!({ "credit": "paid", "tables": [{ "steps": [{ "from": 0, "rate": 1_000 }] }] }), &[chen]).await;
        let deal = won(&app, boris, "2026-06-10", 1_000_000).await;
        ana.put(&format!("/deals/{deal}/splits"), json!({ "splits": [{ "person": chen, "share": 2_500, "role": "Presales" }] })).await.ok();
        let bikes = order(&app, &deal, "placed", 400_001).await;
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await), [15_000], "three quarters of it, rounded once");
        assert_eq!(amounts(&statement(&ana, chen, "2026-06").await), [0_i64; 0]);
        ana.patch(&format!("/orders/{bikes}"), json!({ "status": "paid" })).await.ok();
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, chen, "2026-06").await), [10_000]);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await).len(), 1);
        let shares = ana.get(&format!("/deals/{deal}/splits")).await.ok();
        assert_eq!((&shares["left"], &shares["splits"][0]["person"]["title"]), (&json!(7_500), &json!("Chen")));
        let too_much = json!({ "splits": [{ "person": chen, "share": 6_000 }, { "person": boris, "share": 6_000 }] });
        ana.put(&format!("/deals/{deal}/splits"), too_much).await.refused_with(422, "range");
    }

    async fn a_margin_is_earned_on_by_product_line(app: TestApp) {
        let ana = app.ana();
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        let line = id(&ana.post("/product_lines", json!({ "name": "Bikes" })).await.created());
        let bike = id(&ana.post("/products", json!({ "name": "A bike", "product_line": line, "price": eur(100_000), "cost": eur(60_000) })).await.created());
        let pump = id(&ana.post("/products", json!({ "name": "A pump", "price": eur(10_000), "cost": eur(8_000) })).await.created());
        let tables = json!([{ "steps": [{ "from": 0, "rate": 1_000 }] }, { "product_line": line, "steps": [{ "from": 0, "rate": 2_000 }] }]);
        plan(&app, json!({ "base": "margin", "tables": tables }), &[boris]).await;
        let deal = won(&app, boris, "2026-06-10", 1).await;
        for (product, quantity, price) in [(&bike, 2, 100_000), (&pump, 3, 10_000)] {
            ana.post("/deal_lines", json!({ "deal": deal, "product": product, "quantity": quantity, "unit_price": eur(price) })).await.created();
        }
        follow_up(&app);
        let mut earned = amounts(&statement(&ana, boris, "2026-06").await);
        earned.sort_unstable();
        assert_eq!(earned, [600, 16_000], "a fifth of 800.00 and a tenth of 60.00");
    }

    async fn whoever_passes_the_quota_earns_more_and_the_quota_can_change(app: TestApp) {
        let ana = app.ana();
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        let steps = json!([{ "steps": [{ "from": 0, "rate": 500 }, { "from": 100, "rate": 1_000 }] }]);
        plan(&app, json!({ "by": "attainment", "tables": steps }), &[boris]).await;
        let quota = json!({ "unit": "month", "starts_on": "2026-06-01", "person": boris, "amount": eur(1_000_000) });
        let quota = id(&ana.post("/quotas", quota).await.created());
        won(&app, boris, "2026-06-02", 850_000).await;
        won(&app, boris, "2026-06-03", 1_000_000).await;
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await), [42_500, 92_500]);
        ana.patch(&format!("/quotas/{quota}"), json!({ "amount": eur(500_000) })).await.ok();
        follow_up(&app);
        let after = statement(&ana, boris, "2026-06").await;
        assert_eq!((amounts(&after), &after["lines"][2]["reason"]), (vec![42_500, 92_500, 17_500, 7_500], &json!("rate")));
        assert_eq!((&after["plans"][0]["quota"], &after["plans"][0]["credited"]), (&json!(500_000), &json!(1_850_000)));
    }

    async fn a_closed_month_stays_and_what_changes_stands_on_the_next(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", seller()).await;
        plan(&app, json!({}), &[boris_id]).await;
        let deal = won(&app, boris_id, "2026-05-10", 1_000_000).await;
        follow_up(&app);
        let said = boris.post(&format!("/commissions/{boris_id}/2026-05/notes"), json!({ "body": "Where is the other deal?" })).await.created();
        let closure = format!("/commissions/{boris_id}/2026-05/closure");
        boris.post(&closure, json!(null)).await.refused(403);
        ana.post(&closure, json!(null)).await.refused_with(409, "commission.disputed");
        ana.post(&format!("/commissions/notes/{}/settlement", id(&said)), json!(null)).await.nothing();
        ana.post(&closure, json!(null)).await.nothing();
        ana.post(&format!("/commissions/{boris_id}/2026-06/closure"), json!(null)).await.refused_with(409, "commission.not_over");

        ana.patch(&format!("/deals/{deal}"), json!({ "amount": eur(600_000) })).await.ok();
        follow_up(&app);
        let (may, june) = (statement(&boris, boris_id, "2026-05").await, statement(&boris, boris_id, "2026-06").await);
        assert_eq!((amounts(&may), amounts(&june)), (vec![50_000], vec![-20_000]));
        assert_eq!(june["lines"][0]["takes_back"], may["lines"][0]["id"]);
        assert_eq!((may["closed_at"].is_null(), &may["notes"][0]["body"]), (false, &json!("Where is the other deal?")));
        ana.delete(&closure).await.nothing();
        assert!(statement(&ana, boris_id, "2026-05").await["closed_at"].is_null());
    }

    async fn everybody_sees_their_own_managers_those_below_and_finance_all(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", seller()).await;
        let (dana, dana_id) = app.colleague_with_id("Dana", seller()).await;
        let (chen, chen_id) = app.colleague_with_id("Chen", seller()).await;
        let team = id(&ana.post("/teams", json!({ "name": "South", "manager": dana_id })).await.created());
        ana.patch(&format!("/users/{boris_id}"), json!({ "manager": dana_id, "teams": [team] })).await.ok();
        ana.patch(&format!("/users/{chen_id}"), json!({ "teams": [team] })).await.ok();
        let (plan, version) = plan(&app, json!({}), &[boris_id, dana_id, chen_id]).await;
        won(&app, boris_id, "2026-06-10", 1_000_000).await;
        follow_up(&app);
        assert_eq!(amounts(&statement(&dana, boris_id, "2026-06").await), [50_000]);
        chen.get(&format!("/commissions/statement?person={boris_id}")).await.refused(404);
        boris.get(&format!("/commissions/statement?person={dana_id}")).await.refused(404);
        let seen = |team: Value| team["data"].as_array().unwrap().iter().map(|row| row["person"]["title"].as_str().unwrap().to_string()).collect::<Vec<_>>();
        assert_eq!(seen(boris.get("/commissions/team").await.ok()), ["Boris"]);
        assert_eq!(seen(dana.get("/commissions/team").await.ok()), ["Boris", "Dana"]);
        assert_eq!(seen(ana.get("/commissions/team?month=2026-06").await.ok()), ["Boris", "Chen", "Dana"]);
        app.stranger().get("/commissions/team").await.refused(401);
        boris.put(&format!("/commissions/plans/{plan}/people"), json!({ "people": [] })).await.refused(403);
        boris.get("/commissions/plans").await.refused(404);

        let newer = json!({ "valid_from": "2026-07-01", "terms": terms(json!({})) });
        ana.put(&format!("/commissions/versions/{version}"), newer.clone()).await.refused_with(409, "commission.used");
        ana.delete(&format!("/commissions/versions/{version}")).await.refused_with(409, "commission.used");
        ana.post(&format!("/commissions/plans/{plan}/versions"), newer.clone()).await.created();
        ana.post(&format!("/commissions/plans/{plan}/versions"), newer).await.refused_with(422, "taken");
        let odd = json!({ "valid_from": "2026-08-02", "terms": terms(json!({})) });
        ana.post(&format!("/commissions/plans/{plan}/versions"), odd).await.refused_with(422, "range");
        let falling = json!({ "valid_from": "2026-08-01", "terms": terms(json!({ "by": "amount", "tables": [{ "steps": [{ "from": 5, "rate": 1 }] }] })) });
        ana.post(&format!("/commissions/plans/{plan}/versions"), falling).await.refused_with(422, "order");
        let plans = ana.get("/commissions/plans").await.ok();
        assert_eq!((plans["data"][0]["versions"].as_array().unwrap().len(), plans["data"][0]["people"].as_array().unwrap().len()), (2, 3));
        let example = json!({
            "terms": terms(json!({ "by": "attainment", "tables": [{ "steps": [{ "from": 0, "rate": 500 }, { "from": 100, "rate": 1_000 }] }] })),
            "amount": 1_000_000, "before": 850_000, "quota": 1_000_000,
        });
        let worked = ana.post("/commissions/worked", example).await.ok();
        assert_eq!((&worked["amount"], &worked["slices"]), (&json!(92_500), &json!([{ "base": 150_000, "rate": 500 }, { "base": 850_000, "rate": 1_000 }])));
    }

    async fn what_was_sold_before_the_plan_is_looked_at_once_somebody_is_on_it(app: TestApp) {
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        won(&app, boris, "2026-05-10", 100_000).await;
        won(&app, boris, "2025-12-31", 100_000).await;
        let (plan, _) = plan(&app, json!({}), &[boris]).await;
        follow_up(&app);
        assert_eq!(amounts(&statement(&app.ana(), boris, "2026-05").await), [5_000]);
        app.ana().put(&format!("/commissions/plans/{plan}/people"), json!({ "people": [] })).await.nothing();
        follow_up(&app);
        assert_eq!(amounts(&statement(&app.ana(), boris, "2026-05").await), [5_000, -5_000], "who is not on it earns nothing by it");
    }

    async fn eight_deliveries_of_one_event_give_one_line(app: TestApp) {
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        plan(&app, json!({}), &[boris]).await;
        let deals: BTreeSet<Id> = [won(&app, boris, "2026-06-10", 100_000).await].iter().filter_map(|id| Id::parse(id)).collect();
        let all: Vec<_> = (0..8).map(|_| {
            let (app, deals) = (app.app().clone(), deals.clone());
            tokio::task::spawn_blocking(move || {
                app.write_now(&Principal::system("test"), move |op| settle(op, &deals, &BTreeSet::new(), &BTreeSet::new()))
            })
        }).collect();
        let mut added = 0;
        for one in all {
            added += one.await.unwrap().unwrap();
        }
        assert_eq!((added, amounts(&statement(&app.ana(), boris, "2026-06").await)), (1, vec![5_000]));
    }

    async fn whatever_the_order_of_events_lines_sum_to_what_the_plan_says(app: TestApp) {
        let ana = app.ana();
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        let steps = json!([{ "steps": [{ "from": 0, "rate": 333 }, { "from": 700_000, "rate": 777 }] }]);
        plan(&app, json!({ "by": "amount", "tables": steps }), &[boris]).await;
        let mut deals = Vec::new();
        for (day, cents) in [("2026-06-02", 400_000), ("2026-06-03", 300_001), ("2026-06-04", 555_555)] {
            let deal = won(&app, boris, day, cents).await;
            let bikes = order(&app, &deal, "placed", cents).await;
            deals.push((deal, bikes, cents));
        }
        // A walk without a plan: every step is some deal won, opened, its order cancelled or placed again, something returned.
        let mut dice = 7_u64;
        let mut state: Vec<(bool, bool, i64)> = vec![(true, true, 0); 3];
        for step in 0..24_u64 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (which, act) = ((dice >> 33) as usize % 3, (dice >> 40) % 3);
            let (deal, bikes, _) = &deals[which];
            match act {
                0 => {
                    state[which].0 = !state[which].0;
                    let body = match state[which].0 {
                        true => json!({ "status": "won", "closed_on": format!("2026-06-0{}", which + 2) }),
                        false => json!({ "status": "open" }),
                    };
                    ana.patch(&format!("/deals/{deal}"), body).await.ok();
                }
                1 => {
                    state[which].1 = !state[which].1;
                    let status = if state[which].1 { "placed" } else { "cancelled" };
                    ana.patch(&format!("/orders/{bikes}"), json!({ "status": status })).await.ok();
                }
                _ => {
                    state[which].2 += 10_007;
                    ana.post("/returns", json!({ "order": bikes, "amount": eur(10_007), "returned_on": "2026-06-15" })).await.created();
                }
            }
            // Sometimes events come together.
            if step % 3 != 0 {
                follow_up(&app);
            }
        }
        follow_up(&app);
        let bases: Vec<i64> = state.iter().zip(&deals).map(|((is_won, is_placed, back), (_, _, cents))| {
            if *is_won && *is_placed { (cents - back).max(0) } else { 0 }
        }).collect();
        let total: i64 = bases.iter().sum();
        let (low, high) = (total.min(700_000), (total - 700_000).max(0));
        let said = statement(&ana, boris, "2026-06").await;
        let mut credited: BTreeMap<String, i64> = BTreeMap::new();
        for line in said["lines"].as_array().unwrap() {
            *credited.entry(line["record"].as_str().unwrap().into()).or_default() += line["base"].as_i64().unwrap();
        }
        for ((deal, ..), base) in deals.iter().zip(&bases) {
            assert_eq!(credited.get(deal).copied().unwrap_or(0), *base, "{said}");
        }
        assert_eq!(amounts(&said).iter().sum::<i64>(), (low * 333 + high * 777 + 5_000) / 10_000);
        assert_eq!(app.ana().post("/commissions/reckonings", json!({ "since": "2026-01-01" })).await.status.as_u16(), 204);
        follow_up(&app);
        assert_eq!(amounts(&statement(&ana, boris, "2026-06").await).len(), amounts(&said).len(), "looking at all again adds nothing");
    }

    async fn what_is_undone_too_late_stays_earned(app: TestApp) {
        let (_, boris) = app.colleague_with_id("Boris", seller()).await;
        plan(&app, json!({ "take_back_days": 30 }), &[boris]).await;
        let deal = won(&app, boris, "2026-06-10", 100_000).await;
        follow_up(&app);
        app.pass_ms(40 * DAY_MS);
        let later = app.reopened();
        later.ana().patch(&format!("/deals/{deal}"), json!({ "status": "open" })).await.ok();
        follow_up(&later);
        assert_eq!(amounts(&statement(&later.ana(), boris, "2026-06").await), [5_000]);
    }
}
