"""``uplock uplift matrix``: rows from the committed locks, written, or compared with what is committed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from uplock.errors import InputError, UsageError, located
from uplock.files import read_bytes
from uplock.lockfile.lockset import LOCKSET
from uplock.lockfile.plan import names_of
from uplock.model.lock import LockSet
from uplock.model.matrix_outcome import MatrixDifference, MatrixFormat, MatrixResult, UnlockedTarget
from uplock.model.value import Value, changed, decode_json, empty_dict
from uplock.uplift.matrix import matrix_rows
from uplock.uplift.matrix_check import differences
from uplock.uplift.matrix_reading import MARKS, Committed, committed_at_github, committed_at_gitlab
from uplock.uplift.matrix_text import WRITTEN, matrix_text
from uplock.uplift.scan.source import MAX_FILE
from uplock.uplift.scan.yaml_document import parse
from uplock.workflow.locks import committed, committed_set, lock_paths
from uplock.workflow.named_output import write_named
from uplock.workflow.project import Project

OWN_FILES: Mapping[str, str] = {"github": ".github/uplift-matrix.json", "gitlab": ".gitlab/uplift-matrix.yml"}
"""Where a written matrix is committed, below the project."""

_WORKFLOWS, _PIPELINE = ".github/workflows", ".gitlab-ci.yml"
_JSON = ".json"


class MatrixRequest(Value, frozen=True, kw_only=True):
    """What is wanted: for whom, and the project's own machines and images by platform."""

    form: MatrixFormat
    runners: dict[str, str] = empty_dict()
    images: dict[str, str] = empty_dict()

    @property
    def service(self) -> str:
        """``github`` or ``gitlab``: both forms of GitHub's are compared alike."""
        return self.form.partition("-")[0]


def make_matrix(project: Project, request: MatrixRequest) -> MatrixResult:
    """Return the rows of the project's locks.

    Raises :class:`UsageError` if there are none, or those of other targets than the project asks for;
    :class:`~uplock.errors.IntegrityError` if a lock is not as the lock set pins it.
    """
    lockset = committed_set(project.root)
    _refuse_other_targets(project, lockset)
    committed(project.root, ())
    risky = _experimental(project)
    rows = matrix_rows(
        lockset.targets,
        request.form,
        lock_of=lambda target: lock_paths(target)[1],
        experimental=risky.__contains__,
        runners=request.runners,
        images=request.images,
    )
    unlocked = tuple(
        UnlockedTarget(target=each.target, python=each.python, packages=each.packages) for each in lockset.missing
    )
    return MatrixResult(project=project.name, format=request.form, rows=rows, unlocked=unlocked)


def write_matrix(result: MatrixResult, path: Path) -> MatrixResult:
    """Write the matrix to ``path``, in one step; what uplock did not write is not replaced.

    Raises :class:`UsageError`, :class:`~uplock.errors.ArchiveError` if it cannot be written.
    """
    form = result.format
    if (path.suffix.lower() == _JSON) != (form == "github-json"):
        raise UsageError(
            f"{form} is {'JSON' if form == 'github-json' else 'YAML'}, and the file is named otherwise",
            context=f"--output {path}",
            remedy="Use --format github-json for .json, and no other format.",
        )
    if path.is_file() and not _is_ours(path, form):
        raise UsageError(
            "holds something that uplock uplift matrix did not write",
            context=f"--output {path}",
            remedy="Name another file, or put the rows in by hand and compare with --check.",
        )
    write_named(path, matrix_text(result.rows, form).encode())
    return changed(result, written=str(path).encode(errors="backslashreplace").decode())


def check_matrix(project: Project, request: MatrixRequest, result: MatrixResult, output: Path | None) -> MatrixResult:
    """Compare with the file that is named, else with all matrices of locks that are committed in the usual places.

    Raises :class:`UsageError` if there is none in these, :class:`~uplock.errors.InputError` for what cannot be read.
    """
    chosen = {"runner": frozenset(request.runners), "container": frozenset(request.images)}
    found: list[MatrixDifference] = []
    checked: list[str] = []
    places = _usual(project.root, request.service) if output is None else [(str(output), output)]
    for said, path in places:
        name = said.encode(errors="backslashreplace").decode()  # names of files need not be UTF-8, and answers are
        matrices = list(_committed(path, name, request.service))
        if output is not None and not matrices:
            found.append(MatrixDifference(path=name, line=1, target="", message="no matrix of locks stands here"))
        if output is not None or matrices:
            checked.append(name)
        found += (each for matrix in matrices for each in differences(matrix, result.rows, name, chosen))
    if not checked:
        own = OWN_FILES[request.service]
        form = "github-json" if request.service == "github" else request.form
        raise UsageError(
            "no matrix of locks is committed in the usual places",
            context=own,
            remedy=f"Write it with uplock uplift matrix --format {form} --output {own}, or name it with --output.",
        )
    found.sort(key=lambda each: (checked.index(each.path), each.line, each.target, each.message))
    return changed(result, checked=tuple(checked), differences=tuple(found))


def _experimental(project: Project) -> frozenset[str]:
    """Return the targets whose failure must not stop anybody.

    What ``deploy`` names is deployed. Where the project says nothing of that but names the interpreter that it leaves,
    the uplift is under way, and this one is still deployed. Else every target is.
    """
    config = project.config
    if config.deploy is None and config.baseline is not None:
        return frozenset(each.target.name for each in project.planned if config.baseline not in names_of(each.target))
    return frozenset(each.target.name for each in project.planned if not each.deployed)


def _refuse_other_targets(project: Project, lockset: LockSet) -> None:
    wanted = {(each.target.name, each.target.interpreter.version) for each in project.planned}
    answered = {(each.target, each.python) for each in lockset.targets}
    answered |= {(each.target, each.python) for each in lockset.missing}
    if wanted != answered:
        names = sorted({name for name, _ in wanted ^ answered})
        raise UsageError(
            f"the locks are for other targets than the project asks for: {', '.join(names)}",
            context=LOCKSET,
            remedy="Run uplock lock.",
        )


def _is_ours(path: Path, form: MatrixFormat) -> bool:
    data = read_bytes(path)
    if form != "github-json":
        return data.startswith(WRITTEN.encode())
    try:
        document = decode_json(data)
    except InputError:
        return False
    return isinstance(document, dict) and set(document) == {"include"}


def _usual(root: Path, service: str) -> Iterator[tuple[str, Path]]:
    """Yield name and place of files that may hold the matrix: our own, and those that mention what a row has."""
    own = OWN_FILES[service]
    if (root / own).exists():
        yield own, root / own
    if service == "gitlab":
        names = [_PIPELINE]
    else:
        folder = root / _WORKFLOWS
        names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
        names = [f"{_WORKFLOWS}/{name}" for name in names if name.endswith((".yml", ".yaml"))]
    for name in names:
        if (root / name).is_file():
            data = read_bytes(root / name, MAX_FILE)
            if all(mark.encode() in data for mark in MARKS[service]):
                yield name, root / name


def _committed(path: Path, name: str, service: str) -> Iterator[Committed]:
    """Yield the matrices of locks in a file. Raises :class:`InputError`, with its name, for what is no YAML."""
    data = read_bytes(path, MAX_FILE)
    with located(name):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError("is not UTF-8", remedy="Write it in UTF-8.") from error
        for document in parse(text):
            yield from (committed_at_github if service == "github" else committed_at_gitlab)(document)
