# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The command line itself and the commands that generate nothing."""

import gzip
import hashlib
import os
import re
import signal
import unittest

import nibabel
import numpy

from mrbrain_cli import (ENVIRONMENT, MODEL, PINNED_COMMIT, SOURCE, CliTest, tree)

ALL_CODES = (0, 2, 3, 4, 5, 124, 130)


class Usage(CliTest):

    def test_mistakes_are_documents_too(self):
        for arguments in ((), ("frobnicate",), ("generate",), ("generate", "default", "--frob"),
                          ("generate", "default", "another"), ("generate", "default", "-s"),
                          ("generate", "default", "-s", "abc"),
                          ("generate", "default", "-s", "1.5"),
                          *(("generate", "default", option, "") for option in
                            ("-o", "-s", "--python", "--upstream", "--manifest", "--modality")),
                          ("generate", ""),
                          ("generate", "default", "--num-gpus", "0"),
                          ("generate", "default", "--num-gpus", "two"),
                          ("generate", "default", "--timeout-seconds", "0"),
                          ("generate", "default", "--timeout-seconds", "-1"),
                          ("generate", "default", "--timeout-seconds", "nan"),
                          ("generate", "default", "--timeout-seconds", "inf"),
                          ("generate", "default", "--timeout-seconds", "soon"),
                          ("generate", "default", "--engine", "other"),
                          ("generate", "default", "--progress", "loud"),
                          ("generate", "default", "--dry-run", "--preflight-only"),
                          ("preflight",), ("inspect",), ("modalities", "extra"), ("--frob",)):
            with self.subTest(arguments):
                outcome = self.shop.run(*arguments)
                self.assert_refused(outcome, "usage")
                self.assertEqual(outcome.codes(), ["usage"])

    def test_manifest_that_cannot_be_used(self):
        broken = self.shop.folder / "broken.yaml"
        broken.write_text("id: [unclosed\n")
        incomplete = self.shop.folder / "incomplete.yaml"
        incomplete.write_text("id: x\n")
        for path in (self.shop.folder / "absent.yaml", self.shop.home, broken, incomplete):
            for command in (("generate", "default"), ("preflight", "default"), ("modalities",)):
                with self.subTest(path=path.name, command=command):
                    outcome = self.shop.run(*command, "--manifest", path)
                    self.assert_refused(outcome, "skill manifest invalid")

    def test_relative_names_in_a_working_folder_that_is_gone(self):
        gone = self.shop.folder / "gone"

        def leave():
            os.chdir(gone)
            os.rmdir(gone)
        for arguments in (("generate", "r.json", "-o", "x"), ("inspect", "v.nii"),
                          ("generate", "default", "--manifest", "m.yaml"),
                          ("generate", "default", "--upstream", "checkout"),
                          ("modalities", "--manifest", "m.yaml")):
            with self.subTest(arguments):
                gone.mkdir()
                outcome = self.shop.run(*arguments, preexec_fn=leave)
                self.assertIn(outcome.code, (2, 4), outcome.stderr)
                self.assertTrue(outcome.document)

    def test_help_explains_every_exit_code_as_the_manifest_does(self):
        manifest = (SOURCE / "skill_manifest.yaml").read_text()
        rows = re.findall(r"- \{code: (\d+), meaning: \"?(.*?)\"?\}", manifest)
        self.assertEqual(tuple(int(code) for code, _ in rows), ALL_CODES)
        outcome = self.shop.run("--help")
        self.assertEqual(outcome.code, 0)
        text = outcome.stdout.decode()
        listed = re.search(r"Exit codes:\n((?:\s+\d+  .*\n)+)", text)[1]
        self.assertEqual([re.match(r" *(\d+)  (.*)", line).groups()
                          for line in listed.splitlines()], rows)
        for word in ("generate", "preflight", "inspect", "modalities", "Examples:", "clinical"):
            self.assertIn(word, text)

    def test_help_of_generate_warns_of_other_peoples_code(self):
        text = " ".join(self.shop.run("generate", "--help").stdout.decode().split())
        for option in ("--output-dir", "--modality", "--random-seed", "--num-gpus",
                       "--timeout-seconds", "--preflight-only", "--yes", "--engine", "--upstream",
                       "--python", "--allow-checkout", "--allow-weights", "--manifest", "--rehash",
                       "--dry-run", "--progress", "-o,", "-s,", "-y,"):
            self.assertIn(option, text)
        self.assertIn("runs other people's code", text)
        self.assertIn("Loading a checkpoint can execute code", text)

    def test_version(self):
        outcome = self.shop.run("--version")
        self.assertEqual(outcome.code, 0)
        version = re.search(r"project\(MRBrainStudio VERSION ([\d.]+)",
                            (SOURCE / "CMakeLists.txt").read_text())[1]
        self.assertRegex(outcome.stdout.decode(),
                         rf"\Amrbrain {re.escape(version)} \((commit unknown|[0-9A-Za-z.+~_-]+)\)\n\Z")


