// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ReviewBar.h"

#include "backend/base/Text.h"
#include "ui/common/ElidedLabel.h"
#include "ui/results/RunWords.h"
#include "ui/results/ToggleButton.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kArtefactWidth = 175; ///< least width of a button, logical pixels

QLatin1StringView keyOf(const backend::Artefact &artefact)
{
    return {artefact.key.data(), qsizetype(artefact.key.size())};
}

bool takesText(const QWidget &widget)
{
    return qobject_cast<const QLineEdit *>(&widget) || qobject_cast<const QTextEdit *>(&widget) ||
           qobject_cast<const QPlainTextEdit *>(&widget) ||
           qobject_cast<const QAbstractSpinBox *>(&widget) ||
           qobject_cast<const QComboBox *>(&widget);
}

bool isWithin(const QWidget &widget, const QWidget *outer)
{
    return outer && (outer == &widget || outer->isAncestorOf(&widget));
}

template <class Button = QToolButton>
QToolButton *makeButton(const QString &text, const QString &help)
{
    auto *button = new Button;
    button->setText(text);
    button->setToolTip(help);
    return button;
}

} // namespace

QString artefactKeys()
{
    return QStringLiteral("4567890QWERYUIOASDFGJKLZXCVBM");
}

ReviewBar::ReviewBar(backend::RunLibrary &library, QWidget *parent)
    : QFrame(parent),
      m_library(library),
      m_count(new QLabel),
      m_label(new ElidedLabel(this)),
      m_tags(new QLineEdit),
      m_note(new QPlainTextEdit)
{
    setFrameShape(QFrame::StyledPanel);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Review"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->setSpacing(4);
    layout->addLayout(makeSteps());
    auto *known = new QHBoxLayout;
    known->addWidget(m_label, 1);
    known->addWidget(m_hide);
    known->addWidget(m_advance);
    layout->addLayout(known);
    layout->addLayout(makeJudgement());
    m_artefactBox = makeArtefacts();
    layout->addWidget(m_artefactBox);
    connect(&m_library, &backend::RunLibrary::runChanged, this, [this](const auto &folder) {
        if (m_active && std::find(m_order.begin(), m_order.end(), folder) != m_order.end())
            refresh();
    });
    connect(&m_library, &backend::RunLibrary::runsChanged, this, [this] {
        if (m_active)
            refresh();
    });
    hide();
}

ReviewBar::~ReviewBar()
{
    if (m_active)
        storeTexts();
}

QLayout *ReviewBar::makeSteps()
{
    m_previous = makeButton(tr("◀ P"), tr("Previous run (Left or P)"));
    m_previous->setAccessibleName(tr("Previous run"));
    m_next = makeButton(tr("N ▶"), tr("Next run (Right or N)"));
    m_next->setAccessibleName(tr("Next run"));
    m_hide = new QCheckBox(tr("Hide settings (H)"));
    m_hide->setToolTip(tr("Judge without knowing modality, seed and verdict"));
    m_advance = new QCheckBox(tr("Go on after rating"));
    m_advance->setToolTip(tr("Shows the next run as soon as this one is rated"));
    m_advance->setChecked(true);
    auto *done = makeButton(tr("Done (Esc)"), tr("Leaves the review; ratings are stored already"));
    m_count->setAccessibleName(tr("Progress of the review"));
    auto *row = new QHBoxLayout;
    row->addWidget(m_previous);
    row->addWidget(m_next);
    row->addWidget(m_count);
    row->addStretch(1);
    row->addWidget(done);
    connect(m_previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { step(1); });
    connect(m_hide, &QCheckBox::toggled, this, [this](bool hidden) {
        showLabel();
        Q_EMIT hideSettingsChanged(hidden);
    });
    connect(done, &QToolButton::clicked, this, &ReviewBar::leave);
    return row;
}

QLayout *ReviewBar::makeJudgement()
{
    auto *row = new QHBoxLayout;
    auto *group = new QButtonGroup(this);
    const auto add = [&](backend::Rating rating, const QString &text) {
        QToolButton *button = makeButton<ToggleButton>(text, tr("Rates the run shown"));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        group->addButton(button);
        row->addWidget(button);
        m_ratings[rating] = button;
        connect(button, &QToolButton::clicked, this, [this, rating] { rate(rating); });
    };
    add(backend::Rating::Accepted, tr("1 Accept"));
    add(backend::Rating::Rejected, tr("2 Reject"));
    add(backend::Rating::Undecided, tr("3 Undecided"));
    // Named inside: with labels beside them the bar would be wider than the viewer can be.
    m_tags->setPlaceholderText(tr("Tags (T)"));
    m_tags->setToolTip(tr("Tags: words between commas"));
    m_tags->setAccessibleName(tr("Tags"));
    m_tags->setMinimumWidth(70);
    m_note->setPlaceholderText(tr("Note (Enter)"));
    m_note->setAccessibleName(tr("Note"));
    m_note->setTabChangesFocus(true);
    m_note->setToolTip(tr("Enter ends the note, Shift+Enter begins a new line"));
    m_note->setFixedHeight(m_note->fontMetrics().lineSpacing() * 2 + 10);
    m_note->setMinimumWidth(80);
    row->addWidget(m_tags, 1);
    row->addWidget(m_note, 2);
    connect(m_tags, &QLineEdit::editingFinished, this, &ReviewBar::storeTexts);
    return row;
}

