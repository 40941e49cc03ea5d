# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Runs made again from their record, and compared: the real mrbrain, the phantom and the stand-in
for upstream. What a record says beyond its request never gets into the second run."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import unittest
import zipfile

import jsonschema
import nibabel
import numpy

from mrbrain_cli import (GPU_ROW, GPU_UUID, NONCONSTANT, SMALL, SOURCE, CliTest, strict_json,
                         wait_until)

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((SOURCE / "resources/schema/reproduction.schema.json").read_text()))


class ReproduceTest(CliTest):

    def setUp(self):
        super().setUp()
        self.scratch = self.shop.folder / "tmp"
        self.scratch.mkdir(exist_ok=True)
        self.addCleanup(self.nothing_is_left)

    def nothing_is_left(self):
        self.assertEqual(list(self.scratch.iterdir()), [], "left in TMPDIR")

    def environment(self, **changes):
        return self.shop.environment(TMPDIR=str(self.scratch), **changes)

    def original(self, **mode):
        """A finished run of the stand-in; its folder."""
        out = self.shop.new_out()
        outcome = self.shop.run_small(out=out, **mode)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return out

    def arguments(self, evidence, out, *more):
        return ["reproduce", evidence, "--manifest", self.shop.manifest, "-o", out, *more]

    def reproduce(self, evidence, *more, env=None, **mode):
        """The outcome and the folder of the second run."""
        self.shop.mode(**mode)
        out = self.shop.new_out()
        outcome = self.shop.run(*self.arguments(evidence, out, *more),
                                env=env or self.environment())
        return outcome, out

    def compared(self, outcome, out, code, verdict):
        """The reproduction, which is stored beside the second run's result and valid."""
        self.assertEqual(outcome.code, code, outcome.stderr)
        document = outcome.document
        self.assertEqual(sorted(document), ["reproduction", "result"])
        result = strict_json((out / "result.json").read_text())
        self.assertEqual(document["result"],
                         {"overall_status": result["overall_status"],
                          "exit_code": result["exit_code"], "run_folder": str(out)})
        stored = (out / "reproduction.json").read_text()
        made = strict_json(stored)
        self.assertEqual(made, document["reproduction"])
        SCHEMA.validate(made)
        self.assertNotIn(str(self.shop.folder), stored)
        self.assertEqual(made["verdict"], verdict)
        self.assertIn(made["text"], outcome.stderr)
        self.assertEqual(made["again"]["result_sha256"],
                         hashlib.sha256((out / "result.json").read_bytes()).hexdigest())
        return made

    def not_compared(self, outcome, out, code):
        """The run's own document, which says so."""
        self.assertEqual(outcome.code, code, outcome.stderr)
        document = outcome.document
        self.assertEqual(document["reproduction"]["verdict"], "not_compared")
        self.assertTrue(document["reproduction"]["text"])
        self.assertFalse((out / "reproduction.json").exists())
        return document


