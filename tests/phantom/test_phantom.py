# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Tests of the phantom engine, run as its users run it: as a program, from its folder."""

from __future__ import annotations

import ast
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nibabel
import numpy

PHANTOM = Path(os.environ["MRB_PHANTOM"])
ENVIRONMENT = "environment_maisi_diff_model_rflow-mr-brain.json"
MODEL = "config_maisi_diff_model_rflow-mr-brain.json"
SMALL = {"dim": [64, 64, 64], "spacing": [3.5, 3.75, 3.0]}

WHITE_MM, GREY_MM, FLUID_MM = (27, -4, 28), (11, -2, 1), (9, 18, 13)
MARKER_MM = (29, 43, 28)

# Darkest to brightest tissue, by modality code.
ORDERS = {
    8: ("fluid", "grey", "white"),
    9: ("fluid", "grey", "white"),
    10: ("white", "grey", "fluid"),
    11: ("fluid", "white", "grey"),
    16: ("fluid", "white", "grey"),
    20: ("white", "grey", "fluid"),
}
STRIPPED = {29: 9, 30: 10, 31: 11, 32: 20, 33: 16}


class Run:
    """One run in a folder of its own: exit code, stderr and the files it left."""

    def __init__(self, folder: Path, *, prefix: str = "mr_brain_test", gpus=None, **request):
        self.folder = folder
        environment = json.loads((PHANTOM / "configs" / ENVIRONMENT).read_text())
        environment.update(output_dir=str(folder / "out"), output_prefix=prefix)
        model = json.loads((PHANTOM / "configs" / MODEL).read_text())
        model["diffusion_unet_inference"].update({**SMALL, **request})
        self.environment, self.model = folder / ENVIRONMENT, folder / MODEL
        self.environment.write_text(json.dumps(environment))
        self.model.write_text(json.dumps(model))
        self.gpus = gpus

    def command(self) -> list[str]:
        # -I hides site packages given by the user's environment; -S those of the system.
        start = "import runpy, sys; sys.path.insert(0, '.'); sys.argv[0] = 'diff_model_infer'; "
        start += "runpy.run_module('scripts.diff_model_infer', run_name='__main__')"
        arguments = ["-t", "./configs/config_network_rflow.json"]
        arguments += ["-e", str(self.environment), "-c", str(self.model)]
        if self.gpus is not None:
            arguments += ["-g", str(self.gpus)]
        return [sys.executable, "-I", "-S", "-B", "-c", start, *arguments]

    def go(self) -> Run:
        done = subprocess.run(self.command(), cwd=PHANTOM, capture_output=True, timeout=300)
        self.exit_code, self.stdout = done.returncode, done.stdout
        self.log = done.stderr.decode("utf-8")
        return self

    def files(self) -> list[Path]:
        return sorted((self.folder / "out").glob("*"))

    def volume(self):
        (path,) = self.files()
        return nibabel.load(path)


class PhantomTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)
        self.runs = 0

    def prepare(self, **request) -> Run:
        self.runs += 1
        folder = self.scratch / str(self.runs)
        folder.mkdir()
        return Run(folder, **request)

    def run_phantom(self, **request) -> Run:
        run = self.prepare(**request).go()
        self.assertEqual(run.exit_code, 0, run.log)
        return run


def around(volume, centre_mm) -> float:
    """Mean of the 3x3x3 voxels around a place given in mm from the centre of the view."""
    data, spacing = volume.get_fdata(), volume.header.get_zooms()
    index = [round(c / s + (n - 1) / 2) for c, s, n in zip(centre_mm, spacing, data.shape)]
    return data[tuple(slice(i - 1, i + 2) for i in index)].mean()


