# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""mrbrain convert: what nibabel reads afterwards is what it read before."""

import unittest

import nibabel
import numpy

from mrbrain_cli import CliTest, tree

AFFINE = numpy.array([[-0.5, 0, 0, 20], [0, 0.75, 0, -30], [0, 0, 2, 7], [0, 0, 0, 1.0]])


class Convert(CliTest):

    def setUp(self):
        super().setUp()
        self.folder = self.shop.new_out()
        self.folder.mkdir(parents=True)
        self.values = numpy.arange(4 * 5 * 6, dtype=numpy.int16).reshape(4, 5, 6) - 30
        self.source = self.folder / "source.nii.gz"
        image = nibabel.Nifti1Image(self.values, AFFINE)
        image.header["descrip"] = "demo phantom"
        nibabel.save(image, self.source)

    def convert(self, source, target, *arguments):
        return self.shop.run("convert", source, "-o", target, *arguments)

    def converted(self, source, name, *arguments):
        target = self.folder / name
        outcome = self.convert(source, target, *arguments)
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        self.document = outcome.document
        self.assertEqual(self.document["volume"], str(target))
        return target

    def assert_same_volume(self, file):
        image = nibabel.load(file)
        numpy.testing.assert_array_equal(numpy.asarray(image.dataobj), self.values)
        numpy.testing.assert_allclose(image.affine, AFFINE, atol=1e-6)
        self.assertEqual(image.header.get_xyzt_units()[0], "mm")
        self.assertGreater(int(image.header["sform_code"]), 0)
        self.assertGreater(int(image.header["qform_code"]), 0)

    def test_voxels_and_places_stay(self):
        for level in range(4):
            self.assert_same_volume(self.converted(self.source, f"level{level}.nii.gz",
                                                   "--compression", level))
        self.assert_same_volume(self.converted(self.source, "plain.nii"))
        self.assertEqual(self.document["shape"], [4, 5, 6])
        self.assertEqual(self.document["type"], "int16")
        self.assertEqual(self.document["source_format"], "NIfTI-1")
        nrrd = self.converted(self.source, "volume.nrrd")
        self.assertTrue(nrrd.read_bytes().startswith(b"NRRD"))
        self.assert_same_volume(self.converted(nrrd, "back.nii.gz"))
        self.assertEqual(self.document["source_format"], "NRRD")

    def test_phantom_stays_a_phantom(self):
        for name in ("volume.nrrd", "volume.nii"):
            again = self.converted(self.converted(self.source, name), "again-" + name)
            self.assertIn("phantom", self.document["provenance"])
            self.assertTrue(again.exists())

    def test_existing_file_is_kept_unless_told_otherwise(self):
        target = self.folder / "older.nii"
        target.write_text("older")
        document = self.assert_refused(self.convert(self.source, target), "usage")
        self.assertEqual(document["errors"][0]["code"], "file_exists")
        self.assertEqual(target.read_text(), "older")
        self.assert_same_volume(self.converted(self.source, "older.nii", "--overwrite"))

    def test_source_is_never_overwritten(self):
        before = self.source.read_bytes()
        document = self.assert_refused(self.convert(self.source, self.source, "--overwrite"))
        self.assertEqual(document["errors"][0]["code"], "same_file")
        self.assertEqual(self.source.read_bytes(), before)

    def test_bad_options_are_refused(self):
        document = self.assert_refused(self.convert(self.source, self.folder / "volume.xyz"))
        self.assertEqual(document["errors"][0]["code"], "unknown_extension")
        self.assert_refused(self.convert(self.source, self.folder / "a.nii", "--compression", "9"))
        self.assert_refused(self.shop.run("convert", self.source))
        self.assertEqual(tree(self.folder), ["source.nii.gz"])

    def test_file_that_cannot_be_read_leaves_nothing(self):
        self.source.write_bytes(self.source.read_bytes()[:-10])
        for source in (self.source, self.folder / "missing.nii"):
            outcome = self.convert(source, self.folder / "target.nii")
            self.assertEqual(outcome.code, 4, outcome.stderr)
            self.assertIn(source.name, outcome.document["detail"])
        self.assertEqual(tree(self.folder), ["source.nii.gz"])

    def test_file_that_cannot_be_written_is_told(self):
        outcome = self.convert(self.source, self.folder / "missing" / "target.nii")
        self.assertEqual(outcome.code, 5, outcome.stderr)
        self.assertEqual(outcome.codes(), ["cannot_write"])


if __name__ == "__main__":
    unittest.main()
