"""The real server binary on a free loopback port with a fresh data folder."""

import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]


def binary():
    """The binary under test: `$BULLA_BIN`, else the workspace's release build, else its debug build."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    candidates = [os.environ.get("BULLA_BIN"), target / "release/bulla", target / "debug/bulla"]
    for candidate in candidates:
        if candidate and os.path.exists(candidate):
            return str(candidate)
    raise FileNotFoundError("no server binary: build one with `cargo build --release -p bulla-server`")


class Server:
    """A running server; `with` ends it and removes its data."""

    def __enter__(self):
        self._data = tempfile.TemporaryDirectory(prefix="bulla-data-")
        self._log = tempfile.TemporaryFile()
        port = _free_port()
        self.origin = f"http://127.0.0.1:{port}"
        command = [binary(), "serve", "--listen", f"127.0.0.1:{port}", "--data", self._data.name]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._log.close()
        self._data.cleanup()

    def _wait(self):
        for _ in range(300):
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.origin}/healthz"):
                    return
            except urllib.error.URLError:
                time.sleep(0.1)
        self._log.seek(0)
        raise RuntimeError(f"the server is not ready:\n{self._log.read().decode(errors='replace')}")

    def create_key(self, email):
        """Makes an API key for an account; returns `email`, `apiKey` and `apiSecret`."""
        return json.loads(self.run("key", "create", "--email", email))

    def run(self, *command, input=None):
        """Runs a command on the server's data; returns what it prints."""
        command = [binary(), *command, "--data", self._data.name]
        return subprocess.run(command, check=True, capture_output=True, text=True, input=input).stdout


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
