# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Documents name only what there is, and the check of that finds what there is not."""
import os
import pathlib
import unittest

from documented_names import Truth, code_of, heading_anchors, message_of, problems_of

SOURCE = pathlib.Path(__file__).resolve().parents[2]
TRUTH = Truth(SOURCE, os.environ["MRB_BUILD"], os.environ["MRB_REFERENCE"])


class Documents(unittest.TestCase):

    def documents(self):
        names = ["README.md", "CONTRIBUTING.md",
                 *(f"docs/{path.name}" for path in sorted((SOURCE / "docs").glob("*.md")))]
        return {name: (SOURCE / name).read_text() for name in names}

    def test_everything_that_is_named_exists(self):
        documents = self.documents()
        self.assertGreater(len(documents), 8)
        for name, text in documents.items():
            with self.subTest(name):
                self.assertEqual(problems_of(TRUTH, name, text), [])

    def test_so_does_what_quickstart_says_at_its_end(self):
        message = message_of((SOURCE / "packaging/quickstart.sh").read_text())
        self.assertIn("mrbrain", message)
        self.assertEqual(problems_of(TRUTH, "packaging/quickstart.sh", message), [])

    def test_every_document_is_reached_from_the_readme(self):
        documents = self.documents()
        reached, waiting = set(), ["README.md"]
        while waiting:
            name = waiting.pop()
            if name in reached or name not in documents:
                continue
            reached.add(name)
            folder = pathlib.PurePosixPath(name).parent
            for other in documents:
                target = os.path.relpath(other, folder)
                if f"]({target})" in documents[name] or f"]({target}#" in documents[name]:
                    waiting.append(other)
        self.assertEqual(reached, set(documents))

    def test_every_picture_is_shown_somewhere(self):
        text = "\n".join(self.documents().values())
        for picture in (SOURCE / "docs/images").iterdir():
            with self.subTest(picture.name):
                self.assertIn(f"images/{picture.name})", text)


# What somebody could write by mistake, and what has to be said of it.
PLANTED = {
    "a command": ("`mrbrain generrate default`", "has no command generrate"),
    "a command in a block": ("```sh\nmrbrain generrate default\n```\n", "has no command generrate"),
    "a built program's command": ("```\nbuild/release/bin/mrbrain make x\n```\n", "no command make"),
    "an indented block": ("Then:\n\n    mrbrain snapshots a.nii -o a.png\n", "no command snapshots"),
    "a continued line": ("```\nmrbrain generate default \\\n  --engin phantom\n```\n", "no option --engin"),
    "an option": ("`mrbrain generate default --sed 7`", "no option --sed"),
    "an option of another command": ("`mrbrain inspect a.nii --slab max:3`", "no option --slab"),
    "a short option": ("`mrbrain generate default -q`", "no option -q"),
    "an option of the window": ("`mrbrain-studio --selftest`", "no option --selftest"),
    "an option by itself": ("Give `--sede` a number.", "no command has an option --sede"),
    "a choice": ("`mrbrain generate default --engine fantom`", "fantom is none of"),
    "a choice with an equals sign": ("`mrbrain generate default --engine=fantom`", "fantom is none of"),
    "a choice among several": ("`mrbrain verify x --progress auto|plane|none`", "plane is none of"),
    "after a pipe": ("`mrbrain modalities | xargs mrbrain genrate`", "no command genrate"),
    "a script": ("`packaging/quikstart.sh`", "there is no packaging/quikstart.sh"),
    "an option of a script": ("`packaging/quickstart.sh --fast`", "has no option --fast"),
    "a file": ("It is in `backend/contract/Feilds.h`.", "there is no backend/contract/Feilds.h"),
    "a file by pattern": ("`docs/*.mdx`", "there is no docs/*.mdx"),
    "one file of two": ("`backend/contract/{Fields,Feilds}.h`", "there is no backend/contract/Feilds.h"),
    "a document": ("`CONTRIBUTE.md`", "there is no CONTRIBUTE.md"),
    "a file of the installation": ("`share/mrbrain/schemata`", "an installation has no"),
    "a program of the build": ("`build/release/bin/mrbrain-pictures a`", "is not built"),
    "a preset": ("```\ncmake --preset relase\n```\n", "no preset relase"),
    "a target": ("```\ncmake --build --preset release --target program\n```\n", "no target program"),
    "a label": ("`ctest --preset release -L clii`", "no test has the label clii"),
    "a field": ("The field `randon_seed` is refused.", "nothing is called randon_seed"),
    "a variable": ("Set `NV_GENERATE_ROOTS`.", "nothing reads NV_GENERATE_ROOTS"),
    "a variable of the build": ("`-DMRB_SANITISE=ON`", "nothing reads MRB_SANITISE"),
    "a key": ("Press `Ctrl+Alt+Shift+Q`.", "no command has the key"),
    "a menu's entry": ("Choose Help → Ask the expert…", "no menu has such an entry"),
    "a link": ("[here](docs/nowhere.md)", "leads nowhere"),
    "a picture": ("![there](docs/images/nowhere.png)", "leads nowhere"),
    "a heading": ("[there](docs/cli.md#options-of-nothing)", "no such heading"),
    "a heading of the same page": ("# One\n\n[there](#two)", "no such heading"),
}

