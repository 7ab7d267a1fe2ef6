-- What is to be told on the ledger, looked for twice a second: a few visits at any time.
create index visit_untold on visit (ended) where party is not null and is_told = 0;
