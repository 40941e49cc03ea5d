# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Command line of the phantom: that of the generator it stands in for.

Run from the folder above: python -m scripts.diff_model_infer -t MODEL_DEF -e ENV -c MODEL [-g 1]
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import random
import sys
from datetime import datetime

from .phantom_head import Head
from .phantom_log import ProgressBar, set_up_logging
from .phantom_nifti import VolumeWriter

DESCRIPTION = "phantom, not model output"
PREFIX = "phantom_"
# Above this size the generator decodes in tiles and shows a second bar of four.
VOXELS_DECODED_AT_ONCE = 32_768_000
DECODING_TILES = 4
STEPS_SHARE = 0.75


def load_config(*paths: str) -> argparse.Namespace:
    """All top-level keys of the JSON files in one namespace; later files win."""
    config = argparse.Namespace()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        if not isinstance(document, dict):
            raise ValueError(f"{path} is not a JSON object.")
        for key, value in document.items():
            setattr(config, key, value)
    return config


def check_request(request: dict) -> None:
    """The caller validates properly; this keeps a wrong request from drawing nonsense."""
    dims, spacing = request["dim"], request["spacing"]
    if len(dims) != 3 or any(type(n) is not int or not 1 <= n <= 32767 for n in dims):
        raise ValueError(f"dim must be 3 positive integers, not {dims}.")
    if len(spacing) != 3 or any(not math.isfinite(s) or s <= 0 for s in spacing):
        raise ValueError(f"spacing must be 3 positive numbers, not {spacing}.")
    steps = request["num_inference_steps"]
    if type(steps) is not int or not 1 <= steps <= 1000:
        raise ValueError(f"num_inference_steps must be an integer from 1 to 1000, not {steps}.")


def log_request(config: argparse.Namespace, seed: int, prefix: str, log: logging.Logger) -> None:
    request = config.diffusion_unet_inference
    log.info(f"Using phantom:0 of 1 with random seed: {seed}")
    log.info("[config] ckpt_filepath -> none (phantom, no checkpoint is read).")
    log.info(f"[config] random_seed -> {seed}.")
    log.info(f"[config] output_prefix -> {prefix}.")
    log.info(f"[config] output_size -> {tuple(request['dim'])}.")
    log.info(f"[config] out_spacing -> {tuple(request['spacing'])}.")
    log.info("checkpoints phantom-autoencoder (none, demo) loaded.")
    log.info("checkpoints phantom-diffusion (none, demo) loaded.")
    log.info("scale_factor -> 1.0 (phantom).")
    levels = len(config.diffusion_unet_def["num_channels"])
    divisor = 2 ** (levels - 2)
    log.info(f"num_downsample_level -> {levels}, divisor -> {divisor}.")
    log.info("noise: phantom, int16, <class 'random.Random'>")


def draw(head: Head, dims, steps: int, writer: VolumeWriter) -> None:
    """Computes and writes all slices, with bars that follow the slices done."""
    depth = dims[2]
    tiled = math.prod(dims) > VOXELS_DECODED_AT_ONCE
    for_steps = max(1, round(depth * STEPS_SHARE)) if tiled else depth
    bar = ProgressBar(steps)
    tiles = None
    for done, voxels in enumerate(head.slices(), start=1):
        writer.add(voxels)
        if done <= for_steps:
            bar.advance_to(steps * done // for_steps)
        if tiled and done == for_steps:
            tiles = ProgressBar(DECODING_TILES)
        if tiles is not None and done > for_steps:
            tiles.advance_to(DECODING_TILES * (done - for_steps) // (depth - for_steps))


def output_path(folder: str, prefix: str, seed: int, request: dict) -> str:
    size = "x".join(str(n) for n in request["dim"])
    spacing = "x".join(f"{s:.2f}" for s in request["spacing"])
    time = datetime.now().strftime("%Y%m%d%H%M%S")
    modality = request["modality"]
    name = f"{prefix}_seed{seed}_size{size}_spacing{spacing}_{time}_rank0_modality{modality}.nii.gz"
    return f"{folder}/{name}"


def diff_model_infer(environment_path: str, model_path: str, definition_path: str) -> str:
    config = load_config(environment_path, model_path, definition_path)
    request = config.diffusion_unet_inference
    check_request(request)
    seed = request.get("random_seed")
    if seed is None:
        seed = random.randint(0, 99999)
    prefix = config.output_prefix
    if not prefix.startswith(PREFIX):
        prefix = PREFIX + prefix

    log = set_up_logging("inference")
    log_request(config, seed, prefix, log)
    dims, steps = request["dim"], request["num_inference_steps"]
    guidance = request["cfg_guidance_scale"]
    spacing = request["spacing"]
    head = Head(dims, spacing, seed, request["modality"], steps=steps, guidance=guidance)
    with VolumeWriter(config.output_dir, dims, spacing, DESCRIPTION) as writer:
        draw(head, dims, steps, writer)
        path = output_path(config.output_dir, prefix, seed, request)
        writer.finish_as(path)
    log.info(f"Saved {path}.")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Phantom in place of diffusion model inference")
    parser.add_argument("-e", "--env_config", required=True)
    parser.add_argument("-c", "--model_config", required=True)
    parser.add_argument("-t", "--model_def", required=True)
    parser.add_argument("-g", "--num_gpus", type=int, default=1, help="only 1: there is no GPU")
    arguments = parser.parse_args()
    if arguments.num_gpus != 1:
        parser.error(f"the phantom runs once, on no GPU: -g must be 1, not {arguments.num_gpus}")
    sys.stderr.reconfigure(encoding="utf-8")
    diff_model_infer(arguments.env_config, arguments.model_config, arguments.model_def)


if __name__ == "__main__":
    main()
