"""OpenPGP keys: verification by gpg and Sequoia, signing with either."""
