#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Makes the Debian package in build/, from what is checked out; its path is the only line on stdout.
# check-deb.sh shows that it works where nothing else is installed.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_missing "${build_packages[@]}" "${studio_packages[@]}" "${package_packages[@]}"
build release programs

say "making the package"
rm -rf "$repository"/build/mrbrain-studio_*.deb "$repository/build/_CPack_Packages"
run_step "packaging" cpack --config "$repository/build/release/CPackConfig.cmake" -B "$repository/build"
rm -rf "$repository/build/_CPack_Packages"

shopt -s nullglob
packages=("$repository"/build/mrbrain-studio_*.deb)
[ ${#packages[@]} -eq 1 ] || fail "cpack left ${#packages[@]} packages in $repository/build instead of one"
say "$(du -h --apparent-size "${packages[0]}" | cut -f1)B, $(dpkg-deb -f "${packages[0]}" Installed-Size) KiB installed"
printf '%s\n' "${packages[0]}"
