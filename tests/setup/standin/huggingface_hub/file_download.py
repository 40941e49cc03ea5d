# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0

from . import open_url

CHUNK = 1 << 16


def http_get(url, temp_file, *, resume_size=0, headers=None, expected_size=None):
    """Appends to the file what it lacks; as the real one, begins anew when the server does."""
    headers = dict(headers or {})
    if resume_size:
        headers["Range"] = f"bytes={resume_size}-"
    with open_url("GET", url, headers) as answer:
        if resume_size and answer.status == 200:
            temp_file.seek(0)
            temp_file.truncate()
        while chunk := answer.read(CHUNK):
            temp_file.write(chunk)
    if expected_size is not None and temp_file.tell() != expected_size:
        raise OSError(f"Consistency check failed: file should be of size {expected_size} but has "
                      f"size {temp_file.tell()}")
