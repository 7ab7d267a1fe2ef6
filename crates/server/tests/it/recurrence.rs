//! Activities that recur: their moments, changes of one, some or all of them, and reminders.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

/// What `/calendar` says: when, until when, and the subject.
async fn moments(app: &TestApp, from: &str, to: &str) -> Vec<(String, String)> {
    let answer = app.ana().get(&format!("/calendar?from={from}&to={to}")).await.ok();
    let data = answer["data"].as_array().expect("data");
    let text = |value: &Value| value.as_str().unwrap_or_default().replace(":00.000Z", "");
    data.iter()
        .map(|one| (text(&one["at"]), one["record"]["subject"].as_str().unwrap_or_default().to_string()))
        .collect()
}

fn is(found: Vec<(String, String)>, wanted: &[(&str, &str)]) {
    let found: Vec<(&str, &str)> = found.iter().map(|(at, what)| (at.as_str(), what.as_str())).collect();
    assert_eq!(found, wanted);
}

/// Every Tuesday at nine in Chișinău, an hour long, from the 16th of June.
async fn weekly(app: &TestApp) -> Value {
    app.ana().patch("/me", json!({ "time_zone": "Europe/Chisinau" })).await.ok();
    let said = json!({
        "subject": "Team", "kind": "meeting", "starts_at": "2026-06-16T06:00:00Z", "ends_at": "2026-06-16T07:00:00Z",
        "repeats": "FREQ=WEEKLY;BYDAY=TU",
    });
    app.ana().post("/activities", said).await.created()
}

fn path(series: &Value, at: &str) -> String {
    format!("/activities/{}/occurrences/{at}", series["id"].as_str().expect("an id"))
}

