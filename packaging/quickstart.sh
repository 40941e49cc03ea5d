#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian 12 to a generated, measured and judged volume.
# Without an NVIDIA GPU and a checkout of the model the main job is shown with the phantom engine,
# which is a drawing of a head and says so everywhere. Safe to run again.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_missing "${build_packages[@]}" "${studio_packages[@]}" python3-jsonschema
build release programs

run_folder="$repository/mrbrain-runs/quickstart-$(date +%Y%m%d-%H%M%S)-$$"
say "generating a demo volume with the phantom engine"
"$repository/build/release/bin/mrbrain" generate default --engine phantom \
  --output-dir "$run_folder" >/dev/null || fail "the phantom run failed with exit code $?"

say "checking its result against the published schema"
/usr/bin/python3 "$repository/packaging/validate-result.py" "$run_folder/result.json" ||
  fail "the result does not match resources/schema/result.schema.json"

say "drawing it"
volume=$(find "$run_folder" -maxdepth 1 -name '*.nii.gz' | head -n 1)
picture="$run_folder/picture.png"
"$repository/build/release/bin/mrbrain" snapshot "$volume" -o "$picture" >/dev/null ||
  fail "the picture could not be made (exit code $?)"

cat >&2 <<MESSAGE

Done. The demo volume and its record are in
  $run_folder
    volume   $(basename "$volume")
    result   result.json
    picture  picture.png
It is a phantom, not model output. With an NVIDIA GPU the real model is set up, and then run, by
  build/release/bin/mrbrain setup
  build/release/bin/mrbrain generate default
MESSAGE

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "opening it in MR Brain Studio"
  # In a session of its own: the window stays when this terminal is closed.
  setsid "$repository/build/release/bin/mrbrain-studio" "$run_folder" >/dev/null 2>&1 </dev/null &
else
  say "there is no display here; to look at it on one: build/release/bin/mrbrain-studio '$run_folder'"
fi
