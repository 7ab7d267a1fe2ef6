//! How good the data is: figures that open their rows, rules, mends, the report; and households that are offered.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn measured(app: &TestApp) {
    measured_by(app, &app.ana()).await;
}

async fn measured_by(app: &TestApp, client: &Client) {
    client.post("/quality/measure", json!({})).await.accepted();
    app.run_jobs().await;
}

async fn figure(client: &Client, object: &str, measure: &str) -> Value {
    let report = client.get(&format!("/quality?object={object}")).await.ok();
    let figures = report["objects"][0]["figures"].as_array().cloned().unwrap_or_default();
    figures.into_iter().find(|figure| figure["measure"] == measure).unwrap_or(Value::Null)
}

/// The titles of the records that a figure's filter finds.
async fn opened(client: &Client, plural: &str, figure: &Value) -> Vec<String> {
    let filter = figure["filter"].as_str().expect("a filter").replace(' ', "%20").replace('"', "%22");
    let page = client.get(&format!("/{plural}?filter={filter}")).await.ok();
    let mut titles: Vec<String> = page["data"]
        .as_array()
        .expect("records")
        .iter()
        .map(|record| record["title"].as_str().unwrap_or("").to_string())
        .collect();
    titles.sort();
    titles
}

async fn three_people(app: &TestApp) -> Vec<Value> {
    let ana = app.ana();
    let mut made = Vec::new();
    for body in [
        json!({ "first_name": "Good", "last_name": "Person", "email": "good@acme.ro", "phone": "+40721123456", "source": "web" }),
        json!({ "first_name": "MARIA", "last_name": "Rusu", "email": "maria@gmial.com", "phone": "0721 123 457", "source": "web",
                "address": { "street": "Str. Lalelelor 5", "city": "Iași", "postal_code": "7000", "country": "Romania" } }),
        json!({ "first_name": "Nobody", "last_name": "There", "email": "x@yopmail.com", "source": "import" }),
    ] {
        made.push(ana.post("/contacts", body).await.created());
    }
    made
}

