#!/usr/bin/env python3
"""VictoriaMetrics beside Palisade: the same remote-write bodies, from the same generator, on the same machine.

    victoriametrics.py PALISADE [--seconds N] [--points-per-second N]

PALISADE is the binary. Each takes the bodies of `palisade bench ingest --preset remote-write` for as long; then each is
told, or given the time, to write out and merge what it holds. Prints points a second, memory, and bytes on disk a point.

What is not comparable: Palisade acknowledges after fsync. VictoriaMetrics acknowledges from memory, writes parts every few
seconds and syncs those; points of the last seconds are lost in a crash. VictoriaMetrics keeps metrics alone, Palisade
keeps them as rows of an open table with an id each. `--points-per-second` sends both the same number of points.
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url):
    with urllib.request.urlopen(url, timeout=600) as answer:
        return answer.read().decode()


def folder_bytes(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def bench(palisade, given, *more):
    command = [palisade, "bench", "ingest", "--preset", "remote-write", "--seconds", str(given.seconds), "--format", "json"]
    if given.points_per_second:
        command += ["--rate", str(given.points_per_second)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PALISADE_")}
    done = subprocess.run([*command, *more], capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)[0]


def victoria_metrics(palisade, given):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="palisade-peer-", dir="/var/tmp"))
    url = f"http://127.0.0.1:{free_port()}"
    binary = shutil.which("victoria-metrics") or sys.exit("apt-get install victoria-metrics")
    with open(folder / "server.log", "w") as log:
        process = subprocess.Popen(
            [binary, f"-storageDataPath={folder}/data", f"-httpListenAddr={url[7:]}", "-retentionPeriod=10y"],
            stdout=log, stderr=log,
        )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                get(url + "/health")
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    sys.exit((folder / "server.log").read_text()[-2000:])
                time.sleep(0.1)
        figures = bench(palisade, given, "--url", url)
        get(url + "/internal/force_flush")
        get(url + "/internal/force_merge")
        # A merge runs behind the answer: it is over when no merge is active.
        time.sleep(1)
        while any(line.startswith("vm_active_merges") and not line.endswith(" 0") for line in get(url + "/metrics").splitlines()):
            time.sleep(0.5)
        count = '{__name__=~".%2B"}'
        rows = sum(
            int(float(line.rsplit(" ", 1)[1]))
            for line in get(url + "/metrics").splitlines()
            if line.startswith('vm_rows{type="storage/')
        )
        if rows < figures["events"]:
            sys.exit(f"VictoriaMetrics holds {rows} of {figures['events']} points ({count})")
        figures["disk_bytes_per_event"] = folder_bytes(folder / "data") / rows
        version = next((line for line in get(url + "/metrics").splitlines() if line.startswith("vm_app_version")), "")
        figures["version"] = version.split('short_version="')[-1].split('"')[0] or "of Debian"
        return figures
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("palisade")
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--points-per-second", type=int)
    given = arguments.parse_args()
    all_figures = [
        ("Palisade, synced before the answer", bench(given.palisade, given, "--settle")),
        ("VictoriaMetrics, answered from memory", victoria_metrics(given.palisade, given)),
    ]
    print("| store | points | points/s | p50 ms | p99 ms | RSS max MB | bytes on disk a point |\n|---|--:|--:|--:|--:|--:|--:|")
    for name, row in all_figures:
        memory = (row["memory_bytes"] or {}).get("max", 0) / 1e6
        times = row["request_ms"]
        print(
            f"| {name} | {row['events']:,} | {row['events_per_second']:,.0f} | {times['p50']:.1f} | {times['p99']:.1f} "
            f"| {memory:.0f} | {row['disk_bytes_per_event']:.2f} |"
        )


if __name__ == "__main__":
    main()
