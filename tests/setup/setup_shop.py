# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A machine on which nothing is set up: the repository to clone, packages to install, and questions
about what `mrbrain setup` left."""

import hashlib
import http.server
import os
import pathlib
import shutil
import signal
import socket
import sys
import threading

from mrbrain_cli import CliTest, tree, wait_until

HANG = "exec sleep 1000000"


def fingerprint(folder):
    """Every path with its kind, content and times."""
    facts = {}
    for name in tree(folder):
        path = pathlib.Path(folder, name)
        info = path.lstat()
        content = (os.readlink(path) if path.is_symlink() else
                   hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None)
        facts[name] = (info.st_mode, info.st_mtime_ns, content)
    return facts


def closed_port():
    """A port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A small HTTP server on loopback; `answer` gets each request's handler."""

    def __init__(self, test, answer):
        self.seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def handle_any(handler):
                self.seen.append((handler.command, handler.path, dict(handler.headers)))
                answer(handler)
            do_GET = do_HEAD = do_CONNECT = handle_any

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        test.addCleanup(self._close)

    def _close(self):
        self._server.shutdown()
        self._server.server_close()


def refusing(code):
    return lambda handler: handler.send_error(code)


def files_of(folder):
    def answer(handler):
        path = pathlib.Path(folder, handler.path.lstrip("/"))
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file():
            handler.send_error(404)
            return
        handler.send_response(200)
        handler.send_header("Content-Type",
                            "text/html" if path.suffix == ".html" else "application/octet-stream")
        handler.end_headers()
        handler.wfile.write(path.read_bytes())
    return answer


def make_index(folder, wheels):
    """A simple index (PEP 503) of the wheels in a folder."""
    for wheel in wheels.glob("*.whl"):
        name = wheel.name.split("-")[0].replace("_", "-").lower()
        page = folder / name
        page.mkdir(parents=True, exist_ok=True)
        shutil.copy(wheel, page)
        (page / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>\n')
    return folder


class SetupTest(CliTest):
    """The repository is a bare one with upstream's layout; a root of its own for each test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shop = cls.shop
        cls.repository = shop.folder / "upstream.git"
        shop.git(shop.folder, "clone", "-q", "--bare", shop.root, cls.repository)
        (shop.bin / "python3").symlink_to(sys.executable)
        cls.count = 0

    def setUp(self):
        super().setUp()
        type(self).count += 1
        self.place = self.shop.folder / f"place{self.count}"
        self.place.mkdir()
        self.root = self.place / "model"
        shutil.rmtree(self.shop.folder / "cache", ignore_errors=True)
        shutil.rmtree(self.shop.home / ".cache", ignore_errors=True)

    @property
    def partial(self):
        return self.place / ".model.mrbrain-partial"

    def surroundings(self, **changes):
        return self.shop.environment(**{"NV_GENERATE_ROOT": None, **changes})

    def order(self, step, *arguments, root=None, repository=None):
        return ("setup", step, "--manifest", self.shop.manifest, "--upstream", root or self.root,
                "--repository", repository or self.repository, *arguments)

    def start(self, step, *arguments, env=None, root=None, repository=None, **more):
        return self.shop.start(*self.order(step, *arguments, root=root, repository=repository),
                               env=env or self.surroundings(), **more)

    def setup(self, step, *arguments, **more):
        return self.start(step, "--yes", *arguments, **more).wait()

    def look(self, step, *arguments, **more):
        outcome = self.start(step, "--check", *arguments, **more).wait()
        return self.plan(outcome, step)

    @staticmethod
    def plan(outcome, step):
        return next(plan for plan in outcome.document["setup"]["steps"] if plan["step"] == step)

    @staticmethod
    def codes_of(findings):
        return [finding["code"] for finding in findings]

    def assert_done(self, outcome, step):
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(outcome.document["exit_code"], 0)
        self.assertEqual(self.plan(outcome, step)["state"], "done")
        return outcome

    def assert_failed(self, outcome, code, exit_code=3):
        """A command that failed for a known reason, with something to do about it."""
        self.assertEqual(outcome.code, exit_code, outcome.stderr)
        failure = outcome.document["ran"][-1]["failure"]
        self.assertEqual(failure["code"], code, outcome.stderr)
        self.assertTrue(failure["advice"])
        self.assertIn(failure["advice"].split(". ")[0], outcome.stderr)
        return failure

    def assert_problem(self, outcome, step, code, exit_code=2):
        self.assertEqual(outcome.code, exit_code, outcome.stderr)
        problems = {problem["code"]: problem for problem in self.plan(outcome, step)["problems"]}
        self.assertIn(code, problems, outcome.stderr)
        self.assertTrue(problems[code]["hint"])
        return problems[code]

    def make_checkout(self):
        """The pinned commit at this test's root, by hand."""
        self.shop.git(self.shop.folder, "clone", "-q", self.repository, self.root)

    def hanging(self, name, where, first=""):
        """A program in front of the real one that stays where its arguments fit, and says so."""
        real = shutil.which(name, path=str(self.shop.bin)) or shutil.which(name)
        real = pathlib.Path(real).resolve()
        folder = self.place / "bin"
        folder.mkdir(exist_ok=True)
        self.reached = self.place / "reached"
        self.shop.write_program(
            name, f'case "$*" in\n{where}) {first}\necho $$ > {self.reached}\n'
                  f'PATH=/usr/bin:/bin; {HANG};;\nesac\nexec {real} "$@"', folder)
        return self.surroundings(PATH=f"{folder}:{self.shop.bin}")

    def start_hanging(self, step, env, *arguments, **more):
        running = self.start(step, "--yes", *arguments, env=env, **more)
        wait_until(lambda: self.reached.exists() and self.reached.read_text().strip()
                   or running.process.poll() is not None, "the command hangs")
        if not self.reached.exists():
            raise AssertionError(running.text_of_stderr())
        return running

    def kill(self, running):
        """mrbrain alone, by a signal that nobody can catch."""
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "the supervisor ends what is left")
