# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Where `mrbrain setup packages` takes packages from, and what goes wrong with that."""

import base64
import pathlib
import signal
import sys
import threading
import unittest

from mrbrain_cli import wait_until
from packages_shop import PackagesTest
from setup_shop import Server, closed_port, files_of, make_index, refusing
from tiny_wheels import TORCH_WITHOUT_CUDA, make_wheels

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
from room import Room  # noqa: E402


class Index(PackagesTest):

    def test_credentials_of_the_index_are_shown_nowhere(self):
        self.take_prepared()
        secret = "verysecret"
        index = make_index(self.place / "simple", self.wheels)
        plain = files_of(index)

        def answer(handler):  # as an index that wants them
            if "Authorization" not in handler.headers:
                handler.send_response(401)
                handler.send_header("WWW-Authenticate", 'Basic realm="index"')
                handler.end_headers()
                return
            plain(handler)
        server = Server(self, answer)
        outcome = self.install("--index-url", f"http://me:{secret}@{server.address}/")
        self.assert_installed(outcome)
        sent = base64.b64encode(f"me:{secret}".encode()).decode()
        self.assertTrue(any(sent in str(seen) for seen in server.seen))
        self.assertNotIn(secret, outcome.stderr + outcome.stdout.decode())
        for path in self.shop.folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_an_index_that_nobody_answers(self):
        self.take_prepared()
        outcome = self.install("--index-url", f"http://127.0.0.1:{closed_port()}/simple/",
                               env=self.surroundings(PIP_RETRIES="1"))
        self.assert_failed(outcome, "setup_no_network")
        self.assert_installed(self.install())

    def test_a_proxy_that_refuses(self):
        self.take_prepared()
        proxy = Server(self, refusing(407))
        outcome = self.install("--index-url", "https://index.invalid/simple/",
                               env=self.surroundings(https_proxy=f"http://{proxy.address}",
                                                     PIP_RETRIES="1"))
        failure = self.assert_failed(outcome, "setup_proxy_refused")
        self.assertIn("407", failure["what"])
        self.assertTrue(proxy.seen)

    def test_a_folder_that_lacks_a_package(self):
        self.take_prepared()
        short = make_wheels(self.place / "short", without=("monai",))
        outcome = self.install("--wheels", short)
        failure = self.assert_failed(outcome, "setup_package_missing")
        self.assertIn("monai", failure["what"])
        # Only pip runs again.
        plan = self.look("packages", "--wheels", self.wheels)
        self.assertEqual(len(plan["commands"]), 1)
        self.assert_installed(self.install())

    def test_a_folder_that_is_not_there(self):
        outcome = self.install("--wheels", self.place / "nothing")
        self.assert_problem(outcome, "packages", "cannot_read")
        self.assertFalse(self.venv.exists())

    def test_torch_without_cuda_is_found_and_replaced(self):
        self.take_prepared()
        without = make_wheels(self.place / "cpu", torch=TORCH_WITHOUT_CUDA)
        outcome = self.install("--wheels", without)
        problem = self.assert_problem(outcome, "packages", "torch_without_cuda", exit_code=3)
        self.assertIn("550.54.15", problem["hint"])
        self.assertIn("12.4", problem["hint"])
        self.assertFalse(self.trace.exists())
        # pip would call everything met: without another source there is nothing to start.
        self.assertFalse(self.look("packages")["may_start"])
        index = make_index(self.place / "cuda", self.wheels)
        self.assert_installed(self.install("--torch-index-url", f"file://{index}", "--index-url",
                                           f"file://{index}"))

    def test_cancelled_while_pip_waits(self):
        self.take_prepared()
        gate = threading.Event()
        server = Server(self, lambda handler: gate.wait())
        self.addCleanup(gate.set)
        running = self.start("packages", "--yes", "--index-url", f"http://{server.address}/")
        wait_until(lambda: server.seen or running.process.poll() is not None, "pip asks the index")
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assertEqual(outcome.document["ran"][0]["ended"], "cancelled")
        self.assertEqual(self.shop.living(), {})
        self.assert_installed(self.install())

    def test_a_disk_that_becomes_full(self):
        room = Room(self, "size=64m,mode=755")
        order = self.order("packages", "--yes", "--wheels", self.wheels, "--venv",
                           room.path / "venv")
        room.fill(leave=2_000_000)  # pip's own files alone need more
        outcome = room.run(*order)
        self.assert_failed(outcome, "setup_disk_full")
        (room.here / "filler").unlink()
        self.assert_done(room.run(*order), "packages")


if __name__ == "__main__":
    unittest.main()
