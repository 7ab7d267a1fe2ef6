-- Files of the ledger's events beside the database. A file that is not named here does not exist: it is written first and
-- noted after, in the transaction in which the cursor moves on, and what nobody knows is swept.
--
-- `period` is the time its lines lie in: a month `2026-06`, a quarter `2026-Q2` or a year `2026`. Positions are those of
-- the first and the last line in it, both included. `level` counts how often its lines were merged. `state` is `live`,
-- `damaged` (cut or gone; its lines are read from the ledger again) or `old` (replaced at `old_at`, kept for who still reads it).
create table lake_file (
    name {text} primary key,
    period {text} not null,
    level {int} not null,
    first_tx {int} not null,
    first_seq {int} not null,
    last_tx {int} not null,
    last_seq {int} not null,
    line_count {int} not null,
    bytes {int} not null,
    checksum {text} not null,
    state {text} not null,
    made_at {int} not null,
    old_at {int}
){clustered};
