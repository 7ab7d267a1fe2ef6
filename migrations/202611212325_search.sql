-- Search: derived data, fed from the ledger, never the truth; `search::rebuild` makes it anew from the records.

-- Which number an object has in the index, and whether its records are in it as its fields now ask.
-- `shape` tells which fields were indexed how; `walked` is how far a walk over the records has come since that changed.
create table search_object (
    object {text} primary key,
    number {int} not null unique,
    next_doc {int} not null,
    shape {text} not null,
    walked {id}
){strict};

-- A document of the index and the record it stands for. Later records have higher numbers, within one object.
-- `fingerprint` is a digest of the words; 0 while there is nothing to find (the record is in the bin).
create table search_doc (
    doc {int} primary key,
    record {id} not null unique,
    version {int} not null,
    fingerprint {int} not null
){strict};

{search_index};

-- The words that occur, letters only, and keys under which a mistyped word finds them: the word, the word without one of
-- its letters, and, behind a 3, its runs of three.
create table search_word (word {text} primary key){clustered};
create table search_near (key {text} not null, word {text} not null, primary key (key, word)){clustered};
