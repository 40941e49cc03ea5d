# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Puts the phantom head together, one axial slice at a time."""

from __future__ import annotations

import math
import random

from . import phantom_anatomy as anatomy
from . import phantom_contrast as layers
from .phantom_fields import BRAIN_ZERO, HEAD_ZERO, SIGNED_ZERO, STEPS_PER_MM, DepthFields
from .phantom_lanes import Lanes, choose, ramp, table, widen
from .phantom_paint import Painter, features
from .phantom_waves import Folds, SylvianFissure, Wave, random_plane, sine_table

_NOISE_MIDDLE = 64
_MOST = 127


def _depth_table(zero: int, of_depth) -> bytes:
    """Table from a 7-bit field value to of_depth(depth in mm)."""
    return table(lambda value: of_depth((value - zero) / STEPS_PER_MM))


_HEAD = ramp((-0.7, 0), (0.3, layers.SKIN), (1.1, 12), (1.9, layers.FAT), (2.9, layers.FAT),
              (3.5, layers.MUSCLE), (4.2, _MOST))  # fmt: skip
_INSIDE = ((-0.5, layers.CSF), (0.6, 97), (1.0, layers.GREY), (2.3, 102), (3.3, 118), (4.0, 120),
           (8.0, 124))  # fmt: skip
_BRAIN = ramp((-8.8, layers.MUSCLE), (-8.0, layers.OUTER_TABLE), (-6.6, layers.OUTER_TABLE),
               (-6.0, layers.MARROW), (-4.4, layers.MARROW), (-3.8, layers.INNER_TABLE),
               (-2.5, layers.INNER_TABLE), (-1.8, 72), *_INSIDE)  # fmt: skip
_BRAIN_STRIPPED = ramp((-1.5, 0), (-0.9, layers.CSF - 4), *_INSIDE)
# Thin bone, then at once air: between their codes lie fat and skin, which line no sinus.
_CAVITY = ramp((-1.0, _MOST), (-0.9, layers.OUTER_TABLE), (0.0, layers.OUTER_TABLE),
                (0.1, layers.AIR))  # fmt: skip
_STRIPPED_BELOW_MM = -62.0  # brain extraction ends at the medulla


