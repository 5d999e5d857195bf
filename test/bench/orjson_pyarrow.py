"""The benchmark's named peer: gzipped log files -> hive-partitioned zstd Parquet, in plain Python at its best.

    orjson_pyarrow.py --source DIR --lake DIR [--processes N] [--level 3]

It does the same job with the same shape of output: batches of up to 200 log files or 32 MB, every column of
shared/core/columns.ts, one Parquet file per partition and batch, rows by time. orjson parses, pyarrow builds, sorts
and writes; Python itself runs one list comprehension a column. What it does less of, all in its own favour:

- JSON columns, `unmapped` and `recordhash` come from the value parsed and printed again, not from the record's bytes;
- `unmapped` holds unknown top-level fields only;
- only `{"Records":[...]}` is read, a record without a readable time ends the run, nothing is quarantined, and there
  is no plan, receipt or check whether a log file is in the lake already.

What made it fast: a thousand records at a time, so that they stay in the processor's cache (1.3 times a whole batch
at once), structs filled by pyarrow from the parsed objects, no garbage collection (1.07). Tried and no faster:
dictionary-encoding in advance, no dictionaries for JSON columns, other memory pools.

Prints one line of JSON; `seconds` leaves out the imports. One long file, so that it can be judged, and run, on its own.
"""

import argparse
import gc
import gzip
import hashlib
import json
import multiprocessing
import os
import re
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FOLDERS = {"CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Aggregated"}
BATCH_FILES, BATCH_RAW_BYTES = 200, 32_000_000
RAW_PER_GZIPPED_BYTE = 10  # what log files of more than a hundred records come to
ROWS_PER_GROUP = 50_000
CHUNK_RECORDS = 1_000
PLACE = "place"  # a helper column, not written
GUNZIP_START_LIMIT = 64_000_000  # the gzip trailer's size is a hint, not to be trusted with all memory

STRING, UTC = pa.string(), pa.timestamp("ms", "UTC")
dumps, sha256 = orjson.dumps, hashlib.sha256


def strings(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, STRING) for name in names]


# Structs under AWS's own spelling, so that pyarrow fills them straight from the parsed records.
SESSION_CONTEXT = pa.struct([
    ("attributes", pa.struct(strings("mfaAuthenticated", "creationDate"))),
    ("sessionIssuer", pa.struct(strings("type", "principalId", "arn", "accountId", "userName"))),
    ("ec2RoleDelivery", STRING),
    ("webIdFederationData", pa.struct([("federatedProvider", STRING), ("attributes", pa.map_(STRING, STRING))])),
    *strings("sourceIdentity", "assumedRoot"),
])
USER_IDENTITY = pa.struct([
    *strings("type", "principalId", "arn", "accountId", "invokedBy", "accessKeyId", "userName"),
    ("onBehalfOf", pa.struct(strings("userId", "identityStoreArn"))),
    ("sessionContext", SESSION_CONTEXT),
    *strings("identityProvider", "credentialId"),
])
ADDENDUM = pa.struct(strings("reason", "updatedFields", "originalRequestID", "originalEventID"))
TLS_DETAILS = pa.struct(strings("tlsVersion", "cipherSuite", "clientProvidedHostHeader", "keyExchange"))
RESOURCES = pa.list_(pa.struct(strings("ARN", "arn", "accountId", "type")))

MOVED_OUT = {"sourceIdentity", "assumedRoot", "identityProvider", "credentialId", "keyExchange"}

KNOWN_FIELDS = frozenset(
    "eventVersion userIdentity eventTime eventSource eventName awsRegion sourceIPAddress userAgent errorCode "
    "errorMessage requestParameters responseElements additionalEventData requestID eventID readOnly resources "
    "eventType apiVersion recipientAccountId serviceEventDetails sharedEventID vpcEndpointId vpcEndpointAccountId "
    "eventCategory addendum sessionCredentialFromConsole edgeDeviceDetails tlsDetails managementEvent eventContext "
    "insightDetails timeWindow summary".split()
)
KNOWN_AGGREGATED_FIELDS = KNOWN_FIELDS | {"eventId", "accountId"}

