//! Quotes: from a deal over approval to the customer's page and the order, exactly once.

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Answer, Client, MailBox, TestApp, eventually, on_both};

fn eur(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

/// A sales person with a manager who has the authority.
struct Team {
    boris: Client,
    mara: Client,
    mara_id: String,
}

async fn team(app: &TestApp) -> Team {
    let own = json!({ "read": "own", "update": "own", "create": true });
    let role = json!({ "objects": {
        "quote": own, "quote_line": { "read": "where: quote.owner = me", "update": "all", "delete": "all", "create": true },
        "product": { "read": "all" }, "deal": { "read": "all", "create": true }, "contact": { "read": "all" },
        "company": { "read": "all" }, "user": { "read": "all" },
        "absence": { "read": "all", "update": "own", "delete": "own", "create": true },
    } });
    let (boris, boris_id) = app.colleague_with_id("Boris", role.clone()).await;
    let (mara, mara_id) = app.colleague_with_id("Mara", role).await;
    let mara_id = mara_id.to_string();
    app.ana().patch(&format!("/users/{mara_id}"), json!({ "authority_level": 5 })).await.ok();
    app.ana().patch(&format!("/users/{boris_id}"), json!({ "manager": mara_id })).await.ok();
    Team { boris, mara, mara_id }
}

async fn bike(app: &TestApp) -> Value {
    let product = json!({ "name": "Bike", "price": eur(100_000), "cost": eur(60_000), "tax_percent": 19 });
    app.ana().post("/products", product).await.created()
}

/// A draft with two bicycles.
async fn draft(who: &Client, product: &Value) -> Value {
    let sheet = who.post("/quotes/drafts", json!({ "name": "Bicycles", "currency": "EUR" })).await.created();
    with_lines(who, &sheet, json!([{ "product": id(product), "quantity": 2 }])).await
}

async fn with_lines(who: &Client, sheet: &Value, lines: Value) -> Value {
    let path = format!("/quotes/{}/sheet", id(&sheet["quote"]));
    who.put(&path, json!({ "stamp": sheet["stamp"], "lines": lines })).await.ok()
}

fn line_of(sheet: &Value, place: usize) -> Value {
    let line = &sheet["lines"][place];
    json!({ "id": line["id"], "product": line["product"], "quantity": line["quantity"], "is_chosen": true })
}

async fn send(who: &Client, sheet: &Value) -> String {
    let sent = who.post(&format!("/quotes/{}/sending", id(&sheet["quote"])), json!({})).await.ok();
    let link = sent["link"].as_str().unwrap();
    format!("//{}", link.split_once("/q/").map(|(_, token)| format!("q/{token}")).unwrap())
}

async fn form(app: &TestApp, path: &str, fields: &str) -> Answer {
    let browser = app.stranger().with("content-type", "application/x-www-form-urlencoded");
    browser.send("POST", path, Body::from(fields.to_string())).await
}

fn person(app: &TestApp) -> Client {
    app.stranger().with("user-agent", "Mozilla/5.0 (X11) Firefox/140").with("accept-language", "en")
}

on_both! {
    async fn a_quote_begins_from_a_deal_is_priced_by_the_lists_and_its_sums_are_exact(app: TestApp) {
        let ana = app.ana();
        let (bakery, bike) = (app.blue_bakery().await, bike(&app).await);
        let deal = json!({ "name": "Fleet", "company": id(&bakery), "product": id(&bike), "amount": eur(500_000) });
        let deal = ana.post("/deals", deal).await.created();
        let sheet = ana.post("/quotes/drafts", json!({ "deal": id(&deal) })).await.created();
        let quote = &sheet["quote"];
        assert_eq!((&quote["number"], &quote["currency"], &quote["company"]), (&json!("Q-2026-0001"), &json!("EUR"), &bakery["id"]));
        assert_eq!((&quote["valid_until"], sheet["lines"].as_array().unwrap().len()), (&json!("2026-07-19"), 1));

        let lines = json!([
            { "product": id(&bike), "quantity": 3, "discount_percent": 12.5, "is_chosen": true },
            { "name": "Delivery", "quantity": 1, "unit_price": eur(4_999), "tax_percent": 19 },
            { "product": id(&bike), "quantity": 1, "is_optional": true },
        ]);
        let sheet = with_lines(&ana, &sheet, lines).await;
        let quote = &sheet["quote"];
        let net = 300_000 * 7 / 8 + 4_999;
        assert_eq!(quote["total"], eur(net), "what is only offered does not count");
        assert_eq!(quote["tax"], eur(49_875 + 950));
        assert_eq!(quote["gross_total"], eur(net + 49_875 + 950));
        assert_eq!((&quote["discount"], &quote["discount_percent"]), (&eur(37_500), &json!(12.3)));
        assert_eq!((&quote["margin"], &quote["lines_count"]), (&eur(net - 180_000), &json!(3)));
        assert_eq!(sheet["lines_without_cost"], 1);

        let stale = json!({ "stamp": "00", "lines": [] });
        ana.put(&format!("/quotes/{}/sheet", id(quote)), stale).await.refused_with(409, "quote.stale");
        let wrong = json!({ "stamp": sheet["stamp"], "lines": [{ "product": id(&bike), "quantity": -1 }] });
        ana.put(&format!("/quotes/{}/sheet", id(quote)), wrong).await.refused_with(422, "too_small");
        let paper = ana.get(&format!("/quotes/{}/paper", id(quote))).await;
        assert!(paper.bytes.starts_with(b"%PDF-1."), "{}", paper.text());
    }

    async fn over_ones_authority_somebody_has_to_agree_and_again_only_if_it_got_worse(app: TestApp) {
        let Team { boris, mara, .. } = team(&app).await;
        let bike = bike(&app).await;
        let rule = json!({ "name": "Large discounts", "question": "discount_percent > 10", "level": 3 });
        app.ana().post("/approval_rules", rule).await.created();
        let sheet = draft(&boris, &bike).await;
        let path = format!("/quotes/{}", id(&sheet["quote"]));
        assert_eq!(sheet["needs"], json!([]), "list prices need nobody");

        let mut line = line_of(&sheet, 0);
        line["discount_percent"] = json!(15);
        let sheet = with_lines(&boris, &sheet, json!([line])).await;
        assert_eq!((&sheet["needs"][0]["name"], &sheet["needs"][0]["asked"][0]["name"]), (&json!("Large discounts"), &json!("Mara")));
        boris.post(&format!("{path}/sending"), json!({})).await.refused_with(409, "quote.needs_approval");
        let sheet = boris.post(&format!("{path}/submission"), json!({ "note": "an old customer" })).await.ok();
        assert_eq!(sheet["quote"]["state"], "in_approval");
        boris.patch(&path, json!({ "payment_days": 90 })).await.refused_with(422, "readonly_now");
        boris.post("/quote_lines", json!({ "quote": id(&sheet["quote"]), "name": "more" })).await.refused_with(422, "readonly_now");

        let inbox = mara.get("/approvals").await.ok();
        let asked = &inbox["waiting"][0];
        assert_eq!((&asked["rule"], &asked["note"], &asked["amount"]), (&json!("Large discounts"), &json!("an old customer"), &eur(170_000)));
        let decision = format!("/approvals/{}/decision", id(asked));
        boris.post(&decision, json!({ "approve": true })).await.refused_with(409, "approval.own");
        app.ana().post(&decision, json!({ "approve": true })).await.refused(404);
        mara.post(&decision, json!({ "approve": false })).await.refused_with(422, "required");
        mara.post(&decision, json!({ "approve": true })).await.ok();
        mara.post(&decision, json!({ "approve": false, "comment": "no" })).await.refused_with(409, "approval.decided");
        let sheet = boris.get(&format!("{path}/sheet")).await.ok();
        assert_eq!(sheet["quote"]["state"], "approved");

        let mut line = line_of(&sheet, 0);
        line["discount_percent"] = json!(12);
        let sheet = with_lines(&boris, &sheet, json!([line])).await;
        assert_eq!(sheet["quote"]["state"], "draft", "a change opens it");
        assert_eq!(sheet["needs"][0]["covered_by"]["decided_by"]["name"], "Mara", "less discount than was approved");
        assert_eq!(boris.post(&format!("{path}/submission"), json!({})).await.ok()["quote"]["state"], "approved");

        let mut line = line_of(&sheet, 0);
        line["discount_percent"] = json!(16);
        let sheet = boris.get(&format!("{path}/sheet")).await.ok();
        let sheet = with_lines(&boris, &sheet, json!([line])).await;
        assert_eq!(sheet["needs"][0]["covered_by"], Value::Null, "more than was approved");
        assert_eq!(boris.post(&format!("{path}/submission"), json!({})).await.ok()["quote"]["state"], "in_approval");
        assert_eq!(boris.delete(&format!("{path}/submission")).await.ok()["quote"]["state"], "draft", "taken back in the middle");
        assert_eq!(mara.get("/approvals").await.ok()["waiting"], json!([]));
    }

    async fn steps_follow_each_other_a_substitute_decides_and_time_asks_others(app: TestApp) {
        let Team { boris, mara, mara_id } = team(&app).await;
        let bike = bike(&app).await;
        let ana_id = app.ana_id();
        let (stand_in, stan_id) = app.colleague_with_id("Stan", json!({ "objects": {} })).await;
        let first = json!({ "name": "Margin", "question": "margin_percent < 50", "approvers": [mara_id], "step": 1, "escalate_after": 10, "escalate_to": ana_id });
        app.ana().post("/approval_rules", first).await.created();
        let second = json!({ "name": "Amount", "question": "total > 1000 EUR", "approvers": [ana_id], "step": 2 });
        app.ana().post("/approval_rules", second).await.created();
        let sheet = draft(&boris, &bike).await;
        let path = format!("/quotes/{}", id(&sheet["quote"]));
        boris.post(&format!("{path}/submission"), json!({})).await.ok();
        assert_eq!(app.ana().get("/approvals").await.ok()["waiting"], json!([]), "the second step waits for the first");

        let away = json!({ "user": mara_id, "substitute": stan_id, "starts_on": "2026-06-19", "ends_on": "2026-06-30" });
        boris.post("/absences", away.clone()).await.refused_with(422, "invalid");
        mara.post("/absences", away).await.created();
        let theirs = stand_in.get("/approvals").await.ok();
        assert_eq!(theirs["waiting"][0]["in_place_of"]["name"], "Mara");
        app.pass_ms(11 * 3_600_000);
        assert_eq!(app.ring_timers().await, 1, "nobody answered in time");
        let escalated = app.ana().get("/approvals").await.ok();
        assert!(escalated["waiting"][0]["escalated_at"].is_string(), "{escalated}");
        let decision = format!("/approvals/{}/decision", id(&theirs["waiting"][0]));
        let decided = stand_in.post(&decision, json!({ "approve": true })).await.ok();
        assert_eq!((&decided["decided_by"]["name"], &decided["decided_for"]["name"]), (&json!("Stan"), &json!("Mara")));

        let last = app.ana().get("/approvals").await.ok();
        assert_eq!(last["waiting"][0]["rule"], "Amount");
        let decision = format!("/approvals/{}/decision", id(&last["waiting"][0]));
        app.ana().post(&decision, json!({ "approve": false, "comment": "too cheap" })).await.ok();
        let sheet = boris.get(&format!("{path}/sheet")).await.ok();
        assert_eq!((&sheet["quote"]["state"], &sheet["approvals"][0]["comment"]), (&json!("draft"), &json!("too cheap")));
        assert_eq!(app.ring_timers().await, 0, "nothing waits any more");
    }

    async fn two_who_decide_at_once_decide_once(app: TestApp) {
        let Team { boris, mara, mara_id } = team(&app).await;
        let bike = bike(&app).await;
        let ana_id = app.ana_id();
        let rule = json!({ "name": "All", "question": "total > 1 EUR", "approvers": [mara_id, ana_id] });
        app.ana().post("/approval_rules", rule).await.created();
        let sheet = draft(&boris, &bike).await;
        boris.post(&format!("/quotes/{}/submission", id(&sheet["quote"])), json!({})).await.ok();
        let decision = format!("/approvals/{}/decision", id(&mara.get("/approvals").await.ok()["waiting"][0]));
        let ana = app.ana();
        let (yes, no) = tokio::join!(
            mara.post(&decision, json!({ "approve": true })),
            ana.post(&decision, json!({ "approve": false, "comment": "no" })),
        );
        let statuses = [yes.status.as_u16(), no.status.as_u16()];
        assert!(statuses == [200, 409] || statuses == [409, 200], "{statuses:?}");
        let expected = if statuses[0] == 200 { "approved" } else { "draft" };
        let sheet = boris.get(&format!("/quotes/{}/sheet", id(&sheet["quote"]))).await.ok();
        assert_eq!(sheet["quote"]["state"], expected);
    }

    async fn a_customer_reads_chooses_and_accepts_and_one_order_comes_of_two_hundred_acceptances(app: TestApp) {
        let ana = app.ana();
        let (bakery, bike) = (app.blue_bakery().await, bike(&app).await);
        let pipeline = ana.post("/pipelines", json!({ "name": "Sales" })).await.created();
        let stage = |name: &str, kind: &str| json!({ "name": name, "kind": kind, "pipeline": id(&pipeline) });
        let open = ana.post("/stages", stage("Open", "open")).await.created();
        let won = ana.post("/stages", stage("Won", "won")).await.created();
        let deal = json!({ "name": "Fleet", "company": id(&bakery), "stage": id(&open), "product": id(&bike), "amount": eur(1) });
        let deal = ana.post("/deals", deal).await.created();
        let sheet = ana.post("/quotes/drafts", json!({ "deal": id(&deal) })).await.created();
        let lines = json!([
            { "product": id(&bike), "quantity": 2, "minimum_quantity": 1, "maximum_quantity": 5 },
            { "name": "Insurance", "quantity": 1, "unit_price": eur(10_000), "is_optional": true },
        ]);
        let sheet = with_lines(&ana, &sheet, lines).await;
        let page = send(&ana, &sheet).await;
        let path = format!("/quotes/{}", id(&sheet["quote"]));

        app.stranger().with("user-agent", "Slackbot").get(&page).await;
        assert_eq!(ana.get(&path).await.ok()["state"], "sent", "a machine reads nothing");
        let html = person(&app).get(&page).await.text();
        assert!(html.contains("Bike") && html.contains("€2,380.00") && html.contains("Insurance"), "{html}");
        assert_eq!(ana.get(&path).await.ok()["state"], "read");
        let (first, second) = (id(&sheet["lines"][0]), id(&sheet["lines"][1]));
        let chosen = format!("chooses=1&o={second}&n_{first}=3");
        let html = person(&app).get(&format!("{page}?{chosen}")).await.text();
        assert!(html.contains("€3,670.00"), "three bicycles with tax, and the insurance: {html}");
        assert!(app.stranger().get(&format!("{page}/pdf")).await.bytes.starts_with(b"%PDF"));
        assert_eq!(app.stranger().get(&format!("{}0", &page[..page.len() - 1])).await.status.as_u16(), 404, "a link of somebody's own making");

        form(&app, &format!("{page}/ask"), "question=Is+delivery+included%3F").await;
        assert_eq!(form(&app, &format!("{page}/accept"), "name=Vlad").await.header("location").unwrap().split('?').nth(1), Some("said=incomplete"));
        assert_eq!(form(&app, &format!("{page}/accept"), &format!("name=Vlad&agree=1&n_{first}=50")).await.header("location").unwrap().split('?').nth(1), Some("said=cannot"));
        let fields = format!("name=Vlad+Rusu&agree=1&{chosen}");
        let accept = format!("{page}/accept");
        let all: Vec<_> = (0..200).map(|_| {
            let (app, accept, fields) = (app.clone(), accept.clone(), fields.clone());
            tokio::spawn(async move { form(&app, &accept, &fields).await.status.as_u16() })
        }).collect();
        for one in all {
            assert_eq!(one.await.unwrap(), 303);
        }
        let orders = ana.get("/orders").await.ok();
        assert_eq!(orders["data"].as_array().unwrap().len(), 1, "{orders}");
        let quote = ana.get(&path).await.ok();
        assert_eq!((&quote["state"], &quote["accepted_by"], &quote["placed_order"]), (&json!("accepted"), &json!("Vlad Rusu"), &orders["data"][0]["id"]));
        assert_eq!((&quote["total"], &orders["data"][0]["total"], &orders["data"][0]["tax"]), (&eur(310_000), &eur(310_000), &eur(57_000)));
        let deal = ana.get(&format!("/deals/{}", id(&deal))).await.ok();
        assert_eq!((&deal["stage"], &deal["status"]), (&won["id"], &json!("won")));

        let evidence = ana.get(&format!("{path}/acceptance")).await.ok();
        assert_eq!((&evidence["name"], &evidence["signature_kind"], evidence["document_sha256"].as_str().unwrap().len()), (&json!("Vlad Rusu"), &json!("typed"), 64));
        assert!(person(&app).get(&page).await.text().contains("was accepted"));
        eventually(async || {
            let told = ana.get(&format!("/companies/{}/timeline", id(&bakery))).await.ok();
            let kinds: Vec<&str> = told["data"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
            ["quote.sent", "quote.read", "quote.questioned", "quote.accepted", "order.placed"].iter().all(|kind| kinds.contains(kind))
        }).await;
    }

    async fn questions_are_asked_and_answered_in_turns_and_each_is_told_by_mail(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        let ana = app.ana();
        let bike = bike(&app).await;
        let vlad = ana.post("/contacts", json!({ "last_name": "Rusu", "email": "vlad@bakery.example" })).await.created();
        let sheet = draft(&ana, &bike).await;
        let path = format!("/quotes/{}", id(&sheet["quote"]));
        ana.post(&format!("{path}/talk"), json!({ "text": "Early" })).await.refused_with(409, "quote.not_sent");
        let set = json!({ "stamp": sheet["stamp"], "quote": { "contact": id(&vlad), "language": "ro", "owner": app.ana_id() } });
        let sheet = ana.put(&format!("{path}/sheet"), set).await.ok();
        let page = send(&ana, &sheet).await;
        form(&app, &format!("{page}/ask"), "question=Is+<b>delivery</b>+included%3F").await;
        let talk = ana.get(&format!("{path}/talk")).await.ok();
        assert_eq!((&talk["data"][0]["is_ours"], &talk["data"][0]["text"]), (&json!(false), &json!("Is <b>delivery</b> included?")), "{talk}");
        ana.post(&format!("{path}/talk"), json!({ "text": "  " })).await.refused_with(422, "required");
        ana.post(&format!("{path}/talk"), json!({ "text": "It is, within the city." })).await.ok();
        form(&app, &format!("{page}/ask"), "question=And+outside%3F").await;
        let html = person(&app).get(&page).await.text();
        let places = ["Is &lt;b&gt;delivery&lt;/b&gt; included?", "It is, within the city.", "And outside?"].map(|words| html.find(words));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{html}");
        app.send_due().await;
        let letters = mail.taken();
        let to = |who: &str| letters.iter().filter(|letter| letter.to.iter().any(|to| to.contains(who))).count();
        assert_eq!((to("vlad@bakery.example"), letters.len()), (1, 3), "an answer to him, two questions to her");
        let told = ana.get(&format!("/contacts/{}/timeline", id(&vlad))).await.ok();
        let kinds: Vec<&str> = told["data"].as_array().unwrap().iter().filter_map(|line| line["kind"].as_str()).collect();
        assert_eq!((kinds.iter().filter(|kind| **kind == "quote.questioned").count(), kinds.contains(&"quote.answered")), (2, true), "{kinds:?}");
        // Who may read a quote and not change it reads what was said and answers nothing.
        let boris = app.colleague("Boris", json!({ "objects": { "quote": { "read": "all" } } })).await;
        assert_eq!(boris.get(&format!("{path}/talk")).await.ok()["data"].as_array().unwrap().len(), 3);
        boris.post(&format!("{path}/talk"), json!({ "text": "x" })).await.refused(403);
        let eve = app.colleague("Eve", json!({ "objects": { "quote": { "read": "own" } } })).await;
        eve.get(&format!("{path}/talk")).await.refused(404);
    }

    async fn a_quote_that_is_over_replaced_or_refused_gives_a_clear_answer_and_no_order(app: TestApp) {
        // Sessions end sooner than quotes do; keys do not.
        let ana = app.program().await;
        let bike = bike(&app).await;
        let sheet = draft(&ana, &bike).await;
        let path = format!("/quotes/{}", id(&sheet["quote"]));
        let first = send(&ana, &sheet).await;
        ana.patch(&path, json!({ "terms": "others" })).await.refused_with(422, "readonly_now");
        let line = &sheet["lines"][0];
        ana.patch(&format!("/quote_lines/{}", id(line)), json!({ "quantity": 9 })).await.refused_with(422, "readonly_now");

        let sheet = ana.post(&format!("{path}/revision"), json!({})).await.ok();
        assert_eq!((&sheet["quote"]["revision"], &sheet["quote"]["state"]), (&json!(2), &json!("draft")));
        let second = send(&ana, &sheet).await;
        assert!(person(&app).get(&first).await.text().contains("newer version"));
        form(&app, &format!("{first}/accept"), "name=Vlad&agree=1").await;
        assert_eq!(ana.get("/orders").await.ok()["data"], json!([]));

        app.pass_ms(31 * 24 * 3_600_000);
        form(&app, &format!("{second}/accept"), "name=Vlad&agree=1").await;
        assert!(person(&app).get(&second).await.text().contains("not valid any more"), "before any timer rang");
        assert_eq!(app.ring_timers().await, 1);
        assert_eq!(ana.get(&path).await.ok()["state"], "expired");
        assert_eq!(ana.get("/orders").await.ok()["data"], json!([]));

        let sheet = ana.post(&format!("{path}/revision"), json!({})).await.ok();
        let third = send(&ana, &sheet).await;
        form(&app, &format!("{third}/refuse"), "reason=too+dear").await;
        let quote = ana.get(&path).await.ok();
        assert_eq!((&quote["state"], &quote["refusal"]), (&json!("refused"), &json!("too dear")));
        form(&app, &format!("{third}/accept"), "name=Vlad&agree=1").await;
        assert_eq!(ana.get("/orders").await.ok()["data"], json!([]));
        assert_eq!(ana.get(&format!("{path}/sheet")).await.ok()["versions"].as_array().unwrap().len(), 3);
    }

    async fn others_quotes_are_not_there(app: TestApp) {
        let Team { boris, mara, .. } = team(&app).await;
        let sheet = draft(&boris, &bike(&app).await).await;
        let path = format!("/quotes/{}", id(&sheet["quote"]));
        mara.get(&format!("{path}/sheet")).await.refused(404);
        mara.put(&format!("{path}/sheet"), json!({ "stamp": sheet["stamp"] })).await.refused(404);
        mara.post(&format!("{path}/sending"), json!({})).await.refused(404);
        mara.get(&format!("{path}/paper")).await.refused(404);
        mara.post("/quote_lines", json!({ "quote": id(&sheet["quote"]), "name": "mine" })).await.refused(422);
        app.stranger().get(&format!("{path}/sheet")).await.refused(401);
        boris.put("/quotes/settings", json!({ "validity_days": 1 })).await.refused(403);
        app.ana().put("/quotes/settings", json!({ "validity_days": 5, "terms": { "en": "Ours." } })).await.ok();
        let sheet = boris.post("/quotes/drafts", json!({})).await.created();
        assert_eq!((&sheet["quote"]["valid_until"], &sheet["quote"]["terms"]), (&json!("2026-06-24"), &json!("Ours.")));
    }
}

#[test]
fn a_quote_and_a_request_for_approval_go_out_by_mail() {
    testkit::run(testkit::Database::Sqlite, |app: TestApp| async move {
        let mails = MailBox::new();
        let app = app.mailing_by(&mails);
        let vlad = app.vlad().await;
        let bike = bike(&app).await;
        let ana = app.ana();
        let sheet = ana.post("/quotes/drafts", json!({ "contact": id(&vlad), "currency": "EUR" })).await.created();
        let sheet = with_lines(&ana, &sheet, json!([{ "product": id(&bike), "quantity": 1 }])).await;
        ana.post(&format!("/quotes/{}/sending", id(&sheet["quote"])), json!({ "mail": true })).await.ok();
        assert_eq!(app.send_due().await, 1);
        let taken = mails.taken();
        assert!(taken[0].header("To").is_some_and(|to| to.contains("vlad@bluebakery.example")), "{taken:?}");
    });
}
