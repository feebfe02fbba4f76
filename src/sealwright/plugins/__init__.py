"""The plugin host: finds the programs of the Notary plugin contract, runs them in bounds, installs them."""
