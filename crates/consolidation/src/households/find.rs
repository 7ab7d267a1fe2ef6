//! Finding: one stream over the contacts, and one over the firms.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use foundation::access::Principal;
use foundation::jobs::{self, Job, Status, Work};
use foundation::records::{Object, columns};
use foundation::{App, Operation, Reader};
use kernel::{Address, Error, Id, Result, Value};
use serde_json::{Value as Json, json};

use super::queries::{self, Found};
use super::{Kind, Reason};
use crate::normal::{address, email, latin, phone};

/// Records of one part of a stream, and offers written in one transaction.
const PART: usize = 5_000;
const WRITTEN: usize = 500;
/// More people than this at one door are no household: an office, a dormitory, a test address.
const MOST: usize = 8;
/// Firms that share a domain: more are a provider that no list knows.
const FIRMS: usize = 1;

/// Looks for households and firm links, in a job.
pub struct FindWork;

impl FindWork {
    pub const KIND: &'static str = "households.find";
}

impl Work for FindWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run(&self, app: &App, job: &Job) -> Result<Json> {
        let found = find(app, &|looked| {
            job.go_on()?;
            let (lease, looked) = (job.lease, i64::try_from(looked).unwrap_or(i64::MAX));
            app.write_now(&job.who, move |op| jobs::advance(op, lease, "looking", looked))
        })?;
        Ok(json!({ "offers": found }))
    }
}

/// Whom a look is for, in its job: there is one for all.
const EVERYBODY: &str = "contact";

/// Starts looking, for an administrator; one look at a time.
pub(super) fn start(op: &mut Operation) -> Result<Status> {
    op.who.need_admin()?;
    if let Some(running) = under_way(op)? {
        return Ok(running);
    }
    let contact = op.object("contact")?;
    let people = queries::count(op, &contact.def.table)?;
    jobs::enqueue(op, FindWork::KIND, json!({ "object": EVERYBODY }), people)
}

/// The look that waits or runs.
pub(super) fn under_way(reader: &mut Reader) -> Result<Option<Status>> {
    jobs::under_way(reader, FindWork::KIND, "object", EVERYBODY)
}

/// Looks for everything at once, for the thread that does what is due.
pub fn all(app: &App) -> Result<i64> {
    find(app, &|_| Ok(()))
}

/// `told` is told how many people were looked at, and fails if that is to be the end.
fn find(app: &App, told: &dyn Fn(usize) -> Result<()>) -> Result<i64> {
    let system = Principal::system("households");
    let columns = app.read_now(&system, Columns::of)?;
    let settled = columns.clone();
    app.write_now(&system, move |op| {
        queries::forget_settled(op, Kind::Household, &settled.table, &settled.household)?;
        queries::forget_settled(op, Kind::Company, &settled.table, &settled.company)
    })?;
    let firms = app.read_now(&system, firms)?;
    let (mut doors, mut phones, mut links) = (Vec::new(), Vec::new(), Vec::new());
    let (mut after, mut looked) = (Id::NIL, 0);
    loop {
        told(looked)?;
        let at = after;
        let people = app.read_now(&system, |reader| people(reader, &columns, at))?;
        let Some(last) = people.last() else { break };
        after = last.id;
        looked += people.len();
        for person in people {
            if let Some(company) = person.company.is_none().then(|| person.works_at(&firms)).flatten() {
                links.push(Found {
                    kind: Kind::Company,
                    target: Some(company),
                    reason: Reason::Domain,
                    members: vec![person.id],
                });
            }
            let family = latin::sound(&latin::latin(&person.last_name));
            if person.has_household || family.is_empty() {
                continue;
            }
            doors.extend(person.address.as_ref().and_then(door).map(|door| (hashed(&(&door, &family)), person.id)));
            let mut own: Vec<String> =
                person.phones.iter().filter_map(|number| phone::compared(number, person.country())).collect();
            own.sort_unstable();
            own.dedup();
            phones.extend(own.iter().map(|number| (hashed(&(number, &family)), person.id)));
        }
    }
    links.extend(households(doors, phones));
    let mut offers = 0;
    for part in links.chunks(WRITTEN) {
        told(looked)?;
        let part = part.to_vec();
        offers += app.write_now(&system, move |op| queries::put(op, &part))?;
    }
    Ok(offers)
}

/// People of one door, and of one phone, with one family name.
pub(super) fn households(doors: Vec<(u64, Id)>, phones: Vec<(u64, Id)>) -> Vec<Found> {
    let mut found: HashMap<Vec<Id>, Reason> = HashMap::new();
    for (groups, reason) in [(grouped(doors), Reason::Address), (grouped(phones), Reason::Phone)] {
        for members in groups {
            found
                .entry(members)
                .and_modify(|known| {
                    if *known != reason {
                        *known = Reason::AddressAndPhone;
                    }
                })
                .or_insert(reason);
        }
    }
    let mut found: Vec<Found> = found
        .into_iter()
        .map(|(members, reason)| Found { kind: Kind::Household, target: None, reason, members })
        .collect();
    // Whoever shares a phone within a larger door is one household with it.
    found.sort_by(|a, b| b.members.len().cmp(&a.members.len()).then_with(|| a.members.cmp(&b.members)));
    let mut larger: HashMap<Id, Vec<usize>> = HashMap::new();
    let mut kept: Vec<Found> = Vec::new();
    for offer in found {
        let first = offer.members.first().and_then(|first| larger.get(first));
        let is_part = first.is_some_and(|places| {
            places
                .iter()
                .filter_map(|place| kept.get(*place))
                .any(|whole| offer.members.iter().all(|member| whole.members.contains(member)))
        });
        if !is_part {
            for member in &offer.members {
                larger.entry(*member).or_default().push(kept.len());
            }
            kept.push(offer);
        }
    }
    kept
}

