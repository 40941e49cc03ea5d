# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Requests that cannot be run: refused with one document that names every problem, and without a
trace on the disk."""

import json
import os
import unittest

from mrbrain_cli import MRBRAIN, SMALL, CliTest, tree

FIELDS = ("dim", "spacing", "top_region_index", "bottom_region_index", "random_seed",
          "num_inference_steps", "modality", "cfg_guidance_scale", "output_prefix")


class RefusedRequest(CliTest):

    def refuse(self, request, *arguments, code=None, field=None):
        """Asked as a whole run, so that anything that is too eager would leave a folder."""
        out = self.shop.new_out()
        before = tree(self.shop.folder)
        outcome = self.shop.generate(request, *arguments, out=out)
        document = self.assert_refused(outcome, "preflight validation failed")
        self.assertEqual([path for path in tree(self.shop.folder)
                          if path not in before and not path.startswith("cache")], [])
        self.assertEqual(document["preflight_errors"],
                         [error["message"] for error in document["errors"]])
        self.assertEqual(self.shop.reached("imports"), False)
        if code is not None:
            self.assertIn((code, field), [(error["code"], error["field"])
                                          for error in document["errors"]], outcome.stderr)
        return document["errors"]


class Files(RefusedRequest):

    def test_missing_file(self):
        path = self.shop.folder / "absent.json"
        error, = self.refuse(path, code="cannot_read", field=str(path))
        self.assertIn(str(path), error["message"])

    def test_folder(self):
        error, = self.refuse(self.shop.home)
        self.assertEqual(error["code"], "cannot_read")

    def test_pipe_that_nobody_writes_to_does_not_hang(self):
        path = self.shop.folder / "pipe.json"
        os.mkfifo(path)
        error, = self.refuse(path)
        self.assertEqual(error["code"], "cannot_read")

    def test_dangling_link(self):
        path = self.shop.folder / "link.json"
        path.symlink_to("nowhere.json")
        self.refuse(path, code="cannot_read", field=str(path))

    def test_link_to_a_request_is_read(self):
        path = self.shop.folder / "good-link.json"
        path.symlink_to(self.shop.request({"random_seed": 9}))
        outcome = self.shop.generate(path, "--dry-run")
        self.assertEqual(outcome.code, 0)
        self.assertEqual(
            outcome.document["model_config"]["diffusion_unet_inference"]["random_seed"], 9)

    def test_file_of_more_than_one_mebibyte(self):
        path = self.shop.request(b'{"random_seed": 1}'.ljust(2**20 + 1))
        self.refuse(path, code="file_too_large", field=str(path))

    def test_file_of_exactly_one_mebibyte_is_read(self):
        path = self.shop.request(b'{"random_seed": 1}'.ljust(2**20))
        self.assertEqual(self.shop.generate(path, "--dry-run").code, 0)

    def test_file_that_the_user_may_not_read(self):
        """As an ordinary user, whoever runs the tests; the phantom needs no trust in a checkout."""
        path = self.shop.request({"random_seed": 1})
        path.chmod(0)
        user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        try:
            usable = self.shop.run("--version", **user).code == 0
        except PermissionError:
            usable = False
        if not usable:
            self.skipTest(f"{MRBRAIN} cannot be run by an ordinary user here")
        outcome = self.shop.run("generate", path, "--engine", "phantom", "--dry-run", **user)
        self.assert_refused(outcome)
        self.assertEqual(outcome.document["errors"][0]["code"], "cannot_read")
        self.assertIn("Permission denied", outcome.document["detail"])

    def test_name_that_is_not_utf8_still_gives_a_document(self):
        path = os.fsencode(str(self.shop.folder)) + b"/r\xff.json"
        outcome = self.shop.run(b"generate", path, "--dry-run")
        self.assert_refused(outcome)
        self.assertEqual(outcome.codes(), ["cannot_read"])


class Syntax(RefusedRequest):

    def test_texts_that_are_no_request(self):
        for name, text, code, field in (
                ("empty", b"", "json_syntax", None),
                ("blank", b" \n", "json_syntax", None),
                ("not JSON", b"dim: [64]", "json_syntax", None),
                ("half", b'{"dim": [64,', "json_syntax", None),
                ("two documents", b"{} {}", "json_syntax", None),
                ("comment", b'{} // no', "json_syntax", None),
                ("trailing comma", b'{"random_seed": 1,}', "json_syntax", None),
                ("byte order mark", b"\xef\xbb\xbf{}", None, None),
                ("UTF-16", '{"a": 1}'.encode("utf-16"), None, None),
                ("Latin-1", '{"_k": "ä"}'.encode("latin-1"), "json_not_utf8", None),
                ("duplicate", b'{"random_seed": 1, "random_seed": 2}', "json_duplicate_key",
                 "random_seed"),
                ("nested duplicate", b'{"diffusion_unet_inference": {"dim": 1, "dim": 2}}',
                 "json_duplicate_key", "dim"),
                ("NaN", b'{"cfg_guidance_scale": NaN}', "json_not_finite", "cfg_guidance_scale"),
                ("Infinity", b'{"cfg_guidance_scale": Infinity}', "json_not_finite",
                 "cfg_guidance_scale"),
                ("overflow", b'{"cfg_guidance_scale": 1e999}', "json_not_finite",
                 "cfg_guidance_scale"),
                ("big integer", b'{"random_seed": 18446744073709551616}',
                 "json_integer_too_large", None),
                ("list", b"[]", "json_not_an_object", None),
                ("null", b"null", "json_not_an_object", None),
                ("number", b"7", "json_not_an_object", None),
                ("deep", b"[" * 5000 + b"]" * 5000, "json_too_deep", None)):
            with self.subTest(name):
                errors = self.refuse(self.shop.request(text))
                self.assertEqual(len(errors), 1, errors)
                if code is not None:
                    self.assertEqual(errors[0]["code"], code)
                if field is not None:
                    self.assertEqual(errors[0]["field"], field)

    def test_position_of_a_mistake_is_named(self):
        error, = self.refuse(self.shop.request(b'{\n  "dim": [64, 64 64]\n}'))
        self.assertRegex(error["message"], r"line 2, column 1\d")


class Values(RefusedRequest):

    def test_values_of_the_wrong_kind(self):
        for field, values in {
                "dim": ([256.0, 256, 128], [True, 256, 128], ["256", 256, 128], [256, 256],
                        [256, 256, 128, 1], 256, None, {}),
                "spacing": ([1, 1], [1, 1, "1"], [True, 1, 1], 1),
                "top_region_index": ([0, 1, 0], [0, 1, 0, 0, 0], [0, 1, 0, False]),
                "bottom_region_index": ([], "0010"),
                "random_seed": (True, 1.0, "1", None, [1]),
                "num_inference_steps": (30.0, False, "30"),
                "cfg_guidance_scale": (True, "2", [2]),
                "modality": (9, None, ["mri_t1"]),
                "output_prefix": (7, None)}.items():
            for value in values:
                with self.subTest(field=field, value=value):
                    self.refuse(self.shop.request({field: value}), code="wrong_type", field=field)

    def test_values_outside_their_domain(self):
        for field, values in {
                "dim": ([32, 64, 64], [63, 64, 64], [80, 64, 64], [544, 64, 64], [64, 64, 288],
                        [-64, 64, 64], [0, 64, 64]),
                "spacing": ([0, 1, 1], [-1, 1, 1], [655.2, 1, 1], [1, 1, 1e30]),
                "random_seed": (-1, 4294967296, 9223372036854775807, -9223372036854775808),
                "num_inference_steps": (0, -1, 1001, 2000),
                "cfg_guidance_scale": (-0.1, -1),
                "modality": ("ct", "mri_pd", "MRI_T1", "", "mri_t1 "),
                "output_prefix": ("", ".hidden", "a/b", "a b", "#", "..", "ä", "a\n")}.items():
            for value in values:
                with self.subTest(field=field, value=value):
                    errors = self.refuse(self.shop.request({field: value}))
                    self.assertEqual([error["field"] for error in errors], [field])

    def test_limits_of_the_domain_are_inside(self):
        for request in ({"dim": [512, 512, 256]}, {"dim": [64, 64, 64]},
                        {"random_seed": 4294967295}, {"random_seed": 0},
                        {"num_inference_steps": 1}, {"num_inference_steps": 1000},
                        {"cfg_guidance_scale": 0}, {"spacing": [655.1, 1, 1]}):
            with self.subTest(request):
                outcome = self.shop.generate(self.shop.request(request), "--dry-run")
                self.assertEqual(outcome.code, 0, outcome.stderr)

    def test_unknown_keys_are_named_beside_the_known_ones(self):
        for request in ({"dims": [64, 64, 64]}, {"diffusion_unet_inference": {"dims": 1}},
                        {"diffusion_unet_inference": {"_note": "only the top level has these"}},
                        {"diffusion_unet_train": {"lr": 1}}):
            with self.subTest(request):
                error, = self.refuse(self.shop.request(request))
                self.assertEqual(error["code"], "unknown_key")
                for field in FIELDS:
                    self.assertIn(field, error["message"] + error["hint"])

    def test_all_problems_are_reported_together(self):
        errors = self.refuse(self.shop.request(
            {"dim": [65, 64, 64], "spacing": [1, 1, 0], "num_inference_steps": 0,
             "modality": "ct", "cfg_guidance_scale": -1}), "-s", "-5")
        self.assertEqual(sorted(error["field"] for error in errors),
                         ["cfg_guidance_scale", "dim", "modality", "num_inference_steps",
                          "random_seed", "spacing"])

    def test_nested_values_win_and_comments_are_dropped(self):
        outcome = self.shop.generate(self.shop.request(
            {"_why": {"any": "thing"}, "random_seed": 1, "num_inference_steps": 20,
             "diffusion_unet_inference": {"random_seed": 2}}), "--dry-run")
        block = outcome.document["model_config"]["diffusion_unet_inference"]
        self.assertEqual((block["random_seed"], block["num_inference_steps"]), (2, 20))
        self.assertNotIn("_why", json.dumps(outcome.document))

    def test_seed_must_leave_room_for_the_other_gpus(self):
        for seed, gpus, fine in ((4294967295, 1, True), (4294967294, 2, True),
                                 (4294967295, 2, False), (4294967290, 8, False)):
            with self.subTest(seed=seed, gpus=gpus):
                outcome = self.shop.generate("default", "--dry-run", "-s", seed, "--num-gpus", gpus)
                self.assertEqual(outcome.code, 0 if fine else 2)
                if not fine:
                    self.assertEqual(outcome.document["errors"][0]["field"], "random_seed")

    def test_advice_warns_and_does_not_refuse(self):
        for request, code in (({"num_inference_steps": 6}, "steps_unusual"),
                              ({"spacing": [0.3, 1, 1]}, None), ({"cfg_guidance_scale": 0}, None),
                              ({"cfg_guidance_scale": 16}, None), ({"modality": "mri_mra"}, None),
                              ({"spacing": [4, 4, 4]}, None)):
            with self.subTest(request):
                outcome = self.shop.generate(self.shop.request(request), "--dry-run")
                self.assertEqual(outcome.code, 0)
                warnings = outcome.document["warnings"]
                self.assertTrue(warnings)
                if code is not None:
                    self.assertEqual([warning["code"] for warning in warnings], [code])
        self.assertEqual(self.shop.generate("default", "--dry-run").document["warnings"], [])

    def test_request_problems_are_told_also_when_the_root_is_missing(self):
        outcome = self.shop.generate(self.shop.request({"dims": 1}),
                                     env=self.shop.environment(NV_GENERATE_ROOT=None))
        self.assert_refused(outcome, "NV_GENERATE_ROOT is unset")
        self.assertEqual(set(outcome.codes()), {"unknown_key", "upstream_root_unset"})

    def test_small_request_of_these_tests_is_sound(self):
        outcome = self.shop.generate(self.shop.request(SMALL), "--dry-run")
        self.assertEqual(outcome.code, 0, outcome.stderr)


if __name__ == "__main__":
    unittest.main()
