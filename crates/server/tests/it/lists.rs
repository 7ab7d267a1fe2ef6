//! Lists: filter, order, pages and counts.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

/// Walks all pages of a list and answers the titles in order.
async fn walk(ana: &Client, path: &str) -> Vec<String> {
    let mut titles = Vec::new();
    let mut cursor = String::new();
    for _ in 0..100 {
        let page = ana.get(&format!("{path}&cursor={cursor}")).await.ok();
        titles.extend(
            page["data"].as_array().unwrap().iter().map(|record| record["title"].as_str().unwrap().to_string()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = next.to_string(),
            None => return titles,
        }
    }
    panic!("the list has no end: {titles:?}");
}

/// Walks all pages from the last to the first and answers the titles in the order of the list.
async fn walk_back(ana: &Client, path: &str) -> Vec<String> {
    let mut titles = Vec::new();
    let mut cursor = String::new();
    for _ in 0..100 {
        let page = ana.get(&format!("{path}&back=true&cursor={cursor}")).await.ok();
        let page_titles = page["data"].as_array().unwrap().iter().map(|record| record["title"].as_str().unwrap());
        titles.splice(0..0, page_titles.map(str::to_string));
        match page["previous"].as_str() {
            Some(previous) => cursor = previous.to_string(),
            None => return titles,
        }
    }
    panic!("the list has no beginning: {titles:?}");
}

async fn titles(ana: &Client, path: &str) -> Vec<String> {
    let page = ana.get(path).await.ok();
    page["data"].as_array().unwrap().iter().map(|record| record["title"].as_str().unwrap().to_string()).collect()
}

async fn people(app: &TestApp) {
    let records = json!([
        { "last_name": "Albu", "children": 2, "address": { "city": "Paris" }, "birth_date": "1980-05-01" },
        { "last_name": "Bradu", "address": { "city": "Berlin" }, "annual_income": { "amount": 5_000_000, "currency": "EUR" } },
        { "last_name": "Cernea", "children": 0, "birth_date": "1990-01-15" },
        { "last_name": "Doina", "children": 2, "annual_income": { "amount": 900_000, "currency": "EUR" } },
        { "last_name": "Enache" },
    ]);
    let made = app.ana().post("/contacts/bulk", json!({ "action": "create", "records": records })).await.ok();
    assert_eq!(made["done"], 5, "{made}");
}

on_both! {
    async fn pages_follow_each_other_without_a_gap_or_a_repetition(app: TestApp) {
        app.contacts(57).await;
        let ana = app.ana();
        let expected: Vec<String> = (1..=57).map(|n| format!("Contact {n:03}")).collect();

        assert_eq!(walk(&ana, "/contacts?limit=10&sort=title").await, expected);
        assert_eq!(walk(&ana, "/contacts?limit=10&sort=created_at").await, expected);
        let mut backwards = walk(&ana, "/contacts?limit=7&sort=-title").await;
        backwards.reverse();
        assert_eq!(backwards, expected);
    }

    async fn the_empty_come_last_in_either_direction_and_on_every_page(app: TestApp) {
        people(&app).await;
        let ana = app.ana();

        assert_eq!(walk(&ana, "/contacts?limit=1&sort=children,title").await, ["Cernea", "Albu", "Doina", "Bradu", "Enache"]);
        assert_eq!(walk(&ana, "/contacts?limit=2&sort=-children,title").await, ["Albu", "Doina", "Cernea", "Bradu", "Enache"]);
        assert_eq!(walk(&ana, "/contacts?limit=3&sort=birth_date,-title").await, ["Albu", "Cernea", "Enache", "Doina", "Bradu"]);
        assert_eq!(walk(&ana, "/contacts?limit=2&sort=-annual_income").await.get(..2).unwrap(), ["Bradu", "Doina"]);
    }

    async fn a_list_is_read_from_its_end_as_from_its_beginning(app: TestApp) {
        people(&app).await;
        let ana = app.ana();
        for sort in ["title", "-created_at", "children,title", "-children,title", "birth_date,-title", "-birth_date,children,title", "annual_income,-children,birth_date", "-annual_income"] {
            let expected = walk(&ana, &format!("/contacts?limit=50&sort={sort}")).await;
            for limit in 1..=6 {
                let path = format!("/contacts?limit={limit}&sort={sort}");
                assert_eq!(walk(&ana, &path).await, expected, "{path}");
                assert_eq!(walk_back(&ana, &path).await, expected, "back: {path}");
            }
        }
        // What a page says of its beginning is where a reader forwards finds it.
        let last = ana.get("/contacts?limit=2&sort=title&back=true&count=exact").await.ok();
        assert_eq!((&last["count"]["value"], &last["next"]), (&json!(5), &Value::Null), "{last}");
        let again = titles(&ana, &format!("/contacts?limit=9&sort=title&cursor={}", last["previous"].as_str().unwrap())).await;
        assert_eq!(again, ["Doina", "Enache"]);
        let none = ana.get("/contacts?filter=children > 7&back=true").await.ok();
        assert_eq!((none["data"].as_array().unwrap().len(), &none["previous"]), (0, &Value::Null), "{none}");
    }

    async fn a_record_made_meanwhile_does_not_shift_the_pages(app: TestApp) {
        app.contacts(20).await;
        let ana = app.ana();
        let first = ana.get("/contacts?limit=10&sort=title").await.ok();

        ana.post("/contacts", json!({ "last_name": "Aaron" })).await.created();

        let second = titles(&ana, &format!("/contacts?limit=10&sort=title&cursor={}", first["next"].as_str().unwrap())).await;
        assert_eq!(second.first().map(String::as_str), Some("Contact 011"));
        assert_eq!(second.len(), 10);
    }

    async fn a_filter_asks_for_what_people_ask_for(app: TestApp) {
        people(&app).await;
        let ana = app.ana();
        let asked = [
            ("children = 2", vec!["Albu", "Doina"]),
            ("children != 2", vec!["Bradu", "Cernea", "Enache"]),
            ("address.city = \"Paris\" or children = 0", vec!["Albu", "Cernea"]),
            ("not (children > 0) and birth_date is empty", vec!["Bradu", "Enache"]),
            ("annual_income > 10000 EUR", vec!["Bradu"]),
            ("birth_date between \"1979-01-01\" and \"1981-01-01\"", vec!["Albu"]),
            ("last_name starts with \"D\" or last_name in (\"Enache\", \"X\")", vec!["Doina", "Enache"]),
            ("created_at >= today", vec!["Albu", "Bradu", "Cernea", "Doina", "Enache"]),
            ("created_at < today - 30 days", vec![]),
            ("title contains \"rnea\"", vec!["Cernea"]),
        ];
        for (filter, expected) in asked {
            assert_eq!(titles(&ana, &format!("/contacts?sort=title&filter={filter}")).await, expected, "{filter}");
            let body = json!({ "filter": filter, "sort": "title", "count": "exact" });
            let page = ana.post("/contacts/query", body).await.ok();
            assert_eq!(page["count"], json!({ "value": expected.len(), "exact": true }), "{filter}");
        }
    }

    async fn a_question_may_be_asked_in_its_json_form(app: TestApp) {
        people(&app).await;
        let text = question::parse("children = 2 and not address.city = \"Paris\"").unwrap();
        let body = json!({ "filter": question::to_json(&text), "sort": ["title"] });

        let page = app.ana().post("/contacts/query", body).await.ok();

        assert_eq!(page["data"][0]["title"], "Doina");
        assert_eq!(page["data"].as_array().unwrap().len(), 1);
    }

    async fn a_question_that_is_none_points_at_the_place(app: TestApp) {
        let ana = app.ana();
        let problem = ana.get("/contacts?filter=children = = 2").await.refused(422);
        assert_eq!(problem["errors"][0]["pointer"], "/filter", "{problem}");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("column"), "{problem}");
        for wrong in ["shoe_size = 2", "children = \"two\"", "company.unicorn = 1", "(((", "children"] {
            ana.get(&format!("/contacts?filter={wrong}")).await.refused(422);
        }
        ana.get("/contacts?sort=shoe_size").await.refused_with(422, "unknown_field");
        ana.get("/contacts?sort=tags").await.refused_with(422, "not_sortable");
        ana.get("/contacts?cursor=zz").await.refused(400);
        ana.get("/contacts?cursor=5b5d").await.refused(400);
        ana.get("/contacts?limit=many").await.refused(400);
        ana.get("/contacts?colour=red").await.refused(400);
    }

    async fn a_page_is_never_longer_than_two_hundred(app: TestApp) {
        app.contacts(230).await;
        let page = app.ana().get("/contacts?limit=100000").await.ok();
        assert_eq!(page["data"].as_array().unwrap().len(), 200);
        assert_eq!(page["count"]["value"], 230);
        assert_eq!(app.ana().get("/contacts?count=none").await.ok()["count"], Value::Null);
    }

    async fn figures_are_of_the_whole_filter(app: TestApp) {
        people(&app).await;
        let ana = app.ana();

        let figures = ana.get("/contacts/aggregate?of=count,sum:children,avg:children,min:birth_date,max:children,filled:birth_date,sum:annual_income").await.ok();

        assert_eq!(figures["count"], 5);
        assert_eq!(figures["sum:children"], 4);
        assert!((figures["avg:children"].as_f64().unwrap() - 4.0 / 3.0).abs() < 1e-9, "{figures}");
        assert_eq!(figures["min:birth_date"], "1980-05-01");
        assert_eq!(figures["max:children"], 2);
        assert_eq!(figures["filled:birth_date"], 2);
        assert_eq!(figures["sum:annual_income"], json!([{ "amount": 5_900_000, "currency": "EUR" }]));
        assert_eq!(ana.get("/contacts/aggregate?filter=children = 2").await.ok()["count"], 2);
        ana.get("/contacts/aggregate?of=sum:last_name").await.refused_with(422, "wrong_type");
        ana.get("/contacts/aggregate?of=median:children").await.refused(422);
    }
}
