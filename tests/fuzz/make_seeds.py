# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds of the fuzz targets: `python3 make_seeds.py [FOLDER]`, by default ./seeds.

Each is small and sound, or wrong in one place. What fuzzing found is not here but in regressions/.
"""
import gzip
import hashlib
import io
import json
import pathlib
import stat
import sys
import zipfile

import nibabel
import numpy

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "seeds")
SEPARATOR = b"\x1e"


def put(target: str, name: str, content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    assert 0 < len(data) < 4096, (target, name, len(data))
    folder = FOLDER / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def parts(*each: str | bytes | dict) -> bytes:
    texts = [json.dumps(part) if isinstance(part, dict) else part for part in each]
    return SEPARATOR.join(text.encode() if isinstance(text, str) else text for text in texts)


def json_seeds() -> None:
    put("json", "kinds", '{"a": [1, -2, 3.5, 1e-7, true, false, null], "b": {"c": "text"}}')
    put("json", "escapes", r'{"quote\"": "\\ \/ \b\f\n\r\t \u00e9 \ud83e\udde0", "é": "🧠"}')
    put("json", "limits", "[18446744073709551615, -9223372036854775808, 1.7976931348623157e308,"
                          " 5e-324, 0.1, -0.0, 0.9765625]")
    put("json", "deep", "[" * 64 + "]" * 64)
    put("json", "too_deep", '{"a":' * 65 + "1" + "}" * 65)
    put("json", "twice", '{"a": 1, "a": 2}')
    put("json", "not_finite", '{"a": NaN}')
    put("json", "overflow", '{"a": 1e999}')
    put("json", "too_large", "[18446744073709551616]")
    put("json", "half_surrogate", r'["\ud83e"]')
    put("json", "not_utf8", b'["\xff"]')


REQUEST = {
    "_comment": "a seed",
    "dim": [256, 256, 128],
    "spacing": [0.94, 0.94, 1.36],
    "top_region_index": [0, 1, 0, 0],
    "bottom_region_index": [0, 0, 1, 0],
    "random_seed": 7,
    "num_inference_steps": 30,
    "modality": "mri_flair",
    "cfg_guidance_scale": 2,
    "output_prefix": "brain",
}


def override_seeds() -> None:
    put("overrides", "empty", "{}")
    put("overrides", "all", json.dumps(REQUEST))
    put("overrides", "nested", json.dumps({"dim": [64, 64, 64], "diffusion_unet_inference": {
        "dim": [96, 128, 160], "spacing": [2, 1.5, 1]}}))
    put("overrides", "unknown", '{"dims": [256, 256, 128], "Seed": 1}')
    put("overrides", "wrong_kinds", '{"dim": [256.0, true, "x"], "random_seed": 1.5}')
    put("overrides", "out_of_range", '{"dim": [32, 520, 250], "spacing": [0, 700, 1],'
                                     ' "num_inference_steps": 1001, "random_seed": 4294967296}')
    put("overrides", "prefix", '{"output_prefix": "../x"}')
    put("overrides", "list", "[1, 2]")
    block = {key: value for key, value in REQUEST.items()
             if key not in ("_comment", "output_prefix")} | {"modality": 9}
    put("overrides", "as_model_config", json.dumps(
        {"diffusion_unet_train": {"lr": 1e-05}, "diffusion_unet_inference": block}))
    put("overrides", "as_environment", json.dumps(
        {"model_dir": "./models", "output_dir": "./output", "output_prefix": "unet_3d",
         "trained_autoencoder_path": "./models/autoencoder_v1.pt",
         "model_filename": "diff_unet_3d_rflow-mr-brain_v1.pt"}))
    put("overrides", "as_mapping", json.dumps({"mri": 8, "mri_t1": 9, "mri_t2": 10.5, "ct": -1}))


MANIFEST = """\
id: seed
version: 1.0.0
skill: seed
summary: >-
  Two lines
  of text
