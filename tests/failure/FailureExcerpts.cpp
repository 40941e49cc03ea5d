// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/failure/FailureExcerpts.h"

#include <QStringList>

namespace {

constexpr FailureExcerpt kExcerpts[] = {
    // Memory
    {"memory taken by others",
     "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.62 GiB. GPU 0 has a total "
     "capacity of 79.18 GiB of which 126.56 MiB is free. Process 1484 has 62.51 GiB memory in use.",
     "gpu_out_of_memory", "too little free"},
    {"memory of the GPU",
     "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total "
     "capacity of 15.77 GiB of which 1.02 GiB is free.",
     "gpu_out_of_memory", "ran out"},
    {"memory of cuBLAS",
     "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
     "gpu_out_of_memory"},
    {"memory while NCCL begins",
     "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.hpp:268, unhandled cuda error\n"
     "ncclUnhandledCudaError: Call to CUDA function failed.\nLast error:\n"
     "Cuda failure 2 'out of memory'",
     "gpu_out_of_memory"},
    {"memory of the machine", "MemoryError", "host_out_of_memory"},
    {"memory of the machine in C++",
     "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
     "host_out_of_memory", "", "", true},
    {"threads", "RuntimeError: can't start new thread", "process_limit"},
    // GPU and driver
    {"driver library", "RuntimeError: Failed to initialize NVML: Driver/library version mismatch",
     "gpu_driver_mismatch"},
    {"driver in a container",
     "RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions "
     "before calling NumCudaDevices() that might have already set an error? Error 803: system has "
     "unsupported display driver / cuda driver combination",
     "gpu_driver_mismatch"},
    {"old driver",
     "RuntimeError: The NVIDIA driver on your system is too old (found version 11040). Please "
     "update your GPU driver",
     "gpu_driver_too_old"},
    {"old driver meets new code",
     "RuntimeError: CUDA error: the provided PTX was compiled with an unsupported toolchain.",
     "gpu_driver_too_old"},
    {"torch for the CPU", "AssertionError: Torch not compiled with CUDA enabled",
     "torch_without_cuda"},
    {"GPU number",
     "RuntimeError: CUDA error: invalid device ordinal\nCUDA kernel errors might be "
     "asynchronously reported",
     "gpu_number_invalid"},
    {"after sleep",
     "RuntimeError: CUDA unknown error - this may be due to an incorrectly set up environment, "
     "e.g. changing env variable CUDA_VISIBLE_DEVICES after program start.",
     "gpu_not_initialised"},
    {"no fabric manager",
     "RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions "
     "before calling NumCudaDevices() that might have already set an error? Error 802: system not "
     "yet initialized",
     "gpu_fabric_not_ready"},
    {"no GPU", "RuntimeError: No CUDA GPUs are available", "no_gpu"},
    {"no driver library",
     "ImportError: libcuda.so.1: cannot open shared object file: No such file or directory",
     "no_gpu"},
    {"exclusive mode",
     "RuntimeError: CUDA error: CUDA-capable device(s) is/are busy or unavailable", "gpu_busy"},
    {"exclusive mode in older words",
     "RuntimeError: CUDA error: all CUDA-capable devices are busy or unavailable", "gpu_busy"},
    {"new GPU",
     "RuntimeError: CUDA error: no kernel image is available for execution on the device",
     "gpu_not_supported_by_torch"},
    {"virtual GPU", "RuntimeError: CUDA driver error: operation not supported",
     "gpu_operation_not_supported"},
    {"faulty memory", "torch.AcceleratorError: CUDA error: uncorrectable ECC error encountered",
     "gpu_memory_faulty"},
    {"check on the GPU", "RuntimeError: CUDA error: device-side assert triggered",
     "gpu_check_failed"},
    {"GPU with a screen", "RuntimeError: CUDA error: the launch timed out and was terminated",
     "gpu_launch_timed_out"},
    {"two cuDNNs",
     "RuntimeError: cuDNN version incompatibility: PyTorch was compiled  against (8, 7, 0) but "
     "found runtime version (8, 2, 4).",
     "cudnn_does_not_fit"},
    {"cuDNN", "RuntimeError: cuDNN error: CUDNN_STATUS_NOT_INITIALIZED", "gpu_library_failed"},
    {"cuDNN finds no way",
     "RuntimeError: GET was unable to find an engine to execute this computation",
     "gpu_library_failed"},
    {"GPU broke", "RuntimeError: CUDA error: an illegal memory access was encountered",
     "gpu_failed"},
    {"GPU broke in C++",
     "terminate called after throwing an instance of 'c10::Error'\n"
     "  what():  CUDA error: unspecified launch failure\nFatal Python error: Aborted",
     "gpu_failed", "", "", true},
    // Several GPUs
    {"rank",
     "ValueError: Error initializing torch.distributed using env:// rendezvous: environment "
     "variable RANK expected, but not set",
     "rank_not_set"},
    {"shared memory",
     "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:1691, unhandled "
     "system error, NCCL version 2.19.3\nncclSystemError: System call failed.\nLast error:\n"
     "Error while creating shared memory segment /dev/shm/nccl-KWfVyt (size 9637888)",
     "shared_memory_full"},
    {"one GPU for two",
     "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.hpp:275, invalid usage, NCCL "
     "version 2.20.5\nncclInvalidUsage: This usually reflects invalid usage of NCCL library.\n"
     "Last error:\nDuplicate GPU detected : rank 1 and rank 0 both on CUDA device 1000",
     "ranks_share_a_gpu"},
    {"torch without NCCL", "RuntimeError: Distributed package doesn't have NCCL built in",
     "torch_without_nccl"},
    {"port",
     "torch.distributed.DistNetworkError: The server socket has failed to listen on any local "
     "network address. port: 29500, useIpv6: true, code: -98, name: EADDRINUSE, message: address "
     "already in use",
     "port_in_use"},
    {"nobody came",
     "torch.distributed.DistStoreError: Timed out after 601 seconds waiting for clients. 1/2 "
     "clients joined.",
     "ranks_did_not_meet"},
    {"unknown host name",
     "torch.distributed.DistNetworkError: The client socket has failed to connect to any network "
     "address of (gpu-server, 29400).\n\nThe above exception was the direct cause of the following "
     "exception:\n\nTraceback (most recent call last):\n  File \"/opt/venv/lib/rendezvous.py\", "
     "line 119, in _call_store\n    raise RendezvousConnectionError(\n"
     "torch.distributed.elastic.rendezvous.api.RendezvousConnectionError: The connection to the "
     "C10d store has failed. See inner exception for details.",
     "ranks_did_not_meet"},
    {"the other one ended",
     "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.hpp:268, remote process exited "
     "or there was a network error, NCCL version 2.21.5\nncclRemoteError: A call failed possibly "
     "due to a network error or a remote process exiting prematurely.",
     "rank_waited_in_vain"},
    {"NCCL",
     "torch.distributed.DistBackendError: NCCL error in: NCCLUtils.hpp:268, internal error, NCCL "
     "version 2.21.5",
     "gpus_cannot_talk"},
    {"killed rank",
     "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
     "  exitcode  : -9 (pid: 12)\n  traceback : Signal 9 (SIGKILL) received by PID 12\n"
     "============================================================",
     "killed", "", "", true},
    {"rank that met a bus error",
     "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n"
     "  exitcode  : -7 (pid: 12)\n  traceback : Signal 7 (SIGBUS) received by PID 12",
     "bus_error", "", "", true},
    // Weights
    {"web page", "_pickle.UnpicklingError: invalid load key, '<'.", "weights_are_html"},
    {"LFS pointer", "_pickle.UnpicklingError: invalid load key, 'v'.", "weights_are_a_pointer"},
    {"weights only",
     "_pickle.UnpicklingError: Weights only load failed. This file can still be loaded, to do so "
     "you have two options\n\tWeightsUnpickler error: Unsupported global: GLOBAL os.system",
     "weights_only_refused"},
    {"short checkpoint",
     "RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central "
     "directory",
     "weights_truncated"},
    {"empty checkpoint", "EOFError: Ran out of input", "weights_truncated"},
    {"short pickle", "_pickle.UnpicklingError: pickle data was truncated", "weights_truncated"},
    {"other bytes", "_pickle.UnpicklingError: invalid load key, '\\x00'.", "weights_damaged"},
    {"some other zip",
     "RuntimeError: PytorchStreamReader failed locating file data.pkl: file not found",
     "weights_damaged"},
    {"objects of others",
     "AttributeError: Can't get attribute 'Trainer' on <module '__main__' (built-in)>",
     "weights_need_other_code", "Trainer"},
    {"other network",
     "RuntimeError: Error(s) in loading state_dict for AutoencoderKlMaisi:\n\tMissing key(s) in "
     "state_dict: \"a\". ",
     "weights_of_another_model", "AutoencoderKlMaisi"},
    {"no entry", "KeyError: 'scale_factor'", "weights_lack_an_entry", "scale_factor"},
    {"no network", "KeyError: 'unet_state_dict'", "weights_lack_an_entry", "unet_state_dict"},
    {"no checkpoint",
     "FileNotFoundError: [Errno 2] No such file or directory: './models/autoencoder_v1.pt'",
     "weights_missing", "./models/autoencoder_v1.pt"},
    // Disk and files
    {"no temporary folder",
     "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp']",
     "no_temporary_folder"},
    {"disk", "OSError: [Errno 28] No space left on device", "disk_full", "", "save_image"},
    {"quota", "OSError: [Errno 122] Disk quota exceeded", "quota_exceeded", "", "save_image"},
    {"network drive", "OSError: [Errno 116] Stale file handle: '/mnt/share/models/x.pt'",
     "file_system_failed"},
    {"open files", "OSError: [Errno 24] Too many open files: '/opt/upstream/x.json'",
     "too_many_files"},
    {"name", "OSError: [Errno 36] File name too long: '/data/runs/one/long.nii.gz'",
     "name_too_long", "", "save_image"},
    {"no folder", "FileNotFoundError: [Errno 2] No such file or directory: '/mnt/usb/run'",
     "output_not_writable", "/mnt/usb/run", "save_image"},
    {"forbidden folder", "PermissionError: [Errno 13] Permission denied: '/root/x'",
     "output_not_writable", "/root/x", "save_image"},
    {"read-only disk", "OSError: [Errno 30] Read-only file system: '/cdrom/x'", "disk_read_only"},
    {"forbidden file", "PermissionError: [Errno 13] Permission denied: '/etc/x'",
     "permission_denied", "/etc/x"},
    {"no file", "FileNotFoundError: [Errno 2] No such file or directory: './configs/x.json'",
     "file_missing", "./configs/x.json"},
    // Python and its packages
    {"no scripts",
     "/usr/bin/python3: Error while finding module specification for 'scripts.diff_model_infer' "
     "(ModuleNotFoundError: No module named 'scripts')",
     "checkout_module_missing", "", "", true},
    {"other options",
     "usage: diff_model_infer.py [-h]\ndiff_model_infer.py: error: unrecognized arguments: -g 2",
     "checkout_of_another_version", "", "", true},
    {"part of a package", "ModuleNotFoundError: No module named 'monai.apps.generation'",
     "package_incomplete", "monai"},
    {"no package", "ModuleNotFoundError: No module named 'nibabel'", "module_missing", "nibabel"},
    {"no launcher",
     "/usr/bin/python3: Error while finding module specification for 'torch.distributed.run' "
     "(ModuleNotFoundError: No module named 'torch')",
     "module_missing", "torch", "", true},
    {"two NumPys", "RuntimeError: Numpy is not available", "numpy_does_not_fit"},
    {"NumPy's binary interface",
     "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96 from "
     "C header, got 88 from PyObject",
     "numpy_does_not_fit"},
    {"old system",
     "ImportError: /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.30' not found "
     "(required by /opt/venv/lib/python3.12/site-packages/torch/lib/libtorch_python.so)",
     "system_library_too_old"},
    {"hidden module",
     "AttributeError: partially initialized module 'random' has no attribute 'Random' (most "
     "likely due to a circular import)",
     "module_shadowed", "random"},
    {"old Python", "SyntaxError: invalid syntax", "python_too_old"},
    {"old Python without a name",
     "ImportError: cannot import name 'Self' from 'typing' (/usr/x.py)", "python_too_old"},
    {"other MONAI",
     "TypeError: AutoencoderKlMaisi.__init__() got an unexpected keyword argument 'dim_split'",
     "package_of_another_version", "AutoencoderKlMaisi"},
    {"other NumPy", "AttributeError: module 'numpy' has no attribute 'bool'",
     "package_of_another_version", "numpy"},
    {"other name", "ImportError: cannot import name 'RFlowScheduler' from 'monai.networks' (x.py)",
     "package_of_another_version", "monai.networks"},
    {"mixed packages",
     "ImportError: libcudart.so.12: cannot open shared object file: No such file or directory",
     "packages_do_not_fit"},
    {"mixed CUDA libraries",
     "ImportError: /opt/venv/lib/python3.12/site-packages/nvidia/cusparse/lib/libcusparse.so.12: "
     "undefined symbol: __nvJitLinkComplete_12_4, version libnvJitLink.so.12",
     "packages_do_not_fit"},
    // The request
    {"size",
     "RuntimeError: Sizes of tensors must match except in dimension 1. Expected size 24 but got "
     "size 25",
     "size_not_supported"},
    {"large size",
     "RuntimeError: upsample_nearest3d only supports output tensors with less than INT_MAX "
     "elements, but got [1, 64, 512, 512, 256]",
     "volume_too_large"},
    {"steps",
     "ValueError: `num_inference_steps`: 2000 should be at least 1, and cannot be larger than "
     "`self.num_train_timesteps`: 1000",
     "too_many_steps", "2000"},
    {"other configs",
     "RuntimeError: Given groups=1, weight of size [64, 4, 3, 3, 3], expected input[1, 8, 64, 64, "
     "32] to have 4 channels, but got 8 channels instead",
     "config_of_another_network"},
    {"broken config", "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
     "config_damaged"},
    {"short config", "AttributeError: 'Namespace' object has no attribute 'cfg_guidance_scale'",
     "config_lacks_a_key", "cfg_guidance_scale"},
};

} // namespace

