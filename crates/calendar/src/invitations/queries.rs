//! What invitations ask of the database.

use std::collections::HashMap;

use db::{Arg, Row};
use foundation::access::Principal;
use foundation::records::erase::Copies;
use foundation::records::record::{CHUNK, id_list};
use foundation::{App, Operation, Reader};
use kernel::{Id, Result, Time};

use super::{Attendee, Meeting, Side, State};

const MEETING: &str = "activity, side, uid, sequence, stamped, mailbox, holder, sealed, ignored";
const ATTENDEE: &str = "moment, address, party, sealed, state, asked, answered, stamped, proposed_from, proposed_to";

fn meeting_of(row: &Row) -> Meeting {
    Meeting {
        activity: row.id(0),
        side: if row.text(1) == "guest" { Side::Guest } else { Side::Host },
        uid: row.text(2).to_string(),
        sequence: row.int(3),
        stamped: row.time(4),
        mailbox: row.opt_id(5),
        sealed: row.opt_id(6).zip(row.opt_bytes(7).map(<[u8]>::to_vec)),
        ignored: row.int(8),
    }
}

fn attendee_of(row: &Row) -> Attendee {
    let moment = row.time(0);
    Attendee {
        moment: (moment.0 != 0).then_some(moment),
        address: row.text(1).to_string(),
        party: row.id(2),
        sealed: row.opt_bytes(3).unwrap_or_default().to_vec(),
        state: State::parse(row.text(4)),
        asked: row.int(5),
        answered: row.int(6),
        stamped: row.time(7),
        proposed: row.opt_time(8).map(|from| (from, row.opt_time(9))),
    }
}

pub fn meeting(reader: &mut Reader, activity: Id) -> Result<Option<Meeting>> {
    let sql = format!("select {MEETING} from meeting where activity = $1");
    Ok(reader.tx.one(&sql, &[activity.into()])?.as_ref().map(meeting_of))
}

/// The meetings of a UID: one of ours, or one for each mailbox that was invited.
pub fn meetings_with(reader: &mut Reader, uid: &str) -> Result<Vec<Meeting>> {
    let sql = format!("select {MEETING} from meeting where uid = $1 order by activity limit 100");
    Ok(reader.tx.query(&sql, &[uid.into()])?.iter().map(meeting_of).collect())
}

pub fn put_meeting(op: &mut Operation, meeting: &Meeting) -> Result<()> {
    let (holder, sealed) = meeting.sealed.clone().unzip();
    let side = if meeting.side == Side::Guest { "guest" } else { "host" };
    op.tx.execute(
        "insert into meeting (activity, side, uid, sequence, stamped, mailbox, holder, sealed, ignored) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (activity) do update set side = excluded.side, \
         uid = excluded.uid, sequence = excluded.sequence, stamped = excluded.stamped, mailbox = excluded.mailbox, \
         holder = excluded.holder, sealed = excluded.sealed, ignored = excluded.ignored",
        &[
            meeting.activity.into(),
            side.into(),
            meeting.uid.as_str().into(),
            meeting.sequence.into(),
            meeting.stamped.into(),
            meeting.mailbox.map_or(Arg::Null, Arg::Id),
            holder.map_or(Arg::Null, Arg::Id),
            sealed.map_or(Arg::Null, Arg::Bytes),
            meeting.ignored.into(),
        ],
    )?;
    Ok(())
}

/// Everybody who is or was invited, to the whole and to single moments.
pub fn attendees(reader: &mut Reader, meeting: Id) -> Result<Vec<Attendee>> {
    let sql = format!("select {ATTENDEE} from attendee where meeting = $1 order by moment, address");
    Ok(reader.tx.query(&sql, &[meeting.into()])?.iter().map(attendee_of).collect())
}

pub fn put_attendee(op: &mut Operation, meeting: Id, attendee: &Attendee) -> Result<()> {
    let (from, to) = attendee.proposed.map_or((None, None), |(from, to)| (Some(from), to));
    op.tx.execute(
        "insert into attendee (meeting, moment, address, party, sealed, state, asked, answered, stamped, proposed_from, proposed_to) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (meeting, moment, address) do update set \
         party = excluded.party, sealed = excluded.sealed, state = excluded.state, asked = excluded.asked, \
         answered = excluded.answered, stamped = excluded.stamped, proposed_from = excluded.proposed_from, \
         proposed_to = excluded.proposed_to",
        &[
            meeting.into(),
            attendee.moment.unwrap_or(Time(0)).into(),
            attendee.address.as_str().into(),
            attendee.party.into(),
            attendee.sealed.clone().into(),
            attendee.state.word().into(),
            attendee.asked.into(),
            attendee.answered.into(),
            attendee.stamped.into(),
            from.into(),
            to.into(),
        ],
    )?;
    Ok(())
}

