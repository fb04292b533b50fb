"""The configuration: ``[tool.uplock]`` in pyproject.toml, or uplock.toml with the same keys at its top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from uplock.errors import ConfigError
from uplock.lockfile.about import SBOM_SCHEMA, read_about
from uplock.lockfile.fields import Fields, listed
from uplock.lockfile.import_exclusions import EXCLUSIONS_SCHEMA, read_exclusions
from uplock.lockfile.indexes import INDEXES_SCHEMA, IndexEntry, read_index_url, read_indexes
from uplock.lockfile.names import normalized
from uplock.lockfile.toml_document import parse_toml
from uplock.lockfile.trusted_root import TRUSTED_ROOT_SCHEMA, TrustedRootFile, read_trusted_root
from uplock.model.about import About
from uplock.model.value import Value, empty_dict

PYPROJECT, OWN, REQUIREMENTS = "pyproject.toml", "uplock.toml", "requirements.in"
CONFIG_FILES = (PYPROJECT, OWN, REQUIREMENTS)
"""Files that are looked for in a project's folder."""


KEYS: Mapping[str, tuple[dict[str, Any], str]] = {
    "from": (
        {"type": "string", "examples": ["3.9", "3.9.18"]},
        "The interpreter being left: locked and reported, it does not gate unless it is in deploy.",
    ),
    "targets": (
        {"type": "array", "items": {"type": "string"}, "examples": [["3.12", "3.13.0"]]},
        "Interpreters to lock for: minors (then the latest known patch) or full versions. Default: two recent lines.",
    ),
    "platforms": (
        {
            "type": "array",
            "items": {"type": "string"},
            "default": ["linux-x86_64"],
            "examples": [["linux-x86_64", "linux-aarch64-musl", "macos-arm64", "windows-x86_64"]],
        },
        (
            "Platforms to lock for: linux-x86_64 and linux-aarch64 (glibc 2.28, else with -glibc2.17 and the like, or "
            "with -musl), macos-arm64 and macos-x86_64 (macOS 13.0, else with -14.0), windows-x86_64, windows-arm64."
        ),
    ),
    "deploy": (
        {"type": "array", "items": {"type": "string"}},
        "Interpreters or targets that gate a deployment. Default: everything in targets.",
    ),
    "runs-on": (
        {
            "oneOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
            ],
            "examples": [["debian-12"], {"3.9": ["aws-lambda"], "3.12": ["amazon-linux-2023"]}],
        },
        (
            "What the service is deployed on, for rules about support: lines of uplock lifecycle, or aws-lambda. A "
            "table says it by interpreter or target."
        ),
    ),
    "exclude-newer": (
        {"type": "string", "format": "date-time"},
        "Cut-off (RFC 3339 with Z): nothing newer is admitted. Default: now, kept in the lock until --upgrade.",
    ),
    "resolver": (
        {"enum": ["uv", "pip-tools"], "default": "uv"},
        "Who chooses versions. pip-tools runs under each target's own interpreter, which must be found here.",
    ),
    "cross-check": (
        {"type": "boolean", "default": False},
        "Ask the other resolver as well and compare pins and edges; a disagreement is a finding.",
    ),
    "allow-sdist": (
        {"oneOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string"}}], "default": False},
        "Lock source distributions where no wheel fits: of all packages (true) or of those that are named.",
    ),
    "overrides": (
        {"type": "array", "items": {"type": "string"}, "default": []},
        "Requirements that replace every requirement on the same package, whoever asks for it.",
    ),
    "excludes": (
        {"type": "array", "items": {"type": "string"}, "default": []},
        "Packages that are left out, whoever asks for them.",
    ),
    "extras": ({"type": "array", "items": {"type": "string"}, "default": []}, "Extras of the project to lock with it."),
    "groups": (
        {"type": "array", "items": {"type": "string"}, "default": []},
        "Dependency groups (PEP 735) to lock with it.",
    ),
    "import-exclusions": (
        EXCLUSIONS_SCHEMA,
        "Packages whose modules uplock prove and rehearse do not import, each with the reason, which they show.",
    ),
    "provenance-dir": (
        {"type": "string"},
        "Folder with NAME.provenance or NAME.publish.attestation files; then the only source of provenance.",
    ),
    "trusted-root": (
        TRUSTED_ROOT_SCHEMA,
        "Sigstore trusted root to verify under, and its digest, see docs/trusted-root.md. Default: sigstore's own.",
    ),
    "indexes": (
        INDEXES_SCHEMA,
        "Further indexes, asked before the default one: the first that has a name wins; packages pins names to one.",
    ),
    "index-url": ({"type": "string", "format": "uri"}, "Simple index (PEP 503, 691) to resolve from; no credentials."),
    "sbom": (
        SBOM_SCHEMA,
        "What SBOMs say beyond [project]: manufacturer and supplier with name, url and email, and the project's purl.",
    ),
    "policy": ({"type": "object"}, "Thresholds and severities of the rules, see docs/rules.md."),
}
"""Every key with its JSON Schema and what it means: the schema, the reader and the docs rest on this table."""


