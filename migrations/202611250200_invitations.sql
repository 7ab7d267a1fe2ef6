-- Meetings to which people are invited by mail (RFC 5546, 6047), ours and those of others, and what was answered.

create table meeting (
    -- The activity; of a series the whole.
    activity {id} not null primary key,
    -- `host`: we invite; `guest`: we were invited.
    side {text} not null,
    uid {text} not null,
    -- Of ours the number of the last letter, of others' the highest that came.
    sequence {int} not null,
    -- Of others': when their last letter was made.
    stamped {int} not null default 0,
    -- Of others': the mailbox that was invited.
    mailbox {id},
    -- Of others': under whose key the organiser is sealed.
    holder {id},
    sealed {bytes},
    -- Answers from addresses that were not invited.
    ignored {int} not null default 0
){clustered};
create index meeting_uid on meeting (uid);

create table attendee (
    meeting {id} not null,
    -- The moment of a series that it is about; 0 is the whole.
    moment {int} not null,
    -- A keyed hash: letters are told apart by it, and nobody reads it.
    address {text} not null,
    party {id} not null,
    sealed {bytes} not null,
    -- `waiting`, `accepted`, `tentative`, `declined`; `off` is invited no more.
    state {text} not null,
    -- The letter from which on answers count: what was said of another time is no answer.
    asked {int} not null,
    -- Which letter was answered last, and when; what is not newer changes nothing.
    answered {int} not null default -1,
    stamped {int} not null default 0,
    -- Another time that they would like.
    proposed_from {int},
    proposed_to {int},
    primary key (meeting, moment, address)
){clustered};
create index attendee_party on attendee (party);
