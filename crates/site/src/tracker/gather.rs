//! From the inbox into visits, and from visits to the ledger and to orders.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock, PoisonError};

use analytics::weblog::{Agent, Source};
use events::Event;
use events::site::SiteVisited;
use foundation::access::Principal;
use foundation::ledger::facts::{derived_id, split_personal};
use foundation::ledger::{self, Entry};
use foundation::{App, Operation};
use kernel::{Id, Result, Time};
use serde_json::Value as Json;

use super::hit::Hit;
use super::{queries, sites, token};
use crate::visits::{self, GAP_MS, MOST_PAGES, Origin, Page, Visit, Whence, With};

/// Visits whose line is written in one commit, orders that get their origin in one.
const PART: i64 = 200;
/// An order waits so long for the visit it names.
const WAIT_MS: i64 = 60 * 60 * 1000;

/// Puts one group of hits into visits; `false` if there was none.
pub fn gather(app: &App) -> Result<bool> {
    if !app.db().read(queries::has_any)? {
        return Ok(false);
    }
    app.db().write(|tx| {
        let Some((id, text)) = queries::oldest(tx)? else { return Ok(false) };
        let hits: Vec<Hit> = serde_json::from_str(&text).unwrap_or_else(|fault| {
            tracing::error!(%fault, "a group of hits cannot be read; it is left out");
            Vec::new()
        });
        put(tx, hits)?;
        queries::done(tx, id)?;
        Ok(true)
    })
}

fn put(tx: &mut db::Tx, hits: Vec<Hit>) -> Result<()> {
    let named: BTreeSet<Id> = hits.iter().filter_map(|hit| hit.party).collect();
    let there = queries::there(tx, &named.into_iter().collect::<Vec<_>>())?;
    let own: HashMap<Id, Vec<String>> = sites::load(tx)?.into_iter().map(|site| (site.id, site.domains)).collect();
    let mut by_visitor: BTreeMap<[u8; 16], Vec<Hit>> = BTreeMap::new();
    for mut hit in hits {
        hit.party = hit.party.filter(|party| there.contains(party));
        if let Some(visitor) = token::bytes(&hit.visitor) {
            by_visitor.entry(visitor).or_default().push(hit);
        }
    }
    let moments = || by_visitor.values().flatten().map(|hit| hit.at);
    let (Some(from), Some(to)) = (moments().min(), moments().max()) else { return Ok(()) };
    let visitors: Vec<[u8; 16]> = by_visitor.keys().copied().collect();
    let mut open: HashMap<[u8; 16], Vec<Visit>> = HashMap::new();
    for visit in visits::open_of(tx, &visitors, from, to)? {
        open.entry(visit.visitor).or_default().push(visit);
    }

    let (mut new, mut grown) = (BTreeMap::new(), BTreeMap::new());
    for (visitor, mut hits) in by_visitor {
        hits.sort_by_key(|hit| hit.at);
        let mut near = open.remove(&visitor).unwrap_or_default();
        for hit in hits {
            let reaches =
                |visit: &&mut Visit| hit.at >= visit.started - GAP_MS && hit.at <= visit.ended.saturating_add(GAP_MS);
            match near.iter_mut().find(reaches) {
                Some(visit) => grow(visit, hit),
                None => {
                    let visit = begun(visitor, hit, &own);
                    new.insert(visit.id, ());
                    near.push(visit);
                }
            }
        }
        near.into_iter().for_each(|visit| drop(grown.insert(visit.id, visit)));
    }
    let (new, grown): (Vec<Visit>, Vec<Visit>) = grown.into_values().partition(|visit| new.contains_key(&visit.id));
    visits::put_open(tx, &new, &grown)
}

fn begun(visitor: [u8; 16], hit: Hit, own: &HashMap<Id, Vec<String>>) -> Visit {
    let agent = agent_of(&hit.agent);
    let own = own.get(&hit.site).map_or(&[][..], Vec::as_slice);
    let mut from = Whence::of(&Source::of(hit.referrer.as_bytes(), hit.query.as_bytes(), own));
    // Where a form of another site sent its reader's address along, it is not kept.
    for said in [&mut from.phrase, &mut from.campaign, &mut from.term, &mut from.content] {
        said.take_if(|text| text.contains('@'));
    }
    let mut visit = Visit {
        id: Visit::id_of(&visitor, hit.at),
        origin: Origin::Tracker,
        site: Some(hit.site),
        import: None,
        visitor,
        is_lasting: hit.lasting,
        party: None,
        started: hit.at,
        ended: hit.at,
        from,
        is_robot: agent.robot.is_some(),
        with: agent,
        country: hit.country.clone(),
        views: 0,
        hits: 0,
        errors: 0,
        bytes: 0,
        pages: Vec::new(),
    };
    grow(&mut visit, hit);
    visit
}

