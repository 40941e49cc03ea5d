// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "ui/results/ThumbnailMaker.h"

#include "backend/base/Text.h"
#include "ui/results/RunPicture.h"
#include "ui/results/RunWords.h"
#include "viewer/render/PanePainter.h"
#include "viewer/render/Pictures.h"

#include <QFile>
#include <QImageReader>
#include <QPainter>
#include <QtConcurrentRun>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <system_error>
#include <utility>

namespace mrb::ui {

namespace {

/// In the PNG: the volume that was drawn, and by which rules.
const QString kSourceKey = QStringLiteral("mrbrain-thumbnail");
constexpr int kDrawingRules = 1; ///< to be raised when thumbnails are to look different
constexpr std::uintmax_t kMostBytes = 1 << 20;
constexpr int kNice = 15; ///< runs, reading and drawing for the user come first

/// Empty where there is nothing to tell one volume from another by.
QString sourceOf(const backend::RunSummary &run)
{
    const std::string &hash = run.volumes.front().sha256;
    return hash.empty()
               ? QString()
               : QStringLiteral("%1 %2").arg(kDrawingRules).arg(QString::fromStdString(hash));
}

QString qtPath(const std::filesystem::path &path)
{
    return QFile::decodeName(path.c_str());
}

QImage readStored(const std::filesystem::path &file, const QString &source)
{
    std::error_code failure;
    // A pipe or a device of that name would keep the worker for ever.
    if (source.isEmpty() ||
        std::filesystem::symlink_status(file, failure).type() !=
            std::filesystem::file_type::regular ||
        std::filesystem::file_size(file, failure) > kMostBytes || failure)
        return {};
    QImageReader reader(qtPath(file), "png");
    if (reader.size() != kThumbnailSize || reader.text(kSourceKey) != source)
        return {};
    return reader.read().convertToFormat(QImage::Format_RGB32);
}

bool isBlank(const std::array<QImage, 3> &slices)
{
    const QRgb first = slices[0].pixel(0, 0);
    return std::all_of(slices.begin(), slices.end(), [first](const QImage &slice) {
        for (int y = 0; y < slice.height(); ++y) {
            const auto *line = reinterpret_cast<const QRgb *>(slice.constScanLine(y));
            if (std::any_of(line, line + slice.width(), [first](QRgb p) { return p != first; }))
                return false;
        }
        return true;
    });
}

Thumbnail draw(RunPicture &volume)
{
    const int edge = kThumbnailSize.height();
    double scale = fittingScale(volume, viewer::Plane::Axial, QSizeF(edge, edge));
    for (const viewer::Plane plane : viewer::kPlanes)
        scale = std::min(scale, fittingScale(volume, plane, QSizeF(edge, edge)));
    std::array<QImage, 3> slices;
    for (std::size_t i = 0; i < slices.size(); ++i)
        slices[i] = middleSlice(volume, viewer::kPlanes[i], scale);
    if (isBlank(slices))
        return {{}, Text::tr("Blank: the middle slices show nothing"), {}};
    QImage picture(kThumbnailSize, QImage::Format_RGB32);
    picture.fill(viewer::kPictureBackground);
    QPainter painter(&picture);
    for (std::size_t i = 0; i < slices.size(); ++i) {
        QRect place(QPoint(), slices[i].size());
        place.moveCenter({static_cast<int>(i) * edge + edge / 2, edge / 2});
        painter.drawImage(place.topLeft(), slices[i]);
    }
    if (volume.phantom)
        paintPhantomMark(painter, picture.rect());
    return {picture, {}, {}};
}

QString whyNoVolume(const backend::RunSummary &run)
{
    switch (outcomeOf(run)) {
    case Outcome::Running:
        return Text::tr("Under way");
    case Outcome::Interrupted:
        return Text::tr("Interrupted: no volume");
    case Outcome::Cancelled:
        return Text::tr("Cancelled: no volume");
    case Outcome::Refused:
        return Text::tr("Refused: it never started");
    case Outcome::Failed:
        return Text::tr("Failed: no volume");
    default:
        return Text::tr("No volume");
    }
}

/// Nothing where the volume has to be read.
std::optional<Thumbnail> withoutReading(const backend::RunSummary &run)
{
    if (run.state == backend::RunState::Running || run.volumes.empty())
        return Thumbnail{{}, whyNoVolume(run), run.problem ? run.problem->message : QString()};
    return {};
}

Thumbnail make(const backend::RunSummary &run, std::stop_token stop)
{
    const std::filesystem::path file = run.folder / kThumbnailFile;
    const QString source = sourceOf(run);
    if (QImage stored = readStored(file, source); !stored.isNull())
        return {stored, {}, {}};
    Result<RunPicture> volume = readRunPicture(run, std::move(stop));
    if (!volume)
        return {{}, Text::tr("The volume cannot be read"), volume.error().message};
    Thumbnail thumbnail = draw(*volume);
    if (!thumbnail.picture.isNull() && !source.isEmpty()) {
        thumbnail.picture.setText(kSourceKey, source);
        // A folder that cannot be written to is no reason to go without a picture.
        static_cast<void>(static_cast<bool>(viewer::savePng(thumbnail.picture, file)));
    }
    return thumbnail;
}

Thumbnail makeQuietly(const backend::RunSummary &run, std::stop_token stop)
{
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice); // of this thread only
    return thumbnailOf(run, std::move(stop));
}

/// Tells apart what would look different.
QString keyOf(const backend::RunSummary &run)
{
    QString key = qtPath(run.folder) + u'\n' + QString::number(static_cast<int>(outcomeOf(run)));
    if (!run.volumes.empty())
        key += u'\n' + QString::fromStdString(run.volumes.front().sha256) + u'\n' +
               qtPath(run.volumes.front().path);
    return key;
}

} // namespace

