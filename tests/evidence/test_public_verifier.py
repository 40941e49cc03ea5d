# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The eighteen checks against the public verifier's rules, which are told again here in Python and
over nibabel and numpy: a pack is judged by its output.json, validation_summary.json, manifest.json
and volumes alone."""

import itertools
import unittest

import nibabel
import numpy

from evidence_shop import EIGHTEEN, OF_VOLUMES, VerifyTest, kept, only_run, write_json
from mrbrain_cli import strict_json

PUBLIC_MODALITIES = {"mri", "mri_t1", "mri_t2", "mri_flair"}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read(pack, sample):
    """Voxels and header of a volume, or nothing when it cannot be read to its end."""
    try:
        image = nibabel.load(pack / sample["image_path"])
        return numpy.asarray(image.dataobj, dtype=numpy.float64), image.header
    except Exception:  # noqa: BLE001 - whatever nibabel raises means the same here
        return None


def judge_publicly(pack):
    """{check: passed} for the eighteen."""
    output = strict_json((pack / "output.json").read_text())
    summary = strict_json((pack / "validation_summary.json").read_text())
    manifest = strict_json((pack / "manifest.json").read_text())
    asked, out, run = output["input"], output["output"], output["invocation"]
    volumes = [read(pack, sample) for sample in out["samples"]]
    voxels = [volume and volume[0] for volume in volumes]
    scope = output["intended_use_disclaimer"].lower()

    def every(holds):
        return bool(volumes) and all(volume is not None and bool(holds(*volume))
                                     for volume in volumes)
    found = {
        "all_images_readable": bool(volumes) and all(v is not None for v in voxels),
        "all_shapes_match_requested": every(lambda v, _: list(v.shape) == asked["dim_requested"]),
        "all_spacing_match_requested": every(lambda _, h: numpy.allclose(
            h.get_zooms(), asked["spacing_requested"], rtol=0, atol=1e-4)),
        "all_images_finite": every(lambda v, _: numpy.isfinite(v).all()),
        "all_images_nonconstant": every(
            lambda v, _: numpy.ptp(v[numpy.isfinite(v)]) > 1.0),
        "all_images_nonnegative": every(lambda v, _: v[numpy.isfinite(v)].min() >= 0),
    }
    return dict(zip(EIGHTEEN, [
        manifest["skill_id"] == "medagent.nv_generate_mr_brain",
        summary["overall_status"] == "passed",
        output["skill"] == "nv_generate_mr_brain",
        asked["version"] == "rflow-mr-brain",
        asked["modality_name"] in PUBLIC_MODALITIES,
        run["official_entrypoint"] == "python -m scripts.diff_model_infer",
        run["exit_code"] == 0,
        run["model_inventory"]["all_present"] is True,
        out["num_samples"] == len(out["samples"]) >= 1,
        *found.values(),
        all(out[flag] is value for flag, value in found.items()),
        is_number(output["runtime"]["subprocess_seconds"])
        and output["runtime"]["subprocess_seconds"] >= 0 and bool(output["runtime"]["device"]),
        "engineering" in scope and ("not clinically meaningful" in scope
                                    or "not clinical" in scope),
    ], strict=True))


class SameVerdicts(VerifyTest):
    numbers = itertools.count()

    def assert_same(self, run, *differing):
        """Exported, and judged by both; `differing` is where ours is known to say something else."""
        bundle, _ = self.bundle_of(run, name=f"bundle{next(self.numbers)}", options=["--folder"])
        self.assert_same_pack(bundle, *differing)
        return bundle

    def assert_same_pack(self, bundle, *differing):
        public = judge_publicly(only_run(bundle))
        ours = {check["name"]: check["status"] == "pass"
                for check in self.verify(bundle)["checks"] if check["name"] in EIGHTEEN}
        for name in differing:
            self.assertNotEqual(ours.pop(name), public.pop(name), name)
        self.assertEqual(ours, public)

    def test_a_good_run_and_a_phantom(self):
        self.assert_same(self.good)
        self.assert_same(self.demo)

    def test_volumes_that_are_not_as_they_should_be(self):
        for name, spec in {"negative": {"kind": "negative"}, "constant": {"kind": "constant"},
                           "nan": {"kind": "nan"}, "cut": {"damage": "truncated"},
                           "shape": {"shape": [64, 64, 32]},
                           "spacing": {"spacing": [3.5, 3.75, 2.7203]},
                           "hardly another spacing": {"spacing": [3.5, 3.75, 2.72005]}}.items():
            with self.subTest(name):
                run = self.run_of(name.replace(" ", "-"), code=4, volumes=[spec])
                # The record compares with six decimals, the public verifier with 1e-4.
                self.assert_same(run)

    def test_a_damaged_end_of_the_gzip_file_is_seen_here_only(self):
        # nibabel stops at the last voxel and never looks at the checksum behind it.
        run = self.run_of("crc", code=4, volumes=[{"damage": "crc"}])
        self.assert_same(run, *OF_VOLUMES)

    def test_a_modality_that_only_the_manifest_knows(self):
        out = self.shop.new_out()
        self.shop.mode()
        done = self.shop.run("generate", self.request, "--manifest", self.manifest, "-o", out,
                             "--modality", "mri_swi")
        self.assertEqual(done.code, 0, done.stderr)
        bundle = self.assert_same(out, "modality_supported")
        self.assertIn("the public verifier knows only", " ".join(self.verify(bundle)["notes"]))

    def test_packs_that_were_tampered_with(self):
        bundle = self.assert_same(self.good)
        edits = {"status": ("validation_summary.json", ("overall_status",), "passed"),
                 "skill id": ("manifest.json", ("skill_id",), "other"),
                 "skill": ("output.json", ("skill",), "other"),
                 "flag": ("output.json", ("output", "all_images_finite"), False),
                 "flag as number": ("output.json", ("output", "all_images_finite"), 1),
                 "flag as text": ("output.json", ("output", "all_images_finite"), "true"),
                 "samples": ("output.json", ("output", "num_samples"), 2),
                 "size": ("output.json", ("input", "dim_requested"), [64, 64, 96]),
                 "spacing": ("output.json", ("input", "spacing_requested"), [3.5, 3.75, 2.7]),
                 "device": ("output.json", ("runtime", "device"), ""),
                 "seconds": ("output.json", ("runtime", "subprocess_seconds"), -1),
                 "seconds as truth": ("output.json", ("runtime", "subprocess_seconds"), True),
                 "inventory": ("output.json", ("invocation", "model_inventory", "all_present"), 1),
                 "exit": ("output.json", ("invocation", "exit_code"), 3),
                 "scope": ("output.json", ("intended_use_disclaimer",), "Engineering only."),
                 "other scope": ("output.json", ("intended_use_disclaimer",),
                                 "ENGINEERING; NOT CLINICAL")}
        for name, (file, (*way, last), value) in edits.items():
            with self.subTest(name), kept(bundle):
                path = only_run(bundle) / file
                document = strict_json(path.read_text())
                holder = document
                for step in way:
                    holder = holder[step]
                holder[last] = value
                write_json(path, document)
                self.assert_same_pack(bundle)


if __name__ == "__main__":
    unittest.main()
