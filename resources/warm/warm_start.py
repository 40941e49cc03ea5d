# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs a module as `python -m` does, but imports what it needs before it is told to begin.

    PYTHON warm_start.py -m MODULE ARGUMENT...

The working folder is that of the module, and stdin is one end of a socket: when all is imported, one
line of JSON goes there; then `go` is awaited, upon which stdin becomes /dev/null and the module runs
as `__main__`. When the socket ends before, nobody needs this process any more.

The module's file is read, not run: what its import statements name is imported, and what the network
configuration (the argument after -t) names under `_target_`. Nothing of it is replaced. A failing
import ends the process, so that the documented command is used instead, and so does an import that
touched CUDA: a GPU is for runs.
"""

import ast
import atexit
import importlib
import importlib.util
import json
import os
import runpy
import sys
import threading
import time

PROTOCOL = 1
OUTPUT_LOST = 120  # as Python itself ends then
NOT_NEEDED = 90  # exit code: the socket ended before `go`
VERSIONS_OF = ("torch", "monai", "nibabel", "numpy")


def run_spec(module):
    """Where `python -m` would find the module. Imports the packages above it."""
    spec = importlib.util.find_spec(module)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(module + ".__main__")
    if spec is None or spec.origin is None or not os.path.isfile(spec.origin):
        sys.exit(f"warm_start: no module named {module} with a file of its own")
    return spec


def import_as_module_does(spec):
    """Executes the import statements at the top of the module's file, and nothing else of it."""
    with open(spec.origin, "rb") as file:
        tree = ast.parse(file.read(), spec.origin)
    # As in the module, so that relative names mean the same and warnings have the same source.
    scope = {"__name__": "__main__", "__package__": spec.parent, "__spec__": spec}
    for statement in tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            only = ast.Module(body=[statement], type_ignores=[])
            exec(compile(only, spec.origin, "exec", dont_inherit=True), scope)


def targets(document):
    """Every text under a key `_target_`, however deep."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key == "_target_" and isinstance(value, str):
                yield value
            else:
                yield from targets(value)
    elif isinstance(document, list):
        for value in document:
            yield from targets(value)


def import_targets(config):
    """Imports the modules of the classes that a network configuration names."""
    with open(config, encoding="utf-8") as file:
        document = json.load(file)
    for target in targets(document):
        module = target.rpartition(".")[0]
        if module and all(part.isidentifier() for part in target.split(".")):
            importlib.import_module(module)


def cuda_is_initialized():
    """Asks torch, where it is loaded. The question itself initialises nothing."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    return cuda is not None and cuda.is_initialized()


def below(path, folder):
    return path.startswith(os.path.join(folder, ""))


def files_read(others):
    """The loaded modules of the working folder and the other files that were read, with what tells
    whether they changed. Not those of a virtual environment inside it: its folders tell."""
    here = os.getcwd()
    paths = {os.path.abspath(path) for path in others}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and os.path.isabs(path):
            paths.add(os.path.normpath(path))
    found = []
    for path in sorted(paths):
        if below(path, here) and not (below(sys.prefix, here) and below(path, sys.prefix)):
            status = os.stat(path)
            found.append([path, status.st_size, status.st_mtime_ns, status.st_ctime_ns,
                          status.st_ino])
    return found


def folders_searched():
    """The folders that modules come from; installing or removing a package changes one of them."""
    paths = [path for path in sys.path if os.path.isdir(path)]
    if os.path.isfile(os.path.join(sys.prefix, "pyvenv.cfg")):
        paths.append(sys.prefix)
    found = []
    for path in dict.fromkeys(paths):
        status = os.stat(path)
        found.append([path, status.st_mtime_ns, status.st_ctime_ns])
    return found


def versions():
    found = {}
    for name in VERSIONS_OF:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version is not None:
            found[name] = str(version)
    return found


def warm_up(spec, arguments):
    """Imports, checks, and returns what is said of it."""
    began, began_ns = time.monotonic(), time.time_ns()
    read = [spec.origin]
    import_as_module_does(spec)
    if "-t" in arguments[:-1]:
        config = arguments[arguments.index("-t") + 1]
        import_targets(config)
        read.append(config)
    if spec.name in sys.modules:
        sys.exit(f"warm_start: importing what {spec.name} needs has run {spec.name} itself")
    if cuda_is_initialized():
        sys.exit("warm_start: an import has initialised CUDA, which is for the run to do")
    files = files_read(read)
    changed = [file[0] for file in files if max(file[2], file[3]) >= began_ns]
    if changed:
        sys.exit(f"warm_start: {changed[0]} changed while it was being read")
    return {"protocol": PROTOCOL, "python": ".".join(map(str, sys.version_info[:3])),
            "seconds": round(time.monotonic() - began, 3),
            "cpu_seconds": round(time.process_time(), 3), "versions": versions(), "files": files,
            "folders": folders_searched()}


def say(report):
    line = json.dumps(report, separators=(",", ":")).encode() + b"\n"
    sys.stdout.flush()
    sys.stderr.flush()
    while line:
        line = line[os.write(0, line):]


def wait_for_go():
    told = b""
    try:
        while not told.endswith(b"\n"):
            part = os.read(0, 16)
            if not part:
                break
            told += part
    except ConnectionError:
        told = b""
    if told != b"go\n":
        os._exit(NOT_NEEDED)  # quietly: nothing of it is wanted


def take_away_socket():
    """What the module finds on its stdin is what it finds in a cold start."""
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    sys.stdin = sys.__stdin__ = open(0, encoding=sys.stdin.encoding, errors=sys.stdin.errors,
                                     closefd=False)


def main():
    if len(sys.argv) < 3 or sys.argv[1] != "-m":
        sys.exit("usage: PYTHON warm_start.py -m MODULE [ARGUMENT]...")
    module, arguments = sys.argv[2], sys.argv[3:]
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = os.getcwd()  # as `python -m`; it was this script's folder
    # What is imported sees the same command line as in a cold start.
    sys.argv = ["-m", *arguments]
    spec = run_spec(module)
    sys.argv[0] = spec.origin
    say(warm_up(spec, arguments))
    wait_for_go()
    take_away_socket()
    importlib.invalidate_caches()  # of what folders hold
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    end()


def end():
    """After a module that has returned: threads are waited for, functions for the exit are called and
    output is flushed, as always. What is left out is taking hundreds of modules apart, two seconds
    with torch, in which nothing happens that anybody could see."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        os._exit(OUTPUT_LOST)
    os._exit(0)


if __name__ == "__main__":
    main()
