//! What is foretold: subscribers who will leave and leads that will convert, learned from the company's own records, told
//! with reasons, as fields that questions can ask for; and points of leads by rules. The clock stands at noon of 19 June 2026.

use std::path::{Path, PathBuf};

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A file of the shared data sets, which are not part of the source: `RAPPORT_TEST_DATA` names their folder. Where it is
/// absent a test says so and passes.
fn shared(name: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("RAPPORT_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("{name} is not here: nothing learned");
        return None;
    }
    Some(path)
}

async fn imported(app: &TestApp, object: &str, file: String) -> Value {
    let ana = app.ana();
    let import = ana.send("POST", &format!("/imports?object={object}&name=file.csv"), Body::from(file)).await.created();
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    ana.post(&format!("{path}/run"), json!({})).await.accepted();
    app.run_jobs().await;
    ana.get(&path).await.ok()
}

async fn foretold(app: &TestApp, asked: Value) -> Value {
    let made = app.ana().post("/analytics/predictions", asked).await.created();
    app.run_jobs().await;
    app.ana().get(&format!("/analytics/predictions/{}", made["id"].as_str().unwrap())).await.ok()
}

async fn count(client: &Client, plural: &str, filter: &str) -> i64 {
    let answer = client
        .get(&format!("/{plural}?limit=1&count=exact&filter={}", filter.replace(' ', "%20").replace('"', "%22")))
        .await
        .ok();
    answer["count"]["value"].as_i64().unwrap()
}

fn of<'v>(rows: &'v Value, member: &str, name: &str) -> &'v Value {
    rows.as_array().unwrap().iter().find(|row| row[member] == name).unwrap_or(&Value::Null)
}

/// What the thread that asks often does, and the jobs it queues.
async fn kept_fresh(app: &TestApp) {
    let of_app = app.app().clone();
    let asked = tokio::task::spawn_blocking(move || {
        analytics::predictions::keep_fresh(&of_app)?;
        analytics::scoring::keep_fresh(&of_app)
    });
    asked.await.unwrap().unwrap();
    app.run_jobs().await;
}

/// Leads of whom those who asked for a price mostly qualified, and a fifth of whom nothing is decided yet.
async fn some_leads(ana: &Client, count: usize) {
    let leads: Vec<Value> = (0..count)
        .map(|number| {
            let asked = number % 2 == 0;
            let qualified = if asked { number % 10 != 4 } else { number % 10 == 3 };
            let status = match number % 5 == 0 {
                true => "new",
                false if qualified => "qualified",
                false => "unqualified",
            };
            json!({
                "last_name": format!("Lead {number}"), "status": status, "source": if asked { "web" } else { "event" },
                "employees": number % 7, "industry": if number % 3 == 0 { "Bakery" } else { "Garage" },
            })
        })
        .collect();
    for part in leads.chunks(100) {
        ana.post("/leads/bulk", json!({ "action": "create", "records": part })).await;
    }
}

fn conversion() -> Value {
    json!({
        "name": "Conversion", "code": "conversion", "object": "lead", "outcome": "status = \"qualified\"",
        "decided": "status in (\"qualified\", \"unqualified\")",
    })
}

const SUBSCRIPTION: [(&str, &str); 21] = [
    ("customer_id", "text"),
    ("gender", "text"),
    ("senior_citizen", "integer"),
    ("partner", "boolean"),
    ("dependents", "boolean"),
    ("tenure", "integer"),
    ("phone_service", "boolean"),
    ("multiple_lines", "text"),
    ("internet_service", "text"),
    ("online_security", "text"),
    ("online_backup", "text"),
    ("device_protection", "text"),
    ("tech_support", "text"),
    ("streaming_tv", "text"),
    ("streaming_movies", "text"),
    ("contract", "text"),
    ("paperless_billing", "boolean"),
    ("payment_method", "text"),
    ("monthly_charges", "number"),
    ("total_charges", "number"),
    ("churned", "boolean"),
];
/// Subscribers taken of the 7,043.
const TAKEN: usize = 2_500;

