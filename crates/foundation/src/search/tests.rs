//! What is found, by whom and how it is written; on both databases, PostgreSQL where `RAPPORT_TEST_POSTGRES` says where it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kernel::{Clock, Id, Result, Time};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Groups, catch_up, find, rebuild, suggest_links, verify};
use crate::access::{Access, ObjectAccess, Principal, Rule};
use crate::app::{App, Config, Domains};
use crate::records::write::{self, Write};
use crate::records::{definitions, input};

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
        let schema = format!("create schema {name}");
        db.write(move |tx| tx.batch(&schema)).unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        config.target = db::Target::Postgres(format!("{url}{joint}options=-c%20search_path%3D{name}"));
    }
    Company { app: App::open(config, Domains::default()).unwrap(), boss: Principal::system("test"), _folder: folder }
}

impl Company {
    fn write(
        &self,
        object: &'static str,
        wish: impl Fn(Vec<(usize, kernel::Value)>) -> Write + Send + 'static,
        body: Json,
    ) -> Result<Id> {
        self.app.write_now(&self.boss, move |op| {
            let object = op.object(object)?;
            let values = input::read(op, &object, body.as_object().unwrap())?;
            Ok(write::apply_one(op, &object, wish(values))?.id)
        })
    }

    fn add(&self, object: &'static str, body: Json) -> Id {
        self.write(object, |values| Write::Create { values }, body).unwrap()
    }

    fn change(&self, object: &'static str, id: Id, body: Json) {
        self.write(object, move |values| Write::Update { id, version: None, values }, body).unwrap();
    }

    fn trash(&self, object: &'static str, id: Id) {
        self.write(object, move |_| Write::Trash { id }, json!({})).unwrap();
    }

    fn restore(&self, object: &'static str, id: Id) {
        self.write(object, move |_| Write::Restore { id }, json!({})).unwrap();
    }

    fn groups_for(&self, who: &Principal, text: &str) -> Groups {
        catch_up(&self.app).unwrap();
        self.app.read_now(who, |reader| find(reader, text, None, 20)).unwrap()
    }

    fn groups(&self, text: &str) -> Groups {
        self.groups_for(&self.boss, text)
    }

    /// Titles found, best first, group after group.
    fn find_for(&self, who: &Principal, text: &str) -> Vec<String> {
        self.groups_for(who, text).groups.into_iter().flat_map(|group| group.data).map(|found| found.title).collect()
    }

    fn find(&self, text: &str) -> Vec<String> {
        self.find_for(&self.boss, text)
    }

    fn finds(&self, text: &str, title: &str) {
        let found = self.find(text);
        assert!(
            found.iter().any(|have| have == title),
            "`{text}` on {:?} found {found:?}, not {title}",
            self.app.db().dialect()
        );
    }

    fn finds_not(&self, text: &str, title: &str) {
        let found = self.find(text);
        assert!(!found.iter().any(|have| have == title), "`{text}` on {:?} found {title}", self.app.db().dialect());
    }
}

/// A caller who reads contacts by a rule, with some fields hidden, and nothing else.
fn clerk(user: Id, read: Rule, hidden: &[&str]) -> Principal {
    let contacts = ObjectAccess {
        read: vec![read],
        hidden_fields: hidden.iter().map(|name| (*name).to_string()).collect(),
        ..ObjectAccess::default()
    };
    Principal {
        id: user,
        kind: crate::access::principal::Kind::User,
        user: Some(user),
        people: Arc::new(vec![user]),
        access: Arc::new(Access {
            admin: false,
            events: false,
            objects: BTreeMap::from([("contact".to_string(), contacts)]),
            otherwise: ObjectAccess::default(),
        }),
        ..Principal::system("clerk")
    }
}

#[test]
fn a_name_is_found_as_it_is_typed_with_and_without_diacritics() {
    for it in companies() {
        it.add("contact", json!({ "first_name": "Ștefan", "last_name": "Țurcanu" }));
        for text in ["ș", "s", "ste", "STEFAN", "ştefan", "turcanu", "ţurcanu ste", "Ștefan Țurcanu", "  stefan,turc "]
        {
            it.finds(text, "Ștefan Țurcanu");
        }
        it.finds_not("stefan popescu", "Ștefan Țurcanu");
        it.finds_not("tefan", "Ștefan Popescu");
        it.add("contact", json!({ "first_name": "Jürgen", "last_name": "Weiß" }));
        it.finds("jurgen weiss", "Jürgen Weiß");
    }
}

