# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What upstream may leave in place of one good volume, and exactly the gates that then fail."""

import shutil
import unittest

from mrbrain_cli import (FINITE, NO_VOLUME, NONCONSTANT, NONNEGATIVE, OF_SAMPLES, SHAPES, SPACING,
                         CliTest)


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

    def test_volume_outside_the_folder_does_not_count(self):
        outside = self.shop.folder / "outside"
        self.judge(NO_VOLUME, {"folder": str(outside)}, samples=0)
        self.assertEqual(len(list(outside.iterdir())), 1)

    def test_link_to_a_volume_elsewhere_is_no_volume(self):
        elsewhere = self.shop.folder / "elsewhere.nii.gz"
        good = self.shop.run_small().document["output"]["samples"][0]["image_path"]
        shutil.copy(good, elsewhere)
        sample, = self.judge(OF_SAMPLES, {"link": str(elsewhere)}, samples=1)
        self.assertIs(sample["image_readable"], False)
        self.assertEqual(sample["image_error_code"], "volume_is_a_link")
        self.assertNotIn("image_sha256", sample)

    def test_link_to_a_good_volume_of_this_run_does_not_pass_either(self):
        self.judge(OF_SAMPLES, {"name": "real.nii.gz"},
                   {"name": "link.nii.gz", "link": "real.nii.gz"}, samples=2)

    def test_damage_is_never_overlooked(self):
        for damage in ("truncated", "flipped", "crc", "html"):
            with self.subTest(damage):
                sample, = self.judge(OF_SAMPLES, {"damage": damage}, samples=1)
                self.assertIs(sample["image_readable"], False)
                self.assertTrue(sample["image_error"])
                for key in ("intensity_max", "image_shape"):
                    self.assertNotIn(key, sample)
                self.assertEqual(len(sample["image_sha256"]), 64)

    def test_damage_beside_a_good_volume_is_not_hidden_by_it(self):
        self.judge(OF_SAMPLES, {}, {"rank": 1, "damage": "truncated"}, samples=2)

    def test_empty_file_is_no_volume(self):
        self.judge(NO_VOLUME, {"damage": "empty"}, samples=0)
        self.judge([], {}, {"rank": 1, "damage": "empty"}, code=0, samples=1)

    def test_other_shape(self):
        sample, = self.judge([SHAPES], {"shape": [64, 64, 32]})
        self.assertEqual((sample["image_shape"], sample["requested_shape"]),
                         ([64, 64, 32], [64, 64, 64]))
        self.assertIs(sample["shape_match_requested"], False)

    def test_other_spacing(self):
        sample, = self.judge([SPACING], {"spacing": [3.5, 3.75, 2.7201]})
        self.assertEqual((sample["image_spacing"], sample["requested_spacing"]),
                         ([3.5, 3.75, 2.7201], [3.5, 3.75, 2.72]))

    def test_not_a_number(self):
        sample, = self.judge([FINITE], {"kind": "nan"})
        self.assertEqual(sample["finite_fraction"], 0.75)
        self.assertEqual(sample["intensity_max"], 900.0)

    def test_constant(self):
        sample, = self.judge([NONCONSTANT], {"kind": "constant"})
        self.assertEqual((sample["intensity_min"], sample["intensity_std"]), (7.0, 0.0))

    def test_negative(self):
        sample, = self.judge([NONNEGATIVE], {"kind": "negative"})
        self.assertEqual(sample["intensity_min"], -25536.0)

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

    def test_log_lines_are_not_believed(self):
        """Upstream claims a volume that it did not write."""
        self.run_and_judge(4, "failed", NO_VOLUME, volumes=[],
                           stderr_hex=b"[x][ INFO](inference) - Saved /tmp/a.nii.gz.\n".hex())


if __name__ == "__main__":
    unittest.main()
