"""``pylock.<target>.toml`` (PEP 751): one lock per target, exactly one wheel per package.

Our own writer: the same lock gives the same bytes, whatever library is installed. The reader takes what the writer
writes, and collects every defect of a file before it raises.
"""

from __future__ import annotations

from datetime import UTC, datetime

from uplock.errors import Error, InputError
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.toml_document import parse_toml
from uplock.lockfile.toml_text import inline, quoted, table
from uplock.model.lock import Artifact, Lock, LockedPackage
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.model.wheel_name import MAX_TAGS, is_bounded

LOCK_VERSION = "1.0"
FORMAT = 1
MAX_PACKAGES = 20_000

FULL_VERSION = r"3\.(?:0|[1-9][0-9]?)\.(?:0|[1-9][0-9]{0,2})"

_TOP = {"lock-version", "environments", "requires-python", "created-by", "packages", "tool"}
_PACKAGE = {"name", "version", "requires-python", "dependencies", "wheels", "tool"}
_WHEEL = {"name", "upload-time", "url", "size", "hashes"}
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
    """Return the marker that holds on exactly the machines that a lock is for (its patch version aside)."""
    return (
        f"implementation_name == 'cpython' and python_version == '{target.interpreter.minor}'"
        f" and sys_platform == 'linux' and platform_machine == '{target.platform.arch}'"
    )


def _package_text(package: LockedPackage) -> str:
    artifact = package.artifact
    wheel = {
        "name": artifact.filename,
        "upload-time": artifact.upload_time,
        "url": artifact.url,
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
    lines.append(f"wheels = [{inline(wheel)}]\n")
    if package.direct:
        lines.append("[packages.tool.uplock]\ndirect = true\n")
    return "".join(lines)


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


_REMEDY = "Restore the file from version control, or run uplock lock --refresh."


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
    _check_graph(top, packages)
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
    name = tool.text("platform", r"linux-[a-z0-9_.-]{1,40}", "a platform")
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
    wheels = fields.children("wheels", 100)
    if len(wheels) != 1:
        fields.defect("wheels", f"{len(wheels)} wheels: a lock has exactly one")
    name = fields.text("name", r"[a-z0-9]+(?:-[a-z0-9]+)*", "a normalized name")
    version = fields.text("version", r"[a-z0-9.!+]{1,200}", "a normalized version")
    wheel = wheels[0] if wheels else Fields({}, f"{fields.place}.wheels[0]", fields.defects)
    artifact = _wheel(wheel)
    if name and version and artifact.filename:
        _check_filename(artifact.filename, name, version, wheel)
    return LockedPackage(
        name=name,
        version=version,
        artifact=artifact,
        dependencies=tuple(_dependency(each) for each in fields.children("dependencies", MAX_PACKAGES)),
        requires_python=fields.optional_text("requires-python"),
        direct=_direct(fields),
    )


def _dependency(fields: Fields) -> str:
    fields.only({"name"})
    return fields.text("name")


def _direct(fields: Fields) -> bool:
    tools = fields.child("tool")
    tools.only({"uplock"})
    tool = tools.child("uplock")
    tool.only({"direct"})
    return tool.flag("direct")


def _check_filename(filename: str, name: str, version: str, wheel: Fields) -> None:
    """Check that a wheel is one of this package: installers look at the file only."""
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename
    from packaging.version import InvalidVersion, Version

    if not is_bounded(filename):
        wheel.defect("name", f"stands for more than {MAX_TAGS} tags")
        return
    try:
        pinned = Version(version)
        found = parse_wheel_filename(filename)
    except (InvalidVersion, InvalidWheelFilename) as error:
        wheel.defect("name", str(error))
        return
    if str(pinned) != version or found[:2] != (name, pinned):
        wheel.defect("name", f"{filename!r} is not a wheel of {name} {version}")


def _wheel(fields: Fields) -> Artifact:
    fields.only(_WHEEL)
    hashes = fields.child("hashes")
    hashes.only({"sha256"})
    return Artifact(
        filename=fields.text("name", r"[A-Za-z0-9._+!-]{1,500}\.whl", "the file name of a wheel"),
        sha256=hashes.sha256("sha256"),
        url=fields.text("url", r"(?:https?://[A-Za-z0-9.:\[\]_-]{1,300}|file://)/[!-~]{1,8192}", _URL),
        size=fields.number("size") if "size" in fields.raw else None,
        upload_time=fields.moment("upload-time") if "upload-time" in fields.raw else None,
    )


_URL = "an absolute URL without credentials"


def _check_graph(top: Fields, packages: tuple[LockedPackage, ...]) -> None:
    names = [package.name for package in packages]
    if names != sorted(set(names)):
        top.defect("packages", "names are not sorted, or one stands twice")
    known = set(names)
    for place, package in enumerate(packages):
        if list(package.dependencies) != sorted(set(package.dependencies)):
            top.defect(f"packages[{place}].dependencies", "names are not sorted, or one stands twice")
        for at, name in enumerate(package.dependencies):
            if name not in known:
                top.defect(f"packages[{place}].dependencies[{at}]", f"{name!r} is not in this lock")
