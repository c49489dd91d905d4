"""What is on the page, to take along: the lessons as CSV, everything as an Excel file."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st
import xlsxwriter

from core import quality_looking, viewing
from core.access import Person
from core.ports import Services
from core.viewings import CourseLesson, Overview
from dashboard.analytics import freshness, quality_sheets, reading, report, sheets
from dashboard.analytics.address import Place
from dashboard.analytics.sheets import Sheet
from dashboard.components.paper import html
from dashboard.services import services

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48
HEAD_FORMAT = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}


def buttons(found: Overview, at: Place, person: Person) -> None:
    """Both, made only when somebody asks for them, on a thread of Streamlit's own: hence what they need."""
    of_course = reading.course(at.course, found.days, person) if at.course else ()
    name = f"analytics-{found.days.first}-to-{found.days.last}"
    make = Maker(found, at, person, services(), of_course)
    with st.container(horizontal=True):
        button("Lessons (CSV)", make.csv, f"{name}.csv", "text/csv")
        button("Everything (Excel)", make.excel, f"{name}.xlsx", EXCEL)
        if of_course:
            button("To print (HTML)", make.page, f"{name}.html", "text/html")


def button(label: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    """A file that is made when somebody asks for it."""
    st.download_button(
        label, data=make, file_name=name, mime=mime, icon=":material/download:", on_click="ignore"
    )


class Maker:
    """The files, for what stands on the page."""

    def __init__(
        self,
        found: Overview,
        at: Place,
        person: Person,
        services: Services,
        of_course: Sequence[CourseLesson],
    ) -> None:
        self.found, self.at, self.person = found, at, person
        self.services, self.of_course = services, of_course
        self.fresh = freshness.said(found.fresh)  # in the zone of the reader, whom that thread does not know

    def csv(self) -> bytes:
        return as_csv(self._lessons())

    def excel(self) -> bytes:
        course = [sheets.course(self.found, self.of_course), self._stopping()] if self.of_course else []
        about = sheets.about(self.found, whose=self._whose(), made_at=self.services.clock())
        return as_excel([self._lessons(), sheets.days(self.found), *course, *self._quality(), about])

    def page(self) -> bytes:
        return html(report.paper(self.found, self.of_course, name=self._whose(), fresh=self.fresh))

    def _lessons(self) -> Sheet:
        ids = [one.lesson_id for one in self.found.lessons]
        titles = viewing.titles(ids, by=self.person, services=self.services)
        return sheets.lessons(self.found, titles, self.at.order)

    def _stopping(self) -> Sheet:
        walk = viewing.course_walk(self.at.course, by=self.person, services=self.services)
        return sheets.stopping(walk)

    def _quality(self) -> list[Sheet]:
        """Of the whole school, as on the page."""
        if self.at.course or not viewing.reader_of(self.person).is_all:
            return []
        days, by, here = self.found.days, self.person, self.services
        played = quality_sheets.of_school(quality_looking.of_school(days, by=by, services=here))
        return [*played, *quality_sheets.viewers(quality_looking.audience(by=by, services=here))]

    def _whose(self) -> str:
        courses = viewing.choices(by=self.person, services=self.services).courses
        if self.at.course:
            return courses.get(self.at.course, self.at.course)
        return "the school" if viewing.reader_of(self.person).is_all else self.person.name


def as_csv(sheet: Sheet) -> bytes:
    """With a mark at its start by which spreadsheets know the letters."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(sheet.head)
    lines.writerows(sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_excel(found: Sequence[Sheet]) -> bytes:
    """One worksheet for each; days are days, numbers are numbers, and nothing is a formula or a link."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format(HEAD_FORMAT)
        day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        usd = book.add_format({"num_format": "#,##0.00"})
        for sheet in found:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            page.write_row(0, 0, sheet.head, head)
            for number, row in enumerate(sheet.rows, 1):
                for column, cell in enumerate(row):
                    _write(page, number, column, cell, day)
            _widen(page, sheet, usd)
    return file.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: object, day: object) -> None:
    if isinstance(cell, date):
        page.write_datetime(row, column, cell, day)
    elif cell is not None:
        page.write(row, column, cell)


def _widen(page: xlsxwriter.worksheet.Worksheet, sheet: Sheet, usd: object) -> None:
    for column, head in enumerate(sheet.head):
        longest = max((len(str(row[column])) for row in sheet.rows), default=0)
        width = min(WIDEST, max(longest, len(head) // 2, 8) + 2)
        page.set_column(column, column, width, usd if head in sheet.amounts else None)
