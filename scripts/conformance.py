"""Runs scim2-tester and scim-sanity against a SCIM base URL, prints what they object to, and counts.

    python conformance.py BASE_URL TOKEN READ_ONLY_TOKEN

docs/conformance.md gives the reason of every exclusion. One that nothing matches fails, so that the list cannot
grow old.
"""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server


@dataclass(frozen=True)
class Check:
    """One check of one checker, and how it ended: `passed`, `failed` or `skipped`."""

    name: str
    outcome: str
    says: str
    data: Any = None


def tester(url, token, **options):
    """The checks of scim2-tester; whatever falls short of a recommendation of the RFCs fails as well."""
    http = Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)
    outcomes = {
        Status.SUCCESS: "passed",
        Status.COMPLIANT: "passed",
        Status.ACCEPTABLE: "passed",
        Status.SKIPPED: "skipped",
    }
    for result in check_server(SyncSCIMClient(http), **options):
        if result.reason == "Skipped due to tag filtering":
            continue
        name = f"{result.resource_type} {result.title}" if result.resource_type else result.title
        yield Check(name, outcomes.get(result.status, "failed"), result.reason or "", result.data)


def sanity(url, token):
    """The checks of scim-sanity in its strict mode; its warnings fail as well."""
    command = [Path(sys.executable).with_name("scim-sanity"), "probe", url, "--token", token]
    command += ["--json-output", "--strict", "--i-accept-side-effects"]
    output = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if not output.stdout:
        raise RuntimeError(output.stderr.strip().rpartition("\n")[2])
    for result in json.loads(output.stdout)["results"]:
        outcome = {"pass": "passed", "skip": "skipped"}.get(result["status"], "failed")
        yield Check(result["name"], outcome, result.get("message", ""))


def only_display_is_more(check):
    """Whether the members in the answer are those that were sent, but for `display`."""
    sent, answered = (
        [(member.value, member.ref, member.type) for member in check.data.get(key) or []]
        for key in ("expected", "modify_actual")
    )
    return bool(sent) and sent == answered and all(member.display for member in check.data["modify_actual"])


# (checker, check, how what it says begins, what else must hold)
EXCLUDED = [
    ("scim2-tester", "User check_remove_attribute", "PATCH modify() did not remove attribute 'active'", None),
    *(
        ("scim2-tester", name, "PATCH modify() returned unexpected value for 'members'.", only_display_is_more)
        for name in ("Group check_add_attribute", "Group check_replace_attribute")
    ),
    ("scim-sanity", "PATCH /Groups/{id} add member", "Expected 200, got 400", None),
]


def exclusion_of(checker, check):
    """The exclusion that a failed check falls under."""
    for exclusion in EXCLUDED:
        of, name, begins, holds = exclusion
        if (of, name) == (checker, check.name) and check.says.startswith(begins):
            if holds is None or holds(check):
                return exclusion
    return None


def run(checker, checks, unused):
    """Counts the checks of one checker, and takes from `unused` the exclusions that were needed."""
    count = Counter()

    def tell(outcome, label, text):
        count[outcome] += 1
        print(f"conformance: {checker}: {label}: {text}")

    try:
        for check in checks:
            exclusion = exclusion_of(checker, check) if check.outcome == "failed" else None
            if exclusion:
                unused.discard(exclusion)
                tell("skipped", "excluded", f"{check.name}: {check.says.splitlines()[0]}")
            elif check.outcome == "passed":
                count["passed"] += 1
            else:
                tell(check.outcome, check.outcome, f"{check.name}: {check.says}")
    except Exception as error:  # A checker that breaks is one failure, whatever broke it.
        unused.difference_update([exclusion for exclusion in EXCLUDED if exclusion[0] == checker])
        tell("failed", "failed", f"it could not go on: {error!r}")
    if not count["passed"] and not count["failed"]:
        tell("failed", "failed", "it checked nothing")
    print(f"conformance: {checker}: {count['passed']} passed")
    return count


def main():
    url, token, read_only = sys.argv[1:]
    unused = set(EXCLUDED)
    total = run("scim2-tester", tester(url, token), unused)
    # A reader is told of an extension more.
    total += run("scim2-tester, read-only", tester(url, read_only, include_tags={"discovery"}), unused)
    total += run("scim-sanity", sanity(url, token), unused)
    for of, name, begins, _ in unused:
        print(f"conformance: nothing falls under the exclusion '{of}: {name}: {begins}'; remove it")
        total["failed"] += 1
    print(", ".join(f"{total[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped")))
    return 1 if total["failed"] else 0


sys.exit(main())
