//! Reports of operations: figures over a period as of its days, the records behind each, under the rights of whoever asks.

use serde_json::{Value, json};
use testkit::{Client, MailBox, TestApp, on_both};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

/// A pipeline with two open stages; answers the ids of its stages.
async fn stages(ana: &Client) -> Vec<String> {
    let pipeline = id(&ana.post("/pipelines", json!({ "name": "New business", "is_default": true })).await.created());
    let mut made = Vec::new();
    for (position, (name, kind)) in
        [("Talk", "open"), ("Offer", "open"), ("Won", "won"), ("Lost", "lost")].into_iter().enumerate()
    {
        let stage = json!({ "name": name, "kind": kind, "pipeline": pipeline, "position": position });
        made.push(id(&ana.post("/stages", stage).await.created()));
    }
    made
}

async fn deal(ana: &Client, name: &str, amount: &str, stage: &str) -> String {
    let body = json!({ "name": name, "amount": amount, "stage": stage, "expected_close_on": "2031-01-31" });
    id(&ana.post("/deals", body).await.created())
}

async fn change(ana: &Client, deal: &str, values: Value) {
    ana.patch(&format!("/deals/{deal}"), values).await.ok();
}

/// Today, as the clock of the test has it.
async fn today(ana: &Client) -> String {
    let note = ana.post("/notes", json!({ "body": "What day is it?" })).await.created();
    note["created_at"].as_str().expect("a time")[..10].to_string()
}

/// A row of a table by its key.
fn row<'t>(told: &'t Value, table: &str, key: &str) -> &'t Value {
    let table = told["tables"].as_array().unwrap().iter().find(|one| one["name"] == table).expect("the table");
    table["rows"].as_array().unwrap().iter().find(|one| one["key"] == key).expect("the row")
}

/// Number of deals and amount of a line of the waterfall.
fn line(told: &Value, key: &str) -> (i64, i64) {
    let cells = &row(told, "waterfall", key)["cells"];
    (cells[0]["value"]["value"].as_i64().unwrap(), cells[1]["value"]["value"]["amount"].as_i64().unwrap())
}

async fn names(ana: &Client, path: &str) -> Vec<String> {
    let rows = ana.get(path).await.ok();
    let mut names: Vec<String> =
        rows["data"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_string()).collect();
    names.sort();
    names
}