#[test]
fn cyrillic_and_chinese_names_are_found() {
    for it in companies() {
        it.add("contact", json!({ "first_name": "Алёна", "last_name": "Йовчева" }));
        it.add("contact", json!({ "last_name": "李雨桐" }));
        it.add("company", json!({ "name": "上海东方贸易有限公司" }));
        for text in ["ал", "АЛЕНА", "алёна йов", "иовчева"] {
            it.finds(text, "Алёна Йовчева");
        }
        for text in ["李", "桐", "李雨", "雨桐", "李雨桐", "李桐"] {
            it.finds(text, "李雨桐");
        }
        for text in ["东", "东方", "贸易", "有限公司", "上海东方", "上海 贸易"] {
            it.finds(text, "上海东方贸易有限公司");
        }
        it.finds_not("李东", "李雨桐");
    }
}

#[test]
fn a_phone_is_found_in_any_writing() {
    for it in companies() {
        it.add("contact", json!({ "first_name": "Ana", "last_name": "Pop", "phone": "+40721234567" }));
        it.add("contact", json!({ "first_name": "Ivan", "last_name": "Petrov", "mobile": "+79211234568" }));
        let writings = [
            "0040 721 234 567",
            "+40-721-234-567",
            "+40 (0)721 234567",
            "0721 234 567",
            "0721.234",
            "721234567",
            "+40721",
            "0721234567",
            "34567",
            "234 567",
            "Ana 0721 234",
        ];
        for text in writings {
            it.finds(text, "Ana Pop");
            it.finds_not(text, "Ivan Petrov");
        }
        it.finds("8 (921) 123-45-68", "Ivan Petrov");
        it.finds("+7 921", "Ivan Petrov");
        it.finds_not("0722 234 567", "Ana Pop");
        let groups = it.groups("0721 234 567");
        let matched = groups.groups[0].data[0].matched.clone().unwrap();
        assert_eq!((matched.field.as_str(), matched.text.as_str()), ("phone", "+40721234567"));
    }
}

#[test]
fn an_address_is_found_whole_and_by_its_parts() {
    for it in companies() {
        it.add(
            "contact",
            json!({ "first_name": "Maria", "last_name": "Rossi", "email": "m.bianchi@blue-bakery.example" }),
        );
        for text in [
            "m.bianchi@blue-bakery.example",
            "bianchi",
            "m.bian",
            "blue-bakery.example",
            "bakery",
            "BIANCHI@blue",
            "maria bakery",
        ] {
            it.finds(text, "Maria Rossi");
        }
        let matched = it.groups("bianchi").groups[0].data[0].matched.clone().unwrap();
        assert_eq!((matched.field.as_str(), matched.text.as_str()), ("email", "m.bianchi@blue-bakery.example"));
        assert_eq!(it.groups("rossi").groups[0].data[0].matched, None);
    }
}

#[test]
fn a_mistyped_word_is_put_right() {
    for it in companies() {
        it.add("contact", json!({ "first_name": "Elena", "last_name": "Popescu" }));
        it.add("contact", json!({ "first_name": "Наталья", "last_name": "Смирнова" }));
        it.add("company", json!({ "name": "Northwind Traders" }));
        // First, middle and last letter; two letters swapped; one too many, one too few.
        for text in ["bopescu", "popezcu", "popesci", "oppescu", "popsecu", "popescuu", "popecu", "elena popsecu"] {
            it.finds(text, "Elena Popescu");
        }
        it.finds("смирнава", "Наталья Смирнова");
        // Two faults in a long word, and a fault in a word still being typed.
        it.finds("nortvwind", "Northwind Traders");
        it.finds("nrothwnid", "Northwind Traders");
        it.finds("nortwin", "Northwind Traders");
        assert_eq!(it.groups("elena popsecu").did_you_mean.as_deref(), Some("elena popescu"));
        assert_eq!(it.groups("popescu").did_you_mean, None);
        it.finds_not("popov", "Elena Popescu");
    }
}