on_both! {
    async fn each_figure_opens_its_rows(app: TestApp) {
        three_people(&app).await;
        let ana = app.ana();
        assert_eq!(ana.get("/quality").await.ok()["objects"], json!([]), "nothing was measured yet");
        measured(&app).await;

        let missing = figure(&ana, "contact", "completeness:phone").await;
        assert_eq!((&missing["looked"], &missing["faulty"]), (&json!(3), &json!(1)), "{missing}");
        assert_eq!(opened(&ana, "contacts", &missing).await, ["Nobody There"]);
        let email = figure(&ana, "contact", "validity:email").await;
        assert_eq!((&email["looked"], &email["faulty"], &email["whole"]), (&json!(3), &json!(2), &json!(true)), "{email}");
        assert_eq!(opened(&ana, "contacts", &email).await, ["MARIA Rusu", "Nobody There"]);
        let codes: Vec<&str> = email["faults"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["email_disposable", "email_domain_mistyped"], "{email}");
        assert_eq!(email["mend"], json!({ "kind": "normalise", "object": "contact", "field": "email" }));
        assert_eq!(figure(&ana, "contact", "validity:address").await["faults"][0]["code"], "postal_code_form");

        let rows = ana.get("/quality/rows?object=contact&measure=validity:email&fault=email_disposable").await.ok();
        assert_eq!(rows["data"][0]["title"], "Nobody There", "{rows}");
        let first = ana.get("/quality/rows?object=contacts&measure=validity:email&limit=1").await.ok();
        let next = first["next"].as_str().expect("more");
        let second = ana.get(&format!("/quality/rows?object=contacts&measure=validity:email&limit=1&after={next}")).await.ok();
        assert_eq!((second["data"].as_array().map(Vec::len), &second["next"]), (Some(1), &Value::Null));
        let report = ana.get("/quality?object=contact").await.ok();
        assert!(report["score"].as_f64().is_some_and(|score| score > 0.0 && score < 100.0), "{report}");
    }

    async fn figures_tell_where_records_came_from(app: TestApp) {
        three_people(&app).await;
        measured(&app).await;
        let ana = app.ana();
        let whole = ana.get("/quality?object=contact").await.ok();
        let sources: Vec<&str> = whole["objects"][0]["sources"].as_array().unwrap().iter().map(|source| source["label"].as_str().unwrap()).collect();
        assert_eq!(sources, ["Import", "Website"], "{whole}");
        let web = ana.get("/quality?object=contact&source=web").await.ok();
        let phones = web["objects"][0]["figures"].as_array().unwrap().iter().find(|figure| figure["measure"] == "completeness:phone").cloned().unwrap();
        assert_eq!((&phones["looked"], &phones["faulty"]), (&json!(2), &json!(0)), "{phones}");
        assert_eq!(phones["filter"], "(phone is empty) and source = \"web\"");
    }

    async fn figures_are_told_for_each_source_that_feeds_records(app: TestApp) {
        three_people(&app).await;
        let ana = app.ana();
        let path = app.folder().join("incoming").join("shop.csv");
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        std::fs::write(&path, "id,first_name,last_name,email\n1,Vlad,Ionescu,vlad@gmial.com\n2,Mara,Dinu,mara@acme.ro\n").expect("a file is written");
        let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
        std::fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(an_hour_ago)).expect("its time is set");
        let shop = ana.post("/sources", json!({ "name": "Shop", "kind": "file", "object_name": "contact", "place": "shop.csv" })).await.created();
        let id = shop["id"].as_str().unwrap();
        ana.post(&format!("/sources/{id}/runs"), json!({})).await.accepted();
        app.run_jobs().await;
        measured(&app).await;

        let whole = ana.get("/quality?object=contact").await.ok();
        let labels: Vec<&str> = whole["objects"][0]["sources"].as_array().unwrap().iter().map(|source| source["label"].as_str().unwrap()).collect();
        assert!(labels.contains(&"Shop"), "{whole}");
        let fed = ana.get(&format!("/quality?object=contact&source={id}")).await.ok();
        let of = |measure: &str| fed["objects"][0]["figures"].as_array().unwrap().iter().find(|figure| figure["measure"] == measure).cloned().unwrap();
        assert_eq!((&of("completeness:phone")["looked"], &of("completeness:phone")["faulty"]), (&json!(2), &json!(2)), "{fed}");
        assert_eq!((&of("validity:email")["looked"], &of("validity:email")["faulty"]), (&json!(2), &json!(1)), "{fed}");
        let whole = figure(&ana, "contact", "validity:email").await;
        assert_eq!((&whole["looked"], &whole["faulty"]), (&json!(5), &json!(3)), "the whole counts each record once");
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        assert!(!boris.get("/quality?object=contact").await.ok().to_string().contains("Shop"));
        boris.get(&format!("/quality?object=contact&source={id}")).await.refused(404);

        // Each opens its rows.
        let phones = of("completeness:phone");
        assert_eq!((phones["filter"].as_str(), &phones["whole"]), (Some("(phone is empty) and fed by \"Shop\""), &json!(true)));
        assert_eq!(opened(&ana, "contacts", &phones).await, ["Mara Dinu", "Vlad Ionescu"]);
        let emails = of("validity:email");
        assert_eq!((opened(&ana, "contacts", &emails).await, &emails["whole"]), (vec!["Vlad Ionescu".to_string()], &json!(true)), "{emails}");
        let rows = format!("/quality/rows?object=contact&measure=validity:email&source={id}");
        assert_eq!(ana.get(&rows).await.ok()["data"].as_array().unwrap().len(), 1);
        boris.get(&rows).await.refused(404);
    }

    async fn who_is_fed_by_a_source_can_be_asked_everywhere(app: TestApp) {
        three_people(&app).await;
        let ana = app.ana();
        crate::sources::put(&app, "shop.csv", "id,first_name,last_name,email\n1,Vlad,Ionescu,vlad@shop.example\n2,Mara,Dinu,mara@acme.ro\n");
        let id = crate::sources::shop(&ana, json!({ "name": "Old \"shop\"" })).await;
        crate::sources::read(&app, &id).await;
        let asked = async |client: &Client, question: &str| {
            let page = client.post("/contacts/query", json!({ "filter": question, "sort": ["title"] })).await.ok();
            let titles: Vec<String> = page["data"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_string()).collect();
            titles
        };
        let by = "fed by \"Old \\\"shop\\\"\"";
        assert_eq!(asked(&ana, by).await, ["Mara Dinu", "Vlad Ionescu"]);
        assert_eq!(asked(&ana, &format!("{by} and last_name = \"Dinu\"")).await, ["Mara Dinu"]);
        assert_eq!(asked(&ana, &format!("not {by}")).await.len(), 3);
        assert_eq!(asked(&ana, &format!("fed by \"{id}\"")).await.len(), 2);
        let json = json!({ "filter": { "field": "id", "op": "not fed by", "value": "Old \"shop\"" } });
        assert_eq!(ana.post("/contacts/query", json).await.ok()["data"].as_array().unwrap().len(), 3);
        let refused = ana.post("/contacts/query", json!({ "filter": "fed by \"New shop\"" })).await.refused(422);
        assert!(refused.to_string().contains("unknown_source"), "{refused}");
        // Whoever may not read sources cannot ask for one.
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        boris.post("/contacts/query", json!({ "filter": by })).await.refused(422);

        // What fed one that was joined to another feeds that other, until they part.
        let good = ana.get("/contacts?filter=first_name%20=%20%22Good%22").await.ok()["data"][0].clone();
        let vlad = ana.get("/contacts?filter=first_name%20=%20%22Vlad%22").await.ok()["data"][0].clone();
        let order = json!({ "records": [good["id"], vlad["id"]], "survivor": good["id"], "picks": { "first_name": good["id"], "last_name": good["id"] } });
        let merged = ana.post("/contacts/merges", order).await.created();
        assert_eq!(asked(&ana, by).await, ["Good Person", "Mara Dinu"]);
        measured(&app).await;
        let told = ana.get(&format!("/quality?object=contact&source={id}")).await.ok();
        let figures = told["objects"][0]["figures"].as_array().unwrap();
        let emails = figures.iter().find(|figure| figure["measure"] == "validity:email").unwrap();
        assert_eq!(emails["looked"], 2, "{told}");
        let phones = figures.iter().find(|figure| figure["measure"] == "completeness:phone").unwrap();
        assert_eq!((&phones["looked"], opened(&ana, "contacts", phones).await), (&json!(2), vec!["Mara Dinu".to_string()]), "{told}");
        ana.delete(&format!("/merges/{}", merged["merge"]["id"].as_str().unwrap())).await.ok();
        assert_eq!(asked(&ana, by).await, ["Mara Dinu", "Vlad Ionescu"]);

        // A segment of them follows: who comes with the next load enters.
        let segment = json!({ "name": "From the shop", "holds": "contact", "kind": "dynamic", "question": by });
        let segment = ana.post("/segments", segment).await.created()["id"].as_str().unwrap().to_string();
        crate::segments::has(&app, &segment, &["Mara Dinu", "Vlad Ionescu"]).await;
        crate::sources::put(&app, "shop.csv", "id,first_name,last_name,email\n1,Vlad,Ionescu,vlad@shop.example\n2,Mara,Dinu,mara@acme.ro\n3,Ada,Pop,ada@acme.ro\n");
        crate::sources::read(&app, &id).await;
        crate::segments::has(&app, &segment, &["Ada Pop", "Mara Dinu", "Vlad Ionescu"]).await;

        // By its new name; in the bin only its id is left of it.
        ana.patch(&format!("/sources/{id}"), json!({ "name": "The shop" })).await.ok();
        assert_eq!(asked(&ana, "fed by \"The shop\"").await.len(), 3);
        ana.delete(&format!("/sources/{id}")).await.nothing();
        ana.post("/contacts/query", json!({ "filter": "fed by \"The shop\"" })).await.refused(422);
        assert_eq!(asked(&ana, &format!("fed by \"{id}\"")).await.len(), 3);
    }

    async fn links_into_the_bin_and_records_of_nobody_are_found(app: TestApp) {
        let ana = app.ana();
        let bakery = app.blue_bakery().await;
        let vlad = ana.post("/contacts", json!({ "first_name": "Vlad", "last_name": "Rusu", "company": bakery["id"] })).await.created();
        ana.post("/companies", json!({ "name": "Empty Ltd" })).await.created();
        ana.delete(&format!("/companies/{}", bakery["id"].as_str().unwrap())).await.nothing();
        measured(&app).await;
        let links = figure(&ana, "contact", "links:company").await;
        assert_eq!(links["faulty"], 1, "{links}");
        assert_eq!(opened(&ana, "contacts", &links).await, ["Vlad Rusu"]);
        let alone = figure(&ana, "company", "no_contacts").await;
        assert_eq!(opened(&ana, "companies", &alone).await, ["Empty Ltd"]);
        let unreachable = figure(&ana, "contact", "unreachable").await;
        assert_eq!(opened(&ana, "contacts", &unreachable).await, ["Vlad Rusu"]);
        assert!(vlad["id"].is_string());
    }

    async fn the_companys_own_rules_are_measured(app: TestApp) {
        three_people(&app).await;
        let ana = app.ana();
        let body = json!({ "object": "contacts", "name": "Web leads have a phone", "condition": "source != \"web\" or phone is not empty", "weight": 4, "severity": "error" });
        let rule = ana.post("/quality/rules", body.clone()).await.created();
        assert_eq!((&rule["object"], &rule["weight"]), (&json!("contact"), &json!(4)));
        let path = format!("/quality/rules/{}", rule["id"].as_str().unwrap());
        ana.patch(&path, json!({ "condition": "phone is not empty" })).await.ok();
        measured(&app).await;
        let broken = figure(&ana, "contact", &format!("rule:{}", rule["id"].as_str().unwrap())).await;
        assert_eq!((&broken["faulty"], &broken["label"]), (&json!(1), &json!("Web leads have a phone")), "{broken}");
        assert_eq!(opened(&ana, "contacts", &broken).await, ["Nobody There"]);

        ana.post("/quality/rules", json!({ "object": "contact", "name": "x", "condition": "nonsense = 1" })).await.refused(422);
        ana.post("/quality/rules", json!({ "object": "unicorn", "name": "x", "condition": "id is not empty" })).await.refused_with(422, "unknown_object");
        ana.post("/quality/rules", json!({ "object": "contact", "name": "x", "condition": "phone is empty", "weight": 99 })).await.refused_with(422, "too_large");
        ana.patch(&path, json!({ "object": "company" })).await.refused_with(422, "readonly");
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        boris.post("/quality/rules", body).await.refused(403);
        assert_eq!(boris.get("/quality/rules").await.ok()["data"].as_array().map(Vec::len), Some(1));
        ana.delete(&path).await.nothing();
        assert_eq!(ana.get("/quality/rules").await.ok()["data"], json!([]));
        assert_eq!(figure(&ana, "contact", &format!("rule:{}", rule["id"].as_str().unwrap())).await, Value::Null);
    }

    async fn what_was_counted_over_all_is_told_only_to_who_reads_all(app: TestApp) {
        three_people(&app).await;
        measured(&app).await;
        let own = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own", "update": "own" } } })).await;
        assert_eq!(own.get("/quality").await.ok()["objects"], json!([]));
        assert_eq!(own.get("/quality/history").await.ok()["data"], json!([]));
        own.get("/quality/rows?object=contact&measure=validity:email").await.refused(404);
        own.post("/quality/measure", json!({})).await.refused(403);
        let blind = app.colleague("Carla", json!({ "objects": { "contact": { "read": "all", "update": "all", "fields": { "email": "hidden" } } } })).await;
        let seen = blind.get("/quality?object=contact").await.ok().to_string();
        assert!(seen.contains("validity:phone") && !seen.contains("email"), "{seen}");
        blind.get("/quality/rows?object=contact&measure=validity:email").await.refused(404);
        blind.post("/quality/mends", json!({ "object": "contact", "field": "email" })).await.refused_with(422, "unknown_field");
    }

    async fn a_mend_is_previewed_done_and_taken_back(app: TestApp) {
        let made = three_people(&app).await;
        let ana = app.ana();
        let maria = format!("/contacts/{}", made[1]["id"].as_str().unwrap());
        let preview = ana.post("/quality/mends", json!({ "object": "contact", "field": "phone", "preview": true })).await.ok();
        assert_eq!((&preview["total"], &preview["changed"]), (&json!(3), &json!(1)), "{preview}");
        assert_eq!(preview["sample"][0]["after"]["phone"], "+40721123457", "{preview}");
        assert_eq!(ana.get(&maria).await.ok()["phone"], "0721 123 457", "a preview writes nothing");

        let answer = ana.post("/quality/mends", json!({ "object": "contacts", "field": "phone" })).await;
        let change = answer.change();
        assert_eq!(answer.ok()["done"], 1);
        assert_eq!(ana.get(&maria).await.ok()["phone"], "+40721123457");
        let again = ana.post("/quality/mends", json!({ "object": "contacts", "field": "phone" })).await.ok();
        assert_eq!(again["done"], 0, "what is mended stays as it is");
        ana.post(&format!("/changes/{change}/undo"), json!({})).await.ok();
        assert_eq!(ana.get(&maria).await.ok()["phone"], "0721 123 457");

        ana.post("/quality/mends", json!({ "object": "contact", "field": "email", "filter": "last_name = \"Rusu\"" })).await.ok();
        assert_eq!(ana.get(&maria).await.ok()["email"], "maria@gmail.com");
        ana.post("/quality/mends", json!({ "object": "contact", "field": "department" })).await.refused_with(422, "no_normal_form");
        let reader = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        reader.post("/quality/mends", json!({ "object": "contact", "field": "phone" })).await.refused(403);
        assert_eq!(ana.get(&maria).await.ok()["phone"], "0721 123 457");
    }

    async fn many_records_are_mended_by_a_job_that_is_undone_as_a_whole(app: TestApp) {
        let ana = app.ana();
        let people: Vec<Value> = (0..600).map(|n| json!({ "first_name": "IOANA", "last_name": format!("Pop{n:03}") })).collect();
        ana.post("/contacts/bulk", json!({ "action": "create", "records": people })).await.ok();
        let started = ana.post("/quality/mends", json!({ "object": "contact", "field": "first_name" })).await.accepted();
        let job = format!("/jobs/{}", started["job"]["id"].as_str().unwrap());
        app.run_jobs().await;
        let done = ana.get(&job).await.ok();
        assert_eq!((&done["state"], &done["result"]["done"]), (&json!("done"), &json!(600)), "{done}");
        assert_eq!(ana.get("/contacts?filter=first_name%20=%20%22Ioana%22&count=exact").await.ok()["count"]["value"], 600);
        ana.post(&format!("/changes/{}/undo", done["change"].as_str().unwrap()), json!({})).await;
        app.run_jobs().await;
        assert_eq!(ana.get("/contacts/aggregate").await.ok()["count"], 600);
        let page = ana.get("/contacts?limit=1").await.ok();
        assert_eq!(page["data"][0]["first_name"], "IOANA");
    }

    async fn figures_are_kept_by_day(app: TestApp) {
        let made = three_people(&app).await;
        // A key: a session ends over night.
        let program = app.program().await;
        measured_by(&app, &program).await;
        app.pass_ms(DAY_MS);
        program.patch(&format!("/contacts/{}", made[2]["id"].as_str().unwrap()), json!({ "phone": "+40721123999" })).await.ok();
        measured_by(&app, &program).await;
        measured_by(&app, &program).await;
        let past = program.get("/quality/history?object=contact&measure=completeness:phone").await.ok();
        let faulty: Vec<i64> = past["data"].as_array().unwrap().iter().map(|day| day["objects"][0]["faulty"].as_i64().unwrap()).collect();
        assert_eq!(faulty, [1, 0], "{past}");
        let report = program.get("/quality?object=contact").await.ok();
        let (score, before) = (report["objects"][0]["score"].as_f64(), report["objects"][0]["before"].as_f64());
        assert!(score > before, "{report}");
        assert_eq!(report["objects"][0]["trend"].as_array().map(Vec::len), Some(2));
    }

    async fn the_days_figures_are_counted_once_by_whoever_comes_first(app: TestApp) {
        three_people(&app).await;
        let counted = |app: &TestApp| {
            let app = app.app().clone();
            tokio::task::spawn_blocking(move || consolidation::quality::daily(&app))
        };
        let (first, second) = (counted(&app), counted(&app));
        first.await.unwrap().unwrap();
        second.await.unwrap().unwrap();
        let program = app.program().await;
        assert_eq!(figure(&program, "contact", "completeness:phone").await["faulty"], 1);
        // A day later it is counted again.
        app.pass_ms(DAY_MS);
        counted(&app).await.unwrap().unwrap();
        assert_eq!(program.get("/quality/history").await.ok()["data"].as_array().map(Vec::len), Some(2));
    }

    async fn the_report_comes_as_file_and_as_letter(app: TestApp) {
        three_people(&app).await;
        let ana = app.ana();
        ana.post("/quality/rules", json!({ "object": "contact", "name": "=1+1 <b>", "condition": "phone is not empty" })).await.created();
        measured(&app).await;
        let csv = ana.get("/quality/report?format=csv").await;
        assert!(csv.header("content-disposition").is_some_and(|name| name.contains("quality.csv")));
        let csv = csv.text();
        assert!(csv.contains("\"Missing\",\"Phone\",\"3\",\"1\",\"33.33\"") && csv.contains("\"'=1+1 <b>\""), "{csv}");
        let html = ana.get("/quality/report?format=html").await.text();
        assert!(html.contains("=1+1 &lt;b&gt;") && !html.contains("<b>"), "{html}");
        let text = ana.with("accept-language", "en").get("/quality/report?format=text").await.text();
        assert!(text.contains("Not valid: Email: 2 / 3 (66.66 %)"), "{text}");
        let job = ana.post("/quality/report", json!({})).await.accepted();
        app.run_jobs().await;
        let done = ana.get(&format!("/jobs/{}", job["job"]["id"].as_str().unwrap())).await.ok();
        assert!(done["result"]["subject"].as_str().is_some_and(|subject| subject.starts_with("Data quality: ")), "{done}");
        assert!(done["result"]["html"].as_str().is_some_and(|html| html.contains("<table ")), "{done}");
    }
}

