#!/usr/bin/env python3
"""Checks that the dashboard and the alerts ask for nothing that the server does not tell.

    tests/deploy/check_dashboard.py METRICS [--sources crates] [--unused]

METRICS is the text of /metrics, or - for standard input. Counters appear there with their first event; with --sources,
a name that the Rust sources register counts as well. --unused also demands that every name of METRICS is shown by the
dashboard. Ends with 1 and the names that are amiss.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]
DASHBOARD = HERE / "deploy/grafana/palisade.json"
ALERTS = HERE / "deploy/prometheus/alerts.yml"
NAME = re.compile(r"\b(?:palisade|process)_[a-z0-9_]+")
SUFFIXES = ("_bucket", "_sum", "_count")


def told(metrics: str) -> dict[str, str]:
    """The names in a /metrics text with their types (Prometheus text format 0.0.4)."""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", metrics, re.M))


def registered(sources: Path) -> set[str]:
    """The names that Rust sources register as literals."""
    pattern = re.compile(r'(?:counter|gauge|histogram)!\(\s*"([a-z0-9_]+)"')
    return {name for file in sources.rglob("*.rs") for name in pattern.findall(file.read_text())}


def expressions() -> dict[str, str]:
    """Every PromQL expression, by where it stands."""
    dashboard = json.loads(DASHBOARD.read_text())
    found = {
        f"dashboard, {panel['title']} {target['refId']}": target["expr"]
        for panel in dashboard["panels"]
        for target in panel.get("targets", [])
    }
    for variable in dashboard["templating"]["list"]:
        found[f"dashboard, variable {variable['name']}"] = variable.get("definition", "")
    # Read as text, so that no YAML package is needed: whatever looks like a name of ours must be one.
    found["alerts.yml"] = ALERTS.read_text()
    return found


def family(name: str, known: set[str]) -> str:
    """The name that /metrics declares: a histogram's series have suffixes."""
    stripped = next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), name)
    return name if name in known else stripped


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("metrics")
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--unused", action="store_true")
    asked = parser.parse_args()
    types = told(sys.stdin.read() if asked.metrics == "-" else Path(asked.metrics).read_text())
    if not types:
        sys.exit(f"{asked.metrics} holds no metrics")
    known = set(types) | (registered(asked.sources) if asked.sources else set())
    amiss, used = [], set()
    for place, expression in expressions().items():
        for name in NAME.findall(expression):
            used.add(family(name, known))
            if family(name, known) not in known:
                amiss.append(f"{place}: the server tells no {name}")
            if name.endswith("_bucket") and types.get(family(name, known), "histogram") != "histogram":
                amiss.append(f"{place}: {name} is no histogram, so no quantile can be had of it")
    if not used:
        amiss.append("the dashboard asks for nothing")
    if asked.unused:
        amiss += [f"nothing shows {name}" for name in sorted(set(types) - used)]
    print("\n".join(amiss) if amiss else f"ok: {len(used)} names, all of which the server tells")
    sys.exit(1 if amiss else 0)


if __name__ == "__main__":
    main()
