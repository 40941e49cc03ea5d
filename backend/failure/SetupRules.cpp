// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/RuleTables.h"
#include "backend/failure/SetupFailure.h"

#include <iterator>
#include <vector>

namespace mrb::backend {

namespace {

using enum FailureGroup;

constexpr auto kOffline =
    MRB_NOOP("Check the connection and the address, or bring the files along: every step of the "
             "set-up says which, and where they belong.");
constexpr auto kSetProxy =
    MRB_NOOP("Ask who runs the network for the proxy's address and set https_proxy (with user name "
             "and password if it wants them) before this program starts; or bring the files along, "
             "as every step of the set-up says.");

// The words are those of git, curl, OpenSSL, ssh, pip and CPython, so they are never translated.
constexpr FailureRule kRules[] = {
    {SettingUp, "setup_disk_full", R"(No space left on device|Errno 28\]|Disk quota exceeded)",
     nullptr, MRB_NOOP("The disk became full during the set-up."),
     MRB_NOOP("PyTorch with CUDA takes several gigabytes, and as much again for temporary files "
              "while it is installed."),
     MRB_NOOP("Free space, or choose a folder on a larger disk; set TMPDIR if the folder of "
              "temporary files is the small one. Then start the step again: it goes on.")},
    {SettingUp, "setup_proxy_refused",
     R"((?|CONNECT tunnel failed, response (\d{3})|HTTP code (\d{3}) from proxy|Tunnel connection failed: (\d{3})))",
     nullptr, MRB_NOOP("The proxy refused the connection (HTTP %1)."),
     MRB_NOOP("407 means that it wants a user name and password, 403 that it does not allow this "
              "address."),
     kSetProxy},
    {SettingUp, "setup_proxy_not_reached", R"(Could not resolve proxy|ProxyError)", nullptr,
     MRB_NOOP("The proxy could not be reached."),
     MRB_NOOP("The address in https_proxy, http_proxy or all_proxy leads nowhere."), kSetProxy},
    {SettingUp, "setup_certificate",
     R"(SSL certificate problem|certificate verification failed|certificate verify failed|CERTIFICATE_VERIFY_FAILED)",
     nullptr, MRB_NOOP("The certificate of the server was not accepted."),
     MRB_NOOP("A proxy that looks into connections signs them with a certificate of its own, or "
              "the clock of the machine is wrong."),
     MRB_NOOP(
         "Ask for the certificate of your network and name its file with SSL_CERT_FILE, "
         "GIT_SSL_CAINFO and PIP_CERT before this program starts. Do not turn the check off.")},
    {SettingUp, "setup_no_network",
     R"(Could not resolve host|Name or service not known|Temporary failure in name resolution|Failed to connect to|Couldn't connect to server|Connection refused|Network is unreachable|No route to host|Failed to establish a new connection)",
     nullptr, MRB_NOOP("The server could not be reached."),
     MRB_NOOP("There is no network, the address is wrong, or a firewall lets only a proxy through "
              "(https_proxy is not set then)."),
     kOffline},
    {SettingUp, "setup_connection_lost",
     R"(Read timed out|Connection timed out|Operation timed out|Connection reset by peer|early EOF|RPC failed|IncompleteRead|hung up unexpectedly|Remote end closed connection)",
     nullptr, MRB_NOOP("The connection broke off."),
     MRB_NOOP("The network is slow or interrupted it."),
     MRB_NOOP("Start the step again: it goes on with what is complete.")},
    {SettingUp, "setup_access_refused",
     R"(Authentication failed for|could not read Username|Permission denied \(publickey|Host key verification failed|HTTP error 40[13] |40[13] Client Error|returned error: 40[13])",
     nullptr, MRB_NOOP("The server did not let you in."),
     MRB_NOOP("It wants a user name and a password or key, or does not know yours."),
     MRB_NOOP("Check the address. Give git a credential helper or a key in the SSH agent, and pip "
              "the name and password in the index address or in its own configuration.")},
    {SettingUp, "setup_commit_missing",
     R"((?|reference is not a tree: (\w+)|unable to read tree \(?(\w+)))", nullptr,
     MRB_NOOP("The repository does not have the commit %1."),
     MRB_NOOP("It is another repository, an old copy or a shallow one."),
     MRB_NOOP("Clone from the repository that the manifest names, or from a complete copy of it.")},
    {SettingUp, "setup_repository_missing",
     R"((?|repository '([^']{1,300})' (?:not found|does not exist)|'([^']{1,300})' does not appear to be a git repository))",
     nullptr, MRB_NOOP("There is no repository at %1."),
     MRB_NOOP("The address is wrong, or you may not see what is there."),
     MRB_NOOP("Check the address or folder of the repository.")},
    {SettingUp, "setup_repository_of_another_user", R"(detected dubious ownership in repository)",
     nullptr, MRB_NOOP("The repository belongs to another user, so git does not read it."), "",
     MRB_NOOP("Copy it to a folder of your own. If you trust its owner, add it to git's "
              "safe.directory.")},
    {SettingUp, "setup_packages_of_the_system", R"(externally-managed-environment)", nullptr,
     MRB_NOOP("This Python belongs to the system, and pip does not change it."), "",
     MRB_NOOP("Let the set-up make a virtual environment, which is what it does when it is not "
              "told to install into the interpreter itself.")},
    {SettingUp, "setup_no_permission", R"(Permission denied|Errno 13\]|Read-only file system)",
     nullptr, MRB_NOOP("A folder may not be written to."), "",
     MRB_NOOP("Choose a folder of your own for the checkout and the environment, or change the "
              "permissions of this one.")},
    {SettingUp, "setup_no_venv",
     R"(ensurepip is not available|No module named '?(?:venv|ensurepip|pip)\b)", nullptr,
     MRB_NOOP("This Python cannot make a virtual environment with pip."),
     MRB_NOOP("Debian and Ubuntu ship that part as a package of its own."),
     MRB_NOOP("Install python3-venv (or python3.11-venv, after the version), or choose another "
              "Python.")},
    {SettingUp, "setup_wrong_platform", R"((\S+\.whl) is not a supported wheel on this platform)",
     nullptr, MRB_NOOP("The package %1 is for another machine or Python."), "",
     MRB_NOOP("Bring packages for this processor, system and version of Python: pip download with "
              "the same version, on the same kind of machine.")},
    {SettingUp, "setup_hash_mismatch", R"(THESE PACKAGES DO NOT MATCH THE HASHES)", nullptr,
     MRB_NOOP("A downloaded package is not the one that was asked for."),
     MRB_NOOP("The download was damaged, or something on the way changed it."),
     MRB_NOOP("Start the step again. If it stays so, do not install it; ask who runs the network "
              "or the package index.")},
    {SettingUp, "setup_packages_conflict", R"(ResolutionImpossible|conflicting dependencies)",
     nullptr, MRB_NOOP("No set of versions of the packages fits together."),
     MRB_NOOP("An index or folder has only some of the versions, or a constraint of pip's "
              "configuration stands against them."),
     MRB_NOOP("Use a newer Python or a complete index, and look at the constraints in pip's "
              "configuration.")},
    {SettingUp, "setup_python_not_supported",
     R"(versions that require a different python version|requires a different Python)", nullptr,
     MRB_NOOP("A package is not made for this version of Python."), "",
     MRB_NOOP("Use Python 3.11, or another version that the package names.")},
    {SettingUp, "setup_package_missing",
     R"((?|No matching distribution found for ([^\s]{1,200})|satisfies the requirement ([^\s(]{1,200})))",
     nullptr, MRB_NOOP("The index or folder has no suitable package %1."),
     MRB_NOOP("It is missing there, or only for another version of Python or another system."),
     MRB_NOOP("Use an index that has it. Offline, bring every package that pip download -r "
              "requirements.txt fetches with the same version of Python.")},
    {SettingUp, "setup_package_damaged", R"(BadZipFile|is an invalid wheel|has an invalid wheel)",
     nullptr, MRB_NOOP("A package file is damaged."), MRB_NOOP("Its download or copy broke off."),
     MRB_NOOP("Fetch it again. pip cache purge removes what pip kept of it.")},
    {SettingUp, "setup_package_not_built",
     R"(Failed building wheel|Failed to build|subprocess-exited-with-error)", nullptr,
     MRB_NOOP("A package had to be compiled, and that failed."),
     MRB_NOOP("There is no ready one for this version of Python or this system."),
     MRB_NOOP("Use Python 3.11, for which all packages are ready, or install the compilers that "
              "the log asks for.")},
};

} // namespace

std::span<const FailureRule> setupFailureRules()
{
    // Those of the hub first: their lines are told from all others.
    static const std::vector<FailureRule> rules = [] {
        const auto hub = hubRules();
        std::vector<FailureRule> all(hub.begin(), hub.end());
        all.insert(all.end(), std::begin(kRules), std::end(kRules));
        return all;
    }();
    return rules;
}

} // namespace mrb::backend
