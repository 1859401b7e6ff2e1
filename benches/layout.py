#!/usr/bin/env python3
"""What a table of a Palisade lake would take on disk under other settings.

Reads a table (`palisade-data/lake/events`, `…/metrics`), writes it anew with one setting changed at a time, and prints
bytes a row, and the seconds that writing and reading it back took on one thread. The first line is the setting that
Palisade merges files with; `crates/palisade-store/src/lake/schema.rs` names it. Files are written by pyarrow, whose
encodings are those of the Parquet specification, so sizes carry over to within the framing of pages.

    pip install deltalake pyarrow
    python3 benches/layout.py palisade-data/lake/events
"""
import io
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

IDENTITY = {"id", "trace_id", "span_id", "parent_span_id", "observation"}
TIMES = {"time", "start_time"}
FLOATS = {"value", "min", "max", "confidence"}
INTEGERS = {"duration_ns", "count"}
LISTS = {"attributes", "quantiles", "bounds", "counts"}
ORDER = {"metrics": ["series", "time"]}


def chosen(table):
    """The encoding of each column that is not stored through a dictionary."""
    encodings = {}
    for name in table.column_names:
        if "series" in table.column_names and name in ("id", "time"):
            encodings[name] = "PLAIN"
        elif name in IDENTITY:
            encodings[name] = "DELTA_BYTE_ARRAY"
        elif name in TIMES | INTEGERS:
            encodings[name] = "DELTA_BINARY_PACKED"
        elif name in FLOATS:
            encodings[name] = "PLAIN"
        elif name == "message":
            encodings[name] = "DELTA_LENGTH_BYTE_ARRAY"
    return encodings


def leaves(name):
    """The Parquet columns of a column."""
    if name in ("attributes", "quantiles"):
        return [f"{name}.key_value.key", f"{name}.key_value.value"]
    return [f"{name}.list.element"] if name in LISTS else [name]


def measure(table, level=6, row_group=128 * 1024, encodings=None, page=1 << 20):
    changed = {**chosen(table), **(encodings or {})}
    plain = {name: encoding for name, encoding in changed.items() if encoding != "dictionary"}
    dictionary = [leaf for name in table.column_names if name not in plain for leaf in leaves(name)]
    file = io.BytesIO()
    started = time.perf_counter()
    pq.write_table(table, file, compression="zstd" if level else "none", compression_level=level or None,
                   row_group_size=row_group, data_page_size=page, use_dictionary=dictionary, column_encoding=plain,
                   version="2.6", data_page_version="2.0")
    written = time.perf_counter() - started
    file.seek(0)
    started = time.perf_counter()
    pq.read_table(file, use_threads=False)
    return file.getbuffer().nbytes / table.num_rows, written, time.perf_counter() - started


def by_column(table):
    file = io.BytesIO()
    plain = chosen(table)
    dictionary = [leaf for name in table.column_names if name not in plain for leaf in leaves(name)]
    pq.write_table(table, file, compression="zstd", compression_level=6, row_group_size=128 * 1024,
                   use_dictionary=dictionary, column_encoding=plain, version="2.6", data_page_version="2.0")
    metadata, sizes = pq.ParquetFile(file).metadata, {}
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            column = metadata.row_group(group).column(index)
            name = column.path_in_schema
            sizes[name] = sizes.get(name, 0) + column.total_compressed_size
    return {name: size / table.num_rows for name, size in sizes.items()}


def variants(table, order):
    yield "as chosen", table, {}
    for level in (0, 1, 3, 9, 15):
        yield f"zstd {level}" if level else "not compressed", table, {"level": level}
    for rows in (32, 512, 1024):
        yield f"row groups of {rows} Ki", table, {"row_group": rows * 1024}
    for kib in (64, 256, 4096):
        yield f"pages of {kib} KiB", table, {"page": kib * 1024}
    present = [("id", ("dictionary", "PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY")),
               ("message", ("dictionary", "PLAIN", "DELTA_BYTE_ARRAY")),
               ("time", ("dictionary", "PLAIN", "DELTA_BINARY_PACKED")),
               ("series", ("DELTA_BINARY_PACKED", "PLAIN")),
               ("value", ("dictionary", "BYTE_STREAM_SPLIT"))]
    for column, others in present:
        for encoding in others if column in table.column_names else ():
            yield f"{column}: {encoding}", table, {"encodings": {column: encoding}}
    for other in (["time"], ["service", "time"], ["kind", "service", "host", "time"], ["name", "time"]):
        if other != order and all(name in table.column_names for name in other):
            yield "sorted by " + ", ".join(other), table.sort_by([(name, "ascending") for name in other]), {}
    if "id" in table.column_names:
        yield "without id", table.drop_columns(["id"]), {}


def main(path):
    name = path.rstrip("/").rsplit("/", 1)[-1]
    order = ORDER.get(name, ["time"])
    table = pa.table(DeltaTable(path).to_pyarrow_table()).drop_columns(["day"])
    table = table.sort_by([(column, "ascending") for column in order]).combine_chunks()
    print(f"{table.num_rows} rows of {name}, sorted by {', '.join(order)}\n")
    print("| setting | bytes a row | write s | read s |\n|---|---|---|---|")
    for label, changed, settings in variants(table, order):
        size, written, read = measure(changed, **settings)
        print(f"| {label} | {size:.2f} | {written:.2f} | {read:.2f} |", flush=True)
    columns = sorted(by_column(table).items(), key=lambda item: -item[1])
    print("\nBy column: " + ", ".join(f"{name} {size:.2f}" for name, size in columns if size >= 0.005))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
