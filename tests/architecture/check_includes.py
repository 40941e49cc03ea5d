# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Proves the arrows of docs/architecture.md from the #include lines, and the size limits of files.

Linking is no proof: Qt6::Core alone puts the headers of all Qt modules on the include path.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])

# folder -> folders of ours it may include from (itself is always allowed)
ALLOWED = {
    "backend/base": set(),
    "backend/volume": {"backend/base"},
    "backend/contract": {"backend/base"},
    "backend/request": {"backend/base", "backend/contract"},
    "backend/process": {"backend/base"},
    "backend/environment": {"backend/base", "backend/request", "backend/contract"},
    "backend/failure": {"backend/base"},
    "backend/cost": {"backend/base", "backend/environment", "backend/process", "backend/request"},
    "backend/run": {"backend/base", "backend/contract", "backend/cost", "backend/environment",
                    "backend/failure", "backend/process", "backend/request", "backend/volume"},
    "backend/setup": {"backend/base", "backend/contract", "backend/environment", "backend/failure",
                      "backend/process", "backend/request", "backend/run"},
    "backend/diagnostics": {"backend/base", "backend/contract", "backend/environment",
                            "backend/process", "backend/request", "backend/run"},
    "backend/cli": {"backend/base", "backend/batch", "backend/bundle", "backend/evidence", "backend/library", "backend/report", "backend/contract", "backend/cost", "backend/diagnostics",
                    "backend/environment", "backend/failure", "backend/process",
                    "backend/request", "backend/run", "backend/setup", "backend/volume"},
    "backend/schedule": {"backend/base"},
    "backend/queue": {"backend/base", "backend/contract", "backend/cost", "backend/environment",
                      "backend/process", "backend/request", "backend/run", "backend/schedule"},
    "backend/form": {"backend/base", "backend/contract", "backend/environment", "backend/request",
                     "backend/run"},
    "backend/preflight": {"backend/base", "backend/environment", "backend/request", "backend/run"},
    "backend/report": {"backend/base", "backend/contract", "backend/diagnostics", "backend/failure", "backend/library",
                       "backend/process", "backend/request", "backend/run", "backend/volume"},
    "backend/library": {"backend/base", "backend/contract", "backend/queue", "backend/request",
                        "backend/run"},
    "backend/batch": {"backend/base", "backend/contract", "backend/environment", "backend/form",
                      "backend/library", "backend/process", "backend/queue", "backend/request",
                      "backend/run"},
    "backend/bundle": {"backend/base"},
    "backend/evidence": {"backend/base", "backend/bundle", "backend/contract", "backend/cost",
                         "backend/diagnostics", "backend/library", "backend/process",
                         "backend/report", "backend/request", "backend/run", "backend/volume"},
    "viewer/render": {"backend/base", "backend/volume"},
    "viewer/scene": {"backend/base", "backend/volume", "viewer/render"},
    "viewer/widgets": {"backend/base", "backend/volume", "viewer/render", "viewer/scene"},
    "ui/common": {"backend/base"},
    "ui/settings": {"backend/base", "backend/diagnostics", "backend/queue", "backend/run",
                    "ui/common"},
    "ui/generate": {"backend/base", "backend/batch", "backend/contract", "backend/form", "backend/library",
                    "backend/preflight", "backend/request", "ui/common"},
    "ui/runs": {"backend/base", "backend/failure", "backend/preflight", "backend/process",
                "backend/queue", "backend/report", "backend/run", "ui/common"},
    "ui/results": {"backend/base", "backend/library", "backend/queue", "backend/run",
                   "backend/volume", "ui/common", "viewer/render", "viewer/widgets"},
    "ui/document": {"backend/base", "backend/evidence", "backend/library", "backend/process",
                    "backend/report", "backend/volume", "viewer/render"},
    "ui/evidence": {"backend/base", "backend/evidence", "backend/queue", "ui/common"},
    "ui/setup": {"backend/base", "backend/environment", "backend/preflight", "backend/queue", "backend/run",
                 "backend/setup", "ui/common", "ui/runs", "ui/settings"},
    "ui/report": {"backend/base", "backend/failure", "backend/report", "backend/run", "ui/common", "viewer/render",
                  "viewer/widgets"},
    "ui": {"backend/base", "backend/contract", "backend/diagnostics", "backend/environment",
           "backend/evidence", "backend/failure", "backend/form",
           "backend/library", "backend/preflight", "backend/queue", "backend/report",
           "backend/request", "backend/run", "backend/volume", "ui/common", "ui/document", "ui/evidence", "ui/generate", "ui/report", "ui/results",
           "ui/runs", "ui/settings", "ui/setup", "backend/setup", "viewer/render", "viewer/scene", "viewer/widgets"},
    "app/supervisor": {"backend/process"},
    "app/mrbrain": {"backend/cli"},
    "app/picture": {"backend/base", "backend/cli", "backend/library", "backend/run",
                    "backend/volume", "ui/document", "viewer/render"},
    "app/reference": {"app/picture", "app/studio", "backend/base", "backend/cli",
                      "backend/contract", "backend/request", "backend/run"},
    "app/studio": {"backend/base", "backend/environment", "backend/process", "backend/request",
                   "backend/volume", "ui", "ui/settings", "viewer/scene"},
}

