//! Phones and other calendars: CalDAV and CardDAV, as raw requests and by the clients that people have (Python's `caldav` and
//! `vdirsyncer`, where `bin/test` installed them).

use std::path::Path;
use std::process::Command;

use axum::body::Body;
use serde_json::{Value, json};
use testkit::{Answer, Client, Program, TestApp, on_both};

/// Somebody's phone: their address and a key made for it.
struct Phone {
    client: Client,
    user: String,
    key: String,
}

fn base64(text: &str) -> String {
    foundation::access::encoding::base64(text.as_bytes())
}

async fn phone(app: &TestApp, owner: &Client) -> Phone {
    let said = json!({ "name": "Phone", "scopes": ["activities:write", "contacts:write", "companies:read"] });
    let key = owner.post("/keys", said).await.created()["token"].as_str().expect("a token").to_string();
    let me = owner.get("/session").await.ok();
    let address = me["user"]["email"].as_str().expect("an address").to_string();
    let user = me["user"]["id"].as_str().expect("an id").to_string();
    let basic = format!("Basic {}", base64(&format!("{address}:{key}")));
    Phone { client: app.stranger().with("authorization", &basic), user, key }
}

impl Phone {
    fn events(&self) -> String {
        format!("//dav/calendars/{}/events/", self.user)
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        self.client.send(method, path, Body::from(body.to_string())).await
    }

    async fn put(&self, path: &str, lines: &[&str]) -> Answer {
        self.ask("PUT", path, &calendar(lines)).await
    }

    async fn text(&self, path: &str) -> String {
        let answer = self.client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// Names of what changed and what left since a token, and the next token.
    async fn sync(&self, token: &str) -> (Vec<String>, Vec<String>, String) {
        let body = format!(
            "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>{token}</d:sync-token><d:prop><d:getetag/></d:prop></d:sync-collection>"
        );
        let answer = self.ask("REPORT", &self.events(), &body).await;
        assert_eq!(answer.status, 207, "{}", answer.text());
        let text = answer.text();
        let (mut here, mut gone) = (Vec::new(), Vec::new());
        for response in text.split("<d:response>").skip(1) {
            let href = between(response, "<d:href>", "</d:href>");
            let name = href.rsplit('/').next().unwrap_or_default().to_string();
            if response.contains("404 Not Found") { gone.push(name) } else { here.push(name) }
        }
        (here, gone, between(&text, "<d:sync-token>", "</d:sync-token>"))
    }
}

fn between(text: &str, from: &str, to: &str) -> String {
    text.split_once(from)
        .and_then(|(_, rest)| rest.split_once(to))
        .map(|(inside, _)| inside.to_string())
        .unwrap_or_default()
}

fn calendar(lines: &[&str]) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Phone//EN\r\n{}\r\nEND:VCALENDAR\r\n", lines.join("\r\n"))
}

const TEA: [&str; 9] = [
    "BEGIN:VEVENT",
    "UID:tea",
    "DTSTAMP:20260619T120000Z",
    "SUMMARY:Tea\\, at five",
    "DTSTART;TZID=Europe/Chisinau:20260622T170000",
    "DTEND;TZID=Europe/Chisinau:20260622T180000",
    "X-PHONE-COLOUR;VALUE=TEXT:blue",
    "ATTENDEE;CN=\"Ion; P\":mailto:ion@x.example",
    "END:VEVENT",
];
const WEEKLY: [&str; 7] = [
    "BEGIN:VEVENT",
    "UID:team",
    "SUMMARY:Team",
    "DTSTART;TZID=Europe/Chisinau:20260623T090000",
    "DTEND;TZID=Europe/Chisinau:20260623T100000",
    "RRULE:FREQ=WEEKLY;BYDAY=TU",
    "END:VEVENT",
];

async fn activities(client: &Client) -> Vec<Value> {
    client.get("/activities?sort=starts_at").await.ok()["data"].as_array().unwrap().clone()
}

