// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/run/SampleRecord.h"

#include "backend/base/JsonText.h"
#include "backend/contract/VolumeFileName.h"

#include <algorithm>

namespace mrb::backend {

namespace {

// CONTRACT section 7.
constexpr int kIntensityDecimals = 3;
constexpr int kFractionDecimals = 6;

double fraction(double value)
{
    return roundLikePython(value, kFractionDecimals);
}

Json rounded(const std::array<double, 3> &values)
{
    Json list = Json::array();
    for (const double value : values)
        list.push_back(fraction(value));
    return list;
}

Json affineRows(const std::array<double, 16> &affine)
{
    Json rows = Json::array();
    for (std::size_t row = 0; row < 4; ++row)
        rows.push_back(
            {affine[4 * row], affine[4 * row + 1], affine[4 * row + 2], affine[4 * row + 3]});
    return rows;
}

void addGrid(Json &json, const volume::NiftiFacts &facts,
             const std::optional<RequestedGrid> &requested)
{
    json["image_shape"] = facts.geometry.dims;
    if (requested) {
        json["requested_shape"] = requested->dim;
        json["shape_match_requested"] = facts.geometry.dims == requested->dim;
    }
    const Json spacing = rounded(facts.geometry.spacingMm);
    json["image_spacing"] = spacing;
    if (requested) {
        json["requested_spacing"] = rounded(requested->spacing);
        json["spacing_match_requested"] = spacing == json["requested_spacing"];
    }
    json["image_affine"] = affineRows(facts.geometry.affineRas);
}

void addStatistics(Json &json, const volume::VolumeStatistics &statistics)
{
    const auto share = static_cast<double>(statistics.finite) /
                       static_cast<double>(std::max<std::uint64_t>(statistics.voxels, 1));
    json["finite_fraction"] = fraction(share);
    json["all_finite"] = statistics.finite == statistics.voxels;
    if (statistics.intensity) {
        const volume::IntensityStatistics &intensity = *statistics.intensity;
        json["intensity_min"] = roundLikePython(intensity.min, kIntensityDecimals);
        json["intensity_max"] = roundLikePython(intensity.max, kIntensityDecimals);
        json["intensity_mean"] = roundLikePython(intensity.mean, kIntensityDecimals);
        json["intensity_std"] = roundLikePython(intensity.std, kIntensityDecimals);
        json["image_nonconstant"] = intensity.max - intensity.min > 1.0;
        json["image_nonnegative"] = intensity.min >= 0.0;
    } else {
        json["image_nonconstant"] = false;
        json["image_nonnegative"] = false;
    }
}

/// What the file's name says of the GPU and the seed that made it; null where upstream did not name
/// it.
void addOrigin(Json &json, const std::filesystem::path &file)
{
    const auto name = contract::parseVolumeFileName(file.filename().native());
    json["rank"] = name ? Json(name->rank) : Json(nullptr);
    json["random_seed"] = name ? Json(name->seed) : Json(nullptr);
}

Json headerJson(const volume::NiftiFacts &facts)
{
    return {{"nifti_version", facts.niftiVersion},
            {"data_type", volume::scalarName(facts.storedType)},
            {"big_endian", facts.byteSwapped},
            {"description", facts.description.toStdString()},
            {"sform_code", facts.sformCode},
            {"qform_code", facts.qformCode},
            {"forms_disagree", facts.formsDisagree},
            {"xyzt_units", facts.xyztUnits},
            {"scl_slope", facts.slope},
            {"scl_inter", facts.intercept}};
}

} // namespace

Json measurementsJson(const volume::VolumeMeasurements &m)
{
    Json json = {{"blank", m.blank},
                 {"zero_fraction", fraction(m.zeroFraction)},
                 {"negative_fraction", fraction(m.negativeFraction)},
                 {"at_maximum_fraction", fraction(m.atMaximumFraction)},
                 {"constant_axial_slices", m.constantAxialSlices},
                 {"grid_dims", m.gridDims},
                 {"grid_factor", m.gridFactor},
                 {"otsu_threshold", nullptr},
                 {"foreground_fraction", fraction(m.foregroundFraction)},
                 {"components", m.components},
                 {"largest_component_fraction", fraction(m.largestComponentFraction)},
                 {"bounding_box", nullptr},
                 {"face_contact_fraction", Json::object()},
                 {"noise_sigma", nullptr}};
    if (m.otsuThreshold)
        json["otsu_threshold"] = roundLikePython(*m.otsuThreshold, kIntensityDecimals);
    if (m.boundingBox) {
        json["bounding_box"] = {{"first_voxel", m.boundingBox->firstVoxel},
                                {"last_voxel", m.boundingBox->lastVoxel},
                                {"size_mm", rounded(m.boundingBox->sizeMm)}};
    }
    static constexpr std::array kFaceNames = {"x_low",  "x_high", "y_low",
                                              "y_high", "z_low",  "z_high"};
    for (std::size_t face = 0; face < kFaceNames.size(); ++face)
        json["face_contact_fraction"][kFaceNames[face]] = fraction(m.faceContact[face]);
    if (m.noiseSigma)
        json["noise_sigma"] = roundLikePython(*m.noiseSigma, kIntensityDecimals);
    return json;
}

Json sampleRecord(const volume::VolumeRecord &record, const std::optional<RequestedGrid> &requested)
{
    Json json = {{"image_path", record.path.string()}};
    json["image_bytes"] = record.bytes ? Json(*record.bytes) : Json(nullptr);
    if (!record.sha256.empty())
        json["image_sha256"] = record.sha256;
    json["image_readable"] = record.readable();
    if (!record.readable()) {
        json["image_error"] = record.error->message.toStdString();
        json["image_error_code"] = record.error->code.id();
        addOrigin(json, record.path);
        return json;
    }
    if (record.facts)
        addGrid(json, *record.facts, requested);
    if (record.statistics)
        addStatistics(json, *record.statistics);
    addOrigin(json, record.path);
    if (record.facts)
        json["image_header"] = headerJson(*record.facts);
    if (record.measurements)
        json["measurements"] = measurementsJson(*record.measurements);
    if (record.measurementError)
        json["measurement_error"] = record.measurementError->message.toStdString();
    return json;
}

} // namespace mrb::backend
