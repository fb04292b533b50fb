"""Requirements files line by line: what is a pin, what is noted, what is refused."""

from __future__ import annotations

import codecs

import pytest

from support.foreign import NEW, OLD, read_text
from uplock.errors import InputError
from uplock.lockfile.foreign.lock import ForeignLock
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock

A, B = "a" * 64, "b" * 64


def read(text: str) -> ForeignLock:
    return read_text(text, "requirements.txt")


def defects(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.context == "requirements.txt"
    assert caught.value.remedy
    return caught.value.message


def pins(text: str) -> list[tuple[str, str, str | None]]:
    return [(pin.name, pin.version, pin.marker) for pin in read(text).pins]


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("six==1.16", ("six", "1.16", None)),
        ("Zope.Interface == 6.0.post1", ("zope-interface", "6.0.post1", None)),
        ("a[b,c]==1!2.0rc1", ("a", "1!2.0rc1", None)),
        ("a===1.0", ("a", "1.0", None)),
        ("a==1.0.0-1", ("a", "1.0.0.post1", None)),
        ("a==1+CU.1", ("a", "1+cu.1", None)),
        ("a==1; os_name=='posix'", ("a", "1", 'os_name == "posix"')),
        ("a==1  # via b", ("a", "1", None)),
        ("a==1 --hash=sha1:" + "0" * 40, ("a", "1", None)),
        ("a==1 --no-binary a", ("a", "1", None)),
        ("\ta==1\r", ("a", "1", None)),
    ],
)
def test_a_pin_is_read(line: str, pin: tuple[str, str, str | None]) -> None:
    assert pins(line) == [pin]


def test_every_hash_is_read_however_it_is_written() -> None:
    text = f'a==1 \\\n --hash=sha256:{B} \\\n  --hash sha256:{A.upper()} --hash="sha256:{A}"\n    # via\n    #  b\nb==2'
    assert [(pin.name, pin.hashes) for pin in read(text).pins] == [("a", (A, B)), ("b", ())]


def test_a_comment_ends_a_continuation_as_in_pip() -> None:
    assert pins("a==1 \\\n# b==2 \\\nc==3\n") == [("a", "1", None), ("c", "3", None)]
    assert pins("a==1 \\") == pins("a==1 \\\n") == [("a", "1", None)]
    assert pins("a==1 \\\n\nb==2") == [("a", "1", None), ("b", "2", None)]


def test_forks_by_marker_hold_where_their_marker_does() -> None:
    lock = read("a==1 ; python_full_version < '3.10'\na==2 ; python_full_version >= '3.10'\nb==1 ; extra == 'x'\n")
    assert pins_for(lock, OLD) == (("a", "1"),)
    assert pins_for(lock, NEW) == (("a", "2"),)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("-e ../b", "line 1: an editable install is not taken over."),
        ("--editable=git+https://me:secret@git.example/b#egg=b", "line 1: an editable install is not taken over."),
        ("-r other.txt", "line 1: -r names another file, which is not read."),
        ("-rother.txt", "line 1: -r names another file, which is not read."),
        ("--constraint other.txt", "line 1: --constraint names another file, which is not read."),
        (
            "--index-url https://me:secret@index.example/simple",
            "--index-url is not taken over: the configuration says which indexes are asked.",
        ),
        (
            "--extra-index-url=https://me:secret@index.example/simple",
            "--extra-index-url is not taken over: the configuration says which indexes are asked.",
        ),
        ("-i https://me:secret@index.example", "-i is not taken over: the configuration says which indexes are asked."),
        ("--pre", "--pre is not taken over."),
        ("--only-binary :all:", "--only-binary is not taken over."),
        ("./wheels/a-1-py3-none-any.whl", "line 1: an address or path without a name is not taken over."),
        ("wheels/a ; os_name == 'nt'", "line 1: an address or path without a name is not taken over."),
        ("a-1.tar.gz --hash=sha256:" + A, "line 1: an address or path without a name is not taken over."),
        ("C:\\wheels\\a", "line 1: an address or path without a name is not taken over."),
        (".", "line 1: an address or path without a name is not taken over."),
        ("..[dev]", "line 1: an address or path without a name is not taken over."),
        ("https://me:secret@host.example/a-1.whl", "line 1: an address or path without a name is not taken over."),
        ("git+ssh://git@host.example/a", "line 1: an address or path without a name is not taken over."),
        ("a @ https://me:secret@b.example/x.whl", "a is not taken over: it comes from an address, not from an index."),
        ("a@https://b.example/x.whl", "a is not taken over: it comes from an address, not from an index."),
        ("a @ file:///srv/a", "a is not taken over: it comes from an address, not from an index."),
        ("a", "a is not taken over: it is not pinned to one version."),
        ("a>=1", "a is not taken over: it is not pinned to one version."),
        ("a==1.*", "a is not taken over: it is not pinned to one version."),
        ("a==1,!=2", "a is not taken over: it is not pinned to one version."),
        ("a===one", "a is not taken over: it is not pinned to one version."),
    ],
)
def test_what_is_no_pin_is_noted_without_its_address(line: str, note: str) -> None:
    lock = read(f"{line}\n")
    assert lock.pins == ()
    assert lock.notes == (note,)


