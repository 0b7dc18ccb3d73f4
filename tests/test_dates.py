"""Words of time to dates: what is resolved, what stays open, and that no clock has a say."""

from __future__ import annotations

import datetime
import importlib
import pkgutil
import subprocess
import sys

import dateparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.dates import resolve

PUBLISHED = datetime.date(2025, 9, 4)  # a Thursday
OPEN = "unknown"

# The words, and what they are on Thursday 2025-09-04: a day, two days with `..` between, or OPEN.
PAST = [
    # Days.
    ("today", "2025-09-04"),
    ("yesterday", "2025-09-03"),
    ("tomorrow", "2025-09-05"),
    ("tonight", "2025-09-04"),
    ("this morning", "2025-09-04"),
    ("earlier today", "2025-09-04"),
    ("last night", "2025-09-03"),
    ("the day before yesterday", "2025-09-02"),
    ("the day after tomorrow", "2025-09-06"),
    ("Yesterday evening,", "2025-09-03"),
    ("overnight", "2025-09-03..2025-09-04"),
    # Weekdays.
    ("on Tuesday", "2025-09-02"),
    ("Thursday", "2025-09-04"),
    ("Friday", "2025-08-29"),
    ("Wednesday evening", "2025-09-03"),
    ("late on Tuesday", "2025-09-02"),
    ("at 10 a.m. on Tuesday", "2025-09-02"),
    ("as early as Friday", "2025-08-29"),
    ("Monday’s", "2025-09-01"),
    ("last Tuesday", "2025-09-02"),
    ("last Thursday", "2025-08-28"),
    ("this past Thursday", "2025-08-28"),
    ("next Tuesday", "2025-09-09"),
    ("next Thursday", "2025-09-11"),
    ("this Tuesday", "2025-09-02"),
    ("on Tuesday of last week", "2025-08-26"),
    ("next week Tuesday", "2025-09-09"),
    ("on Monday and Tuesday", "2025-09-01..2025-09-02"),
    ("from Sunday to Wednesday", "2025-08-31..2025-09-03"),
    ("over the weekend", "2025-08-30..2025-08-31"),
    ("this weekend", "2025-09-06..2025-09-07"),
    ("last weekend", "2025-08-30..2025-08-31"),
    # Weeks, months, years.
    ("last week", "2025-08-25..2025-08-31"),
    ("this week", "2025-09-01..2025-09-07"),
    ("early next week", "2025-09-08..2025-09-14"),
    ("earlier this week", "2025-09-01..2025-09-04"),
    ("later this week", "2025-09-04..2025-09-07"),
    ("earlier this month", "2025-09-01..2025-09-04"),
    ("last month", "2025-08-01..2025-08-31"),
    ("next month", "2025-10-01..2025-10-31"),
    ("last year", "2024-01-01..2024-12-31"),
    ("later this year", "2025-09-04..2025-12-31"),
    ("at the end of the year", "2025-01-01..2025-12-31"),
    # Counted.
    ("three days ago", "2025-09-01"),
    ("10 days ago", "2025-08-25"),
    ("48 hours ago", "2025-09-02"),
    ("a week ago", "2025-08-25..2025-08-31"),
    ("two weeks ago", "2025-08-18..2025-08-24"),
    ("in two weeks", "2025-09-15..2025-09-21"),
    ("in two days’ time", "2025-09-06"),
    ("two months ago", "2025-07-01..2025-07-31"),
    ("nine months ago", "2024-12-01..2024-12-31"),
    ("three years ago", "2022-01-01..2022-12-31"),
    ("in the coming days", "2025-09-04..2025-09-18"),
    ("in the next few days", "2025-09-04..2025-09-18"),
    ("in the next two weeks", "2025-09-04..2025-09-18"),
    ("within 24 hours", "2025-09-04..2025-09-05"),
    ("over the past month", "2025-08-04..2025-09-04"),
    ("in the last three days", "2025-09-01..2025-09-04"),
    # Months and days of them.
    ("in August", "2025-08-01..2025-08-31"),
    ("in September", "2025-09-01..2025-09-30"),
    ("in December", "2024-12-01..2024-12-31"),
    ("mid-March", "2025-03-01..2025-03-31"),
    ("at the end of August", "2025-08-01..2025-08-31"),
    ("next June", "2026-06-01..2026-06-30"),
    ("last September", "2024-09-01..2024-09-30"),
    ("this October", "2025-10-01..2025-10-31"),
    ("in August last year", "2024-08-01..2024-08-31"),
    ("12 February", "2025-02-12"),
    ("4 September", "2025-09-04"),
    ("5 September", "2024-09-05"),
    ("Feb. 12", "2025-02-12"),
    ("the 12th of February", "2025-02-12"),
    ("29 February", "2024-02-29"),
    ("12-14 February", "2025-02-12..2025-02-14"),
    ("the week of 12 May", "2025-05-12..2025-05-18"),
    # From then to now, from now to then.
    ("since December", "2024-12-01..2025-09-04"),
    ("since last week", "2025-08-25..2025-09-04"),
    ("since 2014", "2014-01-01..2025-09-04"),
    ("until Friday", "2025-09-04..2025-09-05"),
    ("by the end of the year", "2025-09-04..2025-12-31"),
    ("by 1 October 2025", "2025-09-04..2025-10-01"),
    ("before the end of the week", "2025-09-04..2025-09-07"),
    ("before Sunday", "2025-09-04..2025-09-06"),
    ("this week or next", "2025-09-01..2025-09-14"),
    # With words around.
    ("on Tuesday, after a call with the envoy", "2025-09-02"),
]
FUTURE = [
    ("on Tuesday", "2025-09-09"),
    ("Thursday", "2025-09-04"),
    ("Friday", "2025-09-05"),
    ("Monday and Tuesday", "2025-09-08..2025-09-09"),
    ("over the weekend", "2025-09-06..2025-09-07"),
    ("in August", "2026-08-01..2026-08-31"),
    ("in September", "2025-09-01..2025-09-30"),
    ("12 February", "2026-02-12"),
    ("4 September", "2025-09-04"),
    ("29 February", "2028-02-29"),
    ("yesterday", "2025-09-03"),
    ("last week", "2025-08-25..2025-08-31"),
]
EXPLICIT = [
    ("12 February 2025", "2025-02-12"),
    ("February 12, 2025", "2025-02-12"),
    ("on Wednesday, Feb. 12th, 2025", "2025-02-12"),
    ("12 February 2025 at 14:30", "2025-02-12"),
    ("2025-02-12", "2025-02-12"),
    ("2025-02-12T14:30:00Z", "2025-02-12"),
    ("2025/2/12", "2025-02-12"),
    ("14/02/2025", "2025-02-14"),
    ("02/14/2025", "2025-02-14"),
    ("03.03.2025", "2025-03-03"),
    ("2025-02", "2025-02-01..2025-02-28"),
    ("February 2024", "2024-02-01..2024-02-29"),
    ("early May 2025", "2025-05-01..2025-05-31"),
    ("in 2022", "2022-01-01..2022-12-31"),
    ("in late 2024", "2024-01-01..2024-12-31"),
    ("between 2014 and 2022", "2014-01-01..2022-12-31"),
    ("2014–2015", "2014-01-01..2015-12-31"),
    ("12 to 14 February 2025", "2025-02-12..2025-02-14"),
    ("February 12-14, 2025", "2025-02-12..2025-02-14"),
    ("between 30 April and 2 May 2025", "2025-04-30..2025-05-02"),
    ("31 December 2024 to 2 January 2025", "2024-12-31..2025-01-02"),
]
UNRESOLVED = [
    "recently",
    "in recent weeks",
    "soon",
    "now",
    "shortly",
    "if hostilities end",
    "once a ceasefire holds",
    "in the coming weeks",
    "a few days ago",
    "several months ago",
    "for two weeks",
    "three years",
    "after Friday",
    "from Monday",
    "Tomorrow, Tuesday 18 March",
    "Thursday 20",
    "on the 20th",
    "before Alaska",
    "after the meeting on Tuesday",
    "the next day",
    "the previous week",
    "in the autumn",
    "03/04/2025",
    "12.02.2025",
    "14/02/25",
    "32/13/2025",
    "31 June",
    "30 February 2025",
    "Monday, 12 February",
    "14-12 February",
    "5",
    "the",
    "may",
    "",
    " … ",
    "on the twelfth day of the long siege, when the guns fell silent for the first time, in August",
]
FOREIGN = [
    ("de", "gestern", "2025-09-03"),
    ("de", "am Dienstag", "2025-09-02"),
    ("de", "Donnerstag", "2025-09-04"),
    ("de", "Mittwochabend", "2025-09-03"),
    ("de", "am vergangenen Donnerstag", "2025-08-28"),
    ("de", "nächsten Dienstag", "2025-09-09"),
    ("de", "vor drei Tagen", "2025-09-01"),
    ("de", "letzte Woche", "2025-08-25..2025-08-31"),
    ("de", "im August", "2025-08-01..2025-08-31"),
    ("de-AT", "4. September", "2025-09-04"),
    ("de", "zwei Wochen", OPEN),
    ("de", "in den letzten Wochen", OPEN),
    ("de", "kürzlich", OPEN),
    ("fr", "hier", "2025-09-03"),
    ("fr", "mardi soir", "2025-09-02"),
    ("fr", "mardi dernier", "2025-09-02"),
    ("fr", "il y a deux semaines", "2025-08-18..2025-08-24"),
    ("fr", "le 12 février", "2025-02-12"),
    ("fr", "la semaine prochaine", "2025-09-08..2025-09-14"),
    ("fr", "récemment", OPEN),
    ("es", "el martes", "2025-09-02"),
    ("es", "hace tres días", "2025-09-01"),
    ("es", "tres días", OPEN),
    ("it", "martedì", "2025-09-02"),
    ("it", "ieri sera", "2025-09-03"),
    ("it", "tre giorni fa", "2025-09-01"),
    ("ru", "вчера", "2025-09-03"),
    ("ru", "в среду вечером", "2025-09-03"),
    ("ru", "в августе", "2025-08-01..2025-08-31"),
    ("ru", "на прошлой неделе", "2025-08-25..2025-08-31"),
    ("ru", "недавно", OPEN),
    ("uk", "вчора", "2025-09-03"),
    ("uk", "у вівторок", "2025-09-02"),
    ("uk", "12 лютого", "2025-02-12"),
    ("uk", "минулого тижня", "2025-08-25..2025-08-31"),
    (None, "вчора", "2025-09-03"),
    (None, "gestern", "2025-09-03"),
    ("en", "gestern", OPEN),
    ("xx-no-such", "gestern", OPEN),
]
FOREIGN_EXPLICIT = [
    ("de", "am 12. Februar 2025", "2025-02-12"),
    ("de", "im Februar 2025", "2025-02-01..2025-02-28"),
    ("fr", "le 12 février 2025", "2025-02-12"),
    ("es", "12 de febrero de 2025", "2025-02-12"),
    ("it", "12 febbraio 2025", "2025-02-12"),
    ("ru", "12 февраля 2025 года", "2025-02-12"),
    ("ru", "в феврале 2025 года", "2025-02-01..2025-02-28"),
    ("uk", "12 лютого 2025 року", "2025-02-12"),
]


