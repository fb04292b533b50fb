"""The configuration: where it stands, what it may say, and how defects are told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from uplock.errors import ConfigError
from uplock.lockfile.config import KEYS, Config, config_schema, has_table, read_config


def read(table: str = "", **files: str) -> Config:
    """Read ``table`` as ``[tool.uplock]`` of pyproject.toml, or other files (``_`` for ``.``)."""
    named = {name.replace("_", "."): text.encode() for name, text in files.items()}
    return read_config((named or {"pyproject.toml": f"[tool.uplock]\n{table}".encode()}).get)


def refusal(table: str = "", **files: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(table, **files)
    assert caught.value.remedy
    return caught.value


def test_without_any_configuration_everything_has_its_default() -> None:
    for config in (read_config(lambda _: None), read(pyproject_toml=""), read(pyproject_toml="tool = 1")):
        assert config == Config(file="pyproject.toml")
        assert config.platforms == ("linux-x86_64",)
        assert config.deploy is None


def test_every_key_is_read() -> None:
    config = read("""
    from = "3.9.18"
    targets = ["3.12"]
    platforms = ["linux-aarch64"]
    deploy = ["3.12"]
    exclude-newer = "2026-11-15T00:00:00Z"
    resolver = "uv"
    extras = ["web"]
    groups = ["dev"]
    provenance-dir = "provenance"
    index-url = "https://index.example:8443/simple/"
    policy = {max-age = 3}
    """)
    assert config == Config(
        file="pyproject.toml",
        baseline="3.9.18",
        targets=("3.12",),
        platforms=("linux-aarch64",),
        deploy=("3.12",),
        exclude_newer=datetime(2026, 11, 15, tzinfo=UTC),
        extras=("web",),
        groups=("dev",),
        provenance_dir="provenance",
        index_url="https://index.example:8443/simple/",
        policy={"max-age": 3},
    )


def test_uplock_toml_has_the_same_keys_at_its_top() -> None:
    config = read(uplock_toml='targets = ["3.12"]', pyproject_toml='[project]\nname = "demo"\nversion = "1"')
    assert (config.file, config.targets) == ("uplock.toml", ("3.12",))
    assert (config.project_name, config.project_version) == ("demo", "1")
    assert config.at("targets") == "uplock.toml: targets"


def test_facts_of_the_project_of_another_kind_are_left_to_others() -> None:
    config = read(pyproject_toml="[project]\nname = 1\nversion = []\nrequires-python = '>=3.9'")
    assert (config.project_name, config.project_version, config.requires_python) == (None, None, ">=3.9")
    assert read(pyproject_toml="project = 1").project_name is None


def test_two_places_of_configuration_are_refused() -> None:
    error = refusal(uplock_toml="", pyproject_toml="[tool.uplock]")
    assert "uplock.toml and in [tool.uplock] of pyproject.toml" in str(error)


def test_every_defect_is_told_at_once_with_its_place() -> None:
    error = refusal('target = ["3.12"]\nplatforms = "linux"\ndeploy = ["3.12", 3]\nresolver = "pip"\nextras = [""]')
    assert str(error).splitlines() == [
        "pyproject.toml: tool.uplock.target: unknown key, did you mean targets?",
        "tool.uplock.platforms: must be an array of at most 100 strings",
        "tool.uplock.deploy[1]: must be a string",
        "tool.uplock.resolver: must be 'uv' or 'pip-tools'",
        "tool.uplock.extras[0]: must be 1 to 200 printable characters",
    ]


@pytest.mark.parametrize(
    ("text", "defect"),
    [
        ("exclude-newer = 2026-11-15T00:00:00", "exclude-newer: must be a moment in RFC 3339 with Z"),
        ("exclude-newer = 2026-11-15", "exclude-newer: must be a moment"),
        ("exclude-newer = 20261115", "exclude-newer: must be a moment"),
        ('exclude-newer = "2026-11-15"', "exclude-newer: must be a moment"),
        ('exclude-newer = "2026-11-15T00:00:00"', "exclude-newer: must be a moment"),
        ('exclude-newer = "2026-11-15T00:00:00+01:00"', "exclude-newer: must be a moment"),
        ('exclude-newer = "2026-13-15T00:00:00Z"', "exclude-newer: must be a moment"),
        ('exclude-newer = "2026-11-1\\u0665T00:00:00Z"', "exclude-newer: must be a moment"),
        ("exclude-newer = 0001-01-01T00:00:00+10:00", "exclude-newer: must be a moment"),
        ("exclude-newer = 2026-11-15T00:00:00.5Z", "exclude-newer: must be in whole seconds"),
        ("targets = []", "targets: is empty"),
        ("platforms = []", "platforms: is empty"),
        ("deploy = []", "deploy: is empty"),
        ("policy = 1", "policy: must be a table"),
        ("from = 3.12", "from: must be a string"),
        ('provenance-dir = "a\\nb"', "provenance-dir: must be a string on one line"),
        ('index-url = "https://user:secret@index.example/"', "index-url: must not carry credentials"),
        ('index-url = "https://secret@index.example/"', "index-url: must not carry credentials"),
        ('index-url = "https://@index.example/"', "index-url: must not carry credentials"),
        ('index-url = "ftp://index.example/"', "index-url: must be an http or https URL"),
        ('index-url = "https:///simple"', "index-url: must be an http or https URL"),
        ('index-url = "https://[bad/"', "index-url: is not a URL"),
        ('index-url = "https://index.example:99999/"', "index-url: is not a URL"),
        ('"\\u001b[2J" = 1', '"\\u001B[2J": unknown key'),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(text: str, defect: str) -> None:
    error = str(refusal(text))
    assert error.startswith(f"pyproject.toml: tool.uplock.{defect}")
    assert "secret" not in error


@pytest.mark.parametrize(
    "text", ['"2026-11-15T10:00:00Z"', "2026-11-15T10:00:00Z", "2026-11-15T12:00:00+02:00", "2026-11-15 10:00:00Z"]
)
def test_a_cut_off_is_text_with_z_or_a_native_moment_with_offset(text: str) -> None:
    moment = read(f"exclude-newer = {text}").exclude_newer
    assert moment is not None
    assert moment.isoformat() == "2026-11-15T10:00:00+00:00"


def test_a_table_of_another_kind_is_refused() -> None:
    assert str(refusal(pyproject_toml="tool = {uplock = 1}")) == "pyproject.toml: tool.uplock: must be a table"


def test_unknown_keys_are_counted_when_there_are_very_many() -> None:
    lines = str(refusal(uplock_toml="".join(f"zz{number} = 1\n" for number in range(150)))).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "top level: 50 more unknown keys"


@pytest.mark.parametrize("file", ["pyproject_toml", "uplock_toml"])
@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = ]", "line 2"), ("a = 1\na = 2\n", "line 2"), ("x = 2026-99-99", "line 1")]
)
def test_invalid_toml_is_refused_with_its_line(file: str, text: str, line: str) -> None:
    error = refusal(**{file: text})
    assert error.context == file.replace("_", ".")
    assert line in error.message


def test_whether_there_is_a_table() -> None:
    assert has_table(b"[tool.uplock]")
    assert not has_table(b"[tool.other]")
    with pytest.raises(ConfigError):
        has_table(b"[")


def test_the_schema_has_every_key_and_no_other() -> None:
    schema = config_schema()
    assert set(schema["properties"]) == set(KEYS)
    assert schema["additionalProperties"] is False
    assert all(each["description"] for each in schema["properties"].values())
