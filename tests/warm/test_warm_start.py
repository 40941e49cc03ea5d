# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The script that imports ahead, against `python -m`."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest

from warm_shop import CONFIG, LAUNCHER, MODULE, WarmTest


class Preparing(WarmTest):
    """What happens before go."""

    def test_imports_are_done_and_the_module_has_not_run(self):
        self.shop.write("scripts/entry.py", """
            import os
            from . import helper
            os.makedirs("has-run")
        """)
        waiting = self.shop.start("-t", CONFIG)
        report = waiting.report()
        loaded = {pathlib.Path(file[0]).name for file in report["files"]}
        self.assertIn("helper.py", loaded)
        self.assertFalse((self.shop.root / "has-run").exists())
        self.assertIsNone(waiting.process.poll())
        self.assertEqual(waiting.run().code, 0)
        self.assertTrue((self.shop.root / "has-run").exists())

    def test_what_the_network_configuration_names_is_imported(self):
        self.shop.write("scripts/entry.py", """
            import sys
            print(sorted(name for name in sys.modules if name.startswith("monai")))
        """)
        self.assertEqual(self.shop.warm().stdout, "[]\n")
        self.assertEqual(self.shop.warm("-t", CONFIG).stdout,
                         "['monai', 'monai.nets', 'monai.nets.plain', 'monai.nets.unet']\n")

    def test_report(self):
        waiting = self.shop.start("-t", CONFIG)
        report = waiting.report()
        self.assertEqual(set(report), {"protocol", "python", "seconds", "cpu_seconds", "versions",
                                       "files", "folders"})
        self.assertEqual(report["protocol"], 1)
        self.assertEqual(report["python"], ".".join(map(str, sys.version_info[:3])))
        self.assertGreater(report["seconds"], 0)
        self.assertGreater(report["cpu_seconds"], 0)
        self.assertEqual(report["versions"], {"torch": "2.6.0+fake", "monai": "1.5.0"})
        read = ["configs/network.json", "scripts/__init__.py", "scripts/entry.py",
                "scripts/helper.py", "scripts/tools/__init__.py", "scripts/tools/inner.py"]
        self.assertEqual([file[0] for file in report["files"]],
                         [str(self.shop.root / path) for path in read])
        for path, *facts in report["files"]:
            status = os.stat(path)
            self.assertEqual(facts, [status.st_size, status.st_mtime_ns, status.st_ctime_ns,
                                     status.st_ino])
        folders = {folder[0]: folder[1:] for folder in report["folders"]}
        self.assertIn(str(self.shop.site), folders)
        self.assertIn(str(self.shop.root), folders)
        self.assertNotIn(str(LAUNCHER.parent), folders)
        status = os.stat(self.shop.site)
        self.assertEqual(folders[str(self.shop.site)], [status.st_mtime_ns, status.st_ctime_ns])
        waiting.leave()
        waiting.end()

    def test_virtual_environment_inside_the_checkout(self):
        """Its thousands of files are not the checkout's; its folders are told."""
        venv = self.shop.root / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        site = next(venv.glob("lib/python3*/site-packages"))
        shutil.copytree(self.shop.site, site, dirs_exist_ok=True)
        shutil.rmtree(self.shop.site)
        self.shop.python = venv / "bin" / "python"
        waiting = self.shop.start("-t", CONFIG)
        report = waiting.report()
        self.assertEqual(report["versions"]["torch"], "2.6.0+fake")
        self.assertFalse([file for file in report["files"] if ".venv" in file[0]])
        folders = [folder[0] for folder in report["folders"]]
        self.assertIn(str(site), folders)
        self.assertIn(str(venv), folders)  # pyvenv.cfg
        self.assertEqual(waiting.run().code, 0)

    def test_size_of_the_report_of_a_large_checkout(self):
        names = [f"module_with_quite_a_long_name_{i}" for i in range(400)]
        for name in names:
            self.shop.write(f"scripts/{name}.py", "")
        self.shop.write("scripts/entry.py", f"from . import {', '.join(names)}\n")
        waiting = self.shop.start()
        self.assertEqual(len(waiting.report()["files"]), 402)
        self.assertEqual(waiting.run().code, 0)

    def test_nobody_needs_it(self):
        waiting = self.shop.start()
        waiting.report()
        waiting.leave()
        ended = waiting.end()
        self.assertEqual((ended.code, ended.stdout, ended.stderr), (90, "", ""))

    def test_anything_but_go_is_no_go(self):
        for text in (b"gone\n", b"go", b"\n"):
            with self.subTest(text):
                waiting = self.shop.start()
                waiting.report()
                waiting.tell(text)
                waiting.leave()
                self.assertEqual(waiting.end().code, 90)

    def test_go_in_two_parts(self):
        waiting = self.shop.start()
        waiting.report()
        waiting.tell(b"g")
        waiting.tell(b"o\n")
        self.assertEqual(waiting.end().document["name"], "__main__")

    def test_output_of_imports_comes_before_the_report(self):
        self.shop.write("scripts/helper.py", "print('of an import')\n")
        waiting = self.shop.start()
        self.assertIsNotNone(waiting.report())
        # Not flushed by its end: it is killed.
        waiting.process.send_signal(signal.SIGKILL)
        self.assertEqual(waiting.end().stdout, "of an import\n")


