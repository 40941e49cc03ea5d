# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""What a run used is measured while it goes on, and compared with the manifest's limits."""

import json
import signal
import unittest

import jsonschema

from mrbrain_cli import GPU_UUID, SMALL, SOURCE, CliTest, wait_until

LIMITS = ["wall_seconds", "cpu_seconds", "rss_mb_peak", "gpu_seconds", "gpu_memory_mb_peak"]


class CostTest(CliTest):

    def cost_of(self, document):
        schema = json.loads((SOURCE / "resources/schema/result.schema.json").read_text())
        jsonschema.Draft202012Validator(schema).validate(document)
        return document["cost"]

    def cost_warnings(self, document):
        return [warning["field"] for warning in document["warnings"]
                if warning["code"] == "cost_outside_envelope"]

    def with_nvidia_smi(self, name, script):
        folder = self.shop.folder / name
        folder.mkdir()
        (folder / "git").symlink_to(self.shop.bin / "git")
        self.shop.write_program("nvidia-smi", script, folder)
        return self.shop.environment(PATH=str(folder))


class Measured(CostTest):

    def spend(self, code=0, status="passed_custom_manifest", gates=(), **phases):
        spend = {phase: {"uuid": GPU_UUID, **spec} for phase, spec in phases.items()}
        return self.run_and_judge(code, status, list(gates), spend=spend)

    def test_memory_is_measured_in_the_phase_that_takes_it(self):
        document = self.spend(models={"mb": 200, "gpu_mb": 5000, "looks": 4},
                              diffusion={"mb": 400, "gpu_mb": 12898, "looks": 4})
        cost = self.cost_of(document)
        measured = cost["measured"]
        self.assertEqual(measured["gpu_memory_mb_peak"], 12898)
        self.assertIsNone(measured["gpu_memory_mb_held"])  # single answers do not tell
        self.assertGreater(measured["rss_mb_peak"], 600)
        self.assertLess(measured["rss_mb_peak"], 800)
        self.assertGreater(measured["cpu_seconds"], 0)
        self.assertEqual(measured["wall_seconds"], document["runtime"]["subprocess_seconds"])
        self.assertEqual(measured["rss_mb_peak"], document["runtime"]["rss_mb_peak"])
        self.assertEqual(measured["cpu_seconds"], document["runtime"]["cpu_seconds"])
        self.assertEqual(cost["gpu"]["basis"], "processes")
        self.assertEqual(cost["gpu"]["reason"], "")
        self.assertEqual(cost["gpu"]["per_gpu"],
                         {GPU_UUID: {"gpu_seconds": measured["gpu_seconds"],
                                     "gpu_memory_mb_peak": 12898}})
        phases = {phase["name"]: phase for phase in document["phases"]}
        models, diffusion = phases["models"], phases["diffusion"]
        self.assertEqual(models["gpu_memory_mb_peak"], 5000)
        self.assertEqual(diffusion["gpu_memory_mb_peak"], 12898)
        self.assertGreater(models["rss_mb_peak"], 200)
        self.assertLess(models["rss_mb_peak"], 600)
        self.assertGreater(diffusion["rss_mb_peak"], 600)
        for total, figure in (("cpu_seconds", "cpu_seconds"), ("gpu_seconds", "gpu_seconds")):
            known = [phase[figure] for phase in phases.values() if phase[figure] is not None]
            self.assertLessEqual(sum(known), measured[total] + 0.01)
        self.assertLessEqual(measured["gpu_seconds"], measured["wall_seconds"])
        self.assertGreater(diffusion["gpu_seconds"], 0)

    def test_a_run_within_the_limits_has_no_warning(self):
        document = self.spend(diffusion={"mb": 600, "gpu_mb": 12898, "looks": 3})
        evaluation = self.cost_of(document)["evaluation"]
        self.assertEqual(evaluation["status"], "within_envelope")
        self.assertEqual([row["name"] for row in evaluation["results"]], LIMITS)
        self.assertEqual({row["status"] for row in evaluation["results"]}, {"pass"})
        self.assertEqual(self.cost_warnings(document), [])

    def test_a_limit_that_is_passed_is_a_warning_and_no_verdict(self):
        document = self.spend(diffusion={"mb": 600, "gpu_mb": 60000, "looks": 3})
        evaluation = self.cost_of(document)["evaluation"]
        self.assertEqual(evaluation["status"], "outside_envelope")
        failed, = [row for row in evaluation["results"] if row["status"] == "fail"]
        self.assertEqual((failed["name"], failed["maximum"], failed["measured"]),
                         ("gpu_memory_mb_peak", 48000, 60000))
        self.assertIn("48000", failed["reason"])
        self.assertEqual(self.cost_warnings(document), ["cost.measured.gpu_memory_mb_peak"])

    def test_files_left_in_the_caches_are_scratch(self):
        document = self.run_and_judge(0, "passed_custom_manifest", [],
                                      sabotage="fill_caches")
        self.assertEqual(self.cost_of(document)["measured"]["scratch_mb"], 3)

    def test_a_failed_run_is_only_told_what_it_exceeded(self):
        outcome = self.shop.run_small(spend={"imports": {"uuid": GPU_UUID, "gpu_mb": 60000,
                                                         "looks": 3}},
                                      end={"exit": 1}, volumes=[])
        self.assertEqual(outcome.code, 3)
        self.assertEqual(self.cost_warnings(outcome.document), ["cost.measured.gpu_memory_mb_peak"])

    def test_the_phantom_is_not_compared_and_uses_no_gpu(self):
        asked = self.shop.folder / "phantom-asked"
        environment = self.with_nvidia_smi("phantom-bin", f"echo >> {asked}")
        outcome = self.shop.run("generate", self.shop.request(SMALL), "--engine", "phantom", "-o",
                                self.shop.new_out(), "--python", self.shop.python,
                                env=environment)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        cost = self.cost_of(outcome.document)
        self.assertIsNone(cost["gpu"]["basis"])
        self.assertIn("phantom", cost["gpu"]["reason"])
        self.assertIsNone(cost["measured"]["gpu_seconds"])
        self.assertGreater(cost["measured"]["rss_mb_peak"], 0)
        self.assertEqual(cost["evaluation"]["status"], "skipped")
        self.assertEqual(cost["evaluation"]["results"], [])
        self.assertEqual(self.cost_warnings(outcome.document), [])
        self.assertFalse(asked.exists())


