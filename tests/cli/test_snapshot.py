# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""mrbrain snapshot: a real process without a display, on real files, judged by its pixels."""

import pathlib
import shutil
import unittest

import nibabel
import numpy

from mrbrain_cli import MRBRAIN, STUDIO, CliTest, tree
from png_file import Png

RAS = numpy.diag([1.0, 1.0, 1.0, 1.0])
GROUND = (0x0b, 0x0d, 0x10)


def numbered():
    """5 × 6 × 7 voxels, each of another value from 0 to 209."""
    return numpy.arange(5 * 6 * 7, dtype=numpy.int16).reshape((5, 6, 7), order="F")


def greys(values):
    return numpy.repeat(numpy.asarray(values, numpy.uint8)[:, :, None], 3, axis=2)


def axial(values, k):
    """As a radiologist sees it: the patient's right on the left, anterior up."""
    return values[::-1, ::-1, k].T


def coronal(values, j):
    return values[::-1, j, ::-1].T


def sagittal(values, i):
    """Anterior on the left, superior up."""
    return values[i, ::-1, ::-1].T


@unittest.skipUnless(STUDIO, "built without the program that makes pictures")
class Snapshot(CliTest):

    def setUp(self):
        super().setUp()
        self.folder = self.shop.new_out()
        self.folder.mkdir(parents=True)
        self.picture = self.folder / "picture.png"

    def volume(self, values=None, affine=RAS, name="volume.nii.gz", description=""):
        path = self.folder / name
        image = nibabel.Nifti1Image(numbered() if values is None else values, affine)
        image.header["descrip"] = description
        nibabel.save(image, path)
        return path

    def snapshot(self, file, *arguments, **more):
        return self.shop.run("snapshot", file, "-o", self.picture, *arguments, **more)

    def drawn(self, file, *arguments, **more):
        """The picture, which must have been made without a word on stderr."""
        outcome = self.snapshot(file, *arguments, **more)
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        self.document = outcome.document
        png = Png(self.picture)
        self.assertEqual((self.document["width"], self.document["height"]),
                         (png.width, png.height))
        return png

    def voxels(self, file, *arguments):
        """Nothing but voxels, grey n for intensity n."""
        return self.drawn(file, "--no-annotations", "--interpolation", "nearest",
                          "--window", "0:255", *arguments).pixels

    def assert_nothing_written(self):
        self.assertFalse([name for name in tree(self.folder) if "picture" in name])

    # -- what is on the picture -----------------------------------------------------------------

    def test_every_voxel_of_every_plane(self):
        values = numbered()
        for name, slice_of, count in (("axial", axial, 7), ("coronal", coronal, 6),
                                      ("sagittal", sagittal, 5)):
            for index in range(count):
                with self.subTest(name, index=index):
                    pixels = self.voxels(self.volume(), "--plane", name, "--slices", index)
                    numpy.testing.assert_array_equal(pixels, greys(slice_of(values, index)))
                    self.assertEqual(self.document["slices"], {name: [index]})

    def test_right_is_right_however_the_volume_is_stored(self):
        # Stored with i towards left and k towards posterior.
        stored = numbered()[::-1, :, :].transpose(0, 2, 1)[:, :, ::-1]
        affine = numpy.array([[-1, 0, 0, 4], [0, 0, -1, 5], [0, 1, 0, 0], [0, 0, 0, 1.0]])
        file = self.volume(numpy.ascontiguousarray(stored), affine)
        pixels = self.voxels(file, "--plane", "axial", "--at-mm", "0,0,3")
        numpy.testing.assert_array_equal(pixels, greys(axial(numbered(), 3)))
        flipped = self.voxels(file, "--plane", "axial", "--at-mm", "0,0,3",
                              "--convention", "neurological")
        numpy.testing.assert_array_equal(flipped, pixels[:, ::-1])
        self.assertEqual(self.document["convention"], "neurological")

    def test_all_planes_beside_one_another(self):
        values = numbered()
        pixels = self.voxels(self.volume(), "--at", "1,2,3")
        self.assertEqual(self.document["slices"],
                         {"axial": [3], "coronal": [2], "sagittal": [1]})
        self.assertEqual(pixels.shape[1], 5 + 5 + 6)
        numpy.testing.assert_array_equal(pixels[-7:, 5:10], greys(coronal(values, 2)))
        numpy.testing.assert_array_equal(pixels[-7:, 10:], greys(sagittal(values, 1)))
        self.assertIn(values[1, 2, 3], pixels[:, :5, 0])

    def test_mosaic_has_its_slices_row_by_row(self):
        values = numbered()
        pixels = self.voxels(self.volume(), "--plane", "mosaic", "--of", "coronal",
                             "--slices", "4,0:2", "--grid", "2x3")
        self.assertEqual(self.document["slices"], {"coronal": [4, 0, 1, 2]})
        self.assertEqual(self.document["grid"], {"rows": 2, "columns": 3})
        for cell, index in enumerate([4, 0, 1, 2]):
            row, column = divmod(cell, 3)
            numpy.testing.assert_array_equal(
                pixels[7 * row:7 * row + 7, 5 * column:5 * column + 5],
                greys(coronal(values, index)))
        self.assertTrue((pixels[7:, 5:] == GROUND).all())

    def test_mosaic_takes_even_slices_by_itself(self):
        values = numpy.zeros((8, 8, 100), numpy.uint8)
        self.drawn(self.volume(values), "--plane", "mosaic")
        slices = self.document["slices"]["axial"]
        self.assertEqual(len(slices), 20)
        self.assertEqual(slices, sorted(set(slices)))
        self.drawn(self.volume(values), "--plane", "mosaic", "--grid", "2x3")
        self.assertEqual(len(self.document["slices"]["axial"]), 6)

    def test_window_ends_are_black_and_white(self):
        row = numpy.array([-50, -10, -9, 45, 99, 100, 300], numpy.int16).reshape(7, 1, 1)
        file = self.volume(numpy.ascontiguousarray(row[::-1]))
        plain = ("--plane", "axial", "--no-annotations", "--interpolation", "nearest")
        pixels = self.drawn(file, *plain, "--window", "-10:100").pixels[0]
        self.assertEqual([tuple(pixel) for pixel in pixels[[0, 1, 5, 6]]],
                         [(0, 0, 0)] * 2 + [(255, 255, 255)] * 2)
        self.assertGreater(pixels[3][0], 100)
        self.assertEqual(self.document["window"], {"low": -10.0, "high": 100.0})
        marked = self.drawn(file, *plain, "--window", "-10:100", "--mark-out-of-range").pixels[0]
        self.assertEqual([tuple(pixel) for pixel in marked[[0, 1, 5, 6]]],
                         [(0x1f, 0x6f, 0xeb), (0, 0, 0), (255, 255, 255), (0xe5, 0x3e, 0x3e)])
        viridis = self.drawn(file, *plain, "--window", "-10:100", "--colormap", "viridis").pixels
        self.assertEqual([tuple(viridis[0][1]), tuple(viridis[0][5])],
                         [(68, 1, 84), (253, 231, 37)])

    def test_slab_is_the_largest_of_its_slices(self):
        values = numpy.zeros((4, 4, 9), numpy.uint8)
        values[1, 2, 3] = 200
        pixels = self.voxels(self.volume(values), "--plane", "axial", "--slices", "4",
                             "--slab", "max:3")
        numpy.testing.assert_array_equal(pixels, greys(axial(values, 3)))

    def test_size_is_as_asked(self):
        file = self.volume()
        for arguments, size in ((["--size", "640x480"], (640, 480)),
                                (["--size", "640x480", "--scale", "2"], (1280, 960)),
                                (["--plane", "mosaic", "--size", "501x333", "--scale", "1.5"],
                                 (752, 500)),
                                (["--plane", "sagittal", "--no-annotations", "--scale", "10"],
                                 (60, 70))):
            with self.subTest(arguments):
                png = self.drawn(file, *arguments)
                self.assertEqual((png.width, png.height), size)

    def test_annotations_are_there_unless_unwanted(self):
        file = self.volume(numpy.full((20, 20, 20), 7, numpy.uint8))
        for plane in ("all", "axial", "mosaic"):
            with self.subTest(plane):
                arguments = ("--plane", plane, "--size", "400x300")
                colours = {tuple(pixel)
                           for pixel in self.drawn(file, *arguments).pixels.reshape(-1, 3)}
                self.assertIn((0xff, 0xd2, 0x66), colours)  # edge letters
                bare = self.drawn(file, *arguments, "--no-annotations").pixels.reshape(-1, 3)
                self.assertTrue(all(colour == GROUND or len(set(colour)) == 1
                                    for colour in map(tuple, bare)))

    # -- what it says about itself --------------------------------------------------------------

    def test_provenance_is_in_the_file_and_on_stdout(self):
        for description, banner in (("", "Unknown origin – not for clinical use"),
                                    ("demo phantom",
                                     "Demo phantom, not model output – not for clinical use")):
            for extra in ((), ("--no-annotations",)):
                with self.subTest(description, extra=extra):
                    png = self.drawn(self.volume(description=description), "--window", "3:9.5",
                                     *extra)
                    self.assertEqual(png.texts["Disclaimer"], banner)
                    self.assertEqual(self.document["provenance"], banner)
                    self.assertEqual(png.texts["Source"], "volume.nii.gz")
                    self.assertEqual(png.texts["Window"], "3:9.5 grey")
                    self.assertIn("the patient's right is on the left", png.texts["Convention"])
                    self.assertIn("k = 3 of 0–6", png.texts["Slices"])
                    self.assertTrue(png.texts["Software"].startswith("MR Brain Studio "))
                    self.assertNotIn(str(self.folder), str(png.texts))

    def test_oblique_volume_says_so(self):
        turned = numpy.eye(4)
        turned[:2, :2] = [[0.8, -0.6], [0.6, 0.8]]
        png = self.drawn(self.volume(affine=turned))
        self.assertIn("oblique by 36.9°", png.texts["Convention"])

    # -- surroundings ---------------------------------------------------------------------------

    def test_neither_a_display_nor_a_desktop_matters(self):
        plain = self.drawn(self.volume()).pixels
        hostile = self.shop.environment(
            DISPLAY=":987", WAYLAND_DISPLAY="nowhere", QT_QPA_PLATFORM="xcb", LANG="de_DE.UTF-8",
            QT_QPA_PLATFORMTHEME="gtk3", QT_SCALE_FACTOR="2", QT_FONT_DPI="200", TERM=None)
        numpy.testing.assert_array_equal(self.drawn(self.volume(), env=hostile).pixels, plain)

    def test_existing_picture_is_replaced(self):
        self.picture.write_text("older")
        self.drawn(self.volume())
        self.assertEqual(sorted(tree(self.folder)), ["picture.png", "volume.nii.gz"])

    def test_any_file_name_will_do(self):
        file = self.volume(name="a volume, ü.nii.gz")
        self.assertEqual(self.drawn(file).texts["Source"], "a volume, ü.nii.gz")
        self.volume(name="-x.nii")
        outcome = self.shop.run("snapshot", "-o", "picture.png", "--", "-x.nii", cwd=self.folder)
        self.assertEqual(outcome.code, 0, outcome.stderr)

    def test_help_is_that_of_the_snapshot(self):
        outcome = self.shop.run("snapshot", "--help")
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        self.assertIn(b"Usage: mrbrain snapshot", outcome.stdout)
        self.assertIn(b"--colormap", outcome.stdout)

    # -- refusals -------------------------------------------------------------------------------

    def test_bad_options_are_refused_and_nothing_is_written(self):
        file = self.volume()
        for arguments, named in (
                (["--plane", "oblique"], "--plane"), (["--window", "9:3"], "--window"),
                (["--window", "3"], "--window"), (["--window", "nan:3"], "--window"),
                (["--window", ""], "--window"), (["--colormap", "jet"], "--colormap"),
                (["--interpolation", "sinc"], "--interpolation"), (["--slab", "10"], "--slab"),
                (["--slab", "max:-1"], "--slab"), (["--slab", "max:inf"], "--slab"),
                (["--convention", "left"], "--convention"), (["--size", "100"], "--size"),
                (["--size", "0x100"], "--size"), (["--scale", "0"], "--scale"),
                (["--scale", "nan"], "--scale"), (["--at", "1,2"], "--at"),
                (["--at", "-1,0,0"], "--at"), (["--at", "5,0,0"], "--at"),
                (["--at-mm", "0,0,90"], "--at-mm"), (["--at-mm", "0,0,x"], "--at-mm"),
                (["--at", "1,1,1", "--at-mm", "1,1,1"], "--at"),
                (["--plane", "axial", "--slices", "7"], "--slices"),
                (["--plane", "axial", "--slices", "1,2"], "--slices"),
                (["--plane", "axial", "--slices", "x"], "--slices"),
                (["--plane", "axial", "--slices", "1", "--at", "1,1,1"], "--slices"),
                (["--slices", "1"], "--slices"), (["--grid", "2x2"], "--grid"),
                (["--of", "axial"], "--of"), (["--plane", "mosaic", "--grid", "2"], "--grid"),
                (["--plane", "mosaic", "--grid", "1x2", "--slices", "1:3"], "--grid"),
                (["--plane", "mosaic", "--at", "1,1,1"], "--at"),
                (["--plane", "mosaic", "--crosshair"], "--crosshair"),
                (["--no-annotations", "--crosshair"], "--crosshair"),
                (["--size", "40000x10"], "too large"),
                (["--size", "30000x30000", "--no-annotations"], "too large"),
                (["--size", "100x20"], "no room"), (["--unknown"], "--unknown"),
                (["another.nii"], "another.nii")):
            with self.subTest(arguments):
                document = self.assert_refused(self.snapshot(file, *arguments), "usage")
                self.assertIn(named, document["detail"])
                self.assert_nothing_written()

    def test_output_must_be_another_file_and_a_png(self):
        file = self.volume()
        for arguments in ([], ["-o", self.folder / "picture.jpg"], ["-o", ""]):
            with self.subTest(arguments):
                self.assert_refused(self.shop.run("snapshot", file, *arguments), "usage")
        volume = self.volume().rename(self.folder / "volume.png")
        before = volume.read_bytes()
        outcome = self.shop.run("snapshot", volume, "-o", volume)
        self.assertEqual(self.assert_refused(outcome, "usage")["errors"][0]["code"], "same_file")
        self.assertEqual(volume.read_bytes(), before)

    def test_file_that_cannot_be_read_leaves_no_picture(self):
        good = self.volume()
        broken = self.folder / "broken.nii.gz"
        broken.write_bytes(good.read_bytes()[:-20])
        text = self.folder / "words.txt"
        text.write_text("not a volume")
        for file in (broken, text, self.folder / "missing.nii", self.folder):
            with self.subTest(file.name):
                outcome = self.snapshot(file)
                self.assertEqual(outcome.code, 4, outcome.stderr)
                error, = outcome.document["errors"]
                self.assertIn(file.name, error["message"])
                self.assertTrue(error["code"])
                self.assertIn(error["message"], outcome.stderr)
                self.assert_nothing_written()

    def test_picture_that_cannot_be_written_is_told(self):
        self.picture = self.folder / "missing" / "picture.png"
        outcome = self.snapshot(self.volume())
        self.assertEqual(outcome.code, 5, outcome.stderr)
        self.assertEqual(outcome.codes(), ["cannot_write"])
        self.assertEqual(tree(self.folder), ["volume.nii.gz"])

    def test_missing_helper_is_told(self):
        alone = self.shop.folder / "alone" / "bin" / "mrbrain"
        alone.parent.mkdir(parents=True)
        shutil.copy(MRBRAIN, alone)
        outcome = self.shop.start("snapshot", self.volume(), "-o", self.picture,
                                  executable=str(alone)).wait()
        document = self.assert_refused(outcome, "helper missing")
        self.assertEqual(document["errors"][0]["code"], "helper_missing")
        self.assertIn(str(pathlib.Path("libexec/mrbrain/mrbrain-picture")), document["detail"])


if __name__ == "__main__":
    unittest.main()