class Modalities(CliTest):

    def test_table_names_every_modality(self):
        outcome = self.shop.run("modalities")
        self.assertEqual(outcome.code, 0)
        rows = {line.split()[0]: line for line in outcome.stdout.decode().splitlines() if line}
        for modality in self.shop.run("modalities", "--json").document["modalities"]:
            self.assertIn(f" {modality['code']} ", rows[modality["name"]] + " ")

    def test_document_has_codes_and_fields_of_view(self):
        document = self.shop.run("modalities", "--json").document
        modalities = {modality["name"]: modality for modality in document["modalities"]}
        self.assertEqual({name: m["code"] for name, m in modalities.items()}, {
            "mri": 8, "mri_t1": 9, "mri_t2": 10, "mri_flair": 11, "mri_mra": 16, "mri_swi": 20,
            "mri_t1_skull_stripped": 29, "mri_t2_skull_stripped": 30,
            "mri_flair_skull_stripped": 31, "mri_swi_skull_stripped": 32,
            "mri_mra_skull_stripped": 33})
        self.assertEqual(modalities["mri_t2_skull_stripped"]["training_fov"]["sagittal"],
                         {"fov_mm": [162, 240, 240], "scans": 1091, "sparse": False})
        self.assertIs(modalities["mri_swi"]["training_fov"]["coronal"]["sparse"], True)
        self.assertEqual(modalities["mri"]["training_fov"], {})
        self.assertEqual([name for name, m in modalities.items() if m["default"]], ["mri_t1"])

    def test_other_manifest_is_listed(self):
        path = self.shop.make_manifest(lambda text: text.replace("code: 9,", "code: 99,"), "m.yaml")
        document = self.shop.run("modalities", "--json", "--manifest", path).document
        self.assertIn(99, [m["code"] for m in document["modalities"]])


class Preflight(CliTest):

    def test_both_spellings_say_the_same_and_write_nothing(self):
        out = self.shop.new_out()
        arguments = ("default", "--manifest", self.shop.manifest, "-o", out)
        outcome = self.shop.run("generate", *arguments, "--preflight-only")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        document = outcome.document
        self.assertEqual(document["preflight"], "ok")
        self.assertEqual(document["preflight_warnings"], [])
        self.assertEqual(document["cuda"]["device_name"], "Fake H100")
        self.assertEqual(document["cuda"]["total_memory_gb"], 79.6)
        self.assertEqual(document["cuda"]["driver_version"], "550.54.15")
        self.assertEqual(len(document["cuda"]["gpus"]), 1)
        self.assertIs(document["model_inventory"]["all_sha256_match"], True)
        self.assertIs(document["upstream_identity"]["trusted"], True)
        self.assertEqual(document["rendered_model_config"]["diffusion_unet_inference"]["dim"],
                         [256, 256, 128])
        self.assertEqual(document["rendered_env_config"]["output_dir"], str(out))
        self.assertEqual(set(document["estimated_cost"]), {
            "version", "voxels_per_sample", "num_inference_steps", "estimated_wall_seconds",
            "estimated_peak_vram_gb", "estimated_disk_mb"})
        other = self.shop.run("preflight", *arguments).document
        for inventory in (document["model_inventory"], other["model_inventory"]):
            for file in inventory["files"]:
                file.pop("hash_from_cache")
        self.assertEqual(other, document)
        self.assertFalse(out.exists())
        self.assertFalse(self.shop.reached("imports"))
        self.assertFalse((self.shop.folder / "imported").exists())

    def test_warnings_are_told_and_do_not_refuse(self):
        request = self.shop.request({"dim": [64, 64, 64], "num_inference_steps": 6})
        outcome = self.shop.run("preflight", request, "--manifest", self.shop.manifest)
        self.assertEqual(outcome.code, 0)
        warnings = outcome.document["warnings"]
        self.assertIn("steps_unusual", [warning["code"] for warning in warnings])
        self.assertEqual(outcome.document["preflight_warnings"],
                         [warning["message"] for warning in warnings])
        for warning in warnings:
            self.assertIn(f"warning: {warning['message']}", outcome.stderr)

    def test_tight_graphics_memory_is_a_warning(self):
        folder = self.shop.folder / "small-gpu"
        folder.mkdir()
        (folder / "git").symlink_to(self.shop.bin / "git")
        self.shop.write_program("nvidia-smi",
                                "echo '0, Small, 16384, 16000, 550, 8.6, GPU-1'", folder)
        outcome = self.shop.generate("default", "--preflight-only",
                                     env=self.shop.environment(PATH=str(folder)))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual([w["code"] for w in outcome.document["warnings"]], ["vram_tight"])


