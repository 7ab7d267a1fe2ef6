//! Deals on their way: what a stage wants, what must hold before one is left, what is planned, and what a deal is to sell.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

/// A pipeline of three stages; answers their ids.
async fn stages(ana: &Client, pipeline: Value, more: [Value; 4]) -> Vec<String> {
    let pipeline = id(&ana.post("/pipelines", pipeline).await.created());
    let names = [("Talk", "open"), ("Offer", "open"), ("Won", "won"), ("Lost", "lost")];
    let mut made = Vec::new();
    for (position, ((name, kind), more)) in names.into_iter().zip(more).enumerate() {
        let mut body = json!({ "name": name, "kind": kind, "pipeline": pipeline, "position": position });
        for (field, value) in more.as_object().into_iter().flatten() {
            body[field] = value.clone();
        }
        made.push(id(&ana.post("/stages", body).await.created()));
    }
    made
}

async fn deal(ana: &Client, stage: &str) -> String {
    id(&ana.post("/deals", json!({ "name": "Bikes", "stage": stage })).await.created())
}

fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|fault| fault["pointer"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_stage_asks_for_its_fields_when_it_is_entered(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana, json!({ "name": "A" }), [json!(null), json!({ "needs": ["amount", "expected_close_on"] }), json!(null), json!(null)]).await;
        let path = format!("/deals/{}", deal(&ana, &stages[0]).await);
        let problem = ana.patch(&path, json!({ "stage": stages[1] })).await.refused_with(422, "required");
        assert_eq!(pointers(&problem), ["/amount", "/expected_close_on"]);
        assert_eq!(ana.get(&path).await.ok()["stage"], json!(stages[0]), "nothing moved");
        let more = json!({ "stage": stages[1], "amount": "900 EUR", "expected_close_on": "2027-01-01" });
        assert_eq!(ana.patch(&path, more).await.ok()["stage"], json!(stages[1]));
        // It stays where it stands, whatever is emptied later, and may go back at any time.
        ana.patch(&path, json!({ "amount": null })).await.ok();
        ana.patch(&path, json!({ "stage": stages[0] })).await.ok();
        ana.patch(&format!("/stages/{}", stages[1]), json!({ "needs": ["no_such"] })).await.refused_with(422, "unknown_field");
    }

    async fn a_stage_is_left_only_when_its_question_holds(app: TestApp) {
        let ana = app.ana();
        let talk = json!({ "exit_criteria": "probability >= 30", "exit_hint": "They have a budget." });
        let stages = stages(&ana, json!({ "name": "A" }), [talk, json!({ "exit_criteria": "count(activities where is_done = true) > 0" }), json!(null), json!(null)]).await;
        let deal = deal(&ana, &stages[0]).await;
        let path = format!("/deals/{deal}");
        let problem = ana.patch(&path, json!({ "stage": stages[1], "probability": 10 })).await.refused_with(422, "exit_criteria");
        assert_eq!(pointers(&problem), ["/probability"]);
        ana.patch(&path, json!({ "stage": stages[1], "probability": 40 })).await.ok();
        ana.patch(&path, json!({ "stage": stages[2] })).await.refused_with(422, "exit_criteria");
        ana.patch(&path, json!({ "stage": stages[3] })).await.ok();
        ana.patch(&path, json!({ "stage": stages[1] })).await.ok();
        ana.post("/activities", json!({ "subject": "Visit", "is_done": true, "deal": deal })).await.created();
        assert_eq!(ana.patch(&path, json!({ "stage": stages[2] })).await.ok()["status"], "won");
        ana.patch(&format!("/stages/{}", stages[0]), json!({ "exit_criteria": "no_such = 1" })).await.refused(422);
    }

    async fn a_team_may_want_reasons_and_a_next_step(app: TestApp) {
        let ana = app.ana();
        let pipeline = json!({ "name": "A", "needs_reason": true, "needs_next_step": true });
        let stages = stages(&ana, pipeline, [json!(null), json!(null), json!(null), json!(null)]).await;
        let body = json!({ "name": "Bikes", "stage": stages[0] });
        let problem = ana.post("/deals", body.clone()).await.refused_with(422, "required");
        assert_eq!(pointers(&problem), ["/next_step"]);
        let deal = id(&ana.post("/deals", json!({ "name": "Bikes", "stage": stages[0], "next_step": "Call" })).await.created());
        let path = format!("/deals/{deal}");
        ana.patch(&path, json!({ "next_step": null })).await.ok();
        ana.patch(&path, json!({ "stage": stages[1] })).await.refused_with(422, "required");
        ana.post("/activities", json!({ "subject": "Call them", "deal": deal })).await.created();
        ana.patch(&path, json!({ "stage": stages[1] })).await.ok();
        assert_eq!(pointers(&ana.patch(&path, json!({ "stage": stages[3] })).await.refused_with(422, "required")), ["/loss_reason"]);
        assert_eq!(pointers(&ana.patch(&path, json!({ "stage": stages[2] })).await.refused_with(422, "required")), ["/win_reason"]);
        let rival = id(&ana.post("/competitors", json!({ "name": "Wheels Ltd" })).await.created());
        ana.patch(&path, json!({ "stage": stages[3], "loss_reason": "competitor", "lost_to": rival })).await.ok();
        assert_eq!(ana.get(&format!("/competitors/{rival}")).await.ok()["lost_deals_count"], 1);
    }

    async fn a_playbook_is_planned_once_for_each_deal(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana, json!({ "name": "A" }), [json!(null), json!(null), json!(null), json!(null)]).await;
        for (subject, days) in [("Send the offer", 0), ("Call about it", 3)] {
            ana.post("/playbook_steps", json!({ "stage": stages[1], "subject": subject, "after_days": days, "kind": "call" })).await.created();
        }
        let deal = deal(&ana, &stages[0]).await;
        for stage in [&stages[1], &stages[0], &stages[1]] {
            ana.patch(&format!("/deals/{deal}"), json!({ "stage": stage })).await.ok();
        }
        let planned = ana.get(&format!("/activities?filter=deal = \"{deal}\"&sort=due_at")).await.ok();
        let planned = planned["data"].as_array().unwrap();
        assert_eq!(planned.iter().map(|one| one["subject"].as_str().unwrap()).collect::<Vec<_>>(), ["Send the offer", "Call about it"]);
        assert_eq!((&planned[0]["owner"], &planned[0]["kind"]), (&json!(app.ana_id()), &json!("call")));
        ana.post("/playbook_steps", json!({ "stage": stages[1], "subject": "Never", "after_days": -1 })).await.refused_with(422, "range");
    }

    async fn the_amount_of_a_deal_with_products_is_their_sum(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana, json!({ "name": "A" }), [json!(null), json!(null), json!(null), json!(null)]).await;
        let deal = deal(&ana, &stages[0]).await;
        let path = format!("/deals/{deal}");
        ana.patch(&path, json!({ "amount": "5.00 EUR" })).await.ok();
        let line = ana.post("/deal_lines", json!({ "deal": deal, "name": "Bike", "quantity": 3, "unit_price": "100.00 EUR", "discount_percent": 10 })).await.created();
        ana.post("/deal_lines", json!({ "deal": deal, "name": "Bell", "quantity": 2, "unit_price": "4.50 EUR" })).await.created();
        assert_eq!(ana.get(&path).await.ok()["amount"]["amount"], 27_900);
        ana.patch(&format!("/deal_lines/{}", id(&line)), json!({ "quantity": 1 })).await.ok();
        assert_eq!(ana.get(&path).await.ok()["amount"]["amount"], 9_900);
        ana.delete(&format!("/deal_lines/{}", id(&line))).await;
        assert_eq!(ana.get(&path).await.ok()["amount"]["amount"], 900);
        ana.post("/deal_lines", json!({ "deal": deal, "name": "X", "discount_percent": 101 })).await.refused_with(422, "range");
        let vlad = app.vlad().await;
        let role = json!({ "deal": deal, "contact": vlad["id"], "role": "decides" });
        assert_eq!(ana.post("/deal_roles", role).await.created()["role"], "decides");
    }

    async fn a_deal_that_stands_too_long_says_since_when_and_its_owner_is_told_once(app: TestApp) {
        let ana = app.ana();
        let rights = json!({ "objects": { "deal": { "read": "own", "update": "own" }, "stage": { "read": "all" } } });
        let (_, boris) = app.colleague_with_id("Boris", rights).await;
        let stages = stages(&ana, json!({ "name": "A" }), [json!(null), json!(null), json!(null), json!(null)]).await;
        ana.patch(&format!("/stages/{}", stages[0]), json!({ "rotting_days": 5 })).await.ok();
        let deal = id(&ana.post("/deals", json!({ "name": "Bikes", "stage": stages[0], "owner": boris })).await.created());
        let path = format!("/deals/{deal}");
        let notices = async |app: &TestApp| -> i64 {
            let sql = "select count(*) from notification where kind = 'stale' and user_id = $1";
            tokio::task::block_in_place(|| app.app().db().read(|tx| Ok(tx.one(sql, &[boris.into()])?.map_or(0, |row| row.int(0))))).unwrap()
        };
        app.pass_ms(4 * DAY_MS);
        let app = app.reopened();
        assert_eq!((app.ring_timers().await, app.ana().get(&path).await.ok()["stale_since"].clone()), (0, json!(null)));
        app.pass_ms(2 * DAY_MS);
        let app = app.reopened();
        assert_eq!((app.ring_timers().await, app.ring_timers().await), (1, 0));
        let ana = app.ana();
        assert_eq!(ana.get(&path).await.ok()["stale_since"], "2026-06-24T12:00:00.000Z");
        let listed = ana.get("/deals?filter=stale_since is not empty&sort=stale_since").await.ok();
        assert_eq!((listed["data"][0]["id"].clone(), notices(&app).await), (json!(deal), 1));

        // More days are allowed: it does not stand too long any more; fewer: it does again, and nobody is told twice.
        ana.patch(&format!("/stages/{}", stages[0]), json!({ "rotting_days": 30 })).await.ok();
        assert_eq!(ana.get(&path).await.ok()["stale_since"], json!(null));
        ana.patch(&format!("/stages/{}", stages[0]), json!({ "rotting_days": 3 })).await.ok();
        app.ring_timers().await;
        assert_eq!((ana.get(&path).await.ok()["stale_since"].clone(), notices(&app).await), (json!("2026-06-22T12:00:00.000Z"), 1));
        ana.patch(&path, json!({ "stage": stages[1] })).await.ok();
        assert_eq!((ana.get(&path).await.ok()["stale_since"].clone(), app.ring_timers().await), (json!(null), 0));

        // A deal of before there were clocks gets one when the server starts, and nobody is told of what was already.
        ana.patch(&path, json!({ "stage": stages[0] })).await.ok();
        let old: kernel::Id = kernel::Id::parse(&deal).unwrap();
        let below = |work: &dyn Fn() -> kernel::Result<()>| tokio::task::block_in_place(work).unwrap();
        below(&|| {
            let system = foundation::access::Principal::system("test");
            app.app().write_now(&system, move |op| foundation::timer::clear(op, "deal.stale", old))
        });
        app.pass_ms(4 * DAY_MS);
        let app = app.reopened();
        assert_eq!(app.ring_timers().await, 0);
        below(&|| sales::wind(app.app()));
        below(&|| sales::wind(app.app()));
        assert_eq!((app.ring_timers().await, notices(&app).await), (1, 1));
        assert_eq!(app.ana().get(&path).await.ok()["stale_since"], "2026-06-28T12:00:00.000Z");
    }
}
