# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes volumes that are unusual, misleading or broken, and says of each what must become of it.

usage: make_bad_volumes.py FOLDER

Prints one line per file, "name, readable" or "name, refused"; expected.json has the rest: of a
readable file the dimensions, type, voxels (as stored, x fastest, little endian), spacing and
affine in mm and the notes it must carry, of a refused one the error code.
"""
import gzip
import json
import logging
import os
import struct
import sys
import zlib
from pathlib import Path

import nibabel as nib
import numpy as np

logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)

TYPES = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32",
         "float64"]
AFFINE = np.array([[-0.75, 0, 0, 41.5], [0, 1.25, 0, -17.25], [0, 0, 1.5, 8.0], [0, 0, 0, 1.0]])
SPACING = [0.75, 1.25, 1.5]
rng = np.random.default_rng(11)
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
expected = []


def put(name, content, **entry):
    if content is not None:
        (folder / name).write_bytes(content)
    entry["file"] = name
    expected.append(entry)
    print(f"{name}, {'refused' if 'code' in entry else 'readable'}")


def good(name, content, data, affine=AFFINE, spacing=SPACING, notes=(), slope=1.0, inter=0.0):
    """A file that must be shown: these voxels, there."""
    data = np.asarray(data)
    shape = (list(data.shape) + [1, 1])[:3]
    stored = data.astype(data.dtype.newbyteorder("<")).tobytes(order="F")
    put(name, content, dims=shape, type=data.dtype.newbyteorder("=").name, voxels=stored.hex(),
        affine=[float(v) for v in np.asarray(affine, float).reshape(-1)],
        spacing=[float(v) for v in spacing], notes=list(notes), slope=slope, inter=inter)


def bad(name, content, code):
    put(name, content, code=code)


def nifti(data, affine=AFFINE, sform=1, qform=0, version=1, order="<", fields=None):
    """A single-file NIfTI; fields: (offset, struct letter, value) overwritten by hand."""
    cls = nib.Nifti1Image if version == 1 else nib.Nifti2Image
    header = cls.header_class(endianness=order)
    header.set_data_dtype(data.dtype)
    image = cls(data, None, header=header)
    image.header.set_zooms(SPACING[:data.ndim] + [1.0] * (data.ndim - 3))
    if qform:
        image.set_qform(affine, qform)
    image.set_sform(affine if sform else None, sform)
    image.header.set_xyzt_units("mm")
    raw = bytearray(image.to_bytes())
    for offset, letter, value in fields or []:
        struct.pack_into(order + letter, raw, offset, value)
    return bytes(raw)


def ramp(dtype="int16", shape=(5, 4, 3)):
    return np.arange(np.prod(shape)).astype(dtype).reshape(shape)


def contents():
    good("constant.nii", nifti(np.full((5, 4, 3), 7, np.int16)), np.full((5, 4, 3), 7, np.int16))
    zero = np.zeros((5, 4, 3), np.int16)
    good("all_zero.nii.gz", gzip.compress(nifti(zero)), zero)
    for name, shape in [("thin_x", (1, 6, 5)), ("thin_y", (6, 1, 5)), ("thin_z", (6, 5, 1)),
                        ("one_voxel", (1, 1, 1)), ("one_column", (1, 1, 9))]:
        good(name + ".nii", nifti(ramp(shape=shape)), ramp(shape=shape))
    for name in TYPES:
        data = ramp(name)
        if data.dtype.kind != "f":
            data.reshape(-1)[:2] = [np.iinfo(name).min, np.iinfo(name).max]
        else:
            data.reshape(-1)[:2] = [np.finfo(name).min, np.finfo(name).max]
        good(f"type_{name}.nii.gz", gzip.compress(nifti(data)), data)
        good(f"type_{name}_big_endian.nii", nifti(data, order=">"), data)
        good(f"type_{name}_nifti2.nii", nifti(data, version=2), data)
    for name in ("float32", "float64"):
        data = ramp(name)
        data.reshape(-1)[:6] = [np.nan, np.inf, -np.inf, -0.0, np.nan, -5.5]
        good(f"special_{name}.nii", nifti(data), data)
        good(f"all_nan_{name}.nii", nifti(np.full_like(data, np.nan)), np.full_like(data, np.nan))
        good(f"all_inf_{name}.nii", nifti(np.full_like(data, np.inf)), np.full_like(data, np.inf))
    good("negative.nii", nifti(ramp() - 1000), ramp() - 1000)
    scaled = [(112, "f", 0.5), (116, "f", -20.0)]
    good("scaled.nii", nifti(ramp(), fields=scaled), ramp(), slope=0.5, inter=-20.0)
    good("negative_slope.nii", nifti(ramp(), fields=[(112, "f", -2.0), (116, "f", 0.0)]), ramp(),
         slope=-2.0)
    good("zero_slope.nii", nifti(ramp(), fields=[(112, "f", 0.0), (116, "f", 9.0)]), ramp())
    bad("nan_intercept.nii", nifti(ramp(), fields=[(112, "f", 2.0), (116, "f", np.nan)]),
        "nifti_scaling")


def spaces():
    data = ramp()
    raw = nifti(data)
    good("negative_spacing.nii", nifti(data, fields=[(80, "f", -0.75), (88, "f", -1.5)]), data)
    good("negative_spacing_qform.nii",
         nifti(data, sform=0, qform=1, fields=[(84, "f", -1.25)]), data)
    flat = ramp(shape=(5, 4, 1))
    good("zero_spacing_one_slice.nii", nifti(flat, fields=[(88, "f", 0.0)]), flat)
    bad("zero_spacing.nii", nifti(data, fields=[(80, "f", 0.0)]), "nifti_spacing")
    bad("zero_spacing_qform.nii", nifti(data, sform=0, qform=1, fields=[(84, "f", 0.0)]),
        "nifti_spacing")
    bad("nan_spacing.nii", nifti(data, fields=[(88, "f", np.nan)]), "nifti_spacing")
    bad("infinite_spacing.nii", nifti(data, fields=[(88, "f", np.inf)]), "nifti_spacing")

    angle = np.deg2rad(20)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0, 0], [np.sin(angle), np.cos(angle), 0, 0],
                     [0, 0, 1, 0], [0, 0, 0, 1]])
    oblique = (turn @ AFFINE).astype(np.float32)
    good("oblique.nii", nifti(data, affine=oblique), data, affine=oblique)
    sheared = AFFINE.copy()
    sheared[0, 2] = 0.02
    good("sheared.nii", nifti(data, affine=sheared), data, affine=sheared.astype(np.float32))
    singular = AFFINE.copy()
    singular[:3, 2] = 2 * singular[:3, 1]
    bad("singular_affine.nii", nifti(data, affine=singular), "nifti_transform")
    nearly = AFFINE.copy()
    nearly[:3, 2] = nearly[:3, 1] + [0, 0, 1e-7]
    bad("nearly_singular_affine.nii", nifti(data, affine=nearly), "nifti_transform")
    bad("zero_affine.nii", nifti(data, affine=np.diag([0, 0, 0, 1.0])), "nifti_transform")
    bad("nan_affine.nii", nifti(data, fields=[(284, "f", np.nan)]), "nifti_transform")
    bad("no_rotation.nii", nifti(data, sform=0, qform=1, fields=[(256, "f", 1.5)]),
        "nifti_transform")
    bad("unknown_form_code.nii", nifti(data, fields=[(254, "h", 77)]), "nifti_transform")

    centred = np.diag([-0.75, 1.25, 1.5, 1.0])
    centred[:3, 3] = [0.75 * 2, -1.25 * 1.5, -1.5 * 1]
    good("no_orientation.nii", nifti(data, sform=0), data, affine=centred,
         notes=["note_orientation_unknown"])
    disagreeing = bytearray(nifti(data, qform=1))
    struct.pack_into("<f", disagreeing, 292, 90.0)
    moved = AFFINE.copy()
    moved[0, 3] = 90.0
    good("forms_disagree.nii", bytes(disagreeing), data, affine=moved,
         notes=["note_forms_disagree"])
    good("spacing_against_affine.nii", nifti(data, fields=[(80, "f", 3.0)]), data,
         notes=["note_spacing_from_affine"])
    assert raw[123] == 2
    for name, unit, factor in [("metres", 1, 1000.0), ("micrometres", 3, 0.001)]:
        scale = np.diag([factor, factor, factor, 1])
        good(f"units_{name}.nii", nifti(data, fields=[(123, "B", unit)]), data,
             affine=scale @ AFFINE, spacing=[s * factor for s in SPACING],
             notes=["note_units_converted"])
    good("units_unknown.nii", nifti(data, fields=[(123, "B", 0)]), data)


def shapes():
    data = ramp()
    good("trailing_one.nii", nifti(data[..., None]), data)
    good("trailing_ones.nii.gz", gzip.compress(nifti(data[..., None, None])), data)
    bad("two_volumes.nii", nifti(ramp(shape=(5, 4, 3, 2))), "nifti_four_dimensional")
    bad("vectors.nii", nifti(ramp(shape=(5, 4, 3, 1, 3))), "nifti_four_dimensional")
    bad("huge_dims.nii", nifti(data, fields=[(42, "h", 32767), (44, "h", 32767), (46, "h", 8)]),
        "voxels_missing")
    bad("huge_dims.nii.gz",
        gzip.compress(nifti(data, fields=[(42, "h", 2000), (44, "h", 2000), (46, "h", 2000)])),
        "size_implausible")
    bad("absurd_dims_nifti2.nii",
        nifti(data, version=2, fields=[(24, "q", 1 << 40), (32, "q", 1 << 40)]), "nifti_too_large")
    bad("zero_dim.nii", nifti(data, fields=[(44, "h", 0)]), "nifti_dimensions")
    bad("negative_dim.nii", nifti(data, fields=[(44, "h", -4)]), "nifti_dimensions")
    for name, code, bits, size in [("rgb", 128, 24, 3), ("rgba", 2304, 32, 4),
                                   ("complex64", 32, 64, 8), ("complex128", 1792, 128, 16),
                                   ("float128", 1536, 128, 16), ("binary", 1, 1, 1)]:
        header = nifti(data, fields=[(70, "h", code), (72, "h", bits)])[:352]
        bad(f"type_{name}.nii", header + bytes(data.size * size), "nifti_datatype")


def containers():
    data = rng.integers(0, 900, (20, 18, 16), dtype=np.int16)
    raw = nifti(data)
    packed = gzip.compress(raw)
    good("gzip_named_plain.nii", packed, data)
    good("plain_named_gzip.nii.gz", raw, data)
    good("nifti_named.nrrd", raw, data)
    good("nifti_named.txt", packed, data)
    bad("truncated.nii.gz", packed[:len(packed) // 2], "gzip_truncated")
    bad("truncated.nii", raw[:len(raw) // 2], "voxels_missing")
    bad("truncated_header.nii", raw[:200], "nifti_header_truncated")
    flipped = bytearray(packed)
    flipped[-8] ^= 1
    bad("bad_checksum.nii.gz", bytes(flipped), "gzip_crc")
    bad("more_after_voxels.nii", raw + b"more", "extra_data")
    bad("text.nii", b"This is text, not a volume.\n" * 30, "not_nifti")
    bad("text.nii.gz", gzip.compress(b"This is text, not a volume.\n" * 30), "not_nifti")
    bad("text.txt", b"This is text, not a volume.\n" * 30, "unknown_format")
    bad("text.nrrd", b"This is text, not a volume.\n" * 30, "unknown_format")
    bad("empty.nii", b"", "empty_file")
    bad("empty.nrrd", b"", "empty_file")
    nib.save(nib.AnalyzeImage(ramp(), np.eye(4)), folder / "analyze.hdr")
    bad("analyze.hdr", None, "analyze")
    nib.save(nib.Nifti1Pair(ramp(), AFFINE), folder / "pair.hdr")
    bad("pair.hdr", None, "nifti_pair")
    (folder / "folder.nii").mkdir(exist_ok=True)
    bad("folder.nii", None, "not_a_regular_file")
    fifo = folder / "fifo.nii"
    if not fifo.exists():
        os.mkfifo(fifo)
    bad("fifo.nii", None, "not_a_regular_file")
    locked = folder / "unreadable.nii"
    locked.unlink(missing_ok=True)
    if os.geteuid() == 0:
        good(locked.name, raw, data)  # the superuser may read everything
    else:
        bad(locked.name, raw, "cannot_read")
    locked.chmod(0)


def nrrd(data, voxels=None, **changes):
    fields = {"type": "int16", "dimension": "3", "space": "left-posterior-superior",
              "space dimension": None, "sizes": " ".join(map(str, data.shape)),
              "space directions": "(0.75,0,0) (0,-1.25,0) (0,0,1.5)",
              "endian": "little", "encoding": "raw", "space origin": "(-41.5,17.25,8)"}
    for key, value in changes.items():
        fields[key.replace("_", " ")] = value
    text = "".join(f"{key}: {value}\n" for key, value in fields.items() if value is not None)
    return f"NRRD0005\n{text}\n".encode() + (data.tobytes(order="F") if voxels is None else voxels)


def meta(data, voxels=None, **changes):
    fields = {"ObjectType": "Image", "NDims": "3", "BinaryData": "True",
              "BinaryDataByteOrderMSB": "False", "CompressedData": "False",
              "TransformMatrix": "1 0 0 0 -1 0 0 0 1", "Offset": "-41.5 17.25 8",
              "ElementSpacing": "0.75 1.25 1.5", "DimSize": " ".join(map(str, data.shape)),
              "ElementType": "MET_SHORT", **changes, "ElementDataFile": "LOCAL"}
    text = "".join(f"{key} = {value}\n" for key, value in fields.items() if value is not None)
    return text.encode() + (data.tobytes(order="F") if voxels is None else voxels)


def other_formats():
    data = ramp()
    stored = data.tobytes(order="F")
    good("sound.nrrd", nrrd(data), data)
    good("sound_gzip.nrrd", nrrd(data, gzip.compress(stored), encoding="gzip"), data)
    good("nrrd_named.nii", nrrd(data), data)
    good("las.nrrd", nrrd(data, space="left-anterior-superior",
                          **{"space directions": "(0.75,0,0) (0,1.25,0) (0,0,1.5)",
                             "space origin": "(-41.5,-17.25,8)"}), data)
    good("las_short.nrrd", nrrd(data, space="LAS",
                                **{"space directions": "(0.75,0,0) (0,1.25,0) (0,0,1.5)",
                                   "space origin": "(-41.5,-17.25,8)"}), data)
    good("ras.nrrd", nrrd(data, space="RAS",
                          **{"space directions": "(-0.75,0,0) (0,1.25,0) (0,0,1.5)",
                             "space origin": "(41.5,-17.25,8)"}), data)
    oblique = np.array([[-0.6, 0.48, 0.2, 5], [0.3, 0.9, -0.1, 6], [0.1, 0.2, 1.4, 7],
                        [0, 0, 0, 1]])
    for space, signs in [("LPS", (-1, -1)), ("RAS", (1, 1)), ("LAS", (-1, 1))]:
        there = np.diag([*signs, 1, 1]) @ oblique
        vectors = ["(%r,%r,%r)" % tuple(map(float, there[:3, k])) for k in range(4)]
        good(f"oblique_{space}.nrrd", nrrd(data, space=space, **{
            "space directions": " ".join(vectors[:3]), "space origin": vectors[3]}), data,
             affine=oblique, spacing=np.linalg.norm(oblique[:3, :3], axis=0))
    good("no_space.nrrd", nrrd(data, space=None, **{"space dimension": "3"}), data,
         notes=["note_orientation_unknown"])
    good("unknown_space.nrrd", nrrd(data, space="scanner-xyz"), data,
         notes=["note_orientation_unknown"])
    good("centimetres.nrrd", nrrd(data, **{"space units": '"cm" "cm" "cm"'}), data,
         affine=np.diag([10, 10, 10, 1]) @ AFFINE, spacing=[s * 10 for s in SPACING],
         notes=["note_units_converted"])
    bare = np.diag([-1.0, -1.0, 1.0, 1.0])
    good("no_spacing.nrrd",
         nrrd(data, space=None, **{"space directions": None, "space origin": None}), data,
         affine=bare, spacing=[1, 1, 1],
         notes=["note_orientation_unknown", "note_spacing_unknown"])
    bad("parsecs.nrrd", nrrd(data, **{"space units": '"pc" "pc" "pc"'}), "unsupported_format")
    bad("colours.nrrd", nrrd(ramp(shape=(3, 5, 4, 3)), dimension="4",
                             **{"space directions": "none (1,0,0) (0,1,0) (0,0,1)",
                                "kinds": "RGB-color domain domain domain"}), "unsupported_format")
    bad("two_volumes.nrrd", nrrd(ramp(shape=(5, 4, 3, 2)), dimension="4",
                                 **{"space directions": "(1,0,0) (0,1,0) (0,0,1) none",
                                    "kinds": "domain domain domain list"}), "unsupported_format")
    bad("singular.nrrd", nrrd(data, **{"space directions": "(1,0,0) (1,0,0) (0,0,1)"}),
        "other_format_damaged")
    bad("truncated.nrrd", nrrd(data, stored[:-9]), "other_format_damaged")
    bad("truncated_gzip.nrrd", nrrd(data, gzip.compress(stored)[:-30], encoding="gzip"),
        "other_format_damaged")
    flipped = bytearray(gzip.compress(stored))
    flipped[-7] ^= 1
    bad("bad_checksum.nrrd", nrrd(data, bytes(flipped), encoding="gzip"), "other_format_damaged")
    good("big_endian.nrrd", nrrd(data, data.byteswap().tobytes(order="F"), endian="big"), data)
    bad("huge.nrrd", nrrd(data, sizes="2000 2000 1000"), "other_format_damaged")
    good("sound.mha", meta(data), data)
    packed = zlib.compress(stored)
    good("sound_zlib.mha", meta(data, packed, CompressedData="True",
                                CompressedDataSize=str(len(packed))), data)
    for name, position in [("stream", 20), ("checksum", len(packed) - 1)]:
        flipped = bytearray(packed)
        flipped[position] ^= 1
        bad(f"damaged_{name}_zlib.mha", meta(data, bytes(flipped), CompressedData="True",
                                             CompressedDataSize=str(len(packed))),
            "other_format_damaged")
    bad("truncated_zlib.mha", meta(data, packed[:-9], CompressedData="True",
                                   CompressedDataSize=str(len(packed) - 9)),
        "other_format_damaged")
    swapped = zlib.compress(data.byteswap().tobytes(order="F"))
    good("big_endian_zlib.mha", meta(data, swapped, CompressedData="True",
                                     BinaryDataByteOrderMSB="True",
                                     CompressedDataSize=str(len(swapped))), data)
    good("no_matrix.mha", meta(data, TransformMatrix=None, Offset="0 0 0"), data,
         affine=np.diag([-0.75, -1.25, 1.5, 1.0]), notes=["note_orientation_unknown"])
    bad("zero_spacing.mha", meta(data, ElementSpacing="0 1 1"), "other_format_damaged")
    bad("singular.mha", meta(data, TransformMatrix="1 0 0 1 0 0 0 0 1"), "other_format_damaged")
    bad("truncated.mha", meta(data, stored[:-9]), "other_format_damaged")
    bad("colours.mha", meta(data, stored * 3, ElementNumberOfChannels="3"), "unsupported_format")


for make in (contents, spaces, shapes, containers, other_formats):
    make()
(folder / "expected.json").write_text(json.dumps(expected))
