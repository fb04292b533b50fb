"""uv.lock, pylock.toml and poetry.lock: every defect with its place, and what the formats allow beyond the fixtures."""

from __future__ import annotations

import pytest

from support.foreign import MAC, NEW, OLD, WINDOWS, fixture, read_text
from uplock.errors import InputError
from uplock.lockfile.foreign.lock import ForeignLock
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock

A, B = "a" * 64, "b" * 64
REGISTRY = 'source = { registry = "https://me:secret@index.example/simple" }\n'
UV = 'version = 1\nrequires-python = ">=3.8"\n'
PYLOCK = 'lock-version = "1.0"\ncreated-by = "pdm"\n'
GROUPS = "package[0].markers: must have at most 1000 groups"
POETRY = '[metadata]\nlock-version = "2.1"\npython-versions = ">=3.8"\n'


def package(name: str, version: str = "1", more: str = REGISTRY, table: str = "package") -> str:
    return f'[[{table}]]\nname = "{name}"\nversion = "{version}"\n{more}'


def defects(text: str, filename: str) -> str:
    with pytest.raises(InputError) as caught:
        read_text(text, filename)
    assert caught.value.context == filename
    assert caught.value.remedy
    assert "secret" not in caught.value.message
    return caught.value.message


def uv(*packages: str, head: str = "") -> ForeignLock:
    return read_text(UV + head + "".join(packages), "uv.lock")


ROOT = '[[package]]\nname = "demo"\nversion = "0"\nsource = { virtual = "." }\n'


def test_which_version_of_a_fork_without_markers_holds_is_said_by_the_way_to_it() -> None:
    root = ROOT + (
        'dependencies = [{ name = "b", marker = "sys_platform == \'win32\'" }, { name = "c" }, { name = "gone" }]\n'
    )
    needs_old = REGISTRY + 'dependencies = [{ name = "a", version = "1" }]\n'
    needs_new = REGISTRY + 'dependencies = [{ name = "a", version = "2", marker = "sys_platform != \'win32\'" }]\n'
    lock = uv(package("a"), package("a", "2"), package("b", more=needs_old), package("c", more=needs_new), root)
    assert pins_for(lock, WINDOWS) == (("a", "1"), ("b", "1"), ("c", "1"))
    assert pins_for(lock, NEW) == (("a", "2"), ("c", "1"))


def test_a_source_tells_packages_of_one_version_apart() -> None:
    git = 'source = { git = "https://git.example/a#1" }\n'
    root = ROOT + 'dependencies = [{ name = "a", version = "1", source = { git = "https://git.example/a#1" } }]\n'
    lock = uv(package("a"), package("a", more=git), root)
    assert pins_for(lock, NEW) == ()
    assert lock.notes == ("a is not taken over: it comes from version control.",)


def test_an_extra_is_followed_only_where_it_is_asked_for() -> None:
    extra = REGISTRY + '[package.optional-dependencies]\nx = [{ name = "b" }]\n'
    for asked, expected in (('{ name = "a", extra = ["X"] }', "ab"), ('{ name = "a" }', "a")):
        lock = uv(package("a", more=extra), package("b"), f"{ROOT}dependencies = [{asked}]\n")
        assert pins_for(lock, NEW) == tuple((name, "1") for name in expected)


def test_cycles_end() -> None:
    lock = uv(
        package("a", more=REGISTRY + 'dependencies = [{ name = "b" }]\n'),
        package("b", more=REGISTRY + 'dependencies = [{ name = "a" }, { name = "demo" }]\n'),
        ROOT + 'dependencies = [{ name = "b" }]\n',
    )
    assert pins_for(lock, NEW) == (("a", "1"), ("b", "1"))


def test_groups_in_conflict_are_not_followed() -> None:
    head = 'conflicts = [[{ package = "demo", group = "old" }, { package = "demo", group = "new" }]]\n'
    groups = (
        '[package.dev-dependencies]\nold = [{ name = "a", version = "1" }]\nnew = [{ name = "a", version = "2" }]\n'
    )
    parts = (package("a"), package("a", "2"), package("b"), f'{ROOT}dependencies = [{{ name = "b" }}]\n{groups}')
    assert pins_for(uv(*parts, head=head), NEW) == (("b", "1"),)
    assert len(uv(*parts, head=head).notes) == 2
    with pytest.raises(InputError, match=r"several versions of a package hold for py312-linux-x86_64: a: 1 and 2"):
        pins_for(uv(*parts), NEW)