def days(text: str) -> tuple[datetime.date, datetime.date]:
    first, _, last = text.partition("..")
    return datetime.date.fromisoformat(first), datetime.date.fromisoformat(last or first)


@pytest.mark.parametrize(("words", "expected"), PAST)
def test_words_against_the_publication(words: str, expected: str) -> None:
    when = resolve(words, PUBLISHED)
    assert (when.from_, when.to) == days(expected)
    assert (when.text, when.basis) == (words, "relative")
    undated = resolve(words, None)
    assert (undated.text, undated.from_, undated.to, undated.basis) == (words, None, None, "relative")


@pytest.mark.parametrize(("words", "expected"), FUTURE)
def test_words_of_what_is_to_come(words: str, expected: str) -> None:
    when = resolve(words, PUBLISHED, future=True)
    assert ((when.from_, when.to), when.basis) == (days(expected), "relative")


@pytest.mark.parametrize(("words", "expected"), EXPLICIT)
@pytest.mark.parametrize("published", [PUBLISHED, datetime.date(1999, 1, 1), None])
def test_words_that_fix_a_date_alone(words: str, expected: str, published: datetime.date | None) -> None:
    when = resolve(words, published)
    assert ((when.from_, when.to), when.basis) == (days(expected), "explicit")


@pytest.mark.parametrize("words", UNRESOLVED)
@pytest.mark.parametrize("published", [PUBLISHED, None])
@pytest.mark.parametrize("language", ["en", None])
def test_what_the_words_leave_open_stays_open(
    words: str, published: datetime.date | None, language: str | None
) -> None:
    when = resolve(words, published, language=language)
    assert (when.text, when.from_, when.to, when.basis) == (words, None, None, "unknown")


