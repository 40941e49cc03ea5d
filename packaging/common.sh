# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034 # the lists are for the scripts that source this
# Shared by quickstart.sh and run-tests.sh: what to install, how to build, how to say what failed.

set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages=(
  g++ cmake ninja-build git ca-certificates python3
  qt6-base-dev nlohmann-json3-dev libyaml-cpp-dev libssl-dev libcli11-dev libisal-dev libarchive-dev
  libinsighttoolkit5-dev
)
# The viewer libraries: VTK's development package is the large one, and needs no Qt 5 parts. Mesa's
# drivers draw the 3-D view where there is no graphics card.
studio_packages=(libvtk9-dev libgl1-mesa-dri)
test_packages=(python3-nibabel python3-numpy python3-venv python3-jsonschema poppler-utils xvfb xauth openbox dbus-daemon mricron-data faketime desktop-file-utils appstream shared-mime-info libglib2.0-bin man-db)

package_packages=(dpkg-dev file) # for dpkg-shlibdeps, which reads what programs are linked with

say() { printf '==> %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# run_step WHAT COMMAND...: quiet when it works; its whole output, and what it was, when it fails.
run_step() {
  local what=$1 log status=0
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    rm -f "$log"
    fail "$what failed (exit code $status): $*"
  fi
  rm -f "$log"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root, and there is no sudo; run as root: $*"
  fi
}

# install_missing PACKAGE...: nothing happens when all of them are there.
install_missing() {
  local missing=() package
  command -v dpkg-query >/dev/null || fail "this script installs Debian packages; on another system install: $*"
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${#missing[@]} missing packages: ${missing[*]}"
  run_step "apt-get update" as_root apt-get update
  run_step "installing packages" as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

# build PRESET TARGET: configures and builds; a second call finds nothing to do.
build() {
  local preset=$1 target=$2
  cd "$repository"
  say "building $preset (the first time takes some minutes)"
  run_step "configuring" cmake --preset "$preset"
  run_step "building" cmake --build --preset "$preset" --target "$target"
}
