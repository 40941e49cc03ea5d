// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/SettingsPage.h"

#include <QString>

#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QRadioButton;

namespace mrb::ui {

class FieldNote;
class PathField;

/// A GPU to choose. value: as in CUDA_VISIBLE_DEVICES; an identifier is better than a number,
/// which changes with the cards in the machine. label: "NVIDIA RTX 4090, 24 GB".
struct GpuChoice
{
    QString value;
    QString label;

    friend bool operator==(const GpuChoice &, const GpuChoice &) = default;
};

/// What makes the volumes, and with what.
class ModelPage final : public SettingsPage
{
    Q_OBJECT

public:
    explicit ModelPage(QWidget *parent = nullptr);

    void showSettings(const StudioSettings &settings) override;
    void writeTo(StudioSettings &settings) const override;
    QWidget *firstProblem() const override;

    /// @param problem why there are none, in words; may be empty
    void setGpus(const std::vector<GpuChoice> &gpus, const QString &problem);

private:
    void makeEngineGroup();
    void makeProgramGroup();
    void makeAdvancedGroup();
    QString gpus() const;
    void chooseGpus(const QString &value);
    void fillGpus();
    void onGpusEdited();
    void onAcceptsEdited();

    QRadioButton *m_model = nullptr;
    QRadioButton *m_phantom = nullptr;
    PathField *m_checkout = nullptr;
    PathField *m_python = nullptr;
    QComboBox *m_gpu = nullptr;
    QLineEdit *m_gpuList = nullptr; ///< for what the list above does not offer
    FieldNote *m_gpuNote = nullptr;
    QCheckBox *m_allowCheckout = nullptr;
    QCheckBox *m_allowWeights = nullptr;
    FieldNote *m_allowNote = nullptr;
    PathField *m_manifest = nullptr;
    std::vector<GpuChoice> m_gpus;
    QString m_gpuProblem;
};

} // namespace mrb::ui
