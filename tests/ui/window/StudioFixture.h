// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/MainWindow.h"
#include "ui/Workbench.h"
#include "ui/report/ReportPanel.h"

#include <QApplication>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>
#include <QtTest>

#include <filesystem>
#include <memory>

/// What the tests of the whole window share.
namespace mrb::studio_test {

/// Runs take seconds, on a busy machine many; nothing waits this long when all is well.
constexpr int kPatienceMs = 120'000;

/// A user who never started the program: no settings, no results, no queue.
class NewUser
{
public:
    NewUser()
    {
        qputenv("HOME", m_home.path().toUtf8());
        for (const char *name : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"})
            qputenv(name, m_home.filePath(QString::fromLatin1(name)).toUtf8());
        qunsetenv("NV_GENERATE_ROOT");
        qunsetenv("DBUS_SESSION_BUS_ADDRESS"); // notifications are not for whoever runs the tests
    }
    QString home() const { return m_home.path(); }
    QString results() const { return m_home.filePath(QStringLiteral("results")); }

private:
    QTemporaryDir m_home;
};

/// The program's window with everything around it.
class Studio
{
public:
    Studio() : m_workbench(m_window)
    {
        m_window.resize(1360, 860);
        m_window.show();
    }
    ui::MainWindow &window() { return m_window; }
    ui::Workbench &workbench() { return m_workbench; }
    backend::RunQueue &queue() { return m_workbench.queue(); }
    void trigger(ui::StudioCommand command) { m_workbench.commands().action(command)->trigger(); }
    bool isEnabled(ui::StudioCommand command)
    {
        return m_workbench.commands().action(command)->isEnabled();
    }
    void set(const std::function<void(ui::StudioSettings &)> &change)
    {
        ui::StudioSettings settings = m_workbench.settings().settings();
        change(settings);
        m_workbench.settings().set(settings);
    }
    /// Empty while there is none.
    backend::RunReport reported()
    {
        return m_workbench.reportPanel().report().value_or(backend::RunReport());
    }
    /// Entries in a state.
    int count(backend::EntryState state)
    {
        int found = 0;
        for (const backend::QueueEntry &entry : queue().entries())
            found += entry.state == state ? 1 : 0;
        return found;
    }

private:
    ui::MainWindow m_window;
    ui::Workbench m_workbench;
};

/// Presses the button with this text in the message box that opens next.
inline void answerMessageBox(const QString &button)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, button] {
        auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
        if (!box)
            return;
        timer->deleteLater();
        for (QAbstractButton *candidate : box->buttons()) {
            if (candidate->text().remove(u'&') == button) {
                candidate->click();
                return;
            }
        }
        box->reject();
    });
    timer->start(10);
}

/// A checkout whose upstream is a stand-in that does as it is told, with Python, GPU and weights;
/// or what another script beside this file makes.
class Workshop
{
public:
    explicit Workshop(const char *script = "make_workshop.py")
    {
        QProcess make;
        make.start(QStringLiteral(MRB_TEST_PYTHON),
                   {QStringLiteral("-B"), QStringLiteral(MRB_SOURCE_DIR "/tests/ui/window/") +
                                              QString::fromLatin1(script)});
        make.waitForFinished(kPatienceMs);
        m_places = QJsonDocument::fromJson(make.readAllStandardOutput()).object();
        if (m_places.isEmpty())
            qFatal("no workshop: %s", make.readAllStandardError().constData());
        const QByteArray path = place("bin").toUtf8() + ":/usr/bin:/bin";
        qputenv("PATH", path);
    }
    ~Workshop() { QDir(place("folder")).removeRecursively(); }

    QString place(const char *name) const
    {
        return m_places.value(QLatin1StringView(name)).toString();
    }
    /// How the stand-in behaves from now on.
    void behave(const QByteArray &json) const
    {
        QDir models(place("root") + QStringLiteral("/models"));
        for (const QString &old : models.entryList({QStringLiteral("reached-*")}))
            models.remove(old);
        QFile file(models.filePath(QStringLiteral("fake_mode.json")));
        file.open(QIODevice::WriteOnly);
        file.write(json);
    }
    bool reached(const char *point) const
    {
        return QFile::exists(place("root") + QStringLiteral("/models/reached-") +
                             QString::fromLatin1(point));
    }
    void use(ui::StudioSettings &settings) const
    {
        settings.engine = backend::Engine::Upstream;
        settings.upstreamRoot = place("root");
        settings.python = place("python");
        settings.manifest = place("manifest");
    }

private:
    QJsonObject m_places;
};

/// The folder of a small run of the phantom engine in the user's results, made by the real mrbrain.
inline std::filesystem::path makePhantomRun(const NewUser &user, int seed)
{
    const QString request = user.home() + QStringLiteral("/request.json");
    QFile file(request);
    file.open(QIODevice::WriteOnly);
    file.write(R"({"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72], "num_inference_steps": 6})");
    file.close();
    const QString folder = QStringLiteral("%1/run%2").arg(user.results()).arg(seed);
    QProcess run;
    run.start(qEnvironmentVariable("MRB_MRBRAIN"),
              {QStringLiteral("generate"), request, QStringLiteral("--engine"),
               QStringLiteral("phantom"), QStringLiteral("-s"), QString::number(seed),
               QStringLiteral("-o"), folder});
    run.waitForFinished(kPatienceMs);
    if (run.exitCode() != 0)
        qFatal("no run: %s", run.readAllStandardError().constData());
    return folder.toStdString();
}

/// A small run, so that it takes a moment only.
inline backend::RunSettings smallRun(ui::Workbench &workbench, int seed)
{
    backend::RunSettings run = workbench.settings().settings().runSettings();
    run.overrides = QStringLiteral(R"({"dim": [64, 64, 64], "spacing": [3.5, 3.75, 2.72],
"num_inference_steps": 6, "modality": "mri_t1", "random_seed": %1})")
                        .arg(seed)
                        .toStdString();
    return run;
}

/// main() of a test on the real platform.
template <class Test> int runTest(int argc, char **argv)
{
    NewUser user; // before anything asks for folders
    QApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("mrbrain-studio"));
    Test test(user);
    return QTest::qExec(&test, argc, argv);
}

} // namespace mrb::studio_test