#[test]
fn whole_words_of_titles_come_first_then_beginnings_then_other_fields() {
    for it in companies() {
        it.add("contact", json!({ "first_name": "Zoe", "last_name": "Other", "email": "pop@example.com" }));
        it.add("contact", json!({ "first_name": "Ana", "last_name": "Popescu" }));
        it.add("contact", json!({ "first_name": "Alexandrina", "last_name": "Pop" }));
        it.add("contact", json!({ "first_name": "Ion", "last_name": "Pop" }));
        assert_eq!(it.find("pop"), ["Ion Pop", "Alexandrina Pop", "Ana Popescu", "Zoe Other"]);
        it.add("company", json!({ "name": "Pop" }));
        let groups = it.groups("pop");
        let objects: Vec<&str> = groups.groups.iter().map(|group| group.object.as_str()).collect();
        assert_eq!(objects, ["company", "contact"]);
    }
}

#[test]
fn a_hidden_field_neither_finds_nor_shows() {
    for it in companies() {
        let ana = it.add("contact", json!({ "first_name": "Ana", "last_name": "Pop", "email": "secret@hidden.example", "phone": "+40721234567", "job_title": "Baker" }));
        let who = clerk(Id::at(1), Rule::All, &["email", "phone", "job_title"]);
        assert_eq!(it.find_for(&who, "ana"), ["Ana Pop"]);
        for text in ["secret", "hidden", "0721234567", "34567", "secret@hidden.example", "ana secret"] {
            assert!(it.find_for(&who, text).is_empty(), "{text}");
            it.finds(text, "Ana Pop");
        }
        assert_eq!(it.groups_for(&who, "ana").groups[0].data[0].subtitle, "");
        // A hidden part of the title.
        let who = clerk(Id::at(1), Rule::All, &["last_name"]);
        assert_eq!(it.find_for(&who, "ana"), ["Ana"]);
        assert!(it.find_for(&who, "pop").is_empty());
        assert!(it.find_for(&who, "popp").is_empty());
        let picked = it.app.read_now(&who, |reader| suggest_links(reader, "contact", "an", 5)).unwrap();
        assert_eq!((picked[0].id, picked[0].title.as_str()), (ana, "Ana"));
        assert!(it.app.read_now(&who, |reader| suggest_links(reader, "contact", "ana p", 5)).unwrap().is_empty());
    }
}

#[test]
fn rows_out_of_reach_are_not_found() {
    for it in companies() {
        let me = it.add("user", json!({ "name": "Clerk One", "email": "one@example.com" }));
        let other = it.add("user", json!({ "name": "Clerk Two", "email": "two@example.com" }));
        it.add("contact", json!({ "first_name": "Mine", "last_name": "Smith", "owner": me }));
        let theirs = it.add("contact", json!({ "first_name": "Theirs", "last_name": "Smith", "owner": other }));
        it.add("contact", json!({ "first_name": "Nobodys", "last_name": "Smith" }));
        it.add("company", json!({ "name": "Smith Ltd" }));
        assert_eq!(it.find("smith").len(), 4);
        assert_eq!(it.find_for(&clerk(me, Rule::Own, &[]), "smith"), ["Mine Smith"]);
        assert_eq!(it.find_for(&clerk(me, Rule::Team, &[]), "smith"), ["Mine Smith"]);
        assert_eq!(
            it.find_for(&clerk(me, Rule::Where("first_name = \"Theirs\"".into()), &[]), "smiht"),
            ["Theirs Smith"]
        );
        // Handed over: found by the new owner, not by the old one.
        it.change("contact", theirs, json!({ "owner": me }));
        assert_eq!(it.find_for(&clerk(me, Rule::Own, &[]), "smith").len(), 2);
        assert!(it.find_for(&clerk(other, Rule::Own, &[]), "smith").is_empty());
        let picked =
            it.app.read_now(&clerk(me, Rule::Own, &[]), |reader| suggest_links(reader, "contact", "smith", 9)).unwrap();
        assert_eq!(picked.len(), 2);
    }
}