class PhantomEngine(PhantomTest):
    def check_file(self, run: Run, request: dict, modality: int) -> None:
        (path,) = run.files()
        self.assertRegex(
            path.name,
            r"^phantom_mr_brain_test_seed7_size64x64x64_spacing3\.50x3\.75x3\.00_\d{14}"
            rf"_rank0_modality{modality}\.nii\.gz$",
        )
        volume = run.volume()
        header = volume.header
        self.assertEqual(volume.shape, tuple(request["dim"]))
        self.assertEqual(volume.get_data_dtype(), numpy.dtype("<i2"))
        numpy.testing.assert_allclose(volume.affine, numpy.diag([*request["spacing"], 1.0]))
        numpy.testing.assert_allclose(header.get_zooms(), request["spacing"])
        self.assertEqual((int(header["sform_code"]), int(header["qform_code"])), (2, 0))
        self.assertEqual(int(header["xyzt_units"]), 0)
        self.assertIn(b"phantom", bytes(header["descrip"]))
        raw = gzip.decompress(path.read_bytes())
        self.assertEqual(numpy.frombuffer(raw, "<f4", 2, 112).tolist(), [1.0, 0.0])
        self.assertEqual(len(raw), 352 + 2 * 64**3)

    def test_every_modality_gives_the_requested_volume_and_its_contrast(self) -> None:
        for modality, order in {**ORDERS, **{s: ORDERS[w] for s, w in STRIPPED.items()}}.items():
            with self.subTest(modality=modality):
                run = self.run_phantom(modality=modality, random_seed=7)
                self.check_file(run, SMALL, modality)
                volume = run.volume()
                data = numpy.asarray(volume.dataobj)
                self.assertGreaterEqual(data.min(), 0)
                self.assertGreater(data.max() - data.min(), 300)
                seen = {
                    "white": around(volume, WHITE_MM),
                    "grey": around(volume, GREY_MM),
                    "fluid": around(volume, FLUID_MM),
                }
                darkest, middle, brightest = (seen[name] for name in order)
                self.assertLess(darkest + 8, middle, seen)
                self.assertLess(middle + 8, brightest, seen)

    def test_contrast_holds_whatever_the_seed(self) -> None:
        for seed in (0, 1, 99, 2**32 - 1):
            with self.subTest(seed=seed):
                volume = self.run_phantom(modality=9, random_seed=seed).volume()
                white, grey, fluid = (around(volume, mm) for mm in (WHITE_MM, GREY_MM, FLUID_MM))
                self.assertGreater(white, grey + 50)
                self.assertGreater(grey, fluid + 50)

    def test_stripped_brain_has_zeros_around_it_and_a_whole_head_has_noise(self) -> None:
        whole = numpy.asarray(self.run_phantom(modality=9, random_seed=3).volume().dataobj)
        for modality in STRIPPED:
            with self.subTest(modality=modality):
                run = self.run_phantom(modality=modality, random_seed=3)
                brain = numpy.asarray(run.volume().dataobj)
                self.assertEqual(brain[:6].max(), 0)
                self.assertEqual(brain[:, :, -6:].max(), 0)
                self.assertGreater((brain > 0).mean(), 0.04)
                self.assertLess((brain > 0).mean(), 0.6 * (whole > 80).mean())
        corner = whole[:4, :4, -4:]
        self.assertGreater(corner.max(), 0)
        self.assertLess(corner.max(), 100)

    def test_marker_is_on_the_right_side_only(self) -> None:
        for modality in (9, 10, 11, 20, 29):
            with self.subTest(modality=modality):
                volume = self.run_phantom(modality=modality, random_seed=11).volume()
                self.assertEqual(nibabel.aff2axcodes(volume.affine), ("R", "A", "S"))
                left = (-MARKER_MM[0], *MARKER_MM[1:])
                self.assertGreater(around(volume, MARKER_MM), around(volume, left) + 150)

    def test_head_keeps_its_size_in_mm(self) -> None:
        widths = []
        for spacing in (3.0, 4.0, 6.0):
            run = self.run_phantom(spacing=[spacing] * 3, modality=9, random_seed=5)
            head = numpy.asarray(run.volume().dataobj)[:, :, 32:].max(axis=(1, 2)) > 150
            widths.append(spacing * head.sum())
        self.assertTrue(all(145 <= w <= 175 for w in widths), widths)
        close = self.run_phantom(spacing=[1.0] * 3, modality=9, random_seed=5)
        self.assertGreater(numpy.asarray(close.volume().dataobj)[0].mean(), 100, "not cut")

    def test_same_request_gives_the_same_bytes_and_another_seed_others(self) -> None:
        first, again, other = (self.run_phantom(random_seed=s) for s in (21, 21, 22))
        content = [run.files()[0].read_bytes() for run in (first, again, other)]
        self.assertEqual(content[0], content[1])
        self.assertNotEqual(gzip.decompress(content[0]), gzip.decompress(content[2]))
        # gzip header: no flags, hence no file name, and no time.
        self.assertEqual(content[0][:8], b"\x1f\x8b\x08\x00\x00\x00\x00\x00")

    def test_more_steps_give_less_noise(self) -> None:
        spreads = []
        for steps in (2, 30):
            run = self.run_phantom(modality=9, random_seed=4, num_inference_steps=steps)
            data = run.volume().get_fdata()
            spreads.append(data[:4, :, -4:].std())
        self.assertGreater(spreads[0], 1.2 * spreads[1])

    def test_odd_but_legal_shapes_are_drawn(self) -> None:
        for request in (
            {"dim": [64, 96, 128], "spacing": [0.4, 5.0, 2.0]},
            {"dim": [64, 64, 64], "spacing": [600.0, 600.0, 600.0]},
            {"cfg_guidance_scale": 0, "num_inference_steps": 1},
            {"cfg_guidance_scale": 40.5, "num_inference_steps": 1000},
        ):
            with self.subTest(**request):
                run = self.run_phantom(**request)
                data = numpy.asarray(run.volume().dataobj)
                self.assertEqual(list(data.shape), request.get("dim", SMALL["dim"]))
                self.assertGreaterEqual(data.min(), 0)
                self.assertGreater(data.max() - data.min(), 1)

    def test_prefix_is_completed_once(self) -> None:
        run = self.run_phantom(prefix="phantom_mine")
        self.assertTrue(run.files()[0].name.startswith("phantom_mine_seed"))

    def test_only_the_standard_library_is_imported(self) -> None:
        known = set(sys.stdlib_module_names)
        scripts = sorted((PHANTOM / "scripts").glob("*.py"))
        self.assertGreater(len(scripts), 3)
        for script in scripts:
            for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    names = [node.module]
                for name in names:
                    self.assertIn(name.split(".")[0], known, script.name)

    def test_lanes_compute_what_single_numbers_give(self) -> None:
        sys.path.insert(0, str(PHANTOM))
        self.addCleanup(sys.path.remove, str(PHANTOM))
        from scripts.phantom_lanes import Lanes

        for bits in (8, 16):
            most = 2 ** (bits - 1) - 1
            edges = [0, 1, 2, most // 2, most - 1, most]
            pairs = [(a, b) for a in edges for b in edges]
            kind = f"<u{bits // 8}"
            lanes = Lanes(len(pairs), bits)
            left, right = (lanes.load(numpy.array(v, kind).tobytes()) for v in zip(*pairs))

            def numbers(value: int) -> list[int]:
                return numpy.frombuffer(lanes.store(value), kind).tolist()

            self.assertEqual(numbers(lanes.minimum(left, right)), [min(p) for p in pairs])
            differences = [max(0, a - b) for a, b in pairs]
            self.assertEqual(numbers(lanes.subtract_to_zero(left, right)), differences)

    def test_folder_is_a_root_and_carries_the_marker(self) -> None:
        self.assertIn("holds no model", (PHANTOM / "PHANTOM_UPSTREAM").read_text())
        self.assertTrue((PHANTOM / "configs" / "config_network_rflow.json").is_file())

    def test_configs_equal_the_originals_where_these_are_present(self) -> None:
        originals = Path(__file__).parents[3] / "shared/contract/upstream-configs"
        if not originals.is_dir():
            self.skipTest("the originals do not lie beside the checkout")

        def both(name: str):
            folders = (PHANTOM / "configs", originals)
            return (json.loads((folder / name).read_text()) for folder in folders)

        for name in (MODEL, ENVIRONMENT):
            ours, theirs = both(name)
            self.assertEqual(ours, theirs)
        ours, theirs = both("modality_mapping.json")
        self.assertEqual(ours, {key: theirs[key] for key in ours})
        self.assertEqual(set(ours.values()), {*ORDERS, *STRIPPED})


STAMP = r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]\[ INFO\]\(inference\) - "
BAR = re.compile(
    r"^ *(\d+)%\|[ ▏▎▍▌▋▊▉█]{10}\| (\d+)/(\d+) "
    r"\[\d\d:\d\d<(?:\?|\d\d:\d\d), +(?:\?|\d+\.\d\d)(?:it/s|s/it)\]$"
)


