"""Where private keys live: a table from scheme to dotted name, loaded on use."""
