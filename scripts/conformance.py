"""Runs scim2-tester and scim-sanity against a SCIM base URL, prints what they object to, and counts.

What is excluded, and why, stands in EXCLUDED and in docs/conformance.md; an exclusion that nothing matches fails, so
that the list cannot grow old.
"""

import json
import subprocess
import sys
from pathlib import Path

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

# (checker, check, a part of what it says)
EXCLUDED = [
    # `active` always has a value: without one it is true again (RFC 7644 §3.5.1 lets a server assign defaults).
    ("scim2-tester", "check_remove_attribute", "'active'"),
    # The server supplies `members.display`, which is read-only (RFC 7643 erratum 6011); the check wants it unsupplied.
    ("scim2-tester", "check_add_attribute", "'members'"),
    ("scim2-tester", "check_replace_attribute", "'members'"),
    # The check adds a member that does not exist; that is 400 here, before anybody believes it has happened.
    ("scim-sanity", "PATCH /Groups/{id} add member", "Expected 200, got 400"),
]


def tester(url, token):
    """Yields (check, outcome, what it says) of scim2-tester."""
    http = Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
    for result in check_server(SyncSCIMClient(http)):
        outcome = {Status.ERROR: "failed", Status.DEVIATION: "failed", Status.SKIPPED: "skipped"}
        yield result.title, outcome.get(result.status, "passed"), result.reason or ""


def sanity(url, token):
    """Yields (check, outcome, what it says) of scim-sanity, in its strict mode."""
    command = [Path(sys.executable).with_name("scim-sanity"), "probe", url, "--token", token]
    command += ["--json-output", "--strict", "--i-accept-side-effects"]
    output = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout
    for result in json.loads(output)["results"]:
        status = result["status"].lower()
        outcome = {"pass": "passed", "skip": "skipped"}.get(status, "failed")
        yield result["name"], outcome, result.get("message") or ""


def main():
    url, token = sys.argv[1:3]
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    used = set()
    for checker, results in (("scim2-tester", tester), ("scim-sanity", sanity)):
        for check, outcome, says in results(url, token):
            if outcome == "failed":
                known = [e for e in EXCLUDED if e[0] == checker and e[1] == check and e[2] in says]
                used.update(known)
                outcome = "skipped" if known else "failed"
            if outcome == "failed":
                print(f"conformance: {checker}: {check}: {says}")
            counts[outcome] += 1
    for exclusion in EXCLUDED:
        if exclusion not in used:
            print(f"conformance: nothing matches the exclusion {exclusion}; remove it")
            counts["failed"] += 1
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["failed"] else 0


sys.exit(main())
