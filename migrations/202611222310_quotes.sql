-- Quotes beside their records: numbers, versions as they were sent, and what was accepted.

-- The last number given to a kind of document in a year.
create table document_number (
    kind {text} not null,
    year {int} not null,
    last {int} not null,
    primary key (kind, year)
){clustered};

-- A version as its customer has it: never changed. `document` is JSON, `hash` the SHA-256 of the paper.
create table quote_version (
    id {id} primary key,
    quote {id} not null,
    revision {int} not null,
    document {text} not null,
    hash {bytes} not null,
    paper {bytes},
    sent_by {id},
    sent_at {int} not null,
    -- By people, and the first time; then by machines that open every link.
    read_at {int},
    reads {int} not null,
    machine_reads {int} not null
){strict};
create unique index quote_version_once on quote_version (quote, revision);

-- Who accepted, with the evidence of it. A quote is accepted once.
create table quote_acceptance (
    quote {id} primary key,
    version {id} not null,
    at {int} not null,
    name {text} not null,
    address {text} not null,
    agent {text} not null,
    document_hash {bytes} not null,
    signature_kind {text} not null,
    signature_hash {bytes} not null,
    signature {text} not null,
    chosen {text} not null
){strict};

-- When something was asked on a page, to keep one link from writing without end.
create table quote_question (version {id} not null, at {int} not null){strict};
create index quote_question_version on quote_question (version, at);
