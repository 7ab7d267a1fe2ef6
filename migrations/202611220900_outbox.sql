-- What goes out to people. A row is written in the transaction of what it tells about, and handed over after the commit
-- by a thread of its own.
create table outbox (
    id {id} primary key,
    channel {text} not null,
    -- What it is about, `quality_report`.
    purpose {text} not null,
    -- waiting, sent, given_up.
    state {text} not null,
    -- The user or the party it goes to, if it is one of ours.
    recipient {id},
    -- The same each time it is sent, so that whoever gets it twice keeps one.
    message_id {text} not null,
    -- The letter with its address, under the master key; nothing as soon as it is sent.
    sealed {bytes},
    -- How often it was given to be sent: whoever comes back with an old number is not heard.
    attempts {int} not null,
    lease_until {int} not null,
    next_at {int} not null,
    -- Since when it is tried, for how long it is tried on.
    tried_from {int} not null,
    -- Why it was given up, as a code, and what the other side said last.
    code {text},
    detail {text},
    created_at {int} not null,
    settled_at {int}
){strict};
create index outbox_due on outbox (state, next_at, id);
create index outbox_by_recipient on outbox (recipient);
