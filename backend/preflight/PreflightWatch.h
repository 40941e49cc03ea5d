// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Error.h"
#include "backend/run/GenerateOptions.h"

#include <QObject>
#include <QString>

#include <filesystem>
#include <memory>
#include <vector>

namespace mrb::backend {

enum class CheckState { Unknown, Passed, Warning, Failed, NotNeeded };

/// One item of the checklist.
struct PreflightItem
{
    QString id;    ///< stable: checkout, python, packages, gpu, weights, disk, request
    QString title; ///< translated
    CheckState state = CheckState::Unknown;
    QString fact = {};    ///< what was found: "/data/NV-Generate-CTMR at 0123abc"
    Errors problems = {}; ///< refusals first, then warnings, each with its next step
};

/// What stands between these settings and a start.
struct PreflightReport
{
    std::vector<PreflightItem> items;
    bool mayStart = false;
    /// The cost gate would ask: by the reference formula.
    bool needsCostConsent = false;
    double gpuFreeGb = 0; ///< of the GPU that would be used; 0 when unknown
    QString gpuName;
};

/// Looks at the machine for one set of options, in a worker. Calls while a look is under way are
/// merged into one more look with the latest options. Never polls. GUI thread.
class PreflightWatch final : public QObject
{
    Q_OBJECT

public:
    explicit PreflightWatch(QObject *parent = nullptr);
    ~PreflightWatch() override;

    void look(const GenerateOptions &options);
    /// Once more with the latest options; nothing before the first look.
    void lookAgain();
    bool isLooking() const;
    const PreflightReport &report() const; ///< the latest; empty before the first

Q_SIGNALS:
    void lookStarted();
    void reported(const mrb::backend::PreflightReport &report);

private:
    struct State;
    void startWorker();
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
