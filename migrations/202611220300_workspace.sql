-- The workspace: how people look at the records, what they were told, what they keep at hand, who looks at what.

-- Which view opens first. `scope` is user, role or everyone; `holder` the user or role, the nil id for everyone.
create table view_default (
    object {text} not null,
    scope {text} not null,
    holder {id} not null,
    view {id} not null,
    primary key (object, scope, holder)
){clustered};

-- How record pages and cards of an object are laid out for a role; the nil id is everybody without a layout of their own.
create table layout (
    object {text} not null,
    role {id} not null,
    body {text} not null,
    updated_at {int} not null,
    updated_by {id},
    primary key (object, role)
){clustered};

-- What somebody was told. No text is kept: records are named when the line is read, under the reader's rights.
-- `about` is the record that the first one hangs on: a note's deal.
create table notification (
    id {id} primary key,
    user_id {id} not null,
    kind {text} not null,
    object {text} not null,
    record {id} not null,
    about_object {text},
    about {id},
    actor {id},
    change {id} not null,
    -- Records of one change that are told of together.
    count {int} not null,
    at {int} not null,
    read_at {int}
){strict};
create unique index notification_once on notification (user_id, change, kind, object);
create index notification_list on notification (user_id, id);
create index notification_unread on notification (user_id, id) where read_at is null;
create index notification_about on notification (about, kind) where about is not null;

-- Kinds that somebody does not want to be told of.
create table notification_off (user_id {id} not null, kind {text} not null, primary key (user_id, kind)){clustered};

create table favourite (
    user_id {id} not null,
    object {text} not null,
    record {id} not null,
    position {int} not null,
    primary key (user_id, object, record)
){clustered};

create table recent (
    user_id {id} not null,
    object {text} not null,
    record {id} not null,
    at {int} not null,
    primary key (user_id, object, record)
){clustered};
create index recent_at on recent (user_id, at);

-- Who has a record open: a row for each page, renewed while it is open.
create table presence (
    record {id} not null,
    user_id {id} not null,
    tab {text} not null,
    object {text} not null,
    editing {text},
    since {int} not null,
    expires_at {int} not null,
    primary key (record, user_id, tab)
){clustered};
create index presence_by_user on presence (user_id);
create index presence_expires on presence (expires_at);
