"""`notation policy`."""

import json
from collections.abc import Mapping

from dialects.case import NEW, OLD, Case, File, Line
from dialects.cases.signing import GO_JSON
from dialects.setting import place, policy

SKIP_ALL = "A policy that would skip verification for every image is refused."
UNKNOWN = "Members that nobody knows are refused, with the name that was probably meant."
DN_PARSER = "What is wrong with a distinguished name is said in our words."
IMPORT_ONE = "`notation policy import <path-to-policy.json>`"
DONE: Mapping[Line, str] = {
    NEW: "Successfully imported OCI trust policy configuration to {config}/trustpolicy.oci.json.\n",
    OLD: "Trust policy configuration imported successfully.\n",
}
ASKED: Mapping[Line, str] = {
    NEW: "The OCI trust policy configuration already exists, do you want to overwrite it? [y/N] ",
    OLD: "The trust policy file already exists, do you want to overwrite it? [y/N] ",
}
DELETED = "Deleted old trust policy configuration trustpolicy.json.\n"
WRITTEN = File(same_as="~/work/p.json", mode=0o600)
NEW_FILES: Mapping[str, File | None] = {"trustpolicy.oci.json": WRITTEN, "trustpolicy.json": None}
FRESH = {NEW: {"trustpolicy.oci.json": WRITTEN}, OLD: {"trustpolicy.json": WRITTEN}}
REPLACED = {NEW: NEW_FILES, OLD: {"trustpolicy.json": WRITTEN}}

STATEMENT: Mapping[str, object] = {
    "name": "a",
    "registryScopes": ["registry.acme.example/net-monitor"],
    "signatureVerification": {"level": "strict"},
    "trustStores": ["ca:acme"],
    "trustedIdentities": ["*"],
}
VALID = {"version": "1.0", "trustPolicies": [STATEMENT]}
IN_PLACE = place("~/work/p.json", VALID)
X509 = "x509.subject: "


def asked(answer: str) -> Mapping[Line, str]:
    """The question and what is said after the answer."""
    return {NEW: ASKED[NEW] + answer, OLD: ASKED[OLD] + answer}


def unreadable(name: str, content: str, problem: str, ours: str = "") -> Case:
    """A file that is no policy at all."""
    parsed: Mapping[Line, str] = {
        NEW: "Error: failed to parse OCI trust policy configuration: ",
        OLD: "Error: failed to parse trust policy configuration: ",
    }
    return Case(
        f"policy import refuses {name}",
        "policy import p.json",
        world=(place("~/work/p.json", content),),
        err={line: f"{text}{problem}\n" for line, text in parsed.items()},
        status=1,
        differs=GO_JSON if ours else "",
        our_err={line: f"{text}p.json:{ours}\n" for line, text in parsed.items()},
    )


INVALID_SCOPE = (
    "is not valid, make sure it is a fully qualified repository without the scheme, protocol or tag. "
    "For example domain.com/my/repository or a local scope like local/myOCILayout"
)

