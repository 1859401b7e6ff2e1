-- What registries said of packages, so that nobody asks them again too soon.
CREATE TABLE registry_facts (
    key TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL,
    fetched BIGINT NOT NULL
);
CREATE INDEX registry_facts_fetched ON registry_facts (fetched);
