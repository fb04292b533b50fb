"""The matrix as CI services read it: GitHub's ``strategy``, its JSON, and GitLab's jobs with ``parallel:matrix``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from uplock.errors import UsageError
from uplock.model.matrix_outcome import MatrixFormat, MatrixRow
from uplock.model.value import encode_pretty, to_builtins
from uplock.uplift.yaml_text import boolean, quoted

WRITTEN = "# Written by uplock uplift matrix"
"""How a YAML file of ours begins: what does not begin so is never replaced."""

FIELDS = ("target", "python", "platform", "runner", "container", "lock", "sha256", "experimental")
"""Keys of a row at GitHub, in the order of writing."""

VARIABLES: Mapping[str, str] = {
    "python": "UPLIFT_PYTHON",
    "container": "UPLIFT_IMAGE",
    "lock": "UPLIFT_LOCK",
    "sha256": "UPLIFT_SHA256",
}
"""Fields of a row that are variables of the matrix at GitLab, where every value becomes part of the job's name."""

EXPERIMENTAL = "UPLIFT_EXPERIMENTAL"
"""Of a job at GitLab, for its script; what GitLab goes by is ``allow_failure``."""

TEMPLATES: Mapping[str, str] = {"linux": ".uplift", "macos": ".uplift-macos", "windows": ".uplift-windows"}
"""What GitLab's jobs extend, by the first word of the platform: the project writes it, with the script."""

MAX_JOB_NAME = 255
"""Characters of a job's name at GitLab, with the values of its row."""


def matrix_text(rows: tuple[MatrixRow, ...], form: MatrixFormat) -> str:
    """Return the text, ending with a line break; equal rows give equal bytes. Raises :class:`UsageError`."""
    match form:
        case "github":
            return "".join(f"{line}\n" for line in _github(rows))
        case "github-json":
            return encode_pretty({"include": to_builtins(rows)}).decode()
        case "gitlab":
            return "".join(f"{line}\n" for line in _gitlab(rows))


def _head(form: MatrixFormat) -> Iterator[str]:
    yield f"{WRITTEN} --format {form}, from locks/lockset.json."
    yield f"# uplock uplift matrix --format {form} --check compares."


def _github(rows: Iterable[MatrixRow]) -> Iterator[str]:
    yield from _head("github")
    yield from ("strategy:", "  fail-fast: false", "  matrix:", "    include:")
    for row in rows:
        mark = "      - "
        for field in FIELDS:
            value = getattr(row, field)
            yield f"{mark}{field}: {boolean(value) if isinstance(value, bool) else quoted(value)}"
            mark = "        "


def _gitlab(rows: tuple[MatrixRow, ...]) -> Iterator[str]:
    """Yield one job per platform, and a second one for what may fail: both are said of jobs, not of rows."""
    yield from _head("gitlab")
    templates = sorted({_template(row.platform) for row in rows})
    yield f"# The project writes what these jobs extend: {', '.join(templates)}."
    for (platform, experimental), group in groupby(sorted(rows, key=_job), key=_job):
        yield ""
        yield from _gitlab_job(f"uplift-{platform}{'-experimental' if experimental else ''}", tuple(group))


def _job(row: MatrixRow) -> tuple[str, bool]:
    return row.platform, row.experimental


def _template(platform: str) -> str:
    return TEMPLATES[platform.partition("-")[0]]


def _gitlab_job(name: str, rows: tuple[MatrixRow, ...]) -> Iterator[str]:
    first = rows[0]
    yield f"{name}:"
    yield f"  extends: {_template(first.platform)}"
    if first.container:
        yield "  image: $UPLIFT_IMAGE"
    if first.runner:
        yield f"  tags: [{quoted(first.runner)}]"
    yield f"  allow_failure: {boolean(first.experimental)}"
    yield "  variables:"
    yield f"    UPLIFT_PLATFORM: {quoted(first.platform)}"
    yield f"    {EXPERIMENTAL}: {quoted(boolean(first.experimental))}"
    yield from ("  parallel:", "    matrix:")
    for row in rows:
        fields = [field for field in VARIABLES if field != "container" or row.container]
        _refuse_long(name, [getattr(row, field) for field in fields])
        mark = "      - "
        for field in fields:
            yield f"{mark}{VARIABLES[field]}: {quoted(getattr(row, field))}"
            mark = "        "


def _refuse_long(name: str, values: list[str]) -> None:
    full = f"{name}: [{', '.join(values)}]"
    if len(full) > MAX_JOB_NAME:
        raise UsageError(
            f"a job would have a name of {len(full)} characters, and GitLab takes {MAX_JOB_NAME}",
            context=name,
            remedy="Give its platform an image with a shorter name: --image PLATFORM=IMAGE.",
        )
