// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/FailureRules.h"

#include <QtGlobal>

#define MRB_NOOP(text) QT_TRANSLATE_NOOP("mrb::Text", text)

namespace mrb::backend {

namespace {

constexpr auto kFreshWeights =
    MRB_NOOP("Delete the file and download it again, then let preflight compare its hash. "
             "Upstream's own download skips a file that is already there, even a partial one.");
constexpr auto kReinstallPackages =
    MRB_NOOP("Install requirements.txt of the checkout into the chosen Python, best into a new "
             "virtual environment, and run preflight.");

/// Words of PyTorch, CUDA, MONAI, CPython and the kernel, so never translated.
constexpr FailureRule kRules[] = {
    // GPU memory
    {"gpu_out_of_memory", R"(out of memory.*Process \d+ has ([\d.]+ [GMK]iB) memory in use)",
     nullptr, MRB_NOOP("The GPU had too little free memory."),
     MRB_NOOP("Another program on the same GPU held %1 of its memory."),
     MRB_NOOP("Wait for the other program or end it, or choose another GPU; else ask for fewer "
              "voxels.")},
    {"gpu_out_of_memory",
     R"(OutOfMemoryError|CUDA out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED)",
     nullptr, MRB_NOOP("The GPU ran out of memory."),
     MRB_NOOP("Memory grows with the number of voxels: 512 × 512 × 256 needs about 30 GB."),
     MRB_NOOP("Ask for fewer voxels at the same field of view, free the GPU, or use a larger "
              "one.")},
    // GPU and driver
    {"gpu_driver_mismatch", R"([Dd]river/library version mismatch)", nullptr,
     MRB_NOOP("The loaded NVIDIA driver does not fit its library."),
     MRB_NOOP("The driver was updated while the old one is still loaded."),
     MRB_NOOP("Restart the machine.")},
    {"gpu_driver_too_old",
     R"(driver on your system is too old(?: \(found version (\d+)\))?|CUDA driver version is insufficient|forward compatibility was attempted)",
     nullptr, MRB_NOOP("The NVIDIA driver is too old for this PyTorch."),
     MRB_NOOP("PyTorch was built for a newer CUDA than the driver offers."),
     MRB_NOOP("Update the driver, or install a PyTorch built for an older CUDA.")},
    {"torch_without_cuda", R"(Torch not compiled with CUDA enabled)", nullptr,
     MRB_NOOP("PyTorch was installed without GPU support."), "",
     MRB_NOOP("Install a PyTorch built for CUDA into the chosen Python; the model has no CPU "
              "path.")},
    {"gpu_number_invalid", R"(invalid device ordinal)", nullptr,
     MRB_NOOP("The chosen GPU does not exist for the program."),
     MRB_NOOP("CUDA_VISIBLE_DEVICES or the number of GPUs asks for more than there are."),
     MRB_NOOP("Choose a GPU from the list in preflight and run again.")},
    {"no_gpu",
     R"(No CUDA GPUs are available|no CUDA-capable device is detected|Found no NVIDIA driver|CUDA driver initialization failed|CUDA unknown error)",
     nullptr, MRB_NOOP("No NVIDIA GPU was available to the program."),
     MRB_NOOP("There is none, its driver is not loaded, or CUDA_VISIBLE_DEVICES hides it."),
     MRB_NOOP("Check with nvidia-smi and preflight. The model has no CPU path; the phantom runs "
              "without a GPU.")},
    {"gpu_not_supported_by_torch", R"(no kernel image is available for execution)", nullptr,
     MRB_NOOP("This PyTorch has no code for this GPU."),
     MRB_NOOP("The GPU is older or newer than those PyTorch was built for."),
     MRB_NOOP("Install a PyTorch built for this GPU's compute capability, or use another GPU.")},
    {"gpu_library_failed",
     R"((?:CUDNN_STATUS|CUBLAS_STATUS)_\w+|Unable to find a valid cuDNN algorithm)", nullptr,
     MRB_NOOP("A CUDA library failed."),
     MRB_NOOP("Most often the GPU's memory is nearly full, or packages of different CUDA versions "
              "are mixed."),
     MRB_NOOP("Free the GPU and run again; if it stays, install PyTorch anew.")},
    {"gpu_failed", R"(CUDA error: (.+)|GPU is lost|fallen off the bus|NVML: Unknown Error)",
     nullptr, MRB_NOOP("The GPU reported an error."),
     MRB_NOOP("The hardware, its driver or another program disturbed it."),
     MRB_NOOP("Run again. If it returns, look at dmesg for Xid messages and restart the "
              "machine.")},
    // Several GPUs
    {"rank_not_set", R"(environment variable (\w+) expected, but not set)", nullptr,
     MRB_NOOP("A run on several GPUs was not started through torchrun."),
     MRB_NOOP("PyTorch found no %1 in the environment."),
     MRB_NOOP("Start it from this program with the number of GPUs, or use one GPU.")},
    {"port_in_use", R"(EADDRINUSE|[Aa]ddress already in use)", nullptr,
     MRB_NOOP("A network port for several GPUs is taken."), MRB_NOOP("Another torchrun uses it."),
     MRB_NOOP("Run again when the other run has ended.")},
    {"gpus_cannot_talk", R"(NCCL error|ncclUnhandledCudaError|ncclSystemError|ncclInternalError)",
     nullptr, MRB_NOOP("The GPUs could not talk to each other."), "",
     MRB_NOOP("Run on one GPU; a sweep uses several GPUs one run each.")},
    // Checkpoints
    {"weights_are_html", R"(invalid load key, '<')", nullptr,
     MRB_NOOP("A checkpoint is a web page, not weights."),
     MRB_NOOP("The download saved a log-in or error page under the file's name."), kFreshWeights},
    {"weights_are_a_pointer", R"(invalid load key, 'v')", nullptr,
     MRB_NOOP("A checkpoint is a Git LFS pointer, not weights."),
     MRB_NOOP("The repository was cloned without Git LFS."),
     MRB_NOOP("Download the file itself from Hugging Face, then let preflight compare its hash.")},
    {"weights_only_refused", R"(Weights only load failed|WeightsUnpickler error)", nullptr,
     MRB_NOOP("PyTorch refused to unpickle a checkpoint."),
     MRB_NOOP("Since PyTorch 2.6 files with anything but plain weights are refused by default. A "
              "file of unknown origin can run code when that is turned off."),
     MRB_NOOP("Use the published weights, whose hash preflight compares, and the packages of the "
              "checkout's requirements.txt. Do not turn the protection off.")},
    {"weights_truncated",
     R"(PytorchStreamReader failed|failed finding central directory|unexpected EOF, expected|EOFError: Ran out of input)",
     nullptr, MRB_NOOP("A checkpoint is incomplete."),
     MRB_NOOP("The download or copy of the file broke off."), kFreshWeights},
    {"weights_damaged", R"(UnpicklingError|invalid load key|Invalid magic number; corrupt file)",
     nullptr, MRB_NOOP("A checkpoint cannot be read."),
     MRB_NOOP("The file is damaged or something else than weights."), kFreshWeights},
    {"weights_of_another_model", R"(Error\(s\) in loading state_dict for (\w+))", nullptr,
     MRB_NOOP("A checkpoint does not fit the network %1."),
     MRB_NOOP("The file belongs to another model or version."),
     MRB_NOOP("Put the weights that preflight names in their place; their hashes must match.")},
    {"weights_lack_an_entry", R"(KeyError: '((?:scale_factor|\w*state_dict))')", nullptr,
     MRB_NOOP("A checkpoint has no entry \"%1\"."),
     MRB_NOOP("The file belongs to another model or version."),
     MRB_NOOP("Put the weights that preflight names in their place; their hashes must match.")},
    {"weights_missing", R"(No such file or directory: '([^']*\.(?:pt|pth|ckpt|safetensors))')",
     nullptr, MRB_NOOP("The checkpoint %1 is missing."), "",
     MRB_NOOP("Download the weights into the checkout's models folder; preflight shows which.")},
    // Disk and files
    {"disk_full", R"(Errno 28\]|No space left on device)", nullptr, MRB_NOOP("The disk is full."),
     MRB_NOOP("A volume that was being written is cut off under its final name."),
     MRB_NOOP("Free space or choose a results folder on another disk, delete this run, and run "
              "again.")},
    {"quota_exceeded", R"(Errno 122\]|Disk quota exceeded)", nullptr,
     MRB_NOOP("Your quota on this disk is used up."),
     MRB_NOOP("A volume that was being written is cut off under its final name."),
     MRB_NOOP("Delete what you no longer need, or choose a results folder elsewhere.")},
    {"output_not_writable",
     R"(^(?:PermissionError|FileNotFoundError|NotADirectoryError|OSError|FileExistsError): .*'([^']*)')",
     R"(in save_image$)", MRB_NOOP("The volume could not be written: %1."),
     MRB_NOOP("The folder does not exist any more, or you may not write there."),
     MRB_NOOP("Choose a results folder that you may write to.")},
    {"disk_read_only", R"(Errno 30\]|Read-only file system)", nullptr,
     MRB_NOOP("A file system is read-only."), "",
     MRB_NOOP("Choose a results folder on a disk that can be written.")},
    {"permission_denied", R"(^PermissionError: .*'([^']*)')", nullptr,
     MRB_NOOP("Access was denied: %1."), "",
     MRB_NOOP("Check who owns the file or folder and that you may use it.")},
    // Python and its packages
    {"checkout_module_missing", R"(No module named '?scripts(?:\.\w+)*'?)", nullptr,
     MRB_NOOP("The checkout's own code was not found."),
     MRB_NOOP("The chosen folder is incomplete or not the checkout."),
     MRB_NOOP("Check the checkout in the settings; clone it again if files are missing.")},
    {"module_missing", R"(ModuleNotFoundError: No module named '([^']+)')", nullptr,
     MRB_NOOP("The Python package %1 is not installed."),
     MRB_NOOP("The chosen Python is another one than that of the checkout, or its installation "
              "is incomplete."),
     kReinstallPackages},
    {"packages_do_not_fit",
     R"(^ImportError: |numpy\.dtype size changed|compiled using NumPy 1\.x cannot be run|cannot open shared object file|undefined symbol)",
     nullptr, MRB_NOOP("Python packages do not fit together."),
     MRB_NOOP("One was built for another version of the other, or of a system library."),
     kReinstallPackages},
    {"python_too_old", R"(^SyntaxError: )", nullptr,
     MRB_NOOP("Python could not understand the code."),
     MRB_NOOP("It is older than the code needs, or a file is damaged."),
     MRB_NOOP("Use Python 3.11 or later and an unchanged checkout.")},
    {"host_out_of_memory",
     R"(^MemoryError|can't allocate memory|Cannot allocate memory|ArrayMemoryError)", nullptr,
     MRB_NOOP("The machine ran out of memory (RAM)."), "",
     MRB_NOOP("Close other programs, or ask for fewer voxels.")},
    // The request
    {"size_not_supported", R"(Sizes of tensors must match except in dimension)", nullptr,
     MRB_NOOP("The model cannot make volumes of this size."),
     MRB_NOOP("Every dimension must be a multiple of 32."),
     MRB_NOOP("Choose dimensions that are multiples of 32, from 64 to 512 × 512 × 256.")},
    {"too_many_steps", R"(num_inference_steps`?: (\d+) should be at least 1)", nullptr,
     MRB_NOOP("The number of steps, %1, is not possible."),
     MRB_NOOP("The scheduler takes 1 to 1000 steps."),
     MRB_NOOP("Use 30, which the model is meant for.")},
    {"config_damaged", R"(JSONDecodeError: )", nullptr,
     MRB_NOOP("A configuration file is not valid JSON."), "",
     MRB_NOOP("Restore the checkout's configs folder (git status shows what changed).")},
    {"config_lacks_a_key", R"('Namespace' object has no attribute '(\w+)')", nullptr,
     MRB_NOOP("The configuration lacks the entry \"%1\"."),
     MRB_NOOP("The checkout's configs and scripts are of different versions."),
     MRB_NOOP("Use an unchanged checkout of the pinned commit.")},
    {"file_missing", R"(^FileNotFoundError: .*'([^']*)')", nullptr,
     MRB_NOOP("A file was missing: %1."), "",
     MRB_NOOP("Check the checkout in the settings; clone it again if files are missing.")},
    // A rank that a signal ended, as torchrun tells it
    {"killed", R"(Signal 9 \(SIGKILL\) received by PID)", nullptr,
     MRB_NOOP("The program of one GPU was killed."),
     MRB_NOOP("Most often by the kernel because the machine ran out of memory (RAM)."),
     MRB_NOOP("Look at dmesg; close other programs or use fewer GPUs at once.")},
};

constexpr SignalRule kSignals[] = {
    {9, "killed", MRB_NOOP("The program was killed (signal 9)."),
     MRB_NOOP("Somebody did it, or the kernel because the machine ran out of memory (RAM)."),
     MRB_NOOP("Look at dmesg for \"Out of memory\"; close other programs, or ask for fewer "
              "voxels.")},
    {15, "terminated", MRB_NOOP("The program was asked to end (signal 15)."),
     MRB_NOOP("Somebody, a scheduler or the machine's shutdown asked."), MRB_NOOP("Run again.")},
    {1, "terminated", MRB_NOOP("The program's session ended (signal 1)."), "",
     MRB_NOOP("Run again.")},
    {2, "terminated", MRB_NOOP("The program was interrupted (signal 2)."), "",
     MRB_NOOP("Run again.")},
    {11, "crashed", MRB_NOOP("The program crashed (signal 11, invalid memory access)."),
     MRB_NOOP("Native code of a package failed; mixed versions are a usual reason."),
     kReinstallPackages},
    {6, "crashed", MRB_NOOP("The program aborted (signal 6)."),
     MRB_NOOP("Native code of a package stopped it; the log's end often says why."),
     kReinstallPackages},
    {7, "bus_error", MRB_NOOP("The program crashed (signal 7, bus error)."),
     MRB_NOOP("A file shrank while it was used, the disk or /dev/shm is full, or memory failed."),
     MRB_NOOP("Check the free space and the weights' hashes in preflight, then run again.")},
    {4, "crashed", MRB_NOOP("The program used an instruction this processor lacks (signal 4)."),
     MRB_NOOP("A package was built for a newer processor."), kReinstallPackages},
};

} // namespace

std::span<const FailureRule> failureRules()
{
    return kRules;
}

std::span<const SignalRule> signalRules()
{
    return kSignals;
}

} // namespace mrb::backend
