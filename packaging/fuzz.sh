#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the readers of bytes that come from outside: fuzz.sh [SECONDS_PER_TARGET] [TARGET...]
# (default 300 seconds for each of all targets). Installs what is missing, builds the targets with
# clang's libFuzzer and both sanitizers, and starts from the seeds and from the corpus of earlier
# calls (build/fuzz/corpus). An input that breaks something is left in tests/fuzz/regressions, where
# every later test run tries it again; the exit code is then 1.
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

fuzz_packages=(
  clang libclang-rt-dev cmake ninja-build git
  qt6-base-dev nlohmann-json3-dev libyaml-cpp-dev libssl-dev libisal-dev libarchive-dev
)
tests=$repository/tests/fuzz
folder=$repository/build/fuzz

seconds=300
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for source in "$tests"/fuzz_*.cpp; do
    name=$(basename "$source" .cpp)
    targets+=("${name#fuzz_}")
  done
fi
for target in "${targets[@]}"; do
  [ -f "$tests/fuzz_$target.cpp" ] || fail "no fuzz target is called $target; see tests/fuzz"
done

install_missing "${fuzz_packages[@]}"
build fuzz fuzz_targets

# Some targets write small files: in memory where there is room, and gone at the end in any case.
TMPDIR=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)" mrb-fuzz-XXXXXX)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

# figure LOG NAME: the last value of a statistic such as "cov:" or "stat::number_of_executed_units:".
figure() {
  awk -v name="$2" '{ for (i = 1; i < NF; i++) if ($i == name) value = $(i + 1) }
    END { print value + 0 }' "$1"
}

# fuzz TARGET: prints one line about it; fails after a finding.
fuzz() {
  local target=$1 status=0 options=() log=$folder/fuzz-$1.log regressions=$tests/regressions/$1
  mkdir -p "$folder/corpus/$target" "$regressions"
  [ -f "$tests/dictionaries/$target.dict" ] && options+=("-dict=$tests/dictionaries/$target.dict")
  # A refusal that needs more memory or time than this is a finding, too.
  "$folder/tests/bin/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -malloc_limit_mb=256 -max_len=4096 -print_final_stats=1 -artifact_prefix="$regressions/" \
    "${options[@]}" "$folder/corpus/$target" "$tests/seeds/$target" "$regressions" \
    >"$log" 2>&1 || status=$?
  rmdir --ignore-fail-on-non-empty "$regressions"
  if [ "$status" -ne 0 ]; then
    grep -v '^#' "$log" | tail -n 60 >&2
    echo "$target: a finding, see ${log#"$repository/"}"
    return 1
  fi
  echo "$target: no finding in $(figure "$log" stat::number_of_executed_units:) executions," \
    "$(figure "$log" cov:) branches, $(figure "$log" ft:) features"
}

say "fuzzing ${#targets[@]} targets for $seconds seconds each"
findings=0
for target in "${targets[@]}"; do
  fuzz "$target" || findings=$((findings + 1))
done
[ "$findings" -eq 0 ] || fail "$findings targets have findings; mend them and keep their inputs"
