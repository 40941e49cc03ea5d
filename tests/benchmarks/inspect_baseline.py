# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What a Python tool does to inspect a volume: nibabel, NumPy, hashlib.

usage: inspect_baseline.py FILE.nii.gz
"""
import hashlib
import json
import sys

import nibabel as nib
import numpy as np

path = sys.argv[1]
image = nib.load(path)
data = image.get_fdata().astype(np.float32)
finite = np.isfinite(data)
values = data[finite] if not finite.all() else data
digest = hashlib.sha256()
with open(path, "rb") as file:
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
print(json.dumps({
    "shape": list(image.shape),
    "finite_fraction": float(finite.mean()),
    "min": float(values.min()),
    "max": float(values.max()),
    "mean": round(float(values.mean(dtype=np.float64)), 3),
    "std": round(float(values.std(dtype=np.float64)), 3),
    "sha256": digest.hexdigest(),
}))
