-- The key under which secrets and marks of the service are made, wrapped under its root key; one row. `kind` is
-- where the root key comes from: file, passphrase or pkcs11. `parameters` is what unwrapping needs, as JSON; no
-- secret stands in it.

CREATE TABLE sealing_master (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  parameters TEXT NOT NULL,
  wrapped {bytes} NOT NULL,
  created BIGINT NOT NULL
);
