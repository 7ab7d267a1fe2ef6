//! The forecast of a period as a table of people, each with everybody below them.

use std::collections::{BTreeMap, BTreeSet};

use foundation::Reader;
use foundation::access::Action;
use foundation::company::currencies::Rates;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Id, Result};
use serde_json::{Map, Value as Json, json};

use super::asked::{Asked, View};
use super::figures::Figures;
use super::queries::{self, Group, Said};
use super::{Category, as_of, overrides};
use crate::plan::period::days_between;
use crate::plan::{self, Line, Measure, Planned, Whose, lines, ordered, worth};

/// The forecast: `{"period", "rows": [{"id", "title", "depth", "own", "team", "said"}], "all", "course", "questions"}`.
/// Amounts are minor units of `currency`.
pub fn show(reader: &mut Reader, asked: &Asked) -> Result<Json> {
    reader.who.need("deal", Action::Read)?;
    let view = asked.read(reader)?;
    let deals = reader.object("deal")?;
    queries::needs(reader, &deals)?;
    let rates = plan::currency::rates(reader)?;
    let groups: Vec<Group> = match view.as_of {
        None => queries::groups(reader, &deals, &view)?,
        Some(at) => as_of::groups(reader, &deals, &view, at)?.into_iter().map(|(_, group)| group).collect(),
    };
    let planned = Planned::load(reader, Measure::Revenue, view.period.first(), view.period.last(), &rates)?;
    let said = queries::said(reader, view.period, None, view.as_of)?;
    let people = lines(reader, Whose::Person)?;
    let told = Table::of(reader, &view, &rates, &groups, &planned, said, people);
    let passed = passed(&view);
    let rows = told.rows(reader, passed, view.period.days());
    Ok(json!({
        "period": { "name": view.period.name(), "unit": view.period.unit().name(), "first": view.period.first().to_string(), "last": view.period.last().to_string() },
        "today": view.today.to_string(), "as_of": view.as_of.map(|_| view.today.to_string()),
        "currency": rates.company.company,
        "rows": rows, "all": told.all().to_json(passed, view.period.days()),
        "course": run(&view, &rates, &groups),
        "questions": questions(&view),
        "without_rate": told.without_rate,
    }))
}

/// How many days of the period are over.
fn passed(view: &View) -> i64 {
    (days_between(view.period.first(), view.today) + 1).clamp(0, view.period.days())
}

/// What was won up to each day that is over.
fn run(view: &View, rates: &Rates, groups: &[Group]) -> Vec<Json> {
    let mut by_day: BTreeMap<Date, i64> = BTreeMap::new();
    for group in groups {
        if let (Some(day), Some(amount)) = (group.day, queries::in_company(rates, group.money, day_of(view, group))) {
            *by_day.entry(day).or_default() += amount;
        }
    }
    let (mut sum, mut out) = (0i64, Vec::new());
    let mut day = view.period.first();
    while day <= view.period.last() {
        sum = sum.saturating_add(by_day.get(&day).copied().unwrap_or(0));
        out.push(json!({ "day": day.to_string(), "closed": (day <= view.today).then_some(sum) }));
        let Ok(next) = day.checked_add(1.day()) else { break };
        day = next;
    }
    out
}

/// At which day's rate an amount counts: all of a period at one, so that parts add up.
fn day_of(view: &View, _: &Group) -> Date {
    view.period.last().min(view.today)
}

/// Questions about deals that open a figure's rows; whose is added by the reader.
fn questions(view: &View) -> Json {
    let (first, last) = (view.period.first(), view.period.last());
    let pipeline = view.pipeline.map(|id| format!(" and pipeline = \"{id}\"")).unwrap_or_default();
    let open =
        format!("status = \"open\" and expected_close_on >= \"{first}\" and expected_close_on <= \"{last}\"{pipeline}");
    let mut all = Map::new();
    let closed = format!("status = \"won\" and closed_on >= \"{first}\" and closed_on <= \"{last}\"{pipeline}");
    all.insert("closed".into(), json!(closed));
    all.insert("open".into(), json!(open));
    for category in Category::ALL {
        all.insert(category.name().into(), json!(format!("{open} and {}", category.question())));
    }
    Json::Object(all)
}

/// Everybody's figures.
struct Table {
    people: Vec<Line>,
    above: BTreeMap<Id, Id>,
    own: BTreeMap<Id, Figures>,
    team: BTreeMap<Id, Figures>,
    /// Deals of nobody, or of somebody who left.
    others: Figures,
    said: BTreeMap<(Id, bool), Said>,
    without_rate: i64,
}

