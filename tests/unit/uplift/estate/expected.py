"""What every file of ``fixtures/estate`` declares: the specification of ``uplock scan``, written before its readers."""

from __future__ import annotations

from unit.uplift.estate.expected_services import SERVICES
from unit.uplift.estate.rows import Table, at

WORKSPACE: Table = {
    ".devcontainer/data/devcontainer.json": (at(6, "devcontainer", "build", "3.9", "3.9"),),
    ".devcontainer/devcontainer.json": (
        at(
            5,
            "devcontainer",
            "build",
            "registry.example/devcontainers/python:1-3.12-bookworm",
            "3.12",
            base="debian-12",
        ),
    ),
    ".pre-commit-config.yaml": (
        at(4, "pre-commit", "lint", "python3.9", "3.9"),
        at(10, "pre-commit", "lint", "python3.12", "3.12"),
        at(12, "pre-commit", "lint", "python3", ""),
    ),
    ".python-version": (
        at(2, "python-version", "run", "3.12.1", "3.12"),
        at(3, "python-version", "run", "3.9.18", "3.9"),
    ),
    ".readthedocs.yaml": (at(7, "readthedocs", "build", "3.9", "3.9"),),
    ".tool-versions": (at(3, "tool-versions", "run", "3.12.1 3.9.18", "3.9 3.12"),),
    "README.md": (),
    "compose.override.yaml": (
        at(8, "compose", "run", "registry.example/library/python:3.12.1-slim-bookworm", "3.12", base="debian-12"),
    ),
    "docker-compose.yml": (
        at(13, "compose", "run", "3.12", "3.12"),
        at(22, "compose", "run", "PYTHON_VERSION=3.9", "3.9"),
        at(33, "compose", "run", "python:${PYTHON_VERSION:-3.9}-slim", "3.9"),
        at(
            41,
            "compose",
            "run",
            "registry.example/mirror/python@sha256:4b3a9c2e8f1d05c67a9b4e2d1f0c8b7a6d5e4f3c2b1a09f8e7d6c5b4a3928170",
            "",
        ),
    ),
    "pyproject.toml": (
        at(5, "pyproject.requires-python", "run", ">=3.9", "any", ">=3.9"),
        at(
            13,
            "pyproject.uv-environments",
            "run",
            "sys_platform == 'linux' and python_version >= '3.9'",
            "any",
            ">=3.9",
        ),
        at(
            15,
            "pyproject.uv-environments",
            "run",
            "sys_platform == 'darwin' and python_version == '3.12'",
            "3.12",
            "==3.12.*",
        ),
        at(
            18,
            "pyproject.uv-environments",
            "run",
            "sys_platform == 'linux' and python_full_version >= '3.12'",
            "any",
            ">=3.12",
        ),
        at(25, "pyproject.ruff", "lint", "py39", "3.9"),
        at(28, "pyproject.mypy", "lint", "3.9", "3.9"),
    ),
    "uv.lock": (at(3, "uv.lock", "run", ">=3.9", "any", ">=3.9"),),
}

