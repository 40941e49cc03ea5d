// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/PlaneButtons.h"

#include "ui/common/Tones.h"
#include "ui/generate/ModalityBox.h"
#include "ui/generate/Remark.h"

#include <QHBoxLayout>
#include <QStyleOptionButton>
#include <QStylePainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace mrb::ui {

namespace {

constexpr int kMargin = 4;
constexpr double kLargest = 0.9; ///< of the font, for the detail
constexpr double kSmallest = 0.75;

} // namespace

bool isAtMedian(const backend::FovState &fov)
{
    constexpr double kRounding = 0.02; // spacing has two decimals
    return std::all_of(fov.axes.begin(), fov.axes.end(), [](const backend::AxisFov &axis) {
        return axis.medianMm && std::abs(axis.mm / *axis.medianMm - 1.0) <= kRounding;
    });
}

PlaneButton::PlaneButton(const QString &name, QWidget *parent) : QPushButton(parent), m_name(name)
{
    setAutoDefault(false);
    setCheckable(true);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setAccessibleName(tr("%1 plane").arg(name));
}

void PlaneButton::setDetail(const QString &detail, bool sparse)
{
    if (detail == m_detail && sparse == m_isSparse)
        return;
    m_detail = detail;
    m_isSparse = sparse;
    QString tip =
        tr("Size and spacing of the training scans' median in this plane: %1").arg(detail);
    if (sparse)
        tip += u'\n' + tr("Few training scans stand behind it.");
    setToolTip(tip);
    setAccessibleDescription(tip);
    update();
}

QSize PlaneButton::sizeHint() const
{
    return {90, 2 * fontMetrics().height() + 2 * kMargin + 4};
}

QSize PlaneButton::minimumSizeHint() const
{
    return {50, sizeHint().height()};
}

void PlaneButton::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    painter.drawControl(QStyle::CE_PushButton, option);

    const QRect area = rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const int line = fontMetrics().height();
    const QRect above(area.left(), area.center().y() - line, area.width(), line);
    const QRect below = above.translated(0, line);
    const int room = area.width();
    painter.setPen(option.palette.color(QPalette::ButtonText));
    int left = above.left();
    const int nameWidth = fontMetrics().horizontalAdvance(m_name);
    if (isChecked() || m_isSparse) {
        const Tone tone = m_isSparse ? Tone::Notice : Tone::Good;
        left = above.left() + std::max(0, (above.width() - nameWidth - line) / 2);
        toneIcon(tone, palette()).paint(&painter, left, above.top(), line, line);
        left += line;
        painter.drawText(QRect(left, above.top(), above.right() - left + 1, line),
                         Qt::AlignLeft | Qt::AlignVCenter, m_name);
    } else {
        painter.drawText(above, Qt::AlignCenter, m_name);
    }

    // Smaller first, then without the unit, which the tool tip has too.
    QFont small = font();
    QString detail = m_detail;
    const auto isTooWide = [&] { return QFontMetrics(small).horizontalAdvance(detail) > room; };
    for (double scale = kLargest; scale >= kSmallest && isTooWide(); scale -= 0.05)
        small.setPointSizeF(font().pointSizeF() * scale);
    if (isTooWide())
        detail = detail.section(u' ', 0, -2);
    if (isTooWide())
        detail.remove(u' ');
    painter.setFont(small);
    painter.drawText(below, Qt::AlignCenter,
                     QFontMetrics(small).elidedText(detail, Qt::ElideRight, room));
}

PlaneButtons::PlaneButtons(QWidget *parent) : QWidget(parent), m_none(new Remark(this))
{
    auto *row = new QHBoxLayout;
    row->setSpacing(4);
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        const backend::Plane plane = backend::kPlanes[i];
        m_buttons[i] = new PlaneButton(planeLabel(plane), this);
        row->addWidget(m_buttons[i], 1);
        connect(m_buttons[i], &QPushButton::clicked, this, [this, i, plane] {
            // It is marked by what the form says, not by the click.
            m_buttons[i]->setChecked(!m_buttons[i]->isChecked());
            Q_EMIT planeChosen(plane);
        });
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_none);
}

void PlaneButtons::setState(const std::vector<backend::RequestForm::PlaneChoice> &planes,
                            const std::optional<backend::FovState> &fov)
{
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        const backend::Plane plane = backend::kPlanes[i];
        const auto choice =
            std::find_if(planes.begin(), planes.end(),
                         [plane](const auto &candidate) { return candidate.plane == plane; });
        m_buttons[i]->setVisible(choice != planes.end());
        if (choice == planes.end())
            continue;
        m_buttons[i]->setDetail(choice->text, choice->sparse);
        m_buttons[i]->setChecked(fov && fov->nearestPlane == plane && isAtMedian(*fov));
    }
    m_none->say(Tone::Neutral, planes.empty() ? tr("There are no training medians for this "
                                                   "modality.")
                                              : QString());
}

} // namespace mrb::ui
