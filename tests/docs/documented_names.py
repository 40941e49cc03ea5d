# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What documents name, compared with what there is.

Documents are Markdown, or the message of a shell script. Looked at are code spans, code blocks, links
and menu paths: commands and options of our programs, options of our scripts, targets and presets of
the build, files of the repository and of the installation, fields and variables, keys of the
keyboard, and anchors. What is named only in prose is not found.
"""
import functools
import json
import pathlib
import re
import shlex
import subprocess

PROGRAMS = ("mrbrain", "mrbrain-studio")
FOLDERS = ("app", "backend", "docs", "packaging", "resources", "tests", "ui", "viewer")
FENCE = re.compile(r"^(```+|~~~+).*?\n(.*?)^\1\s*$", re.M | re.S)
INDENTED = re.compile(r"(?:(?<=\n\n)|\A)((?:(?: {4}|\t).*\n?)+)")
SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.M)
MENU = re.compile(r"\b(?:File|Edit|View|Runs?|Results|Help|Compare|Volume)\s+→\s+(.{1,60})", re.S)
MESSAGE = re.compile(r"^cat [^\n]*<<'?(\w+)'?\n(.*?)^\1$", re.M | re.S)
SHORTCUT = re.compile(r"(?:(?:Ctrl|Alt|Shift|Meta)\+)+[^\s+]+|F\d{1,2}")
FIELD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
VARIABLE = re.compile(r"(?:MRB|NV)_[A-Z][A-Z_]*")
PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*{{}},+-]*|[A-Z]+\.md|CMake\w+\.\w+")
# What a command can stand behind in a line; anything else is prose, or a listing.
STARTS = re.compile(r"[;&|(]+$|\$$|(?:sudo|xargs|exec|time|env)$|\w+=")
ENDS = re.compile(r"^[;&|<>]+$|^#")


class Truth:
    """What there is: the description of the command lines, the sources, the built files."""

    def __init__(self, source, build, reference):
        self.source = pathlib.Path(source)
        self.build = pathlib.Path(build)
        printed = subprocess.run([reference, "json"], check=True, stdout=subprocess.PIPE).stdout
        self.programs = {program["name"]: program for program in json.loads(printed)["programs"]}
        self.presets = {preset["name"] for preset in
                        json.loads((self.source / "CMakePresets.json").read_text())["buildPresets"]}

    def _texts(self, folders, suffixes):
        for folder in folders:
            for path in sorted((self.source / folder).rglob("*")):
                if path.suffix in suffixes and path.is_file():
                    yield path.read_text(errors="replace")

    @functools.cached_property
    def code(self):
        """All of the program's own text, without documents and without the text of the tests."""
        top = [self.source / name for name in ("CMakeLists.txt", "skill_manifest.yaml")]
        return "\n".join([*(path.read_text() for path in top),
                          *self._texts(("app", "backend", "packaging", "resources", "ui", "viewer"),
                                       (".cpp", ".h", ".txt", ".in", ".py", ".sh", ".json", ".yaml",
                                        ".cmake", ".xml")),
                          *self._texts(("tests",), (".txt",))])

    @functools.cached_property
    def words(self):
        tests = [path.read_text() for suffix in ("py", "cpp") for path in
                 self.source.glob(f"tests/*/*.{suffix}") if path.parent.name != "docs"]
        return set(re.findall(r"\w+", "\n".join([self.code, *tests])))

    @functools.cached_property
    def cmake(self):
        return "\n".join([(self.source / "CMakeLists.txt").read_text(),
                          *self._texts(("app", "backend", "resources", "tests", "ui", "viewer"),
                                       (".txt",))])

    @functools.cached_property
    def labels(self):
        """Texts of menus, without the mark of the key and what follows it in the source."""
        texts = "\n".join(self._texts(("ui", "viewer"), (".cpp",)))
        return {text.replace("&", "").replace("…", "") for text in re.findall(r'"((?:[^"\\]|\\.)+)"', texts)}

    @functools.cached_property
    def strings(self):
        return set(re.findall(r'"((?:[^"\\]|\\.)*)"', "\n".join(self._texts(("ui", "viewer"), (".cpp", ".h")))))

    def is_target(self, name):
        return name == "all" or re.search(
            rf"(?:add_custom_target|add_executable|add_library|mrb_add_test)\({re.escape(name)}\b",
            self.cmake) is not None

    def is_label(self, name):
        return re.search(rf"LABELS\s+(?:\"[^\"]*)?\b{re.escape(name)}\b", self.cmake) is not None