@pytest.mark.parametrize(("language", "words", "expected"), FOREIGN)
def test_words_of_other_languages(language: str | None, words: str, expected: str) -> None:
    when = resolve(words, PUBLISHED, language=language)
    undated = resolve(words, None, language=language)
    if expected == OPEN:
        assert (when.from_, when.to, when.basis) == (None, None, "unknown")
        return
    assert ((when.from_, when.to), when.basis) == (days(expected), "relative")
    assert (undated.from_, undated.to, undated.basis) == (None, None, "relative")


@pytest.mark.parametrize(("language", "words", "expected"), FOREIGN_EXPLICIT)
@pytest.mark.parametrize("published", [PUBLISHED, None])
def test_words_of_other_languages_that_fix_a_date_alone(
    language: str, words: str, expected: str, published: datetime.date | None
) -> None:
    when = resolve(words, published, language=language)
    assert ((when.from_, when.to), when.basis) == (days(expected), "explicit")


def test_a_weekday_on_its_own_day_in_other_languages() -> None:
    for future in (False, True):
        for language, words in (("de", "Donnerstag"), ("fr", "jeudi"), ("ru", "в четверг"), ("de", "im September")):
            when = resolve(words, PUBLISHED, future=future, language=language)
            assert when.from_ == (PUBLISHED if words != "im September" else datetime.date(2025, 9, 1))


