# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""A run that goes well: what it passes on, what it writes, and that its numbers are right."""

import hashlib
import json
import os
import pathlib
import re
import unittest

import jsonschema
import nibabel
import numpy

from mrbrain_cli import (CONTRACT, ENVIRONMENT, HASHES, MODEL, NETWORK, PINNED_COMMIT, SMALL,
                         SOURCE, TRUSTED, WEIGHTS, CliTest, strict_json, tree, wait_until)

SECRETS = {"HF_TOKEN": "hf_secret", "HUGGING_FACE_HUB_TOKEN": "hf_secret", "WANDB_API_KEY": "k",
           "AWS_SECRET_ACCESS_KEY": "k", "PYTHONPATH": "/nonexistent", "PYTHONSTARTUP": "/none",
           "LD_PRELOAD": "", "GIT_DIR": "/nonexistent", "PYTORCH_CUDA_ALLOC_CONF": "other"}
ALLOWED = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_HOME": "/c", "CUDA_PATH": "/d",
           "CUDA_VISIBLE_DEVICES": "0", "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
           "CURL_CA_BUNDLE": "/e", "LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": "/f",
           "NVIDIA_DRIVER_CAPABILITIES": "all", "NVIDIA_VISIBLE_DEVICES": "all",
           "OMP_NUM_THREADS": "3", "PYTHONNOUSERSITE": "1", "REQUESTS_CA_BUNDLE": "/g",
           "SSL_CERT_FILE": "/h", "TMPDIR": "/tmp", "TORCH_EXTENSIONS_DIR": "/i",
           "TORCH_HOME": "/j"}


def validator(path):
    return jsonschema.Draft202012Validator(json.loads(path.read_text()))


# The names that the result shares with the reference's, in the order that its schema gives them.
ORDER = {
    "": "skill model model_repo model_weights_repo license input output invocation runtime logs "
        "preflight intended_use_disclaimer",
    "input": "model_config_override_path model_config_override modality_name modality_code "
             "dim_requested spacing_requested num_inference_steps_requested "
             "cfg_guidance_scale_requested random_seed version",
    "output": "directory samples num_samples all_images_readable all_shapes_match_requested "
              "all_spacing_match_requested all_images_finite all_images_nonconstant "
              "all_images_nonnegative",
    "output.samples": "image_path image_bytes image_sha256 image_readable image_shape "
                      "requested_shape shape_match_requested image_spacing requested_spacing "
                      "spacing_match_requested image_affine finite_fraction all_finite "
                      "intensity_min intensity_max intensity_mean intensity_std "
                      "image_nonconstant image_nonnegative",
    "invocation": "official_entrypoint upstream_root upstream_commit command exit_code "
                  "subprocess_seconds model_inventory rendered_model_config "
                  "rendered_env_output_dir rendered_env_output_prefix upstream_identity",
    "invocation.upstream_identity": "commit expected_commit commit_match tracked_files_clean "
                                    "trusted",
    "invocation.model_inventory": "all_present files all_sha256_match",
    "invocation.model_inventory.files": "path present bytes sha256 expected_sha256 sha256_match",
    "runtime": "subprocess_seconds device",
    "logs": "stdout_tail stderr_tail",
    "preflight": "warnings estimated_cost cuda",
}


def walk(value, path):
    """What lies at a path; of a list its first member."""
    for name in path.split(".") if path else []:
        value = value[name]
        value = value[0] if isinstance(value, list) else value
    return value


def schema_names(schema, path):
    for name in path.split(".") if path else []:
        schema = schema["properties"][name]
        schema = schema.get("items", schema)
    return list(schema["properties"])


