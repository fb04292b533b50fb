"""What the services of ``fixtures/estate`` declare, file by file."""

from __future__ import annotations

from unit.uplift.estate.rows import Table, at

ORDERS: Table = {
    "services/orders/.python-version": (at(1, "python-version", "run", "3.9.18", "3.9"),),
    "services/orders/Dockerfile": (
        at(4, "dockerfile", "run", "python:${PYTHON_VERSION}-slim-bookworm", "3.9", base="debian-12"),
        at(8, "dockerfile", "build", "python:3.12-slim-bookworm", "3.12", base="debian-12"),
        at(17, "dockerfile", "test", "python:3.13-slim-trixie", "3.13", base="debian-13"),
    ),
    "services/orders/Dockerfile.dockerignore": (),
    "services/orders/Dockerfile.worker": (
        at(3, "dockerfile", "build", "python:${PYTHON_VERSION:-3.9}-slim-bookworm", "3.9", base="debian-12"),
        at(8, "dockerfile", "run", "python:${PYTHON_VERSION:-3.9}-slim-bookworm", "3.9", base="debian-12"),
    ),
    "services/orders/mise.toml": (at(3, "mise", "run", '"3.12", "3.9"', "3.9 3.12"),),
    "services/orders/pyproject.toml": (
        at(9, "pyproject.requires-python", "run", ">=3.9,<3.13", "any", ">=3.9,<3.13"),
        at(15, "pyproject.classifier", "run", "Programming Language :: Python :: 3.9", "3.9"),
        at(17, "pyproject.classifier", "run", "Programming Language :: Python :: 3.12", "3.12"),
        at(38, "pyproject.ruff", "lint", "py39", "3.9"),
        at(44, "pyproject.uplock", "run", "3.9.18", "3.9"),
        at(45, "pyproject.uplock", "run", '"3.12.1", "3.13.0"', "3.12 3.13"),
    ),
    "services/orders/requirements-any.txt": (),
    "services/orders/requirements-py312.txt": (at(2, "pip-compile", "run", "3.12", "3.12"),),
    "services/orders/requirements.in": (),
    "services/orders/requirements.txt": (at(2, "pip-compile", "run", "3.9", "3.9"),),
    "services/orders/src/orders/app.py": (),
    "services/orders/tests/fixtures/Dockerfile": (),
    "services/orders/tests/fixtures/project/pyproject.toml": (),
    "services/orders/tests/testdata/ci.yml": (),
    "services/orders/tox.ini": (
        at(4, "tox", "test", "py{39,310,312}-{unit,contracts}", "3.9 3.10 3.12"),
        at(6, "tox", "test", "pypy310-unit", "3.10", implementation="pypy"),
        at(13, "tox", "test", "3.9: py39", "3.9"),
        at(14, "tox", "test", "3.12: py312, lint", "3.12"),
        at(18, "tox", "test", "python3.9", "3.9"),
        at(19, "tox", "test", "python3.12", "3.12"),
        at(31, "tox", "lint", "python3.12", "3.12"),
        at(37, "tox", "build", "python3.9", "3.9"),
    ),
}

BILLING: Table = {
    "services/billing/.config/mise/config.toml": (at(3, "mise", "run", "3.12.1", "3.12"),),
    "services/billing/.mise.toml": (at(5, "mise", "run", "3.9.18", "3.9"),),
    "services/billing/Dockerfile": (
        at(6, "dockerfile", "build", "$BASE:$TAG", "3.9", base="alpine-3.20"),
        at(17, "dockerfile", "build", "python:${NEXT}", ""),
        at(20, "dockerfile", "build", "${BASE}:3.9-slim", "3.9"),
        at(23, "dockerfile", "run", "$BASE:$TAG", "3.9", base="alpine-3.20"),
    ),
    "services/billing/poetry.lock": (at(33, "poetry.lock", "run", "^3.9", "any", ">=3.9,<4"),),
    "services/billing/pyproject.toml": (
        at(8, "pyproject.classifier", "run", "Programming Language :: Python :: 3.9", "3.9"),
        at(12, "pyproject.poetry", "run", "^3.9", "any", ">=3.9,<4"),
        at(30, "pyproject.black", "lint", '"py39", "py310"', "3.9 3.10"),
        at(33, "pyproject.mypy", "lint", "3.9", "3.9"),
    ),
    "services/billing/src/billing/testdata/runtime.txt": (),
}

