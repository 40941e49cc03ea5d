// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Json.h"
#include "backend/run/Preparation.h"

namespace mrb::backend {

// Objects that several of the documents share. Pure.

Json cudaJson(const Preparation &preparation);
Json identityJson(const CheckoutIdentity &identity);
Json inventoryJson(const WeightsInventory &inventory);
/// null when no interpreter was asked.
Json pythonJson(const Preparation &preparation);

} // namespace mrb::backend
