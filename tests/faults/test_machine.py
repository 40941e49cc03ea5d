# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Pythons and drivers that are missing, broken, hanging or talk nonsense."""

import signal
import unittest

from fault_matrix import ENDED, NOTHING, SMALL, FaultTest, Ran, row, wait_until
from mrbrain_cli import GPU_ROW, NO_VOLUME, EXIT, PACKAGES

CHOOSE = "Give the interpreter of the run with --python."


class Python(FaultTest):

    def with_python(self, python, case="", **more):
        out = self.shop.new_out()
        self.shop.mode()
        return Ran(self.shop.generate(self.shop.request(SMALL), "--python", python, out=out,
                                      **more), out, case=case)

    def script(self, body):
        return self.shop.write_program("some-python", body, self.shop.folder)

    def answering(self, version):
        """The real interpreter, which says that it is another version."""
        text, dotted = ", ".join(map(str, version)), ".".join(map(str, version))
        return self.script(f'''case "$*" in
*MRBRAIN-FACTS*) {self.shop.python} "$@" | /bin/sed \
    's/"version": \\[[0-9, ]*\\]/"version": [{text}]/; s/\\(_text": "\\)[^"]*/\\1{dotted}/' ;;
*) exec {self.shop.python} "$@" ;;
esac''')

    @row("python.missing", group="python", fault="The interpreter is not there",
         made="--python with a path that does not exist", code=2, status="refused",
         finding="python_not_found",
         says=f"The Python interpreter … does not exist. {CHOOSE}", left=NOTHING)
    def test_missing(self):
        return self.with_python("/nonexistent/python")

    @row("python.none_anywhere", group="python", fault="There is no Python at all",
         made="a checkout without .venv, no VIRTUAL_ENV, a PATH without python3", code=2,
         status="refused", finding="python_not_found",
         says="No python3 was found in PATH. Install Python 3, or give an "
              "interpreter with --python.", left=NOTHING)
    def test_none_anywhere(self):
        return self.without_venv(lambda link: None)

    @row("python.dangling_venv", group="python", fault="The checkout's environment lost its Python",
         made=".venv/bin/python as a dangling link", code=2, status="refused",
         finding="python_not_found",
         says=f"The Python interpreter … does not exist (its link leads nowhere). {CHOOSE}",
         left=NOTHING)
    def test_dangling_venv(self):
        def dangle(venv):
            (venv / "bin").mkdir(parents=True)
            (venv / "bin/python").symlink_to("/nonexistent/python3")
        return self.without_venv(dangle)

    def without_venv(self, make):
        root = self.shop.make_checkout(f"checkout-{self._testMethodName}")
        (root / ".venv").unlink()
        make(root / ".venv")
        out = self.shop.new_out()
        return Ran(self.shop.generate("default", "--upstream", root, out=out), out)

    @row("python.not_a_program", group="python", fault="The interpreter is no program",
         made="a folder, a file without the right to execute, one for no machine", code=2,
         status="refused", finding="python_not_executable",
         says=f"… cannot be run: … {CHOOSE}", left=NOTHING)
    def test_not_a_program(self):
        yield self.with_python(self.shop.home, "folder")
        plain = self.script("exit 0")
        plain.chmod(0o644)
        yield self.with_python(plain, "not executable")
        plain.write_bytes(b"\x7fELF" + bytes(60))
        plain.chmod(0o755)
        yield self.with_python(plain, "for no machine")

    @row("python.too_old", group="python", fault="Python 3.9", code=2, status="refused",
         made="an interpreter that gives 3.9.18, and one that gives 2.7.18, as its version",
         finding="python_too_old",
         says=f"… is Python …; at least 3.10 is needed, 3.11 recommended. {CHOOSE}",
         left=NOTHING)
    def test_too_old(self):
        for version in ((3, 9, 18), (2, 7, 18)):
            yield self.with_python(self.answering(version), str(version))

    @row("python.old", group="python", fault="Python 3.10, the oldest that is accepted",
         made="an interpreter that gives 3.10.12 as its version", code=0,
         status="passed_custom_manifest", finding="python_old",
         says=f"warning: … is Python 3.10.12; the model asks for 3.11 or newer. {CHOOSE}",
         left=ENDED, volumes=1)
    def test_old(self):
        return self.with_python(self.answering((3, 10, 12)))

    @row("python.package_missing", group="python",
         fault="A package that the model needs is missing",
         made="torch, monai, nibabel, numpy, scipy, scikit-image and tqdm removed one by one",
         code=2, status="refused", finding="package_missing",
         says="The Python package … was not found by …. In the checkout, run: … -m pip install -r "
              "requirements.txt", left=NOTHING)
    def test_package_missing(self):
        for distribution, (module, _) in PACKAGES.items():
            hidden = self.shop.folder / "hidden"
            (self.shop.site / module).rename(hidden)
            ran = self.with_python(self.shop.python, distribution)
            hidden.rename(self.shop.site / module)
            self.assertIn(f" {distribution} ", ran.outcome.document["detail"])
            yield ran

    @row("python.crashing", group="python", fault="Python fails at its start",
         made="an interpreter that exits with 3, one without its standard library", code=2,
         status="refused", finding="python_crashed",
         says="… failed at its start with exit code …: … Repair or recreate this Python "
              "environment, or choose another with --python.", left=NOTHING)
    def test_crashing(self):
        for case, body, word in (
                ("exit code", "echo 'dyld: broken' >&2; exit 3", "exit code 3: dyld: broken"),
                ("import error", "echo 'Fatal Python error' >&2; echo \"ModuleNotFoundError: No "
                 "module named 'encodings'\" >&2; exit 1", "No module named 'encodings'")):
            ran = self.with_python(self.script(body), case)
            self.assertIn(word, ran.outcome.document["detail"])
            yield ran

    @row("python.crashing_by_signal", group="python", fault="Python dies by a signal at its start",
         made="an interpreter that dies by SIGSEGV", code=2, status="refused",
         finding="python_crashed",
         says="… died by signal 11 (Segmentation fault). Run … by hand; reinstall it if it crashes "
              "there too.", left=NOTHING)
    def test_crashing_by_signal(self):
        return self.with_python(self.script("kill -SEGV $$"))

    @row("python.garbage", group="python", fault="The interpreter answers nonsense",
         made="one that prints a word, nothing, half an answer, bytes, or 10 MB", code=2,
         status="refused", finding="python_answer_unreadable",
         says=f"error: … {CHOOSE}",
         left=NOTHING)
    def test_garbage(self):
        for case, body in (("word", "echo hello"), ("nothing", ":"),
                           ("half", "printf '\\nMRBRAIN-FACTS {\"version\": [3, 1'"),
                           ("no facts", "printf '\\nMRBRAIN-FACTS []\\n'"),
                           ("bytes", "printf '\\377\\376\\000MRBRAIN-FACTS'"),
                           ("10 MB", "exec /bin/dd if=/dev/zero bs=1M count=10")):
            yield self.with_python(self.script(body), case)

    @row("python.hanging", group="python", fault="The interpreter never answers",
         made="one that sleeps and ignores SIGTERM", code=2, status="refused",
         finding="python_timed_out",
         says="… did not finish within 15 s. Run … by hand to see what it waits for, or choose "
              "another with --python.", left=NOTHING)
    def test_hanging(self):
        return self.with_python(self.script("trap '' TERM; /bin/sleep 1000"))

    @row("python.gone_at_start", group="python", fault="Python vanishes after the preflight",
         made="an interpreter that removes itself when both questions are answered", code=3,
         status="failed", finding="not_started", gates=(EXIT, *NO_VOLUME),
         says="error: … could not be started: No such file or directory. …\nwhat to do now: Choose "
              "both again and run preflight.", left=ENDED)
    def test_gone_at_start(self):
        once = self.script(f'''{self.shop.python} "$@" || exit
case "$*" in *MRBRAIN-FACTS*) : > "$0.1" ;; *) : > "$0.2" ;; esac
[ -e "$0.1" ] && [ -e "$0.2" ] && exec /bin/rm -f "$0"
exit 0''')
        ran = self.with_python(once)
        invocation = ran.outcome.document["invocation"]
        self.assertEqual(invocation["exit_code"], 127)
        self.assertIn(str(once), invocation["outcome"])
        return ran

    @row("python.crashing_in_run", group="python", fault="Python works in the preflight only",
         made="an interpreter that dies by SIGSEGV when it is to run upstream", code=3,
         status="failed", gates=(EXIT, *NO_VOLUME),
         says="error: … ended by signal 11 (Segmentation fault)…", left=ENDED)
    def test_crashing_in_run(self):
        return self.with_python(self.script(
            f'[ "$1" = -m ] && kill -SEGV $$\nexec {self.shop.python} "$@"'))


