# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0

from .. import token_of_user


def build_hf_headers():
    token = token_of_user()
    return {"user-agent": "standin", **({"authorization": f"Bearer {token}"} if token else {})}
