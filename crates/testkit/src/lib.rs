//! What tests of the whole product stand on: a company of its own for each test, on either database, with the clock in the
//! test's hand; a client that reads like a user; and the cast, which is the same in tests, demo data and documentation.
//!
//! ```ignore
//! on_both! {
//!     async fn a_contact_is_found_by_its_address(app: TestApp) {
//!         let ana = app.ana();
//!         let contact = ana.post("/contacts", json!({ "email": "vlad@bluebakery.example" })).await.created();
//!         assert_eq!(ana.get("/contacts?filter=email = \"vlad@bluebakery.example\"").await.ok()["data"][0]["id"], contact["id"]);
//!     }
//! }
//! ```

mod cast;
mod client;
mod database;
mod mail_box;
mod post_office;
mod program;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use db::Target;
use foundation::access::keys::{self, NewKey, Scope};
use foundation::access::roles::{self, RoleBody};
use foundation::access::{Principal, Secret};
use foundation::outbound::store::ObjectStore;
use foundation::outbound::{Allowed, AnalysisCluster, MailServer};
use foundation::{App, Config};
use kernel::{Clock, Id, Time};
use serde_json::{Value, json};
use tokio::sync::watch;

pub use client::{Answer, Client};
pub use database::{Database, Place};
pub use mail_box::MailBox;
pub use post_office::PostOffice;
pub use program::{Program, command};

/// Where people reach the company of a test.
const ORIGIN: &str = "http://rapport.test";
/// When every test begins: a Friday at noon.
pub const NOON: &str = "2026-06-19T12:00:00Z";

/// A running company for one test. Cloning gives another handle to the same one.
#[derive(Clone)]
pub struct TestApp(Arc<Inner>);

/// What stands beside a company.
#[derive(Default)]
struct Beside {
    mail: Option<MailServer>,
    cluster: Option<AnalysisCluster>,
    lake: Option<ObjectStore>,
}

struct Inner {
    app: App,
    router: Router,
    ana: Client,
    ana_id: Id,
    clock: Clock,
    place: Arc<Place>,
    _stop: watch::Sender<bool>,
}

impl TestApp {
    /// A new, empty company.
    pub fn new(database: Database) -> TestApp {
        TestApp::in_place(Place::new(database))
    }

    /// The company of a place, which a command may have filled.
    pub fn in_place(place: Place) -> TestApp {
        let clock = Clock::fixed(Time::parse(NOON).expect("noon is a time"));
        opened(move || TestApp::at(Arc::new(place), clock, ORIGIN, Beside::default()))
    }

    fn at(place: Arc<Place>, clock: Clock, origin: &str, beside: Beside) -> TestApp {
        let config = Config {
            target: place.target(),
            folder: place.folder().to_path_buf(),
            clock: clock.clone(),
            origin: origin.into(),
            entrance: Default::default(),
            // What tests reach stands on this machine, at its usual address only.
            outside: Allowed { folders: Vec::new(), hosts: vec!["127.0.0.1".into()] },
            mail: beside.mail,
            cluster: beside.cluster,
            lake: beside.lake,
        };
        let app = App::open(config, server::assembly::domains()).expect("the company opens");
        let (stop, stopping) = watch::channel(false);
        let router = server::serve::router(&app, stopping);
        // Handles of the database must outlive the runtime in which tests run.
        place.keep(&app);
        let (ana_id, token) = cast::ana(&app);
        let ana = Client::signed_in(router.clone(), &token);
        TestApp(Arc::new(Inner { app, router, ana, ana_id, clock, place, _stop: stop }))
    }

    /// The same company opened again, as after a restart of the server.
    pub fn reopened(&self) -> TestApp {
        self.reopened_at(ORIGIN)
    }

    /// [`TestApp::reopened`] where people reach it at another address.
    pub fn reopened_at(&self, origin: &'static str) -> TestApp {
        let (place, clock) = (self.0.place.clone(), self.0.clock.clone());
        opened(move || TestApp::at(place, clock, origin, Beside::default()))
    }

    /// [`TestApp::reopened`] with mail that goes out by this server.
    pub fn mailing_by(&self, server: &MailBox) -> TestApp {
        let (place, clock) = (self.0.place.clone(), self.0.clock.clone());
        let mail = MailServer { url: Secret::new(server.url()), from: "Rapport <crm@rapport.test>".into() };
        opened(move || TestApp::at(place, clock, ORIGIN, Beside { mail: Some(mail), ..Beside::default() }))
    }

    /// [`TestApp::reopened`] with an engine on several machines for analytical questions.
    pub fn asking(&self, cluster: &str) -> TestApp {
        let (place, clock) = (self.0.place.clone(), self.0.clock.clone());
        let cluster = Some(AnalysisCluster { url: cluster.into(), lake: None, token: None });
        opened(move || TestApp::at(place, clock, ORIGIN, Beside { cluster, ..Beside::default() }))
    }

    /// [`TestApp::reopened`] with the lake's files in a store of objects.
    pub fn storing_in(&self, store: &str) -> TestApp {
        let (place, clock) = (self.0.place.clone(), self.0.clock.clone());
        let (region, key_id, secret) = ("us-east-1".into(), "rapport".into(), Secret::new("rapport"));
        let lake = Some(ObjectStore { url: store.into(), region, key_id, secret });
        opened(move || TestApp::at(place, clock, ORIGIN, Beside { lake, ..Beside::default() }))
    }

