-- What is to happen at a moment: one row for each subject of a kind, taken away in the transaction of what happens.
create table timer (
    -- `quote.expires`: says who knows what to do.
    kind {text} not null,
    subject {id} not null,
    -- When it was meant to happen.
    due_at {int} not null,
    -- When it is tried: `due_at`, or later where it failed.
    ring_at {int} not null,
    tries {int} not null,
    -- What whoever set it wants to remember; never a person's words.
    payload {text} not null,
    primary key (kind, subject)
){clustered};

create index timer_ring on timer (ring_at);
