# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Surroundings in which nothing may start: exit code 2, one document, nothing run or written."""

import os
import subprocess
import unittest

from mrbrain_cli import MODEL, PINNED_COMMIT, SMALL, SOURCE, WEIGHTS, CliTest, tree

COST = {"version", "voxels_per_sample", "num_inference_steps", "estimated_wall_seconds",
        "estimated_peak_vram_gb", "estimated_disk_mb"}


class RefusalTest(CliTest):

    def refuse(self, title, *arguments, request="default", codes=None, manifest=True, **more):
        out = self.shop.new_out()
        generate = self.shop.generate if manifest else \
            lambda r, *a, out, **m: self.shop.run("generate", r, "-o", out, *a, **m)
        outcome = generate(request, *arguments, out=out, **more)
        document = self.assert_refused(outcome, title)
        self.assertFalse(out.exists(), "a refused run created its folder")
        self.assertFalse(self.shop.reached("imports"), "a refused run started upstream")
        if codes is not None:
            self.assertEqual(outcome.codes(), codes)
        return document


class Roots(RefusalTest):

    def home_roots(self):
        return [str(self.shop.home / name) for name in
                ("NV-Generate-CTMR", "nv-generate-ctmr",
                 f".cache/nvidia-skills/upstreams/NV-Generate-CTMR-{self.shop.commit[:7]}")]

    def test_nothing_set_and_nothing_found(self):
        document = self.refuse("NV_GENERATE_ROOT is unset", codes=["upstream_root_unset"],
                               env=self.shop.environment(NV_GENERATE_ROOT=None))
        project = str(self.shop.folder / ".workbench_data/upstreams/NV-Generate-CTMR")
        self.assertEqual(document["checked_roots"], [project, *self.home_roots()])
        self.assertEqual(list(document)[:4], ["skill", "error", "detail", "errors"])

    def test_variable_names_a_folder_that_is_no_checkout(self):
        document = self.refuse("NV_GENERATE_ROOT layout invalid",
                               env=self.shop.environment(NV_GENERATE_ROOT=" ~ "))
        self.assertEqual(document["checked_roots"][0], str(self.shop.home))
        self.assertEqual(document["checked_roots"][2:], self.home_roots())

    def test_option_that_is_no_checkout_does_not_fall_through(self):
        document = self.refuse("NV_GENERATE_ROOT layout invalid", "--upstream", self.shop.home)
        self.assertEqual(document["errors"][0]["field"], "--upstream")
        self.assertEqual(document["checked_roots"], [str(self.shop.home)])

    def test_candidates_in_home_are_found(self):
        link = self.shop.home / "nv-generate-ctmr"
        link.symlink_to(self.shop.root)
        self.addCleanup(link.unlink)
        outcome = self.shop.generate("default", "--dry-run",
                                     env=self.shop.environment(NV_GENERATE_ROOT=None))
        self.assertEqual(outcome.document["working_directory"], str(self.shop.root))

    def test_phantom_is_not_accepted_as_a_checkout(self):
        phantom = SOURCE / "resources/phantom_upstream"
        for more in ((), ("--allow-checkout", "--allow-weights")):
            document = self.refuse("NV_GENERATE_ROOT layout invalid", "--upstream", phantom, *more)
            self.assertEqual(document["errors"][0]["code"], "upstream_root_is_phantom")
        self.refuse("NV_GENERATE_ROOT layout invalid",
                    env=self.shop.environment(NV_GENERATE_ROOT=str(phantom)))


