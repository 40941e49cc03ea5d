// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace mrb::test {

/// A line of upstream's own log.
inline QByteArray logged(const QByteArray &message)
{
    return "[2030-01-02 03:04:05.678][ INFO](inference) - " + message + '\n';
}

// One refresh of a bar, as tqdm writes it.
inline QByteArray bar(int step, int total)
{
    return "\r" + QByteArray::number(100 * step / total).rightJustified(3) + "%|#####     | " +
           QByteArray::number(step) + '/' + QByteArray::number(total) + " [00:01<00:02,  3.4it/s]";
}

} // namespace mrb::test
