-- What every company has, before its objects: definitions, the ledger, parties, access, jobs.
-- Tables of records are not here: they are made from the object definitions and grow with them.

create table setting (name {text} primary key, value {text} not null){clustered};

-- Custom objects and fields, and a company's changes to standard ones. `body` is the definition as JSON.
create table definition (
    id {text} primary key,
    object {text} not null,
    kind {text} not null,
    position {int} not null,
    body {text} not null
){strict};

-- The ledger: everything that happened, append-only. Ids carry the moment (UUIDv7), so (party, id) is a timeline.
-- `party` is the nil id for what concerns no customer. Personal text lies in `sealed`, under the party's key.
create table event (
    {sequence},
    id {id} not null,
    kind {text} not null,
    at {int} not null,
    recorded_at {int} not null,
    party {id} not null,
    object {text},
    record {id},
    actor {id},
    channel {text},
    source {text},
    amount {int},
    currency {text},
    label {text},
    props {text},
    sealed {bytes},
    change {id}
){strict};
create unique index event_party on event (party, id);
create index event_record on event (record, id) where record is not null;
create index event_kind on event (kind, at);
create index event_change on event (change, seq) where change is not null;

-- Further parties on whose timelines an event stands (a deal's company beside its contact); `main` is the party it is written with.
create table event_also (party {id} not null, id {id} not null, main {id} not null, primary key (party, id)){clustered};

-- Links to many: `field` is the immutable id of the field.
create table link (
    field {text} not null,
    from_id {id} not null,
    to_id {id} not null,
    primary key (field, from_id, to_id)
){clustered};
create index link_back on link (to_id, field, from_id);

-- Under which e-mail, phone, card … a party is found. Not unique: a family may share a phone.
create table identity (
    kind {text} not null,
    value {text} not null,
    party {id} not null,
    primary key (kind, value, party)
){clustered};

-- A merged party keeps its id on the ledger; this says who it is now.
create table party_alias (alias {id} primary key, party {id} not null){clustered};
create index party_alias_party on party_alias (party);

-- Half of each party's key; the other half lies outside the database. Without its row a party's sealed text is gone for good.
create table party_key (party {id} primary key, salt {bytes} not null){clustered};

create table credential (
    user_id {id} primary key,
    password {text} not null,
    changed_at {int} not null
){strict};

-- One-time links: the first set-up, invitations, password resets. Only the hash is kept.
create table invite (
    token_hash {bytes} primary key,
    kind {text} not null,
    user_id {id},
    created_at {int} not null,
    expires_at {int} not null
){strict};

create table session (
    id {id} primary key,
    token_hash {bytes} not null unique,
    user_id {id} not null,
    device {text} not null,
    created_at {int} not null,
    seen_at {int} not null,
    expires_at {int} not null
){strict};
create index session_by_user on session (user_id);

create table api_key (
    id {id} primary key,
    name {text} not null,
    token_hash {bytes} not null unique,
    user_id {id},
    scopes {text} not null,
    created_at {int} not null,
    expires_at {int},
    last_used_at {int},
    revoked_at {int}
){strict};

-- `key` names a standard role, whose name the workspace translates; none for the company's own.
create table role (id {id} primary key, name {text} not null unique, key {text} unique, body {text} not null){strict};
create table user_role (user_id {id} not null, role_id {id} not null, primary key (user_id, role_id)){clustered};
create index user_role_back on user_role (role_id);
create table user_setting (user_id {id} primary key, body {text} not null){strict};

-- Failed sign-ins by account and network (as keyed hashes), so that guessing is slow on every process.
create table guess (subject {text} primary key, failures {int} not null, until {int} not null){clustered};
create index guess_until on guess (until);

-- Who did what, and who looked at what matters. Within a second of the commit a row gets its place in the chain and the
-- hash that ties it to the one before; `seq` alone would not do, since PostgreSQL may commit numbers out of order.
create table audit (
    {sequence},
    at {int} not null,
    actor {id},
    actor_name {text} not null,
    action {text} not null,
    object {text},
    record {id},
    change {id},
    detail {text} not null,
    place {int} unique,
    hash {bytes}
){strict};
create index audit_actor on audit (actor, seq) where actor is not null;
create index audit_record on audit (record, seq) where record is not null;
create index audit_unsealed on audit (seq) where hash is null;

create table job (
    id {id} primary key,
    kind {text} not null,
    state {text} not null,
    run_at {int} not null,
    lease_until {int} not null,
    attempts {int} not null,
    cancelled {int} not null,
    done {int} not null,
    total {int} not null,
    cursor {text},
    payload {text} not null,
    result {text},
    owner {id},
    change {id},
    created_at {int} not null,
    finished_at {int}
){strict};
create index job_due on job (run_at) where state = 'queued' or state = 'running';

-- How far each subscriber of the ledger has read.
create table subscriber (name {text} primary key, seq {int} not null){clustered};

-- Answers of creating calls, so that a repeated call gets the same answer and does nothing.
create table idempotency (
    principal {id} not null,
    route {text} not null,
    key {text} not null,
    body_hash {bytes} not null,
    status {int},
    answer {text},
    at {int} not null,
    primary key (principal, route, key)
){strict};
create index idempotency_at on idempotency (at);

-- Uploaded files. Bytes are kept once for each content, in parts, so that a backup of the database holds them too.
create table file (
    id {id} primary key,
    hash {bytes} not null,
    name {text} not null,
    media_type {text} not null,
    size_bytes {int} not null,
    created_by {id},
    created_at {int} not null
){strict};
create table file_part (hash {bytes} not null, part {int} not null, content {bytes} not null, primary key (hash, part)){strict};
