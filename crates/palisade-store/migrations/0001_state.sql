-- Everything that is small, changes in place and must outlive a restart.
-- One text for SQLite and PostgreSQL: TEXT and BIGINT only. Times are nanoseconds since the Unix epoch, UTC; hashes are
-- SHA-256 in lower-case hexadecimal. No secret is kept in a form from which it could be had back.

CREATE TABLE marks (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    revoked BIGINT,
    last_used BIGINT
);

CREATE TABLE sign_ins (
    hash TEXT PRIMARY KEY NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    redeemed BIGINT
);

CREATE INDEX sign_ins_by_expiry ON sign_ins (expires);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY NOT NULL,
    response TEXT NOT NULL,
    expires BIGINT NOT NULL
);

CREATE INDEX idempotency_by_expiry ON idempotency (expires);

-- One row a feed that was ever tried. `serial` counts imports and never goes back, not even on a rollback.
CREATE TABLE feeds (
    name TEXT PRIMARY KEY NOT NULL,
    serial BIGINT NOT NULL,
    attempted BIGINT NOT NULL,
    problem TEXT
);

-- The version that serves is the one with the highest serial; the one before it is kept for a rollback.
CREATE TABLE feed_versions (
    name TEXT NOT NULL REFERENCES feeds (name),
    serial BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (name, serial)
);

-- The files of a version, in the order in which they were given.
CREATE TABLE feed_files (
    name TEXT NOT NULL,
    serial BIGINT NOT NULL,
    position BIGINT NOT NULL,
    original TEXT NOT NULL,
    stored TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (name, serial, position),
    FOREIGN KEY (name, serial) REFERENCES feed_versions (name, serial) ON DELETE CASCADE
);
