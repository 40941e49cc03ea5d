// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "backend/base/Result.h"
#include "backend/contract/Fields.h"
#include "backend/form/FormContext.h"
#include "backend/request/CostEstimate.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mrb::backend {

/// What becomes of the seed when runs were ordered. The seed shown is always the next one used.
enum class SeedMode {
    Fixed,     ///< stays
    Increment, ///< goes on after the last one ordered
    Random,    ///< drawn anew, before the next launch, and shown
};

/// One field as a form shows it.
struct FieldState
{
    const contract::FieldSpec *spec = nullptr;
    QStringList texts;        ///< one for a scalar, else one for each element; as typed
    QStringList defaultTexts; ///< of the checkout
    bool overridden = false;  ///< differs from the checkout's default, or cannot be read
    QString error;            ///< in words; empty when sound
    QStringList warnings;     ///< in words
};

/// The field of view along one axis, against the median of the training scans.
struct AxisFov
{
    double mm = 0;
    std::optional<double> medianMm; ///< none for a contrast without medians
};

/// The field of view of a sound size and spacing.
struct FovState
{
    std::array<AxisFov, 3> axes;
    std::optional<Plane> nearestPlane; ///< whose medians the axes are compared with
    std::int64_t scans = 0;            ///< training scans behind these medians
    bool sparse = false;
};

/// What the Generate form knows, without widgets: the values as typed, what is wrong with each, and
/// the override document that says the same. Both ways are kept in step: typing into a field
/// rewrites the document; a document that parses fills the fields; one that does not is reported
/// and leaves fields and document() as they were. Nothing here reads files or blocks. One thread.
class RequestForm final : public QObject
{
    Q_OBJECT

public:
    explicit RequestForm(FormContext context, QObject *parent = nullptr);
    ~RequestForm() override;

    const FormContext &context() const;
    /// Another checkout or engine: what was typed stays, defaults follow the checkout.
    void setContext(FormContext context);

    /// In the order of the field table.
    std::vector<FieldState> fields() const;
    FieldState field(std::string_view key) const;

    /// One element of a field, as typed; kept even when it is wrong.
    void setText(std::string_view key, int element, const QString &text);
    void reset(std::string_view key);
    void resetAll();

    std::string modality() const; ///< name
    void setModality(const std::string &name);

    /// Size and spacing such that the field of view is the training median of this modality's
    /// contrast in that plane; false when there is none.
    bool applyPlane(Plane plane);
    /// Planes with a median for the current modality, with their text ("240 × 240 × 174 mm").
    struct PlaneChoice
    {
        Plane plane;
        QString text;
        bool sparse = false;
    };
    std::vector<PlaneChoice> planes() const;

    /// While locked, another size changes the spacing so that the field of view stays.
    bool isFovLocked() const;
    void setFovLocked(bool locked);
    /// Empty while size or spacing are wrong.
    std::optional<FovState> fov() const;

    SeedMode seedMode() const;
    void setSeedMode(SeedMode mode);
    int count() const;
    void setCount(int runs); ///< 1 to 1000
    /// The seeds of the next order, the first one being the one shown. Increment and Fixed: s,
    /// s+1, …; Random: drawn already. Empty while the seed is wrong.
    std::vector<std::int64_t> seeds() const;
    void drawSeed();

    /// Only what differs from the checkout's defaults, and always modality and random_seed; sound
    /// values only.
    std::string document() const;
    /// The document for a given seed of the order.
    std::string documentFor(std::int64_t seed) const;
    /// Fills the form; everything it does not name goes back to the default. On errors nothing
    /// changes. `_comment` keys are dropped.
    Errors setDocument(const std::string &text, const QString &name);

    /// Every problem of every field; empty: the form may be ordered.
    Errors errors() const;
    /// Advice on the whole request.
    Errors warnings() const;
    /// By the reference formula, for one run; empty while the form has errors.
    std::optional<CostEstimate> cost() const;

    /// Tells the form that its runs were ordered: the seed goes on as its mode says.
    void ordered();

Q_SIGNALS:
    /// Anything above; emitted once for each call that changes something.
    void changed();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace mrb::backend