license: Apache-2.0
disclaimer: "not: clinical"
model: {name: m, version: rflow-mr-brain, repository: o/r, weights_repository: o/w, license: l}
upstream:
  repository: https://example.org/r
  commit: da438fec6484cdb6f421f8c7051d954ebefff730
  entrypoint: python -m scripts.x
  files:
    network_config: configs/n.json
    model_config: configs/m.json
    environment_config: configs/e.json
    modality_mapping: configs/map.json
  defaults:
    {modality: 9, dim: [256, 256, 128], spacing: [0.94, 1, 1.36], num_inference_steps: 30,
     cfg_guidance_scale: 2, random_seed: 1, top_region_index: [0, 1, 0, 0],
     bottom_region_index: [0, 0, 1, 0.5], output_prefix: unet_3d}
weights:
  - path: models/a.pt
    sha256: 1f8a7a056d0ebc00486edc43c26768bf1c12eaa6df9dd172e34598003be95eb3
    repository: o/w
    revision: 75ac080fb1083c403793563477724c038e7d430c
requirements:
  {python_minimum: "3.10", python_recommended: "3.11", gpu_memory_gb: 16, packages: [torch]}
training_fov:
  - contrast: T1
    planes:
      - {plane: axial, fov_mm: [240, 240, 174], scans: 10, sparse: false}
      - {plane: sagittal, fov_mm: [176, 250.5, 250], scans: 0x10, sparse: true}
      - {plane: coronal, fov_mm: [240, 200, 240], scans: 0o7, sparse: false}
modalities:
  - {name: mri_t1, code: 9, label: T1, group: whole_brain, contrast: T1}
  - {name: mri_t1_skull_stripped, code: 29, label: 'T1, brain', group: skull_stripped, note: n}
defaults: {random_seed: 1234, modality: mri_t1}
validation:
  sanity_checks:
    - {path: output.count, gte: 1}
    - {path: output.name, matches: "^b.*n$"}
    - {path: output.list, length_eq: 2}
    - {path: output.list, contains: 2}
    - {path: output.name, contains_any_of: [brain, x]}
    - {path: output.none, exists: false}
    - {path: output.count, eq: 1.0}
    - {path: output.count, near: 1}
expected_runtime_seconds: {path: runtime.seconds, min: 1, max: 3600}
expected_cost:
  wall_seconds: {min: 1, max: 1e3}
reproducibility: {mode: seeded, runs: 1}
inputs:
  - {name: request, type: file, format: json, description: d}
outputs:
  - {name: volume, type: file, description: d}
exit_codes:
  - {code: 0, meaning: passed}