def bars(log: str) -> list[list[tuple[int, int]]]:
    """The states (done, total) of each bar, a bar ending with its line."""
    found = []
    for line in log.split("\n"):
        if line.startswith("\r"):
            states = [BAR.match(part) for part in line.split("\r")[1:]]
            found.append([(int(m[2]), int(m[3])) if m else None for m in states])
    return found


class PhantomLog(PhantomTest):
    def test_lines_come_in_the_order_and_form_of_the_generator(self) -> None:
        run = self.run_phantom(modality=10, random_seed=42)
        self.assertEqual(run.stdout, b"")
        expected = [
            r"Using phantom:0 of 1 with random seed: 42$",
            r"\[config\] ckpt_filepath -> .+\.$",
            r"\[config\] random_seed -> 42\.$",
            r"\[config\] output_prefix -> phantom_mr_brain_test\.$",
            r"\[config\] output_size -> \(64, 64, 64\)\.$",
            r"\[config\] out_spacing -> \(3\.5, 3\.75, 3\.0\)\.$",
            r"checkpoints .* loaded\.$",
            r"checkpoints .* loaded\.$",
            r"scale_factor -> .+\.$",
            r"num_downsample_level -> 4, divisor -> 4\.$",
            r"noise: phantom, .+$",
            None,
            r"Saved " + re.escape(str(run.files()[0])) + r"\.$",
        ]
        self.assertTrue(run.log.endswith("\n"))
        lines = run.log[:-1].split("\n")
        self.assertEqual(len(lines), len(expected), run.log)
        for line, pattern in zip(lines, expected):
            if pattern is None:
                self.assertTrue(line.startswith("\r"), line)
            else:
                self.assertRegex(line, STAMP + pattern)

    def test_the_bar_counts_up_to_the_steps(self) -> None:
        for steps in (1, 4, 30, 1000):
            with self.subTest(steps=steps):
                run = self.run_phantom(num_inference_steps=steps)
                (states,) = bars(run.log)
                self.assertNotIn(None, states, run.log)
                self.assertEqual(states[0], (0, steps))
                self.assertEqual(states[-1], (steps, steps))
                self.assertEqual([done for done, _ in states], sorted({d for d, _ in states}))

    def test_bar_text_is_what_the_real_log_shows(self) -> None:
        sys.path.insert(0, str(PHANTOM))
        self.addCleanup(sys.path.remove, str(PHANTOM))
        from scripts.phantom_log import bar_text

        self.assertEqual(bar_text(0, 30, 0.0), "  0%|          | 0/30 [00:00<?, ?it/s]")
        self.assertEqual(bar_text(1, 30, 0.52), "  3%|▎         | 1/30 [00:00<00:15,  1.92it/s]")
        self.assertEqual(bar_text(5, 30, 2.5), " 17%|█▋        | 5/30 [00:02<00:12,  2.00it/s]")
        self.assertEqual(bar_text(30, 30, 1.5), "100%|██████████| 30/30 [00:01<00:00, 20.00it/s]")
        self.assertEqual(bar_text(1, 4, 1.08), " 25%|██▌       | 1/4 [00:01<00:03,  1.08s/it]")


