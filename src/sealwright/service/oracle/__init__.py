"""Oracle's APIs, served by us: container images and their signatures (Artifacts), and key management.

Clients sign their requests (`signing`) with keys that belong to our accounts (`identity`). `wire` holds what
all operations have in common: identifiers of requests, errors, pages, entity tags, retry tokens.

Sources: Oracle's API references, "Artifacts and Container Images API" (version 20160918) and "Key Management
Service API" (20180608); "Request Signatures"; "API Errors".
"""
