import subprocess
import sys

import pytest

from uplock.inspect.abi import stable_abi

ALWAYS = ("PyObject_Call", "PyList_New", "_Py_NoneStruct")


@pytest.mark.parametrize(
    ("symbols", "floor"),
    [
        ((), (3, 2)),
        (ALWAYS, (3, 2)),
        ((*ALWAYS, "PyModuleDef_Init"), (3, 5)),
        ((*ALWAYS, "PyType_GetModuleState"), (3, 10)),
        ((*ALWAYS, "PyBuffer_Release"), (3, 11)),
        ((*ALWAYS, "PyObject_Vectorcall", "PyBuffer_Release"), (3, 12)),
        ((*ALWAYS, "Py_REFCNT"), (3, 14)),
        (("PyStructSequence_UnnamedField",), (3, 11)),
    ],
)
def test_floor_is_where_the_last_of_all_symbols_came_in(symbols: tuple[str, ...], floor: tuple[int, int]) -> None:
    answer = stable_abi(symbols, claim="abi3", floor=None)
    assert (answer.floor, answer.newer, answer.foreign, answer.unknown) == (floor, (), (), ())


def test_symbols_that_came_after_the_claimed_floor_are_told() -> None:
    symbols = ("PyObject_Vectorcall", "PyBuffer_Release", "PyType_GetModuleState", *ALWAYS)
    answer = stable_abi(symbols, claim="abi3", floor=(3, 10))
    assert answer.newer == (("PyBuffer_Release", (3, 11)), ("PyObject_Vectorcall", (3, 12)))
    assert stable_abi(symbols, claim="abi3", floor=(3, 12)).newer == ()


def test_symbols_outside_the_stable_abi_are_foreign() -> None:
    symbols = ("PyRun_String", "_PyInterpreterState_Get", "PyFunction_Type", *ALWAYS)
    answer = stable_abi(symbols, claim="abi3", floor=(3, 9))
    assert answer.foreign == ("PyFunction_Type", "PyRun_String", "_PyInterpreterState_Get")
    assert (answer.floor, answer.unknown) == ((3, 2), ())


def test_private_symbols_that_macros_of_the_limited_api_need_are_not_foreign() -> None:
    symbols = ("_Py_Dealloc", "_PyObject_GC_New", "_PyArg_ParseTuple_SizeT", "_Py_IncRef")
    assert stable_abi(symbols, claim="abi3", floor=(3, 9)).foreign == ()


def test_entry_points_of_modules_are_no_uses() -> None:
    answer = stable_abi(("PyInit_a", "PyModExport_b", "PyInitU_c"), claim="abi3", floor=(3, 9))
    assert (answer.floor, answer.foreign) == ((3, 2), ())


def test_symbols_of_one_system_are_foreign_elsewhere() -> None:
    windows, others = "PyErr_SetFromWindowsErr", "PyOS_AfterFork_Child"
    assert stable_abi((windows, others), claim="abi3", floor=(3, 9)).foreign == (windows,)
    assert stable_abi((windows, others), claim="abi3", floor=(3, 9), windows=True).foreign == (others,)


@pytest.mark.parametrize("windows", [True, False])
def test_symbols_of_debug_builds_are_foreign(windows: bool) -> None:
    answer = stable_abi(("_Py_NegativeRefcount", "_Py_RefTotal"), claim="abi3", floor=(3, 9), windows=windows)
    assert answer.foreign == ("_Py_NegativeRefcount", "_Py_RefTotal")


def test_symbols_that_may_be_newer_than_the_table_are_unknown() -> None:
    answer = stable_abi(("PyFuture_Thing", *ALWAYS), claim="abi3", floor=(3, 99))
    assert (answer.foreign, answer.unknown) == ((), ("PyFuture_Thing",))


def test_stable_abi_of_free_threaded_builds_begins_with_3_15() -> None:
    answer = stable_abi(ALWAYS, claim="abi3t", floor=(3, 15))
    assert (answer.floor, answer.newer, answer.foreign) == ((3, 15), (), ())


def test_table_is_read_only_when_it_is_asked() -> None:
    code = "import sys, uplock.inspect.claims; assert 'abi3info' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
