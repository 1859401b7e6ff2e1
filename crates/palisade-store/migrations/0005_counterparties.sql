-- Businesses and people with whom the organisation deals, the entries of lists that they fit, and what people decided.
CREATE TABLE counterparties (
    id TEXT PRIMARY KEY NOT NULL,
    party TEXT NOT NULL,
    updated BIGINT NOT NULL
);
CREATE TABLE screening_hits (
    counterparty TEXT NOT NULL,
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    hit TEXT NOT NULL,
    PRIMARY KEY (counterparty, list, entry)
);
CREATE TABLE screening_decisions (
    counterparty TEXT NOT NULL,
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided BIGINT NOT NULL,
    PRIMARY KEY (counterparty, list, entry)
);
-- The version of each list that all counterparties were screened against.
CREATE TABLE screened_lists (
    list TEXT PRIMARY KEY NOT NULL,
    sha256 TEXT NOT NULL
);
