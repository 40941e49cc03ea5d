# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The supervisor's side of a program that waits, byte by byte."""

import array
import contextlib
import fcntl
import os
import pathlib
import re
import signal
import subprocess
import sys
import termios
import time
import unittest

SUPERVISOR = pathlib.Path(os.environ["MRB_SUPERVISOR"])
CANCEL, PARENT_GONE = 1, 2  # reasons, as SupervisorProtocol.h numbers them
MOST = 256 * 1024

WAITS = "import os; os.write(0, b'hello\\n'); said = os.read(0, 99); os.write(1, said); "


class Held:
    """A supervisor with a Python program; its records and its output."""

    def __init__(self, program, *options):
        self._records, theirs = os.pipe()
        self.process = subprocess.Popen(
            [SUPERVISOR, "--status-fd", str(theirs), "--grace-ms", "300", *options, "--",
             sys.executable, "-c", program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[theirs])
        os.close(theirs)
        self._text = b""

    def tell(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def record(self):
        """The next line; None at the end."""
        while b"\n" not in self._text:
            part = os.read(self._records, 1 << 16)
            if not part:
                return None
            self._text += part
        line, _, self._text = self._text.partition(b"\n")
        return line.decode()

    def wait_until_full(self):
        """Until more of the records waits than fits beside a part of the longest line."""
        waiting = array.array("i", [0])
        while waiting[0] < 1 << 15:
            fcntl.ioctl(self._records, termios.FIONREAD, waiting)
            time.sleep(0.01)

    def until(self, kind):
        while (line := self.record()) is not None:
            if line.startswith(kind + " "):
                return line
        raise AssertionError(f"no record of the kind {kind}")

    def ended(self):
        return {name: int(value) for name, value in re.findall(r"(\w+)=(-?\d+)",
                                                               self.until("ended"))}

    def finish(self):
        """Its output; everything of it is gone then."""
        output = self.process.stdout.read()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
        os.close(self._records)
        return output


class Hold(unittest.TestCase):
    def held(self, program, *options):
        held = Held(program, "--hold", *options)
        self.addCleanup(held.process.kill)
        return held

    def test_order_of_records(self):
        held = self.held(WAITS)
        self.assertTrue(held.record().startswith("started "))
        self.assertEqual(held.record(), "ready 5 hello")
        held.tell(b"go\n")
        ended = held.ended()
        self.assertEqual((ended["went"], ended["end"], ended["number"]), (1, 0, 0))
        self.assertIsNone(held.record())
        self.assertEqual(held.finish(), b"go\n")

    def test_go_and_cancel_in_one_piece(self):
        held = self.held(WAITS + "import time; time.sleep(600)")
        held.until("ready")
        held.tell(b"go\ncancel\n")
        ended = held.ended()
        self.assertEqual((ended["went"], ended["reason"]), (1, CANCEL))
        held.finish()

    def test_cancel_before_go_wins(self):
        held = self.held(WAITS + "import time; time.sleep(600)")
        held.until("ready")
        held.tell(b"cancel\ngo\n")
        ended = held.ended()
        self.assertEqual((ended["went"], ended["reason"]), (0, CANCEL))
        self.assertEqual(held.finish(), b"")

    def test_commands_in_pieces(self):
        held = self.held(WAITS)
        held.until("ready")
        for piece in (b"g", b"o", b"\n"):
            held.tell(piece)
        self.assertEqual(held.ended()["went"], 1)
        self.assertEqual(held.finish(), b"go\n")

    def test_long_and_unknown_commands_are_none(self):
        held = self.held(WAITS + "import time; time.sleep(600)")
        held.until("ready")
        held.tell(b"gone\n\nGO\n" + b"x" * 1000 + b"go\n" + b"xcancel\n" + b"y" * 100_000 + b"\n")
        held.tell(b"cancel\n")
        ended = held.ended()
        self.assertEqual((ended["went"], ended["reason"]), (0, CANCEL))
        held.finish()

    def test_go_before_it_is_ready(self):
        held = self.held("import time, subprocess; subprocess.run(['/bin/true']);" + WAITS)
        held.tell(b"go\n")
        self.assertEqual(held.ended()["went"], 1)
        self.assertEqual(held.finish(), b"go\n")

    def test_go_twice(self):
        held = self.held(WAITS)
        held.until("ready")
        held.tell(b"go\ngo\n")
        self.assertEqual(held.ended()["number"], 0)
        self.assertEqual(held.finish(), b"go\n")

    def test_parent_goes_while_it_waits(self):
        held = self.held(WAITS)
        held.until("ready")
        held.process.stdin.close()
        ended = held.ended()
        self.assertEqual((ended["went"], ended["reason"]), (0, PARENT_GONE))
        held.finish()

    def test_parent_goes_right_after_go(self):
        held = self.held(WAITS + "import time; time.sleep(600)")
        held.until("ready")
        held.tell(b"go\n")
        held.process.stdin.close()
        ended = held.ended()
        self.assertEqual((ended["went"], ended["reason"]), (1, PARENT_GONE))
        held.finish()

    def test_ends_before_go(self):
        held = self.held("import os; os.write(0, b'hello\\n'); os._exit(3)")
        ended = held.ended()
        self.assertEqual((ended["went"], ended["end"], ended["number"]), (0, 0, 3))
        held.finish()

    def test_longest_line_and_a_longer_one(self):
        for length, told in ((MOST, MOST), (MOST + 1, 0), (10 * MOST, 0)):
            with self.subTest(length):
                held = self.held(f"import os; os.write(0, b'x' * {length} + b'\\n'); os.read(0, 9)")
                self.assertEqual(held.until("ready"), f"ready {told} {'x' * told}")
                held.tell(b"go\n")
                self.assertEqual(held.ended()["number"], 0)
                held.finish()

    def test_line_without_end(self):
        held = self.held("import os\nwhile True: os.write(0, b'x' * 65536)")
        self.assertTrue(held.record().startswith("started "))
        held.tell(b"cancel\n")
        self.assertEqual(held.ended()["reason"], CANCEL)
        held.finish()

    def test_more_after_the_line_is_dropped(self):
        held = self.held("import os, time\nos.write(0, b'hello\\n')\n"
                         "for _ in range(50): os.write(0, b'x' * 65536 + b'\\n')\n"
                         "print(os.read(0, 99).decode(), end='')")
        self.assertEqual(held.until("ready"), "ready 5 hello")
        held.tell(b"cancel\n")
        self.assertTrue(held.record().startswith("ended "))
        held.finish()

    def test_reader_that_reads_nothing_delays_no_stop(self):
        """The line does not fit into the pipe; the record of the end follows on a line of its own."""
        held = self.held(f"import os, time; os.write(0, b'x' * {MOST} + b'\\n'); time.sleep(600)")
        held.wait_until_full()
        held.tell(b"cancel\n")
        # The program is ended although nobody reads.
        self.assertEqual(held.process.stdout.read(), b"")
        self.assertTrue(held.record().startswith("started "))
        cut = held.record()
        self.assertTrue(cut.startswith(f"ready {MOST} x"))
        self.assertLess(len(cut), MOST)
        self.assertEqual(held.ended()["reason"], CANCEL)
        held.finish()

    def test_death_of_the_inner_supervisor_within_a_line(self):
        held = self.held(f"import os, time; os.write(0, b'x' * {MOST} + b'\\n'); time.sleep(600)")
        held.wait_until_full()
        children = pathlib.Path(f"/proc/{held.process.pid}/task/{held.process.pid}/children")
        os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
        self.assertEqual(held.ended()["end"], 5)  # SupervisorLost
        held.finish()

    def test_program_that_is_not_held_has_no_socket(self):
        held = Held("import os; os.write(1, os.readlink('/proc/self/fd/0').encode())")
        self.addCleanup(held.process.kill)
        held.tell(b"go\n")
        self.assertEqual(held.ended()["went"], 0)
        self.assertEqual(held.finish(), b"/dev/null")

    def test_nothing_is_told_to_a_program_that_is_not_held(self):
        held = Held("import os, time; os.write(1, b'.'); time.sleep(600)")
        self.addCleanup(held.process.kill)
        self.assertEqual(held.process.stdout.read(1), b".")
        held.tell(b"go\ngo\ncancel\n")
        ended = held.ended()
        self.assertEqual((ended["went"], ended["reason"]), (0, CANCEL))
        held.finish()


if __name__ == "__main__":
    unittest.main()
