"""The registry: the OCI distribution protocol over the service's storage.

Routes are asynchronous and speak HTTP, actions are synchronous and change things, queries are their SQL.
Each of the three is split by noun: blobs, uploads, manifests, listings.
"""