def test_a_lock_without_a_project_holds_by_its_markers() -> None:
    forked = REGISTRY + "resolution-markers = [\"python_version < '3.10'\", \"sys_platform == 'darwin'\"]\n"
    lock = uv(package("a", more=forked), package("b"))
    assert [(pin.name, pin.marker) for pin in lock.pins] == [
        ("a", '(python_version < "3.10") or (sys_platform == "darwin")'),
        ("b", None),
    ]
    assert [len(pins_for(lock, target)) for target in (OLD, MAC, NEW)] == [2, 2, 1]


def test_groups_of_a_manifest_are_wanted() -> None:
    head = '[manifest]\nrequirements = [{ name = "a" }]\n[manifest.dependency-groups]\ndev = [{ name = "b" }]\n'
    assert pins_for(uv(package("a"), package("b"), package("c"), head=head), NEW) == (("a", "1"), ("b", "1"))


def test_uv_names_files_in_three_ways() -> None:
    files = (
        f'wheels = [{{ url = "https://me:secret@index.example/a/a-1-py3-none-any.whl#x", hash = "sha256:{A}" }}, '
        f'{{ path = "wheels\\\\a-1-py2-none-any.whl", hash = "sha256:{B}" }}, '
        '{ filename = "a-1-cp39-none-any.whl" }, { url = "https://me:secret@index.example" }, { hash = "md5:00" }]\n'
    )
    (pin,) = uv(package("a", more=REGISTRY + files)).pins
    assert pin.hashes == (A, B)
    assert pin.files == ("a-1-cp39-none-any.whl", "a-1-py2-none-any.whl", "a-1-py3-none-any.whl")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version = 2\n", "version: must be 1"),
        (UV + "package = 3\n", "package: must be an array of at most 20000 tables"),
        (UV + "package = [3]\n", "package[0]: must be a table"),
        (UV + package("a b"), "package[0].name: 'a b' is not the name of a package"),
        (UV + package("a", "one"), "package[0].version: 'one' is not a version"),
        (UV + "[[package]]\n" + REGISTRY, "package[0].name: is missing\npackage[0].version: is missing"),
        (UV + package("a", more=""), "package[0].source: must name one registry, git, url, path,"),
        (UV + package("a", more='source = {git = "x", url = "y"}'), "package[0].source: must name one"),
        (UV + package("a", more=REGISTRY + "resolution-markers = [3]"), "package[0].resolution-markers[0]: must be a"),
        (UV + package("a", more=REGISTRY + 'resolution-markers = ["x"]'), "package[0].resolution-markers[0]: 'x' is"),
        (UV + package("a", more=REGISTRY + "resolution-markers = 3"), "package[0].resolution-markers: must be an arra"),
        (UV + package("a", more=REGISTRY + "dependencies = 3"), "package[0].dependencies: must be an array"),
        (UV + package("a", more=REGISTRY + "dependencies = [{}]"), "package[0].dependencies[0].name: is missing"),
        (
            UV + package("a", more=REGISTRY + 'dependencies = [{name = "a", marker = "x"}, {name = "a", marker = 3}]'),
            "package[0].dependencies[0].marker: 'x' is not a marker",
        ),
        (
            UV + package("a", more=REGISTRY + '[package.optional-dependencies]\n"a b" = []\n'),
            "package[0].optional-dependencies: 'a b' is not a name",
        ),
        (UV + package("a", more=REGISTRY + "wheels = [{hash = 3}]"), "package[0].wheels[0].hash: must be a hash, as"),
        (UV + package("a", more=REGISTRY + 'sdist = {hash = "sha256:00"}'), "package[0].sdist.hash: a SHA-256 has 64"),
        (UV + "conflicts = [3]\n", "conflicts: must be an array of at most"),
        (UV + 'conflicts = [[{extra = "x"}]]\n', "conflicts[0].items[0].package: is missing"),
        ('version = 1\nrequires-python = "new"\n', "requires-python: is not a set of version specifiers"),
        ('version = 1\nrequires-python = ""\n', "requires-python: must be a string on one line"),
        (UV + 'supported-markers = ["x"]\n', "supported-markers[0]: 'x' is not a marker"),
    ],
)
def test_a_defect_of_uv_lock_is_told_with_its_place(text: str, message: str) -> None:
    assert defects(text, "uv.lock").startswith(message)


def test_every_defect_of_a_lock_is_told() -> None:
    broken = package("a b") + package("c", "one") + package("d", more="")
    assert defects(UV + broken, "uv.lock").count("\n") == 2


