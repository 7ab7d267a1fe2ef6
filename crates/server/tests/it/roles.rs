//! Roles as a page shows them, and what a change of one would mean for those who have it.

use serde_json::{Value, json};
use testkit::{TestApp, on_both};

async fn role_of(app: &TestApp, user: impl std::fmt::Display) -> String {
    app.ana().get(&format!("/users/{user}/roles")).await.ok()["data"][0]["id"].as_str().unwrap().to_string()
}

fn line<'v>(preview: &'v Value, object: &str) -> &'v Value {
    preview["objects"].as_array().unwrap().iter().find(|line| line["object"] == object).unwrap_or(&Value::Null)
}

on_both! {
    async fn a_right_that_came_with_a_later_version_is_given_to_the_standard_roles_once(app: TestApp) {
        let ana = app.ana();
        let roles = ana.get("/roles").await.ok();
        let sales = roles["data"].as_array().unwrap().iter().find(|role| role["key"] == "sales").unwrap().clone();
        let path = format!("/roles/{}", sales["id"].as_str().unwrap());
        let without = |object: &str| {
            let mut body = sales["body"].clone();
            body["objects"].as_object_mut().unwrap().remove(object);
            json!({ "body": body })
        };
        // As a company is that was made before there were dashboards.
        ana.patch(&path, without("dashboard")).await.ok();
        let forget = |op: &mut foundation::Operation| op.tx.execute("delete from role_given where object = 'dashboard'", &[]);
        app.app().write(&foundation::access::Principal::system("test"), forget).await.unwrap();

        let later = app.reopened();
        assert_eq!(later.ana().get(&path).await.ok()["body"], sales["body"], "it has what a new company's role has");
        let log = later.ana().get("/audit?limit=20").await.ok();
        let given = log["data"].as_array().unwrap().iter().find(|line| line["actor"]["name"] == "roles");
        assert_eq!(given.map(|line| &line["action"]), Some(&json!("role.changed")), "{log}");

        later.ana().patch(&path, without("dashboard")).await.ok();
        let body = later.reopened().ana().get(&path).await.ok()["body"].clone();
        assert!(body["objects"].get("dashboard").is_none(), "what is taken away stays away: {body}");
    }

    async fn a_field_that_came_later_is_hidden_from_whom_the_one_beside_it_is(app: TestApp) {
        let ana = app.ana();
        let hides = json!({ "objects": { "deal": { "read": "all", "fields": { "amount": "hidden" } } } });
        let role = ana.post("/roles", json!({ "name": "Helpers", "body": hides })).await.created();
        let path = format!("/roles/{}", role["id"].as_str().unwrap());
        let forget = |op: &mut foundation::Operation| op.tx.execute("delete from role_given where object = 'deal.lines_amount'", &[]);
        app.app().write(&foundation::access::Principal::system("test"), forget).await.unwrap();
        let later = app.reopened();
        let fields = |body: &Value| body["body"]["objects"]["deal"]["fields"].clone();
        let now = later.ana().get(&path).await.ok();
        assert_eq!(fields(&now), json!({ "amount": "hidden", "lines_amount": "hidden" }), "{now}");
        // What a company decides afterwards stays.
        later.ana().patch(&path, json!({ "body": hides })).await.ok();
        assert_eq!(fields(&later.reopened().ana().get(&path).await.ok()), json!({ "amount": "hidden" }));
    }

    async fn a_preview_counts_what_people_would_gain_and_lose_and_saves_nothing(app: TestApp) {
        let ana = app.ana();
        let grant = json!({ "objects": { "contact": { "read": "all", "update": "own", "create": true }, "user": { "read": "all" } } });
        let (boris, id) = app.colleague_with_id("Boris", grant).await;
        for name in ["One", "Two", "Three"] {
            ana.post("/contacts", json!({ "last_name": name })).await.created();
        }
        boris.post("/contacts", json!({ "last_name": "His" })).await.created();
        let role = role_of(&app, id).await;

        let body = json!({ "objects": {
            "contact": { "read": "own", "update": "own", "fields": { "phone": "hidden" } },
            "company": { "read": "all" }, "user": { "read": "all" },
        } });
        let preview = ana.post(&format!("/roles/{role}/preview"), json!({ "body": body })).await.ok();
        let contacts = line(&preview, "contact");
        assert_eq!((&contacts["read"], &contacts["update"]), (&json!({ "gain": 0, "lose": 3 }), &json!({ "gain": 0, "lose": 0 })), "{preview}");
        let his = &contacts["users"][0];
        assert_eq!((&his["user"]["name"], &his["read"]["before"], &his["read"]["after"]), (&json!("Boris"), &json!(4), &json!(1)));
        assert_eq!(his["may"], json!({ "gain": [], "lose": ["create"] }));
        assert_eq!(his["fields"]["lose_read"], json!(["phone"]));
        assert!(his["fields"]["lose_write"].as_array().unwrap().contains(&json!("phone")));
        assert_eq!((&preview["users"], &preview["looked_at"]), (&json!(1), &json!(1)));
        assert_eq!(line(&preview, "deal"), &Value::Null, "what stays the same is not told");

        assert_eq!(boris.get("/contacts").await.ok()["data"].as_array().unwrap().len(), 4, "nothing is saved");
        ana.patch(&format!("/roles/{role}"), json!({ "body": body })).await.ok();
        assert_eq!(boris.get("/contacts").await.ok()["data"].as_array().unwrap().len(), 1, "and it comes as it was told");
    }

    async fn a_role_that_goes_takes_what_no_other_gives(app: TestApp) {
        let ana = app.ana();
        let (_, id) = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "where: last_name = \"A\"" } } })).await;
        let first = role_of(&app, id).await;
        let second = ana.post("/roles", json!({ "name": "All contacts", "body": { "objects": { "contact": { "read": "all" } } } })).await.created();
        ana.put(&format!("/users/{id}/roles"), json!({ "roles": [first, second["id"]] })).await.ok();
        ana.post("/contacts", json!({ "last_name": "A" })).await.created();
        ana.post("/contacts", json!({ "last_name": "B" })).await.created();

        let gone = ana.post(&format!("/roles/{first}/preview"), json!({ "body": null })).await.ok();
        assert_eq!(gone["objects"], json!([]), "the other role gives all of it: {gone}");
        let second = second["id"].as_str().unwrap();
        let preview = ana.post(&format!("/roles/{second}/preview"), json!({ "body": null })).await.ok();
        assert_eq!(line(&preview, "contact")["read"], json!({ "gain": 0, "lose": 1 }), "the first still gives one");
        let other = ana.post(&format!("/users/{id}/roles/preview"), json!({ "roles": [] })).await.ok();
        assert_eq!(line(&other, "contact")["read"]["lose"], 2);
        ana.post(&format!("/users/{id}/roles/preview"), json!({ "roles": [app.ana_id()] })).await.refused_with(422, "not_found");
    }

    async fn somebody_who_would_become_an_administrator_is_named(app: TestApp) {
        let ana = app.ana();
        let (boris, id) = app.colleague_with_id("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        let role = role_of(&app, id).await;
        let preview = ana.post(&format!("/roles/{role}/preview"), json!({ "body": { "admin": true } })).await.ok();
        assert_eq!(preview["admin"]["gain"][0]["name"], "Boris");
        boris.post(&format!("/roles/{role}/preview"), json!({ "body": null })).await.refused(403);
        ana.post(&format!("/roles/{role}/preview"), json!({ "body": { "objects": { "unicorn": {} } } })).await.refused_with(422, "unknown_object");
        ana.post(&format!("/roles/{id}/preview"), json!({ "body": null })).await.refused(404);
    }

    async fn a_matrix_says_of_each_object_and_field_what_the_role_may(app: TestApp) {
        let ana = app.ana();
        let body = json!({ "objects": {
            "*": { "read": "all" },
            "contact": { "read": "team", "update": "own", "create": true, "fields": { "phone": "hidden", "email": "readonly" } },
        }, "restrict": { "contact": ["last_name != \"X\""] } });
        let role = ana.post("/roles", json!({ "name": "Careful", "body": body })).await.created();
        let matrix = ana.get(&format!("/roles/{}/matrix", role["id"].as_str().unwrap())).await.ok();
        let contact = line(&matrix, "contact");
        assert_eq!((&contact["named"], &contact["read"], &contact["restrict"][0]), (&json!(true), &json!("team"), &json!("last_name != \"X\"")));
        let field = |object: &Value, name: &str| object["fields"].as_array().unwrap().iter().find(|field| field["field"] == name).unwrap()["access"].clone();
        assert_eq!([field(contact, "phone"), field(contact, "email"), field(contact, "last_name")], [json!("hidden"), json!("read"), json!("write")]);
        let deal = line(&matrix, "deal");
        assert_eq!((&deal["named"], &deal["read"], &deal["update"], field(deal, "name")), (&json!(false), &json!("all"), &json!("none"), json!("read")));
        assert_eq!(matrix["every"]["read"], "all");
        let one = ana.get(&format!("/roles/{}", role["id"].as_str().unwrap())).await.ok();
        assert_eq!(one["body"]["objects"]["contact"]["update"], "own");
    }
}
