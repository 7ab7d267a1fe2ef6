-- That a report was sent for the moment at which it was due.
create table report_run (
    id {id} primary key,
    report {id} not null,
    due_at {int} not null,
    made_at {int} not null,
    by_hand {int} not null,
    -- sent; no_right where its owner may not see it any more, nobody where there was nobody to send it to.
    state {text} not null,
    unique (report, due_at)
){strict};

-- The letters of a run, as they lie in the outbox.
create table report_letter (
    run {id} not null,
    letter {id} not null,
    user_id {id},
    address {text} not null,
    language {text} not null,
    -- What it said, where that names no customer.
    body {text},
    primary key (run, letter)
){clustered};
