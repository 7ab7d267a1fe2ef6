-- Second factors, passkeys, other houses that sign people in, known devices; rates of exchange and business calendars.

-- The secret of a person's one-time codes, sealed under the master key. `last_step` is the 30 seconds whose code was used
-- last: none is accepted twice.
create table totp (
    user_id {id} primary key,
    secret {bytes} not null,
    created_at {int} not null,
    confirmed_at {int},
    last_step {int} not null
){strict};

-- For when the telephone is lost. Keyed hashes; each opens once.
create table recovery_code (user_id {id} not null, code_hash {bytes} not null, used_at {int}, primary key (user_id, code_hash)){clustered};

create table passkey (
    id {id} primary key,
    user_id {id} not null,
    name {text} not null,
    credential {bytes} not null unique,
    algorithm {int} not null,
    public_key {bytes} not null,
    sign_count {int} not null,
    transports {text} not null,
    backed_up {int} not null,
    created_at {int} not null,
    last_used_at {int}
){strict};
create index passkey_by_user on passkey (user_id);

-- What a browser was asked and has to answer once: a passkey's challenge, a second step, a way to another house and back.
create table sign_in_step (
    token_hash {bytes} primary key,
    kind {text} not null,
    user_id {id},
    body {text} not null,
    created_at {int} not null,
    expires_at {int} not null
){strict};
create index sign_in_step_by_end on sign_in_step (expires_at);

-- Browsers from which somebody has signed in before.
create table known_device (user_id {id} not null, token_hash {bytes} not null, first_at {int} not null, last_at {int} not null, primary key (user_id, token_hash)){clustered};

alter table session add column address {text};
alter table session add column method {text};
alter table session add column new_device {int};
alter table session add column confirmed_at {int};
alter table invite add column created_by {id};

-- Houses (OpenID Connect) whose word on who somebody is counts. The client's secret is sealed.
create table identity_provider (
    id {id} primary key,
    name {text} not null unique,
    issuer {text} not null,
    client_id {text} not null,
    client_secret {bytes},
    joining {text} not null,
    created_at {int} not null
){strict};
create table outside_identity (issuer {text} not null, subject {text} not null, user_id {id} not null, created_at {int} not null, primary key (issuer, subject)){clustered};
create index outside_identity_by_user on outside_identity (user_id);

-- What one unit of `currency` costs in `base` from that day on, times ten to the tenth.
create table currency_rate (base {text} not null, currency {text} not null, valid_from {text} not null, rate {int} not null, primary key (base, currency, valid_from)){clustered};

-- When people work: hours by weekday, holidays, the zone in which the clock is read.
create table business_calendar (
    id {id} primary key,
    name {text} not null unique,
    body {text} not null,
    is_default {int} not null
){strict};
