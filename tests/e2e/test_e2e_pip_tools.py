"""pip-tools under the other interpreters of this machine, in environments of what is pinned, fetched from the index."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.interpreters import find_python
from support.own_interpreter import own_target
from support.wheels import build_wheel
from uplock.host.interpreters import probe
from uplock.index.http import Http
from uplock.index.remote import RemoteIndex
from uplock.index.serve import serve
from uplock.index.settings import read_settings
from uplock.model.digest import Sha256
from uplock.model.lock import Artifact
from uplock.model.target import Interpreter
from uplock.model.value import changed
from uplock.ports import Question
from uplock.resolve.pip_tools import PipToolsResolver
from uplock.resolve.toolset import tool_set, version_of
from uplock.resolve.uv import UvResolver, find_uv

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]


class Shelf:
    """Fetches wheels from the index that this machine is set up for, into a folder."""

    def __init__(self, folder: Path) -> None:
        settings = read_settings(flag=None, configured=None, environ=os.environ, home=Path.home(), project=folder)
        self._index = RemoteIndex(Http(settings), settings.url)
        self._folder = folder
        self.fetched: list[str] = []

    def fetch(self, name: str, version: str, sha256: Sha256) -> Path:
        self.fetched.append(f"{name} {version}")
        page = self._index.page(name)
        assert page is not None
        (file,) = [each for each in page.files if each.sha256 == sha256]
        with (self._folder / sha256).open("wb") as out:
            self._index.fetch(Artifact(filename=file.filename, sha256=sha256, url=file.url, size=file.size), out, 0)
        return self._folder / sha256


@pytest.mark.parametrize("minor", ["3.8", "3.9", "3.10", "3.12", "3.13", "3.14"])
def test_pip_tools_answers_as_uv_does_under_an_interpreter_that_is_not_ours(tmp_path: Path, minor: str) -> None:
    program = find_python(minor)
    python = None if program is None else probe(program, os.environ)
    if program is None or python is None:
        pytest.skip(f"no CPython {minor} here")
    target = changed(own_target(), interpreter=Interpreter(version=python.version))
    (tmp_path / "shelf").mkdir()
    shelf = Shelf(tmp_path / "shelf")
    index = IndexSimulator()
    index.publish(*build_wheel("shop", "1", requires_dist=("till", f'old; python_full_version < "{python.version}"')))
    index.publish(*build_wheel("till", "1"))
    index.publish(*build_wheel("till", "2", requires_python=f">{python.version}"), requires_python=f">{python.version}")
    question = Question(requirements=("shop",), target=target)
    resolver = PipToolsResolver(
        uv=find_uv(), environments=tmp_path / "kept", fetch=shelf.fetch, home=Path.home(), pythons={minor: program}
    )
    with serve(index) as served, closing(resolver), closing(UvResolver(find_uv())) as uv:
        answer = resolver.resolve(question, served)
        assert answer == uv.resolve(question, served)
        assert resolver.version_for(target) == f"pip-tools {version_of(tool_set(minor), 'pip-tools')}"
        fetched = list(shelf.fetched)
        assert resolver.resolve(question, served) == answer
    assert [pin.version for pin in answer.pins] == ["1", "1"]
    assert len(shelf.fetched) == len(fetched) == len(tool_set(minor))
