-- Approvals. Nobody but the service writes here: each row of the first three tables bears a mark under its
-- sealed key, and a request and its entries vouch for each other, so that a row which was changed, deleted,
-- moved, or put back as it was before is noticed, and nothing is approved by it. Decision 0057 says what that
-- bounds.

-- People who have enrolled, with their public keys as JSON; whom new rules name.
CREATE TABLE approvers (
  person TEXT COLLATE {byte_order} PRIMARY KEY,
  keys TEXT NOT NULL,
  enrolled_at BIGINT NOT NULL,
  enrolled_by TEXT NOT NULL,
  mark {bytes} NOT NULL
);

-- Requests. `content` is the request as people sign it; `entries` how many entries it has, and `head` the mark
-- of the last one. `state` is how it stood at its last entry: waiting, locked, ready, denied, expired or spent;
-- how it stands follows from that and the time.
CREATE TABLE approval_requests (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  key TEXT NOT NULL,
  operation TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  rules TEXT NOT NULL,
  content {bytes} NOT NULL,
  state TEXT NOT NULL,
  ready_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  head {bytes} NOT NULL,
  mark {bytes} NOT NULL
);
CREATE INDEX approval_requests_by_time ON approval_requests (requested_at, id);
CREATE INDEX approval_requests_by_key ON approval_requests (key, requested_at, id);
CREATE INDEX approval_requests_by_state ON approval_requests (state, requested_at, id);
CREATE INDEX approval_requests_by_end ON approval_requests (state, expires_at);
CREATE INDEX approval_requests_by_account ON approval_requests (requested_by, state, expires_at);
CREATE INDEX approval_requests_open ON approval_requests (key, state, expires_at);

-- What happened to a request, numbered from 1 on, each marked together with the mark of the one before it.
CREATE TABLE approval_entries (
  request TEXT COLLATE {byte_order} NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  content {bytes} NOT NULL,
  mark {bytes} NOT NULL,
  PRIMARY KEY (request, number)
);

-- The rules that requests were made under, by their digest.
CREATE TABLE approval_rules (
  digest TEXT COLLATE {byte_order} PRIMARY KEY,
  content {bytes} NOT NULL
);

-- Who has a say in which request: to find requests by, and nothing else.
CREATE TABLE approval_people (
  person TEXT COLLATE {byte_order} NOT NULL,
  requested_at BIGINT NOT NULL,
  request TEXT COLLATE {byte_order} NOT NULL,
  PRIMARY KEY (person, requested_at, request)
);
CREATE INDEX approval_people_by_request ON approval_people (request);

-- What webhooks have not taken yet.
CREATE TABLE approval_notices (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  hook TEXT NOT NULL,
  event TEXT NOT NULL,
  body {bytes} NOT NULL,
  created BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  next_at BIGINT NOT NULL
);
CREATE INDEX approval_notices_due ON approval_notices (hook, next_at, id);
CREATE INDEX approval_notices_by_age ON approval_notices (created);
