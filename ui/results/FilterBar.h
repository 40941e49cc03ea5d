// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/results/ResultsFilter.h"

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace mrb::ui {

/// What narrows and orders the gallery. The rarer parts fold away; how many of them are in use
/// is still shown.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(QWidget *parent = nullptr);

    ResultsFilter filter() const;
    ResultsOrder order() const;
    bool largePictures() const;
    void setLargePictures(bool large);
    void clearFilter();
    /// What there is to choose from; a choice that is gone stays until it is changed.
    void setModalities(const QStringList &names);
    void focusSearch();

Q_SIGNALS:
    void filterChanged();
    void orderChanged();
    void largePicturesChanged(bool large);

private:
    QWidget *makeParts();
    void showActiveParts();
    void chooseSort();
    void setDescending(bool descending);

    QLineEdit *m_text;
    QToolButton *m_more;
    QToolButton *m_large;
    QWidget *m_parts;
    QComboBox *m_modality;
    QComboBox *m_outcome;
    QComboBox *m_rating;
    QComboBox *m_dates;
    QComboBox *m_sort;
    QToolButton *m_direction;
    bool m_descending = true;
};

} // namespace mrb::ui
