// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/SampleSections.h"

#include "backend/base/Text.h"
#include "backend/report/ReportFormat.h"
#include "backend/request/Manifest.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mrb::backend {

namespace {

using Triple = std::array<double, 3>;

/// As for a request's advice: the scans behind a median differ from it by some per cent too.
constexpr double kUsualFovDeviation = 0.10;
/// As for a run's warnings: less is noise at the rim.
constexpr double kNoticeableContact = 0.05;
constexpr std::array kAxes = {'x', 'y', 'z'};

void add(ReportSection &section, const QString &name, const QString &value,
         const QString &note = {}, ReportTone tone = ReportTone::Plain)
{
    section.rows.push_back({name, value, note, tone});
}

struct Median
{
    const ContrastFov *contrast = nullptr;
    const PlaneMedian *plane = nullptr;
};

/// The training median that is nearest along its worst axis.
Median nearestMedian(const Triple &fovMm, const std::string &modalityName)
{
    static const Result<Manifest> manifest = builtInManifest();
    const Modality *modality = manifest ? findModality(*manifest, modalityName) : nullptr;
    Median nearest;
    double smallest = std::numeric_limits<double>::infinity();
    if (!modality)
        return nearest;
    for (const ContrastFov &contrast : manifest->trainingFov) {
        // Without a contrast of its own a modality is compared with all of them.
        if (!modality->contrast.empty() && modality->contrast != contrast.contrast)
            continue;
        for (const PlaneMedian &plane : contrast.planes) {
            double worst = 0.0;
            for (std::size_t axis = 0; axis < 3; ++axis)
                worst = std::max(worst, std::abs(fovMm[axis] / plane.fovMm[axis] - 1.0));
            if (worst < smallest) {
                smallest = worst;
                nearest = {&contrast, &plane};
            }
        }
    }
    return nearest;
}

void addFieldOfView(ReportSection &section, const Triple &fovMm, const std::string &modality)
{
    const Median median = nearestMedian(fovMm, modality);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const QString name = Text::tr("Field of view %1").arg(QLatin1Char(kAxes[axis]));
        const QString value = Text::tr("%1 mm").arg(roundedText(fovMm[axis], 5));
        if (!median.plane) {
            add(section, name, value);
            continue;
        }
        const double middle = median.plane->fovMm[axis];
        const bool far = std::abs(fovMm[axis] / middle - 1.0) > kUsualFovDeviation;
        QString note = Text::tr("training median (%1, %2): %3 mm, %4")
                           .arg(QString::fromStdString(median.contrast->contrast),
                                QString::fromUtf8(planeName(median.plane->plane)),
                                roundedText(middle, 5), deviationText(fovMm[axis], middle));
        if (far)
            note += Text::tr("; quality suffers away from it");
        add(section, name, value, note, far ? ReportTone::Notice : ReportTone::Plain);
    }
}

ReportSection geometry(const JsonView &sample, const std::string &modality)
{
    ReportSection section{Text::tr("Geometry"), {}, QStringLiteral("geometry")};
    const auto dims = sample["image_shape"].triple();
    const auto spacing = sample["image_spacing"].triple();
    const auto wrong = [&sample](const char *flag) {
        return sample[flag].boolean() == std::optional(false);
    };
    if (dims) {
        const auto asked = sample["requested_shape"].triple();
        const bool other = wrong("shape_match_requested");
        add(section, Text::tr("Dimensions"), Text::tr("%1 voxels").arg(tripleText(*dims)),
            other && asked ? Text::tr("requested: %1").arg(tripleText(*asked)) : QString(),
            other ? ReportTone::Bad : ReportTone::Plain);
    }
    if (spacing) {
        const auto asked = sample["requested_spacing"].triple();
        const bool other = wrong("spacing_match_requested");
        add(section, Text::tr("Spacing"), Text::tr("%1 mm").arg(tripleText(*spacing, 6)),
            other && asked ? Text::tr("requested: %1 mm").arg(tripleText(*asked, 6)) : QString(),
            other ? ReportTone::Bad : ReportTone::Plain);
    }
    if (dims && spacing) {
        Triple fovMm{};
        for (std::size_t axis = 0; axis < 3; ++axis)
            fovMm[axis] = (*dims)[axis] * (*spacing)[axis];
        addFieldOfView(section, fovMm, modality);
    }
    return section;
}

