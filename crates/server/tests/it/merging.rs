//! Merges: several records become one and several again, with everything that hangs on them.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn contact(ana: &Client, body: Value) -> String {
    id(&ana.post("/contacts", body).await.created())
}

/// Merges `others` into `survivor`; answers the merge's id.
async fn merged(ana: &Client, survivor: &str, others: &[&str]) -> String {
    let mut records = vec![survivor];
    records.extend(others);
    let made = ana.post("/contacts/merges", json!({ "records": records, "survivor": survivor })).await.created();
    made["merge"]["id"].as_str().expect("a merge").to_string()
}

async fn unmerged(ana: &Client, merge: &str) -> Value {
    ana.delete(&format!("/merges/{merge}")).await.ok()
}

async fn read(ana: &Client, id: &str) -> Value {
    ana.get(&format!("/contacts/{id}")).await.ok()
}

/// Every check that `rapport verify` makes of merges, links and figures finds nothing.
async fn all_is_well(app: &TestApp) {
    let app = app.app().clone();
    let system = foundation::access::Principal::system("test");
    let findings = tokio::task::spawn_blocking(move || {
        let mut findings = app.read_now(&system, foundation::verify::links)?;
        findings.extend(app.read_now(&system, foundation::verify::rollups)?);
        findings.extend(app.read_now(&system, foundation::verify::aliases)?);
        Ok::<_, kernel::Error>(findings)
    });
    for finding in findings.await.unwrap().unwrap() {
        assert_eq!(finding.faults, 0, "{}", finding.what);
    }
}

fn titles(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a list");
    data.iter().map(|record| record["title"].as_str().unwrap_or_default().to_string()).collect()
}

