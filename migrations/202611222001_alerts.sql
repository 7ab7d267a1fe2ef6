-- What came of looking at an alert: the value of a day, week or month that was over, between what it was ordinary.
create table alert_check (
    alert {id} not null,
    -- First and last day of the step.
    since {text} not null,
    until {text} not null,
    checked_at {int} not null,
    value {real},
    low {real},
    expected {real},
    high {real},
    -- too_little, quiet, watching, too_high, too_low, no_right.
    state {text} not null,
    -- 1 where somebody was told of it.
    told {int} not null,
    primary key (alert, since)
){clustered};

-- Who wants to be told of an alert, and how. Its owner is told by notice unless they say otherwise.
create table alert_follower (
    alert {id} not null,
    user_id {id} not null,
    by_notice {int} not null,
    by_mail {int} not null,
    primary key (alert, user_id)
){clustered};
