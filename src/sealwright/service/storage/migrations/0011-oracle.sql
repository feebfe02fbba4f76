-- What Oracle's APIs need besides.

-- Public keys by which the users of an account sign their requests; `fingerprint` is the MD5 of the key in DER, in
-- pairs of hexadecimal digits. `account` is null for keys of a service that has no accounts.
CREATE TABLE oracle_api_keys (
  fingerprint TEXT NOT NULL,
  holder TEXT COLLATE {byte_order} NOT NULL,
  account BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
  public_key TEXT NOT NULL,
  note TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (holder, fingerprint)
);

CREATE INDEX oracle_api_keys_by_fingerprint ON oracle_api_keys (fingerprint);

-- The one tenancy. `mark` is the random part of its identifier, from which those of its users follow;
-- `first_push` is 1 while a push to a repository that is not there makes it.
CREATE TABLE oracle_tenancy (
  id INTEGER PRIMARY KEY,
  mark TEXT NOT NULL,
  first_push INTEGER NOT NULL,
  version BIGINT NOT NULL,
  created BIGINT NOT NULL
);

-- Changes that were made, by the retry tokens of the requests that asked for them: for a day the same request
-- gets the same answer. `status` is 0 while the first one is being answered. `request` is a digest of it.
CREATE TABLE oracle_answers (
  holder TEXT NOT NULL,
  token TEXT NOT NULL,
  request TEXT NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body {bytes} NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (holder, token)
);
CREATE INDEX oracle_answers_by_time ON oracle_answers (created);

-- Digests of signed requests that changed something, until their dates are too old anyway.
CREATE TABLE oracle_signed_requests (
  digest TEXT PRIMARY KEY,
  until BIGINT NOT NULL
);
CREATE INDEX oracle_signed_requests_by_time ON oracle_signed_requests (until);
