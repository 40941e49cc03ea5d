# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""`mrbrain diagnostics` on machines that have everything, nothing, or something that hangs, and of
runs in every state; what is private does not come out of it."""

import json
import os
import shutil
import signal
import unittest

from mrbrain_cli import PACKAGES, SMALL, WEIGHTS, CliTest, strict_json, tree, wait_until

SECTIONS = ["program", "system", "display", "GPUs", "checkout", "Python", "weights", "disk",
            "files", "environment"]
# A shell builtin; the process never goes on by itself, so only a limit brings the program back.
HANG = "kill -STOP $$"
BROKEN = {"exit": 3, "last_words": "RuntimeError: broken\n"}


def as_text(sections):
    """The same facts as the program writes them without --json."""
    text = []
    for section, facts in sections.items():
        lines = [section]
        for name, value in facts.items():
            if "\n" not in value:
                lines.append(f"  {name}: {value}")
                continue
            lines.append(f"  {name}:")
            lines += [f"    {line}" if line else "" for line in value.split("\n")]
        text.append("\n".join(lines) + "\n")
    return "\n".join(text)


class DiagnosticsTest(CliTest):

    def ask(self, *arguments, **more):
        """The sections by name; nothing that is missing makes it fail."""
        outcome = self.shop.run("diagnostics", "--json", *arguments, **more)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(list(outcome.document), ["skill", "diagnostics"])
        sections = outcome.document["diagnostics"]
        self.assertEqual([name for name in sections if name != "run"], SECTIONS)
        for name, facts in sections.items():
            self.assertTrue(facts, name)
            for fact, value in facts.items():
                self.assertIsInstance(value, str, fact)
                self.assertTrue(value.strip(), fact)
        return sections

    def of_this_checkout(self, *arguments, **more):
        return self.ask("--manifest", self.shop.manifest, *arguments, **more)


class Machines(DiagnosticsTest):

    def test_a_machine_with_everything(self):
        before = tree(self.shop.root)
        sections = self.of_this_checkout()
        checkout, python = sections["checkout"], sections["Python"]
        self.assertEqual(checkout["folder"], str(self.shop.root))
        self.assertEqual(checkout["commit"], self.shop.commit)
        for fact in ("commit matches", "tracked files clean", "trusted"):
            self.assertEqual(checkout[fact], "yes")
        self.assertEqual((checkout["reasons against it"], checkout["remotes"]), ("none", "none"))
        self.assertEqual(python["chosen by"], ".venv of the checkout")
        self.assertTrue(python["program"].startswith("<upstream>/"), python["program"])
        self.assertRegex(python["version"], r"^3\.\d+\.\d+")
        for package, (_, version) in PACKAGES.items():
            self.assertTrue(python[package].startswith(version), python[package])
        self.assertIn("built for CUDA 12.4", python["torch"])
        self.assertEqual(python["refused for"], "none")
        self.assertFalse((self.shop.folder / "imported").exists())
        gpus = sections["GPUs"]
        self.assertIn("Fake H100, memory 81559 MiB, free 80000 MiB", gpus["GPU 0"])
        self.assertTrue(gpus["GPU 0"].endswith("GPU-11111111…"), gpus["GPU 0"])
        self.assertEqual((gpus["driver"], gpus["usable by a run"]), ("550.54.15", "0"))
        self.assertIn(str(self.shop.manifest), sections["program"]["manifest"])
        for name in ("supervisor", "phantom", "guide"):
            self.assertTrue(sections["files"][name].endswith(", present"), name)
        self.assertEqual(sections["environment"]["NV_GENERATE_ROOT"], "set")
        self.assertEqual(sections["environment"]["LANG"], "C.UTF-8")
        self.assertEqual(tree(self.shop.root), before)

    def test_weights_are_not_hashed_but_remembered_hashes_are_told(self):
        env = self.shop.environment(XDG_CACHE_HOME=str(self.shop.folder / "own-cache"))
        weights = self.of_this_checkout(env=env)["weights"]
        for path in WEIGHTS:
            self.assertRegex(weights[path], r"^\d.* (bytes|KiB), not hashed yet$")
        self.assertFalse((self.shop.folder / "own-cache").exists())
        wait_until(lambda: self.shop.run("preflight", "default", "--manifest", self.shop.manifest,
                                         env=env).code == 0 and
                   "pinned" in str(self.of_this_checkout(env=env)["weights"]),
                   "files that are old enough are remembered")
        weights = self.of_this_checkout(env=env)["weights"]
        self.assertEqual([text.endswith("the pinned one") for text in weights.values()],
                         [True, True])
        self.assertNotIn("not the pinned one", str(self.of_this_checkout(env=env)["weights"]))

    def test_text_and_json_have_the_same_facts(self):
        sections = self.of_this_checkout()
        text = self.shop.run("diagnostics", "--manifest", self.shop.manifest).stdout.decode()
        changing = ("  written: ", "  memory: ", "  swap: ", "  results: ", "  cache: ",
                    "  temporary files: ")
        self.assertEqual([line for line in text.splitlines() if not line.startswith(changing)],
                         [line for line in as_text(sections).splitlines()
                          if not line.startswith(changing)])
        for start in changing:
            self.assertEqual(text.count(f"\n{start}"), 1, start)

    def test_a_machine_with_nothing(self):
        sections = self.ask(env={"PATH": str(self.shop._folder("no-programs"))})
        self.assertTrue(sections["GPUs"]["problem"].startswith("gpu_tool_missing: "))
        self.assertEqual(sections["checkout"]["folder"], "none found")
        self.assertTrue(sections["checkout"]["problem"].startswith("upstream_root_unset: "))
        self.assertTrue(sections["Python"]["problem"].startswith("python_not_found: "))
        self.assertEqual(sections["display"]["DISPLAY"], "not set")
        self.assertIn("neither", sections["disk"]["cache"])

    def test_without_any_variable(self):
        self.assertEqual(self.ask(env={"": ""})["environment"],
                         {"variables": "none of interest is set"})

    def test_nothing_of_a_strange_checkout_is_run(self):
        trace = self.shop.folder / "ran"
        python = self.shop.write_program("python", f": > '{trace}'")
        root = self.shop.make_checkout("stranger")
        (root / ".venv").unlink()
        (root / ".venv" / "bin").mkdir(parents=True)
        shutil.copy(python, root / ".venv" / "bin" / "python")
        for arguments in ([], ["--python", root / ".venv" / "bin" / "python"]):
            sections = self.ask("--upstream", root, *arguments)  # the manifest has another commit
            self.assertEqual(sections["checkout"]["trusted"], "no")
            self.assertIn("checkout_commit_differs: ", sections["checkout"]["reasons against it"])
            self.assertIn("not trusted", sections["Python"]["version"])
        self.assertFalse(trace.exists())

    def test_options_that_lead_nowhere_are_facts(self):
        sections = self.ask("--upstream", "no-checkout", "--python", "no-python",
                            "--manifest", "no-manifest.yaml")
        self.assertTrue(sections["checkout"]["problem"].startswith("upstream_root_"))
        self.assertTrue(sections["Python"]["problem"].startswith("python_not_found: "))
        self.assertTrue(sections["program"]["manifest problem"].startswith("cannot_read: "))
        self.assertIn("built in", sections["program"]["manifest"])

    def test_usage_and_a_full_disk_are_the_only_ways_to_fail(self):
        for arguments in (["--upstream", ""], ["--jason"], ["a", "b"]):
            self.assert_refused(self.shop.run("diagnostics", *arguments), "usage")
        with open("/dev/full", "wb") as full:
            self.assertEqual(self.shop.run("diagnostics", stdout=full).code, 5)


class Hanging(DiagnosticsTest):

    def hang(self, *names):
        folder = self.shop._folder("hanging-" + "-".join(names))
        for name in ("git", "nvidia-smi"):
            (folder / name).symlink_to(self.shop.bin / name)
        for name in names:
            (folder / name).unlink(missing_ok=True)
            self.shop.write_program(name, f": > '{folder}/started-{name}'\n{HANG}", folder)
        return folder

    def test_whatever_hangs_is_a_fact(self):
        folder = self.hang("nvidia-smi", "python3", "git")
        sections = self.of_this_checkout("--python", folder / "python3",
                                         env=self.shop.environment(PATH=str(folder)))
        self.assertTrue(sections["GPUs"]["problem"].startswith("gpu_tool_timed_out: "))
        self.assertTrue(sections["Python"]["problem"].startswith("python_timed_out: "))
        self.assertEqual(sections["checkout"]["trusted"], "no")
        self.assertIn("git_failed: ", sections["checkout"]["reasons against it"])

    def test_ctrl_c_ends_it_and_what_it_started(self):
        folder = self.hang("nvidia-smi")
        running = self.shop.start("diagnostics", env=self.shop.environment(PATH=str(folder)))
        wait_until((folder / "started-nvidia-smi").exists, "nvidia-smi hangs")
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130)
        self.assertEqual(outcome.codes(), ["cancelled"])
        self.assertEqual(self.shop.living(), {})


class OfRuns(DiagnosticsTest):

    def of_run(self, folder):
        return self.of_this_checkout(folder)["run"]

    def test_a_failed_run_tells_why(self):
        out = self.shop.new_out()
        self.assertEqual(self.shop.run_small(out=out, end=BROKEN).code, 3)
        result = strict_json((out / "result.json").read_text())
        run = self.of_run(out)
        self.assertEqual((run["state"], run["verdict"], run["exit code"]), ("ended", "failed", "3"))
        self.assertIn("invocation.exit_code eq 0, observed 3: ", run["failed gates"])
        self.assertIn("mri_t1", run["request"])
        self.assertIn("imports: ", run["phases"])
        self.assertEqual(run["failure code"], result["failure"]["code"])
        self.assertEqual(run["failure what"], result["failure"]["what"])
        log = (out / "logs" / "stderr.log").read_text().replace("\r", "\n").split("\n")
        told = run["end of stderr.log"].split("\n")
        self.assertLessEqual(len(told), 60)
        self.assertEqual(told[-1], [line for line in log if line.strip()][-1])

    def test_of_a_long_log_the_end_is_told(self):
        out = self.shop.new_out()
        self.shop.run_small(out=out, end=BROKEN)
        with open(out / "logs" / "stderr.log", "a") as log:
            log.writelines(f"line {number} {'x' * 1000}\n" for number in range(1000))
            log.write("bar 1/3\rbar 2/3\rbar 3/3\n\x1b[31mred\x1b[0m\n\n")
        told = self.of_run(out)["end of stderr.log"].split("\n")
        self.assertEqual((len(told), told[-2:]), (60, ["bar 3/3", "red"]))
        self.assertTrue(told[0].startswith("line 942 xxx"), told[0])
        self.assertLess(max(map(len, told)), 500)

    def test_an_interrupted_run(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        self.assertEqual(self.of_run(out)["state"], "running")
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "all descendants are gone")
        run = self.of_run(out)
        self.assertEqual((run["state"], run["result.json"]), ("interrupted", "missing"))
        self.assertEqual(run["state in its journal"], "running")
        self.assertTrue(run["end of stderr.log"])

    def test_damaged_records_are_facts(self):
        out = self.shop.new_out()
        self.shop.run_small(out=out)
        (out / "result.json").write_text('{"gates": [1, {"status": "fail"}], "failure": 3, "a": 1')
        self.assertTrue(self.of_run(out)["result.json"].startswith("json_syntax: "))
        (out / "result.json").write_text('{"gates": [1, {"status": "fail"}], "failure": 3, '
                                         '"phases": {}, "output": [], "input": null}')
        (out / "logs" / "stderr.log").unlink()
        os.mkfifo(out / "logs" / "stderr.log")
        run = self.of_run(out)
        self.assertTrue(run["end of stderr.log"].startswith("cannot_read: "))

    def test_folders_that_are_no_run(self):
        plain = self.shop._folder("plain")
        (plain / "notes.txt").write_text("private")
        self.assertEqual(self.of_run(plain)["state"], "no run")
        self.assertNotIn("end of stderr.log", self.of_run(plain))
        self.assertEqual(self.of_run(self.shop.folder / "gone")["state"],
                         "no run, there is no such folder")
        self.assertEqual(self.of_run(plain / "notes.txt")["state"],
                         "no run, this is not a folder")
        self.assertEqual(self.of_run("plain")["state"], "no run")  # from the working folder


class Secrets(DiagnosticsTest):
    """Everything private is planted where it could come from; none of it may come out."""

    # What must not appear anywhere, by where it was planted.
    PLANTED = {
        "token in the environment": "hf_PlantedTokenOfHuggingFace123456",
        "key in the environment": "planted-cloud-key-0815",
        "password of the proxy": "planted-proxy-pass",
        "password of the remote": "planted-remote-pass",
        "token in the log": "ghp_PlantedGitHubToken000000000000000000",
        "password in the log": "planted-log-pass",
        "address in the log": "203.0.113.77",
        "e-mail in the log": "someone@clinic.example.com",
        "comment of the request": "planted-comment",
        "settings": "planted-setting",
        "user": "zebrafinch",
        "name of another user": "okapi",
        "machine": "stripes-ws7",
        "identifier of the GPU": "2222-3333-4444",
    }

    def plant(self):
        """A home, a checkout and a run of somebody else than the workshop's."""
        private = self.PLANTED
        people = self.shop.folder / "people" / private["user"]
        home = people / "home"
        (home / ".config" / "mrbrain").mkdir(parents=True)
        (home / ".config" / "mrbrain" / "studio.ini").write_text(
            f"[runs]\npython={private['settings']}\n")
        root = people / "NV-Generate-CTMR"
        shutil.copytree(self.shop.root, root, symlinks=True)
        self.shop.git(root, "remote", "add", "origin",
                      f"https://{private['user']}:{private['password of the remote']}"
                      "@git.example.com/x.git")
        out = people / "runs" / "first"
        request = people / "request.json"
        request.write_text(json.dumps(
            {**SMALL, "_note": private["comment of the request"],
             "output_prefix": f"of_{private['user']}"}))
        env = self.shop.environment(
            HOME=str(home), USER=private["user"], HOSTNAME=private["machine"],
            XDG_CACHE_HOME=None, NV_GENERATE_ROOT=str(root),
            HF_TOKEN=private["token in the environment"],
            CLOUD_SECRET_KEY=private["key in the environment"],
            https_proxy=f"http://me:{private['password of the proxy']}@proxy:3128",
            CUDA_VISIBLE_DEVICES="GPU-11111111-" + private["identifier of the GPU"]
                                 + "-555555555555",
            SSL_CERT_FILE=f"/etc/{private['user']}/cert.pem")
        self.shop.mode(root=root, end=BROKEN)
        run = self.shop.run("generate", request, "--manifest", self.shop.manifest, "-o", out,
                            env=env)
        self.assertEqual(run.code, 3, run.stderr)
        with open(out / "logs" / "stderr.log", "a") as log:
            log.write(f"""\
File "/home/{private['name of another user']}/lib/x.py", line 3, in load
File "{home}/.local/lib/x.py", line 4
requests: GET https://x:{private['password in the log']}@hub/api?token={
    private['token in the log']}
Authorization: Bearer {private['token in the environment']}
told {private['e-mail in the log']} from {private['machine']} at {private['address in the log']}
the key is {private['key in the environment']}
proxy http://me:{private['password of the proxy']}@proxy:3128
on GPU-11111111-{private['identifier of the GPU']}-555555555555
RuntimeError: this is what the report is about
""")
        return env, out

    def test_nothing_private_comes_out(self):
        env, out = self.plant()
        for form in ([], ["--json"]):
            outcome = self.shop.run("diagnostics", out, "--manifest", self.shop.manifest, *form,
                                    env=env)
            self.assertEqual(outcome.code, 0, outcome.stderr)
            text = outcome.stdout.decode()
            for where, private in self.PLANTED.items():
                self.assertNotIn(private.lower(), text.lower(), where)
                self.assertNotIn(private, outcome.stderr, where)
            # The report is still one.
            for kept in ("RuntimeError: this is what the report is about", "git.example.com/x.git",
                         "/people/<user>/NV-Generate-CTMR", "~/.local/lib/x.py",
                         "/home/<user>/lib/x.py", "told <e-mail> from <machine> at <address>",
                         "GPU-11111111…"):
                self.assertIn(kept, text)
        sections = strict_json(text)["diagnostics"]
        self.assertEqual(sections["checkout"]["trusted"], "yes")
        self.assertEqual(sections["files"]["settings"], "~/.config/mrbrain/studio.ini, present")
        self.assertEqual(sections["environment"]["SSL_CERT_FILE"], "set")
        self.assertTrue(sections["run"]["folder"].endswith("/people/<user>/runs/first"))


if __name__ == "__main__":
    unittest.main()
