# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What upstream may leave in place of one good volume, and exactly the gates that then fail; what
is simply wrong with a volume is in the fault matrix (tests/faults)."""

import shutil
import unittest

from mrbrain_cli import NO_VOLUME, NONCONSTANT, OF_SAMPLES, CliTest


class Volumes(CliTest):

    def judge(self, gates, *volumes, code=4, samples=None):
        status = "failed" if code else "passed_custom_manifest"
        document = self.run_and_judge(code, status, gates, volumes=list(volumes))
        if samples is not None:
            self.assertEqual(document["output"]["num_samples"], samples)
        return document["output"]["samples"]

    def test_two_volumes_are_both_judged(self):
        samples = self.judge([], {}, {"rank": 1}, code=0, samples=2)
        paths = [sample["image_path"] for sample in samples]
        self.assertEqual(paths, sorted(paths))
        self.assertNotEqual(samples[0]["image_sha256"], samples[1]["image_sha256"])
        samples = self.judge([NONCONSTANT], {}, {"kind": "constant", "rank": 1}, samples=2)
        self.assertEqual([sample["image_nonconstant"] for sample in samples], [True, False])

    def test_volumes_in_folders_below_count(self):
        out = self.shop.new_out()
        document = self.run_and_judge(0, "passed_custom_manifest", [], out=out,
                                      volumes=[{"folder": str(out / "deep/er")}])
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_link_to_a_good_volume_of_this_run_does_not_pass_either(self):
        self.judge(OF_SAMPLES, {"name": "real.nii.gz"},
                   {"name": "link.nii.gz", "link": "real.nii.gz"}, samples=2)

    def test_empty_file_is_no_volume(self):
        self.judge(NO_VOLUME, {"damage": "empty"}, samples=0)
        self.judge([], {}, {"rank": 1, "damage": "empty"}, code=0, samples=1)

    def test_volumes_that_were_there_before_do_not_count(self):
        old = self.shop.run_small().document["output"]["samples"][0]["image_path"]
        out = self.shop.new_out()
        out.mkdir()
        shutil.copy(old, out / "older.nii.gz")
        document = self.run_and_judge(4, "failed", NO_VOLUME, out=out, volumes=[])
        self.assertEqual(document["output"]["num_samples"], 0)
        self.assertTrue((out / "older.nii.gz").exists())
        out = self.shop.new_out()
        out.mkdir()
        shutil.copy(old, out / "older.nii.gz")
        document = self.run_and_judge(0, "passed_custom_manifest", [], out=out)
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_older_volume_that_this_run_overwrote_counts(self):
        out = self.shop.new_out()
        out.mkdir()
        (out / "same.nii.gz").write_bytes(b"older")
        document = self.run_and_judge(0, "passed_custom_manifest", [], out=out,
                                      volumes=[{"name": "same.nii.gz"}])
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_name_that_is_not_utf8_gives_a_document_still(self):
        document = self.run_and_judge(0, "passed_custom_manifest", [],
                                      volumes=[{"name": "a\udcff.nii.gz"}])
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_uncompressed_volume_counts_as_what_it_is(self):
        """A .nii that holds gzip is read by its content or refused, but never skipped."""
        document = self.shop.run_small(volumes=[{"name": "v.nii"}]).document
        self.assertEqual(document["output"]["num_samples"], 1)

    def test_numpys_cast_warning_becomes_ours(self):
        document = self.run_and_judge(
            0, "passed_custom_manifest", [],
            stderr_hex=b"x.py:1: RuntimeWarning: invalid value encountered in cast\n".hex())
        self.assertIn("invalid_values_became_zero", [w["code"] for w in document["warnings"]])


if __name__ == "__main__":
    unittest.main()
