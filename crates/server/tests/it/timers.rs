//! The one clock: what is set rings once, with its effect or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use foundation::access::Principal;
use foundation::timer::{self, Alarm, Due, Timers};
use foundation::{App, Operation};
use kernel::{Error, Id, Result, Time};
use serde_json::json;
use testkit::{TestApp, on_both};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Counts in a setting how often it rang, in the transaction of the timer.
struct Counting {
    /// Rings that fail behind their effect.
    failures: AtomicI64,
    again_after_ms: Option<i64>,
}

impl Alarm for Counting {
    fn kind(&self) -> &'static str {
        "test.counting"
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let sql = "insert into setting (name, value) values ('rung', '1') \
                   on conflict (name) do update set value = setting.value || '1'";
        op.tx.execute(sql, &[])?;
        assert_eq!(due.payload, json!({ "of": "the test" }));
        if self.failures.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Err(Error::internal("not today"));
        }
        Ok(self.again_after_ms.map(|ms| Time(due.at.0 + ms)))
    }
}

fn timers(app: &App, failures: i64, again_after_ms: Option<i64>) -> Arc<Timers> {
    let counting = Counting { failures: AtomicI64::new(failures), again_after_ms };
    Arc::new(Timers::new(app.clone(), vec![Arc::new(counting)]))
}

async fn set(app: &TestApp, subject: Id, in_ms: i64) {
    let test = Principal::system("test");
    let set = app.app().write(&test, move |op| {
        let at = Time(op.now.0 + in_ms);
        timer::set(op, "test.counting", subject, at, &json!({ "of": "the test" }))
    });
    set.await.expect("it is set");
}

async fn ring(timers: &Arc<Timers>) -> usize {
    let timers = timers.clone();
    let rang = tokio::task::spawn_blocking(move || timers.ring_due(&AtomicBool::new(false)));
    rang.await.expect("no panic").expect("timers are read")
}

async fn rung(app: &TestApp) -> usize {
    let test = Principal::system("test");
    let read = app.app().read(&test, |reader| {
        let row = reader.tx.one("select value from setting where name = 'rung'", &[])?;
        Ok(row.map_or(0, |row| row.text(0).len()))
    });
    read.await.expect("it can be read")
}

on_both! {
    async fn a_timer_rings_once_and_not_before_its_time(app: TestApp) {
        let timers = timers(app.app(), 0, None);
        let subject = Id::at(app.app().now().0);
        set(&app, subject, 2 * HOUR_MS).await;
        // Set again is moved.
        set(&app, subject, HOUR_MS).await;
        assert_eq!(ring(&timers).await, 0);
        app.pass_ms(HOUR_MS);
        assert_eq!((ring(&timers).await, rung(&app).await), (1, 1));
        app.pass_ms(HOUR_MS);
        assert_eq!((ring(&timers).await, rung(&app).await), (0, 1));
    }

    async fn what_was_cleared_does_not_ring(app: TestApp) {
        let timers = timers(app.app(), 0, None);
        let subject = Id::at(app.app().now().0);
        set(&app, subject, 0).await;
        let test = Principal::system("test");
        let clear = app.app().write(&test, move |op| timer::clear(op, "test.counting", subject));
        clear.await.expect("it is cleared");
        assert_eq!((ring(&timers).await, rung(&app).await), (0, 0));
    }

    async fn a_ring_that_fails_leaves_no_trace_and_is_tried_later_each_time_later_still(app: TestApp) {
        let timers = timers(app.app(), 2, None);
        set(&app, Id::at(app.app().now().0), 0).await;
        assert_eq!((ring(&timers).await, rung(&app).await), (1, 0));
        assert_eq!(ring(&timers).await, 0, "it waits a second");
        app.pass_ms(1_000);
        assert_eq!((ring(&timers).await, rung(&app).await), (1, 0));
        app.pass_ms(1_000);
        assert_eq!(ring(&timers).await, 0, "it waits two now");
        app.pass_ms(1_000);
        assert_eq!((ring(&timers).await, rung(&app).await), (1, 1));
    }

    async fn a_schedule_is_a_timer_that_says_when_it_is_due_again(app: TestApp) {
        let timers = timers(app.app(), 0, Some(HOUR_MS));
        set(&app, Id::at(app.app().now().0), 0).await;
        assert_eq!((ring(&timers).await, rung(&app).await), (1, 1));
        assert_eq!(ring(&timers).await, 0);
        app.pass_ms(HOUR_MS);
        assert_eq!((ring(&timers).await, rung(&app).await), (1, 2));
    }

    async fn of_servers_that_ring_together_one_does_it(app: TestApp) {
        for number in 0..20 {
            set(&app, Id::at(app.app().now().0 + number), 0).await;
        }
        let timers: Vec<_> = (0..4).map(|_| timers(app.app(), 0, None)).collect();
        let together = timers.iter().map(|timers| { let timers = timers.clone(); tokio::spawn(async move { ring(&timers).await }) });
        for ringing in together.collect::<Vec<_>>() {
            ringing.await.expect("no panic");
        }
        assert_eq!(rung(&app).await, 20);
    }
}
