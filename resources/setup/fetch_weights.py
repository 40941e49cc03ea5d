# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Fetches one pinned file of a Hugging Face repository into a folder, and goes on where an earlier
attempt was cut off. For `mrbrain setup weights`, and to be run by hand.

The address, the user's token and all connections are the business of huggingface_hub (0.20 or
newer); nothing here takes, shows or keeps a token. The library's own hf_hub_download() is not what
is called, because its newer versions throw away what they have when a download breaks off. Whether
the file is the right one is for the caller to check.

Lines on stdout:
    FILE: continuing after N of M bytes
    FILE: N of M bytes                        (ends with a carriage return: the next one replaces it)
    FILE: complete, M bytes
    FILE: not fetched (KIND): why             (then the exit code is 1)
"""

import argparse
import contextlib
import errno
import hashlib
import os
import pathlib
import re
import ssl
import sys
import threading

# A connection that brings nothing new this often in a row is given up.
PATIENCE = 5
SECONDS_BETWEEN_LINES = 0.5

# What must not be shown: tokens, what follows the names of headers that carry them, passwords in
# addresses, and the signed ends of addresses.
SECRETS = (
    (re.compile(r"\bhf_[A-Za-z0-9_]+"), "(token)"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization\W{1,4})(?:(?:bearer|basic)\s+)?[^\s'\",}]+"),
     r"\1(hidden)"),
    (re.compile(r"(?i)\b(bearer\s+)[^\s'\",}]+"), r"\1(hidden)"),
    (re.compile(r"(\w://)[^/\s@]+@"), r"\1(hidden)@"),
    (re.compile(r"(\w://[^\s?'\"]+\?)[^\s'\")>]+"), r"\1(hidden)"),
)


class NotFetched(Exception):
    """kind: what the caller tells causes apart by."""

    def __init__(self, kind, why):
        super().__init__(why)
        self.kind = kind


class Scrubbed:
    """A text stream that lets no secret through, whoever writes to it."""

    def __init__(self, stream):
        self._stream = stream
        self.known = ()

    def scrub(self, text):
        for secret in self.known:
            text = text.replace(secret, "(token)")
        for pattern, instead in SECRETS:
            text = pattern.sub(instead, text)
        return text

    def write(self, text):
        self._stream.write(self.scrub(text))
        return len(text)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def kind_of_system_error(error):
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk_full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "not_writable"
    if error.errno == errno.EFBIG:
        return "file_too_large"
    return None


# By name, since the libraries below changed twice and none of them may be imported here. The first
# that fits counts; what is more special stands first.
KINDS_BY_CLASS = (
    ("gated", {"GatedRepoError"}),
    ("revision_not_found", {"RevisionNotFoundError"}),
    ("file_not_found", {"RemoteEntryNotFoundError"}),
    ("repository_not_found", {"RepositoryNotFoundError"}),
    ("offline_mode", {"OfflineModeIsEnabled"}),
    ("not_the_hub", {"FileMetadataError"}),
    ("proxy", {"ProxyError"}),
    ("certificate", {"SSLError", "SSLCertVerificationError"}),
    ("connection", {"NewConnectionError"}),  # urllib3 counts these among its timeouts
    ("timeout", {"Timeout", "TimeoutException", "TimeoutError"}),
)
KINDS_BY_STATUS = {401: "unauthorized", 403: "forbidden", 404: "file_not_found", 407: "proxy",
                   408: "timeout", 429: "too_many_requests"}
CONNECTION = {"ConnectionError", "ConnectError", "NetworkError", "ProtocolError", "gaierror",
              "RemoteProtocolError", "ChunkedEncodingError", "IncompleteRead", "URLError"}


def causes(error):
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


def kind_of(error):
    chain = causes(error)
    for cause in chain:
        if isinstance(cause, OSError) and kind_of_system_error(cause):
            return kind_of_system_error(cause)
    names = [{c.__name__ for c in type(cause).__mro__} for cause in chain]
    # httpx has no class of its own for certificates; the system's error is below its own.
    if any(isinstance(cause, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(cause)
           for cause in chain):
        return "certificate"
    for kind, classes in KINDS_BY_CLASS:
        if any(classes & mine for mine in names):
            return kind
    for cause in chain:
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if status in KINDS_BY_STATUS:
            return KINDS_BY_STATUS[status]
        if isinstance(status, int) and status >= 500:
            return "server_error"
    # Before 1.0 this was the class for a file that the hub does not have.
    if any("EntryNotFoundError" in mine and "LocalEntryNotFoundError" not in mine
           for mine in names):
        return "file_not_found"
    if any(CONNECTION & mine for mine in names):
        return "connection"
    return "unknown"


class Hub:
    """What is asked of the library."""

    def __init__(self):
        # Files that it fills in several places at once cannot be continued.
        os.environ["HF_HUB_ENABLE_HF_TRANSFER"] = "0"
        os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        try:
            import huggingface_hub
            from huggingface_hub.file_download import http_get
            from huggingface_hub.utils import build_hf_headers
        except ImportError as failure:
            raise NotFetched("library_missing", f"huggingface_hub: {failure}") from failure
        self._library = huggingface_hub
        self._http_get = http_get
        self._headers = build_hf_headers
        self.version = huggingface_hub.__version__

    def token(self):
        headers = self._headers()
        return (headers.get("authorization") or headers.get("Authorization") or "").split()[-1:]

    def host(self, args):
        return re.sub(r"^(\w+://[^/]*).*$", r"\1",
                      self._library.hf_hub_url(args.repo, args.file, revision=args.revision))

    def metadata(self, repo, file, revision):
        """Where the bytes are, how many, and which. Nothing of it is believed later: the caller
        hashes what came."""
        url = self._library.hf_hub_url(repo, file, revision=revision)
        found = self._library.get_hf_file_metadata(url)
        if not found.commit_hash or not found.etag or not found.size:
            raise NotFetched("not_the_hub", f"what answered for {url} is not a model hub")
        if re.fullmatch("[0-9a-f]{40}", revision) and found.commit_hash != revision:
            raise NotFetched("not_the_hub", f"{url} was answered for revision {found.commit_hash}")
        return url, found

    def receive(self, url, part, size):
        """Appends what is missing to the file `part`. Always by the hub's own address, since those
        that it redirects to are valid for an hour or so; they do not get the token."""
        with open(part, "ab") as target:
            self._http_get(url, target, resume_size=target.tell(), headers=self._headers(),
                           expected_size=size)


class Progress:
    """Says how large a file is while it grows, and ends the program when that has no end: too_much()
    is called then, in another thread, and does not return. Twice the size may come where a server
    begins anew and an old library takes that for the rest."""

    def __init__(self, name, part, total, too_much):
        self._name, self._part, self._total, self._too_much = name, part, total, too_much
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _watch(self):
        said = None
        while not self._done.wait(SECONDS_BETWEEN_LINES):
            size = size_of(self._part)
            if size > 2 * self._total:
                self._too_much()
            if size != said:
                said = size
                print(f"{self._name}: {size} of {self._total} bytes", end="\r", flush=True)


def size_of(path):
    try:
        return path.stat().st_size
    except OSError:
        return 0


def receive_all(hub, part, url, size):
    """A connection that ends early is opened again as long as each brings something new."""
    idle = 0
    while size_of(part) != size:
        before = size_of(part)
        failure = None
        try:
            hub.receive(url, part, size)
        except Exception as caught:
            failure = caught
        if size_of(part) > size:
            part.unlink()
            if before == 0:
                raise NotFetched("wrong_size", f"more than {size} bytes came") from failure
            continue  # the server began anew, and an old library took that for the rest
        got_some = size_of(part) > before
        idle = 0 if got_some else idle + 1
        # A connection that ended too early without complaint shows as a file that is too short.
        is_short = failure is None or (isinstance(failure, OSError) and
                                       "onsistency" in str(failure))
        broke_off = got_some and kind_of(failure) in ("connection", "timeout")
        if not is_short and not broke_off:
            raise failure
        if idle >= PATIENCE:
            raise NotFetched("connection", f"the connection ended after {size_of(part)} of {size} "
                                           f"bytes, {PATIENCE} times") from failure
    with open(part, "rb+") as whole:
        os.fsync(whole.fileno())


def fetch(args):
    hub = Hub()
    sys.stderr.known = tuple(hub.token())
    args.host = hub.host(args)
    print(f"huggingface_hub {hub.version}, {args.host}", file=sys.stderr)
    url, found = hub.metadata(args.repo, args.file, args.revision)
    if args.sha256 and re.fullmatch("[0-9a-f]{64}", found.etag) and found.etag != args.sha256:
        raise NotFetched("other_file", f"the hub has a file with SHA-256 {found.etag} there")
    if args.at_most is not None and found.size > args.at_most:
        raise NotFetched("other_file", f"the hub has a file of {found.size} bytes there")

    target = args.into / args.file
    target.parent.mkdir(parents=True, exist_ok=True)
    # Named after what the bytes are of, so that another file's are never continued.
    source = "\n".join((args.repo, args.revision, args.file, found.etag))
    part = target.with_name(
        f"{target.name}.{hashlib.sha256(source.encode()).hexdigest()[:16]}.part")
    for old in target.parent.glob(f"{glob_escape(target.name)}.*.part"):
        if old != part or size_of(old) > found.size:
            old.unlink()
    if size_of(part):
        print(f"{args.file}: continuing after {size_of(part)} of {found.size} bytes", flush=True)

    def too_much():
        part.unlink(missing_ok=True)
        say(args, "wrong_size", f"what came was twice {found.size} bytes and had no end")
        os._exit(1)  # the thread that receives listens to nobody

    with Progress(args.file, part, found.size, too_much):
        receive_all(hub, part, url, found.size)
    part.replace(target)
    print(f"{args.file}: complete, {found.size} bytes", flush=True)


def glob_escape(name):
    return re.sub(r"([*?[])", r"[\1]", name)


def main():
    parser = argparse.ArgumentParser(description="Fetches one file of a Hugging Face repository.")
    parser.add_argument("--into", required=True, type=pathlib.Path, help="folder")
    parser.add_argument("--repo", required=True, help="OWNER/NAME")
    parser.add_argument("--revision", required=True, help="commit")
    parser.add_argument("--file", required=True, help="path in the repository and in the folder")
    parser.add_argument("--at-most", type=int, metavar="BYTES", help="no larger file is fetched")
    parser.add_argument("--sha256", help="not fetched if the hub says that its file is another")
    args = parser.parse_args()
    args.host = ""
    # Whatever the language of the system is; PYTHONIOENCODING counts for nothing under -I.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stdout = Scrubbed(sys.stdout)
    sys.stderr = Scrubbed(sys.stderr)
    try:
        fetch(args)
    except NotFetched as failure:
        return say(args, failure.kind, failure)
    except Exception as failure:
        kind = kind_of(failure)
        return say(args, kind, what_of(failure, kind, args.host))
    return 0


def what_of(failure, kind, host):
    """The words of the system where the libraries above it say the same at length."""
    told = [cause for cause in causes(failure) if str(cause)]
    if not told:
        return type(failure).__name__
    if kind in ("connection", "timeout", "certificate", "proxy"):
        return f"{host}: {told[-1]}"
    return told[0]


def say(args, kind, why):
    text = " ".join(str(why).split()) or type(why).__name__
    sys.stdout.known = sys.stderr.known
    with contextlib.suppress(BrokenPipeError):
        print(f"{args.file}: not fetched ({kind}): {text}", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
