//! Bookings: a visitor takes a time that is free, once, and moves or cancels it; colleagues' calendars and the visitor's agree.

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Answer, Client, MailBox, TestApp, on_both};

const MINUTE: i64 = 60_000;
/// The Monday after the day of the tests, a Friday.
const MONDAY: &str = "2026-06-22";

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn page(app: &TestApp, more: Value) -> Value {
    let mut body = json!({
        "name": "A first talk", "slug": "talk", "owner": app.ana_id(), "duration_minutes": 60, "step_minutes": 60,
        "questions": [{ "labels": { "en": "What is it about?" }, "required": true }],
        "texts": { "en": { "title": "A first talk", "thanks": "See you." }, "ro": { "title": "O primă discuție" } },
    });
    for (field, value) in more.as_object().unwrap() {
        body[field] = value.clone();
    }
    app.ana().post("/booking_pages", body).await.created()
}

fn browser(app: &TestApp) -> Client {
    app.stranger().with("content-type", "application/x-www-form-urlencoded").with("user-agent", "Firefox")
}

fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name={name} value=\"")).unwrap_or_else(|| panic!("{name} is not on {page}"));
    let from = at + format!("name={name} value=\"").len();
    page[from..].split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&").replace("&#39;", "'")
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let safe = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{}={}", safe(name), safe(value))).collect::<Vec<_>>().join("&")
}

fn clocks(page: &str) -> Vec<String> {
    let list = page.split("class=times>").nth(1).unwrap_or_default().split("</ul>").next().unwrap_or_default();
    list.split("<li>").skip(1).filter_map(|item| Some(item.split('>').nth(1)?.split('<').next()?.to_string())).collect()
}

/// The times that a page offers on a day, as UTC.
async fn times(app: &TestApp, day: &str) -> Vec<String> {
    clocks(&browser(app).get(&format!("//b/talk?tz=UTC&day={day}")).await.text())
}

/// Opens the page of a time, reads it for a minute, and sends it.
async fn book(app: &TestApp, at: &str, email: &str) -> Answer {
    let page = browser(app).get(&format!("//b/talk?tz=Europe%2FChisinau&at={at}&utm_source=fair")).await.text();
    app.pass_ms(MINUTE);
    send(app, &page, email, &[]).await
}

async fn send(app: &TestApp, page: &str, email: &str, more: &[(&str, &str)]) -> Answer {
    let unseen = ["stamp", "origin", "at"].map(|name| hidden(page, name));
    let mut all = vec![("stamp", unseen[0].as_str()), ("origin", unseen[1].as_str()), ("at", unseen[2].as_str())];
    all.extend([("first_name", "Maria"), ("last_name", "Popa"), ("email", email), ("q0", "Red bikes")]);
    all.extend(more);
    browser(app).send("POST", "//b/talk?lang=en&tz=Europe%2FChisinau", Body::from(encoded(&all))).await
}

/// The meeting that came with a letter, however its sender packed it.
fn calendar_of(letter: &str) -> String {
    let part = letter.split("text/calendar").nth(1).expect("a meeting comes with the letter");
    let (head, body) = part.split_once("\n\n").expect("a part has a head");
    let body = body.split("\n--").next().unwrap_or_default();
    if !head.to_ascii_lowercase().contains("base64") {
        return body.to_string();
    }
    let packed: String = body.chars().filter(|c| !c.is_whitespace() && *c != '=').collect();
    let packed = packed.replace('+', "-").replace('/', "_");
    let bytes = foundation::access::encoding::from_base64url(&packed).expect("base64");
    String::from_utf8(bytes).expect("words")
}

fn place(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    format!("/{}", answer.header("location").expect("a place"))
}

async fn all(app: &TestApp, plural: &str) -> Vec<Value> {
    app.ana().get(&format!("/{plural}?sort=created_at&limit=50")).await.ok()["data"].as_array().unwrap().clone()
}

