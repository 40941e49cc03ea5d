# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Everything the command-line tests share: a workshop with a checkout, a Python, a GPU and a home
of its own, the real `mrbrain` process, and questions about what it left behind."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
MRBRAIN = pathlib.Path(os.environ["MRB_MRBRAIN"])
CONTRACT = SOURCE.parent / "shared" / "contract"
STUDIO = os.environ.get("MRB_STUDIO", "ON").upper() in ("ON", "1", "TRUE")
SANITIZED = os.environ.get("MRB_SANITIZE", "OFF").upper() in ("ON", "1", "TRUE")

PINNED_COMMIT = "da438fec6484cdb6f421f8c7051d954ebefff730"
NETWORK = "configs/config_network_rflow.json"
MODEL = "configs/config_maisi_diff_model_rflow-mr-brain.json"
ENVIRONMENT = "configs/environment_maisi_diff_model_rflow-mr-brain.json"
MAPPING = "configs/modality_mapping.json"
WEIGHTS = ("models/autoencoder_v1.pt", "models/diff_unet_3d_rflow-mr-brain_v1.pt")

TRUSTED = "invocation.upstream_identity.trusted"
PRESENT = "invocation.model_inventory.all_present"
HASHES = "invocation.model_inventory.all_sha256_match"

EXIT = "invocation.exit_code"
SAMPLES = "output.num_samples"
READABLE = "output.all_images_readable"
SHAPES = "output.all_shapes_match_requested"
SPACING = "output.all_spacing_match_requested"
FINITE = "output.all_images_finite"
NONCONSTANT = "output.all_images_nonconstant"
NONNEGATIVE = "output.all_images_nonnegative"
OF_SAMPLES = [READABLE, SHAPES, SPACING, FINITE, NONCONSTANT, NONNEGATIVE]
NO_VOLUME = [SAMPLES, *OF_SAMPLES]

# What upstream's files say at the pinned commit; written here so that kinds differ (2 is an
# integer, 1e-05 a float) and so that nothing but the asked-for keys may change.
CONFIGS = {
    NETWORK: '{"spatial_dims": 3, "include_body_region": false}\n',
    MODEL: """{
    "diffusion_unet_train": {"batch_size": 1, "cache_rate": 0, "lr": 0.00001, "n_epochs": 1000},
    "diffusion_unet_inference": {
        "dim": [256, 256, 128],
        "spacing": [0.94, 0.94, 1.36],
        "top_region_index": [0, 1, 0, 0],
        "bottom_region_index": [0, 0, 1, 0],
        "random_seed": 1234,
        "num_inference_steps": 30,
        "modality": 9,
        "cfg_guidance_scale": 2
    }
}
""",
    ENVIRONMENT: """{
    "data_base_dir": "./data",
    "embedding_base_dir": "./embeddings",
    "json_data_list": "./dataset.json",
    "model_dir": "./models",
    "model_filename": "diff_unet_3d_rflow-mr-brain_v1.pt",
    "output_dir": "./output",
    "output_prefix": "unet_3d",
    "trained_autoencoder_path": "models/autoencoder_v1.pt",
    "existing_ckpt_filepath": "./models/diff_unet_3d_rflow-mr-brain_v1.pt",
    "modality_mapping_path": "./configs/modality_mapping.json"
}
""",
    MAPPING: """{
    "unknown": 0, "ct": 1, "mri": 8, "mri_t1": 9, "mri_t2": 10, "mri_flair": 11, "mri_pd": 12,
    "mri_mra": 16, "mri_swi": 20, "mri_t1_skull_stripped": 29, "mri_t2_skull_stripped": 30,
    "mri_flair_skull_stripped": 31, "mri_swi_skull_stripped": 32, "mri_mra_skull_stripped": 33
}
""",
}
PACKAGES = {"torch": ("torch", "2.6.0"), "monai": ("monai", "1.5.0"),
            "nibabel": ("nibabel", "5.2.0"), "numpy": ("numpy", "1.26.4"),
            "scipy": ("scipy", "1.13.0"), "scikit-image": ("skimage", "0.24.0"),
            "tqdm": ("tqdm", "4.66.0")}
