-- What the models found out: the last versions of each, and what the newest says of every customer.

-- `figures` are the sums of the whole base, `quality` how good the model proved to be on what it had not seen. A look that
-- found no customers is a line as well.
create table analysis_model (
    object {text} not null,
    version {int} not null,
    made_at {int} not null,
    as_of {text} not null,
    customers {int} not null,
    currency {text} not null,
    figures {text} not null,
    parameters {text} not null,
    quality {text} not null,
    primary key (object, version)
){clustered};

-- One customer, of the newest version. `at_stake` is what is expected to be lost, in minor units; 0 for who is not leaving.
create table analysis_profile (
    object {text} not null,
    record {id} not null,
    version {int} not null,
    at_stake {int} not null,
    orders {int} not null,
    first_on {text} not null,
    last_on {text} not null,
    -- Scores, probabilities, amounts and reasons, as JSON.
    profile {text} not null,
    primary key (object, record)
){clustered};
create index analysis_profile_leaving on analysis_profile (object, at_stake, record);

-- Where a customer stood, one line whenever that changed.
create table analysis_history (
    object {text} not null,
    record {id} not null,
    as_of {text} not null,
    segment {text} not null,
    value_class {text} not null,
    activity {text} not null,
    alive {int},
    primary key (object, record, as_of)
){clustered};

-- Groups that the data fell into, with the names people gave them.
create table analysis_cluster (
    id {id} primary key,
    object {text} not null,
    version {int} not null,
    name {text} not null,
    -- Whether a person gave the name.
    is_named {int} not null,
    portrait {text} not null
){strict};
create index analysis_cluster_object on analysis_cluster (object, version);
