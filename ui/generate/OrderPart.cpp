// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/OrderPart.h"

#include "backend/contract/Keys.h"
#include "ui/generate/FieldRow.h"
#include "ui/generate/Icons.h"
#include "ui/generate/Remark.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <algorithm>

namespace mrb::ui {

namespace {

constexpr std::size_t kShownSeeds = 6;
constexpr int kMostRuns = 1000;

/// Wheels through the form must not change what the pointer happens to pass.
template <class Control> class Calm : public Control
{
public:
    using Control::Control;

protected:
    void wheelEvent(QWheelEvent *event) override
    {
        if (this->hasFocus())
            Control::wheelEvent(event);
        else
            event->ignore();
    }
};

} // namespace

QString seedsText(const std::vector<std::int64_t> &seeds)
{
    if (seeds.empty())
        return {};
    if (seeds.size() == 1)
        return OrderPart::tr("Seed %1").arg(seeds.front());
    QStringList shown;
    for (std::size_t i = 0; i < std::min(seeds.size(), kShownSeeds - 1); ++i)
        shown += QString::number(seeds[i]);
    if (seeds.size() > kShownSeeds)
        shown += QStringLiteral("\u2026 %1").arg(seeds.back());
    else if (seeds.size() == kShownSeeds)
        shown += QString::number(seeds.back());
    return OrderPart::tr("Seeds %1").arg(shown.join(QStringLiteral(", ")));
}

OrderPart::OrderPart(backend::RequestForm &form, QWidget *parent)
    : QWidget(parent),
      m_form(form),
      m_seed(new FieldRow(form, *contract::findField(contract::model_config::kRandomSeed), nullptr,
                          this)),
      m_dice(new QToolButton(this)),
      m_modeLabel(new QLabel(tr("Next &seed"), this)),
      m_mode(new Calm<QComboBox>(this)),
      m_countLabel(new QLabel(tr("Num&ber of runs"), this)),
      m_count(new Calm<QSpinBox>(this)),
      m_seeds(new Remark(this))
{
    m_dice->setIcon(diceIcon(palette()));
    m_dice->setFocusPolicy(Qt::StrongFocus);
    m_dice->setToolTip(tr("Draw another seed"));
    m_dice->setAccessibleName(m_dice->toolTip());
    m_seed->addBeside(m_dice);

    m_mode->addItem(tr("Fixed"), QVariant::fromValue(backend::SeedMode::Fixed));
    m_mode->addItem(tr("+1 per order"), QVariant::fromValue(backend::SeedMode::Increment));
    m_mode->addItem(tr("Random per order"), QVariant::fromValue(backend::SeedMode::Random));
    m_mode->setFocusPolicy(Qt::StrongFocus);
    m_mode->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_mode->setMinimumContentsLength(5);
    m_mode->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_mode->setAccessibleName(tr("Next seed"));
    m_mode->setToolTip(tr("What becomes of the seed when runs were ordered. The seed shown is "
                          "always the one that is used next."));
    m_modeLabel->setBuddy(m_mode);
    m_count->setRange(1, kMostRuns);
    m_count->setFocusPolicy(Qt::StrongFocus);
    m_count->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_count->setAccessibleName(tr("Number of runs"));
    m_count->setToolTip(tr("Each run makes one volume with a seed of its own."));
    m_countLabel->setBuddy(m_count);
    m_seeds->setName(QStringLiteral("seeds"));

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_seed);
    const auto addLine = [this, layout](QLabel *label, QWidget *control) {
        auto *line = new QHBoxLayout;
        line->setSpacing(6);
        line->addWidget(label);
        line->addWidget(control, 1);
        line->addSpacing(line->spacing() + m_seed->resetWidth());
        layout->addLayout(line);
    };
    addLine(m_modeLabel, m_mode);
    addLine(m_countLabel, m_count);
    layout->addWidget(m_seeds);

    connect(m_dice, &QToolButton::clicked, &form, &backend::RequestForm::drawSeed);
    connect(m_mode, &QComboBox::activated, this, [this](int index) {
        m_form.setSeedMode(m_mode->itemData(index).value<backend::SeedMode>());
    });
    connect(m_count, &QSpinBox::valueChanged, &form, &backend::RequestForm::setCount);
}

void OrderPart::showOrder()
{
    const int mode = m_mode->findData(QVariant::fromValue(m_form.seedMode()));
    if (mode != m_mode->currentIndex())
        m_mode->setCurrentIndex(mode);
    if (m_count->value() != m_form.count()) {
        const QSignalBlocker blocker(m_count);
        m_count->setValue(m_form.count());
    }
    const QString seeds = seedsText(m_form.seeds());
    m_seeds->say(Tone::Neutral, seeds.isEmpty() ? QString() : tr("Will use: %1").arg(seeds));
}

int OrderPart::labelWidth() const
{
    return std::max(
        {m_seed->labelWidth(), m_modeLabel->sizeHint().width(), m_countLabel->sizeHint().width()});
}

void OrderPart::setLabelWidth(int width)
{
    m_seed->setLabelWidth(width);
    m_modeLabel->setMinimumWidth(width);
    m_countLabel->setMinimumWidth(width);
}

void OrderPart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_dice->setIcon(diceIcon(palette()));
}

} // namespace mrb::ui
