"""The parts of the application that take several slices: content with its hooks, vaults with approvals, Oracle.

Each hands to lower slices what these want of higher ones; `app` mounts them all.
"""