/// What was said of single moments is forgotten: of everybody, or of one address.
pub fn drop_moments(op: &mut Operation, meeting: Id, address: Option<&str>) -> Result<()> {
    let mut args: Vec<Arg> = vec![meeting.into()];
    let whose = match address {
        Some(address) => {
            args.push(address.into());
            "and address = $2"
        }
        None => "",
    };
    op.tx.execute(&format!("delete from attendee where meeting = $1 and moment <> 0 {whose}"), &args)?;
    Ok(())
}

/// Addresses of these records of a party object, and the languages they are written to in.
pub fn reached(reader: &mut Reader, object: &str, ids: &[Id]) -> Result<HashMap<Id, (String, Option<String>)>> {
    let mut found = HashMap::new();
    let Some(object) = reader.catalogue.named(object).cloned() else { return Ok(found) };
    for chunk in ids.chunks(CHUNK) {
        let mut args = Vec::new();
        let list = id_list(chunk, &mut args);
        let sql = format!(
            "select r.id, r.email, r.language from {} r where r.id in ({list}) and r.deleted_at is null and r.email is not null",
            object.def.table
        );
        for row in reader.tx.query(&sql, &args)? {
            found.insert(row.id(0), (row.text(1).to_lowercase(), row.opt_text(2).map(str::to_string)));
        }
    }
    Ok(found)
}

/// A mailbox by which letters go: its id and address.
pub type Mailbox = (Id, String);

/// The first mailbox of a person.
pub fn mailbox_of(reader: &mut Reader, owner: Id) -> Result<Option<Mailbox>> {
    let Some(object) = reader.catalogue.named("mailbox").cloned() else { return Ok(None) };
    let sql = format!(
        "select r.id, r.address from {} r where r.owner = $1 and r.deleted_at is null and coalesce(r.paused, 0) = 0 \
         order by r.id limit 1",
        object.def.table
    );
    Ok(reader.tx.one(&sql, &[owner.into()])?.map(|row| (row.id(0), row.text(1).to_lowercase())))
}

/// A mailbox by its id, if it is there.
pub fn mailbox(reader: &mut Reader, id: Id) -> Result<Option<Mailbox>> {
    let Some(object) = reader.catalogue.named("mailbox").cloned() else { return Ok(None) };
    let sql = format!("select r.id, r.address from {} r where r.id = $1 and r.deleted_at is null", object.def.table);
    Ok(reader.tx.one(&sql, &[id.into()])?.map(|row| (row.id(0), row.text(1).to_lowercase())))
}

/// A colleague's name, address, language and zone.
pub fn colleague(reader: &mut Reader, id: Id) -> Result<Option<Colleague>> {
    let Some(object) = reader.catalogue.named("user").cloned() else { return Ok(None) };
    let sql = format!("select r.name, r.email, r.language, r.time_zone from {} r where r.id = $1", object.def.table);
    let text = |row: &Row, at: usize| row.opt_text(at).unwrap_or_default().to_string();
    Ok(reader.tx.one(&sql, &[id.into()])?.map(|row| Colleague {
        name: text(&row, 0),
        email: text(&row, 1).to_lowercase(),
        language: text(&row, 2),
        zone: text(&row, 3),
    }))
}

/// See [`colleague`].
#[derive(Debug, Clone)]
pub struct Colleague {
    pub name: String,
    pub email: String,
    pub language: String,
    pub zone: String,
}

/// Who was invited is forgotten with whoever is erased.
pub struct Forgets;

impl Copies for Forgets {
    fn forget(&self, app: &App, parties: &[Id]) -> Result<()> {
        let parties = parties.to_vec();
        app.write_now(&Principal::system("erase"), move |op| {
            for party in &parties {
                op.tx.execute("delete from attendee where party = $1", &[(*party).into()])?;
                op.tx
                    .execute("update meeting set holder = null, sealed = null where holder = $1", &[(*party).into()])?;
            }
            Ok(())
        })
    }
}