CI: Table = {
    ".azure-pipelines/checks.yml": (at(8, "azure-pipelines", "test", "3.9", "3.9"),),
    ".circleci/config.yml": (
        at(9, "circleci", "test", "cimg/python:3.9.18-browsers", "3.9"),
        at(15, "circleci", "lint", "cimg/python:3.12", "3.12"),
        at(40, "circleci", "test", "3.12", "3.12"),
        at(49, "circleci", "test", "circleci/python:3.8", "3.8"),
        at(66, "circleci", "test", '"3.9", "3.12"', "3.9 3.12"),
    ),
    ".github/actions/setup/action.yml": (at(12, "github-actions", "test", "3.12", "3.12"),),
    ".github/dependabot.yml": (),
    ".github/workflows/ci.yml": (
        at(14, "github-actions", "lint", "3.12", "3.12"),
        at(25, "github-actions", "lint", "3.9", "3.9"),
        at(33, "github-actions", "test", '"3.9", "3.12"', "3.9 3.12"),
        at(36, "github-actions", "test", "3.13", "3.13"),
        at(38, "github-actions", "test", "pypy3.10", "3.10", implementation="pypy"),
        at(60, "github-actions", "test", "3.9", "3.9"),
        at(61, "github-actions", "test", "3.10", "3.1", trap=True),
        at(63, "github-actions", "test", "3.12", "3.12"),
        at(77, "github-actions", "test", "3.9", "3.9"),
        at(78, "github-actions", "test", "3.12", "3.12"),
        at(90, "github-actions", "test", "3.9, 3.10", "3.1 3.9", trap=True),
        at(102, "github-actions", "test", "python:3.9-slim-bullseye", "3.9", base="debian-11"),
    ),
    ".github/workflows/release.yml": (
        at(20, "github-actions", "build", "3.x", "any", ">=3,<4"),
        at(29, "github-actions", "build", "3.9", "3.9"),
        at(30, "github-actions", "build", "3.12", "3.12"),
        at(36, "github-actions", "test", "3.12", "3.12"),
    ),
    ".github/workflows/reusable-tests.yml": (
        at(20, "github-actions", "test", "services/orders/.python-version", "3.9"),
        at(29, "github-actions", "test", "libs/tariffs/pyproject.toml", "any", ">=3.9"),
        at(37, "github-actions", "test", ".python-version-next", ""),
    ),
    ".gitlab-ci.yml": (
        at(7, "gitlab-ci", "test", "python:3.9-slim-bullseye", "3.9", base="debian-11"),
        at(21, "gitlab-ci", "lint", "registry.example/mirror/library/python:3.12-slim", "3.12"),
        at(31, "gitlab-ci", "test", '"3.9", "3.12"', "3.9 3.12"),
        at(33, "gitlab-ci", "test", "3.13", "3.13"),
        at(50, "gitlab-ci", "build", "python:3.12-bookworm", "3.12", base="debian-12"),
        at(63, "gitlab-ci", "build", "python:3.9-alpine", "3.9"),
    ),
    ".gitlab/ci/nightly.yml": (
        at(4, "gitlab-ci", "test", "python:3.9.18-slim-bullseye", "3.9", base="debian-11"),
        at(8, "gitlab-ci", "test", "python:latest", ""),
        at(15, "gitlab-ci", "test", "python:3-slim", "any", ">=3,<4"),
    ),
    "azure-pipelines.yml": (
        at(15, "azure-pipelines", "lint", "3.12", "3.12"),
        at(27, "azure-pipelines", "test", "3.9", "3.9"),
        at(30, "azure-pipelines", "test", "3.12", "3.12"),
        at(44, "azure-pipelines", "test", "python:3.9-bookworm", "3.9", base="debian-12"),
        at(54, "azure-pipelines", "build", "3.x", "any", ">=3,<4"),
    ),
}

