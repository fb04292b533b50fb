"""What kind of file a component is, as BSI TR-03183-2 asks (sections 5.2.2 and 8.1.4 to 8.1.6)."""

from __future__ import annotations

from uplock.sbom.clean import Cleaner
from uplock.sbom.parts import Property
from uplock.sbom.vocabulary import BSI_ARCHIVE, BSI_EXECUTABLE, BSI_FILENAME, BSI_STRUCTURED

_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")
"""Names of wheels (PEP 427) and source distributions (PEP 625, and the forms before it)."""


def bsi_properties(file_name: str) -> tuple[Property, ...]:
    """Return the properties of a component that is exactly one file, by its name; a path is cut to its last part.

    A wheel or source distribution is an archive whose contents can be listed (``structured``), and itself nothing that
    runs. Any other file is a shared library: executable, and one piece of code of which nothing can be listed.
    """
    name = Cleaner().line("file name", file_name.rpartition("/")[2].rpartition("\\")[2]) or "unnamed"
    archive = name.lower().endswith(_ARCHIVES)
    return (
        Property(name=BSI_FILENAME, value=name),
        Property(name=BSI_EXECUTABLE, value="non-executable" if archive else "executable"),
        Property(name=BSI_ARCHIVE, value="archive" if archive else "no archive"),
        Property(name=BSI_STRUCTURED, value="structured" if archive else "unstructured"),
    )