def test_options_behind_a_pin_are_noted() -> None:
    lock = read(f"a==1 --config-settings x=secret --hash=md5:00 --hash=sha256:{A}")
    assert [pin.hashes for pin in lock.pins] == [(A,)]
    assert lock.notes == (
        "--config-settings is not taken over.",
        "Hashes of other algorithms than SHA-256 are not taken over.",
    )


def test_very_many_notes_are_counted() -> None:
    notes = read("".join(f"a{number}>=1\n" for number in range(150))).notes
    assert len(notes) == 101
    assert notes[-1] == "50 more entries are not taken over."


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a==", "line 2: not a requirement, 'a==': "),
        ("a b", "line 2: not a requirement, 'a b': "),
        ("a==1 ; python_version > ", "line 2: not a requirement, "),
        ("a==1 --hash=sha256:abc", "line 2: a SHA-256 has 64 hexadecimal digits"),
        ("a==1 --hash", "line 2: must be a hash, as sha256:DIGEST"),
        ("a==1 --hash=" + A, "line 2: must be a hash, as sha256:DIGEST"),
        ("--unheard-of secret", "line 2: --unheard-of is not an option of requirements files"),
        ("a==1 --unheard-of secret", "line 2: --unheard-of is not an option of requirements files"),
        ("-", "line 2: - is not an option of requirements files"),
        ("x" * 201 + "==1", f"line 2: '{'x' * 80}' is not the name of a package"),
        ("a==1\x0b--pre", "line 2: a character that ends a line only for some programs"),
        ("a==1 ; os_name == '\u2028'", "line 2: a character that ends a line only for some programs"),
        ("a==1 ; os_name == '\x07'", "line 2: a requirement is at most 4000 printable characters"),
        ("a==" + "1" * 4000, "line 2: a requirement is at most 4000 printable characters"),
    ],
)
def test_what_is_neither_is_refused_with_its_line(line: str, message: str) -> None:
    found = defects(f"six==1.16\n{line}\n")
    assert found.startswith(message)
    assert "secret" not in found


def test_an_address_in_a_broken_line_is_not_repeated() -> None:
    assert defects("a==1 b @ https://me:secret@host.example/") == "line 1: not a requirement"


def test_every_defect_is_told() -> None:
    assert defects("a==\nb==1\n--nope\nc==\n").count("\n") == 2


@pytest.mark.parametrize(
    "raw",
    [
        codecs.BOM_UTF8 + b"a==1\r\n",
        "\ufeffa==1\r\n".encode("utf-16-le"),
        "\ufeffa==1\r\n".encode("utf-16-be"),
        "# gr\u00fc\u00dfe\na==1".encode(),
    ],
)
def test_a_byte_order_mark_is_obeyed(raw: bytes) -> None:
    assert pins_for(read_foreign_lock(raw, "requirements.txt"), NEW) == (("a", "1"),)


@pytest.mark.parametrize("raw", [b"a==1\n\xff", codecs.BOM_UTF16_LE + b"a=\n\x00="])
def test_other_encodings_are_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"requirements\.txt: line [12]: not utf-(8|16) text"):
        read_foreign_lock(raw, "requirements.txt")


def test_an_empty_file_pins_nothing() -> None:
    assert read("").pins == read("# nothing\n").pins == ()
