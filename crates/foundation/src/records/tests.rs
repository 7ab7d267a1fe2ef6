//! The engine's rules on both databases: PostgreSQL where `RAPPORT_TEST_POSTGRES` says where it is.

use std::sync::Arc;

use kernel::{Clock, Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::read::{self, ListQuery};
use super::write::{self, Write};
use super::{ask, definitions, history, input, undo};
use crate::access::{Access, Action, ObjectAccess, Principal, Rule};
use crate::app::{App, Config, Domains};
use crate::ledger::timeline::{self, TimelineQuery};

struct Company {
    app: App,
    boss: Principal,
    _folder: tempfile::TempDir,
}

fn companies() -> Vec<Company> {
    let mut all = vec![company(None)];
    if let Ok(url) = std::env::var("RAPPORT_TEST_POSTGRES") {
        all.push(company(Some(url)));
    }
    all
}

fn company(postgres: Option<String>) -> Company {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::folder(folder.path());
    config.clock = Clock::fixed(Time::parse("2026-11-21T12:00:00Z").unwrap());
    if let Some(url) = postgres {
        let name = format!("t_{}", Id::at(0).to_string().replace('-', ""));
        let db = db::Db::open(&db::Target::Postgres(url.clone())).unwrap();
        db.write({
            let name = name.clone();
            move |tx| tx.batch(&format!("create schema {name}"))
        })
        .unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        config.target = db::Target::Postgres(format!("{url}{joint}options=-c%20search_path%3D{name}"));
    }
    Company { app: App::open(config, Domains::default()).unwrap(), boss: Principal::system("test"), _folder: folder }
}

impl Company {
    fn create(&self, object: &'static str, body: Json) -> Result<Id> {
        self.app.write_now(&self.boss, move |op| {
            let object = op.object(object)?;
            let values = input::read(op, &object, body.as_object().unwrap())?;
            Ok(write::apply_one(op, &object, Write::Create { values })?.id)
        })
    }

    fn update(&self, object: &'static str, id: Id, version: Option<i64>, body: Json) -> Result<(i64, Id)> {
        self.app.write_now(&self.boss, move |op| {
            let object = op.object(object)?;
            let values = input::read(op, &object, body.as_object().unwrap())?;
            let written = write::apply_one(op, &object, Write::Update { id, version, values })?;
            Ok((written.version, op.change))
        })
    }

    fn get(&self, object: &str, id: Id) -> Json {
        self.app
            .read_now(&self.boss, |reader| {
                let object = reader.object(object)?;
                let record = read::get(reader, &object, id)?;
                Ok(read::show(reader, &object, &[record], None)?.remove(0))
            })
            .unwrap()
    }

    fn list(
        &self,
        who: &Principal,
        object: &str,
        filter: Option<&str>,
        sort: &[&str],
        limit: usize,
    ) -> Result<Vec<Vec<String>>> {
        let mut pages = Vec::new();
        let mut cursor = None;
        loop {
            let (titles, next) = self.app.read_now(who, |reader| {
                let object = reader.object(object)?;
                let filter = filter.map(|text| ask::filter(reader, &object, text)).transpose()?;
                let sort = sort.iter().map(|s| s.to_string()).collect();
                let page = read::list(
                    reader,
                    &object,
                    &ListQuery { filter, sort, limit, cursor: cursor.clone(), ..ListQuery::default() },
                )?;
                Ok((page.records.iter().map(|r| r.title.clone()).collect::<Vec<_>>(), page.next))
            })?;
            pages.push(titles);
            match next {
                Some(next) => cursor = Some(next),
                None => return Ok(pages),
            }
        }
    }
}

#[test]
fn a_record_is_created_read_changed_and_its_history_kept() {
    for it in companies() {
        let bakery = it.create("company", json!({ "name": "Blue Bakery" })).unwrap();
        let ana = it
            .create(
                "contact",
                json!({ "first_name": "Ana", "last_name": "Pop", "email": "Ana@Example.com", "company": bakery }),
            )
            .unwrap();
        let shown = it.get("contact", ana);
        assert_eq!(shown["title"], "Ana Pop");
        assert_eq!(shown["email"], "ana@example.com");
        assert_eq!(shown["linked"]["company"]["title"], "Blue Bakery");
        it.update("contact", ana, Some(1), json!({ "email": "ana.pop@example.com" })).unwrap();
        let object = it.app.catalogue().find("contact").unwrap();
        let page = it.app.read_now(&it.boss, |reader| history::page(reader, &object, ana, None, 50)).unwrap();
        assert_eq!(page["data"][0]["old"], "ana@example.com");
        assert_eq!(page["data"][0]["new"], "ana.pop@example.com");
        // The old address is not readable in the ledger itself.
        let raw =
            it.app.db().read(|tx| tx.query("select props from event where kind = 'contact.updated'", &[])).unwrap();
        assert!(!raw[0].text(0).contains("ana@"));
    }
}

#[test]
fn writes_to_different_fields_hold_and_a_stale_write_shows_both_sides() {
    for it in companies() {
        let ana = it.create("contact", json!({ "first_name": "Ana", "job_title": "Baker" })).unwrap();
        it.update("contact", ana, Some(1), json!({ "job_title": "Head baker" })).unwrap();
        it.update("contact", ana, Some(1), json!({ "last_name": "Pop" })).unwrap();
        let stale = it.update("contact", ana, Some(1), json!({ "job_title": "Buyer" }));
        let Err(Error::Conflict { code: "record.stale", details, .. }) = stale else { panic!("{stale:?}") };
        assert_eq!(details["fields"]["job_title"], json!({ "yours": "Buyer", "theirs": "Head baker" }));
        assert_eq!(it.get("contact", ana)["title"], "Ana Pop");
    }
}

#[test]
fn a_change_is_undone_and_the_undo_too() {
    for it in companies() {
        let ana = it.create("contact", json!({ "first_name": "Ana", "job_title": "Baker" })).unwrap();
        let (_, change) = it.update("contact", ana, None, json!({ "job_title": "Buyer", "last_name": "Pop" })).unwrap();
        let redo = it
            .app
            .write_now(&it.boss, move |op| {
                assert_eq!(undo::whole(op, change)?.undone, 1);
                Ok(op.change)
            })
            .unwrap();
        assert_eq!(it.get("contact", ana)["job_title"], "Baker");
        it.app.write_now(&it.boss, move |op| undo::whole(op, redo).map(|_| ())).unwrap();
        assert_eq!(it.get("contact", ana)["title"], "Ana Pop");
    }
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat_also_through_empty_values() {
    for it in companies() {
        for n in 0..23 {
            let mut body = json!({ "name": format!("C{n:02}") });
            if n % 3 != 0 {
                body["founded"] = json!(1990 + n % 4);
            }
            it.create("company", body).unwrap();
        }
        for sort in [
            vec!["founded"],
            vec!["-founded"],
            vec!["-title"],
            vec!["founded", "-title"],
            vec!["-created_at"],
            vec!["-founded", "title"],
        ] {
            let whole = it.list(&it.boss, "company", None, &sort, 200).unwrap().concat();
            assert_eq!(whole.len(), 23);
            let pages = it.list(&it.boss, "company", None, &sort, 4).unwrap();
            assert_eq!(pages.concat(), whole, "{sort:?}");
        }
    }
}

#[test]
fn what_is_hidden_does_not_exist_and_rows_out_of_reach_are_not_found() {
    for it in companies() {
        let mine = it.create("user", json!({ "name": "Mara", "email": "mara@example.com" })).unwrap();
        let ana = it.create("contact", json!({ "first_name": "Ana", "job_title": "Baker", "owner": mine })).unwrap();
        let bob = it.create("contact", json!({ "first_name": "Bob", "job_title": "Baker" })).unwrap();
        let mut own = ObjectAccess { read: vec![Rule::Own], update: vec![Rule::Own], ..ObjectAccess::default() };
        own.hidden_fields.insert("job_title".into());
        let mut access = Access::default();
        access.objects.insert("contact".into(), own);
        let mara = Principal { id: mine, user: Some(mine), access: Arc::new(access), ..Principal::system("mara") };
        assert_eq!(it.list(&mara, "contacts", None, &[], 50).unwrap().concat(), ["Ana"]);
        assert!(matches!(it.list(&mara, "contacts", Some("job_title = \"Baker\""), &[], 50), Err(Error::Invalid(_))));
        let object = it.app.catalogue().find("contacts").unwrap();
        assert!(it.app.read_now(&mara, |reader| read::get(reader, &object, ana)).is_ok());
        assert!(matches!(it.app.read_now(&mara, |reader| read::get(reader, &object, bob)), Err(Error::NotFound)));
        assert!(matches!(mara.need("contact", Action::Delete), Err(Error::Forbidden(_))));
        assert!(matches!(mara.need("company", Action::Read), Err(Error::NotFound)));
    }
}

#[test]
fn a_custom_object_with_a_roll_up_and_a_formula_lives_at_once() {
    for it in companies() {
        let field = |json: Json| serde_json::from_value::<definitions::NewField>(json).unwrap();
        it.app
            .write_now(&it.boss, move |op| {
                let new = json!({ "name": "boat", "plural": "boats", "label": "Boat", "label_plural": "Boats", "fields": [
                    { "name": "name", "label": "Name", "type": "text", "required": true },
                    { "name": "length", "label": "Length", "type": "integer" },
                    { "name": "price", "label": "Price", "type": "money" },
                    { "name": "captain", "label": "Captain", "type": "link", "target": "contact" },
                    { "name": "twice", "label": "Twice", "type": "formula", "formula": "length * 2", "result": { "type": "integer" } } ] });
                definitions::create_object(op, serde_json::from_value(new).unwrap())?;
                Ok(())
            })
            .unwrap();
        let ana = it.create("contact", json!({ "first_name": "Ana" })).unwrap();
        let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
        let swan =
            it.create("boat", json!({ "name": "Swan", "length": 7, "price": eur(100), "captain": ana })).unwrap();
        assert_eq!(it.get("boat", swan)["twice"], 14);
        it.app
            .write_now(&it.boss, move |op| {
                let rollup = |name: &str, aggregate: &str, of: Option<&str>, result: &str| {
                    json!({ "name": name, "label": name, "type": "roll_up", "result": { "type": result },
                            "rollup": { "object": "boat", "link": "captain", "aggregate": aggregate, "field": of } })
                };
                definitions::create_field(op, "contact", field(rollup("boats", "count", None, "integer")))?;
                definitions::create_field(op, "contact", field(rollup("fleet", "sum", Some("price"), "money")))?;
                definitions::create_field(op, "contact", field(rollup("longest", "max", Some("length"), "integer")))?;
                Ok(())
            })
            .unwrap();
        let shown = it.get("contact", ana);
        assert_eq!((&shown["boats"], &shown["fleet"], &shown["longest"]), (&json!(1), &eur(100), &json!(7)));
        let gull = it.create("boat", json!({ "name": "Gull", "length": 9, "price": eur(50), "captain": ana })).unwrap();
        it.update("boat", swan, None, json!({ "price": eur(70) })).unwrap();
        let shown = it.get("contact", ana);
        assert_eq!((&shown["boats"], &shown["fleet"], &shown["longest"]), (&json!(2), &eur(120), &json!(9)));
        it.app
            .write_now(&it.boss, move |op| {
                let boats = op.object("boats")?;
                write::apply_one(op, &boats, Write::Trash { id: gull }).map(|_| ())
            })
            .unwrap();
        let shown = it.get("contact", ana);
        assert_eq!((&shown["boats"], &shown["fleet"], &shown["longest"]), (&json!(1), &eur(70), &json!(7)));
    }
}

#[test]
fn a_timeline_tells_what_happened_newest_first() {
    for it in companies() {
        let ana = it.create("contact", json!({ "first_name": "Ana" })).unwrap();
        it.app.config().clock.advance(1000);
        it.update("contact", ana, None, json!({ "job_title": "Baker" })).unwrap();
        let object = it.app.catalogue().find("contact").unwrap();
        let page = it
            .app
            .read_now(&it.boss, |reader| {
                timeline::page(reader, &object, ana, &TimelineQuery { limit: 10, ..TimelineQuery::default() })
            })
            .unwrap();
        let kinds: Vec<&str> =
            page["data"].as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["contact.updated", "contact.created"]);
    }
}

#[test]
fn wrong_input_is_told_field_by_field_and_leaves_no_trace() {
    for it in companies() {
        let faults =
            it.create("contact", json!({ "first_name": 5, "nonsense": 1, "email": "x", "version": 3, "id": "x" }));
        let Err(Error::Invalid(faults)) = faults else { panic!("{faults:?}") };
        let codes: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["wrong_type", "unknown_field", "not_an_email", "readonly"]);
        let gone = it.create("contact", json!({ "first_name": "Ana", "company": Id::at(1) }));
        assert!(matches!(gone, Err(Error::Invalid(faults)) if faults[0].code == "not_found"));
        let events = it.app.db().read(|tx| tx.query("select 1 from event", &[])).unwrap();
        assert!(events.is_empty());
    }
}