SMALL = {"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72], "num_inference_steps": 6}
GPU_UUID = "GPU-11111111-2222-3333-4444-555555555555"
GPU_ROW = f"0, Fake H100, 81559, 80000, 550.54.15, 9.0, {GPU_UUID}"


def strict_json(text):
    """Parses one document; NaN, duplicate keys and anything after it are errors."""
    def refuse(name):
        raise ValueError(f"{name} in JSON")

    def pairs(items):
        keys = [key for key, _ in items]
        if len(set(keys)) != len(keys):
            raise ValueError(f"duplicate keys in {keys}")
        return dict(items)
    return json.loads(text, parse_constant=refuse, object_pairs_hook=pairs)


def wait_until(condition, what, patience=120.0):
    """Polls; the patience is only there so that a defect ends the test instead of hanging it."""
    limit = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > limit:
            raise AssertionError(f"did not happen: {what}")
        time.sleep(0.02)  # between two looks


def processes_with(marker):
    """Living processes whose environment or arguments contain the marker: {pid: command line}."""
    found = {}
    wanted = os.fsencode(str(marker))
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if "State:\tZ" in (entry / "status").read_text():
                continue
            arguments = (entry / "cmdline").read_bytes()
            if wanted in arguments or wanted in (entry / "environ").read_bytes():
                found[int(entry.name)] = arguments.replace(b"\0", b" ").decode(errors="replace")
    return found


def tree(folder):
    """Every path below a folder, relative, sorted."""
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*"))


@dataclass
class Outcome:
    code: int
    stdout: bytes
    stderr: str
    peak_mib: float

    @property
    def document(self):
        try:
            return strict_json(self.stdout)
        except ValueError as problem:
            raise AssertionError(
                f"stdout is not one JSON document ({problem}); exit code {self.code}\n"
                f"stdout: {self.stdout[:2000]!r}\nstderr: {self.stderr[-2000:]}") from None

    def failed_gates(self):
        return [gate["path"] for gate in self.document["gates"] if gate["status"] == "fail"]

    def codes(self):
        return [error["code"] for error in self.document["errors"]]


class Running:
    """A started mrbrain; its output goes to files, so that no pipe can stall it."""

    def __init__(self, workshop, argv, environment, cwd, **popen):
        self._files = [tempfile.TemporaryFile(dir=workshop.folder) for _ in range(2)]
        popen = {"stdout": self._files[0], "stderr": self._files[1], "stdin": subprocess.DEVNULL,
                 **popen}
        self.process = subprocess.Popen(argv, env=environment, cwd=cwd, **popen)
        self.pid = self.process.pid

    def signal(self, number):
        os.kill(self.pid, number)

    def text_of_stderr(self):
        return os.pread(self._files[1].fileno(), 1 << 26, 0).decode(errors="replace")

    def wait(self) -> Outcome:
        _, status, usage = os.wait4(self.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        output = os.pread(self._files[0].fileno(), 1 << 28, 0)
        outcome = Outcome(self.process.returncode, output, self.text_of_stderr(),
                          usage.ru_maxrss / 1024)
        for file in self._files:
            file.close()
        return outcome


class Workshop:
    """A folder with everything a run needs and nothing of the machine's own."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mrbrain-cli-")).resolve()
        self.folder.chmod(0o755)
        self.home = self._folder("home")
        self.bin = self._folder("bin")
        self.out = self._folder("out")
        git = shutil.which("git")
        if git is None:
            raise unittest.SkipTest("git is not installed")
        (self.bin / "git").symlink_to(git)
        self.gpu_processes = self.folder / "checkout" / "models" / "gpu-processes"
        self.write_program("nvidia-smi", self.nvidia_smi())
        self.venv = self.folder / "venv"
        self._make_python()
        self.root = self.make_checkout("checkout")
        self.manifest = self.make_manifest()
        self._count = 0

    def _folder(self, name):
        path = self.folder / name
        path.mkdir()
        return path

    def remove(self):
        subprocess.run(["chmod", "-R", "u+rwX", str(self.folder)], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def write_program(self, name, body, folder=None):
        """A shell script; only builtins, since PATH holds next to nothing."""
        path = (folder or self.bin) / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    def nvidia_smi(self, facts=f"echo '{GPU_ROW}'", memory=f"echo '{GPU_UUID}, 400'",
                   processes=None):
        """Commands that answer each of the questions asked before and during a run. The stand-in
        writes what it holds on the GPU, and finds how often it was asked beside that."""
        processes = processes or (f"echo asked >> '{self.gpu_processes}-asked'\n"
                                  f"if [ -e '{self.gpu_processes}' ]; then\n"
                                  f'while read -r row; do echo "$row"; done '
                                  f"< '{self.gpu_processes}'\nfi")
        return (f'case "$1" in\n--query-gpu=index,*) {facts};;\n'
                f'--query-gpu=uuid,memory.used) {memory};;\n'
                f'--query-compute-apps=gpu_uuid,pid,used_memory) {processes};;\n'
                '*) exit 9;;\nesac')

    def _make_python(self):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.venv], check=True)
        self.python = self.venv / "bin" / "python"
        self.site = next(self.venv.glob("lib/python3*/site-packages"))
        for distribution, (module, version) in PACKAGES.items():
            # Whoever imports one of them leaves a trace; nothing but upstream should.
            (self.site / module).mkdir()
            (self.site / module / "__init__.py").write_text(
                f"import pathlib\npathlib.Path({str(self.folder)!r}, 'imported').write_text("
                f"__name__)\n")
            info = self.site / f"{distribution.replace('-', '_')}-{version}.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (self.site / "torch" / "version.py").write_text(
            "__version__ = '2.6.0+cu124'\ncuda = '12.4'\nhip = None\n")

    def add_launcher(self):
        """The stand-in for torch's launcher of several processes."""
        launcher = self.site / "torch" / "distributed"
        launcher.mkdir(exist_ok=True)
        (launcher / "__init__.py").write_text("")
        shutil.copy(HERE / "fake_torch_run.py", launcher / "run.py")

    def add_second_gpu(self):
        other = GPU_ROW.replace("0, Fake", "1, Fake").replace("1111", "2222")
        self.write_program("nvidia-smi", f"echo '{GPU_ROW}'\necho '{other}'")

    def git(self, root, *arguments):
        environment = {"PATH": os.defpath, "HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1"}
        for who in ("AUTHOR", "COMMITTER"):
            environment.update({f"GIT_{who}_NAME": "A Test", f"GIT_{who}_EMAIL": "test@localhost",
                                f"GIT_{who}_DATE": "2026-01-01T00:00:00Z"})
        done = subprocess.run(["git", "-C", str(root), *arguments], env=environment, check=True,
                              stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def make_checkout(self, name):
        """A repository with upstream's layout, the stand-in script, weights and a link to Python.
        The same content and dates each time, hence the same commit."""
        root = self.folder / name
        (root / "configs").mkdir(parents=True)
        (root / "scripts").mkdir()
        for path, text in CONFIGS.items():
            (root / path).write_text(text)
        (root / "scripts" / "__init__.py").write_text("")
        shutil.copy(HERE / "fake_diff_model_infer.py", root / "scripts" / "diff_model_infer.py")
        (root / "requirements.txt").write_text("torch>=2.1.0\nmonai>=1.5.0\ntqdm>=4.65.0\n")
        return self.finish_checkout(root, "as upstream", WEIGHTS)

    def finish_checkout(self, root, message, weights):
        """Commits what is there, then adds what no repository has: weights, and a link to Python."""
        self.git(root, "init", "-q", "-b", "main")
        self.git(root, "add", ".")
        self.git(root, "commit", "-q", "-m", message)
        for path in weights:
            (root / path).parent.mkdir(exist_ok=True)
            # A zip archive, as torch.save() writes it; the same bytes each time.
            with zipfile.ZipFile(root / path, "w") as archive:
                archive.writestr(zipfile.ZipInfo("archive/data.pkl"), path * 100)
        (root / ".venv").symlink_to(self.venv)
        self.commit = self.git(root, "rev-parse", "HEAD")
        return root

    def make_manifest(self, edit=lambda text: text, name="manifest.yaml"):
        """The built-in manifest with the pins replaced by those of this checkout."""
        text = (SOURCE / "skill_manifest.yaml").read_text()
        replaced = {PINNED_COMMIT: self.commit}
        lines = text.splitlines()
        for path in WEIGHTS:
            at = lines.index(f"  - path: {path}")
            pinned = lines[at + 1].split('"')[1]
            replaced[pinned] = hashlib.sha256((self.root / path).read_bytes()).hexdigest()
        for old, new in replaced.items():
            assert old in text, old
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(edit(text))
        return path

    def mode(self, root=None, **mode):
        """How the stand-in behaves from now on; forgets what earlier runs reached."""
        models = (root or self.root) / "models"
        for old in [*models.glob("reached-*"), *models.glob("child-*"), models / "seen.json",
                    *models.glob("gpu-processes*")]:
            old.unlink(missing_ok=True)
        (models / "fake_mode.json").write_text(json.dumps(mode))

    def seen(self):
        """What the stand-in saw of its surroundings."""
        return json.loads((self.root / "models" / "seen.json").read_text())

    def reached(self, point):
        path = self.root / "models" / f"reached-{point}"
        return path.exists() and path.read_text()

    def request(self, content, name=None):
        """A request file: bytes as they are, anything else as JSON."""
        self._count += 1
        path = self.folder / (name or f"request{self._count}.json")
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def new_out(self):
        self._count += 1
        return self.out / f"run{self._count}"

    def environment(self, **changes):
        """Nothing is inherited. None removes a variable."""
        values = {"PATH": str(self.bin), "HOME": str(self.home), "LANG": "C.UTF-8",
                  "XDG_CACHE_HOME": str(self.folder / "cache"),
                  "NV_GENERATE_ROOT": str(self.root), **changes}
        if SANITIZED:
            values["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "")
        return {name: value for name, value in values.items() if value is not None}

    def start(self, *arguments, env=None, cwd=None, program=MRBRAIN, **popen) -> Running:
        argv = [os.fsencode(str(program))]
        argv += [a if isinstance(a, bytes) else os.fsencode(str(a)) for a in arguments]
        return Running(self, argv, env or self.environment(), cwd or self.folder, **popen)

    def run(self, *arguments, env=None, cwd=None, **popen) -> Outcome:
        return self.start(*arguments, env=env, cwd=cwd, **popen).wait()

    def generate(self, request, *arguments, out=None, **more) -> Outcome:
        """With the manifest that pins this checkout."""
        out = ["-o", out] if out else []
        return self.run("generate", request, "--manifest", self.manifest, *out, *arguments, **more)

    def run_small(self, *arguments, out=None, **mode) -> Outcome:
        """A small volume from a stand-in that behaves as `mode` says."""
        self.mode(**mode)
        return self.generate(self.request(SMALL), *arguments, out=out or self.new_out())

    def start_hanging(self, *arguments, out, point="diffusion", popen=None, **mode) -> Running:
        """A run that stays at a point until somebody ends it; returns when it is there."""
        self.mode(hang_at=point, **mode)
        running = self.start("generate", self.request(SMALL), "--manifest", self.manifest,
                             "-o", out, *arguments, **(popen or {}))
        wait_until(lambda: self.reached(point) or running.process.poll() is not None,
                   f"the stand-in reaches {point}")
        if not self.reached(point):
            raise AssertionError(f"mrbrain ended early: {running.text_of_stderr()}")
        return running

    def living(self, *but):
        """Processes of this workshop that are still there."""
        return {pid: text for pid, text in processes_with(self.folder).items() if pid not in but}


class CliTest(unittest.TestCase):
    """One workshop for the class; no test may leave a process behind."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.shop = Workshop()
        cls.addClassCleanup(cls.shop.remove)

    def setUp(self):
        self.shop.mode()
        self.addCleanup(self.end_leftovers)

    def end_leftovers(self):
        left = self.shop.living()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.assertEqual(left, {}, "processes were left behind")

    def assert_refused(self, outcome, title=None):
        """Exit code 2 and one document with complete errors, each also told on stderr."""
        self.assertEqual(outcome.code, 2, outcome.stderr)
        document = outcome.document
        self.assertEqual(document["skill"], "nv_generate_mr_brain")
        if title is not None:
            self.assertEqual(document["error"], title)
        self.assertTrue(document["errors"])
        self.assertIn(document["detail"], [error["message"] for error in document["errors"]])
        for error in document["errors"]:
            self.assertEqual(set(error), {"code", "field", "message", "hint"})
            self.assertTrue(error["code"] and error["message"], error)
            self.assertIn(error["message"].split("\n")[0], outcome.stderr)
        return document

    def assert_verdict(self, outcome, code, status, failed_gates):
        self.assertEqual(outcome.code, code, outcome.stderr)
        self.assertEqual(outcome.document["overall_status"], status)
        self.assertEqual(outcome.document["exit_code"], code)
        self.assertEqual(sorted(outcome.failed_gates()), sorted(failed_gates))
        return outcome.document

    def run_and_judge(self, code, status, gates, out=None, **mode):
        """A small run that ends as expected; what is on the disk agrees with stdout."""
        document = self.assert_verdict(self.shop.run_small(out=out, **mode), code, status, gates)
        folder = pathlib.Path(document["output"]["directory"])
        self.assertEqual(strict_json((folder / "result.json").read_text()), document)
        self.assertEqual(strict_json((folder / "run.json").read_text())["state"], "ended")
        return document

    def assert_ended_without_trace(self, out, state="ended"):
        self.assertEqual(self.shop.living(), {})
        journal = strict_json((out / "run.json").read_text())
        self.assertEqual(journal["state"], state)
        with open(out / "run.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