/// People of whom three pairs seem to be one each, as the files of `web` and `import` say.
async fn people_who_are_there_twice(app: &TestApp) {
    let ana = app.ana();
    for (first, last, email, phone, born, source) in [
        ("Maria", "Anders", "maria@alfreds.example", "+49300074321", "1971-03-09", "web"),
        ("Maria", "Anders", "Maria@Alfreds.example", "", "1971-03-09", "import"),
        ("Юлия", "Иванова", "yulia@bluebakery.example", "", "1990-01-02", "web"),
        ("Yulia", "Ivanova", "yulia@bluebakery.example", "+37369111222", "1990-01-02", "web"),
        ("Thomas", "Hardy", "thomas@horn.example", "+441715557788", "1965-11-30", "import"),
        ("Christina", "Berglund", "christina@berglunds.example", "+46921123465", "1980-07-17", "import"),
        ("Hanna", "Moos", "hanna@delikatessen.example", "+49621084600", "1977-02-21", "import"),
        ("Laurence", "Lebihan", "laurence@bonapp.example", "+33491244540", "1985-12-12", "import"),
    ] {
        let body = json!({ "first_name": first, "last_name": last, "email": email, "phone": phone, "birth_date": born, "source": source });
        ana.post("/contacts", body).await.created();
    }
}

