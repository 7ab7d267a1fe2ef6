//! Signing in, being let in, and what is written down about it, on both databases: PostgreSQL where
//! `RAPPORT_TEST_POSTGRES` says where it is.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use kernel::{Clock, Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::audit::{self, chain};
use super::invites;
use super::keys::{self, NewKey, Scope};
use super::roles::{self, RoleBody};
use super::sessions::{self, Origin};
use super::setup::{self, First};
use super::{Action, Principal, Secret, explain, people, users};
use crate::app::{App, Config, Domains};
use crate::records::write::{self, Write};
use crate::records::{input, read};

const PASSWORD: &str = "correct horse battery staple";
const MINUTE: i64 = 60_000;

struct Company {
    app: App,
    clock: Clock,
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
    let clock = Clock::fixed(Time::parse("2026-11-21T12:00:00Z").unwrap());
    let mut config = Config::folder(folder.path());
    config.clock = clock.clone();
    if let Some(url) = postgres {
        let name = format!("a_{}", Id::at(0).to_string().replace('-', ""));
        let db = db::Db::open(&db::Target::Postgres(url.clone())).unwrap();
        let create = format!("create schema {name}");
        db.write(move |tx| tx.batch(&create)).unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        config.target = db::Target::Postgres(format!("{url}{joint}options=-c%20search_path%3D{name}"));
    }
    let app = App::open(config, Domains::default()).unwrap();
    Company { app, clock, boss: Principal::system("test"), _folder: folder }
}

impl Company {
    fn create(&self, who: &Principal, object: &'static str, body: Json) -> Result<Id> {
        self.app.write_now(who, move |op| {
            let object = op.object(object)?;
            let values = input::read(op, &object, body.as_object().unwrap())?;
            Ok(write::apply_one(op, &object, Write::Create { values })?.id)
        })
    }

    fn update(&self, who: &Principal, object: &'static str, id: Id, body: Json) -> Result<()> {
        self.app.write_now(who, move |op| {
            let object = op.object(object)?;
            let values = input::read(op, &object, body.as_object().unwrap())?;
            write::apply_one(op, &object, Write::Update { id, version: None, values }).map(drop)
        })
    }

    fn user(&self, name: &str) -> Id {
        let email = format!("{}@bluebakery.example", name.to_lowercase());
        self.create(&self.boss, "user", json!({ "name": name, "email": email, "is_active": true })).unwrap()
    }

    fn role(&self, name: &'static str, body: Json) -> Id {
        let body = RoleBody::read(&body).unwrap();
        self.app.write_now(&self.boss, move |op| roles::create(op, name, &body)).unwrap()
    }

    fn assign(&self, user: Id, given: &[Id]) -> Result<()> {
        let given = given.to_vec();
        self.app.write_now(&self.boss, move |op| roles::assign(op, user, &given))
    }

    fn principal(&self, user: Id) -> Principal {
        self.app.read_now(&self.boss, |reader| people::principal(reader, user)).unwrap().unwrap()
    }

    fn may_read(&self, who: &Principal, object: &str, id: Id) -> bool {
        self.app
            .read_now(who, |reader| {
                let object = reader.object(object)?;
                Ok(read::load(reader, &object, id)?.is_some())
            })
            .unwrap()
    }

    /// The first administrator, by the link of the console.
    fn set_up(&self) -> (Id, Secret) {
        let link = setup::link(&self.app).unwrap().unwrap();
        let opened = setup::set_up(&self.app, link.token.clone(), ana(), browser()).wait().unwrap();
        (opened.user, opened.token)
    }

    /// Makes it possible to sign in.
    fn give_password(&self, user: Id) {
        let stored = super::password::hash_now(&Secret::new(PASSWORD)).unwrap();
        self.app.write_now(&self.boss, move |op| users::set_password_now(op, user, &stored)).unwrap();
    }

    fn sign_in(&self, email: &str, password: &str) -> Result<Secret> {
        match sessions::sign_in(&self.app, email, Secret::new(password), &browser()).wait()? {
            sessions::SignedIn::Opened(opened) => Ok(opened.token),
            sessions::SignedIn::Halfway(_) => panic!("no second factor is set up"),
        }
    }

    fn who(&self, token: &Secret) -> Result<Principal> {
        sessions::principal(&self.app, token.expose()).wait()
    }

    fn actions(&self) -> Vec<String> {
        let sql = "select action from audit order by seq";
        self.app.db().read(|tx| Ok(tx.query(sql, &[])?.iter().map(|row| row.text(0).to_string()).collect())).unwrap()
    }

    fn tamper(&self, sql: &'static str) {
        self.app.db().write(move |tx| tx.batch(sql)).unwrap();
    }
}

/// Always the same browser, so that none is new.
fn browser() -> Origin {
    Origin { device: "a browser".into(), address: "192.0.2.7".parse().ok(), browser: Some(Secret::new("b".repeat(64))) }
}

fn ana() -> First {
    First {
        name: "Ana Pop".into(),
        email: "Ana@BlueBakery.example".into(),
        password: Secret::new(PASSWORD),
        company: Some("Blue Bakery".into()),
        language: Some("ro".into()),
    }
}