class PhantomFailures(PhantomTest):
    def expect_failure(self, run: Run, exit_code: int, *words: str) -> None:
        run.go()
        self.assertEqual(run.exit_code, exit_code, run.log)
        for word in words:
            self.assertIn(word, run.log)
        self.assertEqual(run.files(), [])

    def test_missing_arguments_are_a_usage_error(self) -> None:
        command = [sys.executable, "-B", "-m", "scripts.diff_model_infer"]
        done = subprocess.run(command, cwd=PHANTOM, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("required", done.stderr)

    def test_more_than_one_gpu_is_refused(self) -> None:
        for gpus in (0, 2):
            self.expect_failure(self.prepare(gpus=gpus), 2, "-g must be 1", str(gpus))

    def test_one_gpu_is_accepted(self) -> None:
        self.run_phantom(gpus=1)

    def test_configs_that_cannot_be_read_are_a_traceback(self) -> None:
        missing = self.prepare()
        missing.model.unlink()
        self.expect_failure(missing, 1, "Traceback", "FileNotFoundError")
        broken = self.prepare()
        broken.environment.write_text("{")
        self.expect_failure(broken, 1, "Traceback", "JSONDecodeError")
        listed = self.prepare()
        listed.environment.write_text("[]")
        self.expect_failure(listed, 1, "is not a JSON object")

    def test_a_request_it_cannot_draw_is_a_traceback(self) -> None:
        for request, word in (
            ({"modality": 1}, "modality 1"),
            ({"dim": [64, 64]}, "dim"),
            ({"dim": [64, 0, 64]}, "dim"),
            ({"spacing": [1.0, -1.0, 1.0]}, "spacing"),
            ({"num_inference_steps": 1001}, "num_inference_steps"),
            ({"num_inference_steps": 0}, "num_inference_steps"),
        ):
            with self.subTest(**request):
                self.expect_failure(self.prepare(**request), 1, "Traceback", word)

    def test_an_output_folder_that_cannot_be_made_is_a_traceback(self) -> None:
        run = self.prepare()
        (run.folder / "out").write_text("a file")
        run.go()
        self.assertEqual(run.exit_code, 1)
        self.assertIn("FileExistsError", run.log)

    def test_terminated_run_leaves_nothing_that_looks_like_a_volume(self) -> None:
        run = self.prepare(dim=[256, 256, 256], spacing=[1.0, 1.0, 1.0])
        process = subprocess.Popen(run.command(), cwd=PHANTOM, stderr=subprocess.PIPE)
        seen = b""
        while b"/30 [" not in seen:
            chunk = process.stderr.read1()
            self.assertTrue(chunk, seen)
            seen += chunk
        process.terminate()
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assertEqual([f for f in run.files() if ".nii" in f.name], [])


class PhantomBigVolume(PhantomTest):
    def test_above_the_limit_a_second_bar_counts_the_tiles(self) -> None:
        run = self.run_phantom(dim=[512, 512, 128], spacing=[0.47, 0.47, 1.36], modality=29)
        diffusion, decoding = bars(run.log)
        self.assertEqual(diffusion[-1], (30, 30))
        self.assertEqual((decoding[0], decoding[-1]), ((0, 4), (4, 4)))
        self.assertNotIn(None, diffusion + decoding)
        self.assertGreater(numpy.asarray(run.volume().dataobj)[:, :, 96].max(), 0)

    def test_just_below_the_limit_there_is_one_bar(self) -> None:
        run = self.run_phantom(dim=[512, 512, 124], spacing=[0.47, 0.47, 1.36], modality=29)
        self.assertEqual(len(bars(run.log)), 1)


if __name__ == "__main__":
    unittest.main()
