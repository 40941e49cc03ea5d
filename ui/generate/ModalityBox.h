// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/request/Manifest.h"

#include <QComboBox>

#include <string>

namespace mrb::ui {

/// The modalities of a manifest under their readable names, whole-brain and skull-stripped ones
/// apart; those with few training scans are marked.
class ModalityBox : public QComboBox
{
    Q_OBJECT

public:
    explicit ModalityBox(QWidget *parent = nullptr);

    /// Emits nothing; does nothing for the manifest that it shows already.
    void setManifest(const backend::Manifest &manifest);
    /// Emits nothing. One that the manifest does not have is shown by its name.
    void setModality(const std::string &name);

Q_SIGNALS:
    /// By the user.
    void modalityChosen(const std::string &name);

protected:
    void wheelEvent(QWheelEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void addGroup(const backend::Manifest &manifest, backend::ModalityGroup group,
                  const QString &title);
    void dress();

    std::string m_manifest; ///< hash of the one that is shown
};

/// How to mark a modality with few training scans: "few scans", "few scans except axial"; empty
/// where there are enough.
QString sparseRemark(const backend::Manifest &manifest, const backend::Modality &modality);
QString planeLabel(backend::Plane plane);

} // namespace mrb::ui
