"""Counts the rows of the lake with Polars and with deltalake, again and again until told to stop: LAKE.

Every line on standard input is answered with one line of JSON on standard output.
"""

import json
import sys

import polars
from deltalake import DeltaTable, QueryBuilder

lake = sys.argv[1]


def with_polars(table):
    return polars.scan_delta(f"{lake}/{table}").select(polars.len()).collect().item()


def ids_with_polars(table):
    return polars.read_delta(f"{lake}/{table}", columns=["id"])["id"].n_unique()


def with_deltalake(table):
    query = QueryBuilder().register("rows", DeltaTable(f"{lake}/{table}"))
    return query.execute("SELECT count(*) AS n FROM rows").read_all()["n"][0].as_py()


for _ in sys.stdin:
    readers = {"polars": with_polars, "polars ids": ids_with_polars, "deltalake": with_deltalake}
    counts = {name: {table: count(table) for table in ("events", "findings")} for name, count in readers.items()}
    print(json.dumps(counts), flush=True)
