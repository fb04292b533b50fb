"""Targets answer for their own machine: everything that tells of this one lies, and the answers stay the same."""

from __future__ import annotations

import json
import subprocess
import sys

POISON = """
import os, platform, sys, sysconfig

import packaging.markers, packaging.tags

LIE = {
    "implementation_name": "pypy", "implementation_version": "2.7.0", "os_name": "nt", "platform_machine": "AMD64",
    "platform_python_implementation": "PyPy", "platform_release": "10", "platform_system": "Windows",
    "platform_version": "10.0", "python_full_version": "2.7.0", "python_version": "2.7", "sys_platform": "win32",
}
packaging.markers.default_environment = lambda: dict(LIE)
packaging.tags.interpreter_name = lambda: "pp"
packaging.tags.interpreter_version = lambda *, warn=False: "27"
packaging.tags.platform_tags = lambda: iter(["win_amd64"])
packaging.tags._cpython_abis = packaging.tags._generic_abi = lambda *arguments, **options: ["pypy27_pp73"]
platform.machine = lambda: "AMD64"
platform.mac_ver = lambda *ignored, **also: ("10.4", ("", "", ""), "ppc")
platform.system = lambda: "Windows"
platform.python_version = lambda: "2.7.0"
platform.python_implementation = lambda: "PyPy"
sysconfig.get_platform = lambda: "win-amd64"
sysconfig.get_config_var = lambda name: ".pypy-73.pyd"
"""

ASK = """
import json
from packaging.markers import Marker, default_environment
from packaging.tags import sys_tags
from uplock.model.target import Interpreter, Target, parse_platform

target = Target(interpreter=Interpreter(version="3.9.18"), platform=parse_platform("linux-aarch64-glibc2.17"))
environment = target.marker_environment()
markers = {
    text: Marker(text).evaluate({**environment, "extra": "dev"})
    for text in (
        "python_version < '3.10'",
        "python_full_version == '3.9.18'",
        "sys_platform == 'linux'",
        "platform_system == 'Linux' and os_name == 'posix'",
        "platform_machine == 'aarch64'",
        "implementation_name == 'cpython' and platform_python_implementation == 'CPython'",
        "implementation_version == '3.9.18'",
        "platform_release == '' and platform_version == ''",
        "extra == 'dev'",
        "sys_platform == 'win32' or python_version == '2.7'",
    )
}
others = [
    Target(interpreter=Interpreter(version="3.13.0"), platform=parse_platform(name))
    for name in ("linux-x86_64-musl", "macos-arm64", "macos-x86_64-10.15", "windows-x86_64", "windows-arm64")
]
print(json.dumps({
    "host": [default_environment()["python_version"], str(next(sys_tags())).split("-")[0]],
    "environment": environment,
    "markers": markers,
    "tags": [str(tag) for tag in target.tags()],
    "others": [
        [each.name, each.platform.uv_name, each.platform.uv_environment, sorted(each.marker_environment().items()),
         [str(tag) for tag in each.tags()]]
        for each in others
    ],
}))
"""

FOREIGN = """
import json
from uplock.lockfile.foreign.read import pins_for, read_foreign_lock
from uplock.model.target import Interpreter, Target, parse_platform

variables = {
    "implementation_name": "cpython", "implementation_version": "3.9.18", "os_name": "posix",
    "platform_machine": "aarch64", "platform_python_implementation": "CPython", "platform_release": "",
    "platform_system": "Linux", "platform_version": "", "python_full_version": "3.9.18", "python_version": "3.9",
    "sys_platform": "linux", "extra": "",
}
markers = {name.replace("_", "-"): f"{name} == '{value}'" for name, value in variables.items()}
requirements = "".join(f"{name}==1 ; {marker}\\n" for name, marker in markers.items())
uv = "version = 1\\nrequires-python = '==3.9.*'\\n" + "".join(
    f'[[package]]\\nname = "{name}"\\nversion = "1"\\nsource = {{ registry = "https://index.example" }}\\n'
    f'resolution-markers = ["{marker}"]\\n' for name, marker in markers.items()
)
target = Target(interpreter=Interpreter(version="3.9.18"), platform=parse_platform("linux-aarch64-glibc2.17"))
answers = [
    [name for name, _ in pins_for(read_foreign_lock(text.encode(), filename), target)]
    for text, filename in ((requirements, "requirements.txt"), (uv, "uv.lock"))
]
print(json.dumps([sorted(markers), *answers]))
"""

ENVIRONMENT = {
    "implementation_name": "cpython",
    "implementation_version": "3.9.18",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": "3.9.18",
    "python_version": "3.9",
    "sys_platform": "linux",
}
PLATFORMS = ("manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64")
OLDER = tuple(f"cp3{minor}" for minor in range(8, 1, -1))
GENERIC = ("py39", "py3", *(f"py3{minor}" for minor in range(8, -1, -1)))
TAGS = [
    *(f"cp39-cp39-{platform}" for platform in PLATFORMS),
    *(f"cp39-abi3-{platform}" for platform in PLATFORMS),
    *(f"cp39-none-{platform}" for platform in PLATFORMS),
    *(f"{older}-abi3-{platform}" for older in OLDER for platform in PLATFORMS),
    *(f"{generic}-none-{platform}" for generic in GENERIC for platform in PLATFORMS),
    "cp39-none-any",
    *(f"{generic}-none-any" for generic in GENERIC),
]


def test_a_lying_host_changes_no_answer() -> None:
    done = subprocess.run([sys.executable, "-c", POISON + ASK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["host"] == ["2.7", "pp27"], "the host does not lie, so nothing is proved"
    assert answer["environment"] == ENVIRONMENT
    assert [text for text, holds in answer["markers"].items() if not holds] == [
        "sys_platform == 'win32' or python_version == '2.7'"
    ]
    assert answer["tags"] == TAGS


def test_a_host_that_does_not_lie_gives_the_same_answers() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["host"][0] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert (answer["environment"], answer["tags"]) == (ENVIRONMENT, TAGS)
    lied_to = subprocess.run([sys.executable, "-c", POISON + ASK], capture_output=True, text=True, check=True)
    assert json.loads(lied_to.stdout)["others"] == answer["others"]
    assert [tags[0] for *_, tags in answer["others"]] == [
        "cp313-cp313-musllinux_1_2_x86_64",
        "cp313-cp313-macosx_13_0_arm64",
        "cp313-cp313-macosx_10_15_x86_64",
        "cp313-cp313-win_amd64",
        "cp313-cp313-win_arm64",
    ]


def test_a_lying_host_changes_no_pin_of_another_tools_lock() -> None:
    done = subprocess.run([sys.executable, "-c", POISON + FOREIGN], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    every, *answers = json.loads(done.stdout)
    assert len(every) == 12
    assert answers == [every, every]