Thumbnail thumbnailOf(const backend::RunSummary &run, std::stop_token stop)
{
    if (auto thumbnail = withoutReading(run))
        return *thumbnail;
    try {
        return make(run, std::move(stop));
    } catch (const std::exception &) { // nothing but lack of memory is left
        return {{}, Text::tr("Not enough memory"), {}};
    }
}

ThumbnailMaker::ThumbnailMaker(QObject *parent) : QObject(parent), m_cache(kCacheKib)
{
    m_pool.setMaxThreadCount(1);
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &ThumbnailMaker::take);
}

ThumbnailMaker::~ThumbnailMaker()
{
    m_stop.request_stop();
    m_pool.waitForDone(); // texts are drawn with fonts that the application takes along
}

std::optional<Thumbnail> ThumbnailMaker::thumbnail(const backend::RunSummary &run)
{
    if (auto thumbnail = withoutReading(run))
        return thumbnail;
    const QString key = keyOf(run);
    if (const Thumbnail *known = m_cache.object(key))
        return *known;
    if (m_current && m_current->key == key)
        return {};
    const auto waiting = std::find_if(m_waiting.begin(), m_waiting.end(),
                                      [&key](const Wish &wish) { return wish.key == key; });
    if (waiting != m_waiting.end())
        std::rotate(waiting, waiting + 1, m_waiting.end());
    else
        m_waiting.push_back({key, run});
    if (m_waiting.size() > kMostWaiting)
        m_waiting.erase(m_waiting.begin());
    next();
    return {};
}

void ThumbnailMaker::next()
{
    if (m_working || m_waiting.empty())
        return;
    m_working = true;
    m_current = std::move(m_waiting.back());
    m_waiting.pop_back();
    m_stop = std::stop_source();
    m_watcher.setFuture(
        QtConcurrent::run(&m_pool, makeQuietly, m_current->run, m_stop.get_token()));
}

void ThumbnailMaker::take()
{
    m_working = false;
    Thumbnail thumbnail = m_watcher.future().takeResult();
    const std::optional<Wish> wish = std::exchange(m_current, {});
    if (wish) {
        const qsizetype kib = thumbnail.picture.sizeInBytes() / 1024 + 1;
        m_cache.insert(wish->key, new Thumbnail(std::move(thumbnail)), kib);
    }
    next();
    if (wish)
        Q_EMIT made(wish->run.folder);
}

void ThumbnailMaker::cancel()
{
    m_waiting.clear();
    m_current.reset();
    m_stop.request_stop();
}

void ThumbnailMaker::clear()
{
    cancel();
    m_cache.clear();
}

} // namespace mrb::ui
