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

cat >&2 <<MESSAGE

Done. The demo volume and its record are in
  $run_folder
It is a phantom, not model output. With an NVIDIA GPU, a checkout of NV-Generate-CTMR and its
weights, the real thing is
  build/release/bin/mrbrain generate default --upstream /path/to/NV-Generate-CTMR
MESSAGE