QWidget *ReviewBar::makeArtefacts()
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(2);
    const QString keys = artefactKeys();
    for (const backend::Artefact &artefact : backend::artefactTable()) {
        const QString label = Text::tr(artefact.label);
        const auto place = std::ssize(m_artefacts);
        auto *button = makeButton<ToggleButton>(
            place < keys.size() ? tr("%1 %2").arg(keys[place]).arg(label) : label,
            Text::tr(artefact.help));
        button->setAccessibleName(tr("Artefact: %1").arg(label));
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        connect(button, &QToolButton::clicked, this, &ReviewBar::takeArtefacts);
        m_artefacts.push_back(button);
    }
    return box;
}

void ReviewBar::layOutArtefacts()
{
    auto &grid = static_cast<QGridLayout &>(*m_artefactBox->layout());
    const int columns = std::max(contentsRect().width() / kArtefactWidth, 1);
    if (grid.columnStretch(columns - 1) == 1 && grid.columnStretch(columns) == 0)
        return; // as it is
    for (int column = 0; column <= static_cast<int>(m_artefacts.size()); ++column)
        grid.setColumnStretch(column, column < columns ? 1 : 0);
    int place = 0;
    for (QToolButton *button : m_artefacts) {
        grid.addWidget(button, place / columns, place % columns);
        ++place;
    }
}

void ReviewBar::start(std::vector<std::filesystem::path> order)
{
    if (order.empty())
        return;
    if (m_active)
        storeTexts();
    m_order = std::move(order);
    m_at = 0;
    if (!std::exchange(m_active, true))
        qApp->installEventFilter(this);
    show();
    setFocus();
    showRun();
}

void ReviewBar::leave()
{
    if (!m_active)
        return;
    storeTexts();
    m_active = false;
    qApp->removeEventFilter(this);
    m_hide->setChecked(false); // what follows is no longer blind
    hide();
    Q_EMIT finished();
}

std::filesystem::path ReviewBar::currentFolder() const
{
    return m_active ? m_order[m_at] : std::filesystem::path();
}

bool ReviewBar::hidesSettings() const
{
    return m_hide->isChecked();
}

bool ReviewBar::advances() const
{
    return m_advance->isChecked();
}

std::function<void()> ReviewBar::meaningOf(const QKeyEvent &event)
{
    if (!m_active || (event.modifiers() & ~Qt::KeypadModifier) != Qt::NoModifier)
        return {};
    switch (event.key()) {
    case Qt::Key_Right:
    case Qt::Key_N:
        return [this] { step(1); };
    case Qt::Key_Left:
    case Qt::Key_P:
        return [this] { step(-1); };
    case Qt::Key_1:
        return [this] { rate(backend::Rating::Accepted); };
    case Qt::Key_2:
        return [this] { rate(backend::Rating::Rejected); };
    case Qt::Key_3:
        return [this] { rate(backend::Rating::Undecided); };
    case Qt::Key_H:
        return [this] { m_hide->toggle(); };
    case Qt::Key_T:
        return [this] { m_tags->setFocus(Qt::ShortcutFocusReason); };
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return [this] { m_note->setFocus(Qt::ShortcutFocusReason); };
    case Qt::Key_Escape:
        return [this] { leave(); };
    default:
        break;
    }
    // Keys of letters and digits have their characters' numbers.
    const qsizetype artefact = event.key() < 0x80 ? artefactKeys().indexOf(QChar(event.key())) : -1;
    if (artefact < 0 || artefact >= std::ssize(m_artefacts))
        return {};
    return [button = m_artefacts[static_cast<std::size_t>(artefact)]] { button->click(); };
}

bool ReviewBar::handleKey(QKeyEvent *event)
{
    const std::function<void()> meaning = meaningOf(*event);
    if (!meaning)
        return false;
    event->accept();
    meaning();
    return true;
}

bool ReviewBar::ownsKeysOf(const QWidget &widget) const
{
    return (isWithin(widget, this) || isWithin(widget, m_keySource)) && !takesText(widget) &&
           !QApplication::activePopupWidget();
}

/// Keys in the bar's own text inputs: those that end the input come back to the bar.
bool ReviewBar::filterTextKey(QObject *watched, QEvent *event)
{
    if (watched != m_note && watched != m_tags)
        return false;
    auto *key = static_cast<QKeyEvent *>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (key->key() != Qt::Key_Escape && !(enter && !key->modifiers().testFlag(Qt::ShiftModifier)))
        return false;
    event->accept();
    if (event->type() == QEvent::KeyPress) {
        storeTexts();
        setFocus();
    }
    return true;
}

