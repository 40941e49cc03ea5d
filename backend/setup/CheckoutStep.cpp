// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/base/ShortCommit.h"
#include "backend/base/Text.h"
#include "backend/environment/GitReader.h"
#include "backend/environment/ShortCommand.h"
#include "backend/environment/UpstreamRoot.h"
#include "backend/setup/CheckoutFolders.h"
#include "backend/setup/Credentials.h"
#include "backend/setup/SetupEnvironment.h"
#include "backend/setup/StepWork.h"

#include <QRegularExpression>

#include <system_error>

namespace mrb::backend {

namespace fs = std::filesystem;

namespace {

// A bound that leaves room: history and files without the pictures of assets/ are 12 MB in 2026.
constexpr std::uint64_t kCloneBytes = 150'000'000;
constexpr std::uint64_t kCheckoutBytes = 2 * kCloneBytes; // history and files

/// An address as it is, a folder or a bundle as an absolute path.
QString repositoryOf(const SetupContext &context)
{
    const std::string &given = context.options.repository;
    if (given.empty())
        return QString::fromStdString(context.manifest.upstream.repository);
    if (given.find("://") != std::string::npos)
        return QString::fromStdString(given);
    std::error_code ignored;
    const fs::path local = context.resolved(given);
    // git@host:path is an address, too.
    if (given.find(':') != std::string::npos && !fs::exists(local, ignored))
        return QString::fromStdString(given);
    return toQString(local);
}

Error somethingElse(const SetupContext &context, const QString &message)
{
    return {error_codes::kRootIsSomethingElse, message,
            Text::tr("It stays as it is. Choose another folder with --upstream, one that is empty "
                     "or does not exist."),
            toQString(context.root)};
}

QString firstNames(const fs::path &folder)
{
    constexpr qsizetype kShown = 3;
    QStringList names;
    std::error_code failed;
    for (fs::directory_iterator it(folder, failed); !failed && it != fs::directory_iterator();
         it.increment(failed))
        names << toQString(it->path().filename());
    names.sort();
    const QString more = names.size() > kShown ? QStringLiteral(", \u2026") : QString();
    return names.mid(0, kShown).join(QStringLiteral(", ")) + more;
}

/// A checkout, but not the one that is pinned: its reasons, and how it could become it.
void describeOtherCheckout(const SetupContext &context, StepPlan &plan)
{
    const CheckoutIdentity &identity = context.identity;
    const QString root = toQString(context.root);
    plan.fact = identity.commit.empty()
                    ? Text::tr("%1 looks like a checkout, but git cannot vouch for it.").arg(root)
                    : Text::tr("%1 is at %2 and cannot be used as it is.")
                          .arg(root, QString::fromStdString(shortCommit(identity.commit)));
    plan.problems = identity.reasons;
    plan.problems.push_back(somethingElse(
        context, Text::tr("%1 is a checkout, but not the pinned one unchanged.").arg(root)));
}

void describeWrongFolder(const SetupContext &context, RootContent content, StepPlan &plan)
{
    const QString root = toQString(context.root);
    if (context.rootIsCheckout) {
        describeOtherCheckout(context, plan);
        return;
    }
    std::error_code ignored;
    switch (content) {
    case RootContent::NotAFolder:
        plan.fact = Text::tr("%1 is a file.").arg(root);
        break;
    case RootContent::Unreadable:
        plan.fact = Text::tr("%1 cannot be looked at.").arg(root);
        break;
    default:
        plan.fact = fs::exists(context.root / kPhantomMarker, ignored)
                        ? Text::tr("%1 is the built-in phantom.").arg(root)
                    : fs::exists(context.root / ".git", ignored)
                        ? Text::tr("%1 is a repository of something else.").arg(root)
                        : Text::tr("%1 holds other files: %2.").arg(root, firstNames(context.root));
        break;
    }
    plan.problems.push_back(somethingElse(context, plan.fact));
}

SetupCommand gitCommand(const SetupContext &context, const fs::path &git, const QString &purpose,
                        const QStringList &arguments)
{
    return {.purpose = purpose,
            .program = git,
            .arguments = arguments,
            .workingFolder = "/",
            .environment = setupEnvironment(context.options.environment, SetupProgram::Git)};
}

SetupCommand cloneCommand(const SetupContext &context, const fs::path &git, const fs::path &target)
{
    // No hooks or templates of this machine, and the bytes of the commit whatever is configured.
    return gitCommand(context, git, Text::tr("Clone the repository"),
                      {QStringLiteral("clone"), QStringLiteral("--no-checkout"),
                       QStringLiteral("--progress"), QStringLiteral("--template="),
                       QStringLiteral("-c"), QStringLiteral("core.hooksPath=/dev/null"),
                       QStringLiteral("-c"), QStringLiteral("core.autocrlf=false"),
                       QStringLiteral("-c"), QStringLiteral("core.eol=lf"), QStringLiteral("--"),
                       repositoryOf(context), toQString(target)});
}

SetupCommand checkoutCommand(const SetupContext &context, const fs::path &git,
                             const fs::path &target)
{
    return gitCommand(context, git, Text::tr("Check out the pinned commit"),
                      {QStringLiteral("-C"), toQString(target), QStringLiteral("-c"),
                       QStringLiteral("advice.detachedHead=false"), QStringLiteral("checkout"),
                       QStringLiteral("--progress"), QStringLiteral("--detach"),
                       QString::fromStdString(context.manifest.upstream.commit)});
}

/// An interrupted clone had everything, so that only files have to be checked out.
bool holdsCommit(const SetupContext &context, const fs::path &clone, const std::stop_token &stop)
{
    std::error_code ignored;
    if (!fs::is_directory(clone / ".git", ignored))
        return false;
    const GitReader git(clone, context.options.environment, stop);
    return static_cast<bool>(git.readCommit(context.manifest.upstream.commit));
}

struct Git
{
    fs::path program;
    std::optional<Error> missing;
};

Git findGit(const SetupContext &context)
{
    const std::string path =
        environmentValue(context.options.environment, "PATH").value_or("/usr/bin:/bin");
    if (auto found = findProgram("git", path))
        return {*found, {}};
    return {"git", Error{error_codes::kGitMissing, Text::tr("git was not found in PATH."),
                         Text::tr("Install git (the package of that name), then start again."),
                         QStringLiteral("git")}};
}

QStringList offlineAdvice(const SetupContext &context)
{
    return {Text::tr("On a machine with a network: git clone --mirror %1 NV-Generate-CTMR.git")
                .arg(QString::fromStdString(context.manifest.upstream.repository)),
            Text::tr("Bring that folder, and name it as the repository (--repository FOLDER, or "
                     "\u201cClone from\u201d in the window). A file of git bundle does as well."),
            Text::tr("Or bring a whole checkout at commit %1 and name its folder with --upstream.")
                .arg(QString::fromStdString(context.manifest.upstream.commit))};
}

void planToMake(const SetupContext &context, StepPlan &plan, const std::stop_token &stop)
{
    const PartialCheckout partial(context.root);
    const Git git = findGit(context);
    plan.fact = Text::tr("Nothing is in %1 yet.").arg(toQString(context.root));
    if (git.missing)
        plan.problems.push_back(*git.missing);
    if (hasCredentials(repositoryOf(context)) &&
        repositoryOf(context).contains(QStringLiteral("://")) &&
        !repositoryOf(context).startsWith(u"ssh://"))
        plan.problems.push_back(
            {error_codes::kAddressWithPassword,
             Text::tr("The address of the repository holds a user name or password, which git "
                      "would store."),
             Text::tr("Leave them out and use a credential helper of git, or ssh."),
             QStringLiteral("--repository")});
    if (isMountPoint(context.root))
        plan.problems.push_back(
            {error_codes::kRootIsSomethingElse,
             Text::tr("%1 is where another disk begins; a checkout gets its name only when it is "
                      "complete, which is not possible there.")
                 .arg(toQString(context.root)),
             Text::tr("Choose a folder in it with --upstream."), toQString(context.root)});
    if (const auto unusable = nameIsNotText(context.root))
        plan.problems.push_back(*unusable);
    if (partial.isForeign())
        plan.problems.push_back({error_codes::kPartialNotOurs,
                                 Text::tr("%1 is in the way; it is not of an earlier set-up.")
                                     .arg(toQString(partial.folder())),
                                 Text::tr("Move it away, then start again."),
                                 toQString(partial.folder())});
    bool goesOn = false;
    if (partial.isOurs()) {
        plan.state = StepState::Interrupted;
        goesOn = git.missing ? false : holdsCommit(context, partial.clone(), stop);
        plan.fact = goesOn ? Text::tr("An earlier attempt has cloned the repository; its files "
                                      "are still to be checked out.")
                           : Text::tr("An earlier attempt was interrupted while it cloned; it "
                                      "begins anew.");
    }
    if (!goesOn) {
        plan.commands.push_back(cloneCommand(context, git.program, partial.clone()));
        plan.downloadBytes = kCloneBytes;
    }
    plan.commands.push_back(checkoutCommand(context, git.program, partial.clone()));
    plan.neededBytes = kCheckoutBytes;
    plan.writes.push_back({.path = context.root,
                           .what = Text::tr("the checkout"),
                           .atMostBytes = kCheckoutBytes,
                           .replaced = {}});
    plan.writes.push_back(
        {.path = partial.folder(),
         .what = Text::tr("the same until it is complete and checked, then moved"),
         .atMostBytes = {},
         .replaced = partial.isOurs() ? Text::tr("what the interrupted attempt left") : QString()});
    judgeRoom(plan, context.root.parent_path());
    plan.offline = offlineAdvice(context);
    plan.mayStart = plan.problems.empty();
}

class CheckoutWork final : public StepWork
{
public:
    explicit CheckoutWork(SetupContext context)
        : m_context(std::move(context)), m_partial(m_context.root)
    {
    }

