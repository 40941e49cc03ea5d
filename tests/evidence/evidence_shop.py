# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of `mrbrain verify` share: runs that deserve a pass, a phantom's, their bundles, and
ways to tamper with them."""

import contextlib
import hashlib
import json
import pathlib
import shutil

import jsonschema

from mrbrain_cli import HASHES, PRESENT, SMALL, SOURCE, TRUSTED, CliTest, strict_json

# CONTRACT section 9, in its order.
EIGHTEEN = """target_skill_matches source_pack_passed output_skill_supported version_matches_skill
    modality_supported official_entrypoint_matches subprocess_succeeded model_inventory_present
    samples_declared image_artifacts_readable image_shapes_match_requested
    image_spacing_matches_requested image_values_finite image_values_nonconstant
    image_values_nonnegative aggregate_flags_match_recomputed runtime_identity_present
    scope_disclosed""".split()
OF_VOLUMES = EIGHTEEN[9:16]
PHANTOM_FAILS = {"source_pack_passed", "model_inventory_present", f"gate:{TRUSTED}",
                 f"gate:{PRESENT}", f"gate:{HASHES}"}
REPORT = jsonschema.Draft202012Validator(
    json.loads((SOURCE / "resources/schema/verification.schema.json").read_text()))


def failed(document):
    return {check["name"] for check in document["checks"] if check["status"] == "fail"}


def write_json(path, document):
    """In the form that the program writes."""
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def at(document, path):
    """What holds the last name of a path, and that name: lists by number."""
    *way, last = path
    for name in way:
        document = document[name]
    return document, last


@contextlib.contextmanager
def kept(folder):
    """Whatever happens to a folder inside is undone."""
    copy = folder.with_name(folder.name + ".kept")
    shutil.copytree(folder, copy, symlinks=True)
    try:
        yield
    finally:
        shutil.rmtree(folder)
        copy.rename(folder)


def resum(bundle):
    """As somebody would do who changed a file and hopes that nobody sees it."""
    lines = []
    for path in bundle.rglob("*"):
        name = path.relative_to(bundle).as_posix()
        if path.is_file() and name != "SHA256SUMS" and path.name != "review.json":
            lines.append((name, hashlib.sha256(path.read_bytes()).hexdigest()))
    (bundle / "SHA256SUMS").write_text(
        "".join(f"{digest}  {name}\n" for name, digest in sorted(lines)))


class VerifyTest(CliTest):
    """`good`: a run under `manifest`, which pins the workshop's checkout and weights; `demo`: a
    phantom's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Limits of time and memory are the model's; the stand-in is smaller and faster.
        cls.manifest = cls.shop.make_manifest(
            lambda text: text.replace("  min: 1\n", "  min: 0\n").replace(
                "rss_mb_peak: {min: 500,", "rss_mb_peak: {min: 0,"), name="limits.yaml")
        cls.request = cls.shop.request({"_note": "kept", **SMALL, "modality": "mri_flair"})
        cls.good = cls.run_of("good")
        cls.demo = cls.shop.out / "demo"
        done = cls.shop.run("generate", cls.shop.request(SMALL), "--engine", "phantom",
                            "--python", cls.shop.python,
                            "-o", cls.demo)
        assert done.code == 0, done.stderr

    @classmethod
    def run_of(cls, name, code=0, **mode):
        """A run of the stand-in that behaves as `mode` says."""
        folder = cls.shop.out / name
        cls.shop.mode(**mode)
        done = cls.shop.run("generate", cls.request, "--manifest", cls.manifest, "-o", folder)
        assert done.code == code, done.stderr
        return folder

    @classmethod
    def bundle_of(cls, *runs, name, options=()):
        target = cls.shop.out / name
        done = cls.shop.run("bundle", *runs, "-o", target, *options)
        assert done.code == 0, done.stderr
        return target, done.document

    def verify(self, evidence, *options, code=None):
        """The report, which is valid whatever was verified."""
        outcome = self.shop.run("verify", evidence, "--progress", "none", *options)
        document = outcome.document
        REPORT.validate(document)
        self.assertEqual(outcome.code, 0 if document["overall"] == "pass" else 4, outcome.stderr)
        self.assertEqual(document["overall"], "fail" if failed(document) else "pass")
        self.assertEqual(document["target"]["evidence"], str(evidence))
        if code is not None:
            self.assertEqual(outcome.code, code, failed(document))
        for check in document["checks"]:
            if check["status"] == "fail":
                self.assertIn(check["reason"], outcome.stderr)
        return document

    def judge(self, evidence, *options):
        """The same under the manifest of the good run: what fails."""
        return failed(self.verify(evidence, "--manifest", self.manifest, *options))


def record_of(folder):
    return strict_json((folder / "result.json").read_text())


def only_run(bundle):
    (run,) = (pathlib.Path(bundle) / "runs").iterdir()
    return run
