# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Two records side by side, as a table and as JSON, by the real mrbrain."""

import json
import os
import pty
import shutil
import signal
import struct
import fcntl
import termios
import unittest
import zipfile

import jsonschema

from mrbrain_cli import SMALL, SOURCE, CliTest, strict_json, wait_until

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((SOURCE / "resources/schema/record_diff.schema.json").read_text()))


class Diff(CliTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.made({**SMALL, "random_seed": 5})
        cls.again = cls.made({**SMALL, "random_seed": 5})
        cls.other = cls.made({**SMALL, "random_seed": 6, "spacing": [3.5, 3.75, 3.0],
                              "modality": "mri_t2"})

    @classmethod
    def made(cls, request, *arguments, code=0, **mode):
        cls.shop.mode(**mode)
        out = cls.shop.new_out()
        outcome = cls.shop.generate(cls.shop.request(request), *arguments, out=out)
        assert outcome.code == code, outcome.stderr
        return out

    def diff(self, first, second):
        """The JSON document, which is valid, and a table that says the same."""
        outcome = self.shop.run("diff", first, second, "--json")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        document = outcome.document
        SCHEMA.validate(document)
        table = self.table(first, second)
        for section in document["sections"]:
            self.assertIn(section["title"], table)
        return document

    def table(self, first, second):
        outcome = self.shop.run("diff", first, second)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        text = outcome.stdout.decode()
        self.assertLessEqual(max(map(len, text.splitlines())), 120)
        return text

    def rows(self, document, key):
        return {row["name"]: (row["first"], row["second"], row["same"])
                for section in document["sections"] if section["key"] == key
                for row in section["rows"]}

    def test_two_runs_of_one_request_are_the_same(self):
        document = self.diff(self.first, self.again)
        self.assertTrue(document["same"])
        self.assertEqual([volume["verdict"] for volume in document["volumes"]],
                         ["bit_identical"])
        for key in ("settings", "identity", "environment", "geometry", "intensity", "gates",
                    "affine", "measurements"):
            rows = self.rows(document, key)
            self.assertTrue(rows, key)
            self.assertEqual([name for name, row in rows.items() if not row[2]], [], key)
        # Times and identifiers differ, and do not count.
        self.assertFalse(self.rows(document, "outcome")["Identifier"][2])
        self.assertIn("Settings and volumes are the same.", self.table(self.first, self.again))

    def test_what_differs_is_marked(self):
        document = self.diff(self.first, self.other)
        self.assertFalse(document["same"])
        rows = self.rows(document, "settings")
        self.assertEqual(rows["Seed"], ("5", "6", False))
        self.assertEqual(rows["Modality"], ("mri_t1", "mri_t2", False))
        self.assertEqual(rows["Spacing"], ("3.5 × 3.75 × 2.72 mm", "3.5 × 3.75 × 3 mm", False))
        self.assertEqual(rows["Size"], ("64 × 64 × 64", "64 × 64 × 64", True))
        # Other seeds, but each run's only volume: they stand side by side.
        volume, = document["volumes"]
        self.assertEqual([volume["verdict"], volume["seed"]], ["different", None])
        self.assertEqual(self.rows(document, "file")["Seed of this volume"], ("5", "6", False))
        lines = self.table(self.first, self.other).splitlines()
        seed, = [line for line in lines if line[2:].startswith("Seed  ")]
        size, = [line for line in lines if line[2:].startswith("Size  ")]
        self.assertEqual([seed[0], size[0]], ["≠", " "])
        self.assertEqual(seed.split(), ["≠", "Seed", "5", "6"])

    def test_numbers_and_hashes_are_those_of_the_records(self):
        document = self.diff(self.first, self.first)
        sample, = strict_json((self.first / "result.json").read_text())["output"]["samples"]
        rows = self.rows(document, "file")
        self.assertEqual(rows["SHA-256"][0], sample["image_sha256"])
        self.assertEqual(float(self.rows(document, "intensity")["Mean"][0]),
                         sample["intensity_mean"])
        weights = strict_json((self.first / "result.json").read_text())["invocation"][
            "model_inventory"]["files"]
        for file in weights:
            self.assertEqual(self.rows(document, "identity")[f"Weights: {file['path']}"],
                             (file["sha256"], file["sha256"], True))

    def test_volumes_of_one_seed_are_compared_voxel_by_voxel(self):
        nudged = self.made({**SMALL, "random_seed": 5}, volumes=[{"kind": "nudged"}])
        document = self.diff(self.first, nudged)
        self.assertFalse(document["same"])
        volume, = document["volumes"]
        self.assertEqual([volume["verdict"], volume["differing_voxels"],
                          volume["max_absolute_difference"]], ["within_tolerance", 1, 1])
        self.assertIn("Same within tolerance. 1 of 262,144 voxels differ",
                      " ".join(self.table(self.first, nudged).split()))

    def test_a_failed_run_is_a_record_too(self):
        failed = self.made({**SMALL, "random_seed": 5}, code=3, end={"exit": 1}, volumes=[])
        document = self.diff(self.first, failed)
        rows = self.rows(document, "outcome")
        self.assertEqual([rows["Exit code"], rows["Verdict"]],
                         [("0", "3", False), ("passed_custom_manifest", "failed", False)])
        self.assertEqual(rows["Failure"][0], None)
        self.assertEqual([row[2] for row in self.rows(document, "settings").values()],
                         [True] * len(self.rows(document, "settings")))
        self.assertEqual(document["volumes"][0]["verdict"], "not_comparable")
        self.assertFalse(document["same"])

    def test_an_interrupted_run_is_known_by_its_journal(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "the supervisor has ended everything")
        document = self.diff(out, self.first)
        self.assertEqual(self.rows(document, "outcome")["State"],
                         ("interrupted", "ended", False))
        rows = self.rows(document, "settings")
        self.assertEqual(rows["Size"], ("64 × 64 × 64", "64 × 64 × 64", True))
        self.assertEqual(rows["Seed"], ("1234", "5", False))
        self.assertEqual(document["first"]["result_sha256"], None)

    def bundle(self, *runs):
        archive = self.shop.folder / f"bundle{len(runs)}.zip"
        with zipfile.ZipFile(archive, "w") as written:
            written.writestr("bundle.json", "{}")
            for number, run in enumerate(runs):
                text = (run / "result.json").read_text().replace(str(run), "<run>")
                written.writestr(f"runs/run{number}/result.json", text)
                volume = next(run.glob("*.nii.gz"))
                written.write(volume, f"runs/run{number}/{volume.name}")
        return archive

    def test_a_bundle_of_one_run_is_as_good_as_its_folder(self):
        document = self.diff(self.bundle(self.first), self.again)
        self.assertTrue(document["same"])
        self.assertEqual([document["first"]["title"], document["second"]["title"]],
                         ["run0", self.again.name])

    def test_a_bundle_of_several_runs_says_what_to_name(self):
        outcome = self.shop.run("diff", self.bundle(self.first, self.other), self.again)
        document = self.assert_refused(outcome, "records cannot be compared")
        self.assertEqual(outcome.codes(), ["no_evidence"])
        self.assertIn("Unpack it", document["errors"][0]["hint"])
        folder = self.shop.folder / "unpacked"
        self.addCleanup(shutil.rmtree, folder)
        with zipfile.ZipFile(self.bundle(self.first, self.other)) as archive:
            archive.extractall(folder)
        outcome = self.shop.run("diff", self.again, folder)
        document = self.assert_refused(outcome, "records cannot be compared")
        self.assertIn(str(folder / "runs" / "run0"), document["errors"][0]["hint"])
        self.assertTrue(self.diff(folder / "runs" / "run0", self.again)["same"])

    def test_what_is_no_record_is_refused(self):
        for first, second in ((self.first, self.shop.folder / "nowhere"),
                              (self.shop.home, self.first)):
            self.assert_refused(self.shop.run("diff", first, second),
                                "records cannot be compared")
        self.assert_refused(self.shop.run("diff", self.first), "usage")

    def test_text_from_a_record_cannot_change_the_terminal(self):
        planted = self.shop.folder / "planted"
        shutil.copytree(self.first, planted)
        self.addCleanup(shutil.rmtree, planted)
        result = json.loads((planted / "result.json").read_text())
        result["model"] = "a\x1b[2J\u202eb\nc\rd" + "e" * 5000
        result["overall_status"] = "\x1b]0;title\x07passed"
        (planted / "result.json").write_text(json.dumps(result))
        text = self.table(planted, self.first)
        self.assertEqual([c for c in text if (ord(c) < 32 and c != "\n") or c == "\u202e"],
                         [])
        self.diff(planted, self.first)

    def test_the_table_fits_a_narrow_terminal(self):
        controller, terminal = pty.openpty()
        self.addCleanup(os.close, controller)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        modes = termios.tcgetattr(terminal)
        modes[1] &= ~termios.OPOST  # no carriage returns
        termios.tcsetattr(terminal, termios.TCSANOW, modes)
        running = self.shop.start("diff", self.first, self.other, stdout=terminal)
        os.close(terminal)
        text = b""
        while True:
            try:
                piece = os.read(controller, 65536)
            except OSError:  # the other side was closed
                break
            if not piece:
                break
            text += piece
        self.assertEqual(running.wait().code, 0)
        lengths = [len(line) for line in text.decode().splitlines()]
        self.assertLessEqual(max(lengths), 80)
        self.assertGreater(len(lengths), 50)


if __name__ == "__main__":
    unittest.main()
