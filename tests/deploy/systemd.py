#!/usr/bin/env python3
"""Checks deploy/systemd: that systemd accepts the unit, how much it exposes, and that Palisade works inside it.

    tests/deploy/systemd.py [BINARY]      default: target/release/palisade under CARGO_TARGET_DIR or this checkout

For the last, a systemd is booted in a container made of this machine's /usr (systemd-nspawn, no network but loopback,
everything else empty and in memory), with the unit, the user's fragment and the configuration of deploy/systemd. There
Palisade takes in, stops, starts, is killed and restarted, and listens below port 1024 with the drop-in for it.

That needs systemd-nspawn (Debian: apt-get install systemd-container) and curl. Without them that part says that it was
skipped; with PALISADE_REQUIRE_SERVERS=1 it fails. Where it may not be done (no root, no namespaces) it can only be
skipped.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
UNITS = HERE / "deploy/systemd"
# What systemd-analyze computes for the unit; 0 is no exposure, 10 is all; systemd itself
# says "OK" to what is near this.
EXPOSURE_MAX = 1.5
BOOT_SECONDS_MAX = 120

PROBE = """\
[Unit]
Description=test of palisade.service
Wants=palisade.service
After=palisade.service
SuccessAction=poweroff-force
FailureAction=poweroff-force
[Service]
Type=oneshot
ExecStart=/bin/bash -eu /probe/probe.sh
StandardOutput=file:/out/said
StandardError=file:/out/errors
"""

# Runs inside; every step that fails ends it, and its last line tells that all went well.
SCRIPT = """\
ready() { for _ in $(seq 300); do curl -sf "$PALISADE_URL/readyz" && return; sleep 0.1; done; echo "not ready"; exit 1; }
pid() { systemctl show -p MainPID --value palisade; }
export PALISADE_URL=http://127.0.0.1:7171
ready
PALISADE_KEY=$(journalctl -u palisade -o cat | sed -n 's/^Admin key (shown once): //p'); export PALISADE_KEY
for n in 1 2 3; do
  curl -sf -H "Authorization: Bearer $PALISADE_KEY" -d "{\\"seq\\": $n}" $PALISADE_URL/api/v1/events