class NotMeasured(CostTest):
    """A driver that misbehaves once the run goes on."""

    def judge(self, name, reason, **answers):
        environment = self.with_nvidia_smi(name, self.shop.nvidia_smi(**answers))
        self.shop.mode(end="ok")
        outcome = self.shop.generate(self.shop.request(SMALL), out=self.shop.new_out(),
                                     env=environment)
        document = self.assert_verdict(outcome, 0, "passed_custom_manifest", [])
        cost = self.cost_of(document)
        self.assertIsNone(cost["gpu"]["basis"])
        self.assertRegex(cost["gpu"]["reason"], reason)
        self.assertIsNone(cost["measured"]["gpu_seconds"])
        self.assertIsNone(cost["measured"]["gpu_memory_mb_peak"])
        self.assertGreater(cost["measured"]["rss_mb_peak"], 0)
        rows = {row["name"]: row for row in cost["evaluation"]["results"]}
        self.assertEqual(rows["gpu_seconds"]["status"], "fail")
        self.assertEqual(rows["gpu_seconds"]["reason"], "not measured")
        self.assertEqual(rows["wall_seconds"]["status"], "pass")
        self.assertIn("cost.measured.gpu_seconds", self.cost_warnings(document))

    def test_a_hanging_tool_delays_nothing_and_is_ended(self):
        self.judge("smi-hangs-later", "had answered|did not finish", processes="/bin/sleep 1000")

    def test_a_tool_that_fails(self):
        self.judge("smi-fails-later", "had answered|exit code 9", memory="exit 9")

    def test_cards_that_say_nothing(self):
        self.judge("smi-says-nothing", "MIG|had answered", memory=f"echo '{GPU_UUID}, [N/A]'")

    def test_a_cancelled_run_does_not_wait_for_a_hanging_tool(self):
        sign = self.shop.folder / "hanging"
        environment = self.with_nvidia_smi(
            "smi-hangs", self.shop.nvidia_smi(processes=f": > {sign}\n/bin/sleep 1000"))
        self.shop.mode(hang_at="diffusion")
        running = self.shop.start("generate", self.shop.request(SMALL), "--manifest",
                                  self.shop.manifest, "-o", self.shop.new_out(), env=environment)
        wait_until(lambda: sign.exists() and self.shop.reached("diffusion"), "the tool hangs")
        running.signal(signal.SIGINT)
        outcome = running.wait()
        self.assertEqual(outcome.code, 130, outcome.stderr)
        self.assertIsNone(outcome.document["cost"]["gpu"]["basis"])
        self.assertEqual(self.shop.living(), {})


if __name__ == "__main__":
    unittest.main()
