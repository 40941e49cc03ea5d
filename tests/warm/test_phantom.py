# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""The phantom engine through a warm start: the same bytes as in a cold one."""

import gzip
import hashlib
import json
import pathlib
import re
import unittest

from warm_shop import DATA, Shop, WarmTest

ROOT = DATA / "phantom_upstream"
NETWORK = "configs/config_network_rflow.json"


class PhantomShop(Shop):
    def __init__(self):
        super().__init__()
        self.root = ROOT

    def stage(self, name, seed):
        """The arguments of a small run into a folder of its own."""
        folder = self.folder / name
        folder.mkdir()
        environment = json.loads(
            (ROOT / "configs/environment_maisi_diff_model_rflow-mr-brain.json").read_text())
        environment["output_dir"] = str(folder)
        model = json.loads(
            (ROOT / "configs/config_maisi_diff_model_rflow-mr-brain.json").read_text())
        model["diffusion_unet_inference"].update(dim=[64, 64, 32], num_inference_steps=3,
                                                 random_seed=seed)
        (folder / "environment.json").write_text(json.dumps(environment))
        (folder / "model.json").write_text(json.dumps(model))
        return folder, ["-t", f"./{NETWORK}", "-e", str(folder / "environment.json"),
                        "-c", str(folder / "model.json")]


class Phantom(WarmTest):
    def setUp(self):
        self.shop = PhantomShop()
        self.addCleanup(self.shop.remove)

    def volume(self, folder):
        files = list(pathlib.Path(folder).rglob("*.nii.gz"))
        self.assertEqual(len(files), 1)
        return hashlib.sha256(gzip.decompress(files[0].read_bytes())).hexdigest()

    def log(self, ended, folder):
        """Without times, speeds and what the two runs have apart from each other."""
        text = re.sub(r"^\[[-\d :.]+\]", "", ended.stderr, flags=re.MULTILINE)
        text = re.sub(r"\[\d\d:\d\d<[^]]*\]|_20\d{12}", "", text).replace(str(folder), "OUT")
        # How often a bar is redrawn depends on the time; its last state does not.
        return [line for line in re.split("[\r\n]", text) if "%|" not in line or "100%|" in line]

    def test_same_volume_and_same_log(self):
        module = "scripts.diff_model_infer"
        for seed in (1234, 7):
            with self.subTest(seed):
                cold_folder, arguments = self.shop.stage(f"cold{seed}", seed)
                cold = self.shop.cold(*arguments, module=module)
                warm_folder, arguments = self.shop.stage(f"warm{seed}", seed)
                waiting = self.shop.start(*arguments, module=module)
                report = waiting.report()
                self.assertIn(str(ROOT / NETWORK), [file[0] for file in report["files"]])
                self.assertFalse(list(warm_folder.rglob("*.nii.gz")))
                warm = waiting.run()
                self.assertEqual((cold.code, warm.code), (0, 0), warm.stderr)
                self.assertEqual(self.volume(warm_folder), self.volume(cold_folder))
                self.assertEqual(self.log(warm, warm_folder), self.log(cold, cold_folder))
        self.assertNotEqual(self.volume(cold_folder), self.volume(self.shop.folder / "cold1234"))


if __name__ == "__main__":
    unittest.main()
