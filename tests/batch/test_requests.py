# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What is asked for: override documents, sweep files and seeds, and everything that can be wrong
in them. Nothing is run here."""

import json
import unittest

from batch_shop import PHANTOM, TINY, BatchTest
from mrbrain_cli import strict_json, tree


class Requests(BatchTest):

    def plan(self, *arguments, code=0):
        outcome = self.batch(*arguments, *PHANTOM, "--dry-run")
        self.assertFalse(self.out.exists())
        return self.summary(outcome, code)

    def asked(self, document):
        return [run["request"] for run in document["runs"]]

    def test_documents_and_the_word_default(self):
        plan = self.plan("default", self.shop.request({"modality": "mri_t2", "random_seed": 5}))
        self.assertEqual(self.asked(plan), [{"modality": "mri_t1", "random_seed": 1234},
                                            {"modality": "mri_t2", "random_seed": 5}])
        self.assertEqual(plan["state"], "planned")
        self.assertEqual({run["status"] for run in plan["runs"]}, {"not_ended"})
        self.assertIsNone(plan["exit_code"])

    def test_every_combination_of_a_sweep(self):
        sweep = self.shop.request({
            "_comment": "what is looked at", "base": {**TINY, "modality": "mri_flair"},
            "vary": {"cfg_guidance_scale": [2, 4.5], "spacing": [[3, 3, 3], [3.5, 3.5, 3.5]]}})
        plan = self.plan(sweep)
        self.assertEqual([(run["cfg_guidance_scale"], run["spacing"][0], run["modality"],
                           run["random_seed"], run["dim"]) for run in self.asked(plan)],
                         [(2, 3, "mri_flair", 1234, [64, 64, 64]),
                          (2, 3.5, "mri_flair", 1234, [64, 64, 64]),
                          (4.5, 3, "mri_flair", 1234, [64, 64, 64]),
                          (4.5, 3.5, "mri_flair", 1234, [64, 64, 64])])
        self.assertIn("guidance 4.5", plan["runs"][2]["label"])

    def test_explicit_runs_over_a_base(self):
        sweep = self.shop.request({"base": {**TINY, "random_seed": 1},
                                   "runs": [{"random_seed": 9}, {"modality": "mri_t2"}, {}]})
        plan = self.plan(sweep)
        self.assertEqual([(run["random_seed"], run["modality"]) for run in self.asked(plan)],
                         [(9, "mri_t1"), (1, "mri_t2"), (1, "mri_t1")])
        self.assertEqual([run["source_run"] for run in plan["runs"]], [1, 2, 3])

    def test_seeds_of_every_request(self):
        plan = self.plan("default", self.tiny(), "--seeds", "1..3,7")
        self.assertEqual(self.seeds_of(plan), [1, 2, 3, 7] * 2)

    def test_seeds_win_over_those_of_documents_and_runs(self):
        sweep = self.shop.request({"runs": [{"random_seed": 9, "cfg_guidance_scale": 3}]})
        self.assertEqual(self.seeds_of(self.plan(sweep, "--seeds", "4")), [4])

    def test_modality_wins_over_that_of_a_document(self):
        plan = self.plan(self.shop.request({"modality": "mri_t2"}), "--modality", "mri_swi")
        self.assertEqual(self.asked(plan)[0]["modality"], "mri_swi")

    def test_the_same_request_in_other_words_is_made_once(self):
        plan = self.plan("default", self.shop.request({"cfg_guidance_scale": 2.0}),
                         self.shop.request({"random_seed": 1234, "modality": "mri_t1"}))
        self.assertEqual(len(plan["runs"]), 1)
        self.assertEqual([warning["code"] for warning in plan["warnings"]],
                         ["batch_named_twice"] * 2)

    def test_estimate_of_a_phantom_is_not_that_of_the_model(self):
        self.assertEqual(self.plan("default")["batch"]["plan"]["basis"], "none")

    def test_a_thousand_requests(self):
        plan = self.plan(self.tiny(), "--seeds", "1..1000")
        self.assertEqual(self.seeds_of(plan), list(range(1, 1001)))

    def test_dry_run_leaves_a_folder_as_it_is(self):
        self.summary(self.batch(self.tiny(), *PHANTOM))
        before = {path: (self.out / path).stat().st_mtime_ns for path in tree(self.out)}
        plan = self.summary(self.batch(self.tiny(), "default", *PHANTOM, "--dry-run"))
        self.assertEqual([run["made_before"] for run in plan["runs"]], [True, False])
        self.assertEqual({path: (self.out / path).stat().st_mtime_ns for path in tree(self.out)},
                         before)


class WrongRequests(BatchTest):

    def refuse(self, content, *expected, arguments=()):
        request = self.shop.request(content)
        document = self.assert_refused_batch(self.batch(request, *PHANTOM, *arguments), *expected)
        for error in document["errors"]:
            self.assertTrue(error["hint"], error)
        return document, request

    def test_wrong_shapes_of_a_sweep(self):
        for content, fields in [
                ({"vary": {"random_seed": [1]}, "runs": [{}]}, ["runs"]),
                ({"base": {}}, ["vary"]),
                ({"vary": {}}, ["vary"]),
                ({"vary": {"_note": [1]}}, ["vary"]),
                ({"vary": [1]}, ["vary"]),
                ({"vary": {"random_seed": 1}}, ["random_seed"]),
                ({"runs": {}}, ["runs"]),
                ({"runs": []}, ["runs"]),
                ({"vary": {"random_seed": [1]}, "dim": [64, 64, 64]}, ["dim"]),
                ({"runs": [{}], "seeds": [1], "vary": {}}, ["seeds", "runs", "vary"])]:
            with self.subTest(content):
                document, request = self.refuse(content, *[("sweep_file", f) for f in fields])
                for error in document["errors"]:
                    self.assertIn(str(request), error["message"])

    def test_wrong_values_of_a_sweep(self):
        for content, *expected in [
                ({"base": {"dimm": 1}, "vary": {"random_seed": [1]}}, ("unknown_key", "dimm")),
                ({"base": [1], "vary": {"random_seed": [1]}}, ("json_not_an_object", "base")),
                ({"runs": [{}, {"dim": 3}, 7]}, ("wrong_type", "dim"),
                 ("json_not_an_object", "runs[2]")),
                ({"vary": {"dim": [[64, 64, 65], [64, 64, 64], 64]}}, ("sweep_value", "dim"),
                 ("sweep_value", "dim")),
                ({"vary": {"nothing": [1]}}, ("sweep_value", "nothing")),
                ({"vary": {"random_seed": []}}, ("sweep_value", "random_seed")),
                ({"vary": {"random_seed": [3, 3]}}, ("sweep_value", "random_seed")),
                ({"vary": {"modality": ["mri_t9"]}}, ("sweep_value", "modality")),
                ({"runs": [{"num_inference_steps": 0}, {}, {"random_seed": -1}]},
                 ("out_of_range", "num_inference_steps"), ("out_of_range", "random_seed"))]:
            with self.subTest(content):
                document, request = self.refuse(content, *expected)
                for error in document["errors"]:
                    self.assertIn(str(request), error["message"])

    def test_the_wrong_row_is_named(self):
        document, request = self.refuse({"runs": [{}, {"dim": [64, 64, 65]}]},
                                        ("not_a_multiple", "dim"))
        self.assertIn(f"{request}, run 2", document["errors"][0]["message"])

    def test_all_files_are_read_before_anything_is_refused(self):
        outcome = self.batch("default", self.shop.request(b"{"), self.shop.folder / "missing.json",
                             self.shop.request({"dimm": 1}), "--seeds", "5..1", *PHANTOM)
        codes = [error["code"] for error in self.assert_refused(outcome)["errors"]]
        self.assertEqual(codes, ["sweep_value", "json_syntax", "cannot_read", "unknown_key"])

    def test_lists_that_an_option_would_make_useless(self):
        self.refuse({"vary": {"random_seed": [1, 2]}}, ("batch_choice", "--seeds"),
                    arguments=("--seeds", "3"))
        self.refuse({"vary": {"modality": ["mri_t1"]}}, ("batch_choice", "--modality"),
                    arguments=("--modality", "mri_t2"))

    def test_more_runs_than_a_batch_may_have(self):
        self.refuse({}, ("sweep_too_large", "--seeds"), arguments=("--seeds", "0..2000"))
        self.refuse({"vary": {"cfg_guidance_scale": [1, 2, 3], "num_inference_steps": [1, 2]}},
                    ("sweep_too_large", "random_seed"), arguments=("--seeds", "1..1000"))
        outcome = self.batch("default", self.tiny(), self.tiny(modality="mri_t2"), "--seeds",
                             "1..1000", *PHANTOM)
        self.assert_refused_batch(outcome, ("sweep_too_large", "REQUESTS"))

    def test_wrong_options(self):
        for arguments in (("--jobs", "0"), ("--jobs", "many"), ("--jobs", "65"),
                          ("--gpus", "0,,1"), ("--gpus", "first"), ("--gpus", ""),
                          ("--warm", "--cold"), ("--seeds", "")):
            with self.subTest(arguments):
                self.assert_refused(self.batch("default", *PHANTOM, *arguments), "usage")
        self.assert_refused(self.shop.run("batch", "default"), "usage")
        self.assert_refused(self.batch(*PHANTOM), "usage")

    def test_a_phantom_uses_no_gpu(self):
        self.assert_refused_batch(self.batch("default", *PHANTOM, "--gpus", "0"),
                                  ("phantom_gpus", "--gpus"))

    def test_folders_that_are_something_else(self):
        self.summary(self.batch(self.tiny(), *PHANTOM))
        run = next(iter(self.runs_in()))
        document = self.assert_refused(self.batch("default", *PHANTOM, out=run))
        self.assertEqual(document["errors"][0]["code"], "batch_folder")
        self.assertFalse((run / "batch.lock").exists())
        taken = self.shop.new_out()
        taken.mkdir()
        (taken / "batch.json").write_text('{"mine": true}')
        document = self.assert_refused(self.batch("default", *PHANTOM, out=taken))
        self.assertEqual(document["errors"][0]["code"], "batch_folder")
        self.assertEqual(json.loads((taken / "batch.json").read_text()), {"mine": True})
        outcome = self.batch("default", *PHANTOM, out=taken / "batch.json")
        self.assertEqual((outcome.code, outcome.codes()), (5, ["cannot_write"]))


if __name__ == "__main__":
    unittest.main()
