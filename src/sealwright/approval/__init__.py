"""Rules of multi-person approval, and the proofs that anybody can check offline.

The vault and the command line judge by the same code.
"""
