# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""`mrbrain verify`: what deserves a pass, what does not, and every kind of lie."""

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import struct
import unittest
import zipfile

from evidence_shop import (EIGHTEEN, OF_VOLUMES, PHANTOM_FAILS, VerifyTest, at, failed, kept,
                           only_run, record_of, resum, write_json)
from mrbrain_cli import (HASHES, NONNEGATIVE, PINNED_COMMIT, SAMPLES, SOURCE,
                         TRUSTED, WEIGHTS, strict_json, tree)


class RunFolders(VerifyTest):
    """The folder of a run as the run left it."""

    def test_a_phantom_fails_for_exactly_its_reasons(self):
        document = self.verify(self.demo, code=4)
        self.assertEqual(failed(document), PHANTOM_FAILS)
        self.assertEqual(document["target"]["source_overall_status"], "demo")
        self.assertEqual(document["target"]["kind"], "run_folder")
        self.assertEqual(document["mr_quality"]["verdict"], "failed")

    def test_the_eighteen_checks_come_by_name_and_in_their_order(self):
        names = [check["name"] for check in self.verify(self.demo)["checks"]]
        self.assertEqual([name for name in names if name in EIGHTEEN], EIGHTEEN)
        self.assertEqual(len(names), len(set(names)))

    def test_under_its_own_manifest_a_good_run_passes_and_the_report_says_under_which(self):
        document = self.verify(self.good, "--manifest", self.manifest, code=0)
        self.assertEqual(document["mr_quality"],
                         {"verdict": "passed_custom_manifest", "acceptable": True,
                          "output_skill": "nv_generate_mr_brain", "version": "rflow-mr-brain",
                          "modality_name": "mri_flair", "num_samples": 1,
                          **{flag: True for flag in record_of(self.good)["output"]
                             if flag.startswith("all_")}})
        self.assertEqual(document["manifest"]["built_in"], False)
        self.assertEqual(document["manifest"]["sha256"],
                         hashlib.sha256(self.manifest.read_bytes()).hexdigest())
        self.assertIn("not by the built-in one", " ".join(document["notes"]))

    def test_by_the_built_in_manifest_that_run_is_not_as_pinned(self):
        document = self.verify(self.good, code=4)
        self.assertEqual(failed(document),
                         {"source_pack_passed", "identity_as_pinned", "weights_as_pinned"})
        self.assertIn("name that one to judge by it", " ".join(document["notes"]))

    def test_another_manifest_than_the_one_that_judged_makes_no_pass(self):
        other = self.shop.make_manifest(lambda text: text + "\n# another one\n", name="other.yaml")
        self.assertEqual(failed(self.verify(self.good, "--manifest", other)),
                         {"source_pack_passed"})

    def test_a_moved_run_is_verified_where_it_is(self):
        moved = self.shop.folder / "somewhere" / "else"
        shutil.copytree(self.good, moved)
        self.assertEqual(self.judge(moved), set())

    def test_a_relative_path_is_told_as_it_was_typed_and_no_other_one(self):
        outcome = self.shop.run("verify", self.demo.name, cwd=self.demo.parent)
        self.assertEqual(outcome.document["target"]["evidence"], self.demo.name)
        self.assertNotIn(str(self.shop.folder), outcome.stdout.decode())

    def test_what_says_everything_right_passes_plainly(self):
        # Identity and weights can only be believed: this is what a pass looks like, and why a
        # digest that was noted elsewhere is worth having.
        run = self.shop.folder / "plain"
        shutil.copytree(self.good, run)
        text = (run / "result.json").read_text().replace(self.shop.commit, PINNED_COMMIT)
        manifest = (SOURCE / "skill_manifest.yaml").read_bytes()
        pinned = [line.split('"')[1] for line in manifest.decode().splitlines()
                  if line.startswith("    sha256: ")]
        for path, digest in zip(WEIGHTS, pinned, strict=True):
            text = text.replace(hashlib.sha256((self.shop.root / path).read_bytes()).hexdigest(),
                                digest)
        record = json.loads(text)
        record["manifest"].update(sha256=hashlib.sha256(manifest).hexdigest(), built_in=True,
                                  path=None)
        record["overall_status"] = "passed"
        record["runtime"]["envelope"] = ("within_envelope"
                                         if record["runtime"]["subprocess_seconds"] >= 1
                                         else "anomaly_too_fast")
        write_json(run / "result.json", record)
        journal = strict_json((run / "run.json").read_text())
        write_json(run / "run.json", {**journal, "overall_status": "passed"})
        document = self.verify(run)
        # The stand-in needs less memory than the model must, which the record would have told.
        self.assertLessEqual(failed(document), {"limits_match_measured"})
        self.assertEqual([check["status"] for check in document["checks"]
                          if check["name"] in EIGHTEEN], ["pass"] * 18)

    def test_nothing_to_verify_is_a_refusal(self):
        empty = self.shop.folder / "empty"
        empty.mkdir()
        for path in (empty, self.shop.folder / "missing"):
            self.assert_refused(self.shop.run("verify", path), "nothing verified")
        self.assert_refused(self.shop.run("verify", self.good, "--manifest", empty / "none.yaml"))

    def test_a_run_that_goes_on_or_was_interrupted_is_none_yet(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        self.assert_refused(self.shop.run("verify", out), "nothing verified")
        running.signal(9)
        running.wait()
        self.assert_refused(self.shop.run("verify", out), "nothing verified")

    def test_a_finished_run_without_its_result_is_a_finding(self):
        with kept(self.good):
            (self.good / "result.json").unlink()
            self.assertIn("record_readable", self.judge(self.good))


def change(path, value):
    def edit(run):
        record = record_of(run)
        holder, last = at(record, path)
        holder[last] = value(holder[last]) if callable(value) else value
        write_json(run / "result.json", record)
    return edit


def volume_of(run):
    (volume,) = run.glob("*.nii.gz")
    return volume


def rewrite_volume(run, edit):
    """Changes the inflated bytes and packs them again."""
    volume = volume_of(run)
    data = bytearray(gzip.decompress(volume.read_bytes()))
    edit(data)
    volume.write_bytes(gzip.compress(bytes(data), 1, mtime=0))


def set_voxel(value):
    return lambda run: rewrite_volume(
        run, lambda data: struct.pack_into("<h", data, 352 + 2 * 1000, value))


def set_spacing(run):
    rewrite_volume(run, lambda data: struct.pack_into("<f", data, 80, 9.5))


def truncate(run):
    volume = volume_of(run)
    volume.write_bytes(volume.read_bytes()[:-100])


def link_volume(run):
    volume = volume_of(run)
    moved = run.parent / ("moved-" + volume.name)
    if not moved.exists():
        shutil.copy(volume, moved)
    volume.unlink()
    volume.symlink_to(moved)


def edit_file(name, edit):
    def do(run):
        path = run / name
        path.write_text(edit(path.read_text()))
    return do


def edit_json(name, edit):
    def do(run):
        document = json.loads((run / name).read_text())
        edit(document)
        write_json(run / name, document)
    return do


def both(*edits):
    """Several changes that do not contradict each other."""
    def do(run):
        for edit in edits:
            edit(run)
    return do


def rename_modality(run):
    change(("input", "modality_name"), "mri_t1")(run)
    edit_json("run.json", lambda journal: journal.update(modality_name="mri_t1"))(run)


def more_gpus(run):
    change(("run", "num_gpus"), 8)(run)
    edit_json("run.json", lambda journal: journal.update(num_gpus=8))(run)


MODEL = "_staged_configs/config_maisi_diff_model_rflow-mr-brain.json"
ENVIRONMENT = "_staged_configs/environment_maisi_diff_model_rflow-mr-brain.json"
SAMPLE = ("output", "samples", 0)
SAMPLES_CHECK = "samples_match_recomputed"
UNREADABLE = {SAMPLES_CHECK, *OF_VOLUMES}

# What was done to the folder of the good run -> what fails, no more and no less.
LIES = {
    "mean intensity": (change((*SAMPLE, "intensity_mean"), lambda v: v + 0.001), {SAMPLES_CHECK}),
    "minimum": (change((*SAMPLE, "intensity_min"), 0), {SAMPLES_CHECK}),
    "standard deviation gone": (lambda run: change(SAMPLE, lambda s: {
        k: v for k, v in s.items() if k != "intensity_std"})(run), {SAMPLES_CHECK}),
    "hash of the volume": (change((*SAMPLE, "image_sha256"), "0" * 64), {SAMPLES_CHECK}),
    "bytes of the volume": (change((*SAMPLE, "image_bytes"), lambda v: v + 1), {SAMPLES_CHECK}),
    "affine": (change((*SAMPLE, "image_affine", 0, 3), 1.0), {SAMPLES_CHECK}),
    "header": (change((*SAMPLE, "image_header", "sform_code"), 1), {SAMPLES_CHECK}),
    "rank": (change((*SAMPLE, "rank"), 1), {SAMPLES_CHECK}),
    "path that leads out": (change((*SAMPLE, "image_path"), "/etc/passwd"),
                            {"no_unlisted_volumes", *UNREADABLE}),
    "path with dots": (change((*SAMPLE, "image_path"), lambda v: v.replace("/mr_", "/../good/mr_")),
                       {"no_unlisted_volumes", *UNREADABLE}),
    "no sample": (change(("output", "samples"), []),
                  {"samples_declared", SAMPLES_CHECK, "no_unlisted_volumes", *OF_VOLUMES}),
    "more samples declared": (change(("output", "num_samples"), 2),
                              {"samples_declared", "recorded_gates_match"}),
    "a flag that is a number": (change(("output", "all_images_finite"), 1),
                                {"aggregate_flags_match_recomputed", "schemas_valid",
                                 "gate:output.all_images_finite", "recorded_gates_match",
                                 "verdict_follows_from_record"} - {"verdict_follows_from_record"}),
    "a flag that is false": (change(("output", "all_images_readable"), False),
                             {"aggregate_flags_match_recomputed", "recorded_gates_match",
                              "gate:output.all_images_readable"}),
    "exit code of upstream": (change(("invocation", "exit_code"), 1),
                              {"subprocess_succeeded", "gate:invocation.exit_code",
                               "recorded_gates_match", "verdict_follows_from_record"}),
    "entry point": (change(("invocation", "official_entrypoint"), "python other.py"),
                    {"official_entrypoint_matches", "gate:invocation.official_entrypoint",
                     "recorded_gates_match"}),
    "skill": (change(("skill",), "other"), {"output_skill_supported", "gate:skill",
                                            "recorded_gates_match", "schemas_valid"}),
    "manifest id": (change(("manifest", "id"), "other"), {"target_skill_matches",
                                                          "manifest_as_recorded"}),
    "version": (change(("input", "version"), "other"), {"version_matches_skill"}),
    "modality": (change(("input", "modality_name"), "ct"),
                 {"modality_supported", "journal_matches_record",
                  "staged_configs_match_request"}),
    "another modality's name": (rename_modality, {"staged_configs_match_request"}),
    "seed": (change(("input", "random_seed"), 5),
             {"staged_configs_match_request", "journal_matches_record"}),
    "steps": (change(("input", "num_inference_steps_requested"), 31),
              {"staged_configs_match_request"}),
    "size": (change(("input", "dim_requested"), [64, 64, 96]),
             {"staged_configs_match_request", "image_shapes_match_requested", SAMPLES_CHECK,
              "aggregate_flags_match_recomputed"}),
    "spacing": (change(("input", "spacing_requested"), [3.5, 3.75, 2.73]),
                {"staged_configs_match_request", "image_spacing_matches_requested", SAMPLES_CHECK,
                 "aggregate_flags_match_recomputed"}),
    "what was asked for": (change(("input", "model_config_override"), {}),
                           {"request_matches_record", "journal_matches_record"}),
    "no device": (change(("runtime", "device"), ""), {"runtime_identity_present", "schemas_valid"}),
    "negative seconds": (change(("runtime", "subprocess_seconds"), -1),
                         {"runtime_identity_present", "schemas_valid", "limits_match_measured"}),
    "disclaimer": (change(("intended_use_disclaimer",), "Fit for clinical use."),
                   {"scope_disclosed", "schemas_valid"}),
    "a failed gate told as passed": (change(("gates", 3, "observed"), False),
                                     {"recorded_gates_match"}),
    "a gate less": (change(("gates",), lambda gates: gates[1:]), {"recorded_gates_match"}),
    "a gate of somebody's own": (change(("gates", 0, "expected"), "x"), {"recorded_gates_match"}),
    "plainly passed": (change(("overall_status",), "passed"),
                       {"source_pack_passed", "schemas_valid", "verdict_follows_from_record",
                        "journal_matches_record"} - {"source_pack_passed"}),
    "failed": (change(("overall_status",), "failed"),
               {"source_pack_passed", "verdict_follows_from_record", "journal_matches_record"}),
    "exit code": (change(("exit_code",), 4), {"verdict_follows_from_record",
                                              "journal_matches_record"}),
    "commit": (change(("invocation", "upstream_identity", "commit"), "0" * 40),
               {"identity_as_pinned"}),
    "not trusted": (change(("invocation", "upstream_identity", "trusted"), False),
                    {f"gate:{TRUSTED}", "recorded_gates_match"}),
    "trusted with edits": (change(("invocation", "upstream_identity", "tracked_files_clean"),
                                  False), {"identity_as_pinned"}),
    "hash of a weight": (change(("invocation", "model_inventory", "files", 0, "sha256"), "1" * 64),
                         {"weights_as_pinned"}),
    "a weight that is not pinned": (change(("invocation", "model_inventory", "files", 1),
                                           lambda f: {**f, "sha256": "2" * 64,
                                                      "expected_sha256": "2" * 64}),
                                    {"weights_as_pinned"}),
    "weights do not match": (change(("invocation", "model_inventory", "all_sha256_match"), False),
                             {f"gate:{HASHES}", "recorded_gates_match", "weights_as_pinned"}),
    "cost": (change(("cost", "measured", "wall_seconds"), 99999.5), {"limits_match_measured"}),
    "more GPUs": (more_gpus, {SAMPLES_CHECK}),
    "a volume that is listed twice": (
        change(("output",), lambda o: {**o, "samples": o["samples"] * 2, "num_samples": 2}),
        {SAMPLES_CHECK, "recorded_gates_match"}),
    "zeros": (change((*SAMPLE, "measurements", "zero_fraction"), 0.9), {SAMPLES_CHECK}),
    "negative voxels": (change((*SAMPLE, "measurements", "negative_fraction"), 0.9),
                        {SAMPLES_CHECK}),
    "blank": (change((*SAMPLE, "measurements", "blank"), True), {SAMPLES_CHECK}),
    "no measurements": (change(SAMPLE, lambda s: {k: v for k, v in s.items()
                                                  if k != "measurements"}), {SAMPLES_CHECK}),
    "a built-in manifest that is none": (
        change(("manifest",), lambda m: {**m, "sha256": "0" * 64, "built_in": True}),
        {"manifest_as_recorded", "source_pack_passed", "verdict_follows_from_record"}),
    "limits and gates of no manifest": (
        both(change(("manifest",), lambda m: {**m, "sha256": "0" * 64, "built_in": True}),
             change(("runtime", "envelope"), "anomaly_too_slow"),
             change(("gates",), lambda gates: gates[:1])),
        {"manifest_as_recorded", "source_pack_passed", "verdict_follows_from_record",
         "limits_match_measured", "recorded_gates_match"}),
    "manifest version": (change(("manifest", "version"), "9.9"), {"manifest_as_recorded"}),
    "an unknown field": (change(("input",), lambda v: {**v, "more": 1}), {"schemas_valid"}),
    "log tail": (change(("logs", "stderr_tail"), lambda v: v + "x"), {"logs_match_record"}),
    "log tail of an incomplete file that is no log": (
        both(change(("logs", "stderr_tail"), "all is well"),
             change(("warnings",), lambda w: [*w, {"code": "cannot_write", "field": "", "message": "x",
                                                  "hint": "y"}])),
        {"logs_match_record"}),
    "one voxel": (set_voxel(123), {SAMPLES_CHECK}),
    "one negative voxel": (set_voxel(-5), {SAMPLES_CHECK, "image_values_nonnegative",
                                           "aggregate_flags_match_recomputed"}),
    "spacing of the volume": (set_spacing, {SAMPLES_CHECK, "image_spacing_matches_requested",
                                            "aggregate_flags_match_recomputed"}),
    "volume cut off": (truncate, UNREADABLE),
    "volume gone": (lambda run: volume_of(run).unlink(), UNREADABLE),
    "volume is a link": (link_volume, UNREADABLE),
    "another volume": (lambda run: shutil.copy(volume_of(run), run / "extra.nii.gz"),
                       {"no_unlisted_volumes"}),
    "log": (edit_file("logs/stderr.log", lambda text: text + "more\n"), {"logs_match_record"}),
    "log gone": (lambda run: (run / "logs/stdout.log").unlink(), {"logs_match_record"}),
    "staged model config": (edit_file(MODEL, lambda text: text.replace("1234", "1235")),
                            {"staged_configs_match_request"}),
    "staged environment": (edit_file(ENVIRONMENT, lambda text: text.replace("flair", "t1")),
                           {"staged_configs_match_request"}),
    "other autoencoder": (edit_json(ENVIRONMENT, lambda e: e.update(
        trained_autoencoder_path="/tmp/other.pt")), {"staged_configs_match_request"}),
    "other weights": (edit_json(ENVIRONMENT, lambda e: e.update(model_filename="other.pt")),
                      {"staged_configs_match_request"}),
    "staged config gone": (lambda run: (run / MODEL).unlink(), {"staged_configs_match_request"}),
    "request": (edit_file("_staged_configs/request.json", lambda text: text.replace("64", "96")),
                {"request_matches_record"}),
    "journal": (edit_file("run.json", lambda text: text.replace("ended", "measuring")),
                {"journal_matches_record"}),
    "journal's run": (edit_file("run.json", lambda text: text.replace('"run_id": "',
                                                                      '"run_id": "0')),
                      {"journal_matches_record"}),
    "record is no JSON": (edit_file("result.json", lambda text: text[:-3]), None),
    "record has a key twice": (edit_file("result.json", lambda text: text.replace(
        '"skill":', '"skill": "x",\n  "skill":', 1)), None),
    "record is no object": (edit_file("result.json", lambda _: "[]"), None),
    "record nests deeply": (edit_file("result.json", lambda _: "[" * 100_000), None),
}


class Lies(VerifyTest):
    def test_nothing_fails_before(self):
        self.assertEqual(self.judge(self.good), set())

    def test_every_lie_is_found_and_nothing_else_is_blamed(self):
        for name, (tamper, expected) in LIES.items():
            with self.subTest(name), kept(self.good):
                tamper(self.good)
                found = self.judge(self.good)
                if expected is None:
                    self.assertIn("record_readable", found)
                else:
                    self.assertEqual(found, expected)


def other_readings(archive):
    """The same archive so that some programs see more or other files in it than libarchive."""
    end = archive.rfind(b"PK\5\6")
    count, size, start = struct.unpack("<HII", archive[end + 10:end + 20])
    directory = archive[start:end]
    length, extra = struct.unpack("<HH", directory[28:32])
    first = directory[:46 + length + extra]
    name = first[46:46 + length]
    other = b"X" * length

    def with_directory(entries, number, gap=b""):
        record = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, number, number, len(entries),
                             start + len(gap), 0)
        return archive[:start] + gap + entries + record

    def with_folder(folder, content):
        stream = io.BytesIO(archive)
        with zipfile.ZipFile(stream, "a") as more:
            more.writestr(zipfile.ZipInfo(folder), content)
        return stream.getvalue()
    assert size == len(directory)
    return {
        "something in front": b"#!/bin/sh\n" + archive,
        "something behind": archive + b"TRAIL" * 100,
        "a comment": archive[:-2] + b"\1\0x",
        "something between": with_directory(directory, count, b"PK\3\4 hidden"),
        "one place twice": with_directory(directory + first.replace(name, other), count + 1),
        "another name at the place": archive.replace(name, other, 1),
        "a folder named as a file": with_folder("README.txt/", b""),
        "a folder with content": with_folder("folder/", b"hidden"),
        "a file that is not in the directory": with_directory(directory[len(first):], count - 1),
    }


