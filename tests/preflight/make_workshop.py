# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Makes the workshop of the command-line tests and prints where everything in it is, as JSON."""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
os.environ.setdefault("MRB_MRBRAIN", "not used here")
import mrbrain_cli  # noqa: E402

shop = mrbrain_cli.Workshop()
print(json.dumps({
    "folder": str(shop.folder),
    "root": str(shop.root),
    "bin": str(shop.bin),
    "python": str(shop.python),
    "manifest": str(shop.manifest),
    "request": str(shop.request({**mrbrain_cli.SMALL, "num_inference_steps": 30})),
    "weights": [str(shop.root / path) for path in mrbrain_cli.WEIGHTS],
    "environment": shop.environment(),
}))
