# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Depth fields of the head: shapes evaluated on a coarse lattice, then interpolated to voxels.

Every field is a 7-bit number per voxel, four steps per millimetre. The lattice holds eight times
finer values, so that linear interpolation loses nothing one could see.
"""

from __future__ import annotations

import math
from array import array

from . import phantom_anatomy as anatomy
from .phantom_lanes import Lanes

STEPS_PER_MM = 4
LATTICE_MM = 5.0
_FINE = 8
_WEIGHT_BITS = 5
_WEIGHT = 1 << _WEIGHT_BITS

# Field value of distance 0; the range is 0 to 127.
BRAIN_ZERO = 12 * STEPS_PER_MM
HEAD_ZERO = 4 * STEPS_PER_MM
SIGNED_ZERO = 64

FIELDS = ("brain", "head", "ventricle", "deep_grey", "cavity", "hindbrain")
SCALP_AND_SKULL_MM = 12.0


def _stored(distance_mm: float, zero: int) -> int:
    value = int((distance_mm * STEPS_PER_MM + zero) * _FINE)
    return 0 if value < 0 else min(value, 127 * _FINE)


def _node(x: float, y: float, z: float) -> tuple[int, ...]:
    """The six fields at one point, 0 <= x (the shapes are symmetric). Far parts are skipped."""
    cerebrum = max(anatomy.cerebrum(x, y, z), -60.0)
    hindbrain = -60.0
    if cerebrum < 26.0:
        if z < 14.0 and x < 52.0:
            cerebrum = anatomy.blend(cerebrum, anatomy.temporal_lobe(x, y, z), 5.0)
        elif z < 14.0:
            cerebrum = max(cerebrum, anatomy.temporal_lobe(x, y, z))
        if z < 20.0 and y < 12.0:
            if y < -12.0 and z > -84.0:
                hindbrain = anatomy.cerebellum(x, y, z)
            if x < 36.0 and y > -76.0:
                stem = anatomy.brain_stem(x, y, z)
                # The stem has no rind of grey matter: make it look deep at once.
                hindbrain = max(hindbrain, stem * 4.0 if stem > 0 else stem)
    brain = max(cerebrum, hindbrain)
    head = brain + SCALP_AND_SKULL_MM
    if z < 34.0 and head < 30.0:
        head = anatomy.blend(head, anatomy.face_and_neck(x, y, z), 14.0)
    cavity = ventricle = deep_grey = -16.0
    if head > -10.0 and brain < 4.0:
        cavity = anatomy.cavities(x, y, z)
    if brain > -6.0:
        ventricle = anatomy.ventricles(x, y, z)
        deep_grey = anatomy.deep_grey(x, y, z)
    return (
        _stored(brain, BRAIN_ZERO),
        _stored(head, HEAD_ZERO),
        _stored(ventricle, SIGNED_ZERO),
        _stored(deep_grey, SIGNED_ZERO),
        _stored(cavity, SIGNED_ZERO),
        _stored(hindbrain - cerebrum, SIGNED_ZERO),
    )


class _Axis:
    """Voxel centres of one axis against lattice nodes: first node and weight of the next."""

    def __init__(self, positions_mm, limits_mm) -> None:
        low, high = limits_mm
        first = max(low, min(positions_mm[0], high))
        last = max(low, min(positions_mm[-1], high))
        self.first_node = math.floor(first / LATTICE_MM)
        self.nodes = math.floor(last / LATTICE_MM) + 2 - self.first_node
        self.places = []
        for position in positions_mm:
            inside = max(low, min(position, high)) / LATTICE_MM - self.first_node
            node = math.floor(inside)
            self.places.append((node, int((inside - node) * _WEIGHT)))

    def mm(self, node: int) -> float:
        return (node + self.first_node) * LATTICE_MM


class DepthFields:
    """Yields the fields slice by slice. Axes are voxel centres in anatomical mm, ascending."""

    def __init__(self, xs, ys, zs) -> None:
        limits = anatomy.BOX_MM
        self._x, self._y, self._z = (_Axis(p, b) for p, b in zip((xs, ys, zs), limits))
        self._nx, self._ny = len(xs), len(ys)
        self._slice = Lanes(self._nx * self._ny, 16)
        self._row = Lanes(self._x.nodes, 16)
        self._column = Lanes(self._ny, 16)
        self._planes: dict[int, tuple] = {}

    def _lattice_plane(self, node: int) -> list[list[bytes]]:
        """Per field, the rows of one lattice plane as 16-bit lanes."""
        z = self._z.mm(node)
        columns = [round(self._x.mm(i) / LATTICE_MM) for i in range(self._x.nodes)]
        half = range(max(abs(c) for c in columns) + 1)
        fields: list[list[bytes]] = [[] for _ in FIELDS]
        for j in range(self._y.nodes):
            y = self._y.mm(j)
            nodes = [_node(i * LATTICE_MM, y, z) for i in half]
            for field, values in zip(fields, zip(*nodes)):
                field.append(array("H", [values[abs(c)] for c in columns]).tobytes())
        return fields

    def _to_voxels(self, rows: list[bytes]):
        """One lattice plane interpolated along y, then x; None where the field is 0 throughout."""
        if not any(any(row) for row in rows):
            return None
        mask = self._row.ones * (128 * _FINE - 1)
        loaded = [self._row.load(row) for row in rows]
        fine_rows = array("H")
        for node, weight in self._y.places:
            mixed = loaded[node] * (_WEIGHT - weight) + loaded[node + 1] * weight
            fine_rows.frombytes(self._row.store((mixed >> _WEIGHT_BITS) & mask))
        mask = self._column.ones * (128 * _FINE - 1)
        width = self._x.nodes
        columns = [self._column.load(fine_rows[i::width].tobytes()) for i in range(width)]
        voxels = array("H", bytes(2 * self._nx * self._ny))
        for i, (node, weight) in enumerate(self._x.places):
            mixed = columns[node] * (_WEIGHT - weight) + columns[node + 1] * weight
            voxels[i :: self._nx] = array("H", self._column.store((mixed >> _WEIGHT_BITS) & mask))
        return self._slice.load(voxels.tobytes())

    def _plane(self, node: int) -> tuple:
        if node not in self._planes:
            for old in [n for n in self._planes if n < node - 1]:
                del self._planes[old]
            self._planes[node] = tuple(map(self._to_voxels, self._lattice_plane(node)))
        return self._planes[node]

    def at(self, k: int) -> dict[str, bytes]:
        """Fields of slice k as bytes; a field that is 0 everywhere is left out."""
        node, weight = self._z.places[k]
        found = {}
        for name, low, high in zip(FIELDS, self._plane(node), self._plane(node + 1)):
            if low is None and high is None:
                continue
            mixed = (low or 0) * (_WEIGHT - weight) + (high or 0) * weight
            # 10 bits of value and 5 of weight: the upper byte is the 7-bit field value.
            found[name] = self._slice.store(mixed)[1::2]
        return found
