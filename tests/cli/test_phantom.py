# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The phantom engine through the whole program: a demo that says so everywhere."""

import json
import pathlib
import shutil
import unittest

import jsonschema
import nibabel
import numpy

from mrbrain_cli import HASHES, MRBRAIN, PRESENT, SMALL, SOURCE, TRUSTED, CliTest, tree


class Phantom(CliTest):

    def phantom(self, *arguments, request=None, env=None):
        """Without a checkout, weights, a GPU or packages; PATH holds nothing at all."""
        nothing = self.shop.folder / "empty-path"
        nothing.mkdir(exist_ok=True)
        env = env or self.shop.environment(PATH=str(nothing), NV_GENERATE_ROOT=None)
        return self.shop.run("generate", self.shop.request(request or SMALL), "--engine", "phantom",
                             "--python", self.shop.python, *arguments, env=env)

    def run_phantom(self, *arguments, request=None):
        out = self.shop.new_out()
        outcome = self.phantom("-o", out, *arguments, request=request)
        return self.assert_verdict(outcome, 0, "demo", [TRUSTED, PRESENT, HASHES]), out

    def test_is_a_demo_whose_gates_of_origin_fail(self):
        document, out = self.run_phantom()
        self.assertEqual(document["engine"], "phantom")
        for key in ("model", "model_repo", "model_weights_repo", "license"):
            self.assertIn("phantom", document[key])
        self.assertEqual([warning["code"] for warning in document["warnings"]],
                         ["phantom_engine", "steps_unusual"])
        self.assertEqual(document["runtime"]["device"], "cpu")
        identity = document["invocation"]["upstream_identity"]
        self.assertEqual([identity["trusted"], identity["commit_match"], identity["commit"]],
                         [False, False, ""])
        schema = json.loads((SOURCE / "resources/schema/result.schema.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(document)

    def test_files_say_what_they_are(self):
        document, out = self.run_phantom()
        volume, = out.glob("*.nii*")
        self.assertTrue(volume.name.startswith("phantom_mr_brain_mri_t1_seed1234_size64x64x64_"))
        sample, = document["output"]["samples"]
        self.assertEqual(sample["image_path"], str(volume))
        self.assertIn("phantom", sample["image_header"]["description"])
        image = nibabel.load(volume)
        data = numpy.asarray(image.dataobj)
        self.assertEqual(data.shape, (64, 64, 64))
        self.assertEqual(sample["intensity_mean"], round(float(data.astype(float).mean()), 3))
        self.assertEqual(sample["intensity_std"], round(float(data.astype(float).std()), 3))
        self.assertGreater(data.std(), 10)

    def test_same_seed_gives_the_same_bytes_and_another_one_others(self):
        hashes = []
        for seed in ("7", "7", "8"):
            document, _ = self.run_phantom("-s", seed)
            hashes.append(document["output"]["samples"][0]["image_sha256"])
        self.assertEqual(hashes[0], hashes[1])
        self.assertNotEqual(hashes[0], hashes[2])

    def test_modality_changes_the_picture(self):
        hashes = {self.run_phantom("--modality", name)[0]["output"]["samples"][0]["image_sha256"]
                  for name in ("mri_t1", "mri_t2", "mri_t1_skull_stripped")}
        self.assertEqual(len(hashes), 3)

    def test_custom_manifest_does_not_make_it_more_than_a_demo(self):
        self.run_phantom("--manifest", self.shop.manifest, "--allow-checkout", "--allow-weights")

    def test_costs_nothing_that_needs_consent(self):
        request = {"dim": [512, 512, 256], "num_inference_steps": 1000}
        self.assertEqual(self.phantom("--preflight-only", request=request).code, 0)

    def test_does_not_pretend_to_have_several_gpus(self):
        self.assert_refused(self.phantom("--num-gpus", "2"), "preflight validation failed")

    def test_is_never_chosen_silently(self):
        outcome = self.shop.run("generate", self.shop.request(SMALL), "-o", self.shop.new_out(),
                                env=self.shop.environment(NV_GENERATE_ROOT=None))
        self.assert_refused(outcome, "NV_GENERATE_ROOT is unset")

    def test_writes_nothing_beside_its_scripts(self):
        """Not even compiled copies: what a run wrote there, removing the program would leave."""
        root = MRBRAIN.parent.parent / "share" / "mrbrain" / "phantom_upstream"
        shutil.rmtree(root / "scripts" / "__pycache__", ignore_errors=True)
        before = tree(root)
        document, _ = self.run_phantom()
        self.assertEqual(pathlib.Path(document["invocation"]["upstream_root"]), root)
        self.assertIn("PHANTOM_UPSTREAM", before)
        self.assertEqual(tree(root), before)

    def test_the_result_names_the_program_that_made_it(self):
        document, _ = self.run_phantom()
        software = document["run"]["software"]
        told = self.shop.run("--version").stdout.decode().strip()
        commit = software["commit"]
        self.assertEqual(told, f"mrbrain {software['version']} "
                               f"({'commit unknown' if commit == 'unknown' else commit})")

    def test_cannot_write_where_a_run_already_is(self):
        _, out = self.run_phantom()
        outcome = self.phantom("-o", out)
        self.assert_refused(outcome)
        self.assertEqual(outcome.codes(), ["output_folder_has_a_result"])


if __name__ == "__main__":
    unittest.main()
