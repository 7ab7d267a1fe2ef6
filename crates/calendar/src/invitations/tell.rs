//! Which letters follow when an activity is written: who is new is invited, who is not with it any more is told so, and all
//! are told when the time or the place changed. What is over sends nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::NewEvent;
use events::calendar::MeetingInvited;
use foundation::records::write::{Draft, What};
use foundation::records::{Object, Record, read};
use foundation::{Operation, Reader};
use kernel::{Error, Id, Result, Time, Value};

use super::guests::{self, Guest};
use super::kept::{append, reached, sealed};
use super::letter::{self, News, Organizer, Reached, Told};
use super::{Attendee, Meeting, Side, State, keyed, queries};
use crate::activities::Activity;
use crate::activities::series::Series;
use crate::dav;
use crate::ics::Component;

/// A new time: whoever had answered is asked again.
const TIME: [&str; 6] = [
    Activity::STARTS_AT,
    Activity::ENDS_AT,
    Activity::IS_ALL_DAY,
    Activity::REPEATS,
    Activity::TIME_ZONE,
    Activity::SERIES,
];

/// Sends what a change of an activity means for those who are invited.
pub fn follow(op: &mut Operation, object: &Arc<Object>, draft: &Draft) -> Result<()> {
    let was = draft.before.as_ref().is_some_and(|before| guests::wants(object, before));
    if !was && !guests::wants(object, &draft.after) {
        return Ok(());
    }
    op.as_product(|op| {
        let series_of = |record: &Record| record.get(object, Activity::SERIES).as_link();
        match (draft.before.as_ref().and_then(series_of), series_of(&draft.after)) {
            // The moment is again as its series says.
            (Some(series), None) => again(op, object, series),
            (_, Some(series)) => moment(op, object, draft, series),
            (None, None) => whole(op, object, draft),
        }
    })
}

fn changed(object: &Object, draft: &Draft, fields: &[&str]) -> bool {
    let position = |field: &&str| object.def.position(field);
    fields.iter().filter_map(position).any(|position| draft.changed.contains(&position))
}

fn is_over(object: &Object, record: &Record, now: Time) -> bool {
    let end = match Series::of(object, record) {
        Some(series) => Some(series.over_at()),
        None => match record.get(object, Activity::STARTS_AT) {
            Value::Time(at) => Some(letter::end_of(object, record, *at)),
            _ => None,
        },
    };
    end.is_none_or(|end| end <= now)
}

/// The UID that phones know it by, so that the meeting is one in all calendars.
fn uid_of(reader: &mut Reader, owner: Option<Id>, activity: Id) -> Result<String> {
    let stored = match owner {
        Some(owner) => dav::uid_of(reader, owner, activity)?,
        None => None,
    };
    Ok(stored.unwrap_or_else(|| activity.to_string()))
}

/// One meeting while its letters are written.
struct Round<'a> {
    object: &'a Arc<Object>,
    record: &'a Record,
    moment: Option<Time>,
    meeting: Meeting,
    organizer: Organizer,
}

/// Who stays, who is new, and who goes.
struct Lists {
    stay: Vec<(Attendee, Reached)>,
    new: Vec<Guest>,
    gone: Vec<(Attendee, Reached)>,
}

impl Lists {
    fn has_none(&self) -> bool {
        self.stay.is_empty() && self.new.is_empty() && self.gone.is_empty()
    }
}

/// Those who are invited now, of a single moment as it stands there.
fn invited(op: &mut Operation, meeting: Id, moment: Option<Time>) -> Result<Vec<(Attendee, Reached)>> {
    let mut by_address: BTreeMap<String, Attendee> = BTreeMap::new();
    for attendee in queries::attendees(op, meeting)? {
        if attendee.moment.is_none() || attendee.moment == moment {
            by_address.insert(attendee.address.clone(), attendee);
        }
    }
    let mut found = Vec::new();
    for attendee in by_address.into_values().filter(|attendee| attendee.state != State::Off) {
        if let Some(reached) = reached(op, &attendee)? {
            found.push((attendee, reached));
        }
    }
    Ok(found)
}

