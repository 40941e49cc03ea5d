// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/RuleTables.h"

namespace mrb::backend {

namespace {

using enum FailureGroup;

constexpr auto kFreshWeights =
    MRB_NOOP("Delete the file and download it again, then let preflight compare its hash. "
             "Upstream's own download skips a file that is already there, even a partial one.");
constexpr auto kOtherWeights =
    MRB_NOOP("Put the weights that preflight names in their place; their hashes must match.");

constexpr FailureRule kRules[] = {
    // Weights
    {Weights, "weights_are_html", R"(invalid load key, '<')", nullptr,
     MRB_NOOP("A checkpoint is a web page, not weights."),
     MRB_NOOP("The download saved a log-in or error page under the file's name."), kFreshWeights},
    {Weights, "weights_are_a_pointer", R"(invalid load key, 'v')", nullptr,
     MRB_NOOP("A checkpoint is a Git LFS pointer, not weights."),
     MRB_NOOP("The repository was cloned without Git LFS."),
     MRB_NOOP("Download the file itself from Hugging Face, then let preflight compare its hash.")},
    {Weights, "weights_only_refused", R"(Weights only load failed|WeightsUnpickler error)", nullptr,
     MRB_NOOP("PyTorch refused to unpickle a checkpoint."),
     MRB_NOOP("Since PyTorch 2.6 files with anything but plain weights are refused by default. A "
              "file of unknown origin can run code when that is turned off."),
     MRB_NOOP("Use the published weights, whose hash preflight compares, and the packages of the "
              "checkout's requirements.txt. Do not turn the protection off.")},
    {Weights, "weights_truncated",
     R"(PytorchStreamReader failed (?!locating)|failed finding central directory|unexpected EOF, expected|EOFError: Ran out of input|pickle data was truncated)",
     nullptr, MRB_NOOP("A checkpoint is incomplete."),
     MRB_NOOP("The download or copy of the file broke off."), kFreshWeights},
    {Weights, "weights_damaged",
     R"(UnpicklingError|invalid load key|Invalid magic number; corrupt file|PytorchStreamReader failed locating)",
     nullptr, MRB_NOOP("A checkpoint cannot be read."),
     MRB_NOOP("The file is damaged or something else than weights."), kFreshWeights},
    {Weights, "weights_need_other_code", R"(Can't get attribute '([^']{1,200})' on <module)",
     nullptr, MRB_NOOP("A checkpoint needs code that is not installed: %1."),
     MRB_NOOP("The file holds objects of another program, not plain weights."), kOtherWeights},
    {Weights, "weights_of_another_model", R"(Error\(s\) in loading state_dict for (\w+))", nullptr,
     MRB_NOOP("A checkpoint does not fit the network %1."),
     MRB_NOOP("The file belongs to another model or version."), kOtherWeights},
    {Weights, "weights_lack_an_entry", R"(KeyError: '(scale_factor|\w*state_dict)')", nullptr,
     MRB_NOOP("A checkpoint has no entry \"%1\"."),
     MRB_NOOP("The file belongs to another model or version."), kOtherWeights},
    {Weights, "weights_missing",
     R"(No such file or directory: '([^']*\.(?:pt|pth|ckpt|safetensors))')", nullptr,
     MRB_NOOP("The checkpoint %1 is missing."), "",
     MRB_NOOP("Download the weights into the checkout's models folder; preflight shows which.")},
    // Disk and files
    {DiskAndFiles, "no_temporary_folder", R"(No usable temporary directory found)", nullptr,
     MRB_NOOP("No folder for temporary files can be written to."),
     MRB_NOOP("Its disk is full, or TMPDIR names a folder that is not there."),
     MRB_NOOP("Free space there, or set TMPDIR to a folder that you may write to.")},
    {DiskAndFiles, "disk_full", R"(Errno 28\]|No space left on device)", nullptr,
     MRB_NOOP("The disk is full."),
     MRB_NOOP("A volume that was being written is cut off under its final name."),
     MRB_NOOP("Free space or choose a results folder on another disk, delete this run, and run "
              "again.")},
    {DiskAndFiles, "quota_exceeded", R"(Errno 122\]|Disk quota exceeded)", nullptr,
     MRB_NOOP("Your quota on this disk is used up."),
     MRB_NOOP("A volume that was being written is cut off under its final name."),
     MRB_NOOP("Delete what you no longer need, or choose a results folder elsewhere.")},
    {DiskAndFiles, "file_system_failed", R"(Errno (?:5|19|103|107|112|116|121)\])", nullptr,
     MRB_NOOP("A disk or network drive stopped answering."),
     MRB_NOOP("It was disconnected, its server is gone, or the disk is failing."),
     MRB_NOOP("Check the drive (dmesg, df), or choose folders on a disk of this machine; then run "
              "again.")},
    {DiskAndFiles, "too_many_files", R"(Errno 2[34]\]|Too many open files)", nullptr,
     MRB_NOOP("Too many files were open."),
     MRB_NOOP("The limit of this session or of the machine is low."),
     MRB_NOOP("Raise it before you start this program: ulimit -n 4096.")},
    {DiskAndFiles, "name_too_long", R"(Errno 36\]|File name too long)", nullptr,
     MRB_NOOP("A file name was too long."),
     MRB_NOOP("Upstream adds about 100 characters to the prefix; file systems take 255."),
     MRB_NOOP("Choose a shorter output_prefix or results folder.")},
    {DiskAndFiles, "output_not_writable",
     R"(^(?:PermissionError|FileNotFoundError|NotADirectoryError|OSError|FileExistsError): .*'([^']*)')",
     R"(in save_image$)", MRB_NOOP("The volume could not be written: %1."),
     MRB_NOOP("The folder does not exist any more, or you may not write there."),
     MRB_NOOP("Choose a results folder that you may write to.")},
    {DiskAndFiles, "disk_read_only", R"(Errno 30\]|Read-only file system)", nullptr,
     MRB_NOOP("A file system is read-only."),
     MRB_NOOP("It was mounted so, or the system stopped writing to it after errors."),
     MRB_NOOP("Choose a results folder on a disk that can be written.")},
    {DiskAndFiles, "permission_denied", R"(^PermissionError: .*'([^']*)')", nullptr,
     MRB_NOOP("Access was denied: %1."), "",
     MRB_NOOP("Check who owns the file or folder and that you may use it."),
     RuleWeight::OftenHandled},
};

} // namespace

std::span<const FailureRule> fileRules()
{
    return kRules;
}

} // namespace mrb::backend