WHEEL = (
    f'wheels = [{{ name = "a-1-py3-none-any.whl", url = "https://index.example/w", hashes = {{ sha256 = "{A}" }} }}]\n'
)


def pylock(*packages: str, head: str = "") -> ForeignLock:
    return read_text(PYLOCK + head + ("".join(packages) or "packages = []\n"), "pylock.pdm.toml")


def test_extras_and_groups_of_a_pylock_count_as_wanted() -> None:
    head = 'extras = ["x"]\ndependency-groups = ["dev"]\ndefault-groups = ["main"]\n'
    markers = ("'x' in extras", "'dev' in dependency_groups", "'main' in dependency_groups", "'y' in extras")
    for marker, holds in zip(markers, (1, 1, 1, 0), strict=True):
        lock = pylock(package("a", more=f'marker = "{marker}"\n{WHEEL}', table="packages"), head=head)
        assert len(pins_for(lock, NEW)) == holds


def test_a_pylock_of_a_later_minor_version_is_read_and_noted(caplog: pytest.LogCaptureFixture) -> None:
    lock = read_text('lock-version = "1.1"\ncreated-by = "x"\npackages = []\n', "pylock.toml")
    assert lock.notes == ("The lock's format is newer than 1.0 of PEP 751: what it adds is not read.",)
    assert caplog.records == []


def test_a_pylock_entry_without_a_version_is_noted() -> None:
    lock = pylock(f'[[packages]]\nname = "a"\n{WHEEL}')
    assert (lock.pins, lock.notes) == ((), ("a is not taken over: the lock does not name its version.",))


def test_other_hashes_of_a_pylock_are_no_sha256() -> None:
    (pin,) = pylock(package("a", more=WHEEL.replace("sha256", "blake2b"), table="packages")).pins
    assert (pin.hashes, pin.files) == ((), ("a-1-py3-none-any.whl",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PYLOCK, "not a lock of PEP 751: Missing required value in 'packages'"),
        (PYLOCK.replace("1.0", "2.0") + "packages = []", "not a lock of PEP 751: pylock version 2.0 is not supported"),
        (PYLOCK.replace("1.0", "new") + "packages = []", "not a lock of PEP 751: Invalid version: 'new'"),
        (PYLOCK + "packages = 3", "packages: must be an array of at most 20000 tables"),
        (PYLOCK + package("A_b", more=WHEEL, table="packages"), "not a lock of PEP 751: Name 'A_b' is not normalized"),
        (PYLOCK + package("a\\nb", more=WHEEL, table="packages"), "packages[0].name: must be a name of at most 200"),
        (PYLOCK + package("a", "one", more=WHEEL, table="packages"), "not a lock of PEP 751: Invalid version: 'one'"),
        (PYLOCK + package("a", more='marker = "x"', table="packages"), "packages[0].marker: 'x' is not a marker"),
        (PYLOCK + package("a", more="marker = 3", table="packages"), "packages[0].marker: must be a marker"),
        (
            PYLOCK + "[[packages]]\nname = 3\n",
            "not a lock of PEP 751: Unexpected type int (expected str) in 'packages[0].name'",
        ),
        (PYLOCK + 'environments = ["x"]\npackages = []', "environments[0]: 'x' is not a marker"),
        (PYLOCK + f"extras = {['a'] * 10_001}\npackages = []", "extras: must be an array of at most 10000 strings"),
        (
            PYLOCK + package("a", more=WHEEL.replace(A, "00"), table="packages"),
            "packages[0].wheels[0].hashes.sha256: must be 64 hexadecimal digits",
        ),
        (
            PYLOCK + package("a", more=WHEEL.replace("example/w", "example/\u00fc"), table="packages"),
            "packages[0].wheels[0].url: must be an address in ASCII",
        ),
        (
            PYLOCK
            + package(
                "a", more=f'sdist = {{ url = "https://[secret", hashes = {{ sha256 = "{A}" }} }}', table="packages"
            ),
            "not a lock of PEP 751: Invalid IPv6 URL",
        ),
    ],
)
def test_a_defect_of_a_pylock_is_told(text: str, message: str) -> None:
    assert defects(text, "pylock.toml").startswith(message)


def poetry(*packages: str, head: str = "") -> ForeignLock:
    return read_text("".join(packages) + head + POETRY, "poetry.lock")


