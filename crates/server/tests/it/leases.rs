//! Jobs and those who run them: a worker that was given up writes nothing any more, and one that is asked to stop puts its
//! job back behind the part it is at.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use foundation::App;
use foundation::access::people;
use foundation::jobs::{self, Job, Runner, Work};
use kernel::{Error, Id, Result};
use serde_json::{Value, json};
use testkit::{TestApp, on_both};

/// Work in parts of one: each part is counted in a setting, in the transaction that moves the job's cursor.
struct Counting {
    parts: i64,
    /// Called before each part with the number of the part.
    before: Before,
}

type Before = Box<dyn Fn(&App, &Job, i64) + Send + Sync>;

impl Work for Counting {
    fn kind(&self) -> &'static str {
        "test.counting"
    }

    fn run(&self, app: &App, job: &Job) -> Result<Value> {
        let from: i64 = job.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        for part in from..self.parts {
            job.go_on()?;
            (self.before)(app, job, part);
            let lease = job.lease;
            app.write_now(&job.who, move |op| {
                let sql = "insert into setting (name, value) values ($1, '1')";
                op.tx.execute(sql, &[format!("part {part}").into()])?;
                jobs::advance(op, lease, &(part + 1).to_string(), part + 1)
            })?;
        }
        Ok(json!({ "parts": self.parts }))
    }
}

fn runner(app: &App, parts: i64, before: impl Fn(&App, &Job, i64) + Send + Sync + 'static) -> Runner {
    Runner::new(app.clone(), vec![Arc::new(Counting { parts, before: Box::new(before) })], Arc::new(people::acting))
}

async fn queued(app: &TestApp) -> Id {
    let who = foundation::access::Principal::system("test");
    let job = app.app().write(&who, |op| jobs::enqueue(op, "test.counting", json!({}), 0)).await;
    job.expect("it is queued").id
}

/// State, parts done and result of a job, and how many parts took effect.
async fn state(app: &TestApp, job: Id) -> (String, i64, Value, i64) {
    let who = foundation::access::Principal::system("test");
    let read = app.app().read(&who, move |reader| {
        let status = jobs::status(reader, job)?;
        let parts =
            reader.tx.one("select count(*) from setting where name like 'part %'", &[])?.map_or(0, |row| row.int(0));
        Ok((status.state, status.done, status.result.unwrap_or_default(), parts))
    });
    read.await.expect("it can be read")
}

on_both! {
    async fn a_worker_that_was_given_up_writes_neither_progress_nor_result(app: TestApp) {
        let job = queued(&app).await;
        let later = app.clone();
        let first = app.app().clone();
        let ran = tokio::task::spawn_blocking(move || {
            // While the first sleeps over its second part, its lease ends and another does the whole of the rest.
            let sleepy = runner(&first, 4, move |app, _, part| {
                if part == 1 {
                    later.pass_ms(10 * 60 * 1000);
                    assert!(runner(app, 3, |_, _, _| {}).run_next().expect("the second runner runs"));
                }
            });
            sleepy.run_next()
        });
        assert!(ran.await.unwrap().expect("losing a job is no fault of the runner"));

        // Each part took effect once; what is told is what the second one told, though the first meant to do four parts.
        assert_eq!(state(&app, job).await, ("done".into(), 3, json!({ "parts": 3 }), 3));
    }

    async fn a_worker_whose_job_was_taken_in_mid_run_changes_nothing_of_the_one_that_runs(app: TestApp) {
        let job = queued(&app).await;
        let later = app.clone();
        let first = app.app().clone();
        let tried = Arc::new(AtomicI64::new(0));
        let seen = tried.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let sleepy = runner(&first, 4, move |app, old, part| {
                if part != 1 {
                    return;
                }
                later.pass_ms(10 * 60 * 1000);
                let (old, seen) = (old.clone(), seen.clone());
                // In the middle of the second worker's run the first wakes up and wants to go on.
                let second = runner(app, 4, move |app, _, part| {
                    if part == 2 {
                        let lease = old.lease;
                        let woken = app.write_now(&old.who, move |op| jobs::advance(op, lease, "4", 4));
                        assert!(matches!(woken, Err(Error::Conflict { code: "job.stopped", .. })), "{woken:?}");
                        let woken = app.write_now(&old.who, move |op| jobs::must_hold(op, lease));
                        assert!(woken.is_err());
                        seen.fetch_add(1, Ordering::SeqCst);
                    }
                });
                assert!(second.run_next().expect("the second runner runs"));
            });
            sleepy.run_next()
        });
        ran.await.unwrap().expect("losing a job is no fault of the runner");

        assert_eq!(tried.load(Ordering::SeqCst), 1);
        assert_eq!(state(&app, job).await, ("done".into(), 4, json!({ "parts": 4 }), 4));
    }

    async fn a_runner_that_is_asked_to_stop_puts_its_job_back_and_the_next_goes_on_from_there(app: TestApp) {
        let job = queued(&app).await;
        for round in 1..=6 {
            let of_app = app.app().clone();
            let ran = tokio::task::spawn_blocking(move || {
                let stop: Arc<std::sync::OnceLock<Arc<std::sync::atomic::AtomicBool>>> = Arc::default();
                let told = stop.clone();
                // Asked to stop while it is at a part: that part is finished, no further one begun.
                let runner = runner(&of_app, 12, move |_, _, _| {
                    if let Some(stop) = told.get() {
                        stop.store(true, Ordering::SeqCst);
                    }
                });
                let _ = stop.set(runner.stopper());
                runner.run_next()
            });
            assert!(ran.await.unwrap().unwrap());
            let (state, done, _, parts) = state(&app, job).await;
            assert_eq!((state.as_str(), done, parts), ("queued", round, round));
        }
        let of_app = app.app().clone();
        tokio::task::spawn_blocking(move || runner(&of_app, 12, |_, _, _| {}).run_next()).await.unwrap().unwrap();
        assert_eq!(state(&app, job).await, ("done".into(), 12, json!({ "parts": 12 }), 12));
    }

    async fn what_a_job_was_told_is_forgotten_a_month_after_its_end(app: TestApp) {
        let program = app.program().await;
        let ids = app.contacts(510).await;
        let job = program.post("/contacts/bulk", json!({ "action": "update", "ids": ids, "set": { "department": "Flags" } })).await.accepted()["job"]["id"].clone();
        let path = format!("/jobs/{}", job.as_str().unwrap());
        app.run_jobs().await;
        let system = foundation::access::Principal::system("test");
        let forget = || app.app().write(&system, jobs::forget_old);
        app.pass_ms(29 * 24 * 60 * 60 * 1000);
        forget().await.unwrap();
        assert_eq!(program.get(&path).await.ok()["state"], "done");
        app.pass_ms(2 * 24 * 60 * 60 * 1000);
        forget().await.unwrap();
        program.get(&path).await.refused(404);
    }
}