    Result<> prepare(const std::stop_token &stop) override
    {
        m_goesOn = m_partial.isOurs() && holdsCommit(m_context, m_partial.clone(), stop);
        if (stop.stop_requested()) { // then git gave no answer, and the clone may be complete
            m_leaves = true;
            return Error{error_codes::kSetupCancelled, Text::tr("Cancelled.")};
        }
        return m_goesOn ? m_partial.clearFiles() : m_partial.beginAnew();
    }

    std::vector<SetupCommand> commands() const override
    {
        const fs::path git = findGit(m_context).program;
        std::vector<SetupCommand> commands;
        if (!m_goesOn)
            commands.push_back(cloneCommand(m_context, git, m_partial.clone()));
        commands.push_back(checkoutCommand(m_context, git, m_partial.clone()));
        return commands;
    }

    /// "Receiving objects:  45% (710/1577), 3.2 MiB | 1.1 MiB/s"
    std::optional<SetupProgress> readLine(const LogLine &line) override
    {
        static const QRegularExpression counted(
            QStringLiteral(R"(^(?:remote: )?([A-Z][a-z ]+):\s+(\d{1,3})% \()"));
        const QRegularExpressionMatch match = counted.match(line.text);
        if (!match.hasMatch())
            return {};
        constexpr double kHundred = 100;
        return SetupProgress{.text = match.captured(1),
                             .fraction = match.captured(2).toDouble() / kHundred};
    }

