-- Who did what, from where, in which request. Rows are added, never changed: the triggers see to it.

CREATE TABLE audit (
  id {identity},
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  repository TEXT NOT NULL,
  subject TEXT NOT NULL,
  request TEXT NOT NULL,
  client TEXT NOT NULL,
  detail TEXT NOT NULL
);

-- The newest rows, of all or of one actor, action, repository or subject.
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_actor ON audit (actor, at, id);
CREATE INDEX audit_by_action ON audit (action, at, id);
CREATE INDEX audit_by_repository ON audit (repository, at, id);
CREATE INDEX audit_by_subject ON audit (subject, at, id);

-- only: sqlite
CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'rows of the audit log are never changed'); END;
-- only: sqlite
CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'rows of the audit log are never deleted'); END;
-- only: sqlite
CREATE TRIGGER audit_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
  BEGIN SELECT RAISE(ABORT, 'rows of the audit log are never replaced'); END;

-- only: postgresql
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'rows of the audit log are never changed or deleted'; END $$;
-- only: postgresql
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
