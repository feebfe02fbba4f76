-- The CA that certifies the names by which Oracle's clients call this service, one for each domain. The key of a
-- CA is sealed, and bound to its certificate.

CREATE TABLE oracle_authorities (
  domain TEXT PRIMARY KEY,
  certificate {bytes} NOT NULL,
  sealed_key {bytes} NOT NULL,
  created BIGINT NOT NULL
);
