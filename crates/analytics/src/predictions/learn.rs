//! The job that learns a prediction and says of every record what is to be said, and when it is due.

use std::collections::BTreeSet;
use std::sync::Arc;

use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::records::Object;
use foundation::timer::{self, Alarm, Due};
use foundation::{App, Operation, Reader};
use kernel::{Error, Id, Result, Time};
use serde_json::{Value as Json, json};

use super::rows::{self, LeftOut, Rows};
use super::store::{self, Told, Version};
use super::{Prediction, Questions};
use methods::day;
use methods::response::{Model, Table, Unfit, fit, leaks};

/// Records written in one commit.
const PART: usize = 2_000;
/// More rows than this teach nothing new: then every second, third … is learned from.
const MOST_ROWS: usize = 200_000;
/// A part smaller than this, in log-odds, is no reason; and no more of them than this are told.
const LEAST_PART: f64 = 0.05;
const MOST_PARTS: usize = 6;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// What was begun this long before records were read may have been committed after it: it is looked at again.
const LATE_MS: i64 = 10_000;
/// Records that all began within so many days, as those of an import, have no order in time to speak of.
const ORDERED_DAYS: i64 = 14;

/// Learns, or says of what changed what it learned before.
pub struct LearnWork;

impl LearnWork {
    pub const KIND: &'static str = "prediction.learn";
}

impl Work for LearnWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let system = Principal::system("analysis");
        let id = job.payload["prediction"].as_str().and_then(Id::parse).ok_or(Error::NotFound)?;
        let prediction = match app.read_now(&system, |reader| store::one(reader, id)) {
            // It was dropped meanwhile.
            Err(Error::NotFound) => return Ok(json!({ "dropped": true })),
            found => found?,
        };
        let learned = match job.payload["learn"] == true {
            true => None,
            false => app.read_now(&system, |reader| store::newest(reader, id))?,
        };
        let work = Working { app, job, prediction };
        match learned {
            Some(Version { version, model: Some(model), .. }) => work.go_on_with(version, &model),
            _ => work.learn(),
        }
    }
}

/// Starts learning, for an administrator; answers with what is under way if it is.
pub fn start(op: &mut Operation, id: Id) -> Result<Status> {
    op.who.need_admin()?;
    let prediction = store::one(op, id)?;
    queue(op, &prediction, true)
}

fn queue(op: &mut Operation, prediction: &Prediction, learn: bool) -> Result<Status> {
    match under_way(op, prediction.id)? {
        Some(running) => Ok(running),
        None => enqueue(op, prediction, learn),
    }
}

/// Queues the work also while an earlier one runs: what that is doing was asked for otherwise.
pub fn enqueue(op: &mut Operation, prediction: &Prediction, learn: bool) -> Result<Status> {
    jobs::enqueue(op, LearnWork::KIND, json!({ "prediction": prediction.id, "learn": learn }), 0)
}

pub fn under_way(reader: &mut Reader, id: Id) -> Result<Option<Status>> {
    jobs::under_way(reader, LearnWork::KIND, "prediction", &id.to_string())
}

/// Learning again after the days that were said.
pub struct Again;

impl Again {
    /// Of the timer.
    pub const KIND: &'static str = "prediction.learn";
}

impl Alarm for Again {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn ring(&self, op: &mut Operation, due: &Due) -> Result<Option<Time>> {
        let prediction = match store::one(op, due.subject) {
            Err(Error::NotFound) => return Ok(None),
            found => found?,
        };
        let Ok(object) = op.object(&prediction.object) else { return Ok(Some(Time(op.now.0 + DAY_MS))) };
        // Where nothing changed since, the time of learning included, nothing new is to be learned; a field that it asks
        // for may be gone.
        let since = store::newest(op, prediction.id)?.map_or(0, |made| made.made_at.0 - HOUR_MS);
        if prediction.questions(op, &object).is_err() || !store::is_changed(op, &object, since)? {
            return Ok(Some(Time(op.now.0 + HOUR_MS)));
        }
        if under_way(op, prediction.id)?.is_some() {
            return Ok(Some(Time(op.now.0 + MINUTE_MS)));
        }
        enqueue(op, &prediction, true)?;
        Ok(Some(after(&prediction, op.now)))
    }
}

