// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/volume/NiftiReader.h"
#include "tests/viewer/PythonFiles.h"
#include "tests/viewer/SyntheticVolume.h"
#include "viewer/render/Histogram.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace mrb;
using namespace mrb::viewer;
using namespace mrb::tests;

namespace {

constexpr const char *kScript = R"(
import sys, numpy as np, nibabel as nib
out = sys.argv[1] + '/'
rng = np.random.default_rng(5)
shape = (37, 41, 29)

def write(name, stored, slope=None, inter=None):
    image = nib.Nifti1Image(stored, np.eye(4))
    if slope is not None:                          # as stored: nibabel would scale the values
        image.header['scl_slope'] = slope
        image.header['scl_inter'] = inter
        raw = image.header.binaryblock + bytes(4) + stored.tobytes('F')
        raw = bytearray(raw); raw[108:112] = np.float32(352).tobytes()
        open(out + name + '.nii', 'wb').write(raw)
    else:
        image.to_filename(out + name + '.nii')
    return nib.load(out + name + '.nii').get_fdata(dtype=np.float64)

def counted(name, values, edges):
    finite = values[np.isfinite(values)]
    np.histogram(finite, bins=edges)[0].astype(np.uint64).tofile(out + name + '.counts')
    np.array([finite.min(), finite.max(), edges[0], edges[1] - edges[0],
              values.size - finite.size], np.float64).tofile(out + name + '.facts')

floats = rng.normal(100, 40, shape).astype(np.float32)
floats[3, 4, 5:15] = np.nan
floats[6, 7, 8:12] = np.inf
floats[9, 7, 8:11] = -np.inf
values = write('float', floats)
finite = values[np.isfinite(values)]
counted('float', values, np.linspace(finite.min(), finite.max(), 257))

values = write('scaled float', floats, -0.5, 20.0)
finite = values[np.isfinite(values)]
counted('scaled float', values, np.linspace(finite.min(), finite.max(), 257))

narrow = rng.integers(-60, 100, shape).astype(np.int16)
values = write('int16', narrow)
counted('int16', values, np.arange(values.min() - 0.5, values.max() + 1))

values = write('scaled int16', narrow, 0.25, -3.0)
counted('scaled int16', values, np.arange(values.min() - 0.125, values.max() + 0.25, 0.25))

values = write('falling int16', narrow, -2.0, 5.0)
counted('falling int16', values, np.arange(values.min() - 1, values.max() + 2, 2))

wide = rng.integers(-300, 3001, shape).astype(np.int16)   # 3301 values: 13 to a bin
wide[0, 0, 0], wide[1, 0, 0] = -300, 3000
values = write('wide int16', wide)
counted('wide int16', values, -300.5 + 13 * np.arange(255))

wider = rng.integers(-2**31, 2**31, shape).astype(np.int32)
wider[0, 0, 0], wider[1, 0, 0] = -2**31, 2**31 - 1
values = write('int32', wider)
counted('int32', values, -2.0**31 - 0.5 + 2**24 * np.arange(257))
)";

template <class T>
Histogram histogramOfValues(volume::ScalarType type, const std::vector<T> &values,
                            std::size_t bins = 256)
{
    return histogramOf(makeVolume(type, {static_cast<std::int64_t>(values.size()), 1, 1}, values),
                       bins);
}

} // namespace

class tst_Histogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void countsAreThoseOfNumPy_data();
    void countsAreThoseOfNumPy();
    void integersHaveOneBinPerValueWhereTheyFit();
    void wideIntegersShowNoComb();
    void extremesOfEveryTypeAreCounted();
    void constantVolumesHaveOneBin_data();
    void constantVolumesHaveOneBin();
    void nothingFiniteIsEmpty();
    void heightsAreLogarithmicFromZeroToOne();
    void stopRequestLeavesItEmpty();

private:
    PythonFiles m_files;
};

void tst_Histogram::initTestCase()
{
    QVERIFY(m_files.make(kScript));
}

void tst_Histogram::countsAreThoseOfNumPy_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name :
         {"float", "scaled float", "int16", "scaled int16", "falling int16", "wide int16", "int32"})
        QTest::newRow(name) << QByteArray(name);
}

void tst_Histogram::countsAreThoseOfNumPy()
{
    QFETCH(QByteArray, name);
    const auto volume = volume::readNifti(m_files.path(name + ".nii").toStdString());
    QVERIFY2(volume, volume ? "" : qPrintable(volume.error().message));
    const Histogram histogram = histogramOf(*volume);
    const auto facts = m_files.array<double>(name + ".facts");
    QCOMPARE(facts.size(), std::size_t{5});
    QCOMPARE(histogram.low, facts[0]);
    QCOMPARE(histogram.high, facts[1]);
    QCOMPARE(histogram.firstEdge, facts[2]);
    QCOMPARE(histogram.binWidth, facts[3]);
    QCOMPARE(static_cast<double>(histogram.notFinite), facts[4]);
    const auto counts = m_files.array<std::uint64_t>(name + ".counts");
    QCOMPARE(histogram.counts, counts);
    QCOMPARE(histogram.highest, *std::max_element(counts.begin(), counts.end()));
}

