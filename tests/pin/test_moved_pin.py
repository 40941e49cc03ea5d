# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The pin moved to an invented release of the model: another commit, module, file names, weights,
modalities and packages. Only the manifest says so; everything has to follow."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import unittest

from mrbrain_cli import HERE as CLI
from mrbrain_cli import SMALL, CliTest, Workshop

HERE = pathlib.Path(__file__).resolve().parent
MOVED_PIN = pathlib.Path(os.environ["MRB_MOVED_PIN"])

NETWORK = "settings/network_second.json"
MODEL = "settings/sampling_second.json"
PLACES = "settings/places_second.json"
CONTRASTS = "settings/contrasts_second.json"
SCRIPT = "generator/second/sample.py"
WEIGHTS = tuple(f"weights/{name}_second.pt" for name in ("decoder", "unet", "upscaler"))
CONFIGS = {
    NETWORK: {"spatial_dims": 3},
    MODEL: {"diffusion_unet_inference": {
        "dim": [128, 128, 64], "spacing": [1.5, 1.5, 2.5], "top_region_index": [1, 0, 0, 0],
        "bottom_region_index": [0, 0, 0, 1], "random_seed": 4321, "num_inference_steps": 12,
        "modality": 112, "cfg_guidance_scale": 5}},
    PLACES: {"model_dir": "./weights", "model_filename": "unet_second.pt",
             "output_dir": "./output", "output_prefix": "second",
             "trained_autoencoder_path": "weights/decoder_second.pt",
             "existing_ckpt_filepath": "./weights/unet_second.pt"},
    CONTRASTS: {"mri_t1": 109, "mri_t2": 110, "mri_pd": 112},
}


class SecondRelease(Workshop):
    """The workshop of the other tests, with the invented release where a user would have it."""

    def make_checkout(self, name):
        root = self.folder / name
        for folder in ("settings", "generator/second", "models"):
            (root / folder).mkdir(parents=True)
        for path, document in CONFIGS.items():
            (root / path).write_text(json.dumps(document))
        for package in ("generator", "generator/second"):
            (root / package / "__init__.py").write_text("")
        shutil.copy(CLI / "fake_diff_model_infer.py", root / SCRIPT)
        (root / "requirements.txt").write_text("torch>=2.1.0\neinops>=0.8\n")
        (root / ".gitignore").write_text("models/\nweights/\n.venv\n__pycache__/\n")
        return self.finish_checkout(root, "a second release", WEIGHTS)

    def make_manifest(self, edit=lambda text: text, name="manifest.yaml"):
        text = (HERE / "invented_manifest.yaml").read_text().replace("@COMMIT@", self.commit)
        for number, path in enumerate(WEIGHTS, 1):
            digest = hashlib.sha256((self.root / path).read_bytes()).hexdigest()
            text = text.replace(f"@SHA256-{number}@", digest)
        # Limits of time and memory are the model's; the stand-in is smaller and faster.
        text = text.replace("  min: 1\n", "  min: 0\n").replace("rss_mb_peak: {min: 500,",
                                                               "rss_mb_peak: {min: 0,")
        path = self.folder / name
        path.write_text(edit(text))
        return path

    def add_einops(self):
        (self.site / "einops").mkdir()
        (self.site / "einops" / "__init__.py").write_text("")
        info = self.site / "einops-0.8.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: einops\nVersion: 0.8.1\n")


class MovedPinTest(CliTest):

    @classmethod
    def setUpClass(cls):
        cls.shop = SecondRelease()
        cls.addClassCleanup(cls.shop.remove)
        cls.shop.add_einops()

    def preflight(self, *arguments, **more):
        return self.shop.run("preflight", "default", "--manifest", self.shop.manifest, *arguments,
                             **more)


