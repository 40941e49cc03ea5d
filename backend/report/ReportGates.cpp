// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/report/ReportGates.h"

#include "backend/base/Text.h"

#include <algorithm>
#include <array>
#include <utility>

#define MRB_NOOP(text) QT_TRANSLATE_NOOP("mrb::Text", text)

namespace mrb::backend {

namespace {

/// No manifest has more; a document with thousands is not a result of this program.
constexpr std::size_t kMostGates = 200;

constexpr GateText kTexts[] = {
    {"skill", MRB_NOOP("Is this a result of the brain MRI skill?"),
     MRB_NOOP("The document belongs to another skill. Check where it comes from; do not use its "
              "volumes as a result of this one."),
     "", false},
    {"invocation.official_entrypoint", MRB_NOOP("Was upstream's own command run?"),
     MRB_NOOP("Something other than upstream's published command ran, so this is no model output. "
              "Run again from an unchanged checkout."),
     "", false},
    {"invocation.exit_code", MRB_NOOP("Did the upstream command succeed?"),
     MRB_NOOP("Upstream ended with an error, and what it left behind may be incomplete. Read the "
              "cause above and the log, mend it, and run again."),
     "", false},
    {"invocation.upstream_identity.trusted",
     MRB_NOOP("Was it the pinned, unchanged version of the model's code?"),
     MRB_NOOP("The checkout has another commit or edited files, so nobody can say which code made "
              "the volume. Check out the pinned commit without changes, or keep this run apart."),
     "", true},
    {"invocation.model_inventory.all_present", MRB_NOOP("Were all weight files there?"),
     MRB_NOOP("A checkpoint was missing. Download the weights that are listed below and run "
              "again."),
     "", true},
    {"invocation.model_inventory.all_sha256_match",
     MRB_NOOP("Are the weights the published ones, bit for bit?"),
     MRB_NOOP("A checkpoint differs from the published file: another version, a partial download "
              "or something altered. Upstream unpickles it without restriction, so download it "
              "again before the next run and do not trust this volume."),
     "", true},
    {"output.num_samples", MRB_NOOP("Was at least one volume written?"),
     MRB_NOOP("Upstream wrote no volume into the run's folder. Read the log: it names the file it "
              "saved, or why it did not."),
     "", false},
    {"output.all_images_readable", MRB_NOOP("Can every volume be read completely?"),
     MRB_NOOP("A file is cut off or damaged, most often because the disk was full. Free space, "
              "delete the file and run again."),
     "", false},
    {"output.all_shapes_match_requested", MRB_NOOP("Has every volume the requested size?"),
     MRB_NOOP("A volume has other dimensions than were asked for, or there is none. The file may "
              "be of another run or the checkout's code may differ; do not use it as the answer "
              "to this request."),
     "", false},
    {"output.all_spacing_match_requested", MRB_NOOP("Has every volume the requested spacing?"),
     MRB_NOOP("The voxel size in the file is not the one that was asked for, so lengths measured "
              "in it would be wrong, or there is no volume. Run again from an unchanged checkout."),
     "", false},
    {"output.all_images_finite", MRB_NOOP("Is every voxel a finite number?"),
     MRB_NOOP("There is no volume, or a file holds NaN or infinity. Upstream's own 16-bit files "
              "cannot hold them, so something else wrote this one. Do not use it."),
     MRB_NOOP("This cannot fail on upstream's files: it writes 16-bit integers, in which NaN and "
              "infinity have become 0. A blank volume fails only the nonconstant check, and an "
              "overflow the nonnegative one."),
     false},
    {"output.all_images_nonconstant", MRB_NOOP("Is there a picture at all, not one flat value?"),
     MRB_NOOP("A volume is blank, or there is none. NaN from the decoder becomes 0 in upstream's "
              "files, so this is how a numerical failure shows. Check the weights' hashes and the "
              "guidance scale, try another seed, and look for \"invalid value encountered in "
              "cast\" in the log."),
     MRB_NOOP("Fails only when the whole volume is blank; parts that became 0 pass."), false},
    {"output.all_images_nonnegative", MRB_NOOP("Are all intensities 0 or more?"),
     MRB_NOOP("There is no volume, or it has negative values. Upstream clips at 0, so they are "
              "values above 32767 that wrapped in its cast to 16 bits: the brightest places are "
              "wrong. Lower the guidance scale or try another seed, and do not use this volume."),
     "", false},
};

const GateText *findText(const QString &path)
{
    const auto found = std::ranges::find_if(
        kTexts, [&path](const GateText &text) { return path == QLatin1StringView(text.path); });
    return found == std::end(kTexts) ? nullptr : found;
}

QString translated(const char *text)
{
    return *text ? Text::tr(text) : QString();
}

/// The manifest's operators; those that are words already stay.
QString operatorText(const QString &op)
{
    static constexpr std::array<std::pair<const char16_t *, const char16_t *>, 6> kSigns = {
        {{u"eq", u"="},
         {u"ne", u"\u2260"},
         {u"gt", u">"},
         {u"gte", u"\u2265"},
         {u"lt", u"<"},
         {u"lte", u"\u2264"}}};
    for (const auto &[name, sign] : kSigns)
        if (op == QStringView(name))
            return QString::fromUtf16(sign);
    return op;
}

QString meaningOf(const ReportGate &gate, const GateText *text, const QString &reason)
{
    if (!gate.counts)
        return Text::tr("A phantom is no checkout of the model and loads no weights, so it cannot "
                        "pass this. It does not count against the demo.");
    if (text)
        return translated(text->meaning);
    if (reason.isEmpty())
        return Text::tr("This check is not one of the built-in manifest; ask who wrote it what a "
                        "failure means.");
    return Text::tr("This check is not one of the built-in manifest. It failed because: %1.")
        .arg(reason);
}

} // namespace

std::span<const GateText> gateTexts()
{
    return kTexts;
}

std::vector<ReportGate> gatesOf(const JsonView &gates, bool isPhantom)
{
    std::vector<ReportGate> list;
    const std::size_t count = std::min(gates.size(), kMostGates);
    for (std::size_t i = 0; i < count; ++i) {
        const JsonView gate = gates[i];
        if (!gate.isObject())
            continue;
        ReportGate shown;
        shown.path = gate["path"].textOr(Text::tr("(without a path)"));
        const GateText *text = findText(shown.path);
        shown.question =
            text ? translated(text->question) : Text::tr("A check of another manifest");
        shown.requested =
            (operatorText(gate["operator"].textOr(QString())) + u' ' + gate["expected"].compact())
                .trimmed();
        shown.observed = gate["observed"].compact();
        // Whatever does not clearly say that it passed has failed.
        shown.passed = gate["status"].text() == QStringLiteral("pass");
        shown.counts = !(isPhantom && text && text->notForPhantom);
        shown.note = text ? translated(text->note) : QString();
        if (isPhantom && shown.path == u"invocation.official_entrypoint")
            shown.note = Text::tr("The phantom answers to the same command; that does not make it "
                                  "model output.");
        if (!shown.passed)
            shown.meaning = meaningOf(shown, text, gate["reason"].textOr(QString()));
        list.push_back(std::move(shown));
    }
    return list;
}

} // namespace mrb::backend