#[test]
fn what_was_erased_never_comes_back() {
    for it in companies() {
        let ana = it.create("contact", json!({ "first_name": "Ana", "email": "ana@example.com" })).unwrap();
        let (_, change) = it.update("contact", ana, None, json!({ "first_name": "Anna" })).unwrap();
        it.app
            .write_now(&it.boss, move |op| {
                let contacts = op.object("contacts")?;
                super::erase::erase(op, &contacts, ana)
            })
            .unwrap();
        let undone = it.app.write_now(&it.boss, move |op| undo::whole(op, change)).unwrap();
        assert_eq!(undone.undone, 0);
        let restored = it.app.write_now(&it.boss, move |op| {
            let contacts = op.object("contacts")?;
            write::apply_one(op, &contacts, Write::Restore { id: ana }).map(|_| ())
        });
        assert!(matches!(restored, Err(Error::Conflict { code: "record.erased", .. })), "{restored:?}");
        let shown = it.get("contact", ana).to_string();
        assert!(!shown.contains("Ann") && !shown.contains("ana@"), "{shown}");
    }
}

#[test]
fn a_list_narrowed_by_city_and_owner_passes_rows_by_without_fetching_them() {
    let company = company(None);
    let carried = |filter: &str| {
        company.app.read_now(&company.boss, |reader| {
            let contact = reader.object("contact")?;
            let filter = Arc::new(ask::check_text(filter, "contact", &*reader.catalogue)?);
            let query = ListQuery { filter: Some(filter), limit: 50, ..ListQuery::default() };
            let (conditions, _) = read::conditions(reader, &contact, &query)?;
            Ok(super::paging::is_carried(reader, &contact, &conditions))
        })
    };
    let nobody = Id::NIL;
    assert!(carried("address.city = \"Paris\" and lifecycle = \"customer\"").unwrap());
    assert!(carried(&format!("owner in (\"{nobody}\")")).unwrap());
    assert!(!carried("email contains \"a\"").unwrap());
    assert!(!carried("address.city = \"Paris\" and company.name = \"Labs\"").unwrap());
}
