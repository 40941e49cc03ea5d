# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""docs/reliability.md is what the rows say."""

import unittest

from fault_matrix import COMMAND, PAGE, page


class Document(unittest.TestCase):

    def test_page_is_the_one_that_the_rows_give(self):
        written = PAGE.read_text() if PAGE.exists() else ""
        self.assertTrue(written == page(), f"{PAGE.name} differs from the rows; run: {COMMAND}")


if __name__ == "__main__":
    unittest.main()
