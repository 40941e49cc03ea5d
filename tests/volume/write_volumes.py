# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes NIfTI files of many kinds and, in expected.json, what nibabel and NumPy say of each.

usage: write_volumes.py FOLDER
"""
import gzip
import json
import logging
import struct
import sys
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np

warnings.simplefilter("ignore")
logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)

TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
         "float32", "float64"]
IMAGE = {1: nib.Nifti1Image, 2: nib.Nifti2Image}
# Byte offset and struct letter of the fields that tests set by hand, by NIfTI version.
FIELDS = {
    1: {"pixdim0": (76, "f"), "pixdim1": (80, "f"), "pixdim2": (84, "f"), "pixdim3": (88, "f"),
        "vox_offset": (108, "f"), "scl_slope": (112, "f"), "scl_inter": (116, "f"),
        "xyzt_units": (123, "B"), "quatern_b": (256, "f"), "quatern_c": (260, "f")},
    2: {"pixdim0": (104, "d"), "vox_offset": (168, "q"), "scl_slope": (176, "d"),
        "scl_inter": (184, "d"), "quatern_b": (352, "d")},
}
rng = np.random.default_rng(7)
folder = Path(sys.argv[1])
expected = []


def values_for(name, shape):
    """Random values over the type's range, its extremes, zeros; specials for floats."""
    dtype = np.dtype(name)
    if dtype.kind == "f":
        data = rng.normal(100, 300, shape).astype(dtype)
        flat = data.reshape(-1)
        flat[:7] = [0.0, -0.0, np.nan, np.inf, -np.inf, np.nan, 1e30]
        return data
    info = np.iinfo(dtype)
    data = rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)
    flat = data.reshape(-1)
    flat[:5] = [info.min, info.max, 0, 0, 1]
    return data


def encode(data, version=1, order="<", affine=None, sform=2, qform=0, fields=None, descrip=b"",
           extension=None, pad=0):
    """The bytes of a single-file NIfTI, with header fields overwritten by hand where asked."""
    header = IMAGE[version].header_class(endianness=order)
    header.set_data_dtype(data.dtype)
    image = IMAGE[version](data.astype(data.dtype.newbyteorder(order)), None, header=header)
    affine = np.diag([0.94, 1.1, 1.36, 1]) if affine is None else affine
    image.set_sform(affine if sform else None, sform)
    image.set_qform(affine, qform)
    image.header["descrip"] = descrip
    if extension:
        image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", extension))
    raw = bytearray(image.to_bytes())
    assert raw[:4] == struct.pack(order + "i", 348 if version == 1 else 540)
    for name, value in (fields or {}).items():
        offset, letter = FIELDS[version][name]
        struct.pack_into(order + letter, raw, offset, value)
    if pad:
        offset, letter = FIELDS[version]["vox_offset"]
        start = int(struct.unpack_from(order + letter, raw, offset)[0])
        struct.pack_into(order + letter, raw, offset, start + pad)
        raw[start:start] = b"\xA5" * pad
    return bytes(raw)


def facts_of(path):
    image = nib.load(path)
    header = image.header
    data = image.get_fdata(dtype=np.float64)
    shape = (list(image.shape) + [1, 1])[:3]
    zooms = ([float(z) for z in header.get_zooms()] + [1.0, 1.0])[:3]
    finite = np.isfinite(data)
    values = data[finite].astype(np.longdouble)
    out = {
        "dims": shape, "spacing": zooms, "affine": [float(v) for v in image.affine.reshape(-1)],
        "type": header.get_data_dtype().newbyteorder("=").name,
        "version": 2 if isinstance(image, nib.Nifti2Image) else 1,
        "swapped": header.endianness == ">",
        "slope": float(image.dataobj.slope), "inter": float(image.dataobj.inter),
        "sform": int(header["sform_code"]), "qform": int(header["qform_code"]),
        "units": int(header["xyzt_units"]),
        "descrip": bytes(header["descrip"].item()).decode("ascii"),
        "voxels": int(data.size), "finite": int(finite.sum()), "nan": int(np.isnan(data).sum()),
        "inf": int(np.isinf(data).sum()), "zero": int((data[finite] == 0).sum()),
        "negative": int((data[finite] < 0).sum()),
    }
    if finite.any():
        mean = values.mean()
        out["min"] = float(data[finite].min())
        out["max"] = float(data[finite].max())
        out["mean"] = float(mean)
        out["std"] = float(np.sqrt(((values - mean) ** 2).mean()))
        if abs(data[finite]).max() < 1e9:
            # As records round them, from NumPy's own double precision results.
            out["mean3"] = round(float(data[finite].mean()), 3)
            out["std3"] = round(float(data[finite].std()), 3)
    return out


