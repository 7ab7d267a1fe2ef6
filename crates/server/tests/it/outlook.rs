//! The outlook on deals: totals of coming months with intervals, and the chance of each open deal, learned of their past.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

/// A day of 2025 or 2026 by its number from 1 October 2025.
fn day(number: i64) -> String {
    let first: jiff::civil::Date = "2025-10-01".parse().unwrap();
    first.checked_add(jiff::Span::new().days(number)).unwrap().to_string()
}

/// Three begin each day until 18 June 2026; a third is won and a third lost in the four weeks after, the rest is open.
async fn some_deals(ana: &Client) -> usize {
    let mut open = 0;
    let mut deals = Vec::new();
    for number in 0..261i64 {
        for place in 0..3i64 {
            let after = (number * 7 + place * 11) % 28 + 1;
            let mut deal = json!({
                "name": format!("Deal {number}.{place}"), "engaged_on": day(number), "amount": { "amount": 10_000 + 1_000 * (number % 5), "currency": "EUR" },
            });
            if place < 2 && number + after < 261 {
                deal["status"] = json!(if place == 0 { "won" } else { "lost" });
                deal["closed_on"] = json!(day(number + after));
            } else {
                open += 1;
            }
            deals.push(deal);
        }
    }
    for part in deals.chunks(100) {
        ana.post("/deals/bulk", json!({ "action": "create", "records": part })).await;
    }
    open
}

async fn learned(app: &TestApp) -> Value {
    app.ana().post("/analytics/outlook/learn", json!(null)).await.accepted();
    app.run_jobs().await;
    app.ana().get("/analytics/outlook").await.ok()
}

async fn count(client: &Client, filter: &str) -> usize {
    let filter = filter.replace(' ', "%20").replace('"', "%22").replace('=', "%3D");
    let answer = client.get(&format!("/deals?limit=1&count=exact&filter={filter}")).await.ok();
    usize::try_from(answer["count"]["value"].as_i64().unwrap()).unwrap()
}

on_both! {
    async fn months_to_come_are_foretold_with_what_they_would_have_held(app: TestApp) {
        let ana = app.ana();
        assert_eq!(ana.get("/analytics/outlook").await.ok()["state"], "none");
        assert_eq!(learned(&app).await["state"], "too_little");
        let open = some_deals(&ana).await;
        app.pass_ms(1_000);
        let told = learned(&app).await;
        assert_eq!((&told["state"], &told["since"], &told["currency"]), (&json!("made"), &json!("2026-06-19"), &json!("EUR")), "{told}");
        let months = told["months"].as_array().unwrap();
        assert_eq!((months.len(), &months[0]["month"], &months[1]["last"]), (6, &json!("2026-06-01"), &json!("2026-07-31")));
        let figure = |month: usize, of: &str, which: &str| months[month][of][which].as_i64().unwrap();
        // About thirty are won in a month.
        let july = (figure(1, "deals", "low"), figure(1, "deals", "expected"), figure(1, "deals", "high"));
        assert!(july.0 < july.1 && july.1 < july.2 && (20..=42).contains(&july.1), "{july:?}");
        assert!(figure(0, "deals", "expected") < july.1, "less than half of June is left");
        assert!((9_000..16_000).contains(&(figure(1, "amount", "expected") / july.1)), "{told}");
        assert!(figure(2, "amount_so_far", "expected") > figure(2, "amount", "expected"));
        let quality = &told["quality"];
        assert!(quality["tested"].as_i64().unwrap() >= 6 && quality["deals_held"].as_i64().unwrap() >= 60, "{quality}");

        // Each open deal has its chance; people do not write it.
        assert_eq!(count(&ana, "learned_probability is not empty").await, open);
        assert_eq!(count(&ana, "learned_probability is not empty and status = \"won\"").await, 0);
        let fresh = ana.get("/deals?filter=status=%22open%22&sort=-engaged_on&limit=1").await.ok()["data"][0].clone();
        assert!(fresh["learned_probability"].as_i64().unwrap() > 10 && fresh["learned_close_on"].as_str().unwrap() > "2026-06-19", "{fresh}");
        let path = format!("/deals/{}", fresh["id"].as_str().unwrap());
        ana.patch(&path, json!({ "learned_probability": 99 })).await.refused_with(422, "readonly");

        // What is closed is foretold no more, and what was foretold before is still known.
        ana.patch(&path, json!({ "status": "won", "closed_on": "2026-06-19" })).await.ok();
        app.pass_ms(1_000);
        learned(&app).await;
        assert_eq!(ana.get(&path).await.ok()["learned_probability"], Value::Null);
        assert_eq!(ana.get("/analytics/outlook?as_of=2026-06-18").await.ok()["state"], "none");
        assert_eq!(ana.get("/analytics/outlook?as_of=2026-06-19").await.ok()["state"], "made");
    }

    async fn totals_of_all_deals_are_for_who_may_read_all(app: TestApp) {
        let own = app.colleague("Boris", json!({ "objects": { "deal": { "read": "own" } } })).await;
        own.get("/analytics/outlook").await.refused(403);
        own.post("/analytics/outlook/learn", json!(null)).await.refused(403);
        let blind = app.colleague("Vera", json!({ "objects": { "deal": { "read": "all", "fields": { "amount": "hidden" } } } })).await;
        blind.get("/analytics/outlook").await.refused(403);
        app.stranger().get("/analytics/outlook").await.refused(401);
        app.ana().get("/analytics/outlook?as_of=soon").await.refused_with(422, "not_a_date");
    }
}