#[test]
fn what_is_out_of_reach_does_not_use_up_the_page() {
    for it in companies() {
        let me = it.add("user", json!({ "name": "Clerk", "email": "clerk@example.com" }));
        it.add("contact", json!({ "first_name": "Mine", "last_name": "Common", "owner": me }));
        it.add("contact", json!({ "first_name": "Marked", "last_name": "Common", "department": "chosen" }));
        it.app
            .write_now(&it.boss, |op| {
                let object = op.object("contact")?;
                let body = json!({ "first_name": "Somebody", "last_name": "Common", "email": null });
                let values = input::read(op, &object, body.as_object().unwrap())?;
                let writes = (0..600).map(|_| Write::Create { values: values.clone() }).collect();
                write::apply(op, &object, writes).map(|_| ())
            })
            .unwrap();
        assert_eq!(it.find_for(&clerk(me, Rule::Own, &[]), "common"), ["Mine Common"]);
        assert_eq!(
            it.find_for(&clerk(me, Rule::Where("department = \"chosen\"".into()), &[]), "comm"),
            ["Marked Common"]
        );
    }
}

#[test]
fn the_index_follows_changes_the_bin_and_a_restore() {
    for it in companies() {
        let id = it.add("contact", json!({ "first_name": "Ana", "last_name": "Pop" }));
        it.finds("pop", "Ana Pop");
        it.change("contact", id, json!({ "last_name": "Ionescu" }));
        it.finds("ionescu", "Ana Ionescu");
        assert!(it.find("pop").is_empty());
        it.trash("contact", id);
        assert!(it.find("ionescu").is_empty());
        assert!(verify(&it.app).unwrap().is_clean());
        it.restore("contact", id);
        it.finds("ionescu", "Ana Ionescu");
        // A change that touches no word.
        it.change("contact", id, json!({ "job_title": "Baker" }));
        it.finds("ionescu", "Ana Ionescu");
        assert!(verify(&it.app).unwrap().is_clean());
    }
}

#[test]
fn a_field_made_searchable_later_finds_records_from_before() {
    for it in companies() {
        let field = json!({ "name": "nickname", "label": { "en": "Nickname" }, "type": "text" });
        let field: definitions::NewField = serde_json::from_value(field).unwrap();
        it.app.write_now(&it.boss, move |op| definitions::create_field(op, "contact", field.clone())).unwrap();
        it.add("contact", json!({ "first_name": "Ana", "last_name": "Pop", "nickname": "Bumblebee" }));
        it.finds("ana", "Ana Pop");
        assert!(it.find("bumble").is_empty());
        let patch = definitions::FieldPatch { searchable: Some(true), ..definitions::FieldPatch::default() };
        it.app
            .write_now(&it.boss, move |op| definitions::update_field(op, "contact", "nickname", patch.clone()))
            .unwrap();
        it.finds("bumble", "Ana Pop");
        it.finds("pop", "Ana Pop");
        assert!(verify(&it.app).unwrap().is_clean());
    }
}

#[test]
fn verify_tells_what_is_missing_stale_and_surplus_and_rebuild_mends_it() {
    for it in companies() {
        let ids: Vec<Id> =
            ["One", "Two", "Three"].iter().map(|name| it.add("company", json!({ "name": name }))).collect();
        assert_eq!(verify(&it.app).unwrap().missing.count, 3);
        catch_up(&it.app).unwrap();
        assert!(verify(&it.app).unwrap().is_clean());
        let [one, two, three] = ids.as_slice() else { panic!() };
        let (one, two, three) = (*one, *two, *three);
        it.app
            .db()
            .write(move |tx| {
                tx.execute("delete from search_doc where record = $1", &[one.into()])?;
                tx.execute("update company set name = 'Other' where id = $1", &[two.into()])?;
                tx.execute("delete from company where id = $1", &[three.into()])
            })
            .unwrap();
        let report = verify(&it.app).unwrap();
        assert_eq!(
            (report.missing.examples, report.stale.examples, report.surplus.examples),
            (vec![one], vec![two], vec![three])
        );
        assert_eq!(report.uneven, 1);
        rebuild(&it.app).unwrap();
        assert!(verify(&it.app).unwrap().is_clean());
    }
}

