#!/usr/bin/env bash
# Installs what the tests need besides Rust: the crates of Cargo.lock for other platforms too, which cargo is asked
# about; a Python environment with the packages of tests/requirements.txt, in
# ${PALISADE_TEST_VENV:-$HOME/.cache/palisade/venv}, the packages of tests/javascript for Node.js, in
# ${PALISADE_TEST_NODE:-$HOME/.cache/palisade/node}, and Prometheus with its node exporter and
# Alertmanager's amtool from Debian. Quick when they are already there.
#
# With PALISADE_REQUIRE_SERVERS=1 anything missing is an error; without, it is a warning, and the tests that need it
# print that they were skipped.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/requirements.txt
venv=${PALISADE_TEST_VENV:-$HOME/.cache/palisade/venv}
stamp=$venv/.requirements.sha256
javascript=$here/javascript
node=${PALISADE_TEST_NODE:-$HOME/.cache/palisade/node}
node_stamp=$node/.packages.sha256

say() { printf 'tests/setup.sh: %s\n' "$*" >&2; }

# Says what is missing: an error that ends the run or a warning, as PALISADE_REQUIRE_SERVERS says.
missing() {
  if [ "${PALISADE_REQUIRE_SERVERS:-0}" = 1 ]; then
    say "error: $*"
    exit 1
  fi
  say "warning: $*"
  say "tests that need it will say that they were skipped"
}

# Runs a command as root: directly, or through sudo where that asks nothing.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() { [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

all_crates() {
  (cd "$here/.." && "${CARGO:-cargo}" fetch --locked --quiet) || missing "cannot fetch all crates of Cargo.lock"
}

has_venv() { command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null; }

install_python() {
  if command -v apt-get >/dev/null && may_be_root; then
    say "installing python3-venv"
    as_root apt-get update -q >&2 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3 python3-venv >&2 || true
  fi
}

python_packages() {
  local wanted
  wanted=$(sha256sum "$requirements" | cut -d ' ' -f 1)
  if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  has_venv || install_python
  if ! has_venv; then
    missing "python3 with its venv module is missing (Debian: apt-get install python3 python3-venv)"
    return
  fi
  say "installing Python packages into $venv"
  if ! python3 -m venv --clear "$venv"; then
    missing "cannot create a Python environment in $venv"
    return
  fi
  if ! "$venv/bin/python" -m pip install --quiet --only-binary=:all: --requirement "$requirements" >&2; then
    missing "cannot install the packages of tests/requirements.txt (is a Python package index reachable?)"
    return
  fi
  printf '%s\n' "$wanted" >"$stamp"
}

javascript_packages() {
  local wanted
  wanted=$(sha256sum "$javascript/package-lock.json" | cut -d ' ' -f 1)
  if [ "$(cat "$node_stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    missing "node (20 or newer) with npm is missing (Debian: apt-get install nodejs npm)"
    return
  fi
  say "installing JavaScript packages into $node"
  mkdir -p "$node"
  cp "$javascript/package.json" "$javascript/package-lock.json" "$node/"
  if ! (cd "$node" && npm ci --ignore-scripts --no-audit --no-fund --silent) >&2; then
    missing "cannot install the packages of tests/javascript (is a registry of npm reachable?)"
    return
  fi
  printf '%s\n' "$wanted" >"$node_stamp"
}

# Programs of Debian, each as PACKAGE or PACKAGE:PROGRAM. The tests run the programs themselves, with ports and folders of their own, so
# no service may be started by the installation (deb-systemd-invoke asks /usr/sbin/policy-rc.d; 101 says no).
debian_packages() {
  local pair wanted=()
  for pair in "$@"; do
    command -v "${pair##*:}" >/dev/null || wanted+=("${pair%%:*}")
  done
  [ "${#wanted[@]}" -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null || ! may_be_root; then
    missing "not installed: ${wanted[*]} (Debian: apt-get install ${wanted[*]})"
    return
  fi
  say "installing ${wanted[*]}"
  local policy=/usr/sbin/policy-rc.d made=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
    made=1
  fi
  as_root apt-get update -q >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}" >&2 || true
  if [ "$made" = 1 ]; then as_root rm -f "$policy"; fi
  for pair in "$@"; do
    command -v "${pair##*:}" >/dev/null || missing "cannot install ${pair%%:*} (is a mirror of Debian reachable?)"
  done
}

# Log daemons of Debian, unpacked into a folder of their own and not installed: rsyslog and syslog-ng exclude each other,
# and the daemon of this machine is none of our business. What they need and is not here is unpacked beside them.
debian=${PALISADE_TEST_DEBIAN:-$HOME/.cache/palisade/debian}

# Names the packages that PACKAGE… need and that are not installed, themselves included. elogind only stands in for
# systemd's library, which is there.
needed() {
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
    grep '^[a-z0-9]' | grep -v '^libelogind' | sort -u | while read -r package; do
      case " $* " in *" $package "*) printf '%s\n' "$package" && continue ;; esac
      dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || printf '%s\n' "$package"
    done
}

unpacked_packages() {
  local stamp=$debian/.packages-merged folder libraries
  if [ "$(cat "$stamp" 2>/dev/null)" = "$*" ]; then
    return
  fi
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
    missing "not unpacked: $* (they are taken from Debian)"
    return
  fi
  say "unpacking $* into $debian"
  if may_be_root; then as_root apt-get update -q >&2 || true; fi
  folder=$(mktemp -d)
  # Packages that only others provide have no file; what is lacking in the end shows below.
  for package in $(needed "$@"); do
    (cd "$folder" && apt-get download -q "$package" >/dev/null 2>&1) || true
  done
  mkdir -p "$debian"
  find "$folder" -name '*.deb' -exec dpkg-deb --extract {} "$debian" \;
  # Some packages have their libraries in /lib still, which is a link to /usr/lib where they are installed.
  for libraries in "$debian"/lib/*-linux-gnu; do
    [ -d "$libraries" ] && cp -a "$libraries/." "$debian/usr/lib/${libraries##*/}/"
  done
  rm -rf "$folder"
  for package in "$@"; do
    [ -d "$debian/usr/share/doc/$package" ] || { missing "cannot unpack $package (is a mirror of Debian reachable?)"; return; }
  done
  printf '%s\n' "$*" >"$stamp"
}

all_crates
python_packages
javascript_packages
debian_packages prometheus prometheus-alertmanager:amtool prometheus-node-exporter bsdutils:logger openssl fiu-utils:fiu-ctrl faketime \
  ruby bubblewrap:bwrap systemd:systemd-analyze systemd-container:systemd-nspawn curl redis-server
unpacked_packages rsyslog rsyslog-openssl syslog-ng-core systemd-journal-remote
