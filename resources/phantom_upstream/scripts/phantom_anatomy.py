# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Shapes of the phantom head, in millimetres.

Anatomical space: +x to the patient's right, +y anterior, +z superior (RAS), origin near the middle
of the brain. All sizes are of an average adult head, chosen by eye; nothing is measured from a
person. Distances are positive inside a shape and negative outside, approximate but smooth.
"""

from __future__ import annotations

import math

from .phantom_lanes import ramp

# Where the anatomical origin lies relative to the centre of the field of view.
ORIGIN_IN_VIEW_MM = (0.0, 11.0, -5.0)

# The marker is a bright ball in the right (+x) anterior superior white matter.
MARKER_CENTRE_MM = (29.0, 32.0, 33.0)
MARKER_RADIUS_MM = 6.0

# Box outside which there is only air (neck and trunk continue below it unchanged).
BOX_MM = ((-96.0, 96.0), (-124.0, 120.0), (-148.0, 96.0))

_CEREBRUM_CENTRE = (0.0, -14.0, 14.0)
_CEREBRUM_RADII = (65.0, 84.0, 57.0)
_POWER = 2.3


def ellipsoid(x, y, z, centre, radii) -> float:
    dx, dy, dz = x - centre[0], y - centre[1], z - centre[2]
    ux, uy, uz = dx / radii[0], dy / radii[1], dz / radii[2]
    scaled = math.sqrt(ux * ux + uy * uy + uz * uz)
    if scaled < 1e-6:
        return min(radii)
    ux, uy, uz = ux / radii[0], uy / radii[1], uz / radii[2]
    return scaled * (1.0 - scaled) / math.sqrt(ux * ux + uy * uy + uz * uz)


def capsule(x, y, z, start, end, radius) -> float:
    ex, ey, ez = end[0] - start[0], end[1] - start[1], end[2] - start[2]
    dx, dy, dz = x - start[0], y - start[1], z - start[2]
    along = (dx * ex + dy * ey + dz * ez) / (ex * ex + ey * ey + ez * ez)
    along = max(0.0, min(1.0, along))
    dx, dy, dz = dx - along * ex, dy - along * ey, dz - along * ez
    return radius - math.sqrt(dx * dx + dy * dy + dz * dz)


def blend(left: float, right: float, width: float) -> float:
    """Union of two shapes with a rounded seam."""
    if left - right >= width:
        return left
    if right - left >= width:
        return right
    h = (width - abs(left - right)) / width
    return max(left, right) + h * h * width * 0.25


# Widest behind the middle, narrower towards the frontal pole.
_CEREBRUM_BREADTH = ramp((-98, 0.93), (-40, 1.02), (10, 0.98), (70, 0.82))
# Underside over y: the tent over the cerebellum behind, the orbital roof in front.
_CEREBRUM_FLOOR = ramp((-95, -20), (-62, -14), (-34, -5), (-10, -14), (20, -20), (70, -12))


def cerebrum(x, y, z) -> float:
    dy, dz = y - _CEREBRUM_CENTRE[1], z - _CEREBRUM_CENTRE[2]
    width = _CEREBRUM_RADII[0] * _CEREBRUM_BREADTH(y)
    ux, uy, uz = abs(x) / width, abs(dy) / _CEREBRUM_RADII[1], abs(dz) / _CEREBRUM_RADII[2]
    powers = (ux**_POWER, uy**_POWER, uz**_POWER)
    total = powers[0] + powers[1] + powers[2]
    if total < 1e-6:
        return min(_CEREBRUM_RADII)
    scaled = total ** (1.0 / _POWER)
    slope = math.sqrt(
        (powers[0] / max(ux, 1e-3) / width) ** 2
        + (powers[1] / max(uy, 1e-3) / _CEREBRUM_RADII[1]) ** 2
        + (powers[2] / max(uz, 1e-3) / _CEREBRUM_RADII[2]) ** 2
    )
    dome = (1.0 - scaled) * scaled ** (_POWER - 1.0) / max(slope, 1e-4)
    return -blend(-dome, _CEREBRUM_FLOOR(y) - z, 6.0) if dome > -40.0 else dome


def temporal_lobe(x, y, z) -> float:
    return ellipsoid(abs(x), y, z + 0.22 * y, (41.0, -12.0, -20.0), (21.0, 42.0, 19.0))


def cerebellum(x, y, z) -> float:
    hemisphere = ellipsoid(abs(x), y, z, (23.0, -62.0, -40.0), (31.0, 30.0, 21.0))
    vermis = ellipsoid(x, y, z, (0.0, -60.0, -38.0), (12.0, 24.0, 19.0))
    return blend(hemisphere, vermis, 5.0)


def brain_stem(x, y, z) -> float:
    pons = ellipsoid(x, y, z, (0.0, -19.0, -30.0), (18.0, 13.0, 15.0))
    midbrain = capsule(x, y, z, (0.0, -20.0, 4.0), (0.0, -22.0, -18.0), 13.0)
    medulla = capsule(x, y, z, (0.0, -25.0, -40.0), (0.0, -36.0, -68.0), 8.0)
    cord = capsule(x, y, z, (0.0, -36.0, -68.0), (0.0, -46.0, -170.0), 5.5)
    return blend(blend(pons, midbrain, 6.0), blend(medulla, cord, 4.0), 6.0)


def face_and_neck(x, y, z) -> float:
    ax = abs(x)
    face = ellipsoid(ax, y, z, (0.0, 29.0, -46.0), (65.0, 60.0, 58.0))
    jaw = ellipsoid(ax, y, z, (0.0, 44.0, -88.0), (44.0, 41.0, 30.0))
    nose = ellipsoid(ax, y, z + 0.45 * (y - 86.0), (0.0, 86.0, -42.0), (13.0, 17.0, 19.0))
    # Cylinder: far below the skull it looks the same at every height.
    radius = math.hypot(x / 56.0, (y + 26.0) / 60.0)
    neck = min((1.0 - radius) * 57.0, -40.0 - z)
    return blend(blend(blend(face, jaw, 18.0), neck, 20.0), nose, 8.0)


def ventricles(x, y, z) -> float:
    ax = abs(x)
    if ax > 56.0 or abs(y + 12.0) > 62.0 or z < -52.0 or z > 44.0:
        return -16.0
    horn = ((5.0, 30.0, 8.0), (8.0, 16.0, 15.0), (11.0, -14.0, 21.0), (20.0, -34.0, 13.0))
    radii = (4.6, 5.2, 5.6)
    best = -99.0
    for start, end, radius in zip(horn, horn[1:], radii):
        best = max(best, capsule(ax, y, z, start, end, radius))
    best = max(best, capsule(ax, y, z, horn[3], (20.0, -56.0, 7.0), 3.2))
    best = max(best, capsule(ax, y, z, horn[3], (34.0, -22.0, -12.0), 3.0))
    best = max(best, capsule(ax, y, z, (34.0, -22.0, -12.0), (31.0, 2.0, -20.0), 2.6))
    third = ellipsoid(ax, y, z, (0.0, -2.0, 1.0), (2.3, 15.0, 10.0))
    fourth = ellipsoid(ax, y, z, (0.0, -36.0, -34.0), (6.0, 5.0, 10.0))
    # The septum pellucidum keeps the two sides apart.
    return max(best - max(0.0, 1.2 - ax) * 2.0, third, fourth)


def deep_grey(x, y, z) -> float:
    ax = abs(x)
    if ax > 50.0 or abs(y) > 46.0 or abs(z - 4.0) > 40.0:
        return -16.0
    thalamus = ellipsoid(ax, y, z, (11.5, -13.0, 6.0), (7.5, 14.0, 9.0))
    caudate = max(
        ellipsoid(ax, y, z, (14.0, 19.0, 9.0), (5.0, 9.0, 10.0)),
        capsule(ax, y, z, (15.0, 14.0, 16.0), (19.0, -18.0, 25.0), 2.8),
    )
    skewed = ax + 0.28 * (y - 2.0)
    lentiform = ellipsoid(skewed, y, z, (24.5, 2.0, 1.0), (6.0, 17.0, 10.0))
    return max(thalamus, caudate, lentiform)


def cavities(x, y, z) -> float:
    """Air inside the head, and the jaw bone, which is as dark."""
    ax = abs(x)
    if z > 16.0:
        return -16.0
    nasal = ellipsoid(ax, y, z, (6.0, 56.0, -46.0), (4.0, 28.0, 17.0))
    maxillary = ellipsoid(ax, y, z, (26.0, 46.0, -50.0), (11.0, 14.0, 14.0))
    sphenoid = ellipsoid(ax, y, z, (7.0, 22.0, -27.0), (6.5, 10.0, 8.0))
    frontal = ellipsoid(ax, y, z, (10.0, 76.0, -6.0), (9.0, 3.4, 8.0))
    throat = capsule(ax, y, z, (0.0, 14.0, -58.0), (0.0, 2.0, -170.0), 6.5)
    ear = capsule(ax, y, z, (50.0, -16.0, -34.0), (90.0, -18.0, -36.0), 3.0)
    mastoid = ellipsoid(ax, y, z, (54.0, -34.0, -40.0), (8.0, 9.0, 12.0))
    jaw = max(
        capsule(ax, y, z, (48.0, 8.0, -52.0), (43.0, 22.0, -90.0), 5.0),
        capsule(ax, y, z, (43.0, 22.0, -90.0), (10.0, 64.0, -100.0), 5.5),
    )
    return max(nasal, maxillary, sphenoid, frontal, throat, ear, mastoid, jaw)


EYES_MM = ((31.0, 55.0, -28.0), (-31.0, 55.0, -28.0))
EYE_RADIUS_MM = 12.0
ORBIT_RADII_MM = (14.5, 20.0, 14.0)
ORBIT_OFFSET_MM = (-3.0, -9.0, 0.0)  # towards the midline and back
LENS_OFFSET_MM = (0.0, 8.6, 0.0)
LENS_RADII_MM = (4.6, 2.2, 4.6)

# Right-hand arteries as (radius, way points); the left ones are their mirror images.
ARTERIES_MM = (
    (2.3, ((24, -8, -110), (25, -6, -60), (22, 2, -38), (12, 0, -32), (8, 12, -24), (12, 10, -14))),
    (1.8, ((12, 10, -14), (24, 8, -14), (38, 6, -10), (44, -4, -2), (46, -22, 8), (50, -36, 24))),
    (1.2, ((38, 6, -10), (46, 12, 4), (54, 6, 22), (56, 0, 36))),
    (1.1, ((44, -4, -2), (56, -12, 6), (60, -22, 22))),
    (1.4, ((12, 10, -14), (3, 20, -12), (2, 32, -4), (2, 42, 12), (2, 34, 28), (2, 8, 36))),
    (1.0, ((2, 42, 12), (3, 54, 26), (4, 44, 46))),
    (2.0, ((22, -34, -110), (20, -30, -72), (9, -18, -60), (0, -7, -48))),
    (1.5, ((0, -5, -16), (10, -9, -14), (19, -22, -8), (20, -46, -4), (14, -72, 4))),
    (0.9, ((19, -22, -8), (30, -44, -10), (36, -60, -8))),
)
BASILAR_MM = (2.1, ((0, -7, -48), (0, -4, -32), (0, -5, -16)))


def smooth_path(points, step: float):
    """Points about `step` mm apart on a Catmull-Rom curve through the way points."""
    ends = [points[0], *points, points[-1]]
    for p0, p1, p2, p3 in zip(ends, ends[1:], ends[2:], ends[3:]):
        count = max(1, math.ceil(math.dist(p1, p2) / step))
        for i in range(count):
            t = i / count
            yield tuple(
                b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
                for a, b, c, d in zip(p0, p1, p2, p3)
            )