/// When what was learned at a moment is old.
fn after(prediction: &Prediction, made_at: Time) -> Time {
    Time(made_at.0.saturating_add(prediction.every_days * DAY_MS))
}

/// Sets the timers of predictions that have none though they were learned: before there were timers.
pub fn wind(app: &App) -> Result<()> {
    let system = Principal::system("analysis");
    app.write_now(&system, |op| {
        for prediction in store::without_timer(op, Again::KIND)? {
            if let Some(made) = store::newest(op, prediction.id)? {
                timer::set(op, Again::KIND, prediction.id, after(&prediction, made.made_at), &json!({}))?;
            }
        }
        Ok(())
    })
}

/// Queues what follows from changes: what was never learned, and what was learned, for records that changed since. For a
/// thread that asks often.
pub fn keep_fresh(app: &App) -> Result<()> {
    let system = Principal::system("analysis");
    let due = app.read_now(&system, |reader| {
        let mut due = Vec::new();
        for prediction in store::all(reader)? {
            let Ok(object) = reader.object(&prediction.object) else { continue };
            // A field that it asks for may be gone: it waits until somebody asks otherwise.
            if prediction.questions(reader, &object).is_err() {
                continue;
            }
            if !store::is_changed(reader, &object, prediction.looked_to)? {
                continue;
            }
            let made = store::newest(reader, prediction.id)?;
            let learn = made.is_none();
            // Without a model there is nothing to say until it is learned again.
            if learn || made.is_some_and(|made| made.model.is_some()) {
                due.push((prediction, learn));
            }
        }
        Ok(due)
    })?;
    for (prediction, learn) in due {
        app.write_now(&system, move |op| queue(op, &prediction, learn).map(drop))?;
    }
    Ok(())
}

/// Why it ended without a model.
enum Stop {
    Unfit(Unfit),
    Failed(Error),
}

impl From<Unfit> for Stop {
    fn from(unfit: Unfit) -> Stop {
        Stop::Unfit(unfit)
    }
}

impl From<Error> for Stop {
    fn from(fault: Error) -> Stop {
        Stop::Failed(fault)
    }
}

struct Working<'a> {
    app: &'a App,
    job: &'a Job,
    prediction: Prediction,
}

