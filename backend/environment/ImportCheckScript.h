// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mrb::backend {

/// Begins the one line of the script's output that counts; start-up code may print others.
inline constexpr const char *kImportCheckMark = "MRBRAIN-IMPORTS ";

/// Argument: the checkout. Standard input: its tracked .py files, separated by NUL.
/// Sources are compiled and never executed. The compiled copies are not given to the marshal
/// module, which hostile data can crash: what is in them is taken apart here and compared with the
/// same for the source. The names of files do not count, everything else does.
inline constexpr const char *kImportCheckScript = R"py(
import sys
sys.path[:] = [p for p in sys.path if p not in ('', '.')]
import importlib.util
import json
import marshal
import os
import stat

# Kinds of marshalled objects. Interned or not, ASCII or not: a string is its bytes.
STRINGS = {b's': (b's', 4), b'a': (b'u', 4), b'A': (b'u', 4), b't': (b'u', 4), b'u': (b'u', 4),
           b'z': (b'u', 1), b'Z': (b'u', 1)}
TUPLES = {b')': 1, b'(': 4}
FIXED = {b'N': 0, b'F': 0, b'T': 0, b'.': 0, b'i': 4, b'g': 8, b'y': 16}
NEW_LAYOUT = sys.version_info >= (3, 11)


class Parts:
    """Objects become numbers that are equal where they are, so that no nesting is walked twice."""

    def __init__(self, data, numbers):
        self.data, self.numbers, self.at, self.known = data, numbers, 0, []

    def take(self, size):
        end = self.at + size
        if size < 0 or end > len(self.data):
            raise ValueError('cut off')
        piece = self.data[self.at:end]
        self.at = end
        return piece

    def number(self, size=4):
        return int.from_bytes(self.take(size), 'little', signed=size == 4)

    def items(self, count):
        return tuple([self.item() for _ in range(count)])

    def item(self):
        mark = self.take(1)[0]
        kind = bytes([mark & 0x7f])
        if kind == b'r':
            value = self.known[self.number()]
            if value is None:
                raise ValueError('holds itself')
            return value
        place = len(self.known)
        if mark & 0x80:
            self.known.append(None)
        value = self.numbers.setdefault(self.content(kind), len(self.numbers))
        if mark & 0x80:
            self.known[place] = value
        return value

    def content(self, kind):
        if kind in STRINGS:
            name, size = STRINGS[kind]
            return name, self.take(self.number(size))
        if kind in TUPLES:
            return b'(', self.items(self.number(TUPLES[kind]))
        if kind in FIXED:
            return kind, self.take(FIXED[kind])
        if kind == b'l':
            count = self.number()
            return kind, count, self.take(2 * abs(count))
        if kind == b'>':
            return kind, frozenset(self.items(self.number()))
        if kind == b':':
            return kind, self.items(3)
        if kind == b'c':
            return kind, self.code()
        raise ValueError('unknown kind')

    def code(self):
        counts = self.take(20 if NEW_LAYOUT else 24)
        objects = self.items(8)
        line = self.take(4)
        file = 5 if NEW_LAYOUT else 6  # the name of the source file
        return (counts, objects[:file], objects[file + 1:], line,
                self.items(2 if NEW_LAYOUT else 1))


def whole(data, numbers):
    parts = Parts(data, numbers)
    value = parts.item()
    if parts.at != len(data):
        raise ValueError('more than one object')
    return value


def read(path):
    info = os.stat(path)
    if not stat.S_ISREG(info.st_mode) or info.st_size > 1 << 26:
        raise ValueError('not a small file')
    with open(path, 'rb') as file:
        return info, file.read()


def would_run(info, copy):
    if copy[:4] != importlib.util.MAGIC_NUMBER:
        return False
    if copy[4:8] != bytes(4):
        return True
    recorded = tuple(int.from_bytes(copy[at:at + 4], 'little') for at in (8, 12))
    return recorded == (int(info.st_mtime) & 0xffffffff, info.st_size & 0xffffffff)


def differs(source):
    copy_path = importlib.util.cache_from_source(source)
    if not os.path.exists(source) or not os.path.exists(copy_path) or os.path.isdir(copy_path):
        return None
    try:
        _, copy = read(copy_path)
        info, text = read(source)
        if not would_run(info, copy):
            return None
        expected = marshal.dumps(compile(text, source, 'exec', dont_inherit=True))
        if copy[16:] == expected:
            return None
    except Exception:
        return copy_path
    numbers = {}
    wanted = whole(expected, numbers)
    try:
        # The same can be written with more or less sharing, but not at any length.
        same = len(copy) < 4 * len(expected) and whole(copy[16:], numbers) == wanted
        return None if same else copy_path
    except Exception:
        return copy_path


def merged_folders(root):
    for entry in os.scandir(root):
        if not entry.name.isidentifier() or not entry.is_dir():
            continue
        try:
            spec = importlib.util.find_spec(entry.name)
        except Exception:
            continue
        if spec is not None and spec.submodule_search_locations and not spec.has_location:
            yield entry.name


def relative(path):
    return os.path.relpath(path, root).encode('utf-8', 'surrogateescape').decode('utf-8', 'replace')


root = sys.argv[1]
answer = {'differing': [], 'merged': sorted(merged_folders(root)), 'uncompared': ''}
try:
    for tracked in sys.stdin.buffer.read().split(b'\0'):
        copy = tracked and differs(os.path.join(root, os.fsdecode(tracked)))
        if copy:
            answer['differing'].append(relative(copy))
except Exception as problem:
    answer['uncompared'] = '%s: %s' % (type(problem).__name__, problem)
sys.stdout.write('\n' + 'MRBRAIN-IMPORTS ' + json.dumps(answer) + '\n')
)py";

} // namespace mrb::backend
