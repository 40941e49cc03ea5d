// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace mrb::supervisor {

/// The supervisor's side of a program that is held: takes the one line it says on its stdin, passes
/// it on, and tells it to go. Never blocks, so that a reader who is slow delays no stop. Without a
/// socket it does nothing.
class Hold
{
public:
    Hold() = default;
    /// @param socket our end of the program's stdin, or -1
    /// @param status where the line goes
    Hold(int socket, int status) : m_socket(socket), m_status(status) {}

    /// To be polled for reading; -1 when nothing can come any more.
    int socket() const { return m_socket; }
    /// To be polled for writing; -1 when nothing is to be written.
    int waitingFor() const { return m_outgoing.empty() ? -1 : m_status; }
    void read();
    void forward();
    /// The line was said.
    bool isReady() const { return m_isReady; }
    /// False when the program can no longer be told.
    bool go();
    /// Nothing more is passed on. A record of which a part is written is cut short.
    void finish();

private:
    void take(const char *bytes, std::size_t length);
    void closeSocket();

    int m_socket = -1;
    int m_status = -1;
    bool m_isReady = false;
    bool m_isCut = false; // a part of m_outgoing was written
    std::string m_line;
    std::string m_outgoing;
};

/// Ends a line of which a part may have been written. At the beginning of one it makes an empty
/// line, which readers skip.
void endLine(int status);

} // namespace mrb::supervisor
