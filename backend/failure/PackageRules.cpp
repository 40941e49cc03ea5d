// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/RuleTables.h"

namespace mrb::backend {

namespace {

using enum FailureGroup;

constexpr auto kReinstall =
    MRB_NOOP("Install requirements.txt of the checkout into the chosen Python, best into a new "
             "virtual environment, and run preflight.");
constexpr auto kUseThePin = MRB_NOOP("Use an unchanged checkout of the pinned commit.");
constexpr auto kLookAtCheckout =
    MRB_NOOP("Check the checkout in the settings; clone it again if files are missing.");

constexpr FailureRule kRules[] = {
    // Python and its packages
    {Packages, "checkout_module_missing", R"(No module named '?scripts\b)", nullptr,
     MRB_NOOP("The checkout's own code was not found."),
     MRB_NOOP("The chosen folder is incomplete or not the checkout."), kLookAtCheckout},
    {Packages, "checkout_of_another_version",
     R"(error: (?:unrecognized arguments|the following arguments are required))", nullptr,
     MRB_NOOP("The checkout's program takes other options."),
     MRB_NOOP("It is of another version than the one this program knows."), kUseThePin},
    {Packages, "package_incomplete", R"(ModuleNotFoundError: No module named '(\w+)\.)", nullptr,
     MRB_NOOP("The Python package %1 lacks a part that is needed."),
     MRB_NOOP("It is too old or too new for the checkout, or its installation is incomplete."),
     kReinstall, RuleWeight::OftenHandled},
    {Packages, "module_missing", R"(ModuleNotFoundError: No module named '([^']+)')", nullptr,
     MRB_NOOP("The Python package %1 is not installed."),
     MRB_NOOP("The chosen Python is another one than that of the checkout, or its installation "
              "is incomplete."),
     kReinstall, RuleWeight::OftenHandled},
    {Packages, "numpy_does_not_fit",
     R"(numpy\.dtype size changed|compiled using NumPy 1\.x cannot be run|_ARRAY_API not found|Numpy is not available|numpy\.core\.multiarray failed to import|Could not infer dtype of numpy)",
     nullptr, MRB_NOOP("NumPy does not fit the packages that use it."),
     MRB_NOOP("PyTorch before 2.3 and other older packages were built for NumPy 1 and cannot use "
              "NumPy 2."),
     kReinstall},
    {Packages, "system_library_too_old", R"(version `(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+' not found)",
     nullptr, MRB_NOOP("A system library is too old for an installed package."),
     MRB_NOOP("The package was built on a newer system, or an environment such as conda brings an "
              "older libstdc++."),
     MRB_NOOP("Use a Python environment made on this machine with pip and without conda's "
              "libraries, and start this program without LD_LIBRARY_PATH.")},
    {Packages, "module_shadowed", R"(partially initialized module '?([\w.]+))", nullptr,
     MRB_NOOP("The Python module %1 could not be loaded completely."),
     MRB_NOOP("A file of the same name hides a part of it, or its installation is broken."),
     MRB_NOOP("Look for such a file in the checkout, where Python looks first; else install the "
              "package anew.")},
    {Packages, "python_too_old",
     R"(^SyntaxError: |cannot import name '\w+' from '(?:typing|enum|types|dataclasses|collections)'|unsupported operand type\(s\) for \|: 'type')",
     nullptr, MRB_NOOP("Python could not understand the code."),
     MRB_NOOP("It is older than the code needs, or a file is damaged."),
     MRB_NOOP("Use Python 3.11 or later and an unchanged checkout.")},
    {Packages, "package_of_another_version",
     R"((?|cannot import name '\w+' from '([\w.]+)'|module '([\w.]+)' has no attribute|(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument))",
     nullptr, MRB_NOOP("A Python package is of another version than the code needs: %1."),
     MRB_NOOP("It is newer or older than those that the checkout was made for."), kReinstall,
     RuleWeight::OftenHandled},
    {Packages, "packages_do_not_fit",
     R"(^ImportError: |cannot open shared object file|undefined symbol|operator torchvision::\w+ does not exist|compiled with different CUDA)",
     nullptr, MRB_NOOP("Python packages do not fit together."),
     MRB_NOOP("One was built for another version of the other, or of a system library; "
              "LD_LIBRARY_PATH can lead to the wrong one."),
     kReinstall, RuleWeight::OftenHandled},
    // Memory and limits of the machine
    {Memory, "host_out_of_memory",
     R"(^MemoryError|can't allocate memory|Cannot allocate memory|ArrayMemoryError|std::bad_alloc)",
     nullptr, MRB_NOOP("The machine ran out of memory (RAM)."), "",
     MRB_NOOP("Close other programs, or ask for fewer voxels. A scheduler's job must be "
              "given more memory.")},
    {Memory, "process_limit",
     R"(can't start new thread|pthread_create failed|Errno 11\] Resource temporarily unavailable)",
     nullptr, MRB_NOOP("No further process or thread could be started."),
     MRB_NOOP("The limit of your account, of a container or of a scheduler's job is reached."),
     MRB_NOOP("End what you do not need, raise the limit (ulimit -u), or set OMP_NUM_THREADS=4 "
              "before you start this program.")},
    // The request
    {Request, "size_not_supported",
     R"(Sizes of tensors must match except in dimension|Kernel size can't be greater than actual input size)",
     nullptr, MRB_NOOP("The model cannot make volumes of this size."),
     MRB_NOOP("Every dimension must be a multiple of 32."),
     MRB_NOOP("Choose dimensions that are multiples of 32, from 64 to 512 × 512 × 256.")},
    {Request, "volume_too_large", R"(less than INT_MAX elements|canUse32BitIndexMath)", nullptr,
     MRB_NOOP("The volume is too large for this PyTorch."),
     MRB_NOOP("A layer of the network would have more than 2147483647 values."),
     MRB_NOOP("Ask for fewer voxels at the same field of view, or install a newer PyTorch.")},
    {Request, "too_many_steps", R"(num_inference_steps`?: (\d+) should be at least 1)", nullptr,
     MRB_NOOP("The number of steps, %1, is not possible."),
     MRB_NOOP("The scheduler takes 1 to 1000 steps."),
     MRB_NOOP("Leave the number out: the model comes with one.")},
    {Request, "config_of_another_network",
     R"(expected input\[[\d, ]{1,100}\] to have \d+ channels|mat1 and mat2 shapes cannot be multiplied)",
     nullptr, MRB_NOOP("The configuration does not fit the network."),
     MRB_NOOP("The checkout's configs belong to another model or version."), kUseThePin},
    {Request, "config_damaged", R"(JSONDecodeError: )", nullptr,
     MRB_NOOP("A configuration file is not valid JSON."), "",
     MRB_NOOP("Restore the checkout's configs folder (git status shows what changed).")},
    {Request, "config_lacks_a_key", R"('Namespace' object has no attribute '(\w+)')", nullptr,
     MRB_NOOP("The configuration lacks the entry \"%1\"."),
     MRB_NOOP("The checkout's configs and scripts are of different versions."), kUseThePin},
    {DiskAndFiles, "file_missing", R"(^FileNotFoundError: .*'([^']*)')", nullptr,
     MRB_NOOP("A file was missing: %1."), "", kLookAtCheckout, RuleWeight::OftenHandled},
};

} // namespace

std::span<const FailureRule> packageRules()
{
    return kRules;
}

} // namespace mrb::backend