fn grow(visit: &mut Visit, hit: Hit) {
    visit.started = visit.started.min(hit.at);
    visit.ended = visit.ended.max(hit.at);
    visit.hits += 1;
    visit.party = visit.party.or(hit.party);
    if visit.is_robot {
        return;
    }
    visit.views += i64::from(hit.event.is_none());
    if visit.pages.len() < MOST_PAGES {
        let is_event = hit.event.is_some();
        visit.pages.push(Page { at: hit.at, path: hit.event.unwrap_or(hit.path), is_event });
        visit.pages.sort_by_key(|page| page.at);
    }
}

/// What a user agent says, kept for the next one who says the same.
fn agent_of(text: &str) -> With {
    static KNOWN: OnceLock<Mutex<HashMap<String, With>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    if let Some(found) = known.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
        return found.clone();
    }
    let found = With::of(&Agent::of(text.as_bytes()));
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= 20_000 {
        known.clear();
    }
    known.insert(text.to_string(), found.clone());
    found
}

/// Visits of known people that ended are told on the ledger, each once.
pub fn tell_ended(app: &App) -> Result<()> {
    let before = app.now().0 - GAP_MS;
    while !app.db().read(|tx| visits::ended_of_parties(tx, before, 1))?.is_empty() {
        app.write_now(&Principal::system("site"), move |op| tell(op, before))?;
    }
    Ok(())
}

fn tell(op: &mut Operation, before: i64) -> Result<()> {
    let ended = visits::ended_of_parties(op.tx, before, PART)?;
    let entries: Vec<Entry> = ended.iter().map(entry).collect();
    ledger::append(op, entries)?;
    visits::mark_told(op, &ended.iter().map(|visit| visit.id).collect::<Vec<_>>())
}

fn entry(visit: &Visit) -> Entry {
    let mut views = visit.pages.iter().filter(|page| !page.is_event);
    let from = &visit.from;
    let visited = SiteVisited {
        visit: visit.id,
        pages: visit.views,
        minutes: (visit.ended - visit.started) / 60_000,
        entry: views.next().map(|page| page.path.clone()),
        exit: views.next_back().map(|page| page.path.clone()),
        from: Some(from.name.clone()).filter(|name| !name.is_empty()),
        medium: from.medium.clone(),
        phrase: from.phrase.clone(),
        campaign: from.campaign.clone(),
    };
    let at = Time(visit.started);
    let mut entry = Entry {
        id: Some(derived_id(at, SiteVisited::KIND, &visit.id.to_string())),
        kind: SiteVisited::KIND.to_string(),
        at: Some(at),
        party: visit.party,
        channel: Some("web".into()),
        ..Entry::default()
    };
    if let Ok(Json::Object(props)) = serde_json::to_value(visited) {
        split_personal(SiteVisited::KIND, props, &mut entry);
    }
    entry
}

/// Orders that name the visit they came of get its origin, once: whatever that visitor does later, it stays.
pub fn freeze_origins(app: &App) -> Result<()> {
    let since = since(app);
    if app.db().read(|tx| queries::orders_without_origin(tx, since, 1))?.is_empty() {
        return Ok(());
    }
    let (of, now) = (app.clone(), app.now().0);
    app.write_now(&Principal::system("site"), move |op| {
        for (order, word, made_at) in queries::orders_without_origin(op.tx, since, PART)? {
            let named = token::visit_of(&of, &word);
            let visit = match named {
                Some((visitor, at)) => visits::visit_at(op.tx, &visitor, at)?,
                None => None,
            };
            match visit {
                Some(visit) => queries::freeze(op.tx, order, &visit)?,
                // Its last hits may still be on their way.
                None if named.is_some() && now - made_at.0 < WAIT_MS / 2 => {}
                None => queries::without_origin(op.tx, order)?,
            }
        }
        Ok(())
    })
}

/// Leads that name the visit they came of get its origin and its pages, once.
pub fn freeze_leads(app: &App) -> Result<()> {
    let since = since(app);
    if app.db().read(|tx| queries::leads_without_origin(tx, since, 1))?.is_empty() {
        return Ok(());
    }
    let (of, now) = (app.clone(), app.now().0);
    app.write_now(&Principal::system("site"), move |op| {
        for (lead, word, made_at) in queries::leads_without_origin(op.tx, since, PART)? {
            let named = token::visit_of(&of, &word);
            let visit = match named {
                Some((visitor, at)) => visits::visit_at(op.tx, &visitor, at)?,
                None => None,
            };
            match visit {
                Some(visit) => queries::freeze_lead(op.tx, lead, &visit)?,
                // Its last hits may still be on their way.
                None if named.is_some() && now - made_at.0 < WAIT_MS / 2 => {}
                None => queries::lead_without_origin(op.tx, lead)?,
            }
        }
        Ok(())
    })
}

/// Orders and leads made before are not looked at any more.
fn since(app: &App) -> Id {
    Id::derived(app.now().0 - WAIT_MS, &[0; 10])
}
