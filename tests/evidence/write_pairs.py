# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes pairs of volumes with nibabel, NAME_a and NAME_b, and expected.json with what NumPy says
of them: the largest and the mean difference, where the largest is, how many voxels differ."""
import json
import pathlib
import shutil
import sys

import nibabel
import numpy

FOLDER = pathlib.Path(sys.argv[1])
EXPECTED = []
SHAPE = (23, 19, 17)  # more than one block of the comparison, and no multiple of it
AFFINE = numpy.array([[-0.9, 0.2, 0.1, 81.5], [0.1, 1.1, -0.2, -95.25], [0.05, 0.3, 1.3, -60.75],
                      [0, 0, 0, 1.0]])
RANDOM = numpy.random.default_rng(20260301)


def image(data, affine=None, codes=(2, 1), unit="mm", zooms=None, endianness="<"):
    data = numpy.asarray(data)
    header = nibabel.Nifti1Header(endianness=endianness)
    made = nibabel.Nifti1Image(data, AFFINE if affine is None else affine, header)
    made.header.set_data_dtype(data.dtype)
    made.set_sform(made.affine, codes[0])
    made.set_qform(None if codes[1] == 0 else made.affine, codes[1])
    made.header.set_xyzt_units(unit)
    if zooms is not None:
        made.header.set_zooms(zooms)
    return made


def raw(path, made, stored, slope, inter):
    """nibabel rescales what it is given, so scaled files are written by hand from its header."""
    header = made.header.copy()
    header.set_data_dtype(stored.dtype)
    header["scl_slope"], header["scl_inter"] = slope, inter
    header["vox_offset"] = 352
    header["magic"] = b"n+1"
    path.write_bytes(header.binaryblock + bytes(4) + stored.tobytes(order="F"))


def values(path):
    return numpy.asarray(nibabel.load(path).dataobj, dtype=numpy.float64)


def expect(name, verdict, a, b, measured=True, ras=True):
    """The paths as they were written; everything else is asked of nibabel and NumPy."""
    entry = {"name": name, "verdict": verdict, "first": a.name, "second": b.name,
             "same_bytes": a.read_bytes() == b.read_bytes()}
    if measured:
        first, second = values(a), values(b)
        with numpy.errstate(invalid="ignore"):
            distance = numpy.abs(first - second)
        same = (first == second) | (numpy.isnan(first) & numpy.isnan(second))
        finite = numpy.isfinite(distance)
        entry.update(voxels=first.size, differing=int((~same).sum()),
                     unmeasurable=int((~same & ~finite).sum()))
        if finite.any():
            entry["max"] = float(distance[finite].max())
            entry["mean"] = float(distance[finite].mean())
            if entry["max"] > 0:
                # The first in the file's order: x runs fastest.
                flat = numpy.where(finite, distance, -1).ravel(order="F")
                at = numpy.unravel_index(int(flat.argmax()), first.shape, order="F")
                entry["at"] = [int(index) for index in at]
                if ras:
                    loaded = nibabel.load(a)
                    mm = {"meter": 1000.0, "micron": 0.001}.get(
                        loaded.header.get_xyzt_units()[0], 1.0)
                    entry["ras"] = [float(x) for x in nibabel.affines.apply_affine(
                        loaded.affine, at) * mm]
    EXPECTED.append(entry)


def pair(name, verdict, a, b, **more):
    paths = [FOLDER / f"{name}_{side}.nii.gz" for side in "ab"]
    for path, made in zip(paths, (a, b)):
        nibabel.save(made, path)
    expect(name, verdict, *paths, **more)


def ramp(dtype=numpy.int16):
    return (numpy.arange(numpy.prod(SHAPE)) * 7 % 991).reshape(SHAPE).astype(dtype)


def changed(data, at, by):
    data = data.copy()
    data[at] += by
    return data


def integers():
    base = ramp()
    whole = image(base)
    nibabel.save(whole, FOLDER / "same_a.nii.gz")
    shutil.copy(FOLDER / "same_a.nii.gz", FOLDER / "same_b.nii.gz")
    expect("same", "bit_identical", FOLDER / "same_a.nii.gz", FOLDER / "same_b.nii.gz")
    nibabel.save(whole, FOLDER / "unpacked.nii")
    expect("other compression", "bit_identical", FOLDER / "same_a.nii.gz", FOLDER / "unpacked.nii")
    pair("one voxel by one", "within_tolerance", whole, image(changed(base, (3, 5, 16), 1)))
    pair("one voxel by two", "different", whole, image(changed(base, (22, 18, 16), -2)))
    pair("every voxel by one", "different", whole, image(base + 1))
    several = changed(changed(base, (4, 0, 9), 40), (2, 7, 9), -40)
    pair("two equal maxima", "different", whole, image(changed(several, (0, 0, 0), 3)))
    pair("big-endian", "bit_identical", whole, image(base, endianness=">"))


def types():
    for dtype in (numpy.int8, numpy.uint8, numpy.int16, numpy.uint16, numpy.int32, numpy.uint32,
                  numpy.int64, numpy.uint64, numpy.float32):
        name = numpy.dtype(dtype).name
        data = (ramp(numpy.int64) % 120).astype(dtype)
        as_double = data.astype(numpy.float64)
        pair(f"{name} and float64", "bit_identical", image(data), image(as_double))
        pair(f"{name} and other float64", "different", image(data),
             image(changed(as_double, (20, 3, 11), 4.5)))


def scaled():
    stored = ramp()
    made = image(stored.astype(numpy.float64))
    a, b, c = (FOLDER / f"scaled_{side}.nii" for side in "abc")
    raw(a, made, stored, 0.5, 10.0)
    raw(b, made, stored.astype(numpy.float32) * 0.5 + 10, 1.0, 0.0)
    raw(c, made, changed(stored, (1, 2, 3), 1), 0.5, 10.0)
    expect("scaled and plain", "bit_identical", a, b)
    expect("half a unit", "within_tolerance", a, c)


def not_finite():
    base = RANDOM.normal(100, 30, SHAPE).astype(numpy.float32)
    some = base.copy()
    some[1, 2, 3] = numpy.nan
    some[5, 5, 5] = numpy.inf
    some[5, 5, 6] = -numpy.inf
    nibabel.save(image(some), FOLDER / "some.nii")
    nibabel.save(image(some), FOLDER / "some.nii.gz")
    expect("the same NaN and infinities", "bit_identical", FOLDER / "some.nii",
           FOLDER / "some.nii.gz")
    pair("NaN and a number", "different", image(base), image(changed(base, (4, 4, 4), numpy.nan)))
    other = some.copy()
    other[5, 5, 6] = numpy.inf
    other[9, 9, 9] += 0.25
    pair("infinities of two signs", "different", image(some), image(other))
    nothing = numpy.full(SHAPE, numpy.nan, numpy.float32)
    nibabel.save(image(nothing), FOLDER / "nothing.nii")
    nibabel.save(image(nothing), FOLDER / "nothing.nii.gz")
    expect("nothing but NaN", "bit_identical", FOLDER / "nothing.nii", FOLDER / "nothing.nii.gz")
    pair("nothing but NaN and numbers", "different", image(nothing), image(base))


def geometry():
    base = ramp()
    moved, nearly = AFFINE.copy(), AFFINE.copy()
    moved[1, 3] += 0.5
    nearly[1, 3] += 1e-4
    pair("moved by half a mm", "different", image(base), image(base, moved))
    pair("moved by nothing to speak of", "within_tolerance", image(base), image(base, nearly))
    plain = numpy.diag([0.9, 1.1, 1.3, 1.0])
    pair("other spacing", "different", image(base, plain, codes=(2, 0)),
         image(base, plain, codes=(2, 0), zooms=(0.9, 1.1, 1.5)))
    metres = AFFINE.copy()
    metres[:3] /= 1000
    pair("metres", "within_tolerance", image(base, metres, unit="meter", codes=(2, 0)),
         image(changed(base, (7, 7, 7), 1), codes=(2, 0)))
    # Where a header says nothing, the volume lies here all the same.
    plain = image(base, plain, codes=(0, 0)).header.get_base_affine()
    pair("no orientation in one", "different", image(base, plain),
         image(changed(base, (7, 7, 7), 1), plain, codes=(0, 0)))
    pair("no orientation at all", "within_tolerance", image(base, plain, codes=(0, 0)),
         image(changed(base, (7, 7, 7), 1), plain, codes=(0, 0)), ras=False)
    pair("other size", "not_comparable", image(base), image(base[:, :, 1:]), measured=False)


integers()
types()
scaled()
not_finite()
geometry()
(FOLDER / "expected.json").write_text(json.dumps(EXPECTED))
