//! Who answers a question: the engine over the lake says the same as the database, whatever is asked of records, links,
//! segments and events, also of who was joined to another; and figures of purchases keep to them.

use std::sync::Arc;

use analytics::lake::Lake;
use analytics::selected::Selected;
use foundation::access::Principal;
use foundation::records::ask;
use kernel::Id;
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn contact(ana: &Client, name: &str, city: &str, company: Option<&str>) -> String {
    let body = json!({ "last_name": name, "address": { "city": city }, "company": company });
    id(&ana.post("/contacts", body).await.created())
}

async fn buys(client: &Client, contact: &str, day: &str, cents: i64) {
    let order = json!({ "number": Id::at(0).to_string(), "customer": contact, "ordered_on": day, "status": "placed" });
    let order = id(&client.post("/orders", order).await.created());
    let line =
        json!({ "name": "Goods", "order": order, "quantity": 1, "unit_price": { "amount": cents, "currency": "EUR" } });
    client.post("/order_lines", line).await.created();
}

/// Who answers yes by the engine, as that reader may see them.
fn by_engine(app: &TestApp, who: &Principal, object: &str, question: &str) -> Vec<Id> {
    let app = app.app();
    tokio::task::block_in_place(|| {
        let (object, checked) = app
            .read_now(who, |reader| {
                let object = reader.object(object)?;
                let checked = ask::filter(reader, &object, question)?;
                Ok((object, checked))
            })
            .unwrap();
        Selected::open(app, who, &object, &[&checked]).unwrap().ids().unwrap()
    })
}

async fn by_database(client: &Client, plural: &str, question: &str) -> Vec<Id> {
    let asked = json!({ "filter": question, "limit": 100 });
    let page = client.post(&format!("/{plural}/query"), asked).await.ok();
    let mut ids: Vec<Id> =
        page["data"].as_array().unwrap().iter().map(|one| Id::parse(one["id"].as_str().unwrap()).unwrap()).collect();
    ids.sort();
    ids
}

/// Half of the past lies in files, the other half behind them.
fn flush(app: &TestApp) {
    tokio::task::block_in_place(|| Lake::of(app.app()).unwrap().flush()).unwrap();
}

const OF_CONTACTS: [&str; 14] = [
    "address.city = \"Paris\"",
    "last_name contains \"AR\" or last_name ends with \"u\"",
    "count(events \"order.placed\") >= 2",
    "count(events \"order.placed\" in last 90 days) = 0 and exists(events \"*\")",
    "no events \"order.*\"",
    "sum(events \"order.placed\") > 20 EUR",
    "last(events \"*\") in last 7 days and not address.city = \"Paris\"",
    "company.name = \"Rye\" and count(events \"order.*\") > 0",
    "exists(orders where status = \"placed\" and ordered_on > \"2026-06-01\")",
    "sum(orders.total) > 10 EUR and count(orders) < 3",
    "in segment \"Chosen\" and count(events \"order.*\") >= 1",
    "not in segment \"Chosen\"",
    "company.address.city is empty and created_at in last 2 days",
    "count(events \"contact.*\") > 0 or count(events \"order.*\" in this month) > 1",
];

