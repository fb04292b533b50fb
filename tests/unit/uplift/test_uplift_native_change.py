"""What of a package is native before and after a move."""

from support.native import native_library, native_member
from uplock.model.digest import sha256_of
from uplock.model.lock import Artifact, LockedPackage
from uplock.model.native import NativeProfile
from uplock.uplift.native_change import native_changes


def end(name: str, version: str, native: NativeProfile) -> tuple[LockedPackage, NativeProfile]:
    filename = f"{name}-{version}-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    artifact = Artifact(filename=filename, sha256=sha256_of(filename.encode()), url="")
    return LockedPackage(name=name, version=version, artifact=artifact), native


def test_a_package_without_native_code_on_either_side_is_not_told() -> None:
    pure = NativeProfile()
    assert native_changes({"a": end("a", "1", pure)}, {"a": end("a", "2", pure)}) == ()


def test_a_package_that_enters_and_one_that_stays_the_same() -> None:
    native = NativeProfile(members=(native_member("demo/_x.so"),), libraries=(native_library(version="3.5.4"),))
    same = end("same", "1.0", native)
    (found,) = native_changes({"same": same}, {"same": same, "new": end("new", "2.0", native)})
    assert (found.name, found.before) == ("new", None)
    assert found.after is not None
    assert found.after.tag == "cp312-cp312-manylinux_2_17_x86_64"
    assert [(each.project, each.version) for each in found.after.libraries] == [("openssl", "3.5.4")]