class Config(Value, frozen=True, kw_only=True):
    """A project's configuration as read. Empty ``targets`` means the default."""

    file: str
    """The file that the configuration stands in, for messages."""
    baseline: str | None = None
    targets: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ("linux-x86_64",)
    deploy: tuple[str, ...] | None = None
    runs_on: dict[str, tuple[str, ...]] = empty_dict()
    """Interpreter or target to what it is deployed on; the empty key is for all of them."""
    exclude_newer: datetime | None = None
    resolver: Literal["uv", "pip-tools"] = "uv"
    cross_check: bool = False
    allow_sdist: tuple[str, ...] = ()
    """Normalized names whose source distributions may be locked, or ``*`` for all."""
    overrides: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    indexes: tuple[IndexEntry, ...] = ()
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    import_exclusions: dict[str, str] = empty_dict()
    """Normalized names of packages that proofs do not import, each with the reason."""
    provenance_dir: str | None = None
    trusted_root: TrustedRootFile | None = None
    index_url: str | None = None
    policy: dict[str, Any] = empty_dict()
    about: About = About()
    project_name: str | None = None
    project_version: str | None = None
    requires_python: str | None = None

    def at(self, key: str) -> str:
        """Return the place of a key, with its file: ``pyproject.toml: tool.uplock.targets``."""
        return f"{self.file}: {key}" if self.file == OWN else f"{self.file}: tool.uplock.{key}"


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema of the configuration table."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "[tool.uplock] in pyproject.toml, or uplock.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {key: {**schema, "description": meaning} for key, (schema, meaning) in KEYS.items()},
    }


def read_config(read: Callable[[str], bytes | None]) -> Config:
    """Read the configuration; ``read`` returns a file of the project's folder, or ``None`` if it is not there.

    Without any configuration everything has its default, so a plain pyproject.toml or requirements.in is enough.
    Raises one :class:`ConfigError` with every defect of the file, each with its place.
    """
    pyproject, own = read_toml(PYPROJECT, read), read_toml(OWN, read)
    table = _tool_table(pyproject)
    if own is not None and table is not None:
        raise ConfigError(
            f"the configuration stands in {OWN} and in [tool.uplock] of {PYPROJECT}",
            remedy="Keep one of the two.",
        )
    file, place, raw = (OWN, "", own) if own is not None else (PYPROJECT, "tool.uplock", table)
    fields = Fields({} if raw is None else raw, place)
    project = pyproject.get("project") if pyproject else None
    config = _config(fields, file, project if isinstance(project, Mapping) else {})
    if fields.defects:
        raise ConfigError(
            listed(fields.defects), context=file, remedy="Correct it; schemas/config.schema.json has every key."
        )
    return config


def has_table(pyproject: bytes) -> bool:
    """Whether a pyproject.toml carries ``[tool.uplock]``. Raises :class:`ConfigError` for invalid TOML."""
    return _tool_table(read_toml(PYPROJECT, lambda _: pyproject)) is not None


