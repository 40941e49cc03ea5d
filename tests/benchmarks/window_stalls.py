#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Sets the scene for window_stalls: a checkout whose run floods its log and writes a 512x512x256
volume, and 200 results without thumbnails. Needs an X server, for instance xvfb-run's:

  xvfb-run -a -s '-screen 0 1600x1000x24' tests/benchmarks/window_stalls.py BUILD_FOLDER
"""
import os
import pathlib
import shutil
import subprocess
import sys

build = pathlib.Path(sys.argv[1]).resolve()
os.environ.setdefault("MRB_MRBRAIN", str(build / "bin" / "mrbrain"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from mrbrain_cli import Workshop  # noqa: E402

FLOOD_MB = 200
RESULTS = 200


def main():
    shop = Workshop()
    try:
        results = shop.folder / "results"
        first = results / "run-000"
        subprocess.run([os.environ["MRB_MRBRAIN"], "generate", "default", "--engine", "phantom",
                        "-o", first], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        for number in range(1, RESULTS):
            # Hard links: the volumes are read, never written.
            shutil.copytree(first, results / f"run-{number:03}", copy_function=os.link)
        shop.mode(flood_mb=FLOOD_MB)
        request = shop.request({"dim": [512, 512, 256], "spacing": [0.47, 0.47, 0.68],
                                "modality": "mri_t1", "random_seed": 1})
        environment = {**os.environ, "HOME": str(shop.home), "PATH": f"{shop.bin}:/usr/bin:/bin",
                       "XDG_CACHE_HOME": str(shop.folder / "cache"),
                       "XDG_CONFIG_HOME": str(shop.folder / "config"),
                       "XDG_DATA_HOME": str(shop.folder / "data")}
        return subprocess.run([build / "bin" / "window_stalls", shop.root, shop.python,
                               shop.manifest, results, request], env=environment,
                              check=False).returncode
    finally:
        shop.remove()


if __name__ == "__main__":
    sys.exit(main())
