"""Direct references: the one kind of URL that can be locked, and why every other cannot."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from uplock.lockfile.reference import MAX_URL, Reference, reference_defect, reference_of

HASH = "ab" * 32
WHEEL = f"https://index.example/files/demo_app-1.0-py3-none-any.whl#sha256={HASH}"


@pytest.mark.parametrize(
    "url",
    [
        WHEEL,
        WHEEL.replace("https", "http").replace("index.example", "127.0.0.1:8080"),
        WHEEL.replace("demo_app", "Demo.App"),
        f"https://index.example/demo_app-1.0.tar.gz#sha256={HASH}",
        f"https://index.example/demo_app-1!2.0%2Blocal.1-py3-none-any.whl#sha256={HASH}",
        f"https://index.example/get?name=/demo_app-1.0-py3-none-any.whl#sha256={HASH}".replace("?name=", ""),
    ],
)
def test_an_archive_of_the_project_with_its_hash_can_be_locked(url: str) -> None:
    assert reference_defect("Demo-App", url) is None


@pytest.mark.parametrize(
    "url",
    ["git+https://index.example/demo@v1", "git://index.example/demo", "hg+ssh://index.example/demo", "svn://x/demo",
     f"git+https://index.example/demo-app-1.0.tar.gz#sha256={HASH}", "bzr+http://x/demo"],
)  # fmt: skip
def test_version_control_is_refused_even_with_a_hash(url: str) -> None:
    assert "version control" in str(reference_defect("demo-app", url))


@pytest.mark.parametrize(
    "url",
    ["file:///srv/demo_app-1.0-py3-none-any.whl", "./demo", "/srv/demo", "C:\\demo", "ftp://index.example/demo.whl",
     "https:///demo_app-1.0-py3-none-any.whl", "data:text/plain,demo", ""],
)  # fmt: skip
def test_what_no_other_machine_can_reach_over_http_is_refused(url: str) -> None:
    assert "local path" in str(reference_defect("demo-app", url))


def test_text_that_is_no_url_is_refused() -> None:
    assert "not a URL" in str(reference_defect("demo-app", "https://[::1/demo.whl"))


@pytest.mark.parametrize(
    "fragment",
    ["", "#", "#sha256=", f"#sha256={HASH[:-1]}", f"#sha256={HASH.upper()}", f"#sha256={HASH}&subdirectory=x",
     f"#egg=demo&sha256={HASH}", f"#md5={'ab' * 16}", f"#sha512={HASH * 2}", f"#sha256={HASH}\n"],
)  # fmt: skip
def test_nothing_but_one_sha256_may_stand_behind_the_url(fragment: str) -> None:
    defect = reference_defect("demo-app", WHEEL.partition("#")[0] + fragment)
    assert defect is not None
    assert "#sha256=DIGEST" in defect or "plain ASCII" in defect


@pytest.mark.parametrize("user", ["me:secret@", "secret@", ":secret@"])
def test_credentials_are_refused_and_never_quoted(user: str) -> None:
    defect = str(reference_defect("demo-app", WHEEL.replace("://", f"://{user}")))
    assert "credentials" in defect
    assert "secret" not in defect


@pytest.mark.parametrize(
    "url", [WHEEL.replace("/files/", "/a b/"), WHEEL.replace("/files/", "/é/"), WHEEL.replace("/files/", "/\x1b/")]
)
def test_a_url_that_a_line_of_a_file_cannot_carry_is_refused(url: str) -> None:
    assert "plain ASCII" in str(reference_defect("demo-app", url))


def test_the_length_of_a_url_is_bounded() -> None:
    fitting = WHEEL.replace("/files/", "/" + "x" * (MAX_URL - len(WHEEL) + len("files")) + "/")
    assert len(fitting) == MAX_URL
    assert reference_defect("demo-app", fitting) is None
    assert "at most" in str(reference_defect("demo-app", fitting.replace("/x", "/xx", 1)))


@pytest.mark.parametrize("name", ["demo.zip", "demo-app-1.0.exe", "demo_app-1.0.whl", "", "demo_app-1.0.tar.bz2", "x"])
def test_a_url_must_end_with_the_name_of_a_wheel_or_sdist(name: str) -> None:
    url = f"https://index.example/files/{name}#sha256={HASH}"
    assert "neither with a wheel nor with an sdist" in str(reference_defect("demo-app", url))


def test_a_name_that_stands_for_too_many_tags_is_not_even_read() -> None:
    tags = "-".join(".".join(f"{kind}{number}" for number in range(60)) for kind in ("cp", "abi", "linux"))
    assert reference_defect("demo-app", f"https://index.example/demo_app-1.0-{tags}.whl#sha256={HASH}") is not None


def test_a_file_of_another_project_is_refused() -> None:
    for name in ("other-1.0-py3-none-any.whl", "other-1.0.tar.gz", "demo-1.0.tar.gz"):
        defect = reference_defect("demo-app", f"https://index.example/{name}#sha256={HASH}")
        assert defect == "is asked for by the URL of another project's file"


def test_a_requirement_names_its_archive() -> None:
    line = f"Demo.App[x] @ {WHEEL.replace('demo_app-1.0', 'demo_app-1.0%2Bl')} ; python_version > '3'"
    assert reference_of(Requirement(line)) == Reference(
        name="demo-app",
        url="https://index.example/files/demo_app-1.0%2Bl-py3-none-any.whl",
        filename="demo_app-1.0+l-py3-none-any.whl",
        sha256=HASH,  # type: ignore[arg-type]  # a digest by its look
    )


def test_a_requirement_by_name_has_no_archive() -> None:
    assert reference_of(Requirement("demo>=1")) is None