def _tool_table(pyproject: dict[str, Any] | None) -> object:
    tool = pyproject.get("tool") if pyproject else None
    return tool.get("uplock") if isinstance(tool, Mapping) else None


def read_toml(name: str, read: Callable[[str], bytes | None]) -> dict[str, Any] | None:
    """Return a TOML file, or ``None`` if it is not there. Raises :class:`ConfigError` with the line of the defect."""
    raw = read(name)
    if raw is None:
        return None
    try:
        return parse_toml(raw)
    except ValueError as error:
        raise ConfigError(f"not valid TOML: {error}", context=name, remedy="Correct the file.") from error


def _config(fields: Fields, file: str, project: Mapping[str, Any]) -> Config:
    fields.only(frozenset(KEYS))
    version, name, requires = (project.get(key) for key in ("version", "name", "requires-python"))
    policy = fields.raw.get("policy", {})
    if not isinstance(policy, Mapping):
        fields.defect("policy", "must be a table")
        policy = {}
    return Config(
        file=file,
        baseline=fields.optional_text("from"),
        targets=fields.texts("targets", some=True) or (),
        platforms=fields.texts("platforms", some=True) or ("linux-x86_64",),
        deploy=fields.texts("deploy", some=True),
        runs_on=_runs_on(fields),
        exclude_newer=_cut_off(fields),
        resolver=_resolver(fields),
        cross_check=fields.flag("cross-check"),
        allow_sdist=_allow_sdist(fields),
        overrides=fields.texts("overrides") or (),
        excludes=_names(fields, "excludes"),
        indexes=read_indexes(fields),
        extras=fields.texts("extras") or (),
        groups=fields.texts("groups") or (),
        import_exclusions=read_exclusions(fields),
        provenance_dir=fields.optional_text("provenance-dir"),
        trusted_root=read_trusted_root(fields),
        index_url=read_index_url(fields),
        policy=dict(policy),
        about=read_about(fields, project),
        project_name=name if isinstance(name, str) else None,
        project_version=version if isinstance(version, str) else None,
        requires_python=requires if isinstance(requires, str) else None,
    )


def _runs_on(fields: Fields) -> dict[str, tuple[str, ...]]:
    match fields.raw.get("runs-on"):
        case None:
            return {}
        case Mapping() as table:
            inner = Fields(table, fields.at("runs-on"), fields.defects)
            return {key: inner.texts(key, some=True) or () for key in table}
        case _:
            return {"": fields.texts("runs-on", some=True) or ()}


def _cut_off(fields: Fields) -> datetime | None:
    if "exclude-newer" not in fields.raw:
        return None
    moment = fields.moment("exclude-newer")
    if moment is not None and moment.microsecond:
        fields.defect("exclude-newer", "must be in whole seconds")
    return moment


def _resolver(fields: Fields) -> Literal["uv", "pip-tools"]:
    match fields.raw.get("resolver", "uv"):
        case "uv":
            return "uv"
        case "pip-tools":
            return "pip-tools"
        case _:
            fields.defect("resolver", "must be 'uv' or 'pip-tools'")
            return "uv"


def _allow_sdist(fields: Fields) -> tuple[str, ...]:
    match fields.raw.get("allow-sdist", False):
        case bool() as everything:
            return ("*",) if everything else ()
        case list():
            return _names(fields, "allow-sdist")
        case _:
            fields.defect("allow-sdist", "must be true, false, or an array of package names")
            return ()


def _names(fields: Fields, key: str) -> tuple[str, ...]:
    """Return an array of package names, normalized and sorted."""
    found = set()
    for place, text in enumerate(fields.texts(key) or ()):
        name = normalized(text)
        if name is None:
            fields.defect(f"{key}[{place}]", f"{text[:80]!r} is not the name of a package")
        else:
            found.add(name)
    return tuple(sorted(found))
