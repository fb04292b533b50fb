"""Which modules a wheel brings, from the paths of its files alone."""

from __future__ import annotations

import pytest

from uplock.content.modules import top_level_modules
from uplock.model.content import ContentFile, WheelContent
from uplock.model.digest import Sha256


def content(*paths: str) -> WheelContent:
    files = tuple(ContentFile(path=path, size=1, sha256=Sha256("0" * 64)) for path in sorted(paths))
    return WheelContent(name="demo", version="1", dist_info="demo-1.dist-info", files=files)


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        (("site/demo/__init__.py", "site/demo/inner.py", "site/demo/sub/__init__.py"), ("demo",)),
        (("site/demo.py", "site/other.py"), ("demo", "other")),
        (("site/_fast.cpython-312-x86_64-linux-gnu.so",), ("_fast",)),
        (("site/_fast.abi3.so", "site/plain.so", "site/slow.cp312-win_amd64.pyd"), ("_fast", "plain", "slow")),
        (("site/demo/__init__.cpython-312-x86_64-linux-gnu.so",), ("demo",)),
        (("site/space/one/__init__.py", "site/space/two.py"), ("space.one", "space.two")),
        (("site/a/b/c/__init__.py", "site/a/b/c/d.py"), ("a.b.c",)),
        (("site/demo-stubs/__init__.pyi", "site/demo-1.dist-info/METADATA", "site/data/words.txt"), ()),
        (("site/class.py", "site/not-a-name.py", "site/__main__.py", "site/setup.py", "site/__init__.py"), ()),
        (("site/demo.pth", "scripts/demo.py", "data/demo.py", "headers/demo/demo.h"), ()),
        (("site/libs.libs/libone-1.so.2", "site/__pycache__/x.cpython-312.pyc"), ()),
        (("site/a/b/c/d/e/f/g/h/deep.py",), ()),
    ],
)
def test_modules_are_told_by_their_paths(paths: tuple[str, ...], modules: tuple[str, ...]) -> None:
    assert top_level_modules([content(*paths)]) == {"demo": modules}
