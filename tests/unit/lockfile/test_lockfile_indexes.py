"""``[[tool.uplock.indexes]]``: what is read, and every defect with its place."""

from __future__ import annotations

import json

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.config import Config, read_config
from uplock.lockfile.indexes import MAX_INDEXES, IndexEntry
from uplock.lockfile.inputs import read_requirements_of

INNER = '[[tool.uplock.indexes]]\nname = "inner"\nurl = "https://index.example/inner"\n'


def config(text: str) -> Config:
    return read_config({"pyproject.toml": text.encode()}.get)


def defects(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config(text)
    return str(caught.value).removeprefix("pyproject.toml: ").splitlines()


def test_entries_are_read_in_their_order() -> None:
    found = config(
        INNER
        + 'packages = ["acme-*", "till"]\nexplicit = true\n'
        + '[[tool.uplock.indexes]]\nname = "Mirror.2"\nurl = "http://127.0.0.1:8080/simple"\ndefault = true\n'
    )
    assert found.indexes == (
        IndexEntry(name="inner", url="https://index.example/inner", packages=("acme-*", "till"), explicit=True),
        IndexEntry(name="Mirror.2", url="http://127.0.0.1:8080/simple", default=True),
    )


def test_without_entries_there_are_none() -> None:
    assert config("").indexes == ()


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        (INNER + INNER, "tool.uplock.indexes[1].name: 'inner' stands twice"),
        (INNER.replace("inner", "default", 1), "tool.uplock.indexes[0].name: 'default' is taken"),
        (INNER.replace('"inner"', '"a b"'), "tool.uplock.indexes[0].name: must be a name of letters"),
        (INNER.replace('name = "inner"\n', ""), "tool.uplock.indexes[0].name"),
        (INNER.replace('url = "https://index.example/inner"\n', ""), "tool.uplock.indexes[0].url"),
        (INNER.replace("https://", "ftp://"), "tool.uplock.indexes[0].url: must be an http or https URL"),
        (INNER.replace("https://", "https://me:secret@"), "tool.uplock.indexes[0].url: must not carry credentials"),
        (INNER.replace("https://index", "https://[::1"), "tool.uplock.indexes[0].url: is not a URL"),
        (INNER.replace("index.example", "index.example:99999"), "tool.uplock.indexes[0].url: is not a URL"),
        (INNER + 'packages = ["Acme"]', "tool.uplock.indexes[0].packages[0]: 'Acme' is neither a normalized name"),
        (INNER + 'packages = ["a", "acme/*"]', "tool.uplock.indexes[0].packages[1]: 'acme/*' is neither"),
        (INNER + 'packages = ["-acme"]', "tool.uplock.indexes[0].packages[0]"),
        (INNER + "explicit = true", "tool.uplock.indexes[0].explicit: serves its packages only, and none are named"),
        (INNER + 'explicit = "yes"', "tool.uplock.indexes[0].explicit"),
        (INNER + 'packages = ["a"]\nexplicit = true\ndefault = true', "tool.uplock.indexes[0].default: one index is"),
        (INNER + "default = true\n" + INNER.replace('"inner"', '"b"') + "default = true", "indexes[1].default: one"),
        (INNER + "priority = 1", "tool.uplock.indexes[0].priority"),
        ('[tool.uplock]\nindexes = "https://index.example"', "tool.uplock.indexes"),
        ('[tool.uplock]\nindexes = ["https://index.example"]', "tool.uplock.indexes[0]"),
        (
            '[tool.uplock]\nindex-url = "https://index.example"\n' + INNER + "default = true",
            "tool.uplock.index-url: one of the indexes is the default already",
        ),
    ],
)
def test_a_defect_is_told_with_its_place_and_without_secrets(text: str, defect: str) -> None:
    found = defects(text)
    assert any(defect in line for line in found), found
    assert not any("secret" in line for line in found)


def test_every_defect_is_told_at_once() -> None:
    text = INNER.replace("https", "ftp") + 'packages = ["A", "B"]\n' + INNER
    assert len(defects(text)) == 4


def test_the_number_of_indexes_is_bounded() -> None:
    entries = "".join(INNER.replace('"inner"', f'"i{number}"') for number in range(MAX_INDEXES))
    assert len(config(entries).indexes) == MAX_INDEXES
    assert defects(entries + INNER)


def test_another_order_or_pinning_is_another_question() -> None:
    def digest(*packages: str, explicit: bool = False, name: str = "inner") -> str:
        text = '[project]\nname = "demo"\ndependencies = []\n' + INNER.replace('"inner"', f'"{name}"')
        text += f"packages = {json.dumps(packages)}\nexplicit = {str(explicit).lower()}\n"
        read = {"pyproject.toml": text.encode()}.get
        return read_requirements_of(read_config(read), read).digest

    digests = {
        digest(),
        digest("till"),
        digest("till", explicit=True),
        digest("coin"),
        digest("coin", "till"),
        digest("till", name="other"),
    }
    assert len(digests) == 6
    assert digest("till") == digest("till")
