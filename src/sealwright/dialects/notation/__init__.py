"""The command line of notation, the reference of the Notary Project, in its 2.0 and 1.3.2 lines."""