/// Waits for asynchronous work from a thread of its own, as PostgreSQL's blocking client needs it.
trait Wait: Future {
    fn wait(self) -> Self::Output;
}

impl<F: Future> Wait for F {
    fn wait(self) -> F::Output {
        static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
        RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap()).block_on(self)
    }
}

fn is_unauthorized<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Unauthorized))
}

fn conflict<T>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Conflict { code, .. }) => code,
        _ => "no conflict",
    }
}

#[test]
fn the_link_of_the_console_makes_the_first_administrator_once() {
    for company in companies() {
        let first = setup::link(&company.app).unwrap().unwrap();
        let second = setup::link(&company.app).unwrap().unwrap();
        let used = setup::set_up(&company.app, first.token, ana(), Origin::default()).wait();
        assert!(matches!(used, Err(Error::NotFound)), "an earlier link ends with a new one");

        let weak = First { password: Secret::new("short"), ..ana() };
        let refused = setup::set_up(&company.app, second.token.clone(), weak, Origin::default()).wait();
        assert!(matches!(refused, Err(Error::Invalid(_))));

        let opened = setup::set_up(&company.app, second.token.clone(), ana(), browser()).wait().unwrap();
        let who = company.who(&opened.token).unwrap();
        assert!(who.access.admin);
        assert_eq!(&*who.language, "ro");
        assert_eq!(super::settings::company(&company.app).wait().unwrap(), "Blue Bakery");

        let again = setup::set_up(&company.app, second.token, ana(), Origin::default()).wait();
        assert!(matches!(again, Err(Error::NotFound)));
        assert!(setup::link(&company.app).unwrap().is_none());
        assert_eq!(roles_of(&company), 6);
    }
}

fn roles_of(company: &Company) -> usize {
    let list = company.app.read_now(&company.boss, roles::list).unwrap();
    list["data"].as_array().unwrap().len()
}

#[test]
fn an_old_set_up_link_is_closed() {
    for company in companies() {
        let link = setup::link(&company.app).unwrap().unwrap();
        company.clock.advance(24 * 60 * MINUTE);
        let late = setup::set_up(&company.app, link.token, ana(), Origin::default()).wait();
        assert!(matches!(late, Err(Error::NotFound)));
    }
}

#[test]
fn signing_in_takes_the_right_password_and_says_nothing_else() {
    for company in companies() {
        company.set_up();
        assert!(is_unauthorized(&company.sign_in("ana@bluebakery.example", "wrong horse battery staple")));
        assert!(is_unauthorized(&company.sign_in("nobody@bluebakery.example", PASSWORD)));
        assert!(is_unauthorized(&company.sign_in("not an address", PASSWORD)));
        let token = company.sign_in(" ANA@bluebakery.example ", PASSWORD).unwrap();
        assert!(company.who(&token).unwrap().access.admin);
        assert!(is_unauthorized(&company.who(&Secret::token("").unwrap())));
        assert!(is_unauthorized(&company.who(&Secret::new(""))));
        let actions = company.actions();
        assert_eq!(actions.iter().filter(|action| *action == audit::action::SIGN_IN_REFUSED).count(), 3);
        assert_eq!(actions.last().map(String::as_str), Some(audit::action::SIGNED_IN));
    }
}

#[test]
fn guessing_gets_slower_and_a_success_does_not_forget_it() {
    for company in companies() {
        company.set_up();
        let guess = |password: &'static str| company.sign_in("ana@bluebakery.example", password);
        for _ in 0..4 {
            assert!(is_unauthorized(&guess("wrong horse battery staple")));
        }
        guess(PASSWORD).unwrap();
        // The fifth failure is the first that makes wait, whatever succeeded between.
        assert!(is_unauthorized(&guess("wrong horse battery staple")));
        assert!(matches!(guess(PASSWORD), Err(Error::Busy { retry_after_s: 1 })), "even the right one waits");
        company.clock.advance(1000);
        assert!(is_unauthorized(&guess("wrong horse battery staple")));
        assert!(matches!(guess(PASSWORD), Err(Error::Busy { retry_after_s: 2 })));
        // Others are not kept waiting, nor is one who does not exist treated otherwise.
        for _ in 0..5 {
            assert!(is_unauthorized(&company.sign_in("nobody@bluebakery.example", PASSWORD)));
        }
        assert!(matches!(company.sign_in("nobody@bluebakery.example", PASSWORD), Err(Error::Busy { .. })));
        company.clock.advance(24 * 60 * MINUTE);
        guess(PASSWORD).unwrap();
    }
}