std::span<const FailureExcerpt> failureExcerpts()
{
    return kExcerpts;
}

QString quietBegin()
{
    return QStringLiteral(
        "[2026-11-22 11:45:05.315][ INFO](inference) - Using cuda:0 of 1 with random seed: 1234\n"
        "[2026-11-22 11:45:05.315][ INFO](inference) - [config] output_prefix -> CUDA out of "
        "memory.\n"
        "  0%|          | 0/30 [00:00<?, ?it/s]\n");
}

QString tracebackLog(const QString &end, const QString &function)
{
    return quietBegin() +
           QStringLiteral("Traceback (most recent call last):\n"
                          "  File \"/opt/upstream/scripts/diff_model_infer.py\", line 73, in %1\n"
                          "    raise MemoryError(\"No space left on device\")\n%2\n")
               .arg(function, end);
}

QString logOf(const FailureExcerpt &excerpt)
{
    const QString end = QString::fromUtf8(excerpt.end);
    return excerpt.isBare ? quietBegin() + end + u'\n'
                          : tracebackLog(end, QString::fromUtf8(excerpt.function));
}

bool isOf(const mrb::backend::FailureCause &cause, const mrb::backend::FailureRule &rule)
{
    const auto says = [](const QString &text, const char *pattern) {
        const QStringList parts = QString::fromUtf8(pattern).split(QStringLiteral("%1"));
        return parts.size() == 1 ? text == parts.first()
                                 : text.startsWith(parts.first()) && text.endsWith(parts.last());
    };
    return cause.code == QString::fromUtf8(rule.code) && says(cause.what, rule.what) &&
           says(cause.why, rule.why);
}