# Columns whose values seldom repeat: a dictionary would be built and thrown away.
UNIQUE_COLUMNS = {"eventid", "requestid", "recordhash", "recordindex"}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--source", type=Path, required=True)
    arguments.add_argument("--lake", type=Path, required=True)
    arguments.add_argument("--processes", type=int, default=1)
    arguments.add_argument("--level", type=int, default=3, help="of zstd; the project's is 3")
    options = arguments.parse_args()

    gc.disable()  # records hold no cycles; walking millions of dicts finds nothing
    started = time.perf_counter()
    jobs = [(options, *batch) for batch in enumerate(batches(options.source), start=1)]
    if options.processes == 1:
        results = [convert(job) for job in jobs]
    else:
        with multiprocessing.Pool(options.processes, initializer=gc.disable) as pool:
            results = pool.map(convert, jobs, chunksize=1)
    seconds = time.perf_counter() - started

    peaks = {os.getpid(): peak_memory()} | {result["pid"]: 0 for result in results}
    for result in results:
        peaks[result["pid"]] = max(peaks[result["pid"]], result["peak"])
    total = {name: sum(result[name] for result in results) for name in results[0]} if results else {}
    print(json.dumps({
        "events": total.get("events", 0),
        "files": total.get("files", 0),
        "rawBytes": total.get("rawBytes", 0),
        "outputBytes": total.get("outputBytes", 0),
        "outputFiles": total.get("outputFiles", 0),
        "seconds": round(seconds, 3),
        "eventsPerSecond": round(total.get("events", 0) / seconds),
        "mbPerSecond": round(total.get("rawBytes", 0) / 1e6 / seconds, 1),
        # Of all processes together; pages that forked ones still share count for each.
        "peakMemoryMB": round(sum(peaks.values()) / 1e6),
    }))


def batches(source: Path) -> Iterator[list[tuple[Path, str]]]:
    """Log files as (path, key), by key, cut into batches."""
    batch: list[tuple[Path, str]] = []
    room = BATCH_RAW_BYTES
    for key, path in sorted((path.relative_to(source).as_posix(), path) for path in log_files(source)):
        raw = path.stat().st_size * RAW_PER_GZIPPED_BYTE
        if batch and (raw > room or len(batch) == BATCH_FILES):
            yield batch
            batch, room = [], BATCH_RAW_BYTES
        batch.append((path, key))
        room -= raw
    if batch:
        yield batch


def log_files(source: Path) -> Iterator[Path]:
    for path in source.glob("**/*.json.gz"):
        if not FOLDERS.isdisjoint(path.relative_to(source).parts):
            yield path


def convert(job: tuple[argparse.Namespace, int, list[tuple[Path, str]]]) -> dict:
    options, number, batch = job
    tables, raw_bytes = [], 0
    for chunk in chunks(batch):
        tables.append(table_of(chunk))
        raw_bytes += chunk.raw_bytes
    table = sorted_by_partition(pa.concat_tables(tables))
    written = write_partitions(options, number, table)
    return {
        "events": table.num_rows,
        "files": len(batch),
        "rawBytes": raw_bytes,
        "outputBytes": sum(written),
        "outputFiles": len(written),
        "pid": os.getpid(),
        "peak": peak_memory(),
    }


@dataclass
class Chunk:
    """Records of a few log files: all their columns are made while they are still in the processor's cache."""

    records: list[dict] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # key of each record's log file
    indexes: list[int] = field(default_factory=list)  # each record's place in it
    raw_bytes: int = 0


def chunks(batch: list[tuple[Path, str]]) -> Iterator[Chunk]:
    chunk = Chunk()
    for path, key in batch:
        raw = gunzip(path.read_bytes())
        records = orjson.loads(raw)["Records"]
        chunk.records += records
        chunk.files += [key] * len(records)
        chunk.indexes += range(len(records))
        chunk.raw_bytes += len(raw)
        if len(chunk.records) >= CHUNK_RECORDS:
            yield chunk
            chunk = Chunk()
    yield chunk


def gunzip(data: bytes) -> bytes:
    """The trailer's size spares zlib its guesses. It is wrong for files of several members, which go the slow way."""
    size = int.from_bytes(data[-4:], "little")
    out = zlib.decompress(data, wbits=31, bufsize=max(1, min(size, GUNZIP_START_LIMIT)))
    return out if len(out) == size else gzip.decompress(data)


def instants_of(records: list[dict]) -> pa.Array:
    times = [record.get("eventTime") or record["timeWindow"]["windowStart"] for record in records]
    try:
        return pa.array(times, STRING).cast(UTC)
    except pa.ArrowInvalid:  # a space for the T, no zone, or more decimals than three
        return pa.array([slow_instant(text) for text in times], pa.int64()).cast(UTC)