#[test]
fn many_guesses_at_once_get_no_further_than_a_few_in_a_row() {
    for company in companies() {
        company.set_up();
        let threads: Vec<_> = (0..20)
            .map(|_| {
                let app = company.app.clone();
                std::thread::spawn(move || {
                    let wrong = Secret::new("wrong horse battery staple");
                    sessions::sign_in(&app, "ana@bluebakery.example", wrong, &Origin::default()).wait().map(drop)
                })
            })
            .collect();
        let mut looked_at = 0;
        for thread in threads {
            match thread.join().unwrap() {
                Err(Error::Unauthorized) => looked_at += 1,
                Err(Error::Busy { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!((1..=5).contains(&looked_at), "{looked_at}");
    }
}

#[test]
fn one_link_used_twice_at_once_opens_once() {
    for company in companies() {
        let link = setup::link(&company.app).unwrap().unwrap();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (app, token) = (company.app.clone(), link.token.clone());
                std::thread::spawn(move || setup::set_up(&app, token, ana(), Origin::default()).wait().is_ok())
            })
            .collect();
        let opened = threads.into_iter().map(|thread| thread.join().unwrap()).filter(|opened| *opened).count();
        assert_eq!(opened, 1);
    }
}

#[test]
fn a_look_at_a_special_field_is_written_down() {
    for company in companies() {
        company
            .app
            .write_now(&company.boss, |op| {
                let new = json!({ "name": "allergy", "label": "Allergy", "type": "text", "class": "special" });
                crate::records::definitions::create_field(op, "contact", serde_json::from_value(new).unwrap())
            })
            .unwrap();
        let plain = company.create(&company.boss, "contact", json!({ "last_name": "Radu" })).unwrap();
        let ill = company.create(&company.boss, "contact", json!({ "last_name": "Radu", "allergy": "nuts" })).unwrap();
        let show = |id: Id| {
            company
                .app
                .read_now(&company.boss, |reader| {
                    let object = reader.object("contact")?;
                    let record = read::get(reader, &object, id)?;
                    read::show(reader, &object, &[record], None)
                })
                .unwrap();
        };
        show(plain);
        assert!(!company.actions().contains(&audit::action::SPECIAL_READ.to_string()));
        show(ill);
        assert!(company.actions().contains(&audit::action::SPECIAL_READ.to_string()));
        let sql = "select detail from audit where action = 'field.special_read'";
        let detail = company.app.db().read(|tx| Ok(tx.one(sql, &[])?.unwrap().text(0).to_string())).unwrap();
        assert!(detail.contains("allergy") && !detail.contains("nuts"), "{detail}");
    }
}

#[test]
fn a_session_ends_by_idleness_by_age_and_at_once_by_revocation() {
    for company in companies() {
        let (_, token) = company.set_up();
        company.clock.advance(sessions::IDLE_MS - 1);
        company.who(&token).unwrap();
        settle(&company);
        company.clock.advance(sessions::IDLE_MS - 1);
        company.who(&token).unwrap();
        settle(&company);
        company.clock.advance(sessions::IDLE_MS);
        assert!(is_unauthorized(&company.who(&token)), "idle");

        let token = company.sign_in("ana@bluebakery.example", PASSWORD).unwrap();
        for _ in 0..(sessions::ABSOLUTE_MS / (11 * 60 * MINUTE)) {
            company.who(&token).unwrap();
            settle(&company);
            company.clock.advance(11 * 60 * MINUTE);
        }
        company.clock.advance(11 * 60 * MINUTE);
        assert!(is_unauthorized(&company.who(&token)), "too old");

        let kept = company.sign_in("ana@bluebakery.example", PASSWORD).unwrap();
        let ended = company.sign_in("ana@bluebakery.example", PASSWORD).unwrap();
        let (who, other) = (company.who(&kept).unwrap(), company.who(&ended).unwrap());
        let session = other.session.unwrap();
        company.app.write(&who, move |op| sessions::end(op, session)).wait().unwrap();
        assert!(is_unauthorized(&company.who(&ended)));
        company.who(&kept).unwrap();
        sessions::tidy(&company.app).unwrap();
        let list = company.app.read_now(&who, |reader| sessions::list(reader, None)).unwrap();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        assert_eq!(list["data"][0]["current"], true);
    }
}

/// Waits until the use of a session or key is written down, which happens beside the request.
fn settle(company: &Company) {
    let sql = "select (select max(seen_at) from session), (select max(last_used_at) from api_key)";
    let now = company.app.now();
    for _ in 0..500 {
        let row = company.app.db().read(|tx| tx.one(sql, &[])).unwrap().unwrap();
        if row.opt_time(0) == Some(now) || row.opt_time(1) == Some(now) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the use was not written down");
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    for company in companies() {
        let (_, token) = company.set_up();
        let elsewhere = company.sign_in("ana@bluebakery.example", PASSWORD).unwrap();
        let who = company.who(&token).unwrap();
        let change = |current: &'static str, new: &'static str| {
            users::change_password(&company.app, &who, Secret::new(current), Secret::new(new))
        };
        assert!(matches!(change("not the password at all", "a new one that is long").wait(), Err(Error::Invalid(_))));
        assert!(matches!(change(PASSWORD, "Blue Bakery Ana Pop").wait(), Err(Error::Invalid(_))));
        change(PASSWORD, "nobody guesses this kettle").wait().unwrap();
        company.who(&token).unwrap();
        assert!(is_unauthorized(&company.who(&elsewhere)));
        assert!(is_unauthorized(&company.sign_in("ana@bluebakery.example", PASSWORD)));
        company.sign_in("ana@bluebakery.example", "nobody guesses this kettle").unwrap();
    }
}

#[test]
fn an_invitation_sets_a_password_once() {
    for company in companies() {
        let (boss, _) = company.set_up();
        let ion = company.user("Ion");
        let boss = company.principal(boss);
        let early = company.app.write_now(&boss, move |op| invites::invite(op, ion)).unwrap();
        let link = company.app.write_now(&boss, move |op| invites::invite(op, ion)).unwrap();
        assert!(link.address("https://crm.example/").expose().starts_with("https://crm.example/invite#"));
        assert!(matches!(invites::preview(&company.app, early.token).wait(), Err(Error::NotFound)));
        assert_eq!(invites::preview(&company.app, link.token.clone()).wait().unwrap().0, "Ion");

        let opened =
            invites::accept(&company.app, link.token.clone(), Secret::new(PASSWORD), Origin::default()).wait().unwrap();
        let opened = opened.unwrap();
        assert_eq!(opened.user, ion);
        let who = company.who(&opened.token).unwrap();
        assert!(!who.access.on("contact").allows(Action::Read), "a role must be given first");
        let again = invites::accept(&company.app, link.token, Secret::new(PASSWORD), Origin::default()).wait();
        assert!(matches!(again, Err(Error::NotFound)));

        let reset = company.app.write_now(&boss, move |op| invites::invite(op, ion)).unwrap();
        assert_eq!(reset.purpose, invites::Purpose::Reset);
        invites::accept(&company.app, reset.token, Secret::new("nobody guesses this kettle"), Origin::default())
            .wait()
            .unwrap();
        assert!(is_unauthorized(&company.who(&opened.token)), "a reset ends what was open");
        let refused = company.app.write_now(&who, move |op| invites::invite(op, ion).map(drop));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}

#[test]
fn who_is_disabled_is_out_at_once_and_the_last_administrator_stays() {
    for company in companies() {
        let (ana, _) = company.set_up();
        let ion = company.user("Ion");
        company.give_password(ion);
        let token = company.sign_in("ion@bluebakery.example", PASSWORD).unwrap();
        company.who(&token).unwrap();
        let new = NewKey { name: "ion's".into(), scopes: vec![Scope::All], owner: Some(ion), expires_at: None };
        let (_, key) = company.app.write_now(&company.boss, move |op| keys::create(op, &new)).unwrap();
        keys::principal(&company.app, key.expose()).wait().unwrap();

        company.update(&company.boss, "user", ion, json!({ "is_active": false })).unwrap();
        assert!(is_unauthorized(&company.who(&token)));
        assert!(is_unauthorized(&keys::principal(&company.app, key.expose()).wait()));
        assert!(is_unauthorized(&company.sign_in("ion@bluebakery.example", PASSWORD)));
        company.update(&company.boss, "user", ion, json!({ "is_active": true })).unwrap();
        assert!(is_unauthorized(&company.who(&token)), "coming back does not open old sessions");

        let locked_out = company.update(&company.boss, "user", ana, json!({ "is_active": false }));
        assert_eq!(conflict(locked_out), "access.last_administrator");
        assert_eq!(conflict(company.assign(ana, &[])), "access.last_administrator");
        company.principal(ana);
        let actions = company.actions();
        assert!(actions.contains(&audit::action::USER_DISABLED.to_string()));
        assert!(actions.contains(&audit::action::USER_ENABLED.to_string()));
    }
}

#[test]
fn a_role_counts_with_the_next_request_and_losing_one_signs_out() {
    for company in companies() {
        company.set_up();
        let ion = company.user("Ion");
        company.give_password(ion);
        let contact = company.create(&company.boss, "contact", json!({ "last_name": "Radu" })).unwrap();
        let token = company.sign_in("ion@bluebakery.example", PASSWORD).unwrap();
        assert!(!company.may_read(&company.who(&token).unwrap(), "contact", contact));

        let reads = company.role("Reads", json!({ "objects": { "contact": { "read": "all" } } }));
        company.assign(ion, &[reads]).unwrap();
        assert!(company.may_read(&company.who(&token).unwrap(), "contact", contact));

        let less = RoleBody::read(&json!({ "objects": { "contact": { "read": "own" } } })).unwrap();
        company.app.write_now(&company.boss, move |op| roles::change(op, reads, None, Some(&less))).unwrap();
        assert!(!company.may_read(&company.who(&token).unwrap(), "contact", contact));

        company.assign(ion, &[]).unwrap();
        assert!(is_unauthorized(&company.who(&token)));
    }
}

/// Two processes on one database; SQLite has one process for each file.
#[test]
fn another_process_sees_a_revocation_within_two_seconds() {
    for company in companies().into_iter().skip(1) {
        let (_, token) = company.set_up();
        let other = App::open(company.app.config().clone(), Domains::default()).unwrap();
        sessions::principal(&other, token.expose()).wait().unwrap();
        let who = company.who(&token).unwrap();
        let session = who.session.unwrap();
        company.app.write_now(&who, move |op| sessions::end(op, session)).unwrap();
        assert!(is_unauthorized(&company.who(&token)));
        std::thread::sleep(std::time::Duration::from_millis(2100));
        assert!(is_unauthorized(&sessions::principal(&other, token.expose()).wait()));
    }
}

#[test]
fn a_role_must_fit_the_definitions() {
    for company in companies() {
        let body = json!({
            "objects": {
                "contact": { "read": "where: citty = \"Paris\"", "fields": { "no_such_field": "hidden" } },
                "nothing": { "read": "all" },
                "tag": { "read": "own" },
                "*": { "read": "where: title = \"x\"" },
            },
            "restrict": { "company": ["name ="] },
        });
        let body = RoleBody::read(&body).unwrap();
        let refused = company.app.write_now(&company.boss, move |op| roles::create(op, "Broken", &body));
        let Err(Error::Invalid(errors)) = refused else { panic!("{refused:?}") };
        let mut at: Vec<&str> = errors.iter().map(|error| error.pointer.as_str()).collect();
        at.sort_unstable();
        assert_eq!(
            at,
            [
                "/body/objects/*/read",
                "/body/objects/contact/fields/no_such_field",
                "/body/objects/contact/read",
                "/body/objects/nothing",
                "/body/objects/tag/read",
                "/body/restrict/company/0",
            ]
        );
        let reader = company.role("Reader", json!({ "objects": { "contact": { "read": "all" } } }));
        let twice = company.app.write_now(&company.boss, |op| roles::create(op, "Reader", &RoleBody::default()));
        assert!(matches!(twice, Err(Error::Invalid(_))));
        company.app.write_now(&company.boss, move |op| roles::delete(op, reader)).unwrap();
    }
}

#[test]
fn every_standard_role_fits_the_objects_that_are_there() {
    for company in companies() {
        company.app.write_now(&company.boss, roles::install_standard).unwrap();
        let list = company.app.read_now(&company.boss, roles::list).unwrap();
        for role in list["data"].as_array().unwrap() {
            let body = RoleBody::read(&role["body"]).unwrap();
            body.check(&company.app.catalogue()).unwrap();
        }
        // Again changes nothing, and the administrators' role is fixed.
        let admin = company.app.write_now(&company.boss, roles::install_standard).unwrap();
        assert_eq!(roles_of(&company), 6);
        let fixed = company.app.write_now(&company.boss, move |op| roles::delete(op, admin));
        assert_eq!(conflict(fixed), "role.fixed");
    }
}

#[test]
fn a_team_is_those_below_and_those_beside() {
    for company in companies() {
        let [chief, lead, seller, friend, stranger] =
            ["Chief", "Lead", "Seller", "Friend", "Stranger"].map(|n| company.user(n));
        company.update(&company.boss, "user", lead, json!({ "manager": chief })).unwrap();
        company.update(&company.boss, "user", seller, json!({ "manager": lead })).unwrap();
        // A circle must not hang anything.
        company.update(&company.boss, "user", chief, json!({ "manager": seller })).unwrap();
        let north = company.create(&company.boss, "team", json!({ "name": "North" })).unwrap();
        let city = company.create(&company.boss, "team", json!({ "name": "City", "parent": north })).unwrap();
        company.update(&company.boss, "user", seller, json!({ "teams": [north] })).unwrap();
        company.update(&company.boss, "user", friend, json!({ "teams": [city] })).unwrap();

        let people = |user| {
            let mut people = (*company.principal(user).people).clone();
            people.sort();
            people
        };
        let sorted = |mut ids: Vec<Id>| {
            ids.sort();
            ids
        };
        assert_eq!(people(stranger), [stranger]);
        assert_eq!(people(lead), sorted(vec![lead, seller, chief]));
        assert_eq!(people(friend), [friend], "a part does not see the whole");
        assert_eq!(people(seller), sorted(vec![seller, chief, lead, friend]), "the whole sees its parts");

        let rights = company.role("Team", json!({ "objects": { "contact": { "read": "team", "update": "own" } } }));
        company.assign(lead, &[rights]).unwrap();
        company.assign(friend, &[rights]).unwrap();
        let owned = |owner: Id| {
            company.create(&company.boss, "contact", json!({ "last_name": "Radu", "owner": owner })).unwrap()
        };
        let (of_seller, of_friend) = (owned(seller), owned(friend));
        assert!(company.may_read(&company.principal(lead), "contact", of_seller));
        assert!(!company.may_read(&company.principal(lead), "contact", of_friend));
        assert!(company.may_read(&company.principal(friend), "contact", of_friend));
        let refused = company.update(&company.principal(lead), "contact", of_seller, json!({ "last_name": "Ionescu" }));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        company.update(&company.principal(friend), "contact", of_friend, json!({ "last_name": "Ionescu" })).unwrap();
    }
}

#[test]
fn a_chief_of_thousands_sees_what_they_own() {
    for company in companies() {
        let chief = company.user("Chief");
        let staff: Vec<Id> = company
            .app
            .write_now(&company.boss, move |op| {
                let object = op.object("user")?;
                let mut writes = Vec::new();
                for n in 0..1500 {
                    let body = json!({ "name": format!("Seller {n}"), "manager": chief, "is_active": true });
                    let values = input::read(op, &object, body.as_object().unwrap())?;
                    writes.push(Write::Create { values });
                }
                write::apply(op, &object, writes)?.into_iter().map(|written| Ok(written?.id)).collect()
            })
            .unwrap();
        let team = company.role("Team", json!({ "objects": { "contact": { "read": "team", "update": "team" } } }));
        company.assign(chief, &[team]).unwrap();
        let owner = staff.last().copied().unwrap();
        let theirs = company.create(&company.boss, "contact", json!({ "last_name": "Radu", "owner": owner })).unwrap();
        let nobodys = company.create(&company.boss, "contact", json!({ "last_name": "Popa" })).unwrap();
        let chief = company.principal(chief);
        assert_eq!(chief.people.len(), 1501);
        assert!(company.may_read(&chief, "contact", theirs));
        assert!(!company.may_read(&chief, "contact", nobodys));
        company.update(&chief, "contact", theirs, json!({ "last_name": "Rusu" })).unwrap();
    }
}

#[test]
fn a_key_may_what_its_scopes_and_its_owner_may() {
    for company in companies() {
        let catalogue = company.app.catalogue();
        let scopes = |text: &'static str| keys::parse_scopes([text], &catalogue);
        assert!(matches!(scopes("everything"), Err(Error::Invalid(_))));
        assert!(matches!(scopes("contact:read"), Err(Error::Invalid(_))), "plural names");
        assert!(matches!(scopes(""), Err(Error::Invalid(_))));
        let make = |text: &'static str, owner: Option<Id>| {
            let new = NewKey { name: text.into(), scopes: scopes(text).unwrap(), owner, expires_at: None };
            company.app.write_now(&company.boss, move |op| keys::create(op, &new)).unwrap()
        };

        let (id, token) = make("all", None);
        assert!(token.expose().starts_with("rap_"));
        let all = keys::principal(&company.app, token.expose()).wait().unwrap();
        assert!(all.access.admin && all.access.events && all.access.on("contact").allows(Action::Export));
        assert_eq!((all.id, all.user), (id, None));

        let (_, token) = make("contacts:write,events:write", None);
        let some = keys::principal(&company.app, token.expose()).wait().unwrap();
        assert!(some.access.events && !some.access.admin);
        assert!(some.access.on("contact").allows(Action::Delete) && !some.access.on("contact").allows(Action::Import));
        assert!(!some.access.on("company").allows(Action::Read));
        assert!(!some.access.on("an object made later").allows(Action::Read));

        let (_, token) = make("read", None);
        let reads = keys::principal(&company.app, token.expose()).wait().unwrap();
        assert!(reads.access.on("an object made later").allows(Action::Read));
        assert!(
            !reads.access.on("contact").allows(Action::Update) && !reads.access.on("contact").allows(Action::Export)
        );

        let (_, token) = make("import", None);
        let imports = keys::principal(&company.app, token.expose()).wait().unwrap();
        assert!(
            imports.access.on("contact").allows(Action::Create) && !imports.access.on("contact").allows(Action::Delete)
        );

        // The owner's rights are the ceiling, at every moment.
        let ion = company.user("Ion");
        let role = company
            .role("Own", json!({ "objects": { "contact": { "read": "own", "fields": { "email": "hidden" } } } }));
        company.assign(ion, &[role]).unwrap();
        let (_, token) = make("all", Some(ion));
        let key = keys::principal(&company.app, token.expose()).wait().unwrap();
        assert_eq!(key.access.on("contact").read, [super::Rule::Own]);
        assert!(key.access.on("contact").hidden_fields.contains("email"));
        assert!(!key.access.on("contact").allows(Action::Create) && !key.access.admin);
        assert_eq!(people::acting(&company.app, key.id).unwrap().id, key.id);
        company.assign(ion, &[]).unwrap();
        let key = keys::principal(&company.app, token.expose()).wait().unwrap();
        assert!(!key.access.on("contact").allows(Action::Read));

        // A key makes no keys, and nobody makes one in another's name.
        let new = NewKey { name: "n".into(), scopes: vec![Scope::All], owner: Some(ion), expires_at: None };
        let by_key = company.app.write_now(&all, {
            let new = new.clone();
            move |op| keys::create(op, &new).map(drop)
        });
        assert!(matches!(by_key, Err(Error::Forbidden(_))));
        let other = company.principal(company.user("Vera"));
        let for_other = company.app.write_now(&other, move |op| keys::create(op, &new).map(drop));
        assert!(matches!(for_other, Err(Error::Forbidden(_))));
    }
}

#[test]
fn a_key_ends_when_it_is_revoked_or_too_old_and_its_use_is_noted() {
    for company in companies() {
        let expires_at = Some(Time(company.app.now().0 + 10 * MINUTE));
        let new = NewKey { name: "till".into(), scopes: vec![Scope::Read], owner: None, expires_at };
        let (id, token) = company.app.write_now(&company.boss, move |op| keys::create(op, &new)).unwrap();
        keys::principal(&company.app, token.expose()).wait().unwrap();
        settle(&company);
        keys::principal(&company.app, token.expose()).wait().unwrap();
        settle(&company);
        let first = |action: &String| action == audit::action::KEY_FIRST_USED;
        assert_eq!(company.actions().iter().filter(|action| first(action)).count(), 1);
        let list = company.app.read_now(&company.boss, keys::list).unwrap();
        assert!(list["data"][0]["last_used_at"].is_string());
        assert!(!list.to_string().contains(token.expose()));

        company.clock.advance(10 * MINUTE);
        assert!(is_unauthorized(&keys::principal(&company.app, token.expose()).wait()));
        company.clock.advance(-MINUTE);
        keys::principal(&company.app, token.expose()).wait().unwrap();
        company.app.write_now(&company.boss, move |op| keys::revoke(op, id)).unwrap();
        assert!(is_unauthorized(&keys::principal(&company.app, token.expose()).wait()));
        assert!(is_unauthorized(&people::acting(&company.app, id)));
        assert!(is_unauthorized(&keys::principal(&company.app, "rap_nonsense").wait()));
    }
}

#[test]
fn an_explanation_names_the_role_the_rule_and_the_restriction() {
    for company in companies() {
        let ion = company.user("Ion");
        let own = company.role(
            "Own contacts",
            json!({ "objects": { "contact": { "read": "own", "update": "own", "fields": { "email": "hidden" } } } }),
        );
        let romania = company.role(
            "Romania",
            json!({
                "objects": { "contact": { "read": "where: last_name = \"Radu\"", "fields": { "email": "hidden" } } },
                "restrict": { "contact": ["first_name != \"Secret\""] },
            }),
        );
        company.assign(ion, &[own, romania]).unwrap();
        let radu =
            company.create(&company.boss, "contact", json!({ "first_name": "Dan", "last_name": "Radu" })).unwrap();
        let secret = company
            .create(&company.boss, "contact", json!({ "first_name": "Secret", "last_name": "Radu", "owner": ion }))
            .unwrap();
        let explained = |who: &Principal, id: Id, user: Option<Id>| {
            company.app.read_now(who, |reader| {
                let object = reader.object("contact")?;
                explain(reader, &object, id, user)
            })
        };

        let tree = explained(&company.boss, radu, Some(ion)).unwrap();
        assert_eq!(tree["read"]["allowed"], true);
        assert_eq!(
            tree["read"]["grants"][0],
            json!({ "role": { "id": own, "name": "Own contacts", "key": null }, "rule": "own", "holds": false })
        );
        assert_eq!(tree["read"]["grants"][1]["rule"], "where: last_name = \"Radu\"");
        assert_eq!(tree["read"]["grants"][1]["holds"], true);
        assert_eq!(tree["read"]["restrictions"][0]["holds"], true);
        assert_eq!(tree["update"]["allowed"], false);
        assert_eq!(tree["delete"]["grants"][0]["rule"], "none");
        let email = tree["fields"].as_array().unwrap().iter().find(|field| field["field"] == "email").unwrap();
        assert_eq!(email["access"], "hidden");
        assert_eq!(email["because"].as_array().unwrap().len(), 2);

        let tree = explained(&company.boss, secret, Some(ion)).unwrap();
        assert_eq!(tree["read"]["grants"][0]["holds"], true);
        assert_eq!(tree["read"]["restrictions"][0]["holds"], false);
        assert_eq!(tree["read"]["allowed"], false);
        assert_eq!(tree["update"]["allowed"], false, "what cannot be read cannot be changed");
        assert!(!company.may_read(&company.principal(ion), "contact", secret), "the explanation is the decision");

        let ion = company.principal(ion);
        assert_eq!(explained(&ion, radu, None).unwrap()["user"]["name"], "Ion");
        assert!(matches!(explained(&ion, secret, None), Err(Error::NotFound)));
        let vera = company.user("Vera");
        assert!(matches!(explained(&ion, radu, Some(vera)), Err(Error::Forbidden(_))));
    }
}

/// Five rows, sealed and anchored.
fn audited() -> Vec<Company> {
    let all = companies();
    for company in &all {
        for n in 0..5 {
            company
                .app
                .write_now(&company.boss, move |op| {
                    audit::write(op, audit::action::EXPORTED, Some("contact"), None, json!({ "rows": n }))
                })
                .unwrap();
        }
        chain::anchor(&company.app).unwrap();
        let report = chain::verify(&company.app).unwrap();
        assert_eq!((report.sealed, report.waiting, report.anchors), (5, 0, 1));
        assert!(report.faults.is_empty());
    }
    all
}

fn faults(company: &Company) -> String {
    chain::verify(&company.app).unwrap().faults.join("; ")
}

#[test]
fn an_untouched_log_goes_on_without_a_fault() {
    for company in audited() {
        let write = |n: i64| {
            company
                .app
                .write_now(&company.boss, move |op| {
                    audit::write(op, audit::action::UNDONE, None, None, json!({ "n": n }))
                })
                .unwrap();
        };
        write(1);
        assert_eq!(chain::verify(&company.app).unwrap().waiting, 1);
        chain::anchor(&company.app).unwrap();
        chain::anchor(&company.app).unwrap();
        let report = chain::verify(&company.app).unwrap();
        assert_eq!((report.sealed, report.waiting, report.anchors), (6, 0, 2));
        assert!(report.faults.is_empty());
    }
}

#[test]
fn an_edit_of_the_log_is_found() {
    for company in audited() {
        company.tamper("update audit set detail = '{\"rows\":7}' where place = 3");
        assert!(faults(&company).contains("row 3 is not what was written"));
    }
}

#[test]
fn a_cut_in_the_log_is_found() {
    for company in audited() {
        company.tamper("delete from audit where place = 2");
        assert!(faults(&company).contains("rows 2 to 2 are missing"));
    }
}

#[test]
fn a_swap_in_the_log_is_found() {
    for company in audited() {
        company.tamper("update audit set place = -1 where place = 2; update audit set place = 2 where place = 3; update audit set place = 3 where place = -1");
        assert!(faults(&company).contains("row 2 is not what was written"));
    }
}

#[test]
fn a_truncation_of_the_log_is_found_even_after_it_went_on() {
    for company in audited() {
        company.tamper("delete from audit where place >= 4");
        assert!(faults(&company).contains("the log ends at row 3"));
        company
            .app
            .write_now(&company.boss, |op| audit::write(op, audit::action::UNDONE, None, None, json!({})))
            .unwrap();
        chain::seal(&company.app).unwrap();
        assert!(faults(&company).contains("rows 4 to 5 are missing"));
    }
}

#[test]
fn a_log_that_was_written_anew_with_its_head_does_not_match_its_anchors() {
    for company in audited() {
        company.tamper("delete from audit; delete from setting where name = 'audit_head'");
        assert!(faults(&company).contains("row 5 was anchored"));
        for _ in 0..5 {
            company
                .app
                .write_now(&company.boss, |op| audit::write(op, audit::action::UNDONE, None, None, json!({})))
                .unwrap();
        }
        chain::seal(&company.app).unwrap();
        assert!(faults(&company).contains("row 5 is not the one that was anchored"));
    }
}

#[test]
fn an_anchor_that_somebody_else_wrote_is_found() {
    for company in audited() {
        let path = chain::anchor_file(&company.app);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen('5', "4", 1)).unwrap();
        assert!(faults(&company).contains("line 1 of audit.anchor was not written by this system"));
    }
}

#[test]
fn the_audit_log_is_read_by_administrators_page_by_page() {
    for company in audited() {
        let query = audit::list::AuditQuery { action: Some("records.".into()), limit: 3, ..Default::default() };
        let page = company.app.read_now(&company.boss, |reader| audit::list::list(reader, &query)).unwrap();
        assert_eq!(page["data"].as_array().unwrap().len(), 3);
        let before = page["next"].as_str().and_then(|next| next.parse().ok());
        let query = audit::list::AuditQuery { before, ..query };
        let page = company.app.read_now(&company.boss, |reader| audit::list::list(reader, &query)).unwrap();
        assert_eq!(page["data"].as_array().unwrap().len(), 2);
        assert_eq!(page["next"], Json::Null);
        let nobody = company.principal(company.user("Ion"));
        let refused = company.app.read_now(&nobody, |reader| audit::list::list(reader, &query));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}

#[test]
fn settings_are_each_callers_own() {
    for company in companies() {
        let [ion, vera] = ["Ion", "Vera"].map(|name| company.principal(company.user(name)));
        let body = json!({ "theme": "dark" }).as_object().cloned().unwrap();
        company.app.write_now(&ion, move |op| super::settings::put(op, &body)).unwrap();
        assert_eq!(company.app.read_now(&ion, super::settings::get).unwrap(), json!({ "theme": "dark" }));
        assert_eq!(company.app.read_now(&vera, super::settings::get).unwrap(), json!({}));
        let large = json!({ "x": "y".repeat(70_000) }).as_object().cloned().unwrap();
        let refused = company.app.write_now(&ion, move |op| super::settings::put(op, &large));
        assert!(matches!(refused, Err(Error::TooLarge(_))));
    }
}

#[test]
fn the_definitions_have_the_columns_that_access_reads() {
    for company in companies() {
        let catalogue = company.app.catalogue();
        let user = catalogue.named("user").map(Arc::clone).unwrap();
        assert_eq!(user.def.table, "staff");
        for name in ["name", "email", "language", "time_zone", "is_active", "manager"] {
            assert_eq!(user.def.field(name).map(|field| field.column.as_str()), Some(name));
        }
        assert_eq!(user.def.field("teams").map(|field| field.id.as_str()), Some("user.teams"));
        let team = catalogue.named("team").unwrap();
        assert_eq!(team.def.table, "team");
        assert!(team.def.field("manager").is_some() && team.def.field("parent").is_some());
    }
}
