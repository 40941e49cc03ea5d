# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
"""mrbrain report: documents of real runs, read with parsers that are not ours."""

import base64
import hashlib
import html.parser
import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

from mrbrain_cli import SMALL, STUDIO, CliTest, tree, wait_until
from png_file import Png

PHANTOM = "Demo phantom, not model output – not for clinical use"
MODEL = "Synthetic model run – research only, not for clinical use"
UNKNOWN = "Unknown origin – not for clinical use"
FILES = ["mosaic.png", "planes.png", "report.html", "report.pdf", "thumbnail.png"]
VOID = {"meta", "img", "br", "path"}
HOSTILE = "\"><script>alert('x')</script>]]>\u202e%1 " + "w" * 300


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class Page(html.parser.HTMLParser):
    """An HTML document: elements as (name, attributes), text, and that all of them are closed."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text, self.headings, self._open = [], "", [], []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes), (tag, attributes)
        self.elements.append((tag, dict(attributes)))
        self.text += " "
        if tag not in VOID:
            self._open.append(tag)
        if tag in ("h1", "h2"):
            self.headings.append([int(tag[1]), ""])

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag, tag
        self.text += " "

    def handle_data(self, data):
        if "style" in self._open:
            return
        self.text += data
        if self._open and self._open[-1] in ("h1", "h2"):
            self.headings[-1][1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def pdf_pages(path):
    """The text of each page, on one line."""
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], check=True,
                          stdout=subprocess.PIPE)
    pages = done.stdout.decode().split("\f")
    assert pages.pop() == ""
    return [" ".join(page.split()) for page in pages]


def pdf_facts(path):
    done = subprocess.run(["pdfinfo", str(path)], check=True, stdout=subprocess.PIPE, text=True)
    return dict(re.findall(r"^([^:]+):\s*(.*)$", done.stdout, re.M))


@unittest.skipUnless(STUDIO, "built without the program that makes pictures")
class Report(CliTest):

    def phantom_run(self, request=SMALL):
        out = self.shop.new_out()
        outcome = self.shop.run("generate", self.shop.request(request), "--engine", "phantom",
                                "--python", self.shop.python, "-o", out)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        return out

    def report(self, run, *arguments, made=True, files=FILES, **more):
        """Its document; what it lists is there and has those hashes."""
        outcome = self.shop.run("report", run, *arguments, **more)
        self.assertEqual((outcome.code, outcome.stderr), (0, ""))
        document = outcome.document
        self.assertEqual((document["made"], document["warnings"]), (made, []))
        self.assertEqual(document["report_folder"], str(run / "report"))
        copies = [str(argument) for argument in arguments if not str(argument).startswith("--")]
        self.assertEqual([file["path"] for file in document["files"]],
                         [str(run / "report" / name) for name in files] + copies)
        for file in document["files"]:
            self.assertEqual(file["sha256"], sha256(file["path"]))
        return document

    def page(self, run):
        return Page((run / "report" / "report.html").read_text(encoding="utf-8"))

    def change(self, run, change, name="result.json"):
        document = json.loads((run / name).read_text())
        change(document)
        (run / name).write_text(json.dumps(document))

    def volume_of(self, run):
        volume, = run.glob("*.nii.gz")
        return volume

    # -- what is made ---------------------------------------------------------------------------

    def test_report_says_what_it_was_made_of(self):
        run = self.phantom_run()
        document = self.report(run)
        self.assertEqual(document["run"], str(run))
        self.assertEqual(tree(run / "report"), sorted([*FILES, "made.json"]))
        made = json.loads((run / "report" / "made.json").read_text())
        self.assertEqual(made["format"], 1)
        self.assertEqual(made["result_sha256"], sha256(run / "result.json"))
        self.assertEqual(made["files"], {name: sha256(run / "report" / name) for name in FILES})
        volume = self.volume_of(run)
        self.assertEqual(made["volumes"], {volume.name: sha256(volume)})
        self.assertEqual(made["software"]["name"], "MR Brain Studio")

    def test_pictures_are_those_of_the_run(self):
        run = self.phantom_run()
        self.report(run)
        for name in ("planes.png", "mosaic.png"):
            picture = Png(run / "report" / name)
            self.assertEqual(picture.width, 1800)
            self.assertEqual(picture.texts["Disclaimer"], PHANTOM)
            self.assertEqual(picture.texts["Source"], self.volume_of(run).name)
            self.assertGreater(picture.pixels.std(), 20)
        thumbnail = Png(run / "report" / "thumbnail.png")
        self.assertLessEqual(max(thumbnail.width, thumbnail.height), 256)
        self.assertGreater(thumbnail.pixels.std(), 20)

    # -- HTML -----------------------------------------------------------------------------------

    def test_html_needs_nothing_else(self):
        run = self.phantom_run()
        self.report(run)
        page = self.page(run)
        self.assertEqual(page.all("html"), [{"lang": "en"}])
        names = {name for name, _ in page.elements}
        self.assertFalse(names & {"script", "link", "iframe", "object", "embed", "base", "form"})
        for name, attributes in page.elements:
            for key, value in attributes.items():
                self.assertFalse(key.startswith("on"), (name, key))
                if key == "href":
                    self.assertRegex(value, "^(#|https://arxiv.org/)")
                elif key == "src":
                    self.assertTrue(value.startswith("data:image/png;base64,"))
                else:
                    self.assertNotIn(key, ("srcset", "style", "background", "action", "data"))
        text = (run / "report" / "report.html").read_text()
        self.assertNotIn("@import", text)
        self.assertNotIn("url(", text)

    def test_html_has_the_pictures_inside(self):
        run = self.phantom_run()
        self.report(run)
        pictures = self.page(run).all("img")
        self.assertEqual(len(pictures), 2)
        for picture, name in zip(pictures, ("planes.png", "mosaic.png")):
            stored = run / "report" / name
            self.assertEqual(base64.b64decode(picture["src"].split(",")[1], validate=True),
                             stored.read_bytes())
            self.assertEqual((int(picture["width"]), int(picture["height"])),
                             (Png(stored).width, Png(stored).height))
            self.assertIn(PHANTOM, picture["alt"])
        histogram, = self.page(run).all("svg")
        self.assertIn("Histogram", histogram["aria-label"])

    def test_html_can_be_read_aloud(self):
        run = self.phantom_run()
        self.report(run)
        page = self.page(run)
        self.assertEqual([level for level, _ in page.headings], [1] + [2] * 15)
        ids = [attributes["id"] for attributes in page.all("h2")]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual([attributes["aria-labelledby"] for attributes in page.all("section")], ids)
        self.assertEqual([link["href"] for link in page.all("a")], ["#" + name for name in ids])
        for header in page.all("th"):
            self.assertIn(header["scope"], ("row", "col"))
        self.assertEqual(len(page.all("table")), len(page.all("caption")))

    # -- PDF ------------------------------------------------------------------------------------

    def test_pdf_says_the_same_on_numbered_pages(self):
        run = self.phantom_run()
        self.report(run)
        file = run / "report" / "report.pdf"
        facts = pdf_facts(file)
        self.assertEqual(facts["Title"], "Run report: T1, seed 1234")
        self.assertTrue(facts["Creator"].startswith("MR Brain Studio "))
        self.assertIn("(A4)", facts["Page size"])
        pages = pdf_pages(file)
        self.assertEqual(int(facts["Pages"]), len(pages))
        self.assertLess(len(pages), 9)
        for number, page in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", page)
            self.assertIn(PHANTOM, page)
            self.assertIn("Run report: T1, seed 1234", page)
        text = " ".join(pages)
        at = 0
        for _, heading in self.page(run).headings:
            self.assertIn(heading, text[at:])
            at = text.index(heading, at)
        # Every word of the HTML but those that are broken where a column ends.
        words = set(re.findall(r"(?<!\S)[A-Za-z]{4,15}(?=[.,:;]?\s)", self.page(run).text))
        words -= {"good", "note"}  # what signs are called when the page is read aloud
        self.assertGreater(len(words), 150)
        self.assertEqual([word for word in sorted(words) if word not in text], [])

    def test_pdf_has_the_pictures_with_all_their_pixels(self):
        run = self.phantom_run()
        self.report(run)
        done = subprocess.run(["pdfimages", "-list", str(run / "report" / "report.pdf")],
                              check=True, stdout=subprocess.PIPE, text=True)
        sizes = [tuple(map(int, line.split()[3:5])) for line in done.stdout.splitlines()[2:]]
        for name in ("planes.png", "mosaic.png"):
            picture = Png(run / "report" / name)
            self.assertIn((picture.width, picture.height), sizes)
        self.assertNotIn("jpeg", done.stdout)

    # -- made once ------------------------------------------------------------------------------

    def test_second_call_changes_no_byte(self):
        run = self.phantom_run()
        self.report(run)
        folder = run / "report"
        before = {name: ((folder / name).stat().st_mtime_ns, sha256(folder / name))
                  for name in tree(folder)}
        self.report(run, made=False)
        self.assertEqual({name: ((folder / name).stat().st_mtime_ns, sha256(folder / name))
                          for name in tree(folder)}, before)

    def test_same_run_elsewhere_gives_the_same_html(self):
        run = self.phantom_run()
        self.report(run)
        other = self.shop.new_out()
        run.rename(other)
        before = sha256(other / "report" / "report.html")
        (other / "report" / "made.json").unlink()
        self.report(other)
        self.assertEqual(sha256(other / "report" / "report.html"), before)

    def test_what_does_not_fit_any_more_is_made_again(self):
        run = self.phantom_run()
        self.report(run)
        folder = run / "report"
        for what in ("report.html", "planes.png", "report.pdf"):
            with self.subTest(what):
                (folder / what).write_bytes(b"something else")
                self.report(run)
                self.assertNotEqual((folder / what).read_bytes(), b"something else")
        with self.subTest("result"):
            self.change(run, lambda result: result.update(overall_status="cancelled"))
            self.report(run)
            self.assertIn("Cancelled", self.page(run).text)
        with self.subTest("version"):
            self.change(folder, lambda made: made["software"].update(version="0.0.1"), "made.json")
            self.report(run)
        with self.subTest("nonsense"):
            (folder / "made.json").write_text("[]")
            self.report(run)
        self.report(run, made=False)

    def test_volume_that_came_back_is_drawn_again(self):
        run = self.phantom_run()
        volume = self.volume_of(run)
        volume.rename(run.parent / "aside")
        self.report(run, files=["report.html", "report.pdf"])
        self.assertIn("is not there any more", self.page(run).text)
        self.assertEqual(self.page(run).all("img"), [])
        (run.parent / "aside").rename(volume)
        self.report(run)
        self.assertNotIn("is not there any more", self.page(run).text)
        # Gone after the report: it shows what was there, and stays as it is.
        volume.rename(run.parent / "aside")
        self.report(run, made=False)
        (run.parent / "aside").unlink()

    # -- what is wrong is said ------------------------------------------------------------------

    def test_changed_volume_is_of_unknown_origin(self):
        run = self.phantom_run()
        other = self.phantom_run({**SMALL, "random_seed": 5})
        volume = self.volume_of(run)
        changed = bytearray(self.volume_of(other).read_bytes())
        changed[4:8] = b"\0\0\0\1"  # the time in the gzip header, which nothing checks
        volume.write_bytes(changed)
        self.report(run)
        self.assertIn("its bytes have changed", self.page(run).text)
        made = json.loads((run / "report" / "made.json").read_text())
        self.assertEqual(made["volumes"], {volume.name: sha256(volume)})
        self.report(run, made=False)

    def test_damaged_volume_is_a_gap(self):
        run = self.phantom_run()
        volume = self.volume_of(run)
        volume.write_bytes(volume.read_bytes()[:5000])
        self.report(run, files=["report.html", "report.pdf"])
        page = self.page(run)
        self.assertEqual(page.all("img"), [])
        self.assertIn(volume.name, page.text)
        self.assertIn("Demo", page.text)
        self.assertNotIn(str(run), page.text)

    def test_failed_run_without_volume_has_a_report(self):
        out = self.shop.new_out()
        outcome = self.shop.run_small(out=out, volumes=[], end={
            "exit": 1, "last_words": "torch.OutOfMemoryError: CUDA out of memory."})
        self.assertEqual(outcome.code, 3)
        self.report(out, files=["report.html", "report.pdf"])
        page = self.page(out)
        for words in ("Failed", "Run without a volume", "left no volume", "CUDA out of memory",
                      "What to do"):
            self.assertIn(words, page.text)
        pages = pdf_pages(out / "report" / "report.pdf")
        self.assertIn("CUDA out of memory", pages[0])
        self.assertIn("Run without a volume", pages[-1])

    def test_interrupted_run_has_a_report(self):
        out = self.shop.new_out()
        running = self.shop.start_hanging(out=out)
        outcome = self.shop.run("report", out)
        self.assert_refused(outcome, "no report")
        self.assertEqual(outcome.codes(), ["run_under_way"])
        self.assertNotIn("report", tree(out))
        running.signal(signal.SIGKILL)
        running.wait()
        wait_until(lambda: not self.shop.living(), "the supervisor ends what is left")
        self.report(out, files=["report.html", "report.pdf"])
        self.assertIn("Interrupted", self.page(out).text)
        made = json.loads((out / "report" / "made.json").read_text())
        self.assertEqual((made["result_sha256"], made["journal_sha256"]),
                         (None, sha256(out / "run.json")))

    def test_model_run_is_cited_and_its_volumes_are_its_own(self):
        out = self.shop.new_out()
        self.shop.run_small(out=out, volumes=[{}, {"rank": 1}])
        volumes = sorted(out.glob("*.nii.gz"))
        self.assertEqual(len(volumes), 2)
        self.report(out, files=["mosaic-2.png", "mosaic.png", "planes-2.png", "planes.png",
                                "report.html", "report.pdf", "thumbnail.png"])
        page = self.page(out)
        self.assertEqual(len(page.all("img")), 4)
        for picture in page.all("img"):
            self.assertIn(MODEL, picture["alt"])
        for words in ("arXiv:2409.11169", "arXiv:2508.05772", "NVIDIA Open Model License",
                      "clinical interpretation", "were not shown to be the published ones"):
            self.assertIn(words, page.text)
        # A run with fewer volumes leaves no pictures of more.
        (out / "report" / "report.pdf").unlink()
        volumes[1].unlink()
        self.report(out)

    def test_no_path_of_this_machine_is_told(self):
        out = self.shop.new_out()
        self.shop.run_small(out=out)
        self.report(out)
        texts = [self.page(out).text, " ".join(pdf_pages(out / "report" / "report.pdf"))]
        for text in texts:
            self.assertNotIn(str(self.shop.out), text)
            self.assertNotIn(str(self.shop.root), text)
            for token in ("<run>", "<upstream>"):
                self.assertIn(token, text)

    def test_hostile_records_stay_text(self):
        run = self.phantom_run()

        def poison(node):
            if isinstance(node, dict):
                return {key: poison(value) if key not in ("engine", "status", "image_path", "path",
                                                          "directory") else value
                        for key, value in node.items()}
            if isinstance(node, list):
                return [poison(value) for value in node]
            return HOSTILE if isinstance(node, str) else node
        (run / "result.json").write_text(json.dumps(poison(
            json.loads((run / "result.json").read_text()))))
        outcome = self.shop.run("report", run)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        page = self.page(run)
        self.assertEqual(page.all("script"), [])
        self.assertIn("<script>alert('x')</script>]]>[U+202E]%1", page.text)
        self.assertNotIn("\u202e", page.text)
        pages = pdf_pages(run / "report" / "report.pdf")
        self.assertIn("[U+202E]", " ".join(pages))
        for number, text in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", text)

    def test_hostile_folder_names(self):
        run = self.phantom_run()
        renamed = run.parent / '"><img src=x onerror=alert(1)> %s $(x) ü'
        run.rename(renamed)
        self.change(renamed, lambda result: result["input"].pop("modality_name"))
        self.report(renamed)
        self.assertEqual(len(self.page(renamed).all("img")), 2)

    # -- copies ---------------------------------------------------------------------------------

    def test_copies_are_the_stored_bytes(self):
        run = self.phantom_run()
        page, pdf = run.parent / "of run.html", run.parent / "of run.pdf"
        self.report(run, "--html", page, "--pdf", pdf)
        self.assertEqual(page.read_bytes(), (run / "report" / "report.html").read_bytes())
        self.assertEqual(pdf.read_bytes(), (run / "report" / "report.pdf").read_bytes())

    def test_run_may_be_named_by_its_files(self):
        run = self.phantom_run()
        for name in ("result.json", "run.json", self.volume_of(run).name):
            outcome = self.shop.run("report", run / name)
            self.assertEqual((outcome.code, outcome.document["run"]), (0, str(run)))

    def test_folder_that_takes_no_report(self):
        run = self.phantom_run()
        (run / "report").write_text("in the way")
        outcome = self.shop.run("report", run)
        self.assertEqual((outcome.code, outcome.codes()), (5, ["cannot_write"]))
        copy = run.parent / "copy.pdf"
        outcome = self.shop.run("report", run, "--pdf", copy)
        self.assertEqual(outcome.code, 0, outcome.stderr)
        document = outcome.document
        self.assertEqual((document["report_folder"], document["made"]), (None, True))
        self.assertEqual(document["files"], [{"path": str(copy), "sha256": sha256(copy)}])
        self.assertEqual([warning["code"] for warning in document["warnings"]], ["cannot_write"])
        self.assertIn("Demo", pdf_pages(copy)[0])
        self.assertEqual((run / "report").read_text(), "in the way")

    def test_report_is_not_written_through_a_link(self):
        run = self.phantom_run()
        elsewhere = self.shop.folder / "elsewhere"
        elsewhere.mkdir()
        (run / "report").symlink_to(elsewhere)
        outcome = self.shop.run("report", run)
        self.assertEqual((outcome.code, outcome.codes()), (5, ["cannot_write"]))
        self.assertEqual(tree(elsewhere), [])

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_read_only_folder(self):
        run = self.phantom_run()
        run.chmod(0o555)
        outcome = self.shop.run("report", run)
        self.assertEqual((outcome.code, outcome.codes()), (5, ["cannot_write"]))

    def test_usage(self):
        run = self.phantom_run()
        for arguments, code in (([], "usage"), ([self.shop.home], "no_run_here"),
                                ([run / "missing"], "no_run_here"),
                                ([run, "--html", "x.pdf"], "usage"),
                                ([run, "--pdf", "x.txt"], "usage"), ([run, "--pdf", ""], "usage"),
                                ([run, "--unknown"], "usage")):
            with self.subTest(arguments):
                outcome = self.shop.run("report", *arguments)
                self.assert_refused(outcome)
                self.assertEqual(outcome.codes(), [code])
        self.assertNotIn("report", tree(run))
        outcome = self.shop.run("report", "--help")
        self.assertEqual(outcome.code, 0)
        self.assertIn(b"mrbrain report", outcome.stdout)

    def test_snapshot_of_a_file_called_report(self):
        run = self.phantom_run()
        (self.shop.folder / "report").write_bytes(self.volume_of(run).read_bytes())
        outcome = self.shop.run("snapshot", "report", "-o", "of-report.png")
        self.assertEqual(outcome.code, 0, outcome.stderr)
        self.assertEqual(outcome.document["source"], "report")


if __name__ == "__main__":
    unittest.main()