bool ReviewBar::eventFilter(QObject *watched, QEvent *event)
{
    const bool press = event->type() == QEvent::KeyPress;
    if (!press && event->type() != QEvent::ShortcutOverride)
        return QFrame::eventFilter(watched, event);
    const auto *widget = qobject_cast<QWidget *>(watched);
    if (!widget || widget != QApplication::focusWidget())
        return false;
    if (filterTextKey(watched, event))
        return true;
    if (!ownsKeysOf(*widget))
        return false;
    auto *key = static_cast<QKeyEvent *>(event);
    if (press)
        return handleKey(key);
    if (!meaningOf(*key))
        return false;
    event->accept(); // ahead of the window's shortcuts; the key itself follows
    return true;
}

void ReviewBar::step(int by)
{
    const auto at = static_cast<std::ptrdiff_t>(m_at) + by;
    if (at < 0 || at >= std::ssize(m_order))
        return;
    storeTexts();
    m_at = static_cast<std::size_t>(at);
    showRun();
}

void ReviewBar::rate(backend::Rating rating)
{
    backend::Review review = currentReview();
    review.rating = rating;
    change(review);
    if (m_advance->isChecked())
        step(1);
    else
        refresh();
}

void ReviewBar::takeArtefacts()
{
    backend::Review review = currentReview();
    QStringList chosen;
    std::size_t i = 0;
    for (const backend::Artefact &artefact : backend::artefactTable()) {
        if (m_artefacts[i++]->isChecked())
            chosen += keyOf(artefact);
        review.artefacts.removeAll(keyOf(artefact));
    }
    review.artefacts = chosen + review.artefacts; // those of another version stay
    change(review);
}

backend::Review ReviewBar::currentReview() const
{
    const backend::RunSummary *run = m_library.find(currentFolder());
    return run ? run->review : backend::Review();
}

void ReviewBar::change(const backend::Review &review)
{
    const backend::RunSummary *run = m_library.find(currentFolder());
    if (run && run->review != review)
        m_library.setReview(currentFolder(), review);
}

void ReviewBar::storeTexts()
{
    backend::Review review = currentReview();
    if (m_note->document()->isModified())
        review.note = m_note->toPlainText();
    if (m_tags->isModified())
        review.tags = tagsFromText(m_tags->text());
    m_note->document()->setModified(false);
    m_tags->setModified(false);
    change(review);
}

void ReviewBar::showRun()
{
    const backend::Review review = currentReview();
    m_note->setPlainText(review.note);
    m_note->document()->setModified(false);
    m_tags->setText(tagsAsText(review.tags));
    refresh();
    Q_EMIT showRequested(currentFolder());
}

void ReviewBar::refresh()
{
    int accepted = 0;
    int rejected = 0;
    for (const auto &folder : m_order) {
        if (const backend::RunSummary *run = m_library.find(folder)) {
            accepted += int(run->review.rating == backend::Rating::Accepted);
            rejected += int(run->review.rating == backend::Rating::Rejected);
        }
    }
    m_count->setText(tr("%1 of %2 · accepted %3 · rejected %4")
                         .arg(m_at + 1)
                         .arg(m_order.size())
                         .arg(accepted)
                         .arg(rejected));
    m_previous->setEnabled(m_at > 0);
    m_next->setEnabled(m_at + 1 < m_order.size());
    const backend::Review review = currentReview();
    for (const auto &[rating, button] : m_ratings) {
        button->setIcon(toneIcon(ratingTone(rating), palette()));
        button->setChecked(rating == review.rating);
    }
    std::size_t i = 0;
    for (const backend::Artefact &artefact : backend::artefactTable())
        m_artefacts[i++]->setChecked(review.artefacts.contains(keyOf(artefact)));
    showLabel();
}

void ReviewBar::showLabel()
{
    const backend::RunSummary *run = m_library.find(currentFolder());
    QString text = tr("This run is no longer there.");
    if (run && m_hide->isChecked()) {
        text = tr("Run %1, settings hidden").arg(m_at + 1);
    } else if (run) {
        QStringList parts{runTitle(*run), runSize(*run), runSpacing(*run),
                          outcomeText(outcomeOf(*run)), runDate(*run)};
        parts.removeAll(QString());
        text = parts.join(QStringLiteral(" · "));
    }
    m_label->setFullText(text);
}

void ReviewBar::keyPressEvent(QKeyEvent *event)
{
    if (!handleKey(event))
        QFrame::keyPressEvent(event);
}

void ReviewBar::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_active)
        refresh();
}

void ReviewBar::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    layOutArtefacts();
}

} // namespace mrb::ui
