// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/failure/SetupExcerpts.h"

namespace {

constexpr SetupExcerpt kExcerpts[] = {
    {"disk full in pip",
     "Installing collected packages: torch\n"
     "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
     "setup_disk_full"},
    {"disk full in git",
     "Receiving objects:  61% (962/1577)\r"
     "fatal: write error: No space left on device\nfatal: fetch-pack: invalid index-pack output",
     "setup_disk_full"},
    {"proxy refuses git",
     "fatal: unable to access 'https://example.org/model.git/': CONNECT tunnel failed, response "
     "403",
     "setup_proxy_refused", "403"},
    {"proxy refuses an older git",
     "fatal: unable to access 'https://example.org/model.git/': Received HTTP code 407 from proxy "
     "after CONNECT",
     "setup_proxy_refused", "407"},
    {"proxy refuses pip",
     "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) "
     "after "
     "connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection "
     "failed: 407 Proxy Authentication Required'))': /simple/torch/\n"
     "ERROR: Could not find a version that satisfies the requirement torch>=2.1.0 (from versions: "
     "none)\nERROR: No matching distribution found for torch>=2.1.0",
     "setup_proxy_refused", "407"},
    {"proxy without a name",
     "fatal: unable to access 'https://example.org/model.git/': Could not resolve proxy: "
     "proxy.invalid",
     "setup_proxy_not_reached"},
    {"certificate",
     "fatal: unable to access 'https://example.org/model.git/': server certificate verification "
     "failed. CAfile: none CRLfile: none",
     "setup_certificate"},
    {"certificate in pip",
     "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
     "CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate'))'\n"
     "ERROR: No matching distribution found for torch",
     "setup_certificate"},
    {"no name service",
     "fatal: unable to access 'https://example.org/model.git/': Could not resolve host: "
     "example.org",
     "setup_no_network"},
    {"no network in pip",
     "WARNING: Retrying after connection broken by 'NewConnectionError('Failed to establish a new "
     "connection: [Errno 111] Connection refused')': /simple/torch/\n"
     "ERROR: Could not find a version that satisfies the requirement torch (from versions: none)\n"
     "ERROR: No matching distribution found for torch",
     "setup_no_network"},
    {"connection lost",
     "error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly\n"
     "fatal: early EOF\nfatal: fetch-pack: invalid index-pack output",
     "setup_connection_lost"},
    {"slow index",
     "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='example.org', "
     "port=443): Read timed out.",
     "setup_connection_lost"},
    {"no name for git",
     "fatal: could not read Username for 'https://example.org': terminal prompts disabled",
     "setup_access_refused"},
    {"no key",
     "git@example.org: Permission denied (publickey).\n"
     "fatal: Could not read from remote repository.",
     "setup_access_refused"},
    {"index that wants a name",
     "ERROR: HTTP error 401 while getting https://example.org/simple/torch/",
     "setup_access_refused"},
    {"other repository", "fatal: reference is not a tree: da438fec6484cdb6f421f8c7051d954ebefff730",
     "setup_commit_missing", "da438fe"},
    {"no repository", "fatal: repository '/media/stick/model.git' does not exist",
     "setup_repository_missing", "/media/stick/model.git"},
    {"no repository on a server",
     "remote: Not Found\nfatal: repository 'https://example.org/model.git/' not found",
     "setup_repository_missing", "example.org"},
    {"other owner",
     "fatal: detected dubious ownership in repository at '/srv/model.git'\n"
     "fatal: Could not read from remote repository.",
     "setup_repository_of_another_user"},
    {"system's Python",
     "error: externally-managed-environment\n\n\u00d7 This environment is externally managed",
     "setup_packages_of_the_system"},
    {"no permission",
     "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: "
     "'/opt/venv/lib'",
     "setup_no_permission"},
    {"read-only disk", "fatal: could not create work tree dir '/mnt/model': Read-only file system",
     "setup_no_permission"},
    {"no ensurepip",
     "The virtual environment was not created successfully because ensurepip is not available.",
     "setup_no_venv"},
    {"no venv", "/usr/bin/python3: No module named venv", "setup_no_venv"},
    {"other machine's wheel",
     "ERROR: torch-2.6.0-cp312-cp312-win_amd64.whl is not a supported wheel on this platform.",
     "setup_wrong_platform", "win_amd64"},
    {"changed package", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
     "setup_hash_mismatch"},
    {"no set of versions",
     "ERROR: Cannot install monai==1.5 and numpy==1.0 because these package versions have "
     "conflicting dependencies.\nERROR: ResolutionImpossible: for help visit the documentation",
     "setup_packages_conflict"},
    {"wrong Python",
     "ERROR: Ignored the following versions that require a different python version: 2.6.0 "
     "Requires-Python >=3.12\nERROR: No matching distribution found for torch",
     "setup_python_not_supported"},
    {"incomplete folder",
     "ERROR: Could not find a version that satisfies the requirement monai>=1.5.0 (from versions: "
     "none)\nERROR: No matching distribution found for monai>=1.5.0",
     "setup_package_missing", "monai>=1.5.0"},
    {"damaged package",
     "ERROR: Wheel 'torch' located at /media/torch.whl is invalid.\n"
     "zipfile.BadZipFile: File is not a zip file",
     "setup_package_damaged"},
    {"no compiler", "ERROR: Failed building wheel for numpy", "setup_package_not_built"},
};

} // namespace

std::span<const SetupExcerpt> setupExcerpts()
{
    return kExcerpts;
}
