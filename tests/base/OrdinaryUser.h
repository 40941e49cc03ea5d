// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/fsuid.h>
#include <unistd.h>

/// Makes file permissions bind this thread while it lives, also when the superuser runs the tests.
class OrdinaryUser
{
public:
    OrdinaryUser() : m_before(::geteuid())
    {
        constexpr uid_t kNobody = 65534;
        if (m_before == 0)
            ::setfsuid(kNobody);
    }
    ~OrdinaryUser() { ::setfsuid(m_before); }
    OrdinaryUser(const OrdinaryUser &) = delete;
    OrdinaryUser &operator=(const OrdinaryUser &) = delete;

private:
    uid_t m_before;
};