class Phantom(ReproduceTest):

    def phantom_run(self):
        out = self.shop.new_out()
        outcome = self.shop.run("generate", self.shop.request({**SMALL, "random_seed": 77}),
                                "--engine", "phantom", "--python", self.shop.python, "-o", out)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return out

    def again(self, evidence):
        """Without a checkout or a GPU."""
        out = self.shop.new_out()
        outcome = self.shop.run("reproduce", evidence, "--python", self.shop.python, "-o", out,
                                env=self.environment(NV_GENERATE_ROOT=None))
        return outcome, out

    def test_is_repeated_by_the_phantom_which_is_said(self):
        first = self.phantom_run()
        outcome, out = self.again(first)
        made = self.compared(outcome, out, 0, "bit_identical")
        self.assertEqual(made["original"]["engine"], "phantom")
        self.assertEqual(outcome.document["result"]["overall_status"], "demo")
        self.assertIn("a demo, not the model", outcome.stderr)
        self.assertEqual([made["request_differences"], made["environment_differences"]], [[], []])
        volume, = made["volumes"]
        again, = out.glob("*.nii.gz")
        self.assertEqual([volume["seed"], volume["second"], volume["second_sha256"]],
                         [77, again.name, hashlib.sha256(again.read_bytes()).hexdigest()])
        self.assertEqual(volume["first_sha256"], volume["second_sha256"])

    def test_the_second_run_asked_for_the_same(self):
        first = self.phantom_run()
        outcome, out = self.again(first)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        asked = [strict_json((folder / "result.json").read_text())["input"]
                 for folder in (first, out)]
        for key in ("modality_name", "dim_requested", "spacing_requested", "random_seed",
                    "num_inference_steps_requested", "cfg_guidance_scale_requested"):
            self.assertEqual(asked[0][key], asked[1][key], key)

    def test_a_second_run_can_be_repeated_again(self):
        outcome, second = self.again(self.phantom_run())
        self.assertEqual(outcome.code, 0, outcome.stderr)
        outcome, third = self.again(second / "result.json")
        self.compared(outcome, third, 0, "bit_identical")

    def test_a_bundle_is_as_good_as_the_run_with_volumes_or_without(self):
        first = self.phantom_run()
        result_of_run = hashlib.sha256((first / "result.json").read_bytes()).hexdigest()
        for name, *more in (("with.zip",), ("without.zip", "--without-volumes"),
                            ("folder", "--folder")):
            with self.subTest(name):
                target = self.shop.folder / name
                outcome = self.shop.run("bundle", first, "-o", target, *more)
                self.assertEqual(outcome.code, 0, outcome.stderr)
                outcome, out = self.again(target)
                made = self.compared(outcome, out, 0, "bit_identical")
                self.assertEqual(made["volumes"][0]["voxels"],
                                 None if more == ["--without-volumes"] else 64 ** 3)
                self.assertEqual(made["environment_differences"], [])
                # Paths in the bundle's record are tokens, so it is another file.
                self.assertNotEqual(made["original"]["result_sha256"], result_of_run)

    def test_the_default_folder_is_the_one_of_generate(self):
        outcome = self.shop.run("reproduce", self.phantom_run(), "--python", self.shop.python,
                                env=self.environment(NV_GENERATE_ROOT=None))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        folder = pathlib.Path(outcome.document["result"]["run_folder"])
        self.assertEqual(folder.parent, self.shop.folder / "mrbrain-runs")
        self.assertTrue((folder / "reproduction.json").is_file())


