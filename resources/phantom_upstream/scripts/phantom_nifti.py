# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes a NIfTI-1 volume piece by piece into a gzip stream whose bytes depend on nothing else."""

from __future__ import annotations

import os
import struct
import zlib

_HEADER_SIZE = 348
_DATA_OFFSET = 352
_INT16 = 4
_SFORM_ALIGNED = 2
_GZIP = 31  # zlib's window size for the gzip format; it writes no name and no time
_LEVEL = 1


def header(dims, spacing_mm, description: str) -> bytes:
    """348 bytes plus 4 for "no extensions"; affine = diag(spacing), origin 0, as upstream's."""
    raw = bytearray(_DATA_OFFSET)
    sx, sy, sz = spacing_mm
    struct.pack_into("<i", raw, 0, _HEADER_SIZE)
    struct.pack_into("<8h", raw, 40, 3, *dims, 1, 1, 1, 1)
    struct.pack_into("<2h", raw, 70, _INT16, 16)
    struct.pack_into("<8f", raw, 76, 1.0, sx, sy, sz, 1.0, 1.0, 1.0, 1.0)
    struct.pack_into("<3f", raw, 108, _DATA_OFFSET, 1.0, 0.0)
    raw[148:228] = description.encode("ascii")[:79].ljust(80, b"\0")
    struct.pack_into("<2h", raw, 252, 0, _SFORM_ALIGNED)
    struct.pack_into("<12f", raw, 280, sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0)
    raw[344:348] = b"n+1\0"
    return bytes(raw)


class VolumeWriter:
    """Context manager: the file gets its name only when everything is in it."""

    def __init__(self, folder: str, dims, spacing_mm, description: str) -> None:
        os.makedirs(folder, exist_ok=True)
        # Not *.nii*, so that nobody takes an unfinished file for a result.
        self._temporary = os.path.join(folder, f".phantom_{os.getpid()}.part")
        self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
        self._start = header(dims, spacing_mm, description)

    def __enter__(self) -> VolumeWriter:
        self._file = open(self._temporary, "wb")
        self.add(self._start)
        return self

    def add(self, data: bytes) -> None:
        self._file.write(self._packer.compress(data))

    def finish_as(self, path: str) -> None:
        self._file.write(self._packer.flush())
        self._file.close()
        os.replace(self._temporary, path)

    def __exit__(self, *_) -> None:
        self._file.close()
        if os.path.exists(self._temporary):
            os.remove(self._temporary)
