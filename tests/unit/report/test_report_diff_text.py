"""The texts of ``uplock diff`` and ``uplock show`` where whole commands do not reach."""

from __future__ import annotations

from datetime import UTC, date, datetime

from support.subjects import NOTHING, make_missing
from uplock.model.content import Contested
from uplock.model.diff_outcome import DiffResult, PackageChange, PackageSide, TargetChange, TargetSide, WaiverChange
from uplock.model.digest import sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.results import Email
from uplock.model.show_outcome import ShownLibrary, ShownPackage, ShownTarget, ShownWaiver, ShowResult
from uplock.model.value import changed
from uplock.report.diff_text import diff_text
from uplock.report.show_text import show_text

OTHER = sha256_of(b"other")
SIDE = TargetSide(
    target="py312-linux-x86_64", python="3.12.1", platform="linux-x86_64", role="target", locked=True, packages=2
)
PACKAGE = PackageSide(version="1.0", filename="a-1.0-py3-none-any.whl", sha256=NOTHING, size=1, outcome="unchecked")


def result(*targets: TargetChange) -> DiffResult:
    return DiffResult(
        before=NOTHING,
        after=OTHER,
        equal=False,
        project=("shop", "shop"),
        version=(None, None),
        inputs_changed=False,
        view_changed=False,
        lifecycle_changed=False,
        targets=targets,
        trusted_root=(None, None),
    )


def lines(found: DiffResult) -> list[str]:
    return diff_text(found, lambda text, _: text).splitlines()[3:]


def test_targets_of_one_side_only_say_so() -> None:
    missing = changed(SIDE, locked=False, packages=0)
    assert lines(result(TargetChange(before=SIDE, after=None, packages=()))) == [
        "",
        "py312-linux-x86_64  CPython 3.12.1  linux-x86_64  removed, 2 packages",
    ]
    assert lines(result(TargetChange(before=None, after=missing, packages=()))) == [
        "",
        "py312-linux-x86_64  CPython 3.12.1  linux-x86_64  added, without a lock",
    ]
    assert lines(result(TargetChange(before=SIDE, after=missing, packages=()))) == [
        "",
        "py312-linux-x86_64  CPython 3.12.1  linux-x86_64",
        "  lock there -> missing",
    ]


def test_added_and_removed_packages_name_their_file_and_outcome() -> None:
    packages = (
        PackageChange(name="a", kind="removed", before=PACKAGE, after=None),
        PackageChange(name="b", kind="added", before=None, after=PACKAGE),
    )
    assert lines(result(TargetChange(before=SIDE, after=SIDE, packages=packages)))[2:] == [
        "  a 1.0  removed",
        f"    a-1.0-py3-none-any.whl  sha256 {NOTHING}  unchecked",
        "  b 1.0  added",
        f"    a-1.0-py3-none-any.whl  sha256 {NOTHING}  unchecked",
    ]


def test_a_file_with_other_results_is_not_named_twice() -> None:
    invalid = changed(PACKAGE, outcome="invalid")
    change = PackageChange(name="a", kind="assessed", before=PACKAGE, after=invalid)
    assert lines(result(TargetChange(before=SIDE, after=SIDE, packages=(change,))))[2:] == [
        "  a 1.0  assessed",
        "    attestations unchecked -> invalid",
    ]


def test_what_is_about_the_project_stands_first() -> None:
    found = changed(
        result(),
        project=("shop", "store"),
        version=("1", None),
        inputs_changed=True,
        view_changed=True,
        lifecycle_changed=True,
        trusted_root=(None, TrustedRoot(sha256=NOTHING, origin="file")),
        waivers=(
            WaiverChange(path="waivers/a.toml", before=NOTHING, after=OTHER),
            WaiverChange(path="waivers/b.toml", before=NOTHING, after=None),
        ),
    )
    assert lines(found) == [
        "project shop -> store",
        "version 1 -> none",
        f"trusted root sha256 none -> {NOTHING}",
        "the project's requirements changed",
        "the view of the index changed",
        "the lifecycle table changed",
        "waiver waivers/a.toml changed",
        "waiver waivers/b.toml removed",
    ]


