"""Multi-person approval of the use of keys."""

REASONS: dict[str, tuple[str, str]] = {
    "approval.awaited": (
        "people were asked to approve the use of {key}, in the request {request}",
        "go on with seal sign --resume {request}, or, with what seal vault does, by the same command again",
    ),
    "approval.denied": (
        "{by} refused to approve the use of {key}",
        "ask why, see seal approval show {request}, and sign anew",
    ),
    "approval.expired": (
        "the time to approve the use of {key}, or to use the approval, is over: {standing}",
        "sign anew, and tell those who approve; seal approval who names them",
    ),
    "approval.void": (
        "the rules of {key} were changed after people were asked to approve its use",
        "sign anew; who is asked then follows the new rules",
    ),
    "approval.service-away": (
        "the service cannot be asked how the request {request} stands: {problem}",
        "nothing need be done: it is asked again, and people can approve meanwhile",
    ),
    "approval.not-sound": (
        "what the service tells of the request {request} does not belong together: {problem}",
        "do not approve it, and find out who runs the service",
    ),
    "approval.other-artifact": (
        "the request {request} is about {found}, not about what was named",
        "look at it: seal approval show {request}",
    ),
    "approval.key-no-say": (
        "the key {fingerprint} belongs to nobody who has a say in {operation} here",
        "see whose keys count: seal approval who; name yours with --key",
    ),
    "approval.not-agreed": (
        "nobody is here to be asked whether they agree to what was shown",
        "say so with --yes, best along with --artifact",
    ),
    "approval.rules-unexpected": (
        "its rules are not among those that were named",
        "if these are the rules of the key, name them: --rules-digest {digest}",
    ),
    "approval.other-bytes": (
        "the request {request} is not about what the signature is over",
        "do not take it for a proof of this signature",
    ),
    "approval.signing-key-unknown": (
        "the public key of the version {version} is not known, so the signature may be by another key",
        "give it with --keys, as seal vault key export prints it",
    ),
    "approval.signing-key-other": (
        "the signature is by another key than the version {version}, which people approved",
        "do not take it for a proof of this signature",
    ),
    "approval.unproven-signature": (
        "there is no proof with it that anybody approved",
        "if its key has rules, get it: seal approval proof REQUEST --attach IMAGE",
    ),
    "approval.no-such-signature": (
        "no signature of {image} is what the request {request} was about",
        "name the image whose signature was approved, and sign it first",
    ),
    "approval.plan-malformed": (
        "it says not whose approval it takes: {problem}",
        "write it as docs/guides/approvals.md shows",
    ),
    "approval.group-malformed": (
        "{text!r} is no group of people",
        "write NAME=QUORUM:PERSON,PERSON such as release=2:ada,bob,eve",
    ),
    "approval.key-signature": (
        "the key made a signature that its public key does not verify",
        "check that the public key belongs to it, and that the token or gpg works",
    ),
    "approval.key-absent": (
        "there is no key to approve with in {file}",
        "make one with seal approval enrol, or name yours with --key",
    ),
    "approval.needed": (
        "{operation} of the key {key} has to be approved, as its rules say",
        "open a request of approval, have it approved, and name it",
    ),
    "approval.rules-malformed": (
        "these are no rules of approval: {problem}",
        "write them as docs/reference/approval-rules.md has it",
    ),
    "approval.person-repeated": (
        "{person} stands in the rules twice",
        "put all keys of one person into one entry",
    ),
    "approval.key-unusable": (
        "a key cannot be used to approve: {problem}",
        "take Ed25519, P-256, RSA of 2048 bits or more, or an OpenPGP key that signs",
    ),
    "approval.key-shared": (
        "{first} and {second} have the same key, {fingerprint}, so one could approve for both",
        "have each of them make a key of their own",
    ),
    "approval.group-repeated": (
        "{place}: two groups are called {group}",
        "give each group of an alternative a name of its own",
    ),
    "approval.group-empty": (
        "{place}: nobody is in the group {group}",
        "name people, or leave the group out",
    ),
    "approval.group-counts-twice": (
        "{place}: the group {group} names somebody twice",
        "name each person once; nobody counts twice",
    ),
    "approval.person-unknown": (
        "{place}: {person}, of the group {group}, is not among the people of the rules",
        "add the person with a key, as seal approval enrol shows them",
    ),
    "approval.quorum-unreachable": (
        "{place}: its quorums can never be reached together, since each person counts once",
        "lower a quorum, add people, or set samePersonInSeveralGroups",
    ),
    "approval.person-unheard": (
        "{person} is among the people, and in no group",
        "add them to a group, or leave them out",
    ),
    "approval.change-open": (
        "the rules do not say who approves their change, so whoever may change the key may drop them",
        "add a rule for change",
    ),
    "approval.request-malformed": (
        "this is no request for approval: {problem}",
        "take it from the service as it is",
    ),
    "approval.proof-malformed": (
        "this is no proof of approval: {problem}",
        "take it from the service, or from the signature, as it is",
    ),
    "approval.rules-changed": (
        "the request {request} was made under other rules than those of the key",
        "open a new request; what was approved under other rules counts no more",
    ),
    "approval.not-needed": (
        "{operation} of the key {key} needs no approval",
        "do it without one",
    ),
    "approval.no-say": (
        "{person} has no say in {operation} here",
        "see who has: seal approval who",
    ),
    "approval.key-unknown": (
        "{fingerprint} is none of the keys that {person} has in the rules",
        "sign with a key that stands in the rules of the key",
    ),
    "approval.signature-invalid": (
        "the signature is not one of {person} on the request {request}",
        "sign the statement of this request and decision, byte by byte",
    ),
    "approval.vote-early": (
        "a vote of {person} is older than the request {request}",
        "take the proof from the service as it is",
    ),
    "approval.not-ready": (
        "the approval {request} was spent while it was {state}: {standing}",
        "do not trust what was done with it, and find out who runs the service",
    ),
    "approval.unknown": (
        "there is no request for approval {request}",
        "see seal approval list",
    ),
    "approval.other": (
        "the request {request} is not about this {operation}: people approved something else",
        "open a request for exactly this",
    ),
    "approval.spent": (
        "the approval {request} was used already",
        "open a new request; each approval is good for one operation",
    ),
    "approval.waiting": (
        "the request {request} is not approved yet: {standing}",
        "wait for it: seal approval show {request}",
    ),
    "approval.locked": (
        "the request {request} is approved, and its time lock ends in {seconds} seconds",
        "wait until then",
    ),
    "approval.not-spent": (
        "the request {request} was not used in this operation",
        "tell whoever maintains this service",
    ),
    "approval.closed": (
        "the request {request} is {state}, so nobody approves or denies it any more",
        "open a new request",
    ),
    "approval.voted": (
        "{person} has said so on the request {request} already",
        "nothing has to be done; nobody counts twice",
    ),
    "approval.requests-too-many": (
        "{most} requests for approval of {whose} stand already",
        "wait for those, or have whoever approves deny some",
    ),
    "approval.unproven": (
        "the request {request} was not used, so there is no proof yet",
        "ask again when it is spent",
    ),
    "approval.no-such-key": (
        "there is no key {key}, or you may not see it",
        "see seal vault key list",
    ),
    "approval.approver-unknown": (
        "nobody called {person} has enrolled",
        "enrol with seal approval enrol",
    ),
    "approval.enrolment-invalid": (
        "this enrols nobody: {problem}",
        "mend that, and enrol again",
    ),
    "approval.not-yourself": (
        "the account {account} does not speak for {person}",
        "have {person} enrol with their own account, or an administrator do it",
    ),
}