/// Row-major; nothing unless it is 4 × 4 numbers.
std::optional<std::array<double, 16>> affineOf(const JsonView &sample)
{
    std::array<double, 16> affine{};
    const JsonView rows = sample["image_affine"];
    if (rows.size() != 4)
        return {};
    for (std::size_t row = 0; row < 4; ++row) {
        for (std::size_t column = 0; column < 4; ++column) {
            const auto value = rows[row][column].number();
            if (!value || rows[row].size() != 4)
                return {};
            affine[4 * row + column] = *value;
        }
    }
    return affine;
}

ReportSection affineSection(const std::optional<std::array<double, 16>> &affine)
{
    ReportSection section{Text::tr("Affine"), {}, QStringLiteral("affine")};
    if (!affine)
        return section;
    std::array<QString, 16> cells;
    std::array<qsizetype, 4> widths{};
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = roundedText((*affine)[i], 6); // float32 has no more
        widths[i % 4] = std::max(widths[i % 4], cells[i].size());
    }
    QStringList lines;
    for (std::size_t row = 0; row < 4; ++row) {
        QStringList columns;
        for (std::size_t column = 0; column < 4; ++column)
            columns << cells[4 * row + column].rightJustified(widths[column]);
        lines << columns.join(QStringLiteral("  "));
    }
    add(section, Text::tr("Voxel to mm (RAS)"), lines.join(u'\n'),
        Text::tr("from voxel index to right, anterior and superior"));
    return section;
}

ReportSection intensity(const JsonView &sample)
{
    ReportSection section{Text::tr("Intensity"), {}, QStringLiteral("intensity")};
    const auto row = [&](const QString &name, const char *key, const QString &note = {},
                         ReportTone tone = ReportTone::Plain) {
        if (const auto value = sample[key].number())
            add(section, name, numberText(*value), note, tone);
    };
    const bool negative = sample["intensity_min"].number().value_or(0.0) < 0.0;
    row(Text::tr("Minimum"), "intensity_min",
        negative ? Text::tr("below 0; upstream's cast to 16 bits wraps values above 32767")
                 : QString(),
        negative ? ReportTone::Notice : ReportTone::Plain);
    row(Text::tr("Maximum"), "intensity_max");
    row(Text::tr("Mean"), "intensity_mean");
    row(Text::tr("Standard deviation"), "intensity_std");
    if (const auto finite = sample["finite_fraction"].number())
        add(section, Text::tr("Finite voxels"), percentText(*finite), {},
            *finite < 1.0 ? ReportTone::Bad : ReportTone::Plain);
    return section;
}

struct FaceName
{
    const char *key;
    QString text;
    bool isBelow; ///< where a neck or brain stem leaves the picture
};

/// The sides of the field of view, named by the world axis nearest to each voxel axis.
std::array<FaceName, 6> faceNames(const std::optional<std::array<double, 16>> &affine)
{
    static constexpr std::array kKeys = {"x_low", "x_high", "y_low", "y_high", "z_low", "z_high"};
    const std::array<std::array<QString, 2>, 3> world = {
        {{Text::tr("left"), Text::tr("right")},
         {Text::tr("posterior"), Text::tr("anterior")},
         {Text::tr("inferior"), Text::tr("superior")}}};
    std::array<FaceName, 6> names;
    for (std::size_t face = 0; face < names.size(); ++face) {
        const std::size_t axis = face / 2;
        const bool high = face % 2 == 1;
        QString text = high ? Text::tr("%1, last slice").arg(QLatin1Char(kAxes[axis]))
                            : Text::tr("%1, first slice").arg(QLatin1Char(kAxes[axis]));
        bool below = false;
        if (affine) {
            std::size_t nearest = 0;
            const auto along = [&](std::size_t row) { return (*affine)[4 * row + axis]; };
            for (std::size_t row = 1; row < 3; ++row)
                if (std::abs(along(row)) > std::abs(along(nearest)))
                    nearest = row;
            const bool positive = (along(nearest) > 0.0) == high;
            text = Text::tr("%1 (%2)").arg(world[nearest][positive ? 1 : 0], text);
            below = nearest == 2 && !positive;
        }
        names[face] = {kKeys[face], text, below};
    }
    return names;
}

