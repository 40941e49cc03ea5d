// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/environment/CheckoutIdentity.h"
#include "backend/environment/ImportCheck.h"
#include "backend/environment/PythonProbe.h"
#include "tests/environment/TestFiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace mrb;
using namespace mrb::backend;
using namespace mrb::test;
namespace codes = mrb::backend::error_codes;
namespace fs = std::filesystem;

namespace {

// One of everything that a compiled module can hold.
constexpr const char *kSource = R"(# -*- coding: utf-8 -*-
"""Words."""
from __future__ import annotations
import sys as system, os.path

NUMBERS = (0, -1, 1 << 40, -(1 << 90), 0.0, -0.0, 1e300, 2j, True, None, ...)
TEXTS = (b'\xff', 'ä', '\ud800')
NESTED = ((1, (2, (3, ()))), 'word', 'word', 'two words')


class Thing:
    kind: int = 3

    def method(self, a, /, b=2, *rest, c, d=4, **more):
        cell = a

        def inner(x):
            nonlocal cell
            cell += x in {'p', 'q', 'r', 1, 2.5}
            return [i * cell for i in rest if i not in {7, 8}], text[1:2], text[::-1]
        try:
            text = f'{a!r:>{b}} {c}'
            return inner(d)
        except (ValueError, KeyError) as error:
            raise RuntimeError from error
        finally:
            del b

    async def later(self):
        async with self as it:
            yield await it


def chosen(value=lambda: {**{}, 'k': 1}):
    match value:
        case {'a': [1, *others]} | Thing(kind=others):
            return others
    return {k: v for k, v in enumerate((yield))}


print('honest')
)";

// Arguments: what to do, the source. Writes the copy that this Python would use for the source.
constexpr const char *kForge = R"(
import importlib.util, marshal, os, struct, sys
what, source = sys.argv[1:]
text = open(source, encoding='utf-8', errors='surrogateescape').read()
info = os.stat(source)
magic, mtime, size = importlib.util.MAGIC_NUMBER, int(info.st_mtime), info.st_size
flags, body = 0, None
target = importlib.util.cache_from_source(source)
if what == 'other time':
    mtime -= 1
elif what == 'other size':
    size += 1
elif what == 'other version':
    magic = b'\0\0\r\n'
elif what == 'other tag':
    target = target.replace(sys.implementation.cache_tag, 'cpython-27')
elif what == 'optimised':
    target = importlib.util.cache_from_source(source, optimization=1)
elif what == 'by hash':
    flags = 3
elif what == 'by no means':
    flags = 1
changes = {
    'constant': ('<< 40', '<< 41'), 'type of a constant': ('(0,', '(False,'),
    'minus zero': (' 0.0, -0.0', ' -0.0, 0.0'), 'string': ('two w', 'Two w'),
    'name': ('os.path', 'os.Path'), 'member of a set': ("'q', 'r'", "'q', 's'"),
    'default': ('d=4', 'd=5'), 'handler': ('KeyError)', 'OSError)'),
    'inner function': ('cell += x', 'cell -= x'), 'annotation': ('kind: int', 'kind: str'),
    'slice': ('[1:2]', '[1:3]'), 'order of lines': ('\n\n\nclass', '\n\nclass'),
}
if what in changes:
    new = text.replace(*changes[what])
else:
    new = text + "\nopen('ran', 'w')\nprint('evil')\n"
assert new != text, what
body = marshal.dumps(compile(new, source, 'exec', dont_inherit=True))
if what == 'cut off':
    body = body[:-20]
elif what == 'more behind':
    body = marshal.dumps(compile(text, source, 'exec', dont_inherit=True)) + b'N'
elif what == 'no code':
    body = marshal.dumps('text')
elif what == 'empty':
    body = b''
elif what == 'nested too deep':
    body = b')\x01' * 500000 + b'N'
elif what == 'holds itself':
    body = b'\xa9\x01r\0\0\0\0'
elif what == 'endless tuple':
    body = b'(\xff\xff\xff\x7f' + b'N' * 1000
elif what == 'negative size':
    body = b's\xff\xff\xff\xff'
elif what == 'doubling':
    # A set of a tuple that holds the one before it twice, and so on: 2 to the 60 parts.
    pairs = [b'\xa9\x02' + 2 * (b'r' + struct.pack('<I', i)) for i in range(60)]
    body = b')\x3e\xa9\0' + b''.join(pairs) + b'>\x01\0\0\0r' + struct.pack('<I', 60)
elif what == 'unknown kind':
    body = b'?'
elif what == 'unknown reference':
    body = b'r\xff\xff\xff\x7f'
