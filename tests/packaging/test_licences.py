# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Every library that the programs are linked with is named, with its licence, wherever licences are
told: NOTICE, the package's copyright file, and the window's list."""

from __future__ import annotations

import re
import subprocess
import unittest

from installation import BUILD, SOURCE

PROGRAMS = ("bin/mrbrain", "bin/mrbrain-studio", "libexec/mrbrain/mrbrain-picture",
            "libexec/mrbrain/mrbrain-supervisor")
# How a library's file is called -> how it is called where licences are told.
NAMES = [(r"libQt6\w+\.so", "Qt"), (r"libITK\w+-5\.2\.so", "ITK"), (r"libitkvnl(_algo)?-5\.2\.so", "VNL"),
         (r"libvtk\w+-9\.1\.so", "VTK"), (r"libGLEW\.so", "GLEW"), (r"libisal\.so", "Intel ISA-L"),
         (r"libarchive\.so", "libarchive"), (r"libcrypto\.so", "OpenSSL"),
         (r"libyaml-cpp\.so", "yaml-cpp"),
         (r"(libc|libm|ld-linux-[\w-]+)\.so", "GNU C library"),
         (r"(libstdc\+\+|libgcc_s)\.so", "GCC")]
# Told in prose, and not the window's business: every program has them.
OF_THE_SYSTEM = {"VNL", "GNU C library", "GCC"}
# Of sanitizers, which are for testing.
NOT_DISTRIBUTED = re.compile(r"lib(asan|ubsan)\.so")


def linked() -> set[str]:
    names = set()
    for program in PROGRAMS:
        told = subprocess.run(["readelf", "-d", BUILD / program], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        libraries = re.findall(r"\(NEEDED\).*\[(.*)\]", told)
        assert libraries, program
        for library in libraries:
            if NOT_DISTRIBUTED.match(library):
                continue
            known = [name for pattern, name in NAMES if re.match(pattern, library)]
            assert known, f"{program} is linked with {library}: name it, with its licence, in NOTICE, " \
                          "packaging/debian/copyright, ui/settings/Licences.cpp and here"
            names.update(known)
    return names


class Licences(unittest.TestCase):

    def test_every_linked_library_is_told_everywhere(self):
        names = linked()
        self.assertGreater(len(names), 8)
        for place, own in (("NOTICE", names), ("packaging/debian/copyright", names),
                           ("ui/settings/Licences.cpp", names - OF_THE_SYSTEM)):
            text = (SOURCE / place).read_text()
            for name in own:
                self.assertRegex(text, rf"\b{re.escape(name)}\b", place)

    def test_nothing_is_told_that_is_not_linked(self):
        head = (SOURCE / "packaging/debian/copyright").read_text().split("Files: *")[0]
        told = re.findall(r"^  (\w.*?)  +[A-Z]", head, re.MULTILINE)
        self.assertGreater(len(told), 7)
        for name in told:
            self.assertIn(name, linked() | {"Qt 6", "GCC runtime"})

    def test_licences_of_the_copyright_file_have_a_text(self):
        text = (SOURCE / "packaging/debian/copyright").read_text()
        used = set(re.findall(r"^Copyright:(?:.*\n)(?: .*\n)*License: (.*)$", text, re.MULTILINE))
        texts = set(re.findall(r"^License: (.*)\n ", text, re.MULTILINE))
        self.assertGreater(len(used), 3)
        self.assertEqual(used, texts)


if __name__ == "__main__":
    unittest.main()