def slow_instant(text: str) -> int:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone.utc)
    return (instant - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


ACCOUNT, REGION = re.compile(r"\d{1,12}"), re.compile(r"[a-z0-9-]{2,40}")
KEY = re.compile(r"AWSLogs/(?:o-[^/]+/)?(\d{1,12})/CloudTrail[^/]*/([a-z0-9-]{2,40})/")


def places_of(chunk: Chunk) -> list[str]:
    """`account=…/region=…` of each record. Few combinations occur: each is worked out once."""
    known: dict[tuple, str] = {}
    places = []
    for record, key in zip(chunk.records, chunk.files):
        said = (record.get("recipientAccountId") or record.get("accountId"), record.get("awsRegion"), key)
        place = known.get(said)
        if place is None:
            account, region = match.groups() if (match := KEY.search(key)) else (None, None)
            account = first(ACCOUNT, said[0], account)
            place = f"account={account}/region={first(REGION, said[1], region)}"
            if account == "unknown":  # the last resort varies from record to record
                place = place.replace(account, first(ACCOUNT, (record.get("userIdentity") or {}).get("accountId")), 1)
            else:
                known[said] = place
        places.append(place)
    return places


def first(valid: re.Pattern, *candidates: object) -> str:
    fit = (value for value in candidates if isinstance(value, str) and valid.fullmatch(value))
    return next(fit, "unknown")


def table_of(chunk: Chunk) -> pa.Table:
    records = chunk.records

    def plain(name: str) -> pa.Array:
        return texts([record.get(name) for record in records])

    def printed(name: str) -> pa.Array:
        return json_texts([record.get(name) for record in records])

    def struct(name: str, kind: pa.DataType) -> pa.Array:
        return structs([record.get(name) for record in records], kind)

    aggregated = [record.get("timeWindow") is not None for record in records]
    identities = [record.get("userIdentity") for record in records]
    identity = structs(identities, USER_IDENTITY)
    session = pc.struct_field(identity, "sessionContext")
    tls = struct("tlsDetails", TLS_DETAILS)
    columns = {
        "eventversion": plain("eventVersion"),
        "useridentity": lower_case(identity),
        "eventtime": plain("eventTime"),
        "eventsource": plain("eventSource"),
        "eventname": plain("eventName"),
        "awsregion": plain("awsRegion"),
        "sourceipaddress": plain("sourceIPAddress"),
        "useragent": plain("userAgent"),
        "errorcode": plain("errorCode"),
        "errormessage": plain("errorMessage"),
        "requestparameters": printed("requestParameters"),
        "responseelements": printed("responseElements"),
        "additionaleventdata": printed("additionalEventData"),
        "requestid": plain("requestID"),
        "eventid": either(plain("eventID"), "eventId", records, aggregated),
        "readonly": plain("readOnly"),
        "resources": resources([record.get("resources") for record in records]),
        "eventtype": plain("eventType"),
        "apiversion": plain("apiVersion"),
        "recipientaccountid": either(plain("recipientAccountId"), "accountId", records, aggregated),
        "serviceeventdetails": printed("serviceEventDetails"),
        "sharedeventid": plain("sharedEventID"),
        "vpcendpointid": plain("vpcEndpointId"),
        "vpcendpointaccountid": plain("vpcEndpointAccountId"),
        "eventcategory": plain("eventCategory"),
        "addendum": lower_case(struct("addendum", ADDENDUM)),
        "sessioncredentialfromconsole": plain("sessionCredentialFromConsole"),
        "edgedevicedetails": plain("edgeDeviceDetails"),
        "tlsdetails": lower_case(tls),
        "managementevent": plain("managementEvent"),
        "identityprovider": pc.struct_field(identity, "identityProvider"),
        "credentialid": pc.struct_field(identity, "credentialId"),
        "inscopeof": json_texts([who.get("inScopeOf") if who.__class__ is dict else None for who in identities]),
        "invokedbydelegate": json_texts(
            [who.get("invokedByDelegate") if who.__class__ is dict else None for who in identities]
        ),
        "sourceidentity": pc.struct_field(session, "sourceIdentity"),
        "assumedroot": pc.struct_field(session, "assumedRoot"),
        "keyexchange": pc.struct_field(tls, "keyExchange"),
        "eventcontext": printed("eventContext"),
        "insightdetails": printed("insightDetails"),
        "timewindow": printed("timeWindow"),
        "summary": printed("summary"),
        "unmapped": pa.array([unmapped(*pair) for pair in zip(records, aggregated)], STRING),
        "event_ts": instants_of(records),
        "logfile": pa.array(chunk.files, STRING),
        "recordindex": pa.array(chunk.indexes, pa.int32()),
        "recordhash": pa.array([sha256(dumps(record)).digest()[:16] for record in records], pa.binary()),
        PLACE: pa.array(places_of(chunk), STRING),
    }
    return pa.table(columns)


def texts(values: list) -> pa.Array:
    try:
        return pa.array(values, STRING)
    except pa.ArrowTypeError:  # booleans, numbers, whole objects
        return pa.array([as_text(value) for value in values], STRING)


def as_text(value: object) -> str | bytes | None:
    return value if value is None or value.__class__ is str else dumps(value)


def json_texts(values: list) -> pa.Array:
    return pa.array([None if value is None else dumps(value) for value in values], STRING)


def structs(values: list, kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except (pa.ArrowTypeError, pa.ArrowInvalid):  # some leaf is no string, some struct no object
        return pa.array([fitted(value, kind) for value in values], kind)


def fitted(value: object, kind: pa.DataType) -> object:
    if pa.types.is_struct(kind):
        if value.__class__ is not dict:
            return None
        return {leaf.name: fitted(value.get(leaf.name), leaf.type) for leaf in kind}
    if pa.types.is_list(kind):
        return [fitted(item, kind.value_type) for item in value] if value.__class__ is list else None
    if pa.types.is_map(kind):
        return {name: as_text(item) for name, item in value.items()} if value.__class__ is dict else None
    return as_text(value)


def lower_case(array: pa.Array) -> pa.Array:
    """The same struct under the lake's names, without the leaves that have columns of their own. Copies no values."""
    if not pa.types.is_struct(array.type):
        return array
    kept = [leaf.name for leaf in array.type if leaf.name not in MOVED_OUT]
    children = [lower_case(array.field(name)) for name in kept]
    return pa.StructArray.from_arrays(children, [name.lower() for name in kept], mask=array.is_null())


def resources(values: list) -> pa.Array:
    lists = structs(values, RESOURCES)
    elements = lists.values
    leaves = {
        "arn": pc.coalesce(elements.field("arn"), elements.field("ARN")),
        "accountid": elements.field("accountId"),
        "type": elements.field("type"),
    }
    renamed = pa.StructArray.from_arrays(list(leaves.values()), list(leaves), mask=elements.is_null())
    return pa.ListArray.from_arrays(lists.offsets, renamed, mask=lists.is_null())


def either(array: pa.Array, other: str, records: list[dict], aggregated: list[bool]) -> pa.Array:
    """What aggregated records spell otherwise."""
    if True not in aggregated:
        return array
    others = [record.get(other) if is_so else None for record, is_so in zip(records, aggregated)]
    return pc.coalesce(array, texts(others))


def unmapped(record: dict, is_aggregated: bool) -> bytes | None:
    known = KNOWN_AGGREGATED_FIELDS if is_aggregated else KNOWN_FIELDS
    if record.keys() <= known:
        return None
    return dumps({name: value for name, value in record.items() if name not in known})


def sorted_by_partition(table: pa.Table) -> pa.Table:
    table = table.combine_chunks()
    order = pc.sort_indices(table, [(PLACE, "ascending"), ("event_ts", "ascending")])  # stable: then by file and index
    return table.take(order)


def write_partitions(options: argparse.Namespace, number: int, table: pa.Table) -> list[int]:
    """Writes each run of rows of one partition; the sizes of the files."""
    sizes, start = [], 0
    days = pc.strftime(pc.floor_temporal(table["event_ts"], unit="day"), "year=%Y/month=%m/day=%d")
    folders = pc.binary_join_element_wise(table[PLACE], days, "/")
    table = table.drop_columns([PLACE])
    with_dictionary = [path for path in leaf_paths(table.schema) if path not in UNIQUE_COLUMNS]
    for folder, run in groupby(folders.to_pylist()):
        length = sum(1 for _ in run)
        path = options.lake / "events" / folder / f"{number:06}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            table.slice(start, length),
            path,
            compression="zstd",
            compression_level=options.level,
            row_group_size=ROWS_PER_GROUP,
            use_dictionary=with_dictionary,
            store_schema=False,
        )
        sizes.append(path.stat().st_size)
        start += length
    return sizes


def leaf_paths(columns: Iterable[pa.Field], prefix: str = "") -> Iterator[str]:
    """Parquet's names of the columns."""
    for column in columns:
        path = prefix + column.name
        if pa.types.is_struct(column.type):
            yield from leaf_paths(column.type, path + ".")
        elif pa.types.is_list(column.type):
            yield from leaf_paths(column.type.value_type, path + ".list.element.")
        elif pa.types.is_map(column.type):
            yield from (path + ".key_value.key", path + ".key_value.value")
        else:
            yield path


def peak_memory() -> int:
    """Bytes. getrusage would carry over what the parent process once had."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS counts bytes
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


if __name__ == "__main__":
    main()
