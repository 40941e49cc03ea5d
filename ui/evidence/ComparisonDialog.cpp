// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/evidence/ComparisonDialog.h"

#include "ui/common/FieldNote.h"
#include "ui/evidence/ComparisonTree.h"
#include "ui/evidence/EvidenceWords.h"
#include "ui/evidence/SaveDocument.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

constexpr std::size_t kMostVolumes = 8; ///< the others are in the text

} // namespace

ComparisonDialog::ComparisonDialog(const QString &title, QWidget *parent)
    : QDialog(parent),
      m_verdict(new FieldNote(FieldNote::Size::Verdict)),
      m_explanation(makeExplanation({})),
      m_volumes(new QGridLayout),
      m_onlyDifferences(new QCheckBox(tr("Only &differences"))),
      m_tree(new ComparisonTree),
      m_saved(new FieldNote)
{
    setWindowTitle(title);
    setWindowFlag(Qt::WindowMaximizeButtonHint);
    m_volumes->setColumnStretch(0, 1);
    m_onlyDifferences->setEnabled(false);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_verdict);
    layout->addWidget(m_explanation);
    layout->addLayout(m_volumes);
    layout->addWidget(m_onlyDifferences);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_saved);
    layout->addWidget(makeButtons());
    connect(m_onlyDifferences, &QCheckBox::toggled, m_tree, &ComparisonTree::setOnlyDifferences);
    setMinimumSize(fontMetrics().averageCharWidth() * 84, fontMetrics().height() * 28);
    resize(fontMetrics().averageCharWidth() * 140, fontMetrics().height() * 42);
}

ComparisonDialog::~ComparisonDialog() = default;

void ComparisonDialog::compare(Work work)
{
    m_verdict->say(Tone::Busy, tr("Comparing both runs, voxel by voxel"));
    m_job.start([work = std::move(work)](const std::stop_token &stop,
                                         const TellNews &) { return work(stop); },
                [](const JobNews &) {},
                [this](const Result<Comparison> &result) {
                    if (result) {
                        setComparison(*result);
                        Q_EMIT compared();
                    } else {
                        m_verdict->say(Tone::Bad, sentences(result.error()));
                        Q_EMIT failed(result.error());
                    }
                });
}

void ComparisonDialog::setComparison(const Comparison &comparison)
{
    m_comparison = comparison;
    setWindowTitle(comparison.title);
    m_verdict->say(comparison.tone, comparison.verdict);
    m_explanation->setText(comparison.explanation);
    fillVolumes();
    m_tree->setComparison(comparison);
    m_onlyDifferences->setText(tr("Only &differences (%1)").arg(m_tree->differences()));
    m_onlyDifferences->setEnabled(m_tree->differences() > 0);
    m_copy->setEnabled(true);
    m_save->setEnabled(true);
}

QString ComparisonDialog::verdict() const
{
    return m_verdict->text();
}

void ComparisonDialog::fillVolumes()
{
    const auto &volumes = m_comparison->volumes;
    for (std::size_t i = 0; i < std::min(volumes.size(), kMostVolumes); ++i) {
        const backend::VolumeComparison &volume = volumes[i];
        const int row = static_cast<int>(i);
        auto *note = new FieldNote;
        m_volumes->addWidget(note, row, 0);
        note->say(verdictTone(volume.verdict), volumeText(volume, i + 1, volumes.size()));
        if (volume.voxels == 0)
            continue; // not there, or not of one size
        auto *show = new QPushButton(i == 0 ? tr("&Show both") : tr("Show both"));
        show->setToolTip(volume.maximumAt
                             ? tr("Both volumes in the viewer, at the voxel where they differ most")
                             : tr("Both volumes in the viewer, side by side"));
        show->setAutoDefault(false);
        m_volumes->addWidget(show, row, 1, Qt::AlignTop);
        connect(show, &QPushButton::clicked, this,
                [this, volume] { Q_EMIT showRequested(volume); });
    }
}

QWidget *ComparisonDialog::makeButtons()
{
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_copy = buttons->addButton(tr("&Copy as text"), QDialogButtonBox::ActionRole);
    m_save = buttons->addButton(tr("Save &JSON…"), QDialogButtonBox::ActionRole);
    m_copy->setEnabled(false);
    m_save->setEnabled(false);
    connect(m_copy, &QPushButton::clicked, this, &ComparisonDialog::copyText);
    connect(m_save, &QPushButton::clicked, this, &ComparisonDialog::askForJsonFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    buttons->button(QDialogButtonBox::Close)->setDefault(true);
    return buttons;
}

void ComparisonDialog::copyText() const
{
    if (m_comparison)
        QGuiApplication::clipboard()->setText(m_comparison->text);
}

void ComparisonDialog::askForJsonFile()
{
    askForJsonTarget(*this, tr("Save the comparison"), m_comparison->documentName,
                     [this](const std::filesystem::path &file) { saveJson(file); });
}

void ComparisonDialog::saveJson(const std::filesystem::path &file)
{
    if (m_comparison)
        saveDocument(*m_saved, m_comparison->document, file);
}

} // namespace mrb::ui