def test_a_weekday_must_fit_a_day_without_a_year() -> None:
    assert resolve("Wednesday, February 12", PUBLISHED).from_ == datetime.date(2025, 2, 12)
    assert resolve("Tuesday, February 12", PUBLISHED).from_ is None
    assert resolve("Tuesday, February 12, 2025", PUBLISHED).from_ == datetime.date(2025, 2, 12)


def test_a_day_said_twice_must_be_the_same() -> None:
    assert resolve("Tomorrow, Friday 5 September", PUBLISHED).from_ == datetime.date(2025, 9, 5)
    assert resolve("Yesterday, 3 September", PUBLISHED).from_ == datetime.date(2025, 9, 3)
    assert resolve("Tomorrow, Friday 6 September", PUBLISHED).from_ is None


def test_no_words_is_the_day_of_publication_or_nothing() -> None:
    when = resolve(None, PUBLISHED)
    assert (when.text, when.from_, when.to, when.basis) == (None, PUBLISHED, PUBLISHED, "publication")
    assert resolve(None, None).model_dump() == {"text": None, "from_": None, "to": None, "basis": "unknown"}


class AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


class OtherClock(datetime.datetime, metaclass=AnyDatetime):
    """A date and time whose present is another."""

    present = (1971, 3, 1, 12)

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> OtherClock:
        return cls(*cls.present, tzinfo=tz)

    @classmethod
    def utcnow(cls) -> OtherClock:
        return cls(*cls.present)

    @classmethod
    def today(cls) -> OtherClock:
        return cls(*cls.present)