    Findings conclude(const std::stop_token &stop) override
    {
        const ManifestUpstream &upstream = m_context.manifest.upstream;
        const CheckoutIdentity identity =
            identifyCheckout(m_partial.clone(), upstream.commit,
                             {upstream.networkConfig, upstream.modelConfig,
                              upstream.environmentConfig, upstream.modalityMapping},
                             m_context.options.environment, stop);
        if (stop.stop_requested()) // then git gave no answer
            return {};
        m_isWrong = !identity.trusted;
        if (m_isWrong) {
            Errors problems{{error_codes::kCloneIncomplete,
                             Text::tr("What was cloned is not the pinned commit as it should be, "
                                      "so it is thrown away."),
                             Text::tr("Start the step again, or clone from another place.")}};
            problems.insert(problems.end(), identity.reasons.begin(), identity.reasons.end());
            return {problems, {}};
        }
        m_isGood = true;
        const Result<> moved = m_partial.moveTo(m_context.root);
        return moved ? Findings{} : Findings{{moved.error()}, {}};
    }

    /// A clone that is complete is used by the next attempt, but only by one: whatever is wrong
    /// with it must not come back for ever.
    void abandon() override
    {
        if (m_leaves)
            return;
        const bool isUsable =
            !m_goesOn && !m_isWrong && holdsCommit(m_context, m_partial.clone(), {});
        if (!m_isGood && !isUsable)
            m_partial.remove();
    }

private:
    SetupContext m_context;
    PartialCheckout m_partial;
    bool m_goesOn = false;
    bool m_isGood = false;
    bool m_isWrong = false;
    bool m_leaves = false; ///< nothing was touched
};

} // namespace

StepPlan planCheckout(const SetupContext &context, const std::stop_token &stop)
{
    StepPlan plan;
    plan.title = Text::tr("Checkout of the model");
    plan.explanation =
        Text::tr("The model's own program, at the one commit that this program was checked with.");
    const RootContent content = contentOf(context.root);
    if (context.identity.trusted) {
        plan.state = StepState::Done;
        plan.fact = Text::tr("%1 at %2, unchanged.")
                        .arg(toQString(context.root),
                             QString::fromStdString(shortCommit(context.identity.commit)));
    } else if (content == RootContent::Nothing) {
        planToMake(context, plan, stop);
    } else {
        plan.state = StepState::Wrong;
        describeWrongFolder(context, content, plan);
        plan.offline = offlineAdvice(context);
    }
    return plan;
}

std::unique_ptr<StepWork> checkoutWork(const SetupContext &context)
{
    return std::make_unique<CheckoutWork>(context);
}

} // namespace mrb::backend
