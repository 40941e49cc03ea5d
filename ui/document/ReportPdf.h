// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/report/ReportDocument.h"

#include <QByteArray>
#include <QColor>

#include <stop_token>

namespace mrb::ui {

// As the light palette of the HTML document.
inline constexpr QColor kPdfInk{0x1b, 0x21, 0x27};
inline constexpr QColor kPdfQuiet{0x56, 0x60, 0x6b};
inline constexpr QColor kPdfRule{0xdd, 0xe2, 0xe7};
inline constexpr QColor kPdfBars{0x5b, 0x7e, 0xa8};

/// The document as PDF on A4, with its title and provenance on every page. The same texts as
/// reportHtml(); not the same bytes each time, because PDF has a time of making. Blocks; any
/// thread; needs a QGuiApplication with a font. A stop request may end it with an unfinished
/// document.
Result<QByteArray> reportPdf(const backend::ReportDocument &document, const std::stop_token &stop);

} // namespace mrb::ui
