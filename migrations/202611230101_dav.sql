-- What phones and other calendars put here, beside the records that it became.

-- The name a client gave a thing, and the thing as it stood there: what nobody here knows of it goes back as it came.
create table dav_item (
    owner {id} not null,
    -- `events`, `tasks` or `contacts`.
    collection {text} not null,
    name {text} not null,
    record {id} not null,
    uid {text} not null,
    -- Of the record when it was put; while it is the same, the thing is given back as it was put.
    tag {text} not null,
    raw {text} not null,
    primary key (owner, collection, name)
){clustered};
create unique index dav_item_record on dav_item (record, owner, collection);

-- When records of a person's calendar changed, for clients that ask what is new.
create table dav_change (
    owner {id} not null,
    collection {text} not null,
    record {id} not null,
    at {int} not null,
    -- Grows with each change.
    seq {int} not null,
    primary key (owner, collection, record)
){clustered};
create index dav_change_at on dav_change (owner, collection, at);
