import zlib

import pytest

from support.declared import audit_data, encoded
from uplock.errors import InputError
from uplock.inspect.crates import read_crates
from uplock.model.native_sbom import Crate

PACKAGES: list[dict[str, object]] = [
    {"name": "serde_derive", "version": "1.0.229", "source": "crates.io", "kind": "build", "dependencies": [1]},
    {"name": "libc", "version": "0.2.189", "source": "crates.io"},
    {"name": "uv", "version": "0.13.9", "source": "local", "dependencies": [1], "root": True},
]


def test_packages_of_a_section_in_the_middle_of_a_file() -> None:
    section = audit_data(PACKAGES)
    data = b"front" + section + b"behind"
    assert read_crates(data, (5, 5 + len(section))) == (
        Crate(name="libc", version="0.2.189", kind="runtime", source="crates.io"),
        Crate(name="serde_derive", version="1.0.229", kind="build", source="crates.io"),
        Crate(name="uv", version="0.13.9", kind="runtime", source="local"),
    )


def test_section_that_is_filled_up_as_in_pe_files() -> None:
    data = audit_data(PACKAGES) + bytes(512)
    assert len(read_crates(bytearray(data), (0, len(data)))) == 3


def test_no_packages() -> None:
    data = audit_data([])
    assert read_crates(data, (0, len(data))) == ()


@pytest.mark.parametrize("section", [(-1, 1), (2, 1), (0, 100)])
def test_section_outside_of_the_file(section: tuple[int, int]) -> None:
    with pytest.raises(InputError, match=r"its section \.dep-v0 is not within the file"):
        read_crates(b"0123456789", section)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no zlib", "it is not zlib-compressed"),
        (b"", "it ends too early"),
        (audit_data(PACKAGES)[:-5], "it ends too early"),
        (zlib.compress(b"[]"), "its content is not an object"),
        (zlib.compress(b"{"), "is not valid JSON in UTF-8"),
        (zlib.compress(encoded({"packages": {}})), "its packages is not a list"),
        (audit_data([{"name": "a"}]), "it has a package without a name or version"),
        (audit_data([{"name": "a", "version": "1", "kind": "dev"}]), "it has a package of unknown kind"),
    ],
)
def test_damaged_sections(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=rf"its section \.dep-v0 is damaged: {reason}"):
        read_crates(data, (0, len(data)))
