"""Keys in hardware: PKCS #11 modules, each loaded in a process of its own."""
