-- What packages something is made of, so that new advisories can be held against it.
CREATE TABLE inventories (
    name TEXT PRIMARY KEY NOT NULL,
    packages TEXT NOT NULL,
    updated BIGINT NOT NULL
);
