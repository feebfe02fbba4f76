"""The HTTP API for what no registry protocol has: all signatures, of every format, listed and searched.

    GET            /api/v1/signatures                    search
    GET, DELETE    /api/v1/signatures/{id}               one; revoke it
    GET            /api/v1/signatures/{id}/content       its bytes, or those of its manifest
    GET, POST      /api/v1/signatures/{id}/verifications           what was found of it; add a record
    GET            /api/v1/signatures/{id}/verifications/{number}  one record, with its verdict
    POST           /api/v1/signatures/{id}/verify        have the service verify it, and record that
    GET            /api/v1/images                        one image with its signatures
    GET            /api/v1/images/{digest}               the same, in every repository that holds it
    GET            /api/v1/repositories                  what there is
    GET            /api/v1/openapi.json                  this, in OpenAPI 3.1

`openapi.json` beside this file is written by hand; those of other slices are put into it when it is served.
"""
