# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes the volume the inspect benchmark reads: 512x512x256 int16, brain-like, gzip level 6.

usage: inspect_make_volume.py FILE.nii.gz [X Y Z]
"""
import sys

import nibabel as nib
import numpy as np
from nibabel.openers import Opener

Opener.default_compresslevel = 6


def smooth_field(rng, shape, cells):
    """Random values on a coarse grid, blown up linearly: anatomy-like, no external data."""
    field = rng.normal(size=cells)
    for axis, extent in enumerate(shape):
        position = np.linspace(0, field.shape[axis] - 1, extent)
        low = np.minimum(position.astype(int), field.shape[axis] - 2)
        part = (position - low).astype(np.float32)
        weight = [1] * 3
        weight[axis] = extent
        part = part.reshape(weight)
        field = (np.take(field, low, axis) * (1 - part)
                 + np.take(field, low + 1, axis) * part).astype(np.float32)
    return field


def main():
    path = sys.argv[1]
    shape = tuple(int(a) for a in sys.argv[2:5]) or (512, 512, 256)
    rng = np.random.default_rng(20)
    x, y, z = np.ogrid[-1:1:shape[0] * 1j, -1:1:shape[1] * 1j, -1:1:shape[2] * 1j]
    radius = np.sqrt((x / 0.70) ** 2 + (y / 0.85) ** 2 + (z / 0.75) ** 2).astype(np.float32)
    head = np.where(radius < 0.85, 600 + 150 * smooth_field(rng, shape, (9, 11, 7)), 0)
    head = np.where((radius >= 0.85) & (radius < 1), 250, head).astype(np.float32)
    # Rician noise, as magnitude images have it: background is not zero either.
    sigma = 20
    noisy = np.hypot(head + rng.normal(0, sigma, shape).astype(np.float32),
                     rng.normal(0, sigma, shape).astype(np.float32))
    image = nib.Nifti1Image(noisy.astype(np.int16), np.diag([0.45, 0.45, 0.7, 1.0]))
    image.header["descrip"] = b"inspect benchmark, synthetic"
    nib.save(image, path)


if __name__ == "__main__":
    main()
