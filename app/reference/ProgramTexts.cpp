// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/reference/ProgramTexts.h"

namespace mrb::reference {

namespace {

const Entry kRoot{"NV_GENERATE_ROOT",
                  "The checkout of NV-Generate-CTMR, where no option or setting names one."};
const Entry kVirtualEnv{"VIRTUAL_ENV",
                        "The Python environment whose interpreter runs the model, where neither an "
                        "option or a setting names one nor the checkout has a .venv."};
const Entry kGpus{"CUDA_VISIBLE_DEVICES", "The GPUs that a run may use."};
const Entry kCacheHome{"XDG_CACHE_HOME", "In place of ~/.cache."};
const Entry kConfigHome{"XDG_CONFIG_HOME", "In place of ~/.config."};
const Entry kDataHome{"XDG_DATA_HOME", "In place of ~/.local/share."};

const Entry kProxy{"https_proxy",
                   "The proxy through which the set-up of the model clones and downloads; "
                   "no_proxy and the others of this kind count as well."};
const Entry kHub{"HF_HOME", "In place of ~/.cache/huggingface, where the set-up finds your token."};

const Entry kSetupLogs{"~/.cache/mrbrain/setup", "Logs of the set-up of the model."};
const Entry kHashes{"~/.cache/mrbrain/weights-sha256.json",
                    "The hashes of weights that did not change since they were computed."};
const Entry kRunRecord{"RUN_DIR/result.json, RUN_DIR/run.json",
                       "What a run was asked for, made and was judged as; and its journal."};
const Entry kRunLogs{"RUN_DIR/logs/stdout.log, RUN_DIR/logs/stderr.log",
                     "All that the model printed."};
const Entry kRunReport{"RUN_DIR/report", "The report document, once it was made."};

} // namespace

std::vector<std::string> mrbrainIntroduction()
{
    return {"Runs the documented command of NVIDIA's NV-Generate-CTMR with your "
            "overrides, reads the volumes strictly, measures them and evaluates the gates of a "
            "skill manifest. It does not change the checkout of the model.",
            "Standard output carries one JSON document and nothing else (but for --help, "
            "--version, and modalities, diagnostics and diff without --json). Words are on "
            "standard error.",
            "Volumes are synthetic, for research and engineering only, never for clinical use."};
}

std::vector<Entry> mrbrainEnvironment()
{
    return {kRoot, kVirtualEnv, kGpus, kCacheHome, kProxy, kHub};
}

std::vector<Entry> mrbrainFiles()
{
    return {{"./mrbrain-runs", "Folders of runs, where --output-dir names none."},
            kRunRecord,
            kRunLogs,
            kRunReport,
            kHashes,
            kSetupLogs};
}

std::vector<std::string> studioIntroduction()
{
    return {"A window with a form for the model, a queue of runs that survives crashes, a viewer "
            "for NIfTI, NRRD and MetaImage volumes, reports, and a gallery of all runs with "
            "ratings. Help in the window leads through it; H shows every key.",
            "Volumes are opened, and the first one is shown. The folder of a run, or its "
            "result.json or run.json, is shown with its volume and report; a bundle is verified; "
            "any other JSON document fills the form.",
            "Volumes are synthetic, for research and engineering only, never for clinical use."};
}

std::vector<Entry> studioExitCodes()
{
    return {{"0", "the window was closed, or what was asked for holds"},
            {"1", "the command line was wrong, or what was asked for does not hold"}};
}

std::vector<Entry> studioEnvironment()
{
    return {kRoot, kVirtualEnv, kGpus, kConfigHome, kDataHome, kCacheHome, kProxy, kHub};
}

std::vector<Entry> studioFiles()
{
    return {{"~/.config/mrbrain/studio.ini", "Settings, layout and recent files."},
            {"~/.config/mrbrain/presets", "Settings of the form that were kept under a name."},
            {"~/.local/share/mrbrain/queue", "The queue: what waits, and what became of runs."},
            kRunRecord,
            kRunLogs,
            {"RUN_DIR/review.json", "What a person said of a run."},
            kRunReport,
            kHashes,
            kSetupLogs};
}

} // namespace mrb::reference
