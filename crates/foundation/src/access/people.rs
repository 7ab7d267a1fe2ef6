//! A user as a principal: who they are, whom they lead, what their roles allow.

use std::sync::Arc;

use kernel::{Error, Id, Result};

use super::principal::{Access, Kind, Principal};
use super::{keys, roles};
use crate::app::App;
use crate::operation::Reader;

/// The link field that says in which teams a user is.
const TEAMS: &str = "user.teams";

/// A user as access sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: Id,
    pub name: String,
    pub email: Option<String>,
    pub language: Option<String>,
    pub zone: Option<String>,
    /// Works here: not disabled and not in the bin.
    pub active: bool,
}

const SELECT: &str = "select id, name, email, language, time_zone, is_active, deleted_at from staff";

fn person(row: &db::Row) -> Person {
    let text = |column| row.opt_text(column).map(str::to_string);
    Person {
        id: row.id(0),
        name: row.text(1).to_string(),
        email: text(2),
        language: text(3),
        zone: text(4),
        active: row.flag(5) && row.opt_int(6).is_none(),
    }
}

pub fn by_id(tx: &mut db::Tx, id: Id) -> Result<Option<Person>> {
    Ok(tx.one(&format!("{SELECT} where id = $1"), &[id.into()])?.as_ref().map(person))
}

/// By e-mail in its normal form; those in the bin are not found.
pub fn by_email(tx: &mut db::Tx, email: &str) -> Result<Option<Person>> {
    Ok(tx.one(&format!("{SELECT} where email = $1 and deleted_at is null"), &[email.into()])?.as_ref().map(person))
}

/// The principal that a user is; none if there is no such user or they may not act any more.
pub fn principal(reader: &mut Reader, user: Id) -> Result<Option<Principal>> {
    let Some(person) = by_id(reader.tx, user)?.filter(|person| person.active) else { return Ok(None) };
    let bodies: Vec<_> = roles::of_user(reader, user)?.into_iter().map(|role| role.body).collect();
    let access = roles::resolve(&bodies);
    Ok(Some(of(reader, person, access)?))
}

/// The user or key of that id as it is now, for work that outlives its request; `Unauthorized` if it may not act any more.
pub fn acting(app: &App, id: Id) -> Result<Principal> {
    app.read_now(&Principal::system("sign-in"), |reader| {
        if let Some(user) = principal(reader, id)? {
            return Ok(user);
        }
        keys::by_id(reader, id)?.ok_or(Error::Unauthorized)
    })
}

fn of(reader: &mut Reader, person: Person, access: Access) -> Result<Principal> {
    let teams = teams_of(reader.tx, person.id)?;
    let people = people_of(reader.tx, person.id)?;
    Ok(Principal {
        id: person.id,
        name: person.name.as_str().into(),
        kind: Kind::User,
        user: Some(person.id),
        people: Arc::new(people),
        teams: Arc::new(teams),
        access: Arc::new(access),
        language: person.language.as_deref().unwrap_or("en").into(),
        zone: person.zone.as_deref().filter(|zone| jiff::tz::TimeZone::get(zone).is_ok()).unwrap_or("UTC").into(),
        session: None,
        signed_in_at: None,
        must_enrol: false,
    })
}

/// The user, all who report to them at any depth, and all members of the teams they are in or lead.
/// `union` stops at a circle of managers.
fn people_of(tx: &mut db::Tx, user: Id) -> Result<Vec<Id>> {
    let sql = "with recursive below (id) as ( \
             select id from staff where id = $1 \
             union select s.id from staff s join below b on s.manager = b.id where s.deleted_at is null), \
         teams (id) as ( \
             select to_id from link where field = $2 and from_id = $1 \
             union select id from team where manager = $1 and deleted_at is null \
             union select t.id from team t join teams on t.parent = teams.id where t.deleted_at is null) \
         select id from below union select l.from_id from link l join teams on l.to_id = teams.id where l.field = $2 order by 1";
    Ok(tx.query(sql, &[user.into(), TEAMS.into()])?.iter().map(|row| row.id(0)).collect())
}

/// The teams a user is in or leads, with all that are part of them.
fn teams_of(tx: &mut db::Tx, user: Id) -> Result<Vec<Id>> {
    let sql = "with recursive teams (id) as ( \
             select to_id from link where field = $2 and from_id = $1 \
             union select id from team where manager = $1 and deleted_at is null \
             union select t.id from team t join teams on t.parent = teams.id where t.deleted_at is null) \
         select id from teams order by 1";
    Ok(tx.query(sql, &[user.into(), TEAMS.into()])?.iter().map(|row| row.id(0)).collect())
}
