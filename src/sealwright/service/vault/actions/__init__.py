"""What is done with vaults, keys and versions, a module for each kind; `vaults.Vaults` is all of it."""