class Refusing(WarmTest):
    """It ends without a report; the documented command is used instead."""

    def refusal(self, *arguments, module=MODULE):
        waiting = self.shop.start(*arguments, module=module)
        self.assertIsNone(waiting.report())
        ended = waiting.end()
        self.assertEqual(ended.code, 1, ended.stderr)
        return ended.stderr

    def test_failing_import(self):
        self.shop.write("scripts/helper.py", "import no_such_package\n")
        text = self.refusal()
        self.assertIn("ModuleNotFoundError: No module named 'no_such_package'", text)
        self.assertIn("scripts/helper.py", text)

    def test_name_that_a_module_does_not_have(self):
        self.shop.write("scripts/entry.py", "from .tools import nothing\n")
        self.assertIn("ImportError: cannot import name 'nothing'", self.refusal())

    def test_network_class_whose_module_is_missing(self):
        self.shop.write("configs/network.json", '{"_target_": "monai.nets.gone.Net"}')
        self.assertIn("No module named 'monai.nets.gone'", self.refusal("-t", CONFIG))

    def test_network_configuration_that_is_missing(self):
        self.assertIn("FileNotFoundError", self.refusal("-t", "./configs/none.json"))

    def test_import_that_initialises_cuda(self):
        self.shop.write("scripts/helper.py", "from torch import cuda\ncuda.STATE.append(1)\n")
        self.assertIn("initialised CUDA", self.refusal())

    def test_import_that_runs_the_module_itself(self):
        self.shop.write("scripts/helper.py", "import scripts.entry\n")
        self.assertIn("has run scripts.entry itself", self.refusal())

    def test_file_that_changes_meanwhile(self):
        self.shop.write("scripts/helper.py",
                        "import pathlib\npathlib.Path(__file__).write_text('x = 1')\n")
        self.assertIn("helper.py changed while it was being read", self.refusal())

    def test_module_that_does_not_exist(self):
        self.assertIn("scripts.none", self.refusal(module="scripts.none"))
        self.assertIn("none", self.refusal(module="none.none"))

    def test_module_with_an_error_of_syntax(self):
        self.shop.write("scripts/entry.py", "import os\nthis is no Python\n")
        self.assertIn("SyntaxError", self.refusal())

    def test_import_that_exits(self):
        self.shop.write("scripts/helper.py", "raise SystemExit(7)\n")
        waiting = self.shop.start()
        self.assertIsNone(waiting.report())
        self.assertEqual(waiting.end().code, 7)

    def test_usage(self):
        done = subprocess.run([sys.executable, LAUNCHER, MODULE], stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("usage", done.stderr)


class Running(WarmTest):
    """After go it is as in a cold start."""

    def both(self, *arguments, module=MODULE):
        cold = self.shop.cold(*arguments, module=module)
        warm = self.shop.warm(*arguments, module=module)
        return cold, warm

    def test_module_sees_the_same(self):
        cold, warm = self.both("-t", CONFIG, "-e", "größe", "", "a b")
        self.assertEqual(cold.code, 0, cold.stderr)
        self.assertEqual(warm.code, 0, warm.stderr)
        self.assertEqual(warm.document, cold.document)
        self.assertEqual((warm.stderr, cold.stderr), ("", ""))
        self.assertEqual(cold.document["name"], "__main__")  # it did say something

    def test_package_runs_its_main(self):
        self.shop.write("scripts/tools/__main__.py", """
            import sys
            from . import inner
            print(__name__, __package__, sys.argv, sys.path[0], inner.deep)
        """)
        cold, warm = self.both("x", module="scripts.tools")
        self.assertEqual((warm.code, warm.stdout), (0, cold.stdout))

    def test_module_at_the_top(self):
        self.shop.write("single.py", "import sys\nprint(__name__, __spec__.name, sys.argv)\n")
        cold, warm = self.both("x", module="single")
        self.assertEqual((warm.code, warm.stdout), (0, cold.stdout))

    def test_ends_are_the_same(self):
        for end in ("raise SystemExit(3)", "raise SystemExit('why')", "import os; os._exit(4)",
                    "raise ValueError('wrong')", "raise SystemExit", "1 / 0",
                    "import os; os.kill(os.getpid(), 11)", "raise KeyboardInterrupt"):
            with self.subTest(end):
                self.shop.write("scripts/entry.py", f"import sys\nfor _ in range(1):\n    {end}\n")
                cold, warm = self.both()
                self.assertEqual(warm.code, cold.code)
                # The frames above the module differ.
                mine = [text.rpartition("scripts/entry.py")[2] for text in (warm.stderr, cold.stderr)]
                self.assertEqual(*mine)

    def test_what_runs_at_the_end(self):
        self.shop.write("scripts/entry.py", """
            import atexit
            import sys
            import threading
            atexit.register(lambda: print("at exit"))
            gate = threading.Event()
            def later():
                gate.wait()
                print("thread", __name__)
            threading.Thread(target=later).start()
            gate.set()
            print("end of the module")
        """)
        cold, warm = self.both()
        self.assertEqual(sorted(warm.stdout.split("\n")), sorted(cold.stdout.split("\n")))
        self.assertTrue(warm.stdout.endswith("at exit\n"))

    def test_process_pool(self):
        """multiprocessing looks at __main__ to start others like it."""
        self.shop.write("scripts/entry.py", """
            import multiprocessing
            def double(number):
                return 2 * number
            if __name__ == "__main__":
                for method in ("fork", "spawn"):
                    with multiprocessing.get_context(method).Pool(1) as pool:
                        print(method, pool.map(double, [1, 2]))
        """)
        cold, warm = self.both()
        self.assertEqual(cold.stdout, "fork [2, 4]\nspawn [2, 4]\n")
        self.assertEqual((warm.stdout, warm.stderr), (cold.stdout, cold.stderr))

    def test_warnings_of_imports_come_once(self):
        self.shop.write("scripts/helper.py",
                        "import warnings\nwarnings.warn('of an import', FutureWarning)\n")
        cold, warm = self.both()
        self.assertEqual(cold.stderr.count(": FutureWarning: "), 1)
        self.assertEqual(warm.stderr, cold.stderr)


if __name__ == "__main__":
    unittest.main()