void addContacts(ReportSection &section, const JsonView &contacts,
                 const std::optional<std::array<double, 16>> &affine)
{
    QStringList untouched;
    for (const FaceName &face : faceNames(affine)) {
        const auto share = contacts[face.key].number();
        if (!share)
            continue;
        if (*share <= 0.0) {
            untouched << face.text.section(QStringLiteral(" ("), 0, 0);
            continue;
        }
        const QString name = Text::tr("Border: %1").arg(face.text);
        const QString value = Text::tr("%1 covered").arg(percentText(*share));
        if (face.isBelow)
            add(section, name, value, Text::tr("expected where the neck leaves the field of view"));
        else if (*share > kNoticeableContact)
            add(section, name, value,
                Text::tr("anatomy is cut off here; a larger field of view along this axis, nearer "
                         "to the training median, keeps it inside"),
                ReportTone::Notice);
        else
            add(section, name, value, Text::tr("only just touched"));
    }
    if (!untouched.isEmpty())
        add(section, Text::tr("Border not touched"), untouched.join(QStringLiteral(", ")));
}

void addVoxelShares(ReportSection &section, const JsonView &sample, const JsonView &measured)
{
    if (measured["blank"].isTrue())
        add(section, Text::tr("Blank"), Text::tr("yes"),
            Text::tr("no two voxels differ; NaN in the decoder becomes 0 in upstream's files"),
            ReportTone::Bad);
    if (const auto zero = measured["zero_fraction"].number())
        add(section, Text::tr("Voxels exactly 0"), percentText(*zero),
            *zero > 0.9 ? Text::tr("nearly everything; look for invalid values in the log")
                        : QString(),
            *zero > 0.9 ? ReportTone::Notice : ReportTone::Plain);
    if (const auto negative = measured["negative_fraction"].number(); negative && *negative > 0.0)
        add(section, Text::tr("Negative voxels"), percentText(*negative),
            Text::tr("values above 32767 wrap in upstream's cast to 16 bits"), ReportTone::Notice);
    if (const auto maximum = measured["at_maximum_fraction"].number())
        add(section, Text::tr("Voxels at the maximum"), percentText(*maximum),
            *maximum > 0.001 ? Text::tr("a heap at the top can be clipping") : QString());
    if (const auto constant = measured["constant_axial_slices"].integer()) {
        const auto dims = sample["image_shape"].triple();
        const bool many = dims && 2.0 * static_cast<double>(*constant) > (*dims)[2];
        add(section, Text::tr("Constant slices along z"),
            dims ? Text::tr("%1 of %2").arg(*constant).arg(roundedText((*dims)[2], 15))
                 : QString::number(*constant),
            many ? Text::tr("more than half; look at the volume before using it") : QString(),
            many ? ReportTone::Notice : ReportTone::Plain);
    }
}

ReportSection measurements(const JsonView &sample,
                           const std::optional<std::array<double, 16>> &affine)
{
    ReportSection section{Text::tr("Image measurements"), {}, QStringLiteral("measurements")};
    if (const auto error = sample["measurement_error"].text())
        add(section, Text::tr("Not measured"), *error, {}, ReportTone::Notice);
    const JsonView measured = sample["measurements"];
    if (!measured.isObject())
        return section;
    if (const auto foreground = measured["foreground_fraction"].number()) {
        const auto threshold = measured["otsu_threshold"].number();
        add(section, Text::tr("Foreground"), percentText(*foreground),
            threshold ? Text::tr("of the volume, above %1 (Otsu)").arg(roundedText(*threshold, 4))
                      : QString());
    }
    if (const auto components = measured["components"].integer()) {
        const auto largest = measured["largest_component_fraction"].number();
        const bool pieces = largest && *components > 1 && *largest < 0.9;
        add(section, Text::tr("Components"), QString::number(*components),
            largest ? Text::tr("the largest has %1 of the foreground").arg(percentText(*largest))
                    : QString(),
            pieces ? ReportTone::Notice : ReportTone::Plain);
    }
    if (const auto size = measured["bounding_box"]["size_mm"].triple())
        add(section, Text::tr("Extent"), Text::tr("%1 mm").arg(tripleText(*size, 4)),
            Text::tr("of the largest component, along x, y, z"));
    addContacts(section, measured["face_contact_fraction"], affine);
    if (const auto noise = measured["noise_sigma"].number())
        add(section, Text::tr("Noise (standard deviation)"), numberText(*noise),
            Text::tr("intensity units, in the foreground; texture raises it"));
    addVoxelShares(section, sample, measured);
    return section;
}

QString spaceText(std::int64_t code)
{
    switch (code) {
    case 0:
        return Text::tr("not stated");
    case 1:
        return Text::tr("scanner");
    case 2:
        return Text::tr("aligned to another scan");
    case 3:
        return Text::tr("Talairach");
    case 4:
        return Text::tr("MNI 152");
    case 5:
        return Text::tr("other template");
    default:
        return Text::tr("unknown");
    }
}