on_both! {
    async fn two_records_become_one_and_two_again(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "first_name": "Vlad", "last_name": "Rusu", "email": "vlad@old.example" })).await;
        app.pass_ms(1000);
        let second = contact(&ana, json!({ "first_name": "Vladislav", "last_name": "Rusu", "email": "vlad@new.example", "job_title": "Buyer", "department": "Kitchen" })).await;

        let made = ana.post("/contacts/merges", json!({ "records": [first, second], "survivor": first, "why": { "note": "the same man" } })).await;
        let change = made.change();
        let made = made.created();

        assert_eq!((&made["survivor"], &made["joined"], &made["unchanged"]), (&json!(first), &json!([second]), &json!(false)), "{made}");
        let one = read(&ana, &first).await;
        assert_eq!((&one["first_name"], &one["email"], &one["job_title"]), (&json!("Vladislav"), &json!("vlad@new.example"), &json!("Buyer")), "{one}");
        assert_eq!(titles(&ana.get("/contacts").await.ok()), ["Vladislav Rusu"]);
        assert_eq!(titles(&ana.get("/contacts?trash=true").await.ok()), Vec::<String>::new(), "nobody put it into the bin");
        all_is_well(&app).await;

        let merges = ana.get(&format!("/contacts/{first}/merges")).await.ok();
        let merge = &merges["data"][0];
        assert_eq!((&merge["state"], &merge["why"]["note"], &merge["change"], &merge["actor"]["name"]), (&json!("standing"), &json!("the same man"), &json!(change), &json!("Ana Pop")), "{merge}");
        let fields: Vec<(&str, &str)> = merge["fields"].as_array().unwrap().iter().map(|field| (field["field"].as_str().unwrap(), field["rule"].as_str().unwrap())).collect();
        assert_eq!(fields, [("first_name", "most_complete"), ("email", "newest")], "{merge}");

        let merge = id(merge);
        let taken = ana.delete(&format!("/merges/{merge}")).await.ok();
        assert_eq!((&taken["left"], &taken["withheld"], &taken["merge"]["state"]), (&json!([second]), &json!([]), &json!("undone")), "{taken}");
        let (one, other) = (read(&ana, &first).await, read(&ana, &second).await);
        assert_eq!((&one["title"], &one["email"], &one["job_title"], &one["department"]), (&json!("Vlad Rusu"), &json!("vlad@old.example"), &Value::Null, &Value::Null), "{one}");
        assert_eq!((&other["title"], &other["email"], &other["job_title"]), (&json!("Vladislav Rusu"), &json!("vlad@new.example"), &json!("Buyer")), "{other}");
        ana.delete(&format!("/merges/{merge}")).await.refused_with(409, "merge.undone");
        assert_eq!(ana.get("/audit?action=records.merged").await.ok()["data"].as_array().unwrap().len(), 1);
        assert_eq!(ana.get("/audit?action=records.unmerged").await.ok()["data"].as_array().unwrap().len(), 1);
        all_is_well(&app).await;
    }

    async fn an_old_address_leads_to_the_survivor(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let second = contact(&ana, json!({ "last_name": "Rusu", "phone": "+37322123456" })).await;
        let merge = merged(&ana, &first, &[&second]).await;

        let answer = ana.get(&format!("/contacts/{second}")).await;
        assert_eq!(answer.header("content-location"), Some(format!("/api/v1/contacts/{first}").as_str()));
        assert_eq!(answer.ok()["id"], json!(first));
        for part in ["timeline", "history", "related", "explain", "merges"] {
            ana.get(&format!("/contacts/{second}/{part}")).await.ok();
        }
        assert_eq!(ana.patch(&format!("/contacts/{second}"), json!({ "job_title": "Buyer" })).await.ok()["id"], json!(first));
        let refused = ana.delete(&format!("/contacts/{second}")).await.refused_with(409, "record.merged");
        assert_eq!(refused["conflict"]["details"]["into"], json!(first));
        ana.post(&format!("/contacts/{second}/restore"), json!({})).await.refused_with(409, "record.merged");
        let bulk = ana.post("/contacts/bulk", json!({ "action": "update", "ids": [second], "set": { "job_title": "x" } })).await.ok();
        assert_eq!(bulk["done"], 0, "{bulk}");

        unmerged(&ana, &merge).await;
        let answer = ana.get(&format!("/contacts/{second}")).await;
        assert_eq!(answer.header("content-location"), None);
        assert_eq!(answer.ok()["id"], json!(second));
    }

    async fn what_was_changed_since_stays_on_the_survivor(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "first_name": "Ion", "last_name": "Pop", "department": "Sales" })).await;
        let second = contact(&ana, json!({ "first_name": "Ioan-Andrei", "last_name": "Pop", "department": "Purchasing", "job_title": "Buyer" })).await;
        let merge = merged(&ana, &first, &[&second]).await;
        ana.patch(&format!("/contacts/{first}"), json!({ "department": "Board", "email": "ion@pop.example" })).await.ok();

        unmerged(&ana, &merge).await;

        let (one, other) = (read(&ana, &first).await, read(&ana, &second).await);
        assert_eq!((&one["first_name"], &one["department"], &one["email"], &one["job_title"]), (&json!("Ion"), &json!("Board"), &json!("ion@pop.example"), &Value::Null), "{one}");
        assert_eq!((&other["first_name"], &other["department"], &other["email"]), (&json!("Ioan-Andrei"), &json!("Purchasing"), &Value::Null), "{other}");
    }

    async fn links_follow_and_come_back(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let second = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let boss = contact(&ana, json!({ "last_name": "Boss", "reports_to": second })).await;
        let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        let old = ana.post("/deals", json!({ "name": "Old", "contact": second, "amount": eur(500) })).await.created();
        ana.post("/deals", json!({ "name": "First's", "contact": first, "amount": eur(100) })).await.created();
        let order = ana.post("/orders", json!({ "number": "SO1", "customer": second, "ordered_on": "2026-06-01" })).await.created();
        ana.post("/order_lines", json!({ "name": "Flag", "order": order["id"], "quantity": 2, "unit_price": eur(1500) })).await.created();
        let gone = ana.post("/deals", json!({ "name": "In the bin", "contact": second })).await.created();
        ana.delete(&format!("/deals/{}", id(&gone))).await.nothing();

        let merge = merged(&ana, &first, &[&second]).await;

        let one = read(&ana, &first).await;
        assert_eq!((&one["open_deals_count"], &one["open_deals_amount"], &one["orders_count"], &one["orders_total"]), (&json!(2), &eur(600), &json!(1), &eur(3000)), "{one}");
        assert_eq!(ana.get(&format!("/deals?filter=contact = \"{first}\"")).await.ok()["count"]["value"], 2);
        assert_eq!(ana.get(&format!("/deals/{}", id(&old))).await.ok()["contact"], json!(first));
        assert_eq!(read(&ana, &boss).await["reports_to"], json!(first));
        all_is_well(&app).await;
        // What was in the bin leads on when it comes back; what comes in under the old id is the survivor's, until that leaves.
        assert_eq!(ana.post(&format!("/deals/{}/restore", id(&gone)), json!({})).await.ok()["contact"], json!(first));
        let late = ana.post("/deals", json!({ "name": "Late, by the old id", "contact": second })).await.created();
        assert_eq!(late["contact"], json!(first));
        let own = ana.post("/deals", json!({ "name": "Late, of the survivor", "contact": first })).await.created();
        // Somebody gives the old deal to another and back: that is a decision.
        let other = contact(&ana, json!({ "last_name": "Third" })).await;
        let decided = ana.post("/deals", json!({ "name": "Decided", "contact": second })).await.created();
        for to in [&other, &first] {
            ana.patch(&format!("/deals/{}", id(&decided)), json!({ "contact": to })).await.ok();
        }
        all_is_well(&app).await;

        unmerged(&ana, &merge).await;

        for (deal, whose) in [(&old, &second), (&gone, &second), (&late, &second), (&own, &first), (&decided, &first)] {
            assert_eq!(ana.get(&format!("/deals/{}", id(deal))).await.ok()["contact"], json!(whose), "{}", deal["name"]);
        }
        assert_eq!(read(&ana, &boss).await["reports_to"], json!(second));
        let (one, two) = (read(&ana, &first).await, read(&ana, &second).await);
        assert_eq!((&one["open_deals_count"], &one["orders_count"]), (&json!(3), &json!(0)), "{one}");
        assert_eq!((&two["open_deals_count"], &two["orders_count"], &two["orders_total"]), (&json!(3), &json!(1), &eur(3000)), "{two}");
        all_is_well(&app).await;
    }

    async fn what_holds_many_is_united_and_links_to_many_follow(app: TestApp) {
        let ana = app.ana();
        let tag = async |name: &str| id(&ana.post("/tags", json!({ "name": name })).await.created());
        let (vip, gold, late) = (tag("vip").await, tag("gold").await, tag("late").await);
        let first = contact(&ana, json!({ "last_name": "Rusu", "tags": [vip] })).await;
        let second = contact(&ana, json!({ "last_name": "Rusu", "tags": [vip, gold] })).await;

        let merge = merged(&ana, &first, &[&second]).await;
        let sorted = |record: &Value| { let mut ids: Vec<String> = record["tags"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_string()).collect(); ids.sort(); ids };
        let set = |ids: &[&String]| { let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect(); ids.sort(); ids };
        assert_eq!(sorted(&read(&ana, &first).await), set(&[&vip, &gold]));
        ana.patch(&format!("/contacts/{first}"), json!({ "tags": [vip, gold, late] })).await.ok();
        // Tags are records too: those of one kind become one, on whoever has them.
        let tags = ana.post("/tags/merges", json!({ "records": [vip, gold], "survivor": vip })).await.created();
        assert_eq!(sorted(&read(&ana, &first).await), set(&[&vip, &late]));
        all_is_well(&app).await;
        unmerged(&ana, tags["merge"]["id"].as_str().unwrap()).await;
        assert_eq!(sorted(&read(&ana, &first).await), set(&[&vip, &gold, &late]));

        unmerged(&ana, &merge).await;
        assert_eq!(sorted(&read(&ana, &first).await), set(&[&vip, &late]), "what somebody added stays");
        assert_eq!(sorted(&read(&ana, &second).await), set(&[&vip, &gold]));
        all_is_well(&app).await;
    }

    async fn the_stricter_consent_wins_and_what_was_said_since_counts_for_both(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "last_name": "Rusu", "do_not_call": true })).await;
        let second = contact(&ana, json!({ "last_name": "Rusu", "do_not_email": true })).await;
        ana.post("/contacts/merges", json!({ "records": [first, second], "survivor": first, "picks": { "do_not_email": first } })).await.refused_with(422, "stricter_consent");

        let merge = merged(&ana, &first, &[&second]).await;
        let one = read(&ana, &first).await;
        assert_eq!((&one["do_not_call"], &one["do_not_email"], &one["do_not_mail"]), (&json!(true), &json!(true), &json!(false)));
        ana.patch(&format!("/contacts/{first}"), json!({ "do_not_mail": true })).await.ok();

        unmerged(&ana, &merge).await;
        let (one, two) = (read(&ana, &first).await, read(&ana, &second).await);
        assert_eq!((&one["do_not_call"], &one["do_not_email"], &one["do_not_mail"]), (&json!(true), &json!(false), &json!(true)));
        assert_eq!((&two["do_not_call"], &two["do_not_email"], &two["do_not_mail"]), (&json!(false), &json!(true), &json!(true)));
    }

    async fn events_keep_their_id_and_stand_on_the_timeline_of_whoever_that_is_now(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "last_name": "Rusu", "email": "vlad@one.example" })).await;
        let second = contact(&ana, json!({ "last_name": "Rusul", "email": "vlad@two.example" })).await;
        ana.post("/events", json!({ "kind": "page.viewed", "party": second, "props": { "url": "/before" } })).await.ok();
        app.pass_ms(1000);
        let merge = merged(&ana, &first, &[&second]).await;
        ana.post("/events", json!({ "kind": "page.viewed", "party": second, "props": { "url": "/by-id" } })).await.ok();
        ana.post("/events", json!({ "kind": "page.viewed", "identity": { "kind": "email", "value": "vlad@two.example" }, "props": { "url": "/by-address" } })).await.ok();
        ana.post("/events", json!({ "kind": "page.viewed", "party": first, "props": { "url": "/survivor" } })).await.ok();
        let seen = async |id: &str| {
            let page = ana.get(&format!("/contacts/{id}/timeline?kinds=page.*")).await.ok();
            let mut urls: Vec<String> = page["data"].as_array().unwrap().iter().map(|line| line["props"]["url"].as_str().unwrap().to_string()).collect();
            urls.sort();
            urls
        };
        assert_eq!(seen(&first).await, ["/before", "/by-address", "/by-id", "/survivor"]);
        assert_eq!(seen(&second).await, seen(&first).await);
        let lines = ana.get(&format!("/contacts/{first}/timeline?kinds=contact.merged")).await.ok();
        assert_eq!(lines["data"][0]["text"], "merged contact Rusul into Rusul", "{lines}");
        assert_eq!(lines["data"].as_array().unwrap().len(), 1, "{lines}");

        unmerged(&ana, &merge).await;

        assert_eq!(seen(&first).await, ["/survivor"]);
        assert_eq!(seen(&second).await, ["/before", "/by-address", "/by-id"], "it takes along what came in under its id and its address");
        let told = ana.get(&format!("/contacts/{first}/timeline?kinds=contact.merged,contact.unmerged")).await.ok();
        let texts: Vec<&str> = told["data"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["took contact Rusul out of Rusu again", "merged contact Rusul into Rusu"], "{told}");
    }

    async fn who_is_taken_out_of_the_middle_takes_along_what_was_theirs(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "first_name": "A", "last_name": "Rusu", "email": "a@x.example" })).await;
        let b = contact(&ana, json!({ "first_name": "Bb", "last_name": "Rusu" })).await;
        let c = contact(&ana, json!({ "first_name": "Ccc", "last_name": "Rusu" })).await;
        let deal_of = async |name: &str, id: &str| ana.post("/deals", json!({ "name": name, "contact": id })).await.created();
        let (of_a, of_b) = (deal_of("a", &a).await, deal_of("b", &b).await);
        let whose = async |deal: &Value| ana.get(&format!("/deals/{}", id(deal))).await.ok()["contact"].as_str().unwrap().to_string();

        let into_b = merged(&ana, &b, &[&a]).await;
        let into_c = merged(&ana, &c, &[&b]).await;
        assert_eq!((read(&ana, &a).await["id"].clone(), read(&ana, &c).await["email"].clone()), (json!(c), json!("a@x.example")));
        assert_eq!((whose(&of_a).await, whose(&of_b).await), (c.clone(), c.clone()));
        all_is_well(&app).await;

        unmerged(&ana, &into_b).await;
        assert_eq!((read(&ana, &a).await["id"].clone(), read(&ana, &b).await["id"].clone()), (json!(a), json!(c)));
        assert_eq!(read(&ana, &c).await["email"], Value::Null, "the address left with whom it belongs to");
        assert_eq!((whose(&of_a).await, whose(&of_b).await), (a.clone(), c.clone()));
        all_is_well(&app).await;

        unmerged(&ana, &into_c).await;
        assert_eq!((read(&ana, &b).await["email"].clone(), read(&ana, &b).await["first_name"].clone()), (Value::Null, json!("Bb")));
        assert_eq!((whose(&of_a).await, whose(&of_b).await), (a, b));
        all_is_well(&app).await;
    }

    async fn merging_the_same_again_changes_nothing(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let c = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let merge = merged(&ana, &a, &[&b, &c]).await;

        let again = ana.post("/contacts/merges", json!({ "records": [c, b, a] })).await.ok();
        assert_eq!((&again["unchanged"], &again["survivor"], &again["merge"]["id"]), (&json!(true), &json!(a), &json!(merge)), "{again}");
        assert_eq!(ana.get(&format!("/contacts/{a}/merges")).await.ok()["data"].as_array().unwrap().len(), 1);

        // One of three can go alone.
        let left = ana.delete(&format!("/merges/{merge}?record={c}")).await.ok();
        assert_eq!((&left["left"], &left["merge"]["state"]), (&json!([c]), &json!("partly_undone")), "{left}");
        assert_eq!(ana.get("/contacts").await.ok()["count"]["value"], 2);
        all_is_well(&app).await;
    }

    async fn of_two_merges_at_once_of_the_same_records_one_holds(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let ask = |survivor: &str| {
            let (ana, body) = (ana.clone(), json!({ "records": [a, b], "survivor": survivor }));
            tokio::spawn(async move { ana.post("/contacts/merges", body).await })
        };
        let (first, second) = (ask(&a), ask(&b));
        let answers = [first.await.unwrap().json(), second.await.unwrap().json()];
        let unchanged = answers.iter().filter(|answer| answer["unchanged"] == true).count();
        assert_eq!(unchanged, 1, "{answers:?}");
        assert_eq!(answers[0]["survivor"], answers[1]["survivor"]);
        assert_eq!(ana.get("/contacts").await.ok()["count"]["value"], 1);
        all_is_well(&app).await;
    }

    async fn undo_of_a_merge_is_an_unmerge_and_its_undo_a_merge(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "first_name": "Ion", "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "first_name": "Ioan-Andrei", "last_name": "Rusu", "phone": "+37322123456" })).await;
        let change = ana.post("/contacts/merges", json!({ "records": [a, b], "survivor": a, "picks": { "first_name": a } })).await.change();
        assert_eq!(read(&ana, &a).await["first_name"], "Ion");

        let undone = ana.post(&format!("/changes/{change}/undo"), json!({})).await;
        let back = undone.change();
        assert_eq!(undone.ok()["skipped"], json!([]));
        assert_eq!(read(&ana, &b).await["id"], json!(b));
        assert_eq!(read(&ana, &a).await["phone"], Value::Null);

        ana.post(&format!("/changes/{back}/undo"), json!({})).await.ok();
        let one = read(&ana, &b).await;
        assert_eq!((&one["id"], &one["first_name"], &one["phone"]), (&json!(a), &json!("Ion"), &json!("+37322123456")), "{one}");
        all_is_well(&app).await;
    }

    async fn a_merged_record_in_the_bin_is_found_by_nobody_and_can_be_taken_apart(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "last_name": "Rusu", "email": "b@x.example" })).await;
        let merge = merged(&ana, &a, &[&b]).await;
        let by_address = json!({ "kind": "page.viewed", "identity": { "kind": "email", "value": "b@x.example" } });

        ana.delete(&format!("/contacts/{a}")).await.nothing();
        ana.post("/events", by_address.clone()).await.refused_with(422, "not_found");
        assert_eq!(titles(&ana.get("/contacts?trash=true").await.ok()), ["Rusu"]);
        ana.post(&format!("/contacts/{a}/restore"), json!({})).await.ok();
        ana.post("/events", by_address).await.ok();

        ana.delete(&format!("/contacts/{a}")).await.nothing();
        unmerged(&ana, &merge).await;
        assert_eq!(read(&ana, &b).await["deleted_at"], Value::Null);
        assert_ne!(read(&ana, &a).await["deleted_at"], Value::Null);
        all_is_well(&app).await;
    }

    async fn nothing_of_the_erased_comes_back_by_an_unmerge(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "last_name": "Zaharescu", "email": "zaharescu@x.example" })).await;
        let merge = merged(&ana, &a, &[&b]).await;
        ana.post(&format!("/contacts/{b}/erasure"), json!({})).await.nothing();
        app.run_jobs().await;

        ana.delete(&format!("/merges/{merge}")).await.refused_with(409, "record.erased");
        assert_eq!(read(&ana, &a).await["last_name"], Value::Null);
        let told = ana.get(&format!("/contacts/{a}/merges")).await.text().to_lowercase();
        assert!(!told.contains("zaharescu"), "{told}");
        all_is_well(&app).await;
    }

    async fn who_may_not_change_all_of_them_may_not_merge_and_hidden_fields_are_not_told(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu", "annual_income": "100.00 EUR", "job_title": "Owner" })).await;
        app.pass_ms(1000);
        let b = contact(&ana, json!({ "last_name": "Rusu", "annual_income": "900.00 EUR", "job_title": "Buyer" })).await;
        let records = json!({ "records": [a, b], "survivor": a });
        let reader = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all", "update": "all" } } })).await;
        let own = app.colleague("Carla", json!({ "objects": { "contact": { "read": "all", "update": "all", "delete": "own" } } })).await;
        let blind = app.colleague("Dan", json!({ "objects": { "contact": { "read": "own" } } })).await;
        for path in ["/contacts/merges", "/contacts/merges/preview"] {
            reader.post(path, records.clone()).await.refused(403);
            own.post(path, records.clone()).await.refused(403);
            blind.post(path, records.clone()).await.refused(403);
        }
        let careful = app.colleague("Eva", json!({ "objects": { "contact": { "read": "all", "update": "all", "delete": "all", "fields": { "annual_income": "hidden", "job_title": "readonly" } } } })).await;
        let told = careful.post("/contacts/merges/preview", records.clone()).await;
        assert!(!told.text().contains("annual_income") && !told.text().contains("90000"), "{}", told.text());
        careful.post("/contacts/merges", json!({ "records": [a, b], "picks": { "annual_income": a } })).await.refused_with(422, "unknown_field");
        careful.post("/contacts/merges", json!({ "records": [a, b], "picks": { "job_title": a } })).await.refused_with(422, "readonly");
        assert_eq!(ana.get("/contacts").await.ok()["count"]["value"], 2, "nothing was written");

        let made = careful.post("/contacts/merges", records).await;
        assert!(!made.text().contains("annual_income"), "{}", made.text());
        // What a record says does not depend on who pressed the button.
        assert_eq!(read(&ana, &a).await["annual_income"]["amount"], 90000);
        let told = careful.get(&format!("/contacts/{a}/merges")).await.text();
        assert!(!told.contains("annual_income"), "{told}");
    }

    async fn what_cannot_be_merged_is_refused_and_nothing_is_written(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "last_name": "Rusu" })).await;
        let bakery = id(&app.blue_bakery().await);
        ana.post("/contacts/merges", json!({ "records": [a] })).await.refused_with(422, "too_few");
        ana.post("/contacts/merges", json!({ "records": [a, a] })).await.refused_with(422, "too_few");
        ana.post("/contacts/merges", json!({ "records": [a, bakery] })).await.refused(404);
        ana.post("/contacts/merges", json!({ "records": [a, b], "survivor": bakery })).await.refused_with(422, "not_found");
        ana.post("/contacts/merges", json!({ "records": [a, b], "picks": { "last_name": bakery } })).await.refused_with(422, "not_found");
        ana.post("/contacts/merges", json!({ "records": [a, b], "picks": { "orders_count": a } })).await.refused_with(422, "readonly");
        ana.post("/contacts/merges", json!({ "records": [a, b], "and": 1 })).await.refused(422);
        ana.post("/users/merges", json!({ "records": [app.ana_id(), a] })).await.refused_with(422, "not_mergeable");
        ana.delete(&format!("/contacts/{b}")).await.nothing();
        ana.post("/contacts/merges", json!({ "records": [a, b] })).await.refused_with(409, "record.trashed");
        ana.delete("/merges/01a2008b-b273-7000-8007-4758fe2cd633").await.refused(404);
        assert_eq!(ana.get(&format!("/contacts/{a}/merges")).await.ok()["data"], json!([]));
    }

    async fn the_preview_shows_what_the_merge_does(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "first_name": "Ion", "last_name": "Rusu", "email": "a@x.example" })).await;
        app.pass_ms(60_000);
        let b = contact(&ana, json!({ "first_name": "Ioan-Andrei", "last_name": "Rusu", "email": "b@x.example", "address": { "city": "Cluj", "country": "RO" } })).await;
        ana.post("/deals", json!({ "name": "b's", "contact": b })).await.created();
        ana.post("/events", json!({ "kind": "page.viewed", "party": b })).await.ok();
        app.pass_ms(60_000);
        ana.patch(&format!("/contacts/{a}"), json!({ "email": "a2@x.example" })).await.ok();
        let asked = json!({ "records": [a, b], "survivor": a, "picks": { "first_name": a } });

        let preview = ana.post("/contacts/merges/preview", asked.clone()).await.ok();

        let field = |name: &str| preview["fields"].as_array().unwrap().iter().find(|field| field["field"] == name).unwrap_or_else(|| panic!("{name}: {preview}")).clone();
        let email = field("email");
        assert_eq!((&email["rule"], &email["winner"], &email["value"], &email["differs"]), (&json!("newest"), &json!(a), &json!("a2@x.example"), &json!(true)), "{email}");
        assert_eq!(email["values"][1]["value"], "b@x.example");
        let name = field("first_name");
        assert_eq!((&name["picked"], &name["value"]), (&json!(true), &json!("Ion")), "{name}");
        assert_eq!((&field("address")["value"]["city"], &field("address")["winner"]), (&json!("Cluj"), &json!(b)));
        assert_eq!(field("do_not_call")["can_pick"], false);
        let follows = &preview["follows"];
        assert_eq!((&follows["links"][0]["object"], &follows["links"][0]["count"], &follows["identities"]), (&json!("deal"), &json!(1), &json!(["b@x.example"])), "{follows}");
        assert_eq!((follows["events"]["count"].as_i64().unwrap() >= 2, &preview["lost"]), (true, &json!([])));
        assert_eq!(ana.get("/contacts").await.ok()["count"]["value"], 2, "nothing was written");

        ana.post("/contacts/merges", asked).await.created();
        let one = read(&ana, &a).await;
        for field in preview["fields"].as_array().unwrap() {
            assert_eq!(one[field["field"].as_str().unwrap()], field["value"], "{field}");
        }
    }

    async fn what_is_kept_at_hand_or_written_down_by_an_old_id_leads_on(app: TestApp) {
        let ana = app.ana();
        let first = contact(&ana, json!({ "last_name": "First" })).await;
        let second = contact(&ana, json!({ "last_name": "Second" })).await;
        ana.put(&format!("/me/favourites/contacts/{second}"), json!({})).await.ok();
        ana.post("/me/recents", json!({ "object": "contact", "id": second })).await;
        ana.post("/deals", json!({ "name": "Oak table", "contact": second })).await.created();
        let merge = merged(&ana, &first, &[&second]).await;

        for kept in ["favourites", "recents"] {
            let data = ana.get(&format!("/me/{kept}")).await.ok()["data"].clone();
            assert_eq!((data.as_array().unwrap().len(), &data[0]["id"]), (1, &json!(first)), "{kept}: {data}");
        }
        // A filter that somebody kept, as text and as figures.
        let filter = format!("contact = \"{second}\"");
        assert_eq!(titles(&ana.get(&format!("/deals?filter={filter}")).await.ok()), ["Oak table"]);
        assert_eq!(ana.get(&format!("/deals/aggregate?filter={filter}")).await.ok()["count"], 1);
        assert_eq!(ana.post("/deals/groups", json!({ "filter": filter, "by": ["status"] })).await.ok()["totals"]["count"], 1);
        let hints = ana.get("/contacts/duplicates?last_name=Second").await.ok();
        assert_eq!(hints["data"].as_array().unwrap().iter().filter(|hint| hint["id"] == json!(second)).count(), 0, "{hints}");

        unmerged(&ana, &merge).await;
        assert_eq!(ana.get("/me/favourites").await.ok()["data"][0]["id"], json!(second));
        assert_eq!(titles(&ana.get(&format!("/deals?filter={filter}")).await.ok()), ["Oak table"]);
    }

    async fn an_administrator_changes_the_rules(app: TestApp) {
        let ana = app.ana();
        let rules = ana.get("/merging/contacts/rules").await.ok();
        let rule_of = |rules: &Value, name: &str| rules["fields"].as_array().unwrap().iter().find(|field| field["field"] == name).unwrap()["rule"].clone();
        assert_eq!((rule_of(&rules, "first_name"), rule_of(&rules, "do_not_call"), rule_of(&rules, "tags"), rule_of(&rules, "birth_date")), (json!("most_complete"), json!("yes_wins"), json!("union"), json!("most_frequent")));
        ana.put("/merging/contacts/rules", json!({ "fields": { "first_name": "oldest", "do_not_call": "newest" } })).await.refused_with(422, "unknown_option");
        ana.put("/merging/contacts/rules", json!({ "fields": { "orders_count": "newest" } })).await.refused_with(422, "unknown_field");
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        boris.put("/merging/contacts/rules", json!({ "survivor": "oldest" })).await.refused(403);
        assert_eq!(rule_of(&boris.get("/merging/contact/rules").await.ok(), "first_name"), "most_complete");

        let rules = ana.put("/merging/contacts/rules", json!({ "survivor": "oldest", "fields": { "first_name": "survivor" } })).await.ok();
        assert_eq!((rule_of(&rules, "first_name"), &rules["survivor"]), (json!("survivor"), &json!("oldest")));
        let a = contact(&ana, json!({ "first_name": "Ion", "last_name": "Rusu" })).await;
        let b = contact(&ana, json!({ "first_name": "Ioan-Andrei", "last_name": "Rusu", "job_title": "Buyer", "phone": "+37322123456" })).await;
        let made = ana.post("/contacts/merges", json!({ "records": [b, a] })).await.created();
        assert_eq!((&made["survivor"], &read(&ana, &a).await["first_name"]), (&json!(a), &json!("Ion")));
        let rules = ana.put("/merging/contacts/rules", json!({ "fields": { "first_name": null } })).await.ok();
        assert_eq!(rule_of(&rules, "first_name"), "most_complete");
        assert_eq!(ana.get("/audit?action=merging.rules_changed").await.ok()["data"].as_array().unwrap().len(), 2);
    }

    async fn a_key_of_a_merged_record_names_the_survivor(app: TestApp) {
        let ana = app.ana();
        let a = contact(&ana, json!({ "last_name": "Rusu", "external_id": "A-1" })).await;
        let b = contact(&ana, json!({ "last_name": "Rusu", "external_id": "B-1", "email": "b@x.example" })).await;
        let merge = merged(&ana, &a, &[&b]).await;
        assert_eq!(read(&ana, &a).await["external_id"], "A-1");

        ana.post("/contacts", json!({ "last_name": "Other", "external_id": "B-1" })).await.refused_with(409, "unique");
        for key in ["external_id", "email"] {
            let file = "External ID,Email,Job title\nB-1,b@x.example,Buyer\n";
            let import = ana.send("POST", "/imports?object=contacts&name=again.csv", file.to_string().into()).await.created();
            let path = format!("/imports/{}", id(&import));
            ana.patch(&path, json!({ "key": key, "mode": "upsert" })).await.ok();
            ana.post(&format!("{path}/run"), json!({})).await.accepted();
            app.run_jobs().await;
            let ran = ana.get(&path).await.ok();
            assert_eq!(ran["result"], json!({ "new": 0, "changed": i32::from(key == "external_id"), "unchanged": i32::from(key == "email"), "wrong": 0 }), "{key}");
            assert_eq!(ana.get("/contacts").await.ok()["count"]["value"], 1, "{key}");
        }

        unmerged(&ana, &merge).await;
        assert_eq!((read(&ana, &a).await["external_id"].clone(), read(&ana, &b).await["external_id"].clone()), (json!("A-1"), json!("B-1")));
        all_is_well(&app).await;
    }
}