on_both! {
    async fn a_meeting_every_tuesday_is_one_record_with_many_moments(app: TestApp) {
        let series = weekly(&app).await;
        assert_eq!((&series["time_zone"], &series["repeats_until"]), (&json!("Europe/Chisinau"), &json!("9999-01-01T00:00:00.000Z")), "{series}");
        is(moments(&app, "2026-06-15", "2026-06-30").await, &[("2026-06-16T06:00", "Team"), ("2026-06-23T06:00", "Team"), ("2026-06-30T06:00", "Team")]);
        // The layout of the workspace and my day say the same.
        let layout = app.ana().post("/activities/calendar", json!({ "field": "starts_at", "end": "ends_at", "from": "2026-06-22", "to": "2026-07-01" })).await.ok();
        let days: Vec<&str> = layout["days"].as_array().unwrap().iter().map(|day| day["date"].as_str().unwrap()).collect();
        assert_eq!(days, ["2026-06-23", "2026-06-30"], "{layout}");
        assert_eq!(layout["days"][0]["data"][0]["occurrence"], json!({ "at": "2026-06-23T06:00:00.000Z", "ends_at": "2026-06-23T07:00:00.000Z" }));
        let day = app.ana().get("/me/day?date=2026-06-30").await.ok();
        assert_eq!((&day["agenda"]["count"], &day["agenda"]["data"][0]["title"]), (&json!(1), &json!("Team")), "{day}");
    }

    async fn nine_in_the_morning_stays_nine_when_clocks_change(app: TestApp) {
        weekly(&app).await;
        is(moments(&app, "2026-10-20", "2026-10-27").await, &[("2026-10-20T06:00", "Team"), ("2026-10-27T07:00", "Team")]);
        is(moments(&app, "2027-03-23", "2027-03-30").await, &[("2027-03-23T07:00", "Team"), ("2027-03-30T06:00", "Team")]);
    }

    async fn one_moment_is_moved_and_the_others_stay(app: TestApp) {
        let series = weekly(&app).await;
        let moved = json!({ "reach": "this", "values": { "starts_at": "2026-06-24T08:00:00Z", "location": "Garden" } });
        let answer = app.ana().patch(&path(&series, "2026-06-23T06:00:00Z"), moved).await;
        let change = answer.change();
        let told = answer.ok();
        is(moments(&app, "2026-06-15", "2026-06-30").await, &[("2026-06-16T06:00", "Team"), ("2026-06-24T08:00", "Team"), ("2026-06-30T06:00", "Team")]);
        let own = app.ana().get(&format!("/activities/{}", told["id"].as_str().unwrap())).await.ok();
        assert_eq!((&own["series"], &own["ends_at"], &own["repeats"]), (&series["id"], &json!("2026-06-24T09:00:00.000Z"), &Value::Null), "{own}");
        // Changed again, it is the same record; done, it is done alone.
        app.ana().patch(&path(&series, "2026-06-23T06:00:00Z"), json!({ "reach": "this", "values": { "is_done": true } })).await.ok();
        let own = app.ana().get(&format!("/activities/{}", told["id"].as_str().unwrap())).await.ok();
        assert_eq!((&own["is_done"], &own["location"]), (&json!(true), &json!("Garden")));
        assert_eq!(app.ana().get(&format!("/activities/{}", series["id"].as_str().unwrap())).await.ok()["is_done"], false);
        // What was moved goes back as any other change does.
        app.ana().patch(&path(&series, "2026-06-23T06:00:00Z"), json!({ "reach": "this", "values": { "is_done": false } })).await.ok();
        app.ana().post(&format!("/changes/{change}/undo"), json!({})).await.ok();
        is(moments(&app, "2026-06-15", "2026-06-30").await, &[("2026-06-16T06:00", "Team"), ("2026-06-23T06:00", "Team"), ("2026-06-30T06:00", "Team")]);
    }

    async fn one_moment_is_taken_out_and_comes_back(app: TestApp) {
        let series = weekly(&app).await;
        let answer = app.ana().delete(&format!("{}?reach=this", path(&series, "2026-06-23T06:00:00Z"))).await;
        let change = answer.change();
        answer.ok();
        is(moments(&app, "2026-06-15", "2026-06-30").await, &[("2026-06-16T06:00", "Team"), ("2026-06-30T06:00", "Team")]);
        app.ana().patch(&path(&series, "2026-06-23T06:00:00Z"), json!({ "reach": "this", "values": { "subject": "x" } })).await.refused(404);
        app.ana().post(&format!("/changes/{change}/undo"), json!({})).await.ok();
        assert_eq!(moments(&app, "2026-06-15", "2026-06-30").await.len(), 3);
        // A moment that was changed and thrown away does not come back by itself.
        let own = app.ana().patch(&path(&series, "2026-06-23T06:00:00Z"), json!({ "reach": "this", "values": { "subject": "Other" } })).await.ok();
        app.ana().delete(&format!("/activities/{}", own["id"].as_str().unwrap())).await.nothing();
        is(moments(&app, "2026-06-15", "2026-06-30").await, &[("2026-06-16T06:00", "Team"), ("2026-06-30T06:00", "Team")]);
    }

    async fn this_and_those_behind_it_go_their_own_way(app: TestApp) {
        let series = weekly(&app).await;
        app.ana().patch(&path(&series, "2026-07-07T06:00:00Z"), json!({ "reach": "this", "values": { "subject": "Special" } })).await.ok();
        // From the 30th on a day later at ten, still by the rule.
        let later = json!({ "reach": "following", "values": { "starts_at": "2026-07-01T07:00:00Z", "subject": "Team at ten" } });
        let told = app.ana().patch(&path(&series, "2026-06-30T06:00:00Z"), later).await.ok();
        is(moments(&app, "2026-06-15", "2026-07-16").await, &[
            ("2026-06-16T06:00", "Team"), ("2026-06-23T06:00", "Team"), ("2026-07-01T07:00", "Team at ten"),
            ("2026-07-07T06:00", "Special"), ("2026-07-15T07:00", "Team at ten"),
        ]);
        let new = app.ana().get(&format!("/activities/{}", told["id"].as_str().unwrap())).await.ok();
        assert_eq!((&new["repeats"], &new["ends_at"]), (&json!("FREQ=WEEKLY;BYDAY=WE"), &json!("2026-07-01T08:00:00.000Z")), "{new}");
        app.ana().delete(&format!("{}?reach=following", path(&new, "2026-07-15T07:00:00Z"))).await.ok();
        assert_eq!(moments(&app, "2026-07-10", "2026-08-30").await, []);
    }

    async fn all_moments_are_moved_by_the_hour_and_the_day(app: TestApp) {
        let series = weekly(&app).await;
        app.ana().delete(&format!("{}?reach=this", path(&series, "2026-06-23T06:00:00Z"))).await.ok();
        let moved = json!({ "reach": "all", "values": { "starts_at": "2026-07-02T11:00:00Z", "ends_at": "2026-07-02T11:30:00Z" } });
        app.ana().patch(&path(&series, "2026-06-30T06:00:00Z"), moved).await.ok();
        is(moments(&app, "2026-06-15", "2026-07-09").await, &[("2026-06-18T11:00", "Team"), ("2026-07-02T11:00", "Team"), ("2026-07-09T11:00", "Team")]);
        let all = app.ana().get(&format!("/activities/{}", series["id"].as_str().unwrap())).await.ok();
        assert_eq!((&all["repeats"], &all["ends_at"]), (&json!("FREQ=WEEKLY;BYDAY=TH"), &json!("2026-06-18T11:30:00.000Z")));
        app.ana().delete(&format!("{}?reach=all", path(&series, "2026-07-02T11:00:00Z"))).await.ok();
        assert_eq!(moments(&app, "2026-06-15", "2026-07-09").await, []);
    }

    async fn what_repeats_by_the_hour_is_there_at_each_of_its_hours(app: TestApp) {
        let ana = app.ana();
        ana.patch("/me", json!({ "time_zone": "Europe/Chisinau" })).await.ok();
        let said = json!({
            "subject": "Stand-up", "kind": "meeting", "starts_at": "2026-06-22T06:00:00Z", "ends_at": "2026-06-22T06:15:00Z",
            "repeats": "FREQ=DAILY;COUNT=4;BYHOUR=9,17",
        });
        let series = ana.post("/activities", said.clone()).await.created();
        is(moments(&app, "2026-06-22", "2026-06-25").await, &[
            ("2026-06-22T06:00", "Stand-up"), ("2026-06-22T14:00", "Stand-up"), ("2026-06-23T06:00", "Stand-up"), ("2026-06-23T14:00", "Stand-up"),
        ]);
        let moved = json!({ "reach": "this", "values": { "starts_at": "2026-06-22T15:00:00Z" } });
        ana.patch(&path(&series, "2026-06-22T14:00:00Z"), moved).await.ok();
        assert_eq!(moments(&app, "2026-06-22", "2026-06-22").await[1].0, "2026-06-22T15:00");
        let other = json!({ "reach": "all", "values": { "starts_at": "2026-06-22T07:00:00Z" } });
        ana.patch(&path(&series, "2026-06-22T06:00:00Z"), other).await.refused_with(422, "recurrence.says_days");
        let mut hourly = said.clone();
        hourly["repeats"] = json!("FREQ=HOURLY;INTERVAL=3;UNTIL=20260622T150000Z");
        hourly["subject"] = json!("Watch");
        ana.post("/activities", hourly).await.created();
        let watch: Vec<String> = moments(&app, "2026-06-22", "2026-06-23").await.into_iter().filter(|(_, what)| what == "Watch").map(|(at, _)| at).collect();
        assert_eq!(watch, ["2026-06-22T06:00", "2026-06-22T09:00", "2026-06-22T12:00", "2026-06-22T15:00"]);
        let mut whole = said;
        whole["is_all_day"] = json!(true);
        ana.post("/activities", whole).await.refused_with(422, "recurrence.unreadable");
    }

    async fn whole_days_are_the_same_day_everywhere(app: TestApp) {
        app.ana().patch("/me", json!({ "time_zone": "America/New_York" })).await.ok();
        let said = json!({ "subject": "Fair", "kind": "visit", "is_all_day": true, "time_zone": "Europe/Berlin", "starts_at": "2026-10-23T22:00:00Z", "ends_at": "2026-10-25T23:00:00Z", "repeats": "FREQ=YEARLY;COUNT=2" });
        app.ana().post("/activities", said).await.created();
        let seen = app.ana().get("/calendar?from=2026-10-20&to=2026-10-30").await.ok();
        assert_eq!((&seen["data"][0]["first_day"], &seen["data"][0]["last_day"]), (&json!("2026-10-24"), &json!("2026-10-25")), "{seen}");
        let seen = app.ana().get("/calendar?from=2027-10-20&to=2027-10-30").await.ok();
        assert_eq!((&seen["data"][0]["first_day"], &seen["data"][0]["last_day"]), (&json!("2027-10-24"), &json!("2027-10-25")), "{seen}");
        assert_eq!(app.ana().get("/calendar?from=2028-10-20&to=2028-10-30").await.ok()["data"], json!([]));
    }

    async fn a_rule_that_cannot_be_is_refused_and_nothing_is_written(app: TestApp) {
        let ana = app.ana();
        let ask = async |body: Value| ana.post("/activities", body).await;
        ask(json!({ "subject": "x", "starts_at": "2026-06-16T06:00:00Z", "repeats": "FREQ=SECONDLY" })).await.refused_with(422, "recurrence.unreadable");
        ask(json!({ "subject": "x", "repeats": "FREQ=DAILY" })).await.refused_with(422, "recurrence.no_start");
        ask(json!({ "subject": "x", "starts_at": "2026-06-16T06:00:00Z", "time_zone": "Mars/Olympus" })).await.refused_with(422, "unknown_zone");
        ask(json!({ "subject": "x", "starts_at": "2026-06-16T06:00:00Z", "ends_at": "2026-06-15T06:00:00Z" })).await.refused_with(422, "too_small");
        ask(json!({ "subject": "x", "starts_at": "2026-06-16T06:00:00Z", "remind_before": 1_000_000 })).await.refused_with(422, "too_large");
        ask(json!({ "subject": "x", "series": app.ana_id() })).await.refused_with(422, "readonly");
        assert_eq!(ana.get("/activities").await.ok()["data"], json!([]));
        let series = weekly(&app).await;
        let at = "2026-06-24T06:00:00Z";
        ana.patch(&path(&series, at), json!({ "reach": "this", "values": { "subject": "x" } })).await.refused(404);
        let at = "2026-06-23T06:00:00Z";
        ana.patch(&path(&series, at), json!({ "reach": "this", "values": { "repeats": "FREQ=DAILY" } })).await.refused_with(422, "recurrence.of_all");
        ana.patch(&path(&series, at), json!({ "reach": "this", "values": { "nothing": 1 } })).await.refused_with(422, "unknown_field");
        let once = ana.post("/activities", json!({ "subject": "Once", "starts_at": "2026-06-16T06:00:00Z" })).await.created();
        ana.patch(&path(&once, "2026-06-16T06:00:00Z"), json!({ "reach": "all", "values": {} })).await.refused_with(409, "recurrence.none");
        ana.get("/calendar?from=2026-06-16&to=2026-06-15").await.refused_with(422, "too_small");
        ana.get("/calendar?from=2026-01-01&to=2026-12-31").await.refused_with(422, "too_large");
        ana.get("/calendar?from=soon&to=2026-12-31").await.refused_with(422, "not_a_date");
    }

    async fn what_is_out_of_reach_is_in_no_calendar_and_is_not_changed(app: TestApp) {
        let series = weekly(&app).await;
        let boris = app.colleague("Boris", json!({ "objects": { "activity": { "read": "own", "update": "own", "create": true } } })).await;
        assert_eq!(boris.get("/calendar?from=2026-06-15&to=2026-06-30&owner=all").await.ok()["data"], json!([]));
        boris.patch(&path(&series, "2026-06-23T06:00:00Z"), json!({ "reach": "this", "values": { "subject": "x" } })).await.refused(404);
        let vera = app.colleague("Vera", json!({ "objects": { "activity": { "read": "all", "create": true } } })).await;
        assert_eq!(vera.get("/calendar?from=2026-06-15&to=2026-06-30&owner=all").await.ok()["data"].as_array().unwrap().len(), 3);
        vera.patch(&path(&series, "2026-06-23T06:00:00Z"), json!({ "reach": "this", "values": { "subject": "x" } })).await.refused(403);
        let zoe = app.colleague("Zoe", json!({ "objects": { "activity": { "read": "all", "fields": { "starts_at": "hidden" } } } })).await;
        zoe.get("/calendar?from=2026-06-15&to=2026-06-30&owner=all").await.refused(403);
    }

    async fn its_owner_is_reminded_once_of_each_moment(app: TestApp) {
        let series = weekly(&app).await;
        let at = format!("/activities/{}", series["id"].as_str().unwrap());
        app.ana().patch(&at, json!({ "remind_before": 30, "version": series["version"] })).await.ok();
        // The 23rd is moved to the evening: it reminds for itself.
        let moved = json!({ "reach": "this", "values": { "starts_at": "2026-06-23T15:00:00Z" } });
        app.ana().patch(&path(&series, "2026-06-23T06:00:00Z"), moved).await.ok();
        let told = async || {
            app.ring_timers().await;
            // Whoever was signed in is not any more after so many days.
            let notices = app.reopened().ana().get("/me/notifications").await.ok();
            notices["data"].as_array().unwrap().iter().filter(|notice| notice["kind"] == "reminder").count()
        };
        assert_eq!(told().await, 0);
        // Noon on Friday the 19th; half past two on Tuesday the 23rd is 4 days, 2 hours and 30 minutes on.
        app.pass_ms(((4 * 24 + 2) * 60 + 29) * 60_000);
        assert_eq!(told().await, 0, "neither at the moment that was moved away");
        app.pass_ms(60_000);
        assert_eq!(told().await, 1);
        assert_eq!(told().await, 1, "once");
        // 5:30 on the 30th.
        app.pass_ms((6 * 24 + 15) * 3_600_000);
        assert_eq!(told().await, 2);
        app.reopened().ana().delete(&format!("{}?reach=all", path(&series, "2026-06-30T06:00:00Z"))).await.ok();
        app.pass_ms(7 * 24 * 3_600_000);
        assert_eq!(told().await, 2);
    }
}