def heading_anchors(text):
    """As GitHub makes them."""
    anchors, seen = set(), {}
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[`*]", "", LINK.sub(lambda m: m.group(0).split("](")[0].lstrip("!["), heading))
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.add(slug if count == 0 else f"{slug}-{count}")
    return anchors


def code_of(text):
    """Lines of code blocks, and code spans with a line end as a space."""
    blocks = [match.group(2) for match in FENCE.finditer(text)]
    rest = FENCE.sub("", text)
    indented = INDENTED.findall(rest)
    rest = INDENTED.sub("", rest)
    lines = [line for block in [*blocks, *indented] for line in
             re.sub(r"\\\n\s*", " ", block).splitlines()]
    spans = [" ".join(match.group(2).split()) for match in SPAN.finditer(rest)]
    # A bar in a table is escaped even inside code.
    return lines, [span.replace("\\|", "|") for span in spans]


def words_of(line):
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:  # a quote that is an apostrophe
        return line.split()


class Checker:
    def __init__(self, truth, name, text):
        self.truth, self.name, self.text = truth, name, text
        self.problems = []

    def report(self, what, where):
        self.problems.append(f"{self.name}: {what} (in: {where.strip()[:100]})")

    # Commands

    def option_of(self, commands, flag):
        for command in commands:
            for option in command["options"]:
                if flag in option["flags"]:
                    return option
        return {"flags": ["--help"], "value": ""} if flag in ("--help", "-h") else None

    def check_value(self, option, value, line):
        choices = option["value"].split("|")
        named = value.strip("[]()…,.").split("|")
        if len(choices) < 2 or any(not choice[:1].islower() for choice in choices):
            return
        for word in named:
            if word and word[:1].islower() and word not in choices:
                self.report(f"{word} is none of {', '.join(choices)}", line)

    def check_command(self, program, words, line):
        """The words behind a program's name."""
        commands = [self.truth.programs[program]]
        arguments = 0
        words = list(words)
        while words:
            word = words.pop(0)
            if ENDS.match(word) and not re.fullmatch(r"\|", word):
                return
            for part in re.split(r"[\[\]()]", word):
                if part.startswith("-") and part not in ("-", "--"):
                    flag, _, value = part.partition("=")
                    option = self.option_of(commands, flag.rstrip(",.:;"))
                    if option is None:
                        self.report(f"{' '.join(c['name'] for c in commands)} has no option {flag}", line)
                    elif option["value"]:
                        given = value or (words.pop(0) if words else "")
                        # shlex takes "auto|plain" apart.
                        while words[:1] == ["|"] and "|" in option["value"]:
                            given += "|" + words[1] if len(words) > 1 else ""
                            del words[:2]
                        self.check_value(option, given, line)
                elif part and re.fullmatch(r"[a-z][a-z-]*", part) and not arguments:
                    known = {command["name"]: command for command in commands[-1]["commands"]}
                    if known and part not in known:
                        self.report(f"{commands[-1]['name']} has no command {part}", line)
                        return
                    if known:
                        commands.append(known[part])
                    else:
                        arguments += 1
                        self.check_argument(commands[-1], part, line)
                elif part == "|":
                    if not self.continues_choice(commands[-1], words):
                        return
                    arguments = 0
                elif part:
                    arguments += 1

    def continues_choice(self, command, words):
        """Whether a bar lies between choices and is no pipe."""
        choices = {choice for option in command["options"] if not option["flags"]
                   for choice in option["value"].split("|")}
        return bool(words) and (words[0].strip("[]()") in choices or words[0][:1].isupper())

    def check_argument(self, command, word, line):
        choices = [choice for option in command["options"] if not option["flags"]
                   for choice in option["value"].split("|")]
        if len(choices) > 1 and all(choice[:1].islower() for choice in choices) and word not in choices:
            self.report(f"{word} is none of {', '.join(choices)}", line)

    def check_build(self, words, line):
        for before, word in zip(words, words[1:]):
            if before == "--preset" and word not in self.truth.presets:
                self.report(f"there is no preset {word}", line)
            if before in ("--target", "-t") and words[0] == "cmake" and not self.truth.is_target(word):
                self.report(f"there is no target {word}", line)
            if before == "-L" and words[0] in ("ctest", "packaging/run-tests.sh") and \
                    not all(self.truth.is_label(label) for label in word.split("|")):
                self.report(f"no test has the label {word}", line)

    def check_script(self, script, words, line):
        path = self.truth.source / script
        if not path.is_file():
            return  # which is told of as a path
        text = path.read_text()
        for word in words:
            if ENDS.match(word):
                return
            flag = word.strip("[]").partition("=")[0]
            if script != "packaging/run-tests.sh" and flag.startswith("--") and flag not in text:
                self.report(f"{script} has no option {flag}", line)

    def check_line(self, line):
        words = words_of(line)
        for at, word in enumerate(words):
            name = word.rsplit("/", 1)[-1]
            is_ours = name in PROGRAMS and (word == name or word.endswith("bin/" + name))
            if is_ours and (word != name or at == 0 or STARTS.match(words[at - 1])):
                self.check_command(name, words[at + 1:], line)
            if re.fullmatch(r"(?:\./)?packaging/[\w-]+\.(?:sh|py)", word):
                self.check_script(word.removeprefix("./"), words[at + 1:], line)
            if word.startswith("build/") and "/bin/" in word and "/tests/" not in word and \
                    name not in PROGRAMS and " " not in word and not self.truth.is_target(name):
                self.report(f"{word} is not built", line)
        if words:
            self.check_build(words, line)

    # Words

    def check_word(self, word, where):
        if PATH.fullmatch(word.rstrip(".")):
            self.check_path(word.rstrip("."), where)
        elif re.match(r"(?:share|libexec)/", word) and "…" not in word and "<" not in word:
            if not list(self.truth.build.glob(word.rstrip("/"))) and \
                    word.rstrip("/") not in self.truth.cmake:
                self.report(f"an installation has no {word}", where)
        elif SHORTCUT.fullmatch(word) and word not in self.truth.strings:
            self.report(f"no command has the key {word}", where)
        elif FIELD.fullmatch(word) and word not in self.truth.words:
            self.report(f"nothing is called {word}", where)
        for name in VARIABLE.findall(word):
            if name not in self.truth.words:
                self.report(f"nothing reads {name}", where)

    def check_path(self, word, where):
        patterns = [word.rstrip("/")]
        while any("{" in pattern for pattern in patterns):
            patterns = [before + choice + after for pattern in patterns for before, choices, after in
                        [re.fullmatch(r"(.*?)\{([^}]*)\}(.*)", pattern).groups()]
                        for choice in choices.split(",")]
        for pattern in patterns:
            if not list(self.truth.source.glob(pattern)):
                self.report(f"there is no {pattern}", where)

    def check_span(self, span):
        self.check_line(span)
        if re.match(r"--?[a-z]", span):
            flag = re.match(r"[\w-]+", span).group(0)
            programs = self.truth.programs.values()
            commands = [*programs, *(command for program in programs for command in program["commands"])]
            if self.option_of(commands, flag) is None:
                self.report(f"no command has an option {flag}", span)
        for word in re.split(r"[\s;|=()]+|,(?![^{]*\})", span):
            self.check_word(word, span)

    # Links

    def check_links(self, folder):
        for target in LINK.findall(FENCE.sub("", self.text)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = folder / path if path else folder / self.name.rsplit("/", 1)[-1]
            if path and not file.exists():
                self.report("the link leads nowhere", target)
            elif anchor:
                text = self.text if not path else file.read_text()
                if anchor not in heading_anchors(text):
                    self.report("there is no such heading", target)

    def check_menus(self):
        for match in MENU.finditer(self.text):
            rest = " ".join(match.group(1).replace("*", "").replace("`", "").split())
            if not any(rest.startswith(label) for label in self.truth.labels if len(label) > 2):
                self.report("no menu has such an entry", " ".join(match.group(0).split()))

    def run(self):
        lines, spans = code_of(self.text)
        for line in lines:
            self.check_line(line)
            for word in re.split(r"[\s;=()]+|,(?![^{]*\})", line):
                word = word.strip("'\":")
                if not FIELD.fullmatch(word):  # excerpts of logs and listings have words of others
                    self.check_word(word, line)
        for span in spans:
            self.check_span(span)
        self.check_menus()
        self.check_links((self.truth.source / self.name).parent)
        return self.problems


def message_of(script):
    """What a shell script tells its user with here-documents, as a code block."""
    return "\n\n".join("```\n" + text + "```\n" for _, text in MESSAGE.findall(script))


def problems_of(truth, name, text):
    """`name`: path of the document below the repository."""
    return Checker(truth, name, text).run()