class DryRun(CliTest):

    def test_needs_no_gpu_no_weights_and_no_python_that_works(self):
        bare = self.shop.folder / "bare-path"
        bare.mkdir()
        (bare / "git").symlink_to(self.shop.bin / "git")
        sign = self.shop.folder / "python-ran"
        python = self.shop.write_program("fake-python", f": > {sign}", self.shop.folder)
        root = self.shop.make_checkout("dry")
        for path in (root / "models").iterdir():
            path.unlink()
        out = self.shop.new_out()
        before = tree(self.shop.folder)
        outcome = self.shop.run("generate", "default", "--dry-run", "--upstream", root,
                                "--python", python, "-o", out,
                                env=self.shop.environment(PATH=str(bare), HF_TOKEN="secret",
                                                          OMP_NUM_THREADS="2"))
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(tree(self.shop.folder), before)
        document = outcome.document
        for key in ("model_config", "environment_config", "command", "environment", "warnings"):
            self.assertIn(key, document)
        staged = out / "_staged_configs"
        self.assertEqual(document["command"], [
            str(python), "-m", "scripts.diff_model_infer", "-t",
            "./configs/config_network_rflow.json", "-e", str(staged / ENVIRONMENT.split("/")[1]),
            "-c", str(staged / MODEL.split("/")[1])])
        self.assertEqual(document["environment"]["OMP_NUM_THREADS"], "2")
        self.assertNotIn("HF_TOKEN", document["environment"])
        self.assertEqual(document["environment_config"]["output_dir"], str(out))

    def test_checkout_that_is_not_the_pinned_one_is_a_warning(self):
        outcome = self.shop.run("generate", "default", "--dry-run")
        self.assertEqual(outcome.code, 0)
        warning, = outcome.document["warnings"]
        self.assertIn(PINNED_COMMIT, warning["message"])

    def test_expensive_request_needs_no_consent(self):
        request = self.shop.request({"dim": [512, 512, 256]})
        self.assertEqual(self.shop.generate(request, "--dry-run").code, 0)

    def test_wrong_request_is_refused(self):
        outcome = self.shop.generate(self.shop.request({"dim": [1, 2, 3]}), "--dry-run")
        self.assert_refused(outcome, "preflight validation failed")