on_both! {
    async fn the_engine_finds_whom_the_database_finds(app: TestApp) {
        let ana = app.ana();
        let firm = id(&ana.post("/companies", json!({ "name": "Rye" })).await.created());
        let other = id(&ana.post("/companies", json!({ "name": "Wheat" })).await.created());
        let mut people = Vec::new();
        for (at, name) in ["Arnaut", "Botnaru", "Cojocaru", "Dragan", "Evsei", "Frunze", "Grosu", "Harea"].into_iter().enumerate() {
            let city = ["Paris", "Berlin", "Бельцы"][at % 3];
            let firm = [Some(firm.as_str()), Some(other.as_str()), None][at % 3];
            people.push(contact(&ana, name, city, firm).await);
        }
        for (at, who) in people.iter().enumerate().take(6) {
            for order in 0..at {
                buys(&ana, who, ["2026-06-18", "2026-02-03", "2025-09-01"][order % 3], 500 + 700 * at as i64).await;
            }
        }
        let chosen = ana.post("/segments", json!({ "name": "Chosen", "kind": "fixed" })).await.created();
        let put = json!({ "ids": [people[1], people[3], people[6]] });
        ana.post(&format!("/segments/{}/members", id(&chosen)), put).await;
        crate::segments::followed(&app).await;
        flush(&app);
        // Joined to another after the files were written, and one more purchase behind them.
        let merge = json!({ "records": [people[2], people[4]], "survivor": people[2], "picks": { "last_name": people[2] } });
        ana.post("/contacts/merges", merge).await.created();
        buys(&ana, &people[2], "2026-06-19", 900).await;
        buys(&ana, &people[7], "2026-06-19", 5_000).await;
        ana.delete(&format!("/contacts/{}", people[5])).await;

        let all = Principal::system("test");
        for question in OF_CONTACTS {
            let expected = by_database(&ana, "contacts", question).await;
            assert_eq!(by_engine(&app, &all, "contact", question), expected, "{question}");
        }
        for question in ["count(events \"*\") > 3", "exists(contacts where count(events \"order.placed\") > 1)", "name = \"Rye\""] {
            let expected = by_database(&ana, "companies", question).await;
            assert_eq!(by_engine(&app, &all, "company", question), expected, "{question}");
        }
        // Who was joined brought their orders along.
        let often = [&people[2], &people[3]].map(|id| Id::parse(id).unwrap());
        assert_eq!(by_database(&ana, "contacts", OF_CONTACTS[2]).await, often);
    }

    async fn a_count_by_the_engine_is_that_of_the_database_step_by_step(app: TestApp) {
        let ana = app.ana();
        for at in 0..9 {
            let who = contact(&ana, &format!("C{at}"), ["Paris", "Berlin"][at % 2], None).await;
            for _ in 0..at {
                buys(&ana, &who, "2026-06-18", 1_000).await;
            }
        }
        flush(&app);
        let question = "address.city = \"Paris\" and count(events \"order.placed\") >= 3 and sum(events \"order.placed\") < 70 EUR";
        let told = ana.post("/segments/count", json!({ "holds": "contact", "question": question, "exact": true })).await.ok();
        let who = Principal::system("test");
        let counted = tokio::task::block_in_place(|| {
            let (object, steps) = app.app().read_now(&who, |reader| {
                let object = reader.object("contact")?;
                let steps = question.split(" and ").map(|step| ask::filter(reader, &object, step));
                let steps = steps.collect::<kernel::Result<Vec<_>>>()?;
                Ok((object, steps))
            })?;
            let steps: Vec<_> = steps.iter().map(Arc::as_ref).collect();
            Selected::open(app.app(), &who, &object, &steps)?.counted(steps.len())
        });
        let counted = counted.unwrap();
        let left: Vec<i64> = told["steps"].as_array().unwrap().iter().map(|step| step["left"].as_i64().unwrap()).collect();
        assert_eq!((told["of"].as_i64().unwrap(), left), (counted.of, counted.steps));
        assert_eq!(told["count"]["value"], 2, "C4 and C6: {told}");
    }

    async fn figures_keep_to_those_who_answer_yes(app: TestApp) {
        let ana = app.ana();
        let (paris, berlin) = (contact(&ana, "One", "Paris", None).await, contact(&ana, "Two", "Berlin", None).await);
        buys(&ana, &paris, "2026-03-01", 1_000).await;
        buys(&ana, &paris, "2026-04-01", 2_000).await;
        buys(&ana, &berlin, "2026-04-01", 4_000).await;
        let asked = "/analytics/cube?rows=segment&from=2026-01-01&to=2026-12-31&among=";
        let all = ana.get(asked).await.ok();
        assert_eq!(all["total"]["values"]["revenue"]["amount"], 7_000);
        for (question, revenue, customers) in [
            ("address.city = \"Paris\"", 3_000, 1),
            ("count(events \"order.placed\") = 1", 4_000, 1),
            ("address.city = \"Rome\"", 0, 0),
        ] {
            let question: String = question.replace(' ', "%20").replace('"', "%22").replace('=', "%3D");
            let told = ana.get(&format!("{asked}{question}")).await.ok();
            let total = &told["total"]["values"];
            assert_eq!((&total["revenue"]["amount"], &total["customers"]), (&json!(revenue), &json!(customers)), "{told}");
        }
        let refused = ana.get(&format!("{asked}nothing%20like%20it")).await.refused(422);
        assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with("/filter"), "{refused}");
        let firms = ana.get(&format!("{asked}name%20is%20not%20empty&object=company")).await.ok();
        assert_eq!(firms["total"]["values"]["customers"], 0, "no firm bought: {firms}");
    }
}
