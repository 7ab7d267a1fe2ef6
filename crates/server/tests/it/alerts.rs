//! Alerts: those who follow one are told when a figure changes out of the ordinary or crosses a line, once, and again only
//! when that changes. The clock stands at noon of Friday 19 June 2026.

use jiff::civil::date;
use jiff::{Span, ToSpan};
use serde_json::{Value, json};
use testkit::{Client, MailBox, TestApp, on_both};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// So many deals won on the Monday of the week that begins so many weeks before the last whole one.
async fn won(client: &Client, weeks_ago: i32, count: usize) {
    let day = date(2026, 6, 8).checked_sub(Span::new().weeks(weeks_ago)).unwrap();
    let engaged = day.checked_sub(3.days()).unwrap().to_string();
    for number in 0..count {
        let deal = json!({ "name": format!("{day} {number}"), "status": "won", "engaged_on": engaged, "closed_on": day.to_string() });
        client.post("/deals", deal).await.created();
    }
}

/// Lets the figures see so many deals in the week that begins on that day, then lets the clock ring and does what it asks for.
async fn looked(app: &TestApp, monday: &str, deals: usize) {
    let sunday = monday.parse::<jiff::civil::Date>().unwrap().checked_add(6.days()).unwrap();
    let path = format!("/analytics/kpis/values?from={monday}&to={sunday}&codes=deals_closed");
    let ana = app.ana();
    testkit::eventually(async || ana.get(&path).await.ok()["data"][0]["value"] == deals).await;
    app.ring_timers().await;
    app.run_jobs().await;
}

async fn told(client: &Client) -> Vec<String> {
    let notices = client.get("/me/notifications").await.ok()["data"].as_array().unwrap().clone();
    let of_alerts = notices.iter().filter(|notice| notice["record"]["object"] == "alert" || notice["kind"] == "alert");
    of_alerts.map(|notice| notice["text"].as_str().unwrap().to_string()).collect()
}

fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