RIGHT = {
    "commands": "`mrbrain`, `mrbrain --version`, `mrbrain COMMAND --help`, `man mrbrain`",
    "options": "`mrbrain generate default --engine phantom -s 7 --progress auto|plain|none`",
    "brackets": "`mrbrain diagnostics [RUN_DIR] [--json]`",
    "files of other names": "`mrbrain inspect --measure generate.nii`",
    "a pipe": "`mrbrain modalities --json | python3 -m json.tool --indent 2`",
    "an apostrophe": "```\nmrbrain generate default # the model's own\n```\n",
    "other programs": "`git clone --no-checkout x`, `build/release/bin/mrbrain-studio`",
    "files": "`docs/cli.md`, `backend/contract/{Fields,Keys}.h`, `tests/`, `share/mrbrain/schema`",
    "the build": "```\ncmake --build --preset release --target programs\nctest --preset release -L cli\n```\n",
    "keys": "`Ctrl+Return` and `F5` of *Results → Verify…*",
    "links": "# A page\n\n[x](docs/cli.md), [y](#a-page), [z](https://example.org/x)",
}


class TheCheck(unittest.TestCase):

    def test_finds_what_was_planted(self):
        for what, (text, problem) in PLANTED.items():
            with self.subTest(what):
                found = problems_of(TRUTH, "README.md", text + "\n")
                self.assertEqual(len(found), 1, found)
                self.assertIn(problem, found[0])

    def test_says_nothing_of_what_is_right(self):
        for what, text in RIGHT.items():
            with self.subTest(what):
                self.assertEqual(problems_of(TRUTH, "README.md", text + "\n"), [])

    def test_reads_messages_of_scripts(self):
        message = message_of("x=1\ncat >&2 <<MESSAGE\n  mrbrain generrate\nMESSAGE\n")
        self.assertIn("no command generrate", problems_of(TRUTH, "README.md", message)[0])

    def test_knows_code_from_prose(self):
        lines, spans = code_of("a `b\nc` d\n\n    e\n\n```\nf\n```\n| `g\\|h` |\n")
        self.assertEqual((sorted(lines), sorted(spans)), (["    e", "f"], ["b c", "g|h"]))

    def test_makes_anchors_as_they_are_linked_to(self):
        self.assertEqual(heading_anchors("# A `b`, c\n\n## A b c\n\n```\n# no\n```\n## A b c\n"),
                         {"a-b-c", "a-b-c-1", "a-b-c-2"})


if __name__ == "__main__":
    unittest.main()