impl Table {
    fn of(
        reader: &Reader,
        view: &View,
        rates: &Rates,
        groups: &[Group],
        planned: &Planned,
        said: Vec<Said>,
        people: Vec<Line>,
    ) -> Table {
        let known: BTreeSet<Id> = people.iter().map(|line| line.id).collect();
        let mut own: BTreeMap<Id, Figures> = BTreeMap::new();
        let (mut others, mut without_rate) = (Figures::default(), 0);
        for group in groups {
            let on = day_of(view, group);
            let Some(amount) = queries::in_company(rates, group.money, on) else {
                without_rate += group.deals;
                continue;
            };
            let weighted =
                group.money.map(|money| kernel::Money::new(worth::share(group.weighted, 1, 100), money.currency));
            let weighted = queries::in_company(rates, weighted, on).unwrap_or(0);
            let figures = match group.owner.filter(|owner| known.contains(owner)) {
                Some(owner) => own.entry(owner).or_default(),
                None => &mut others,
            };
            match group.category {
                None => figures.close(amount, group.deals),
                Some(category) => figures.open(category, amount, weighted, group.deals),
            }
        }
        for ((whose, person), quotas) in &planned.values {
            let target =
                worth::target(quotas, view.period).filter(|_| *whose == Whose::Person && known.contains(person));
            if let Some(target) = target {
                own.entry(*person).or_default().quota = Some(target.value);
            }
        }
        let mut said: BTreeMap<(Id, bool), Said> = said
            .into_iter()
            .filter(|it| known.contains(&it.person) && overrides::may_see(reader, it.person))
            .map(|it| ((it.person, it.of_team), it))
            .collect();
        // The last word counts; it may be that nothing is said any more.
        said.retain(|_, it| it.money.is_some());
        for key in said.keys() {
            own.entry(key.0).or_default();
        }
        let on = view.period.last().min(view.today);
        let told = |key: (Id, bool)| {
            said.get(&key).and_then(|said| said.money).and_then(|money| rates.in_company(money, on)).map(|it| it.amount)
        };
        for (person, figures) in &mut own {
            figures.call = told((*person, false)).unwrap_or(figures.expected());
        }
        others.call = others.expected();
        let above: BTreeMap<Id, Id> = people.iter().filter_map(|line| Some((line.id, line.above?))).collect();
        let mut table =
            Table { people, above, own, team: BTreeMap::new(), others, said: BTreeMap::new(), without_rate };
        table.roll_up(&told);
        table.said = said;
        table
    }

    /// From those at the bottom to those at the top: what a manager says of their people replaces what these add up to.
    fn roll_up(&mut self, told: &dyn Fn((Id, bool)) -> Option<i64>) {
        let order: Vec<(Id, usize)> =
            ordered(&self.people, &self.above).into_iter().map(|(line, depth)| (line.id, depth)).collect();
        let place: BTreeMap<Id, usize> = order.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
        for (id, _) in order.iter().rev() {
            let mut sum = self.own.get(id).copied();
            let below = order.iter().filter(|(it, _)| self.above.get(it) == Some(id) && place.get(it) > place.get(id));
            for (it, _) in below {
                if let Some(theirs) = self.team.get(it) {
                    sum = Some(sum.unwrap_or_default().and(*theirs));
                }
            }
            let Some(mut sum) = sum else { continue };
            sum.call = told((*id, true)).unwrap_or(sum.call);
            self.team.insert(*id, sum);
        }
    }

    /// Everybody at the top together, and what is nobody's.
    fn all(&self) -> Figures {
        let tops = ordered(&self.people, &self.above).into_iter().filter(|(_, depth)| *depth == 0);
        tops.filter_map(|(line, _)| self.team.get(&line.id)).fold(self.others, |sum, it| sum.and(*it))
    }

    fn rows(&self, reader: &Reader, passed: i64, days: i64) -> Vec<Json> {
        let mut rows = Vec::new();
        for (line, depth) in ordered(&self.people, &self.above) {
            let Some(team) = self.team.get(&line.id) else { continue };
            let own = self.own.get(&line.id).copied().unwrap_or_default();
            let said = |of_team: bool| {
                self.said.get(&(line.id, of_team)).map(|said| {
                    json!({ "amount": said.money.map(|money| money.amount), "reason": said.reason, "by": said.by, "at": said.at })
                })
            };
            rows.push(json!({
                "id": line.id, "title": line.title, "above": self.above.get(&line.id), "depth": depth,
                "leads": self.above.iter().any(|(below, above)| *above == line.id && self.team.contains_key(below)),
                "own": own.to_json(passed, days), "team": team.to_json(passed, days),
                "said": { "own": said(false), "team": said(true) },
                "may_say": overrides::may_say(reader, line.id),
            }));
        }
        if self.others != Figures::default() {
            let figures = self.others.to_json(passed, days);
            rows.push(json!({
                "id": null, "title": null, "above": null, "depth": 0, "leads": false, "own": figures, "team": figures,
                "said": { "own": null, "team": null }, "may_say": false,
            }));
        }
        rows
    }
}