os.makedirs(os.path.dirname(target), exist_ok=True)
kind = struct.pack('<II', mtime, size)
if flags:
    kind = importlib.util.source_hash(open(source, 'rb').read())
open(target, 'wb').write(magic + struct.pack('<I', flags) + kind + body)
)";

} // namespace

class TestImportCheck : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    ImportCheckRequest m_request;

    fs::path base() const { return fs::canonical(m_folder->path().toStdString()); }
    fs::path source() const { return m_request.root / "scripts/work.py"; }

    CommandOutput python(const std::vector<std::string> &arguments, const fs::path &folder) const
    {
        const auto output = runShortCommand({.program = m_request.executable,
                                             .arguments = arguments,
                                             .environment = m_request.environment,
                                             .workingFolder = folder,
                                             .timeLimit = std::chrono::seconds(120)});
        return output ? *output : CommandOutput{-1, {}, output.error().message.toStdString()};
    }

    void forge(const std::string &what) const
    {
        const CommandOutput output = python({"-c", kForge, what, source().string()}, "/");
        QVERIFY2(output.exitCode == 0, output.err.c_str());
    }

    ImportCheck check() const
    {
        const auto result = checkImports(m_request);
        if (!result)
            qFatal("%s", qPrintable(result.error().message));
        return *result;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_request = {
            .executable = MRB_TEST_PYTHON,
            .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", base() / "home"}},
            .root = base() / "root",
            .trackedFiles = {"scripts/__init__.py", "scripts/notes.txt", "scripts/work.py"},
            .timeLimit = std::chrono::seconds(120)};
        writeFile(m_request.root / "scripts/__init__.py", "");
        writeFile(source(), kSource);
    }

    void withoutCopies_nothingIsSaid() { QVERIFY(check() == ImportCheck{}); }

    void copiesThatPythonWrote_areWhatTheirSourcesSay()
    {
        // Sources of all kinds: those of the standard library that lie flat beside each other.
        const std::string library =
            python({"-c", "import os; print(end=os.path.dirname(os.__file__))"}, "/").out;
        int count = 0;
        for (const fs::directory_entry &entry : fs::directory_iterator(library)) {
            if (entry.path().extension() != ".py" || count >= 60)
                continue;
            const std::string name = entry.path().filename().string();
            fs::copy_file(entry.path(), m_request.root / "scripts" / name,
                          fs::copy_options::overwrite_existing);
            m_request.trackedFiles.push_back("scripts/" + name);
            ++count;
        }
        QVERIFY(count > 30);
        const CommandOutput made =
            python({"-m", "compileall", "-q", "-j1", "scripts"}, m_request.root);
        QVERIFY2(made.exitCode == 0, made.err.c_str());
        const ImportCheck result = check();
        QVERIFY2(result == ImportCheck{},
                 result.reasons.empty() ? "" : qPrintable(result.reasons[0].message));
    }

    void copyOfARealRun_isFine()
    {
        QCOMPARE(python({"-m", "scripts.work"}, m_request.root).out, std::string("honest\n"));
        QCOMPARE(python({"-c", "import scripts.work"}, m_request.root).out,
                 std::string("honest\n"));
        QVERIFY(fs::exists(m_request.root / "scripts/__pycache__"));
        QVERIFY(check() == ImportCheck{});
    }

    void forgedCopies_areFound_data()
    {
        QTest::addColumn<bool>("isRun"); // Python runs it, instead of what the source says
        for (const char *what : {"evil", "by hash", "by no means"})
            QTest::newRow(what) << true;
        for (const char *what : {"constant",
                                 "type of a constant",
                                 "minus zero",
                                 "string",
                                 "name",
                                 "member of a set",
                                 "default",
                                 "handler",
                                 "inner function",
                                 "annotation",
                                 "slice",
                                 "order of lines",
                                 "cut off",
                                 "more behind",
                                 "no code",
                                 "empty",
                                 "nested too deep",
                                 "holds itself",
                                 "endless tuple",
                                 "negative size",
                                 "doubling",
                                 "unknown kind",
                                 "unknown reference"})
            QTest::newRow(what) << false;
    }
    void forgedCopies_areFound()
    {
        QFETCH(bool, isRun);
        forge(QTest::currentDataTag());
        const ImportCheck result = check();
        QVERIFY(result.warnings.empty());
        QCOMPARE(result.reasons.size(), std::size_t{1});
        const Error &reason = result.reasons.front();
        QCOMPARE(reason.code, codes::kBytecodeDiffers);
        QVERIFY(reason.field.startsWith(u"scripts/__pycache__/work."));
        QVERIFY(reason.hint.contains(u"scripts/__pycache__"));
        QVERIFY2(!fs::exists(m_request.root / "ran"), "the copy was run");
        if (isRun)
            QVERIFY(python({"-c", "import scripts.work"}, m_request.root).out.ends_with("evil\n"));
    }

    void copiesThatPythonWouldNotUse_doNotMatter_data()
    {
        QTest::addColumn<QString>("what");
        for (const char *what :
             {"other time", "other size", "other version", "other tag", "optimised"})
            QTest::newRow(what) << QString::fromUtf8(what);
    }
    void copiesThatPythonWouldNotUse_doNotMatter()
    {
        QFETCH(QString, what);
        forge(what.toStdString());
        QVERIFY(check() == ImportCheck{});
        QCOMPARE(python({"-B", "-c", "import scripts.work"}, m_request.root).out,
                 std::string("honest\n"));
    }

    void copyThatIsNoFile_doesNotHang()
    {
        const fs::path copy = python({"-c",
                                      "import importlib.util as u, sys;"
                                      "print(end=u.cache_from_source(sys.argv[1]))",
                                      source().string()},
                                     "/")
                                  .out;
        fs::create_directories(copy.parent_path());
        QCOMPARE(::mkfifo(copy.c_str(), 0600), 0);
        QCOMPARE(check().reasons.size(), std::size_t{1});
    }

    void folderOfTheCheckout_thatMergesWithAnInstalledPackage()
    {
        const CommandOutput made =
            python({"-m", "venv", "--without-pip", "--symlinks", (base() / "venv").string()}, "/");
        QVERIFY2(made.exitCode == 0, made.err.c_str());
        m_request.executable = base() / "venv/bin/python";
        const fs::path site =
            python({"-c", "import sysconfig; print(end=sysconfig.get_path('purelib'))"}, "/").out;
        writeFile(site / "google/protobuf/__init__.py", "print('installed')");
        writeFile(site / "numpy/__init__.py", "print('installed')");
        // Neither hides anything: no such package elsewhere, or one that is before such folders.
        writeFile(m_request.root / "experiments/plot.py", "");
        writeFile(m_request.root / "numpy/random.py", "");
        writeFile(m_request.root / "google/data.bin", "");
        QVERIFY(check() == ImportCheck{});
        writeFile(m_request.root / "google/protobuf/__init__.py", "print('evil')");
        QCOMPARE(python({"-c", "import google.protobuf"}, m_request.root).out,
                 std::string("evil\n"));
        const ImportCheck result = check();
        QCOMPARE(result.reasons.size(), std::size_t{1});
        QCOMPARE(result.reasons[0].code, codes::kShadowingModule);
        QCOMPARE(result.reasons[0].field, QStringLiteral("google/protobuf/__init__.py"));
    }

    void modulesOfTheCheckout_doNotRunInTheQuestion()
    {
        for (const char *name : {"json.py", "marshal.py", "stat.py", "importlib/__init__.py",
                                 "sitecustomize.py", "encodings/__init__.py"})
            writeFile(m_request.root / name, "open('" + (base() / "ran").string() + "', 'w')");
        forge("evil");
        QCOMPARE(check().reasons.size(), std::size_t{1});
        QVERIFY(!fs::exists(base() / "ran"));
    }

    void interpreterThatDoesNotAnswer_isAnError_data()
    {
        QTest::addColumn<QString>("script");
        QTest::newRow("dies") << "kill -SEGV $$";
        QTest::newRow("fails") << "exit 1";
        QTest::newRow("says nothing") << "exit 0";
        QTest::newRow("endless") << "exec yes";
        QTest::newRow("other JSON") << "echo; echo 'MRBRAIN-IMPORTS {\"differing\": 3}'";
        QTest::newRow("answers, then dies")
            << "echo; echo 'MRBRAIN-IMPORTS {\"differing\": [], \"merged\": [], \"uncompared\": "
               "\"\"}'; kill -SEGV $$";
    }
    void interpreterThatDoesNotAnswer_isAnError()
    {
        QFETCH(QString, script);
        m_request.executable = writeScript(base() / "python", script.toStdString());
        const auto result = checkImports(m_request);
        QVERIFY(!result);
        QVERIFY(!result.error().message.isEmpty() && !result.error().hint.isEmpty());
    }

    void copiesOfAnUnknownForm_areAWarning()
    {
        m_request.executable = writeScript(
            base() / "python", "echo; echo 'MRBRAIN-IMPORTS {\"differing\": [], \"merged\": [], "
                               "\"uncompared\": \"ValueError: unknown kind\"}'");
        const ImportCheck result = check();
        QVERIFY(result.reasons.empty());
        QCOMPARE(result.warnings.at(0).code, codes::kBytecodeNotCompared);
    }
};

QTEST_GUILESS_MAIN(TestImportCheck)
#include "tst_ImportCheck.moc"