void tst_Histogram::integersHaveOneBinPerValueWhereTheyFit()
{
    std::vector<std::uint8_t> values;
    for (int value = 0; value < 256; ++value)
        values.insert(values.end(), static_cast<std::size_t>(value % 3),
                      static_cast<std::uint8_t>(value));
    const Histogram histogram = histogramOfValues(volume::ScalarType::UInt8, values);
    QCOMPARE(histogram.low, 1.0);
    QCOMPARE(histogram.high, 254.0);
    QCOMPARE(histogram.counts.size(), std::size_t{254});
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        QCOMPARE(histogram.counts[bin], (bin + 1) % 3);
        QCOMPARE(histogram.edge(bin), static_cast<double>(bin) + 0.5);
    }
}

void tst_Histogram::wideIntegersShowNoComb()
{
    std::vector<std::uint16_t> values(3000);
    std::iota(values.begin(), values.end(), std::uint16_t{0}); // each value once
    const Histogram histogram = histogramOfValues(volume::ScalarType::UInt16, values);
    QCOMPARE(histogram.counts.size(), std::size_t{250});
    for (const std::uint64_t count : histogram.counts)
        QCOMPARE(count, std::uint64_t{12});
}

void tst_Histogram::extremesOfEveryTypeAreCounted()
{
    using volume::ScalarType;
    const auto check = []<class T>(ScalarType type, std::type_identity<T>) {
        using Limits = std::numeric_limits<T>;
        const std::vector<T> values = {Limits::lowest(), Limits::max(), T{1}, T{1}, Limits::max()};
        for (const std::size_t bins : {std::size_t{2}, std::size_t{256}, std::size_t{1000}}) {
            const Histogram histogram = histogramOfValues(type, values, bins);
            QCOMPARE(histogram.low, static_cast<double>(Limits::lowest()));
            QCOMPARE(histogram.high, static_cast<double>(Limits::max()));
            QVERIFY(histogram.counts.size() <= bins);
            QVERIFY(histogram.binWidth > 0.0);
            QVERIFY(histogram.counts.front() >= 1);
            QVERIFY(histogram.counts.back() >= 2);
            QCOMPARE(
                std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::uint64_t{0}),
                std::uint64_t{5});
        }
    };
    check(ScalarType::Int8, std::type_identity<std::int8_t>{});
    check(ScalarType::UInt8, std::type_identity<std::uint8_t>{});
    check(ScalarType::Int16, std::type_identity<std::int16_t>{});
    check(ScalarType::UInt16, std::type_identity<std::uint16_t>{});
    check(ScalarType::Int32, std::type_identity<std::int32_t>{});
    check(ScalarType::UInt32, std::type_identity<std::uint32_t>{});
    check(ScalarType::Int64, std::type_identity<std::int64_t>{});
    check(ScalarType::UInt64, std::type_identity<std::uint64_t>{});
    check(ScalarType::Float32, std::type_identity<float>{});
    check(ScalarType::Float64, std::type_identity<double>{});
}

void tst_Histogram::constantVolumesHaveOneBin_data()
{
    QTest::addColumn<volume::Volume>("volume");
    QTest::addColumn<double>("value");
    using volume::ScalarType;
    QTest::newRow("zero") << makeVolume(ScalarType::Int16, {5, 5, 5},
                                        std::vector<std::int16_t>(125))
                          << 0.0;
    QTest::newRow("float") << makeVolume(ScalarType::Float32, {5, 5, 5},
                                         std::vector<float>(125, 2.5F))
                           << 2.5;
    QTest::newRow("huge") << makeVolume(ScalarType::Float64, {5, 5, 5},
                                        std::vector<double>(125, -1e300))
                          << -1e300;
}

void tst_Histogram::constantVolumesHaveOneBin()
{
    QFETCH(volume::Volume, volume);
    QFETCH(double, value);
    const Histogram histogram = histogramOf(volume);
    QCOMPARE(histogram.counts, std::vector<std::uint64_t>{125});
    QCOMPARE(histogram.low, value);
    QCOMPARE(histogram.high, value);
    QVERIFY(histogram.edge(0) <= value && value <= histogram.edge(1));
    QCOMPARE(histogram.logHeight(0), 1.0);
}

void tst_Histogram::nothingFiniteIsEmpty()
{
    std::vector<float> values(2000, std::numeric_limits<float>::quiet_NaN());
    values.resize(3000, std::numeric_limits<float>::infinity());
    const Histogram histogram = histogramOfValues(volume::ScalarType::Float32, values);
    QVERIFY(histogram.isEmpty());
    QCOMPARE(histogram.notFinite, std::uint64_t{3000});
}

void tst_Histogram::heightsAreLogarithmicFromZeroToOne()
{
    std::vector<std::uint8_t> values(1008, 1);
    std::fill_n(values.begin(), 9, std::uint8_t{3});
    const Histogram histogram = histogramOfValues(volume::ScalarType::UInt8, values);
    QCOMPARE(histogram.logHeight(0), 1.0);
    QCOMPARE(histogram.logHeight(1), 0.0);
    QCOMPARE(histogram.logHeight(2), 1.0 / 3.0); // log 10 / log 1000
}

void tst_Histogram::stopRequestLeavesItEmpty()
{
    std::stop_source source;
    source.request_stop();
    const std::vector<std::int16_t> integers(100, 1);
    const std::vector<float> floats(100, 1.0F);
    QVERIFY(histogramOf(makeVolume(volume::ScalarType::Int16, {100, 1, 1}, integers), 256,
                        source.get_token())
                .isEmpty());
    QVERIFY(histogramOf(makeVolume(volume::ScalarType::Float32, {100, 1, 1}, floats), 256,
                        source.get_token())
                .isEmpty());
}

QTEST_GUILESS_MAIN(tst_Histogram)
#include "tst_Histogram.moc"
