# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Interpreters that are kept ready for the runs of a batch: on which GPU, and what becomes of them."""

import json
import pathlib
import unittest

from batch_shop import BatchTest
from mrbrain_cli import GPU_ROW, GPU_UUID, SMALL

OTHER_UUID = GPU_UUID.replace("1111", "2222")


class WarmBatches(BatchTest):

    def order(self, *options, seeds):
        return (*self.upstream(self.shop.request(SMALL), "--seeds", seeds, "--warm"), *options)

    def records(self, document):
        return [json.loads((pathlib.Path(run["run_folder"]) / "result.json").read_text())
                for run in document["runs"]]

    def two_gpus(self, processes=""):
        other = GPU_ROW.replace("0, Fake", "1, Fake").replace("1111", "2222")
        rows = f"echo '{GPU_ROW}'; echo '{other}'"
        memory = f"echo '{GPU_UUID}, 400'; echo '{OTHER_UUID}, 400'"
        self.shop.write_program("nvidia-smi", self.shop.nvidia_smi(rows, memory, processes))
        self.addCleanup(self.shop.write_program, "nvidia-smi", self.shop.nvidia_smi())

    def test_each_is_told_the_gpu_of_its_run(self):
        self.two_gpus()
        document = self.summary(self.batch(*self.order("--jobs", "2", seeds="1..6")))
        self.assertEqual(document["batch"]["launch"], {"wanted": "warm", "cold": 0, "warm": 6})
        # Its record names the GPUs that the run saw.
        used = [[uuid for uuid in (GPU_UUID, OTHER_UUID) if uuid in json.dumps(record)]
                for record in self.records(document)]
        self.assertEqual([len(seen) for seen in used], [1] * 6)
        self.assertEqual({seen[0] for seen in used}, {GPU_UUID, OTHER_UUID})
        self.assertEqual(list(self.out.glob("*-warm*")), [])

    def test_nvidia_smi_that_stops_answering_about_programs_stops_no_run(self):
        self.two_gpus("exit 9")
        document = self.summary(self.batch(*self.order("--jobs", "2", seeds="1..4")))
        self.assertEqual(document["batch"]["launch"], {"wanted": "warm", "cold": 0, "warm": 4})


if __name__ == "__main__":
    unittest.main()
