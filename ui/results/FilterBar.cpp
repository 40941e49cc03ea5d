// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/FilterBar.h"

#include "ui/results/ToggleButton.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace mrb::ui {

namespace {

constexpr std::array kOutcomes = {Outcome::Passed,      Outcome::Demo,    Outcome::GateFailed,
                                  Outcome::Failed,      Outcome::Refused, Outcome::Cancelled,
                                  Outcome::Interrupted, Outcome::Running};
constexpr std::array kRatings = {backend::Rating::Accepted, backend::Rating::Undecided,
                                 backend::Rating::Rejected};

/// As narrow as its place, whatever its longest entry.
QComboBox *makeCombo(const QString &name)
{
    auto *combo = new QComboBox;
    combo->setAccessibleName(name);
    combo->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    combo->setMinimumContentsLength(6);
    return combo;
}

} // namespace

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent),
      m_text(new QLineEdit),
      m_more(new ToggleButton),
      m_large(new ToggleButton),
      m_parts(makeParts())
{
    m_text->setPlaceholderText(tr("Search runs"));
    m_text->setAccessibleName(tr("Search runs"));
    m_text->setToolTip(tr("Modality, seed, note, tag or folder; all words must occur"));
    m_text->setClearButtonEnabled(true);
    m_more->setAutoRaise(true);
    m_more->setToolTip(tr("Show what else narrows the gallery, and its order"));
    m_large->setText(tr("Large"));
    m_large->setAutoRaise(true);
    m_large->setAccessibleName(tr("Large pictures"));
    m_large->setToolTip(tr("Large pictures with the words below them"));
    auto *first = new QHBoxLayout;
    first->addWidget(m_text, 1);
    first->addWidget(m_more);
    first->addWidget(m_large);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(first);
    layout->addWidget(m_parts);
    m_parts->hide();
    connect(m_more, &QToolButton::toggled, m_parts, &QWidget::setVisible);
    connect(m_large, &QToolButton::toggled, this, &FilterBar::largePicturesChanged);
    connect(m_text, &QLineEdit::textChanged, this, &FilterBar::filterChanged);
    for (QComboBox *combo : {m_modality, m_outcome, m_rating, m_dates}) {
        connect(combo, &QComboBox::currentIndexChanged, this, &FilterBar::showActiveParts);
        connect(combo, &QComboBox::currentIndexChanged, this, &FilterBar::filterChanged);
    }
    connect(m_sort, &QComboBox::currentIndexChanged, this, &FilterBar::chooseSort);
    connect(m_direction, &QToolButton::clicked, this, [this] {
        setDescending(!m_descending);
        Q_EMIT orderChanged();
    });
    showActiveParts();
    setDescending(true);
}

