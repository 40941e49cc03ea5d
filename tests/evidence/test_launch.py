# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Records of runs that started warm, shared a GPU or repeat another: as evidence they are like any
other, and what they say of it has to agree."""

import copy
import pathlib
import unittest

import jsonschema

from evidence_shop import PHANTOM_FAILS, VerifyTest, at, kept, only_run, record_of, write_json
from mrbrain_cli import SMALL, SOURCE, strict_json

LAUNCHER = "/opt/tools of erika/share/mrbrain/warm/warm_start.py"
WARM_START = {"used": True, "reason": None, "warm_up_seconds": 17.25, "warm_up_cpu_seconds": 16.5,
              "versions": {"python": "3.12.3", "torch": "2.11.0"}}
NOT_USED = {"used": False, "reason": "The checkout changed.", "warm_up_seconds": None,
            "warm_up_cpu_seconds": None, "versions": {}}
RETRY = {"run_id": "before", "reason": "gpu_out_of_memory"}
RESULT = jsonschema.Draft202012Validator(
    strict_json((SOURCE / "resources/schema/result.schema.json").read_text()))


def warning(code):
    return {"code": code, "field": "", "message": "told", "hint": ""}


def warm(record):
    record["invocation"].update(launch="warm", warm_start=copy.deepcopy(WARM_START))
    record["invocation"]["command"].insert(1, LAUNCHER)
    record["run"]["most_at_once"] = 8


def not_used(record):
    record["invocation"]["warm_start"] = copy.deepcopy(NOT_USED)
    record["warnings"].append(warning("warm_start_not_used"))


def retried(record):
    record["run"]["retry_of"] = dict(RETRY)
    record["warnings"].append(warning("retried_alone"))


def earlier(record):
    """As a version wrote it that knew nothing of all this."""
    for name in ("launch", "warm_start"):
        del record["invocation"][name]
    for name in ("most_at_once", "retry_of"):
        del record["run"][name]


def put(*path_and_value):
    *path, value = path_and_value

    def edit(record):
        holder, last = at(record, path)
        holder[last] = value
    return edit


class LaunchTest(VerifyTest):
    def told_as(self, *edits):
        """The good run, with a record that says more; undone afterwards."""
        record = record_of(self.good)
        for edit in edits:
            edit(record)
        write_json(self.good / "result.json", record)
        return record


class Verified(LaunchTest):
    def test_whatever_agrees_passes(self):
        for edits in ((), (warm,), (not_used,), (retried,), (warm, retried), (earlier,)):
            with self.subTest([edit.__name__ for edit in edits]), kept(self.good):
                record = self.told_as(*edits)
                RESULT.validate(record)
                self.assertEqual(self.judge(self.good), set())

    def test_earlier_records_are_not_asked(self):
        def names():
            document = self.verify(self.good, "--manifest", self.manifest, code=0)
            return {check["name"] for check in document["checks"]}
        self.assertIn("launch_as_recorded", names())
        with kept(self.good):
            self.told_as(earlier)
            self.assertNotIn("launch_as_recorded", names())

    def test_a_journal_may_name_the_launcher_or_not(self):
        with kept(self.good):
            record = self.told_as(warm)
            journal = strict_json((self.good / "run.json").read_text())
            self.assertEqual(self.judge(self.good), set())
            journal["command"] = record["invocation"]["command"]
            write_json(self.good / "run.json", journal)
            self.assertEqual(self.judge(self.good), set())
            journal["command"] = [*journal["command"], "--more"]
            write_json(self.good / "run.json", journal)
            self.assertEqual(self.judge(self.good), {"journal_matches_record"})

    def test_what_does_not_agree_is_found(self):
        launch, schema = "launch_as_recorded", "schemas_valid"
        cases = {
            "warm without a word of it": ([put("invocation", "launch", "warm")], {launch, schema}),
            "warm without the launcher": (
                [put("invocation", "launch", "warm"),
                 put("invocation", "warm_start", WARM_START)], {launch}),
            "cold through the launcher": ([warm, put("invocation", "launch", "cold"),
                                           put("invocation", "warm_start", None)], {launch}),
            "neither": ([put("invocation", "launch", "lukewarm")], {launch, schema}),
            "another program in its place": (
                [warm, put("invocation", "command", 1, "/tmp/other.py")],
                {launch, "journal_matches_record"}),
            "not used, untold": ([put("invocation", "warm_start", NOT_USED)], {launch}),
            "not used, without a reason": (
                [not_used, put("invocation", "warm_start", "reason", None)], {launch}),
            "told and used": ([warm, lambda record: record["warnings"].append(
                warning("warm_start_not_used"))], {launch}),
            "a retry, untold": ([put("run", "retry_of", RETRY)], {launch}),
            "told, no retry": ([lambda record: record["warnings"].append(
                warning("retried_alone"))], {launch}),
            "a retry of itself": ([retried, lambda record: record["run"]["retry_of"].update(
                run_id=record["run"]["id"])], {launch}),
            "nobody at all on the GPU": ([put("run", "most_at_once", 0)], {schema}),
            "a retry without its reason": (
                [retried, put("run", "retry_of", {"run_id": "before"})], {schema}),
        }
        for name, (edits, expected) in cases.items():
            with self.subTest(name), kept(self.good):
                self.told_as(*edits)
                self.assertEqual(self.judge(self.good), expected)


class HandedOn(LaunchTest):
    """A warm run that repeats another, in a bundle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        record = record_of(cls.good)
        warm(record)
        retried(record)
        write_json(cls.good / "result.json", record)
        # What a traceback of it would have.
        with (cls.good / "logs/stderr.log").open("a") as log:
            log.write(f'  File "{LAUNCHER}", line 7\n')
        cls.folder, _ = cls.bundle_of(cls.good, name="warm", options=["--folder"])
        cls.pack = only_run(cls.folder)

    def test_the_launchers_place_is_nobodys_business(self):
        for path in self.folder.rglob("*"):
            if path.is_file() and path.suffix not in (".gz", ".png", ".pdf"):
                self.assertNotIn("erika", path.read_text(errors="replace"), path.name)
        result = strict_json((self.pack / "result.json").read_text())
        self.assertEqual(result["invocation"]["command"][1:3], ["<launcher>", "-m"])
        self.assertEqual(result["invocation"]["warm_start"], WARM_START)
        self.assertEqual(result["run"]["retry_of"], RETRY)
        self.assertIn('File "<launcher>"', (self.pack / "logs/stderr.log").read_text())
        redactions = strict_json((self.folder / "redactions.json").read_text())
        self.assertIn("<launcher>", str(redactions))
        self.assertIn("<launcher>", (self.folder / "README.txt").read_text())

    def test_the_bundle_keeps_its_schemas_and_its_verdict(self):
        RESULT.validate(strict_json((self.pack / "result.json").read_text()))
        document = self.verify(self.folder, "--manifest", self.manifest)
        failures = {check["name"] for check in document["checks"] if check["status"] == "fail"}
        # The log has a line that nobody ran.
        self.assertLessEqual(failures, {"logs_match_record"}, document)

    def test_the_replay_uses_the_documented_command_and_says_so(self):
        script = (self.pack / "replay.sh").read_text()
        self.assertIn("warm start", script)
        self.assertNotIn("warm_start.py", script)
        self.assertNotIn("<launcher>", script)
        self.assertIn('exec "$python" -m scripts.diff_model_infer', script)
        self.assertIn("warm: the interpreter had imported",
                      (self.pack / "workflow_run_record.md").read_text())

    def test_the_report_says_it(self):
        html = (self.pack / "report.html").read_text()
        expected = ("Warm start", "Python 3.12.3, torch 2.11.0", "17.3 s", "unmodified upstream",
                    "at most 8 runs at once", "run before", "ran out of GPU memory")
        self.assertEqual([text for text in expected if text not in html], [])

    def test_comparing_names_the_start(self):
        cold = self.run_of("cold")
        rows = {row["name"]: row
                for section in self.shop.run("diff", cold, self.good, "--json").document["sections"]
                for row in section["rows"]}
        self.assertEqual([rows["Start"]["first"], rows["Start"]["second"]],
                         ["documented command", "warm"])
        self.assertEqual([rows["Runs at once, at most"]["first"],
                          rows["Runs at once, at most"]["second"]], ["1", "8"])
        self.assertEqual(rows["Repeats the failed run"]["second"], "before")


