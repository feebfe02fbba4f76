-- Parts of an upload whose content is kept as one object for each request, in the order of their beginnings.

CREATE TABLE upload_parts (
  upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  first BIGINT NOT NULL,
  size BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (upload, first)
);
