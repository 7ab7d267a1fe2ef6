//! Conversion: a lead becomes a contact, a company and a deal; its story goes along, and all of it can be taken back.

use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_string()
}

async fn pipeline(ana: &Client) -> String {
    let pipeline = id(&ana.post("/pipelines", json!({ "name": "New business", "is_default": true })).await.created());
    for (position, name, kind) in [(1, "First talk", "open"), (2, "Won", "won")] {
        let stage =
            json!({ "name": name, "pipeline": pipeline, "position": position, "kind": kind, "probability": 20 });
        ana.post("/stages", stage).await.created();
    }
    pipeline
}

async fn maria(ana: &Client) -> Value {
    let body = json!({
        "first_name": "Maria", "last_name": "Lungu", "email": "maria@lungu.example", "company_name": "Lungu SRL", "source": "web",
        "expected_amount": { "amount": 120_000, "currency": "EUR" }, "job_title": "Buyer", "industry": "retail", "description": "Wants bikes",
    });
    ana.post("/leads", body).await.created()
}

fn kinds(timeline: &Value) -> Vec<&str> {
    timeline["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

async fn timeline(ana: &Client, path: &str, id: &str) -> Value {
    ana.get(&format!("/{path}/{id}/timeline?limit=50")).await.ok()
}

on_both! {
    async fn a_lead_becomes_a_contact_a_company_and_a_deal_with_its_story(app: TestApp) {
        let ana = app.ana();
        pipeline(&ana).await;
        let lead = maria(&ana).await;
        let note = ana.post("/notes", json!({ "body": "Called twice", "lead": lead["id"] })).await.created();
        let task = ana.post("/activities", json!({ "subject": "Send a catalogue", "lead": lead["id"] })).await.created();
        let path = format!("/leads/{}/conversion", id(&lead));

        let plan = ana.get(&path).await.ok();
        assert_eq!((&plan["contact"]["values"]["email"], &plan["company"]["values"]["name"]), (&json!("maria@lungu.example"), &json!("Lungu SRL")));
        assert_eq!((&plan["deal"]["values"]["amount"]["amount"], &plan["moves"]), (&json!(120_000), &json!({ "activity": 1, "note": 1 })));
        assert!(plan["company"]["values"].get("email").is_none(), "the address is the person's, not the company's");

        let made = ana.post(&path, json!({ "contact": { "new": {} }, "company": { "new": {} }, "deal": { "new": { "name": "Bikes" } } })).await;
        let change = made.change();
        let made = made.created();
        let contact = ana.get(&format!("/contacts/{}", made["contact"].as_str().unwrap())).await.ok();
        assert_eq!((&contact["job_title"], &contact["company"], &contact["source"]), (&json!("Buyer"), &made["company"], &json!("web")));
        let deal = ana.get(&format!("/deals/{}", made["deal"].as_str().unwrap())).await.ok();
        assert_eq!((&deal["name"], &deal["contact"], &deal["lead"], &deal["linked"]["stage"]["title"]), (&json!("Bikes"), &made["contact"], &lead["id"], &json!("First talk")));
        let lead_now = ana.get(&format!("/leads/{}", id(&lead))).await.ok();
        assert_eq!((&lead_now["status"], &lead_now["deal"]), (&json!("converted"), &made["deal"]));

        let story = timeline(&ana, "contacts", made["contact"].as_str().unwrap()).await;
        for kind in ["lead.created", "lead.converted", "note.added", "activity.planned"] {
            assert!(kinds(&story).contains(&kind), "{kind} stands on the contact's timeline: {:?}", kinds(&story));
        }
        let old = timeline(&ana, "leads", &id(&lead)).await;
        let (a, b) = (find(&old, "note.added"), find(&story, "note.added"));
        assert_eq!(a, b, "it is the same line under the same id");
        for (plural, record) in [("notes", &note), ("activities", &task)] {
            let moved = ana.get(&format!("/{plural}/{}", id(record))).await.ok();
            assert_eq!((&moved["lead"], &moved["contact"], &moved["deal"]), (&lead["id"], &made["contact"], &made["deal"]));
        }

        ana.post(&path, json!({ "contact": { "new": {} } })).await.refused_with(409, "lead.converted");
        ana.post(&format!("/changes/{change}/undo"), json!(null)).await.ok();
        let back = ana.get(&format!("/leads/{}", id(&lead))).await.ok();
        assert_eq!((&back["status"], &back["contact"]), (&json!("new"), &Value::Null));
        assert_eq!(ana.get("/contacts").await.ok()["data"].as_array().unwrap().len(), 0);
        assert_eq!(ana.get(&format!("/notes/{}", id(&note))).await.ok()["contact"], Value::Null);
    }

    async fn who_is_there_already_is_shown_and_gets_what_they_lack(app: TestApp) {
        let ana = app.ana();
        let known = ana.post("/contacts", json!({ "last_name": "Lungu", "email": "maria@lungu.example", "job_title": "Owner" })).await.created();
        let lead = maria(&ana).await;
        let path = format!("/leads/{}/conversion", id(&lead));
        let plan = ana.get(&path).await.ok();
        assert_eq!((&plan["contact"]["candidates"][0]["id"], &plan["contact"]["candidates"][0]["certain"]), (&known["id"], &json!(true)));

        let twin = ana.post(&path, json!({ "contact": { "new": {} } })).await.refused_with(409, "duplicate");
        assert_eq!(twin["conflict"]["details"]["candidates"][0]["id"], known["id"]);
        let made = ana.post(&path, json!({ "contact": { "existing": known["id"] } })).await.created();
        assert_eq!((&made["contact"], &made["company"], &made["deal"]), (&known["id"], &Value::Null, &Value::Null));
        let filled = ana.get(&format!("/contacts/{}", id(&known))).await.ok();
        assert_eq!((&filled["job_title"], &filled["first_name"]), (&json!("Owner"), &json!("Maria")), "what is known stays");
        assert!(kinds(&timeline(&ana, "contacts", &id(&known)).await).contains(&"lead.created"));

        ana.delete(&path).await.ok();
        let back = ana.get(&format!("/contacts/{}", id(&known))).await.ok();
        assert_eq!(back["first_name"], Value::Null);
        assert!(!kinds(&timeline(&ana, "contacts", &id(&known)).await).contains(&"lead.created"), "the lead's story left with it");
        ana.delete(&path).await.refused_with(409, "lead.not_converted");
    }

    async fn the_company_says_what_becomes_what(app: TestApp) {
        let ana = app.ana();
        let field = json!({ "name": "channel", "label": { "en": "Channel" }, "type": "text" });
        for object in ["lead", "contact"] {
            ana.post(&format!("/definitions/{object}/fields"), field.clone()).await.created();
        }
        let shown = ana.get("/lead-mapping").await.ok();
        let of = |answer: &Value, object: &str, field: &str| {
            let target = answer["targets"].as_array().unwrap().iter().find(|one| one["object"] == object).unwrap().clone();
            target["fields"].as_array().unwrap().iter().find(|one| one["field"] == field).unwrap()["from"].clone()
        };
        assert_eq!((of(&shown, "contact", "channel"), of(&shown, "company", "name")), (json!("channel"), json!("company_name")));
        let said = json!({ "contact": { "department": "industry", "job_title": null } });
        let shown = ana.put("/lead-mapping", said).await.ok();
        assert_eq!((of(&shown, "contact", "department"), of(&shown, "contact", "job_title")), (json!("industry"), Value::Null));
        let lead = maria(&ana).await;
        let plan = ana.get(&format!("/leads/{}/conversion", id(&lead))).await.ok();
        assert_eq!((&plan["contact"]["values"]["department"], plan["contact"]["values"].get("job_title")), (&json!("retail"), None));

        ana.put("/lead-mapping", json!({ "contact": { "email": "employees" } })).await.refused_with(422, "wrong_type");
        let boris = app.colleague("Boris", json!({ "objects": { "lead": { "read": "all" } } })).await;
        boris.get("/lead-mapping").await.refused(403);
    }

    async fn whoever_may_not_make_contacts_converts_nothing(app: TestApp) {
        let lead = maria(&app.ana()).await;
        let path = format!("/leads/{}/conversion", id(&lead));
        let boris = app.colleague("Boris", json!({ "objects": { "lead": { "read": "all", "update": "all" }, "contact": { "read": "all" } } })).await;
        assert_eq!(boris.get(&path).await.ok()["contact"], Value::Null);
        boris.post(&path, json!({ "contact": { "new": {} } })).await.refused(403);
        let chen = app.colleague("Chen", json!({ "objects": { "lead": { "read": "all" } } })).await;
        chen.post(&path, json!({ "contact": { "new": {} } })).await.refused(403);
        assert_eq!(app.ana().get(&format!("/leads/{}", id(&lead))).await.ok()["status"], "new");
    }
}

fn find(timeline: &Value, kind: &str) -> Value {
    timeline["data"].as_array().unwrap().iter().find(|line| line["kind"] == kind).expect("the line")["id"].clone()
}
