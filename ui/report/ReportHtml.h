// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/report/RunReport.h"

#include <QHash>
#include <QPalette>
#include <QString>
#include <QStringList>

namespace mrb::ui {

/// How a report is to look now.
struct ReportLook
{
    QPalette palette;
    int width = 0;               ///< of the document, logical pixels
    QHash<QString, bool> opened; ///< what the user opened (true) or closed, by key
    int histogramHeight = 0;     ///< logical pixels; 0: there is none
};

/// HTML of Qt's subset. Links: "toggle:N" opens or closes parts[N]; "run:log", "run:folder" and
/// "volume:show" ask for those. Pictures: "tone:good", "tone:notice", "tone:bad", "tone:neutral",
/// "histogram:". Nothing else is linked: every text of the report is escaped.
struct ReportHtml
{
    QString html;
    QStringList parts;     ///< keys
    QStringList openParts; ///< of those, the open ones
};

ReportHtml reportHtml(const backend::RunReport &report, const ReportLook &look);
QString problemHtml(const Error &error, const ReportLook &look);
/// For the document's default style sheet.
QString reportStyle(const QPalette &palette);

} // namespace mrb::ui
