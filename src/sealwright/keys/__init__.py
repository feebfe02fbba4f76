"""Where private keys live: a table from URI scheme to dotted name, loaded on use."""