def test_poetry_markers_by_group_hold_if_one_does() -> None:
    groups = 'groups = ["main", "dev"]\n'
    both = "markers = { main = \"python_version < '3.10'\", dev = \"sys_platform == 'darwin'\" }\n"
    lock = poetry(package("a", more=groups + both))
    assert [len(pins_for(lock, target)) for target in (OLD, MAC, NEW)] == [1, 1, 0]
    some = "markers = { main = \"python_version < '3.10'\" }\n"
    assert len(pins_for(poetry(package("a", more=groups + some)), NEW)) == 1, "dev needs it always"
    assert pins_for(poetry(package("a", more='markers = "<empty>"\n')), NEW) == ()
    never = 'markers = { main = "<empty>", dev = "python_version < \'3.10\'" }\n'
    assert len(pins_for(poetry(package("a", more=groups + never)), OLD)) == 1


def test_extras_that_exclude_each_other_are_two_answers() -> None:
    head = '[extras]\nx = ["a"]\ny = ["a"]\n'
    forked = package("a", more="markers = 'extra == \"x\"'\n") + package("a", "2", more="markers = 'extra == \"y\"'\n")
    with pytest.raises(InputError, match="a: 1 and 2"):
        pins_for(poetry(forked, head=head), NEW)


def test_poetrys_own_constraints_on_python_are_noted() -> None:
    lock = read_text(POETRY.replace(">=3.8", "^3.8 || ^4"), "poetry.lock")
    assert lock.requires_python is None
    assert lock.notes == ("The lock's constraint on Python is poetry's own notation: it is not applied.",)
    assert read_text(POETRY.replace(">=3.8", "*"), "poetry.lock").notes == ()


@pytest.mark.parametrize("kind", ["directory", "file", "url"])
def test_poetry_sources_beside_an_index_are_noted(kind: str) -> None:
    lock = poetry(package("a", more=f'[package.source]\ntype = "{kind}"\nurl = "https://me:secret@b.example"\n'))
    assert lock.pins == ()
    assert len(lock.notes) == 1
    assert "secret" not in lock.notes[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (POETRY.replace("2.1", "1.1"), "metadata.lock-version: must be 2.x: other formats are not read"),
        (package("a b", more="") + POETRY, "package[0].name: 'a b' is not the name of a package"),
        (package("a", more='markers = "x"\n') + POETRY, "package[0].markers: 'x' is not a marker"),
        (package("a", more="markers = 3\n") + POETRY, "package[0].markers: must be a marker"),
        (package("a", more='source = {type = "ftp"}\n') + POETRY, "package[0].source.type: is not a kind of source"),
        (package("a", more='files = [{file = "a"}]\n') + POETRY, "package[0].files[0].hash: must be a hash"),
        (package("a", more="markers = {" + ", ".join(f"g{at} = ''" for at in range(1001)) + "}\n") + POETRY, GROUPS),
        ("extras = 3\n" + POETRY, "extras: must be a table of at most 1000 extras"),
    ],
)
def test_a_defect_of_poetry_lock_is_told_with_its_place(text: str, message: str) -> None:
    assert defects(text, "poetry.lock").startswith(message)


@pytest.mark.parametrize(
    ("text", "filename", "message"),
    [
        ("a = ", "uv.lock", "not TOML: "),
        ("six==1.16", "pins.toml", "not TOML: "),
        ("{}", "Pipfile.lock", "not TOML: "),
        ("a = 1", "other.lock", "not a lock of a kind that is read"),
        ('metadata = {lock_version = "4.5"}', "pdm.lock", "not a lock of a kind that is read"),
    ],
)
def test_what_is_no_lock_is_refused(text: str, filename: str, message: str) -> None:
    assert defects(text, filename).startswith(message)


def test_a_marker_that_cannot_be_answered_is_an_error() -> None:
    lock = uv(package("a", more=REGISTRY + "resolution-markers = [\"os_name ~= 'x'\"]\n"))
    with pytest.raises(InputError, match=r"the marker 'os_name ~= \"x\"' cannot be answered"):
        pins_for(lock, NEW)


def test_a_lock_for_other_pythons_holds_nothing() -> None:
    lock = read_foreign_lock(fixture("shop/uv.lock").replace(b'">=3.9"', b'">=3.13"'), "uv.lock")
    assert pins_for(lock, NEW) == ()


def test_files_without_sha256_are_still_pins() -> None:
    (pin,) = uv(package("a", more=REGISTRY + 'sdist = { url = "https://index.example/a-1.tar.gz" }\n')).pins
    assert (pin.hashes, pin.files) == ((), ("a-1.tar.gz",))
