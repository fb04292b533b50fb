"""Our readers of native files against LLVM's, on every native file of real wheels."""

import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import llvm
from support.other_tools import Place
from uplock.inspect.elf import read_elf
from uplock.inspect.macho import read_macho
from uplock.inspect.pe import read_pe

pytestmark = [
    pytest.mark.network,
    pytest.mark.enable_socket,
    pytest.mark.skipif(
        llvm.READOBJ is None or llvm.OBJDUMP is None, reason="llvm-readobj and llvm-objdump are not installed here"
    ),
]

PACKAGES = ("numpy", "cryptography", "pillow", "psycopg2-binary", "lxml", "pydantic-core", "shapely", "uv")
PLATFORMS = {
    "manylinux-x86_64": ("manylinux_2_28_x86_64", "manylinux2014_x86_64"),
    "manylinux-i686": ("manylinux_2_28_i686", "manylinux2014_i686"),
    "manylinux-s390x": ("manylinux_2_28_s390x", "manylinux2014_s390x"),
    "musllinux-aarch64": ("musllinux_1_2_aarch64", "musllinux_1_1_aarch64"),
    "macosx-arm64": ("macosx_14_0_arm64", "macosx_11_0_arm64"),
    "macosx-x86_64": ("macosx_14_0_x86_64", "macosx_10_13_x86_64", "macosx_10_12_x86_64"),
    "macosx-universal2": ("macosx_10_13_universal2", "macosx_10_9_universal2"),
    "win-amd64": ("win_amd64",),
    "win-x86": ("win32",),
    "win-arm64": ("win_arm64",),
}
ELF = b"\x7fELF"
MACHO = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf", b"\xce\xfa\xed\xfe")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module", params=PACKAGES)
def package(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=PLATFORMS)
def wheel(request: pytest.FixtureRequest, place: Place, package: str) -> Path:
    """The newest wheel of a package for a platform; not every package has one for each."""
    folder = place.folder / package / str(request.param)
    kept = os.environ.get("NATIVE_WHEELS")  # a folder of folders named like the platforms, to download nothing
    if kept is None:
        folder.mkdir(parents=True)
        python = place.environment_of(Path(sys.executable), "pip", "pip")
        options = ("--no-deps", "--only-binary=:all:", "--python-version=3.12", "--quiet", f"--dest={folder}")
        platforms = [f"--platform={tag}" for tag in PLATFORMS[request.param]]
        place.run(python, "-m", "pip", "download", *options, *platforms, package)
    else:
        folder = Path(kept) / str(request.param)
    found = sorted(folder.glob(f"{package.replace('-', '_')}-*.whl"))
    if not found:
        pytest.skip(f"{package} has no wheel for {request.param}")
    return found[-1]


def natives(wheel: Path, folder: Path) -> Iterator[tuple[str, bytes, Path]]:
    """Yield each native file of a wheel, and put it where LLVM can read it."""
    with zipfile.ZipFile(wheel) as archive:
        for index, info in enumerate(archive.infolist()):
            data = archive.read(info)
            if data.startswith((ELF, b"MZ", *MACHO)):
                path = folder / f"{index}.bin"
                path.write_bytes(data)
                yield info.filename, data, path


def test_every_native_file_is_read_as_llvm_reads_it(wheel: Path, tmp_path: Path) -> None:
    members = 0
    for name, data, path in natives(wheel, tmp_path):
        members += 1
        if data.startswith(ELF):
            assert llvm.read(read_elf(data)) == llvm.elf(path), name
        elif data.startswith(b"MZ"):
            assert llvm.said(read_pe(data)) == llvm.pe(path), name
        else:
            assert tuple(llvm.told(found) for found in read_macho(data)) == llvm.macho(path), name
    assert members