impl Round<'_> {
    fn open<'a>(
        op: &mut Operation,
        object: &'a Arc<Object>,
        (activity, moment): (Id, Option<Time>),
        (draft_of, owner): (&'a Record, Option<Id>),
    ) -> Result<Option<Round<'a>>> {
        let Some(owner) = owner else { return Ok(None) };
        let organizer = match letter::organizer(op, owner) {
            Ok(organizer) => organizer,
            Err(Error::NotFound) => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let meeting = match queries::meeting(op, activity)? {
            Some(Meeting { side: Side::Guest, .. }) => return Ok(None),
            Some(meeting) => meeting,
            None => Meeting {
                activity,
                side: Side::Host,
                uid: uid_of(op, Some(owner), activity)?,
                sequence: -1,
                stamped: Time(0),
                mailbox: None,
                sealed: None,
                ignored: 0,
            },
        };
        Ok(Some(Round { object, record: draft_of, moment, meeting, organizer }))
    }

    fn lists(&self, op: &mut Operation, wants: bool) -> Result<Lists> {
        let mut people = if wants { guests::of(op, self.object, self.record)? } else { Vec::new() };
        people.retain(|guest| guest.address != self.organizer.address);
        let mut lists = Lists { stay: Vec::new(), new: Vec::new(), gone: Vec::new() };
        for (attendee, reached) in invited(op, self.meeting.activity, self.moment)? {
            let place = people.iter().position(|guest| guest.address == reached.address);
            match place {
                Some(place) => {
                    people.remove(place);
                    lists.stay.push((attendee, reached));
                }
                None => lists.gone.push((attendee, reached)),
            }
        }
        lists.new = people;
        Ok(lists)
    }

    fn told<'b>(&'b self, record: &'b Record, moment: Option<Time>, is_off: bool) -> Told<'b> {
        Told {
            object: self.object,
            record,
            uid: &self.meeting.uid,
            sequence: self.meeting.sequence,
            organizer: &self.organizer,
            moment,
            is_off,
        }
    }

    /// Writes to everybody whom it concerns. `is_moved` asks all again; with `is_changed` all are told.
    fn write(&mut self, op: &mut Operation, lists: Lists, (is_changed, is_moved): (bool, bool)) -> Result<()> {
        self.meeting.sequence += 1;
        queries::put_meeting(op, &self.meeting)?;
        let (now, sequence) = (op.now, self.meeting.sequence);
        if is_moved && self.moment.is_none() {
            queries::drop_moments(op, self.meeting.activity, None)?;
        }
        let mut rows: Vec<(Attendee, Reached, News)> = Vec::new();
        for (mut attendee, reached) in lists.stay {
            attendee.moment = self.moment;
            if is_moved {
                attendee.state = State::Waiting;
                attendee.asked = sequence;
                attendee.proposed = None;
            }
            rows.push((attendee, reached, News::Changed));
        }
        for guest in lists.new {
            let reached = Reached {
                name: guest.name,
                address: guest.address,
                language: guest.language.filter(|language| !language.is_empty()),
                ..Reached::default()
            };
            let attendee = Attendee {
                moment: self.moment,
                address: keyed(op, &reached.address)?,
                party: guest.party,
                sealed: Vec::new(),
                state: State::Waiting,
                asked: sequence,
                answered: -1,
                stamped: Time(0),
                proposed: None,
            };
            rows.push((attendee, reached, News::Invited));
        }
        let everybody: Vec<(Reached, State)> =
            rows.iter().map(|(attendee, reached, _)| (reached.clone(), attendee.state)).collect();
        let request = self.request(op, &everybody)?;
        for (mut attendee, mut reached, news) in rows {
            if news == News::Changed && !is_changed {
                continue;
            }
            let told = self.told(self.record, self.moment, false);
            let sent = letter::send(op, &told, (news, attendee.party), &reached, &request)?;
            if reached.letter.is_none() {
                reached.letter = sent;
            }
            attendee.sealed = sealed(op, attendee.party, &reached)?;
            queries::put_attendee(op, self.meeting.activity, &attendee)?;
            if news == News::Invited {
                self.tell_ledger(op, attendee.party)?;
            }
        }
        for (attendee, reached) in lists.gone {
            let told = self.told(self.record, self.moment, true);
            let off = letter::event(&told, &[(reached.clone(), State::Declined)], now);
            let calendar = letter::calendar("CANCEL", vec![off], now);
            letter::send(op, &told, (News::Cancelled, attendee.party), &reached, &calendar)?;
            let row = Attendee { moment: self.moment, state: State::Off, proposed: None, ..attendee };
            if self.moment.is_none() {
                queries::drop_moments(op, self.meeting.activity, Some(&row.address))?;
            }
            queries::put_attendee(op, self.meeting.activity, &row)?;
        }
        Ok(())
    }

    /// What everybody gets: the meeting, of a series with the moments of it that are otherwise.
    fn request(&self, op: &mut Operation, everybody: &[(Reached, State)]) -> Result<String> {
        let mut events: Vec<Component> =
            vec![letter::event(&self.told(self.record, self.moment, false), everybody, op.now)];
        if self.moment.is_none() && !self.record.get(self.object, Activity::REPEATS).is_null() {
            for own in dav::moments_of(op, self.object, self.record.id)? {
                let Value::Time(at) = own.get(self.object, Activity::OCCURRENCE_AT) else { continue };
                let is_off = !guests::wants(self.object, &own);
                events.push(letter::event(&self.told(&own, Some(*at), is_off), everybody, op.now));
            }
        }
        Ok(letter::calendar("REQUEST", events, op.now))
    }

    fn tell_ledger(&self, op: &mut Operation, party: Id) -> Result<()> {
        let subject = self.record.get(self.object, Activity::SUBJECT).as_text().unwrap_or_default().to_string();
        let told = NewEvent::of(MeetingInvited { meeting: self.record.id, subject });
        append(op, told, Some(party), self.record.id)
    }
}

