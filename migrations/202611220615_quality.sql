-- How good the data is: figures by day, the rows behind those that no question can find, the company's own rules; and
-- which people and firms seem to belong together.

create table quality_rule (
    id {id} primary key,
    object {text} not null,
    name {text} not null,
    -- A question that a good record answers with yes.
    condition {text} not null,
    weight {int} not null,
    severity {text} not null,
    created_at {int} not null,
    created_by {id}
){strict};

-- One measuring. The day is claimed by whoever measures it, so that of several servers one does.
create table quality_run (
    day {text} primary key,
    started_at {int} not null,
    finished_at {int},
    records {int} not null
){strict};

-- One line per figure and day; `source` is empty for all sources together, `detail` counts the faults by kind.
create table quality_figure (
    day {text} not null,
    object {text} not null,
    source {text} not null,
    measure {text} not null,
    looked {int} not null,
    faulty {int} not null,
    weight {int} not null,
    severity {text} not null,
    detail {text},
    primary key (day, object, source, measure)
){clustered};

-- The records behind a figure that no question finds, of the last measuring; the first few thousand of each.
create table quality_finding (
    object {text} not null,
    measure {text} not null,
    record {id} not null,
    fault {text} not null,
    primary key (object, measure, record, fault)
){clustered};

-- People who seem to live together, or a person who seems to work for a firm. What was refused stays, so that it is not
-- offered again. Nothing of what they share is kept here, only of which kind it was; `evidence` is made of their ids.
create table household_offer (
    id {id} primary key,
    kind {text} not null,
    evidence {bytes} not null,
    -- The firm.
    target {id},
    reason {text} not null,
    strength {int} not null,
    state {text} not null,
    found_at {int} not null,
    decided_at {int},
    decided_by {id},
    change {id}
){strict};
create unique index household_offer_evidence on household_offer (kind, evidence);
create index household_offer_list on household_offer (state, strength, id);
create table household_offer_member (offer {id} not null, contact {id} not null, primary key (offer, contact)){clustered};
create index household_offer_member_back on household_offer_member (contact, offer);
