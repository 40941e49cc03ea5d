# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Waves over the volume, from which folds, texture and the bias field are made.

A wave has a phase that is a map over (x, y) plus a number per slice. The map is one byte per voxel
(256 = one turn), so a slice of the wave is a single table look-up, the table rotated by the number.
"""

from __future__ import annotations

import math

from .phantom_fields import BRAIN_ZERO, STEPS_PER_MM
from .phantom_lanes import Lanes, table

_TURN = 256.0 / (2.0 * math.pi)


def _phase_byte(radians: float) -> int:
    return int(radians * _TURN) & 255


def sine_table(amplitude: int) -> bytes:
    """0 to 2 * amplitude around amplitude, two turns long so that any rotation is a slice of it."""
    turn = bytes(round(amplitude * (1.0 + math.sin(i / _TURN))) for i in range(256))
    return turn + turn


class Wave:
    """phases: one byte per voxel of a slice; per_mm: radians per mm along z."""

    def __init__(self, phases: bytes, per_mm: float) -> None:
        self._phases = phases
        self._per_mm = per_mm
        self._low = self._top = None

    @staticmethod
    def plane(xs, ys, vector, offset: float) -> Wave:
        kx, ky, kz = vector
        row = bytes(_phase_byte(kx * x + offset) for x in xs)
        wheel = bytes(range(256)) * 2
        rows = []
        for y in ys:
            turned = _phase_byte(ky * y)
            rows.append(row.translate(wheel[turned : turned + 256]))
        return Wave(b"".join(rows), kz)

    def table(self, turns: bytes, z: float) -> bytes:
        turned = _phase_byte(self._per_mm * z)
        return turns[turned : turned + 256]

    def slice(self, turns: bytes, z: float) -> bytes:
        return self._phases.translate(self.table(turns, z))

    def bent_slice(self, turns: bytes, z: float, lanes: Lanes, bend: int) -> bytes:
        """The same with `bend` (lanes of 0 to 127) added to the phase, modulo one turn."""
        if self._low is None:
            whole = lanes.load(self._phases)
            self._top = whole & lanes.high
            self._low = whole ^ self._top
        bent = (self._low + bend) ^ self._top
        return lanes.store(bent).translate(self.table(turns, z))


def random_plane(xs, ys, wavelength_mm: float, rng) -> Wave:
    number = 2.0 * math.pi / wavelength_mm
    height = rng.uniform(-0.8, 0.8)
    angle = rng.uniform(0.0, 2.0 * math.pi)
    across = math.sqrt(1.0 - height * height)
    vector = (number * across * math.cos(angle), number * across * math.sin(angle), number * height)
    return Wave.plane(xs, ys, vector, rng.uniform(0.0, 6.28))


class Folds:
    """The pattern whose middle value marks the sulci, and the waves that make it irregular.

    Around the sides the waves run along the surface (angle and height), so that sulci point inward;
    on top, where the surface lies flat, they run along x and y.
    """

    SPACING_MM = 21.0  # one wave length holds two sulci
    _AMPLITUDE = 17
    _AROUND = 5
    _ON_TOP = 4

    def __init__(self, xs, ys, lanes: Lanes, rng) -> None:
        self._lanes = lanes
        self._sines = [sine_table(a) for a in range(self._AMPLITUDE + 1)]
        self._bends = [random_plane(xs, ys, w, rng) for w in (58.0, 36.0)]
        self._bend_sine = sine_table(31)
        number = 2.0 * math.pi / self.SPACING_MM
        angles = [math.atan2((y + 14.0) / 84.0, x / 65.0) for y in ys for x in xs]
        self._around = []
        for i in range(self._AROUND):
            slant = math.pi * (i + rng.uniform(0.2, 0.8)) / self._AROUND - 0.5 * math.pi
            count = round(number * 72.0 * math.cos(slant))
            offset = rng.uniform(0.0, 6.28)
            scale, start = count * _TURN, offset * _TURN
            phases = bytes([int(a * scale + start) & 255 for a in angles])
            self._around.append(Wave(phases, number * math.sin(slant)))
        self._on_top = []
        for i in range(self._ON_TOP):
            angle = math.pi * (i + rng.uniform(0.2, 0.8)) / self._ON_TOP
            vector = (number * math.cos(angle), number * math.sin(angle), rng.uniform(-0.08, 0.08))
            self._on_top.append(Wave.plane(xs, ys, vector, rng.uniform(0.0, 6.28)))

    def bend(self, z: float) -> int:
        """Lanes of 0 to 124, slowly varying."""
        first, second = (self._lanes.load(w.slice(self._bend_sine, z)) for w in self._bends)
        return first + second

    def slice(self, z: float, bend: int) -> tuple[bytes, int, float]:
        """The pattern, its middle value and its mean slope in levels per mm."""
        share = min(1.0, max(0.0, (z - 34.0) / 26.0))
        around = round(self._AMPLITUDE * math.cos(0.5 * math.pi * share))
        on_top = round(self._AMPLITUDE * math.sin(0.5 * math.pi * share))
        total, middle, power = 0, 0, 0.0
        for waves, amplitude in ((self._around, around), (self._on_top, on_top)):
            if amplitude == 0:
                continue
            turns = self._sines[amplitude]
            for wave in waves:
                total += self._lanes.load(wave.bent_slice(turns, z, self._lanes, bend))
            middle += amplitude * len(waves)
            power += 0.5 * amplitude * amplitude * len(waves)
        slope = 2.0 * math.pi / self.SPACING_MM * math.sqrt(power)
        return self._lanes.store(total), middle, slope


class SylvianFissure:
    """The cleft between temporal and frontal lobes and the insula at its bottom.

    Its floor is a surface z = f(x, y); a byte per voxel holds f, and a table per slice turns it
    into the distance from that slice.
    """

    _STEPS_PER_MM = 3.0
    _LOWEST_MM = -42.0
    _INSULA_MM = 37.0

    def __init__(self, xs, ys, lanes: Lanes, rng) -> None:
        self._lanes = lanes
        height, cleft, insula = bytearray(), bytearray(), bytearray()
        phases = [rng.uniform(0.0, 6.28) for _ in range(4)]
        tilt = [rng.uniform(0.38, 0.5) for _ in range(2)]
        for y in ys:
            along = max(0.0, y - 24.0, -44.0 - y)
            for x in xs:
                right = x > 0
                out = abs(x) - self._INSULA_MM
                wave = 1.8 * math.sin(y / 7.0 + phases[right])
                wave += 1.5 * math.sin(out / 5.0 + phases[2 + right])
                f = 1.0 - tilt[right] * (y - 2.0) - 0.3 * out + wave
                level = round((f - self._LOWEST_MM) * self._STEPS_PER_MM)
                height.append(max(0, min(255, level)))
                cleft.append(min(30, round(STEPS_PER_MM * (along + max(0.0, -out)))))
                bottom = out - 4.0 * math.cos((y + 7.0) / 18.0) - math.sin(y / 4.0 + phases[right])
                beyond = max(0.0, y - 17.0, -31.0 - y)
                insula.append(min(30, round(STEPS_PER_MM * (abs(bottom) + beyond))))
        self._height = bytes(height)
        self._cleft, self._insula = lanes.load(cleft), lanes.load(insula)

    def _from_height(self, z: float, least: float, away) -> int:
        def at(level: int) -> float:
            apart = abs(level / self._STEPS_PER_MM + self._LOWEST_MM - z)
            return BRAIN_ZERO - least + min(48.0, STEPS_PER_MM * away(apart))

        return self._lanes.load(self._height.translate(table(at)))

    def depth(self, z: float) -> int:
        """Distance from the fissure as a brain depth."""
        cleft = self._from_height(z, 2.5, lambda apart: 0.85 * apart) + self._cleft
        insula = self._from_height(z, 3.0, lambda apart: max(0.0, apart - 11.0)) + self._insula
        return self._lanes.minimum(cleft, insula)
