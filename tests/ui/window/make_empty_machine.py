# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What surrounds a machine on which nothing is set up: a repository to clone, a folder of wheels, a
folder of weights, programs. Says where it all is; whoever asked removes it."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "cli"), str(TESTS / "setup")]
from mrbrain_cli import WEIGHTS, Workshop  # noqa: E402
from tiny_wheels import make_wheels  # noqa: E402

shop = Workshop()
repository = shop.folder / "model.git"
subprocess.run(["git", "clone", "--quiet", "--bare", str(shop.root), str(repository)], check=True,
               env={"PATH": "/usr/bin:/bin", "HOME": str(shop.home)})
brought = shop.folder / "weights"
for path in WEIGHTS:
    (brought / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.move(shop.root / path, brought / path)
shutil.rmtree(shop.root)
wheels = make_wheels(shop.folder / "wheels")

# While `hold` is there, cloning stops where it would have received half, until it is ended or
# something is written to the pipe `go`.
hold, reached, go = (shop.folder / name for name in ("hold", "reached", "go"))
os.mkfifo(go)
git = shutil.which("git", path="/usr/bin:/bin")
(shop.bin / "git").unlink()
shop.write_program("git", f"""
for word in "$@"; do
  if [ "$word" = clone ] && [ -e {shlex.quote(str(hold))} ]; then
    printf 'Receiving objects:  45%% (45/100), 1.00 MiB | 1.00 MiB/s\\r' >&2
    : > {shlex.quote(str(reached))}
    read -r word < {shlex.quote(str(go))}
    break
  fi
done
exec {shlex.quote(git)} "$@" """)

places = {"folder": shop.folder, "manifest": shop.manifest, "bin": shop.bin, "wheels": wheels,
          "repository": repository, "weights": brought, "hold": hold, "reached": reached, "go": go}
print(json.dumps({name: str(path) for name, path in places.items()}))
