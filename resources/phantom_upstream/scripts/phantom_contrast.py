# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""How bright each tissue is, for each contrast the modality codes name.

A voxel carries one "layer code" that runs from outside to inside, so that mixing neighbours (the
partial volume effect) is plain interpolation of codes: air, skin, fat, muscle, bone, marrow, bone,
fluid, grey matter, white matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from .phantom_lanes import ramp, table

# Layer codes, at most 127.
AIR, SKIN, FAT, MUSCLE = 0, 10, 20, 31
OUTER_TABLE, MARROW, INNER_TABLE = 44, 52, 60
CSF, GREY, WHITE, DEEP_WHITE = 80, 100, 120, 127

# Shades are square roots of intensities, because noise then looks alike everywhere.
SHADE_PER_ROOT = 200.0
SHADE_OFFSET = 16  # room for the bias field, which adds 0 to 31


@dataclass(frozen=True)
class Contrast:
    """Intensities in upstream's range, about 0 to 1000."""

    air: int
    skin: int
    fat: int
    muscle: int
    bone: int
    marrow: int
    csf: int
    grey: int
    white: int
    eye: int
    lens: int
    artery: int
    vein: int
    marker: int
    stripped: bool = False


_T1 = Contrast(0, 330, 840, 330, 70, 480, 140, 420, 650, 150, 330, 240, 240, 1000)
_T2 = Contrast(0, 260, 520, 150, 50, 300, 880, 460, 300, 920, 180, 120, 160, 1100)
_FLAIR = Contrast(0, 280, 560, 230, 60, 310, 90, 520, 390, 110, 260, 200, 210, 1000)
_SWI = Contrast(0, 260, 420, 330, 60, 260, 620, 480, 400, 560, 320, 560, 90, 1000)
_MRA = Contrast(0, 150, 230, 160, 40, 130, 80, 215, 185, 90, 130, 960, 150, 700)
_PLAIN = Contrast(0, 300, 700, 300, 60, 380, 200, 430, 570, 220, 300, 260, 260, 1000)

_WHOLE_HEAD = {8: _PLAIN, 9: _T1, 10: _T2, 11: _FLAIR, 16: _MRA, 20: _SWI}
_STRIPPED = {29: 9, 30: 10, 31: 11, 32: 20, 33: 16}


def contrast_of(modality: int) -> Contrast:
    if modality in _WHOLE_HEAD:
        return _WHOLE_HEAD[modality]
    if modality in _STRIPPED:
        whole = _WHOLE_HEAD[_STRIPPED[modality]]
        return Contrast(**{**whole.__dict__, "stripped": True})
    known = sorted([*_WHOLE_HEAD, *_STRIPPED])
    raise ValueError(f"modality {modality} is not one the phantom draws; it knows {known}.")


class Shades:
    """Turns intensities into shades and shades into intensities for one run.

    Guidance stretches the contrast between tissues around the middle, a little.
    """

    def __init__(self, contrast: Contrast, guidance: float) -> None:
        self.contrast = contrast
        self._gain = 1.0 + 0.03 * (min(max(guidance, 0.0), 6.0) - 2.0)

    def shade(self, intensity: float) -> int:
        middle = 400.0
        stretched = intensity
        if intensity > 60:
            stretched = max(60.0, middle + (intensity - middle) * self._gain)
        return min(223, round(SHADE_PER_ROOT * (stretched / 1000.0) ** 0.5))

    def of_layers(self) -> bytes:
        """Table from layer code to shade."""
        c = self.contrast
        knots = [
            (AIR, c.air), (SKIN, c.skin), (FAT, c.fat), (MUSCLE, c.muscle), (OUTER_TABLE, c.bone),
            (MARROW, c.marrow), (INNER_TABLE, c.bone), (CSF - 12, c.csf), (CSF, c.csf),
            (GREY - 7, c.grey), (GREY + 7, c.grey), (WHITE, c.white), (DEEP_WHITE, c.white),
        ]  # fmt: skip
        if c.stripped:
            knots = [(0, 0), (CSF - 2, 0)] + [k for k in knots if k[0] >= CSF]
        return table(ramp(*((code, self.shade(intensity)) for code, intensity in knots)))

    @staticmethod
    def intensity(shade: int) -> int:
        root = max(0, shade - SHADE_OFFSET) / SHADE_PER_ROOT
        return round(1000.0 * root * root)
