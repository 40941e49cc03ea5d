# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Bundles, unzipped and checked with tools that are not ours."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import jsonschema
import nibabel
import numpy

from mrbrain_cli import (CONTRACT, HASHES, PRESENT, SMALL, SOURCE, STUDIO, TRUSTED, CliTest,
                         strict_json, tree, wait_until)

SCHEMAS = SOURCE / "resources/schema"
SECRET = "s3cr3t-of-the-environment"
PACK = ["agent_run_trace.jsonl", "cost_profile.json", "environment.lock", "integrity_check.json",
        "manifest.json", "output.json", "replay.sh", "runtime_profile.json",
        "validation_summary.json", "workflow_run_record.md"]
REPORT = ["pictures/mosaic.png", "pictures/planes.png", "pictures/thumbnail.png", "report.html",
          "report.pdf"] if STUDIO else []


def schema(path):
    return jsonschema.Draft202012Validator(json.loads(path.read_text()))


def unpacked(archive):
    folder = pathlib.Path(tempfile.mkdtemp(dir=archive.parent))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def sums_hold(folder):
    return subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder,
                          check=False).returncode == 0


class BundleTest(CliTest):
    def bundle(self, *arguments, name="bundle.zip", **more):
        return self.shop.run("bundle", *arguments, "-o", self.shop.folder / name, **more)

    def exported(self, *arguments, name="bundle.zip", **more):
        outcome = self.bundle(*arguments, name=name, **more)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual([warning["code"] for warning in outcome.document["warnings"]], [])
        return self.shop.folder / name, outcome.document