class Refusals(MovedPinTest):

    def test_the_checkout_is_looked_for_in_a_folder_of_the_other_commit(self):
        upstreams = self.shop.home / ".cache/nvidia-skills/upstreams"
        env = self.shop.environment(NV_GENERATE_ROOT=None)
        refused = self.preflight(env=env)
        self.assert_refused(refused, "NV_GENERATE_ROOT is unset")
        place = upstreams / f"NV-Generate-CTMR-{self.shop.commit[:7]}"
        self.assertEqual(refused.document["checked_roots"][-1], str(place))
        self.assertIn("https://example.org/models/brain-generator",
                      refused.document["errors"][0]["hint"])
        upstreams.mkdir(parents=True)
        place.symlink_to(self.shop.root)
        self.assertEqual(self.preflight(env=env).code, 0)
        place.unlink()

    def test_a_folder_with_the_first_release_is_no_checkout(self):
        first = self.shop.folder / "first"
        (first / "configs").mkdir(parents=True)
        (first / "configs/config_network_rflow.json").write_text("{}")
        refused = self.preflight("--upstream", first)
        self.assert_refused(refused, "NV_GENERATE_ROOT layout invalid")
        self.assertIn(NETWORK, refused.document["detail"])

    def test_identity_is_judged_by_the_other_commit_and_its_files(self):
        other = self.shop.folder / "later"
        shutil.copytree(self.shop.root, other, symlinks=True)
        (other / PLACES).write_text((other / PLACES).read_text() + "\n")
        changed = self.preflight("--upstream", other)
        self.assert_refused(changed, "NV_GENERATE_ROOT identity invalid")
        self.assertIn(PLACES, json.dumps(changed.document["errors"]))
        self.shop.git(other, "commit", "-q", "-a", "-m", "later")
        moved = self.preflight("--upstream", other)
        self.assert_refused(moved, "NV_GENERATE_ROOT identity invalid")
        identity = moved.document["upstream_identity"]
        self.assertEqual(identity["expected_commit"], self.shop.commit)
        self.assertFalse(identity["commit_match"])

    def test_a_weight_that_is_missing_is_fetched_from_its_own_repository(self):
        weight = self.shop.root / WEIGHTS[2]
        kept = weight.rename(weight.with_suffix(".kept"))
        self.addCleanup(lambda: kept.rename(weight))
        refused = self.preflight()
        self.assert_refused(refused, "preflight validation failed")
        error, = refused.document["errors"]
        self.assertEqual([error["code"], error["field"]], ["weight_missing", WEIGHTS[2]])
        self.assertIn(f"hf download example/brain-upscaler {WEIGHTS[2]} --revision {'3' * 40} "
                      f"--local-dir {self.shop.root}", error["hint"])
        inventory = refused.document["invocation"]["model_inventory"]["files"]
        self.assertEqual([file["path"] for file in inventory], list(WEIGHTS))

    def test_packages_are_those_of_the_other_manifest(self):
        module = self.shop.site / "einops"
        hidden = module.rename(module.with_name("hidden"))
        info = self.shop.site / "einops-0.8.1.dist-info"
        hidden_info = info.rename(info.with_name("hidden-info"))
        self.addCleanup(lambda: (hidden.rename(module), hidden_info.rename(info)))
        refused = self.preflight()
        self.assert_refused(refused, "preflight validation failed")
        self.assertEqual([(error["code"], error["field"]) for error in refused.document["errors"]],
                         [("package_missing", "einops")])

    def test_python_is_judged_by_the_other_versions(self):
        manifest = self.shop.make_manifest(
            lambda text: text.replace('"3.8"', '"3.98"').replace('"3.9"', '"3.99"'),
            name="later-python.yaml")
        refused = self.shop.run("preflight", "default", "--manifest", manifest)
        self.assert_refused(refused, "preflight validation failed")
        self.assertEqual(refused.codes(), ["python_too_old"])
        self.assertIn("3.98", refused.document["detail"])

    def test_modalities_of_the_first_release_are_gone(self):
        refused = self.preflight("--modality", "mri_flair")
        self.assert_refused(refused, "preflight validation failed")
        error, = refused.document["errors"]
        self.assertEqual(error["code"], "modality_unsupported")
        self.assertIn("mri_t1, mri_pd", error["hint"])