LIBRARIES: Table = {
    "libs/edi/.mypy.ini": (at(2, "mypy", "lint", "3.12", "3.12"),),
    "libs/edi/.ruff.toml": (at(2, "ruff", "lint", "py310", "3.10"),),
    "libs/edi/pyproject.toml": (at(6, "pyproject.cibuildwheel", "build", "cp39-* cp312-manylinux_x86_64", "3.9 3.12"),),
    "libs/edi/setup.cfg": (
        at(8, "setup.cfg.classifier", "run", "Programming Language :: Python :: 3.9", "3.9"),
        at(10, "setup.cfg.classifier", "run", "Programming Language :: Python :: 3.12", "3.12"),
        at(15, "setup.cfg", "run", ">=3.9", "any", ">=3.9"),
        at(28, "tox", "test", "py{39,312}", "3.9 3.12"),
        at(34, "mypy", "lint", "3.9", "3.9"),
    ),
    "libs/edi/setup.py": (),
    "libs/messaging/.readthedocs.yml": (at(4, "readthedocs", "build", "3", "any", ">=3,<4"),),
    "libs/messaging/README.rst": (),
    "libs/messaging/pyproject.toml": (
        at(4, "pyproject.requires-python", "run", "==3.9.*", "3.9", "==3.9.*"),
        at(6, "pyproject.classifier", "run", "Programming Language :: Python :: 3.9", "3.9"),
        at(11, "tox", "test", "py39", "3.9"),
        at(17, "pyproject.cibuildwheel", "build", '"cp39-*", "cp312-*"', "3.9 3.12"),
    ),
    "libs/tariffs/docker/Dockerfile.pypy": (
        at(1, "dockerfile", "run", "pypy:3.10-slim-bookworm", "3.10", implementation="pypy", base="debian-12"),
    ),
    "libs/tariffs/docker/Dockerfile.windows": (
        at(1, "dockerfile", "run", "registry.example/library/python:3.9-windowsservercore-ltsc2022", "3.9"),
    ),
    "libs/tariffs/mypy.ini": (at(3, "mypy", "lint", "3.9", "3.9"),),
    "libs/tariffs/pyproject.toml": (
        at(8, "pyproject.requires-python", "run", ">=3.9", "any", ">=3.9"),
        at(
            9,
            "pyproject.classifier",
            "run",
            '"Programming Language :: Python :: 3.9", "Programming Language :: Python :: 3.12"',
            "3.9 3.12",
        ),
        at(13, "pyproject.cibuildwheel", "build", "cp3{9,12}-manylinux_x86_64", "3.9 3.12"),
        at(15, "pyproject.cibuildwheel", "build", "cp313-*", "3.13"),
        at(16, "pyproject.cibuildwheel", "build", "pp310-*", "3.10", implementation="pypy"),
    ),
    "libs/tariffs/ruff.toml": (
        at(2, "ruff", "lint", "py39", "3.9"),
        at(6, "ruff", "lint", "py312", "3.12"),
    ),
    "libs/tariffs/src/tariffs.py": (),
    "libs/tariffs/tox.ini": (at(2, "tox", "test", "py39, py312", "3.9 3.12"),),
}

INFRASTRUCTURE: Table = {
    "infra/cloudformation/layers.json": (
        at(8, "cloudformation", "run", "python3.10", "3.10", runtime="python3.10"),
        at(15, "cloudformation", "run", "python3.9", "3.9", runtime="python3.9"),
    ),
    "infra/cloudformation/network.yaml": (),
    "infra/openshift/template.yml": (),
    "infra/scripts/Makefile": (),
    "infra/scripts/bump.py": (),
    "infra/scripts/pyproject.toml": (at(9, "pyproject.poetry", "run", "~3.9", "3.9", ">=3.9,<3.10"),),
    "infra/terraform/azure.tf": (
        at(9, "azure-functions", "run", "3.9", "3.9"),
        at(34, "azure-functions", "run", "Python|3.8", "3.8"),
    ),
    "infra/terraform/edge.tf.json": (at(8, "terraform", "run", "python3.12", "3.12", runtime="python3.12"),),
    "infra/terraform/lambda.tf": (
        at(5, "terraform", "run", "python3.9", "3.9", runtime="python3.9"),
        at(21, "terraform", "run", "python3.12", "3.12", runtime="python3.12"),
        at(40, "terraform", "run", "python3.9", "3.9", runtime="python3.9"),
        at(42, "terraform", "run", "python3.12", "3.12", runtime="python3.12"),
        at(49, "terraform", "run", "python3.11", "3.11", runtime="python3.11"),
    ),
    "infra/terraform/variables.tf": (),
}

NOTHING: Table = {
    "docs/conf.py": (),
    "docs/examples.rst": (),
    "docs/moving-to-3.12.md": (),
    "docs/requirements.txt": (),
    "vendor/barcode/.python-version": (),
    "vendor/barcode/Dockerfile": (),
    "vendor/barcode/setup.py": (),
}

EXPECTED: Table = {**WORKSPACE, **CI, **SERVICES, **LIBRARIES, **INFRASTRUCTURE, **NOTHING}