    /// Sends what is due in the outbox, as the server does in the background; answers how many letters were taken.
    pub async fn send_due(&self) -> usize {
        let app = self.0.app.clone();
        let sent = tokio::task::spawn_blocking(move || {
            channels::outbox::send_due(
                &app,
                &server::background::channels(&app)?,
                &std::sync::atomic::AtomicBool::new(false),
            )
        });
        sent.await.expect("sending does not panic").expect("the outbox is read")
    }

    /// Reads the mailboxes that are due, as the server does in the background, without waiting for news; answers how many.
    pub async fn read_mail(&self) -> usize {
        let app = self.0.app.clone();
        let read = tokio::task::spawn_blocking(move || {
            let readers = Arc::new(server::background::mail_readers());
            conversations::reading::read_due(&app, &readers, &std::sync::atomic::AtomicBool::new(false))
        });
        read.await.expect("reading does not panic").expect("mailboxes are read")
    }

    /// Below the doors, for what no door shows.
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.0.place.folder()
    }

    pub fn database(&self) -> Database {
        self.0.place.database()
    }

    /// Where the records are.
    pub fn target(&self) -> Target {
        self.0.place.target()
    }

    /// The administrator.
    pub fn ana(&self) -> Client {
        self.0.ana.clone()
    }

    pub fn ana_id(&self) -> Id {
        self.0.ana_id
    }

    /// Somebody who showed nothing.
    pub fn stranger(&self) -> Client {
        Client::without_key(self.0.router.clone())
    }

    /// A colleague with one role: `{"objects":{"contact":{"read":"own"}}}`.
    pub async fn colleague(&self, name: &str, role: Value) -> Client {
        self.colleague_with_id(name, role).await.0
    }

    /// [`TestApp::colleague`], with their id.
    pub async fn colleague_with_id(&self, name: &str, role: Value) -> (Client, Id) {
        let email = format!("{}@rapport.test", name.to_lowercase().replace(' ', "."));
        let user = self.ana().post("/users", json!({ "name": name, "email": email })).await.created();
        let id = Id::parse(user["id"].as_str().expect("an id")).expect("an id");
        let role_name = format!("Role of {name}");
        let token = self
            .0
            .app
            .write(&Principal::system("test"), move |op| {
                let body = RoleBody::read(&role)?;
                let role = roles::create(op, &role_name, &body)?;
                roles::assign(op, id, &[role])?;
                cast::session(op, id)
            })
            .await
            .expect("a colleague is made");
        (Client::signed_in(self.0.router.clone(), &token), id)
    }

    /// A program with a key of the company for everything.
    pub async fn program(&self) -> Client {
        let new = NewKey { name: "a program".into(), scopes: vec![Scope::All], owner: None, expires_at: None };
        let made = self.0.app.write(&Principal::system("test"), move |op| keys::create(op, &new)).await;
        let (_, key) = made.expect("a key is made");
        Client::with_key(self.0.router.clone(), key.expose().to_string())
    }

    /// Moves the clock.
    pub fn pass_ms(&self, ms: i64) {
        self.0.clock.advance(ms);
    }

    /// Rings the timers that are due, as the server does in the background; answers how many there were.
    pub async fn ring_timers(&self) -> usize {
        let app = self.0.app.clone();
        let rang = tokio::task::spawn_blocking(move || {
            server::background::timers(&app).ring_due(&std::sync::atomic::AtomicBool::new(false))
        });
        rang.await.expect("timers do not panic").expect("timers are read")
    }

    /// Does the jobs that wait, as the server does in the background.
    pub async fn run_jobs(&self) {
        let app = self.0.app.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let runner = server::background::runner(&app);
            while runner.run_next()? {}
            Ok::<(), kernel::Error>(())
        });
        ran.await.expect("jobs do not panic").expect("jobs run");
    }
}

/// Opens on a thread of its own: the drivers of databases may not wait within an asynchronous runtime.
fn opened(open: impl FnOnce() -> TestApp + Send + 'static) -> TestApp {
    std::thread::spawn(open).join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))
}

/// Asks again and again until the answer is yes; a test that waits longer than twenty seconds has failed.
#[track_caller]
pub fn eventually(mut is_so: impl AsyncFnMut() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !is_so().await {
            assert!(std::time::Instant::now() < until, "{place}: it did not become so");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
}

/// Runs one test on one database. Whatever the test does, nothing of it is left; a job that nobody ran is a fault of the test.
pub fn run<F: Future<Output = ()>>(database: Database, test: impl FnOnce(TestApp) -> F) {
    if !database.is_there() {
        eprintln!("skipped: RAPPORT_TEST_POSTGRES does not name a PostgreSQL to test on");
        return;
    }
    let app = TestApp::new(database);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(test(app.clone()));
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    let left = app.0.app.db().read(server::queries::jobs_waiting).expect("jobs are counted");
    assert_eq!(left, 0, "jobs were left over");
}

/// One test for each database.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn on_sqlite() {
                $crate::run($crate::Database::Sqlite, |$app: TestApp| async move $body);
            }

            #[test]
            fn on_postgres() {
                $crate::run($crate::Database::Postgres, |$app: TestApp| async move $body);
            }
        }
    )*};
}
