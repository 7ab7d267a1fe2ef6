//! Forms: what somebody fills in on a page becomes a lead, once, with where they came from; what a machine sends waits for
//! a person.

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Answer, Client, MailBox, TestApp, on_both};

const MINUTE: i64 = 60_000;

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn form(app: &TestApp, more: Value) -> Value {
    let mut body = json!({
        "name": "Talk to us", "slug": "talk",
        "fields": [{ "field": "first_name" }, { "field": "email", "required": true }, { "field": "description" }, { "field": "rating", "value": "warm" }],
        "texts": { "en": { "title": "Talk to us", "thanks": "We call you.", "consent": "You may write to me." }, "ro": { "title": "Vorbiți cu noi" } },
    });
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    app.ana().post("/forms", body).await.created()
}

fn browser(app: &TestApp) -> Client {
    app.stranger().with("content-type", "application/x-www-form-urlencoded").with("user-agent", "Firefox")
}

/// What stands in a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name={name} value=\"")).unwrap_or_else(|| panic!("{name} is not on {page}"));
    let from = at + format!("name={name} value=\"").len();
    page[from..].split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&").replace("&#39;", "'")
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let safe = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", safe(name), safe(value))).collect::<Vec<_>>().join("&")
}

/// Opens the page, reads it for a minute, and sends it.
async fn fill_in(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = browser(app).get(&format!("/{path}")).await.text();
    app.pass_ms(MINUTE);
    send(app, &page, fields).await
}

async fn send(app: &TestApp, page: &str, fields: &[(&str, &str)]) -> Answer {
    let (stamp, origin) = (hidden(page, "stamp"), hidden(page, "origin"));
    let mut all = vec![("stamp", stamp.as_str()), ("origin", origin.as_str())];
    all.extend(fields);
    browser(app).send("POST", "//f/talk?lang=en", Body::from(encoded(&all))).await
}

async fn leads(app: &TestApp) -> Vec<Value> {
    app.ana().get("/leads?sort=created_at&limit=50").await.ok()["data"].as_array().unwrap().clone()
}

async fn answers(app: &TestApp) -> Vec<Value> {
    app.ana().get("/form_answers?sort=created_at&limit=50").await.ok()["data"].as_array().unwrap().clone()
}

