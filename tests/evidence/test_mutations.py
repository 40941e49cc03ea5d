# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Any change of a byte or a field of a bundle after its export is found: the bundle of a run that
passes is changed in one place at a time, over all of its files, and must not pass then."""

import concurrent.futures
import contextlib
import json
import os
import random
import shutil
import subprocess
import unittest
import zipfile

import jsonschema

from evidence_shop import VerifyTest, at, failed, only_run, record_of, resum, write_json
from mrbrain_cli import MRBRAIN, SOURCE, strict_json, tree

WORKERS = max(2, os.cpu_count() or 2)
REVIEW = {"review_version": 1, "rating": "accepted", "note": "as it should be"}


def positions(size, count):
    """Spread over a file, first and last byte included."""
    return sorted({round(i * (size - 1) / (count - 1)) for i in range(count)}) if size else []


def leaves(value, path=()):
    """Every place in a document: members of objects and lists, at all depths."""
    items = (value.items() if isinstance(value, dict)
             else enumerate(value) if isinstance(value, list) else ())
    for name, member in items:
        yield (*path, name), member
        yield from leaves(member, (*path, name))


def other(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return [*value, 0]
    return 0 if value is None else {**value, "added": 1}


def edits_of(document, rng, count):
    """Changed, removed and added fields: (what, function of a document). Which ones is drawn, the
    same each time."""
    places = [path for path, _ in leaves(document)]
    for path in rng.sample(places, min(count, len(places))):
        kind = rng.choice(["change", "remove", "add", "null"])

        def edit(copy, path=path, kind=kind):
            holder, name = at(copy, path)
            if kind == "remove":
                del holder[name]
            elif kind == "add" and isinstance(holder, dict):
                holder["added"] = holder[name]
            elif kind == "null" and holder[name] is not None:
                holder[name] = None
            else:
                holder[name] = other(holder[name])
        yield f"{kind} {'.'.join(map(str, path))}", edit


class Mutations(VerifyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        write_json(cls.good / "review.json", REVIEW)
        cls.folder, _ = cls.bundle_of(cls.good, name="folder", options=["--folder"])
        cls.archive, _ = cls.bundle_of(cls.good, name="good.zip")
        cls.files = [name for name in tree(cls.folder) if (cls.folder / name).is_file()]
        cls.content = {name: (cls.folder / name).read_bytes() for name in cls.files}

    def judge_plainly(self, evidence):
        """Exit code and report; a crash or a document that is none shows."""
        done = subprocess.run(
            [MRBRAIN, "verify", evidence, "--progress", "none", "--manifest", self.manifest],
            env=self.shop.environment(), capture_output=True, check=False, timeout=60)
        document = strict_json(done.stdout)
        return done.returncode, document

    def try_all(self, mutations):
        """Each is (name, context in which a copy of the bundle is changed, and that says what to
        verify); what was not detected. There are as many copies as workers."""
        copies = []

        def work(mutation):
            name, changed = mutation
            copy = copies.pop()
            try:
                with changed(copy) as evidence:
                    code, document = self.judge_plainly(evidence)
                ok = code == 4 and document.get("overall") == "fail" and failed(document)
                return None if ok else (name, code)
            finally:
                copies.append(copy)
        for number in range(WORKERS):
            copies.append(self.shop.folder / f"copy{number}")
            shutil.copytree(self.folder, copies[-1])
        try:
            with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
                return [lost for lost in pool.map(work, mutations) if lost]
        finally:
            for copy in copies:
                shutil.rmtree(copy)

    def in_folder(self, name, content):
        """One file has this content, or is gone."""
        @contextlib.contextmanager
        def changed(copy):
            path, before = copy / name, self.content.get(name)
            if content is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            yield copy
            if before is None:
                path.unlink()
            else:
                path.write_bytes(before)
        return changed

    def with_sums(self, names, edit):
        """A document, or several alike, changed and all sums rewritten."""
        @contextlib.contextmanager
        def changed(copy):
            for name in names:
                document = json.loads(self.content[name])
                edit(document)
                write_json(copy / name, document)
            resum(copy)
            yield copy
            for name in (*names, "SHA256SUMS"):
                (copy / name).write_bytes(self.content[name])
        return changed

    @staticmethod
    def as_archive(content):
        @contextlib.contextmanager
        def changed(copy):
            target = copy.with_suffix(".zip")
            target.write_bytes(content)
            yield target
        return changed

    def summed(self):
        return [name for name in self.files if not name.endswith("/review.json")]

    def test_the_bundle_passes_before(self):
        for evidence in (self.folder, self.archive):
            code, document = self.judge_plainly(evidence)
            self.assertEqual(code, 0, failed(document))
        self.assertIn(f"runs/{only_run(self.folder).name}/review.json", self.files)

    def test_every_flipped_byte_of_every_file_is_found(self):
        mutations = []
        for name in self.summed():
            content = self.content[name]
            for place in positions(len(content), 7):
                flipped = bytearray(content)
                flipped[place] ^= 1 << (place % 8)
                mutations.append((f"{name} byte {place}", self.in_folder(name, bytes(flipped))))
            mutations.append((f"{name} one byte more", self.in_folder(name, content + b"\n")))
            if content:
                mutations.append((f"{name} one byte less", self.in_folder(name, content[:-1])))
        self.assertGreaterEqual(len(mutations), 200)
        self.assertEqual(self.try_all(mutations), [])

    def test_every_changed_removed_or_added_field_of_every_document_is_found(self):
        rng = random.Random(6)
        mutations = []
        for name in self.summed():
            if not name.endswith(".json"):
                continue
            document = strict_json(self.content[name])
            for what, edit in edits_of(document, rng, 20):
                copy = json.loads(self.content[name])
                edit(copy)
                mutations.append((f"{name}: {what}", self.in_folder(
                    name, (json.dumps(copy, indent=2, ensure_ascii=False) + "\n").encode())))
        self.assertGreaterEqual(len(mutations), 200)
        self.assertEqual(self.try_all(mutations), [])

    def test_files_that_are_gone_new_or_exchanged_are_found(self):
        run = f"runs/{only_run(self.folder).name}"
        names = self.summed()
        mutations = [(f"{name} gone", self.in_folder(name, None)) for name in names]
        mutations += [(f"{name} new", self.in_folder(name, b"new")) for name in (
            "new.txt", f"{run}/new.json", f"{run}/logs/new.log", "runs/other/result.json",
            "runs/review.json", f"{run}/pictures/review.json", f"{run}/x.nii.gz")]
        for first, second in zip(names, names[1:]):
            if self.content[first] != self.content[second]:
                mutations.append((f"{first} holds {second}",
                                  self.in_folder(first, self.content[second])))
        self.assertEqual(self.try_all(mutations), [])

    def test_every_flipped_byte_of_the_archive_is_found(self):
        content = self.archive.read_bytes()
        mutations = []
        for place in positions(len(content), 100):
            flipped = bytearray(content)
            flipped[place] ^= 1 << (place % 8)
            mutations.append((f"byte {place}", self.as_archive(bytes(flipped))))
        mutations += [(name, self.as_archive(data)) for name, data in {
            "cut": content[:-1], "longer": content + b"\0", "in front": b"\0" + content,
            "half": content[:len(content) // 2], "comment": content[:-2] + b"\1\0x"}.items()]
        self.assertEqual(self.try_all(mutations), [])

    def test_the_review_is_outside_by_design(self):
        name = f"runs/{only_run(self.folder).name}/review.json"
        for content in (b'{"review_version": 1, "rating": "rejected"}', b"", b"\xff", None):
            with self.in_folder(name, content)(self.folder) as evidence:
                code, document = self.judge_plainly(evidence)
            self.assertEqual((code, failed(document)), (0, set()))
        with zipfile.ZipFile(self.archive) as archive:
            self.assertIn(name, archive.namelist())

    def test_with_all_sums_rewritten_what_is_computed_again_is_still_found(self):
        """In the record alone, and in its copy for the public verifier alike."""
        run = only_run(self.folder)
        record = record_of(run)
        sample = ("output", "samples", 0)
        fields = [("overall_status",), ("exit_code",), ("engine",), ("skill",),
                  ("manifest", "id"), ("manifest", "sha256"), ("manifest", "built_in"),
                  ("invocation", "exit_code"), ("invocation", "official_entrypoint"),
                  ("invocation", "upstream_commit"), ("input", "modality_code"),
                  ("input", "random_seed"), ("input", "dim_requested", 1),
                  ("input", "spacing_requested", 2), ("input", "num_inference_steps_requested"),
                  ("input", "cfg_guidance_scale_requested"), ("input", "version"),
                  ("output", "num_samples"), ("runtime", "envelope"), ("run", "id"),
                  ("run", "started_at"), ("run", "num_gpus"), ("logs", "stderr_tail"),
                  ("cost", "evaluation", "status"), ("intended_use_disclaimer",)]
        fields += [("output", flag) for flag in record["output"] if flag.startswith("all_")]
        fields += [("gates", number, key) for number in range(len(record["gates"]))
                   for key in ("status", "observed", "expected", "path", "operator")]
        fields += [(*sample, key) for key in record["output"]["samples"][0]
                   if key not in ("measurements", "image_path")]
        fields += [("invocation", "upstream_identity", key)
                   for key in record["invocation"]["upstream_identity"]]
        fields += [("invocation", "model_inventory", "files", 0, key) for key in
                   ("path", "present", "sha256", "expected_sha256", "sha256_match")]
        fields += [("invocation", "model_inventory", key) for key in ("all_present",
                                                                     "all_sha256_match")]
        mutations = []
        for path in fields:
            for names in (("result.json",), ("result.json", "output.json")):
                def edit(document, path=path):
                    holder, last = at(document, path)
                    holder[last] = other(holder[last])
                mutations.append((f"{'.'.join(map(str, path))} in {names}", self.with_sums(
                    [f"runs/{run.name}/{name}" for name in names], edit)))
        self.assertGreaterEqual(len(mutations), 200)
        self.assertEqual(self.try_all(mutations), [])

    def test_other_documents_with_all_sums_rewritten_are_still_found(self):
        """Every field of what is made from the record, and of the index."""
        rng = random.Random(7)
        run = f"runs/{only_run(self.folder).name}"
        names = [f"{run}/{name}.json" for name in (
            "manifest", "validation_summary", "runtime_profile", "cost_profile", "integrity_check",
            "settings")]
        mutations = []
        for name in names:
            for what, edit in edits_of(strict_json(self.content[name]), rng, 12):
                mutations.append((f"{name}: {what}", self.with_sums([name], edit)))
        self.assertEqual(self.try_all(mutations), [])


class Schemas(VerifyTest):
    """Our own reading of the schemas agrees with python3-jsonschema's."""

    def test_on_mutated_records(self):
        reference = jsonschema.Draft202012Validator(
            json.loads((SOURCE / "resources/schema/result.schema.json").read_text()))
        rng = random.Random(8)
        record = record_of(self.good)
        seen = set()
        for what, edit in edits_of(record, rng, 100):
            copy = json.loads(json.dumps(record))
            edit(copy)
            write_json(self.good / "result.json", copy)
            with self.subTest(what):
                found = failed(self.verify(self.good))
                valid = reference.is_valid(copy)
                self.assertEqual("schemas_valid" not in found, valid,
                                 [error.message for error in reference.iter_errors(copy)])
                seen.add(valid)
        self.assertEqual(seen, {True, False})


if __name__ == "__main__":
    unittest.main()
