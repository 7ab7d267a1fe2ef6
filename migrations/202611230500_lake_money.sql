-- Beside a large file of the lake its lines with an amount stand once more, in the same order: questions about purchases read
-- these alone. Null where a file is too small for that to be worth it, or older than this.
alter table lake_file add column money_bytes {int};
alter table lake_file add column money_checksum {text};