fn owner_of(object: &Object, draft: &Draft) -> Option<Id> {
    let owner = |record: &Record| record.get(object, Activity::OWNER).as_link();
    owner(&draft.after).or_else(|| draft.before.as_ref().and_then(owner))
}

fn whole(op: &mut Operation, object: &Arc<Object>, draft: &Draft) -> Result<()> {
    let after = &draft.after;
    let before_is_over = draft.before.as_ref().is_none_or(|before| is_over(object, before, op.now));
    if is_over(object, after, op.now) && before_is_over {
        return Ok(());
    }
    let owner = owner_of(object, draft);
    let Some(mut round) = Round::open(op, object, (after.id, None), (after, owner))? else { return Ok(()) };
    let lists = round.lists(op, guests::wants(object, after))?;
    let is_moved = changed(object, draft, &TIME);
    let has_new_place = changed(object, draft, &[Activity::LOCATION]);
    if !is_moved && !has_new_place && changed(object, draft, &[Activity::SKIPPED]) && lists.gone.is_empty() {
        left_out(op, &mut round, draft, &lists)?;
        if lists.new.is_empty() {
            return Ok(());
        }
    }
    let is_changed = is_moved || has_new_place;
    if lists.has_none() || !(is_changed || !lists.new.is_empty() || !lists.gone.is_empty()) {
        return Ok(());
    }
    round.write(op, lists, (is_changed, is_moved))
}