on_both! {
    async fn what_is_sent_becomes_a_lead_with_its_origin_and_its_consent(app: TestApp) {
        form(&app, json!({})).await;
        let campaign = "/f/talk?utm_source=google&utm_medium=cpc&utm_campaign=Autumn&utm_term=red%20bike";
        let page = browser(&app).with("referer", "https://www.google.com/search?q=secret").get(&format!("/{campaign}")).await.text();
        assert!(page.contains("Talk to us") && page.contains("You may write to me."), "{page}");
        app.pass_ms(MINUTE);
        let sent = send(&app, &page, &[("first_name", "Maria"), ("email", "maria@x.example"), ("description", "A <b>bike</b>"), ("consent", "on")]).await;
        assert!(sent.text().contains("We call you."), "{}", sent.text());

        let leads = leads(&app).await;
        let lead = &leads[0];
        assert_eq!((&lead["first_name"], &lead["email"], &lead["rating"], &lead["source"]), (&json!("Maria"), &json!("maria@x.example"), &json!("warm"), &json!("web")));
        let origin = ["origin_medium", "origin_source", "origin_campaign", "origin_phrase", "origin_referrer"].map(|name| lead[name].as_str().unwrap_or("none"));
        assert_eq!(origin, ["campaign", "google", "Autumn", "red bike", "https://www.google.com/search"], "what was searched for elsewhere is nobody's business");
        app.ana().patch(&format!("/leads/{}", id(lead)), json!({ "origin_phrase": "other" })).await.refused_with(422, "readonly");
        let answer = &answers(&app).await[0];
        assert_eq!((&answer["state"], &answer["consent"], &answer["lead"]), (&json!("accepted"), &json!("You may write to me."), &lead["id"]));
        assert!(answer["consent_at"].is_string());
        let story = app.ana().get(&format!("/leads/{}/timeline", id(lead))).await.ok();
        let kinds: Vec<&str> = story["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"form.submitted") && kinds.contains(&"consent.given"), "{kinds:?}");
    }

    async fn the_same_page_sent_twice_is_one_lead_and_another_time_the_same_person(app: TestApp) {
        form(&app, json!({})).await;
        let page = browser(&app).get("//f/talk").await.text();
        app.pass_ms(MINUTE);
        for _ in 0..2 {
            send(&app, &page, &[("email", "maria@x.example")]).await;
        }
        assert_eq!((leads(&app).await.len(), answers(&app).await.len()), (1, 1));
        fill_in(&app, "/f/talk", &[("email", "maria@x.example"), ("first_name", "Maria")]).await;
        let leads = leads(&app).await;
        assert_eq!((leads.len(), &leads[0]["first_name"]), (1, &json!("Maria")));
        // The same page with another answer is no person.
        send(&app, &page, &[("email", "other@x.example")]).await;
        assert_eq!(answers(&app).await[2]["reasons"], "again");
    }

    async fn what_is_missing_or_wrong_is_said_beside_it_and_nothing_typed_is_lost(app: TestApp) {
        form(&app, json!({ "needs_consent": true })).await;
        let sent = fill_in(&app, "/f/talk", &[("email", "no address"), ("first_name", "\"><script>")]).await;
        assert_eq!(sent.status.as_u16(), 422);
        let text = sent.text();
        assert!(text.contains("This cannot be right") && text.contains("Please agree to go on") && text.contains("&quot;&gt;&lt;script&gt;"), "{text}");
        assert!(answers(&app).await.is_empty());
        let again = browser(&app).get("//f/talk?lang=ro").await.text();
        assert!(again.contains("Vorbiți cu noi") && again.contains("lang=ro"));
        browser(&app).get("//f/nowhere").await.refused(404);
    }

    async fn what_looks_like_a_machine_works_or_waits_and_nothing_is_lost(app: TestApp) {
        form(&app, json!({})).await;
        // Faster than anybody reads: the browser is asked to work.
        let page = browser(&app).get("//f/talk").await.text();
        let asked = send(&app, &page, &[("email", "fast@x.example")]).await.text();
        assert!(asked.contains("id=work") && asked.contains("fast@x.example"), "{asked}");
        assert!(answers(&app).await.is_empty());
        let stamp = hidden(&asked, "stamp");
        let proof = worked(&stamp);
        send(&app, &asked, &[("email", "fast@x.example"), ("proof", &proof)]).await;
        assert_eq!(leads(&app).await.len(), 1);

        // A field that nobody sees, and a page that we never showed.
        fill_in(&app, "/f/talk", &[("email", "bot@x.example"), ("nickname_2", "x")]).await;
        browser(&app).send("POST", "//f/talk", Body::from(encoded(&[("email", "made@up.example")]))).await;
        fill_in(&app, "/f/talk", &[("email", "seller@x.example"), ("description", "http://a.a http://b.b https://c.c")]).await;
        let held: Vec<Value> = answers(&app).await.into_iter().filter(|answer| answer["state"] == "held").collect();
        assert_eq!(held.iter().map(|answer| answer["reasons"].as_str().unwrap()).collect::<Vec<_>>(), ["trap", "stamp", "links"]);
        assert_eq!(leads(&app).await.len(), 1);

        // A person looks.
        let ana = app.ana();
        let path = |answer: &Value| format!("/form_answers/{}/decision", id(answer));
        let let_go = ana.post(&path(&held[2]), json!({ "accept": true })).await.ok();
        assert_eq!(let_go["state"], "accepted");
        assert_eq!(ana.get(&format!("/leads/{}", let_go["lead"].as_str().unwrap())).await.ok()["email"], "seller@x.example");
        assert_eq!(ana.post(&path(&held[0]), json!({ "accept": false })).await.ok()["state"], "refused");
        ana.post(&path(&held[2]), json!({ "accept": true })).await.refused_with(409, "form.not_held");
        let boris = app.colleague("Boris", json!({ "objects": { "form_answer": { "read": "all" } } })).await;
        boris.post(&path(&held[1]), json!({ "accept": true })).await.refused(403);
    }

    async fn a_form_that_is_confirmed_by_mail_waits_for_the_yes(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        form(&app, json!({ "confirms": true })).await;
        let sent = fill_in(&app, "/f/talk", &[("email", "maria@x.example")]).await.text();
        assert!(sent.contains("confirm that it was you"), "{sent}");
        assert!(leads(&app).await.is_empty());
        app.send_due().await;
        let letter = mail.taken().pop().expect("a letter");
        let token = letter.text.split("/f/confirm/").nth(1).expect("a link").split_whitespace().next().unwrap();
        let link = format!("//f/confirm/{token}");
        assert!(browser(&app).get(&link).await.text().contains("Yes, it was me"));
        assert!(leads(&app).await.is_empty(), "opening the link is no yes: programs open every link");
        for _ in 0..2 {
            browser(&app).send("POST", &link, Body::empty()).await;
        }
        assert_eq!(leads(&app).await.len(), 1);
        assert!(answers(&app).await[0]["confirmed_at"].is_string());
        browser(&app).get("//f/confirm/made.up").await.refused(404);
    }

    async fn a_form_asks_for_what_a_lead_has_under_an_address_that_can_be_one(app: TestApp) {
        let ana = app.ana();
        let body = |slug: &str, fields: Value| json!({ "name": "F", "slug": slug, "fields": fields });
        ana.post("/forms", body("a b", json!([{ "field": "email" }]))).await.refused_with(422, "format");
        ana.post("/forms", body("a", json!([{ "field": "status" }]))).await.refused_with(422, "unknown_field");
        ana.post("/forms", body("a", json!([{ "field": "description" }]))).await.refused_with(422, "needs_any");
        ana.post("/forms", body("a", json!([{ "field": "email" }, { "field": "email" }]))).await.refused_with(422, "taken_twice");
        ana.post("/forms", body("a", json!([{ "field": "email" }]))).await.created();
        ana.post("/forms", body("a", json!([{ "field": "email" }]))).await.refused(409);
    }

    async fn a_program_brings_answers_by_the_same_way(app: TestApp) {
        let form = form(&app, json!({})).await;
        let path = format!("/forms/{}/answers", id(&form));
        let told = json!({ "values": { "email": "maria@x.example" }, "origin": { "source": "fair", "campaign": "Fair 2026" }, "consent": "On paper." });
        let taken = app.ana().post(&path, told.clone()).await.created();
        assert_eq!(taken["state"], "accepted");
        let lead = app.ana().get(&format!("/leads/{}", taken["lead"].as_str().unwrap())).await.ok();
        assert_eq!((&lead["origin_source"], &lead["origin_campaign"]), (&json!("fair"), &json!("Fair 2026")));
        app.ana().post(&path, json!({ "values": { "owner": app.ana_id() } })).await.refused_with(422, "unknown_field");
        let boris = app.colleague("Boris", json!({ "objects": { "form": { "read": "all" } } })).await;
        boris.post(&path, told).await.refused(404);
    }
}

/// What a browser works out.
fn worked(stamp: &str) -> String {
    use sha2::{Digest, Sha256};
    (0u64..)
        .map(|n| n.to_string())
        .find(|n| {
            let hash = Sha256::new().chain_update(stamp.as_bytes()).chain_update(n.as_bytes()).finalize();
            hash[0] == 0 && hash[1] >> 3 == 0
        })
        .expect("a number")
}
