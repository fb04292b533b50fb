from __future__ import annotations

import subprocess
import sys

KINDS = 40
PREAMBLE = """
from __future__ import annotations
import sys, threading
from uplock.model.value import Value, convert, decode
sys.setswitchinterval(1e-6)
"""
KIND = """
class Inner{0}(Value, frozen=True, kw_only=True):
    text: str | None = None
    number: int | None = None

class Outer{0}(Value, frozen=True, kw_only=True):
    one: Inner{0}
    many: tuple[Inner{0}, ...]
"""
READ = """
def work():
    for kind in kinds:
        together.wait()
        decode('{"one": {"text": "x"}, "many": [{"number": 1}, {}]}', kind)
        convert({"one": {"text": "x"}, "many": [{"number": 1}, {}]}, kind)

kinds = [value for name, value in sorted(globals().items()) if name.startswith("Outer")]
together = threading.Barrier(6)
threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_values_of_a_kind_are_read_by_many_threads_from_the_first_one_on() -> None:
    """Without a guard msgspec 0.22 crashes here: it stores what it knows of a struct before that is complete."""
    program = PREAMBLE + "".join(KIND.format(number) for number in range(KINDS)) + READ
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