class Upstream(ReproduceTest):

    def test_the_same_output_is_bit_identical(self):
        first = self.original()
        outcome, out = self.reproduce(first)
        made = self.compared(outcome, out, 0, "bit_identical")
        self.assertTrue(made["volumes"][0]["same_bytes"])
        self.assertEqual(outcome.document["result"]["overall_status"], "passed_custom_manifest")
        self.assertNotIn("phantom", outcome.stderr)

    def test_a_nudged_voxel_is_measured_and_found(self):
        first = self.original()
        outcome, out = self.reproduce(first, volumes=[{"kind": "nudged"}])
        made = self.compared(outcome, out, 0, "within_tolerance")
        volume, = made["volumes"]
        images = [nibabel.load(next(folder.glob("*.nii.gz"))) for folder in (first, out)]
        distance = numpy.abs(images[0].get_fdata() - images[1].get_fdata())
        at = [int(n) for n in numpy.argwhere(distance > 0)[0]]
        self.assertEqual([volume["differing_voxels"], volume["max_absolute_difference"],
                          volume["maximum_at_voxel"], volume["voxels"]],
                         [1, 1, at, distance.size])
        self.assertAlmostEqual(volume["mean_absolute_difference"], distance.mean())
        numpy.testing.assert_allclose(volume["maximum_at_ras_mm"],
                                      nibabel.affines.apply_affine(images[0].affine, at))

    def test_the_tolerance_can_be_none(self):
        first = self.original()
        for option in ("--max-difference", "--mean-difference"):
            with self.subTest(option):
                outcome, out = self.reproduce(first, option, "0", volumes=[{"kind": "nudged"}])
                made = self.compared(outcome, out, 4, "different")
                self.assertEqual(outcome.document["result"]["exit_code"], 0)
                self.assertIn(0, made["tolerance"].values())

    def test_a_failed_gate_does_not_keep_it_from_being_compared(self):
        first = self.original()
        outcome, out = self.reproduce(first, volumes=[{"kind": "constant"}])
        made = self.compared(outcome, out, 4, "different")
        self.assertEqual([outcome.document["result"][key] for key in
                          ("overall_status", "exit_code")], ["failed", 4])
        self.assertIn(NONCONSTANT, outcome.stderr)
        self.assertGreater(made["volumes"][0]["max_absolute_difference"], 100)

    def test_the_exit_code_is_about_the_comparison(self):
        out = self.shop.new_out()
        outcome = self.shop.run_small(out=out, volumes=[{"kind": "constant"}])
        self.assertEqual(outcome.code, 4, outcome.stderr)
        outcome, again = self.reproduce(out, volumes=[{"kind": "constant"}])
        self.compared(outcome, again, 0, "bit_identical")
        self.assertEqual(outcome.document["result"]["exit_code"], 4)

    def test_another_size_is_not_comparable(self):
        outcome, out = self.reproduce(self.original(), volumes=[{"shape": [64, 64, 32]}])
        made = self.compared(outcome, out, 4, "not_comparable")
        self.assertIn("64 × 64 × 32", made["text"])

    def test_no_second_volume_is_not_comparable(self):
        outcome, out = self.reproduce(self.original(), volumes=[])
        made = self.compared(outcome, out, 4, "not_comparable")
        self.assertEqual(made["volumes"][0]["second"], None)

    def test_a_damaged_second_volume_is_not_comparable(self):
        outcome, out = self.reproduce(self.original(), volumes=[{"damage": "truncated"}])
        self.compared(outcome, out, 4, "not_comparable")

    def test_what_may_explain_it_is_listed(self):
        first = self.original()
        self.shop.write_program("nvidia-smi", self.shop.nvidia_smi(
            f"echo '0, Fake A100, 81559, 80000, 535.1, 8.0, {GPU_UUID}'"))
        self.addCleanup(self.shop.write_program, "nvidia-smi",
                        self.shop.nvidia_smi(f"echo '{GPU_ROW}'"))
        version = self.shop.site / "torch" / "version.py"
        self.addCleanup(version.write_text, version.read_text())
        version.write_text("__version__ = '2.7.0+cu126'\ncuda = '12.6'\nhip = None\n")
        outcome, out = self.reproduce(first, volumes=[{"kind": "nudged"}])
        made = self.compared(outcome, out, 0, "within_tolerance")
        self.assertEqual({row["name"]: (row["original"], row["again"])
                          for row in made["environment_differences"]},
                         {"PyTorch build": ("2.6.0+cu124", "2.7.0+cu126"),
                          "CUDA of PyTorch": ("12.4", "12.6"),
                          "NVIDIA driver": ("550.54.15", "535.1"),
                          "GPU": ("Fake H100", "Fake A100")})
        self.assertEqual(made["request_differences"], [])
        self.assertIn("What may explain it: PyTorch build", made["text"])

    def test_volumes_that_were_left_out_are_compared_by_hash(self):
        first = self.original()
        next(first.glob("*.nii.gz")).unlink()
        outcome, out = self.reproduce(first)
        made = self.compared(outcome, out, 0, "bit_identical")
        self.assertEqual(made["volumes"][0]["max_absolute_difference"], None)
        outcome, out = self.reproduce(first, volumes=[{"kind": "nudged"}])
        made = self.compared(outcome, out, 4, "different")
        self.assertEqual(made["volumes"][0]["max_absolute_difference"], None)

    def test_a_changed_original_is_not_the_recorded_one(self):
        first = self.original()
        volume = next(first.glob("*.nii.gz"))
        image = nibabel.load(volume)
        nibabel.save(nibabel.Nifti1Image(numpy.asarray(image.dataobj) + 1, image.affine), volume)
        outcome, out = self.reproduce(first)
        made = self.compared(outcome, out, 4, "not_comparable")
        self.assertIn("is not the volume that its record lists", made["text"])

    def test_two_gpus_are_two_again(self):
        rows = "\n".join([GPU_ROW, GPU_ROW.replace("0, Fake", "1, Fake").replace(
            GPU_UUID, GPU_UUID.replace("1111", "2222"))])
        self.shop.write_program("nvidia-smi", self.shop.nvidia_smi(f"echo '{rows}'"))
        self.addCleanup(self.shop.write_program, "nvidia-smi",
                        self.shop.nvidia_smi(f"echo '{GPU_ROW}'"))
        first = self.shop.new_out()
        self.shop.add_launcher()
        outcome = self.shop.generate(self.shop.request(SMALL), "--num-gpus", "2", out=first)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        outcome, out = self.reproduce(first)
        made = self.compared(outcome, out, 0, "bit_identical")
        self.assertEqual([volume["seed"] for volume in made["volumes"]], [1234, 1235])


