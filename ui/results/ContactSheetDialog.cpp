// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ContactSheetDialog.h"

#include "ui/common/InBackground.h"
#include "ui/results/RunWords.h"
#include "viewer/render/Pictures.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mrb::ui {

namespace {

constexpr int kPauseMs = 200;     ///< of typing and turning, before it is drawn again
constexpr int kLargestCell = 512; ///< what slices are read at
constexpr std::size_t kMostColumns = 40;

QString sentences(const Error &error)
{
    return QStringLiteral("%1. %2").arg(error.message, error.hint);
}

} // namespace

ContactSheetDialog::ContactSheetDialog(std::vector<backend::RunSummary> runs, QWidget *parent)
    : QDialog(parent),
      m_runs(std::move(runs)),
      m_preview(new QLabel),
      m_state(new QLabel),
      m_pause(new QTimer(this))
{
    setWindowTitle(tr("Contact sheet of %1").arg(runCountText(std::ssize(m_runs))));
    const bool tooMany = m_runs.size() > kMostSheetRuns;
    if (tooMany)
        m_runs.resize(kMostSheetRuns);
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setMinimumSize(320, 240);
    m_preview->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    m_preview->setAccessibleName(tr("Preview of the contact sheet"));
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setAccessibleName(tr("State of the contact sheet"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_save = buttons->addButton(tr("&Save PNG…"), QDialogButtonBox::ActionRole);
    m_save->setEnabled(false);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_preview, 1);
    layout->addWidget(makeChoices());
    if (tooMany)
        layout->addWidget(new QLabel(tr("Only the first %1 are shown.").arg(kMostSheetRuns)));
    layout->addWidget(m_state);
    layout->addWidget(buttons);
    m_pause->setSingleShot(true);
    m_pause->setInterval(kPauseMs);
    connect(m_pause, &QTimer::timeout, this, &ContactSheetDialog::draw);
    connect(m_save, &QPushButton::clicked, this, &ContactSheetDialog::askForFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &ContactSheetDialog::takeDrawing);
    connect(&m_watcher, &QFutureWatcherBase::progressValueChanged, this, [this](int done) {
        m_state->setText(tr("Reading volume %1 of %2…")
                             .arg(std::min(done + 1, static_cast<int>(m_runs.size())))
                             .arg(m_runs.size()));
    });
    resize(760, 640);
    draw();
}

ContactSheetDialog::~ContactSheetDialog()
{
    m_stop.request_stop();
    m_watcher.disconnect(this);
    if (m_drawing)                   // a future whose result was taken would be waited for for ever
        m_watcher.waitForFinished(); // texts are drawn with fonts the application takes along
}

QWidget *ContactSheetDialog::makeChoices()
{
    m_plane = new QComboBox;
    for (const viewer::Plane plane : viewer::kPlanes)
        m_plane->addItem(viewer::planeName(plane), static_cast<int>(plane));
    m_columns = new QSpinBox;
    m_columns->setRange(0, static_cast<int>(std::min(m_runs.size(), kMostColumns)));
    m_columns->setSpecialValueText(tr("Automatic"));
    m_cell = new QComboBox;
    for (const int pixels : {128, 192, 256, 384, kLargestCell})
        m_cell->addItem(tr("%1 pixels").arg(pixels), pixels);
    m_cell->setCurrentIndex(m_cell->findData(256));
    m_captions = new QCheckBox(tr("Ca&ptions: modality, seed, verdict, rating"));
    m_captions->setChecked(true);
    m_title = new QLineEdit;
    m_title->setPlaceholderText(tr("None"));
    auto *box = new QWidget;
    auto *form = new QFormLayout(box);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("&Title"), m_title);
    form->addRow(tr("&Plane"), m_plane);
    form->addRow(tr("C&olumns"), m_columns);
    form->addRow(tr("Cell &size"), m_cell);
    form->addRow(m_captions);
    const auto again = [this] { m_pause->start(); };
    connect(m_plane, &QComboBox::currentIndexChanged, this, again);
    connect(m_columns, &QSpinBox::valueChanged, this, again);
    connect(m_cell, &QComboBox::currentIndexChanged, this, again);
    connect(m_captions, &QCheckBox::toggled, this, again);
    connect(m_title, &QLineEdit::textChanged, this, again);
    return box;
}

