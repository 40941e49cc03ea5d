# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Arithmetic on many small numbers at once, with nothing but Python's integers.

A slice is one huge integer with one lane of 8 or 16 bits per voxel, so adding two slices is a
single addition done by the interpreter in C. Lanes keep their top bit free, which lets a
subtraction tell per lane who was greater. Functions of one voxel value are bytes.translate.
"""

from __future__ import annotations


class Lanes:
    """Operations on `count` lanes of `bits` bits whose values use at most bits - 1 bits."""

    def __init__(self, count: int, bits: int) -> None:
        self.count = count
        self.bits = bits
        self.size = count * bits // 8
        self.ones = int.from_bytes((1).to_bytes(bits // 8, "little") * count, "little")
        self.high = self.ones << (bits - 1)

    def load(self, data) -> int:
        return int.from_bytes(data, "little")

    def store(self, lanes: int) -> bytes:
        return lanes.to_bytes(self.size, "little")

    def _greater_or_equal(self, left: int, right: int) -> tuple[int, int]:
        """The difference left - right, still with guard bits, and a mask of lanes where >= 0."""
        difference = (left | self.high) - right
        guard = difference & self.high
        return difference, guard - (guard >> (self.bits - 1))

    def minimum(self, left: int, right: int) -> int:
        _, mask = self._greater_or_equal(right, left)
        return right ^ ((left ^ right) & mask)

    def subtract_to_zero(self, left: int, right: int) -> int:
        """left - right, or 0 in lanes where that would be negative."""
        difference, mask = self._greater_or_equal(left, right)
        return difference & mask


def choose(mask: int, where_set: int, elsewhere: int) -> int:
    return elsewhere ^ ((where_set ^ elsewhere) & mask)


def widen(data: bytes) -> bytearray:
    """8-bit lanes to 16-bit lanes."""
    wide = bytearray(2 * len(data))
    wide[0::2] = data
    return wide


def ramp(*knots: tuple[float, float]):
    """Piecewise linear function through the knots, constant outside."""

    def at(value: float) -> float:
        if value <= knots[0][0]:
            return knots[0][1]
        for (x0, y0), (x1, y1) in zip(knots, knots[1:]):
            if value <= x1:
                return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
        return knots[-1][1]

    return at


def table(function, size: int = 256) -> bytes:
    """A translate() table of function(index), rounded and limited to one byte."""
    return bytes(max(0, min(255, round(function(i)))) for i in range(size))