impl Working<'_> {
    /// What the work reads: the object, the questions, and rows of the fields that serve.
    fn read(&self, since: Option<i64>, only: Option<&[String]>) -> Result<(Arc<Object>, Rows, Vec<LeftOut>, i64)> {
        let prediction = &self.prediction;
        self.app.read_now(&Principal::system("analysis"), |reader| {
            let object = reader.object(&prediction.object)?;
            let questions: Questions = prediction.questions(reader, &object)?;
            let (mut sources, left_out) = rows::sources(&object, prediction, &questions);
            if let Some(only) = only {
                sources.retain(|source| only.contains(&source.field));
            }
            let now = reader.now.0 - LATE_MS;
            let rows = rows::read(reader, &object, prediction, &questions, &sources, since)?;
            Ok((object, rows, left_out, now))
        })
    }

    fn learn(&self) -> Result<Json> {
        let began = std::time::Instant::now();
        let (object, rows, mut left_out, now) = self.read(None, None)?;
        self.job.go_on()?;
        let known: Vec<usize> =
            (0..rows.ids.len()).filter(|row| is(&rows.among, *row) && is(&rows.decided, *row)).collect();
        let every = known.len().div_ceil(MOST_ROWS).max(1);
        let known: Vec<usize> = known.into_iter().step_by(every).collect();
        let outcome: Vec<bool> = known.iter().map(|row| is(&rows.outcome, *row)).collect();
        let begun: Vec<i64> = known.iter().map(|row| rows.begun.get(*row).copied().unwrap_or(0)).collect();
        let table = rows.table.of_rows(&known);
        left_out.extend(rows::idle(&table));
        let idle: Vec<&str> = left_out.iter().map(|one| one.field.as_str()).collect();
        let table = table.without(&idle);
        let suspects: Vec<leaks::Leak> = leaks::find(&table, &outcome);
        let leaks: Vec<&leaks::Leak> =
            suspects.iter().filter(|leak| !self.prediction.trusted.contains(&leak.column)).collect();
        let leaking: Vec<&str> = leaks.iter().map(|leak| leak.column.as_str()).collect();
        let table = table.without(&leaking);

        let before =
            self.app.read_now(&Principal::system("analysis"), |reader| store::newest(reader, self.prediction.id))?;
        let version = before.map_or(1, |before| before.version + 1);
        let mut quality = json!({
            "rows": outcome.len(), "with": outcome.iter().filter(|happened| **happened).count(),
            "left_out": left_out.iter().map(LeftOut::to_json).chain(leaks.iter().map(|leak| {
                json!({ "field": leak.column, "why": leak.why, "auc": leak.auc })
            })).collect::<Vec<_>>(),
        });
        let go_on = || self.job.go_on().map_err(Stop::Failed);
        let lasted = begun.iter().max().zip(begun.iter().min()).map_or(0, |(last, first)| last.saturating_sub(*first));
        let order = (lasted >= ORDERED_DAYS * DAY_MS).then_some(begun.as_slice());
        let chosen = match fit::<Stop>(&table, &outcome, order, &go_on) {
            Ok(chosen) => chosen,
            Err(Stop::Failed(fault)) => return Err(fault),
            Err(Stop::Unfit(unfit)) => {
                quality["unfit"] = json!(unfit);
                let made = Version { version, made_at: self.app.now(), quality, model: None };
                self.finish(object, made, now, 0)?;
                return Ok(json!({ "unfit": unfit }));
            }
        };
        let mut weights: Vec<(&String, f64)> = chosen.model.columns.iter().zip(chosen.model.weights(&table)).collect();
        weights.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
        quality["family"] = json!(chosen.model.family());
        quality["held_out"] = json!(chosen.held_out);
        quality["ahead"] = json!(chosen.ahead);
        quality["base"] = json!(chosen.model.base());
        quality["weights"] = json!(
            weights.iter().map(|(field, weight)| json!({ "field": field, "weight": weight })).collect::<Vec<_>>()
        );

        let asked: Vec<usize> = (0..rows.ids.len()).filter(|row| is_asked(&self.prediction, &rows, *row)).collect();
        self.say(&object, &chosen.model, version, &rows, &asked)?;
        quality["told"] = json!(asked.len());
        quality["took_ms"] = json!(i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX));
        let made = Version { version, made_at: self.app.now(), quality, model: Some(chosen.model) };
        self.finish(object, made, now, asked.len())?;
        Ok(json!({ "version": version, "told": asked.len() }))
    }

    /// Says of records that changed what was learned before.
    fn go_on_with(&self, version: i64, model: &Model) -> Result<Json> {
        let (object, rows, _, now) = self.read(Some(self.prediction.looked_to), Some(&model.columns))?;
        if rows.table.columns.iter().map(|column| &column.name).ne(&model.columns) {
            // A field that it learned from is not there any more.
            return self.learn();
        }
        let (asked, others): (Vec<usize>, Vec<usize>) =
            (0..rows.ids.len()).partition(|row| is_asked(&self.prediction, &rows, *row));
        self.say(&object, model, version, &rows, &asked)?;
        let others: Arc<[Id]> = others.iter().filter_map(|row| rows.ids.get(*row)).copied().collect();
        let (lease, prediction, told) = (self.job.lease, self.prediction.clone(), asked.len());
        self.app.write_now(&Principal::system("analysis"), move |op| {
            jobs::must_hold(op, lease)?;
            store::take_back(op, &object, &prediction, &others)?;
            store::looked(op, prediction.id, now)?;
            store::tell(op, &prediction.object, told)
        })?;
        Ok(json!({ "version": version, "told": told }))
    }

    /// Writes what the model says of these rows.
    fn say(&self, object: &Arc<Object>, model: &Model, version: i64, rows: &Rows, asked: &[usize]) -> Result<()> {
        let other: BTreeSet<&str> = rows.table.columns.iter().map(|column| column.name.as_str()).collect();
        let other: Vec<&str> = other.into_iter().filter(|name| !model.columns.iter().any(|one| one == name)).collect();
        let table = rows.table.of_rows(asked).without(&other);
        let on = day::text(day::at(self.app.now()));
        let mut written = 0;
        for part in asked.chunks(PART) {
            self.job.go_on()?;
            let told = part.iter().enumerate().filter_map(|(at, row)| {
                Some(told(object, &self.prediction, model, &table, written + at, *rows.ids.get(*row)?))
            });
            let told: Arc<[Told]> = told.collect();
            written += part.len();
            let (lease, object, prediction, on) = (self.job.lease, object.clone(), self.prediction.clone(), on.clone());
            let done = i64::try_from(written).unwrap_or(0);
            self.app.write_now(&Principal::system("analysis"), move |op| {
                jobs::advance(op, lease, "told", done)?;
                must_exist(op, prediction.id)?;
                store::put_told(op, &object, &prediction, version, &on, &told)
            })?;
        }
        Ok(())
    }

    fn finish(&self, object: Arc<Object>, made: Version, now: i64, told: usize) -> Result<()> {
        let (lease, prediction, made) = (self.job.lease, self.prediction.clone(), Arc::new(made));
        self.app.write_now(&Principal::system("analysis"), move |op| {
            jobs::must_hold(op, lease)?;
            must_exist(op, prediction.id)?;
            store::put_version(op, prediction.id, &made)?;
            // As it is asked for now: it may have been changed while it was learned.
            let again = after(&store::one(op, prediction.id)?, made.made_at);
            timer::set(op, Again::KIND, prediction.id, again, &json!({}))?;
            store::take_back_others(op, &object, &prediction, made.version)?;
            store::looked(op, prediction.id, now)?;
            store::tell(op, &prediction.object, told)
        })
    }
}

