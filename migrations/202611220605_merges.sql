-- Merges: several records become one, and can become several again. A merge is an edge: nothing that was written under a
-- merged record's id is rewritten, `party_alias` says who it is now.

-- `party` is who it is now, in one step; `into_id` with whom it was joined. The two differ where that one was joined with
-- another in its turn: taking one out of the middle takes along what was joined to it before.
alter table party_alias add column into_id {id};

-- Links that said `alias` and stand at who it is now, to be given back. `added` is 0 where a link to many stood there
-- already. Somebody who changes a link takes its row away: it is theirs then.
create table alias_link (
    alias {id} not null,
    field {text} not null,
    from_id {id} not null,
    added {int} not null,
    primary key (alias, field, from_id)
){clustered};
create index alias_link_from on alias_link (from_id, field);

-- What happened with records themselves: their history is read without walking all that happened with a customer.
create index event_own on event (party, id) where record is null and object is not null and kind not like '%.created';

-- `sealed` holds why, and who won in which field, under the survivor's key.
create table merge (
    id {id} primary key,
    object {text} not null,
    survivor {id} not null,
    at {int} not null,
    actor {id},
    change {id} not null,
    sealed {bytes}
){strict};
create index merge_survivor on merge (survivor, id);
create index merge_change on merge (change);

-- Who was joined by a merge. One that left again says when, by whom and by which change.
create table merge_part (
    merge {id} not null,
    record {id} not null,
    left_at {int},
    left_by {id},
    left_change {id},
    primary key (merge, record)
){clustered};
create index merge_part_record on merge_part (record, merge);
create index merge_part_left on merge_part (left_change) where left_change is not null;

-- What a survivor's fields said before others gave them their values, under the survivor's key.
create table merge_own (record {id} primary key, sealed {bytes} not null){clustered};