@pytest.mark.parametrize("present", [(1971, 3, 1, 12), (2028, 2, 29, 23), (2099, 12, 31, 1)])
def test_the_clock_has_no_influence(monkeypatch: pytest.MonkeyPatch, present: tuple[int, int, int, int]) -> None:
    def resolved() -> list[object]:
        dated = [resolve(words, PUBLISHED, language=language) for language, words, _ in FOREIGN + FOREIGN_EXPLICIT]
        return [*dated, *(resolve(words, None, language=language) for language, words, _ in FOREIGN)]

    expected = resolved()
    monkeypatch.setattr(OtherClock, "present", present)
    for module in pkgutil.walk_packages(dateparser.__path__, "dateparser."):
        # Left out: what needs packages that are not installed, and the check that a setting is a true datetime.
        if any(part in module.name for part in (".data", "_cli", ".calendars", ".custom", ".conf")):
            continue
        loaded = importlib.import_module(module.name)
        if getattr(loaded, "datetime", None) is datetime.datetime:
            monkeypatch.setattr(loaded, "datetime", OtherClock)
    yesterday = dateparser.parse("gestern", languages=["de"], settings={"TIMEZONE": "UTC"})
    assert yesterday is not None
    assert yesterday.date() == datetime.date(*present[:3]) - datetime.timedelta(days=1)
    assert resolved() == expected


@pytest.mark.parametrize("year", [1950, 1999, 2031, 2090])
def test_relative_words_stay_near_the_publication_in_any_year(year: int) -> None:
    published = datetime.date(year, 9, 4)
    for language, words, expected in [*FOREIGN, *(("en", *row) for row in PAST)]:
        if expected == OPEN or "20" in words:
            continue
        when = resolve(words, published, language=language)
        assert when.from_ is not None, words
        assert abs((when.from_ - published).days) < 4 * 366, words


def test_english_does_not_load_dateparser() -> None:
    code = (
        "import datetime, sys; from summarizer.dates import resolve;"
        "resolve('on Tuesday', datetime.date(2025, 9, 4), language='en');"
        "resolve('soon', datetime.date(2025, 9, 4), language='en');"
        "sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PIECE = [
    *["on", "in", "last", "next", "this", "by", "until", "since", "of", "from", "to", "and", "-", "between", "within"],
    *["12", "31", "0", "2025", "99", "02/03/2025", "february", "may", "tuesday", "week", "weekend", "days", "hours"],
    *["two", "ago", "few", "early", "end", "year", "month", "coming", "past", "overnight", "a", "st", ".", "'s"],
]
PIECES = st.lists(st.sampled_from(PIECE), max_size=7).map(" ".join)
DATES = st.dates() | st.none()


@settings(max_examples=300)
@given(PIECES | st.text(max_size=90), DATES, st.booleans())
def test_garbage_never_raises_and_the_ends_are_in_order(
    words: str, published: datetime.date | None, future: bool
) -> None:
    when = resolve(words, published, future=future, language="en")
    assert when.text == words
    assert (when.from_ is None) == (when.to is None)
    if when.from_ is not None and when.to is not None:
        assert when.from_ <= when.to
        assert when.basis == "explicit" or (when.basis == "relative" and published is not None)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=40) | st.sampled_from([words for _, words, _ in FOREIGN]),
    DATES,
    st.booleans(),
    st.sampled_from(["de", "fr", "es", "it", "ru", "uk", "zh", "xx"]),
)
def test_garbage_in_other_languages(words: str, published: datetime.date | None, future: bool, language: str) -> None:
    when = resolve(words, published, future=future, language=language)
    assert (when.from_ is None) == (when.to is None)
    if when.from_ is not None and when.to is not None:
        assert when.from_ <= when.to


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)), st.sampled_from([row[0] for row in PAST]))
def test_the_future_is_not_before_the_past(published: datetime.date, words: str) -> None:
    past, future = resolve(words, published), resolve(words, published, future=True)
    if past.from_ is not None and future.from_ is not None:
        assert past.from_ <= future.from_


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Tomorrow, Tuesday 18 March", datetime.date(2025, 3, 18)),
        ("on Feb 18, after the meeting of the delegations", datetime.date(2025, 2, 18)),
        ("at a conference on Tuesday", datetime.date(2025, 3, 11)),
        ("on the sidelines of the summit on Wednesday", datetime.date(2025, 3, 12)),
        ("after the meeting, on Tuesday", None),
        ("after talks in the capital last week", None),
        ("on Monday, on Tuesday", None),
    ],
)
def test_an_occasion_beside_the_time_is_no_hindrance(words: str, day: datetime.date | None) -> None:
    when = resolve(words, datetime.date(2025, 3, 17), future=words.startswith("Tomorrow"))
    assert (when.text, when.from_, when.to) == (words, day, day)
