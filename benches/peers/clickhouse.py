#!/usr/bin/env python3
"""ClickHouse as a store of logs, on the same machine and with the same lines as `palisade bench disk FILE`.

    clickhouse.py chdb   FILE [--lines N]   the engine of PyPI's chdb, in this process, every insert synced to disk
    clickhouse.py server FILE [--lines N]   Debian's clickhouse-server, over HTTP, never synced

Both get NDJSON bodies of the same form that Palisade gets, made before the clock starts. Prints one row a batch size:
rows a second, and bytes on disk a row after OPTIMIZE … FINAL.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

CONNECTIONS = 4
BATCHES = (1_000, 100_000)

SERVER_CONFIG = """<yandex>
  <logger><level>warning</level><console>1</console></logger>
  <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
  <path>{folder}/data/</path><tmp_path>{folder}/tmp/</tmp_path><users_config>{folder}/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>268435456</mark_cache_size>
  <compression><case><min_part_size>0</min_part_size><min_part_size_ratio>0</min_part_size_ratio><method>zstd</method></case></compression>
</yandex>"""

SERVER_USERS = """<yandex>
  <profiles><default/></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</yandex>"""


def bodies(path, lines_max, batch):
    """NDJSON bodies of `batch` lines of the file, as `palisade bench disk` sends them."""
    service, body, count, made = os.path.basename(path), [], 0, []
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            line = line.rstrip()
            if not line:
                continue
            if count == lines_max:
                break
            count += 1
            body.append(json.dumps({"kind": "log", "service": service, "message": line}, separators=(",", ":")))
            if len(body) == batch:
                made.append(("\n".join(body) + "\n").encode())
                body = []
    if body:
        made.append(("\n".join(body) + "\n").encode())
    return made, count


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Chdb:
    """The engine in this process: no HTTP, which favours it; one insert at a time, each on all cores."""

    name = "ClickHouse (chdb), synced"
    connections = 1
    table = """CREATE TABLE lines (time DateTime64(9) DEFAULT now64(9) CODEC(Delta, ZSTD(1)),
        kind LowCardinality(String), service LowCardinality(String), message String CODEC(ZSTD(1)))
        ENGINE = MergeTree ORDER BY (service, time) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"""

    def __init__(self, folder):
        import chdb.session

        self.session = chdb.session.Session(str(folder / "chdb"))
        self.version = self.ask("SELECT version()").strip('"')
        self.session.query("CREATE DATABASE logs")
        self.session.query("USE logs")

    def ask(self, sql):
        return str(self.session.query(sql, "TSV")).strip()

    def insert(self, body):
        self.session.query("INSERT INTO lines FORMAT JSONEachRow\n" + body.decode())

    def connection(self):
        return self.insert

    def stop(self):
        self.session.close()


class Server:
    """Debian's server over HTTP. This version can sync neither inserts nor parts: what it has acknowledged is lost when
    the machine loses power within the kernel's 30 seconds."""

    name = "clickhouse-server (Debian), not synced"
    connections = CONNECTIONS
    table = """CREATE TABLE lines (time DateTime DEFAULT now(), kind String, service String, message String)
        ENGINE = MergeTree PARTITION BY toYYYYMM(time) ORDER BY (service, time)"""

    def __init__(self, folder):
        self.http, tcp = free_port(), free_port()
        for name in ("data", "tmp"):
            (folder / name).mkdir()
        (folder / "config.xml").write_text(SERVER_CONFIG.format(http=self.http, tcp=tcp, folder=folder))
        (folder / "users.xml").write_text(SERVER_USERS)
        binary = shutil.which("clickhouse-server", path=os.environ["PATH"] + ":/usr/sbin")
        log = open(folder / "server.log", "w")
        self.process = subprocess.Popen([binary, f"--config-file={folder}/config.xml"], stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.version = self.ask("SELECT version()")
                return
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    sys.exit("clickhouse-server did not start:\n" + (folder / "server.log").read_text()[-2000:])
                time.sleep(0.2)

    def post(self, connection, sql, body=b""):
        connection.request("POST", "/?" + urllib.parse.urlencode({"query": sql}), body)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        if answer.status != 200:
            sys.exit(f"{answer.status}: {text[:500]}")
        return text.strip()

    def ask(self, sql):
        return self.post(http.client.HTTPConnection("127.0.0.1", self.http, timeout=600), sql)

    def connection(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.http, timeout=600)
        return lambda body: self.post(connection, "INSERT INTO lines FORMAT JSONEachRow", body)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def measure(store, path, lines_max, batch):
    made, count = bodies(path, lines_max, batch)
    store.ask("DROP TABLE IF EXISTS lines")
    store.ask(store.table)
    turn = iter(made)
    start = time.monotonic()

    def send():
        insert = store.connection()
        # Taking the next of an iterator is one step under the interpreter's lock.
        for body in turn:
            insert(body)

    with concurrent.futures.ThreadPoolExecutor(store.connections) as pool:
        for sent in [pool.submit(send) for _ in range(store.connections)]:
            sent.result()
    seconds = time.monotonic() - start
    rows = int(store.ask("SELECT count(*) FROM lines"))
    if rows != count:
        sys.exit(f"{rows} of {count} rows are there")
    store.ask("OPTIMIZE TABLE lines FINAL")
    size = int(store.ask("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'lines'"))
    return {"batch": batch, "rows": rows, "rows_per_second": rows / seconds, "bytes_per_row": size / rows}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("store", choices=["chdb", "server"])
    arguments.add_argument("file")
    arguments.add_argument("--lines", type=int, default=1_000_000)
    given = arguments.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="palisade-peer-", dir="/var/tmp"))
    try:
        store = {"chdb": Chdb, "server": Server}[given.store](folder)
        try:
            print("| store | version | rows an insert | rows | rows/s | bytes on disk a row |\n|---|---|--:|--:|--:|--:|")
            for batch in BATCHES:
                row = measure(store, given.file, given.lines, batch)
                print(
                    f"| {store.name} | {store.version} | {row['batch']:,} | {row['rows']:,} "
                    f"| {row['rows_per_second']:,.0f} | {row['bytes_per_row']:.1f} |",
                    flush=True,
                )
        finally:
            store.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
