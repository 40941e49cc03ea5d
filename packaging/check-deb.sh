#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# check-deb.sh [DEB]: installs the package (build/mrbrain-studio_*.deb) into a Debian 12 that has
# nothing else, uses it there as an ordinary user, removes it and looks for what it left behind.
# Figures are on stdout. Needs root (or sudo) and the package mirror that this machine is set up with;
# MRB_MIRROR=URL names another one. MRB_FRESH=1 makes the clean Debian anew, which is kept in build/.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=clean-debian.sh
source "$repository/packaging/clean-debian.sh"

# Tools of the checks, not of the package: a screen, validators, and what reads manual pages,
# completions and kinds of files.
check_tools=(xvfb xauth desktop-file-utils appstream man-db bash-completion shared-mime-info)

find_package() {
  local found=("$repository"/build/mrbrain-studio_*.deb)
  [ -f "${found[0]}" ] ||
    fail "there is no package in $repository/build; make one with packaging/build-deb.sh, or name it"
  [ ${#found[@]} -eq 1 ] || fail "there are several packages in $repository/build; name one"
  realpath "${found[0]}"
}

# figure NAME VALUE: what docs/benchmarks.md is written from.
figure() { printf '%-46s %s\n' "$1" "$2"; }

# as_user COMMAND...: in the clean Debian, with nothing inherited, and what a login gives.
as_user() {
  # shellcheck disable=SC2016 # expanded inside
  chroot --userspec=researcher:researcher "$root" /usr/bin/env -i HOME=/home/researcher \
    USER=researcher PATH=/usr/bin:/bin LANG=C.UTF-8 XDG_RUNTIME_DIR=/home/researcher/.session \
    /bin/sh -c 'cd && mkdir -p -m 700 .session && exec "$@"' sh "$@"
}

check() {
  local what=$1
  shift
  say "  $what"
  run_step "$what" "$@"
}

installed_kib() {
  # shellcheck disable=SC2016 # dpkg-query's own names
  chroot "$root" dpkg-query -W -f '${Installed-Size}\n' | awk '{ sum += $1 } END { print sum }'
}

install_package() {
  run_step "installing the package" in_debian apt-get install -y --no-install-recommends "$1"
}

# Prints MB that apt would fetch for the package, itself included.
download_mb() {
  local others
  # As if nothing had been fetched by an earlier check.
  others=$(in_debian apt-get install -y --no-install-recommends --print-uris -qq \
    -o Dir::Cache::Archives=/nonexistent "$1" |
    awk '/^.http/ { sum += $3 } END { print sum + 0 }')
  awk -v sum="$((others + $(stat -c %s "$root$1")))" 'BEGIN { printf "%.0f", sum / 1e6 }'
}

check_generation() {
  local start end
  start=$(date +%s.%N)
  check "mrbrain generate, with the phantom engine" \
    as_user mrbrain generate default --engine phantom --output-dir /home/researcher/first
  end=$(date +%s.%N)
  figure "seconds from installed to first phantom volume" "$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.1f", b - a }')"
  check "its result against the schema" /usr/bin/python3 "$repository/packaging/validate-result.py" \
    "$root/home/researcher/first/result.json"
  check "mrbrain snapshot" as_user sh -c 'mrbrain snapshot first/*.nii.gz -o picture.png && test -s picture.png'
  check "mrbrain report" as_user sh -c 'mrbrain report first --html report.html --pdf report.pdf && test -s report.html && test -s report.pdf'
}

# remove_and_compare LIST: LIST is of the time before the package.
remove_and_compare() {
  run_step "removing the package" in_debian apt-get purge -y mrbrain-studio
  run_step "removing what came with it" in_debian apt-get autoremove -y --purge
  list_files >"$1.after"
  diff "$1" "$1.after" >"$1.changes" || {
    cat "$1.changes" >&2
    fail "removing the package did not leave the system as it was (> is new, < is gone)"
  }
  say "  nothing is left behind"
}

# The package says the version and the commit that its programs say.
same_version() {
  local commit program
  commit=$(dpkg-deb -f "$1" Description | sed -n 's/^ Built from commit \(.*\)\.$/\1/p')
  [ "$commit" = unknown ] && commit="commit unknown"
  for program in mrbrain mrbrain-studio; do
    as_user "$program" --version | grep -Fx "$program $(dpkg-deb -f "$1" Version) ($commit)"
  done
}

# The package, what it depends on, and nothing else.
check_without_anything() {
  local before after deb=/var/tmp/package.deb
  unpack_clean_debian
  say "a Debian 12 with the package and nothing else"
  cp "$1" "$root$deb"
  list_files >"$work/plain"
  before=$(installed_kib)
  figure "download, with all libraries (MB)" "$(download_mb "$deb")"
  install_package "$deb"
  after=$(installed_kib)
  figure "installed, the package alone (MB)" "$(awk -v kib="$(dpkg-deb -f "$1" Installed-Size)" 'BEGIN { printf "%.1f", kib * 1024 / 1e6 }')"
  figure "installed, with all libraries (MB)" "$(((after - before) * 1024 / 1000000))"
  figure "left out, being only recommended" "$(dpkg-deb -f "$1" Recommends)"
  check "version and commit" same_version "$1"
  check_generation
  check "mrbrain-studio --self-test, without a display" as_user env QT_QPA_PLATFORM=offscreen mrbrain-studio --self-test
  remove_and_compare "$work/plain"
}

# What only a desktop has.
check_on_a_desktop() {
  local deb=/var/tmp/package.deb
  unpack_clean_debian
  say "a Debian 12 with a screen and ${check_tools[*]}"
  run_step "installing the tools" in_debian apt-get install -y --no-install-recommends "${check_tools[@]}"
  cp "$1" "$root$deb"
  mkdir -m 1777 "$root/tmp/.X11-unix" # a system makes it when it starts, before any screen
  list_files >"$work/desktop"
  install_package "$deb"
  check "mrbrain-studio --self-test, on a screen" as_user xvfb-run -a -s '-screen 0 1600x1000x24' \
    mrbrain-studio --self-test
  # shellcheck disable=SC2016 # expanded inside
  check "manual pages" as_user sh -ec 'for p in mrbrain mrbrain-studio; do man $p | grep SYNOPSIS; done'
  # shellcheck disable=SC2016 # expanded inside
  check "completion" as_user bash -c '. /usr/share/bash-completion/bash_completion
    for p in mrbrain mrbrain-studio; do _completion_loader $p; complete -p $p || exit 1; done'
  check "desktop entry" as_user desktop-file-validate /usr/share/applications/mrbrain-studio.desktop
  check "metainfo" as_user sh -c 'appstreamcli validate --no-net /usr/share/metainfo/*.metainfo.xml'
  check "kinds of files" as_user sh -c 'grep -q "application/x-nifti-gzip:\*.nii.gz" /usr/share/mime/globs2 &&
    grep -q "application/x-nifti=mrbrain-studio.desktop" /usr/share/applications/mimeinfo.cache'
  check "that no default program was changed" sh -c "! dpkg-deb -c '$1' | grep -E 'mimeapps.list|defaults.list'"
  remove_and_compare "$work/desktop"
}

main() {
  local deb
  if [ $# -gt 0 ]; then deb=$(realpath "$1"); else deb=$(find_package); fi
  [ -r "$deb" ] || fail "there is no package $deb"
  install_missing debootstrap lintian python3-jsonschema
  say "the package's own scripts: none"
  [ "$(dpkg-deb --ctrl-tarfile "$deb" | tar -t | sort | tr -d '\n')" = "./control./md5sums" ] ||
    fail "the package has scripts of its own, which removing it would have to undo: look at dpkg-deb -I"
  say "lintian"
  lintian --allow-root --fail-on error --tag-display-limit 0 "$deb" >&2 || fail "lintian finds errors in $deb"
  prepare_clean_debian
  figure "the package itself (MB)" "$(awk -v bytes="$(stat -c %s "$deb")" 'BEGIN { printf "%.1f", bytes / 1e6 }')"
  check_without_anything "$deb"
  check_on_a_desktop "$deb"
  say "the package is all right"
}

in_a_world_of_its_own "$@"
main "$@"