class NotCompared(ReproduceTest):

    def test_a_refused_run(self):
        first = self.original()
        out = self.shop.new_out()
        outcome = self.shop.run(*self.arguments(first, out),
                                env=self.environment(NV_GENERATE_ROOT=None))
        self.assert_refused(outcome, "NV_GENERATE_ROOT is unset")
        self.not_compared(outcome, out, 2)
        self.assertFalse(out.exists())

    def test_a_folder_that_holds_a_run(self):
        first = self.original()
        before = (first / "result.json").read_bytes()
        outcome = self.shop.run(*self.arguments(first, first), env=self.environment())
        self.assert_refused(outcome)
        self.not_compared(outcome, first, 2)
        self.assertEqual((first / "result.json").read_bytes(), before)

    def test_a_failed_run(self):
        outcome, out = self.reproduce(self.original(), end={"exit": 1})
        document = self.not_compared(outcome, out, 3)
        self.assertEqual(document["overall_status"], "failed")
        self.assertEqual(document["failure"]["code"],
                         strict_json((out / "result.json").read_text())["failure"]["code"])

    def test_a_run_that_took_too_long(self):
        outcome, out = self.reproduce(self.original(), "--timeout-seconds", "3",
                                      hang_at="diffusion")
        self.assertEqual(self.not_compared(outcome, out, 124)["overall_status"], "timed_out")

    def test_a_cancelled_run(self):
        first = self.original()
        self.shop.mode(hang_at="diffusion")
        out = self.shop.new_out()
        running = self.shop.start(*self.arguments(first, out), env=self.environment())
        wait_until(lambda: self.shop.reached("diffusion") or running.process.poll() is not None,
                   "the stand-in reaches the diffusion")
        running.signal(signal.SIGINT)
        document = self.not_compared(running.wait(), out, 130)
        self.assertEqual(document["overall_status"], "cancelled")
        self.assert_ended_without_trace(out)

    def test_cancelled_while_comparing(self):
        """The run stays complete. The record's volume is a large one, so that there is time."""
        first = self.original()
        volume = next(first.glob("*.nii.gz"))
        nibabel.save(nibabel.Nifti1Image(numpy.zeros((512, 512, 512), numpy.uint8),
                                         numpy.eye(4)), volume)
        result = json.loads((first / "result.json").read_text())
        result["output"]["samples"][0]["image_sha256"] = hashlib.sha256(
            volume.read_bytes()).hexdigest()
        (first / "result.json").write_text(json.dumps(result))
        out = self.shop.new_out()
        running = self.shop.start(*self.arguments(first, out), env=self.environment())
        wait_until(lambda: "] comparing\n" in running.text_of_stderr()
                   or running.process.poll() is not None, "it compares")
        running.signal(signal.SIGINT)
        outcome = running.wait()
        if outcome.code == 4:
            self.compared(outcome, out, 4, "not_comparable")
            self.skipTest("it had compared before the signal came")
        self.not_compared(outcome, out, 130)
        self.assertEqual(outcome.document["result"]["overall_status"], "passed_custom_manifest")
        self.assertEqual(strict_json((out / "run.json").read_text())["state"], "ended")
        self.assert_ended_without_trace(out)

    def test_a_folder_that_takes_no_document(self):
        """The run is complete; that it could not be compared with is an error of its own."""
        first = self.original()
        self.shop.mode(wait_at="end")
        go = self.shop.root / "models" / "go"
        go.unlink(missing_ok=True)
        os.mkfifo(go)
        self.addCleanup(go.unlink)
        out = self.shop.new_out()
        running = self.shop.start(*self.arguments(first, out), env=self.environment())
        wait_until(lambda: self.shop.reached("end") or running.process.poll() is not None,
                   "the stand-in reaches its end")
        (out / "reproduction.json").mkdir()
        (out / "reproduction.json" / "taken").touch()
        go.write_bytes(b"go")
        outcome = running.wait()
        self.assertEqual(outcome.code, 5, outcome.stderr)
        document = outcome.document
        self.assertEqual(document["reproduction"]["verdict"], "not_compared")
        self.assertEqual(document["result"]["exit_code"], 0)
        self.assertTrue((out / "result.json").is_file())


