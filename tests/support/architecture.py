"""The rules of ARCHITECTURE.md, "What may not touch what", as functions from a source tree to violations."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from support.source_tree import Import, Module, Tree, target_of

MAX_MODULE, MAX_FUNCTION = 300, 60
"""Lines."""

PURE = frozenset({"model", "lockfile", "inspect", "linkage", "content", "policy", "sbom", "uplift"})
ADAPTERS = frozenset({"resolve", "index", "attest", "archive", "environment", "signing"})
_GROUND = frozenset({"errors", "model"})
_CALLABLE = _GROUND | (PURE - {"model"}) | {"checked", "files", "ports", "environment_ports"}

LAYERS: Mapping[str, frozenset[str]] = {
    "": frozenset(),
    "__main__": frozenset({"cli"}),
    "errors": frozenset(),
    "checked": _GROUND,
    "files": _GROUND,
    "ports": _GROUND,
    "environment_ports": _GROUND,
    "model": frozenset({"errors"}),
    **dict.fromkeys(PURE - {"model"}, _GROUND),
    "policy": _GROUND | {"linkage"},
    "sbom": _GROUND | {"linkage", "inspect"},
    "content": _GROUND | {"inspect"},
    "host": _GROUND | {"files"},
    **dict.fromkeys(ADAPTERS, _CALLABLE),
    **dict.fromkeys(("resolve", "environment"), _CALLABLE | {"host"}),
    "workflow": _CALLABLE | {""},
    "report": _GROUND | {"lockfile", "policy"},
    "api": _GROUND | {"inspect", "workflow"},
    "cli": _CALLABLE | ADAPTERS | {"", "host", "workflow", "report"},
}
"""Which parts a part may import besides itself; the empty name is the top ``__init__`` with the version."""

DOORS: Mapping[str, frozenset[str]] = {
    "abi3info": frozenset({"uplock.inspect.abi"}),
    "click": frozenset({"uplock.cli"}),
    "cryptography": frozenset({"uplock.attest", "uplock.signing.keys"}),
    "jinja2": frozenset({"uplock.report.uplift_page"}),
    "tree_sitter": frozenset({"uplock.uplift.scan"}),
    "tree_sitter_hcl": frozenset({"uplock.uplift.scan.syntax_tree"}),
    "tree_sitter_toml": frozenset({"uplock.uplift.scan.syntax_tree"}),
    "yaml": frozenset({"uplock.uplift.scan.yaml_document"}),
    "cyclonedx": frozenset({"uplock.sbom.spdx", "uplock.sbom.official", "uplock.sbom.score.library"}),
    "jsonschema_rs": frozenset({"uplock.sbom.validate"}),
    "msgspec": frozenset({"uplock.model.value"}),
    "packaging": frozenset({"uplock"}),
    "pypi_attestations": frozenset({"uplock.attest.statement"}),
    "sigstore": frozenset({"uplock.attest"}),
    "tuf": frozenset({"uplock.attest.trust_update"}),
    "urllib3": frozenset({"uplock.index.transport"}),
    "uv": frozenset({"uplock.index.settings", "uplock.resolve.uv"}),
}
"""The only modules, or packages with all that is in them, that may import a third party."""

HEAVY = frozenset(
    {
        "abi3info",
        "cryptography",
        "cyclonedx",
        "jsonschema_rs",
        "packaging",
        "pypi_attestations",
        "sigstore",
        "tuf",
        "urllib3",
    }
)
"""Imported where used, never with the module: start-up time is a feature."""

ONLY = {"uv": frozenset({"uv.find_uv_bin"})}
"""All that may be imported of a program which is executed."""

IMPURE_MODULES = frozenset(
    {
        "asyncio",
        "ctypes",
        "ftplib",
        "getpass",
        "http.client",
        "http.server",
        "locale",
        "multiprocessing",
        "platform",
        "random",
        "secrets",
        "select",
        "selectors",
        "signal",
        "site",
        "smtplib",
        "socket",
        "socketserver",
        "ssl",
        "subprocess",
        "sys",
        "sysconfig",
        "tempfile",
        "threading",
        "time",
        "urllib.request",
        "xmlrpc",
        "zoneinfo",
    }
)
"""What gives pure code the network, other programs, temporary files, a clock, chance, or this machine."""

PERMITTED = frozenset({("uplock.model.value", "threading.Lock")})
"""Single names that a pure module may import all the same: msgspec crashes unless its first look is made alone."""

IMPURE_NAMES = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "os.cpu_count",
        "os.environ",
        "os.environb",
        "os.getcwd",
        "os.getenv",
        "os.getlogin",
        "os.getpid",
        "os.name",
        "os.popen",
        "os.system",
        "os.uname",
        "os.urandom",
        "os.path.expanduser",
        "os.path.expandvars",
        "pathlib.Path.cwd",
        "pathlib.Path.home",
        "packaging.markers.default_environment",
        "packaging.tags.interpreter_name",
        "packaging.tags.interpreter_version",
        "packaging.tags.platform_tags",
        "packaging.tags.sys_tags",
        "uuid.getnode",
        "uuid.uuid1",
        "uuid.uuid4",
    }
)

DYNAMIC = frozenset({"uplock.cli.main", "uplock.policy.registry", "uplock.uplift.scan.readers"})
"""Where modules are imported by a computed name: commands by their name, rules by their file, readers by a table."""

_OUTPUT = frozenset({"exit", "os._exit", "print", "quit", "SystemExit", "sys.exit", "sys.stderr", "sys.stdout"})


def wrong_layers(tree: Tree) -> Iterator[str]:
    """Rule 1: a part imports only what its layer may see, also for types and within functions."""
    for module, each, target in _own(tree):
        part = tree[target].part
        if part != module.part and part not in LAYERS.get(module.part, frozenset()):
            yield f"{module.name}:{each.line} imports {target}"


def cycles(tree: Tree) -> Iterator[str]:
    """Rule 1: no module reaches itself by imports, those within functions included, those for types only not."""
    graph: dict[str, set[str]] = {name: set() for name in tree}
    for module, each, target in _own(tree):
        if not each.typing and target != module.name:
            graph[module.name].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield " imports ".join(reversed(error.args[1]))


def full_packages(tree: Tree) -> Iterator[str]:
    """Rule 1: an ``__init__`` is empty but the top one."""
    for module in tree.values():
        if module.package and module.part and module.text:
            yield f"{module.name} is not empty"


def impurities(tree: Tree) -> Iterator[str]:
    """Rule 2: pure packages see no network, program, temporary file, clock, chance, environment nor this machine."""
    for module in tree.values():
        if module.part not in PURE:
            continue
        for each in module.imports():
            if each.typing or (module.name, each.name) in PERMITTED:
                continue
            if below(each.name, IMPURE_MODULES) or each.name in IMPURE_NAMES:
                yield f"{module.name}:{each.line} imports {each.name}"
        for name in module.names():
            if below(name.name, IMPURE_NAMES):
                yield f"{module.name}:{name.line} uses {name.name}"
            elif name.name.endswith(".evaluate") and name.called and not name.arguments:
                yield f"{module.name}:{name.line} evaluates a marker for this machine"


def wrong_doors(tree: Tree) -> Iterator[str]:
    """Rule 3: a third party comes in by its door; one without a door is refused."""
    for module, each in _foreign(tree):
        if not below(module.name, DOORS.get(each.package, frozenset())):
            yield f"{module.name}:{each.line} imports {each.name}"
        elif each.package in ONLY and each.name not in ONLY[each.package]:
            yield f"{module.name}:{each.line} imports {each.name}: only its program is used"


def eager_imports(tree: Tree) -> Iterator[str]:
    """Rule 3: what is heavy is imported where it is used."""
    for module, each in _foreign(tree):
        if each.package in HEAVY and not each.lazy:
            yield f"{module.name}:{each.line} imports {each.name} with the module"


def computed_imports(tree: Tree) -> Iterator[str]:
    """Rules 1 to 3 read imports: a module imported by a computed name would escape them."""
    for module in tree.values():
        for name in module.names():
            loader = name.name in {"__import__", "importlib.import_module", "importlib.__import__", "runpy.run_module"}
            if (loader or name.name in {"eval", "exec", "compile"}) and module.name not in DYNAMIC:
                yield f"{module.name}:{name.line} uses {name.name}"


def output_outside_cli(tree: Tree) -> Iterator[str]:
    """Rule 4: only the command line prints and ends the process."""
    for module in tree.values():
        if module.part != "cli":
            for name in module.names():
                if below(name.name, _OUTPUT):
                    yield f"{module.name}:{name.line} uses {name.name}"


def too_long(tree: Tree) -> Iterator[str]:
    """Return modules and functions over their bound."""
    for module in tree.values():
        if (lines := module.text.count("\n")) > MAX_MODULE:
            yield f"{module.name} has {lines} lines"
        for function, length in module.functions():
            if length > MAX_FUNCTION:
                yield f"{module.name}.{function} has {length} lines"


def undocumented(tree: Tree) -> Iterator[str]:
    """Return modules without a docstring; an empty ``__init__`` needs none."""
    import ast

    for module in tree.values():
        if module.text and not ast.get_docstring(module.syntax):
            yield f"{module.name} has no docstring"


def below(name: str, places: frozenset[str]) -> bool:
    """Whether a dotted name is one of ``places`` or lies in one."""
    parts = name.split(".")
    return any(".".join(parts[:end]) in places for end in range(1, len(parts) + 1))


def _own(tree: Tree) -> Iterator[tuple[Module, Import, str]]:
    """Yield every import of one of our modules by another, with the module that it reaches."""
    for module in tree.values():
        for each in module.imports():
            target = target_of(each.name, tree)
            if target is not None:
                yield module, each, target


def _foreign(tree: Tree) -> Iterator[tuple[Module, Import]]:
    """Yield every import of a third party that is executed."""
    for module in tree.values():
        for each in module.imports():
            if each.package not in sys.stdlib_module_names and target_of(each.name, tree) is None and not each.typing:
                yield module, each