/// The members of each key that two to eight people share.
fn grouped(mut keyed: Vec<(u64, Id)>) -> Vec<Vec<Id>> {
    keyed.sort_unstable();
    keyed.dedup();
    keyed
        .chunk_by(|one, other| one.0 == other.0)
        .filter(|group| (2..=MOST).contains(&group.len()))
        .map(|group| group.iter().map(|(_, id)| *id).collect())
        .collect()
}

fn hashed(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

fn door(written: &Address) -> Option<String> {
    address::parse(written, None).form.compared().door()
}

/// A firm by each domain that only it has.
fn firms(reader: &mut Reader) -> Result<HashMap<String, Id>> {
    let company = reader.object("company")?;
    let named = |name: &str| column(&company, name);
    let sql = format!(
        "select r.id, r.{}, r.{}, r.{} from {} r where r.deleted_at is null",
        named("domain")?,
        named("website")?,
        named("email")?,
        company.def.table
    );
    let mut by_domain: HashMap<String, Vec<Id>> = HashMap::new();
    reader.tx.each(&sql, &[], |row| {
        let id = row.id(0);
        let own = |domain: &str| email::kind(domain) == email::Kind::Own;
        let domain = row.opt_text(1).and_then(email::site_domain);
        let website = row.opt_text(2).and_then(email::site_domain);
        let mail = row.opt_text(3).map(|text| email::parse(text).form.domain);
        for domain in [domain, website, mail].into_iter().flatten().filter(|domain| !domain.is_empty() && own(domain)) {
            let firms = by_domain.entry(domain).or_default();
            if !firms.contains(&id) && firms.len() <= FIRMS {
                firms.push(id);
            }
        }
        Ok(true)
    })?;
    Ok(by_domain
        .into_iter()
        .filter_map(|(domain, firms)| {
            firms.first().copied().filter(|_| firms.len() <= FIRMS).map(|firm| (domain, firm))
        })
        .collect())
}

fn column(object: &Object, field: &str) -> Result<String> {
    let position = object.def.position(field);
    let column = position.and_then(|position| object.columns_of(position).first());
    column
        .map(|column| column.name.clone())
        .ok_or_else(|| Error::internal(format!("{} has no {field}", object.def.name)))
}

/// The columns that are read of a contact.
#[derive(Clone)]
struct Columns {
    table: String,
    company: String,
    household: String,
    select: String,
    address: usize,
}

impl Columns {
    fn of(reader: &mut Reader) -> Result<Columns> {
        let contact = reader.object("contact")?;
        let (company, household) = (column(&contact, "company")?, column(&contact, "household")?);
        let mut select = vec!["r.id".to_string(), format!("r.{company}"), format!("r.{household}")];
        for field in ["last_name", "email", "phone", "mobile"] {
            select.push(format!("r.{}", column(&contact, field)?));
        }
        let address = contact.def.position("address").ok_or_else(|| Error::internal("a contact has no address"))?;
        select.extend(contact.columns_of(address).iter().map(|column| format!("r.{}", column.name)));
        Ok(Columns { table: contact.def.table.clone(), company, household, select: select.join(", "), address })
    }
}

struct Person {
    id: Id,
    company: Option<Id>,
    has_household: bool,
    last_name: String,
    email: Option<String>,
    phones: Vec<String>,
    address: Option<Address>,
}

impl Person {
    fn country(&self) -> Option<&'static str> {
        address::country(&self.address.as_ref()?.country)
    }

    /// The firm whose domain the address of mail is at.
    fn works_at(&self, firms: &HashMap<String, Id>) -> Option<Id> {
        let parsed = email::parse(self.email.as_deref()?).form;
        if parsed.kind != email::Kind::Own {
            return None;
        }
        // `sales.acme.com` is of `acme.com`.
        let mut rest = parsed.domain.as_str();
        loop {
            if let Some(firm) = firms.get(rest) {
                return Some(*firm);
            }
            rest = rest.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))?;
        }
    }
}

fn people(reader: &mut Reader, columns: &Columns, after: Id) -> Result<Vec<Person>> {
    let contact = reader.object("contact")?;
    let Some(field) = contact.field(columns.address) else { return Ok(Vec::new()) };
    let sql = format!(
        "select {} from {} r where r.id > $1 and r.deleted_at is null order by r.id limit {PART}",
        columns.select, columns.table
    );
    let mut people = Vec::new();
    reader.tx.each(&sql, &[after.into()], |row| {
        let text = |column: usize| row.opt_text(column).map(str::to_string);
        people.push(Person {
            id: row.id(0),
            company: row.opt_id(1),
            has_household: row.opt_id(2).is_some(),
            last_name: text(3).unwrap_or_default(),
            email: text(4),
            phones: [text(5), text(6)].into_iter().flatten().collect(),
            address: match columns::read(field, &row, 7) {
                Value::Address(address) => Some(*address),
                _ => None,
            },
        });
        Ok(true)
    })?;
    Ok(people)
}