on_both! {
    async fn a_visitor_takes_a_time_and_it_stands_in_the_calendar(app: TestApp) {
        let ana = app.ana();
        page(&app, json!({ "becomes": "lead", "notice_hours": 0 })).await;
        ana.post("/activities", json!({ "subject": "Lunch", "kind": "meeting", "owner": app.ana_id(), "starts_at": "2026-06-22T12:00:00Z", "ends_at": "2026-06-22T13:00:00Z" })).await.created();
        ana.post("/activities", json!({ "subject": "Think", "kind": "task", "owner": app.ana_id(), "starts_at": "2026-06-22T15:00:00Z", "ends_at": "2026-06-22T16:00:00Z" })).await.created();
        assert_eq!(times(&app, MONDAY).await, ["09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00"], "working hours without what is there; a task keeps nobody");
        let here = browser(&app).get(&format!("//b/talk?tz=Europe%2FChisinau&lang=ro&day={MONDAY}")).await.text();
        assert!(clocks(&here)[0] == "12:00" && here.contains("O primă discuție") && here.contains("Luni, 22 iunie"), "{here}");

        let taken = book(&app, "2026-06-22T09:00:00Z", "Maria@x.example").await;
        let own = browser(&app).get(&place(&taken)).await.text();
        assert!(own.contains("See you.") && own.contains("Monday, 22 June, 12:00–13:00 (Europe/Chisinau)"), "{own}");
        assert_eq!(times(&app, MONDAY).await[0], "10:00");
        let booking = &all(&app, "bookings").await[0];
        assert_eq!((&booking["state"], &booking["host"], &booking["time_zone"], &booking["answers"]),
            (&json!("booked"), &json!(app.ana_id()), &json!("Europe/Chisinau"), &json!([{ "asked": "What is it about?", "said": "Red bikes" }])));
        let lead = ana.get(&format!("/leads/{}", booking["lead"].as_str().unwrap())).await.ok();
        assert_eq!((&lead["email"], &lead["source"], &lead["origin_source"], &lead["origin_page"]), (&json!("maria@x.example"), &json!("web"), &json!("fair"), &json!("/b/talk")));
        let meeting = ana.get("/calendar?from=2026-06-22&to=2026-06-22").await.ok()["data"][0]["record"].clone();
        assert_eq!((&meeting["subject"], &meeting["kind"], &meeting["lead"], &meeting["booking"]), (&json!("A first talk: Maria Popa"), &json!("meeting"), &lead["id"], &booking["id"]));
        // Whoever is known is not made again.
        ana.post("/contacts", json!({ "first_name": "Ion", "email": "ion@x.example" })).await.created();
        book(&app, "2026-06-22T10:00:00Z", "ion@x.example").await;
        assert!(all(&app, "bookings").await[1]["contact"].is_string());
        assert_eq!((all(&app, "leads").await.len(), all(&app, "contacts").await.len()), (1, 1));
    }

    async fn of_many_who_want_one_time_one_gets_it(app: TestApp) {
        page(&app, json!({ "becomes": "contact" })).await;
        let mut pages = Vec::new();
        for _ in 0..8 {
            pages.push(browser(&app).get("//b/talk?tz=UTC&at=2026-06-22T09:00:00Z").await.text());
        }
        app.pass_ms(MINUTE);
        let sends = pages.into_iter().enumerate().map(|(n, page)| {
            let app = app.clone();
            tokio::spawn(async move { send(&app, &page, &format!("v{n}@x.example"), &[]).await })
        });
        let mut codes = Vec::new();
        for sent in sends.collect::<Vec<_>>() {
            let answer = sent.await.unwrap();
            if answer.status.as_u16() == 409 {
                assert!(answer.text().contains("Somebody was faster") && clocks(&answer.text())[0] != "09:00");
            }
            codes.push(answer.status.as_u16());
        }
        codes.sort_unstable();
        assert_eq!(codes, [vec![303], vec![409; 7]].concat());
        assert_eq!((all(&app, "bookings").await.len(), all(&app, "activities").await.len(), all(&app, "contacts").await.len()), (1, 1, 1), "who came too late leaves no trace");
    }

    async fn it_is_their_turn_one_after_another_or_all_are_free(app: TestApp) {
        let ana = app.ana();
        let (_, boris) = app.colleague_with_id("Boris", json!({ "objects": {} })).await;
        let made = page(&app, json!({ "hosts": [app.ana_id(), boris], "per_day": 2 })).await;
        for (n, at) in ["09:00", "09:00", "10:00", "10:00"].iter().enumerate() {
            place(&book(&app, &format!("{MONDAY}T{at}:00Z"), &format!("v{n}@x.example")).await);
        }
        let hosts: Vec<Value> = all(&app, "bookings").await.iter().map(|booking| booking["host"].clone()).collect();
        assert_eq!(hosts.iter().filter(|host| **host == json!(boris)).count(), 2, "in turn");
        assert_ne!(hosts[0], hosts[1]);
        assert!(times(&app, MONDAY).await.is_empty() || !browser(&app).get(&format!("//b/talk?tz=UTC&day={MONDAY}")).await.text().contains("Monday, 22 June"), "two a day each");

        ana.patch(&format!("/booking_pages/{}", id(&made)), json!({ "assignment": "all", "per_day": null, "buffer_before": 60, "buffer_after": 60 })).await.ok();
        ana.post("/absences", json!({ "user": boris, "starts_on": "2026-06-23", "ends_on": "2026-06-23" })).await.created();
        assert_eq!(times(&app, MONDAY).await, ["12:00", "13:00", "14:00", "15:00", "16:00"], "an hour free behind what is there");
        let tuesday = browser(&app).get("//b/talk?tz=UTC&day=2026-06-23").await.text();
        assert!(!tuesday.contains("Tuesday, 23 June"), "Boris is away");
        place(&book(&app, "2026-06-24T09:00:00Z", "both@x.example").await);
        let on_wednesday = all(&app, "activities").await.into_iter().filter(|one| one["starts_at"] == "2026-06-24T09:00:00.000Z");
        assert_eq!(on_wednesday.count(), 2, "one for each of them");
    }

    async fn a_visitor_moves_and_cancels_by_their_link_and_is_told_by_mail(app: TestApp) {
        let mail = MailBox::new();
        let app = app.mailing_by(&mail);
        page(&app, json!({})).await;
        let own = place(&book(&app, "2026-06-22T09:00:00Z", "maria@x.example").await);
        let path = own.split('?').next().unwrap().to_string();
        app.send_due().await;
        let letter = mail.taken().pop().expect("a letter");
        let sent = calendar_of(&letter.text);
        assert!(sent.contains("METHOD:REQUEST") && sent.contains("SEQUENCE:0") && sent.contains("DTSTART:20260622T090000Z"), "{sent}");
        assert!(letter.text.contains(&path[1..]), "the link is in the letter: {}", letter.text);

        let at = encoded(&[("at", "2026-06-22T14:00:00Z")]);
        let offered = browser(&app).get(&format!("{path}/times?tz=UTC&day={MONDAY}")).await.text();
        assert_eq!(clocks(&offered)[0], "09:00", "their own time is no hindrance");
        for _ in 0..2 {
            place(&browser(&app).send("POST", &format!("{path}/times?tz=UTC"), Body::from(at.clone())).await);
        }
        let booking = all(&app, "bookings").await[0].clone();
        assert_eq!((&booking["starts_at"], &booking["sequence"]), (&json!("2026-06-22T14:00:00.000Z"), &json!(1)), "twice the same is once");
        assert_eq!(all(&app, "activities").await[0]["starts_at"], "2026-06-22T14:00:00.000Z");
        // A colleague moves the meeting: the booking follows, and the visitor is told.
        let activity = id(&all(&app, "activities").await[0]);
        app.ana().patch(&format!("/activities/{activity}"), json!({ "starts_at": "2026-06-22T15:00:00Z", "ends_at": "2026-06-22T16:00:00Z" })).await.ok();
        let calendar = browser(&app).get(&format!("{path}/meeting.ics")).await.text();
        assert!(calendar.contains("SEQUENCE:2") && calendar.contains("DTSTART:20260622T150000Z"), "{calendar}");

        assert!(browser(&app).get(&path).await.text().contains("Cancel the meeting"));
        for _ in 0..2 {
            place(&browser(&app).send("POST", &path, Body::from("action=cancel")).await);
        }
        assert_eq!(all(&app, "bookings").await[0]["state"], "cancelled");
        assert!(all(&app, "activities").await.is_empty());
        assert_eq!(times(&app, MONDAY).await[0], "09:00");
        app.send_due().await;
        let mut sent: Vec<(String, String)> = mail
            .taken()
            .iter()
            .map(|letter| {
                let calendar = calendar_of(&letter.text);
                let said = |name: &str| calendar.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_string();
                (said("SEQUENCE:"), said("METHOD:"))
            })
            .collect();
        sent.sort();
        let of = |(at, method): (&str, &str)| (at.to_string(), method.to_string());
        assert_eq!(sent, [("0", "REQUEST"), ("1", "REQUEST"), ("2", "REQUEST"), ("3", "CANCEL")].map(of), "booked, moved twice, cancelled once");
        browser(&app).get("//b/booked/made.up").await.refused(404);
    }

    async fn what_is_wrong_is_said_and_takes_no_time(app: TestApp) {
        let ana = app.ana();
        let made = page(&app, json!({ "notice_hours": 24 * 3, "horizon_days": 5 })).await;
        assert_eq!(times(&app, "2026-06-23").await[0], "09:00");
        // Too soon, too late, between the steps, and outside of working hours.
        for at in ["2026-06-22T09:00:00Z", "2026-06-29T09:00:00Z", "2026-06-23T09:20:00Z", "2026-06-23T17:00:00Z"] {
            let page = browser(&app).get("//b/talk?tz=UTC&at=2026-06-23T09:00:00Z").await.text();
            app.pass_ms(MINUTE);
            let page = page.replace("2026-06-23T09:00:00.000Z", at);
            assert_eq!(send(&app, &page, "maria@x.example", &[]).await.status.as_u16(), 409, "{at}");
        }
        let page = browser(&app).get("//b/talk?tz=UTC&at=2026-06-23T09:00:00Z").await.text();
        // Faster than anybody reads: the browser is asked to work.
        let fast = send(&app, &page, "maria@x.example", &[]).await.text();
        assert!(fast.contains("id=work") && fast.contains("Red bikes"), "{fast}");
        app.pass_ms(MINUTE);
        let wrong = send(&app, &page, "no address", &[("q0", ""), ("first_name", "\"><script>")]).await;
        assert_eq!(wrong.status.as_u16(), 422);
        assert!(wrong.text().contains("This cannot be right") && wrong.text().contains("&quot;&gt;&lt;script&gt;"), "{}", wrong.text());
        assert_eq!(send(&app, &page, "m@x.example", &[("nickname_2", "x")]).await.status.as_u16(), 422);
        assert!(all(&app, "bookings").await.is_empty() && all(&app, "contacts").await.is_empty());
        for _ in 0..2 {
            place(&send(&app, &page, "maria@x.example", &[]).await);
        }
        assert_eq!(all(&app, "bookings").await.len(), 1, "the same page sent twice is one");
        ana.patch(&format!("/booking_pages/{}", id(&made)), json!({ "duration_minutes": 0 })).await.refused_with(422, "too_small");
        ana.patch(&format!("/booking_pages/{}", id(&made)), json!({ "slug": "a b" })).await.refused_with(422, "format");
        ana.patch(&format!("/booking_pages/{}", id(&made)), json!({ "is_active": false })).await.ok();
        assert_eq!(browser(&app).get("//b/talk").await.status.as_u16(), 410);
        browser(&app).get("//b/nowhere").await.refused(404);
    }

    async fn colleagues_see_when_somebody_is_busy_and_when_all_are_free(app: TestApp) {
        let ana = app.ana();
        let (boris, boris_id) = app.colleague_with_id("Boris", json!({ "objects": { "activity": { "read": "own" }, "user": { "read": "all" } } })).await;
        ana.patch(&format!("/users/{boris_id}"), json!({ "time_zone": "Europe/Chisinau" })).await.ok();
        // Every Monday at ten where she is, three hours from UTC; one moment is moved.
        let series = ana.post("/activities", json!({ "subject": "Secret", "kind": "meeting", "owner": app.ana_id(), "starts_at": "2026-06-15T07:00:00Z", "ends_at": "2026-06-15T07:30:00Z", "repeats": "FREQ=WEEKLY;BYDAY=MO", "time_zone": "Europe/Chisinau" })).await.created();
        ana.patch(&format!("/activities/{}/occurrences/2026-06-22T07:00:00Z", id(&series)), json!({ "reach": "this", "values": { "starts_at": "2026-06-22T13:00:00Z", "ends_at": "2026-06-22T14:00:00Z" } })).await.ok();
        ana.post("/activities", json!({ "subject": "Fair", "kind": "visit", "owner": boris_id, "is_all_day": true, "starts_at": "2026-06-23T00:00:00Z", "ends_at": "2026-06-24T00:00:00Z", "time_zone": "UTC" })).await.created();
        let path = format!("/calendar/busy?users={},{boris_id}&from=2026-06-22T00:00:00Z&to=2026-06-24T00:00:00Z&minutes=60", app.ana_id());
        let told = boris.get(&path).await.ok();
        let of = |user: &str| told["data"].as_array().unwrap().iter().find(|one| one["user"] == user).unwrap()["busy"].clone();
        assert_eq!(of(&app.ana_id().to_string()), json!([{ "at": "2026-06-22T13:00:00.000Z", "ends_at": "2026-06-22T14:00:00.000Z" }]));
        assert_eq!(of(&boris_id.to_string()), json!([{ "at": "2026-06-22T21:00:00.000Z", "ends_at": "2026-06-23T21:00:00.000Z" }]), "the whole day where he is");
        assert!(!told.to_string().contains("Secret"));
        let free: Vec<&str> = told["free"].as_array().unwrap().iter().map(|one| one["at"].as_str().unwrap()).collect();
        assert_eq!((free[0], free.contains(&"2026-06-22T12:30:00.000Z"), free.last().copied()), ("2026-06-22T09:00:00.000Z", false, Some("2026-06-22T16:00:00.000Z")));
        boris.get(&path.replace("minutes=60", "minutes=1")).await.refused_with(422, "too_small");
        app.colleague("Nobody", json!({ "objects": {} })).await.get(&path).await.refused(404);
    }
}