on_both! {
    async fn records_that_seem_to_be_there_twice_are_a_figure_that_opens_the_review(app: TestApp) {
        people_who_are_there_twice(&app).await;
        let ana = app.ana();
        measured(&app).await;
        assert_eq!(figure(&ana, "contact", "duplicates").await, Value::Null, "nobody looked for pairs yet");

        ana.send("POST", "/matching/contacts/runs", axum::body::Body::empty()).await.accepted();
        app.run_jobs().await;
        measured(&app).await;
        let twice = figure(&ana, "contact", "duplicates").await;
        assert_eq!((&twice["looked"], &twice["faulty"]), (&json!(8), &json!(4)), "{twice}");
        assert_eq!(twice["faults"][0]["count"], 2, "{twice}");
        assert_eq!(twice["mend"], json!({ "kind": "review", "object": "contact" }));
        assert_eq!(opened(&ana, "contacts", &twice).await, ["Maria Anders", "Maria Anders", "Yulia Ivanova", "Юлия Иванова"]);
        let rows = ana.get("/quality/rows?object=contact&measure=duplicates").await.ok();
        assert_eq!(rows["data"].as_array().map(Vec::len), Some(4), "{rows}");
        let of_web = ana.get("/quality?object=contact&source=web").await.ok();
        let of_web = of_web["objects"][0]["figures"].as_array().unwrap().iter().find(|figure| figure["measure"] == "duplicates").cloned().unwrap();
        assert_eq!((&of_web["looked"], &of_web["faulty"]), (&json!(3), &json!(3)), "{of_web}");
        let text = ana.with("accept-language", "en").get("/quality/report?format=text").await.text();
        assert!(text.contains("Seems to be there twice: 4 / 8 (50.00 %)"), "{text}");

        // What is decided in the review is no fault any more, and what is set apart from the review never was one.
        let pairs = ana.get("/matching/contacts/pairs").await.ok();
        assert_eq!(pairs["data"].as_array().map(Vec::len), Some(2), "the figure is the queue: {pairs}");
        let answer = format!("/matching/contacts/pairs/{}/answer", pairs["data"][0]["id"].as_str().unwrap());
        ana.post(&answer, json!({ "verdict": "different" })).await.ok();
        measured(&app).await;
        assert_eq!(figure(&ana, "contact", "duplicates").await["faulty"], 2);
        let answer = format!("/matching/contacts/pairs/{}/answer", pairs["data"][1]["id"].as_str().unwrap());
        ana.post(&answer, json!({ "verdict": "same" })).await.ok();
        measured(&app).await;
        let none = figure(&ana, "contact", "duplicates").await;
        assert_eq!((&none["looked"], &none["faulty"], &none["faults"]), (&json!(7), &json!(0), &json!([])), "{none}");
        let past = ana.get("/quality/history?object=contact&measure=duplicates").await.ok();
        assert_eq!(past["data"][0]["objects"][0]["faulty"], 0, "{past}");
    }
}

