#!/usr/bin/env python3
"""Runs the binary as the container image would: from a root of exactly the image's files, which it cannot change, as
user 65532 without capabilities, as process 1, with /data alone to write to.

    tests/deploy/image.py [BINARY]        default: target/release/palisade under CARGO_TARGET_DIR or this checkout

It starts, takes in, judges, answers, stops on SIGTERM, and starts again with everything there. What this leaves
untested is the build of the image itself, which pulls its bases from a registry.

The root is made of the files of this machine, by bubblewrap (Debian: apt-get install bubblewrap). Without it the test
says that it was skipped; with PALISADE_REQUIRE_SERVERS=1 it fails. Where the kernel allows no user namespaces it can
only be skipped.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
USER = 65532
EVENTS = 1_000
DEADLINE_SECONDS = 60
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def target_dir() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))


def skip(reason: str) -> None:
    print(f"skipped: {reason}", file=sys.stderr)
    sys.exit(0)


def missing(program: str) -> None:
    if os.environ.get("PALISADE_REQUIRE_SERVERS") == "1":
        sys.exit(f"{program} is missing: run tests/setup.sh")
    skip(f"{program} is missing: run tests/setup.sh")


def place(file: Path, root: Path, at: str) -> None:
    """Copies a file, with the execute bit for all, to its place in the root."""
    target = root / at.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(0o755)


def libraries(binary: Path) -> list[str]:
    """The shared libraries that the binary needs and their loader, by absolute path."""
    lines = subprocess.run(["ldd", binary], check=True, capture_output=True, text=True).stdout
    return re.findall(r"(/\S+) \(0x", lines)


def make_root(binary: Path, root: Path) -> None:
    place(binary, root, "/usr/local/bin/palisade")
    place(HERE / "deploy/docker/palisade.toml", root, "/etc/palisade/palisade.toml")
    for library in libraries(binary):
        place(Path(library), root, library)
    if CERTIFICATES.exists():
        place(CERTIFICATES, root, str(CERTIFICATES))
    for folder in ("data", "proc", "dev"):
        (root / folder).mkdir()
    root.chmod(0o755)


def sandbox(root: Path, data: Path) -> list[str]:
    """The command before the command: a new user where this is root, then bubblewrap."""
    user = []
    if os.geteuid() == 0:
        user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    return [
        *user,
        *("bwrap", "--unshare-all", "--share-net", "--uid", str(USER), "--gid", str(USER)),
        *("--ro-bind", str(root), "/", "--bind", str(data), "/data", "--proc", "/proc", "--dev", "/dev"),
        *("--cap-drop", "ALL", "--clearenv", "--chdir", "/data", "--die-with-parent", "--as-pid-1"),
        *("--setenv", "PALISADE_CONFIG", "/etc/palisade/palisade.toml", "--setenv", "PALISADE_DATA_DIR", "/data"),
    ]


class Server:
    """The server in its sandbox, ready."""

    def __init__(self, root: Path, data: Path, said: Path) -> None:
        self.said = said
        read, write = os.pipe()
        # All addresses, as the image's configuration has it, which only `insecure = true` allows; a free port.
        command = [*sandbox(root, data), "--setenv", "PALISADE_LISTEN", "0.0.0.0:0", "--info-fd", str(write)]
        with said.open("wb") as errors:
            self.process = subprocess.Popen(
                [*command, "/usr/local/bin/palisade", "serve"], stderr=errors, pass_fds=[write]
            )
        os.close(write)
        with os.fdopen(read) as info:
            self.pid = json.load(info)["child-pid"]
        self.url = self.wait_for(r"^Listening on (\S+)$")
        self.wait_for(r"^(Sign in)")
        self.key = None
        if key := re.search(r"^Admin key \(shown once\): (\S+)$", self.said.read_text(), re.M):
            self.key = key[1]

    def wait_for(self, pattern: str) -> str:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.said.read_text(), re.M):
                return found[1]
            assert self.process.poll() is None, f"the server ended:\n{self.said.read_text()}"
            time.sleep(0.02)
        raise AssertionError(f"the server did not say {pattern}:\n{self.said.read_text()}")

    def ask(self, path: str, key: str, body: bytes | None = None, content_type: str = "application/json") -> dict:
        request = urllib.request.Request(self.url + path, data=body, headers={"Content-Type": content_type})
        request.add_header("Authorization", f"Bearer {key}")
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def number(self, sql: str, key: str) -> int:
        return self.ask("/api/v1/query", key, json.dumps({"sql": sql}).encode())["rows"][0][0]

    def stop(self) -> float:
        """Sends SIGTERM and returns the seconds until its orderly end."""
        started = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        code = self.process.wait(DEADLINE_SECONDS)
        assert code == 0, f"exit code {code}:\n{self.said.read_text()}"
        text = self.said.read_text()
        assert "panicked" not in text and " ERROR " not in text, text
        return time.monotonic() - started


def check_confinement(server: Server) -> None:
    status = Path(f"/proc/{server.pid}/status").read_text()
    field = lambda name: re.search(rf"^{name}:\s+(.*)$", status, re.M)[1].split()
    uid = USER if os.geteuid() == 0 else os.geteuid()
    assert field("Uid") == [str(uid)] * 4, field("Uid")
    for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"):
        assert int(field(name)[0], 16) == 0, (name, field(name))
    assert field("NoNewPrivs") == ["1"]
    assert field("NSpid")[-1] == "1"
    mounts = [line.split() for line in Path(f"/proc/{server.pid}/mountinfo").read_text().splitlines()]
    writable = {mount[4] for mount in mounts if mount[5].startswith("rw")}
    assert "/" not in writable and "/data" in writable, writable
    assert all(at == "/data" or at.startswith(("/dev", "/proc")) for at in writable), writable


def send(server: Server, key: str) -> None:
    lines = [json.dumps({"kind": "log", "service": "image", "seq": n, "message": f"line {n}"}) for n in range(EVENTS)]
    lines.append(json.dumps({"service": "image", "message": "hidden \u202e text"}))
    answer = server.ask("/api/v1/events", key, "\n".join(lines).encode(), "application/x-ndjson")
    assert answer == {"accepted": EVENTS + 1}, answer


def run(binary: Path, folder: Path) -> None:
    root, data = folder / "root", folder / "data"
    root.mkdir()
    data.mkdir(mode=0o750)
    folder.chmod(0o755)
    make_root(binary, root)
    if os.geteuid() == 0:
        os.chown(data, USER, USER)

    server = Server(root, data, folder / "first")
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(server.process.kill)
        key = server.key
        assert key, "the first start prints the admin key"
        assert server.ask("/readyz", key) == {"status": "ok", "reasons": []}
        check_confinement(server)
        send(server, key)
        assert server.number("SELECT count(*) FROM events", key) == EVENTS + 1
        assert server.number("SELECT count(*) FROM findings", key) >= 1
        seconds = server.stop()
    commits = list((data / "lake/events/_delta_log").glob("*.json"))
    assert len(commits) >= 2, f"stopping commits what was taken: {commits}"

    again = Server(root, data, folder / "again")
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(again.process.kill)
        assert again.key is None, "the key is printed once"
        assert again.number("SELECT count(DISTINCT id) FROM events", key) == EVENTS + 1
        again.stop()
    files = sum(1 for file in root.rglob("*") if file.is_file())
    print(f"ok: {files} files make the root; {EVENTS + 1} events in, stopped in {seconds:.2f} s, all there again")


def main() -> None:
    binary = Path(sys.argv[1]) if len(sys.argv) > 1 else target_dir() / "release/palisade"
    if not binary.exists():
        sys.exit(f"{binary} is not there: build it with `cargo build --release --workspace`")
    if not shutil.which("bwrap"):
        missing("bubblewrap")
    probe = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        skip("this machine allows no user namespaces")
    with tempfile.TemporaryDirectory(prefix="palisade-image-") as folder:
        run(binary.resolve(), Path(folder))


if __name__ == "__main__":
    main()
