// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

class QTextDocument;

namespace mrb::ui {

/// From one height to another in a document that is laid out on one endless page, device units.
struct PdfSlice
{
    double top = 0.0;
    double bottom = 0.0;

    double height() const { return bottom - top; }
};

struct PdfPage
{
    PdfSlice body;
    PdfSlice
        titles; ///< of the table that goes on from the page before, to be repeated; may be empty
};

/// Divides the document into pages: no line and, where it fits, no row of a table is cut; a block
/// with kKeepWithNext is on one page with what follows it; of a paragraph two lines stay together.
/// QTextDocument's own pages know none of that, and lose track of where they are after tables.
/// @param height of a page, @param unitsPerPixel device units per 1/96 inch
std::vector<PdfPage> pagesOf(const QTextDocument &text, double height, double unitsPerPixel);

} // namespace mrb::ui
