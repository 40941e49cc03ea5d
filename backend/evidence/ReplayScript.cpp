// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/evidence/ReplayScript.h"

#include "backend/base/Text.h"
#include "backend/contract/Keys.h"
#include "backend/evidence/EvidencePack.h"
#include "backend/library/RecordedCommand.h"
#include "backend/library/StoredRun.h"
#include "backend/request/StagedConfigs.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mrb::backend {

namespace {

constexpr std::int64_t kMostGpus = 1024;

bool isHex(const std::string &text, std::size_t digits)
{
    return text.size() == digits && std::ranges::all_of(text, [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

/// "sha256  path" of every checkpoint as the run found it.
std::string weightSums(const Json &result)
{
    const Json *files = valueAt(result, {"invocation", "model_inventory", "files"});
    std::string sums;
    if (!files || !files->is_array())
        return sums;
    for (const Json &file : *files) {
        const std::string path = textAt(file, {"path"}).toStdString();
        const std::string hash = textAt(file, {"sha256"}).toStdString();
        if (isPlainPath(path) && isHex(hash, 64))
            sums.append(hash).append("  ").append(path).append("\n");
    }
    return sums;
}

struct Facts
{
    std::int64_t gpus = 1;
    bool phantom = false;
    bool warm = false;
    std::string commit; ///< empty when the record has none
    std::string sums;
    RecordedCommand command;
};

Facts factsOf(const Json &result)
{
    Facts facts;
    facts.gpus =
        std::clamp<std::int64_t>(integerAt(result, {"run", "num_gpus"}).value_or(1), 1, kMostGpus);
    facts.phantom = textAt(result, {"engine"}) == u"phantom";
    facts.warm = textAt(result, {"invocation", "launch"}) == u"warm";
    facts.commit = textAt(result, {"invocation", "upstream_commit"}).toStdString();
    if (!isHex(facts.commit, 40))
        facts.commit.clear();
    facts.sums = weightSums(result);
    facts.command = recordedCommand(valueAt(result, {"invocation", "command"}));
    return facts;
}

/// Every placeholder by its value.
std::string filled(std::string text,
                   const std::vector<std::pair<std::string_view, std::string>> &values)
{
    for (const auto &[name, value] : values)
        for (std::size_t at = text.find(name); at != std::string::npos;
             at = text.find(name, at + value.size()))
            text.replace(at, name.size(), value);
    return text;
}

constexpr const char *kHead = R"SH(#!/bin/sh
# Runs the request of this record again. Research and engineering only; never for clinical use.
#
#   sh replay.sh mrbrain [OUT_DIR [OPTION...]]
#       with MR Brain Studio ($MRBRAIN, else mrbrain on the PATH), which checks, measures and judges;
#       options go to mrbrain generate, as --yes or --allow-weights
#   sh replay.sh upstream [OUT_DIR]
#       with nothing but the documented upstream command
#
# NV_GENERATE_ROOT names the checkout with its weights, PYTHON an interpreter with its packages.
# To compare what comes out with this record: mrbrain reproduce, or sha256sum of the volumes.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
way=mrbrain
case ${1:-} in
mrbrain | upstream)
  way=$1
  shift
  ;;
-*)
  sed -n '2,12p' "$0"
  exit 2
  ;;
esac
out=${1:-replay-$$}
[ $# -eq 0 ] || shift
case $out in
/*) ;;
*) out=$PWD/$out ;;
esac
gpus=@GPUS@
)SH";

constexpr const char *kWarm = R"SH(
# The record was a warm start: its interpreter had imported the packages before the run was asked for.
# What follows starts as documented, which makes the same volumes.
)SH";

constexpr const char *kMrbrain = R"SH(
if [ "$way" = mrbrain ]; then
  exec "${MRBRAIN:-mrbrain}" generate "$here/@SETTINGS@" --num-gpus "$gpus" --output-dir "$out" \
    ${PYTHON:+--python "$PYTHON"} "$@"
fi
)SH";

// There is no upstream command that draws one.
constexpr const char *kPhantom = R"SH(
echo 'This record is a demo phantom, not model output.' >&2
if [ "$way" = mrbrain ]; then
  exec "${MRBRAIN:-mrbrain}" generate "$here/@SETTINGS@" --engine phantom --output-dir "$out" \
    ${PYTHON:+--python "$PYTHON"} "$@"
fi
echo 'A demo phantom is drawn by mrbrain alone; upstream has no command for it.' >&2
exit 2
)SH";

constexpr const char *kSurroundings = R"SH(
root=${NV_GENERATE_ROOT:?set it to the checkout of NV-Generate-CTMR}
root=$(CDPATH='' cd -- "$root" && pwd)
python=${PYTHON:-python3}
)SH";

constexpr const char *kCommit = R"SH(
commit=@COMMIT@
found=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
if [ "$found" != "$commit" ] && [ "${REPLAY_ANY_CHECKOUT:-}" != yes ]; then
  echo "The checkout is at $found, the record's was at $commit." >&2
  echo 'Check that commit out, or set REPLAY_ANY_CHECKOUT=yes to go on.' >&2
  exit 2
fi
)SH";

constexpr const char *kWeights = R"SH(
# Loading a checkpoint can execute code: these are the hashes of those the record was made with.
if [ "${REPLAY_ANY_WEIGHTS:-}" != yes ] && ! (cd "$root" && sha256sum -c - >&2) <<'SUMS'
@SUMS@SUMS
then
  echo 'These are not the weights of the record. Set REPLAY_ANY_WEIGHTS=yes to go on.' >&2
  exit 2
fi
)SH";

constexpr const char *kStaging = R"SH(
# The staged documents, with this machine's folders in them. A folder is never used twice.
mkdir -p "$out"
mkdir "$out/@STAGED@"
"$python" - "$here/@STAGED@" "$out" "$root" <<'PYTHON'
import json
import os
import pathlib
import sys

staged, out, root = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def here(value):
    if isinstance(value, dict):
        return {key: here(member) for key, member in value.items()}
    if isinstance(value, list):
        return [here(member) for member in value]
    if isinstance(value, str):
        return value.replace("<run>", out).replace("<upstream>", root)
    return value


for name in ("@MODEL@", "@ENVIRONMENT@"):
    document = here(json.loads((staged / name).read_text(encoding="utf-8")))
    if name == "@ENVIRONMENT@":
        document["@OUTPUT_DIR@"] = out
        weights = (os.path.join(document["@MODEL_DIR@"], document["@MODEL_FILE@"]),
                   document["@AUTOENCODER@"])
        loaded = {os.path.relpath(os.path.join(root, path), root) for path in weights}
        compared = set("""@SUMS@""".split())
        if compared and not loaded <= compared:
            sys.exit("The staged document names other weights than those that were compared.")
    target = pathlib.Path(out) / staged.name / name
    target.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
PYTHON
)SH";

constexpr const char *kUpstream = R"SH(
cd "$root"
export PYTHONUNBUFFERED=1 MONAI_DATA_DIRECTORY="$root/temp_work_dir"
export PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:128,expandable_segments:True
if [ "$gpus" -gt 1 ]; then
  exec "$python" -m torch.distributed.run --standalone --nproc_per_node "$gpus" -m @MODULE@ \
    -t "./@NETWORK@" -e "$out/@STAGED@/@ENVIRONMENT@" -c "$out/@STAGED@/@MODEL@" -g "$gpus"
fi
exec "$python" -m @MODULE@ \
  -t "./@NETWORK@" -e "$out/@STAGED@/@ENVIRONMENT@" -c "$out/@STAGED@/@MODEL@"
)SH";

constexpr const char *kNoCommand = R"SH(
echo 'This record does not say how upstream was called.' >&2
exit 2
)SH";

} // namespace

std::string replayScript(const Json &result)
{
    const Facts facts = factsOf(result);
    std::string text = kHead;
    if (facts.warm)
        text += kWarm;
    text += facts.phantom ? kPhantom : kMrbrain;
    if (!facts.phantom && !facts.command.isComplete()) {
        text += kNoCommand;
    } else if (!facts.phantom) {
        text += kSurroundings;
        if (!facts.commit.empty())
            text += kCommit;
        if (!facts.sums.empty())
            text += kWeights;
        text += std::string(kStaging) + kUpstream;
    }
    return filled(std::move(text),
                  {{"@GPUS@", std::to_string(facts.gpus)},
                   {"@SETTINGS@", pack_file::kSettings},
                   {"@COMMIT@", facts.commit},
                   {"@SUMS@", facts.sums},
                   {"@STAGED@", kStagedFolder},
                   {"@MODULE@", facts.command.module},
                   {"@NETWORK@", facts.command.networkConfig},
                   {"@MODEL@", facts.command.modelConfig},
                   {"@ENVIRONMENT@", facts.command.environmentConfig},
                   {"@OUTPUT_DIR@", std::string(contract::environment_config::kOutputFolder)},
                   {"@MODEL_DIR@", std::string(contract::environment_config::kModelFolder)},
                   {"@MODEL_FILE@", std::string(contract::environment_config::kModelFile)},
                   {"@AUTOENCODER@", std::string(contract::environment_config::kAutoencoderPath)}});
}

} // namespace mrb::backend
