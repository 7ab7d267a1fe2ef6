//! Files of records, and lists as files.

use axum::body::Body;
use serde_json::json;
use testkit::{TestApp, on_both};

on_both! {
    async fn a_file_hangs_on_a_record_and_goes_only_to_those_who_may_read_it(app: TestApp) {
        let ana = app.ana();
        ana.post("/definitions/contact/fields", json!({ "name": "contract", "label": "Contract", "type": "file" })).await.created();
        let page = "<html><script>alert(1)</script></html>";
        let kept = ana.send("POST", "/files?name=../../договор \"1\".html", Body::from(page)).await.created();
        let boris = app.colleague("Boris", json!({ "objects": { "contact": { "read": "all" } } })).await;
        let path = format!("/files/{}", kept["id"].as_str().unwrap());

        boris.get(&path).await.refused(404);
        ana.post("/contacts", json!({ "last_name": "Rusu", "contract": kept["id"] })).await.created();

        let fetched = boris.get(&path).await;
        assert_eq!(fetched.text(), page);
        let told = fetched.header("content-disposition").unwrap();
        assert!(told.starts_with("attachment;") && !told.contains("..") && told.contains("%D0%B4"), "{told}");
        assert!(!fetched.header("content-type").unwrap().contains("html"));
        assert!(fetched.header("content-security-policy").unwrap().contains("sandbox"));
        ana.send("POST", "/files?name=empty", Body::empty()).await.refused(422);
        ana.send("POST", "/files?name=large", Body::from(vec![7u8; (50 << 20) + 1])).await.refused(413);
    }

    async fn a_list_goes_out_as_a_file_and_comes_in_again(app: TestApp) {
        let ana = app.ana();
        let bakery = app.blue_bakery().await;
        ana.post("/contacts", json!({ "last_name": "Rusu", "email": "v@bluebakery.example", "company": bakery["id"] })).await.created();
        ana.post("/contacts", json!({ "last_name": "=cmd|' /C calc'!A0" })).await.created();

        let csv = ana.get("/contacts/export?format=csv&sort=title&fields=title,email,company").await;
        assert!(csv.header("content-disposition").unwrap().contains("contacts.csv"));
        let text = csv.text();
        assert!(text.contains("Rusu,v@bluebakery.example,Blue Bakery"), "{text}");
        assert!(!text.contains("\n=cmd") && !text.contains(",=cmd"), "a spreadsheet must not compute it: {text}");
        assert_eq!(ana.get("/contacts/export?format=xlsx").await.bytes.get(..2), Some(&b"PK"[..]));
        ana.get("/contacts/export?format=pdf").await.refused(422);

        let import = ana.send("POST", "/imports?object=contacts&name=back.csv", Body::from(text)).await;
        let import = import.json();
        let path = format!("/imports/{}", import["id"].as_str().unwrap_or_else(|| panic!("{import}")));
        ana.post(&format!("{path}/run"), json!({})).await;
        app.run_jobs().await;
        let done = ana.get(&path).await.ok();
        assert_eq!(done["state"], "done", "{done}");
        assert_eq!(ana.get("/contacts?filter=email = \"v@bluebakery.example\"&count=exact").await.ok()["count"]["value"], 1, "{done}");
    }
}
