# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Manual pages, completion and the tables of docs/cli.md are what the programs take."""
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

from documented_names import Truth

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["MRB_BUILD"])
TOOL = os.environ["MRB_REFERENCE"]
TRUTH = Truth(SOURCE, BUILD, TOOL)
LONG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def help_of(*command):
    return subprocess.run([BUILD / "bin" / command[0], *command[1:], "--help"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def options_in_help(text):
    """Only the columns that list options, not the words of the descriptions."""
    return {flag for line in text.splitlines() if line.startswith("  -")
            for flag in LONG.findall(line.strip().split("  ")[0])}


class TestWithFiles(unittest.TestCase):

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mrbrain-reference-"))
        self.addCleanup(shutil.rmtree, self.folder)
        subprocess.run([TOOL, "files", self.folder], check=True)

    def page(self, program):
        return self.folder / "man/man1" / f"{program}.1"

    def completion(self, program):
        return self.folder / "bash-completion/completions" / program


class Description(unittest.TestCase):

    def test_has_the_options_that_help_lists(self):
        for program in TRUTH.programs.values():
            commands = [(program["name"],), *((program["name"], command["name"])
                                              for command in program["commands"])]
            for command, described in zip(commands, [program, *program["commands"]]):
                with self.subTest(command):
                    flags = {flag for option in described["options"] for flag in option["flags"]
                             if flag.startswith("--")}
                    told = options_in_help(help_of(*command))
                    self.assertTrue(told)
                    self.assertEqual(flags, told)

    def test_has_the_commands_that_help_lists(self):
        text = help_of("mrbrain").partition("Subcommands:\n")[2].partition("\n\n")[0]
        told = re.findall(r"^  (\S+)", text, re.M)
        self.assertGreater(len(told), 10)
        self.assertEqual([command["name"] for command in TRUTH.programs["mrbrain"]["commands"]], told)

    def test_says_what_goes_together_as_help_does(self):
        seen = 0
        for command in TRUTH.programs["mrbrain"]["commands"]:
            lines = help_of("mrbrain", command["name"]).splitlines()
            for option in command["options"]:
                for word, others in (("Needs:", option["needs"]), ("Excludes:", option["excludes"])):
                    told = [line for line in lines if line.startswith("  -") and word in line
                            and set(LONG.findall(re.split("Needs:|Excludes:", line)[0])) & set(option["flags"])]
                    with self.subTest(command["name"], option=option["flags"], word=word):
                        self.assertEqual(len(told), 1 if others else 0)
                        for other in others:
                            self.assertIn(other, told[0].partition(word)[2].split())
                            seen += 1
        self.assertGreater(seen, 1)

    def test_names_variables_and_files_that_the_programs_use(self):
        for program in TRUTH.programs.values():
            self.assertTrue(program["environment"] and program["files"])
            for entry in program["environment"]:
                with self.subTest(entry["term"]):
                    self.assertIn(f'"{entry["term"]}"', TRUTH.code)
            for entry in program["files"]:
                for path in entry["term"].split(", "):
                    with self.subTest(path):
                        self.assertIn(path.rsplit("/", 1)[-1], TRUTH.code)


class ManualPages(TestWithFiles):

    def rendered(self, program):
        outcome = subprocess.run(
            ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", self.page(program)],
            env={**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80",
                 "MAN_KEEP_FORMATTING": "", "PAGER": "cat", "MANPAGER": "cat"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True)
        self.assertEqual(outcome.stderr, "")
        return re.sub("\x1b\\[[0-9;]*m|.\x08", "", outcome.stdout)

    @unittest.skipUnless(shutil.which("man"), "there is no man")
    def test_are_shown_without_a_warning_and_whole(self):
        for name, program in TRUTH.programs.items():
            text = self.rendered(name)
            for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS",
                            "ENVIRONMENT", "FILES", "SEE ALSO"):
                self.assertRegex(text, rf"(?m)^{section}$")
            for command in [program, *program["commands"]]:
                for option in command["options"]:
                    for flag in option["flags"]:
                        self.assertIn(flag, text)
            for command in program["commands"]:
                self.assertRegex(text, rf"(?m)^   {name} {command['name']}$")
                for example in command["examples"]:
                    self.assertIn(example.split()[-1], text)

    def test_give_the_meaning_of_every_exit_code(self):
        text = self.page("mrbrain").read_text()
        codes = re.findall(r"^ +(\d+)  (\S.*)$", help_of("mrbrain"), re.M)
        self.assertEqual(len(codes), 7)
        for code, meaning in codes:
            self.assertIn(f".TP\n\\fB{code}\\fR\n{meaning}.", text)

    def test_are_the_same_each_time(self):
        before = {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
        self.assertEqual(len(before), 4)
        subprocess.run([TOOL, "files", self.folder], check=True,
                       env={**os.environ, "LC_ALL": "C", "TZ": "Asia/Tokyo", "NV_GENERATE_ROOT": "/x"})
        self.assertEqual({path: path.read_bytes() for path in before}, before)


class CompletionAnswers(TestWithFiles):
    """The function, called as bash calls it."""

    def offered(self, *words):
        script = ('source "$1"; shift; compopt() { echo "<$2>"; }; '
                  'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${1//-/_}; '
                  '[ ${#COMPREPLY[@]} -eq 0 ] || printf "%s\\n" "${COMPREPLY[@]}"')
        outcome = subprocess.run(
            ["bash", "--norc", "-u", "-c", script, "bash", self.completion(words[0]), *words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=True, cwd=self.folder)
        self.assertEqual(outcome.stderr, "")
        return outcome.stdout.split()

    def test_commands(self):
        commands = [command["name"] for command in TRUTH.programs["mrbrain"]["commands"]]
        self.assertEqual(self.offered("mrbrain", ""), commands)
        self.assertEqual(self.offered("mrbrain", "gen"), ["generate"])

    def test_options_of_each_command(self):
        for command in TRUTH.programs["mrbrain"]["commands"]:
            with self.subTest(command["name"]):
                offered = self.offered("mrbrain", command["name"], "--")
                self.assertEqual(set(offered), options_in_help(help_of("mrbrain", command["name"])))

    def test_options_of_the_window(self):
        self.assertEqual(set(self.offered("mrbrain-studio", "--")),
                         options_in_help(help_of("mrbrain-studio")))
        self.assertEqual(self.offered("mrbrain-studio", "x"), ["<default>"])

    def test_choices(self):
        for words in (("--engine", ""), ("--engine", "="), ("--engine", "=", "")):
            with self.subTest(words):
                self.assertEqual(self.offered("mrbrain", "generate", "default", *words),
                                 ["upstream", "phantom"])
        self.assertEqual(self.offered("mrbrain", "snapshot", "a.nii", "--colormap", "v"), ["viridis"])

    def test_modalities_are_those_of_the_program(self):
        document = subprocess.run([BUILD / "bin/mrbrain", "modalities", "--json"], check=True,
                                  stdout=subprocess.PIPE).stdout
        names = [modality["name"] for modality in json.loads(document)["modalities"]]
        self.assertEqual(self.offered("mrbrain", "generate", "default", "--modality", ""), names)

    def test_files_and_folders(self):
        self.assertEqual(self.offered("mrbrain", "convert", "x"), ["<default>"])
        self.assertEqual(self.offered("mrbrain", "convert", "x", "-o", ""), ["<default>"])
        self.assertEqual(self.offered("mrbrain", "generate", "default", "--upstream", ""), ["<dirnames>"])
        self.assertEqual(self.offered("mrbrain", "generate", "default", "-s", ""), [])
        (self.folder / "delta.json").touch()
        self.assertEqual(self.offered("mrbrain", "generate", "de"), ["<filenames>", "default", "delta.json"])
        self.assertEqual(self.offered("mrbrain", "generate", "del"), ["<default>"])


class CompletionAtThePrompt(TestWithFiles):
    """A real shell at a terminal: what stands in the line after Tab."""

    def completed(self, line, program="mrbrain"):
        terminal, inside = pty.openpty()
        self.addCleanup(os.close, terminal)
        shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-i"], stdin=inside, stdout=inside, stderr=inside,
            cwd=self.folder, start_new_session=True,
            env={**os.environ, "TERM": "dumb", "PS1": "", "INPUTRC": "/dev/null", "HISTFILE": ""})
        os.close(inside)
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        # The start of the line is put in front when it is complete, so that it is only printed.
        typed = f"source {self.completion(program)}\n{line}\t\x01printf '[%s]' \x05; echo DONE; exit\n"
        os.write(terminal, typed.encode())
        shown = b""
        while b"]DONE" not in shown:
            shown += os.read(terminal, 4096)  # an error when the shell ends without it
        return re.search(r"((?:\[[^\[\]]*\])+)DONE", shown.decode()).group(1)

    def test_completes_words(self):
        self.assertEqual(self.completed("mrbrain gen"), "[mrbrain][generate]")
        self.assertEqual(self.completed("mrbrain generate --engine=ph"), "[mrbrain][generate][--engine=phantom]")

    def test_completes_files_with_blanks_and_folders(self):
        (self.folder / "a volume.nii.gz").touch()
        (self.folder / "name").touch()
        (self.folder / "names").mkdir()
        self.assertEqual(self.completed("mrbrain inspect a\\ v"), "[mrbrain][inspect][a volume.nii.gz]")
        self.assertEqual(self.completed("mrbrain-studio a\\ v", "mrbrain-studio"),
                         "[mrbrain-studio][a volume.nii.gz]")
        self.assertEqual(self.completed("mrbrain report na"), "[mrbrain][report][names/]")


class Page(TestWithFiles):

    def setUp(self):
        super().setUp()
        self.file = self.folder / "cli.md"
        self.text = (SOURCE / "docs/cli.md").read_text()

    def treat(self, order, text):
        self.file.write_text(text)
        return subprocess.run([TOOL, order, self.file], stderr=subprocess.PIPE, text=True)

    def test_a_changed_row_is_found_and_written_again(self):
        changed = self.text.replace("| `--rehash` |", "| `--rehsh` |", 1)
        self.assertNotEqual(changed, self.text)
        outcome = self.treat("check", changed)
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("--rehsh", outcome.stderr)
        self.assertIn("--target update_cli_md", outcome.stderr)
        self.assertEqual(self.file.read_text(), changed)
        self.assertEqual(self.treat("update", changed).returncode, 0)
        self.assertEqual(self.file.read_text(), self.text)

    def test_prose_is_nobody_elses(self):
        changed = self.text + "\nMore.\n"
        self.assertEqual(self.treat("check", changed).returncode, 0)
        self.assertEqual(self.treat("update", changed).returncode, 0)
        self.assertEqual(self.file.read_text(), changed)

    def test_sections_that_are_wrong_are_named(self):
        section = "<!-- generated: options of diff -->"
        for what, text, told in (
                ("missing", self.text.replace(section, ""), "No section lists the options of mrbrain diff"),
                ("of nothing", self.text.replace(section, "<!-- generated: opinions -->"), '"opinions"'),
                ("of no command", self.text.replace(section, "<!-- generated: options of dif -->"), '"dif"'),
                ("without an end", self.text.replace("<!-- end -->", ""), "no end")):
            for order in ("check", "update"):
                with self.subTest(what, order=order):
                    outcome = self.treat(order, text)
                    self.assertEqual(outcome.returncode, 1)
                    self.assertIn(told, outcome.stderr)
                    self.assertEqual(self.file.read_text(), text)

    def test_a_page_that_is_not_there_is_an_error(self):
        outcome = subprocess.run([TOOL, "check", self.folder / "none.md"], stderr=subprocess.PIPE, text=True)
        self.assertEqual(outcome.returncode, 1)
        self.assertIn("none.md", outcome.stderr)


if __name__ == "__main__":
    unittest.main()