class Bundles(VerifyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder, cls.exported = cls.bundle_of(cls.good, name="folder", options=["--folder"])
        cls.archive, cls.zipped = cls.bundle_of(cls.good, name="good.zip")

    def test_folder_and_archive_of_a_good_run_pass(self):
        for evidence, kind in ((self.folder, "bundle_folder"), (self.archive, "bundle_archive")):
            document = self.verify(evidence, "--manifest", self.manifest, code=0)
            self.assertEqual(document["target"]["kind"], kind)
            self.assertEqual(document["target"]["source_overall_status"], "passed_custom_manifest")
            self.assertEqual(document["packs"], [])
            self.assertEqual(document["digests"]["sums_sha256"], self.exported["sums_sha256"])
            self.assertTrue(any("no signature" in note for note in document["notes"]))
        self.assertEqual(document["digests"]["archive_sha256"],
                         hashlib.sha256(self.archive.read_bytes()).hexdigest())

    def test_a_phantoms_bundle_fails_as_its_run_does(self):
        for number, options in enumerate([(), ("--folder",), ("--keep-paths",)]):
            target, _ = self.bundle_of(self.demo, name=f"demo{number}", options=options)
            document = self.verify(target, code=4)
            self.assertEqual(failed(document), PHANTOM_FAILS)
            self.assertEqual(document["target"]["source_overall_status"], "demo")

    def test_without_volumes_everything_else_is_verified(self):
        target, _ = self.bundle_of(self.good, name="small.zip", options=["--without-volumes"])
        document = self.verify(target, "--manifest", self.manifest, code=4)
        self.assertEqual(failed(document), UNREADABLE)
        for check in document["checks"]:
            if check["name"] in OF_VOLUMES[:-1]:
                self.assertIn("volumes were left out", check["reason"])
        self.assertIn("no complete evidence", " ".join(document["notes"]))

    def test_several_runs_are_judged_each_and_together(self):
        target, exported = self.bundle_of(self.good, self.demo, name="two.zip")
        document = self.verify(target, "--manifest", self.manifest, code=4)
        names = [run["name"] for run in exported["runs"]]
        packs = {pack["target"]["evidence"]: pack for pack in document["packs"]}
        self.assertEqual(sorted(packs), sorted(names))
        self.assertEqual(packs[names[0]]["overall"], "pass")
        self.assertEqual(packs[names[0]]["mr_quality"]["verdict"], "passed_custom_manifest")
        # Judged by a manifest that pins something else, the phantom fails for that, too.
        self.assertLessEqual({*PHANTOM_FAILS, "weights_as_pinned"}, failed(packs[names[1]]))
        self.assertEqual(document["mr_quality"]["num_samples"], 2)
        self.assertIsNone(document["mr_quality"]["modality_name"])
        self.assertIsNone(document["target"]["source_overall_status"])
        self.assertEqual({check["run"] for check in document["checks"] if "run" in check},
                         set(names))

    def test_one_run_of_an_unpacked_bundle_can_be_verified_alone(self):
        document = self.verify(only_run(self.folder), "--manifest", self.manifest, code=0)
        self.assertIn("sums were not looked at", " ".join(document["notes"]))

    def test_the_digest_that_was_noted_is_compared(self):
        for evidence, digest in ((self.archive, hashlib.sha256(self.archive.read_bytes()).hexdigest()),
                                 (self.archive, self.zipped["sums_sha256"]),
                                 (self.folder, self.exported["sums_sha256"].upper())):
            self.assertEqual(self.judge(evidence, "--digest", digest), set())
        self.assertEqual(self.judge(self.archive, "--digest", "0" * 64), {"digest_matches"})
        self.assertEqual(self.judge(self.good, "--digest", "0" * 64), {"digest_matches"})

    def test_a_change_with_all_sums_rewritten_shows_only_against_a_digest(self):
        # pictures and reports are not made again from the record
        with kept(self.folder):
            (only_run(self.folder) / "report.html").write_text("<html>all is well</html>")
            resum(self.folder)
            self.assertEqual(self.judge(self.folder), set())
            self.assertEqual(self.judge(self.folder, "--digest", self.exported["sums_sha256"]),
                             {"digest_matches"})

    def test_an_archive_that_was_packed_again_says_so(self):
        again = self.shop.folder / "again.zip"
        with zipfile.ZipFile(self.archive) as old, zipfile.ZipFile(again, "w") as new:
            for info in old.infolist():
                new.writestr(info.filename, old.read(info.filename))
        self.assertEqual(self.judge(again), {"archive_as_exported"})
        unpacked = self.shop.folder / "unpacked"
        with zipfile.ZipFile(again) as archive:
            archive.extractall(unpacked)
        self.assertEqual(self.judge(unpacked), set())

    def test_an_archive_of_other_libraries_is_a_note(self):
        other = self.shop.folder / "other.zip"
        with kept(self.folder):
            index = strict_json((self.folder / "bundle.json").read_text())
            index["software"]["archive_libraries"] = "libarchive 9.9"
            write_json(self.folder / "bundle.json", index)
            resum(self.folder)
            with zipfile.ZipFile(other, "w") as archive:
                for name in tree(self.folder):
                    if (self.folder / name).is_file():
                        with archive.open(name, "w", force_zip64=name.endswith(".gz")) as entry:
                            entry.write((self.folder / name).read_bytes())
        document = self.verify(other, "--manifest", self.manifest, code=0)
        self.assertIn("libarchive 9.9", " ".join(document["notes"]))
        # Whatever made it, nobody may see other files in it than were verified.
        for name, content in other_readings(other.read_bytes()).items():
            with self.subTest(name):
                other.write_bytes(content)
                found = self.judge(other)
                self.assertLessEqual(found, {"archive_layout", "checksums_match",
                                             "readme_as_exported"})
                self.assertIn("archive_layout", found)

    def test_what_is_listed_twice_is_found_and_read_once(self):
        for name, of, check in (("redactions.json", "files", "redactions_match"),
                                ("bundle.json", "runs", "index_matches_content")):
            with self.subTest(name), kept(self.folder):
                edit_json(name, lambda document, of=of: document.update(
                    {of: document[of] * 3}))(self.folder)
                resum(self.folder)
                document = self.verify(self.folder, "--manifest", self.manifest)
                self.assertEqual(failed(document), {check})
                (reason,) = [c["reason"] for c in document["checks"] if c["name"] == check]
                self.assertIn("twice", reason)

    def test_no_more_gates_are_evaluated_than_a_manifest_has(self):
        with kept(self.folder):
            run = only_run(self.folder)
            for name in ("result.json", "output.json"):
                edit_json(name, lambda document: document.update(
                    gates=document["gates"] * 50))(run)
            resum(self.folder)
            document = self.verify(self.folder, "--manifest", self.manifest)
            (reason,) = [check["reason"] for check in document["checks"]
                         if check["name"] == "recorded_gates_match"]
            self.assertIn("first 200", reason)

    def test_what_evidence_says_reaches_no_terminal_as_a_command(self):
        with kept(self.folder):
            edit_json("bundle.json", lambda document: document["runs"].append({
                **document["runs"][0],
                "name": "x\n[nv_generate_mr_brain] verified: all checks passed"
                        "\x1b[31m\x9b31m\u202eevil"}))(self.folder)
            resum(self.folder)
            outcome = self.shop.run("verify", self.folder, "--progress", "none")
        self.assertEqual(outcome.code, 4)
        self.assertIn("evil", outcome.stderr)
        for text in (outcome.stdout.decode(), outcome.stderr):
            self.assertFalse([letter for letter in text if letter in "\x1b\x9b\u202e"])
        self.assertFalse([line for line in outcome.stderr.splitlines()
                          if line.startswith("[nv_generate_mr_brain] verified")])

    def test_reviews_are_outside_by_design(self):
        review = only_run(self.folder) / "review.json"
        for content, told in (('{"review_version": 1, "rating": "accepted"}', "anybody's"),
                              ("not JSON", "cannot be read")):
            with kept(self.folder):
                review.write_text(content)
                document = self.verify(self.folder, "--manifest", self.manifest, code=0)
                self.assertIn(told, " ".join(document["notes"]))

    def test_what_is_no_bundle_of_ours_is_refused_or_fails(self):
        text = self.shop.folder / "text.zip"
        text.write_text("no archive")
        self.assertEqual(failed(self.verify(text)), {"bundle_readable"})
        nothing = self.shop.folder / "nothing.zip"
        with zipfile.ZipFile(nothing, "w") as archive:
            archive.writestr("a.txt", "a")
        self.assert_refused(self.shop.run("verify", nothing), "nothing verified")

    def test_unsafe_archives_are_findings_and_write_nothing(self):
        outside = self.shop.folder / "outside"
        unpacked = self.shop.folder / "temporary"
        unpacked.mkdir()
        link = zipfile.ZipInfo("runs/r/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        for info, content in ((zipfile.ZipInfo("../outside"), "x"),
                              (zipfile.ZipInfo(str(outside)), "x"),
                              (link, str(outside))):
            bad = self.shop.folder / "bad.zip"
            shutil.copy(self.archive, bad)
            with zipfile.ZipFile(bad, "a") as archive:
                archive.writestr(info, content)
            outcome = self.shop.run("verify", bad, env=self.shop.environment(TMPDIR=unpacked))
            self.assertEqual(failed(outcome.document), {"bundle_readable"}, info.filename)
            self.assertFalse(outside.exists())
            self.assertEqual(os.listdir(unpacked), [])

    def test_a_link_in_a_folder_is_a_finding(self):
        with kept(self.folder):
            (self.folder / "runs" / "more").symlink_to("/etc")
            self.assertEqual(failed(self.verify(self.folder)), {"bundle_readable"})

    def test_a_bundle_that_lost_its_index_is_still_one(self):
        with kept(self.folder):
            (self.folder / "bundle.json").unlink()
            self.assertEqual(failed(self.verify(self.folder)), {"bundle_readable"})

    def test_the_report_names_no_path_but_the_one_that_was_typed(self):
        broken = self.shop.folder / "broken.zip"
        with kept(self.folder):
            truncate(only_run(self.folder))
            (only_run(self.folder) / "run.json").write_text("{")
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w") as archive:
                for name in tree(self.folder):
                    if (self.folder / name).is_file():
                        archive.write(self.folder / name, name)
            broken.write_bytes(stream.getvalue())
        outcome = self.shop.run("verify", broken.name, cwd=self.shop.folder)
        self.assertEqual(outcome.code, 4)
        for place in (str(self.shop.folder), "/tmp/", str(SOURCE)):
            self.assertNotIn(place, outcome.stdout.decode())


class TwoGpus(VerifyTest):
    """Two volumes of one run, by the stand-in for torch's launcher."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop.add_launcher()
        cls.shop.add_second_gpu()
        cls.two = cls.shop.out / "two"
        cls.shop.mode()
        done = cls.shop.run("generate", cls.request, "--manifest", cls.manifest, "-o", cls.two,
                            "--num-gpus", "2")
        assert done.code == 0, done.stderr

    def test_both_volumes_are_read_and_each_counts(self):
        bundle, _ = self.bundle_of(self.two, name="two-gpus", options=["--folder"])
        for evidence, volumes in ((self.two, self.two), (bundle, only_run(bundle))):
            # The stand-in for nvidia-smi tells no cost here, which only the pack minds.
            before = self.judge(evidence)
            self.assertLessEqual(before, {"source_pack_passed"})
            self.assertEqual(self.verify(evidence)["mr_quality"]["num_samples"], 2)
            first, second = sorted(volumes.glob("*.nii.gz"))
            with kept(evidence):
                first.unlink()
                self.assertLessEqual(UNREADABLE, self.judge(evidence))
            with kept(evidence):
                content = first.read_bytes()
                first.write_bytes(second.read_bytes())
                second.write_bytes(content)
                found = self.judge(evidence) - before
                self.assertEqual(found - {"checksums_match"}, {SAMPLES_CHECK})


class FailedRuns(VerifyTest):
    """What failed honestly fails for that, and its record is not blamed."""

    def test_a_negative_volume_fails_its_gate_and_its_check(self):
        run = self.run_of("negative", code=4, volumes=[{"kind": "negative"}])
        self.assertEqual(self.judge(run), {"source_pack_passed", "image_values_nonnegative",
                                           f"gate:{NONNEGATIVE}"})

    def test_a_run_without_a_volume_fails_what_needs_one(self):
        run = self.run_of("none", code=4, volumes=[])
        gates = {check for check in self.judge(run) if check.startswith("gate:")}
        self.assertEqual(self.judge(run) - gates,
                         {"source_pack_passed", "samples_declared", *OF_VOLUMES}
                         - {"aggregate_flags_match_recomputed"})
        self.assertIn(f"gate:{SAMPLES}", gates)

    HONEST = {"record_readable", "verdict_follows_from_record", "recorded_gates_match",
              "logs_match_record", "samples_match_recomputed", "schemas_valid",
              "journal_matches_record", "aggregate_flags_match_recomputed", "identity_as_pinned",
              "weights_as_pinned", "limits_match_measured", "staged_configs_match_request",
              "request_matches_record", "no_unlisted_volumes"}

    def assert_honest(self, run, *failing):
        """The record tells the truth, alone and in a bundle, and so these checks fail."""
        bundle, _ = self.bundle_of(run, name=f"{run.name}.zip")
        for evidence in (run, bundle):
            found = self.judge(evidence)
            self.assertEqual(found & self.HONEST, set())
            self.assertLessEqual({"source_pack_passed", *failing}, found)

    def test_damaged_and_odd_volumes_are_recorded_as_they_are(self):
        for number, (spec, failing) in enumerate((
                ({"damage": "truncated"}, "image_artifacts_readable"),
                ({"damage": "crc"}, "image_artifacts_readable"),
                ({"damage": "html"}, "image_artifacts_readable"),
                ({"kind": "nan"}, "image_values_finite"),
                ({"kind": "constant"}, "image_values_nonconstant"),
                ({"shape": [64, 64, 96]}, "image_shapes_match_requested"))):
            with self.subTest(spec):
                self.assert_honest(self.run_of(f"odd{number}", code=4, volumes=[spec]), failing)

    def test_upstreams_failure_is_a_failure(self):
        run = self.run_of("oom", code=3, volumes=[], end={"exit": 1})
        self.assert_honest(run, "subprocess_succeeded", "samples_declared")

    def test_a_run_that_was_ended_is_told_as_that(self):
        cancelled = self.shop.out / "cancelled"
        running = self.shop.start_hanging(out=cancelled)
        running.signal(2)
        self.assertEqual(running.wait().code, 130)
        self.assert_honest(cancelled, "subprocess_succeeded")
        self.shop.mode(hang_at="diffusion")
        late = self.shop.out / "late"
        done = self.shop.run("generate", self.request, "--manifest", self.manifest, "-o", late,
                             "--timeout-seconds", "1")
        self.assertEqual(done.code, 124, done.stderr)
        self.assert_honest(late, "subprocess_succeeded")

    def test_a_long_log_whose_paths_became_tokens_still_ends_as_recorded(self):
        run = self.shop.out / "long"
        self.shop.mode()
        many = self.shop.request({"dim": [64, 64, 64], "num_inference_steps": 300})
        done = self.shop.run("generate", many, "--manifest", self.manifest, "-o", run)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertTrue(record_of(run)["logs"]["stderr_tail"].startswith("..."))
        bundle, _ = self.bundle_of(run, name="long-bundle", options=["--folder"])
        self.assertEqual(self.judge(bundle), set())
        log = only_run(bundle) / "logs" / "stderr.log"
        whole = log.read_bytes()
        log.write_bytes(whole[:-20])
        resum(bundle)
        self.assertIn("logs_match_record", self.judge(bundle))
        log.write_bytes(whole)
        resum(bundle)
        tail = record_of(only_run(bundle))["logs"]["stderr_tail"]
        words = tail.split(" ")
        for lie in ("...", "...CUDA out of memory, no volume was written " + tail[3:],
                    "... RuntimeError\n" + tail[3:], "... " + " ".join(words[-40:]),
                    tail + " and more", tail[3:]):
            for name in ("result.json", "output.json"):
                edit_json(name, lambda document, lie=lie: document["logs"].update(
                    stderr_tail=lie))(only_run(bundle))
            resum(bundle)
            with self.subTest(lie[:60]):
                self.assertIn("logs_match_record", self.judge(bundle))


if __name__ == "__main__":
    unittest.main()
