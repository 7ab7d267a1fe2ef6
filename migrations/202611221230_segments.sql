-- Segments as questions know them, and who is in them since when. The record of a segment says how it is meant.

create table segment_ref (
    segment {id} primary key,
    object {text} not null,
    -- Its question; none where members are put in by hand.
    question {text},
    -- 1 while it follows what happens.
    follows {int} not null,
    -- Which definition this is; a look at all customers for an older one is void.
    version {int} not null,
    -- The definition that all customers were looked at for.
    looked_for {int} not null,
    looked_at {int},
    -- When the clock alone may change who is in it.
    due_at {int}
){clustered};

-- The name of a segment, and names that it had before while no other took them.
create table segment_alias (name {text} primary key, segment {id} not null){clustered};
create index segment_alias_of on segment_alias (segment);

-- Membership with its past: `until` is empty while it lasts.
create table segment_member (
    segment {id} not null,
    party {id} not null,
    since {int} not null,
    until {int},
    primary key (segment, party, since)
){clustered};
create unique index segment_member_now on segment_member (segment, party) where until is null;
create index segment_member_of on segment_member (party, segment);
create index segment_member_since on segment_member (segment, since);
create index segment_member_until on segment_member (segment, until) where until is not null;

-- Who was put into a segment by hand, under the id they had then.
create table segment_hand (
    segment {id} not null,
    party {id} not null,
    at {int} not null,
    primary key (segment, party)
){clustered};
create index segment_hand_party on segment_hand (party);

-- How a day ended, in the company's zone.
create table segment_day (
    segment {id} not null,
    day {text} not null,
    entered {int} not null,
    gone {int} not null,
    size {int} not null,
    primary key (segment, day)
){clustered};