def write(name, raw, compress=None, **extra):
    """Writes name; nibabel reads a copy whose name fits the content."""
    if compress is None:
        compress = name.endswith(".gz")
    content = gzip.compress(raw, 6) if compress is True else compress or raw
    (folder / name).write_bytes(content)
    reference = folder / "reference" / ("r.nii.gz" if content[:2] == b"\x1f\x8b" else "r.nii")
    reference.write_bytes(content)
    expected.append({"file": name, **facts_of(reference), **extra})
    reference.unlink()


def rotation():
    """A proper rotation with all quaternion parts in play."""
    b, c, d = 0.1, -0.35, 0.6
    a = np.sqrt(1 - b * b - c * c - d * d)
    return nib.quaternions.quat2mat([a, b, c, d])


def every_type():
    for index, name in enumerate(TYPES):
        for version in (1, 2):
            for order in "<>":
                ending = ".nii.gz" if (index + version + (order == ">")) % 2 else ".nii"
                tag = "le" if order == "<" else "be"
                write(f"{name}_v{version}_{tag}{ending}",
                      encode(values_for(name, (9, 7, 5)), version, order))
        # Several pieces of the reader, values cut at their ends.
        write(f"{name}_large.nii.gz", encode(values_for(name, (71, 67, 63)), pad=3))
        write(f"{name}_scaled_large.nii",
              encode(values_for(name, (71, 67, 63)), 1, ">",
                     fields={"scl_slope": 0.37, "scl_inter": -12.5}))


def scaling():
    data = rng.integers(-300, 3000, (8, 8, 8), dtype=np.int16)
    for tag, version, slope, inter in [
            ("plain", 1, 2.5, -10.0), ("negative", 1, -0.5, 3.0), ("zero", 1, 0.0, 7.0),
            ("nan", 1, float("nan"), 7.0), ("inf", 1, float("inf"), 7.0), ("unit", 1, 1.0, 0.0),
            ("offset_only", 1, 1.0, 100.0), ("v2", 2, 1e-3, 1 / 3), ("nan_both", 1, float("nan"),
                                                                    float("nan"))]:
        write(f"slope_{tag}.nii.gz",
              encode(data, version, fields={"scl_slope": slope, "scl_inter": inter}))
    write("slope_float.nii", encode(values_for("float32", (8, 8, 8)),
                                    fields={"scl_slope": 3.0, "scl_inter": 0.25}))
    write("slope_overflow.nii", encode(np.full((4, 4, 4), 1e200), 2,
                                       fields={"scl_slope": 1e200, "scl_inter": 0}))


def transforms():
    data = rng.integers(0, 1000, (6, 5, 4), dtype=np.int16)
    oblique = np.eye(4)
    oblique[:3, :3] = rotation() @ np.diag([0.9, 1.1, 1.3])
    oblique[:3, 3] = [-80.5, 101.25, -33.0]
    mirrored = oblique @ np.diag([1, 1, -1, 1])
    sheared = oblique.copy()
    sheared[0, 1] += 0.4
    for version in (1, 2):
        tag = f"_v{version}.nii"
        write("sform_only" + tag, encode(data, version, affine=sheared, sform=1, qform=0))
        write("qform_only" + tag, encode(data, version, affine=oblique, sform=0, qform=1))
        write("qform_mirrored" + tag, encode(data, version, affine=mirrored, sform=0, qform=3))
        write("no_form" + tag, encode(data, version, affine=oblique, sform=0, qform=0))
        write("forms_agree" + tag, encode(data, version, affine=oblique, sform=4, qform=5),
              disagree=False)
        write("forms_disagree" + tag, encode(data, version, affine=sheared, sform=4, qform=2),
              disagree=True)
    half_turn = np.diag([-1.0, -1.0, 1.0, 1.0])
    write("qform_half_turn.nii", encode(data, affine=half_turn, sform=0, qform=1))
    write("qform_qfac_zero.nii",
          encode(data, affine=oblique, sform=0, qform=1, fields={"pixdim0": 0.0}))
    write("negative_pixdim.nii", encode(data, fields={"pixdim1": -0.94, "pixdim3": -1.36}))
    write("negative_pixdim_qform.nii",
          encode(data, affine=oblique, sform=0, qform=1, fields={"pixdim2": -1.1}))
    write("units_mm.nii", encode(data, fields={"xyzt_units": 10}))


