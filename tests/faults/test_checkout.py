# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Checkouts with files missing, damaged or other than the pinned ones, before and during a run.
Who checks the commit is refused long before; these rows are about what comes after that."""

import json
import unittest

from fault_matrix import ENDED, NOTHING, SMALL, FaultTest, Ran, row, strict_json
from mrbrain_cli import ENVIRONMENT, EXIT, MAPPING, MODEL, NETWORK, NO_VOLUME, TRUSTED

SCRIPT = "scripts/diff_model_infer.py"
RESTORE = "Restore the file from the pinned commit."
MALFORMED = "upstream_config_malformed"


class CheckoutTest(FaultTest):
    """Every test leaves the checkout as git has it."""

    def restore(self):
        self.shop.git(self.shop.root, "checkout", "-q", "--", ".")

    def compare_with(self, entry, function):
        self.addCleanup(self.restore)
        super().compare_with(entry, function)

    def tracked(self):
        self.restore()  # what the fault changed is the fault's
        return super().tracked()

    def generate(self, *arguments, case="", request=None):
        out = self.shop.new_out()
        self.shop.mode()
        return Ran(self.shop.generate(self.shop.request(request or SMALL), *arguments, out=out),
                   out, case=case)

    def change(self, path, edit):
        """The file as another JSON document."""
        document = json.loads((self.shop.root / path).read_text())
        edit(document)
        (self.shop.root / path).write_text(json.dumps(document))


class Missing(CheckoutTest):

    @row("checkout.no_checkout", group="checkout", fault="The folder is no checkout",
         made=f"{NETWORK} removed, which marks one", code=2, status="refused",
         finding="upstream_root_layout_invalid",
         says=f"error: … is not an NV-Generate-CTMR checkout: {NETWORK} is missing. Clone "
              "https://github.com/NVIDIA-Medtech/NV-Generate-CTMR and name the folder with "
              "--upstream or NV_GENERATE_ROOT.", left=NOTHING)
    def test_no_checkout(self):
        (self.shop.root / NETWORK).unlink()
        return self.generate("--upstream", self.shop.root)

    GIT = "checkout_tracked_files_changed checkout_needed_file_missing"
    RESTORE_IT = ("error: … is missing from the checkout. Restore it with git checkout, or widen "
                  "the sparse checkout.")

    @row("checkout.tracked_script_missing", group="checkout", fault="The script is missing",
         made=f"{SCRIPT} removed", code=2, status="refused", finding=GIT, says=RESTORE_IT,
         left=NOTHING)
    def test_tracked_script_missing(self):
        (self.shop.root / SCRIPT).unlink()
        return self.generate()

    @row("checkout.tracked_config_missing", group="checkout", fault="A config is missing",
         made="a config or the mapping of modalities removed", code=2, status="refused",
         finding=f"{GIT} {MALFORMED}", says=RESTORE_IT, left=NOTHING)
    def test_tracked_config_missing(self):
        for path in (MODEL, ENVIRONMENT, MAPPING):
            (self.shop.root / path).unlink()
            ran = self.generate(case=path)
            self.restore()
            yield ran

    @row("checkout.config_missing", group="checkout", fault="A config is missing from a checkout "
         "that was accepted", made="each config removed, --allow-checkout", code=2,
         status="refused", finding=MALFORMED,
         says=f"error: … cannot be read: No such file or directory. {RESTORE}", left=NOTHING)
    def test_config_missing(self):
        for path in (MODEL, ENVIRONMENT, MAPPING):
            (self.shop.root / path).unlink()
            ran = self.generate("--allow-checkout", case=path)
            self.assertIn(path, ran.outcome.document["detail"])
            self.restore()
            yield ran

    @row("checkout.script_missing", group="checkout", fault="The script is missing from a checkout "
         "that was accepted", made="scripts/diff_model_infer.py removed, --allow-checkout", code=2,
         status="refused", finding="checkout_needed_file_missing",
         says=f"error: {SCRIPT} is missing from the checkout. Restore it with git checkout, or "
              "widen the sparse checkout.", left=NOTHING)
    def test_script_missing(self):
        (self.shop.root / SCRIPT).unlink()
        return self.generate("--allow-checkout")

    def removing(self, path):
        """A Python that removes a file of the checkout once the preflight has asked it."""
        return self.shop.write_program(
            "removing", f'[ "$1" = -m ] && /bin/rm -f {self.shop.root / path}\n'
            f'exec {self.shop.root}/.venv/bin/python "$@"', self.shop.folder)

    @row("checkout.gone_at_start", group="checkout", fault="A file vanishes between preflight and "
         "start", made="the script or the network config removed as upstream starts", code=3,
         status="failed", gates=(EXIT, *NO_VOLUME),
         says="the log says: …\nwhat to do now: Check the checkout in the settings; clone it again "
              "if files are missing.", left=ENDED)
    def test_gone_at_start(self):
        for path in (SCRIPT, NETWORK):
            ran = self.generate("--python", self.removing(path), case=path)
            self.restore()
            yield ran

    @row("checkout.gone_in_run", group="checkout", fault="Files vanish while upstream runs",
         made="the script and the configs removed during the diffusion", code=0,
         status="passed_custom_manifest", says="passed_custom_manifest (exit code 0): …",
         left=ENDED, volumes=1)
    def test_gone_in_run(self):
        out = self.shop.new_out()
        running = self.start_waiting("diffusion", out)
        for path in (SCRIPT, MODEL, ENVIRONMENT, MAPPING, NETWORK):
            (self.shop.root / path).unlink()
        return Ran(self.go_on(running), out)


class Malformed(CheckoutTest):

    @row("checkout.malformed", group="checkout", fault="A config is no JSON document that can be "
         "trusted", made="empty, cut off, NaN, duplicate keys, a byte order mark, UTF-16, 100 MB "
         "or a folder in the place of each config, --allow-checkout", code=2, status="refused",
         finding=MALFORMED, says=f"error: … {RESTORE}", left=NOTHING)
    def test_malformed(self):
        for path in (MODEL, ENVIRONMENT, MAPPING):
            file = self.shop.root / path
            whole = file.read_bytes()
            for case, content in (
                    ("empty", b""), ("cut off", whole[:len(whole) // 2]),
                    ("NaN", whole.replace(b": 8", b": NaN").replace(b": 30", b": NaN")
                     .replace(b'"./data"', b"NaN")),
                    ("duplicate key", b'{"a": 1, "a": 2}'),
                    ("byte order mark", b"\xef\xbb\xbf" + whole),
                    ("UTF-16", whole.decode().encode("utf-16"))):
                self.assertNotEqual(content, whole, case)
                file.write_bytes(content)
                yield self.named(path, case)
            with open(file, "wb") as sparse:
                sparse.truncate(100 * 2**20)
            yield self.named(path, "100 MB")
            file.unlink()
            file.mkdir()
            yield self.named(path, "folder")
            file.rmdir()
            file.write_bytes(whole)

    def named(self, path, case):
        ran = self.generate("--allow-checkout", case=f"{path}: {case}")
        self.assertIn(path, ran.outcome.document["detail"])
        return ran

    @row("checkout.wrong_shape", group="checkout", fault="A config is JSON of another shape",
         made="lists for objects, no diffusion_unet_inference, no dim, texts for numbers, guidance "
         "below 0, a mapping without the modality, --allow-checkout", code=2, status="refused",
         finding=MALFORMED, says=f"error: … in the checkout: …. {RESTORE}", left=NOTHING)
    def test_wrong_shape(self):
        block = "diffusion_unet_inference"
        cases = {
            (MODEL, "no block"): lambda config: config.pop(block),
            (MODEL, "block is a list"): lambda config: config.update({block: []}),
            (MODEL, "no dim"): lambda config: config[block].pop("dim"),
            (MODEL, "regions as text"): lambda config: config[block].update(
                top_region_index="0100"),
            (MODEL, "guidance below 0"): lambda config: config[block].update(
                cfg_guidance_scale=-1),
            (ENVIRONMENT, "no model_dir"): lambda config: config.pop("model_dir"),
            (ENVIRONMENT, "a number"): lambda config: config.update(trained_autoencoder_path=7),
            (MAPPING, "no mri_t1"): lambda config: config.pop("mri_t1"),
            (MAPPING, "code as text"): lambda config: config.update(mri_t1="9"),
        }
        default = {"random_seed": 1, "num_inference_steps": 6}
        for (path, case), edit in cases.items():
            self.change(path, edit)
            ran = self.generate("--allow-checkout", case=case, request=default)
            self.assertIn(path, ran.outcome.document["detail"])
            self.restore()
            yield ran
        for path in (MODEL, ENVIRONMENT, MAPPING):
            (self.shop.root / path).write_text("[]")
            yield self.named(path, "list")
            self.restore()


class OtherDefaults(CheckoutTest):

    @row("checkout.other_defaults", group="checkout", fault="The checkout has other defaults",
         made="other dim, spacing, steps, guidance and regions, unknown keys beside them, "
         "--allow-checkout", code=4, status="failed", finding="upstream_default_changed",
         gates=(TRUSTED,), says="warning: … in the checkout has dim = [64,64,96]; "
         "the pinned version has …. Use the pinned checkout, or set the value in the request.",
         left=ENDED, volumes=1)
    def test_other_defaults(self):
        """The request changes one value; every other one is the checkout's, and is staged."""
        other = {"dim": [64, 64, 96], "spacing": [3.5, 3.75, 2], "num_inference_steps": 7,
                 "cfg_guidance_scale": 4.5, "top_region_index": [0, 0, 1, 0], "new_key": {"a": [1]}}

        def edit(config):
            config["diffusion_unet_inference"].update(other)
            config["another_block"] = {"kept": 1.0}
        self.change(MODEL, edit)
        self.change(ENVIRONMENT, lambda config: config.update(new_folder="./new", output_dir="x"))
        self.change(MAPPING, lambda config: config.update(mri_t1=109))
        expected = json.loads((self.shop.root / MODEL).read_text())
        expected["diffusion_unet_inference"].update(num_inference_steps=8, modality=109,
                                                    random_seed=1234)
        environment = json.loads((self.shop.root / ENVIRONMENT).read_text())
        ran = self.generate("--allow-checkout", request={"num_inference_steps": 8})
        environment.update(output_dir=str(ran.out), output_prefix="mr_brain_mri_t1")
        staged = ran.out / "_staged_configs"
        for path, document in ((MODEL, expected), (ENVIRONMENT, environment)):
            written = strict_json((staged / path.rsplit("/", 1)[1]).read_text())
            self.assertEqual(json.dumps(written), json.dumps(document))
        asked = ran.outcome.document["input"]
        self.assertEqual([asked["dim_requested"], asked["cfg_guidance_scale_requested"],
                          asked["modality_code"]], [[64, 64, 96], 4.5, 109])
        return ran

    @row("checkout.other_weights", group="checkout", fault="The configs load other checkpoints",
         made="another trained_autoencoder_path, --allow-checkout", code=2, status="refused",
         finding="weight_paths_differ",
         says=f"error: {ENVIRONMENT} in the checkout makes upstream load models/mine.pt, which the "
              "manifest does not list. Restore the file, or use a manifest that lists this "
              "checkpoint.", left=NOTHING)
    def test_other_weights(self):
        self.change(ENVIRONMENT, lambda config: config.update(
            trained_autoencoder_path="models/mine.pt"))
        return self.generate("--allow-checkout", "--allow-weights")


if __name__ == "__main__":
    unittest.main()
