"""``pylock.<target>.toml`` (PEP 751): one lock per target, exactly one artifact per package.

Our own writer: the same lock gives the same bytes, whatever library is installed. The reader takes what the writer
writes, and collects every defect of a file before it raises.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

from uplock.errors import Error, InputError
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.identities import identity_table, read_identities
from uplock.lockfile.pylock_built import KEY, archive_path, built_text, read_built, read_built_file
from uplock.lockfile.pylock_checks import check_filename, check_graph
from uplock.lockfile.toml_document import parse_toml
from uplock.lockfile.toml_text import inline, quoted, table
from uplock.model.lock import Artifact, Lock, LockedPackage
from uplock.model.target import Interpreter, Target, parse_platform

LOCK_VERSION = "1.0"
FORMAT = 1
MAX_PACKAGES = 20_000

FULL_VERSION = r"3\.(?:0|[1-9][0-9]?)\.(?:0|[1-9][0-9]{0,2})"

_TOP = {"lock-version", "environments", "requires-python", "created-by", "packages", "tool"}
_PACKAGE = {
    "name",
    "version",
    "requires-python",
    "dependencies",
    "index",
    "wheels",
    "sdist",
    "archive",
    "attestation-identities",
    "tool",
}
_FILE = {"name", "upload-time", "url", "size", "hashes"}
_KINDS = ("wheels", "sdist", "archive")
_TOOL = {"format", "target", "python", "platform", "exclude-newer", "inputs", "view", "resolver"}


def write_pylock(lock: Lock) -> bytes:
    """Return the text of a lock. Packages and keys stand in a fixed order; line ends are LF."""
    target = lock.target
    head = table(
        {
            "lock-version": LOCK_VERSION,
            "environments": [environment_marker(target)],
            "requires-python": f"=={target.interpreter.minor}.*",
            "created-by": "uplock",
            "packages": None if lock.packages else (),
        }
    )
    packages = [_package_text(package) for package in sorted(lock.packages, key=lambda package: package.name)]
    tool = "[tool.uplock]\n" + table(
        {
            "format": FORMAT,
            "target": target.name,
            "python": target.interpreter.version,
            "platform": target.platform.name,
            "exclude-newer": lock.exclude_newer,
            "inputs": lock.inputs,
            "view": lock.view,
            "resolver": lock.resolver,
        }
    )
    return "\n".join([head, *packages, tool]).encode()


def environment_marker(target: Target) -> str:
    """Return the marker that holds on the machines that a lock is for, and on none of another interpreter or system.

    Markers (PEP 508) cannot tell glibc from musl, versions of either or of macOS, nor builds with the GIL from those
    without; the tags of the locked wheels do. The patch version is left out: a lock serves its minor.
    """
    return (
        f"implementation_name == 'cpython' and python_version == '{target.interpreter.minor}'"
        f" and sys_platform == '{target.platform.sys_platform}' and platform_machine == '{target.platform.machine}'"
    )


def _package_text(package: LockedPackage) -> str:
    artifact = package.artifact
    file = {
        "name": artifact.filename,
        "upload-time": artifact.upload_time,
        "url": artifact.url or None,
        "path": None if artifact.url else archive_path(artifact.sha256),
        "size": artifact.size,
        "hashes": {"sha256": artifact.sha256},
    }
    lines = ["[[packages]]\n", f"name = {quoted(package.name)}\n", f"version = {quoted(package.version)}\n"]
    if package.requires_python is not None:
        lines.append(f"requires-python = {quoted(package.requires_python)}\n")
    if package.dependencies:
        lines.append("dependencies = [\n")
        lines += [f"  {inline({'name': name})},\n" for name in sorted(package.dependencies)]
        lines.append("]\n")
    if package.index is None and package.built_from is None:  # a reference: installers record its address (PEP 610)
        del file["name"]
        lines.append(f"archive = {inline(file)}\n")
    else:
        lines += [] if package.index is None else [f"index = {quoted(package.index)}\n"]
        lines.append(f"sdist = {inline(file)}\n" if package.is_sdist else f"wheels = [{inline(file)}]\n")
    for identity in package.identities:
        lines.append("[[packages.attestation-identities]]\n" + table(identity_table(identity)))
    facts = {
        "direct": package.direct or None,
        "yanked": package.yanked,
        "hashed-here": package.hashed_here or None,
    }
    if any(fact is not None for fact in facts.values()):
        lines.append("[packages.tool.uplock]\n" + table(facts))
    lines += [] if package.built_from is None else [built_text(package.built_from)]
    return "".join(lines)


def conforms(raw: bytes, filename: str) -> None:
    """Check a lock against the standard as ``packaging`` reads it (PEP 751). Raises :class:`InputError`."""
    from packaging.pylock import Pylock, PylockValidationError

    try:
        Pylock.from_dict(parse_toml(raw))
    except (ValueError, PylockValidationError) as error:
        raise InputError(
            f"is not a lock file of PEP 751: {error}", context=filename, remedy="Report this as a defect."
        ) from error


def read_pylock(raw: bytes, filename: str) -> Lock:
    """Parse a lock strictly.

    Raises one :class:`InputError` with every defect on a line of its own, each with its place, as
    ``packages[3].wheels[0].hashes: …``.
    """
    try:
        document = parse_toml(raw)
    except ValueError as error:
        raise InputError(f"not TOML: {error}", context=filename, remedy=_REMEDY) from error
    top = Fields(document, "")
    lock = _lock(top)
    if top.defects:
        raise InputError(listed(top.defects), context=filename, remedy=_REMEDY)
    return lock


_REMEDY = "Restore the file from version control, or run uplock lock --fresh."


def _lock(top: Fields) -> Lock:
    top.only(_TOP)
    top.expect("lock-version", LOCK_VERSION)
    top.expect("created-by", "uplock")
    tools = top.child("tool")
    tools.only({"uplock"})
    tool = tools.child("uplock")
    tool.only(_TOOL)
    tool.expect("format", FORMAT)
    target = _target(tool)
    top.expect("requires-python", f"=={target.interpreter.minor}.*")
    top.expect("environments", [environment_marker(target)])
    tool.expect("target", target.name)
    if "packages" not in top.raw:
        top.defect("packages", "is missing")
    packages = tuple(_package(each) for each in top.children("packages", MAX_PACKAGES))
    check_graph(top, packages)
    return Lock(
        target=target,
        packages=packages,
        exclude_newer=_whole_seconds(tool, "exclude-newer"),
        inputs=tool.sha256("inputs"),
        view=tool.sha256("view"),
        resolver=tool.text("resolver", r"[ -~]{1,200}", "the resolver's name and version"),
    )


def _whole_seconds(tool: Fields, key: str) -> datetime:
    moment = tool.moment(key) or datetime.fromtimestamp(0, UTC)
    if moment.microsecond:
        tool.defect(key, "must be in whole seconds")
    return moment


def _target(tool: Fields) -> Target:
    version = tool.text("python", FULL_VERSION, "a full CPython version") or "3.0.0"
    name = tool.text("platform", r"(?:linux|macos|windows)-[a-z0-9_.-]{1,40}", "a platform")
    try:
        platform = parse_platform(name)
    except Error as error:
        tool.defect("platform", str(error))
        platform = parse_platform("linux-x86_64")
    else:
        tool.expect("platform", platform.name)
    return Target(interpreter=Interpreter(version=version), platform=platform)


def _package(fields: Fields) -> LockedPackage:
    fields.only(_PACKAGE)
    name = fields.text("name", r"[a-z0-9]+(?:-[a-z0-9]+)*", "a normalized name")
    version = fields.text("version", r"[a-z0-9.!+]{1,200}", "a normalized version")
    kind, file = _file(fields)
    tool = _facts(fields)
    built = read_built(tool, _NAMES["sdist"], _URLS) if KEY in tool.raw else None
    artifact = _artifact(file, kind) if built is None else read_built_file(file, _NAMES["wheels"])
    if name and version and artifact.filename:
        check_filename(artifact.filename, name, version, file)
    if built is not None:
        if kind != "wheels":
            fields.defect(kind, "what was built here is a wheel")
        if name and version and built.sdist.filename:
            check_filename(built.sdist.filename, name, version, tool.child(KEY))
    return LockedPackage(
        name=name,
        version=version,
        artifact=artifact,
        dependencies=tuple(_dependency(each) for each in fields.children("dependencies", MAX_PACKAGES)),
        requires_python=fields.optional_text("requires-python"),
        direct=tool.flag("direct"),
        index=None if built is not None and "index" not in fields.raw else _index(fields, kind),
        yanked=tool.text("yanked", r"[^\x00-\x1f\x7f]{0,4000}") if "yanked" in tool.raw else None,
        hashed_here=tool.flag("hashed-here"),
        identities=read_identities(fields),
        built_from=built,
    )


def _file(fields: Fields) -> tuple[str, Fields]:
    """Return which of the three kinds of file a package has, and that file."""
    kinds = [kind for kind in _KINDS if kind in fields.raw]
    if len(kinds) != 1:
        fields.defect("wheels", f"{' and '.join(kinds) or 'no file'}: a package has exactly one")
    kind = kinds[0] if kinds else "wheels"
    if kind != "wheels":
        return kind, fields.child(kind)
    wheels = fields.children("wheels", 100)
    if len(wheels) != 1:
        fields.defect("wheels", f"{len(wheels)} wheels: a lock has exactly one")
    return kind, wheels[0] if wheels else Fields({}, f"{fields.place}.wheels[0]", fields.defects)


def _index(fields: Fields, kind: str) -> str | None:
    if kind == "archive":
        if "index" in fields.raw:
            fields.defect("index", "an archive comes from no index")
        return None
    return fields.text("index", _ADDRESS, "the address of an index without credentials")


def _dependency(fields: Fields) -> str:
    fields.only({"name"})
    return fields.text("name")


def _facts(fields: Fields) -> Fields:
    tools = fields.child("tool")
    tools.only({"uplock"})
    tool = tools.child("uplock")
    tool.only({"direct", "yanked", "hashed-here", KEY})
    return tool


def _artifact(fields: Fields, kind: str) -> Artifact:
    fields.only(_FILE - {"name"} if kind == "archive" else _FILE)
    hashes = fields.child("hashes")
    hashes.only({"sha256"})
    url = fields.text("url", _URLS, _URL)
    if kind == "archive":
        filename = unquote(url.rpartition("/")[2])
        if url and not re.fullmatch(_NAMES[kind], filename):
            fields.defect("url", "does not end with the name of a wheel or sdist")
    else:
        what = "a wheel" if kind == "wheels" else "an sdist"
        filename = fields.text("name", _NAMES[kind], f"the file name of {what}")
    return Artifact(
        filename=filename,
        sha256=hashes.sha256("sha256"),
        url=url,
        size=fields.number("size") if "size" in fields.raw else None,
        upload_time=fields.moment("upload-time") if "upload-time" in fields.raw else None,
    )


_URL = "an absolute URL without credentials"
_URLS = r"(?:https?://[A-Za-z0-9.:\[\]_-]{1,300}|file://)/[!-~]{1,8192}"
_ADDRESS = r"https?://[A-Za-z0-9.:\[\]_-]{1,300}(?:/[!-~]{0,8192})?"
_NAMES = {
    "wheels": r"[A-Za-z0-9._+!-]{1,500}\.whl",
    "sdist": r"[A-Za-z0-9._+!-]{1,500}\.tar\.gz",
    "archive": r"[A-Za-z0-9._+!-]{1,500}\.(?:whl|tar\.gz)",
}
