"""What SBOMs say of the project: ``[project]`` and the table ``sbom``; and where its requirements stand."""

from __future__ import annotations

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.config import read_config
from uplock.lockfile.inputs import read_requirements_of
from uplock.model.about import About, Asked, Company, Person


def about(text: str) -> About:
    return read_config(lambda path: text.encode() if path == "pyproject.toml" else None).about


def origins(text: str) -> tuple[Asked, ...]:
    def read(path: str) -> bytes | None:
        return text.encode() if path == "pyproject.toml" else None

    return read_requirements_of(read_config(read), read).origins


def test_the_project_and_its_makers_are_read() -> None:
    assert about(
        """
        [project]
        name = "shop"
        description = "Sells things"
        license = "MIT"
        authors = [{ name = "The Shop" }, { email = "shop@example.org" }, {}, "odd"]
        urls = { Source = "https://code.example.org/" , Odd = 1 }
        [tool.uplock.sbom]
        manufacturer = { name = "Example Ltd", url = "https://www.example.org", email = "sbom@example.org" }
        supplier = { name = "Reseller" }
        purl = "pkg:generic/example/shop"
        """
    ) == About(
        description="Sells things",
        license="MIT",
        authors=(Person(name="The Shop"), Person(email="shop@example.org")),
        urls=(("Source", "https://code.example.org/"),),
        purl="pkg:generic/example/shop",
        manufacturer=Company(name="Example Ltd", url="https://www.example.org", email="sbom@example.org"),
        supplier=Company(name="Reseller"),
    )


def test_tables_of_the_build_backend_are_passed_over_where_they_are_malformed() -> None:
    text = '[project]\nname = "shop"\ndescription = 1\nlicense = { file = "LICENSE" }\nauthors = 3\nurls = "odd"\n'
    assert about(text) == About()


@pytest.mark.parametrize(
    ("table", "defect"),
    [
        ("sbom = 1", "tool.uplock.sbom: must be a table"),
        ("sbom = { vendor = 'x' }", "tool.uplock.sbom.vendor: unknown key"),
        ("sbom = { manufacturer = 'x' }", "tool.uplock.sbom.manufacturer: must be a table"),
        ("sbom = { manufacturer = {} }", "tool.uplock.sbom.manufacturer.name: is missing"),
        ("sbom = { supplier = { name = 'x', url = 'ftp://x' } }", "tool.uplock.sbom.supplier.url: must be an HTTP URL"),
        ("sbom = { supplier = { name = 'x', email = 'x' } }", "supplier.email: must be an e-mail address"),
        ("sbom = { purl = 'pkg:pypi/shop@1.0' }", "tool.uplock.sbom.purl: must be a package URL without version"),
    ],
)
def test_defects_of_the_table_are_told_with_their_place(table: str, defect: str) -> None:
    with pytest.raises(ConfigError, match=defect):
        about(f"[tool.uplock]\n{table}\n")


def test_every_requirement_stands_with_its_place() -> None:
    text = """
        [project]
        name = "shop"
        dependencies = ["web>=1", "shop[fast]; python_version >= '3.12'"]
        [project.optional-dependencies]
        fast = ["speed"]
        pdf = ["ink", "web>=1"]
        unused = ["nothing"]
        [dependency-groups]
        dev = ["testing", { include-group = "lint" }]
        lint = ["style"]
        [tool.uplock]
        extras = ["pdf"]
        groups = ["dev"]
        """
    assert [(each.requirement, each.origin, each.name) for each in origins(text)] == [
        ("ink", "extra", "pdf"),
        ('speed ; python_version >= "3.12"', "project", ""),
        ("style", "group", "dev"),
        ("testing", "group", "dev"),
        ("web>=1", "extra", "pdf"),
        ("web>=1", "project", ""),
    ]