side_effects: [writes files]
permissions: [gpu]
limitations: [research only]
prohibited_uses: [diagnosis]
"""


def manifest_seeds() -> None:
    put("manifest", "whole", MANIFEST)
    put("manifest", "negative_median", MANIFEST.replace("[240, 240, 174]", "[240, -240, 174]"))
    put("manifest", "scalars",
        "a: [~, null, True, 0x1F, 0o17, -1.5e3, +7, .5, text, 'it''s', \"\\u00e9\"]\n")
    put("manifest", "blocks", "a: |\n  one\n  two\nb: >+\n  three\n\nc: !!str 5\n")
    put("manifest", "twice", "a: 1\na: 2\n")
    put("manifest", "alias", "a: &x 1\nb: *x\n")
    put("manifest", "tag", "a: !!float 1\n")
    put("manifest", "key", "? [a, b]\n: 1\n")
    put("manifest", "second", "a: 1\n---\nb: 2\n")
    put("manifest", "infinite", "a: [.inf, -.inf, .nan, 1e999]\n")
    put("manifest", "deep", "[" * 70 + "]" * 70)


def nifti_bytes(data, kind=nibabel.Nifti1Image, affine=None, sform=1, qform=0) -> bytes:
    image = kind(data, affine if affine is not None else numpy.diag([0.9, 1.0, 1.4, 1.0]),
                 dtype=data.dtype)
    image.set_sform(image.affine, code=sform)
    image.set_qform(image.affine, code=qform)
    return image.to_bytes()


def nifti_seeds() -> None:
    ramp = numpy.arange(3 * 4 * 5).reshape(3, 4, 5)
    for name in ("uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
                 "float32", "float64"):
        lowest = 0 if name[0] == "u" else -20
        put("nifti", name, nifti_bytes((ramp + lowest).astype(name)))
    holes = ramp.astype("float32")
    holes[0, 0, :4] = numpy.nan, numpy.inf, -numpy.inf, -0.0
    put("nifti", "not_finite", nifti_bytes(holes))
    put("nifti", "quaternion", nifti_bytes(ramp.astype("int16"), sform=0, qform=1))
    turned = numpy.array([[0, -1, 0, 5], [0.8, 0, 0.6, 0], [-0.6, 0, 0.8, 2], [0, 0, 0, 1]])
    put("nifti", "both_forms", nifti_bytes(ramp.astype("int16"), affine=turned, sform=2, qform=1))
    put("nifti", "no_form", nifti_bytes(ramp.astype("int16"), sform=0, qform=0))
    put("nifti", "version2", nifti_bytes(ramp.astype("float64"), kind=nibabel.Nifti2Image))
    plain = nifti_bytes(ramp.astype("int16"))
    scaled = bytearray(plain)
    scaled[112:120] = numpy.array([2.5, -10], "<f4").tobytes()
    put("nifti", "scaled", bytes(scaled))
    image = nibabel.Nifti1Image(ramp.astype(">i2"), numpy.eye(4),
                                nibabel.Nifti1Header(endianness=">"))
    image.header.set_data_dtype(">i2")
    put("nifti", "big_endian", image.to_bytes())
    put("nifti", "gzip", gzip.compress(plain, mtime=0))
    put("nifti", "gzip_two_members", gzip.compress(plain[:400], mtime=0) +
        gzip.compress(plain[400:], mtime=0))
    put("nifti", "gzip_cut", gzip.compress(plain, mtime=0)[:-12])
    put("nifti", "cut", plain[:-7])
    put("nifti", "too_long", plain + b"more")
    huge = bytearray(plain[:352])
    huge[40:56] = numpy.array([3, 2000, 2000, 2000, 1, 1, 1, 1], "<i2").tobytes()
    put("nifti", "promises_much", bytes(huge))
    put("nifti", "promises_much_gzip", gzip.compress(bytes(huge), mtime=0))
    extended = bytearray(plain[:352])
    extended[108:112] = numpy.array([384], "<f4").tobytes()
    extended[348] = 1
    extension = numpy.array([32, 6], "<i4").tobytes() + b"a comment".ljust(24, b"\0")
    put("nifti", "extension", bytes(extended) + extension + plain[352:])
    pair = bytearray(plain)
    pair[344:348] = b"ni1\0"
    put("nifti", "pair", bytes(pair))


def bar(step: int, total: int, width: int = 10) -> str:
    filled = "#" * (step * width // total)
    times = f"00:{step:02d}<00:{total - step:02d},  1.00it/s"
    return f"\r{100 * step // total:3d}%|{filled:<{width}}| {step}/{total} [{times}]"


def message(text: str, level: str = " INFO") -> str:
    return f"[2026-01-02 03:04:05.678][{level}](inference) - {text}\n"


def log_of(ranks: int = 1, steps: int = 4, tiles: int = 3) -> str:
    text = "Some/module.py:12: FutureWarning: a warning\n  code\n"
    text += message("[config] ckpt_filepath -> ./models/x.pt.")
    text += message(f"Using cuda:0 of {ranks} with random seed: 7")
    text += message("checkpoints ./models/x.pt loaded.") + message("scale_factor -> 1.05.")
    text += message("noise: cuda:0, torch.float32")
    for total in (steps, tiles):
        for step in range(total + 1):
            text += bar(step, total) * ranks
        text += "\n" * ranks
    return text + message("Saved ./out/brain.nii.gz.")


TRACEBACK = """Traceback (most recent call last):
  File "/somewhere/scripts/x.py", line 12, in main
    run()
  File "/somewhere/scripts/y.py", line 3, in run
    raise
