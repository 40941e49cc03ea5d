# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Small things drawn voxel by voxel into finished slices: eyes, marker, vessels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from . import phantom_anatomy as anatomy
from .phantom_contrast import Shades


@dataclass(frozen=True)
class Ball:
    """An ellipsoid in anatomical mm that pulls what lies under it to a shade."""

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    shade: int


def _tube(points, radius: float, shade: int) -> list[Ball]:
    step = 0.8 * radius
    return [Ball(p, (radius,) * 3, shade) for p in anatomy.smooth_path(points, step)]


def _mirrored(points):
    return tuple((-x, y, z) for x, y, z in points)


def _jittered(points, rng, amount: float):
    return tuple(tuple(c + rng.uniform(-amount, amount) for c in p) for p in points)


def arteries(shade: int, rng) -> list[Ball]:
    balls = []
    for radius, path in anatomy.ARTERIES_MM:
        # Way points two branches share stay put, or the branches would come apart.
        for side in (path, _mirrored(path)):
            inner = _jittered(side[1:-1], rng, 0.6)
            balls += _tube((side[0], *inner, side[-1]), radius, shade)
    radius, path = anatomy.BASILAR_MM
    return balls + _tube(path, radius, shade)


def veins(shade: int, rng) -> list[Ball]:
    """Many thin veins running from below the cortex towards the ventricles."""
    balls = []
    for _ in range(170):
        side = rng.choice((-1, 1))
        angle = rng.uniform(-2.9, 2.9)
        z = rng.uniform(-8.0, 48.0)
        outer = rng.uniform(0.62, 0.9) * math.sqrt(max(0.1, 1.0 - ((z - 14.0) / 60.0) ** 2))
        inner = outer - rng.uniform(0.06, 0.3)
        path = []
        for part in (outer, 0.5 * (outer + inner), inner):
            x = side * (4.0 + abs(math.sin(angle)) * 58.0 * part)
            path.append((x, -14.0 + math.cos(angle) * 80.0 * part, z - 6.0 * (outer - part)))
        balls += _tube(_jittered(path, rng, 1.4), rng.uniform(0.55, 0.9), shade)
    for side in (-1, 1):
        internal = [(side * 2.5, 12, 12), (side * 3, -12, 16), (side * 2, -32, 10), (0, -40, 14)]
        balls += _tube(internal, 1.1, shade)
        striate = [(side * 12, 12, 12), (side * 18, -4, 18), (side * 8, 8, 10)]
        balls += _tube(striate, 0.9, shade)
    return balls


def features(shades: Shades, rng) -> list[Ball]:
    contrast = shades.contrast
    balls = arteries(shades.shade(contrast.artery), rng)
    if contrast.vein < 100:
        balls += veins(shades.shade(contrast.vein), rng)
    if not contrast.stripped:
        radius = anatomy.EYE_RADIUS_MM
        for x, y, z in anatomy.EYES_MM:
            dx, dy, dz = anatomy.ORBIT_OFFSET_MM
            orbit = (x + math.copysign(dx, dx * x), y + dy, z + dz)
            balls.append(Ball(orbit, anatomy.ORBIT_RADII_MM, shades.shade(contrast.fat * 0.8)))
            wall = shades.shade(contrast.skin)
            balls.append(Ball((x, y, z), (radius + 1.0,) * 3, wall))
            balls.append(Ball((x, y, z), (radius,) * 3, shades.shade(contrast.eye)))
            dx, dy, dz = anatomy.LENS_OFFSET_MM
            lens = (x + dx, y + dy, z + dz)
            balls.append(Ball(lens, anatomy.LENS_RADII_MM, shades.shade(contrast.lens)))
            nerve = [(x, y - radius, z), (x * 0.6, y - 32.0, z + 2.0), (x * 0.3, y - 46.0, z + 8.0)]
            balls += _tube(nerve, 2.0, wall)
    marker = (anatomy.MARKER_RADIUS_MM,) * 3
    balls.append(Ball(anatomy.MARKER_CENTRE_MM, marker, shades.shade(contrast.marker)))
    return balls


class Painter:
    """Knows which balls touch which slice. Axes are voxel centres in anatomical mm, ascending."""

    def __init__(self, axes, steps_mm, balls) -> None:
        self._xs, self._ys, self._zs = axes
        self._steps = steps_mm
        # Edges are as soft as the voxels are coarse: that is the partial volume effect.
        self._soft = max(steps_mm)
        self._by_slice: dict[int, list[Ball]] = {}
        for ball in balls:
            for k in self._reach(2, ball):
                self._by_slice.setdefault(k, []).append(ball)

    def _reach(self, axis: int, ball: Ball) -> range:
        positions = (self._xs, self._ys, self._zs)[axis]
        margin = ball.radii[axis] + 0.5 * self._soft
        step = self._steps[axis]
        first = math.ceil((ball.centre[axis] - margin - positions[0]) / step)
        last = math.floor((ball.centre[axis] + margin - positions[0]) / step)
        return range(max(0, first), min(len(positions) - 1, last) + 1)

    def paint(self, k: int, shades: bytearray) -> None:
        for ball in self._by_slice.get(k, ()):
            self._paint_ball(k, ball, shades)

    def _paint_ball(self, k: int, ball: Ball, shades: bytearray) -> None:
        (cx, cy, cz), (rx, ry, rz) = ball.centre, ball.radii
        least = min(ball.radii)
        sharpness = least / self._soft
        # A thin vessel never fills a coarse voxel.
        fill = min(1.0, 2.0 * least / self._soft)
        uz = ((self._zs[k] - cz) / rz) ** 2
        width = len(self._xs)
        columns = [(i, ((self._xs[i] - cx) / rx) ** 2) for i in self._reach(0, ball)]
        for j in self._reach(1, ball):
            uyz = uz + ((self._ys[j] - cy) / ry) ** 2
            start = j * width
            for i, ux in columns:
                share = 0.5 + (1.0 - math.sqrt(ux + uyz)) * sharpness
                if share <= 0.0:
                    continue
                old = shades[start + i]
                shades[start + i] = old + round((ball.shade - old) * min(share, 1.0) * fill)