class Refused(ReproduceTest):
    """Nothing is run for what cannot be compared or must not be trusted."""

    def refused(self, evidence, code, *more):
        outcome, out = self.reproduce(evidence, *more)
        document = self.assert_refused(outcome, "evidence cannot be used")
        self.assertEqual(outcome.codes(), [code], document)
        self.assertFalse(out.exists())
        self.assertFalse(self.shop.reached("imports"))
        return document

    def bundle(self, *changes, name="bundle.zip", runs=("one",), extra=None):
        """An archive written by hand around a real run, as anybody can."""
        first = self.original()
        archive = self.shop.folder / name
        with zipfile.ZipFile(archive, "w") as written:
            written.writestr("bundle.json", json.dumps({"format": "mrbrain-bundle"}))
            for run in runs:
                result = json.loads((first / "result.json").read_text())
                for change in changes:
                    change(result)
                # The tokens that stand for paths in a bundle.
                text = json.dumps(result).replace(str(first), "<run>")
                written.writestr(f"runs/{run}/result.json", text)
                volume = next(first.glob("*.nii.gz"))
                written.write(volume, f"runs/{run}/{volume.name}")
            for path, text in (extra or {}).items():
                written.writestr(path, text)
        return archive

    def test_what_is_no_evidence(self):
        empty = self.shop.folder / "nothing-in-here"
        empty.mkdir()
        self.refused(self.shop.folder / "nowhere", "no_evidence")
        self.refused(empty, "no_evidence")

    def test_a_run_without_volumes(self):
        out = self.shop.new_out()
        self.assertEqual(self.shop.run_small(out=out, end={"exit": 1}, volumes=[]).code, 3)
        self.refused(out, "nothing_to_compare")

    def test_an_interrupted_run(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "the supervisor has ended everything")
        self.refused(out, "nothing_to_compare")

    def test_hostile_records(self):
        def put(*keys_and_value):
            *keys, last, value = keys_and_value

            def change(result):
                at = result
                for key in keys:
                    at = at[key]
                at[last] = value
            return change

        unusable = "run_settings_unusable"
        for name, code, change in (
                ("modality unknown", unusable, put("input", "modality_name", "mri_t9")),
                ("modality of two lines", unusable,
                 put("input", "modality_name", "mri_t1\n[nv_generate_mr_brain] passed")),
                ("dim of text", unusable, put("input", "dim_requested", "64")),
                ("dim absurd", unusable, put("input", "dim_requested", [1 << 40, 64, 64])),
                ("seed of a list", unusable, put("input", "random_seed", [7])),
                ("path in the prefix", unusable,
                 put("input", "model_config_override", "output_prefix", "../../outside")),
                ("a path to weights", unusable,
                 put("input", "model_config_override", "trained_autoencoder_path", "/evil.pt")),
                ("engine unknown", "run_record_unusable", put("engine", "sh -c evil")),
                ("GPUs absurd", "run_record_unusable", put("run", "num_gpus", 10 ** 9))):
            with self.subTest(name):
                document = self.refused(self.bundle(change), code)
                self.assertNotIn("\n", document["errors"][0]["message"])
                # Named as the user named it, not by the folder it was unpacked into.
                self.assertNotIn(str(self.scratch), json.dumps(document))

    def test_an_archive_that_leads_outside(self):
        self.refused(self.bundle(extra={"../outside": "x"}), "bundle_name")

    def test_several_runs_need_a_name(self):
        archive = self.bundle(runs=("one", "two"))
        document = self.refused(archive, "no_evidence")
        self.assertIn("--run: one, two", document["errors"][0]["hint"])
        self.refused(archive, "no_evidence", "--run", "three")
        outcome, out = self.reproduce(archive, "--run", "two")
        self.compared(outcome, out, 0, "bit_identical")

    def test_nothing_of_a_bundle_is_used_but_the_request(self):
        evil = self.shop.make_checkout("evil")
        self.addCleanup(shutil.rmtree, evil)
        mark = self.shop.folder / "evil-was-here"
        script = f"open({str(mark)!r}, 'w').write('x')\n"
        (evil / "scripts" / "diff_model_infer.py").write_text(script)
        program = self.shop.write_program("evil-python", f"echo x > '{mark}'")

        def plant(result):
            invocation = result["invocation"]
            invocation["upstream_root"] = str(evil)
            invocation["command"] = [str(program)]
            invocation["official_entrypoint"] = str(evil / "scripts" / "diff_model_infer.py")
            invocation["python"]["executable"] = str(program)
            result["manifest"].update(path=str(evil / "manifest.yaml"), built_in=False)
            result["input"]["model_config_override_path"] = str(evil / "request.json")
            result["run"].update(accepted_checkout=True, accepted_weights=True)
        archive = self.bundle(plant, extra={
            "runs/one/replay.sh": f"#!/bin/sh\necho x > '{mark}'\n",
            "runs/one/settings.json": json.dumps({"random_seed": 9}),
            "runs/one/request.json": json.dumps({"random_seed": 9}),
            "runs/one/skill_manifest.yaml": "skill: evil\n",
            "runs/one/scripts/diff_model_infer.py": script})
        outcome, out = self.reproduce(archive)
        self.compared(outcome, out, 0, "bit_identical")
        self.assertFalse(mark.exists())
        text = (out / "result.json").read_text()
        self.assertNotIn("evil", text)
        result = strict_json(text)
        self.assertEqual(result["invocation"]["upstream_root"], str(self.shop.root))
        self.assertEqual(result["input"]["random_seed"], 1234)
        self.assertEqual([result["run"]["accepted_checkout"], result["run"]["accepted_weights"]],
                         [False, False])
        self.assertNotIn(str(self.shop.root), (out / "reproduction.json").read_text())


if __name__ == "__main__":
    unittest.main()
