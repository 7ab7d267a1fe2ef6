//! What a report holds, under the rights and in the language of a principal: parts that go on paper and into a letter.

use documents::{Bar, Change, Column, Figure, Mood, Part, written as paper};
use foundation::access::{Action, Principal};
use foundation::records::read::{self, ListQuery};
use foundation::records::{Object, ask};
use foundation::{App, Reader};
use kernel::{Currency, Error, Id, Money, Result};
use serde_json::Value as Json;

use super::queries::Stored;
use super::words::word;
use crate::dashboards;
use crate::scorecards::asked::Asked;
use crate::scorecards::base::Base;
use crate::scorecards::catalogue::{self, Kpi};
use crate::scorecards::figures::Step;
use crate::scorecards::{answers, asked, written};
use crate::sql::answer::Asking;

/// Rows of a list or of an answer.
const MOST_ROWS: usize = 200;
/// What begins the names of reports of operations among all that can be sent.
const OF_SALES: &str = "sales_";
/// Columns that fit on a page.
const MOST_COLUMNS: usize = 7;

/// What is told, before it is laid out.
pub struct Content {
    pub subtitle: String,
    pub parts: Vec<Part>,
    /// Whether it names records and not figures alone.
    pub names_records: bool,
    /// What of may be exported by whom it may be sent outside, by the names of objects.
    pub made_of: Vec<String>,
    /// Where it opens, behind the address of the workspace.
    pub path: String,
}

/// Fails with `Forbidden` or `NotFound` where the principal may not see it at all.
pub fn of(app: &App, who: &Principal, report: &Stored) -> Result<Content> {
    match report.what.as_str() {
        "dashboard" => dashboard(app, who, report),
        "view" => view(app, who, report.view.ok_or(Error::NotFound)?),
        "question" => question(app, who, report.question.ok_or(Error::NotFound)?),
        other => match other.strip_prefix(OF_SALES) {
            Some(name) => of_sales(app, who, report, name),
            None => scorecard(app, who, report, other),
        },
    }
}

/// The last day, week or month that is over, beside the one before.
fn window(app: &App, report: &Stored) -> Result<Asked> {
    let base = Base::recent(app)?;
    let today = asked::as_of(app, &base)?;
    let step = Step::named(&report.every)?;
    let last = step.first(today).yesterday().ok().and_then(|day| step.starting(step.first(day)));
    let last = last.ok_or_else(|| Error::internal("the calendar ends there"))?;
    Ok(Asked { period: None, from: Some(last.from()), to: Some(last.to()), compare: Some("previous".into()) })
}

/// A report of operations, whose owner sees in it what they may see on its page.
fn of_sales(app: &App, who: &Principal, report: &Stored, name: &str) -> Result<Content> {
    let days = window(app, report)?;
    let asked = sales::reports::Asked { from: days.from, to: days.to, ..Default::default() };
    let told = app.read_now(who, |reader| sales::reports::answer(reader, name, &asked))?;
    let (subtitle, parts) = sales::reports::content(&told, &who.language);
    Ok(Content {
        subtitle,
        parts,
        names_records: false,
        made_of: vec!["deal".into()],
        path: format!("/sales/reports?r={name}"),
    })
}

fn scorecard(app: &App, who: &Principal, report: &Stored, function: &str) -> Result<Content> {
    let kpis: Vec<&'static Kpi> = catalogue::all().filter(|kpi| kpi.function.name() == function).collect();
    let answer = answers::values(app, who, &kpis, &window(app, report)?, "")?;
    let told: Vec<(&Json, &Kpi)> = rows(&answer["data"])
        .iter()
        .filter(|one| one["allowed"] == true)
        .filter_map(|one| Some((one, catalogue::named(one["code"].as_str()?)?)))
        .collect();
    if told.is_empty() {
        return Err(Error::Forbidden("figures of all customers need the right to read all customers and purchases"));
    }
    let figures = told.iter().map(|(one, kpi)| figure(kpi, one, &who.language)).collect();
    Ok(Content {
        subtitle: days(&answer, &who.language),
        parts: vec![Part::Figures { figures }],
        names_records: false,
        made_of: made_of(told.iter().map(|(_, kpi)| *kpi)),
        path: format!("/scorecards?of={function}"),
    })
}

