// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/RuleTables.h"

namespace mrb::backend {

namespace {

using enum FailureGroup;

constexpr FailureRule kRules[] = {
    // Memory
    {Memory, "gpu_out_of_memory",
     R"(out of memory.{0,600}Process \d+ has ([\d.]+ [GMK]iB) memory in use)", nullptr,
     MRB_NOOP("The GPU had too little free memory."),
     MRB_NOOP("Another program on the same GPU held %1 of its memory."),
     MRB_NOOP("Wait for the other program or end it, or choose another GPU; else ask for fewer "
              "voxels.")},
    {Memory, "gpu_out_of_memory",
     R"(OutOfMemoryError|CUDA out of memory|CUDA (?:driver )?error: out of memory|Cuda failure (?:\d+ )?'out of memory'|(?:CUBLAS|CUDNN)_STATUS_ALLOC_FAILED)",
     nullptr, MRB_NOOP("The GPU ran out of memory."),
     MRB_NOOP("Memory grows with the number of voxels: 512 × 512 × 256 needs about 30 GB."),
     MRB_NOOP("Ask for fewer voxels at the same field of view, free the GPU, or use a larger "
              "one.")},
    // GPU and driver
    {GpuAndDriver, "gpu_driver_mismatch",
     R"([Dd]river/library version mismatch|unsupported display driver / cuda driver combination|forward compatibility was attempted)",
     nullptr, MRB_NOOP("The loaded NVIDIA driver does not fit its library."),
     MRB_NOOP("The driver was updated while the old one is still loaded, or a container brings the "
              "library of another driver."),
     MRB_NOOP("Restart the machine; in a container, remove its CUDA compatibility libraries.")},
    {GpuAndDriver, "gpu_driver_too_old",
     R"(driver on your system is too old|CUDA driver version is insufficient|PTX was compiled with an unsupported toolchain)",
     nullptr, MRB_NOOP("The NVIDIA driver is too old for this PyTorch."),
     MRB_NOOP("PyTorch was built for a newer CUDA than the driver offers."),
     MRB_NOOP("Update the driver, or install a PyTorch built for an older CUDA.")},
    {GpuAndDriver, "torch_without_cuda", R"(Torch not compiled with CUDA enabled)", nullptr,
     MRB_NOOP("PyTorch was installed without GPU support."), "",
     MRB_NOOP("Install a PyTorch built for CUDA into the chosen Python; the model has no CPU "
              "path.")},
    {GpuAndDriver, "gpu_number_invalid",
     R"(invalid device ordinal|Attempting to deserialize object on CUDA device \d)", nullptr,
     MRB_NOOP("The chosen GPU does not exist for the program."),
     MRB_NOOP("CUDA_VISIBLE_DEVICES or the number of GPUs asks for more than there are. A GPU in "
              "MIG mode shows a program one slice only."),
     MRB_NOOP("Choose a GPU from the list in preflight and run again.")},
    {GpuAndDriver, "gpu_not_initialised",
     R"(CUDA unknown error|CUDA error: (?:unknown|initialization) error|device >= 0 && device < num_gpus)",
     nullptr, MRB_NOOP("CUDA could not be started on the GPU."),
     MRB_NOOP("The driver is in a bad state, most often after the machine slept or after an "
              "update; or a container lacks the device /dev/nvidia-uvm."),
     MRB_NOOP("Restart the machine, or reload the driver: sudo modprobe -r nvidia_uvm && sudo "
              "modprobe nvidia_uvm.")},
    {GpuAndDriver, "gpu_fabric_not_ready", R"(system not yet initialized)", nullptr,
     MRB_NOOP("The links between this machine's GPUs are not ready."),
     MRB_NOOP("Machines with NVSwitch need the service nvidia-fabricmanager in the version of the "
              "driver."),
     MRB_NOOP("Have the administrator install or start nvidia-fabricmanager, then run again.")},
    {GpuAndDriver, "no_gpu",
     R"(No CUDA GPUs are available|no CUDA-capable device is detected|Found no NVIDIA driver|CUDA driver initialization failed|torch\.cuda\.is_available\(\) is False|libcuda\.so\S*: cannot open shared object)",
     nullptr, MRB_NOOP("No NVIDIA GPU was available to the program."),
     MRB_NOOP("There is none, its driver is not loaded, CUDA_VISIBLE_DEVICES hides it, or a "
              "container was started without it."),
     MRB_NOOP("Check with nvidia-smi and preflight. The model has no CPU path; the phantom runs "
              "without a GPU.")},
    {GpuAndDriver, "gpu_busy", R"(CUDA-capable devices?(?:\(s\))? (?:are|is/are) busy)", nullptr,
     MRB_NOOP("The GPU was not free."),
     MRB_NOOP("It is set to one program at a time (exclusive compute mode) and another one uses "
              "it, or the scheduler did not give it to this job."),
     MRB_NOOP("Wait for the other program or choose another GPU; nvidia-smi shows the compute "
              "mode and who uses it.")},
    {GpuAndDriver, "gpu_not_supported_by_torch",
     R"(no kernel image is available for execution|invalid value for --gpu-architecture)", nullptr,
     MRB_NOOP("This PyTorch has no code for this GPU."),
     MRB_NOOP("The GPU is older or newer than those PyTorch was built for."),
     MRB_NOOP("Install a PyTorch built for this GPU's compute capability, or use another GPU.")},
    {GpuAndDriver, "gpu_operation_not_supported",
     R"(CUDA (?:driver )?error: operation not supported)", nullptr,
     MRB_NOOP("The GPU or its driver lacks something that PyTorch needs."),
     MRB_NOOP("Runs use PyTorch's expandable memory segments, which virtual GPUs (vGPU) may not "
              "offer; older drivers lack other things."),
     MRB_NOOP("Update the driver, have unified memory enabled for the virtual GPU, or use another "
              "GPU.")},
    {GpuAndDriver, "gpu_memory_faulty", R"(uncorrectable (?:ECC|NVLink) error)", nullptr,
     MRB_NOOP("The GPU's hardware reported an error that it could not correct."),
     MRB_NOOP("A part of its memory or of its links is faulty."),
     MRB_NOOP("Restart the machine. If it returns, use another GPU and have this one checked "
              "(nvidia-smi -q -d ECC).")},
    {GpuAndDriver, "gpu_check_failed", R"(device-side assert triggered)", nullptr,
     MRB_NOOP("A check in the GPU's code failed."),
     MRB_NOOP("A value was out of range, most often a modality that the weights do not know."),
     MRB_NOOP("Use the published weights with a modality from the list.")},
    {GpuAndDriver, "gpu_launch_timed_out", R"(the launch timed out and was terminated)", nullptr,
     MRB_NOOP("The GPU was stopped because one computation took too long."),
     MRB_NOOP("It drives a screen too, and the system ends long computations there."),
     MRB_NOOP("Use a GPU without a screen, or ask for fewer voxels.")},
    {GpuAndDriver, "cudnn_does_not_fit",
     R"(cuDNN version (?:incompatibility|mismatch)|Could not load library libcudnn|Unable to load any of \{?libcudnn|Could not load symbol cudnn)",
     nullptr, MRB_NOOP("The library cuDNN does not fit PyTorch."),
     MRB_NOOP("LD_LIBRARY_PATH leads to another one than that which PyTorch brought."),
     MRB_NOOP("Start this program without LD_LIBRARY_PATH, or take the other cuDNN out of it.")},
    {GpuAndDriver, "gpu_library_failed",
     R"((?:CUDNN_STATUS|CUBLAS_STATUS)_\w+|Unable to find a valid cuDNN algorithm|unable to find an engine to execute this computation)",
     nullptr, MRB_NOOP("A CUDA library failed."),
     MRB_NOOP("Most often the GPU's memory is nearly full, or packages of different CUDA versions "
              "are mixed."),
     MRB_NOOP("Free the GPU and run again; if it stays, install PyTorch anew.")},
    {GpuAndDriver, "gpu_failed",
     R"(CUDA (?:driver )?error: |GPU is lost|fallen off the bus|NVML: Unknown Error)", nullptr,
     MRB_NOOP("The GPU reported an error."),
     MRB_NOOP("The hardware, its driver or another program disturbed it."),
     MRB_NOOP("Run again. If it returns, look at dmesg for Xid messages and restart the "
              "machine.")},
    // Several GPUs
    {SeveralGpus, "rank_not_set", R"(environment variable (\w+) expected, but not set)", nullptr,
     MRB_NOOP("A run on several GPUs was not started through torchrun."),
     MRB_NOOP("PyTorch found no %1 in the environment."),
     MRB_NOOP("Start it from this program with the number of GPUs, or use one GPU.")},
    {SeveralGpus, "shared_memory_full",
     R"(creating shared memory segment|to extend /dev/shm/|insufficient shared memory|unable to (?:write to file|open shared memory object) </?torch_)",
     nullptr, MRB_NOOP("The shared memory (/dev/shm) was too small."),
     MRB_NOOP("The programs of several GPUs exchange data there; a container has 64 MB of it when "
              "nothing else is asked for."),
     MRB_NOOP("Start the container with more (--shm-size=1g), or delete what fills /dev/shm.")},
    {SeveralGpus, "ranks_share_a_gpu", R"(Duplicate GPU detected)", nullptr,
     MRB_NOOP("Two programs of one run were given the same GPU."),
     MRB_NOOP("CUDA_VISIBLE_DEVICES shows fewer GPUs than the run asks for."),
     MRB_NOOP("Ask for as many GPUs as preflight lists.")},
    {SeveralGpus, "torch_without_nccl", R"(Distributed package doesn't have NCCL)", nullptr,
     MRB_NOOP("PyTorch was installed without support for several GPUs."), "",
     MRB_NOOP("Install a PyTorch built for CUDA, or run on one GPU; a sweep uses several GPUs one "
              "run each.")},
    {SeveralGpus, "port_in_use", R"(EADDRINUSE|[Aa]ddress already in use)", nullptr,
     MRB_NOOP("A network port for several GPUs is taken."), MRB_NOOP("Another torchrun uses it."),
     MRB_NOOP("Run again when the other run has ended.")},
    {SeveralGpus, "ranks_did_not_meet",
     R"(\d+/\d+ clients joined|connection to the C10d store has failed|Rendezvous(?:Timeout|Connection)Error|client socket has (?:failed to connect|timed out))",
     nullptr, MRB_NOOP("The programs of the GPUs did not find each other."),
     MRB_NOOP("One of them ended or hung before, or the machine does not know its own name."),
     MRB_NOOP("Look for an earlier error in the log. The machine's name must be in /etc/hosts or "
              "in the DNS."),
     RuleWeight::Consequence},
    {SeveralGpus, "rank_waited_in_vain",
     R"(collective operation timeout|remote process exited or there was a network error|ncclRemoteError|Connection (?:closed|reset) by peer)",
     nullptr, MRB_NOOP("The program of one GPU waited in vain for another one."),
     MRB_NOOP("The other one had ended or hung."),
     MRB_NOOP("Look for an earlier error in the log; if there is none, run on one GPU."),
     RuleWeight::Consequence},
    {SeveralGpus, "gpus_cannot_talk",
     R"(NCCL error|ncclUnhandledCudaError|ncclSystemError|ncclInternalError)", nullptr,
     MRB_NOOP("The GPUs could not talk to each other."),
     MRB_NOOP("Their driver, a container or virtual machines between them do not allow it."),
     MRB_NOOP("Run on one GPU; a sweep uses several GPUs one run each."), RuleWeight::Consequence},
};

} // namespace

std::span<const FailureRule> gpuRules()
{
    return kRules;
}

} // namespace mrb::backend
