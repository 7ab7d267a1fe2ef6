-- When the file of an import was removed, and what was kept of its rows with it.
alter table import add column forgotten_at {int};