CASES = (
    Case(
        "policy import puts a policy in force",
        "policy import p.json",
        world=(IN_PLACE,),
        out=DONE,
        files=FRESH,
    ),
    Case(
        "policy import replaces a policy after a yes",
        "policy import p.json",
        world=(policy(), IN_PLACE),
        stdin="y\n",
        out={NEW: ASKED[NEW] + DELETED + DONE[NEW], OLD: ASKED[OLD] + DONE[OLD]},
        files=REPLACED,
    ),
    Case(
        "policy import takes YES without a line end",
        "policy import p.json",
        world=(policy(), IN_PLACE),
        stdin="YES",
        out={NEW: ASKED[NEW] + DELETED + DONE[NEW], OLD: ASKED[OLD] + DONE[OLD]},
        files=REPLACED,
    ),
    Case(
        "policy import replaces nothing after a no",
        "policy import p.json",
        world=(policy(), IN_PLACE),
        stdin="no\n",
        out=asked("Operation cancelled.\n"),
    ),
    Case(
        "policy import replaces nothing without an answer",
        "policy import p.json",
        world=(policy(), IN_PLACE),
        out=asked(""),
    ),
    Case(
        "policy import replaces a policy if forced",
        "policy import --force p.json",
        world=(policy(), IN_PLACE),
        out={NEW: DELETED + DONE[NEW], OLD: DONE[OLD]},
        err={
            NEW: "Warning: existing OCI trust policy configuration will be overwritten\n",
            OLD: "Warning: existing trust policy configuration file will be overwritten\n",
        },
        files=REPLACED,
    ),
    Case(
        "policy import warns if forced where there is none",
        "policy import p.json --force",
        world=(IN_PLACE,),
        out=DONE,
        err={
            NEW: "Warning: existing OCI trust policy configuration will be overwritten\n",
            OLD: "Warning: existing trust policy configuration file will be overwritten\n",
        },
        files=FRESH,
    ),
    Case(
        "policy import does not ask for a policy that is broken",
        "policy import p.json",
        world=(place("trustpolicy.json", "nonsense"), IN_PLACE),
        out={NEW: DELETED + DONE[NEW], OLD: DONE[OLD]},
        files=REPLACED,
    ),
    Case(
        "policy import asks for a policy that is only wrong",
        "policy import p.json",
        world=(place("trustpolicy.json", "{}"), IN_PLACE),
        out=asked(""),
    ),
    Case(
        "the newer line replaces its own file",
        "policy import p.json",
        lines=(NEW,),
        world=(policy(file="trustpolicy.oci.json"), IN_PLACE),
        stdin="y\n",
        out=ASKED[NEW] + DONE[NEW],
        files={"trustpolicy.oci.json": WRITTEN},
    ),
    Case(
        "the older line leaves the newer file alone",
        "policy import p.json",
        lines=(OLD,),
        world=(policy(file="trustpolicy.oci.json"), IN_PLACE),
        out=DONE,
        files={"trustpolicy.json": WRITTEN},
    ),
    *(
        Case(
            f"policy import wants one file, not {count}",
            "policy import " + " ".join("abc"[:count]),
            err=f"Error: requires 1 argument but received {count}.\nUsage: notation policy import <path-to-policy.json>\nPlease specify a trust policy file location as the argument\n",
            status=1,
        )
        for count in (0, 2)
    ),
    Case(
        "policy import does not find the file",
        "policy import p.json",
        err={
            NEW: "Error: failed to read OCI trust policy configuration: open p.json: no such file or directory\n",
            OLD: "Error: failed to read trust policy file: open p.json: no such file or directory\n",
        },
        status=1,
    ),
    Case(
        "policy import does not read a folder",
        "policy import {work}",
        err={
            NEW: "Error: failed to read OCI trust policy configuration: read {work}: is a directory\n",
            OLD: "Error: failed to read trust policy file: read {work}: is a directory\n",
        },
        status=1,
    ),
    unreadable(
        "what is not JSON",
        "nonsense",
        "invalid character 'o' in literal null (expecting 'u')",
    ),
    unreadable(
        "an empty file",
        "",
        "unexpected end of JSON input",
    ),
    unreadable(
        "text after the policy",
        '{"version": "1.0"} x',
        "invalid character 'x' after top-level value",
    ),
    unreadable(
        "a version that is no text",
        '{"version": 1}',
        "json: cannot unmarshal number into Go struct field ⟨…⟩.version of type string",
        "1:13: version must be a string",
    ),
    Case(
        "policy import refuses members that nobody knows",
        "policy import p.json",
        lines=(OLD,),
        world=(place("~/work/p.json", {**VALID, "trustPolicy": []}),),
        out=DONE,
        files=FRESH,
        differs=UNKNOWN,
        our_out="",
        our_err='Error: failed to parse trust policy configuration: p.json:⟨…⟩: the member "trustPolicy" is unknown here; did you mean "trustPolicies"?\n',
        our_status=1,
        our_files={},
    ),
    Case(
        "policy import refuses to skip everything",
        "policy import p.json",
        lines=(OLD,),
        world=(
            place(
                "~/work/p.json",
                {
                    "version": "1.0",
                    "trustPolicies": [
                        {"name": "a", "registryScopes": ["*"], "signatureVerification": {"level": "skip"}}
                    ],
                },
            ),
        ),
        out=DONE,
        files=FRESH,
        differs=SKIP_ALL,
        our_out="",
        our_err='Error: failed to validate trust policy: p.json:⟨…⟩: the statement "a" would skip verification for every image\n',
        our_status=1,
        our_files={},
    ),
    Case(
        "policy show shows the policy as it stands",
        "policy show",
        world=(place("trustpolicy.json", VALID),),
        out=json.dumps(VALID, indent=2),
    ),
    Case(
        "policy show prefers the file of the line",
        "policy show",
        world=(place("trustpolicy.json", VALID), place("trustpolicy.oci.json", json.dumps(VALID))),
        out={NEW: json.dumps(VALID), OLD: json.dumps(VALID, indent=2)},
    ),
    Case(
        "policy show finds none",
        "policy show",
        err={
            NEW: f"Error: failed to show OCI trust policy as the trust policy file does not exist.\nYou can import one using {IMPORT_ONE}\n",
            OLD: f"Error: failed to show trust policy as the trust policy file does not exist.\nYou can import one using {IMPORT_ONE}\n",
        },
        status=1,
    ),
    Case(
        "policy show cannot read a folder",
        "policy show",
        world=(place("trustpolicy.json/x", "{}"),),
        err={
            NEW: "Error: failed to show OCI trust policy: read {config}/trustpolicy.json: is a directory\n",
            OLD: "Error: failed to show trust policy: read {config}/trustpolicy.json: is a directory\n",
        },
        status=1,
    ),
    Case(
        "policy show shows a policy that is wrong and says so",
        "policy show",
        lines=(OLD,),
        world=(place("trustpolicy.json", '{"version": "2.0"}'),),
        out='{"version": "2.0"}',
        err=f'Error: trust policy document uses unsupported version "2.0"\nExisting trust policy configuration is invalid, you may update or create a new one via {IMPORT_ONE}\n',
    ),
    Case(
        "the newer line ends with an error after showing a policy that is wrong",
        "policy show",
        lines=(NEW,),
        world=(place("trustpolicy.json", '{"version": "2.0"}'),),
        out='{"version": "2.0"}',
        err=f'Existing OCI trust policy configuration is invalid, you may update or create a new one via {IMPORT_ONE}⟨…⟩\nError: oci trust policy document uses unsupported version "2.0"\n',
        status=1,
    ),
    Case(
        "policy show shows what is not JSON",
        "policy show",
        lines=(OLD,),
        world=(place("trustpolicy.json", "nonsense"),),
        out="nonsense",
        err=f"Error: invalid character 'o' in literal null (expecting 'u')\nExisting trust policy configuration is invalid, you may update or create a new one via {IMPORT_ONE}\n",
    ),
    Case(
        "policy show takes no words",
        "policy show me",
        err="Error: accepts 0 arg(s), received 1\n",
        status=1,
    ),
)
