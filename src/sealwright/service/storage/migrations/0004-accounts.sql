-- Who may do what. `kind` is user, robot, group, or everyone: the two accounts that stand for many.
-- `secret` is the hashed password of a user. `generation` grows whenever what was issued to the account
-- must not hold any longer.

CREATE TABLE accounts (
  id {identity},
  name TEXT COLLATE {byte_order} NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  secret TEXT,
  disabled INTEGER NOT NULL,
  generation BIGINT NOT NULL,
  created BIGINT NOT NULL
);
INSERT INTO accounts (name, kind, disabled, generation, created) VALUES ('anonymous', 'everyone', 0, 0, 0);
INSERT INTO accounts (name, kind, disabled, generation, created) VALUES ('authenticated', 'everyone', 0, 0, 0);

CREATE TABLE members (
  team BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  PRIMARY KEY (team, account)
);
CREATE INDEX members_by_account ON members (account);

-- One right in the repositories that a pattern matches.
CREATE TABLE grants (
  account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  pattern TEXT COLLATE {byte_order} NOT NULL,
  held TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (account, pattern, held)
);

-- Generated secrets, as the hexadecimal SHA-256 of what was shown once. `kind` is personal or refresh;
-- `expires` is 0 for those that do not.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  note TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX tokens_by_account ON tokens (account, created);
CREATE INDEX tokens_by_expiry ON tokens (expires);

-- What bearer tokens are signed with: the newest signs, it and the one before verify.
CREATE TABLE signing_keys (
  id TEXT PRIMARY KEY,
  secret TEXT NOT NULL,
  created BIGINT NOT NULL
);

-- `version` grows with every change of the tables above, so that servers notice; `in_force` is 1 from the
-- first account on.
CREATE TABLE accounts_state (
  id INTEGER PRIMARY KEY,
  version BIGINT NOT NULL,
  in_force INTEGER NOT NULL
);
INSERT INTO accounts_state (id, version, in_force) VALUES (1, 0, 0);