/// Ends the work on a prediction that was dropped meanwhile.
fn must_exist(op: &mut Operation, id: Id) -> Result<()> {
    store::one(op, id).map(drop).map_err(|_| jobs::stopped())
}

fn is(flags: &[bool], row: usize) -> bool {
    flags.get(row).copied().unwrap_or(false)
}

/// Whether something is to be said of a record: of whom it is not decided, or who has not come to it yet.
fn is_asked(prediction: &Prediction, rows: &Rows, row: usize) -> bool {
    let is_over = match prediction.decided {
        Some(_) => is(&rows.decided, row),
        None => is(&rows.outcome, row),
    };
    is(&rows.among, row) && !is_over
}

fn told(object: &Object, prediction: &Prediction, model: &Model, table: &Table, row: usize, record: Id) -> Told {
    let (probability, parts) = model.explain(table, row);
    let mut parts: Vec<(String, f64)> = model.columns.iter().cloned().zip(parts).collect();
    parts.retain(|(_, part)| part.abs() >= LEAST_PART);
    parts.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then(one.0.cmp(&other.0)));
    parts.truncate(MOST_PARTS);
    let reason = |(name, part): &(String, f64)| {
        let label = object.def.field(name).map_or(name.as_str(), |field| field.label.get(&prediction.language));
        format!("{label} {}", if *part > 0.0 { "↑" } else { "↓" })
    };
    let reasons = parts.iter().map(reason).collect::<Vec<_>>().join(" · ");
    let round = |value: f64| (value * 10_000.0).round() / 10_000.0;
    let parts = parts.iter().map(|(name, part)| (name.clone(), round(*part))).collect();
    Told { record, probability: round(probability), parts, reasons }
}
