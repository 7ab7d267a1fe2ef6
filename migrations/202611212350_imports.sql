-- Imports: a file somebody brought, how it is to be read, and how far that has come.

create table import (
    id {id} primary key,
    object {text} not null,
    name {text} not null,
    size {int} not null,
    state {text} not null,
    -- Format, mapping, key and mode as JSON.
    plan {text} not null,
    -- Number of the last row that is settled: its effect, this number and the figures below were committed together.
    settled_row {int} not null,
    rows {int} not null,
    bytes {int} not null,
    created {int} not null,
    changed {int} not null,
    unchanged {int} not null,
    wrong {int} not null,
    detail {text},
    job {id},
    change {id},
    owner {id} not null,
    created_at {int} not null,
    started_at {int},
    finished_at {int}
){strict};
create index import_recent on import (created_at, id);

-- Cells that could not be taken, by row of the file. A row that is refused has at least one line here that is not a warning.
create table import_refusal (
    import {id} not null,
    file_row {int} not null,
    place {int} not null,
    column_index {int},
    field {text},
    code {text} not null,
    detail {text} not null,
    warning {int} not null,
    primary key (import, file_row, place)
){clustered};

-- Mappings kept for the next file of the same kind.
create table import_mapping (
    id {id} primary key,
    name {text} not null,
    object {text} not null,
    body {text} not null,
    owner {id} not null,
    created_at {int} not null
){strict};
create index import_mapping_object on import_mapping (object, name);
