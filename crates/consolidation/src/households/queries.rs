//! The tables `household_offer` and `household_offer_member`.

use db::{Arg, Kind as Column, OnConflict, Row};
use foundation::records::record::id_list;
use foundation::{Operation, Reader};
use kernel::{Id, Result};

use super::{Kind, Offer, Reason};

const OFFER: &str = "select id, kind, target, reason, strength, state, change from household_offer";

fn offer(row: &Row) -> Option<Offer> {
    Some(Offer {
        id: row.id(0),
        kind: Kind::parse(row.text(1))?,
        target: row.opt_id(2),
        reason: Reason::parse(row.text(3))?,
        strength: row.int(4),
        state: row.text(5).to_string(),
        members: Vec::new(),
        change: row.opt_id(6),
    })
}

/// How many living records a table has.
pub fn count(reader: &mut Reader, table: &str) -> Result<i64> {
    let sql = format!("select count(*) from {table} where deleted_at is null");
    Ok(reader.tx.one(&sql, &[])?.map_or(0, |row| row.int(0)))
}

/// The next offers, the surest first.
pub fn page(
    reader: &mut Reader,
    kind: Option<Kind>,
    state: &str,
    after: Option<(i64, Id)>,
    limit: usize,
) -> Result<Vec<Offer>> {
    let (strength, id) = after.unwrap_or((i64::MAX, Id::NIL));
    let most = i64::try_from(limit).unwrap_or(1);
    let mut args: Vec<Arg> = vec![state.into(), strength.into(), id.into(), most.into()];
    let only = match kind {
        Some(kind) => {
            args.push(kind.text().into());
            " and kind = $5"
        }
        None => "",
    };
    let sql = format!(
        "{OFFER} where state = $1 and (strength < $2 or strength = $2 and id > $3){only} order by strength desc, id limit $4"
    );
    let offers = reader.tx.query(&sql, &args)?.iter().filter_map(offer).collect();
    with_members(reader, offers)
}

pub fn load(reader: &mut Reader, id: Id) -> Result<Option<Offer>> {
    let found = reader.tx.one(&format!("{OFFER} where id = $1"), &[id.into()])?.as_ref().and_then(offer);
    Ok(with_members(reader, found.into_iter().collect())?.pop())
}

fn with_members(reader: &mut Reader, mut offers: Vec<Offer>) -> Result<Vec<Offer>> {
    let ids: Vec<Id> = offers.iter().map(|offer| offer.id).collect();
    if ids.is_empty() {
        return Ok(offers);
    }
    let mut args = Vec::new();
    let list = id_list(&ids, &mut args);
    let sql =
        format!("select offer, contact from household_offer_member where offer in ({list}) order by offer, contact");
    for row in reader.tx.query(&sql, &args)? {
        if let Some(offer) = offers.iter_mut().find(|offer| offer.id == row.id(0)) {
            offer.members.push(row.id(1));
        }
    }
    Ok(offers)
}

pub fn decide(op: &mut Operation, id: Id, state: &str, change: Option<Id>) -> Result<()> {
    let (now, by) = (op.now, op.who.actor().map_or(Arg::Null, Arg::Id));
    op.tx.execute(
        "update household_offer set state = $2, decided_at = $3, decided_by = $4, change = $5 where id = $1",
        &[id.into(), state.into(), now.into(), by, change.map_or(Arg::Null, Arg::Id)],
    )?;
    Ok(())
}

/// An offer that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    pub kind: Kind,
    pub target: Option<Id>,
    pub reason: Reason,
    /// In the order of their ids.
    pub members: Vec<Id>,
}

impl Found {
    /// The ids of those it is about, one after the other.
    fn evidence(&self) -> Vec<u8> {
        self.target.iter().chain(&self.members).flat_map(|id| id.0.into_bytes()).collect()
    }
}

/// Writes down what is new: neither offered nor decided before, and no part of what was refused together.
pub fn put(op: &mut Operation, found: &[Found]) -> Result<i64> {
    let (mut offers, mut members) = (Vec::new(), Vec::new());
    for found in found {
        let evidence = found.evidence();
        let known = "select 1 from household_offer where kind = $1 and evidence = $2";
        if op.tx.one(known, &[found.kind.text().into(), evidence.clone().into()])?.is_some() || is_refused(op, found)? {
            continue;
        }
        let id = Id::at(op.now.0);
        offers.push(vec![
            Arg::Id(id),
            Arg::text(found.kind.text()),
            Arg::Bytes(evidence),
            found.target.map_or(Arg::Null, Arg::Id),
            Arg::text(found.reason.code()),
            Arg::Int(found.reason.strength()),
            Arg::text("open"),
            op.now.into(),
        ]);
        members.extend(found.members.iter().map(|contact| vec![Arg::Id(id), Arg::Id(*contact)]));
    }
    let columns = [
        ("id", Column::Id),
        ("kind", Column::Text),
        ("evidence", Column::Bytes),
        ("target", Column::Id),
        ("reason", Column::Text),
        ("strength", Column::Int),
        ("state", Column::Text),
        ("found_at", Column::Int),
    ];
    let count = i64::try_from(offers.len()).unwrap_or(0);
    op.tx.insert("household_offer", &columns, offers, OnConflict::Fail)?;
    let columns = [("offer", Column::Id), ("contact", Column::Id)];
    op.tx.insert("household_offer_member", &columns, members, OnConflict::Fail)?;
    Ok(count)
}

/// Whether all of these people were refused together, perhaps with others.
fn is_refused(op: &mut Operation, found: &Found) -> Result<bool> {
    if found.kind != Kind::Household {
        return Ok(false);
    }
    let mut args = Vec::new();
    for member in &found.members {
        args.push(Arg::Id(*member));
    }
    let places: Vec<String> = (1..=args.len()).map(|place| format!("${place}")).collect();
    args.push(Arg::Int(i64::try_from(found.members.len()).unwrap_or(0)));
    let sql = format!(
        "select 1 from household_offer_member m join household_offer o on o.id = m.offer and o.state = 'refused' \
         where m.contact in ({}) group by m.offer having count(*) = ${} limit 1",
        places.join(", "),
        args.len()
    );
    Ok(op.tx.one(&sql, &args)?.is_some())
}

/// Takes back open offers about people who have by now what was offered.
pub fn forget_settled(op: &mut Operation, kind: Kind, table: &str, column: &str) -> Result<()> {
    let settled = format!(
        "select m.offer from household_offer_member m join household_offer o on o.id = m.offer join {table} r on r.id = m.contact \
         where o.state = 'open' and o.kind = $1 and (r.{column} is not null or r.deleted_at is not null)"
    );
    let offers: Vec<Id> = op.tx.query(&settled, &[kind.text().into()])?.iter().map(|row| row.id(0)).collect();
    let sets: Vec<Vec<Arg>> = offers.into_iter().map(|offer| vec![Arg::Id(offer)]).collect();
    op.tx.execute_many("delete from household_offer_member where offer = $1", &sets)?;
    op.tx.execute_many("delete from household_offer where id = $1", &sets)?;
    Ok(())
}
