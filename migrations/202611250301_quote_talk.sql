-- What a customer asked about a quote and what was answered, in turns.
create table quote_said (
    id {id} primary key,
    quote {id} not null,
    -- Who answered; none where the customer asks.
    author {id},
    -- The words, under the holder's key: the customer's, or the quote's own where there is none.
    holder {id} not null,
    sealed {bytes} not null,
    at {int} not null
){strict};
create index quote_said_turns on quote_said (quote, at, id);
