#!/bin/sh
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Runs a program on an X server of its own, at 1600 x 1000, with a window manager.
# shellcheck disable=SC2016 # expanded by the inner shell
exec xvfb-run -a -s '-screen 0 1600x1000x24' \
  sh -c 'openbox >/dev/null 2>&1 & manager=$!; "$@"; code=$?; kill "$manager"; exit "$code"' sh "$@"
