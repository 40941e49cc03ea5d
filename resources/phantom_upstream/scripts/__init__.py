# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""Phantom stand-in for the generator: same command line and log, no model behind it."""