ContactSheetOptions ContactSheetDialog::options() const
{
    return {.columns = m_columns->value(),
            .cellPixels = m_cell->currentData().toInt(),
            .plane = static_cast<viewer::Plane>(m_plane->currentData().toInt()),
            .captions = m_captions->isChecked(),
            .title = m_title->text().simplified()};
}

void ContactSheetDialog::draw()
{
    if (m_drawing) {
        m_again = true;
        if (m_slicesPlane != options().plane)
            m_stop.request_stop(); // what is being read will not be needed
        return;
    }
    m_drawing = true;
    m_again = false;
    m_stop = std::stop_source();
    const ContactSheetOptions wanted = options();
    const Slices known = m_slicesPlane == wanted.plane ? m_slices : Slices();
    m_state->setText(tr("Drawing…"));
    const auto work = [](QPromise<Drawing> &promise, const std::vector<backend::RunSummary> &runs,
                         Slices slices, const ContactSheetOptions &how, std::stop_token stop) {
        if (!slices) {
            promise.setProgressRange(0, static_cast<int>(runs.size()));
            slices = std::make_shared<const std::vector<SheetSlice>>(
                readSheetSlices(runs, how.plane, kLargestCell, stop,
                                [&promise](int done) { promise.setProgressValue(done); }));
            if (stop.stop_requested())
                slices.reset();
        }
        if (slices)
            promise.addResult(Drawing{slices, composeSheet(runs, *slices, how)});
        else
            promise.addResult(Drawing{{}, QImage()});
    };
    m_slicesPlane = wanted.plane;
    m_watcher.setFuture(QtConcurrent::run(work, m_runs, known, wanted, m_stop.get_token()));
}

void ContactSheetDialog::takeDrawing()
{
    QFuture<Drawing> future = m_watcher.future();
    // Taking a result resets the future (Qt 6.4), and the worker, whose promise then looks
    // unfinished, may tell the end a second time.
    if (!future.isResultReadyAt(0))
        return;
    Drawing drawing = future.takeResult();
    m_drawing = false;
    m_slices = drawing.slices;
    if (m_again) {
        draw();
        return;
    }
    if (!drawing.sheet) {
        m_sheet = {};
        m_state->setText(sentences(drawing.sheet.error()));
    } else {
        m_sheet = *drawing.sheet;
        m_state->setText(tr("%1 × %2 pixels").arg(m_sheet.width()).arg(m_sheet.height()));
    }
    m_save->setEnabled(!m_sheet.isNull());
    showPreview();
    Q_EMIT drawn();
}

void ContactSheetDialog::showPreview()
{
    if (m_sheet.isNull()) {
        m_preview->clear();
        return;
    }
    const double ratio = devicePixelRatioF();
    const QSize room = (QSizeF(m_preview->size()) * ratio).toSize();
    QImage shown = m_sheet;
    if (room.width() < shown.width() || room.height() < shown.height())
        shown = m_sheet.scaled(room, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    shown.setDevicePixelRatio(ratio);
    m_preview->setPixmap(QPixmap::fromImage(shown));
}

void ContactSheetDialog::askForFile()
{
    auto *dialog =
        new QFileDialog(this, tr("Save contact sheet"), QString(), tr("PNG pictures (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(QStringLiteral("contact-sheet.png"));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString &file) { save(QFile::encodeName(file).toStdString()); });
    dialog->open();
}

void ContactSheetDialog::save(const std::filesystem::path &file)
{
    inBackground(
        this, [sheet = m_sheet, file] { return viewer::savePng(sheet, file); },
        [this, file](const Result<> &written) {
            if (written) {
                m_state->setText(tr("Saved %1.").arg(QFile::decodeName(file.c_str())));
                Q_EMIT saved(file);
            } else {
                m_state->setText(sentences(written.error()));
                Q_EMIT failed(written.error());
            }
        });
}

void ContactSheetDialog::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    showPreview();
}

} // namespace mrb::ui
