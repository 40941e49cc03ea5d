#!/bin/sh
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
#
# Times a command that inspects a volume against Python doing the same and against ISA-L merely
# inflating the file. The bars: 5 times faster than Python, at most 1.6 times as long as inflating,
# peak memory at most the raw volume (128 MiB) + 100 MiB.
#
#   inspect_benchmark.sh "COMMAND" [INFLATE_ONLY] [ROUNDS]
#
# COMMAND gets the file as its last argument, for example "build/release/bin/mrbrain inspect".
# INFLATE_ONLY is the program isal_inflate_only (ninja isal_inflate_only); default: beside COMMAND.
# VOLUME (environment): a file to use instead of making one. PYTHON: default /usr/bin/python3.
set -eu

if [ $# -lt 1 ]; then
    sed -n '5,14s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
command=$1
inflate=${2:-$(dirname "${command%% *}")/isal_inflate_only}
rounds=${3:-7}
python=${PYTHON:-/usr/bin/python3}
here=$(cd "$(dirname "$0")" && pwd)
if [ ! -x "$inflate" ]; then
    echo "inspect_benchmark.sh: $inflate is missing; build the target isal_inflate_only" >&2
    exit 2
fi

volume=${VOLUME:-}
if [ -z "$volume" ]; then
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT INT TERM
    volume=$folder/volume.nii.gz
    echo "making a 512x512x256 int16 volume..." >&2
    "$python" "$here/inspect_make_volume.py" "$volume"
fi
echo "$(stat -c %s "$volume") bytes, $(nproc) cores, $rounds rounds"
# shellcheck disable=SC2086 # COMMAND is a command line
"$python" "$here/inspect_time.py" "$rounds" \
    python "$python" "$here/inspect_baseline.py" "$volume" --- \
    inflate-only "$inflate" "$volume" --- \
    inspect $command "$volume"
