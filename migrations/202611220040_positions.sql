-- The ledger is read in the order in which its transactions began, then by number: on PostgreSQL a transaction may take a
-- higher number than a later one and commit first, so the number alone would let a reader step over lines.
{ledger_order}
alter table subscriber add column tx {int} not null default 0;