/// Small and seeded (splitmix64): the same story for the same number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, from: &'a [String]) -> &'a String {
        &from[self.below(from.len())]
    }
}

/// What every record says itself, by id and field: what it must say again when everything was taken apart.
type Said = std::collections::BTreeMap<String, serde_json::Map<String, Value>>;

const TEXTS: [&str; 3] = ["first_name", "job_title", "department"];

/// One story of merges, un-merges and edits in any order.
async fn apart_again(app: &TestApp, seed: u64) {
    let (ana, mut dice) = (app.ana(), Dice(seed));
    let mut made = Vec::new();
    for name in ["one", "two", "three", "four"] {
        made.push(id(&ana.post("/tags", json!({ "name": format!("{name} {seed}") })).await.created()));
    }
    let tags = made;
    let mut companies = Vec::new();
    for n in 0..3 {
        companies
            .push(id(&ana.post("/companies", json!({ "name": format!("Company {n} of {seed}") })).await.created()));
    }
    let mut said = Said::new();
    let mut contacts: Vec<String> = Vec::new();
    for n in 0..6 {
        let mut body = json!({ "last_name": format!("Pop {n}"), "external_id": format!("{seed}-{n}"), "email": format!("p{n}.{seed}@x.example"), "reports_to": contacts.last() });
        for field in TEXTS {
            body[field] = match dice.below(3) {
                0 => Value::Null,
                _ => json!(format!("{field} {} of {n}", "x".repeat(dice.below(9)))),
            };
        }
        body["company"] = match dice.below(3) {
            0 => Value::Null,
            _ => json!(dice.pick(&companies)),
        };
        let mut own: Vec<&String> = tags.iter().filter(|_| dice.below(2) == 0).collect();
        own.sort();
        body["tags"] = if own.is_empty() { Value::Null } else { json!(own) };
        contacts.push(contact(&ana, body.clone()).await);
        said.insert(contacts[n].clone(), body.as_object().unwrap().clone());
    }
    let mut deals = Vec::new();
    for n in 0..6 {
        let body = json!({ "name": format!("Deal {n}"), "contact": dice.pick(&contacts), "company": dice.pick(&companies), "amount": { "amount": 100 + n, "currency": "EUR" } });
        deals.push(id(&ana.post("/deals", body.clone()).await.created()));
        said.insert(
            deals[n].clone(),
            json!({ "contact": body["contact"], "company": body["company"] }).as_object().unwrap().clone(),
        );
    }
    let mut merges: Vec<String> = Vec::new();
    let mut typed = 0;
    for _ in 0..40 {
        app.pass_ms(1000);
        match dice.below(10) {
            // Merges, of people and of companies; an id may be one that was merged before.
            0..4 => {
                let (plural, of) = if dice.below(3) == 0 { ("companies", &companies) } else { ("contacts", &contacts) };
                let mut records = vec![dice.pick(of).clone(), dice.pick(of).clone(), dice.pick(of).clone()];
                records.sort();
                records.dedup();
                if records.len() > 1 {
                    let answer = ana.post(&format!("/{plural}/merges"), json!({ "records": records })).await.json();
                    assert!(answer["survivor"].is_string(), "{answer}");
                    if answer["unchanged"] == false {
                        merges.push(answer["merge"]["id"].as_str().unwrap().to_string());
                    }
                }
            }
            4..6 if !merges.is_empty() => {
                let merge = merges.remove(dice.below(merges.len()));
                let taken = ana.delete(&format!("/merges/{merge}")).await.ok();
                assert_eq!(taken["withheld"], json!([]), "{taken}");
            }
            // Somebody types, on whoever the record is now: that record says so from then on.
            6..8 => {
                let path = format!("/contacts/{}", dice.pick(&contacts));
                typed += 1;
                let (field, value) = (TEXTS[dice.below(3)], json!(format!("typed {typed}")));
                let now = ana.patch(&path, json!({ field: value })).await.ok();
                said.get_mut(now["id"].as_str().unwrap()).unwrap().insert(field.into(), value);
            }
            // Somebody gives a deal to another.
            _ => {
                let deal = dice.pick(&deals).clone();
                let (field, of) = if dice.below(2) == 0 { ("contact", &contacts) } else { ("company", &companies) };
                let to = dice.pick(of).clone();
                let before = ana.get(&format!("/deals/{deal}")).await.ok();
                ana.patch(&format!("/deals/{deal}"), json!({ field: to })).await.ok();
                if before[field] != json!(to) {
                    said.get_mut(&deal).unwrap().insert(field.into(), json!(to));
                }
            }
        }
        all_is_well(app).await;
    }
    while !merges.is_empty() {
        let merge = merges.remove(dice.below(merges.len()));
        ana.delete(&format!("/merges/{merge}")).await.ok();
        all_is_well(app).await;
    }
    for (id, fields) in &said {
        let plural = if deals.contains(id) { "deals" } else { "contacts" };
        let record = ana.get(&format!("/{plural}/{id}")).await.ok();
        assert_eq!(record["id"], json!(id), "seed {seed}");
        for (field, value) in fields {
            assert_eq!(&record[field], value, "seed {seed}: {field} of {}", record["title"]);
        }
    }
}

on_both! {
    async fn whatever_was_merged_in_whatever_order_comes_apart_as_it_was(app: TestApp) {
        for seed in 1..=6 {
            apart_again(&app, seed).await;
        }
    }
}
