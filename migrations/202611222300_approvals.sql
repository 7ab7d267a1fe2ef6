-- Approvals: what somebody may not do alone, and who said yes or no.

-- One decision that is asked for. Those of one request carry its id; a step waits for the ones before it.
create table approval (
    id {id} primary key,
    request {id} not null,
    object {text} not null,
    record {id} not null,
    title {text} not null,
    amount {int},
    amount_currency {text},
    rule {id} not null,
    rule_name {text} not null,
    question {text} not null,
    step {int} not null,
    -- pending, waiting, approved, refused, withdrawn.
    state {text} not null,
    -- What was looked at, as JSON: the same again needs no second decision unless it got worse.
    measures {text} not null,
    note {text},
    requested_by {id} not null,
    requested_at {int} not null,
    -- When others are asked too; only while it waits.
    due_at {int},
    escalated_at {int},
    decided_by {id},
    -- Whose place the one who decided took.
    decided_for {id},
    decided_at {int},
    comment {text}
){strict};
create index approval_record on approval (record, id);
create index approval_request on approval (request, step);
create index approval_waiting on approval (id) where state = 'waiting';

-- Who may decide it. Any one of them does.
create table approval_decider (
    approval {id} not null,
    user_id {id} not null,
    -- rule, escalation.
    asked_by {text} not null,
    primary key (approval, user_id)
){clustered};
create index approval_decider_user on approval_decider (user_id, approval);
