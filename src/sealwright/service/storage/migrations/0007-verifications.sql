-- What people and programs found when they verified a signature, each time that they said so. Rows are added,
-- never changed: the triggers see to it. They are numbered from 1 on for each signature, and the last one says
-- how it stands. `subject` and `digest` are those of the signature. `key`, `expected`, `reason` and `problem`
-- are what was found; `language` and `policy` (a digest) what decided; `evidence` the digests of what it was
-- found with, as a JSON array; `verdict` all of it, as JSON, where it was told.

CREATE TABLE verifications (
  signature TEXT COLLATE {byte_order} NOT NULL REFERENCES signatures (id),
  number BIGINT NOT NULL,
  subject TEXT NOT NULL,
  digest TEXT NOT NULL,
  at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  maker TEXT NOT NULL,
  result TEXT NOT NULL,
  key TEXT NOT NULL,
  expected TEXT NOT NULL,
  reason TEXT NOT NULL,
  problem TEXT NOT NULL,
  language TEXT NOT NULL,
  policy TEXT NOT NULL,
  evidence TEXT NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (signature, number)
);

-- only: sqlite
CREATE TRIGGER verifications_not_changed BEFORE UPDATE ON verifications
  BEGIN SELECT RAISE(ABORT, 'records of verifications are never changed'); END;
-- only: sqlite
CREATE TRIGGER verifications_not_deleted BEFORE DELETE ON verifications
  BEGIN SELECT RAISE(ABORT, 'records of verifications are never deleted'); END;
-- only: sqlite
CREATE TRIGGER verifications_not_replaced BEFORE INSERT ON verifications
  WHEN EXISTS (SELECT 1 FROM verifications WHERE signature = NEW.signature AND number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'records of verifications are never replaced'); END;

-- only: postgresql
CREATE FUNCTION verifications_stay() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'records of verifications are never changed or deleted'; END $$;
-- only: postgresql
CREATE TRIGGER verifications_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON verifications
  FOR EACH STATEMENT EXECUTE FUNCTION verifications_stay();

-- Which repositories hold an image, for those who know it by its digest alone.
CREATE INDEX manifests_by_digest ON manifests (digest, repository);
