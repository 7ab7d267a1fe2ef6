-- What is learned to be foretold: who will leave, which lead will convert.

create table prediction (
    id {id} primary key,
    -- The beginning of the names of the fields it fills: `churn` fills `churn_probability` and others.
    code {text} not null,
    name {text} not null,
    object {text} not null,
    -- Questions about a record: what is foretold; of whom at all; of whom it is decided.
    outcome {text} not null,
    among {text},
    decided {text},
    -- Fields with the day it began and ended.
    starts {text},
    ends {text},
    -- Names of fields, as JSON: those learned from (none is all that can serve), and those learned from although they look
    -- as if they were known only afterwards.
    fields {text},
    trusted {text} not null,
    every_days {int} not null,
    -- In which language reasons are written down.
    language {text} not null,
    created_at {int} not null,
    -- Records changed until then were looked at.
    looked_to {int} not null
){strict};
create unique index prediction_code on prediction (object, code);

-- `quality` is how good it proved on what it had not seen; a version that could not be learned has no `model`.
create table prediction_version (
    prediction {id} not null,
    version {int} not null,
    made_at {int} not null,
    quality {text} not null,
    model {text},
    primary key (prediction, version)
){clustered};

-- What is said of a record, and what each field adds to it: [field, log-odds], as JSON.
create table prediction_record (
    prediction {id} not null,
    record {id} not null,
    version {int} not null,
    probability {real} not null,
    reasons {text} not null,
    primary key (prediction, record)
){clustered};
create index prediction_record_of on prediction_record (record);

-- Points of a lead's score.
create table score_rule (
    id {id} primary key,
    position {int} not null,
    name {text} not null,
    points {int} not null,
    -- A question about the lead, or a kind of event that counts each time, at most `most` points.
    question {text},
    event {text},
    most {int},
    -- Half of the points are left after so many days since the event, or since the day in the field `since`.
    half_life_days {int},
    since {text}
){strict};
