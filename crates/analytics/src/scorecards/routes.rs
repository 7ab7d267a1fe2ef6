//! Scorecards by HTTP.

use axum::extract::State;
use foundation::App;
use foundation::doors::body::Path;
use foundation::doors::{Body, Caller, Params, Reply, Right, Route, problem};
use kernel::{Error, Result};
use serde::Deserialize;

use super::asked::Asked;
use super::catalogue::{self, Kpi};
use super::{answers, goals};
use crate::dashboards;

type Answer = problem::Result<Reply>;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/analytics/kpis", Right::WhatOneMaySee, "The KPIs and their definitions.", list),
        Route::get(
            "/analytics/kpis/values",
            Right::WhatOneMaySee,
            "Values of KPIs in a period, beside another.",
            values,
        ),
        Route::get("/analytics/kpis/{kpi}/groups", Right::WhatOneMaySee, "A KPI by one of its dimensions.", groups),
        Route::get("/analytics/kpis/{kpi}/drivers", Right::WhatOneMaySee, "What drove the change of a KPI.", drivers),
        Route::get("/analytics/goals", Right::WhatOneMaySee, "The goals of KPIs, and who set them.", goals_of),
        Route::get(
            "/analytics/dashboards/standard",
            Right::WhatOneMaySee,
            "The dashboards that are there from the beginning.",
            standard,
        ),
        Route::put(
            "/analytics/goals",
            Right::Admin,
            "Sets the goal of a KPI for a period, or takes it away.",
            set_goal,
        ),
    ]
}

/// Runs what takes a while beside the requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn kpi(code: &str) -> Result<&'static Kpi> {
    catalogue::named(code).ok_or(Error::NotFound)
}

async fn list(State(app): State<App>, Caller(who): Caller) -> Answer {
    Ok(Reply::ok(app.read(&who, |reader| Ok(answers::list(reader))).await?))
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    #[serde(default)]
    period: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    compare: Option<String>,
    /// Which KPIs, with commas between; all unless said otherwise.
    #[serde(default)]
    codes: Option<String>,
    /// `auto`, `day`, `week`, `month`, `quarter`, `year` or none.
    #[serde(default)]
    series: Option<String>,
    #[serde(default)]
    by: Option<String>,
}

impl Period {
    fn asked(&self) -> Asked {
        Asked {
            period: self.period.clone().filter(|name| !name.is_empty()),
            from: self.from.clone(),
            to: self.to.clone(),
            compare: self.compare.clone(),
        }
    }

    fn kpis(&self) -> Result<Vec<&'static Kpi>> {
        let Some(codes) = self.codes.as_deref().filter(|codes| !codes.is_empty()) else {
            return Ok(catalogue::all().collect());
        };
        let known = |code| {
            catalogue::named(code)
                .ok_or_else(|| Error::invalid("codes", "unknown", format!("there is no KPI `{code}`")))
        };
        codes.split(',').map(known).collect()
    }
}

async fn values(State(app): State<App>, Caller(who): Caller, Params(asked): Params<Period>) -> Answer {
    let answer = aside(move || {
        answers::values(&app, &who, &asked.kpis()?, &asked.asked(), asked.series.as_deref().unwrap_or_default())
    });
    Ok(Reply::ok(answer.await?))
}

async fn groups(
    State(app): State<App>,
    Caller(who): Caller,
    Path(code): Path<String>,
    Params(asked): Params<Period>,
) -> Answer {
    let kpi = kpi(&code)?;
    let answer =
        aside(move || answers::groups(&app, &who, kpi, &asked.asked(), asked.by.as_deref().unwrap_or_default()));
    Ok(Reply::ok(answer.await?))
}

async fn drivers(
    State(app): State<App>,
    Caller(who): Caller,
    Path(code): Path<String>,
    Params(asked): Params<Period>,
) -> Answer {
    let kpi = kpi(&code)?;
    Ok(Reply::ok(aside(move || answers::driven(&app, &who, kpi, &asked.asked())).await?))
}

async fn goals_of(State(app): State<App>, Caller(who): Caller) -> Answer {
    let shown = app.read(&who, |reader| {
        let kpis: Vec<&'static Kpi> = catalogue::all().filter(|kpi| answers::may(reader, kpi)).collect();
        goals::show(reader, &kpis)
    });
    Ok(Reply::ok(shown.await?))
}

async fn standard(Caller(who): Caller) -> Answer {
    Ok(Reply::ok(dashboards::standard_json(&who.language)))
}

async fn set_goal(State(app): State<App>, Caller(who): Caller, Body(new): Body<goals::NewGoal>) -> Answer {
    Ok(app.write(&who, move |op| Ok(Reply::ok(goals::set(op, &new)?))).await?)
}
