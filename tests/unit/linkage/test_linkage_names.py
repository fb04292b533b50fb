"""The names by which native files look for one another."""

from __future__ import annotations

from support.linked import library
from support.native import native_member
from uplock.linkage.names import found_as, names_of, written


def test_names_are_looked_for_as_loaders_do() -> None:
    assert found_as("libA.so.1", "elf") == "libA.so.1"
    assert found_as("@rpath/x/libA.dylib", "mach-o") == "libA.dylib"
    assert found_as("LibA.DLL", "pe") == "liba.dll"


def test_needs_are_written_as_the_profile_tells_what_comes_from_outside() -> None:
    assert written("@rpath/A.dylib", native_member("a", format="mach-o")) == "@rpath/A.dylib"
    assert written("A.DLL", native_member("a", format="pe")) == "a.dll"


def test_a_library_is_found_by_its_file_and_by_the_name_that_it_gives_itself() -> None:
    assert names_of(library("a/libx-0123abcd.so.1.2", "libx.so.1")) == {"libx-0123abcd.so.1.2", "libx.so.1"}
    assert names_of(library("a/x.dylib", "@rpath/y.dylib", format="mach-o")) == {"x.dylib", "y.dylib"}
    assert names_of(library("a/X.dll", "y.dll", format="pe")) == {"x.dll"}
    assert names_of(native_member("a/x.so")) == {"x.so"}