def test_texts_of_others_do_not_steer_the_reader() -> None:
    signer = Email(email="a\x1b[31m@x.example", issuer="::error::y")
    signed = changed(PACKAGE, outcome="verified", publisher=signer)
    change = PackageChange(name="a", kind="assessed", before=PACKAGE, after=signed)
    text = "\n".join(lines(result(TargetChange(before=SIDE, after=SIDE, packages=(change,)))))
    assert "\x1b" not in text
    assert r"a\x1b[31m@x.example" in text


def shown() -> ShowResult:
    package = ShownPackage(
        name="a", version="1.0", filename="a-1.0.tar.gz", sha256=NOTHING, size=7, outcome="unchecked"
    )
    target = ShownTarget(
        target="py39-linux-x86_64",
        python="3.9.18",
        platform="linux-x86_64",
        role="baseline",
        pylock=NOTHING,
        requirements=NOTHING,
        content=None,
        resolver="uv 0.13.9",
        packages=(
            changed(package, direct=True, built_here=True, yanked=""),
            changed(package, yanked="broken\x1b", crates=2),
        ),
    )
    return ShowResult(
        id=NOTHING,
        parent=None,
        recorded_at=None,
        head=False,
        kept=True,
        project="shop",
        version=None,
        baseline="3.9.18",
        exclude_newer=None,
        view=OTHER,
        view_archived=False,
        inputs=NOTHING,
        lifecycle=NOTHING,
        lockset=None,
        targets=(target,),
    )


def test_a_generation_with_everything_that_is_rare() -> None:
    found = changed(
        shown(),
        exclude_newer=datetime(2026, 3, 1, tzinfo=UTC),
        trusted_root=TrustedRoot(sha256=NOTHING, origin="embedded"),
        missing=(make_missing("b"),),
        contested=(Contested(target="py39-linux-x86_64", packages=("a", "b"), paths=1, examples=("site/x",)),),
        overrides=("c==1",),
        excludes=("d",),
        waivers=(
            ShownWaiver(path="waivers/a.toml", sha256=NOTHING, defects=("rule: unknown", "ticket: is missing")),
            ShownWaiver(path="waivers/b.toml", sha256=NOTHING, id="b", rule="PY001", expires_at=date(2027, 1, 1)),
        ),
    )
    assert (
        show_text(found)
        == f"""\
uplock show · shop · generation {NOTHING}
  no parent
  recorded before this archive, kept
  view sha256 {OTHER} (not archived), cut-off 2026-03-01T00:00:00Z
  trusted root sha256 {NOTHING} (embedded, of unknown age) (not archived)

py39-linux-x86_64  CPython 3.9.18  linux-x86_64  leaving  2 packages  uv 0.13.9
  content digest not known
  a 1.0 (direct, built here, yanked)  unchecked
    a-1.0.tar.gz  7 bytes  sha256 {NOTHING}
  a 1.0 (yanked: broken\\x1b)  unchecked
    a-1.0.tar.gz  7 bytes  sha256 {NOTHING}
    native: 2 Rust crates

py313-linux-x86_64  CPython 3.13.18  no lock: only an sdist
py39-linux-x86_64: a, b contest 1 path
override c==1
excluded d
waiver waivers/a.toml  not readable: rule: unknown; ticket: is missing
waiver waivers/b.toml  PY001 until 2027-01-01
"""
    )


def test_what_is_invalid_says_why_and_a_library_is_named_once() -> None:
    target = shown().targets[0]
    libraries = tuple(ShownLibrary(project="zlib", version="1.3", linkage=how) for how in ("bundled", "static"))
    bad = changed(target.packages[0], outcome="invalid", reason="wrong-digest: other\x1b bytes", libraries=libraries)
    text = show_text(changed(shown(), targets=(changed(target, packages=(bad,)),)))
    assert "  a 1.0 (direct, built here, yanked)  invalid: wrong-digest: other\\x1b bytes\n" in text
    assert text.endswith("    native: zlib 1.3\n")


def test_a_generation_without_the_rare_ends_with_its_packages() -> None:
    text = show_text(shown())
    assert "cut-off" not in text
    assert "trusted root" not in text
    assert text.endswith("    native: 2 Rust crates\n")