on_both! {
    async fn who_proposes_a_time_asks_when_somebody_is_busy(app: TestApp) {
        let ana = app.ana();
        let phone = phone(&app, &ana).await;
        let make = async |more: Value| {
            let mut body = json!({ "subject": "A secret", "kind": "meeting", "owner": app.ana_id() });
            more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
            ana.post("/activities", body).await.created();
        };
        make(json!({ "starts_at": "2026-06-22T09:00:00Z", "ends_at": "2026-06-22T10:00:00Z" })).await;
        make(json!({ "starts_at": "2026-06-22T09:30:00Z", "ends_at": "2026-06-22T11:00:00Z" })).await;
        make(json!({ "starts_at": "2026-06-22T14:00:00Z", "ends_at": "2026-06-22T15:00:00Z", "outcome": "cancelled" })).await;
        make(json!({ "starts_at": "2026-06-15T16:00:00Z", "ends_at": "2026-06-15T16:30:00Z", "repeats": "FREQ=WEEKLY", "time_zone": "UTC" })).await;
        let asked = |range: &str| format!("<c:free-busy-query xmlns:c=\"urn:ietf:params:xml:ns:caldav\">{range}</c:free-busy-query>");
        let day = "<c:time-range start=\"20260622T000000Z\" end=\"20260623T000000Z\"/>";
        let answer = phone.ask("REPORT", &phone.events(), &asked(day)).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
        let text = answer.text();
        let busy: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("FREEBUSY;FBTYPE=BUSY:")).collect();
        assert_eq!(busy, ["20260622T090000Z/20260622T110000Z", "20260622T160000Z/20260622T163000Z"], "{text}");
        assert!(!text.contains("secret"), "only the times are told: {text}");
        assert_eq!(phone.ask("REPORT", &phone.events(), &asked("")).await.status, 400);
    }

    async fn a_phone_finds_its_calendars_by_the_address_of_the_company(app: TestApp) {
        let phone = phone(&app, &app.ana()).await;
        let moved = app.stranger().send("PROPFIND", "//.well-known/caldav", Body::empty()).await;
        assert_eq!((moved.status.as_u16(), moved.header("location")), (301, Some("/dav/")));
        let root = phone.ask("PROPFIND", "//dav/", "<propfind xmlns=\"DAV:\"><prop><current-user-principal/><nothing xmlns=\"urn:x\"/></prop></propfind>").await;
        assert_eq!(root.status, 207);
        assert!(root.text().contains(&format!("/dav/principals/{}/", phone.user)) && root.text().contains("404 Not Found"), "{}", root.text());
        let homes = "<propfind xmlns=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\" xmlns:a=\"urn:ietf:params:xml:ns:carddav\"><prop><c:calendar-home-set/><a:addressbook-home-set/></prop></propfind>";
        let homes = phone.ask("PROPFIND", &format!("//dav/principals/{}/", phone.user), homes).await.text();
        assert!(homes.contains(&format!("/dav/calendars/{}/", phone.user)) && homes.contains(&format!("/dav/books/{}/", phone.user)), "{homes}");
        let with = phone.client.with("depth", "1");
        let all = with.send("PROPFIND", &format!("//dav/calendars/{}/", phone.user), Body::empty()).await.text();
        assert!(all.contains("/events/") && all.contains("/tasks/") && all.contains("<c:calendar/>") && !all.contains("contacts"), "{all}");
        assert!(app.stranger().send("OPTIONS", "//dav/", Body::empty()).await.header("dav").unwrap().contains("calendar-access"));
    }

    async fn nobody_comes_in_without_a_key_of_their_own(app: TestApp) {
        let own = phone(&app, &app.ana()).await;
        let basic = |name: &str, key: &str| app.stranger().with("authorization", &format!("Basic {}", base64(&format!("{name}:{key}"))));
        let tried = async |client: Client| client.send("PROPFIND", "//dav/", Body::empty()).await;
        let refused = tried(app.stranger()).await;
        assert_eq!((refused.status.as_u16(), refused.header("www-authenticate").is_some()), (401, true));
        assert_eq!(tried(basic("nobody@x.example", &own.key)).await.status, 401);
        assert_eq!(tried(basic("ana@adventure.example", "her password")).await.status, 401);
        // A session is no key here, so that no page of others can act.
        assert_eq!(tried(app.ana()).await.status, 401);
        // What is others' is not there.
        let other = "//dav/calendars/019f0000-0000-7000-8000-000000000000/events/";
        assert_eq!(own.client.send("PROPFIND", other, Body::empty()).await.status, 404);
        // A key for something else sees no calendar.
        let key = app.ana().post("/keys", json!({ "name": "Other", "scopes": ["contacts:read"] })).await.created();
        let me = app.ana().get("/session").await.ok();
        let address = me["user"]["email"].as_str().unwrap().to_string();
        let narrow = basic(&address, key["token"].as_str().unwrap());
        assert_eq!(narrow.send("PROPFIND", &own.events(), Body::empty()).await.status, 404);
        app.ana().delete(&format!("/keys/{}", key["id"].as_str().unwrap())).await;
        assert_eq!(tried(narrow).await.status, 401);
    }

    async fn what_a_phone_puts_is_an_activity_and_comes_back_whole(app: TestApp) {
        let (ana, phone) = (app.ana(), phone(&app, &app.ana()).await);
        let path = format!("{}tea%20time.ics", phone.events());
        let made = phone.put(&path, &TEA).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let tag = made.header("etag").unwrap().to_string();
        assert_eq!(phone.text(&path).await, calendar(&TEA), "as it was put");
        let record = activities(&ana).await.remove(0);
        assert_eq!((&record["subject"], &record["starts_at"], &record["kind"], &record["owner"]), (&json!("Tea, at five"), &json!("2026-06-22T14:00:00.000Z"), &json!("meeting"), &json!(phone.user)), "{record}");

        // Changed here, what nobody here knows of it stays.
        let at = format!("/activities/{}", record["id"].as_str().unwrap());
        ana.patch(&at, json!({ "subject": "Tea, at six", "starts_at": "2026-06-22T15:00:00Z", "ends_at": "2026-06-22T16:00:00Z", "version": record["version"] })).await.ok();
        let text = phone.text(&path).await;
        for line in ["SUMMARY:Tea\\, at six", "DTSTART;TZID=Europe/Chisinau:20260622T180000", "X-PHONE-COLOUR;VALUE=TEXT:blue", "ATTENDEE;CN=\"Ion; P\":mailto:ion@x.example", "UID:tea", "BEGIN:VTIMEZONE"] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        // What was changed here meanwhile is not written over.
        let late = phone.client.with("if-match", &tag).send("PUT", &path, Body::from(calendar(&TEA))).await;
        assert_eq!(late.status, 412);
        assert_eq!(phone.client.with("if-none-match", "*").send("PUT", &path, Body::from(calendar(&TEA))).await.status, 412);
        assert_eq!(ana.get(&at).await.ok()["subject"], "Tea, at six");
        // The same thing under another name is the same thing.
        assert_eq!(phone.put(&format!("{}other.ics", phone.events()), &TEA).await.status, 403);
        assert_eq!(phone.client.delete(&path).await.status, 204);
        assert_eq!(phone.client.get(&path).await.status, 404);
        assert_eq!(activities(&ana).await.len(), 0);
    }

    async fn what_is_no_calendar_is_refused_and_nothing_is_written(app: TestApp) {
        let phone = phone(&app, &app.ana()).await;
        let path = format!("{}x.ics", phone.events());
        for body in ["", "hello", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", &calendar(&["BEGIN:VTODO", "UID:1", "SUMMARY:x", "END:VTODO"]), &calendar(&["BEGIN:VEVENT", "SUMMARY:no uid", "DTSTART:20260622T170000Z", "END:VEVENT"]), &calendar(&["BEGIN:VEVENT", "UID:1", "DTSTART:someday", "END:VEVENT"]), &calendar(&["BEGIN:VEVENT", "UID:1", "DTSTART:20260622T170000Z", "RRULE:FREQ=SECONDLY", "END:VEVENT"])] {
            let answer = phone.ask("PUT", &path, body).await;
            assert!(matches!(answer.status.as_u16(), 400 | 403), "{body}: {}", answer.status);
        }
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\">]><propfind xmlns=\"DAV:\"><prop>&a;</prop></propfind>";
        assert_eq!(phone.ask("PROPFIND", "//dav/", bomb).await.status, 400);
        assert_eq!(phone.ask("MKCALENDAR", &phone.events(), "").await.status, 405);
        assert_eq!(phone.client.delete(&phone.events()).await.status, 403);
        assert_eq!(activities(&app.ana()).await.len(), 0);
    }

    async fn what_repeats_is_edited_at_both_ends(app: TestApp) {
        let (ana, phone) = (app.ana(), phone(&app, &app.ana()).await);
        let path = format!("{}team.ics", phone.events());
        assert_eq!(phone.put(&path, &WEEKLY).await.status, 201);
        let series = activities(&ana).await.remove(0);
        assert_eq!((&series["repeats"], &series["time_zone"]), (&json!("FREQ=WEEKLY;BYDAY=TU"), &json!("Europe/Chisinau")));
        let at = |moment: &str| format!("/activities/{}/occurrences/{moment}", series["id"].as_str().unwrap());

        // One moment is moved and one is taken out here; the phone sees both.
        ana.patch(&at("2026-06-30T06:00:00Z"), json!({ "reach": "this", "values": { "starts_at": "2026-07-01T08:00:00Z" } })).await.ok();
        ana.delete(&format!("{}?reach=this", at("2026-07-07T06:00:00Z"))).await.ok();
        let text = phone.text(&path).await;
        for line in ["RECURRENCE-ID;TZID=Europe/Chisinau:20260630T090000", "DTSTART;TZID=Europe/Chisinau:20260701T110000", "EXDATE;TZID=Europe/Chisinau:20260707T090000"] {
            assert!(text.contains(line), "{line} is not in {text}");
        }

        // The phone moves another one across the change of clocks, and keeps what was done here.
        let own = "BEGIN:VEVENT\r\nUID:team\r\nSUMMARY:Team in the garden\r\nRECURRENCE-ID;TZID=Europe/Chisinau:20261027T090000\r\nDTSTART;TZID=Europe/Chisinau:20261027T120000\r\nDTEND;TZID=Europe/Chisinau:20261027T130000\r\nEND:VEVENT\r\nEND:VCALENDAR";
        let body = text.trim_end().strip_suffix("END:VCALENDAR").unwrap().to_string() + own;
        let put = phone.ask("PUT", &path, &body).await;
        assert_eq!(put.status, 204, "{}", put.text());
        let moments = async |from: &str, to: &str| {
            let seen = ana.get(&format!("/calendar?from={from}&to={to}")).await.ok();
            seen["data"].as_array().unwrap().iter().map(|one| format!("{} {}", one["at"].as_str().unwrap(), one["record"]["subject"].as_str().unwrap())).collect::<Vec<_>>()
        };
        assert_eq!(moments("2026-06-22", "2026-07-15").await, ["2026-06-23T06:00:00.000Z Team", "2026-07-01T08:00:00.000Z Team", "2026-07-14T06:00:00.000Z Team"]);
        assert_eq!(moments("2026-10-20", "2026-11-04").await, ["2026-10-20T06:00:00.000Z Team", "2026-10-27T10:00:00.000Z Team in the garden", "2026-11-03T07:00:00.000Z Team"]);

        // The phone gives a moment back to the series by leaving its own words for it out.
        assert_eq!(phone.put(&path, &WEEKLY).await.status, 204);
        assert_eq!(moments("2026-06-29", "2026-07-08").await, ["2026-06-30T06:00:00.000Z Team", "2026-07-07T06:00:00.000Z Team"]);
    }

    async fn who_asks_what_is_new_is_told_just_that(app: TestApp) {
        let (ana, phone) = (app.ana(), phone(&app, &app.ana()).await);
        let first = ana.post("/activities", json!({ "subject": "First", "kind": "call", "starts_at": "2026-06-22T06:00:00Z" })).await.created();
        let name = |record: &Value| format!("{}.ics", record["id"].as_str().unwrap());
        let (here, gone, token) = phone.sync("").await;
        assert_eq!((here, gone.len()), (vec![name(&first)], 0));
        app.pass_ms(60_000);
        let (_, _, token) = phone.sync(&token).await;
        app.pass_ms(60_000);
        assert_eq!(phone.sync(&token).await.0, Vec::<String>::new(), "nothing is new");

        let second = ana.post("/activities", json!({ "subject": "Second", "kind": "visit", "starts_at": "2026-06-23T06:00:00Z" })).await.created();
        let boris = app.colleague_with_id("Boris", json!({ "objects": { "activity": { "read": "own" } } })).await.1;
        ana.patch(&format!("/activities/{}", first["id"].as_str().unwrap()), json!({ "owner": boris, "version": 1 })).await.ok();
        let (here, gone, token) = phone.sync(&token).await;
        assert_eq!((here, gone), (vec![name(&second)], vec![name(&first)]), "what was given away left");
        app.pass_ms(60_000);
        let token = phone.sync(&token).await.2;
        app.pass_ms(60_000);
        ana.delete(&format!("/activities/{}", second["id"].as_str().unwrap())).await.nothing();
        assert_eq!(phone.sync(&token).await.1, vec![name(&second)]);
        let body = "<d:sync-collection xmlns:d=\"DAV:\"><d:sync-token>urn:x</d:sync-token></d:sync-collection>";
        let refused = phone.ask("REPORT", &phone.events(), body).await;
        assert!(refused.status == 403 && refused.text().contains("valid-sync-token"));
    }

    async fn a_query_of_days_finds_every_moment_of_them(app: TestApp) {
        let phone = phone(&app, &app.ana()).await;
        phone.put(&format!("{}tea.ics", phone.events()), &TEA).await;
        phone.put(&format!("{}team.ics", phone.events()), &WEEKLY).await;
        let query = async |start: &str, end: &str| {
            let body = format!("<c:calendar-query xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:prop><c:calendar-data/></d:prop><c:filter><c:comp-filter name=\"VCALENDAR\"><c:comp-filter name=\"VEVENT\"><c:time-range start=\"{start}\" end=\"{end}\"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>");
            let text = phone.ask("REPORT", &phone.events(), &body).await.text();
            (text.contains("UID:tea&#13;"), text.contains("UID:team&#13;"))
        };
        assert_eq!(query("20260622T000000Z", "20260623T000000Z").await, (true, false));
        assert_eq!(query("20300101T000000Z", "20300108T000000Z").await, (false, true));
        assert_eq!(query("20260624T000000Z", "20260625T000000Z").await, (false, false));
        let hrefs = format!("<c:calendar-multiget xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:prop><d:getetag/></d:prop><d:href>/dav/calendars/{0}/events/tea.ics</d:href><d:href>/dav/calendars/{0}/events/none.ics</d:href></c:calendar-multiget>", phone.user);
        let text = phone.ask("REPORT", &phone.events(), &hrefs).await.text();
        assert!(text.contains("tea.ics") && text.contains("200 OK") && text.contains("none.ics") && text.contains("404 Not Found"), "{text}");
    }

    async fn tasks_are_done_and_people_are_kept_from_a_phone(app: TestApp) {
        let (ana, phone) = (app.ana(), phone(&app, &app.ana()).await);
        let task = format!("//dav/calendars/{}/tasks/call.ics", phone.user);
        assert_eq!(phone.put(&task, &["BEGIN:VTODO", "UID:call", "SUMMARY:Call back", "DUE:20260620T100000Z", "PRIORITY:1", "END:VTODO"]).await.status, 201);
        let record = activities(&ana).await.remove(0);
        assert_eq!((&record["kind"], &record["due_at"], &record["priority"], &record["is_done"]), (&json!("task"), &json!("2026-06-20T10:00:00.000Z"), &json!("high"), &json!(false)));
        ana.patch(&format!("/activities/{}", record["id"].as_str().unwrap()), json!({ "is_done": true, "version": record["version"] })).await.ok();
        assert!(phone.text(&task).await.contains("STATUS:COMPLETED"));
        phone.put(&task, &["BEGIN:VTODO", "UID:call", "SUMMARY:Call back", "STATUS:NEEDS-ACTION", "END:VTODO"]).await;
        assert_eq!(activities(&ana).await[0]["is_done"], false);

        let card = format!("//dav/books/{}/contacts/vlad.vcf", phone.user);
        let body = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:vlad\r\nN:Rusu;Vlad;;Dr.;\r\nFN:Dr. Vlad Rusu\r\nitem1.EMAIL;TYPE=INTERNET:vlad@bluebakery.example\r\nTEL;TYPE=CELL:+37369123456\r\nTEL;TYPE=HOME:not a number\r\nADR;TYPE=WORK:;;Strada 1;Chisinau;;2001;MD\r\nX-PHONE:x\r\nEND:VCARD\r\n";
        assert_eq!(phone.ask("PUT", &card, body).await.status, 201);
        assert_eq!(phone.text(&card).await, body);
        let contact = ana.get("/contacts").await.ok()["data"][0].clone();
        assert_eq!((&contact["last_name"], &contact["mobile"], &contact["address"]["city"], &contact["owner"]), (&json!("Rusu"), &json!("+37369123456"), &json!("Chisinau"), &json!(phone.user)), "{contact}");
        ana.patch(&format!("/contacts/{}", contact["id"].as_str().unwrap()), json!({ "email": "v.rusu@bluebakery.example", "version": contact["version"] })).await.ok();
        let text = phone.text(&card).await;
        assert!(text.contains("item1.EMAIL;TYPE=INTERNET:v.rusu@bluebakery.example") && text.contains("X-PHONE:x") && text.contains("TEL;TYPE=HOME:not a number"), "{text}");
        // Others' people are not in it, unless they are starred.
        let other = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await.1;
        let theirs = ana.post("/contacts", json!({ "last_name": "Popa", "owner": other })).await.created();
        let listed = async || phone.client.with("depth", "1").send("PROPFIND", &format!("//dav/books/{}/contacts/", phone.user), Body::empty()).await.text();
        assert!(!listed().await.contains(theirs["id"].as_str().unwrap()));
    }
}

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rapport"))
}

on_both! {
    /// The clients that people have: what they make, change and delete is here, and the other way round.
    async fn clients_of_others_keep_in_step(app: TestApp) {
        let Some(python) = std::env::var_os("RAPPORT_TEST_DAV") else {
            eprintln!("RAPPORT_TEST_DAV is not set: clients of others are not tested");
            return;
        };
        let phone = phone(&app, &app.ana()).await;
        let address = app.ana().get("/session").await.ok();
        let address = address["user"]["email"].as_str().unwrap().to_string();
        let program = Program::serve(binary(), app.folder(), &app.target());
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/dav_clients.py");
        let done = Command::new(python).arg(script).args([format!("http://{}", program.address).as_str(), &address, &phone.key, &phone.user]).output().expect("python runs");
        let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}\n{}", program.said());
        program.kill();
        // The program lives today, and threw out whoever was signed in on the day of the tests.
        let subjects: Vec<String> = activities(&app.reopened().ana()).await.iter().map(|one| one["subject"].as_str().unwrap().to_string()).collect();
        assert_eq!(subjects, ["Planned by a client, moved", "From a file"], "{said}");
    }
}