class Inspect(CliTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        generator = numpy.random.default_rng(7)
        data = generator.gamma(2.0, 100.0, (40, 33, 21)).astype(numpy.int16)
        affine = numpy.diag([0.94, 0.94, 1.36, 1.0])
        cls.good = cls.shop.folder / "good.nii.gz"
        nibabel.save(nibabel.Nifti1Image(data, affine), cls.good)
        cls.cut = cls.shop.folder / "cut.nii.gz"
        cls.cut.write_bytes(cls.good.read_bytes()[:-2000])

    def test_numbers_are_those_of_nibabel_and_numpy(self):
        outcome = self.shop.run("inspect", self.good)
        self.assertEqual(outcome.code, 0)
        sample, = outcome.document["samples"]
        image = nibabel.load(self.good)
        data = image.get_fdata()
        self.assertEqual(sample["image_sha256"],
                         hashlib.sha256(self.good.read_bytes()).hexdigest())
        self.assertEqual(sample["image_affine"], image.affine.tolist())
        for name in ("min", "max", "mean", "std"):
            self.assertEqual(sample[f"intensity_{name}"], round(float(getattr(data, name)()), 3))
        self.assertNotIn("measurements", sample)
        self.assertFalse([key for key in sample if "requested" in key])

    def test_measurements_on_request(self):
        sample, = self.shop.run("inspect", "--measure", self.good).document["samples"]
        self.assertEqual(sample["measurements"]["grid_dims"], [40, 33, 21])
        self.assertGreater(sample["measurements"]["foreground_fraction"], 0)

    def test_one_bad_file_of_several_fails_and_hides_no_other(self):
        outcome = self.shop.run("inspect", self.good, self.cut, self.good)
        self.assertEqual(outcome.code, 4)
        samples = outcome.document["samples"]
        self.assertEqual([s["image_readable"] for s in samples], [True, False, True])
        self.assertEqual(samples[0], samples[2])
        self.assertEqual(samples[1]["image_bytes"], self.cut.stat().st_size)
        self.assertEqual(samples[1]["image_sha256"],
                         hashlib.sha256(self.cut.read_bytes()).hexdigest())
        self.assertTrue(samples[1]["image_error"])
        self.assertIn(str(self.cut), outcome.stderr)

    def test_what_is_no_volume(self):
        pipe = self.shop.folder / "pipe.nii"
        os.mkfifo(pipe)
        text = self.shop.folder / "text.nii.gz"
        text.write_bytes(gzip.compress(b"not a volume"))
        for path in (self.shop.folder / "absent.nii", self.shop.home, pipe, text, "/dev/zero",
                     os.fsencode(str(self.shop.folder)) + b"/\xff.nii"):
            with self.subTest(path):
                outcome = self.shop.run("inspect", path)
                self.assertEqual(outcome.code, 4)
                sample, = outcome.document["samples"]
                self.assertIs(sample["image_readable"], False)
                self.assertTrue(sample["image_error"])

    def test_a_nan_is_a_fact_and_no_failure(self):
        path = self.shop.folder / "nan.nii"
        data = numpy.full((4, 4, 4), 3.0, numpy.float32)
        data[1, 1, 1] = numpy.nan
        nibabel.save(nibabel.Nifti1Image(data, numpy.eye(4)), path)
        outcome = self.shop.run("inspect", path)
        self.assertEqual(outcome.code, 0)
        sample, = outcome.document["samples"]
        self.assertIs(sample["all_finite"], False)
        self.assertEqual(sample["finite_fraction"], round(63 / 64, 6))
        self.assertEqual(sample["intensity_max"], 3.0)


class Output(CliTest):
    """stdout is where the document goes; when it cannot, the exit code must say so."""

    COMMANDS = (("--help",), ("--version",), ("modalities",), ("modalities", "--json"),
                ("generate", "default", "--dry-run"), ("generate", "default", "--frob"),
                ("preflight", "default", "--upstream", "/nonexistent"), ("inspect", "/absent.nii"))

    def test_full_device(self):
        with open("/dev/full", "wb") as full:
            for arguments in self.COMMANDS:
                with self.subTest(arguments):
                    self.assertEqual(self.shop.run(*arguments, stdout=full).code, 5)

    def test_closed_stdout(self):
        for arguments in self.COMMANDS:
            with self.subTest(arguments):
                outcome = self.shop.run(*arguments, preexec_fn=lambda: os.close(1))
                self.assertEqual(outcome.code, 5)

    def test_reader_that_went_away(self):
        for arguments in self.COMMANDS:
            with self.subTest(arguments):
                read, write = os.pipe()
                os.close(read)
                outcome = self.shop.run(*arguments, stdout=write,
                                        preexec_fn=lambda: signal.signal(signal.SIGPIPE,
                                                                         signal.SIG_DFL))
                os.close(write)
                self.assertEqual(outcome.code, 5)


if __name__ == "__main__":
    unittest.main()
