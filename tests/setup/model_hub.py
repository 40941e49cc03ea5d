# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A model hub of the test's own on a loopback port: what huggingface_hub asks for when it fetches
one file of a revision, and the ways in which that goes wrong."""

import contextlib
import hashlib
import http.server
import re
import threading
from dataclasses import dataclass, field

PIECE = 1 << 16
RESOLVE = re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)")


@dataclass
class Behaviour:
    """How files are given out; all False: as the real one does."""
    token: str = ""             # asked for; 401 to others
    refuse: int = 0             # this status for every request
    error_code: str = ""        # what X-Error-Code says then
    portal: bool = False        # a login page in place of everything, with status 200
    cut_after: int | None = None   # bytes of a file, after which every connection ends
    wrong: bool = False         # other bytes, under the right names
    other_etag: bool = False    # the hub itself says that it has another file
    redirect: bool = False      # files come from elsewhere, by an address that is signed
    ignore_range: bool = False  # always from the beginning
    endless: bool = False       # a file never ends
    size: int = 0               # told of every file in place of its own, where not 0
    hold_after: int | None = None  # bytes of a file, after which nothing comes until release()


@dataclass
class Request:
    method: str
    path: str
    range: str
    authorization: str


@dataclass
class Hub:
    """files: {(repository, revision, path): bytes}"""
    files: dict
    behaviour: Behaviour = field(default_factory=Behaviour)
    requests: list = field(default_factory=list)

    def __post_init__(self):
        self._released = threading.Event()
        self.holding = threading.Event()
        hub = self

        class Handler(Answer):
            pass
        Handler.hub = hub
        self._servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
                         for _ in range(2)]
        self._threads = [threading.Thread(target=server.serve_forever, daemon=True)
                         for server in self._servers]
        for server, thread in zip(self._servers, self._threads):
            server.daemon_threads = True
            thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self._servers[0].server_port}"

    @property
    def store_address(self):
        """Another host, as far as clients can see, where redirected files are."""
        return f"http://127.0.0.1:{self._servers[1].server_port}"

    def release(self):
        self._released.set()

    def wait_for_release(self):
        self.holding.set()
        self._released.wait()

    def behave(self, **changes):
        self.release()
        self._released = threading.Event()
        self.holding.clear()
        self.behaviour = Behaviour(**changes)
        self.requests.clear()

    def gets(self):
        return [request for request in self.requests if request.method == "GET"]

    def ranges(self):
        """Where each transfer of a file began."""
        return [int(request.range.removeprefix("bytes=").rstrip("-")) if request.range else 0
                for request in self.gets()]

    def close(self):
        self.release()
        for server in self._servers:
            server.shutdown()
            server.server_close()


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        hub, how = self.hub, self.hub.behaviour
        hub.requests.append(Request(self.command, self.path, self.headers.get("Range", ""),
                                    self.headers.get("Authorization", "")))
        if how.portal:
            return self.send(200, b"<!DOCTYPE html><title>Log in to the network</title>",
                             {"Content-Type": "text/html"})
        if how.refuse:
            return self.send(how.refuse, b"", {"X-Error-Code": how.error_code,
                                               "X-Error-Message": "the stand-in refuses"})
        if self.path.startswith("/store/"):
            return self.give(*hub.stored[self.path.partition("?")[0]])
        if how.token and self.headers.get("Authorization") != f"Bearer {how.token}":
            return self.send(401, b"", {"X-Error-Code": "GatedRepo",
                                        "X-Error-Message": "access is restricted"})
        asked = RESOLVE.fullmatch(self.path.partition("?")[0])
        return self.resolve(**asked.groupdict()) if asked else self.send(404, b"", {})

    def resolve(self, repo, revision, file):
        hub = self.hub
        if (repo, revision, file) not in hub.files:
            known = {(r, v) for r, v, _ in hub.files}
            code = ("RepoNotFound" if repo not in {r for r, _ in known} else
                    "RevisionNotFound" if (repo, revision) not in known else "EntryNotFound")
            return self.send(404, b"", {"X-Error-Code": code, "X-Error-Message": "not here"})
        content = hub.files[repo, revision, file]
        digest = hashlib.sha256(content).hexdigest()
        if hub.behaviour.other_etag:
            digest = hashlib.sha256(b"another file").hexdigest()
        if hub.behaviour.wrong:
            content = bytes(len(content))
        names = {"X-Repo-Commit": revision, "ETag": f'"{digest}"'}
        if not hub.behaviour.redirect:
            return self.give(content, names)
        # What a client with the hub's newer protocol could use instead.
        names["X-Xet-Hash"] = digest
        names["X-Xet-Refresh-Route"] = f"{hub.address}/api/token"
        hub.stored = {f"/store/{digest}": (content, {"ETag": '"of-the-store"'})}
        return self.send(302, b"", {**names, "X-Linked-ETag": f'"{digest}"',
                                    "X-Linked-Size": str(len(content)),
                                    "Location": f"{hub.store_address}/store/{digest}"
                                                "?Signature=of-this-request"})

    def give(self, content, names):
        how = self.hub.behaviour
        begin = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        names = {**names, "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        if how.size:
            return self.send(200, b"", {**names, "X-Linked-Size": str(how.size)})
        if how.endless and self.command == "GET":
            return self.send_for_ever(names)
        if not begin or how.ignore_range:
            return self.send(200, content, names, 0)
        first = int(begin[1])
        if first >= len(content):
            return self.send(416, b"", {"Content-Range": f"bytes */{len(content)}"})
        names["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        return self.send(206, content[first:], names, first)

    def send(self, status, body, headers, first=None):
        self.send_response(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_body(body, first)

    def send_for_ever(self, names):
        self.send_response(200)
        for name, value in {**names, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while True:
                self.wfile.write(bytes(PIECE))

    def send_body(self, body, first):
        """first: the place of the body in its file; None for what is no file."""
        how = self.hub.behaviour
        stop = None if first is None else how.cut_after
        hold = None if first is None else how.hold_after
        for begin in range(0, len(body), PIECE):
            piece = body[begin:begin + PIECE]
            place = (first or 0) + begin
            if stop is not None and place + len(piece) > stop:
                self.wfile.write(piece[:max(0, stop - place)])
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)
                return
            if hold is not None and place + len(piece) > hold:
                self.hub.wait_for_release()
                hold = None
            self.wfile.write(piece)
