-- Matching: pairs of records that may be the same, what was decided of them, and what an object's pairs are weighed by.

-- What is learned of an object, and what its administrators set. `changes` counts records that came or changed since.
create table match_model (
    object {text} primary key,
    settings {text} not null,
    model {text},
    figures {text},
    learned_at {int},
    changes {int} not null
){strict};

-- `a` is the lower id. `bits` is the evidence in thousandths of a bit; `levels` how alike the two are, as it is packed by
-- the engine; `ask` how much there is to learn from an answer. `state` is open, same, different, or second: somebody said
-- `verdict`, and somebody else must say so too.
create table match_pair (
    id {id} primary key,
    object {text} not null,
    a {id} not null,
    b {id} not null,
    bits {int} not null,
    levels {int} not null,
    ask {int} not null,
    state {text} not null,
    verdict {text},
    found_at {int} not null,
    decided_at {int},
    decided_by {id},
    seconded_by {id},
    merge {id}
){strict};
create unique index match_pair_records on match_pair (a, b);
create index match_pair_by_b on match_pair (b);
create index match_pair_queue on match_pair (object, state, ask, id);
create index match_pair_likely on match_pair (object, state, bits, id);

-- Which records share a key, for a record that comes. Keys are hashes; a record's old keys stay until the next run: they
-- only make it a candidate once more than needed.
create table match_key (key {int} not null, record {id} not null, primary key (key, record)){clustered};
create index match_key_record on match_key (record);
