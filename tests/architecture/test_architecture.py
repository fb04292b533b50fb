"""What may not touch what: the rules of ARCHITECTURE.md over our own source, and proof that each can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import uplock
from support import architecture
from support.architecture import DOORS, HEAVY, LAYERS, MAX_FUNCTION, MAX_MODULE
from support.source_tree import Tree, read_tree, target_of, tree_of

Rule = Callable[[Tree], Iterator[str]]

RULES: tuple[Rule, ...] = (
    architecture.wrong_layers,
    architecture.cycles,
    architecture.full_packages,
    architecture.impurities,
    architecture.wrong_doors,
    architecture.eager_imports,
    architecture.computed_imports,
    architecture.output_outside_cli,
    architecture.too_long,
    architecture.undocumented,
)

DOC = '"""Something."""\n'
FINE = {
    "uplock": f'{DOC}__version__ = "1"\n',
    "uplock.errors": DOC,
    "uplock.files": f"{DOC}from uplock.errors import Error\nimport tempfile\n",
    "uplock.model": "",
    "uplock.model.value": f"{DOC}import msgspec\nfrom uplock.errors import Error\n",
    "uplock.model.lock": f"{DOC}from uplock.model.value import Value\nfrom datetime import datetime\n",
    "uplock.sbom": "",
    "uplock.sbom.build": f"{DOC}import uuid\nuuid.uuid5\ndef f():\n    from packaging.version import Version\n",
    "uplock.archive": "",
    "uplock.archive.store": f"{DOC}from uplock.files import MAX\nfrom uplock.sbom.build import build\n",
    "uplock.index": "",
    "uplock.index.transport": f"{DOC}def get():\n    import urllib3\n",
    "uplock.workflow": "",
    "uplock.workflow.run": f"{DOC}from uplock import __version__\nfrom uplock.sbom.build import build\n",
    "uplock.cli": "",
    "uplock.cli.main": f"{DOC}import click, sys\nfrom uplock.archive.store import x\nprint()\nsys.exit(0)\n",
}


@pytest.fixture(scope="module")
def tree() -> Tree:
    return read_tree(Path(uplock.__file__).parent)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_source_keeps_the_rule(rule: Rule, tree: Tree) -> None:
    assert list(rule(tree)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_tree_that_is_fine_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(tree_of(FINE))) == []


def _lines(count: int) -> str:
    return "    pass\n" * count


BAD: list[tuple[Rule, str, str, str]] = [
    (architecture.wrong_layers, "uplock.model.lock", "import uplock.sbom.build", "uplock.sbom.build"),
    (architecture.wrong_layers, "uplock.model.lock", "from uplock import files", "uplock.files"),
    (architecture.wrong_layers, "uplock.model.lock", "from ..files import x", "uplock.files"),
    (architecture.wrong_layers, "uplock.model.lock", "from uplock import __version__", "uplock"),
    (architecture.wrong_layers, "uplock.sbom.build", "from uplock.files import x", "uplock.files"),
    (architecture.wrong_layers, "uplock.sbom.build", "def f():\n    import uplock.files", "uplock.files"),
    (
        architecture.wrong_layers,
        "uplock.archive.store",
        "from uplock.index.transport import x",
        "uplock.index.transport",
    ),
    (architecture.wrong_layers, "uplock.archive.store", "from ..index import transport", "uplock.index.transport"),
    (architecture.wrong_layers, "uplock.workflow.run", "from uplock.archive.store import x", "uplock.archive.store"),
    (
        architecture.wrong_layers,
        "uplock.workflow.run",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from uplock.archive.store import x",
        "uplock.archive.store",
    ),
    (
        architecture.wrong_layers,
        "uplock.workflow.run",
        'import importlib\nimportlib.import_module("uplock.archive.store")',
        "uplock.archive.store",
    ),
    (architecture.wrong_layers, "uplock.workflow.run", "import uplock.cli.main", "uplock.cli.main"),
    (architecture.wrong_layers, "uplock.archive.store", "import uplock.workflow.run", "uplock.workflow.run"),
    (architecture.wrong_layers, "uplock.unknown.part", "import uplock.errors", "uplock.errors"),
    (architecture.full_packages, "uplock.model", "", "uplock.model is not empty"),
    (architecture.impurities, "uplock.sbom.build", "import socket", "socket"),
    (architecture.impurities, "uplock.sbom.build", "from urllib.request import urlopen", "urllib.request"),
    (architecture.impurities, "uplock.sbom.build", "def f():\n    import subprocess", "subprocess"),
    (architecture.impurities, "uplock.sbom.build", "import tempfile", "tempfile"),
    (architecture.impurities, "uplock.sbom.build", "import time as t", "time"),
    (architecture.impurities, "uplock.sbom.build", "import random", "random"),
    (architecture.impurities, "uplock.sbom.build", "from platform import machine", "platform.machine"),
    (architecture.impurities, "uplock.sbom.build", "import sysconfig", "sysconfig"),
    (architecture.impurities, "uplock.sbom.build", "import sys", "sys"),
    (architecture.impurities, "uplock.sbom.build", "import os\nos.environ['X']", "os.environ"),
    (architecture.impurities, "uplock.sbom.build", "import os as o\no.environ.get('X')", "os.environ.get"),
    (architecture.impurities, "uplock.sbom.build", "from os import getenv as g", "os.getenv"),
    (architecture.impurities, "uplock.sbom.build", "from datetime import datetime\ndatetime.now()", "datetime.now"),
    (architecture.impurities, "uplock.sbom.build", "import datetime as d\nd.date.today()", "date.today"),
    (architecture.impurities, "uplock.sbom.build", "import uuid\nuuid.uuid4()", "uuid.uuid4"),
    (architecture.impurities, "uplock.sbom.build", "from pathlib import Path\nPath.home()", "Path.home"),
    (architecture.impurities, "uplock.model.lock", "from packaging import tags\ntags.sys_tags()", "tags.sys_tags"),
    (architecture.impurities, "uplock.model.lock", "marker.evaluate()", "evaluates a marker"),
    (architecture.wrong_doors, "uplock.model.lock", "import msgspec", "msgspec"),
    (architecture.wrong_doors, "uplock.cli.main", "def f():\n    from sigstore.models import Bundle", "sigstore"),
    (architecture.wrong_doors, "uplock.sbom.build", "import click", "click"),
    (architecture.wrong_doors, "uplock.index.transport", "def f():\n    import requests", "requests"),
    (architecture.wrong_doors, "uplock.index.transport", "def f():\n    import piptools", "piptools"),
    (architecture.wrong_doors, "uplock.sbom.build", "from uv import find_uv_bin", "uv.find_uv_bin"),
    (architecture.eager_imports, "uplock.index.transport", "import urllib3", "urllib3"),
    (architecture.eager_imports, "uplock.index.transport", "class A:\n    import urllib3", "urllib3"),
    (architecture.eager_imports, "uplock.model.lock", "from packaging.tags import Tag", "packaging.tags.Tag"),
    (
        architecture.computed_imports,
        "uplock.model.lock",
        "import importlib\nimportlib.import_module(x)",
        "import_module",
    ),
    (
        architecture.computed_imports,
        "uplock.model.lock",
        "from importlib import import_module as i\ni(x)",
        "import_module",
    ),
    (architecture.computed_imports, "uplock.model.lock", "exec(x)", "exec"),
    (architecture.output_outside_cli, "uplock.sbom.build", "print()", "print"),
    (architecture.output_outside_cli, "uplock.workflow.run", "import sys\nsys.exit(1)", "sys.exit"),
    (architecture.output_outside_cli, "uplock.workflow.run", "import sys\nsys.stderr.write('')", "sys.stderr.write"),
    (architecture.output_outside_cli, "uplock.workflow.run", "raise SystemExit", "SystemExit"),
    (architecture.too_long, "uplock.sbom.build", "\n" * MAX_MODULE, f"has {MAX_MODULE + 6} lines"),
    (architecture.too_long, "uplock.sbom.build", f"def f():\n{_lines(MAX_FUNCTION)}", f"has {MAX_FUNCTION + 1} lines"),
]


@pytest.mark.parametrize(("rule", "name", "code", "found"), BAD)
def test_a_tree_with_one_violation_is_found_out(rule: Rule, name: str, code: str, found: str) -> None:
    bad = tree_of({**FINE, name: f"{FINE.get(name) or DOC}{code}\n"})
    (violation,) = rule(bad)
    assert violation.startswith(name)
    assert found in violation


def test_a_uv_door_lets_only_the_place_of_the_program_through() -> None:
    good = tree_of({**FINE, "uplock.index.settings": f"{DOC}from uv import find_uv_bin\n"})
    assert list(architecture.wrong_doors(good)) == []
    bad = tree_of({**FINE, "uplock.index.settings": f"{DOC}import uv\n"})
    assert list(architecture.wrong_doors(bad)) == ["uplock.index.settings:2 imports uv: only its program is used"]


def test_a_module_without_a_docstring_is_found_out() -> None:
    bad = tree_of({**FINE, "uplock.sbom.build": "x = 1\n"})
    assert list(architecture.undocumented(bad)) == ["uplock.sbom.build has no docstring"]


@pytest.mark.parametrize("where", ["{}", "def f():\n    {}"])
def test_a_cycle_is_found_out_also_through_functions(where: str) -> None:
    bad = {
        "uplock.sbom.a": f"{DOC}from uplock.sbom import b\n",
        "uplock.sbom.b": f"{DOC}from uplock.sbom.c import x\n",
        "uplock.sbom.c": DOC + where.format("from uplock.sbom.a import x\n"),
    }
    (violation,) = architecture.cycles(tree_of({**FINE, **bad}))
    assert violation.count(" imports ") == 3
    assert all(f"uplock.sbom.{name}" in violation for name in "abc")


def test_a_cycle_of_types_only_is_none() -> None:
    good = {
        "uplock.sbom.a": f"{DOC}from uplock.sbom.b import x\n",
        "uplock.sbom.b": f"{DOC}from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from uplock.sbom.a import x\n",
    }
    assert list(architecture.cycles(tree_of({**FINE, **good}))) == []


def test_every_part_has_a_layer_and_every_door_a_module(tree: Tree) -> None:
    parts = {module.part for module in tree.values()}
    assert parts <= set(LAYERS)
    assert set().union(*LAYERS.values()) <= parts
    assert all(place in tree for places in DOORS.values() for place in places)
    used = {each.package for module in tree.values() for each in module.imports()}
    assert set(DOORS) <= used


def test_the_whole_source_is_read(tree: Tree) -> None:
    assert len(tree) > 90
    assert target_of("uplock.model.value.Value", tree) == "uplock.model.value"
    assert sum(1 for module in tree.values() for _ in module.imports()) > 500


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import json, sys\n"
        "from uplock.cli.main import run\n"
        "code = run(['--help'])\n"
        "print(json.dumps([code, sorted({name.split('.')[0] for name in sys.modules})]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    code, loaded = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert "click" in loaded
    assert set(loaded) & HEAVY == set()
