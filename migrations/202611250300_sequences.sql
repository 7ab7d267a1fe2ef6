-- Letters in a row, and whether they were read. A sequence is a record (object `mail_sequence`); here are its steps, who is
-- on them, and what each step did.

create table sequence_step (
    id {id} primary key,
    sequence {id} not null,
    place {int} not null,
    -- mail, task.
    kind {text} not null,
    -- Working time that passes before it: so many hours or days.
    wait {int} not null,
    unit {text} not null,
    -- Of a letter.
    template {id},
    -- Of a task.
    subject {text},
    -- Taken out of the sequence; kept for its figures.
    removed {int} not null
){strict};
create index sequence_step_order on sequence_step (sequence, place);

create table sequence_enrolment (
    id {id} primary key,
    sequence {id} not null,
    object {text} not null,
    record {id} not null,
    -- By which mailbox and in whose name.
    mailbox {id} not null,
    author {id} not null,
    -- running, paused, done, stopped.
    state {text} not null,
    -- Why it ended.
    reason {text},
    -- The step done last.
    step {id},
    -- When the next is due, as long as it runs.
    due_at {int},
    started_at {int} not null,
    ended_at {int}
){strict};
-- Nobody is on the same sequence twice at a time.
create unique index sequence_enrolment_live on sequence_enrolment (sequence, record) where ended_at is null;
create index sequence_enrolment_record on sequence_enrolment (record, started_at);
create index sequence_enrolment_list on sequence_enrolment (sequence, state, started_at, id);

-- What a step did: its letter (the id of its draft) or its task.
create table sequence_act (
    id {id} primary key,
    enrolment {id} not null,
    sequence {id} not null,
    step {id} not null,
    object {text} not null,
    record {id} not null,
    kind {text} not null,
    -- When it was put on its way, and when it went.
    at {int} not null,
    sent_at {int},
    replied_at {int},
    bounced_at {int}
){strict};
create index sequence_act_step on sequence_act (sequence, step, at, id);
create index sequence_act_enrolment on sequence_act (enrolment, at);
create index sequence_act_record on sequence_act (record, at);

-- Letters of sequences that a mailbox put on their way on a day.
create table sequence_day (
    mailbox {id} not null,
    day {text} not null,
    count {int} not null,
    primary key (mailbox, day)
){strict};

-- A letter of which it is counted whether it was read.
create table mail_trace (
    -- The draft it was.
    letter {id} primary key,
    mailbox {id} not null,
    -- Under which it was filed once it went.
    message {id},
    party {id},
    -- When it went; none as long as it waits.
    sent_at {int},
    opened_at {int},
    opens {int} not null,
    clicked_at {int},
    clicks {int} not null,
    machine_opens {int} not null,
    machine_clicks {int} not null
){strict};
create index mail_trace_message on mail_trace (message);
create index mail_trace_party on mail_trace (party);

-- Looks that were not judged yet, and those behind which a person was.
create table mail_look (
    id {id} primary key,
    letter {id} not null,
    at {int} not null,
    -- 0 for the picture, else the number of the link.
    link {int} not null,
    -- Where it leads, under the letter's own key.
    sealed {bytes},
    -- waits, person, machine.
    state {text} not null
){strict};
create index mail_look_letter on mail_look (letter, at, id);

-- The words of a template in further languages.
create table mail_template_text (
    template {id} not null,
    language {text} not null,
    subject {text} not null,
    body {text} not null,
    primary key (template, language)
){strict};
