# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a real head, Colin 27 as Debian's mricron-data has it, against nibabel.

Its origin is not stated, so nothing of it may go into the repository: it is only looked at here.
"""

import pathlib
import unittest

import nibabel
import numpy

from mrbrain_cli import STUDIO, CliTest
from png_file import Png

TEMPLATES = pathlib.Path("/usr/share/mricron/templates")


@unittest.skipUnless(STUDIO, "built without the program that makes pictures")
@unittest.skipUnless(TEMPLATES.is_dir(), "mricron-data is not installed")
class RealAnatomy(CliTest):

    def test_every_voxel_of_a_slice_is_where_nibabel_has_it(self):
        for name in ("ch2.nii.gz", "ch2better.nii.gz"):
            image = nibabel.load(TEMPLATES / name)
            canonical = numpy.asarray(nibabel.as_closest_canonical(image).dataobj)
            ornt = nibabel.io_orientation(image.affine)
            self.assertEqual(canonical.dtype, numpy.uint8)
            # A place off every middle, as stored and as right, anterior, superior.
            stored = [n // 3 for n in image.shape]
            ras = [0, 0, 0]
            for axis, (world, sign) in enumerate(ornt):
                ras[int(world)] = (stored[axis] if sign > 0
                                   else image.shape[axis] - 1 - stored[axis])
            wanted = {"axial": canonical[::-1, ::-1, ras[2]].T,
                      "coronal": canonical[::-1, ras[1], ::-1].T,
                      "sagittal": canonical[ras[0], ::-1, ::-1].T}
            for plane, values in wanted.items():
                with self.subTest(name=name, plane=plane):
                    shown = self.picture(TEMPLATES / name, plane, stored)
                    numpy.testing.assert_array_equal(shown, values)

    def test_a_place_in_millimetres_is_the_voxel_that_the_affine_says(self):
        image = nibabel.load(TEMPLATES / "ch2.nii.gz")
        stored = numpy.array([30, 120, 75])
        mm = nibabel.affines.apply_affine(image.affine, stored)
        by_voxel = self.picture(TEMPLATES / "ch2.nii.gz", "coronal", stored)
        by_mm = self.picture(TEMPLATES / "ch2.nii.gz", "coronal", None,
                             "--at-mm=" + ",".join(str(float(x)) for x in mm))
        numpy.testing.assert_array_equal(by_voxel, by_mm)

    def picture(self, file, plane, stored, *arguments):
        """One pixel per voxel, grey n for intensity n."""
        out = self.shop.new_out()
        out.mkdir(parents=True)
        at = () if stored is None else ("--at", ",".join(str(int(i)) for i in stored))
        outcome = self.shop.run("snapshot", file, "-o", out / "slice.png", "--plane", plane,
                                "--no-annotations", "--interpolation", "nearest", "--window",
                                "0:255", *at, *arguments)
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        return Png(out / "slice.png").pixels[:, :, 0]


if __name__ == "__main__":
    unittest.main()
