"""Other programs' command lines: one folder for each program whose place we take.

A dialect is a parser with its peer's flag grammar, a table from reason code to the peer's text, and a table
of exit codes. It decides nothing: the verbs of `sealwright.workflow` do.
"""
