"""LK003: files that their target cannot install."""

from __future__ import annotations

from support.platforms import target_on
from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.lock import LockedPackage
from uplock.policy.rules.lk003 import MAX_FILENAME
from uplock.policy.subject import Subject

PY312 = target_on("linux-x86_64")


def locked(filename: str, *, name: str | None = None, version: str | None = None) -> Subject:
    package: LockedPackage = make_package(filename, name=name, version=version)
    return make_subject(target=PY312, lock=make_lock(PY312, [package]))


SPEAKS: dict[str, Case] = {
    "a wheel for another interpreter": Case(
        locked("numpy-1.26.0-cp39-cp39-manylinux_2_17_x86_64.whl"),
        says="is locked for py312-linux-x86_64, but none of its tags fits this interpreter and platform",
        findings=1,
    ),
    **{
        f"a wheel for {tags}": Case(locked(f"demo-1.0-{tags}.whl"), says="but none of its tags fits")
        for tags in (
            "cp311-cp311-manylinux_2_28_x86_64",
            "cp313-abi3-manylinux_2_28_x86_64",
            "cp312-cp312t-manylinux_2_28_x86_64",
            "cp312-cp312-manylinux_2_28_aarch64",
            "cp312-cp312-manylinux_2_31_x86_64",
            "cp312-cp312-musllinux_1_2_x86_64",
            "cp312-cp312-win_amd64",
        )
    },
    "a wheel of another package": Case(
        locked("other-1.0-py3-none-any.whl", name="demo"), says="it is a wheel of other, not of demo"
    ),
    "a wheel of another version": Case(
        locked("demo-1.1-py3-none-any.whl", version="1.0"), says="it is a wheel of version 1.1, not of 1.0"
    ),
    "a version that is none": Case(
        locked("demo-1.0-py3-none-any.whl", version="nonsense"), says="it is a wheel of version 1.0, not of nonsense"
    ),
    "an sdist of another package": Case(
        locked("evil-1.0.tar.gz", name="demo", version="1.0"), says="it is an sdist of evil, not of demo"
    ),
    "an sdist of another version": Case(
        locked("demo-1.1.tar.gz", name="demo", version="1.0"), says="it is an sdist of version 1.1, not of 1.0"
    ),
    **{
        f"{filename} is the name of no distribution": Case(
            locked(filename, name="demo", version="1.0"), says="it is neither the name of a wheel nor of an sdist"
        )
        for filename in ("demo.whl", "demo-1.0.exe", "demo-1.0-any.whl", "demo-one-py3-none-any.whl")
    },
    "a name that is too long": Case(
        locked(f"demo-1.0-py3-none-{'a' * MAX_FILENAME}.whl"), says="its name is too long for a file"
    ),
}

SILENT: dict[str, Case] = {
    **{
        f"a wheel for {tags}": Case(locked(f"demo-1.0-{tags}.whl"))
        for tags in (
            "py3-none-any",
            "py2.py3-none-any",
            "cp38-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64",
            "1-cp312-cp312-manylinux_2_28_x86_64",
            "cp312-none-linux_x86_64",
        )
    },
    "a local version": Case(locked("demo-1.0+cpu-cp312-cp312-manylinux_2_28_x86_64.whl")),
    "a name that is written otherwise": Case(locked("Demo_Pkg-1.0-py3-none-any.whl", name="demo-pkg")),
    "a version that is written otherwise": Case(locked("demo-1.0.0-py3-none-any.whl", version="1.0")),
    "an sdist": Case(locked("demo-1.0.tar.gz", name="demo", version="1.0")),
    "no lock": Case(make_subject(missing=make_missing("demo"))),
}