class StartedWarm(VerifyTest):
    """A phantom that really started warm."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        done = cls.shop.run("batch", cls.shop.request({**SMALL, "random_seed": 5}), "--warm",
                            "--engine", "phantom", "--python", cls.shop.python, "--jobs", "1",
                            "--progress", "none", "-o", cls.shop.out / "batch")
        assert done.code == 0, done.stderr
        cls.warm = pathlib.Path(done.document["runs"][0]["run_folder"])

    def test_its_record_says_so_and_is_verified(self):
        record = record_of(self.warm)
        RESULT.validate(record)
        self.assertEqual(record["invocation"]["launch"], "warm")
        self.assertEqual(record["invocation"]["command"][2:4], ["-m", "scripts.diff_model_infer"])
        self.assertEqual([warning["code"] for warning in record["warnings"]
                          if "warm" in warning["code"]], [])
        document = self.verify(self.warm, code=4)
        self.assertEqual({check["name"] for check in document["checks"]
                          if check["status"] == "fail"}, PHANTOM_FAILS)

    def test_its_bundle_is_verified_and_tells_no_place(self):
        folder, _ = self.bundle_of(self.warm, name="warm.bundle", options=["--folder"])
        launcher = record_of(self.warm)["invocation"]["command"][1]
        told = [path.name for path in folder.rglob("*")
                if path.is_file() and path.suffix not in (".gz", ".png", ".pdf")
                and launcher.rsplit("/", 1)[0] in path.read_text(errors="replace")]
        self.assertEqual(told, [])
        document = self.verify(folder, code=4)
        self.assertEqual({check["name"] for check in document["checks"]
                          if check["status"] == "fail"}, PHANTOM_FAILS)

    def test_it_is_reproduced_by_the_documented_command(self):
        again = self.shop.new_out()
        done = self.shop.run("reproduce", self.warm, "-o", again, "--python", self.shop.python)
        self.assertEqual(done.code, 0, done.stderr)
        compared = strict_json((again / "reproduction.json").read_text())
        self.assertEqual(compared["verdict"], "bit_identical")
        self.assertIn({"name": "Start", "original": "warm", "again": "documented command"},
                      compared["environment_differences"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
