#!/bin/sh
# Repeats every figure of docs/performance.md in sequence and writes the tables, each under its command, to a file.
#
#   benches/measure.sh [OUT.md]          everything but the soak, in less than half an hour on a quiet machine
#   SOAK=1 benches/measure.sh [OUT.md]   … and the soak of ten minutes, with its picture beside OUT.md
#
# PALISADE  the binary                            [target/release/palisade]
# LOGS      log files for bytes on disk           [/var/log/dpkg.log]
# PEER_LOG  the log that the peers get too        [the last of LOGS]
# PYTHON    a Python that can `import chdb`       [python3; without it that peer is left out, and the file says so]
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-measured.md}
palisade=${PALISADE:-$here/../${CARGO_TARGET_DIR:-target}/release/palisade}
[ -x "$palisade" ] || palisade=${CARGO_TARGET_DIR:-target}/release/palisade
logs=${LOGS:-/var/log/dpkg.log}
peer_log=${PEER_LOG:-${logs##* }}
python=${PYTHON:-python3}
failed=0

[ -x "$palisade" ] || { echo "no binary at $palisade: cargo build --release --workspace, or set PALISADE" >&2; exit 2; }
unset PALISADE_URL PALISADE_KEY PALISADE_DATA_DIR PALISADE_LISTEN

# note TEXT: a line of the file.
note() { printf '%s\n' "$*" >>"$out"; }

# run TITLE SECONDS_MAX COMMAND…: the command and what it prints, in a fence.
run() {
  title=$1 seconds=$2
  shift 2
  printf '%s  %s\n' "$(date +%T)" "$title" >&2
  note "" "## $title" "" '```console' "\$ $(printf '%s ' "$@" | sed "s|$palisade|palisade|g; s|$here|benches|g; s| \$||")"
  if ! COLUMNS=400 timeout -k 60 "$seconds" "$@" >>"$out" 2>"$out.err"; then
    note "FAILED:" "$(tail -5 "$out.err")"
    failed=1
  fi
  note '```'
}

: >"$out"
note "# Measured on $(date -u +%F)" "" \
  "$(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1e6}' /proc/meminfo), $(uname -sr), $("$palisade" --version)." \
  "Load at the start: $(cut -d' ' -f1-3 /proc/loadavg). The load generator runs on the same cores."

for preset in idle batches singles otlp-logs remote-write live-100; do
  run "Ingest: $preset" 120 "$palisade" bench ingest --preset "$preset"
done
run "Ingest: otlp-metrics, and bytes on disk" 400 "$palisade" bench ingest --preset otlp-metrics --settle
run "Overload: events" 180 "$palisade" bench overload
run "Overload: OTLP logs" 180 "$palisade" bench overload --send otlp-logs
run "Memory at 5,000 events/s" 200 "$palisade" bench ingest --preset memory
run "Queries over 10 million events" 600 "$palisade" bench query
run "Start with a lake of 10 GB" 600 "$palisade" bench start --lake-bytes 10G
for log in $logs; do
  run "Bytes on disk: $log" 400 "$palisade" bench disk "$log"
done

if command -v victoria-metrics >/dev/null; then
  run "Beside VictoriaMetrics: as fast as each takes it" 400 "$python" "$here/peers/victoriametrics.py" "$palisade"
else
  note "" "VictoriaMetrics was left out: apt-get install victoria-metrics"
fi
run "Beside log stores: Palisade, a million lines" 400 "$palisade" bench disk --lines 1000000 "$peer_log"
if "$python" -c 'import chdb' 2>/dev/null; then
  run "Beside log stores: ClickHouse (chdb), synced" 300 "$python" "$here/peers/clickhouse.py" chdb "$peer_log"
else
  note "" "ClickHouse (chdb) was left out: pip install chdb, and set PYTHON"
fi
if [ -x /usr/sbin/clickhouse-server ]; then
  run "Beside log stores: clickhouse-server of Debian, not synced" 300 "$python" "$here/peers/clickhouse.py" server "$peer_log"
else
  note "" "clickhouse-server was left out: apt-get install clickhouse-server"
fi
if [ "${SOAK:-0}" = 1 ]; then
  run "Soak: ten minutes at 5,000 events/s" 700 "$palisade" bench soak --plot "${out%.md}-soak.svg"
fi
rm -f "$out.err"
exit "$failed"
