# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""mrbrain-studio --self-test: passes where all is well, and names what is not."""

from __future__ import annotations

import re
import shutil
import subprocess
import unittest

from installation import InstallationTest, tree


class SelfTest(InstallationTest):

    def self_test(self, prefix=None, **more):
        more.setdefault("QT_QPA_PLATFORM", "offscreen")
        done = self.run_program("mrbrain-studio", "--self-test", prefix=prefix, **more)
        findings = {}
        for line in done.stdout.splitlines():
            if found := re.match(r"(ok|note|FAIL)\s+(.*?)(?:\s{2,}|$)(.*)", line):
                findings[found[2]] = (found[1], found[3])
        return done, findings

    def failed(self, prefix, **more):
        """What fails, when something does: one line each, a verdict, exit code 1."""
        done, findings = self.self_test(prefix, **more)
        failed = {name: text for name, (word, text) in findings.items() if word == "FAIL"}
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(f"self-test FAILED: {len(failed)} of {len(findings)} checks", done.stdout)
        return failed

    def test_it_passes_on_a_screen_with_every_pane_painted(self):
        done, findings = self.self_test(display=True, QT_QPA_PLATFORM="xcb",
                                        LIBGL_ALWAYS_SOFTWARE="1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"self-test passed: {len(findings)} checks", done.stdout)
        for pane in ("axial pane", "coronal pane", "sagittal pane", "3-D pane"):
            self.assertEqual(findings[pane], ("ok", "shows the volume"))
        self.assertIn("xcb", findings["platform"][1])

    def test_it_passes_without_a_display(self):
        done, findings = self.self_test()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(findings["axial pane"][0], "ok")
        # Nobody has to know of Qt's platforms for that.
        done, findings = self.self_test(QT_QPA_PLATFORM="")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("offscreen", findings["platform"][1])

    def test_the_version_is_that_of_the_command_line(self):
        told = self.run_program("mrbrain", "--version").stdout.split(maxsplit=1)[1]
        done, _ = self.self_test()
        self.assertEqual(done.stdout.splitlines()[0], f"mrbrain-studio {told.strip()}")
        self.assertEqual(self.run_program("mrbrain-studio", "--version").stdout,
                         f"mrbrain-studio {told}")

    def test_the_users_own_settings_are_neither_read_nor_written(self):
        settings = self.home / ".config" / "mrbrain" / "studio.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text("[runs]\ntimeLimitSeconds=nonsense\n")
        before = tree(self.home)
        done, _ = self.self_test()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("timeLimit", done.stdout + done.stderr)
        self.assertEqual(tree(self.home), before)
        self.assertIn("nonsense", settings.read_text())

    def test_without_its_data_it_fails(self):
        broken = self.copy()
        shutil.rmtree(broken / "share" / "mrbrain")
        failed = self.failed(broken)
        self.assertEqual(set(failed), {"guide", "schemas", "phantom engine", "set-up", "warm start"})
        for text in failed.values():
            self.assertIn("Install the program again", text)

    def test_one_damaged_file_is_named(self):
        broken = self.copy()
        schema = broken / "share" / "mrbrain" / "schema" / "result.schema.json"
        schema.write_bytes(schema.read_bytes()[:100])
        picture, *_ = (broken / "share" / "mrbrain" / "guide" / "images").glob("studio.png")
        picture.unlink()
        failed = self.failed(broken)
        self.assertEqual(set(failed), {"guide", "schemas"})
        self.assertIn("result.schema.json is damaged", failed["schemas"])
        self.assertIn("images/studio.png cannot be read", failed["guide"])

    def test_a_helper_that_does_not_start_is_named(self):
        broken = self.copy()
        helpers = broken / "libexec" / "mrbrain"
        (helpers / "mrbrain-picture").unlink()
        (helpers / "mrbrain-supervisor").write_text("#!/bin/sh\necho a library is missing >&2\nexit 127\n")
        failed = self.failed(broken)
        self.assertEqual(set(failed), {"mrbrain-picture", "mrbrain-supervisor"})
        self.assertIn("exit code 127", failed["mrbrain-supervisor"])
        self.assertIn("a library is missing", failed["mrbrain-supervisor"])

    def test_another_version_beside_it_is_found(self):
        broken = self.copy()
        (broken / "bin" / "mrbrain").unlink()
        (broken / "bin" / "mrbrain").write_text("#!/bin/sh\necho mrbrain 0.0.1\n")
        (broken / "bin" / "mrbrain").chmod(0o755)
        self.assertEqual(set(self.failed(broken)), {"mrbrain"})

    def test_without_fonts_it_fails(self):
        fonts = self.folder / "fonts.conf"
        fonts.write_text('<?xml version="1.0"?><fontconfig><dir>/nonexistent</dir></fontconfig>\n')
        self.assertIn("fonts", self.failed(self.prefix, FONTCONFIG_FILE=str(fonts)))

    def test_without_a_folder_for_temporary_files_it_says_so(self):
        done, findings = self.self_test(TMPDIR=str(self.folder / "missing"))
        self.assertEqual((done.returncode, findings), (1, {}))
        self.assertIn("TMPDIR", done.stderr)


if __name__ == "__main__":
    unittest.main()