async fn offered(client: &Client, kind: &str) -> Vec<Value> {
    client.get(&format!("/households/offers?kind={kind}")).await.ok()["data"].as_array().cloned().expect("offers")
}

async fn looked(app: &TestApp) {
    app.ana().post("/households/find", json!({})).await.accepted();
    app.run_jobs().await;
}

/// Ion and Maria Rusu live together, Vlad Rusu does not.
async fn the_rusus(app: &TestApp) {
    let ana = app.ana();
    for (name, street, phone) in [
        ("Ion", "Str. Lalelelor nr. 5, ap. 3", "+37322123456"),
        ("Maria", "Strada Lalelelor 5, apartament 3", "+37322123456"),
        ("Vlad", "Strada Lalelelor 7", "+37322123999"),
    ] {
        let address = json!({ "street": street, "city": "Chișinău", "country": "MD" });
        ana.post("/contacts", json!({ "first_name": name, "last_name": "Rusu", "phone": phone, "address": address }))
            .await
            .created();
    }
}

on_both! {
    async fn a_household_is_offered_accepted_and_taken_back(app: TestApp) {
        the_rusus(&app).await;
        looked(&app).await;
        let ana = app.ana();
        let offers = offered(&ana, "household").await;
        assert_eq!(offers.len(), 1, "{offers:?}");
        assert_eq!((&offers[0]["reason"], &offers[0]["strength"]), (&json!("address_and_phone"), &json!(95)));
        let members: Vec<&str> = offers[0]["members"].as_array().unwrap().iter().map(|member| member["title"].as_str().unwrap()).collect();
        assert_eq!(members, ["Ion Rusu", "Maria Rusu"]);
        assert_eq!(ana.get("/households").await.ok()["data"], json!([]), "an offer changes nothing");

        let path = format!("/households/offers/{}", offers[0]["id"].as_str().unwrap());
        let made = ana.post(&format!("{path}/accept"), json!({})).await.ok();
        let household = ana.get(&format!("/households/{}", made["id"].as_str().unwrap())).await.ok();
        assert_eq!((&household["name"], &household["members_count"]), (&json!("Rusu"), &json!(2)), "{household}");
        ana.post(&format!("{path}/accept"), json!({})).await.refused_with(409, "household.decided");
        looked(&app).await;
        assert_eq!(offered(&ana, "household").await.len(), 0);

        ana.post(&format!("/changes/{}/undo", made["change"].as_str().unwrap()), json!({})).await.ok();
        assert_eq!(ana.get("/households").await.ok()["data"], json!([]));
        assert_eq!(ana.get("/contacts?filter=household%20is%20not%20empty").await.ok()["data"], json!([]));
    }

    async fn what_was_refused_is_not_offered_again(app: TestApp) {
        the_rusus(&app).await;
        looked(&app).await;
        let ana = app.ana();
        let id = offered(&ana, "household").await[0]["id"].as_str().unwrap().to_string();
        ana.post(&format!("/households/offers/{id}/refuse"), json!({})).await.nothing();
        looked(&app).await;
        assert_eq!(offered(&ana, "household").await, [] as [Value; 0]);
        assert_eq!(ana.get("/households/offers?state=refused").await.ok()["data"][0]["id"], id.as_str());
    }

    async fn a_look_for_households_says_how_far_it_is_and_can_be_stopped(app: TestApp) {
        the_rusus(&app).await;
        let ana = app.ana();
        assert_eq!(ana.get("/households/offers").await.ok()["run"], Value::Null);
        let begun = ana.post("/households/find", json!({})).await.accepted();
        assert_eq!((&begun["job"]["state"], &begun["job"]["total"]), (&json!("queued"), &json!(3)), "{begun}");
        let again = ana.post("/households/find", json!({})).await.accepted();
        assert_eq!(again["job"]["id"], begun["job"]["id"], "one look at a time");
        assert_eq!(ana.get("/households/offers").await.ok()["run"]["id"], begun["job"]["id"]);
        let reader = app.colleague("Dora", json!({ "objects": { "contact": { "read": "all" } } })).await;
        assert_eq!(reader.get("/households/offers").await.ok()["run"], Value::Null);

        let job = format!("/jobs/{}", begun["job"]["id"].as_str().unwrap());
        ana.send("POST", &format!("{job}/cancel"), axum::body::Body::empty()).await.ok();
        app.run_jobs().await;
        assert_eq!(ana.get(&job).await.ok()["state"], "cancelled");
        assert_eq!(offered(&ana, "household").await.len(), 0, "what was stopped offered nothing");
        assert_eq!(ana.get("/households/offers").await.ok()["run"], Value::Null);

        let begun = ana.post("/households/find", json!({})).await.accepted();
        app.run_jobs().await;
        let done = ana.get(&format!("/jobs/{}", begun["job"]["id"].as_str().unwrap())).await.ok();
        assert_eq!((&done["state"], &done["done"], &done["result"]["offers"]), (&json!("done"), &json!(3), &json!(1)), "{done}");
    }

    async fn a_persons_firm_is_found_by_the_domain_of_their_address(app: TestApp) {
        let ana = app.ana();
        let acme = ana.post("/companies", json!({ "name": "Acme", "website": "https://www.acme.ro/about" })).await.created();
        ana.post("/companies", json!({ "name": "Mail house", "domain": "gmail.com" })).await.created();
        for email in ["dan@acme.ro", "eva@sales.acme.ro", "ion@gmail.com", "ana@other.ro"] {
            ana.post("/contacts", json!({ "last_name": email, "email": email })).await.created();
        }
        looked(&app).await;
        let offers = offered(&ana, "company").await;
        let mut whom: Vec<&str> = offers.iter().map(|offer| offer["members"][0]["title"].as_str().unwrap()).collect();
        whom.sort_unstable();
        assert_eq!(whom, ["dan@acme.ro", "eva@sales.acme.ro"], "{offers:?}");
        assert!(offers.iter().all(|offer| offer["target"]["id"] == acme["id"] && offer["reason"] == "domain"), "{offers:?}");
        let first = ana.get("/households/offers?limit=1").await.ok();
        let second = ana.get(&format!("/households/offers?limit=1&after={}", first["next"].as_str().unwrap())).await.ok();
        assert_ne!(first["data"][0]["id"], second["data"][0]["id"]);
        let path = format!("/households/offers/{}/accept", offers[0]["id"].as_str().unwrap());
        ana.post(&path, json!({})).await.ok();
        assert_eq!(ana.get(&format!("/companies/{}", acme["id"].as_str().unwrap())).await.ok()["contacts_count"], 1);
    }

    async fn offers_are_told_and_decided_within_ones_rights(app: TestApp) {
        the_rusus(&app).await;
        looked(&app).await;
        let ana = app.ana();
        let id = offered(&ana, "household").await[0]["id"].as_str().unwrap().to_string();
        let accept = format!("/households/offers/{id}/accept");
        let own = app.colleague("Boris", json!({ "objects": { "contact": { "read": "own", "update": "own" } } })).await;
        let blind = app.colleague("Carla", json!({ "objects": { "contact": { "read": "all", "update": "all", "fields": { "address": "hidden" } } } })).await;
        for colleague in [&own, &blind] {
            assert_eq!(offered(colleague, "household").await, [] as [Value; 0]);
            colleague.post(&accept, json!({})).await.refused(404);
        }
        let reader = app.colleague("Dora", json!({ "objects": { "contact": { "read": "all" }, "household": { "read": "all" } } })).await;
        assert_eq!(offered(&reader, "household").await.len(), 1);
        reader.post(&accept, json!({})).await.refused(403);
        reader.post(&format!("/households/offers/{id}/refuse"), json!({})).await.refused(403);
        reader.post("/households/find", json!({})).await.refused(403);
        assert_eq!(ana.get("/households").await.ok()["data"], json!([]));
        ana.get("/households/offers?kind=club").await.refused(400);
    }
}