#[test]
fn a_link_picker_offers_titles_that_begin_as_typed_at_once() {
    for it in companies() {
        it.add("company", json!({ "name": "Blue Bakery" }));
        it.add("company", json!({ "name": "The Blue Note" }));
        it.add("company", json!({ "name": "Red Rooms", "domain": "blue.example" }));
        let pick = |text: &str| -> Vec<String> {
            let found = it.app.read_now(&it.boss, |reader| suggest_links(reader, "company", text, 5)).unwrap();
            found.into_iter().map(|found| found.title).collect()
        };
        // Before the index has heard of it.
        assert_eq!(pick("blu"), ["Blue Bakery"]);
        catch_up(&it.app).unwrap();
        assert_eq!(pick("blu"), ["Blue Bakery", "The Blue Note"]);
        assert_eq!(pick("").len(), 3);
        assert_eq!(pick("note bl"), ["The Blue Note"]);
    }
}

#[test]
fn strange_questions_are_answered_with_nothing() {
    for it in companies() {
        it.add("contact", json!({ "first_name": "Ana", "last_name": "O'Neil" }));
        let long = "x".repeat(100_000);
        let many = "a* OR \"b ".repeat(500);
        for text in [
            "",
            " ",
            "'",
            "\"",
            "%",
            "*",
            "a' OR '1'='1",
            "NOT",
            "\u{0}",
            "\\",
            "':*",
            "-",
            "()",
            "+",
            "\u{e000}",
            "👍",
            long.as_str(),
            many.as_str(),
        ] {
            it.groups(text);
        }
        it.finds("o'neil", "Ana O'Neil");
        it.finds("neil", "Ana O'Neil");
        assert!(it.app.read_now(&it.boss, |reader| find(reader, "ana", Some("nothing"), 5)).is_err());
    }
}

