"""The cases, one module for each command; each has a tuple CASES."""
