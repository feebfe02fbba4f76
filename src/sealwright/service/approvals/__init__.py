"""Multi-person approval: requests, the votes on them, and that each is used once.

The service keeps the votes and the time. It cannot make an approval: people sign with keys that it has not.
"""
