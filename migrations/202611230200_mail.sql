-- What was said with whom by mail. A mailbox is a record (object `mailbox`); here is what it needs beside that.

-- What shows its servers who we are, sealed under the master key; good for the servers it was given for.
create table mail_secret (
    mailbox {id} primary key,
    sealed {bytes} not null,
    bound_to {text} not null,
    set_at {int} not null
){strict};

-- Who reads a mailbox now: one of all servers. Whoever comes back with an old number is not heard.
create table mail_lease (
    mailbox {id} primary key,
    number {int} not null,
    until {int} not null
){strict};

-- How far each folder is read, and what went wrong with it last.
create table mail_folder (
    mailbox {id} not null,
    -- As the server wants it said, and as people read it.
    name {text} not null,
    shown {text} not null,
    -- inbox, sent, drafts, junk, trash, archive, all, other.
    role {text} not null,
    chosen {int} not null,
    -- 0 before the first look. Another value than the server's: its ids mean other messages now.
    uid_validity {int} not null,
    -- The first id that was not looked at.
    uid_next {int} not null,
    taken {int} not null,
    skipped {int} not null,
    last_at {int},
    code {text},
    detail {text},
    tries {int} not null,
    next_at {int} not null,
    primary key (mailbox, name)
){strict};

-- Messages as they came, kept before anybody reads them.
create table mail_raw (
    id {id} primary key,
    mailbox {id} not null,
    folder {text} not null,
    role {text} not null,
    uid_validity {int} not null,
    uid {int} not null,
    is_seen {int} not null,
    -- Under whose key it is sealed: the mailbox's, then that of whom the message is about.
    holder {id} not null,
    content {bytes},
    size {int} not null,
    -- new, read, aside.
    state {text} not null,
    tries {int} not null,
    code {text},
    taken_at {int} not null
){strict};
create unique index mail_raw_place on mail_raw (mailbox, folder, uid_validity, uid);
create index mail_raw_state on mail_raw (mailbox, state, id);

create table mail_thread (
    id {id} primary key,
    mailbox {id} not null,
    -- Whom it is with; none as long as nobody knows the sender.
    party {id},
    party_object {text},
    -- The open deal it belongs to.
    deal {id},
    -- The folded subject with the other side's address, as a keyed hash.
    subject_key {text} not null,
    -- Subject, people and first words, under the holder's key.
    holder {id} not null,
    sealed {bytes} not null,
    messages {int} not null,
    unread {int} not null,
    has_answer {int} not null,
    last_at {int} not null,
    -- open, done, snoozed.
    state {text} not null,
    snoozed_until {int},
    assigned {id}
){strict};
create index mail_thread_list on mail_thread (mailbox, state, last_at, id);
create index mail_thread_party on mail_thread (party, last_at, id);
create index mail_thread_deal on mail_thread (deal, last_at, id);
create index mail_thread_subject on mail_thread (mailbox, subject_key, last_at);

create table mail_message (
    id {id} primary key,
    mailbox {id} not null,
    thread {id} not null,
    -- Its Message-ID as a keyed hash: the same message twice is one.
    key {text} not null,
    raw {id},
    -- in, out.
    direction {text} not null,
    -- letter, auto_reply, bounce, bulk.
    sort {text} not null,
    -- in: read. out: waiting, sent, failed.
    state {text} not null,
    at {int} not null,
    party {id},
    holder {id} not null,
    -- The message as it was read.
    sealed {bytes} not null
){strict};
create unique index mail_message_key on mail_message (mailbox, key);
create index mail_message_thread on mail_message (thread, at, id);
create index mail_message_party on mail_message (party, id);

-- Message-IDs that were heard of, and in which thread.
create table mail_reference (
    mailbox {id} not null,
    key {text} not null,
    thread {id} not null,
    primary key (mailbox, key)
){strict};
create index mail_reference_thread on mail_reference (thread);

-- Addresses at which letters did not arrive, as keyed hashes.
create table mail_failed (
    address {text} primary key,
    permanent {int} not null,
    count {int} not null,
    last_at {int} not null
){strict};

-- Letters that are being written, or wait to go.
create table mail_draft (
    id {id} primary key,
    mailbox {id} not null,
    author {id} not null,
    thread {id},
    sealed {bytes} not null,
    -- draft, sending.
    state {text} not null,
    -- Its letter in the outbox.
    letter {id},
    send_at {int},
    updated_at {int} not null
){strict};
create index mail_draft_author on mail_draft (author, state, updated_at);
create index mail_draft_thread on mail_draft (thread);
