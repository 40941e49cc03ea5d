# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""docs/cli.md and README.md name the options, commands and exit codes that there are."""

import json
import pathlib
import re
import unittest

from mrbrain_cli import MRBRAIN, SOURCE, STUDIO, CliTest

LONG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def options_in_help(text):
    """Only the columns that list options, not the words of the descriptions."""
    return {flag for line in text.splitlines() if line.startswith("  -")
            for flag in LONG.findall(line.strip().split("  ")[0])}


# Without the program that makes pictures there is no help on its options.
@unittest.skipUnless(STUDIO, "built without the program that makes pictures")
class Documents(CliTest):

    def help_of(self, *command):
        return self.shop.run(*command, "--help").stdout.decode()

    def every_option(self):
        texts = [self.help_of(), *(self.help_of(command) for command in
                                   ("generate", "preflight", "inspect", "snapshot", "convert",
                                    "modalities", "diagnostics", "bundle", "verify",
                                    "reproduce", "diff", "report"))]
        studio = pathlib.Path(MRBRAIN).parent / "mrbrain-studio"
        outcome = self.shop.start("--help", executable=str(studio)).wait()
        own_of_qt = {"--help-all"}
        return set().union(*map(options_in_help, texts),
                           options_in_help(outcome.stdout.decode()) - own_of_qt)

    def test_cli_reference_has_every_option_and_no_other(self):
        written = set(LONG.findall((SOURCE / "docs/cli.md").read_text()))
        self.assertEqual(written, self.every_option())

    def test_readme_names_only_options_that_exist(self):
        written = set(LONG.findall((SOURCE / "README.md").read_text()))
        self.assertTrue(written)
        self.assertLessEqual(written, self.every_option())

    def test_cli_reference_has_the_exit_codes_of_the_help(self):
        page = (SOURCE / "docs/cli.md").read_text()
        written = dict(re.findall(r"^\| (\d+) \| (.+) \|$", page, re.M))
        told = dict(re.findall(r"^ +(\d+)  (\S.*)$", self.help_of(), re.M))
        self.assertEqual(len(told), 7)
        self.assertEqual(written, told)

    def test_cli_reference_names_every_status_of_the_schema(self):
        schema = json.loads((SOURCE / "resources/schema/result.schema.json").read_text())
        page = (SOURCE / "docs/cli.md").read_text()
        for status in schema["properties"]["overall_status"]["enum"]:
            self.assertIn(f"`{status}`", page)


if __name__ == "__main__":
    unittest.main()