/// nifti1.h: the lowest three bits name the unit of length.
void addUnits(ReportSection &section, const JsonView &header)
{
    const auto units = header["xyzt_units"].integer();
    if (!units)
        return;
    const QString name = Text::tr("Unit of length");
    switch (*units & 7) {
    case 0:
        add(section, name, Text::tr("not stated"), Text::tr("mm is meant, as upstream writes it"));
        break;
    case 1:
        add(section, name, Text::tr("metres"),
            Text::tr("the numbers above are as stored; the viewer converts them"),
            ReportTone::Notice);
        break;
    case 2:
        add(section, name, Text::tr("mm"));
        break;
    case 3:
        add(section, name, Text::tr("micrometres"),
            Text::tr("the numbers above are as stored; the viewer converts them"),
            ReportTone::Notice);
        break;
    default:
        add(section, name, Text::tr("unknown"), {}, ReportTone::Notice);
    }
}

void addHeader(ReportSection &section, const JsonView &header)
{
    if (const auto version = header["nifti_version"].integer())
        add(section, Text::tr("Format"), Text::tr("NIfTI-%1").arg(*version));
    if (const auto type = header["data_type"].text())
        add(section, Text::tr("Voxel type"),
            header["big_endian"].isTrue() ? Text::tr("%1, big-endian").arg(*type) : *type);
    if (const auto description = header["description"].text();
        description && !description->isEmpty())
        add(section, Text::tr("Description"), *description);
    for (const auto &[name, key] : {std::pair(Text::tr("Position (sform)"), "sform_code"),
                                    std::pair(Text::tr("Position (qform)"), "qform_code")})
        if (const auto code = header[key].integer())
            add(section, name, Text::tr("%1 (%2)").arg(*code).arg(spaceText(*code)));
    if (header["forms_disagree"].isTrue())
        add(section, Text::tr("Forms disagree"), Text::tr("yes"),
            Text::tr("sform and qform place the volume differently; the sform is used, other "
                     "programs may take the qform"),
            ReportTone::Notice);
    addUnits(section, header);
    const auto slope = header["scl_slope"].number();
    const auto intercept = header["scl_inter"].number();
    if (slope && intercept && (*slope != 1.0 || *intercept != 0.0))
        add(section, Text::tr("Scaling"),
            Text::tr("stored value × %1 + %2").arg(numberText(*slope), numberText(*intercept)));
}

/// Which of the GPUs drew it from which seed, as the file's name says.
void addOrigin(ReportSection &section, const JsonView &sample)
{
    const auto number = [&sample](const char *key) -> std::optional<QString> {
        if (const auto value = sample[key].integer())
            return QString::number(*value);
        return std::nullopt;
    };
    if (const auto seed = number("random_seed"))
        add(section, Text::tr("Seed of this volume"), *seed);
    if (const auto rank = number("rank"))
        add(section, Text::tr("Rank of its GPU"), *rank,
            Text::tr("from 0; rank r draws from the run's seed + r"));
}

ReportSection fileSection(const JsonView &sample)
{
    ReportSection section{Text::tr("File"), {}, QStringLiteral("file")};
    if (const auto path = sample["image_path"].text())
        add(section, Text::tr("Name"), path->section(u'/', -1),
            path->contains(u'/') ? Text::tr("in %1").arg(path->section(u'/', 0, -2)) : QString());
    if (const auto error = sample["image_error"].text())
        add(section, Text::tr("Not readable"), *error, {}, ReportTone::Bad);
    if (const auto bytes = sample["image_bytes"].integer())
        add(section, Text::tr("Size on disk"), bytesText(*bytes));
    if (const auto hash = sample["image_sha256"].text())
        add(section, Text::tr("SHA-256"), *hash);
    addOrigin(section, sample);
    addHeader(section, sample["image_header"]);
    return section;
}

} // namespace

std::vector<ReportSection> sampleSections(const JsonView &sample, const SampleContext &context)
{
    const auto affine = affineOf(sample);
    std::optional<std::array<double, 16>> orientation;
    if (context.orientationKnown)
        orientation = affine;
    std::vector<ReportSection> sections;
    for (ReportSection section :
         {geometry(sample, context.modality), intensity(sample), measurements(sample, orientation),
          affineSection(affine), fileSection(sample)}) {
        if (section.rows.empty())
            continue;
        section.title += context.suffix;
        sections.push_back(std::move(section));
    }
    return sections;
}

} // namespace mrb::backend
