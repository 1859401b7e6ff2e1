-- What the response keeps: alerts, groups, silences, incidents, what is to be told to whom, and who changed what.
-- As in 0001: TEXT and BIGINT only, times in nanoseconds since the Unix epoch.

-- Everything that the response machine is made of again at a start, as JSON.
CREATE TABLE response_records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
);

-- Messages, written in the transaction that decides on them. `state` is waiting, sending, sent or dead; `interrupted` is 1
-- when an attempt was under way while the server ended, so that nobody knows whether it arrived.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    interrupted BIGINT NOT NULL,
    next_attempt BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);

CREATE INDEX outbox_by_due ON outbox (state, next_attempt);
CREATE INDEX outbox_by_update ON outbox (state, updated);

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
