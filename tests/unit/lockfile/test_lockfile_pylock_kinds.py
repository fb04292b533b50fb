"""Locks with sdists and direct references: how they are written, and what an edit of them is called."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest
from packaging.pylock import Pylock

from support.subjects import digest_for, make_lock, make_package
from uplock.errors import ConfigError, InputError
from uplock.lockfile.config import read_config
from uplock.lockfile.inputs import read_requirements_of
from uplock.lockfile.pylock import conforms, read_pylock, write_pylock
from uplock.lockfile.requirements import read_requirements, write_requirements
from uplock.model.lock import Lock
from uplock.model.value import changed

SDIST, ARCHIVE = "raw-1.0.tar.gz", "ref-2.0+l.1-py3-none-any.whl"


def lock() -> Lock:
    """Return a lock of an sdist, of a wheel by URL, and of a yanked wheel that was hashed here."""
    sdist = make_package(SDIST, name="raw", version="1.0")
    by_url = make_package(ARCHIVE, name="ref", version="2.0+l.1", direct=True)
    artifact = changed(by_url.artifact, url=f"https://elsewhere.example/{ARCHIVE.replace('+', '%2B')}")
    late = make_package("yanked-1.0-py3-none-any.whl")
    packages = (
        sdist,
        changed(by_url, index=None, artifact=artifact, dependencies=("raw",)),
        changed(late, yanked='a "reason" \\ with # odd ¶ characters', hashed_here=True),
    )
    return changed(make_lock(packages=packages), exclude_newer=datetime(2026, 3, 1, tzinfo=UTC))


def test_each_kind_is_written_as_the_standard_has_it_and_reads_back() -> None:
    raw = write_pylock(lock())
    assert read_pylock(raw, "x") == lock()
    conforms(raw, "x")
    parsed = {str(package.name): package for package in Pylock.from_dict(tomllib.loads(raw.decode())).packages}
    sdist, archive = parsed["raw"].sdist, parsed["ref"].archive
    assert sdist is not None
    assert sdist.name == SDIST
    assert sdist.hashes == {"sha256": digest_for(SDIST)}
    assert archive is not None
    assert archive.url == "https://elsewhere.example/ref-2.0%2Bl.1-py3-none-any.whl"
    assert (parsed["ref"].index, parsed["ref"].wheels, parsed["raw"].wheels) == (None, None, None)


def test_requirements_have_the_url_and_let_the_sdist_alone_be_built() -> None:
    raw = write_requirements(lock())
    text = raw.decode()
    assert "--only-binary :all: --no-binary raw -r FILE\n" in text
    assert "ref @ https://elsewhere.example/ref-2.0%2Bl.1-py3-none-any.whl \\\n    --hash=sha256:" in text
    assert "raw==1.0 \\\n" in text
    assert "    # via ref\n" in text
    assert "    # via the project\n" in text
    assert [which for _, which, _ in read_requirements(raw, "x")] == [
        "==1.0",
        " @ https://elsewhere.example/ref-2.0%2Bl.1-py3-none-any.whl",
        "==1.0",
    ]


@pytest.mark.parametrize(
    ("old", "new", "defect"),
    [
        ("archive = {", 'index = "https://index.example/simple"\narchive = {', "index: an archive comes from no index"),
        ("sdist = {", "wheels = []\nsdist = {", "wheels and sdist: a package has exactly one"),
        ("sdist = {", "archive = {", "archive"),
        ("ref-2.0%2Bl.1-py3-none-any.whl", "ref.zip", "does not end with the name of a wheel or sdist"),
        ("ref-2.0%2Bl.1", "ref-2.1", "is not a file of ref 2.0+l.1"),
        ("raw-1.0.tar.gz", "raw-1.1.tar.gz", "is not a file of raw 1.0"),
        ("raw-1.0.tar.gz", "other-1.0.tar.gz", "is not a file of raw 1.0"),
        ("https://elsewhere.example", "https://me:secret@elsewhere.example", "an absolute URL without credentials"),
        ("hashed-here = true", "hashed-here = 1", "hashed-here"),
        ("hashed-here = true", "hashed = true", "hashed"),
    ],
)  # fmt: skip
def test_an_edit_is_refused_with_its_place(old: str, new: str, defect: str) -> None:
    text = write_pylock(lock()).decode()
    assert old in text
    with pytest.raises(InputError) as caught:
        read_pylock(text.replace(old, new).encode(), "x")
    assert defect in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_name_that_stands_for_too_many_tags_is_refused_unread() -> None:
    tags = "-".join(".".join(f"{kind}{number}" for number in range(10)) for kind in ("cp", "abi", "linux"))
    text = write_pylock(lock()).decode().replace("yanked-1.0-py3-none-any.whl", f"yanked-1.0-{tags}.whl")
    with pytest.raises(InputError, match="tags"):
        read_pylock(text.encode(), "x")


def test_what_the_standard_refuses_is_not_written_out() -> None:
    text = write_pylock(lock()).decode().replace('lock-version = "1.0"', 'lock-version = "9.0"')
    with pytest.raises(InputError, match="PEP 751"):
        conforms(text.encode(), "x")


# --- what a project may say of them -------------------------------------------------------------------------------


def ask(text: str) -> tuple[str, ...]:
    read = {"pyproject.toml": text.encode()}.get
    return read_requirements_of(read_config(read), read).allow_sdist


@pytest.mark.parametrize(
    ("value", "allowed"),
    [("true", ("*",)), ("false", ()), ('["Raw.Pkg", "b", "raw_pkg"]', ("b", "raw-pkg")), ("[]", ())],
)
def test_sdists_are_allowed_for_all_for_none_or_by_name(value: str, allowed: tuple[str, ...]) -> None:
    assert ask(f'[project]\nname = "x"\ndependencies = []\n[tool.uplock]\nallow-sdist = {value}\n') == allowed


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("allow-sdist", '"raw"', "allow-sdist: must be true, false, or an array of package names"),
        ("allow-sdist", '["raw>=1"]', "allow-sdist[0]: 'raw>=1' is not the name of a package"),
        ("excludes", '["a", "b[c]"]', "excludes[1]: 'b[c]' is not the name of a package"),
        ("resolver", '"poetry"', "resolver: must be 'uv' or 'pip-tools'"),
        ("cross-check", '"yes"', "cross-check"),
        ("overrides", '["coin @ https://index.example/x"]', "overrides[0]"),
        ("overrides", "[1]", "overrides[0]"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(key: str, value: str, place: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ask(f'[project]\nname = "x"\ndependencies = []\n[tool.uplock]\n{key} = {value}\n')
    assert place in str(caught.value)


def test_what_is_overridden_and_excluded_or_asked_for_by_two_urls_is_refused() -> None:
    url = "https://index.example/{}-1.0-py3-none-any.whl#sha256=" + "ab" * 32
    lines = [f"coin @ {url.format('coin')}", f"coin @ {url.format('mirror/coin')} ; os_name == 'nt'"]
    with pytest.raises(ConfigError) as caught:
        ask(
            f'[project]\nname = "x"\ndependencies = {lines}\n[tool.uplock]\noverrides = ["ink>1"]\nexcludes = ["ink"]\n'
        )
    assert "coin: asked for by two URLs" in str(caught.value)
    assert "ink>1 is overridden and excluded" in str(caught.value)
