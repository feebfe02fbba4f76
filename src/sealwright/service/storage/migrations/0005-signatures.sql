-- Every signature that was ever attached, of every format. Rows are added and revoked, never deleted or
-- overwritten. `digest` is that of the manifest that carries it, or of its bytes where no manifest does; then
-- `content` holds these, and `name` what a client called it. `place` is its number in the signature store.
-- `signer`, `key`, `fingerprint`, `claimed` and `reference` are what it says of itself, all of it unproven.

CREATE TABLE signatures (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  repository BIGINT NOT NULL REFERENCES repositories (id),
  subject TEXT NOT NULL,
  format TEXT NOT NULL,
  kind TEXT NOT NULL,
  type TEXT NOT NULL,
  media_type TEXT NOT NULL,
  digest TEXT NOT NULL,
  size BIGINT NOT NULL,
  content {bytes},
  name TEXT,
  place BIGINT,
  signer TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  claimed BIGINT,
  reference TEXT NOT NULL,
  attached_by TEXT NOT NULL,
  received BIGINT NOT NULL,
  via TEXT NOT NULL,
  revoked_at BIGINT,
  revoked_by TEXT,
  reason TEXT
);
CREATE INDEX signatures_by_time ON signatures (received, id);
CREATE INDEX signatures_by_repository ON signatures (repository, received, id);
CREATE INDEX signatures_by_subject ON signatures (subject, received, id);
CREATE INDEX signatures_by_repository_and_subject ON signatures (repository, subject, received, id);
CREATE INDEX signatures_by_digest ON signatures (repository, digest);
CREATE INDEX signatures_by_signer ON signatures (signer, received, id);
CREATE INDEX signatures_by_key ON signatures (key, received, id);
CREATE INDEX signatures_by_format ON signatures (format, received, id);
CREATE INDEX signatures_by_account ON signatures (attached_by, received, id);
CREATE INDEX signatures_revoked ON signatures (received, id) WHERE revoked_at IS NOT NULL;
CREATE UNIQUE INDEX signatures_by_name ON signatures (repository, subject, name) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX signatures_by_place ON signatures (repository, subject, place) WHERE revoked_at IS NULL;

-- What has signatures, or had. `changes` goes up by one with each that comes or is revoked. `places` is how
-- many live ones the signature store has.
CREATE TABLE signature_subjects (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  subject TEXT NOT NULL,
  changes BIGINT NOT NULL,
  places BIGINT NOT NULL,
  PRIMARY KEY (repository, subject)
);

-- How far manifests from before these tables have been looked through for signatures: in its one row the last
-- one looked at, and whether it was the last of all.
CREATE TABLE signatures_brought_in (
  id BIGINT PRIMARY KEY,
  repository BIGINT NOT NULL,
  digest TEXT NOT NULL,
  finished BIGINT NOT NULL
);