on_both! {
    async fn who_will_leave_is_learned_from_contracts_that_were_imported(app: TestApp) {
        let Some(file) = shared("churn/telco_customer_churn.csv") else { return };
        let ana = app.ana();
        let fields: Vec<Value> = SUBSCRIPTION.iter().map(|(name, kind)| json!({
            "name": name, "label": name, "type": kind, "unique": *name == "customer_id",
            "class": if *name == "gender" { "personal" } else { "internal" },
        })).collect();
        ana.post("/definitions", json!({
            "name": "subscription", "plural": "subscriptions", "label": "Subscription", "label_plural": "Subscriptions",
            "title": "{customer_id}", "fields": fields,
        })).await.created();
        let text = std::fs::read_to_string(file).unwrap();
        let heading = SUBSCRIPTION.map(|(name, _)| name).join(",");
        let rows: Vec<&str> = text.lines().skip(1).take(TAKEN).collect();
        let left = rows.iter().filter(|row| row.ends_with(",Yes")).count();
        let done = imported(&app, "subscriptions", format!("{heading}\n{}\n", rows.join("\n"))).await;
        assert_eq!((&done["state"], &done["result"]["new"]), (&json!("done"), &json!(TAKEN)), "{done}");

        let told = foretold(&app, json!({
            "name": "Churn", "code": "churn", "object": "subscription", "outcome": "churned = true",
        })).await;
        assert_eq!((&told["version"], &told["trust"], &told["told"]), (&json!(1), &json!("good"), &json!(TAKEN - left)), "{told}");
        let held = &told["quality"]["held_out"];
        assert!(held[0]["measures"]["auc"].as_f64().unwrap() > 0.80, "{held}");
        assert!(held[0]["measures"]["log_loss"].as_f64() <= held[1]["measures"]["log_loss"].as_f64(), "the better of both: {held}");
        assert_eq!(held[0]["measures"]["deciles"].as_array().unwrap().len(), 10);
        assert_eq!(of(&told["quality"]["left_out"], "field", "churned")["why"], "is_asked_for");
        assert!(of(&told["quality"]["weights"], "field", "gender").is_null(), "what is personal serves only where it is named");

        // The results are fields: lists and segments ask for them.
        let likely = count(&ana, "subscriptions", "churn_probability > 0.5").await;
        assert!(likely > 50 && (likely as usize) < TAKEN / 3, "{likely}");
        assert_eq!(count(&ana, "subscriptions", "churned = true and churn_probability is not empty").await, 0, "who has left is not foretold");
        let page = ana.get("/subscriptions?sort=-churn_probability&limit=1").await.ok();
        let first = &page["data"][0];
        assert_eq!((&first["churn_version"], &first["churn_on"]), (&json!(1), &json!("2026-06-19")), "{first}");
        assert!(first["churn_reasons"].as_str().unwrap().contains("contract ↑"), "{first}");
        let id = first["id"].as_str().unwrap();
        ana.patch(&format!("/subscriptions/{id}"), json!({ "churn_probability": 0.1 })).await.refused_with(422, "readonly");
        let why = ana.get(&format!("/analytics/foretold/subscriptions/{id}")).await.ok();
        let why = &why["data"][0];
        assert_eq!(why["probability"], first["churn_probability"]);
        assert!(of(&why["reasons"], "field", "contract")["part"].as_f64().unwrap() > 0.0, "{why}");

        // What changes is looked at anew by what was learned; who has left is foretold no more.
        app.pass_ms(60_000);
        ana.patch(&format!("/subscriptions/{id}"), json!({ "contract": "Two year" })).await.ok();
        let second = ana.get("/subscriptions?sort=-churn_probability&limit=2").await.ok()["data"][1]["id"].as_str().unwrap().to_string();
        ana.patch(&format!("/subscriptions/{second}"), json!({ "churned": true })).await.ok();
        kept_fresh(&app).await;
        let calmer = ana.get(&format!("/subscriptions/{id}")).await.ok();
        assert!(calmer["churn_probability"].as_f64() < first["churn_probability"].as_f64(), "{calmer}");
        assert_eq!(ana.get(&format!("/subscriptions/{second}")).await.ok()["churn_probability"], Value::Null);

        // Learned again it is another version, and the one before is still told.
        let path = format!("/analytics/predictions/{}", told["id"].as_str().unwrap());
        ana.post(&format!("{path}/learn"), json!({})).await.accepted();
        app.run_jobs().await;
        let told = ana.get(&path).await.ok();
        assert_eq!((&told["version"], &told["versions"][1]["version"]), (&json!(2), &json!(1)), "{told}");

        ana.delete(&path).await.nothing();
        assert!(ana.get(&format!("/subscriptions/{id}")).await.ok().get("churn_probability").is_none(), "its fields go with it");
    }

    async fn a_leads_conversion_is_foretold_with_reasons_and_points_stand_beside_it(app: TestApp) {
        let ana = app.ana();
        some_leads(&ana, 400).await;
        let told = foretold(&app, conversion()).await;
        assert_eq!((&told["told"], &told["quality"]["rows"]), (&json!(80), &json!(320)), "the undecided are foretold: {told}");
        let web = ana.get("/leads?filter=status=%22new%22%20and%20source=%22web%22&limit=1").await.ok()["data"][0].clone();
        let event = ana.get("/leads?filter=status=%22new%22%20and%20source=%22event%22&limit=1").await.ok()["data"][0].clone();
        let of_lead = |lead: &Value| lead["conversion_probability"].as_f64().unwrap();
        assert!(of_lead(&web) > 0.6 && of_lead(&event) < 0.4, "{web} {event}");
        assert!(web["conversion_reasons"].as_str().unwrap().contains("Source ↑"), "{web}");
        ana.post("/analytics/predictions", conversion()).await.refused_with(422, "taken");

        // Rules of people: for what a lead is, and for what it does, which fades.
        let rules = json!({ "rules": [
            { "name": "Bakery", "points": 20, "question": "industry = \"Bakery\"" },
            { "name": "Came by the site", "points": 10, "question": "source = \"web\"" },
            { "name": "Looked at a page", "points": 8, "event": "page.viewed", "most": 12, "half_life_days": 30 },
        ] });
        ana.put("/analytics/score-rules", rules).await.ok();
        let id = web["id"].as_str().unwrap();
        for ago in ["2026-06-19T11:00:00Z", "2026-05-20T12:00:00Z", "2026-05-20T11:00:00Z"] {
            let event = json!({ "kind": "page.viewed", "party": id, "at": ago, "props": { "page": "/prices" } });
            ana.post("/events", event).await;
        }
        app.run_jobs().await;
        app.pass_ms(2 * 3_600_000);
        testkit::eventually(async || {
            kept_fresh(&app).await;
            let scored = ana.get(&format!("/leads/{id}")).await.ok();
            scored["score_reasons"].as_str().is_some_and(|told| told.contains("Looked at a page +12"))
        }).await;
        let scored = ana.get(&format!("/leads/{id}")).await.ok();
        let bakery = if scored["industry"] == "Bakery" { 20 } else { 0 };
        assert_eq!(scored["score"], 10 + 12 + bakery, "{scored}");
        assert_eq!(scored["scored_on"], "2026-06-19");
        assert_eq!(count(&ana, "leads", "score >= 30 and industry = \"Garage\"").await, 0);
    }

    async fn what_was_learned_is_learned_again_after_the_days_that_were_said_where_something_changed(app: TestApp) {
        some_leads(&app.ana(), 300).await;
        let mut asked = conversion();
        asked["every_days"] = json!(3);
        let made = foretold(&app, asked).await;
        assert_eq!((&made["version"], &made["every_days"]), (&json!(1), &json!(3)), "{made}");
        let path = format!("/analytics/predictions/{}", made["id"].as_str().unwrap());
        let lead = app.ana().get("/leads?filter=status=%22new%22&limit=1").await.ok()["data"][0].clone();
        let lead = format!("/leads/{}", lead["id"].as_str().unwrap());
        let version = async |app: &TestApp| app.ana().get(&path).await.ok()["version"].clone();

        // A change before that is told of, by what is known.
        app.pass_ms(2 * DAY_MS);
        let app = app.reopened();
        app.ana().patch(&lead, json!({ "employees": 5 })).await.ok();
        app.pass_ms(HOUR_MS);
        kept_fresh(&app).await;
        assert_eq!((app.ring_timers().await, version(&app).await), (0, json!(1)));
        // When the days are over it is learned anew, though what changed was told of long ago; once.
        app.pass_ms(DAY_MS);
        let app = app.reopened();
        kept_fresh(&app).await;
        assert_eq!(version(&app).await, 1);
        assert_eq!((app.ring_timers().await, app.ring_timers().await), (1, 0));
        app.run_jobs().await;
        assert_eq!(version(&app).await, 2);
        // Where nothing changed there is nothing to be learned; as soon as something does, within the hour.
        app.pass_ms(3 * DAY_MS);
        let app = app.reopened();
        assert_eq!(app.ring_timers().await, 1);
        app.run_jobs().await;
        assert_eq!(version(&app).await, 2);
        app.ana().patch(&lead, json!({ "employees": 6 })).await.ok();
        app.pass_ms(HOUR_MS);
        assert_eq!(app.ring_timers().await, 1);
        app.run_jobs().await;
        assert_eq!(version(&app).await, 3);

        // One that was learned before there were timers gets its own at the next start; one that is dropped has none.
        let test = foundation::access::Principal::system("test");
        app.app().write(&test, |op| op.tx.execute("delete from timer", &[])).await.unwrap();
        app.pass_ms(4 * DAY_MS);
        let app = app.reopened();
        app.ana().patch(&lead, json!({ "employees": 7 })).await.ok();
        assert_eq!(app.ring_timers().await, 0);
        let of_app = app.app().clone();
        tokio::task::spawn_blocking(move || analytics::predictions::wind(&of_app)).await.unwrap().unwrap();
        assert_eq!(app.ring_timers().await, 1);
        app.run_jobs().await;
        assert_eq!(version(&app).await, 4);
        app.ana().delete(&path).await.nothing();
        app.pass_ms(4 * DAY_MS);
        assert_eq!(app.ring_timers().await, 0);
    }

    async fn what_cannot_be_foretold_is_refused_and_nothing_is_written(app: TestApp) {
        let ana = app.ana();
        let with = |member: &str, value: Value| {
            let mut asked = conversion();
            asked[member] = value;
            asked
        };
        for (member, value, code) in [
            ("outcome", json!("status = \"nonsense"), ""),
            ("outcome", json!("owner = me"), "not_understood"),
            ("object", json!("nobody"), "unknown"),
            ("code", json!("Not A Name"), "wrong_type"),
            ("fields", json!(["no_such_field"]), "unknown"),
            ("fields", json!(["email"]), "wrong_type"),
            ("starts", json!("source"), "wrong_type"),
            ("every_days", json!(0), "out_of_range"),
            ("name", json!(" "), "length"),
        ] {
            let refused = ana.post("/analytics/predictions", with(member, value)).await.refused(422);
            let told = &refused["errors"][0];
            assert!(code.is_empty() || told["code"] == code, "{member}: {refused}");
        }
        for rule in [
            json!({ "name": "", "points": 1, "question": "source = \"web\"" }),
            json!({ "name": "A", "points": 0, "question": "source = \"web\"" }),
            json!({ "name": "A", "points": 1 }),
            json!({ "name": "A", "points": 1, "event": "no.such" }),
            json!({ "name": "A", "points": 1, "question": "no_field = 1" }),
        ] {
            let refused = ana.put("/analytics/score-rules", json!({ "rules": [rule] })).await.refused(422);
            assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with("/rules/0/"), "{refused}");
        }
        assert_eq!(ana.get("/analytics/predictions").await.ok()["data"], json!([]));
        assert_eq!(ana.get("/analytics/score-rules").await.ok()["rules"], json!([]));

        // Too little to learn from is no fault: it says so, and says nothing of anybody.
        some_leads(&ana, 20).await;
        let told = foretold(&app, conversion()).await;
        assert_eq!((&told["trust"], &told["doubts"][0]["code"], &told["told"]), (&json!("poor"), &json!("too_few_outcomes"), &json!(0)), "{told}");
        assert_eq!(count(&ana, "leads", "conversion_probability is not empty").await, 0);
    }

    async fn figures_of_all_are_for_who_may_read_all_and_a_hidden_field_is_no_reason(app: TestApp) {
        let ana = app.ana();
        some_leads(&ana, 400).await;
        let told = foretold(&app, conversion()).await;
        let path = format!("/analytics/predictions/{}", told["id"].as_str().unwrap());
        let own = app.colleague("Boris", json!({ "objects": { "lead": { "read": "own" } } })).await;
        own.get(&path).await.refused(403);
        assert_eq!(own.get("/analytics/predictions").await.ok()["data"], json!([]));
        own.post(&format!("{path}/learn"), json!({})).await.refused(403);
        own.delete(&path).await.refused(403);
        own.put("/analytics/score-rules", json!({ "rules": [] })).await.refused(403);
        let lead = ana.get("/leads?filter=status=%22new%22&limit=1").await.ok()["data"][0]["id"].as_str().unwrap().to_string();
        own.get(&format!("/analytics/foretold/leads/{lead}")).await.refused(404);

        let blind = app.colleague("Vera", json!({ "objects": { "lead": { "read": "all", "fields": { "source": "hidden" } } } })).await;
        let why = blind.get(&format!("/analytics/foretold/leads/{lead}")).await.ok();
        assert!(of(&why["data"][0]["reasons"], "field", "source").is_null(), "{why}");
        let why = ana.get(&format!("/analytics/foretold/leads/{lead}")).await.ok();
        assert!(!of(&why["data"][0]["reasons"], "field", "source").is_null(), "{why}");
        assert!(of(&blind.get(&path).await.ok()["quality"]["weights"], "field", "source").is_null());
    }
}
