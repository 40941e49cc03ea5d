# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""check_includes.py must fail for each kind of violation, planted into a copy of the sources."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

CHECK, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])

VIOLATIONS = {
    "backend/volume/Volume.h": '#include "backend/run/GenerateRun.h"\n',
    "backend/run/RunFolder.h": "#include <QtWidgets/QWidget>\n",
    "backend/volume/Volume.cpp": '#include "backend/base/Json.h"\n',
    "backend/request/Manifest.h": "#include <yaml-cpp/yaml.h>\n",
    "viewer/render/PlaneAxes.cpp": "#include <QOpenGLContext>\n",
    "backend/run/ExitCode.h": "\n" * 300,
}


def passes(root: pathlib.Path) -> bool:
    return subprocess.run([sys.executable, CHECK, str(root)], stdout=subprocess.DEVNULL,
                          check=False).returncode == 0


with tempfile.TemporaryDirectory() as folder:
    copy = pathlib.Path(folder)
    for name in ("app", "backend", "ui", "viewer"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name)
    if not passes(copy):
        sys.exit("the untouched copy does not pass")
    for name, line in VIOLATIONS.items():
        original = (copy / name).read_text()
        (copy / name).write_text(line + original)
        if passes(copy):
            sys.exit(f"not noticed in {name}: {line.strip()!r}")
        (copy / name).write_text(original)
print(f"all {len(VIOLATIONS)} planted violations were noticed")
