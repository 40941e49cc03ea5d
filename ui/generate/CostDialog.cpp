// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/generate/CostDialog.h"

#include "ui/generate/Remark.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace mrb::ui {

CostDialog::CostDialog(const OrderCost &cost, const CostSurroundings &surroundings, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Costly order"));
    setModal(true);
    auto *question = new QLabel(tr("This order costs more than usual. Generate it?"), this);
    QFont bold = question->font();
    bold.setBold(true);
    question->setFont(bold);

    auto *numbers = new QFormLayout;
    const auto addNumber = [this, numbers](const QString &name, const QString &value) {
        auto *label = new QLabel(value, this);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setAccessibleName(name);
        numbers->addRow(tr("%1:").arg(name), label);
    };
    addNumber(tr("Runs"), QString::number(cost.seconds.size()));
    addNumber(tr("Time"), timeText(cost));
    addNumber(tr("GPU memory"), gpuText(cost, surroundings));
    addNumber(tr("Disk"), diskText(cost));

    auto *memory = new Remark(this);
    if (surroundings.gpuFreeGb > 0 && cost.gpuMemoryGb > surroundings.gpuFreeGb) {
        memory->say(Tone::Bad, tr("More GPU memory than is free now: the run would probably fail. "
                                  "Free memory or request a smaller size."));
    }
    auto *reason = new Remark(this);
    reason->say(Tone::Neutral, tr("Asked once for each order in which a run is estimated at more "
                                  "than %1 s or %2 GB of GPU memory by the reference formula.")
                                   .arg(backend::kConsentWallSeconds)
                                   .arg(backend::kConsentVramGb));

    auto *buttons = new QDialogButtonBox(this);
    QPushButton *generate =
        buttons->addButton(generateText(cost.seconds.size()), QDialogButtonBox::AcceptRole);
    QPushButton *cancel = buttons->addButton(QDialogButtonBox::Cancel);
    generate->setAutoDefault(false);
    cancel->setDefault(true); // Return alone must not spend hours
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(10);
    layout->addWidget(question);
    layout->addLayout(numbers);
    layout->addWidget(memory);
    layout->addWidget(reason);
    layout->addWidget(buttons);
    setMinimumWidth(420);
    cancel->setFocus();
}

} // namespace mrb::ui
