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

-- Compartments below the root, which is the tenancy; `parent` is empty for those right below it. Everywhere else,
-- too, an empty `compartment` is the root.
CREATE TABLE oracle_compartments (
  id TEXT PRIMARY KEY,
  parent TEXT NOT NULL,
  name TEXT COLLATE {byte_order} NOT NULL,
  description TEXT NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (parent, name)
);

-- Namespaces of defined tags, and the keys in each. `folded` is the name in lower case, by which it is found;
-- `choices` the values that a key may have, as a JSON array, or empty for any.
CREATE TABLE oracle_tag_namespaces (
  folded TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  created BIGINT NOT NULL
);
CREATE TABLE oracle_tag_keys (
  namespace TEXT NOT NULL REFERENCES oracle_tag_namespaces (folded) ON DELETE CASCADE,
  folded TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  choices TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (namespace, folded)
);

-- In the tables below, `state` is AVAILABLE or DELETED; rows stay. `freeform` and `defined` are tags, as JSON
-- objects; `revision` goes up with each change that the API makes, for entity tags.

-- What is known of a repository besides. One that was deleted and made again has another row. `name` is without
-- the namespace; `images` counts those that are there; `pushed` is 0 before the first push.
CREATE TABLE oracle_repositories (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  repository BIGINT NOT NULL REFERENCES repositories (id),
  compartment TEXT NOT NULL,
  name TEXT COLLATE {byte_order} NOT NULL,
  state TEXT NOT NULL,
  immutable INTEGER NOT NULL,
  readme TEXT NOT NULL,
  readme_format TEXT NOT NULL,
  freeform TEXT NOT NULL,
  defined TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  pushed BIGINT NOT NULL,
  images BIGINT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX oracle_repositories_live ON oracle_repositories (repository) WHERE state = 'AVAILABLE';
CREATE INDEX oracle_repositories_by_time ON oracle_repositories (state, created, id);
CREATE INDEX oracle_repositories_by_name ON oracle_repositories (state, name, id);
CREATE INDEX oracle_repositories_in_by_time ON oracle_repositories (state, compartment, created, id);
CREATE INDEX oracle_repositories_in_by_name ON oracle_repositories (state, compartment, name, id);

-- Images: one row for each push of a manifest that was not there. `home` is the repository's row, `title` what
-- people call the image, `version` the last tag that stands for it, `former` the last one that ever did.
-- `content` and `media_type` are those of the manifest, for a while after the image was deleted. `held` says since
-- when the manifest is there: one that came later was another push. `pulled` is 0 before the first pull.
CREATE TABLE oracle_images (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  repository BIGINT NOT NULL REFERENCES repositories (id),
  home TEXT NOT NULL,
  compartment TEXT NOT NULL,
  name TEXT COLLATE {byte_order} NOT NULL,
  title TEXT COLLATE {byte_order} NOT NULL,
  digest TEXT NOT NULL,
  state TEXT NOT NULL,
  version TEXT NOT NULL,
  former TEXT NOT NULL,
  freeform TEXT NOT NULL,
  defined TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  held BIGINT NOT NULL,
  pulls BIGINT NOT NULL,
  pulled BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  media_type TEXT NOT NULL,
  content {bytes},
  revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX oracle_images_live ON oracle_images (repository, digest) WHERE state = 'AVAILABLE';
CREATE INDEX oracle_images_by_time ON oracle_images (state, created, id);
CREATE INDEX oracle_images_by_title ON oracle_images (state, title, id);
CREATE INDEX oracle_images_in_by_time ON oracle_images (state, compartment, created, id);
CREATE INDEX oracle_images_in_by_title ON oracle_images (state, compartment, title, id);
CREATE INDEX oracle_images_of_by_time ON oracle_images (state, home, created, id);
CREATE INDEX oracle_images_of_by_title ON oracle_images (state, home, title, id);
CREATE INDEX oracle_images_named_by_time ON oracle_images (state, name, created, id);
CREATE INDEX oracle_images_named_by_title ON oracle_images (state, name, title, id);
CREATE INDEX oracle_images_digest_by_time ON oracle_images (state, digest, created, id);
CREATE INDEX oracle_images_digest_by_title ON oracle_images (state, digest, title, id);
CREATE INDEX oracle_images_deleted ON oracle_images (deleted) WHERE content IS NOT NULL;

-- The tags that stand for images: since when, and whose push said so.
CREATE TABLE oracle_versions (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  version TEXT COLLATE {byte_order} NOT NULL,
  image TEXT NOT NULL REFERENCES oracle_images (id),
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (repository, version)
);
CREATE INDEX oracle_versions_by_image ON oracle_versions (image, created, version);

-- What is known of a signature besides; `signature` is its row in the table of all signatures, and says whether it
-- was revoked: the trigger lets `state` follow. `name` is that of the repository.
CREATE TABLE oracle_signatures (
  id TEXT COLLATE {byte_order} PRIMARY KEY,
  signature TEXT COLLATE {byte_order} NOT NULL UNIQUE REFERENCES signatures (id),
  repository BIGINT NOT NULL REFERENCES repositories (id),
  home TEXT NOT NULL,
  image TEXT NOT NULL,
  compartment TEXT NOT NULL,
  name TEXT COLLATE {byte_order} NOT NULL,
  title TEXT COLLATE {byte_order} NOT NULL,
  digest TEXT NOT NULL,
  key TEXT NOT NULL,
  key_version TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  problem TEXT NOT NULL,
  state TEXT NOT NULL,
  freeform TEXT NOT NULL,
  defined TEXT NOT NULL,
  created BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE INDEX oracle_signatures_by_time ON oracle_signatures (state, created, id);
CREATE INDEX oracle_signatures_by_title ON oracle_signatures (state, title, id);
CREATE INDEX oracle_signatures_in_by_time ON oracle_signatures (state, compartment, created, id);
CREATE INDEX oracle_signatures_in_by_title ON oracle_signatures (state, compartment, title, id);
CREATE INDEX oracle_signatures_of_by_time ON oracle_signatures (state, home, created, id);
CREATE INDEX oracle_signatures_of_by_title ON oracle_signatures (state, home, title, id);
CREATE INDEX oracle_signatures_named_by_time ON oracle_signatures (state, name, created, id);
CREATE INDEX oracle_signatures_named_by_title ON oracle_signatures (state, name, title, id);
CREATE INDEX oracle_signatures_image_by_time ON oracle_signatures (state, image, created, id);
CREATE INDEX oracle_signatures_image_by_title ON oracle_signatures (state, image, title, id);
CREATE INDEX oracle_signatures_digest_by_time ON oracle_signatures (state, digest, created, id);
CREATE INDEX oracle_signatures_digest_by_title ON oracle_signatures (state, digest, title, id);
CREATE INDEX oracle_signatures_key_by_time ON oracle_signatures (state, key, created, id);
CREATE INDEX oracle_signatures_key_by_title ON oracle_signatures (state, key, title, id);
CREATE INDEX oracle_signatures_version_by_time ON oracle_signatures (state, key_version, created, id);
CREATE INDEX oracle_signatures_version_by_title ON oracle_signatures (state, key_version, title, id);

-- only: sqlite
CREATE TRIGGER oracle_signatures_follow AFTER UPDATE OF revoked_at ON signatures
  WHEN NEW.format = 'kms' AND NEW.revoked_at IS NOT NULL
  BEGIN UPDATE oracle_signatures SET state = 'DELETED' WHERE signature = NEW.id; END;

-- only: postgresql
CREATE FUNCTION oracle_signatures_follow() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN UPDATE oracle_signatures SET state = 'DELETED' WHERE signature = NEW.id; RETURN NULL; END $$;
-- only: postgresql
CREATE TRIGGER oracle_signatures_follow AFTER UPDATE OF revoked_at ON signatures
  FOR EACH ROW WHEN (NEW.format = 'kms' AND NEW.revoked_at IS NOT NULL)
  EXECUTE FUNCTION oracle_signatures_follow();
