-- What was meant to be reached: a KPI in a month, a quarter or a year.
create table scorecard_goal (
    kpi {text} not null,
    -- month, quarter, year.
    unit {text} not null,
    -- Its first day.
    since {text} not null,
    -- Money in minor units of `currency`.
    value {real} not null,
    currency {text},
    -- From so many percent of the goal on it is not red.
    amber {int} not null,
    set_by {id} not null,
    set_at {int} not null,
    primary key (kpi, unit, since)
){clustered};