class Identity(RefusalTest):

    def refuse_root(self, root, *arguments, codes=None, **more):
        document = self.refuse("NV_GENERATE_ROOT identity invalid", "--upstream", root, *arguments,
                               codes=codes, **more)
        self.assertIs(document["upstream_identity"]["trusted"], False)
        self.assertNotIn("preflight_errors", document)
        return document["upstream_identity"]

    def test_another_commit(self):
        identity = self.refuse_root(self.shop.root, manifest=False,
                                    codes=["checkout_commit_differs"])
        self.assertEqual([identity[key] for key in ("commit", "expected_commit", "commit_match",
                                                    "tracked_files_clean")],
                         [self.shop.commit, PINNED_COMMIT, False, True])

    def test_edited_file_is_refused_and_its_code_never_runs(self):
        root = self.shop.make_checkout("edited")
        sign = self.shop.folder / "edited-code-ran"
        with open(root / "scripts/diff_model_infer.py", "a") as script:
            script.write(f"\nopen({str(sign)!r}, 'w')\n")
        # An interpreter that would tell on us: the one of the checkout is not asked either.
        (root / ".venv").unlink()
        (root / ".venv/bin").mkdir(parents=True)
        self.shop.write_program("python", f": > {sign}", root / ".venv/bin")
        identity = self.refuse_root(root, codes=["checkout_tracked_files_changed"])
        self.assertEqual([identity["commit_match"], identity["tracked_files_clean"]],
                         [True, False])
        self.assertFalse(sign.exists())

    def test_edit_that_git_status_was_told_to_overlook(self):
        for flag in ("--assume-unchanged", "--skip-worktree"):
            with self.subTest(flag):
                root = self.shop.make_checkout(f"hidden{flag}")
                self.shop.git(root, "update-index", flag, "scripts/diff_model_infer.py")
                with open(root / "scripts/diff_model_infer.py", "a") as script:
                    script.write("\n# an edit\n")
                self.refuse_root(root, codes=["checkout_hidden_edit"])

    def test_modules_that_would_shadow_packages(self):
        for name in ("torch.py", "scripts/numpy.py", "monai/__init__.py"):
            with self.subTest(name):
                root = self.shop.make_checkout("shadow-" + name.replace("/", "-"))
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_text("")
                self.refuse_root(root, codes=["checkout_shadowing_module"])

    def test_repository_whose_objects_were_exchanged(self):
        """git itself believes what stands under a folder's name."""
        root = self.shop.make_checkout("forged")
        honest = self.shop.git(root, "rev-parse", "HEAD:scripts")
        with open(root / "scripts/diff_model_infer.py", "a") as script:
            script.write("\n# an edit\n")
        self.shop.git(root, "add", "-A", "scripts")
        edited = self.shop.git(root, "rev-parse", self.shop.git(root, "write-tree") + ":scripts")
        objects = root / ".git/objects"
        (objects / honest[:2] / honest[2:]).unlink()
        os.link(objects / edited[:2] / edited[2:], objects / honest[:2] / honest[2:])
        self.assertEqual(self.shop.git(root, "status", "--porcelain", "--untracked-files=no"), "")
        identity = self.refuse_root(root, codes=["checkout_objects_damaged"])
        self.assertEqual([identity["commit_match"], identity["tracked_files_clean"]],
                         [True, False])

    def test_compiled_copy_that_is_not_its_source(self):
        root = self.shop.make_checkout("forged-copy")
        source = root / "scripts/diff_model_infer.py"
        sign = self.shop.folder / "copy-ran"
        forge = (
            "import importlib._bootstrap_external as b, importlib.util, os, pathlib, sys\n"
            "source = pathlib.Path(sys.argv[1])\n"
            "copy = pathlib.Path(importlib.util.cache_from_source(source))\n"
            "copy.parent.mkdir(exist_ok=True)\n"
            "text = sys.argv[2] or source.read_text()\n"
            "code = compile(text, str(source), 'exec', dont_inherit=True)\n"
            "info = source.stat()\n"
            "copy.write_bytes(b._code_to_timestamp_pyc(code, int(info.st_mtime), info.st_size))\n")
        subprocess.run([self.shop.python, "-c", forge, source, ""], check=True)
        outcome = self.shop.generate("default", "--preflight-only", "--upstream", root)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        evil = f"open({str(sign)!r}, 'w')"
        subprocess.run([self.shop.python, "-c", forge, source, evil], check=True)
        identity = self.refuse_root(root, codes=["checkout_bytecode_differs"])
        self.assertIn("__pycache__", identity["reasons"][0]["hint"])
        outcome = self.shop.generate("default", "--preflight-only", "--upstream", root,
                                     "--allow-checkout")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertIs(outcome.document["upstream_identity"]["trusted"], False)
        self.assertIn("checkout_accepted", [w["code"] for w in outcome.document["warnings"]])
        self.assertFalse(sign.exists())

    def test_checkout_of_another_user(self):
        folder = self.shop.folder / "bin-other-owner"
        folder.mkdir()
        real = os.path.realpath(self.shop.bin / "git")
        # The switch that git's own tests use in the place of another user.
        git = self.shop.write_program(
            "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"', folder)
        self.refuse_root(self.shop.root, codes=["checkout_of_another_user"],
                         env=self.shop.environment(PATH=str(git.parent)))

    def test_git_cannot_be_asked(self):
        bare = self.shop.folder / "bin-without-git"
        bare.mkdir()
        self.refuse_root(self.shop.root, codes=["git_failed"],
                         env=self.shop.environment(PATH=str(bare)))

    def test_folder_that_lies_inside_another_repository(self):
        root = self.shop.make_checkout("outer")
        inner = root / "inner"
        (inner / "configs").mkdir(parents=True)
        for name in tree(root / "configs"):
            (inner / "configs" / name).write_bytes((root / "configs" / name).read_bytes())
        self.refuse_root(inner)

    def test_hook_and_filter_of_the_checkout_do_not_run(self):
        root = self.shop.make_checkout("hooks")
        sign = self.shop.folder / "hook-ran"
        hook = self.shop.write_program("hook", f": > {sign}; exec /bin/cat", self.shop.folder)
        self.shop.git(root, "config", "core.fsmonitor", str(hook))
        self.shop.git(root, "config", "filter.evil.clean", str(hook))
        (root / ".git/info/attributes").write_text("* filter=evil\n")
        os.utime(root / MODEL)  # git must look into the file
        outcome = self.shop.generate("default", "--preflight-only", "--upstream", root)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertFalse(sign.exists())


class Machine(RefusalTest):

    def preflight(self, *arguments, codes, **more):
        document = self.refuse("preflight validation failed", *arguments, codes=codes, **more)
        if "out_of_range" not in codes:
            self.assertEqual(set(document["estimated_cost"]), COST)
        self.assertIn("available", document["cuda"])
        self.assertEqual(len(document["invocation"]["model_inventory"]["files"]), 2)
        self.assertEqual(document["preflight_errors"],
                         [error["message"] for error in document["errors"]])
        return document

    def other_path(self, name, **programs):
        """A PATH of its own; git is always there."""
        folder = self.shop.folder / name
        folder.mkdir()
        (folder / "git").symlink_to(self.shop.bin / "git")
        for program, body in programs.items():
            self.shop.write_program(program.replace("_", "-"), body, folder)
        return self.shop.environment(PATH=str(folder))

    def test_fewer_gpus_than_asked_for(self):
        self.preflight("--num-gpus", "2", codes=["gpu_too_few"])

    def test_nvidia_smi_is_asked_once_with_the_one_query(self):
        log = self.shop.folder / "smi-calls"
        environment = self.other_path(
            "smi-log", nvidia_smi=f'echo "$*" >> {log}\n{self.shop.nvidia_smi()}')
        facts = ("--query-gpu=index,name,memory.total,memory.free,driver_version,compute_cap,uuid "
                 "--format=csv,noheader,nounits")
        self.assertEqual(self.shop.generate("default", "--preflight-only", env=environment).code, 0)
        self.assertEqual(log.read_text().splitlines(), [facts])
        # During a run it is asked about the run's own use, and not for these facts again.
        log.unlink()
        self.shop.mode(spend={"imports": {"looks": 2}})
        outcome = self.shop.generate("default", out=self.shop.new_out(), env=environment)
        self.assertNotEqual(outcome.code, 2, outcome.stderr)
        calls = log.read_text().splitlines()
        self.assertEqual(calls[0], facts)
        self.assertEqual({call.split()[0] for call in calls[1:]},
                         {"--query-gpu=uuid,memory.used",
                          "--query-compute-apps=gpu_uuid,pid,used_memory"})

    def test_torch_without_cuda_or_with_an_unknown_build(self):
        version = self.shop.site / "torch/version.py"
        self.addCleanup(version.write_text, version.read_text())
        version.write_text("__version__ = '2.6.0+cpu'\ncuda = None\n")
        self.preflight(codes=["torch_without_cuda"])
        version.unlink()
        self.preflight(codes=["torch_build_unknown"])

    def test_weights_that_are_missing_cut_off_or_something_else(self):
        for name, content, code in (
                ("missing", None, "weight_missing"), ("empty", b"", "weight_empty"),
                ("html", b"<!DOCTYPE html>\n<html><body>404</body></html>", "weight_is_html"),
                ("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
                 "weight_is_lfs_pointer"),
                ("text", b"no checkpoint at all", "weight_not_a_checkpoint")):
            with self.subTest(name):
                root = self.shop.make_checkout(f"weights-{name}")
                path = root / WEIGHTS[1]
                path.unlink() if content is None else path.write_bytes(content)
                for more in ((), ("--allow-weights",)):  # what cannot be loaded stays refused
                    document = self.preflight("--upstream", root, *more, codes=[code])
                inventory = document["invocation"]["model_inventory"]
                self.assertEqual([inventory["all_present"], inventory["all_sha256_match"]],
                                 [content is not None, False])
                self.assertIn(str(path), document["errors"][0]["message"])

    def test_other_weights_are_a_mismatch(self):
        root = self.shop.make_checkout("weights-other")
        (root / WEIGHTS[0]).write_bytes((root / WEIGHTS[1]).read_bytes())
        self.preflight("--upstream", root, codes=["weight_mismatch"])

    def test_everything_at_once_is_reported_at_once(self):
        self.preflight("--python", "/nonexistent/python", env=self.other_path("bare"),
                       request=self.shop.request({"dim": [32, 64, 64], "dims": 1}),
                       codes=["unknown_key", "out_of_range", "python_not_found",
                              "gpu_tool_missing"])


class Cost(RefusalTest):

    def test_expensive_run_needs_consent(self):
        request = self.shop.request({"dim": [512, 512, 256], "num_inference_steps": 1})
        document = self.refuse(None, request=request, codes=["cost_not_accepted"])
        self.assertEqual(document["estimated_cost"], {
            "version": "rflow-mr-brain", "voxels_per_sample": 67108864, "num_inference_steps": 1,
            "estimated_wall_seconds": 12.0, "estimated_peak_vram_gb": 32.0,
            "estimated_disk_mb": 128.0})
        self.assertIs(document["cuda"]["available"], True)
        self.assertIn("--yes", document["errors"][0]["hint"])
        self.assertNotIn("preflight_errors", document)

    def test_wall_time_alone_is_enough(self):
        request = self.shop.request({"dim": [256, 256, 128], "num_inference_steps": 201})
        document = self.refuse(None, request=request, codes=["cost_not_accepted"])
        self.assertEqual(document["estimated_cost"]["estimated_wall_seconds"], 301.5)
        request = self.shop.request({"dim": [256, 256, 128], "num_inference_steps": 200})
        outcome = self.shop.generate(request, "--preflight-only")
        self.assertNotIn("cost_not_accepted", [w["code"] for w in outcome.document["warnings"]])

    def test_looking_costs_nothing_and_tells(self):
        request = self.shop.request({"dim": [512, 512, 256]})
        for more, warned in (((), True), (("--yes",), False)):
            outcome = self.shop.generate(request, "--preflight-only", *more)
            self.assertEqual(outcome.code, 0, outcome.stderr)
            self.assertEqual(outcome.document["preflight"], "ok")
            codes = [warning["code"] for warning in outcome.document["warnings"]]
            self.assertIs("cost_not_accepted" in codes, warned)

    def test_with_consent_it_runs(self):
        """The stand-in writes a small volume, so that only what was asked for is expensive."""
        self.shop.mode(volumes=[{"shape": [64, 64, 64]}], steps=4)
        request = self.shop.request({"dim": [512, 512, 256], "num_inference_steps": 1})
        for consent in ("--yes", "-y"):
            outcome = self.shop.generate(request, consent, out=self.shop.new_out())
            document = self.assert_verdict(outcome, 4, "failed",
                                           ["output.all_shapes_match_requested"])
            self.assertIs(document["run"]["accepted_cost"], True)

    def test_errors_come_before_the_question_of_cost(self):
        request = self.shop.request({"dim": [512, 512, 256]})
        self.refuse("preflight validation failed", "--python", "/nonexistent/python",
                    request=request, codes=["python_not_found"])


class Output(RefusalTest):

    def refuse_out(self, out, code, **more):
        outcome = self.shop.generate(self.shop.request(SMALL), out=out, **more)
        self.assert_refused(outcome)
        self.assertEqual(outcome.codes(), [code], outcome.stderr)
        self.assertFalse(self.shop.reached("imports"))
        return outcome.document

    def test_names_that_upstream_would_read_differently(self):
        for name in ("a#b", "%a", "@a", "$a", "a\nb"):
            with self.subTest(name):
                self.refuse_out(self.shop.out / name, "output_folder_name")
                self.refuse_out(self.shop.out / name / "below", "output_folder_name")
        for name in ("a%b", "a@b", "a$b", "a b", "ä"):
            with self.subTest(name):
                outcome = self.shop.generate("default", "--dry-run", out=self.shop.out / name)
                self.assertEqual(outcome.code, 0)

    def test_name_that_is_not_utf8(self):
        outcome = self.shop.run("generate", self.shop.request(SMALL), "--manifest",
                                self.shop.manifest, "-o",
                                os.fsencode(str(self.shop.out)) + b"/bytes\xff")
        self.assert_refused(outcome)
        self.assertEqual(outcome.codes(), ["output_folder_name"])

    def test_empty_name_is_not_the_working_folder(self):
        here = self.shop.folder / "working"
        here.mkdir()
        outcome = self.shop.run("generate", self.shop.request(SMALL), "--manifest",
                                self.shop.manifest, "-o", "", cwd=here)
        self.assertEqual(outcome.code, 2)
        self.assertEqual(tree(here), [])


if __name__ == "__main__":
    unittest.main()