fn made_of<'k>(kpis: impl Iterator<Item = &'k Kpi>) -> Vec<String> {
    let mut names: Vec<String> = kpis.flat_map(answers::objects).map(str::to_string).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn figure(kpi: &Kpi, told: &Json, language: &str) -> Figure {
    let share = told["change"].as_f64();
    let mood = match told["good"].as_bool() {
        Some(true) => Mood::Good,
        Some(false) => Mood::Bad,
        None => Mood::Neutral,
    };
    let goal = &told["goal"]["value"];
    Figure {
        label: kpi.name_in(language).to_string(),
        value: value(kpi, &told["value"], language),
        change: share.map(|share| Change { text: paper::change(share, language), mood }),
        note: (!goal.is_null()).then(|| format!("{} {}", word("goal", language), value(kpi, goal, language))),
    }
}

/// A value of the API in its unit.
fn value(kpi: &Kpi, told: &Json, language: &str) -> String {
    match money(told) {
        Some(money) => paper::money(money, language),
        None => written::value(Some(kpi.unit), told.as_f64(), None, language),
    }
}

fn money(value: &Json) -> Option<Money> {
    Some(Money::new(value["amount"].as_i64()?, Currency::parse(value["currency"].as_str()?)?))
}

fn rows(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn days(answer: &Json, language: &str) -> String {
    let span = |of: &Json| {
        let day = |name: &str| paper::day(of[name].as_str().unwrap_or_default(), language);
        if of["from"] == of["to"] { day("from") } else { format!("{} – {}", day("from"), day("to")) }
    };
    match &answer["compare"] {
        Json::Null => span(answer),
        before => format!("{}, {} {}", span(answer), word("beside", language), span(before)),
    }
}

/// The cards from the top down; those that only a page can show are named as such.
fn dashboard(app: &App, who: &Principal, report: &Stored) -> Result<Content> {
    let id = report.dashboard.ok_or(Error::NotFound)?;
    let config = app.read_now(who, |reader| {
        let object = reader.object("dashboard")?;
        let record = read::get(reader, &object, id)?;
        Ok(record.get(&object, "config").to_json())
    })?;
    let mut cards: Vec<&Json> = rows(&config["cards"]).iter().collect();
    cards.sort_by_key(|card| (card["y"].as_i64(), card["x"].as_i64()));
    let period = config["period"].as_str().unwrap_or("last_30_days").to_string();
    let asked = Asked { period: Some(period), compare: Some("previous".into()), ..Asked::default() };
    let codes = dashboards::kpis(&config);
    let kpis: Vec<&'static Kpi> = codes.iter().filter_map(|code| catalogue::named(code)).collect();
    let answer = answers::values(app, who, &kpis, &asked, "auto")?;
    let mut content = Content {
        subtitle: days(&answer, &who.language),
        parts: Vec::new(),
        names_records: false,
        made_of: made_of(kpis.iter().copied()),
        path: format!("/dashboards?d={id}"),
    };
    let mut page_only = false;
    for card in cards {
        page_only |= !put(app, who, card, &answer, &asked, &mut content)?;
    }
    if page_only {
        content.parts.push(Part::Text { text: word("page_only", &who.language).into(), is_quiet: true });
    }
    Ok(content)
}

/// One card; `false` where paper cannot show it.
fn put(app: &App, who: &Principal, card: &Json, answer: &Json, asked: &Asked, content: &mut Content) -> Result<bool> {
    let language = &*who.language;
    let kind = card["kind"].as_str().unwrap_or_default();
    let linked = |name: &str| card[name].as_str().and_then(Id::parse);
    if kind == "text" {
        let text = card["text"].as_str().unwrap_or_default().to_string();
        content.parts.push(Part::Text { text, is_quiet: false });
        return Ok(true);
    }
    if let ("view" | "sql", Some(id)) = (kind, linked("view").or_else(|| linked("question"))) {
        // What its owner may not see any more is left out of a dashboard, not the dashboard.
        let inner = match if kind == "view" { view(app, who, id) } else { question(app, who, id) } {
            Ok(inner) => inner,
            Err(Error::NotFound | Error::Forbidden(_) | Error::Invalid(_)) => return Ok(true),
            Err(fault) => return Err(fault),
        };
        content.parts.push(Part::Heading { text: inner.subtitle });
        content.parts.extend(inner.parts);
        content.names_records = true;
        content.made_of.extend(inner.made_of);
        return Ok(true);
    }
    let code = card["kpi"].as_str().unwrap_or_default();
    let Some(kpi) = catalogue::named(code) else { return Ok(false) };
    let Some(told) = rows(&answer["data"]).iter().find(|one| one["code"] == code) else { return Ok(false) };
    let heading = card["title"].as_str().filter(|title| !title.is_empty()).unwrap_or_else(|| kpi.name_in(language));
    if told["allowed"] != true {
        content.parts.push(Part::Heading { text: heading.to_string() });
        content.parts.push(Part::Text { text: word("no_right", language).into(), is_quiet: true });
        return Ok(true);
    }
    match kind {
        "kpi" => {
            let figure = figure(kpi, told, language);
            match content.parts.last_mut() {
                Some(Part::Figures { figures }) => figures.push(figure),
                _ => content.parts.push(Part::Figures { figures: vec![figure] }),
            }
        }
        "course" => {
            let bar = |point: &Json| Bar {
                label: point["from"].as_str().unwrap_or_default().to_string(),
                size: money(&point["value"])
                    .map_or(point["value"].as_f64(), |money| Some(money.amount as f64))
                    .unwrap_or(0.0),
                is_pale: false,
            };
            content.parts.push(Part::Heading { text: heading.to_string() });
            content.parts.push(Part::Bars { bars: rows(&told["points"]).iter().map(bar).collect() });
        }
        "groups" => {
            let by = card["by"].as_str().or(kpi.dimensions.first().copied()).unwrap_or_default();
            let groups = answers::groups(app, who, kpi, asked, by)?;
            let line = |row: &Json| {
                let title = row["title"].as_str().or(row["key"].as_str().filter(|key| !key.is_empty()));
                let change = row["change"].as_f64().map_or(String::new(), |share| paper::change(share, language));
                vec![
                    title.unwrap_or(word("not_set", language)).to_string(),
                    value(kpi, &row["value"], language),
                    change,
                ]
            };
            content.parts.push(Part::Heading { text: heading.to_string() });
            content.parts.push(table(
                &["kpi", "value", "change"],
                rows(&groups["rows"]).iter().take(15).map(line).collect(),
                language,
            ));
        }
        "drivers" if catalogue::tree(code).is_some() => {
            let driven = answers::driven(app, who, kpi, asked)?;
            let line = |row: &Json| {
                let driver = row["code"].as_str().and_then(catalogue::named);
                let own = |name: &str| driver.map_or(String::new(), |driver| value(driver, &row[name], language));
                let name = driver.map_or("", |driver| driver.name_in(language)).to_string();
                vec![name, own("before"), own("after"), value(kpi, &row["contribution"], language)]
            };
            content.parts.push(Part::Heading { text: format!("{heading}: {}", word("drivers", language)) });
            content.parts.push(table(
                &["kpi", "before", "value", "change"],
                rows(&driven["drivers"]).iter().map(line).collect(),
                language,
            ));
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn table(heads: &[&str], rows: Vec<Vec<String>>, language: &str) -> Part {
    let column = |(place, head): (usize, &&str)| Column { label: word(head, language).into(), is_number: place > 0 };
    Part::Table { columns: heads.iter().enumerate().map(column).collect(), rows }
}

/// The first records of a saved view, with its columns as far as they may be seen.
fn view(app: &App, who: &Principal, id: Id) -> Result<Content> {
    app.read_now(who, |reader| {
        let views = reader.object("view")?;
        let record = read::get(reader, &views, id)?;
        let shown = read::show(reader, &views, std::slice::from_ref(&record), None)?;
        let shown = shown.first().ok_or(Error::NotFound)?;
        let object = reader.object(shown["object_name"].as_str().unwrap_or_default())?;
        reader.who.need(&object.def.name, Action::Read)?;
        let config = &shown["config"];
        let query = ListQuery {
            filter: filter(reader, &object, config)?,
            sort: names(&config["sort"]),
            limit: MOST_ROWS,
            ..ListQuery::default()
        };
        let page = read::list(reader, &object, &query)?;
        let hidden = &reader.who.access.on(&object.def.name).hidden_fields;
        let columns: Vec<usize> = names(&config["columns"])
            .iter()
            .filter_map(|name| object.def.position(name))
            .filter(|place| object.def.fields.get(*place).is_some_and(|field| !hidden.contains(&field.name)))
            .take(MOST_COLUMNS)
            .collect();
        let records = read::show(reader, &object, &page.records, Some(&columns))?;
        let language = reader.who.language.to_string();
        let mut heads = vec![Column { label: object.def.label.get(&language).to_string(), is_number: false }];
        for place in &columns {
            let Some(field) = object.def.fields.get(*place) else { continue };
            let is_number = matches!(field.kind.name(), "number" | "integer" | "money");
            heads.push(Column { label: field.label.get(&language).to_string(), is_number });
        }
        let line = |record: &Json| {
            let mut cells = vec![record["title"].as_str().unwrap_or("–").to_string()];
            cells.extend(columns.iter().map(|place| cell(&object, *place, record, &language)));
            cells
        };
        let mut parts = vec![Part::Table { columns: heads, rows: records.iter().map(line).collect() }];
        parts.extend(rest(records.is_empty(), page.next.is_some(), &language));
        Ok(Content {
            subtitle: record.title.clone(),
            parts,
            names_records: true,
            made_of: vec![object.def.name.clone()],
            path: format!("/o/{}?view={id}", object.def.plural),
        })
    })
}

fn rest(is_empty: bool, has_more: bool, language: &str) -> Option<Part> {
    let text = match (is_empty, has_more) {
        (true, _) => "nothing",
        (false, true) => "more",
        (false, false) => return None,
    };
    Some(Part::Text { text: word(text, language).into(), is_quiet: true })
}

fn filter(reader: &Reader, object: &Object, config: &Json) -> Result<Option<std::sync::Arc<question::Checked>>> {
    let Some(text) = config["filter"].as_str().filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let seen = ask::Seen { catalogue: &reader.catalogue, access: &reader.who.access };
    Ok(Some(std::sync::Arc::new(ask::check_text(text, &object.def.name, &seen)?)))
}

/// Names in a list or in a text with commas.
fn names(value: &Json) -> Vec<String> {
    match value {
        Json::String(text) => {
            text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_string).collect()
        }
        Json::Array(list) => {
            list.iter().filter_map(|name| name.as_str().or(name["field"].as_str())).map(str::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// A field as its reader writes it.
fn cell(object: &Object, place: usize, record: &Json, language: &str) -> String {
    let Some(field) = object.def.fields.get(place) else { return String::new() };
    let value = &record[&field.name];
    if let Some(title) = record["linked"][&field.name]["title"].as_str() {
        return title.to_string();
    }
    if let (Some(options), Some(text)) = (field.kind.options(), value.as_str()) {
        let option = options.iter().find(|option| option.value == text);
        return option.map_or(text, |option| option.label.get(language)).to_string();
    }
    match value {
        Json::Null => String::new(),
        Json::Bool(is) => (if *is { "✓" } else { "" }).to_string(),
        Json::Number(number) => paper::number(number.as_f64().unwrap_or(0.0), 2, language),
        Json::String(text) if matches!(field.kind.name(), "date" | "time") => {
            paper::day(text.get(..10).unwrap_or(text), language)
        }
        Json::String(text) => text.clone(),
        value => money(value).map_or_else(String::new, |money| paper::money(money, language)),
    }
}

fn question(app: &App, who: &Principal, id: Id) -> Result<Content> {
    let (sql, title) = app.read_now(who, |reader| {
        let object = reader.object("sql_question")?;
        let record = read::get(reader, &object, id)?;
        Ok((record.get(&object, "sql").as_text().unwrap_or_default().to_string(), record.title))
    })?;
    let language = &*who.language;
    let answer = Asking::new()?.answer(app, who, &sql, Some(MOST_ROWS))?;
    let columns = rows(&answer["columns"]).iter().take(MOST_COLUMNS);
    let heads: Vec<Column> = columns
        .map(|column| {
            let kind = column["type"].as_str().unwrap_or_default();
            let is_number = ["int", "decimal", "double", "float"].iter().any(|part| kind.contains(part));
            Column { label: column["name"].as_str().unwrap_or_default().to_string(), is_number }
        })
        .collect();
    let text = |cell: &Json| match cell {
        Json::Null => String::new(),
        Json::Number(number) => paper::number(number.as_f64().unwrap_or(0.0), 2, language),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let told = rows(&answer["rows"]);
    let lines = told.iter().map(|row| rows(row).iter().take(MOST_COLUMNS).map(text).collect()).collect();
    let mut parts = vec![Part::Table { columns: heads, rows: lines }];
    parts.extend(rest(told.is_empty(), answer["more"] == true, language));
    let made_of = rows(&answer["tables"]).iter().filter_map(Json::as_str).map(str::to_string).collect();
    Ok(Content { subtitle: title, parts, names_records: true, made_of, path: format!("/questions?q={id}") })
}

/// Whether all that a report is made of may leave the house.
pub fn may_leave(who: &Principal, content: &Content) -> bool {
    content.made_of.iter().all(|object| who.access.on(object).allows(Action::Export))
}
