# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Log lines and progress bars that look like the generator's, all on stderr."""

from __future__ import annotations

import logging
import sys
import time

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_WIDTH = 10
_LEAST_INTERVAL_S = 0.1


def set_up_logging(name: str) -> logging.Logger:
    logging.basicConfig(
        level=logging.INFO,
        format="[%(asctime)s.%(msecs)03d][%(levelname)5s](%(name)s) - %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    return logging.getLogger(name)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:d}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def bar_text(done: int, total: int, elapsed_s: float) -> str:
    """One state of a bar, in the form tqdm gives it where there is no terminal."""
    eighths = done * _WIDTH * 8 // total
    full, part = divmod(eighths, 8)
    bar = _EIGHTHS[8] * full + (_EIGHTHS[part] if full < _WIDTH else "")
    remaining, speed = "?", "?it/s"
    if done and elapsed_s > 0:
        rate = done / elapsed_s
        remaining = _clock((total - done) / rate)
        speed = f"{rate:5.2f}it/s" if rate >= 1 else f"{1 / rate:5.2f}s/it"
    percent = f"{100 * done / total:3.0f}%"
    return (
        f"{percent}|{bar:<{_WIDTH}}| {done}/{total} [{_clock(elapsed_s)}<{remaining}, {speed}]"
    )


class ProgressBar:
    """Steps done out of a known number, drawn at most ten times a second, always to its end."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._start = self._drawn = time.monotonic()
        self._draw()

    def _draw(self, end: str = "") -> None:
        elapsed = time.monotonic() - self._start
        sys.stderr.write("\r" + bar_text(self._done, self._total, elapsed) + end)
        sys.stderr.flush()

    def advance_to(self, done: int) -> None:
        if done <= self._done:
            return
        self._done = done
        now = time.monotonic()
        if done == self._total:
            self._draw("\n")
        elif now - self._drawn >= _LEAST_INTERVAL_S:
            self._drawn = now
            self._draw()
