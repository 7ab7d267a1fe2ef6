//! Changes: two people in one record, history, undo and redo.

use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn writes_to_different_fields_of_one_record_both_hold(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());

        ana.with("if-match", "\"1\"").patch(&path, json!({ "job_title": "Buyer" })).await.ok();
        ana.with("if-match", "\"1\"").patch(&path, json!({ "department": "Purchasing" })).await.ok();

        let vlad = ana.get(&path).await.ok();
        assert_eq!((&vlad["job_title"], &vlad["department"], &vlad["version"]), (&json!("Buyer"), &json!("Purchasing"), &json!(3)));
    }

    async fn a_stale_write_to_the_same_field_shows_both_values(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        ana.patch(&path, json!({ "job_title": "Buyer", "version": 1 })).await.ok();

        let problem = ana.patch(&path, json!({ "job_title": "Chef", "version": 1 })).await.refused_with(409, "record.stale");

        assert_eq!(problem["conflict"]["details"], json!({ "fields": { "job_title": { "yours": "Chef", "theirs": "Buyer" } }, "version": 2 }));
        assert_eq!(ana.get(&path).await.ok()["job_title"], "Buyer");
    }

    async fn a_version_that_is_no_version_is_unreadable(app: TestApp) {
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        app.ana().with("if-match", "yesterday").patch(&path, json!({ "job_title": "Chef" })).await.refused(400);
    }

    async fn history_tells_who_changed_what(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let change = ana.patch(&path, json!({ "job_title": "Buyer" })).await.change();
        app.pass_ms(1000);
        ana.patch(&path, json!({ "job_title": null, "email": "v@bluebakery.example" })).await.ok();

        let history = ana.get(&format!("{path}/history")).await.ok();

        let lines: Vec<_> = history["data"].as_array().unwrap().iter().map(|line| (&line["field"], &line["old"], &line["new"])).collect();
        assert_eq!(lines.len(), 3, "{history}");
        assert!(lines.contains(&(&json!("job_title"), &json!(null), &json!("Buyer"))), "{history}");
        assert!(lines.contains(&(&json!("email"), &json!("vlad@bluebakery.example"), &json!("v@bluebakery.example"))), "{history}");
        assert_eq!(history["data"][2]["change"], change);
        assert!(history["data"][2]["actor"]["id"].is_string());
    }

    async fn an_undo_takes_a_change_back_and_an_undo_of_it_does_it_again(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let change = ana.patch(&path, json!({ "job_title": "Buyer", "email": "v@bluebakery.example" })).await.change();

        let undone = ana.post(&format!("/changes/{change}/undo"), json!({})).await.ok();
        assert_eq!(undone["undone"], 1, "{undone}");
        let vlad = ana.get(&path).await.ok();
        assert_eq!((&vlad["job_title"], &vlad["email"]), (&json!(null), &json!("vlad@bluebakery.example")));

        let again = undone["change"].as_str().unwrap();
        ana.post(&format!("/changes/{again}/undo"), json!({})).await.ok();
        let vlad = ana.get(&path).await.ok();
        assert_eq!((&vlad["job_title"], &vlad["email"]), (&json!("Buyer"), &json!("v@bluebakery.example")));
    }

    async fn an_undo_leaves_what_somebody_changed_since_and_says_so(app: TestApp) {
        let ana = app.ana();
        let path = format!("/contacts/{}", app.vlad().await["id"].as_str().unwrap());
        let change = ana.patch(&path, json!({ "job_title": "Buyer", "department": "Purchasing" })).await.change();
        ana.patch(&path, json!({ "job_title": "Chef" })).await.ok();

        let undone = ana.post(&format!("/changes/{change}/undo"), json!({})).await.ok();

        assert_eq!(undone["skipped"][0]["reason"], "changed_since", "{undone}");
        let vlad = ana.get(&path).await.ok();
        assert_eq!((&vlad["job_title"], &vlad["department"]), (&json!("Chef"), &json!(null)));
    }

    async fn the_undo_of_a_creation_is_the_bin_and_of_a_deletion_the_return(app: TestApp) {
        let ana = app.ana();
        let made = ana.post("/contacts", json!({ "last_name": "Rusu" })).await;
        let made_by = made.change();
        let path = format!("/contacts/{}", made.created()["id"].as_str().unwrap());

        let undone = ana.post(&format!("/changes/{made_by}/undo"), json!({})).await.ok();
        assert!(ana.get(&path).await.ok()["deleted_at"].is_string());

        ana.post(&format!("/changes/{}/undo", undone["change"].as_str().unwrap()), json!({})).await.ok();
        assert!(ana.get(&path).await.ok()["deleted_at"].is_null());
    }

    async fn a_change_that_never_was_cannot_be_undone(app: TestApp) {
        app.ana().post("/changes/01a2008b-b273-7000-8007-4758fe2cd633/undo", json!({})).await.refused(404);
        app.ana().post("/changes/yesterday/undo", json!({})).await.refused(404);
    }
}