class Driver(FaultTest):

    BY_HAND = ("Run nvidia-smi by hand; reinstall the NVIDIA driver or restart the machine if it "
               "fails there too.")

    def with_smi(self, body, case="", **more):
        """A PATH of its own, with git and this nvidia-smi."""
        folder = self.shop.folder / f"path-{self._testMethodName}"
        folder.mkdir(exist_ok=True)
        if not (folder / "git").exists():
            (folder / "git").symlink_to(self.shop.bin / "git")
        if body is not None:
            self.shop.write_program("nvidia-smi", body, folder)
        out = self.shop.new_out()
        self.shop.mode()
        return Ran(self.shop.generate(self.shop.request(SMALL), out=out,
                                      env=self.shop.environment(PATH=str(folder)), **more), out,
                   case=case)

    @row("gpu.tool_missing", group="gpu", fault="nvidia-smi is not there", made="a PATH without it",
         code=2, status="refused", finding="gpu_tool_missing",
         says="nvidia-smi was not found in PATH, so no NVIDIA GPU can be used. Install the NVIDIA "
              "driver, or run on a machine with an NVIDIA GPU.", left=NOTHING)
    def test_tool_missing(self):
        ran = self.with_smi(None)
        self.assertIs(ran.outcome.document["cuda"]["available"], False)
        self.assertEqual(ran.outcome.document["cuda"]["gpus"], [])
        return ran

    @row("gpu.hanging", group="gpu", fault="nvidia-smi hangs",
         made="one that sleeps and ignores SIGTERM", code=2, status="refused",
         finding="gpu_tool_timed_out",
         says="nvidia-smi did not finish within 5 s. The driver hangs; restart the machine if it "
              "goes on.", left=NOTHING)
    def test_hanging(self):
        return self.with_smi("trap '' TERM; /bin/sleep 1000")

    @row("gpu.hanging_in_run", group="gpu", fault="nvidia-smi hangs once the run has begun",
         made="one that answers the preflight's question only", code=0,
         status="passed_custom_manifest", says="passed_custom_manifest (exit code 0): …",
         left=ENDED, volumes=1)
    def test_hanging_in_run(self):
        return self.with_smi(f"case \"$*\" in *compute_cap*) echo '{GPU_ROW}';; "
                             "*) trap '' TERM; /bin/sleep 1000;; esac")

    @row("gpu.not_loaded", group="gpu", fault="The driver is not loaded",
         made="nvidia-smi's words for it and exit code 9", code=2, status="refused",
         finding="gpu_tool_failed",
         says="nvidia-smi failed with exit code 9: NVIDIA-SMI has failed because it couldn't "
              f"communicate with the NVIDIA driver. … {BY_HAND}", left=NOTHING)
    def test_not_loaded(self):
        said = ("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
                "Make sure that the latest NVIDIA driver is installed and running.")
        yield self.with_smi(f'echo "{said}"; exit 9', "on stdout")
        yield self.with_smi(f'echo "{said}" >&2; exit 9', "on stderr")

    @row("gpu.mismatch", group="gpu", fault="The driver was updated under the running kernel",
         made="nvidia-smi's words for it and exit code 18", code=2, status="refused",
         finding="gpu_tool_failed",
         says="nvidia-smi failed with exit code 18: Failed to initialize NVML: Driver/library "
              "version mismatch. The driver was updated while it was loaded: restart the machine.",
         left=NOTHING)
    def test_mismatch(self):
        return self.with_smi("echo 'Failed to initialize NVML: Driver/library version mismatch'; "
                             "exit 18")

    @row("gpu.none", group="gpu", fault="There is a driver and no GPU",
         made="no line, and nvidia-smi's words for it", code=2, status="refused",
         finding="gpu_none",
         says="nvidia-smi found no NVIDIA GPU. The model needs an NVIDIA GPU; "
              "it cannot run on the processor. Use a machine that has one.", left=NOTHING)
    def test_none(self):
        yield self.with_smi(":", "nothing")
        yield self.with_smi("echo 'No devices were found'; exit 6", "words")

    @row("gpu.unknown_memory", group="gpu", fault="The driver does not tell the memory",
         made="a row with [N/A] in every column that may have it", code=0,
         status="passed_custom_manifest", says="GPU: Fake H100", left=ENDED, volumes=1)
    def test_unknown_memory(self):
        ran = self.with_smi("echo '0, Fake H100, [N/A], [N/A], [N/A], [Not Supported], [N/A]'")
        gpu, = ran.outcome.document["preflight"]["cuda"]["gpus"]
        self.assertEqual((gpu["memory_total_mib"], gpu["memory_free_mib"], gpu["uuid"]),
                         (None, None, ""))
        return ran

    @row("gpu.unreadable", group="gpu", fault="nvidia-smi's answer cannot be read",
         made="half a line, words, bytes, or 10 MB of lines", code=2, status="refused",
         finding="gpu_answer_unreadable",
         says="error: nvidia-smi … Check that …", left=NOTHING)
    def test_unreadable(self):
        for case, body in (("half", f"printf '{GPU_ROW[:21]}'"), ("words", "echo hello"),
                           ("bytes", "printf '\\377\\376\\000, \\001'"),
                           ("10 MB", "exec /bin/dd if=/dev/zero bs=1M count=10")):
            yield self.with_smi(body, case)

    @row("gpu.one_lost", group="gpu", fault="One of two GPUs has fallen off the bus",
         made="a good line, a line of complaint and exit code 15", code=0,
         status="passed_custom_manifest", finding="gpu_tool_failed",
         says="warning: nvidia-smi failed with exit code 15: Unable to determine the device handle "
              f"for GPU 0000:41:00.0: GPU is lost. {BY_HAND}", left=ENDED, volumes=1)
    def test_one_lost(self):
        return self.with_smi(f"echo '{GPU_ROW}'; echo 'Unable to determine the device handle for "
                             "GPU 0000:41:00.0: GPU is lost.'; exit 15")

    @row("gpu.hidden", group="gpu", fault="CUDA_VISIBLE_DEVICES hides every GPU",
         made='CUDA_VISIBLE_DEVICES=""', code=2, status="refused", finding="gpu_all_hidden",
         says='CUDA_VISIBLE_DEVICES="" hides every GPU. Unset CUDA_VISIBLE_DEVICES or name a GPU '
              "in it.", left=NOTHING)
    def test_hidden(self):
        out = self.shop.new_out()
        return Ran(self.shop.generate("default", out=out,
                                      env=self.shop.environment(CUDA_VISIBLE_DEVICES="")), out)