TRACKING: Table = {
    "services/tracking/Containerfile": (
        at(1, "dockerfile", "build", "registry.example/ubi9/python-311:1-77", "3.11", base="rhel-9"),
        at(5, "dockerfile", "run", "registry.example/ubi8/python-39", "3.9", base="rhel-8"),
    ),
    "services/tracking/loader/pyproject.toml": (at(6, "pyproject.pdm", "run", ">=3.9,<3.14", "any", ">=3.9,<3.14"),),
    "services/tracking/noxfile.py": (
        at(9, "nox", "test", "3.9", "3.9"),
        at(10, "nox", "test", "3.12", "3.12"),
        at(22, "nox", "test", '"3.9", "3.12"', "3.9 3.12"),
        at(35, "nox", "test", "3.9", "3.9"),
        at(36, "nox", "test", "3.12", "3.12"),
        at(44, "nox", "lint", "3.12", "3.12"),
        at(51, "nox", "build", "3.9", "3.9"),
        at(57, "nox", "test", "pypy3.10", "3.10", implementation="pypy"),
    ),
    "services/tracking/pylock.py39.toml": (at(3, "pylock", "run", "==3.9.*", "3.9", "==3.9.*"),),
    "services/tracking/pylock.toml": (at(2, "pylock", "run", ">=3.12", "any", ">=3.12"),),
    "services/tracking/pyproject.toml": (
        at(4, "pyproject.requires-python", "run", "~=3.9", "any", "~=3.9"),
        at(22, "pyproject.black", "lint", "py39", "3.9"),
        at(24, "pyproject.black", "lint", "py312", "3.12"),
    ),
    "services/tracking/tox.toml": (
        at(3, "tox", "test", "3.9", "3.9"),
        at(4, "tox", "test", "py312", "3.12"),
        at(6, "tox", "build", "wheel-py312", "3.12"),
        at(15, "tox", "lint", "python3.12", "3.12"),
    ),
}

NOTIFIER: Table = {
    "services/notifier/.python-versions": (
        at(1, "python-version", "run", "cpython-3.12.1", "3.12"),
        at(2, "python-version", "run", "3.9", "3.9"),
        at(3, "python-version", "run", "pypy3.10-7.3.15", "3.10", implementation="pypy"),
    ),
    "services/notifier/Pipfile": (
        at(14, "pipfile", "run", "3.9", "3.9"),
        at(15, "pipfile", "run", "3.9.18", "3.9"),
    ),
    "services/notifier/Pipfile.lock": (
        at(8, "pipfile.lock", "run", "3.9.18", "3.9"),
        at(9, "pipfile.lock", "run", "3.9", "3.9"),
    ),
    "services/notifier/package.json": (),
    "services/notifier/serverless.yml": (
        at(7, "serverless", "run", "python3.9", "3.9", runtime="python3.9"),
        at(20, "serverless", "run", "python3.12", "3.12", runtime="python3.12"),
        at(30, "serverless", "run", "python3.9", "3.9", runtime="python3.9"),
        at(31, "serverless", "run", "python3.12", "3.12", runtime="python3.12"),
    ),
    "services/notifier/src/testdata/serverless.yml": (),
}

