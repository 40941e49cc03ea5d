# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Stands in for the library of the same name, which no test can download: the few functions that
fetch_weights.py calls, by the standard library alone. With MRB_HUB_LIBRARY the tests run against the
real one instead."""

import os
import pathlib
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from .errors import (EntryNotFoundError, GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled,
                     RepositoryNotFoundError, RevisionNotFoundError)

__version__ = "0.0.standin"

BY_CODE = {"GatedRepo": GatedRepoError, "RepoNotFound": RepositoryNotFoundError,
           "RevisionNotFound": RevisionNotFoundError, "EntryNotFound": EntryNotFoundError}


@dataclass
class HfFileMetadata:
    commit_hash: str
    etag: str
    size: int


def token_of_user():
    """In the order of the real one: the variable, then the file."""
    token = os.environ.get("HF_TOKEN") or os.environ.get("HUGGING_FACE_HUB_TOKEN")
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    home = os.environ.get("HF_HOME") or pathlib.Path(cache) / "huggingface"
    file = pathlib.Path(os.environ.get("HF_TOKEN_PATH") or pathlib.Path(home) / "token")
    if not token and file.is_file():
        token = file.read_text()
    return (token or "").strip()


def hf_hub_url(repo_id, filename, *, revision):
    # There is no other hub for a test than one that it named.
    endpoint = os.environ["HF_ENDPOINT"]
    return (f"{endpoint}/{repo_id}/resolve/{urllib.parse.quote(revision, safe='')}/"
            f"{urllib.parse.quote(filename)}")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class _WithoutToken(urllib.request.HTTPRedirectHandler):
    """As the libraries below the real one: another host does not get what was meant for this."""

    def redirect_request(self, request, *rest):
        new = super().redirect_request(request, *rest)
        if new.host != request.host:
            new.remove_header("Authorization")
        return new


def open_url(method, url, headers, follow=True):
    if os.environ.get("HF_HUB_OFFLINE") == "1":
        raise OfflineModeIsEnabled(f"Cannot reach {url}: offline mode is enabled.")
    opener = urllib.request.build_opener(_WithoutToken if follow else _Stay)
    request = urllib.request.Request(url, headers=headers, method=method)
    try:
        return opener.open(request, timeout=30)
    except urllib.error.HTTPError as answer:
        if answer.code < 400:
            return answer
        kind = BY_CODE.get(answer.headers.get("X-Error-Code"), HfHubHTTPError)
        raise kind(f"{answer.code} Client Error for url: {url}", answer.code) from answer


def get_hf_file_metadata(url):
    from .utils import build_hf_headers
    with open_url("HEAD", url, build_hf_headers(), follow=False) as answer:
        found = answer.headers
        size = found.get("X-Linked-Size") or found.get("Content-Length")
        return HfFileMetadata(found.get("X-Repo-Commit"),
                              (found.get("X-Linked-ETag") or found.get("ETag") or "").strip('"'),
                              int(size) if size else None)
