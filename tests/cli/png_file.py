# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Reads the PNG files that mrbrain writes: 8 bits, RGB, not interlaced. Checks every CRC."""

import pathlib
import struct
import zlib

import numpy


class Png:
    """pixels: rows × columns × 3, uint8. texts: what the file says about itself."""

    def __init__(self, path):
        data = pathlib.Path(path).read_bytes()
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError(f"{path} is no PNG")
        self.texts = {}
        self._compressed = b""
        at, name = 8, b""
        while name != b"IEND":
            length, = struct.unpack(">I", data[at:at + 4])
            name, content = data[at + 4:at + 8], data[at + 8:at + 8 + length]
            crc, = struct.unpack(">I", data[at + 8 + length:at + 12 + length])
            if zlib.crc32(name + content) != crc:
                raise ValueError(f"{path}: damaged {name}")
            self._take(name, content)
            at += 12 + length
        if at != len(data):
            raise ValueError(f"{path}: something follows the picture")

    def _take(self, name, content):
        if name == b"IHDR":
            self.width, self.height, *kind = struct.unpack(">IIBBBBB", content)
            if kind != [8, 2, 0, 0, 0]:
                raise ValueError(f"not plain RGB: {kind}")
        elif name == b"IDAT":
            self._compressed += content
        elif name == b"tEXt":
            key, text = content.split(b"\0", 1)
            self.texts[key.decode("latin1")] = text.decode("latin1")
        elif name == b"zTXt":
            key, text = content.split(b"\0", 1)
            self.texts[key.decode("latin1")] = zlib.decompress(text[1:]).decode("latin1")
        elif name == b"iTXt":
            key, rest = content.split(b"\0", 1)
            packed = rest[0]
            text = rest[2:].split(b"\0", 2)[2]
            self.texts[key.decode("latin1")] = (
                zlib.decompress(text) if packed else text).decode("utf-8")

    @property
    def pixels(self):
        raw = zlib.decompress(self._compressed)
        stride = 3 * self.width
        above = bytearray(stride)
        rows = []
        for y in range(self.height):
            start = y * (stride + 1)
            line = bytearray(raw[start + 1:start + 1 + stride])
            self._unfilter(raw[start], line, above)
            rows.append(numpy.frombuffer(bytes(line), numpy.uint8).reshape(self.width, 3))
            above = line
        return numpy.stack(rows)

    @staticmethod
    def _unfilter(kind, line, above):
        for x in range(len(line)):
            left = line[x - 3] if x >= 3 else 0
            corner = above[x - 3] if x >= 3 else 0
            guess = (0, left, above[x], (left + above[x]) // 2,
                     Png._paeth(left, above[x], corner) if kind == 4 else 0)[kind]
            line[x] = (line[x] + guess) & 255

    @staticmethod
    def _paeth(left, up, corner):
        estimate = left + up - corner
        return min((left, up, corner), key=lambda value: abs(estimate - value))
