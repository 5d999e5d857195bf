"""Reads a lake with pyarrow, for tests to compare with what should be in it.

    read_lake.py LAKE              every row as a line of JSON, sorted by (logfile, recordindex):
                                   {"partition": {...}, "columns": {...}}
    read_lake.py LAKE --schema     the Arrow schema of the first file, as text
    read_lake.py LAKE --metadata   what each file says about itself, as a JSON array

Values are written as test/oracle/independent-reading.ts writes them: structs and maps as objects, timestamps as
epoch milliseconds, binary as lower-case hex. Every file is read on its own, so that none borrows another's schema.
"""

import argparse
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("lake", type=Path)
    output = arguments.add_mutually_exclusive_group()
    output.add_argument("--schema", action="store_true")
    output.add_argument("--metadata", action="store_true")
    options = arguments.parse_args()

    files = sorted((options.lake / "events").glob("**/*.parquet"))
    if options.schema:
        if not files:
            arguments.error(f"no Parquet file under {options.lake / 'events'}")
        print(pq.read_schema(files[0]).to_string(show_schema_metadata=False, show_field_metadata=False))
    elif options.metadata:
        print_json([metadata_of(options.lake, file) for file in files])
    else:
        rows = [row for file in files for row in rows_of(file)]
        rows.sort(key=lambda row: (row["columns"]["logfile"], row["columns"]["recordindex"]))
        for row in rows:
            print_json(row)


def print_json(value: object) -> None:
    json.dump(value, sys.stdout, ensure_ascii=True, allow_nan=False)
    sys.stdout.write("\n")


def rows_of(file: Path) -> list[dict]:
    # ParquetFile rather than read_table: that would add the path's partitions to the columns.
    table = pq.ParquetFile(file).read()
    table.validate(full=True)  # strings that are not UTF-8, offsets out of range
    partition = dict(part.split("=", 1) for part in file.parent.parts if "=" in part)
    columns = [(column.type, column.to_pylist()) for column in map(instants_as_integers, table.columns)]
    converted = [[plain(value, kind) for value in values] for kind, values in columns]
    return [{"partition": partition, "columns": dict(zip(table.column_names, row))} for row in zip(*converted)]


def instants_as_integers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Timestamps as epoch milliseconds; refuses to cut off digits."""
    if not pa.types.is_timestamp(column.type):
        return column
    return column.cast(pa.timestamp("ms", column.type.tz), safe=True).cast(pa.int64())


def plain(value: object, kind: pa.DataType) -> object:
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {field.name: plain(value[field.name], field.type) for field in kind}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return [plain(element, kind.value_type) for element in value]
    if pa.types.is_map(kind):
        entries = {key: plain(item, kind.item_type) for key, item in value}
        if len(entries) != len(value):
            raise ValueError(f"a map has a key twice: {value}")
        return entries
    return value.hex() if isinstance(value, bytes) else value


def metadata_of(lake: Path, file: Path) -> dict:
    parquet = pq.ParquetFile(file)
    metadata = parquet.metadata
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    return {
        "path": file.relative_to(lake).as_posix(),
        "size": file.stat().st_size,
        "created_by": metadata.created_by,
        "format_version": metadata.format_version,
        "num_rows": metadata.num_rows,
        "num_row_groups": metadata.num_row_groups,
        "row_group_rows": [group.num_rows for group in groups],
        "key_value_metadata": {key.decode(): value.decode() for key, value in (metadata.metadata or {}).items()},
        # Leaf path -> one entry a row group.
        "columns": {
            groups[0].column(i).path_in_schema: [chunk_of(group.column(i)) for group in groups]
            for i in range(metadata.num_columns if groups else 0)
        },
    }


def chunk_of(chunk: pq.ColumnChunkMetaData) -> dict:
    return {
        "codec": chunk.compression,
        "encodings": sorted(chunk.encodings),
        "has_dictionary_page": chunk.has_dictionary_page,
        "has_column_index": chunk.has_column_index,
        "has_offset_index": chunk.has_offset_index,
        "compressed_size": chunk.total_compressed_size,
        "uncompressed_size": chunk.total_uncompressed_size,
        "statistics": statistics_of(chunk),
    }


def statistics_of(chunk: pq.ColumnChunkMetaData) -> dict | None:
    """None where the chunk has none; min and max are None where only counts are kept."""
    statistics = chunk.statistics if chunk.is_stats_set else None
    if statistics is None:
        return None
    return {
        "min": scalar(statistics.min) if statistics.has_min_max else None,
        "max": scalar(statistics.max) if statistics.has_min_max else None,
        "null_count": statistics.null_count if statistics.has_null_count else None,
        "distinct_count": statistics.distinct_count if statistics.has_distinct_count else None,
    }


def scalar(value: object) -> object:
    if isinstance(value, datetime):
        instant = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return (instant - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds() * 1000
    return value.hex() if isinstance(value, bytes) else value


if __name__ == "__main__":
    main()
