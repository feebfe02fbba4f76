-- Small rows that are only ever found by their key stand in the tree of that key, so that a read goes down one
-- tree instead of two. PostgreSQL has nothing of the kind.

-- only: sqlite
ALTER TABLE blobs RENAME TO blobs_before;
-- only: sqlite
CREATE TABLE blobs (
  digest TEXT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  created BIGINT NOT NULL,
  touched BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- only: sqlite
INSERT INTO blobs SELECT digest, size, created, touched FROM blobs_before;
-- only: sqlite
ALTER TABLE repository_blobs RENAME TO repository_blobs_before;
-- only: sqlite
CREATE TABLE repository_blobs (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  digest TEXT NOT NULL REFERENCES blobs (digest),
  created BIGINT NOT NULL,
  touched BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (repository, digest)
) WITHOUT ROWID;
-- only: sqlite
INSERT INTO repository_blobs SELECT repository, digest, created, touched FROM repository_blobs_before;
-- only: sqlite
DROP TABLE repository_blobs_before;
-- only: sqlite
DROP TABLE blobs_before;
-- only: sqlite
CREATE INDEX repository_blobs_by_digest ON repository_blobs (digest);

-- only: sqlite
ALTER TABLE tags RENAME TO tags_before;
-- only: sqlite
CREATE TABLE tags (
  repository BIGINT NOT NULL REFERENCES repositories (id),
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  updated BIGINT NOT NULL,
  PRIMARY KEY (repository, name)
) WITHOUT ROWID;
-- only: sqlite
INSERT INTO tags SELECT repository, name, digest, updated FROM tags_before;
-- only: sqlite
DROP TABLE tags_before;
-- only: sqlite
CREATE INDEX tags_by_digest ON tags (repository, digest);

-- only: sqlite
ALTER TABLE manifest_references RENAME TO manifest_references_before;
-- only: sqlite
CREATE TABLE manifest_references (
  repository BIGINT NOT NULL,
  parent TEXT NOT NULL,
  child TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (repository, parent, child)
) WITHOUT ROWID;
-- only: sqlite
INSERT INTO manifest_references SELECT repository, parent, child, kind FROM manifest_references_before;
-- only: sqlite
DROP TABLE manifest_references_before;
-- only: sqlite
CREATE INDEX manifest_references_by_child ON manifest_references (repository, child);