class Impatience(FaultTest):
    """What hangs before the start can be cancelled, whatever it is."""

    @row("gpu.cancelled_while_hanging", group="gpu",
         fault="A user cancels while nvidia-smi, Python or git hangs",
         made="each of them hanging, then SIGINT", code=130, status="refused", finding="cancelled",
         says="error: Cancelled.", left=NOTHING)
    def test_cancelled_while_hanging(self):
        for hanging in ("nvidia-smi", "python", "git"):
            folder = self.shop.folder / f"hanging-{hanging}"
            folder.mkdir()
            sign = folder / "is-up"
            for name in ("git", "nvidia-smi"):
                (folder / name).symlink_to(self.shop.bin / name)
            (folder / hanging).unlink(missing_ok=True)
            self.shop.write_program(hanging, f"trap '' TERM\n: > {sign}\n/bin/sleep 1000", folder)
            out = self.shop.new_out()
            python = ["--python", folder / "python"] if hanging == "python" else []
            running = self.shop.start(
                "generate", self.shop.request(SMALL), "--manifest", self.shop.manifest, "-o", out,
                *python, env=self.shop.environment(PATH=str(folder)))
            wait_until(sign.exists, "the preflight is under way")
            running.signal(signal.SIGINT)
            yield Ran(running.wait(), out, case=hanging)


if __name__ == "__main__":
    unittest.main()
