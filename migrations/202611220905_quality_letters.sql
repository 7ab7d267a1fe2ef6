-- Who gets the report of data quality by mail, and when. Language and zone are those at the time of asking; what somebody
-- chose in their profile since goes before them.
create table quality_subscription (
    user_id {id} primary key,
    -- day, week.
    every {text} not null,
    -- Monday is 1; only of a week.
    weekday {int} not null,
    hour {int} not null,
    language {text} not null,
    zone {text} not null,
    next_at {int} not null
){strict};
create index quality_subscription_due on quality_subscription (next_at);
