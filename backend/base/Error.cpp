// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/Error.h"

#include "backend/base/Text.h"

#include <cerrno>
#include <system_error>

namespace mrb {

QString systemErrorText(int errnoValue)
{
    return QString::fromStdString(std::generic_category().message(errnoValue));
}

QString writeFailureHint(int errnoValue)
{
    switch (errnoValue) {
    case ENOSPC:
        return Text::tr("Free some disk space or choose another folder.");
    case EDQUOT:
        return Text::tr("Your quota is used up: remove files of yours, or choose another folder.");
    case EFBIG:
        return Text::tr("A limit on the size of files was reached; raise it (ulimit -f) or ask who "
                        "set it.");
    case EROFS:
        return Text::tr("Its file system is mounted read-only, perhaps after an error of the disk; "
                        "choose a folder on another.");
    case EISDIR:
    case EEXIST:
    case ENOTDIR:
    case ELOOP:
        return Text::tr("Something else has that name; move it away.");
    case EIO:
        return Text::tr("The disk reports an error; look at the system's log, and choose a folder "
                        "on another.");
    default:
        return Text::tr("Check that the folder exists and that you may write to it.");
    }
}

} // namespace mrb
