-- What sales keeps beside its records.

-- Why a lead went to whom: each rule that was asked, in its order, as JSON without personal text.
create table assignment (
    id {id} primary key,
    lead {id} not null,
    at {int} not null,
    -- Who got it; none where no rule had anybody.
    owner {id},
    rule {id},
    why {text} not null,
    change {id} not null
){clustered};
create index assignment_of on assignment (lead, id);

-- Leads that wait to be given to somebody, in the order in which they came.
create table assignment_due (id {id} primary key, lead {id} not null){clustered};

-- How many leads a rule has given to somebody, and in which order: whose turn it is follows from this.
create table assignment_turn (
    rule {id} not null,
    person {id} not null,
    given {int} not null,
    last {int} not null,
    primary key (rule, person)
){clustered};

-- By which change a lead was converted; gone when that is taken back.
create table conversion (lead {id} primary key, change {id} not null, at {int} not null){clustered};

-- Lines of a converted lead's ledger that stand on the timeline of what it became, and did not before.
create table conversion_line (
    lead {id} not null,
    party {id} not null,
    id {id} not null,
    primary key (lead, party, id)
){clustered};
