-- Vaults, their keys, and the versions of these, as they are shown. No row counts without its seal in
-- `vault_seals`, which binds every column of it and holds a secret under that of the row above: of a vault and
-- of a key what seals the rows below, of a version the private key, or where it is on a token. So neither a
-- column that was changed nor an older copy of one row opens anything. `revision` goes up by one with each
-- change; `delete_at` is 0 where no deletion is planned. `tags` is JSON, `rules` those of approval or nothing.

CREATE TABLE vaults (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  extension TEXT NOT NULL,
  name TEXT COLLATE {byte_order} NOT NULL,
  compartment TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  wrapping_key TEXT NOT NULL,
  tags TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  delete_at BIGINT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX vaults_by_extension ON vaults (extension);
CREATE UNIQUE INDEX vaults_by_name ON vaults (name) WHERE state = 'ACTIVE';
CREATE INDEX vaults_by_any_name ON vaults (name, id);
CREATE INDEX vaults_by_time ON vaults (created, id);
CREATE INDEX vaults_due ON vaults (delete_at) WHERE state = 'PENDING_DELETION';

CREATE TABLE vault_keys (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  vault TEXT NOT NULL REFERENCES vaults (id),
  name TEXT COLLATE {byte_order} NOT NULL,
  compartment TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  bits BIGINT NOT NULL,
  protection TEXT NOT NULL,
  state TEXT NOT NULL,
  state_before TEXT NOT NULL,
  blocked BIGINT NOT NULL,
  rules TEXT NOT NULL,
  current_version TEXT NOT NULL,
  versions BIGINT NOT NULL,
  tags TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  delete_at BIGINT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX vault_keys_by_name ON vault_keys (vault, name)
  WHERE state NOT IN ('PENDING_DELETION', 'DELETED');
CREATE INDEX vault_keys_by_vault_and_time ON vault_keys (vault, created, id);
CREATE INDEX vault_keys_by_vault_and_name ON vault_keys (vault, name, id);
CREATE INDEX vault_keys_by_time ON vault_keys (created, id);
CREATE INDEX vault_keys_by_any_name ON vault_keys (name, id);
CREATE INDEX vault_keys_due ON vault_keys (delete_at) WHERE state = 'PENDING_DELETION';

CREATE TABLE vault_key_versions (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  key TEXT NOT NULL REFERENCES vault_keys (id),
  number BIGINT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  public_key TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  delete_at BIGINT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX vault_key_versions_by_number ON vault_key_versions (key, number);
CREATE INDEX vault_key_versions_due ON vault_key_versions (delete_at) WHERE state = 'PENDING_DELETION';

CREATE TABLE vault_seals (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  sealed {bytes} NOT NULL
);

-- The RSA keys under which keys that are brought in come wrapped, one for each vault that was asked for it.
CREATE TABLE vault_wrapping_keys (
  vault TEXT PRIMARY KEY REFERENCES vaults (id),
  public_key TEXT NOT NULL,
  sealed {bytes} NOT NULL,
  created BIGINT NOT NULL
);

-- The certificates of a version, in PEM, for whoever signs with it.
CREATE TABLE vault_certificates (
  version TEXT PRIMARY KEY REFERENCES vault_key_versions (id),
  chain TEXT NOT NULL
);
