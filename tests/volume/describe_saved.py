# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Prints as JSON what nibabel makes of every NIfTI file in a folder, by file name.

usage: describe_saved.py FOLDER
"""
import json
import sys
from pathlib import Path

import nibabel as nib
import numpy as np


def numbers(array):
    return [float(v) for v in np.asarray(array, float).reshape(-1)]


out = {}
for path in sorted(Path(sys.argv[1]).glob("*.nii*")):
    image = nib.load(path)
    header = image.header
    raw = np.asarray(image.dataobj.get_unscaled())
    out[path.name] = {
        "version": 2 if isinstance(image, nib.Nifti2Image) else 1,
        "shape": list(image.shape), "type": raw.dtype.newbyteorder("=").name,
        "voxels": raw.tobytes(order="F").hex(), "affine": numbers(image.affine),
        "sform": numbers(header.get_sform()), "sform_code": int(header["sform_code"]),
        "qform": numbers(header.get_qform()), "qform_code": int(header["qform_code"]),
        "zooms": numbers(header.get_zooms()), "units": list(header.get_xyzt_units()),
        "slope": float(image.dataobj.slope), "inter": float(image.dataobj.inter),
        "descrip": bytes(header["descrip"].item()).decode("utf-8"),
        "codes": "".join(nib.aff2axcodes(image.affine)),
    }
print(json.dumps(out))
