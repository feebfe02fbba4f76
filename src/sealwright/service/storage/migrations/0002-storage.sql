-- Uploads that any server can carry on, and what garbage collection needs to know.

-- Parts of an upload whose content is kept as one object for each request, in the order of their beginnings.
CREATE TABLE upload_parts (
  upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  first BIGINT NOT NULL,
  size BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (upload, first)
);

-- When each was last pushed, shown to somebody who may be about to use it, or left by a tag.
ALTER TABLE blobs ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;
UPDATE blobs SET touched = created;
ALTER TABLE repository_blobs ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;
UPDATE repository_blobs SET touched = created;
ALTER TABLE manifests ADD COLUMN touched BIGINT NOT NULL DEFAULT 0;
UPDATE manifests SET touched = created;

-- Blobs that garbage collection took from a repository lately: a manifest that needs one is refused, so that
-- whoever was told earlier that it is there pushes it again.
CREATE TABLE collected_blobs (
  repository BIGINT NOT NULL,
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (repository, digest)
);

-- What a repository holds, for its quota.
ALTER TABLE repositories ADD COLUMN blob_bytes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN manifest_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE repositories ADD COLUMN tag_count BIGINT NOT NULL DEFAULT 0;
UPDATE repositories SET
  blob_bytes = (
    SELECT COALESCE(SUM(blobs.size), 0) FROM repository_blobs
    JOIN blobs ON blobs.digest = repository_blobs.digest
    WHERE repository_blobs.repository = repositories.id
  ),
  manifest_count = (SELECT COUNT(*) FROM manifests WHERE manifests.repository = repositories.id),
  tag_count = (SELECT COUNT(*) FROM tags WHERE tags.repository = repositories.id);

-- Chores that one server at a time does: until when (microseconds since 1970) it is done or being done.
CREATE TABLE chores (
  name TEXT PRIMARY KEY,
  until BIGINT NOT NULL
);

-- Referrers of one artifact type, however many of others there are.
CREATE INDEX manifests_by_subject_and_type ON manifests (repository, subject, artifact_type, digest)
  WHERE subject IS NOT NULL;
