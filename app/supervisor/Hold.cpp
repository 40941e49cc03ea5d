// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/supervisor/Hold.h"

#include "backend/process/SupervisorProtocol.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string_view>

namespace mrb::supervisor {

void Hold::read()
{
    std::array<char, 4096> bytes{};
    const ssize_t length = ::recv(m_socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (length > 0)
        take(bytes.data(), static_cast<std::size_t>(length));
    else if (length == 0 || (errno != EINTR && errno != EAGAIN))
        closeSocket();
}

void Hold::take(const char *bytes, std::size_t length)
{
    if (m_isReady)
        return; // only the first line counts
    const std::string_view part(bytes, length);
    const std::size_t end = part.find('\n');
    // One byte more than allowed shows that it is too long.
    const std::size_t room = backend::supervisor::kMaxReadyBytes + 1 - m_line.size();
    m_line.append(part.substr(0, std::min(end, room)));
    if (end == std::string_view::npos)
        return;
    m_isReady = true;
    m_outgoing = backend::supervisor::encodeReady(m_line);
    m_line = {};
}

// A pipe that polls as writable takes PIPE_BUF bytes at once; more might block.
void Hold::forward()
{
    const ssize_t written =
        ::write(m_status, m_outgoing.data(), std::min<std::size_t>(m_outgoing.size(), PIPE_BUF));
    if (written < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (written < 0) { // a reader that is gone needs no answer
        m_outgoing.clear();
        return;
    }
    m_outgoing.erase(0, static_cast<std::size_t>(written));
    m_isCut = !m_outgoing.empty();
}

bool Hold::go()
{
    if (m_socket < 0)
        return false;
    constexpr std::string_view kGo = backend::supervisor::kGoCommand;
    const ssize_t sent = ::send(m_socket, kGo.data(), kGo.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    // Closing a socket with unread bytes would be an error to its other end.
    ::shutdown(m_socket, SHUT_RDWR);
    std::array<char, 4096> rest{};
    while (::recv(m_socket, rest.data(), rest.size(), MSG_DONTWAIT) > 0) {
    }
    closeSocket();
    return sent == static_cast<ssize_t>(kGo.size());
}

void Hold::finish()
{
    if (m_isCut)
        endLine(m_status);
    m_isCut = false;
    m_outgoing.clear();
    closeSocket();
}

void Hold::closeSocket()
{
    if (m_socket >= 0)
        ::close(m_socket);
    m_socket = -1;
}

void endLine(int status)
{
    const char newline = '\n';
    [[maybe_unused]] const ssize_t written = ::write(status, &newline, 1);
}

} // namespace mrb::supervisor
