"""schemathesis asks a running server whatever the API's description allows, and what it does not: no answer is a fault of
the server's, and none is of another status or form than described."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
# What starts the real server is shared.
sys.path.append(str(HERE.parent / "sendsafely-python"))

from server import Server  # noqa: E402

SEED = 20
CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
SECONDS = 120
"""How long it takes."""


class Description(unittest.TestCase):
    def test_no_answer_is_a_fault_or_undescribed(self):
        with Server() as server, tempfile.TemporaryDirectory(prefix="bulla-schemathesis-") as folder:
            report = pathlib.Path(folder, "report.json")
            environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
            environment["BULLA_WORLD"] = json.dumps({**account(server), "report": str(report), "seed": SEED})
            command = [
                HERE / ".venv/bin/schemathesis", "run", f"{server.origin}/api/v2.0/openapi.json",
                "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing", "--max-examples", "20",
                "--seed", str(SEED), "--generation-database", "none", "--continue-on-failure", "--no-color",
                "--suppress-health-check", "all", "--warnings", "off", "--request-timeout", "30",
                "--max-time", str(SECONDS),
            ]
            run = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, f"\n{run.stdout}\n{run.stderr}")
            calls = json.loads(report.read_text())
        never = sorted(name for name, counts in calls.items() if not counts.get("succeeded"))
        print(f"{sum(counts['asked'] for counts in calls.values())} calls of {len(calls)} operations;"
              f" never done: {', '.join(never) or 'none'}", file=sys.stderr)
        # Otherwise it would have looked at refusals alone.
        self.assertLess(len(never), len(calls) / 3)


def account(server):
    """An account with a key, a password and a Dropzone."""
    email, password = "tester@example.com", "correct horse battery"
    key = server.create_key(email)
    server.run("user", "create", "--admin", "--email", email, "--password-stdin", input=password)
    dropzone = json.loads(server.run("dropzone", "create", "--email", email))["dropzone"]
    return {"origin": server.origin, "key": key, "password": password, "dropzone": dropzone}


if __name__ == "__main__":
    unittest.main()
