-- Sources: where customers come from again and again. What a source is, is a record (object `source`); here is what it
-- needs beside that: its secret, its runs, and what each of its rows said last.

-- What proves to the source that it is us (a password, the value of a header), sealed under the master key. It is good
-- for one address only: whoever points the source elsewhere must bring it again.
create table source_secret (
    source {id} primary key,
    sealed {bytes} not null,
    bound_to {text} not null,
    set_at {int} not null
){strict};

create table source_run (
    id {id} primary key,
    source {id} not null,
    -- By hand, by the clock, by a command.
    started_by {text} not null,
    -- queued, running, done, failed, cancelled, undone.
    state {text} not null,
    -- fetching, surveying, loading, gone, none.
    phase {text} not null,
    -- Columns, format and mapping as this run uses them.
    plan {text},
    -- What was fetched: rows, notes, whether it is whole. None as long as it is not all here.
    fetched {text},
    -- Place of the last row whose effect is committed.
    settled_row {int} not null,
    -- How far missing rows have been looked at.
    settled_key {bytes},
    figures {text} not null,
    code {text},
    detail {text},
    accepts_gone {int} not null,
    job {id},
    change {id} not null,
    owner {id},
    created_at {int} not null,
    started_at {int},
    finished_at {int}
){strict};
create index source_run_by_source on source_run (source, created_at);
-- Two loads of one source never run at once.
create unique index source_run_at_work on source_run (source) where finished_at is null;
create index source_run_by_change on source_run (change);

-- Rows and cells that a run could not take.
create table source_refusal (
    run {id} not null,
    place {int} not null,
    file_name {text},
    file_row {int} not null,
    column_name {text},
    field {text},
    code {text} not null,
    detail {text} not null,
    warning {int} not null,
    primary key (run, place)
){clustered};

-- What a source says of one record. `key_hash` is a keyed hash of the row's key, so that a row of somebody who was erased
-- is known again and stays out; `said` (the key, each field's raw text and value) is sealed under the key of `holder`,
-- the party it is about. After a merge the row keeps the id it fed: the alias leads on.
create table source_row (
    source {id} not null,
    key_hash {bytes} not null,
    object {text} not null,
    record {id} not null,
    holder {id} not null,
    digest {bytes} not null,
    said {bytes},
    made_by {id} not null,
    changed_at {int} not null,
    gone_at {int},
    gone_as {text},
    primary key (source, key_hash)
){strict};
create index source_row_by_record on source_row (record);
create index source_row_by_holder on source_row (holder);
create index source_row_by_change on source_row (made_by);

-- Files of a watched folder that have been read, as they were then.
create table source_file (
    source {id} not null,
    name {text} not null,
    size_bytes {int} not null,
    modified_at {int} not null,
    run {id} not null,
    read_at {int} not null,
    primary key (source, name)
){clustered};
