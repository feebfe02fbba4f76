"""The commands of oc, one module each."""