class Runs(MovedPinTest):

    def test_a_run_its_record_and_its_evidence_follow(self):
        out = self.shop.new_out()
        outcome = self.shop.generate(self.shop.request({**SMALL, "num_inference_steps": 12}),
                                     out=out)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        document = outcome.document
        self.assertEqual(document["overall_status"], "passed_custom_manifest")
        asked = document["input"]
        self.assertEqual([asked["version"], asked["modality_name"], asked["modality_code"],
                          asked["random_seed"]], ["brain-second", "mri_pd", 112, 77])
        invocation = document["invocation"]
        self.assertEqual(invocation["official_entrypoint"],
                         "python -m generator.second.sample")
        self.assertEqual(invocation["upstream_commit"], self.shop.commit)
        staged = out / "_staged_configs"
        self.assertEqual(invocation["command"][1:],
                         ["-m", "generator.second.sample", "-t", f"./{NETWORK}", "-e",
                          str(staged / "places_second.json"), "-c",
                          str(staged / "sampling_second.json")])
        self.assertEqual([file["path"] for file in invocation["model_inventory"]["files"]],
                         list(WEIGHTS))
        self.assertEqual(document["model_repo"], "https://example.org/models/brain-generator")
        self.assertEqual(json.loads((staged / "sampling_second.json").read_text()),
                         invocation["rendered_model_config"])

        for target in (out, self.bundle_of(out)):
            report = self.shop.run("verify", target, "--manifest", self.shop.manifest)
            self.assertEqual(report.code, 0, report.stdout)
            self.assertEqual(report.document["mr_quality"]["version"], "brain-second")
        again = self.shop.run("reproduce", out, "--manifest", self.shop.manifest, "-o",
                              self.shop.new_out())
        self.assertEqual(again.code, 0, again.stderr)

    def bundle_of(self, out):
        bundle = self.shop.folder / "bundle"
        done = self.shop.run("bundle", out, "--folder", "-o", bundle)
        self.assertEqual(done.code, 0, done.stderr)
        pack, = (bundle / "runs").iterdir()
        self.assertEqual(sorted(path.name for path in (pack / "_staged_configs").iterdir()),
                         ["places_second.json", "sampling_second.json"])
        replay = (pack / "replay.sh").read_text()
        for word in ("generator.second.sample", NETWORK, "places_second.json",
                     "sampling_second.json", *WEIGHTS):
            self.assertIn(word, replay)
        return bundle

    def test_the_phantom_stays_what_it_is(self):
        out = self.shop.new_out()
        outcome = self.shop.generate(self.shop.request({**SMALL, "modality": "mri_t1"}),
                                     "--engine", "phantom", "--python", self.shop.python, out=out)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(outcome.document["overall_status"], "demo")
        self.assertEqual(outcome.document["input"]["modality_code"], 9)

    def test_the_phantom_says_which_modality_it_cannot_draw(self):
        outcome = self.shop.generate(self.shop.request(SMALL), "--engine", "phantom", "--python",
                                     self.shop.python, out=self.shop.new_out())
        self.assert_refused(outcome, "preflight validation failed")
        error, = outcome.document["errors"]
        self.assertEqual(error["code"], "phantom_modality")
        self.assertIn("mri_pd", error["message"])


class BuiltIn(MovedPinTest):
    """The program that was built with the invented manifest in the place of its own."""

    def other(self, *arguments):
        return self.shop.run(*arguments, program=MOVED_PIN)

    def test_modalities(self):
        document = self.other("modalities", "--json").document
        self.assertEqual({row["name"]: row["code"] for row in document["modalities"]},
                         {"mri_t1": 109, "mri_pd": 112})
        table = self.other("modalities").stdout.decode()
        self.assertRegex(table, r"mri_pd +112 .*190")

    def test_nothing_of_the_first_release_is_left(self):
        shown = self.other("preflight", "default", "--upstream", self.shop.root)
        self.assert_refused(shown, "NV_GENERATE_ROOT identity invalid")
        self.assertEqual(shown.document["upstream_identity"]["expected_commit"], "5ec0d" * 8)
        texts = [shown.stdout.decode()]
        for arguments in (("--help",), ("generate", "--help"), ("modalities",),
                          ("diagnostics",), ("preflight", "default")):
            texts.append(self.other(*arguments).stdout.decode())
        for text in texts:
            self.assertIsNone(re.search("da438fe|rflow-mr-brain|autoencoder_v1|75ac080f", text))


if __name__ == "__main__":
    unittest.main()
