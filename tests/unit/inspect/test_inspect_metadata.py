import pytest

from support.wheels import metadata
from uplock.errors import InputError
from uplock.inspect.metadata import MAX_LINES, MAX_REQUIREMENT, MAX_REQUIREMENTS, check_wheel_version, parse_metadata

FILENAME = "my_thing-1.0-py3-none-any.whl"


def refusal(raw: bytes) -> str:
    with pytest.raises(InputError) as caught:
        parse_metadata(raw, FILENAME)
    assert caught.value.context == f"{FILENAME}: METADATA"
    assert caught.value.remedy
    return caught.value.message


def test_all_fields_are_read() -> None:
    raw = (
        b"Metadata-Version: 2.4\nName: My.Thing\nVersion: 1.0.0\nSummary: Does things\n"
        b"Home-page: https://index.example/\nAuthor: A\nAuthor-email: a@index.example\nMaintainer: M\n"
        b"Maintainer-email: m@index.example\nLicense: MIT licence\nLicense-Expression: MIT\n"
        b"Classifier: Development Status :: 4 - Beta\nClassifier: Typing :: Typed\n"
        b"Project-URL: Source, https://index.example/source\nProject-URL: Docs, https://index.example/docs\n"
        b"Requires-Python: >=3.9\nRequires-Dist: requests[socks] (>=2.0,<3) ; python_version < '3.12'\n"
        b"Requires-Dist: attrs\nProvides-Extra: fast\n\nA long description\n"
    )
    core = parse_metadata(raw, FILENAME)
    assert (core.name, core.version, core.metadata_version) == ("my-thing", "1.0", "2.4")
    assert core.requires_python == ">=3.9"
    assert core.requires_dist == ("requests[socks] (>=2.0,<3) ; python_version < '3.12'", "attrs")
    assert core.provides_extra == ("fast",)
    assert (core.license, core.license_expression) == ("MIT licence", "MIT")
    assert core.classifiers == ("Development Status :: 4 - Beta", "Typing :: Typed")
    assert (core.author, core.author_email) == ("A", "a@index.example")
    assert (core.maintainer, core.maintainer_email) == ("M", "m@index.example")
    assert core.summary == "Does things"
    assert core.project_urls == (
        ("Homepage", "https://index.example/"),
        ("Source", "https://index.example/source"),
        ("Docs", "https://index.example/docs"),
    )


def test_absent_fields_are_absent() -> None:
    core = parse_metadata(metadata("my-thing", "1.0"), FILENAME)
    assert (core.requires_python, core.license, core.requires_dist, core.project_urls) == (None, None, (), ())


def test_home_page_yields_to_a_project_url_of_that_label() -> None:
    raw = metadata(
        "my-thing", "1.0", extra={"Home-page": "https://old.example", "Project-URL": "homepage, https://new"}
    )
    assert parse_metadata(raw, FILENAME).project_urls == (("homepage", "https://new"),)


def test_descriptive_fields_that_cannot_be_read_are_left_out() -> None:
    raw = b"Metadata-Version: 2.1\nName: my-thing\nVersion: 1.0\nSummary: a\nSummary: b\nAuthor: \xff\xfe\n\n"
    core = parse_metadata(raw, FILENAME)
    assert (core.summary, core.author) == (None, None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Name: my-thing", "name is repeated"),
        ("Version: 1.0", "version is repeated"),
        ("Requires-Python: >=3\nRequires-Python: >=2", "requires-python is repeated"),
        ("Requires-Dist: \xff", "requires-dist is repeated or not text"),
        ("Requires-Dist: requests >=>= 2", "not a valid requirement"),
        ("Requires-Dist: ../evil", "not a valid requirement"),
        ("Requires-Dist: ink_", "not a valid requirement"),
        (f"Requires-Dist: {'a' * (MAX_REQUIREMENT + 1)}", "longer than"),
        (f"Requires-Dist: a; {'(' * 2000}os_name == 'x'{')' * 2000}", "not a valid requirement"),
        ("Requires-Dist: a\n" * MAX_REQUIREMENTS + "Requires-Dist: a", "requirements, more than"),
    ],
    ids=["name", "version", "python", "bytes", "operator", "path", "end of the name", "length", "depth", "count"],
)
def test_fields_that_decide_what_is_installed_must_be_right(line: str, message: str) -> None:
    raw = b"Metadata-Version: 2.1\nName: my-thing\nVersion: 1.0\n" + line.encode("latin-1") + b"\n\n"
    assert message in refusal(raw)


def test_another_name_is_refused() -> None:
    assert "names the project 'other'" in refusal(metadata("other", "1.0"))


@pytest.mark.parametrize("version", ["1.1", "no version", ""])
def test_another_version_is_refused(version: str) -> None:
    assert f"has version {version!r}" in refusal(metadata("my-thing", version))


@pytest.mark.parametrize("version", ["3.0", "0.9", "two", ""])
def test_metadata_version_that_we_do_not_know_is_refused(version: str) -> None:
    assert "Metadata-Version" in refusal(f"Metadata-Version: {version}\nName: my-thing\nVersion: 1.0\n".encode())


def test_message_in_a_message_in_a_message_is_refused() -> None:
    raw = metadata("my-thing", "1.0").rstrip() + b"\n" + b"Content-Type: message/rfc822\n\n" * 5000
    assert refusal(raw) == "is not core metadata"


def test_millions_of_fields_are_refused_and_a_long_description_is_not() -> None:
    raw = metadata("my-thing", "1.0").rstrip() + b"\n"
    assert "lines of fields" in refusal(raw + b"X: y\n" * (MAX_LINES + 1))
    assert parse_metadata(raw + b"\n" + b"text\n" * (MAX_LINES + 1), FILENAME).name == "my-thing"


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xff" * 100, b"no headers at all"])
def test_what_is_no_metadata_is_refused(raw: bytes) -> None:
    assert refusal(raw)


@pytest.mark.parametrize("raw", [b"Wheel-Version: 1.0\n", b"Generator: x\r\nWheel-Version: 1.9\r\n"])
def test_wheel_format_1_is_accepted(raw: bytes) -> None:
    check_wheel_version(raw, FILENAME)


@pytest.mark.parametrize("raw", [b"", b"Wheel-Version: 2.0\n", b"Wheel-Version: 1.0.1.x\n", b"X-Wheel-Version: 1.0\n"])
def test_other_wheel_formats_are_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match="not of wheel format 1"):
        check_wheel_version(raw, FILENAME)


def test_a_number_that_python_does_not_read_is_no_requirement_that_is_kept() -> None:
    raw = f"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: other<{'9' * 4300}\n\n".encode()
    with pytest.raises(InputError, match="longer than"):
        parse_metadata(raw, "demo-1.0-py3-none-any.whl")
