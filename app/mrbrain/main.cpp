// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/cli/CommandLine.h"

int main(int argc, char **argv)
{
    return mrb::backend::runMrbrain(argc, argv);
}
