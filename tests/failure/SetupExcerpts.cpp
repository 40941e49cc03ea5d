// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "tests/failure/SetupExcerpts.h"

namespace {

constexpr SetupExcerpt kExcerpts[] = {
    {"disk full while weights are fetched",
     "models/x.pt: not fetched (disk_full): [Errno 28] No space left on device", "hub_disk_full",
     "models/x.pt"},
    {"limit on the size of files",
     "models/x.pt: not fetched (file_too_large): [Errno 27] File too large", "hub_disk_full",
     "models/x.pt"},
    {"models folder of another user",
     "models/x.pt: not fetched (not_writable): [Errno 13] Permission denied: '/srv/models'",
     "hub_not_writable", "models/x.pt"},
    {"proxy refuses the hub",
     "models/x.pt: not fetched (proxy): https://hub.example: Tunnel connection failed: 407 Proxy "
     "Authentication Required",
     "hub_proxy", "models/x.pt"},
    {"certificate of the hub",
     "models/x.pt: not fetched (certificate): https://hub.example: [SSL: "
     "CERTIFICATE_VERIFY_FAILED] certificate verify failed",
     "hub_certificate", "models/x.pt"},
    {"login page of a network",
     "models/x.pt: not fetched (not_the_hub): what answered for https://hub.example/x is not a "
     "model hub",
     "hub_is_another", "models/x.pt"},
    {"no token", "models/x.pt: not fetched (gated): 401 Client Error. Cannot access gated repo",
     "hub_access_refused", "models/x.pt"},
    {"token that is not valid any more",
     "models/x.pt: not fetched (unauthorized): 401 Client Error: Unauthorized",
     "hub_access_refused", "models/x.pt"},
    {"token that may not read", "models/x.pt: not fetched (forbidden): 403 Forbidden",
     "hub_access_refused", "models/x.pt"},
    {"no such revision",
     "models/x.pt: not fetched (revision_not_found): 404 Client Error. Revision Not Found",
     "hub_has_no_such_file", "models/x.pt"},
    {"no such repository",
     "models/x.pt: not fetched (repository_not_found): 404 Client Error. Repository Not Found",
     "hub_has_no_such_file", "models/x.pt"},
    {"no such file", "models/x.pt: not fetched (file_not_found): 404 Client Error. Entry Not Found",
     "hub_has_no_such_file", "models/x.pt"},
    {"another file on the hub",
     "models/x.pt: not fetched (other_file): the hub has a file with SHA-256 100ef6a71bac there",
     "hub_file_differs", "models/x.pt"},
    {"too many requests", "models/x.pt: not fetched (too_many_requests): 429 Too Many Requests",
     "hub_too_many_requests", "models/x.pt"},
    {"hub with a fault", "models/x.pt: not fetched (server_error): 503 Service Unavailable",
     "hub_unavailable", "models/x.pt"},
    {"offline mode",
     "models/x.pt: not fetched (offline_mode): Cannot reach the hub: offline mode is enabled",
     "hub_offline_mode", "models/x.pt"},
    {"no hub library",
     "models/x.pt: not fetched (library_missing): huggingface_hub: No module named "
     "'huggingface_hub'",
     "hub_library_missing", "models/x.pt"},
    {"hub without a network",
     "models/x.pt: not fetched (connection): https://hub.example: [Errno -2] Name or service not "
     "known",
     "hub_not_reached", "models/x.pt"},
    {"slow hub",
     "models/x.pt: not fetched (timeout): https://hub.example: The read operation timed out",
     "hub_not_reached", "models/x.pt"},
    {"something else about the hub", "models/x.pt: not fetched (unknown): division by zero",
     "hub_other_failure", "models/x.pt"},
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
