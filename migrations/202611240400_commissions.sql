-- What people earn on what they sell.

-- What a plan says from a day on. One that was used is never changed: another follows it.
create table commission_version (
    id {id} primary key,
    plan {id} not null,
    valid_from {text} not null,
    -- The currency in which it counts and pays.
    currency {text} not null,
    terms {text} not null,
    made_by {id},
    made_at {int} not null
){clustered};
create unique index commission_version_of on commission_version (plan, valid_from);

-- Who is on which plan, from a day to a day.
create table commission_member (
    person {id} not null,
    plan {id} not null,
    valid_from {text} not null,
    valid_until {text},
    primary key (person, plan, valid_from)
){clustered};
create index commission_member_of on commission_member (plan, person);

-- Who else a deal is credited to; what is left over is its owner's. Shares are hundredths of a per cent.
create table commission_split (
    deal {id} not null,
    person {id} not null,
    position {int} not null,
    share {int} not null,
    role {text},
    primary key (deal, person)
){clustered};
create index commission_split_of on commission_split (person, deal);

-- What was credited and what was taken back. Lines are only added; what is is their sum.
create table commission_line (
    id {id} primary key,
    person {id} not null,
    version {id} not null,
    -- The period over which the plan measures: `2026-11`, `2026-Q4`, `2026`.
    period {text} not null,
    -- The month on whose statement it stands.
    month {text} not null,
    -- What it is for: a deal or an order, and of that the part of one product line (the nil id: of none).
    object {text} not null,
    record {id} not null,
    part {id} not null,
    credited_on {text} not null,
    -- Which one it is of those for the same: the same cannot be written twice.
    number {int} not null,
    -- Minor units: by how much what is credited changes, and what is earned.
    base {int} not null,
    amount {int} not null,
    currency {text} not null,
    -- What happened: won, ordered, paid, taken_back, changed, rate.
    reason {text} not null,
    -- The line that it takes back, or corrects.
    takes_back {id},
    at {int} not null
){clustered};
create unique index commission_line_once on commission_line (person, version, period, record, part, credited_on, number);
create index commission_line_stated on commission_line (person, month, id);
create index commission_line_month on commission_line (month, person);
create index commission_line_record on commission_line (record, id);
create index commission_line_version on commission_line (version);

-- Statements that are closed: what changes afterwards stands on the next.
create table commission_closing (
    person {id} not null,
    month {text} not null,
    closed_by {id},
    at {int} not null,
    primary key (person, month)
){clustered};

-- What is said about a statement, by whose it is and by who answers for it.
create table commission_note (
    id {id} primary key,
    person {id} not null,
    month {text} not null,
    line {id},
    body {text} not null,
    said_by {id},
    at {int} not null,
    settled_by {id},
    settled_at {int}
){clustered};
create index commission_note_of on commission_note (person, month, id);

-- Deals and orders that are to be looked at again.
create table commission_due (record {id} primary key, object {text} not null){clustered};
