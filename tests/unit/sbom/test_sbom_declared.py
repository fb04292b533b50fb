from __future__ import annotations

import pytest

from uplock.model.native_sbom import DeclaredComponent
from uplock.sbom.clean import Cleaner
from uplock.sbom.declared import component_type, declared_as, declared_hashes, stronger


def component(
    name: str = "openssl",
    version: str | None = "3.5.8",
    purl: str | None = None,
    kind: str = "library",
    hashes: tuple[tuple[str, str], ...] = (),
) -> DeclaredComponent:
    return DeclaredComponent(
        name=name, version=version, purl=purl, type=kind, scope="required", source="sbom.json", hashes=hashes
    )


@pytest.mark.parametrize(
    ("purl", "expected"),
    [
        ("pkg:generic/openssl@3.5.8", "pkg:generic/openssl@3.5.8"),
        ("PKG:Generic//openssl@3.5.8", "pkg:generic/openssl@3.5.8"),
        ("pkg:generic/openssl", "pkg:generic/openssl@3.5.8"),
        (
            "pkg:rpm/alma/openssl@3.5.8?distro=alma-9&arch=x86_64",
            "pkg:rpm/alma/openssl@3.5.8?arch=x86_64&distro=alma-9",
        ),
        ("pkg:npm/%40scope/openssl@3.5.8", "pkg:npm/%40scope/openssl@3.5.8"),
        ("pkg:github/OpenSSL/openssl@3.5.8", "pkg:github/openssl/openssl@3.5.8"),
    ],
)
def test_a_package_url_is_normalised(purl: str, expected: str) -> None:
    clean = Cleaner()
    assert declared_as(component(purl=purl), clean).purl == expected
    assert clean.notes == ()


def test_the_name_of_a_python_package_is_normalised_in_its_url() -> None:
    found = declared_as(component("Zope_Interface", "5", "pkg:pypi/Zope_Interface@5"), Cleaner())
    assert (found.name, found.purl) == ("Zope_Interface", "pkg:pypi/zope-interface@5")


@pytest.mark.parametrize(
    "purl",
    [
        "openssl",
        "pkg:generic",
        "pkg:generic/libressl@3.5.8",
        "pkg:generic/openssl@1.0",
        "pkg:generic/openssl@3.5.8#crypto",
        "pkg:generic/../openssl@3.5.8",
        "pkg:generic/a%2Fb/openssl@3.5.8",
        "pkg:ge neric/openssl@3.5.8",
        "pkg:generic/openssl@%0a",
        "pkg:generic/" + "a/" * 1000 + "openssl@3.5.8",
    ],
)
def test_a_package_url_that_is_none_or_names_something_else_is_left_out_and_noted(purl: str) -> None:
    clean = Cleaner()
    found = declared_as(component(purl=purl), clean)
    assert (found.kind, found.purl, found.label) == ("declared", "pkg:generic/openssl@3.5.8", "openssl 3.5.8")
    assert [each.value.partition(":")[0] for each in clean.notes] == ["package URL in an embedded SBOM"]


def test_a_plain_download_address_is_kept() -> None:
    purl = "pkg:generic/openssl@3.5.8?download_url=https://lib.example/openssl.tar.gz"
    found = declared_as(component(purl=purl), Cleaner())
    assert (found.purl, found.download) == ("pkg:generic/openssl@3.5.8", "https://lib.example/openssl.tar.gz")


@pytest.mark.parametrize(
    ("hashes", "expected"),
    [
        ((("SHA-256", "ab" * 32),), ["SHA-256"]),
        ((("sha512", "ab" * 64), ("SHA256", "ab" * 32)), ["SHA-512", "SHA-256"]),
        ((("SHA-256", "ab" * 31),), []),
        ((("SHA-256", "xy" * 32),), []),
        ((("MD5", "ab" * 16),), []),
    ],
)
def test_only_whole_digests_of_our_algorithms_are_kept(
    hashes: tuple[tuple[str, str], ...], expected: list[str]
) -> None:
    clean = Cleaner()
    assert [each.algorithm for each in declared_hashes(component(hashes=hashes), clean)] == expected
    assert bool(clean.notes) is (expected == [])


@pytest.mark.parametrize(
    ("kind", "expected", "noted"),
    [
        ("application", "application", False),
        ("platform", "platform", False),
        ("framework", "library", False),
        ("device", "library", True),
    ],
)
def test_a_type_that_we_do_not_write_is_given_as_library(kind: str, expected: str, noted: bool) -> None:
    clean = Cleaner()
    assert component_type(component(kind=kind), clean) == expected
    assert bool(clean.notes) is noted


def test_the_scope_that_promises_more_wins() -> None:
    assert stronger("excluded", "optional") == "optional"
    assert stronger("optional", None) == "required"
