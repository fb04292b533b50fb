"""The program that asks an interpreter for its native parts. It runs on any CPython from 3.8 on, without ``site``.

Its arguments are the parts to look at. Each import is guarded: what one module does not survive, others do. Tk comes
last, since it loads libraries that others would then seem to use, and no display is opened for it.
"""

from __future__ import annotations

PROBE = r"""
import importlib, json, os, platform, sys, sysconfig

def attribute(name):
    def read(module, paths):
        value = getattr(module, name)
        return name, ".".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return read

def function(symbol):
    def read(module, paths):
        return symbol, called(symbol, module, paths)
    return read

def variable(symbol):
    def read(module, paths):
        import ctypes
        for library in libraries(module, paths):
            try:
                return symbol, ctypes.c_char_p.in_dll(library, symbol).value.decode("ascii", "replace")
            except (AttributeError, ValueError):
                pass
        return symbol, None
    return read

def called(symbol, module, paths):
    import ctypes
    for library in libraries(module, paths):
        try:
            function = getattr(library, symbol)
        except AttributeError:
            continue
        function.restype, function.argtypes = ctypes.c_char_p, ()
        value = function()
        return None if value is None else value.decode("ascii", "replace")
    return None

def libraries(module, paths):
    import ctypes
    for path in list(paths) + [getattr(module, "__file__", None)]:
        try:
            yield ctypes.CDLL(path)
        except OSError:
            pass

def patchlevel(module, paths):
    tcl = module.create(None, "", "Tk", False, True, False)
    return "info patchlevel", str(tcl.call("info", "patchlevel"))

def readline(module, paths):
    said = str(getattr(module, "_READLINE_LIBRARY_VERSION", ""))
    if "libedit" in (module.__doc__ or "") or getattr(module, "backend", "") == "editline":
        said = "libedit " + said
    return "_READLINE_LIBRARY_VERSION", said or None

def nothing(module, paths):
    return None, None

PARTS = (
    ("zlib", "zlib", attribute("ZLIB_RUNTIME_VERSION"), ("libz.", "libz-ng.")),
    ("bzip2", "_bz2", function("BZ2_bzlibVersion"), ("libbz2.",)),
    ("xz", "_lzma", function("lzma_version_string"), ("liblzma.",)),
    ("zstd", "_zstd", attribute("zstd_version"), ("libzstd.",)),
    ("expat", "pyexpat", attribute("EXPAT_VERSION"), ("libexpat.",)),
    ("mpdecimal", "_decimal", attribute("__libmpdec_version__"), ("libmpdec.",)),
    ("libffi", "_ctypes", function("ffi_get_version"), ("libffi.",)),
    ("libuuid", "_uuid", nothing, ("libuuid.",)),
    ("sqlite", "_sqlite3", attribute("sqlite_version"), ("libsqlite3.",)),
    ("openssl", "_ssl", attribute("OPENSSL_VERSION"), ("libssl.",)),
    ("readline", "readline", readline, ("libreadline.", "libedit.")),
    ("ncurses", "_curses", attribute("ncurses_version"), ("libncurses", "libcurses.")),
    ("gdbm", "_gdbm", variable("gdbm_version"), ("libgdbm.",)),
    ("ndbm", "_dbm", attribute("library"), ("libgdbm_compat.", "libdb-", "libndbm.")),
    ("tcl", "_tkinter", patchlevel, ("libtcl",)),
    ("tk", "_tkinter", attribute("TK_VERSION"), ("libtk",)),
)

def loaded(names):
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as stream:
            paths = {line.split(None, 5)[5].rstrip("\n") for line in stream if "/" in line}
    except OSError:
        return None
    return sorted(path for path in paths if os.path.basename(path).startswith(names))

def relative(path):
    for folder in (sys.base_exec_prefix, sys.base_prefix):
        if path.startswith(folder.rstrip(os.sep) + os.sep):
            return os.path.relpath(path, folder).replace(os.sep, "/")
    return os.path.basename(path)

def look(name, read, names):
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == name
        return {"state": "absent" if missing else "failed"}
    found = loaded(names)
    answer = {"state": "present"}
    file = getattr(module, "__file__", None)
    answer["place"] = "extension" if file else "built-in"
    if file:
        answer["file"] = relative(file)
    if found is not None:
        answer["linkage"] = "shared" if found else "within"
        answer["library"] = os.path.basename(found[0]) if found else None
    if hasattr(module, "ZLIB_VERSION"):
        answer["compiled"] = module.ZLIB_VERSION
    try:
        source, said = read(module, found or ())
    except Exception:
        return answer
    answer["source"], answer["said"] = source, said
    return answer

def guarded(name, read, names):
    try:
        return look(name, read, names)
    except Exception:
        return {"state": "failed"}

wanted = sys.argv[1:]
print(json.dumps({
    "version": platform.python_version(), "implementation": sys.implementation.name,
    "abi": sysconfig.get_config_var("SOABI"), "platform": sysconfig.get_platform(),
    "compiler": platform.python_compiler(),
    "parts": {key: guarded(name, read, names) for key, name, read, names in PARTS if key in wanted},
}))
"""

MODULES = {
    "zlib": "zlib",
    "bzip2": "_bz2",
    "xz": "_lzma",
    "zstd": "_zstd",
    "expat": "pyexpat",
    "mpdecimal": "_decimal",
    "libffi": "_ctypes",
    "libuuid": "_uuid",
    "sqlite": "_sqlite3",
    "openssl": "_ssl",
    "readline": "readline",
    "ncurses": "_curses",
    "gdbm": "_gdbm",
    "ndbm": "_dbm",
    "tcl": "_tkinter",
    "tk": "_tkinter",
}
"""The parts that the program knows, each with the module that it looks at."""
