-- What deals will bring in coming months, as it was learned each day: kept, so that what was foretold stays to be seen.
create table outlook (
    id {id} primary key,
    made_at {int} not null,
    -- The day from which on it foretells.
    since {text} not null,
    currency {text} not null,
    -- Totals by month with their intervals, and how good the same would have been in months that are over: JSON.
    months {text} not null,
    quality {text} not null
){strict};
