# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What desktops and software catalogues are told is valid and says one thing."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as xml

from installation import InstallationTest

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


class Metadata(InstallationTest):

    def setUp(self):
        self.share = self.prefix / "share"
        self.entry = self.share / "applications" / "mrbrain-studio.desktop"
        parser = configparser.ConfigParser(interpolation=None)
        parser.optionxform = str
        parser.read(self.entry)
        self.desktop = parser["Desktop Entry"]
        self.metainfo, = (self.share / "metainfo").glob("*.metainfo.xml")
        self.component = xml.parse(self.metainfo).getroot()
        self.kinds = self.share / "mime" / "packages" / "mrbrain-studio.xml"

    def validate(self, *command):
        if not shutil.which(command[0]):
            self.skipTest(f"{command[0]} is not installed")
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_the_desktop_entry_is_valid(self):
        self.assertEqual(self.validate("desktop-file-validate", self.entry), "")

    def test_the_metainfo_is_valid(self):
        self.validate("appstreamcli", "validate", "--no-net", self.metainfo)

    def test_programs_and_icons_are_named_and_not_located(self):
        """The package lies below /usr, another installation in a home folder."""
        program, argument = self.desktop["Exec"].split()
        self.assertEqual(argument, "%F")
        self.assertTrue((self.prefix / "bin" / program).is_file())
        self.assertEqual(self.desktop["TryExec"], program)
        for side in ("16x16", "32x32", "48x48", "256x256"):
            icon = self.share / "icons" / "hicolor" / side / "apps" / f"{self.desktop['Icon']}.png"
            self.assertTrue(icon.is_file(), icon)
        for binary in self.component.iter("binary"):
            self.assertTrue((self.prefix / "bin" / binary.text).is_file(), binary.text)

    def test_all_say_the_same_kinds_of_files(self):
        offered = set(self.desktop["MimeType"].strip(";").split(";"))
        told = {kind.text for kind in self.component.iter("mediatype")}
        known = {kind.get("type") for kind in xml.parse(self.kinds).getroot().iter(f"{MIME}mime-type")}
        self.assertEqual(offered, known)
        self.assertEqual(told, known)

    def test_the_metainfo_has_this_version_and_the_entry(self):
        release = self.component.find("releases/release")
        version = subprocess.run([self.prefix / "bin" / "mrbrain", "--version"], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout.split()[1]
        self.assertEqual(release.get("version"), version)
        self.assertEqual(self.component.find("launchable").text, self.entry.name)

    def test_no_default_program_is_chosen_for_anybody(self):
        names = {path.name for path in self.prefix.rglob("*")}
        self.assertFalse(names & {"mimeapps.list", "defaults.list", "mimeinfo.cache"})

    def test_volumes_are_known_by_name_and_by_content(self):
        """With nothing but our own description: a compressed volume is no mere archive, any other
        compressed file stays one."""
        for program in ("update-mime-database", "gio"):
            if not shutil.which(program):
                self.skipTest(f"{program} is not installed")
        data = self.folder / "kinds"
        (data / "mime" / "packages").mkdir(parents=True)
        shutil.copy(self.kinds, data / "mime" / "packages")
        system = "/usr/share/mime/packages/freedesktop.org.xml"
        if os.path.exists(system):
            shutil.copy(system, data / "mime" / "packages")
        subprocess.run(["update-mime-database", data / "mime"], check=True,
                       stderr=subprocess.DEVNULL)
        gzip = b"\x1f\x8b\x08\x00" + bytes(16)
        version1 = (348).to_bytes(4, "little") + bytes(340) + b"n+1\0" + bytes(100)
        version2 = (540).to_bytes(4, "little") + b"n+2\0\r\n\x1a\n" + bytes(600)
        for name, content, kind in (("a.nii.gz", gzip, "application/x-nifti-gzip"),
                                    ("a.gz", gzip, "application/gzip"),
                                    ("a.nii", version1, "application/x-nifti"),
                                    ("volume one", version1, "application/x-nifti"),
                                    ("volume two", version2, "application/x-nifti"),
                                    ("a.nrrd", b"NRRD0004\n", "application/x-nrrd"),
                                    ("a.mha", b"ObjectType = Image\n", "application/x-metaimage"),
                                    ("a.tar.gz", gzip, "application/x-compressed-tar")):
            with self.subTest(name):
                file = self.folder / name
                file.write_bytes(content)
                told = subprocess.run(
                    ["gio", "info", "-a", "standard::content-type", file], text=True, check=True,
                    stdout=subprocess.PIPE,
                    env={**os.environ, "XDG_DATA_DIRS": str(data), "XDG_DATA_HOME": str(self.home),
                         "LC_ALL": "C.UTF-8"}).stdout.split()[-1]
                self.assertEqual(told, kind)


if __name__ == "__main__":
    unittest.main()