def shapes():
    write("one_dimension.nii", encode(np.arange(11, dtype=np.int16), sform=0, qform=0))
    write("two_dimensions.nii.gz", encode(np.arange(77, dtype=np.uint8).reshape(11, 7), sform=0))
    write("trailing_ones.nii.gz", encode(np.arange(60, dtype=np.int16).reshape(5, 4, 3, 1, 1)))
    write("single_voxel.nii", encode(np.full((1, 1, 1), -3, np.int8)))
    write("flat_zero_spacing.nii", encode(np.arange(12, dtype=np.int16).reshape(4, 3, 1),
                                          fields={"pixdim3": 0.0}))


def contents():
    shape = (33, 31, 29)
    write("constant.nii.gz", encode(np.full(shape, 1000, np.int16)))
    write("blank.nii.gz", encode(np.zeros(shape, np.int16)))
    write("all_nan.nii.gz", encode(np.full(shape, np.nan, np.float32)))
    write("huge_floats.nii", encode(np.array([1e308, 1.5e308, 0.9e308, 1.2e308] * 2, np.float64)
                                    .reshape(2, 2, 2)))
    # A tiny spread on a large mean: a sum of squares in double would lose it.
    write("narrow_int32.nii.gz",
          encode((2_000_000_000 + rng.integers(0, 3, shape)).astype(np.int32)))
    write("narrow_float64.nii.gz", encode(1e9 + rng.normal(0, 1e-3, shape)))
    write("one_off.nii.gz", encode(np.r_[np.zeros(999), 1].astype(np.uint16).reshape(10, 10, 10)))
    write("described.nii.gz", encode(np.arange(8, dtype=np.int16).reshape(2, 2, 2),
                                     descrip=b"phantom, synthetic"))
    write("extension.nii.gz", encode(np.arange(8, dtype=np.int16).reshape(2, 2, 2),
                                     extension=b"x" * 1000))


def containers():
    raw = encode(rng.integers(0, 2000, (90, 80, 70), dtype=np.int16))
    cut = len(raw) // 3
    write("members.nii.gz", raw, gzip.compress(raw[:cut]) + gzip.compress(raw[cut:2 * cut])
          + gzip.compress(b"") + gzip.compress(raw[2 * cut:]))
    write("header_member.nii.gz", raw, gzip.compress(raw[:100]) + gzip.compress(raw[100:]))
    write("stored_blocks.nii.gz", raw, gzip.compress(raw, 0))
    write("gzip_named.nii", raw, compress=True)
    write("plain_named.nii.gz", raw, compress=False)
    write("no_ending", raw, compress=True)
    write("twin.nii.gz", encode(np.full((4, 4, 4), 5, np.int16)))
    write("twin.nii", encode(np.full((4, 4, 4), 9, np.int16)))
    # Material for the tests of damage: several pieces long, and a small one.
    write("sound.nii.gz", raw)
    write("sound.nii", raw)
    write("small.nii.gz", encode(rng.integers(0, 500, (12, 10, 8), dtype=np.int16)))
    write("small_v2.nii", encode(rng.integers(0, 500, (6, 5, 4), dtype=np.int16), 2))
    nib.save(nib.Nifti1Pair(np.zeros((3, 3, 3), np.int16), np.eye(4)), folder / "pair.hdr")
    nib.save(nib.Nifti2Pair(np.zeros((3, 3, 3), np.int16), np.eye(4)), folder / "pair2.hdr")
    nib.save(nib.AnalyzeImage(np.zeros((3, 3, 3), np.int16), np.eye(4)), folder / "analyze.hdr")


(folder / "reference").mkdir()
for make in (every_type, scaling, transforms, shapes, contents, containers):
    make()
(folder / "expected.json").write_text(json.dumps(expected, allow_nan=False))