#[test]
fn a_change_is_found_without_anybody_asking_the_index_to_follow() {
    for it in companies() {
        let stop = Arc::new(AtomicBool::new(false));
        let keeping = std::thread::spawn({
            let (app, stop) = (it.app.clone(), stop.clone());
            move || super::keep_in_step(&app, &stop)
        });
        for name in ["First", "Second", "Third"] {
            it.add("contact", json!({ "first_name": name }));
            let begun = Instant::now();
            while it.app.read_now(&it.boss, |reader| find(reader, name, None, 5)).unwrap().groups.is_empty() {
                assert!(begun.elapsed().as_secs() < 60, "`{name}` was never found");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        stop.store(true, Ordering::SeqCst);
        keeping.join().unwrap();
    }
}

#[test]
fn a_line_that_comes_late_is_not_stepped_over() {
    for it in companies() {
        if it.app.db().dialect() == db::Dialect::Sqlite {
            continue;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let keeping = std::thread::spawn({
            let (app, stop) = (it.app.clone(), stop.clone());
            move || super::keep_in_step(&app, &stop)
        });
        let add = |name: &'static str, before_ms: u64, after_ms: u64| {
            let (app, boss) = (it.app.clone(), it.boss.clone());
            std::thread::spawn(move || {
                app.write_now(&boss, move |op| {
                    // The first write gives the transaction its number.
                    op.tx.execute("insert into setting (name, value) values ($1, '')", &[name.into()])?;
                    std::thread::sleep(Duration::from_millis(before_ms));
                    let object = op.object("contact")?;
                    let values = input::read(op, &object, json!({ "first_name": name }).as_object().unwrap())?;
                    let written = write::apply_one(op, &object, Write::Create { values });
                    std::thread::sleep(Duration::from_millis(after_ms));
                    written
                })
                .unwrap()
            })
        };
        // The older transaction takes the later number and commits first.
        let older = add("Olderone", 300, 0);
        std::thread::sleep(Duration::from_millis(100));
        let younger = add("Youngerone", 0, 900);
        older.join().unwrap();
        younger.join().unwrap();
        let begun = Instant::now();
        for name in ["olderone", "youngerone"] {
            while it.app.read_now(&it.boss, |reader| find(reader, name, None, 5)).unwrap().groups.is_empty() {
                assert!(begun.elapsed().as_secs() < 20, "{name} was stepped over");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        stop.store(true, Ordering::SeqCst);
        keeping.join().unwrap();
    }
}

/// What happens to a small company.
#[derive(Debug, Clone)]
enum Act {
    Add(usize),
    Rename(usize, usize),
    Trash(usize),
    Restore(usize),
    CatchUp,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0usize..NAMES.len()).prop_map(Act::Add),
        3 => (0usize..8, 0usize..NAMES.len()).prop_map(|(n, name)| Act::Rename(n, name)),
        2 => (0usize..8).prop_map(Act::Trash),
        2 => (0usize..8).prop_map(Act::Restore),
        1 => Just(Act::CatchUp),
    ];
    prop::collection::vec(act, 1..25)
}

const NAMES: [&str; 6] = ["Ana Pop", "Ана Попова", "李雨桐", "ana@example.com", "Pop Art", "Țurcan"];

/// Every document as it is kept: record and fingerprint.
fn kept(app: &App) -> BTreeSet<(Id, i64)> {
    let rows =
        app.db().read(|tx| tx.query("select record, fingerprint from search_doc where fingerprint <> 0", &[])).unwrap();
    rows.iter().map(|row| (row.id(0), row.int(1))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_rebuild_equals_what_was_fed_change_by_change(acts in acts()) {
        for it in companies() {
            let mut ids: Vec<(Id, Option<&str>)> = Vec::new();
            for act in &acts {
                match *act {
                    Act::Add(name) => {
                        let name = NAMES[name];
                        ids.push((it.add("company", json!({ "name": name })), Some(name)));
                    }
                    Act::Rename(n, name) => {
                        if let Some((id, have @ Some(_))) = ids.get_mut(n) {
                            it.change("company", *id, json!({ "name": NAMES[name] }));
                            *have = Some(NAMES[name]);
                        }
                    }
                    Act::Trash(n) => {
                        if let Some((id, have)) = ids.get_mut(n) {
                            it.trash("company", *id);
                            *have = None;
                        }
                    }
                    Act::Restore(n) => {
                        if let Some((id, have @ None)) = ids.get_mut(n) {
                            it.restore("company", *id);
                            let title = it.app.db().read(|tx| tx.one("select title from company where id = $1", &[(*id).into()])).unwrap().unwrap();
                            *have = NAMES.iter().find(|name| **name == title.text(0)).copied();
                        }
                    }
                    Act::CatchUp => catch_up(&it.app).unwrap(),
                }
            }
            catch_up(&it.app).unwrap();
            prop_assert!(verify(&it.app).unwrap().is_clean());
            let fed = kept(&it.app);
            let found: Vec<Vec<String>> = NAMES.iter().map(|name| it.find(name)).collect();
            for (name, found) in NAMES.iter().zip(&found) {
                let living = ids.iter().filter(|(_, have)| *have == Some(*name)).count();
                prop_assert_eq!(found.iter().filter(|title| *title == name).count(), living, "{}", name);
            }
            rebuild(&it.app).unwrap();
            prop_assert_eq!(&fed, &kept(&it.app));
            let again: Vec<Vec<String>> = NAMES.iter().map(|name| it.find(name)).collect();
            prop_assert_eq!(found, again);
        }
    }
}

/// Figures, by hand: `RAPPORT_MEASURE_SEARCH=200000 cargo test -p foundation --lib measured -- --nocapture`.
#[test]
fn measured() {
    let Some(contacts) = std::env::var("RAPPORT_MEASURE_SEARCH").ok().and_then(|n| n.parse::<i64>().ok()) else {
        return;
    };
    let it = company(std::env::var("RAPPORT_TEST_POSTGRES").ok());
    seed(&it.app, contacts);
    it.app.db().tidy().unwrap();
    let before = it.app.config().folder.join("rapport.db").metadata().map_or(0, |file| file.len());
    let begun = Instant::now();
    rebuild(&it.app).unwrap();
    let took = begun.elapsed();
    println!("{contacts} contacts and {} companies indexed in {took:.1?}", contacts / 3);
    it.app.db().tidy().unwrap();
    let file = it.app.config().folder.join("rapport.db").metadata().map_or(0, |file| file.len());
    println!("database {} MB, of which {} MB before", file >> 20, before >> 20);
    let questions = [
        "m",
        "ma",
        "mar",
        "mari",
        "maria",
        "maria b",
        "maria ba",
        "maria bado",
        "ba",
        "bado",
        "badoro",
        "0721",
        "0721 5",
        "0721555",
        "12345",
        "mail",
        "maria@mail3",
        "mail3.example",
        "badori",
        "mraia badro",
        "zzzz",
        "foundry",
        "bado foundry",
        "foundyr",
        "ma ba",
        "b m",
        "maria1234",
        "exampl",
    ];
    let system = Principal::system("test");
    let who = clerk(Id::at(1), Rule::Own, &["email"]);
    for (name, who) in [("everything", &system), ("own records, e-mail hidden", &who)] {
        let mut all = Vec::new();
        for text in questions {
            let mut times: Vec<f64> = (0..7)
                .map(|_| {
                    let begun = Instant::now();
                    it.app.read_now(who, |reader| find(reader, text, None, 5)).unwrap();
                    begun.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            let found: usize = it
                .app
                .read_now(who, |reader| find(reader, text, None, 5))
                .unwrap()
                .groups
                .iter()
                .map(|group| group.data.len())
                .sum();
            println!("{name}: {text:>16} {:7.2} ms, worst {:7.2} ms, {found} found", times[3], times[6]);
            all.extend(times);
        }
        all.sort_by(f64::total_cmp);
        println!("{name}: p50 {:.2} ms, p95 {:.2} ms", all[all.len() / 2], all[all.len() * 95 / 100]);
    }
}

/// Made-up people and companies, straight into their tables.
fn seed(app: &App, contacts: i64) {
    use db::{Arg, Kind, OnConflict};
    let firsts = ["Maria", "Ana", "Ion", "Marc", "Olga", "Иван", "李", "John", "Marta", "Ștefan"];
    let syllables = ["ba", "do", "ri", "ke", "lu", "no", "so", "ta", "vi", "zo"];
    let pick = |n: i64, list: &[&'static str]| list[usize::try_from(n).unwrap() % list.len()];
    let last = |n: i64| -> String {
        let mixed = n.wrapping_mul(7919) % 99_991;
        format!(
            "{}{}{}{}",
            pick(mixed, &syllables),
            pick(mixed / 10, &syllables),
            pick(mixed / 100, &syllables),
            pick(mixed / 1000, &syllables)
        )
    };
    let columns = |rest: &[(&'static str, Kind)]| {
        let mut all = vec![
            ("id", Kind::Id),
            ("version", Kind::Int),
            ("title", Kind::Text),
            ("sort_title", Kind::Text),
            ("created_at", Kind::Int),
            ("updated_at", Kind::Int),
        ];
        all.extend(rest);
        all
    };
    let system = |id: Id, title: &str| -> Vec<Arg> {
        vec![
            id.into(),
            1.into(),
            title.into(),
            kernel::fold::fold(title).into(),
            id.millis().into(),
            id.millis().into(),
        ]
    };
    let contact =
        columns(&[("first_name", Kind::Text), ("last_name", Kind::Text), ("email", Kind::Text), ("phone", Kind::Text)]);
    let company = columns(&[("name", Kind::Text), ("domain", Kind::Text)]);
    for chunk in 0..(contacts + 9_999) / 10_000 {
        let range = chunk * 10_000..contacts.min((chunk + 1) * 10_000);
        let (mut people, mut firms) = (Vec::new(), Vec::new());
        for n in range {
            let (first, last) = (pick(n, &firsts), last(n));
            let mut row = system(Id::at(1_700_000_000_000 + n), &format!("{first} {last}"));
            row.extend([
                first.into(),
                last.as_str().into(),
                format!("{}{n}@mail{}.example", kernel::fold::fold(first), n % 20).into(),
                format!("+407{:08}", n * 104_729 % 100_000_000).into(),
            ]);
            people.push(row);
            if n % 3 == 0 {
                let name = format!("{last} {}", pick(n / 3, &["Foundry", "Bakery", "Logistics", "Holding"]));
                let mut row = system(Id::at(1_700_000_000_000 + n), &name);
                row.extend([name.as_str().into(), format!("{last}{n}.example").into()]);
                firms.push(row);
            }
        }
        let (contact, company) = (contact.clone(), company.clone());
        app.db()
            .write(move |tx| {
                tx.insert("contact", &contact, people.clone(), OnConflict::Fail)?;
                tx.insert("company", &company, firms.clone(), OnConflict::Fail)
            })
            .unwrap();
    }
}