class Head:
    """slices() yields the int16 voxels of each slice, x fastest, inferior to superior.

    dims, spacing_mm: as requested, any; the head keeps its size in mm and is cut by the view.
    """

    def __init__(self, dims, spacing_mm, seed: int, modality: int, *, steps: int, guidance: float):
        rng = random.Random(seed)
        self._rng = rng
        # One head is not quite like another.
        size = [rng.uniform(0.97, 1.03) for _ in range(3)]
        axes = []
        for count, step, scale, origin in zip(dims, spacing_mm, size, anatomy.ORIGIN_IN_VIEW_MM):
            axes.append([((i - 0.5 * (count - 1)) * step - origin) / scale for i in range(count)])
        self._xs, self._ys, self._zs = axes
        steps_mm = [step / scale for step, scale in zip(spacing_mm, size)]

        self._contrast = layers.contrast_of(modality)
        shades = layers.Shades(self._contrast, guidance)
        self._lanes = Lanes(dims[0] * dims[1], 8)
        self._wide = Lanes(dims[0] * dims[1], 16)
        self._fields = DepthFields(*axes)
        self._folds = Folds(self._xs, self._ys, self._lanes, rng)
        self._make_tissue_tables(shades, rng)
        self._make_fissures(rng)
        self._make_texture(shades, steps, rng)
        self._painter = Painter(axes, steps_mm, features(shades, rng))

    def _make_tissue_tables(self, shades, rng) -> None:
        stripped = self._contrast.stripped
        self._brain_table = _depth_table(BRAIN_ZERO, _BRAIN_STRIPPED if stripped else _BRAIN)
        self._head_table = _depth_table(HEAD_ZERO, _HEAD)
        swelling = rng.uniform(-0.6, 1.2)
        ventricle = ramp((-0.7, _MOST), (-0.6, layers.WHITE), (0.6, layers.CSF))
        self._ventricle_table = _depth_table(SIGNED_ZERO, lambda mm: ventricle(mm + swelling))
        grey = ramp((-0.9, _MOST), (-0.8, layers.WHITE), (0.8, layers.GREY + 3))
        self._deep_grey_table = _depth_table(SIGNED_ZERO, grey)
        self._cavity_table = _depth_table(SIGNED_ZERO, _CAVITY)
        self._hindbrain_mask = table(lambda value: 255 if value > SIGNED_ZERO else 0)
        self._layer_shades = shades.of_layers()

    def _make_fissures(self, rng) -> None:
        self._sulcus_mm = rng.uniform(0.4, 0.8)
        # At most 15.5: brain depths end at 19.75 mm, and 4 mm below a sulcus all is white matter.
        depth = ramp((10, 7.0), (95, 15.5))
        self._depth_table = table(lambda bend: BRAIN_ZERO + STEPS_PER_MM * depth(bend))
        self._lateral_tables: dict[tuple, bytes] = {}

        self._sway, self._sway_start = rng.uniform(0.25, 0.5), rng.uniform(0.0, 6.28)
        self._midline_rows: dict[tuple[int, int], bytes] = {}
        self._sylvian = SylvianFissure(self._xs, self._ys, self._lanes, rng)

        # No sulci in the core of the brain, which near its base lies close to the surface.
        core = bytearray()
        for y in self._ys:
            for x in self._xs:
                outside = math.hypot(x / 36.0, (y + 12.0) / 52.0) - 1.0
                core.append(BRAIN_ZERO + min(52, max(0, round(90.0 * outside))))
        self._core = self._lanes.load(core)
        # Waves that run around the head crowd at its axis: no sulci there either.
        axis = bytes(
            255 if x * x + (y + 14.0) ** 2 < 18.0**2 else 0 for y in self._ys for x in self._xs
        )
        self._axis = self._lanes.load(axis)
        self._no_sulcus = self._lanes.ones * (BRAIN_ZERO + 5 * STEPS_PER_MM)

        # Folia of the cerebellum: thin sheets around its peduncles.
        turns = 2.0 * math.pi / 7.5
        phases = bytes(
            int(math.hypot(x * 0.8, y + 38.0) * turns * 40.74) & 255
            for y in self._ys
            for x in self._xs
        )
        self._folia = Wave(phases, turns * 0.75)
        half_turn_mm = 3.75

        def from_sheet(phase: int) -> int:
            away = phase % 128 / 128.0
            return round(BRAIN_ZERO + STEPS_PER_MM * (min(away, 1.0 - away) * half_turn_mm - 0.1))

        self._folia_table = bytes(map(from_sheet, range(256))) * 2
        self._folia_depth = self._lanes.ones * (BRAIN_ZERO + 9 * STEPS_PER_MM)

    def _make_texture(self, shades, steps: int, rng) -> None:
        self._bias = [random_plane(self._xs, self._ys, w, rng) for w in (210.0, 330.0)]
        self._bias_sine = sine_table(6)
        contrast = self._contrast
        gap = max(0, shades.shade(contrast.fat) - shades.shade(contrast.muscle))
        # Fat between the muscles, in bands.
        self._streak_table = table(
            lambda bend: 0.45 * gap * math.exp(-(((bend - 62.0) / 15.0) ** 2))
        )
        self._muscle_mask = table(lambda code: 255 if 28 <= code <= 34 else 0)
        # More steps give a cleaner picture.
        spread = min(26.0, 11.0 * (0.6 + 0.4 * math.sqrt(30.0 / steps)))

        def noise(value: int) -> float:
            share = (value + 0.5) / 256.0
            return _NOISE_MIDDLE + spread * 0.5513 * math.log(share / (1.0 - share))

        self._noise_table = bytes(max(0, min(_MOST, round(noise(v)))) for v in range(256))
        self._noise_floor = self._wide.ones * _NOISE_MIDDLE
        values = [layers.Shades.intensity(shade) for shade in range(256)]
        self._low_byte = bytes(v & 255 for v in values)
        self._high_byte = bytes(v >> 8 for v in values)

    def _lateral_table(self, middle: int, slope: float) -> bytes:
        """From the fold pattern to the distance from the nearest sulcus, as a brain depth."""
        key = (middle, slope)
        if key not in self._lateral_tables:
            width = self._sulcus_mm

            def at(level: int) -> float:
                away = abs(level - middle) / slope - width
                return BRAIN_ZERO + STEPS_PER_MM * min(5.0, away)

            self._lateral_tables[key] = table(at)
        return self._lateral_tables[key]

    def _midline(self, z: float) -> int:
        """Distance from the fissure between the halves, as a brain depth."""
        rows = []
        for y in self._ys:
            # The corpus callosum and what it covers bridge the halves.
            inside = 1.0 - math.hypot((y + 4.0) / 47.0, (z - 6.0) / 25.0)
            cover = min(43, max(0, round(STEPS_PER_MM * 24.0 * inside)))
            bent = self._sway * math.sin(y / 19.0 + self._sway_start + 1.5 * math.sin(z / 14.0))
            key = (cover, round(8.0 * bent))
            if key not in self._midline_rows:
                self._midline_rows[key] = bytes(
                    BRAIN_ZERO - 2 + cover + min(30, round(STEPS_PER_MM * abs(x - key[1] / 8.0)))
                    for x in self._xs
                )
            rows.append(self._midline_rows[key])
        return self._lanes.load(b"".join(rows))

    def _folded_brain(self, z: float, brain: int, hindbrain) -> tuple[int, int]:
        """Depth below the nearest brain surface, sulci included, and the bend of the folds."""
        lanes = self._lanes
        bend = self._folds.bend(z)
        pattern, middle, slope = self._folds.slice(z, bend)
        lateral = lanes.load(pattern.translate(self._lateral_table(middle, slope)))
        floor = lanes.load(lanes.store(bend).translate(self._depth_table))
        if z < 24.0:
            lift = lanes.ones * min(27, max(0, round(STEPS_PER_MM * z)))
            floor = lanes.minimum(floor, self._core + lift)
        if z < 47.0:
            lateral = choose(self._axis, self._no_sulcus, lateral)
        midline = self._midline(z)
        fissures = lanes.minimum(midline, self._sylvian.depth(z))
        # Sulci start from the outside and, less deep, from the midline. The latter is at most 119
        # (see _midline), so that with a distance of at most 68 the sum below stays within a lane.
        beneath = lanes.minimum(
            lanes.subtract_to_zero(brain, floor),
            lanes.subtract_to_zero(midline, lanes.ones * (BRAIN_ZERO + 3 * STEPS_PER_MM)),
        )
        if hindbrain is not None:
            mask = lanes.load(hindbrain.translate(self._hindbrain_mask))
            folia = lanes.load(self._folia.slice(self._folia_table, z))
            lateral = choose(mask, folia, lateral)
            deep = lanes.subtract_to_zero(brain, self._folia_depth)
            beneath = choose(mask, deep, beneath)
            fissures |= mask & (lanes.ones * _MOST)
        return lanes.minimum(lanes.minimum(brain, lateral + beneath), fissures), bend

    def _layer_codes(self, k: int) -> tuple[bytes, int] | None:
        """Layer code of every voxel of slice k and the bend of the folds; None for an empty one."""
        z = self._zs[k]
        fields = self._fields.at(k)
        if "head" not in fields or (self._contrast.stripped and z < _STRIPPED_BELOW_MM):
            return None
        lanes = self._lanes
        brain = lanes.load(fields.get("brain", b""))
        depth, bend = self._folded_brain(z, brain, fields.get("hindbrain"))
        codes = lanes.load(lanes.store(depth).translate(self._brain_table))
        for name, to_code in (
            ("head", self._head_table),
            ("ventricle", self._ventricle_table),
            ("deep_grey", self._deep_grey_table),
            ("cavity", self._cavity_table),
        ):
            if name in fields:
                codes = lanes.minimum(codes, lanes.load(fields[name].translate(to_code)))
        return lanes.store(codes), bend

    def _shaded(self, k: int) -> tuple[bytes, bytes | None]:
        """Shade of every voxel of slice k and, for a stripped brain, its mask."""
        lanes, z = self._lanes, self._zs[k]
        found = self._layer_codes(k)
        if found is None:
            return bytes(lanes.count), bytes(lanes.count) if self._contrast.stripped else None
        codes, bend = found
        shades = codes.translate(self._layer_shades)
        if not self._contrast.stripped:
            streaks = lanes.store(bend).translate(self._streak_table)
            mask = lanes.load(codes.translate(self._muscle_mask))
            shades = lanes.store(lanes.load(shades) + (lanes.load(streaks) & mask))
        canvas = bytearray(shades)
        self._painter.paint(k, canvas)
        total = lanes.load(canvas)
        for wave in self._bias:
            total += lanes.load(wave.slice(self._bias_sine, z))
        if not self._contrast.stripped:
            return lanes.store(total), None
        return lanes.store(total), shades.translate(bytes(1) + b"\xff" * 255)

    def _slice(self, k: int) -> bytes:
        lanes, wide = self._lanes, self._wide
        shades, mask = self._shaded(k)
        clean = bytearray(wide.size)
        clean[0::2] = shades.translate(self._low_byte)
        clean[1::2] = shades.translate(self._high_byte)
        grain = self._rng.randbytes(lanes.count).translate(self._noise_table)
        noisy = wide.load(clean) + wide.load(widen(grain))
        values = wide.subtract_to_zero(noisy, self._noise_floor)
        if mask is not None:
            doubled = bytearray(wide.size)
            doubled[0::2] = doubled[1::2] = mask
            values &= wide.load(doubled)
        return wide.store(values)

    def slices(self):
        for k in range(len(self._zs)):
            yield self._slice(k)
