# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Makes the workshop of the command-line tests and says where it is; whoever asked removes it."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "cli"))
from mrbrain_cli import Workshop  # noqa: E402

shop = Workshop()
shop.mode()
print(json.dumps({"folder": str(shop.folder), "root": str(shop.root), "python": str(shop.python),
                  "manifest": str(shop.manifest), "bin": str(shop.bin)}))