on_both! {
    async fn changes_of_the_pipeline_add_up_as_of_both_days(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana).await;
        let grown = deal(&ana, "Grown", "1000 EUR", &stages[0]).await;
        let won = deal(&ana, "Won", "500 EUR", &stages[0]).await;
        let lost = deal(&ana, "Lost", "70 EUR", &stages[0]).await;
        change(&ana, &lost, json!({ "stage": stages[3] })).await;
        app.pass_ms(DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        let day = today(&ana).await;
        change(&ana, &grown, json!({ "amount": "1500.05 EUR", "expected_close_on": "2031-03-31" })).await;
        change(&ana, &won, json!({ "amount": "450 EUR" })).await;
        change(&ana, &won, json!({ "stage": stages[2] })).await;
        change(&ana, &lost, json!({ "stage": stages[1] })).await;
        let binned = deal(&ana, "New", "300 EUR", &stages[0]).await;
        app.pass_ms(DAY_MS);
        let app = app.reopened();
        // What happens afterwards does not change what was.
        let ana = app.ana();
        change(&ana, &grown, json!({ "amount": "1 EUR", "stage": stages[3] })).await;
        change(&ana, &won, json!({ "stage": stages[0] })).await;
        ana.delete(&format!("/deals/{binned}")).await.nothing();
        let path = format!("/sales/reports/changes?from={day}&to={day}");
        let told = ana.get(&path).await.ok();
        let expected = [
            ("opening", (2, 150_000)), ("new", (1, 30_000)), ("reopened", (1, 7_000)), ("grown", (1, 50_005)),
            ("shrunk", (1, -5_000)), ("won", (1, -45_000)), ("lost", (0, 0)), ("removed", (0, 0)), ("closing", (3, 187_005)),
        ];
        for (key, figures) in expected {
            assert_eq!(line(&told, key), figures, "{key}");
        }
        assert_eq!(row(&told, "moved", "later")["cells"][0]["value"]["value"], 1);
        assert_eq!(names(&ana, &format!("/sales/reports/changes/rows?from={day}&to={day}&figure=closing")).await, ["Grown", "Lost", "New"]);
        assert_eq!(names(&ana, &format!("/sales/reports/changes/rows?from={day}&to={day}&figure=reopened")).await, ["Lost"]);

        // By when they close, what moved away from those days left them.
        let january = format!("{path}&closing_from=2031-01-01&closing_to=2031-01-31");
        let told = ana.get(&january).await.ok();
        assert_eq!((line(&told, "slipped"), line(&told, "closing")), ((1, -150_005), (2, 37_000)));
        let march = ana.get(&format!("{path}&closing_from=2031-03-01&closing_to=2031-03-31")).await.ok();
        assert_eq!((line(&march, "slipped_in"), line(&march, "closing")), ((1, 150_005), (1, 150_005)));

        let printed = ana.get(&format!("/sales/reports/changes/report.pdf?from={day}&to={day}")).await;
        assert_eq!(printed.header("content-type"), Some("application/pdf"));
        ana.get(&format!("/sales/reports/changes?from={day}&to=2001-01-01")).await.refused_with(422, "before_from");
        ana.get("/sales/reports/no_such").await.refused(404);
    }

    async fn a_funnel_tells_how_far_deals_came_and_what_passed(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana).await;
        let first = today(&ana).await;
        let mut deals = Vec::new();
        for name in ["A", "B", "C", "D"] {
            deals.push(deal(&ana, name, "100 EUR", &stages[0]).await);
        }
        app.pass_ms(DAY_MS / 2);
        let app = app.reopened();
        let ana = app.ana();
        for deal in &deals[..3] {
            change(&ana, deal, json!({ "stage": stages[1] })).await;
        }
        app.pass_ms(DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        change(&ana, &deals[0], json!({ "stage": stages[2] })).await;
        change(&ana, &deals[1], json!({ "stage": stages[3] })).await;
        let last = today(&ana).await;

        let days = format!("from={first}&to={last}");
        let told = ana.get(&format!("/sales/reports/funnel?{days}")).await.ok();
        let of = |table: &str, key: &str| -> Vec<Value> {
            row(&told, table, key)["cells"].as_array().unwrap().iter().map(|cell| cell["value"]["value"].clone()).collect()
        };
        assert_eq!(of("cohort", "0"), [json!(4), json!(1.0), json!(0.75), json!(0.5)]);
        assert_eq!(of("cohort", "1")[..2], [json!(3), json!(0.75)]);
        assert_eq!(of("cohort", "1")[3], json!(1.0));
        assert_eq!(of("cohort", "2")[0], json!(1));
        assert_eq!(of("passage", "0"), [json!(4), json!(3), json!(3), json!(0), json!(1.0), json!(0.5)]);
        assert_eq!(of("passage", "1"), [json!(3), json!(2), json!(1), json!(1), json!(0.5), json!(1.0)]);
        assert_eq!(names(&ana, &format!("/sales/reports/funnel/rows?{days}&figure=reached:1")).await, ["A", "B", "C"]);
        assert_eq!(names(&ana, &format!("/sales/reports/funnel/rows?{days}&figure=lost:1")).await, ["B"]);

        let told = ana.get(&format!("/sales/reports/velocity?{days}")).await.ok();
        let figure = |name: &str| told["figures"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["value"]["value"].clone();
        assert_eq!((figure("open"), figure("won_count"), figure("win_rate"), figure("cycle")), (json!(2), json!(1), json!(0.5), json!(2.0)));
        // 2 open x 0.5 x 100 EUR / 2 days
        assert_eq!(figure("a_day")["amount"], 5_000);
        let list = &told["figures"][1]["opens"];
        let shown = ana.post(&format!("/{}s/query", list["object"].as_str().unwrap()), json!({ "filter": list["filter"] })).await.ok();
        assert_eq!(shown["data"].as_array().unwrap().len(), 1);
    }

    async fn a_report_tells_what_one_may_see(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana).await;
        deal(&ana, "Ana's", "1000 EUR", &stages[0]).await;
        let own = json!({ "objects": { "deal": { "read": "own", "create": true, "fields": { "amount": "hidden" } }, "pipeline": { "read": "all" }, "stage": { "read": "all" } } });
        let boris = app.colleague("Boris", own).await;
        boris.post("/deals", json!({ "name": "Boris's", "stage": stages[0] })).await.created();
        let told = boris.get("/sales/reports/changes").await.ok();
        let closing = &row(&told, "waterfall", "closing")["cells"];
        assert_eq!((closing.as_array().unwrap().len(), &closing[0]["value"]["value"]), (1, &json!(1)));
        assert!(!told.to_string().contains("1000") && told["notes"].as_array().unwrap().len() == 1, "{told}");
        assert_eq!(names(&boris, "/sales/reports/changes/rows?figure=closing").await, ["Boris's"]);
        let all = ana.get("/sales/reports/changes").await.ok();
        assert_eq!(line(&all, "closing").0, 2);

        let blind = json!({ "objects": { "deal": { "read": "all", "fields": { "status": "hidden" } } } });
        app.colleague("Chen", blind).await.get("/sales/reports/velocity").await.refused(403);
        app.colleague("Dora", json!({ "objects": {} })).await.get("/sales/reports/changes").await.refused(404);
        let russian = ana.with("accept-language", "ru").get("/sales/reports/velocity").await.ok();
        assert_eq!(russian["title"], "Скорость продаж");
    }

    async fn a_report_is_narrowed_by_what_deals_are(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana).await;
        let team = id(&ana.post("/teams", json!({ "name": "North" })).await.created());
        let (_, boris) = app.colleague_with_id("Boris", json!({ "objects": {} })).await;
        ana.patch(&format!("/users/{boris}"), json!({ "teams": [team] })).await.ok();
        let line_of = id(&ana.post("/product_lines", json!({ "name": "Bikes" })).await.created());
        let product = id(&ana.post("/products", json!({ "name": "Road 1", "product_line": line_of })).await.created());
        for more in [json!({ "owner": boris }), json!({ "source": "web" }), json!({ "product": product })] {
            let mut body = json!({ "name": "Deal", "amount": "10 EUR", "stage": stages[0] });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            ana.post("/deals", body).await.created();
        }
        for narrow in [format!("owner={boris}"), format!("team={team}"), "source=web".into(), format!("product_line={line_of}")] {
            let told = ana.get(&format!("/sales/reports/changes?{narrow}")).await.ok();
            assert_eq!(line(&told, "closing"), (1, 1_000), "{narrow}");
        }
        ana.get("/sales/reports/changes?owner=nobody").await.refused_with(422, "not_an_id");
        ana.get("/sales/reports/changes?nothing=1").await.refused(400);
    }

    async fn ageing_leaders_and_activities_are_told_of_people_and_stages(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana).await;
        ana.patch(&format!("/stages/{}", stages[0]), json!({ "rotting_days": 1 })).await.ok();
        let old = deal(&ana, "Old", "100 EUR", &stages[0]).await;
        deal(&ana, "Left alone", "50 EUR", &stages[0]).await;
        app.pass_ms(2 * DAY_MS);
        let app = app.reopened();
        let ana = app.ana();
        change(&ana, &old, json!({ "stage": stages[1] })).await;
        let told = ana.get("/sales/reports/ageing").await.ok();
        let stale = row(&told, "stages", &stages[0])["cells"].clone();
        assert_eq!((&stale[0]["value"]["value"], &stale[2]["value"]["value"], &stale[4]["value"]["value"]), (&json!(1), &json!(1), &json!(2.0)));
        assert_eq!(row(&told, "stages", &stages[1])["cells"][2]["value"]["value"], 0, "it stands there since today");
        assert_eq!(names(&ana, "/sales/reports/ageing/rows?figure=stale").await, ["Left alone"]);

        change(&ana, &old, json!({ "stage": stages[2] })).await;
        let me = app.ana_id().to_string();
        for (kind, minutes) in [("call", 30), ("visit", 60)] {
            let body = json!({ "subject": kind, "kind": kind, "is_done": true, "duration_minutes": minutes, "owner": me });
            ana.post("/activities", body).await.created();
        }
        ana.patch(&format!("/deals/{old}"), json!({ "owner": me })).await.ok();
        let told = ana.get("/sales/reports/leaders").await.ok();
        let cells = &row(&told, "people", &me)["cells"];
        let values: Vec<&Value> = cells.as_array().unwrap().iter().map(|cell| &cell["value"]["value"]).collect();
        assert_eq!(values[0]["amount"], 10_000);
        assert_eq!((values[1], values[2], values[5]), (&json!(1), &json!(0), &json!(2)), "won, lost, done");
        let quota = json!({ "unit": "month", "starts_on": "2026-06-01", "person": me, "amount": "1000 EUR" });
        ana.post("/quotas", quota).await.created();
        let told = ana.get("/sales/reports/leaders?from=2026-06-01&to=2026-06-30").await.ok();
        let attainment = &row(&told, "people", &me)["cells"][5];
        assert_eq!(attainment["value"]["value"], json!(0.1), "{told}");
        let told = ana.get("/sales/reports/leaders?from=2026-06-16&to=2026-06-30").await.ok();
        assert_eq!(row(&told, "people", &me)["cells"][5]["value"]["value"], json!(0.2), "of half a month half a quota");
        let told = ana.get("/sales/reports/response").await.ok();
        let cells = &row(&told, "activities", &me)["cells"];
        assert_eq!((&cells[0]["value"]["value"], &cells[1]["value"]["value"], &cells[5]["value"]["value"]), (&json!(2), &json!(1), &json!(1.5)));
        assert_eq!(names(&ana, &format!("/sales/reports/response/rows?figure=visit:{me}")).await, ["visit"]);
    }

    async fn leads_are_followed_from_their_source_to_what_was_won(app: TestApp) {
        let ana = app.ana();
        let stages = stages(&ana).await;
        let campaign = id(&ana.post("/campaigns", json!({ "name": "Fair", "actual_cost": "40 EUR" })).await.created());
        let mut leads = Vec::new();
        for name in ["Pop", "Lungu", "Rusu"] {
            leads.push(id(&ana.post("/leads", json!({ "last_name": name, "source": "event", "campaign": campaign })).await.created()));
        }
        app.pass_ms(2 * 60 * 60 * 1000);
        let done = json!({ "subject": "Called", "kind": "call", "is_done": true, "lead": leads[1] });
        ana.post("/activities", done).await.created();
        let body = json!({ "contact": { "new": {} }, "deal": { "new": { "name": "Bikes" } } });
        let made = ana.post(&format!("/leads/{}/conversion", leads[0]), body).await.created();
        let deal = made["deal"].as_str().unwrap();
        change(&ana, deal, json!({ "amount": "100 EUR", "stage": stages[1] })).await;
        change(&ana, deal, json!({ "stage": stages[2] })).await;
        let told = ana.get("/sales/reports/sources?by=campaign").await.ok();
        let cells = row(&told, "sources", &campaign)["cells"].as_array().unwrap().clone();
        let of = |place: usize| &cells[place]["value"]["value"];
        assert_eq!((of(0), of(1), of(3), of(4)), (&json!(3), &json!(1), &json!(1), &json!(1)), "leads, converted, deals, won");
        assert_eq!((&of(5)["amount"], &of(6)["amount"], of(7)), (&json!(10_000), &json!(4_000), &json!(1.5)), "won, cost, return");
        assert_eq!(names(&ana, &format!("/sales/reports/sources/rows?by=campaign&figure=leads:{campaign}")).await.len(), 3);

        let told = ana.get("/sales/reports/response").await.ok();
        let figure = |name: &str| told["figures"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["value"]["value"].clone();
        assert_eq!((figure("leads"), figure("touched"), figure("waiting"), figure("hours_median")), (json!(3), json!(2), json!(1), json!(2.0)));

        let file = ana.get("/sales/reports/sources/report.xlsx").await;
        assert!(file.header("content-type").is_some_and(|kind| kind.contains("spreadsheetml")));
        let reads = json!({ "objects": { "deal": { "read": "all" }, "lead": { "read": "all" } } });
        app.colleague("Boris", reads).await.get("/sales/reports/sources/report.xlsx").await.refused(403);
    }

    async fn a_lead_is_converted_by_its_conversion_only(app: TestApp) {
        let ana = app.ana();
        let lead = id(&ana.post("/leads", json!({ "last_name": "Pop" })).await.created());
        ana.patch(&format!("/leads/{lead}"), json!({ "status": "converted" })).await.refused_with(422, "not_allowed");
        ana.post("/leads", json!({ "last_name": "Lungu", "status": "converted" })).await.refused_with(422, "not_allowed");
        assert_eq!(ana.get(&format!("/leads/{lead}")).await.ok()["status"], "new");
        ana.post(&format!("/leads/{lead}/conversion"), json!({ "contact": { "new": {} } })).await.created();
        ana.patch(&format!("/leads/{lead}"), json!({ "job_title": "Buyer" })).await.ok();
    }

    async fn a_report_of_sales_is_sent_by_mail_with_its_figures(app: TestApp) {
        let server = MailBox::new();
        let app = app.mailing_by(&server);
        let ana = app.ana();
        let stages = stages(&ana).await;
        deal(&ana, "Bikes", "100 EUR", &stages[0]).await;
        for what in ["changes", "funnel", "velocity", "sources", "response", "ageing", "leaders"] {
            let report = json!({ "name": format!("Sales: {what}"), "what": format!("sales_{what}"), "every": "day" });
            let path = format!("/analytics/reports/{}", id(&ana.post("/reports", report).await.created()));
            let printed = ana.get(&format!("{path}/report.pdf")).await;
            assert_eq!(printed.header("content-type"), Some("application/pdf"), "{what}");
            if what == "ageing" {
                ana.post(&format!("{path}/letters"), json!({})).await.accepted();
            }
        }
        app.run_jobs().await;
        assert_eq!(app.send_due().await, 1);
        assert!(server.taken()[0].text.contains("Stale"), "{}", server.taken()[0].text);
    }
}
