"""The ``trusted-root`` key: a path, or a path with a digest."""

from __future__ import annotations

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.config import Config, config_schema, read_config
from uplock.lockfile.trusted_root import TrustedRootFile
from uplock.model.digest import Sha256

DIGEST = Sha256("ab" * 32)


def read(value: str) -> Config:
    """Read a configuration that says nothing else."""
    return read_config({"uplock.toml": f"trusted-root = {value}\n".encode()}.get)


def test_without_the_key_there_is_none() -> None:
    assert read_config({"uplock.toml": b""}.get).trusted_root is None


def test_a_path_is_a_root_with_any_content() -> None:
    assert read('"sigstore/trusted_root.json"').trusted_root == TrustedRootFile(path="sigstore/trusted_root.json")


@pytest.mark.parametrize("digest", [None, DIGEST])
def test_a_table_has_a_path_and_may_have_a_digest(digest: Sha256 | None) -> None:
    pinned = "" if digest is None else f', sha256 = "{digest}"'

    assert read(f'{{ path = "root.json"{pinned} }}').trusted_root == TrustedRootFile(path="root.json", sha256=digest)


BAD = {
    "1": "trusted-root: must be a path, or a table with path and sha256",
    '["root.json"]': "trusted-root: must be a path, or a table with path and sha256",
    '""': "trusted-root: must be a string on one line",
    '"a\\nb"': "trusted-root: must be a string on one line",
    "{}": "trusted-root.path: is missing",
    "{ path = 1 }": "trusted-root.path: must be a string",
    '{ path = "a", sha265 = "b" }': "trusted-root.sha265: unknown key, did you mean sha256?",
    '{ path = "a", sha256 = "abc" }': "trusted-root.sha256: must be 64 lower-case hexadecimal digits",
    f'{{ path = "a", sha256 = "{"AB" * 32}" }}': "trusted-root.sha256: must be 64 lower-case hexadecimal digits",
    f'{{ path = "a", sha256 = "sha256:{DIGEST}" }}': "trusted-root.sha256: must be 64 lower-case hexadecimal digits",
}


@pytest.mark.parametrize(("value", "message"), BAD.items(), ids=BAD)
def test_anything_else_is_a_defect_with_its_place(value: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(value)
    assert message in caught.value.message


@pytest.mark.parametrize("value", ["root.json", {"path": "root.json"}, {"path": "root.json", "sha256": DIGEST}])
def test_the_schema_admits_what_is_read(value: object) -> None:
    import jsonschema_rs

    assert jsonschema_rs.validator_for(config_schema()).is_valid({"trusted-root": value})


@pytest.mark.parametrize("value", [1, {}, {"path": "a", "sha256": "abc"}, {"path": "a", "size": 1}])
def test_the_schema_refuses_what_is_not(value: object) -> None:
    import jsonschema_rs

    assert not jsonschema_rs.validator_for(config_schema()).is_valid({"trusted-root": value})