# A header of somebody else's -> the only folders (by prefix) that may include it.
FOREIGN = [
    (r"^Q(Widget|Main|Dialog|Push|Label|Application|Layout|VBox|HBox|Grid)\w*|QtWidgets/",
     ["viewer/widgets", "ui", "app/studio"]),
    (r"^Q(OpenGL|OffscreenSurface|Surface)\w*|^vtk_glew", ["viewer/scene", "app/studio"]),
    (r"^(QImage|QPainter|QColor|QPixmap|QFont|QtGui/)",
     ["viewer", "ui", "app/picture", "app/studio"]),
    (r"^vtk", ["viewer"]),
    (r"^itk", ["backend/volume"]),
    (r"^isa-l|^igzip", ["backend/volume"]),
    (r"^yaml-cpp", ["backend/request"]),
    (r"^openssl", ["backend/base"]),
    (r"^archive(_entry)?\.h", ["backend/bundle"]),
    (r"^CLI/", ["backend/cli", "app/picture"]),
    (r"^nlohmann|^backend/base/Json(Text)?\.h$",
     ["backend/base", "backend/contract", "backend/request", "backend/environment", "backend/run",
      "backend/cost", "backend/diagnostics", "backend/cli", "backend/queue", "backend/form", "backend/library", "backend/report",
      "backend/batch", "backend/bundle", "backend/evidence", "backend/setup", "app/picture", "app/reference"]),
]
NO_THIRD_PARTY_IN_HEADERS = re.compile(r"^(itk|isa-l|igzip|yaml-cpp|openssl|archive|CLI/)")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def folder_of(path: pathlib.PurePosixPath) -> str | None:
    text = path.as_posix()
    matches = [name for name in ALLOWED if text.startswith(name + "/")]
    return max(matches, key=len) if matches else None


def problems_of(path: pathlib.Path) -> list[str]:
    relative = path.relative_to(ROOT)
    own = folder_of(relative)
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    limit = 250 if path.suffix == ".h" else 500
    if len(lines) > limit:
        found.append(f"{relative}: {len(lines)} lines, the limit is {limit}")
    if own is None:
        return found + [f"{relative}: belongs to no known folder"]
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        include = match.group(1)
        target = folder_of(pathlib.PurePosixPath(include))
        if target is not None and target != own and target not in ALLOWED[own]:
            found.append(f"{relative}:{number}: {own} must not include {include}")
        for pattern, folders in FOREIGN:
            if re.search(pattern, include) and not any(own.startswith(f) for f in folders):
                found.append(f"{relative}:{number}: {include} is not for {own}")
        if path.suffix == ".h" and NO_THIRD_PARTY_IN_HEADERS.search(include):
            found.append(f"{relative}:{number}: {include} belongs in a .cpp file")
    return found


def main() -> int:
    files = [path for folder in ("app", "backend", "ui", "viewer")
             for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".h", ".cpp")]
    if len(files) < 20:
        print(f"only {len(files)} source files found below {ROOT}: wrong folder?")
        return 1
    found = [problem for path in files for problem in problems_of(path)]
    print("\n".join(found) if found else f"{len(files)} files keep the arrows")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