on_both! {
    async fn a_line_that_is_crossed_is_told_once_and_told_again_when_it_is_over(app: TestApp) {
        let ana = app.ana();
        won(&ana, 0, 3).await;
        let alert = ana.post("/alerts", json!({ "name": "Few deals", "kpi": "deals_closed", "kind": "below", "line": 4 })).await.created();
        looked(&app, "2026-06-08", 3).await;
        let record = ana.get(&format!("/alerts/{}", id(&alert))).await.ok();
        assert_eq!((&record["state"], &record["alarmed_at"]), (&json!("too_low"), &json!("2026-06-19T12:00:00.000Z")), "{record}");
        assert_eq!(told(&ana).await, ["Alarm: Few deals"]);
        let page = ana.get(&format!("/analytics/alerts/{}", id(&alert))).await.ok();
        let last = page["points"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["from"], &last["value"], &last["low"], &last["state"]), (&json!("2026-06-08"), &json!(3), &json!(4), &json!("too_low")), "{page}");
        assert_eq!(page["told"].as_array().unwrap().len(), 1);
        // An alarm stands on the ledger.
        let raised = async || ana.get("/events?kinds=alert.raised").await.ok()["data"].as_array().unwrap().len();
        testkit::eventually(async || raised().await == 1).await;

        // Nothing is due before the week is over; then it is worse, which is nothing new.
        app.ring_timers().await;
        app.run_jobs().await;
        won(&ana, -1, 1).await;
        app.pass_ms(4 * DAY_MS);
        // Whoever was signed in is not any more after so many days.
        let app = app.reopened();
        looked(&app, "2026-06-15", 1).await;
        assert_eq!(told(&app.ana()).await.len(), 1, "it stays as it was");

        won(&app.ana(), -2, 6).await;
        app.pass_ms(7 * DAY_MS);
        let app = app.reopened();
        looked(&app, "2026-06-22", 6).await;
        let ana = app.ana();
        assert_eq!(told(&ana).await, ["As usual again: Few deals", "Alarm: Few deals"]);
        assert_eq!(ana.get(&format!("/alerts/{}", id(&alert))).await.ok()["state"], "quiet");
    }

    async fn what_is_out_of_the_ordinary_is_judged_by_its_own_past(app: TestApp) {
        let ana = app.ana();
        for week in 1..=16 {
            won(&ana, week, 4 + usize::try_from(week % 3).unwrap()).await;
        }
        won(&ana, 0, 25).await;
        let odd = ana.post("/alerts", json!({ "name": "Odd", "kpi": "deals_closed" })).await.created();
        let calm = ana.post("/alerts", json!({ "name": "Too short", "kpi": "tickets_opened" })).await.created();
        looked(&app, "2026-06-08", 25).await;
        let page = ana.get(&format!("/analytics/alerts/{}", id(&odd))).await.ok();
        let last = page["points"].as_array().unwrap().last().unwrap();
        assert_eq!((&page["state"], &last["state"], &page["one_in"]), (&json!("too_high"), &json!("too_high"), &json!(13.0)), "{page}");
        assert!(last["high"].as_f64().unwrap() < 25.0 && last["low"].as_f64().unwrap() < 5.0, "{last}");
        assert_eq!(page["replayed"]["alarms"], 1, "the weeks before were as usual: {page}");
        assert_eq!(ana.get(&format!("/alerts/{}", id(&calm))).await.ok()["state"], "too_little", "nothing ever happened there");
        assert_eq!(told(&ana).await, ["Alarm: Odd"]);

        // Before it is made one sees what it would have rung for; a rarer false alarm has a wider band.
        let preview = async |rate: &str| {
            let asked = format!("/analytics/alerts/preview?kpi=deals_closed&every=week&false_alarms={rate}");
            ana.get(&asked).await.ok()["points"].as_array().unwrap().last().unwrap()["high"].as_f64().unwrap()
        };
        assert!(preview("year").await > preview("quarter").await);
        ana.get("/analytics/alerts/preview?kpi=nothing&every=week").await.refused_with(422, "unknown");
    }

    async fn an_alert_tells_nobody_beyond_their_rights(app: TestApp) {
        let ana = app.ana();
        won(&ana, 0, 1).await;
        let role = json!({ "objects": { "deal": { "read": "own" }, "alert": { "read": "all", "create": true, "update": "own" } } });
        let boris = app.colleague("Boris", role).await;
        let alert = json!({ "name": "Theirs", "kpi": "deals_closed", "kind": "above", "line": 0 });
        let theirs = boris.post("/alerts", alert).await.created();
        let ours = ana.post("/alerts", json!({ "name": "Ours", "kpi": "deals_closed", "kind": "above", "line": 0, "visibility": "everyone" })).await.created();
        let path = |alert: &Value| format!("/analytics/alerts/{}", id(alert));
        ana.get(&path(&theirs)).await.refused(404);
        boris.put(&format!("{}/following", path(&ours)), json!({ "by_notice": true, "by_mail": true })).await.ok();
        looked(&app, "2026-06-08", 1).await;
        assert_eq!(boris.get(&format!("/alerts/{}", id(&theirs))).await.ok()["state"], "no_right");
        let page = boris.get(&path(&ours)).await.ok();
        assert_eq!((&page["allowed"], &page["points"], &page["told"]), (&json!(false), &json!([]), &json!([])), "{page}");
        assert!(told(&boris).await.is_empty(), "who may not see the figure is not told that it is high");
        assert_eq!(told(&ana).await, ["Alarm: Ours"]);
        app.stranger().get(&path(&ours)).await.refused(401);
    }

    async fn an_alert_that_cannot_be_is_refused(app: TestApp) {
        let ana = app.ana();
        ana.post("/alerts", json!({ "name": "Nothing" })).await.refused_with(422, "required");
        ana.post("/alerts", json!({ "name": "Unknown", "kpi": "luck" })).await.refused_with(422, "unknown_option");
        ana.post("/alerts", json!({ "name": "No line", "kpi": "revenue", "kind": "above" })).await.refused_with(422, "required");
        assert_eq!(ana.get("/alerts").await.ok()["data"], json!([]), "nothing is written");
    }

    async fn an_alarm_is_mailed_where_that_is_wished_and_to_nobody_while_it_is_muted(app: TestApp) {
        let server = MailBox::new();
        let app = app.mailing_by(&server);
        let ana = app.ana();
        won(&ana, 0, 2).await;
        let alert = json!({ "name": "Deals <came>", "kpi": "deals_closed", "kind": "above", "line": 1 });
        let made = ana.post("/alerts", alert.clone()).await.created();
        ana.put(&format!("/analytics/alerts/{}/following", id(&made)), json!({ "by_notice": false, "by_mail": true })).await.ok();
        let mut muted = alert;
        muted["muted_until"] = json!("2026-07-01T00:00:00Z");
        let muted = ana.post("/alerts", muted).await.created();
        looked(&app, "2026-06-08", 2).await;
        assert_eq!(app.send_due().await, 1, "one letter");
        let letter = &server.taken()[0];
        assert_eq!(letter.header("Subject"), Some("Deals <came>: higher than usual"));
        assert_eq!(ana.get(&format!("/alerts/{}", id(&muted))).await.ok()["state"], "too_high", "it is known, but not told");
        assert!(told(&ana).await.is_empty());
    }

    async fn a_kept_question_is_watched_with_its_owners_rights(app: TestApp) {
        let ana = app.ana();
        for week in 0..17 {
            won(&ana, week, if week == 0 { 9 } else { 2 + usize::try_from(week % 2).unwrap() }).await;
        }
        let sql = "select closed_on, count(*) as deals from deals group by 1";
        let question = ana.post("/sql_questions", json!({ "name": "Deals by day", "sql": sql })).await.created();
        let alert = ana.post("/alerts", json!({ "name": "By SQL", "question": id(&question), "visibility": "everyone" })).await.created();
        looked(&app, "2026-06-08", 9).await;
        let page = ana.get(&format!("/analytics/alerts/{}", id(&alert))).await.ok();
        let last = page["points"].as_array().unwrap().last().unwrap();
        assert_eq!((&page["state"], &last["value"], &page["unit"]), (&json!("too_high"), &json!(9.0), &json!("number")), "{page}");
    }
}
