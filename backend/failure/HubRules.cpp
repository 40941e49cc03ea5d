// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/failure/RuleTables.h"

namespace mrb::backend {

namespace {

using enum FailureGroup;

constexpr auto kGoOn = MRB_NOOP(
    "Start the step again: it goes on where it was cut off. A proxy is taken from https_proxy. "
    "Without a network, bring the files along, as the step says.");
constexpr auto kOtherCopy =
    MRB_NOOP("Check the manifest in use, and HF_ENDPOINT if it is set. If the publisher took the "
             "file away, a copy from elsewhere will do: its hash is checked.");

// The words are those of resources/setup/fetch_weights.py, which knows the libraries' own.
constexpr FailureRule kRules[] = {
    {SettingUp, "hub_disk_full", R"(^(.{1,300}?): not fetched \((?:disk_full|file_too_large)\))",
     nullptr, MRB_NOOP("The disk became full while %1 was fetched."),
     MRB_NOOP("All weights together take up to 3 GB, or a limit on the size of files was reached "
              "(ulimit -f)."),
     MRB_NOOP(
         "Free some disk space, or put the checkout's models folder on a larger disk and a "
         "link in its place. What was fetched is kept: start the step again, and it goes on.")},
    {SettingUp, "hub_not_writable", R"(^(.{1,300}?): not fetched \(not_writable\))", nullptr,
     MRB_NOOP("The models folder may not be written to, so %1 was not fetched."), "",
     MRB_NOOP("Change its permissions, or choose a checkout of your own.")},
    {SettingUp, "hub_proxy", R"(^(.{1,300}?): not fetched \(proxy\))", nullptr,
     MRB_NOOP("The proxy does not let %1 through."),
     MRB_NOOP("The address in https_proxy leads nowhere, or the proxy wants a user name and "
              "password (407) or does not allow the model hub (403)."),
     MRB_NOOP("Ask who runs the network, and set https_proxy before this program starts; or bring "
              "the files along, as the step says.")},
    {SettingUp, "hub_certificate", R"(^(.{1,300}?): not fetched \(certificate\))", nullptr,
     MRB_NOOP("The certificate of the model hub was not accepted, so %1 was not fetched."),
     MRB_NOOP("A proxy that looks into connections signs them with a certificate of its own, or "
              "the clock of the machine is wrong."),
     MRB_NOOP("Ask for the certificate of your network and name its file with SSL_CERT_FILE and "
              "REQUESTS_CA_BUNDLE before this program starts.")},
    {SettingUp, "hub_is_another", R"(^(.{1,300}?): not fetched \(not_the_hub\))", nullptr,
     MRB_NOOP("Something else than the model hub answered for %1."),
     MRB_NOOP("Networks of hotels and hospitals show a login page in place of everything, or "
              "HF_ENDPOINT names another server."),
     MRB_NOOP("Open any page in a browser and log in to the network; check HF_ENDPOINT. Then start "
              "the step again.")},
    {SettingUp, "hub_access_refused",
     R"(^(.{1,300}?): not fetched \((?:gated|unauthorized|forbidden)\))", nullptr,
     MRB_NOOP("The model hub does not give you %1."),
     MRB_NOOP("It wants a token, does not accept yours any more, or waits until you accept the "
              "conditions of the repository."),
     MRB_NOOP("Log in with `hf auth login` (a token that may read is enough), accept the "
              "conditions on the page of the model, and start the step again. The token stays in "
              "your own Hugging Face configuration.")},
    {SettingUp, "hub_has_no_such_file",
     R"(^(.{1,300}?): not fetched \((?:repository|revision|file)_not_found\))", nullptr,
     MRB_NOOP("The model hub does not have %1 at the pinned revision."),
     MRB_NOOP("The publisher took the repository or the revision away, it can be seen only after "
              "logging in, or the manifest or server is another one."),
     kOtherCopy},
    {SettingUp, "hub_file_differs", R"(^(.{1,300}?): not fetched \(other_file\))", nullptr,
     MRB_NOOP("The model hub has another file than the pinned one as %1."),
     MRB_NOOP("Its hash is not that of the manifest, so it was not fetched."), kOtherCopy},
    {SettingUp, "hub_too_many_requests", R"(^(.{1,300}?): not fetched \(too_many_requests\))",
     nullptr,
     MRB_NOOP("The model hub had too many requests from this address and did not give %1."), "",
     MRB_NOOP("Wait some minutes and start the step again. Those who are logged in (`hf auth "
              "login`) may ask more often.")},
    {SettingUp, "hub_unavailable", R"(^(.{1,300}?): not fetched \(server_error\))", nullptr,
     MRB_NOOP("The model hub has a fault of its own and did not give %1."), "",
     MRB_NOOP("Start the step again later: it goes on where it was.")},
    {SettingUp, "hub_offline_mode", R"(^(.{1,300}?): not fetched \(offline_mode\))", nullptr,
     MRB_NOOP("%1 was not fetched, since HF_HUB_OFFLINE forbids it."), "",
     MRB_NOOP("Unset HF_HUB_OFFLINE, or bring the files along, as the step says.")},
    {SettingUp, "hub_library_missing", R"(^(.{1,300}?): not fetched \(library_missing\))", nullptr,
     MRB_NOOP("%1 was not fetched, since the package huggingface_hub cannot be used."),
     MRB_NOOP("It is missing, damaged, older than 0.20, or lacks a package that it needs."),
     MRB_NOOP("Do the step of the Python packages again.")},
    {SettingUp, "hub_not_reached",
     R"(^(.{1,300}?): not fetched \((?:connection|timeout|wrong_size)\))", nullptr,
     MRB_NOOP("The model hub could not be reached, or the connection broke off, for %1."),
     MRB_NOOP("There is no network, it is slow, or a firewall lets only a proxy through."), kGoOn},
    {SettingUp, "hub_other_failure", R"(^(.{1,300}?): not fetched \(\w+\))", nullptr,
     MRB_NOOP("%1 was not fetched."), "", MRB_NOOP("Read the log from its first error on.")},
};

} // namespace

std::span<const FailureRule> hubRules()
{
    return kRules;
}

} // namespace mrb::backend
