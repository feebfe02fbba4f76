"""Accounts: who there is, what they may do, and how they show who they are.

    users, robots    log in with a password (users) or a token (both); `names`, `hashing`, `logins`
    groups           hold rights for their members
    grants           rights of an account or group in the repositories that a pattern matches
    bearer tokens    what the token service (`routes/token`) issues to clients; `bearer`, `scopes`
    workloads        ID tokens of CI systems, exchanged for bearer tokens by rules of the settings

Every change counts up one number in the database. A server looks at it once a second, and when it has
changed drops all that it remembered of accounts: a change takes effect on every replica within seconds.
"""
