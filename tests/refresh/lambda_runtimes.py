"""Bring the rows of AWS Lambda up to date from the table that cfn-lint ships in its wheel.

    python tests/refresh/lambda_runtimes.py WHEEL

WHEEL is a file (``pip download cfn-lint --no-deps``); nothing of it is executed or extracted. A row gets a new claim
only where the dates differ from the claim that holds, else that claim is known to hold still: it gets today's
``retrieved`` and the wheel as its source. New lines of Python become rows, without a day of release and a C library:
add those by hand, with their source. No row and no claim is ever removed. What stands in a source behind the first
``; `` (where release, C library and so on were read) is kept.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import uplock.policy.lifecycle
from uplock.errors import Error, InputError, UsageError
from uplock.model.lifecycle import Blocks, Claim, Lifecycle
from uplock.model.value import Value, changed, decode
from uplock.policy.lifecycle import LifecycleTable

TABLE = Path(uplock.policy.lifecycle.__file__).with_name("data") / "lifecycle" / "aws-lambda.json"
MEMBER = "cfnlint/data/AdditionalSpecs/LmbdRuntimeLifecycle.json"
MAX_WHEEL = 64 * 1024 * 1024
MAX_MEMBERS = 20_000
MAX_MEMBER = 1024 * 1024
_WHEEL_NAME = re.compile(r"cfn_lint-([0-9]{1,6}(?:\.[0-9]{1,6}){1,3})-py3-none-any\.whl")
_SOURCE = re.compile(r"cfn-lint ([0-9.]+) wheel: ")
_RUNTIME = re.compile(r"python3\.([0-9]{1,3})")


class Runtime(Value, frozen=True, kw_only=True, rename="kebab"):
    """What cfn-lint says of one runtime."""

    deprecated: date
    create_block: date | None
    update_block: date | None
    successor: str | None


def main(arguments: list[str], table: Path = TABLE) -> int:
    """Rewrite ``table`` from a wheel and say what changed; return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python tests/refresh/lambda_runtimes.py WHEEL\n")
        return 2
    wheel = Path(arguments[0])
    before = decode(table.read_bytes(), LifecycleTable)
    try:
        version = version_of(wheel)
        after = refreshed(before, read_runtimes(wheel), version, datetime.now(UTC).date())
    except Error as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    table.write_bytes(written(after))
    sys.stdout.writelines(f"{line}\n" for line in differences(before, after))
    return 0


def version_of(wheel: Path) -> str:
    """Return the version of cfn-lint in the name of its wheel. Raises :class:`UsageError` for another name."""
    match = _WHEEL_NAME.fullmatch(wheel.name)
    if match is None:
        raise UsageError("not a wheel of cfn-lint by its name", context=wheel.name, remedy="Download it by its name.")
    return match[1]


def read_runtimes(wheel: Path) -> dict[str, Blocks]:
    """Return the Python runtimes that a wheel of cfn-lint tells of.

    Raises :class:`InputError` if the wheel or its table is not what it must be, or over a bound.
    """
    try:
        if wheel.stat().st_size > MAX_WHEEL:
            raise InputError(f"larger than {MAX_WHEEL} bytes", context=wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            raw = _member(archive)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", context=wheel.name) from error
    return {
        name: _blocks(name, runtime)
        for name, runtime in decode(raw, dict[str, Runtime]).items()
        if _RUNTIME.fullmatch(name)
    }


def refreshed(table: LifecycleTable, runtimes: Mapping[str, Blocks], version: str, retrieved: date) -> LifecycleTable:
    """Return the table with what ``runtimes`` say, which cfn-lint ``version`` told on the day ``retrieved``.

    Runtimes older than the oldest row stay out. Raises :class:`UsageError` if the table rests on a newer cfn-lint:
    what that said would be taken back.
    """
    newest = max(
        (_version(match[1]) for row in table.lifecycles if (match := _SOURCE.match(row.claim.source))), default=()
    )
    if _version(version) < newest:
        raise UsageError("the table rests on a newer cfn-lint", context=version, remedy="Download the newest one.")
    source = f"cfn-lint {version} wheel: {MEMBER}"
    rows = {row.line: row for row in table.lifecycles}
    oldest = min((_minor(line) for line in rows), default=0)
    for line, blocks in runtimes.items():
        if line in rows:
            rows[line] = _updated(rows[line], blocks, source, retrieved)
        elif _minor(line) >= oldest:
            claims = (_claim(blocks, source, retrieved),)
            rows[line] = Lifecycle(product="aws-lambda", line=line, python=line.removeprefix("python"), claims=claims)
    return changed(table, lifecycles=tuple(sorted(rows.values(), key=lambda row: _minor(row.line))))


def differences(before: LifecycleTable, after: LifecycleTable) -> Iterable[str]:
    """Yield a line for every row: what became of it."""
    known = {row.line: row for row in before.lifecycles}
    for row in after.lifecycles:
        old = known.get(row.line)
        if old is None:
            yield f"{row.line}: new row"
        elif len(row.claims) > len(old.claims):
            yield f"{row.line}: new claim"
        elif row != old:
            yield f"{row.line}: holds still"
        else:
            yield f"{row.line}: as it was"


def written(table: LifecycleTable) -> bytes:
    """Return a table as its file: fields in the order of their definition, without those that are unknown."""
    return (json.dumps(_plain(table), ensure_ascii=False, indent=2) + "\n").encode()


def _plain(value: object) -> Any:
    match value:
        case Value():
            fields = ((name, getattr(value, name)) for name in value.__struct_fields__)
            return {name: _plain(field) for name, field in fields if field is not None}
        case tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case _:
            return value


def _member(archive: zipfile.ZipFile) -> bytes:
    """Return the one member that holds the table, within bounds."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InputError(f"more than {MAX_MEMBERS} members")
    found = [member for member in members if member.filename == MEMBER]
    if len(found) != 1:
        raise InputError(f"{len(found)} members are {MEMBER}, not one")
    with archive.open(found[0]) as stream:
        raw = stream.read(MAX_MEMBER + 1)
    if len(raw) > MAX_MEMBER:
        raise InputError(f"{MEMBER} is larger than {MAX_MEMBER} bytes")
    return raw


def _blocks(name: str, runtime: Runtime) -> Blocks:
    days = [day for day in (runtime.deprecated, runtime.create_block, runtime.update_block) if day is not None]
    if days != sorted(days):
        raise InputError("is deprecated, cannot be created and cannot be updated in another order", context=name)
    return Blocks(deprecated=runtime.deprecated, create_block=runtime.create_block, update_block=runtime.update_block)


def _updated(row: Lifecycle, blocks: Blocks, source: str, retrieved: date) -> Lifecycle:
    _, semicolon, kept = row.claim.source.partition("; ")
    claim = _claim(blocks, f"{source}{semicolon}{kept}", retrieved)
    earlier = row.claims[:-1] if row.claim.blocks == blocks else row.claims
    return changed(row, claims=(*earlier, claim))


def _claim(blocks: Blocks, source: str, retrieved: date) -> Claim:
    end = blocks.deprecated - timedelta(days=1)
    return Claim(end_of_life=end, blocks=blocks, source=source, retrieved=retrieved, verified=True)


def _minor(line: str) -> int:
    match = _RUNTIME.fullmatch(line)
    if match is None:
        raise InputError("not a runtime of Python 3", context=line)
    return int(match[1])


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
