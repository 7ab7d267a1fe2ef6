//! Questions in SQL: over one's own records and fields, and over nothing else; one `select`, with an end.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

async fn asked(client: &Client, sql: &str) -> Value {
    client.post("/analytics/sql", json!({ "sql": sql })).await.ok()
}

on_both! {
    async fn a_question_is_answered_from_the_records(app: TestApp) {
        let ana = app.ana();
        let firm = ana.post("/companies", json!({ "name": "Blue Bakery" })).await.created();
        for (name, amount, status) in [("One", 12_345, "won"), ("Two", 1_000, "won"), ("Three", 99, "lost")] {
            let deal = json!({ "name": name, "status": status, "company": firm["id"], "engaged_on": "2026-05-01", "closed_on": "2026-05-11", "amount": { "amount": amount, "currency": "EUR" } });
            ana.post("/deals", deal).await.created();
        }
        let sql = "select c.name, count(*) as deals, sum(d.amount) as won, max(d.closed_on - d.engaged_on) as days -- by firm\n\
                   from deals d join companies c on c.id = d.company_id where d.status = 'won' group by 1;";
        let seen = asked(&ana, sql).await;
        assert_eq!(seen["rows"], json!([["Blue Bakery", 2, 133.45, 10]]), "{seen}");
        assert_eq!((&seen["columns"][2]["name"], &seen["tables"]), (&json!("won"), &json!(["companies", "deals"])));
        let some = ana.post("/analytics/sql", json!({ "sql": "select name from deals order by name desc", "limit": 2 })).await.ok();
        assert_eq!((&some["rows"], &some["more"]), (&json!([["Two"], ["Three"]]), &json!(true)), "the order stays");
        let star = asked(&ana, "select * from deals where name = 'One'").await;
        assert_eq!(star["rows"].as_array().unwrap().len(), 1);
        let tables = ana.get("/analytics/sql/tables").await.ok();
        let deals = tables["data"].as_array().unwrap().iter().find(|table| table["name"] == "deals").unwrap();
        assert!(deals["columns"].as_array().unwrap().iter().any(|column| *column == json!({ "name": "company_id", "type": "varchar" })));
    }

    async fn what_one_may_not_read_is_not_there(app: TestApp) {
        let ana = app.ana();
        ana.post("/deals", json!({ "name": "Hers" })).await.created();
        let role = json!({ "objects": { "deal": { "read": "own", "create": true, "fields": { "amount": "hidden" } }, "company": { "read": "all" } } });
        let boris = app.colleague("Boris", role).await;
        boris.post("/deals", json!({ "name": "His" })).await.created();
        assert_eq!(asked(&boris, "select name from deals").await["rows"], json!([["His"]]));
        assert_eq!(asked(&boris, "select count(*) from deals").await["rows"], json!([[1]]));
        boris.post("/analytics/sql", json!({ "sql": "select amount from deals" })).await.refused_with(422, "not_understood");
        boris.post("/analytics/sql", json!({ "sql": "select count(*) from contacts" })).await.refused_with(422, "not_understood");
        let tables = boris.get("/analytics/sql/tables").await.ok();
        let tables = tables["data"].as_array().unwrap();
        assert!(!tables.iter().any(|table| table["name"] == "contacts"), "{tables:?}");
        let deals = tables.iter().find(|table| table["name"] == "deals").unwrap();
        assert!(!deals["columns"].as_array().unwrap().iter().any(|column| column["name"] == "amount"), "{deals}");
        app.stranger().post("/analytics/sql", json!({ "sql": "select 1" })).await.refused(401);
    }

    async fn nothing_else_can_be_read_and_nothing_written(app: TestApp) {
        let ana = app.ana();
        let secret = app.folder().join("secret.csv");
        std::fs::write(&secret, "a\n1\n").unwrap();
        let file = secret.to_string_lossy();
        for sql in [
            format!("select * from read_csv('{file}')"), format!("select * from '{file}'"), format!("copy (select 1) to '{file}'"),
            format!("attach '{file}' as x"), "select * from duckdb_settings()".into(), "set memory_limit = '9GB'".into(),
            "insert into deals (name) values ('x')".into(), "update deals set name = 'x'".into(), "drop table deals".into(), "select 1; select 2".into(),
            "select * from staff".into(), "select * from credential".into(), "select current_setting('temp_directory')".into(), "install httpfs".into(),
        ] {
            let refused = ana.post("/analytics/sql", json!({ "sql": sql })).await.refused(422);
            assert!(!refused.to_string().contains("secret.csv\\n"), "{refused}");
        }
        assert_eq!(std::fs::read_to_string(&secret).unwrap(), "a\n1\n");
        ana.post("/analytics/sql", json!({ "sql": "select 1", "files": true })).await.refused(422);
    }

    async fn what_needs_too_much_is_stopped(app: TestApp) {
        let ana = app.ana();
        // A thousand million numbers told apart need more memory than there is for one question, or more time.
        let wide = "select count(distinct a.range * 100000 + b.range) from range(100000) a, range(100000) b";
        let refused = ana.post("/analytics/sql", json!({ "sql": wide })).await.refused(422);
        assert_eq!(refused["errors"][0]["pointer"], "/sql", "{refused}");
    }

    async fn a_shared_question_runs_with_its_readers_rights(app: TestApp) {
        let ana = app.ana();
        ana.post("/deals", json!({ "name": "Hers" })).await.created();
        let role = json!({ "objects": { "deal": { "read": "own" }, "sql_question": { "read": "all" } } });
        let boris = app.colleague("Boris", role).await;
        let shared = json!({ "name": "All deals", "sql": "select count(*) from deals", "visibility": "everyone" });
        ana.post("/sql_questions", shared).await.created();
        ana.post("/sql_questions", json!({ "name": "Mine", "sql": "select 1" })).await.created();
        let seen = boris.get("/sql_questions").await.ok();
        assert_eq!(seen["data"].as_array().unwrap().len(), 1, "the private one is not there: {seen}");
        let sql = seen["data"][0]["sql"].as_str().unwrap();
        assert_eq!((asked(&ana, sql).await["rows"].clone(), asked(&boris, sql).await["rows"].clone()), (json!([[1]]), json!([[0]])));
    }
}