QWidget *FilterBar::makeParts()
{
    m_modality = makeCombo(tr("Modality"));
    m_modality->addItem(tr("All modalities"), QString());
    m_outcome = makeCombo(tr("Verdict"));
    m_outcome->addItem(tr("All verdicts"));
    for (const Outcome outcome : kOutcomes)
        m_outcome->addItem(outcomeText(outcome), static_cast<int>(outcome));
    m_rating = makeCombo(tr("Rating"));
    m_rating->addItem(tr("All ratings"));
    for (const backend::Rating rating : kRatings)
        m_rating->addItem(ratingText(rating), static_cast<int>(rating));
    m_dates = makeCombo(tr("Date"));
    m_dates->addItem(tr("All dates"), static_cast<int>(DateRange::All));
    m_dates->addItem(tr("Today"), static_cast<int>(DateRange::Today));
    m_dates->addItem(tr("Last 7 days"), static_cast<int>(DateRange::Week));
    m_dates->addItem(tr("Last 30 days"), static_cast<int>(DateRange::Month));
    m_sort = makeCombo(tr("Sort by"));
    m_sort->addItem(tr("By date"), static_cast<int>(ResultsSort::Date));
    m_sort->addItem(tr("By seed"), static_cast<int>(ResultsSort::Seed));
    m_sort->addItem(tr("By modality"), static_cast<int>(ResultsSort::Modality));
    m_sort->addItem(tr("By verdict"), static_cast<int>(ResultsSort::Outcome));
    m_sort->addItem(tr("By rating"), static_cast<int>(ResultsSort::Rating));
    m_sort->addItem(tr("By duration"), static_cast<int>(ResultsSort::Duration));
    m_direction = new QToolButton;
    m_direction->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);

    auto *parts = new QWidget;
    auto *grid = new QGridLayout(parts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(m_modality, 0, 0);
    grid->addWidget(m_outcome, 0, 1);
    grid->addWidget(m_rating, 1, 0);
    grid->addWidget(m_dates, 1, 1);
    grid->addWidget(m_sort, 2, 0);
    grid->addWidget(m_direction, 2, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    return parts;
}

ResultsFilter FilterBar::filter() const
{
    ResultsFilter filter;
    filter.text = m_text->text();
    filter.modality = m_modality->currentData().toString();
    if (const QVariant outcome = m_outcome->currentData(); outcome.isValid())
        filter.outcome = static_cast<Outcome>(outcome.toInt());
    if (const QVariant rating = m_rating->currentData(); rating.isValid())
        filter.rating = static_cast<backend::Rating>(rating.toInt());
    filter.dates = static_cast<DateRange>(m_dates->currentData().toInt());
    return filter;
}

ResultsOrder FilterBar::order() const
{
    return {static_cast<ResultsSort>(m_sort->currentData().toInt()), m_descending};
}

bool FilterBar::largePictures() const
{
    return m_large->isChecked();
}

void FilterBar::setLargePictures(bool large)
{
    m_large->setChecked(large);
}

void FilterBar::clearFilter()
{
    {
        const QSignalBlocker quiet(this); // one change, not five
        m_text->clear();
        for (QComboBox *combo : {m_modality, m_outcome, m_rating, m_dates})
            combo->setCurrentIndex(0);
    }
    Q_EMIT filterChanged();
}

void FilterBar::setModalities(const QStringList &names)
{
    QStringList wanted = names;
    const QString chosen = m_modality->currentData().toString();
    if (!chosen.isEmpty() && !wanted.contains(chosen))
        wanted += chosen;
    QStringList present;
    for (int i = 1; i < m_modality->count(); ++i)
        present += m_modality->itemData(i).toString();
    if (wanted == present)
        return;
    const QSignalBlocker quiet(m_modality);
    while (m_modality->count() > 1)
        m_modality->removeItem(1);
    for (const QString &name : wanted)
        m_modality->addItem(backend::modalityLabel(name), name);
    m_modality->setCurrentIndex(std::max(m_modality->findData(chosen), 0));
}

void FilterBar::focusSearch()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void FilterBar::showActiveParts()
{
    const int active = filter().activeParts();
    m_more->setText(active == 0 ? tr("Filter") : tr("Filter (%1)").arg(active));
    m_more->setAccessibleName(active == 0 ? tr("Filter and order")
                                          : tr("Filter and order, %1 in use").arg(active));
}

void FilterBar::chooseSort()
{
    const auto by = static_cast<ResultsSort>(m_sort->currentData().toInt());
    // What one mostly wants: the newest and the longest first, the rest from the beginning.
    setDescending(by == ResultsSort::Date || by == ResultsSort::Duration);
    Q_EMIT orderChanged();
}

void FilterBar::setDescending(bool down)
{
    m_descending = down;
    const auto by = static_cast<ResultsSort>(m_sort->currentData().toInt());
    QString text;
    if (by == ResultsSort::Date)
        text = down ? tr("Newest first") : tr("Oldest first");
    else if (by == ResultsSort::Duration)
        text = down ? tr("Longest first") : tr("Shortest first");
    else if (by == ResultsSort::Seed)
        text = down ? tr("Largest first") : tr("Smallest first");
    else if (by == ResultsSort::Modality)
        text = down ? tr("Z to A") : tr("A to Z");
    else
        text = down ? tr("Worst first") : tr("Best first");
    m_direction->setText(text);
    m_direction->setAccessibleName(tr("Direction: %1").arg(text));
    m_direction->setToolTip(tr("Turns the order round"));
}

} // namespace mrb::ui
