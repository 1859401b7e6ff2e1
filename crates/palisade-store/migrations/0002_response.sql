-- What the response keeps: alerts, groups, silences, incidents, what is to be told to whom, and who changed what.
-- As in 0001: TEXT and BIGINT only, times in nanoseconds since the Unix epoch.

-- Everything that the response machine is made of again at a start, as JSON.
CREATE TABLE response_records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Messages, written in the transaction that decides on them. `number` counts them, so that those of a group keep their
-- order. `state` is waiting, sending, sent or dead; `may_repeat` is 1 when an attempt may have arrived of which nobody
-- knows; `reached` is a JSON list of recipients that have it already.
CREATE TABLE outbox (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    number BIGINT NOT NULL UNIQUE,
    group_key TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    failures BIGINT NOT NULL,
    may_repeat BIGINT NOT NULL,
    reached TEXT NOT NULL,
    next_attempt BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    since BIGINT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (channel, id)
);

CREATE INDEX outbox_by_due ON outbox (channel, state, next_attempt);
CREATE INDEX outbox_by_group ON outbox (channel, group_key, state, number);
CREATE INDEX outbox_by_update ON outbox (updated, number);

-- What a receiver called the first message of a group, so that further ones hang on it.
CREATE TABLE outbox_threads (
    channel TEXT NOT NULL,
    group_key TEXT NOT NULL,
    thread TEXT NOT NULL,
    updated BIGINT NOT NULL,
    PRIMARY KEY (channel, group_key)
);

-- Only ever added to. `hash` is SHA-256 over the row and the hash before it; state/audit.rs states the form.
CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);

-- Channels made through the API. `sealed` is AES-256-GCM (nonce, ciphertext, tag) in hexadecimal, with the name as
-- associated data; the key is not in this database.
CREATE TABLE channels (
    name TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    sealed TEXT NOT NULL,
    updated BIGINT NOT NULL
);
