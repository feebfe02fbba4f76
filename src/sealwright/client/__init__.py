"""The Python API. Its public names are those of the package `sealwright`; all here may move."""