class OneGoodRun(CliTest):
    """All look at the same run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.request = {"_comment": "ignored", "num_inference_steps": 8, "cfg_guidance_scale": 3.0,
                       "diffusion_unet_inference": {"dim": [64, 96, 64]}, "spacing": [3.5, 2.5, 3],
                       "modality": "mri_flair", "random_seed": 77}
        cls.request_file = cls.shop.request(cls.request)
        cls.out = cls.shop.out / "good"
        cls.shop.mode()
        cls.outcome = cls.shop.generate(
            cls.request_file, out=cls.out,
            env=cls.shop.environment(**SECRETS, **ALLOWED, NOT_ON_THE_LIST="1"))
        cls.result = cls.outcome.document
        cls.seen = cls.shop.seen()
        cls.volume = next(cls.out.glob("*.nii.gz"))

    def test_passes_under_its_own_manifest_and_never_plainly(self):
        self.assert_verdict(self.outcome, 0, "passed_custom_manifest", [])
        manifest = self.result["manifest"]
        self.assertEqual(manifest["path"], str(self.shop.manifest))
        self.assertIs(manifest["built_in"], False)
        self.assertEqual(manifest["sha256"],
                         hashlib.sha256(self.shop.manifest.read_bytes()).hexdigest())

    def test_result_file_is_what_stdout_said(self):
        self.assertEqual((self.out / "result.json").read_bytes(), self.outcome.stdout)
        self.assertTrue(self.outcome.stdout.startswith(b'{\n  "skill": "nv_generate_mr_brain",\n'))
        self.assertTrue(self.outcome.stdout.endswith(b"\n}\n"))

    def test_the_request_is_kept_as_it_was_given(self):
        self.assertEqual((self.out / "_staged_configs/request.json").read_bytes(),
                         pathlib.Path(self.request_file).read_bytes())

    def test_result_matches_our_schema(self):
        validator(SOURCE / "resources/schema/result.schema.json").validate(self.result)

    def test_result_matches_the_original_schema(self):
        path = CONTRACT / "output_schema.json"
        if not path.exists():
            self.skipTest("the original schema does not lie beside the checkout")
        validator(path).validate(self.result)
        for where, names in ORDER.items():
            expected = [name for name in schema_names(json.loads(path.read_text()), where)
                        if name != "image_error"]  # not of a volume that can be read
            self.assertEqual(names.split(), expected, where)

    def test_mirrored_keys_come_in_the_order_of_the_original(self):
        for where, names in ORDER.items():
            keys = list(walk(self.result, where))
            self.assertEqual([key for key in keys if key in names.split()], names.split(), where)

    def test_numbers_are_those_of_nibabel_and_numpy(self):
        sample, = self.result["output"]["samples"]
        image = nibabel.load(self.volume)
        data = numpy.asarray(image.dataobj).astype(numpy.float64)
        content = self.volume.read_bytes()
        self.assertEqual(sample["image_path"], str(self.volume))
        self.assertEqual(sample["image_bytes"], len(content))
        self.assertEqual(sample["image_sha256"], hashlib.sha256(content).hexdigest())
        self.assertEqual(sample["image_shape"], list(data.shape))
        self.assertEqual(sample["image_spacing"],
                         [round(float(zoom), 6) for zoom in image.header.get_zooms()])
        self.assertEqual(sample["image_affine"], image.affine.tolist())
        self.assertEqual(sample["finite_fraction"], 1.0)
        for name, value in (("min", data.min()), ("max", data.max()), ("mean", data.mean()),
                            ("std", data.std())):
            self.assertEqual(sample[f"intensity_{name}"], round(float(value), 3), name)
        self.assertGreater(sample["intensity_std"], 1)

    def test_staged_configs_keep_what_upstream_wrote(self):
        staged = self.out / "_staged_configs"
        self.assertEqual(tree(staged), sorted([*(path.rsplit("/", 1)[1]
                                                 for path in (MODEL, ENVIRONMENT)),
                                               "request.json"]))
        model = strict_json((staged / MODEL.rsplit("/", 1)[1]).read_text())
        expected = json.loads((self.shop.root / MODEL).read_text())
        expected["diffusion_unet_inference"].update(
            dim=[64, 96, 64], spacing=[3.5, 2.5, 3], num_inference_steps=8, cfg_guidance_scale=3.0,
            modality=11, random_seed=77)
        self.assertEqual(json.dumps(model), json.dumps(expected))  # 3 is not 3.0, order counts
        environment = strict_json((staged / ENVIRONMENT.rsplit("/", 1)[1]).read_text())
        expected = json.loads((self.shop.root / ENVIRONMENT).read_text())
        expected.update(output_dir=str(self.out), output_prefix="mr_brain_mri_flair")
        self.assertEqual(json.dumps(environment), json.dumps(expected))
        self.assertEqual(json.dumps(self.result["invocation"]["rendered_model_config"]),
                         json.dumps(model))

    def test_command_and_working_folder_are_the_official_ones(self):
        staged = self.out / "_staged_configs"
        command = [str(self.shop.root / ".venv/bin/python"), "-m", "scripts.diff_model_infer",
                   "-t", f"./{NETWORK}", "-e", str(staged / ENVIRONMENT.rsplit("/", 1)[1]),
                   "-c", str(staged / MODEL.rsplit("/", 1)[1])]
        self.assertEqual(self.seen["argv"], command)
        self.assertEqual(self.result["invocation"]["command"], command)
        self.assertEqual(self.seen["cwd"], str(self.shop.root))
        self.assertEqual(self.seen["stdin"], "/dev/null")

    def test_environment_is_the_allow_list_and_ours(self):
        cache = self.out / "_runtime_cache"
        expected = {**ALLOWED, "PATH": str(self.shop.bin), "HOME": str(self.shop.home),
                    "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8",
                    "VIRTUAL_ENV": self.seen["environ"].get("VIRTUAL_ENV"),
                    "MONAI_DATA_DIRECTORY": str(self.shop.root / "temp_work_dir"),
                    "PYTORCH_CUDA_ALLOC_CONF": "max_split_size_mb:128,expandable_segments:True",
                    "CUDA_CACHE_PATH": str(cache / "cuda"), "HF_HOME": str(cache / "huggingface"),
                    "MPLCONFIGDIR": str(cache / "matplotlib"), "XDG_CACHE_HOME": str(cache / "xdg")}
        self.assertEqual(self.seen["environ"], expected)
        self.assertIn(self.seen["environ"]["VIRTUAL_ENV"],
                      (str(self.shop.venv), str(self.shop.root / ".venv")))

    def test_input_says_what_was_asked(self):
        asked = self.result["input"]
        self.assertEqual(asked["model_config_override_path"], str(self.request_file))
        self.assertEqual(asked["model_config_override"],
                         {"dim": [64, 96, 64], "spacing": [3.5, 2.5, 3], "random_seed": 77,
                          "num_inference_steps": 8, "cfg_guidance_scale": 3.0})
        self.assertEqual((asked["modality_name"], asked["modality_code"]), ("mri_flair", 11))
        self.assertEqual(asked["random_seed"], 77)
        self.assertEqual(asked["version"], "rflow-mr-brain")

    def test_identity_and_weights_are_recorded(self):
        invocation = self.result["invocation"]
        self.assertEqual(invocation["upstream_commit"], self.shop.commit)
        identity = invocation["upstream_identity"]
        self.assertEqual([identity[key] for key in ("commit_match", "tracked_files_clean",
                                                    "trusted", "reasons")], [True, True, True, []])
        inventory = invocation["model_inventory"]
        self.assertEqual([file["path"] for file in inventory["files"]], list(WEIGHTS))
        for file in inventory["files"]:
            content = (self.shop.root / file["path"]).read_bytes()
            self.assertEqual(file["sha256"], hashlib.sha256(content).hexdigest())
            self.assertEqual(file["bytes"], len(content))
            self.assertIs(file["sha256_match"], True)

    def test_journal_ended_and_lock_is_free(self):
        journal = strict_json((self.out / "run.json").read_text())
        self.assertEqual([journal["state"], journal["overall_status"], journal["exit_code"],
                          journal["run_id"]],
                         ["ended", "passed_custom_manifest", 0, self.result["run"]["id"]])
        self.assertEqual(tree(self.out), sorted([
            "_runtime_cache", *(f"_runtime_cache/{name}" for name in
                                ("cuda", "huggingface", "matplotlib", "xdg")),
            "_staged_configs", f"_staged_configs/{ENVIRONMENT.rsplit('/', 1)[1]}",
            f"_staged_configs/{MODEL.rsplit('/', 1)[1]}", "_staged_configs/request.json",
            "logs", "logs/stderr.log", "logs/stdout.log", "result.json", "run.json", "run.lock", self.volume.name]))

    def test_logs_are_complete_and_the_tail_is_theirs(self):
        log = (self.out / "logs/stderr.log").read_text()
        self.assertIn("Using cuda:0 of 1 with random seed: 77", log)
        self.assertIn("| 8/8 [", log)
        self.assertTrue(log.endswith(f"Saved {self.volume}.\n"))
        self.assertEqual(self.result["logs"]["stderr_tail"], log.replace("\r", "\n"))
        self.assertEqual(self.result["logs"]["stdout_tail"], "")
        self.assertEqual((self.out / "logs/stdout.log").read_bytes(), b"")

    def test_stderr_tells_the_course_of_the_run(self):
        prefix = "[nv_generate_mr_brain] "
        lines = self.outcome.stderr.splitlines()
        self.assertEqual(lines[0], prefix + "preflight: dim=[64, 96, 64] spacing=[3.5, 2.5, 3] "
                                            "modality=mri_flair(11) steps=8")
        self.assertEqual(lines[1], prefix + "cost estimate: ~0.6s wall, ~16.0 GB VRAM peak, "
                                            "~0.8 MB disk. GPU: Fake H100 (79.6 GB)")
        self.assertNotIn("%|", self.outcome.stderr)
        self.assertIn("Saved ", self.outcome.stderr)

    def test_phases_come_in_order_with_their_seconds(self):
        phases = self.result["phases"]
        names = [phase["name"] for phase in phases]
        order = [name for name in ("imports", "models", "diffusion", "decoding", "saving",
                                   "shutdown") if name in names]
        self.assertEqual(names, order)
        self.assertLessEqual({"imports", "models", "diffusion", "decoding"}, set(names))
        # Rounded to milliseconds each.
        self.assertAlmostEqual(sum(phase["seconds"] for phase in phases),
                               self.result["runtime"]["subprocess_seconds"], delta=0.05)

    def test_every_gate_of_the_manifest_is_listed(self):
        gates = self.result["gates"]
        self.assertEqual(len(gates), 13)
        for gate in gates:
            self.assertEqual(list(gate), ["path", "operator", "expected", "observed", "status"])
            self.assertEqual(gate["status"], "pass")

    def test_packages_were_looked_at_and_not_imported(self):
        self.assertFalse((self.shop.folder / "imported").exists())
        packages = self.result["invocation"]["python"]["packages"]
        self.assertEqual(packages["monai"], "1.5.0")
        self.assertEqual(self.result["preflight"]["cuda"]["torch_version"], "2.6.0+cu124")
        self.assertEqual(self.result["preflight"]["cuda"]["cuda_version"], "12.4")


class Choices(CliTest):
    """What decides when several say something."""

    def staged(self, *arguments, request=None):
        outcome = self.shop.generate("default" if request is None else self.shop.request(request),
                                     "--dry-run", *arguments)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return outcome.document["model_config"]["diffusion_unet_inference"]

    def test_seed_of_the_command_line_wins_then_the_file_then_the_manifest(self):
        manifest = self.shop.make_manifest(
            lambda text: text.replace("random_seed: 1234", "random_seed: 4711"), "seed.yaml")
        other = ("--manifest", manifest)
        for expected, request, arguments in (
                (1234, None, ()), (55, {"random_seed": 55}, ()),
                (66, {"random_seed": 55}, ("-s", "66")), (0, {"random_seed": 55}, ("-s", "0")),
                (77, None, ("--random-seed", "77")), (4294967295, None, ("-s", "4294967295"))):
            with self.subTest(expected=expected):
                self.assertEqual(self.staged(*arguments, request=request)["random_seed"], expected)
        outcome = self.shop.run("generate", "default", "--dry-run", *other)
        self.assertEqual(
            outcome.document["model_config"]["diffusion_unet_inference"]["random_seed"], 4711)

    def test_modality_of_the_command_line_wins_over_the_file(self):
        request = {"modality": "mri_t2"}
        self.assertEqual(self.staged(request=request)["modality"], 10)
        self.assertEqual(self.staged("--modality", "mri_swi", request=request)["modality"], 20)
        self.assertEqual(self.staged()["modality"], 9)

    def test_output_prefix_is_used_for_the_files_and_not_staged_in_the_model(self):
        out = self.shop.new_out()
        self.shop.mode()
        outcome = self.shop.generate(self.shop.request({**SMALL, "output_prefix": "my.brain-1"}),
                                     out=out)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(len(list(out.glob("my.brain-1_seed1234_*.nii.gz"))), 1)
        model = json.loads((out / "_staged_configs" / MODEL.rsplit("/", 1)[1]).read_text())
        self.assertNotIn("output_prefix", model["diffusion_unet_inference"])
        self.assertEqual(outcome.document["invocation"]["rendered_env_output_prefix"],
                         "my.brain-1")

    def test_several_gpus_go_through_the_launcher_of_torch(self):
        outcome = self.shop.generate("default", "--dry-run", "--num-gpus", "2", out="x")
        command = outcome.document["command"]
        self.assertEqual(command[1:8], ["-m", "torch.distributed.run", "--standalone",
                                        "--nproc_per_node", "2", "-m", "scripts.diff_model_infer"])
        self.assertEqual(command[-2:], ["-g", "2"])

    def test_default_folder_is_below_the_working_folder_and_new_each_time(self):
        here = self.shop.folder / "here"
        here.mkdir()
        self.shop.mode()
        request = self.shop.request({**SMALL, "random_seed": 5})
        folders = set()
        for _ in range(2):
            outcome = self.shop.generate(request, cwd=here)
            self.assertEqual(outcome.code, 0, outcome.stderr)
            folders.add(outcome.document["output"]["directory"])
        self.assertEqual(len(folders), 2)
        for folder in folders:
            self.assertRegex(folder, re.escape(str(here)) +
                             r"/mrbrain-runs/\d{8}-\d{6}_mri_t1_5(_2)?$")

    def test_python_by_option_then_checkout_then_active_environment_then_path(self):
        bare = self.shop.make_checkout("no-venv")
        (bare / ".venv").unlink()
        self.shop.write_program("python3", "exit 1")
        self.addCleanup((self.shop.bin / "python3").unlink)
        active = {"VIRTUAL_ENV": str(self.shop.venv)}
        named = self.shop.write_program("mypython", "exit 1")
        cases = ((self.shop.root, active, ("--python", "mypython"), named),
                 (self.shop.root, active, (), self.shop.root / ".venv/bin/python"),
                 (bare, active, (), self.shop.venv / "bin/python"),
                 (bare, {}, (), self.shop.bin / "python3"))
        for root, more, arguments, expected in cases:
            with self.subTest(expected=expected):
                outcome = self.shop.generate("default", "--dry-run", "--upstream", root,
                                             *arguments, env=self.shop.environment(**more))
                self.assertEqual(outcome.document["command"][0], str(expected))


class Acceptance(CliTest):
    """--allow-checkout and --allow-weights with the built-in manifest: it runs, honestly."""

    def test_what_is_not_pinned_runs_and_fails_exactly_its_gates(self):
        out = self.shop.new_out()
        outcome = self.shop.run("generate", self.shop.request(SMALL), "-o", out,
                                "--allow-checkout", "--allow-weights")
        document = self.assert_verdict(outcome, 4, "failed", [TRUSTED, HASHES])
        self.assertIs(document["manifest"]["built_in"], True)
        self.assertIsNone(document["manifest"]["path"])
        self.assertIs(document["run"]["accepted_checkout"], True)
        self.assertIs(document["run"]["accepted_weights"], True)
        identity = document["invocation"]["upstream_identity"]
        self.assertEqual((identity["commit"], identity["expected_commit"]),
                         (self.shop.commit, PINNED_COMMIT))
        self.assertEqual([error["code"] for error in identity["reasons"]],
                         ["checkout_commit_differs"])
        codes = [warning["code"] for warning in document["warnings"]]
        self.assertIn("checkout_accepted", codes)
        self.assertEqual(codes.count("weight_mismatch"), 2)
        self.assertEqual(len(document["output"]["samples"]), 1)
        validator(SOURCE / "resources/schema/result.schema.json").validate(document)

    def test_one_acceptance_does_not_include_the_other(self):
        request = self.shop.request(SMALL)
        for option, codes in (("--allow-checkout", ["weight_mismatch"] * 2),
                              ("--allow-weights", ["checkout_commit_differs"])):
            with self.subTest(option):
                out = self.shop.new_out()
                outcome = self.shop.run("generate", request, "-o", out, option)
                self.assert_refused(outcome)
                self.assertEqual(outcome.codes(), codes)
                self.assertFalse(out.exists())

    def test_accepting_what_is_pinned_changes_nothing(self):
        self.assert_verdict(self.shop.run_small("--allow-checkout", "--allow-weights"),
                            0, "passed_custom_manifest", [])


class HashCache(CliTest):
    """Hashes are remembered by what tells that a file is still the same."""

    def inventory(self, *arguments):
        outcome = self.shop.generate("default", "--preflight-only", *arguments)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return [file["hash_from_cache"] for file in outcome.document["model_inventory"]["files"]]

    def test_a_hash_is_remembered_until_the_file_changes_or_rehash_is_asked_for(self):
        # A file that changed within the clock's grain of its hashing is hashed again.
        wait_until(lambda: self.inventory() == [True, True], "the hashes are remembered")
        self.assertEqual(self.inventory("--rehash"), [False, False])
        weight = self.shop.root / WEIGHTS[0]
        content, times = weight.read_bytes(), weight.stat()
        changed = bytearray(content)
        changed[60] ^= 1
        weight.write_bytes(changed)
        os.utime(weight, ns=(times.st_atime_ns, times.st_mtime_ns))  # size and mtime as before
        outcome = self.shop.generate("default", "--preflight-only")
        self.assert_refused(outcome, "preflight validation failed")
        self.assertEqual(outcome.codes(), ["weight_mismatch"])


if __name__ == "__main__":
    unittest.main()
