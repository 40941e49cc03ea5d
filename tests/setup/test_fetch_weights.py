# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The script that fetches weights, by itself: what it hides, and which causes it tells apart."""

import errno
import importlib.util
import io
import pathlib
import ssl
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "resources" / "setup" / "fetch_weights.py"


def load():
    spec = importlib.util.spec_from_file_location("fetch_weights", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fetch_weights = load()


class Hidden(unittest.TestCase):

    def through(self, text, known=()):
        stream = fetch_weights.Scrubbed(io.StringIO())
        stream.known = known
        stream.write(text)
        return stream.getvalue()

    def test_secrets(self):
        for text in ("token hf_AbCdEf0123456789 refused",
                     "{'authorization': 'Bearer secret'}",
                     "Authorization: Basic secret",
                     "Proxy-Authorization: secret",
                     "bearer secret",
                     "cannot connect to http://user:secret@proxy:3128/",
                     "https://store/x?X-Amz-Signature=secret&y=secret"):
            shown = self.through(text)
            self.assertNotIn("secret", shown)
            self.assertNotIn("AbCdEf", shown)

    def test_tokens_of_any_form(self):
        self.assertEqual(self.through("not valid: api_org_xyz!", ["api_org_xyz"]),
                         "not valid: (token)!")

    def test_the_rest_stays(self):
        for text in ("404 for http://hub/some/model/resolve/abc/models/x.pt",
                     "[Errno 28] No space left on device: '/home/hf/x'"):
            self.assertEqual(self.through(text), text)


class Kinds(unittest.TestCase):

    def kind(self, error, cause=None):
        error.__cause__ = cause
        return fetch_weights.kind_of(error)

    def test_of_the_system(self):
        for number, kind in ((errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"),
                             (errno.EACCES, "not_writable"), (errno.EROFS, "not_writable"),
                             (errno.EFBIG, "file_too_large")):
            self.assertEqual(self.kind(OSError(number, "x")), kind)
            self.assertEqual(self.kind(RuntimeError("x"), OSError(number, "x")), kind)

    def test_of_the_network(self):
        self.assertEqual(self.kind(ConnectionRefusedError()), "connection")
        self.assertEqual(self.kind(RuntimeError(), TimeoutError()), "timeout")
        self.assertEqual(self.kind(ConnectionError(), ssl.SSLCertVerificationError()),
                         "certificate")
        self.assertEqual(self.kind(ValueError("x")), "unknown")

    def test_by_the_names_of_the_libraries_below(self):
        """As they are related there."""
        for names, kind in ((("ProxyError", "ConnectionError"), "proxy"),
                            (("NewConnectionError", "ConnectTimeoutError", "TimeoutError"),
                             "connection"),
                            (("ReadTimeout", "Timeout"), "timeout"),
                            (("GatedRepoError", "RepositoryNotFoundError"), "gated"),
                            (("RemoteEntryNotFoundError", "EntryNotFoundError"), "file_not_found"),
                            (("EntryNotFoundError",), "file_not_found"),
                            (("LocalEntryNotFoundError", "EntryNotFoundError"), "unknown")):
            made = Exception
            for name in reversed(names):
                made = type(name, (made,), {})
            self.assertEqual(self.kind(made()), kind, names)


if __name__ == "__main__":
    unittest.main()
