"""The parts of the application that take several slices: content and its hooks, vaults and approvals, Oracle.

Each hands to lower slices what these want of higher ones; `app` mounts them all.
"""
