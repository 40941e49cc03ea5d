# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # repository and the like are common.sh's
# Sourced by check-deb.sh: a Debian 12 that nobody installed anything in, and what is in it.

release=bookworm
cache="$repository/build/check-deb"
base="$cache/$release.tar"

work="$cache/work"
root="$work/debian"

# in_a_world_of_its_own ARGUMENTS...: starts the script again, as root, with mounts and processes of
# its own, and returns in that one only. However it ends, the kernel ends and unmounts all of them.
in_a_world_of_its_own() {
  [ "${MRB_OWN_WORLD:-}" = yes ] && return
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      fail "installing into a clean Debian needs root, and there is no sudo; run as root: $0"
    exec sudo env MRB_MIRROR="${MRB_MIRROR:-}" MRB_FRESH="${MRB_FRESH:-}" "${BASH_SOURCE[-1]}" "$@"
  fi
  command -v unshare >/dev/null || fail "unshare (Debian's util-linux) is missing"
  mkdir -p "$cache"
  exec 9>"$cache/lock" # held by whatever is started from here, too
  flock --timeout 30 9 || fail "another check-deb.sh is at work in $cache"
  rm -rf --one-file-system "$work" # of one that was killed
  mkdir "$work"
  local child status=0
  MRB_OWN_WORLD=yes setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child \
    "${BASH_SOURCE[-1]}" "$@" &
  child=$!
  trap 'kill -KILL "$child"' INT TERM HUP
  wait "$child" || status=$?
  exec 9>&-
  # Once the last of its processes is gone, and with it its mounts.
  flock "$cache/lock" rm -rf --one-file-system "$work"
  exit "$status"
}

mount_debian() {
  mount -t proc proc "$root/proc"
  mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
  # Fetched once for all checks.
  mkdir -p "$cache/archives/partial"
  mount --bind "$cache/archives" "$root/var/cache/apt/archives"
}

umount_debian() {
  local place
  for place in proc dev/shm var/cache/apt/archives; do
    if mountpoint -q "$root/$place"; then
      umount "$root/$place" || umount -l "$root/$place"
    fi
  done
}

in_debian() { chroot "$root" /usr/bin/env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }

# The mirrors of this machine that have Debian 12, as lines of a sources.list.
sources() {
  if [ -n "${MRB_MIRROR:-}" ]; then
    echo "deb $MRB_MIRROR $release main"
    return
  fi
  # shellcheck disable=SC2016 # apt's own names
  apt-get indextargets --format '$(ORIGIN)|deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    sed -n "s/^Debian|\(deb [^ ]* $release\(-updates\|-security\)\? main\)\$/\1/p" | sort -u
}

# debootstrap's only mirror.
mirror() { sources | sed -n "s/^deb \([^ ]*\) $release main\$/\1/p" | head -n 1; }

# How this machine reaches its mirrors.
apt_settings() {
  apt-config dump --format '%F "%v";%n' |
    grep -E '^Acquire::((https?|ftp)::(Proxy|CaInfo|Verify)|Check-Valid-Until |Check-Date |Retries )' || true
}

prepare_clean_debian() {
  local proxy
  [ -n "$(mirror)" ] || fail "this machine's apt knows no mirror of Debian 12; name one: MRB_MIRROR=URL"
  [ -z "${MRB_FRESH:-}" ] || rm -f "$base"
  [ -f "$base" ] && return
  say "making a clean Debian 12"
  proxy=$(apt-config dump --format '%v' Acquire::http::Proxy)
  run_step "debootstrap" env ${proxy:+http_proxy="$proxy"} debootstrap --variant=minbase "$release" "$root" "$(mirror)"
  sources >"$root/etc/apt/sources.list"
  apt_settings >"$root/etc/apt/apt.conf.d/00machine"
  chroot "$root" useradd --create-home --shell /bin/bash researcher
  tar -C "$root" -cf "$base.new" .
  mv "$base.new" "$base"
  rm -rf --one-file-system "$root"
}

# The clean Debian in $root, in place of the one before.
unpack_clean_debian() {
  umount_debian
  rm -rf --one-file-system "$root"
  mkdir "$root"
  tar -C "$root" -xpf "$base"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  mount_debian
  run_step "apt-get update" in_debian apt-get update
  # Else a dependency may bring a newer version of what is there.
  run_step "apt-get upgrade" in_debian apt-get upgrade -y --no-install-recommends
}

# Every file with kind, permissions, owner and content. Left out is what packages do not own:
# - the user's own folder, mounts, and /run, which every start of a system empties;
# - accounts: those that packages make for their services stay, by Debian's policy (this package makes
#   none: it has no scripts, which is checked);
# - apt's and dpkg's memory of what was done: lists, archives, logs, states and their old copies;
# - what is made anew from the files that are there (caches of the linker, debconf and manual pages).
list_files() {
  (
    cd "$root" || exit
    find . \( -path ./proc -o -path ./dev/shm -o -path ./home/researcher -o -path ./run -o -path ./var/cache/apt \
      -o -path ./var/lib/apt -o -path ./var/log -o -path ./var/cache/debconf \
      -o -path ./var/cache/ldconfig -o -path ./var/cache/man -o -path './var/lib/dpkg/*-old' -o -path ./var/lib/dpkg/status \
      -o -path ./var/lib/dpkg/available -o -path ./var/lib/dpkg/lock \
      -o -path ./var/lib/dpkg/triggers -o -path ./etc/ld.so.cache \
      -o -path './etc/group*' -o -path './etc/gshadow*' -o -path './etc/passwd*' \
      -o -path './etc/shadow*' -o -path './etc/subuid*' -o -path './etc/subgid*' \) -prune \
      -o -printf '%p %M %u:%g %l\n' -type f -fprint0 "$work/contents"
    xargs -0 sha256sum <"$work/contents"
  ) | sort
}
