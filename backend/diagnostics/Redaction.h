// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/EnvironmentPairs.h"

#include <QString>
#include <QStringList>

namespace mrb::backend {

/// By what somebody could be recognised on this machine, and the secrets that its environment
/// holds. Longer texts come first in each list.
struct PrivateNames
{
    QStringList homes = {};    ///< absolute, as given and without links on the way
    QStringList people = {};   ///< log-in names, and the full name where the system knows one
    QStringList machines = {}; ///< host name, with and without its domain
    QStringList domains = {};  ///< what follows the host name, with two parts or more
    QStringList secrets = {};  ///< values of variables whose names say that they are secret

    friend bool operator==(const PrivateNames &, const PrivateNames &) = default;
};

/// From the environment, the user database and the host name of this machine.
PrivateNames privateNames(const EnvironmentPairs &environment);

/// The text as it may be shown to strangers. Pure; applied twice it changes nothing more.
///
/// Secrets become <secret>: private keys, credentials in addresses, Authorization headers, tokens
/// that show by their form, what is assigned to a name that tells (api_key=…, "password": …) and
/// the environment's secrets wherever they turn up. E-mail addresses become <e-mail>, addresses of
/// computers other than 127.0.0.1 <address>; the identifiers of GPUs keep 8 digits.
///
/// The home folder becomes ~, and so does nothing that only begins like it. Names of people become
/// <user> and of machines <machine> as whole words; the folder below /home or /Users is always
/// taken for a person's. A name that is an ordinary word ("root", "data", "gpu") or shorter than
/// three letters would spoil the text without protecting anybody: an ordinary word goes only with
/// the home folder, a short name only as a whole folder of a path.
QString withoutSecrets(const QString &text, const PrivateNames &names);

} // namespace mrb::backend
