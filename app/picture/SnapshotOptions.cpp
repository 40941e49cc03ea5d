// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "app/picture/SnapshotOptions.h"

#include "app/picture/OptionValues.h"
#include "backend/base/Text.h"
#include "backend/cli/Commands.h"
#include "viewer/render/ColourMap.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <set>
#include <vector>

namespace mrb::picture {

namespace {

/// Options as they were typed; empty: not given.
struct Typed
{
    std::string plane = "all";
    std::string of;
    std::string size;
    std::string window;
    std::string slab;
    std::string grid;
    std::string at;
    std::string atMm;
    std::string interpolation = "linear";
    std::string convention = "radiological";
    std::string colourMap = "grey";
    std::optional<bool> crosshair;
    bool annotations = true;
};

std::string words(const QString &text)
{
    return text.toStdString();
}

/// @param shown what stands for the value in the help
CLI::Option *addText(CLI::App &app, const std::string &flag, std::string &target,
                     const std::string &shown, const QString &help)
{
    return app.add_option(flag, target, words(help))
        ->type_name(shown)
        ->check(CLI::Validator(
            [](const std::string &text) {
                // An unset shell variable must not quietly stand for the default.
                return text.empty() ? words(Text::tr("is empty")) : std::string{};
            },
            ""));
}

void addChoice(CLI::App &app, const std::string &flag, std::string &target,
               const std::vector<std::string> &choices, const QString &help)
{
    std::string shown;
    for (const std::string &choice : choices)
        shown += (shown.empty() ? "" : "|") + choice;
    addText(app, flag, target, shown, help)
        ->check(
            CLI::IsMember(std::set<std::string>(choices.begin(), choices.end())).description(""));
}

void addSwitch(CLI::App &app, const std::string &name, std::function<void(bool)> set,
               const QString &on, const QString &off)
{
    app.add_flag_callback(
        "--" + name, [set] { set(true); }, words(on));
    app.add_flag_callback(
        "--no-" + name, [set] { set(false); }, words(off));
}

void addContentOptions(CLI::App &app, Typed &typed, SnapshotOptions &options)
{
    addText(app, "file", options.file, "FILE", Text::tr("NIfTI, NRRD or MetaImage volume"))
        ->required();
    addText(app, "-o,--output", options.output, "FILE",
            Text::tr("PNG file to write; an existing one is replaced"))
        ->required();
    addChoice(app, "--plane", typed.plane, {"all", "axial", "coronal", "sagittal", "mosaic"},
              Text::tr("Three planes, one, or a mosaic: slices of one plane in rows [all]"));
    addChoice(app, "--of", typed.of, {"axial", "coronal", "sagittal"},
              Text::tr("Plane of the mosaic's slices [axial]"));
    addText(app, "--slices", options.slices, "LIST",
            Text::tr("Indices as stored, from 0: 40, or for a mosaic 10,20,30 or 10:100:5 (first, "
                     "last, step), n=12 spread evenly, or all [the middle; n=20]"));
    addText(app, "--grid", typed.grid, "RxC",
            Text::tr("Rows and columns of the mosaic [as they fit best]"));
    addText(app, "--at", typed.at, "I,J,K", Text::tr("Planes through this voxel [the middle one]"));
    addText(app, "--at-mm", typed.atMm, "X,Y,Z",
            Text::tr("Planes through this place, mm towards right, anterior, superior"));
}

void addLookOptions(CLI::App &app, Typed &typed, SnapshotOptions &options)
{
    std::vector<std::string> maps;
    for (const viewer::ColourMap &map : viewer::colourMaps())
        maps.push_back(map.id.toStdString());
    addText(app, "--size", typed.size, "WxH",
            Text::tr("Size of the picture at scale 1 [as the slices need]"));
    app.add_option("--scale", options.scale,
                   words(Text::tr("Makes everything larger, letters too: pixels = size × scale, "
                                  "which is 0.1 to 16 [1]")))
        ->type_name("N")
        ->check(CLI::Range(0.1, 16.0).description(""));
    addText(app, "--window", typed.window, "LO:HI",
            Text::tr("Intensities of black and white, or auto [auto]"));
    addChoice(app, "--colormap", typed.colourMap, maps, Text::tr("Colours [grey]"));
    app.add_flag("--mark-out-of-range", options.markOutOfRange,
                 words(Text::tr("Blue below the window, red above it")));
    addChoice(app, "--interpolation", typed.interpolation, {"nearest", "linear", "cubic"},
              Text::tr("Between voxels [linear]"));
    addText(app, "--slab", typed.slab, "MODE:MM",
            Text::tr("mean, max or min of the slices within so many mm, such as mean:10"));
    addChoice(app, "--convention", typed.convention, {"radiological", "neurological"},
              Text::tr("The patient's right on the left, or on the right [radiological]"));
    addSwitch(
        app, "annotations", [&typed](bool on) { typed.annotations = on; },
        Text::tr("Provenance, convention, letters, numbers and scale bar [on]"),
        Text::tr("Voxels and nothing else"));
    addSwitch(
        app, "crosshair", [&typed](bool on) { typed.crosshair = on; },
        Text::tr("Where the other planes cut [on when all planes are shown]"),
        Text::tr("No such lines"));
}

Error usage(const QString &message, const char *option)
{
    return {backend::error_codes::kUsage, message, Text::tr("See mrbrain snapshot --help."),
            QString::fromLatin1(option)};
}

/// What contradicts something else.
std::optional<Error> contradiction(const Typed &typed, const SnapshotOptions &options)
{
    const bool mosaic = options.content == Content::Mosaic;
    const bool placed = !typed.at.empty() || !typed.atMm.empty();
    if (!mosaic && !typed.of.empty())
        return usage(Text::tr("--of is for --plane mosaic only"), "--of");
    if (!mosaic && !typed.grid.empty())
        return usage(Text::tr("--grid is for --plane mosaic only"), "--grid");
    if (!typed.at.empty() && !typed.atMm.empty())
        return usage(Text::tr("--at and --at-mm name two places"), "--at-mm");
    if (placed && mosaic)
        return usage(Text::tr("--at and --at-mm are not for --plane mosaic"), "--at");
    if (placed && !options.slices.empty())
        return usage(Text::tr("--slices and --at both say which slice to show"), "--slices");
    if (options.content == Content::ThreePlanes && !options.slices.empty())
        return usage(
            Text::tr("--slices is for one plane and for mosaics; use --at for --plane all"),
            "--slices");
    if (typed.crosshair.value_or(false) && (mosaic || !typed.annotations))
        return usage(
            Text::tr("--crosshair is not for mosaics, nor for pictures without annotations"),
            "--crosshair");
    const QString suffix = QString::fromStdString(options.output).right(4);
    if (suffix.compare(u".png", Qt::CaseInsensitive) != 0)
        return usage(Text::tr("--output: %1 does not end in .png, and pictures are PNG files")
                         .arg(QString::fromStdString(options.output)),
                     "--output");
    return std::nullopt;
}

viewer::Plane planeFrom(const std::string &name)
{
    if (name == "coronal")
        return viewer::Plane::Coronal;
    return name == "sagittal" ? viewer::Plane::Sagittal : viewer::Plane::Axial;
}

void applyChoices(const Typed &typed, SnapshotOptions &options)
{
    using viewer::Interpolation;
    if (typed.plane == "mosaic")
        options.content = Content::Mosaic;
    else if (typed.plane != "all")
        options.content = Content::Plane;
    options.plane = planeFrom(options.content == Content::Mosaic ? typed.of : typed.plane);
    viewer::ViewSettings &settings = options.settings;
    settings.interpolation = typed.interpolation == "nearest" ? Interpolation::Nearest
                             : typed.interpolation == "cubic" ? Interpolation::Cubic
                                                              : Interpolation::Linear;
    settings.convention = typed.convention == "neurological" ? viewer::Convention::Neurological
                                                             : viewer::Convention::Radiological;
    settings.annotations = typed.annotations;
    settings.crosshair =
        typed.crosshair.value_or(options.content == Content::ThreePlanes && typed.annotations);
    options.colourMap = QString::fromStdString(typed.colourMap);
}

/// Reads one value into its place when it was given; false leaves the error behind.
template <class Target, class Value>
bool read(const std::string &text, Result<Value> (*parse)(const std::string &), Target &target,
          std::optional<Error> &problem)
{
    if (text.empty())
        return true;
    const Result<Value> value = parse(text);
    if (!value) {
        problem = value.error();
        return false;
    }
    target = *value;
    return true;
}

std::optional<Error> applyValues(const Typed &typed, SnapshotOptions &options)
{
    std::optional<Error> problem;
    const bool understood = read(typed.window, parseWindow, options.window, problem) &&
                            read(typed.slab, parseSlab, options.settings.slab, problem) &&
                            read(typed.size, parseSize, options.size, problem) &&
                            read(typed.grid, parseGrid, options.grid, problem) &&
                            read(typed.at, parseVoxel, options.at, problem) &&
                            read(typed.atMm, parsePointMm, options.atMm, problem);
    if (understood && std::isnan(options.scale)) // which the range lets through
        return usage(Text::tr("--scale is not a number"), "--scale");
    return problem;
}

std::string examples()
{
    return words(Text::tr(
        "Examples:\n"
        "  mrbrain snapshot volume.nii.gz -o volume.png\n"
        "  mrbrain snapshot volume.nii.gz --plane mosaic --of coronal --grid 4x6 -o mosaic.png\n"
        "  mrbrain snapshot volume.nii.gz --plane axial --slices 64 --no-annotations "
        "--interpolation nearest -o slice.png\n\n"
        "Needs no display. Exit codes are those of mrbrain --help.\n"
        "Research and engineering only, not for clinical use."));
}

/// Declared and not yet parsed.
struct CommandLine
{
    CLI::App app;
    Typed typed;
    SnapshotOptions options;

    CommandLine();
};

CommandLine::CommandLine()
    : app(words(Text::tr("Makes a picture of a volume.")), "mrbrain snapshot")
{
    app.footer(examples());
    app.get_formatter()->column_width(32);
    addContentOptions(app, typed, options);
    addLookOptions(app, typed, options);
}

} // namespace

backend::CommandDescription describeSnapshot()
{
    return backend::describe(CommandLine().app);
}

Result<std::variant<SnapshotOptions, std::string>> parseSnapshotOptions(int argc, char **argv)
{
    using Parsed = std::variant<SnapshotOptions, std::string>;
    CommandLine line;
    try {
        line.app.parse(argc, argv);
    } catch (const CLI::CallForHelp &) {
        return Parsed(line.app.help());
    } catch (const CLI::ParseError &error) {
        return usage(QString::fromStdString(error.what()), "");
    }
    applyChoices(line.typed, line.options);
    if (const auto problem = contradiction(line.typed, line.options))
        return *problem;
    if (const auto problem = applyValues(line.typed, line.options))
        return *problem;
    return Parsed(line.options);
}

} // namespace mrb::picture
