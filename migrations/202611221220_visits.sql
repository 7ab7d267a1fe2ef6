-- What happens on the company's sites: visits, from its tracker and from the logs of its servers.

-- One visit, whole: where it came from, what it looked at. Of who came there is a keyed hash and nothing else, unless the
-- person is known and agreed. Times are milliseconds.
create table visit (
    id {id} primary key,
    -- `log` or `tracker`.
    origin {text} not null,
    site {id},
    -- The reading of a log that brought it.
    import {id},
    visitor {bytes} not null,
    -- Whether the same visitor has the same hash on another day.
    is_lasting {int} not null,
    party {id},
    started {int} not null,
    ended {int} not null,
    -- Of its start, in UTC, `2026-11`: what reports read is made month by month.
    month {text} not null,
    medium {text} not null,
    source {text} not null,
    phrase {text},
    campaign {text},
    campaign_medium {text},
    term {text},
    content {text},
    views {int} not null,
    hits {int} not null,
    errors {int} not null,
    bytes {int} not null,
    device {text} not null,
    browser {text},
    system {text},
    country {text},
    robot {text},
    is_robot {int} not null,
    -- `[[milliseconds since its start, "/path"], [.., "event", 1]]`.
    pages {text} not null,
    -- Whether its line stands on the ledger.
    is_told {int} not null
){strict};
create index visit_by_visitor on visit (visitor, started);
create index visit_by_month on visit (month, id);
create index visit_by_party on visit (party, started);

-- Rises with every change of a month's visits.
create table visit_month (
    month {text} primary key,
    version {int} not null
){clustered};

-- Readings of logs, with what was counted.
create table weblog_import (
    id {id} primary key,
    name {text} not null,
    state {text} not null,
    job {id},
    started_at {int} not null,
    finished_at {int},
    figures {text} not null
){strict};

-- What the tracker sent and nobody has put into visits yet: one row for each group that was committed together.
create table site_inbox (
    id {id} primary key,
    hits {text} not null
){strict};

-- The salt of a day; yesterday's is thrown away, and with it whatever could tell visitors again.
create table site_salt (
    day {text} primary key,
    salt {bytes} not null
){strict};

-- Which addresses are in which country, packed; there is one.
create table site_countries (
    id {int} primary key,
    name {text} not null,
    ranges {int} not null,
    loaded_at {int} not null,
    packed {bytes} not null
){strict};