/// Moments were taken out of a series: each is called off by itself.
fn left_out(op: &mut Operation, round: &mut Round, draft: &Draft, lists: &Lists) -> Result<()> {
    let skipped = |record: &Record| Series::of(round.object, record).map(|series| series.skipped).unwrap_or_default();
    let before = draft.before.as_ref().map(skipped).unwrap_or_default();
    let (now, object) = (op.now, round.object);
    let after = Series::of(object, &draft.after);
    let Some(after) = after else { return Ok(()) };
    let new: Vec<Time> = after.skipped.difference(&before).filter(|at| **at > now).copied().collect();
    if new.is_empty() || lists.stay.is_empty() {
        return Ok(());
    }
    round.meeting.sequence += 1;
    queries::put_meeting(op, &round.meeting)?;
    let parts: Vec<Record> = new.iter().map(|at| at_moment(object, &draft.after, &after, *at)).collect();
    for (attendee, reached) in &lists.stay {
        let guest = [(reached.clone(), State::Declined)];
        let events = new.iter().zip(&parts);
        let events = events.map(|(at, part)| letter::event(&round.told(part, Some(*at), true), &guest, now)).collect();
        let calendar = letter::calendar("CANCEL", events, now);
        let Some((first, part)) = new.first().zip(parts.first()) else { continue };
        let told = round.told(part, Some(*first), true);
        letter::send(op, &told, (News::Cancelled, attendee.party), reached, &calendar)?;
    }
    Ok(())
}

/// A series as it is at one of its moments.
fn at_moment(object: &Object, record: &Record, series: &Series, at: Time) -> Record {
    let mut part = record.clone();
    let mut set = |field: &str, value: Value| {
        if let Some(position) = object.def.position(field) {
            part.set(position, value);
        }
    };
    set(Activity::STARTS_AT, Value::Time(at));
    set(Activity::ENDS_AT, series.end_of(at).map_or(Value::Null, Value::Time));
    set(Activity::REPEATS, Value::Null);
    part
}

fn moment(op: &mut Operation, object: &Arc<Object>, draft: &Draft, series: Id) -> Result<()> {
    let after = &draft.after;
    let Value::Time(at) = after.get(object, Activity::OCCURRENCE_AT) else { return Ok(()) };
    let Some(whole) = read::load(op, object, series)? else { return Ok(()) };
    // Who was told that all of it is off need not be told of each.
    if !guests::wants(object, &whole) && draft.what == What::Trashed {
        return Ok(());
    }
    let before_is_over = draft.before.as_ref().is_none_or(|before| is_over(object, before, op.now));
    if is_over(object, after, op.now) && before_is_over {
        return Ok(());
    }
    let owner = owner_of(object, draft);
    let Some(mut round) = Round::open(op, object, (series, Some(*at)), (after, owner))? else { return Ok(()) };
    let lists = round.lists(op, guests::wants(object, after))?;
    let (is_changed, is_moved) = match &draft.before {
        Some(_) if draft.what == What::Restored => (true, true),
        Some(_) => {
            let is_moved = changed(object, draft, &TIME);
            (is_moved || changed(object, draft, &[Activity::LOCATION]), is_moved)
        }
        None => {
            let says = |record: &Record, field| record.get(object, field).clone();
            let is_there = says(after, Activity::LOCATION) == says(&whole, Activity::LOCATION);
            let ends = Series::of(object, &whole).and_then(|series| series.end_of(*at));
            let is_then = says(after, Activity::STARTS_AT) == Value::Time(*at)
                && says(after, Activity::ENDS_AT) == ends.map_or(Value::Null, Value::Time);
            (!is_then || !is_there, !is_then)
        }
    };
    if lists.has_none() || !(is_changed || !lists.new.is_empty() || !lists.gone.is_empty()) {
        return Ok(());
    }
    round.write(op, lists, (is_changed, is_moved))
}

/// All of a series is told once more.
fn again(op: &mut Operation, object: &Arc<Object>, series: Id) -> Result<()> {
    let Some(whole) = read::load(op, object, series)? else { return Ok(()) };
    if !guests::wants(object, &whole) || is_over(object, &whole, op.now) {
        return Ok(());
    }
    let owner = whole.get(object, Activity::OWNER).as_link();
    let Some(mut round) = Round::open(op, object, (series, None), (&whole, owner))? else { return Ok(()) };
    let lists = round.lists(op, true)?;
    if lists.stay.is_empty() {
        return Ok(());
    }
    round.write(op, lists, (true, false))
}
