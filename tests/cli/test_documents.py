# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""docs/cli.md has the exit codes and the statuses that there are; tests/docs looks at the rest."""

import json
import re
import unittest

from mrbrain_cli import SOURCE, CliTest


class Documents(CliTest):

    def test_cli_reference_has_the_exit_codes_of_the_help(self):
        page = (SOURCE / "docs/cli.md").read_text()
        written = dict(re.findall(r"^\| (\d+) \| (.+) \|$", page, re.M))
        told = dict(re.findall(r"^ +(\d+)  (\S.*)$", self.shop.run("--help").stdout.decode(), re.M))
        self.assertEqual(len(told), 7)
        self.assertEqual(written, told)

    def test_cli_reference_names_every_status_of_the_schema(self):
        schema = json.loads((SOURCE / "resources/schema/result.schema.json").read_text())
        page = (SOURCE / "docs/cli.md").read_text()
        for status in schema["properties"]["overall_status"]["enum"]:
            self.assertIn(f"`{status}`", page)


if __name__ == "__main__":
    unittest.main()
