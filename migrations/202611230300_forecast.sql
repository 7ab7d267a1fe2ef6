-- What people say will be sold in a period, instead of what follows of the deals. Each time a line; the last one counts.
create table forecast_override (
    id {id} primary key,
    -- `2026-11`, `2026-Q4`, `2026`.
    period {text} not null,
    person {id} not null,
    -- Of everybody below the person too, not of their own deals alone.
    of_team {int} not null,
    -- Minor units; none takes back what was said.
    amount {int},
    currency {text},
    reason {text} not null,
    said_by {id} not null,
    at {int} not null
){clustered};
create index forecast_override_of on forecast_override (period, person, id);
