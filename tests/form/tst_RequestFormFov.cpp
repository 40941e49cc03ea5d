// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#include "backend/form/RequestForm.h"
#include "tests/form/FormFixtures.h"

#include <QSignalSpy>
#include <QtTest>

#include <cmath>

using namespace mrb;
using namespace mrb::backend;
using namespace std::string_literals;

namespace {

QString size(const RequestForm &form)
{
    return form.field("dim").texts.join(u' ');
}

QString spacing(const RequestForm &form)
{
    return form.field("spacing").texts.join(u' ');
}

} // namespace

class TestRequestFormFov : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fov_isSizeTimesSpacingBesideTheNearestMedian()
    {
        RequestForm form(mirroredContext());
        std::optional<FovState> fov = form.fov();
        QVERIFY(std::abs(fov->axes[0].mm - 240.64) < 1e-9);
        QVERIFY(std::abs(fov->axes[2].mm - 174.08) < 1e-9);
        QCOMPARE(fov->nearestPlane, Plane::Axial);
        QCOMPARE(*fov->axes[0].medianMm, 240.0);
        QCOMPARE(*fov->axes[2].medianMm, 174.0);
        QCOMPARE(fov->scans, 98769);
        QVERIFY(!fov->sparse);
        form.setModality("mri_swi");
        form.setText("dim", 0, QStringLiteral("128"));
        form.setText("dim", 2, QStringLiteral("224"));
        fov = form.fov(); // 120 x 241 x 305
        QCOMPARE(fov->nearestPlane, Plane::Sagittal);
        QVERIFY(fov->sparse);
        form.setText("cfg_guidance_scale", 0, QStringLiteral("x"));
        QVERIFY(form.fov()); // has nothing to do with it
        form.setText("dim", 1, QStringLiteral("100"));
        QVERIFY(!form.fov());
        form.setText("dim", 1, QStringLiteral("128"));
        form.setText("spacing", 1, QString());
        QVERIFY(!form.fov());
    }

    void contrastWithoutMedians_hasNoPlanes()
    {
        RequestForm form(mirroredContext());
        form.setModality("mri");
        QVERIFY(form.planes().empty());
        QVERIFY(!form.fov()->nearestPlane);
        QVERIFY(!form.fov()->axes[1].medianMm);
        QSignalSpy changed(&form, &RequestForm::changed);
        QVERIFY(!form.applyPlane(Plane::Axial));
        QCOMPARE(changed.count(), 0);
    }

    void planes_areNamedByTheirFieldOfView()
    {
        RequestForm form(mirroredContext());
        QCOMPARE(form.planes().size(), std::size_t{3});
        QCOMPARE(form.planes()[0].text, QStringLiteral("240 \u00d7 240 \u00d7 174 mm"));
        QCOMPARE(form.planes()[1].plane, Plane::Sagittal);
        QVERIFY(!form.planes()[1].sparse);
        form.setModality("mri_swi_skull_stripped");
        QVERIFY(!form.planes()[0].sparse);
        QVERIFY(form.planes()[1].sparse);
    }

    void everyPlaneOfEveryModality_meetsItsMedian_data()
    {
        QTest::addColumn<std::string>("modality");
        const FormContext context = mirroredContext();
        for (const Modality &modality : context.manifest.modalities) {
            if (!modality.contrast.empty())
                QTest::newRow(modality.name.c_str()) << modality.name;
        }
    }
    void everyPlaneOfEveryModality_meetsItsMedian()
    {
        QFETCH(const std::string, modality);
        RequestForm form(mirroredContext());
        form.setModality(modality);
        const std::map<Plane, QString> sizes{{Plane::Axial, QStringLiteral("256 256 128")},
                                             {Plane::Sagittal, QStringLiteral("128 256 256")},
                                             {Plane::Coronal, QStringLiteral("256 128 256")}};
        for (const Plane plane : kPlanes) {
            QVERIFY(form.applyPlane(plane));
            QCOMPARE(size(form), sizes.at(plane));
            QVERIFY(form.errors().empty());
            const FovState fov = *form.fov();
            QCOMPARE(fov.nearestPlane, plane);
            for (const AxisFov &axis : fov.axes)
                QVERIFY(std::abs(axis.mm - *axis.medianMm) <= 0.5);
            for (const QString &text : form.field("spacing").texts)
                QVERIFY2(text.size() <= 6, qPrintable(text)); // "0.9766"
        }
    }

    void applyingAPlane_isOneChange()
    {
        RequestForm form(mirroredContext());
        QSignalSpy changed(&form, &RequestForm::changed);
        QVERIFY(form.applyPlane(Plane::Sagittal));
        QVERIFY(form.applyPlane(Plane::Sagittal));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(fixtures::compact(form.document()),
                 R"({"modality":"mri_t1","dim":[128,256,256],"spacing":[1.375,0.977,0.977],)"
                 R"("random_seed":1234})"s);
    }

    void lockedFov_isKeptWhenASizeChanges()
    {
        RequestForm form(mirroredContext());
        form.setFovLocked(true);
        QVERIFY(form.isFovLocked());
        QSignalSpy changed(&form, &RequestForm::changed);
        form.setText("dim", 0, QStringLiteral("352"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(spacing(form), QStringLiteral("0.6836 0.94 1.36")); // 240.64 / 352
        form.setText("dim", 2, QStringLiteral("160"));
        QCOMPARE(spacing(form), QStringLiteral("0.6836 0.94 1.088"));
        form.setText("dim", 0, QStringLiteral("256"));
        form.setText("dim", 2, QStringLiteral("128"));
        QCOMPARE(fixtures::compact(form.document()),
                 R"({"modality":"mri_t1","random_seed":1234})"s); // no drift
    }

    void sizeThatIsBeingTyped_leavesTheSpacingAlone()
    {
        RequestForm form(mirroredContext());
        form.setFovLocked(true);
        for (const char *text : {"2", "25", "", "6"})
            form.setText("dim", 0, QString::fromUtf8(text));
        QCOMPARE(spacing(form), QStringLiteral("0.94 0.94 1.36"));
        form.setText("dim", 0, QStringLiteral("64"));
        QCOMPARE(spacing(form), QStringLiteral("3.76 0.94 1.36"));
    }

    void anotherSpacing_isANewFovToKeep()
    {
        RequestForm form(mirroredContext());
        form.setFovLocked(true);
        form.setText("spacing", 0, QStringLiteral("1."));
        form.setText("spacing", 0, QStringLiteral("1.0"));
        form.setText("dim", 0, QStringLiteral("512"));
        QCOMPARE(spacing(form), QStringLiteral("0.5 0.94 1.36"));
        // A spacing that was typed while the size was wrong is kept too.
        form.setText("dim", 0, QStringLiteral("51"));
        form.setText("spacing", 0, QStringLiteral("2"));
        form.setText("dim", 0, QStringLiteral("128"));
        QCOMPARE(spacing(form), QStringLiteral("2 0.94 1.36"));
        form.setText("dim", 0, QStringLiteral("256"));
        QCOMPARE(spacing(form), QStringLiteral("1 0.94 1.36"));
    }

    void planeAndDocument_areNewFovsToKeep()
    {
        RequestForm form(mirroredContext());
        form.setFovLocked(true);
        QVERIFY(form.applyPlane(Plane::Sagittal));
        form.setText("dim", 0, QStringLiteral("256"));
        QCOMPARE(spacing(form), QStringLiteral("0.6875 0.977 0.977"));
        QVERIFY(form.setDocument(R"({"dim": [64, 64, 64], "spacing": [3, 3, 3]})", {}).empty());
        form.setText("dim", 1, QStringLiteral("128"));
        QCOMPARE(spacing(form), QStringLiteral("3 1.5 3"));
    }

    void resettingTheSize_keepsALockedFov()
    {
        RequestForm form(mirroredContext());
        form.setText("spacing", 2, QStringLiteral("2"));
        form.setText("dim", 2, QStringLiteral("64"));
        form.setFovLocked(true);
        form.reset("dim");
        QCOMPARE(size(form), QStringLiteral("256 256 128"));
        QCOMPARE(spacing(form), QStringLiteral("0.94 0.94 1"));
    }

    void unlocked_aSizeChangesTheFov()
    {
        RequestForm form(mirroredContext());
        form.setFovLocked(true);
        form.setFovLocked(false);
        form.setText("dim", 0, QStringLiteral("128"));
        QCOMPARE(spacing(form), QStringLiteral("0.94 0.94 1.36"));
    }
};

QTEST_GUILESS_MAIN(TestRequestFormFov)
#include "tst_RequestFormFov.moc"
