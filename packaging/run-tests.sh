#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs all tests. Arguments go to ctest, for instance -L cli.
# MRB_PRESET=asan runs them under AddressSanitizer and UndefinedBehaviorSanitizer.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_missing "${build_packages[@]}" "${studio_packages[@]}" "${test_packages[@]}"
preset=${MRB_PRESET:-release}
build "$preset" all

say "running the tests"
cd "$repository"
# A virtual screen for the tests that open windows.
exec xvfb-run -a -s '-screen 0 1600x1000x24' ctest --preset "$preset" -j "$(nproc)" "$@"