done
echo; id -u palisade
grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/$(pid)/status
stat -c '%U %a' /var/lib/palisade
systemctl stop palisade
test "$(systemctl show -p Result --value palisade)" = success
count='SELECT count(DISTINCT id) FROM events'
test "$(palisade query --data-dir /var/lib/palisade --format csv "$count" | tail -1)" = 3
systemctl start palisade; ready
kill -9 $(pid)
for _ in $(seq 300); do test "$(systemctl show -p NRestarts --value palisade)" = 1 && break; sleep 0.1; done
ready
test "$(palisade query --format csv "$count" | tail -1)" = 3
mkdir -p /run/systemd/system/palisade.service.d
cp /units/drop-ins/*.conf /run/systemd/system/palisade.service.d/
printf '[Service]\\nEnvironment=PALISADE_LISTEN=127.0.0.1:514\\n' > /run/systemd/system/palisade.service.d/listen.conf
systemctl daemon-reload; systemctl restart palisade
PALISADE_URL=http://127.0.0.1:514; ready
systemctl stop palisade
if journalctl -u palisade -o cat | grep -E 'panicked|ERROR'; then exit 1; fi
echo ALL WENT WELL
"""


def skip(reason: str) -> None:
    print(f"skipped: {reason}", file=sys.stderr)
    sys.exit(0)


def missing(program: str) -> None:
    if os.environ.get("PALISADE_REQUIRE_SERVERS") == "1":
        sys.exit(f"{program} is missing: run tests/setup.sh")
    skip(f"{program} is missing: run tests/setup.sh")


def analyze(*arguments: str) -> str:
    done = subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True, check=False)
    # `security` ends with 1 for a service that is not fully confined; what it prints decides.
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


def check_unit(folder: Path) -> float:
    """Lets systemd verify the unit in a root where its command exists; returns the exposure that systemd computes."""
    root = folder / "root"
    for inside in ("etc/systemd/system", "usr/local/bin", "usr/lib/systemd"):
        (root / inside).mkdir(parents=True)
    shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
    shutil.copy("/bin/true", root / "usr/local/bin/palisade")
    unit = shutil.copy(UNITS / "palisade.service", root / "etc/systemd/system")
    complaints = analyze("verify", f"--root={root}", "palisade.service")
    assert complaints == "", complaints
    said = analyze("security", "--offline=true", unit)
    exposure = float(re.search(r"Overall exposure level for palisade.service: ([0-9.]+)", said)[1])
    assert exposure <= EXPOSURE_MAX, said
    return exposure


def boot(binary: Path, folder: Path) -> str:
    """Boots systemd with the unit; returns what the probe said."""
    mounts = {name: folder / name for name in ("system", "sysusers", "etc", "bin", "probe", "out")}
    for path in mounts.values():
        path.mkdir()
    shutil.copy(UNITS / "palisade.service", mounts["system"])
    (mounts["system"] / "probe.service").write_text(PROBE)
    (mounts["system"] / "multi-user.target.wants").mkdir()
    (mounts["system"] / "multi-user.target.wants/probe.service").symlink_to("../probe.service")
    # It would ask the terminal for a time zone.
    (mounts["system"] / "systemd-firstboot.service").symlink_to("/dev/null")
    shutil.copy(UNITS / "palisade.sysusers", mounts["sysusers"] / "palisade.conf")
    shutil.copy(UNITS / "palisade.toml", mounts["etc"])
    shutil.copy(binary, mounts["bin"] / "palisade")
    (mounts["probe"] / "probe.sh").write_text(SCRIPT)
    folder.chmod(0o755)
    binds = {
        "system": "/etc/systemd/system",
        "sysusers": "/etc/sysusers.d",
        "etc": "/etc/palisade",
        "bin": "/usr/local/bin",
        "probe": "/probe",
    }
    command = ["systemd-nspawn", "--register=no", "--keep-unit", f"--machine=palisade-{os.getpid()}"]
    command += ["--directory=/", "--volatile=yes", "--private-network", "--boot", f"--bind={mounts['out']}:/out"]
    command += [f"--bind-ro={UNITS}:/units"] + [f"--bind-ro={mounts[name]}:{at}" for name, at in binds.items()]
    with (folder / "console").open("wb") as console:
        try:
            subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, timeout=BOOT_SECONDS_MAX, check=False
            )
        except subprocess.TimeoutExpired:
            print("the container did not end by itself", file=sys.stderr)
    said = mounts["out"] / "said"
    if not said.exists():
        print((folder / "console").read_text(errors="replace")[-2000:], file=sys.stderr)
        skip("no systemd can be booted in a container here")
    errors = mounts["out"] / "errors"
    return said.read_text() + (errors.read_text() if errors.exists() else "")


def check_confinement(said: str) -> None:
    uid = re.search(r"^(\d+)$", said, re.M)[1]
    assert re.search(rf"^Uid:\s+{uid}\s+{uid}\s+{uid}\s+{uid}$", said, re.M), said
    for line in (r"CapEff:\s+0+", r"CapBnd:\s+0+", r"NoNewPrivs:\s+1", r"Seccomp:\s+2", r"palisade 750"):
        assert re.search(rf"^{line}$", said, re.M), f"{line} is missing in\n{said}"


def main() -> None:
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
    binary = Path(sys.argv[1]) if len(sys.argv) > 1 else target / "release/palisade"
    if not binary.exists():
        sys.exit(f"{binary} is not there: build it with `cargo build --release --workspace`")
    if not shutil.which("systemd-analyze"):
        missing("systemd")
    with tempfile.TemporaryDirectory(prefix="palisade-systemd-") as folder:
        exposure = check_unit(Path(folder))
        print(f"ok: systemd accepts the unit; exposure {exposure}")
        for program in ("systemd-nspawn", "curl"):
            if not shutil.which(program):
                missing(program)
        if os.geteuid() != 0:
            skip("booting systemd needs root")
        said = boot(binary.resolve(), Path(folder))
        assert said.rstrip().endswith("ALL WENT WELL"), said
        check_confinement(said)
        print("ok: took in, stopped, restarted after kill -9, and listened at port 514 under systemd")


if __name__ == "__main__":
    main()