"""


def log_seeds() -> None:
    one, two = bytes([7, 0x80]), bytes([200, 0x81])
    put("log", "one_gpu", one + log_of().encode())
    put("log", "two_gpus", two + log_of(2).encode())
    put("log", "no_tiles", one + log_of(tiles=1).encode())
    put("log", "line_ends", bytes([1, 0]) + b"a\nb\r\nc\rd\r\re\r\r\nf\n\n\r\n\rg\r")
    put("log", "utf8", bytes([1, 0]) + "é€🧠\r😀\n".encode() + b"\xff\xf0\x9f\x98\n\xc3")
    for name, line in {
            "memory": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
            "no_cuda": "RuntimeError: Found no NVIDIA driver on your system.",
            "module": "ModuleNotFoundError: No module named 'monai'",
            "disk": "OSError: [Errno 28] No space left on device",
            "denied": "PermissionError: [Errno 13] Permission denied: '/out'",
            "weights": "FileNotFoundError: [Errno 2] No such file or directory: 'models/a.pt'",
            "unpickling": "_pickle.UnpicklingError: invalid load key, '<'.",
            "unknown": "some.where.StrangeError: 100% of %1"}.items():
        text = message("noise: x") + TRACEBACK + line + "\n"
        put("log", f"failure_{name}", one + text.encode())
    ranks = "".join(f"[rank1]: {line}\n" for line in TRACEBACK.splitlines())
    put("log", "rank", two + ranks.encode() +
        b"[rank1]: RuntimeError: CUDA error: device-side assert triggered\n"
        b"torch.distributed.elastic.multiprocessing.errors.ChildFailedError: \n")
    put("log", "cast", one + b"x.py:9: RuntimeWarning: invalid value encountered in cast\n")


def supervisor_seeds() -> None:
    fields = ("pid=12 end=0 number=0 reason=0 reason_signal=0 terminated=0 killed=0 survivors=0"
              " wall_us=1000 cpu_us=900 max_rss_kb=2048")
    put("supervisor", "started", "started " + fields)
    put("supervisor", "ended", "ended " + fields)
    put("supervisor", "signal", "ended " + fields.replace("end=0 number=0", "end=1 number=9"))
    put("supervisor", "missing", "ended pid=12 end=0")


def gpu_seeds() -> None:
    rows = ("0, NVIDIA H100 80GB HBM3, 81559, 80994, 570.86.15, 9.0, GPU-11111111-2222\n"
            "1, A, Name, With Commas, 24564, [N/A], 570.86.15, 8.9, GPU-33333333-4444\n")
    put("gpus", "two", parts(rows, "", "1,0"))
    put("gpus", "by_uuid", parts(rows, "", "GPU-3,GPU-1"))
    put("gpus", "slice", parts(rows, "", "MIG-1234"))
    put("gpus", "beyond", parts(rows, "", "0,7,1"))
    put("gpus", "twice", parts(rows, "", "0,0"))
    put("gpus", "ends", parts(rows, "", "0,-1,1"))
    put("gpus", "failed", parts("NVIDIA-SMI has failed because it could not talk to the driver.\n",
                                "", "", b"\x09"))
    put("gpus", "lost", parts(rows + "Unable to determine the device handle for GPU1: lost\n", "", "",
                              b"\x0f"))
    put("gpus", "none", parts("No devices were found\n", "", "", b"\x06"))
    put("gpus", "in_use", parts(rows, "", "", "", "GPU-1, 9, 1000\nGPU-1, 12, 24\nGPU-3, 10, [N/A]\n",
                                "GPU-1, 4\nGPU-3, 4\n", "GPU-1, 1030\nGPU-3, [N/A]\n"))
    put("gpus", "in_use_hidden", parts(rows, "", "", "", "", "GPU-1, 4\n", "GPU-1, 1030\n"))
    put("gpus", "not_supported", parts("0, [Not Supported], N/A, [Unknown Error], , [N/A], \n"))


def name_seeds() -> None:
    name = "brain_1_seed7_size256x256x128_spacing0.94x0.94x1.36_20260102030405_rank0_modality9.nii.gz"
    put("names", "whole", name)
    put("names", "skull", name.replace("rank0", "rank12").replace("brain_1", "a_seed1_size2x2x2"))
    put("names", "zeros", name.replace("seed7", "seed07"))
    put("names", "large", name.replace("seed7", "seed99999999999999999999"))
    put("names", "plain", name.replace(".gz", ""))


def redaction_seeds() -> None:
    for name, text in {
            "home": "/home/jane/x and /home/janet/y, /data/jane.doe ~/x",
            "names": "jane@node7.example.org: jane, JANE; node7 node77 node7.example.org",
            "addresses": "http://jane:pw@10.1.2.3:80/x?token=abc mail jane.doe@example.org 127.0.0.1 ::1",
            "tokens": "hf_abcdefghijklmnopqrstuvwxyz0123456789 ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "assigned": 'api_key=abc password: "d e f" {"token": "x\\"y"} Authorization: Bearer abc.def',
            "key": "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\nafter",
            "gpu": "GPU-12345678-1234-1234-1234-123456789abc s3cretvalue 00:11:22:33:44:55"}.items():
        put("redaction", name, text)


def python_seeds() -> None:
    requirements = "monai==1.4.0\ntorch>=2.5,<3 ; python_version > '3.8'\n-r x\nnumpy~=1.26 # c\n"
    names = 9
    facts = {"version": [3, 11, 2], "version_text": "3.11.2", "prefix": "/venv", "base_prefix": "/usr",
             "packages": [{"found": True, "version": "2.7.0", "location": "/venv/x"}] * names,
             "torch": {"version": "2.7.0+cu128", "cuda": "12.8"}}
    answer = lambda changed: "noise\nMRBRAIN-FACTS " + json.dumps(facts | changed) + "\n"
    put("python", "answer", parts(answer({}), "", requirements))
    put("python", "no_cuda", parts(answer({"torch": {"version": "2.7.0", "cuda": ""}}), "", requirements))
    put("python", "no_torch", parts(answer({"torch": None}), "", "torch\n"))
    put("python", "old", parts(answer({"version": [2, 7, 18], "packages": []}), "", ""))
    put("python", "wrong_kinds", parts(answer({"version": "3.11"}), "", ""))
    put("python", "crashed", parts("", "ImportError: no module\n", "", b"\x01"))
    put("python", "other_program", parts("hello\n", "", ""))
    put("python", "versions", parts("", "", "a>=1.10\nb>=1.9rc1\nc>=v2.1.0.dev3\nd>=2.1+cu130\ne>=1!2\n"))


def stored_documents() -> tuple[dict, dict, dict, dict]:
    inside = {key: REQUEST[key] for key in ("dim", "spacing", "num_inference_steps", "random_seed",
                                            "cfg_guidance_scale")}
    result = {
        "skill": "seed", "overall_status": "passed", "exit_code": 0, "engine": "upstream",
        "run": {"id": "r1", "started_at": "2026-01-02T03:04:05.678Z",
                "ended_at": "2026-01-02T03:05:05.678Z"},
        "input": {"modality_name": "mri_t1", "random_seed": 7, "dim_requested": [256, 256, 128],
                  "spacing_requested": [0.94, 0.94, 1.36], "num_inference_steps_requested": 30,
                  "cfg_guidance_scale_requested": 2.0, "model_config_override": {}},
        "preflight": {"cuda": {"device_name": "NVIDIA H100"}},
        "invocation": {"exit_code": 0, "outcome": "", "subprocess_seconds": 41.5},
        "runtime": {"subprocess_seconds": 41.5},
        "phases": [{"name": "imports", "seconds": 16.0}],
        "output": {"directory": "/somewhere/run", "count": 1, "samples": [
            {"image_path": "/somewhere/run/brain.nii.gz", "image_sha256": "00" * 32,
             "image_bytes": 9, "shape": [256, 256, 128], "spacing": [0.94, 0.94, 1.36],
             "affine": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
             "intensity": {"min": 0, "max": 1000, "mean": 10.5, "std": 3}}]},
        "gates": [{"path": "output.count", "operator": "gte", "expected": 1, "observed": 1,
                   "status": "pass"}],
        "warnings": [{"code": "w", "message": "a warning"}, "another"]}
    journal = {"journal_version": 1, "run_id": "r1", "state": "ended", "engine": "upstream",
               "modality_name": "mri_t1", "random_seed": 7, "overall_status": "passed",
               "exit_code": 0, "started_at": "2026-01-02T03:04:05.678Z", "overrides": {}}
    review = {"review_version": 1, "rating": "accepted", "note": "n", "tags": ["a"],
              "artefacts": ["seams", "of_later"], "updated_at": "2026-01-02T03:04:05.678Z"}
    return result, journal, review, {"diffusion_unet_inference": inside | {"modality": 9}}


def stored_seeds() -> None:
    result, journal, review, staged = stored_documents()
    log = message("noise: x") + TRACEBACK + "RuntimeError: CUDA out of memory\n"
    put("stored", "passed", parts(result, journal, review, staged, ""))
    failed = result | {"overall_status": "failed", "exit_code": 3,
                       "invocation": {"exit_code": 1, "outcome": "failed"}}
    put("stored", "failed", parts(failed, journal | {"exit_code": 3}, "", staged, log))
    put("stored", "gate_failed", parts(result | {"overall_status": "failed", "exit_code": 4, "gates": [
        {"path": "output.count", "operator": "gte", "expected": 2, "observed": 1, "status": "fail",
         "reason": "too few"}]}, journal, "", "", ""))
    put("stored", "interrupted", parts("", journal | {"state": "running"}, "", staged, log))
    put("stored", "phantom", parts(result | {"engine": "phantom", "overall_status": "demo"}, journal,
                                   "", "", ""))
    put("stored", "newer", parts("", journal | {"journal_version": 2}, review | {"review_version": 9},
                                 "", ""))
    put("stored", "outside", parts(result | {"output": {"directory": "/", "samples": [
        {"image_path": "../../etc/passwd"}, {"image_path": "/etc/passwd"}, {"image_path": 7}]}}, "", "",
        "", ""))
    put("stored", "damaged", parts("{", "[", "nothing", "{}", ""))


def queue_entry(name: str, state: str) -> dict:
    settings = {"overrides": '{"modality": "mri_t1", "random_seed": 7}\n', "engine": "upstream",
                "upstream_root": "", "python": "", "manifest": "", "visible_gpus": "0",
                "time_limit_seconds": 3600, "allow_checkout": False, "allow_weights": False,
                "accept_cost": True, "results_folder": "/somewhere", "expected_seconds": 41.5,
                "group": "g"}
    ended = state == "ended"
    return {"id": name, "state": state, "added_at": "2026-01-02T03:04:05.678Z", "started_at": "",
            "ended_at": "2026-01-02T03:05:05.678Z" if ended else "", "run_folder": "",
            "exit_code": 0, "overall_status": "passed" if ended else "",
            "verdict": "passed" if ended else "none",
            "problems": [{"message": "m", "hint": "h", "field": "f"}], "settings": settings}


def queue_seeds() -> None:
    first = '{"queue_version":1}\n'
    lines = [{"put": [queue_entry("a", "pending"), queue_entry("b", "pending")]},
             {"order": ["b", "a"]}, {"put": [queue_entry("b", "ended")]}, {"removed": ["a"]}]
    text = first + "".join(json.dumps(line) + "\n" for line in lines)
    put("queue", "changes", text)
    put("queue", "cut", text[:-9])
    put("queue", "empty", first)
    put("queue", "newer", '{"queue_version":2}\nanything')
    put("queue", "states", first + json.dumps({"put": [
        queue_entry(state, state) for state in ("pending", "running", "ended", "interrupted")]}) + "\n")
    put("queue", "unknown_key", first + '{"remove": ["a"]}\n')


def field_seeds() -> None:
    for name, text in {"integer": "42", "number": "0.94", "comma": "0,94", "triple": "256 256 128",
                       "quadruple": "0 1 0 0", "seeds": "1, 2, 5-8; 10\u201312", "large": "4294967295",
                       "range": "1-4294967295", "backwards": "8-5", "word": "mri_t1",
                       "blank": " \t "}.items():
        put("fields", name, text)
    put("fields", "sweep", parts("{}", "cfg_guidance_scale", "1\n2\n4.5", "modality",
                                 "mri_t1\nmri_flair"))
    put("fields", "sweep_dim", parts('{"random_seed": 3}', "dim", "64 64 64\n256 256 128",
                                     "random_seed", "1\n2"))
    put("fields", "sweep_wrong", parts("{}", "dim", "63 64\n64 64 64", "nothing", "1", "dim", "1 1 1"))


def preset_seeds() -> None:
    document = '{"dim": [256, 256, 128]}\n'
    put("presets", "name", parts("Thin slices", document, document))
    for name, preset in {"outside": "../x", "hidden": ".x", "there": "there", "control": "a\nb",
                         "brain": "\U0001f9e0 \u00e9", "dot": "x."}.items():
        put("presets", name, parts(preset, document, ""))
    put("presets", "damaged", parts("there", document, "{"))
    put("presets", "no_document", parts("x", "[]", ""))


def archive(files: dict, method: int = zipfile.ZIP_STORED, **attributes) -> bytes:
    """attributes: of every entry, as zipfile.ZipInfo names them"""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as out:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            out.writestr(info, content)
    return data.getvalue()


def bundle_seeds() -> None:
    files = {"bundle.json": "{}", "runs/a/output.json": '{"skill": "x"}', "runs/a/b.nii.gz": b"\x1f\x8b"}
    put("bundle", "stored", archive(files))
    put("bundle", "deflated", archive(files, zipfile.ZIP_DEFLATED))
    put("bundle", "empty", archive({}))
    put("bundle", "folder", archive({"runs/": "", "runs/a.txt": "a"}))
    for name, path in {"above": "../x", "absolute": "/x", "backslash": "a\\b", "dots": "a/./b",
                       "drive": "C:/x", "control": "a\nb", "unicode": "runs/\u00e9/\U0001f9e0"}.items():
        put("bundle", name, archive({path: "x"}))
    put("bundle", "link", archive({"link": "/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16))
    put("bundle", "program", archive({"replay.sh": "#!/bin/sh"}, external_attr=(stat.S_IFREG | 0o755) << 16))
    put("bundle", "bomb", archive({"zeros": b"\0" * (1 << 19)}, zipfile.ZIP_DEFLATED))
    put("bundle", "file_and_folder", archive({"a": "x", "a/b": "y"}))
    sound = archive(files)
    put("bundle", "cut", sound[:-9])
    put("bundle", "before", b"#!/bin/sh\n" + sound)
    put("bundle", "crc", sound.replace(b"{}", b"[]", 1))
    put("bundle", "local_name", sound.replace(b"bundle.json", b"bundle.jsen", 1))
    put("bundle", "encrypted", sound.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01", 1))
    put("bundle", "no_archive", b"\x1f\x8b\x08")
    many = archive({f"f{number}": "" for number in range(30)})
    put("bundle", "many", many)


def sums_seeds() -> None:
    def line(name: str) -> str:
        return f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n"
    put("sums", "two", line("a") + line("runs/a/b.nii.gz"))
    put("sums", "order", line("b") + line("a"))
    put("sums", "twice", line("a") * 2)
    put("sums", "binary", line("a").replace("  ", " *"))
    put("sums", "upper", line("a").upper())
    put("sums", "no_end", line("a").rstrip())
    put("sums", "above", line("../a"))
    put("sums", "escaped", "\\" + line("a\\nb"))


def main() -> None:
    for make in (json_seeds, override_seeds, manifest_seeds, nifti_seeds, log_seeds,
                 supervisor_seeds, gpu_seeds, name_seeds, redaction_seeds, python_seeds,
                 stored_seeds, queue_seeds, field_seeds, preset_seeds, bundle_seeds, sums_seeds):
        make()


if __name__ == "__main__":
    main()
