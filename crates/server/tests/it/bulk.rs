//! Many records at once, now or as a job.

use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_few_records_are_changed_at_once_and_undone_as_one(app: TestApp) {
        let ana = app.ana();
        let ids = app.contacts(30).await;

        let answer = ana.post("/contacts/bulk", json!({ "action": "update", "ids": ids, "set": { "job_title": "Buyer" } })).await.ok();

        assert_eq!((&answer["done"], &answer["errors"]), (&json!(30), &json!([])), "{answer}");
        assert_eq!(ana.get("/contacts?filter=job_title = \"Buyer\"&count=exact").await.ok()["count"]["value"], 30);
        let undone = ana.post(&format!("/changes/{}/undo", answer["change"].as_str().unwrap()), json!({})).await.ok();
        assert_eq!(undone["undone"], 30);
        assert_eq!(ana.get("/contacts?filter=job_title is empty&count=exact").await.ok()["count"]["value"], 30);
    }

    async fn one_bad_record_leaves_the_others_alone(app: TestApp) {
        let records = json!([{ "last_name": "Rusu" }, { "email": "nobody" }, { "last_name": "Munteanu" }]);

        let answer = app.ana().post("/contacts/bulk", json!({ "action": "create", "records": records })).await.ok();

        assert_eq!(answer["done"], 2);
        assert_eq!((&answer["errors"][0]["index"], &answer["errors"][0]["errors"][0]["code"]), (&json!(1), &json!("not_an_email")), "{answer}");
    }

    async fn a_value_that_cannot_be_is_refused_for_the_whole(app: TestApp) {
        let ids = app.contacts(3).await;
        app.ana().post("/contacts/bulk", json!({ "action": "update", "ids": ids, "set": { "email": "nobody" } })).await.refused_with(422, "not_an_email");
        app.ana().post("/contacts/bulk", json!({ "action": "explode", "ids": ids })).await.refused(422);
        app.ana().post("/contacts/bulk", json!({ "ids": ids })).await.refused(422);
    }

    async fn each_record_may_bring_its_own_values_and_all_are_one_change(app: TestApp) {
        let ana = app.ana();
        let ids = app.contacts(3).await;
        let records = json!([
            { "id": ids[0], "job_title": "Buyer" },
            { "id": ids[1], "job_title": "Baker", "email": "baker@example.com" },
            { "id": ids[2], "job_title": "Miller", "email": "nobody" },
        ]);

        let answer = ana.post("/contacts/bulk", json!({ "action": "update", "records": records })).await.ok();

        assert_eq!(answer["done"], 2, "{answer}");
        let refused = &answer["errors"][0];
        assert_eq!((&refused["id"], &refused["errors"][0]["code"]), (&json!(ids[2]), &json!("not_an_email")), "{answer}");
        assert_eq!(ana.get(&format!("/contacts/{}", ids[1].as_str().unwrap())).await.ok()["job_title"], "Baker");
        assert_eq!(ana.get("/contacts?filter=job_title is empty&count=exact").await.ok()["count"]["value"], 1);
        ana.post(&format!("/changes/{}/undo", answer["change"].as_str().unwrap()), json!({})).await.ok();
        assert_eq!(ana.get("/contacts?filter=job_title is empty&count=exact").await.ok()["count"]["value"], 3);
    }

    async fn own_values_need_an_id_and_the_right_to_change(app: TestApp) {
        let ids = app.contacts(1).await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;

        app.ana().post("/contacts/bulk", json!({ "action": "update", "records": [{ "job_title": "Buyer" }] })).await.refused_with(422, "required");
        boris.post("/contacts/bulk", json!({ "action": "update", "records": [{ "id": ids[0], "job_title": "Buyer" }] })).await.refused(403);
        assert_eq!(app.ana().get("/contacts?filter=job_title is empty&count=exact").await.ok()["count"]["value"], 1);
    }

    async fn more_than_five_hundred_become_a_job(app: TestApp) {
        let ana = app.ana();
        app.contacts(620).await;

        let answer = ana.post("/contacts/bulk", json!({ "action": "update", "filter": "job_title is empty", "set": { "job_title": "Buyer" } })).await;
        let change = answer.change();
        let job = answer.accepted()["job"].clone();
        assert_eq!((&job["state"], &job["total"]), (&json!("queued"), &json!(620)), "{job}");

        app.run_jobs().await;

        let job = ana.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.ok();
        assert_eq!((&job["state"], &job["done"]), (&json!("done"), &json!(620)), "{job}");
        assert_eq!(ana.get("/contacts?filter=job_title = \"Buyer\"&count=exact").await.ok()["count"]["value"], 620);
        ana.post(&format!("/changes/{change}/undo"), json!({})).await.ok();
        assert_eq!(ana.get("/contacts?filter=job_title = \"Buyer\"&count=exact").await.ok()["count"]["value"], 0);
    }

    async fn a_job_can_be_cancelled_and_is_its_owners(app: TestApp) {
        let ana = app.ana();
        app.contacts(510).await;
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        let job = ana.post("/contacts/bulk", json!({ "action": "delete", "filter": "job_title is empty" })).await.accepted()["job"].clone();
        let path = format!("/jobs/{}", job["id"].as_str().unwrap());

        boris.get(&path).await.refused(404);
        boris.post(&format!("{path}/cancel"), json!({})).await.refused(404);
        assert_eq!(ana.post(&format!("{path}/cancel"), json!({})).await.ok()["state"], "cancelled");

        app.run_jobs().await;
        assert_eq!(ana.get("/contacts?count=exact").await.ok()["count"]["value"], 510);
    }

    async fn deleting_and_restoring_by_a_filter(app: TestApp) {
        let ana = app.ana();
        app.contacts(12).await;

        let gone = ana.post("/contacts/bulk", json!({ "action": "delete", "filter": "last_name starts with \"Contact 00\"" })).await.ok();
        assert_eq!(gone["done"], 9);
        assert_eq!(ana.get("/contacts?count=exact").await.ok()["count"]["value"], 3);
        let back = ana.post("/contacts/bulk", json!({ "action": "restore", "filter": "last_name starts with \"Contact 00\"" })).await.ok();
        assert_eq!(back["done"], 9);
    }
}
