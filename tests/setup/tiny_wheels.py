# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Wheels of a few hundred bytes with the names of what the model needs, so that pip really installs
something where there is no network."""

import base64
import hashlib
import zipfile

TORCH_WITH_CUDA = "__version__ = '2.6.0+cu124'\ncuda = '12.4'\nhip = None\n"
TORCH_WITHOUT_CUDA = "__version__ = '2.6.0+cpu'\ncuda = None\nhip = None\n"

# distribution: (module, version, what it requires)
PACKAGES = {
    "torch": ("torch", "2.6.0", ()),
    "monai": ("monai", "1.5.0", ("nibabel", "numpy", "scipy", "scikit-image")),
    "nibabel": ("nibabel", "5.2.0", ()),
    "numpy": ("numpy", "1.26.4", ()),
    "scipy": ("scipy", "1.13.0", ()),
    "scikit-image": ("skimage", "0.24.0", ()),
    "tqdm": ("tqdm", "4.66.0", ()),
    "huggingface_hub": ("huggingface_hub", "0.36.2", ()),
}


def make_wheel(folder, distribution, version, files, requires=()):
    """files: {path in site-packages: text}"""
    name = distribution.replace("-", "_")
    info = f"{name}-{version}.dist-info"
    metadata = "".join([f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n",
                        *(f"Requires-Dist: {other}\n" for other in requires)])
    files = {**files, f"{info}/METADATA": metadata,
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
                              "Tag: py3-none-any\n"}
    record = []
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in files.items():
            content = text.encode()
            archive.writestr(inner, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
            record.append(f"{inner},sha256={digest.rstrip('=')},{len(content)}\n")
        archive.writestr(f"{info}/RECORD", "".join(record) + f"{info}/RECORD,,\n")
    return path


def make_wheels(folder, without=(), torch=TORCH_WITH_CUDA):
    """All that the model needs, but those in `without`."""
    folder.mkdir(parents=True, exist_ok=True)
    for distribution, (module, version, requires) in PACKAGES.items():
        if distribution in without:
            continue
        files = {f"{module}/__init__.py": ""}
        if module == "torch":
            files["torch/version.py"] = torch
        make_wheel(folder, distribution, version, files, requires)
    return folder