LABELS: Table = {
    "services/labels/Dockerfile": (
        at(3, "dockerfile", "build", "registry.example/chainguard/python:latest-dev", ""),
        at(6, "dockerfile", "build", "python@${PYTHON_DIGEST}", ""),
        at(9, "dockerfile", "build", "registry.example/tiangolo/uvicorn-gunicorn:python3.9-slim", "3.9"),
        at(
            14,
            "dockerfile",
            "run",
            "python:3.9-slim-bullseye@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "3.9",
            base="debian-11",
        ),
    ),
    "services/labels/HISTORY.txt": (),
    "services/labels/Procfile": (),
    "services/labels/constraints.txt": (at(2, "pip-compile", "run", "3.9", "3.9"),),
    "services/labels/labels.gitlab-ci.yml": (
        at(2, "gitlab-ci", "lint", "python:3.12", "3.12"),
        at(6, "gitlab-ci", "test", "python:3.9-slim-bullseye", "3.9", base="debian-11"),
    ),
    "services/labels/requirements.txt": (),
    "services/labels/runtime.txt": (at(1, "runtime.txt", "run", "python-3.9.18", "3.9"),),
    "services/labels/setup.py": (
        at(20, "setup.py", "run", ">=3.9", "any", ">=3.9"),
        at(29, "setup.py.classifier", "run", "Programming Language :: Python :: 3.9", "3.9"),
        at(30, "setup.py.classifier", "run", "Programming Language :: Python :: 3.10", "3.10"),
    ),
}

MANAGED: Table = {
    "services/geocoder/app.yaml": (at(2, "app-engine", "run", "python39", "3.9"),),
    "services/geocoder/dispatch.yaml": (),
    "services/geocoder/main.py": (),
    "services/pricing/lambda.Dockerfile": (
        at(1, "dockerfile", "run", "registry.example/lambda/python:3.9", "3.9", runtime="python3.9"),
    ),
    "services/pricing/requirements.txt": (),
    "services/pricing/samconfig.toml": (),
    "services/pricing/template.yaml": (
        at(16, "cloudformation", "run", "python3.9", "3.9", runtime="python3.9"),
        at(35, "cloudformation", "run", "python3.12", "3.12", runtime="python3.12"),
        at(51, "cloudformation", "run", "python3.11", "3.11", runtime="python3.11"),
        at(64, "cloudformation", "run", "python3.9", "3.9", runtime="python3.9"),
        at(65, "cloudformation", "run", "python3.12", "3.12", runtime="python3.12"),
    ),
    "services/reports/azuredeploy.json": (at(16, "azure-functions", "run", "Python|3.9", "3.9"),),
    "services/reports/host.json": (),
    "services/reports/monthly/function.json": (),
    "services/reports/next/template.json": (at(11, "azure-functions", "run", "PYTHON|3.12", "3.12"),),
}

FORECASTING: Table = {
    "services/forecasting/Dockerfile": (
        at(1, "dockerfile", "build", "python:3.11-bookworm", "3.11", base="debian-12"),
        at(4, "dockerfile", "run", "registry.example/distroless/python3-debian12:nonroot", "3.11", base="debian-12"),
    ),
    "services/forecasting/conda/ci.yml": (at(4, "conda", "run", "conda-forge::python=3.12", "3.12", "==3.12.*"),),
    "services/forecasting/conda/mirrors.yml": (),
    "services/forecasting/environment-gpu.yml": (at(3, "conda", "run", "python >=3.9,<3.13", "any", ">=3.9,<3.13"),),
    "services/forecasting/environment.yml": (at(6, "conda", "run", "python=3.9", "3.9", "==3.9.*"),),
    "services/forecasting/notebooks/trend.ipynb": (),
    "services/forecasting/pixi.toml": (
        at(8, "pixi", "run", ">=3.9,<3.13", "any", ">=3.9,<3.13"),
        at(16, "pixi", "run", "3.9.*", "3.9", "==3.9.*"),
        at(19, "pixi", "run", "3.12.*", "3.12", "==3.12.*"),
    ),
    "services/forecasting/r/runtime.txt": (),
}

OTHERS: Table = {
    "services/gateway/.nvmrc": (),
    "services/gateway/.tool-versions": (),
    "services/gateway/Dockerfile": (),
    "services/gateway/node_modules/native-addon/.github/workflows/ci.yml": (),
    "services/gateway/node_modules/native-addon/pyproject.toml": (),
    "services/gateway/package.json": (),
    "services/web/.devcontainer.json": (),
    "services/web/Pipfile": (),
    "services/web/app.yaml": (),
}

SERVICES: Table = {
    **ORDERS,
    **BILLING,
    **TRACKING,
    **NOTIFIER,
    **LABELS,
    **MANAGED,
    **FORECASTING,
    **OTHERS,
}