class GoodRuns(BundleTest):
    """Everybody looks at one bundle of two runs: upstream's, under its own manifest, and a
    phantom's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.environment = cls.shop.environment(HF_TOKEN=SECRET, USER="erika-mustermann",
                                               HOSTNAME="lab-7.example.org")
        cls.request = {"_comment": f"for {cls.shop.home}/study", **SMALL, "modality": "mri_flair"}
        # Time and memory limits are the model's; the stand-in is faster.
        cls.manifest = cls.shop.make_manifest(
            lambda text: text.replace("  min: 1\n", "  min: 0\n").replace(
                "rss_mb_peak: {min: 500,", "rss_mb_peak: {min: 0,"), name="limits.yaml")
        cls.good = cls.shop.home / "runs" / "good run"
        cls.shop.mode()
        done = cls.shop.run("generate", cls.shop.request(cls.request), "--manifest", cls.manifest,
                            "-o", cls.good, "-s", "11", env=cls.environment)
        assert done.code == 0, done.stderr
        cls.result = done.document
        cls.demo = cls.shop.home / "runs" / "demo"
        done = cls.shop.run("generate", cls.shop.request(SMALL), "--engine", "phantom",
                            "--python", cls.shop.python, "-o", cls.demo, env=cls.environment)
        assert done.code == 0, done.stderr
        cls.archive = cls.shop.folder / "two.zip"
        done = cls.shop.run("bundle", cls.good, cls.demo, "-o", cls.archive, env=cls.environment)
        assert done.code == 0, done.stderr
        cls.document = done.document
        cls.told = done.stderr
        cls.folder = unpacked(cls.archive)
        cls.index = strict_json((cls.folder / "bundle.json").read_text())
        cls.packs = {run["engine"]: cls.folder / "runs" / run["name"] for run in cls.index["runs"]}
        cls.volume = next(cls.good.glob("*.nii.gz"))

    def test_the_digest_that_is_told_is_that_of_the_sums(self):
        digest = hashlib.sha256((self.folder / "SHA256SUMS").read_bytes()).hexdigest()
        self.assertEqual(self.document["sums_sha256"], digest)
        self.assertIn(digest, self.told)
        self.assertEqual(self.document["bytes"], self.archive.stat().st_size)

    def test_python_finds_no_fault_in_the_archive(self):
        with zipfile.ZipFile(self.archive) as archive:
            self.assertIsNone(archive.testzip())
            for entry in archive.infolist():
                stored = entry.filename.endswith((".gz", ".png", ".pdf", ".html"))
                self.assertEqual(entry.compress_type,
                                 zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED,
                                 entry.filename)
                self.assertEqual(entry.date_time, (1980, 1, 1, 0, 0, 0))
                self.assertFalse(entry.is_dir())

    def test_sha256sum_agrees_with_everything(self):
        self.assertTrue(sums_hold(self.folder))
        listed = {line.split("  ", 1)[1] for line in
                  (self.folder / "SHA256SUMS").read_text().splitlines()}
        there = {name for name in tree(self.folder) if (self.folder / name).is_file()}
        self.assertEqual(there - listed, {"SHA256SUMS"})
        self.assertEqual(listed - there, set())

    def test_all_that_a_pack_needs_is_there(self):
        expected = sorted([
            *PACK, *REPORT, "result.json", "run.json", "request.json", "settings.json",
            "skill_manifest.yaml", "logs/stdout.log", "logs/stderr.log",
            "_staged_configs/config_maisi_diff_model_rflow-mr-brain.json",
            "_staged_configs/environment_maisi_diff_model_rflow-mr-brain.json", self.volume.name])
        pack = self.packs["upstream"]
        self.assertEqual([name for name in tree(pack) if (pack / name).is_file()], expected)

    def test_documents_keep_our_schemas_and_the_original_ones(self):
        for pack in self.packs.values():
            schema(SCHEMAS / "result.schema.json").validate(
                strict_json((pack / "output.json").read_text()))
            for path in sorted((SCHEMAS / "evidence-pack").glob("*.schema.json")):
                name = path.name.removesuffix(".schema.json")
                validators = [schema(path)]
                original = CONTRACT / "evidence-pack" / path.name
                if original.exists():
                    validators.append(schema(original))
                documents = ((pack / f"{name}.jsonl").read_text().splitlines()
                             if name == "agent_run_trace" else
                             [(pack / f"{name}.json").read_text()])
                self.assertTrue(documents)
                for document in documents:
                    for validator in validators:
                        validator.validate(strict_json(document))
        schema(SCHEMAS / "bundle.schema.json").validate(self.index)
        schema(SCHEMAS / "redactions.schema.json").validate(
            strict_json((self.folder / "redactions.json").read_text()))
        original = CONTRACT / "output_schema.json"
        if original.exists():
            schema(original).validate(
                strict_json((self.packs["upstream"] / "output.json").read_text()))

    def test_volumes_are_the_run_s_for_nibabel(self):
        sample, = strict_json((self.packs["upstream"] / "output.json").read_text())[
            "output"]["samples"]
        self.assertEqual(sample["image_path"], self.volume.name)
        inside = nibabel.load(self.packs["upstream"] / sample["image_path"])
        outside = nibabel.load(self.volume)
        numpy.testing.assert_array_equal(numpy.asarray(inside.dataobj),
                                         numpy.asarray(outside.dataobj))
        numpy.testing.assert_array_equal(inside.affine, outside.affine)

    def test_verdicts_are_what_they_were(self):
        status = {engine: strict_json((pack / "validation_summary.json").read_text())
                  for engine, pack in self.packs.items()}
        self.assertEqual(status["upstream"]["overall_status"], "passed_custom_manifest")
        self.assertEqual(status["phantom"]["overall_status"], "demo")
        self.assertEqual(sorted(row["check"]["path"]
                                for row in status["phantom"]["sanity_results"] if not row["ok"]),
                         ["invocation.model_inventory.all_present",
                          "invocation.model_inventory.all_sha256_match",
                          "invocation.upstream_identity.trusted"])

    def test_nothing_tells_who_and_where_it_was(self):
        private = [str(self.shop.folder), str(self.shop.home), SECRET, "erika-mustermann",
                   "lab-7", "example.org"]
        for name in tree(self.folder):
            path = self.folder / name
            if path.is_file() and path.suffix not in (".gz", ".png", ".pdf"):
                content = path.read_text(errors="replace")
                for text in private:
                    self.assertNotIn(text, content, name)
        result = strict_json((self.packs["upstream"] / "result.json").read_text())
        self.assertEqual(result["output"]["directory"], "<run>")
        self.assertEqual(result["output"]["samples"][0]["image_path"],
                         f"<run>/{self.volume.name}")
        self.assertEqual(result["invocation"]["upstream_root"], "<upstream>")
        self.assertTrue(result["invocation"]["command"][0].startswith("<python>/bin/"),
                        result["invocation"]["command"][0])
        request = (self.packs["upstream"] / "request.json").read_text()
        self.assertEqual(json.loads(request)["_comment"], "for <home>/study")

    def test_redactions_name_the_originals(self):
        listed = {row["path"]: row for row in
                  strict_json((self.folder / "redactions.json").read_text())["files"]}
        pack = f"runs/{self.packs['upstream'].name}"
        for name in ("result.json", "run.json", "logs/stderr.log"):
            original = (self.good / name).read_bytes()
            row = listed[f"{pack}/{name}"]
            self.assertEqual(row["original_sha256"], hashlib.sha256(original).hexdigest())
            self.assertEqual(row["original_bytes"], len(original))
            content = (self.folder / pack / name).read_text()
            self.assertTrue(row["replaced"])
            for token, times in row["replaced"].items():
                self.assertEqual(content.count(token), times, token)
        self.assertNotIn(f"{pack}/logs/stdout.log", listed)

    def test_what_was_asked_for_and_said_is_complete(self):
        pack = self.packs["upstream"]
        self.assertEqual(len((pack / "logs/stderr.log").read_text().splitlines()),
                         len((self.good / "logs/stderr.log").read_text().splitlines()))
        settings = json.loads((pack / "settings.json").read_text())
        self.assertEqual([settings["modality"], settings["random_seed"], settings["dim"]],
                         ["mri_flair", 11, SMALL["dim"]])

    def test_the_same_runs_give_the_same_bytes(self):
        # Other tests may have had the reports made for other names.
        self.exported(self.good, self.demo, name="now.zip", env=self.environment)
        away = self.shop._folder("away")
        again, _ = self.exported(self.good, self.demo, name="again.zip", cwd=away,
                                 env={**self.environment, "TZ": "Pacific/Kiritimati",
                                      "LANG": "C", "LC_ALL": "POSIX"})
        self.assertEqual(again.read_bytes(), (self.shop.folder / "now.zip").read_bytes())

    @unittest.skipUnless(STUDIO, "reports need the viewer")
    def test_a_report_tells_no_time_zone(self):
        run = self.shop.folder / "zoned"
        shutil.copytree(self.demo, run)
        shutil.rmtree(run / "report")
        self.exported(run, name="zoned.zip", env={**self.environment, "TZ": "Pacific/Kiritimati"})
        self.assertIn(" UTC<", (run / "report/report.html").read_text())
        self.assertNotIn("+14<", (run / "report/report.html").read_text())

    def test_a_folder_holds_the_same_files(self):
        done = self.shop.run("bundle", self.good, self.demo, "--folder", "-o",
                             self.shop.folder / "as a folder", env=self.environment)
        self.assertEqual(done.code, 0, done.stderr)
        folder = self.shop.folder / "as a folder"
        self.assertTrue(sums_hold(folder))
        self.assertEqual(tree(folder), tree(self.folder))
        for name in tree(folder):
            if (folder / name).is_file():
                self.assertEqual((folder / name).read_bytes(), (self.folder / name).read_bytes())
        self.assertEqual(done.document["sums_sha256"], self.document["sums_sha256"])
        self.assertTrue(os.access(next(folder.glob("runs/*/replay.sh")), os.X_OK))

    def test_kept_paths_leave_the_record_as_it_is(self):
        archive, _ = self.exported(self.good, "--keep-paths", name="kept.zip")
        pack, = unpacked(archive).glob("runs/*")
        for name in ("result.json", "run.json", "logs/stderr.log"):
            self.assertEqual((pack / name).read_bytes(), (self.good / name).read_bytes())
        self.assertEqual((pack / "request.json").read_bytes(),
                         (self.good / "_staged_configs/request.json").read_bytes())

    def test_evidence_without_volumes_keeps_their_hashes(self):
        archive, document = self.exported(self.good, "--without-volumes", name="light.zip")
        pack, = unpacked(archive).glob("runs/*")
        self.assertEqual(list(pack.rglob("*.nii*")), [])
        volume, = strict_json((pack.parent.parent / "bundle.json").read_text())[
            "runs"][0]["volumes"]
        self.assertEqual(volume["sha256"], hashlib.sha256(self.volume.read_bytes()).hexdigest())
        self.assertIs(volume["included"], False)
        self.assertEqual(document["runs"][0]["volumes"], 0)

    def test_reviews_travel_outside_the_sums(self):
        run = self.shop.folder / "reviewed"
        shutil.copytree(self.demo, run)
        (run / "review.json").write_text(json.dumps(
            {"review_version": 1, "rating": "accepted", "note": f"seen at {run}"}))
        archive, document = self.exported(run, self.demo, "--accepted", name="accepted.zip")
        self.assertEqual(len(document["runs"]), 1)
        folder = unpacked(archive)
        review, = folder.glob("runs/*/review.json")
        self.assertEqual(json.loads(review.read_text())["note"], "seen at <run>")
        self.assertNotIn("review.json", (folder / "SHA256SUMS").read_text())
        review.write_text("{}")
        self.assertTrue(sums_hold(folder))

    def test_names_hide_nowhere_in_a_log(self):
        run = self.shop.folder / "logged"
        shutil.copytree(self.demo, run)
        log = run / "logs/stderr.log"
        home, name = str(self.shop.home), "erika-mustermann"
        lines = [f"\x1b[31m{name}\x1b[0m", f"\x1b[32m{home}/x\x1b[0m", f"file://x%20{name}/y",
                 f"%2F{name}", f"\\u002f{name}", f"gcc -I{home}/include", home.replace("/", "\\/"),
                 '{\\"token\\": \\"tok3n-of-hers\\"}', "/home/karla-kolumna/data",
                 "asked by karla-kolumna"]
        log.write_text(log.read_text() + "\n".join(lines) + "\n")
        # The record of somebody else's run, by which her home is known.
        result = json.loads((run / "result.json").read_text())
        result["invocation"]["upstream_root"] = "/home/karla-kolumna/NV-Generate-CTMR"
        (run / "result.json").write_text(json.dumps(result, indent=2) + "\n")
        done = self.bundle(run, "--folder", name="logged.folder", env=self.environment)
        self.assertEqual(done.code, 0, done.stderr)
        packed, = (self.shop.folder / "logged.folder").glob("runs/*/logs/stderr.log")
        content = packed.read_text()
        for private in (name, home, home.replace("/", "\\/"), "tok3n-of-hers", "karla-kolumna"):
            self.assertNotIn(private, content)

    def test_a_name_in_a_volume_s_name_stays_and_is_told(self):
        run = self.shop.folder / "named"
        environment = {**self.environment, "USER": "study7"}
        done = self.shop.run("generate", self.shop.request({**SMALL, "output_prefix": "study7_t1"}),
                             "--engine", "phantom", "--python", self.shop.python, "-o", run,
                             env=environment)
        self.assertEqual(done.code, 0, done.stderr)
        archive = self.shop.folder / "named.zip"
        done = self.shop.run("bundle", run, "-o", archive, env=environment)
        self.assertEqual([warning["code"] for warning in done.document["warnings"]],
                         ["name_inside"])
        done = self.shop.run("verify", archive)
        self.assertEqual({check["name"] for check in done.document["checks"]
                          if check["status"] == "fail"},
                         {"source_pack_passed", "model_inventory_present",
                          *(f"gate:{path}" for path in (TRUSTED, PRESENT, HASHES))})

    @unittest.skipUnless(STUDIO, "reports need the viewer")
    def test_a_report_is_made_again_when_other_names_are_to_be_left_out(self):
        run = self.shop.folder / "renamed"
        shutil.copytree(self.demo, run)
        self.exported(run, name="before.zip", env=self.environment)
        before = (run / "report/made.json").read_bytes()
        self.exported(run, name="same.zip", env={**self.environment, "HF_TOKEN": "another-secret"})
        self.assertEqual((run / "report/made.json").read_bytes(), before)
        self.exported(run, name="after.zip", env={**self.environment, "USER": "max-moritz"})
        self.assertNotEqual((run / "report/made.json").read_bytes(), before)

    def test_a_manifest_with_names_in_it_is_left_out(self):
        manifest = self.shop.make_manifest(
            lambda text: self.manifest.read_text() + f"# of {self.shop.home}\n", name="mine.yaml")
        run = self.shop.folder / "judged"
        done = self.shop.run("generate", self.shop.request(SMALL), "--manifest", manifest, "-o", run,
                             env=self.environment)
        self.assertEqual(done.code, 0, done.stderr)
        done = self.bundle(run, name="judged.zip", env=self.environment)
        self.assertEqual([warning["code"] for warning in done.document["warnings"]],
                         ["name_inside"])
        self.assertEqual(list(unpacked(self.shop.folder / "judged.zip").rglob("*.yaml")), [])

    def test_a_run_may_be_named_by_a_link(self):
        link = self.shop.folder / "link"
        link.symlink_to(self.demo)
        archive, document = self.exported(f"{link}/", name="link.zip", env=self.environment)
        pack, = unpacked(archive).glob("runs/*")
        self.assertTrue((pack / "result.json").exists())
        self.assertTrue((pack / "logs/stderr.log").exists())
        self.assertEqual(document["runs"][0]["folder"], str(self.demo))

    def test_the_same_run_twice_is_told_apart(self):
        _, document = self.exported(self.demo, self.demo, name="twice.zip")
        first, second = (run["name"] for run in document["runs"])
        self.assertEqual(second, f"{first}-2")

    def replay(self, engine, *arguments, **environment):
        return subprocess.run(
            ["sh", str(self.packs[engine] / "replay.sh"), *map(str, arguments)],
            cwd=self.shop.folder, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**self.shop.environment(),
                            "PATH": f"{self.shop.bin}:{os.environ['PATH']}", "MRBRAIN": os.environ["MRB_MRBRAIN"],
                            "PYTHON": str(self.shop.python), **environment})

    def test_replay_with_mrbrain_makes_the_same_volume(self):
        for engine, source, options in (
                ("phantom", self.demo, []),
                ("upstream", self.good, ["--manifest", self.manifest])):
            with self.subTest(engine):
                out = self.shop.new_out()
                done = self.replay(engine, "mrbrain", out, *options)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(next(out.glob("*.nii.gz")).read_bytes(),
                                 next(source.glob("*.nii.gz")).read_bytes())

    def test_replay_with_mrbrain_accepts_nothing_by_itself(self):
        out = self.shop.new_out()
        done = self.replay("upstream", "mrbrain", out)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("identity", done.stdout)
        self.assertFalse(out.exists())

    def test_replay_with_plain_upstream_makes_the_same_volume(self):
        out = self.shop.folder / "plain upstream's"
        done = self.replay("upstream", "upstream", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        volume, = out.glob("*.nii.gz")
        self.assertEqual(volume.read_bytes(), self.volume.read_bytes())
        staged = json.loads((out / "_staged_configs" /
                             "environment_maisi_diff_model_rflow-mr-brain.json").read_text())
        self.assertEqual(staged["output_dir"], str(out))

    def test_replay_refuses_other_weights_and_another_checkout(self):
        other = self.shop.folder / "other"
        shutil.copytree(self.shop.root, other, symlinks=True)
        (other / "models/autoencoder_v1.pt").write_bytes(b"another")
        out = self.shop.new_out()
        done = self.replay("upstream", "upstream", out, NV_GENERATE_ROOT=str(other))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("weights", done.stderr)
        self.shop.git(other, "commit", "-q", "--allow-empty", "-m", "another")
        done = self.replay("upstream", "upstream", out, NV_GENERATE_ROOT=str(other))
        self.assertEqual(done.returncode, 2)
        self.assertIn("REPLAY_ANY_CHECKOUT", done.stderr)
        self.assertFalse(out.exists())


    def test_replay_loads_no_other_weights_than_it_compared(self):
        pack = self.shop.folder / "evil pack"
        shutil.copytree(self.packs["upstream"], pack)
        config = pack / "_staged_configs/environment_maisi_diff_model_rflow-mr-brain.json"
        document = json.loads(config.read_text())
        document["trained_autoencoder_path"] = "/tmp/evil.pt"
        config.write_text(json.dumps(document))
        out = self.shop.new_out()
        done = subprocess.run(["sh", str(pack / "replay.sh"), "upstream", str(out)], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**self.shop.environment(), "PYTHON": str(self.shop.python),
                                   "PATH": f"{self.shop.bin}:{os.environ['PATH']}"})
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("other weights", done.stderr)
        self.assertEqual(list(out.rglob("*.nii.gz")), [])


class Refused(BundleTest):
    """What cannot be evidence is refused, and nothing is left."""

    def setUp(self):
        super().setUp()
        self.run_folder = self.shop.new_out()
        done = self.shop.run("generate", self.shop.request(SMALL), "--engine", "phantom",
                             "--python", self.shop.python, "-o", self.run_folder)
        self.assertEqual(done.code, 0, done.stderr)
        self.volume = next(self.run_folder.glob("*.nii.gz"))
        self.target = self.shop._folder(f"target{self.shop._count}")

    def refused(self, code, error, *arguments):
        before = tree(self.target)
        done = self.shop.run("bundle", *(arguments or [self.run_folder]), "-o",
                             self.target / "x.zip")
        self.assertEqual(done.code, code, done.stderr)
        self.assertEqual(done.document["errors"][0]["code"], error)
        self.assertTrue(done.document["errors"][0]["hint"])
        self.assertEqual(tree(self.target), before)
        return done.document["errors"][0]

    def test_a_changed_volume_is_no_evidence(self):
        content = bytearray(self.volume.read_bytes())
        content[-5] ^= 1
        self.volume.write_bytes(content)
        error = self.refused(4, "volume_changed")
        self.assertIn(self.volume.name, error["message"])

    def test_a_missing_volume_is_named(self):
        self.volume.unlink()
        error = self.refused(2, "run_volume_missing")
        self.assertIn(self.volume.name, error["message"])
        done = self.bundle(self.run_folder, "--without-volumes", name=f"missing{self.shop._count}.zip")
        self.assertEqual(done.code, 0, done.stderr)

    def test_a_link_in_place_of_the_volume_is_not_followed(self):
        outside = self.shop.folder / "outside.nii.gz"
        shutil.move(self.volume, outside)
        self.volume.symlink_to(outside)
        self.refused(2, "run_volume_missing")

    def test_a_linked_folder_brings_nothing_in(self):
        shutil.move(self.run_folder / "logs", self.shop.folder / f"logs{self.shop._count}")
        (self.run_folder / "logs").symlink_to(self.shop.folder / f"logs{self.shop._count}")
        done = self.bundle(self.run_folder, name=f"linked{self.shop._count}.zip")
        self.assertEqual(done.code, 0, done.stderr)
        with zipfile.ZipFile(self.shop.folder / f"linked{self.shop._count}.zip") as archive:
            self.assertEqual([name for name in archive.namelist() if "/logs/" in name], [])

    def test_samples_that_are_no_volumes_are_refused(self):
        path = self.run_folder / "result.json"
        for odd in ("x", {}, {"image_path": ""}, None, 7):
            with self.subTest(odd):
                result = json.loads(path.read_text())
                result["output"]["samples"].insert(0, odd)
                path.write_text(json.dumps(result))
                self.refused(2, "run_record_damaged")
                result["output"]["samples"].pop(0)
                path.write_text(json.dumps(result))

    def test_a_run_is_not_written_over_by_its_own_bundle(self):
        record = (self.run_folder / "result.json").read_bytes()
        for target in ("result.json", "new.zip", "logs/new.zip"):
            done = self.shop.run("bundle", self.run_folder, "--overwrite", "-o",
                                 self.run_folder / target)
            self.assertEqual(done.code, 2, done.stderr)
            self.assertEqual(done.document["errors"][0]["code"], "target_inside_a_run")
        self.assertEqual((self.run_folder / "result.json").read_bytes(), record)

    def test_an_interrupted_run_has_no_result(self):
        (self.run_folder / "result.json").unlink()
        self.refused(2, "run_unfinished")

    def test_a_damaged_result_is_told(self):
        (self.run_folder / "result.json").write_text('{"skill": ')
        self.refused(2, "run_record_damaged")

    def test_a_folder_that_is_no_run_is_named(self):
        self.refused(2, "no_run_here", self.shop.home)

    def test_nobody_was_accepted(self):
        self.refused(2, "nothing_to_bundle", self.run_folder, "--accepted")

    def test_a_file_that_is_there_stays(self):
        (self.target / "x.zip").write_text("mine")
        self.refused(2, "target_exists")
        self.assertEqual((self.target / "x.zip").read_text(), "mine")
        done = self.shop.run("bundle", self.run_folder, "--overwrite", "-o",
                             self.target / "x.zip")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertTrue(zipfile.is_zipfile(self.target / "x.zip"))
        done = self.shop.run("bundle", self.run_folder, "--overwrite", "--folder", "-o",
                             self.target)
        self.assertEqual(done.code, 2, done.stderr)

    def test_a_folder_that_does_not_exist_is_not_made(self):
        done = self.shop.run("bundle", self.run_folder, "-o", self.target / "no" / "x.zip")
        self.assertEqual(done.code, 5, done.stderr)
        self.assertEqual(done.document["errors"][0]["code"], "cannot_write")
        self.assertEqual(tree(self.target), [])

    def test_a_full_disk_leaves_nothing(self):
        # A limit on the size of files is met like a full disk: in the middle of writing.
        import resource
        done = self.shop.run(
            "bundle", self.run_folder, "-o", self.target / "x.zip",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)))
        self.assertEqual(done.code, 5, done.stderr)
        self.assertEqual(tree(self.target), [])

    def test_a_run_that_goes_on_is_not_exported(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        self.refused(2, "run_unfinished", out)
        running.signal(2)
        running.wait()

    @unittest.skipUnless(STUDIO, "reports need the viewer")
    def test_cancelling_leaves_nothing(self):
        # It stops where the report would be made: in a pipe that nobody reads.
        shutil.rmtree(self.run_folder / "report", ignore_errors=True)
        os.mkfifo(self.target / "hold")
        libexec = self.shop._folder(f"prefix{self.shop._count}")
        for part in ("bin", "libexec/mrbrain"):
            (libexec / part).mkdir(parents=True)
        shutil.copy(os.environ["MRB_MRBRAIN"], libexec / "bin/mrbrain")
        helper = libexec / "libexec/mrbrain/mrbrain-picture"
        helper.write_text(f"#!/bin/sh\necho started > '{self.target}/started'\n"
                          f"read line < '{self.target}/hold'\n")
        helper.chmod(0o755)
        running = subprocess.Popen(
            [libexec / "bin/mrbrain", "bundle", self.run_folder, "-o", self.target / "x.zip"],
            env=self.shop.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        wait_until((self.target / "started").exists, "the report is being made")
        running.send_signal(2)
        output, _ = running.communicate()
        self.assertEqual(running.returncode, 130)
        self.assertEqual(strict_json(output)["errors"][0]["code"], "cancelled")
        self.assertEqual(tree(self.target), ["hold", "started"])


if __name__ == "__main__":
    unittest.main()
