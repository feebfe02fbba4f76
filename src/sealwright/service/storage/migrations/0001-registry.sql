-- What the registry holds. A repository is there from the first content that was pushed to it.

CREATE TABLE repositories (
  id {identity},
  name TEXT COLLATE {byte_order} NOT NULL UNIQUE,
  created BIGINT NOT NULL
);

-- Content whose file is in place.
CREATE TABLE blobs (
  digest TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  created BIGINT NOT NULL
);

-- Which repositories show a blob. A delete removes the row here; the file goes when no row is left.
CREATE TABLE repository_blobs (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  digest TEXT NOT NULL REFERENCES blobs (digest),
  created BIGINT NOT NULL,
  PRIMARY KEY (repository, digest)
);
CREATE INDEX repository_blobs_by_digest ON repository_blobs (digest);

-- Manifests, byte for byte. `artifact_type` and `annotations` (a JSON object, or null) are what a
-- listing of referrers shows; `subject` is the digest that the manifest names as its subject.
CREATE TABLE manifests (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  digest TEXT COLLATE {byte_order} NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  subject TEXT,
  artifact_type TEXT,
  created BIGINT NOT NULL,
  annotations TEXT,
  content {bytes} NOT NULL,
  PRIMARY KEY (repository, digest)
);
CREATE INDEX manifests_by_subject ON manifests (repository, subject, digest);

-- What a manifest points to: `kind` is blob or manifest. The target need not be there.
CREATE TABLE manifest_references (
  repository BIGINT NOT NULL,
  parent TEXT NOT NULL,
  child TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (repository, parent, child)
);
CREATE INDEX manifest_references_by_child ON manifest_references (repository, child);

CREATE TABLE tags (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  name TEXT COLLATE {byte_order} NOT NULL,
  digest TEXT NOT NULL,
  updated BIGINT NOT NULL,
  PRIMARY KEY (repository, name)
);
CREATE INDEX tags_by_digest ON tags (repository, digest);

-- Uploads that were begun and not ended. `received` counts the bytes that were acknowledged; the
-- repository is named, not referred to, since nothing is in it yet.
CREATE TABLE uploads (
  id TEXT PRIMARY KEY,
  repository TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  received BIGINT NOT NULL,
  created BIGINT NOT NULL,
  touched BIGINT NOT NULL
);
CREATE INDEX uploads_by_touched ON uploads (touched);
