"""Dates in numbers and in English: a small grammar that knows ranges. `summarizer.dates` says what they mean."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

__all__ = [
    "Clue",
    "Days",
    "attempt",
    "cleaned_words",
    "explicit_days",
    "month_of",
    "relative_days",
    "same_day",
    "week_of",
    "year_of",
]

P = ParamSpec("P")
Days = tuple[datetime.date, datetime.date]

_DAY = datetime.timedelta(days=1)
_SATURDAY = 5
_HOURS = 24

_MONTH_NAMES = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_MONTHS = {form: number for number, name in enumerate(_MONTH_NAMES, 1) for form in (name, name[:3])} | {"sept": 9}
_WEEKDAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAYS = {form: number for number, name in enumerate(_WEEKDAY_NAMES) for form in (name, name[:3])}
_WEEKDAYS |= {"tues": 1, "thur": 3, "thurs": 3}
_COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {word: number for number, word in enumerate(_COUNTS, 1)} | {"a": 1, "an": 1, "twenty": 20, "thirty": 30}

_M = f"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_W = f"(?P<weekday>{'|'.join(sorted(_WEEKDAYS, key=len, reverse=True))})"
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_D2 = r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?"
_Y = r"(?P<year>1[5-9]\d\d|20\d\d|21\d\d)"
_Y2 = r"(?P<year2>1[5-9]\d\d|20\d\d|21\d\d)"
_N = rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_U = "(?P<unit>hour|day|week|month|year)s?"
_TO = "(?:-|to|and|until|through)"

_CLOCK = re.compile(
    r"\b(?:at |around )?\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m\.?|p\.m\.?|gmt|utc|cet|cest|local time)(?![\w.])"
    r"|\b(?:at )?\d{1,2}:\d\d\b"
)
_PART_OF_DAY = re.compile(
    r"\b(?:in |at )?(?:the )?(?:morning|afternoon|evening|night|noon|midday|midnight|lunchtime)\b"
)
_THIS_DAY = re.compile(r"\b(?:this (?:morning|afternoon|evening)|tonight|(?:earlier|later) today)\b")
_FILLER = re.compile(r"\b(?:as of|the|of|on|as early as|as soon as|as late as|back)\b")
_WITHIN = re.compile(r"^(?P<rest>(?:in |at |by |until |till |since )?)(?:early|mid|late|beginning|start|end|middle) ")
_CIRCUMSTANCE = re.compile(r", (?:after|before|during|following|when|while|as|at an?|in an?) .*")
_LEADING = re.compile(rf"^(?:in|during|over|at|for|(?:between|from)(?=.*(?:\b{_TO}\b|-))) ")


def cleaned_words(words: str) -> str:
    """Fold what makes no difference to a date: case, commas, articles, the hour."""
    text = " ".join(_CIRCUMSTANCE.sub("", words.casefold()).replace("’", "'").replace(",", " ").split())
    text = re.sub("[‐‑‒–—−]", "-", text).strip(" .;:!?\"'()[]“”‘")
    text = re.sub(r"\bbefore the (?=end\b)", "by ", _CLOCK.sub(" ", text))
    text = re.sub(r"\blast night\b", "yesterday", _THIS_DAY.sub("today", text))
    text = _FILLER.sub(" ", _PART_OF_DAY.sub(" ", text))
    text = re.sub(r"(?<!\d)\.|\.(?!\d)|(?<=\w)'(?:s\b)?|[()]", " ", text).replace("mid-", "mid ")
    text = " ".join(text.split())
    text = re.sub(r"\bthis (?=past|coming)", "", _WITHIN.sub(r"\g<rest>", text))
    return re.sub(r"^((?:in |at |by |until |till )?)(?=(?:week|month|year)$)", r"\1this ", text)


def attempt(reader: Callable[P, Days | None], *given: P.args, **named: P.kwargs) -> Days | None:
    """Read words, taking a date that the calendar does not have (31 June, the year 10000) as not understood."""
    try:
        return reader(*given, **named)
    except (OverflowError, ValueError):
        return None


# --- what the words fix alone ---


def explicit_days(text: str) -> Days | None:
    """Read cleaned words that fix a date alone; None when they do not."""
    text = _LEADING.sub("", text)
    return _numbers(text) or _with_year(text) or _explicit_range(text)


def _numbers(text: str) -> Days | None:
    if match := re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:t\d\d.*)?", text):
        return _day(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{4})-(\d\d)", text):
        return month_of(*map(int, match.groups()))
    match = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    return _all_numbers(*map(int, match.groups())) if match else None


def _with_year(text: str) -> Days | None:
    match = re.fullmatch(rf"(?:{_W} )?{_D} ?{_M} {_Y}", text) or re.fullmatch(rf"(?:{_W} )?{_M} {_D} {_Y}", text)
    if match:
        return _day(int(match["year"]), _MONTHS[match["month"]], int(match["day"]))
    if match := re.fullmatch(rf"{_M} {_Y}", text):
        return month_of(int(match["year"]), _MONTHS[match["month"]])
    match = re.fullmatch(rf"(?:year )?{_Y}", text)
    return year_of(int(match["year"])) if match else None


def _explicit_range(text: str) -> Days | None:
    if match := re.fullmatch(rf"{_D} ?{_TO} ?{_D2} {_M} {_Y}", text):
        return _span(match, int(match["year"]))
    if match := re.fullmatch(rf"{_M} {_D} ?{_TO} ?{_D2} {_Y}", text):
        return _span(match, int(match["year"]))
    if match := re.fullmatch(rf"{_Y} ?{_TO} ?{_Y2}", text):
        return _ordered(datetime.date(int(match["year"]), 1, 1), datetime.date(int(match["year2"]), 12, 31))
    first, _, second = re.sub(f" {_TO} ", "|", text, count=1).partition("|")
    if not second or not (last := explicit_days(second)):
        return None
    begin = explicit_days(first) or explicit_days(f"{first} {last[1].year}")
    return _ordered(begin[0], last[1]) if begin else None


def _all_numbers(first: int, second: int, year: int) -> Days | None:
    """Read `14/02/2025`; of `03/04/2025` nobody knows which is the month."""
    readings = {
        datetime.date(year, month, day)
        for day, month in ((first, second), (second, first))
        if 1 <= month <= len(_MONTH_NAMES) and 1 <= day <= monthrange(year, month)[1]
    }
    return (only := readings.pop(), only) if len(readings) == 1 else None


def _day(year: int, month: int, day: int) -> Days:
    date = datetime.date(year, month, day)
    return date, date


def month_of(year: int, month: int) -> Days:
    """Return the first and the last day of a month."""
    return datetime.date(year, month, 1), datetime.date(year, month, monthrange(year, month)[1])


def year_of(year: int) -> Days:
    """Return the first and the last day of a year."""
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


def week_of(date: datetime.date) -> Days:
    """Return Monday and Sunday of the week that holds a day."""
    monday = date - date.weekday() * _DAY
    return monday, monday + 6 * _DAY


def _ordered(first: datetime.date, last: datetime.date) -> Days | None:
    return (first, last) if first <= last else None


def _span(match: re.Match[str], year: int) -> Days | None:
    month = _MONTHS[match["month"]]
    return _ordered(datetime.date(year, month, int(match["day"])), datetime.date(year, month, int(match["day2"])))


# --- what needs the date of publication ---


@dataclass(frozen=True, slots=True)
class Clue:
    """What the words are read against."""

    published: datetime.date
    future: bool

    def nearest(self, make: Callable[[int], Days]) -> Days | None:
        """Return the year's instance nearest to the publication, on the side that is asked for."""
        year = self.published.year
        step = 1 if self.future else -1
        for candidate in range(year, year + 9 * step, step):
            try:
                span = make(candidate)
            except ValueError:  # 29 February
                continue
            if (span[1] >= self.published) if self.future else (span[0] <= self.published):
                return span
        return None

    def weekday(self, weekday: int, which: str) -> datetime.date:
        """Return the day of a weekday: the latest or next one, or by `last`, `next` or `this`."""
        today = self.published
        if which in {"last", "past"}:
            return today - ((today.weekday() - weekday - 1) % 7 + 1) * _DAY
        if which in {"next", "coming"}:
            return today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY
        if which == "this":
            return week_of(today)[0] + weekday * _DAY
        if self.future:
            return today + (weekday - today.weekday()) % 7 * _DAY
        return today - (today.weekday() - weekday) % 7 * _DAY


def relative_days(text: str, clue: Clue) -> Days | None:
    """Read cleaned words against the date of publication; None when they are not understood."""
    if match := re.fullmatch(r"(?:ever )?since (.+)", text):
        span = explicit_days(match[1]) or _plain(match[1], Clue(clue.published, future=False))
        return _ordered(span[0], clue.published) if span else None
    if match := re.fullmatch(r"(by|until|till|no later than|before) (.+)", text):
        span = explicit_days(match[2]) or _plain(match[2], Clue(clue.published, future=True))
        if span is None:
            return None
        return _ordered(clue.published, span[0] - _DAY if match[1] == "before" else span[1])
    return _plain(text, clue) or _plain(_LEADING.sub("", text), clue)


def _plain(text: str, clue: Clue) -> Days | None:
    for read in (_day_words, _weekday_words, _calendar_words, _counted, _window, _month_words, _day_of_month):
        if (span := read(text, clue)) is not None:
            return span
    return None


def _day_words(text: str, clue: Clue) -> Days | None:
    offsets = {"today": 0, "yesterday": -1, "tomorrow": 1, "day before yesterday": -2, "day after tomorrow": 2}
    text = re.sub("^(?:earlier|later|early|late) ", "", text)
    if text == "overnight":
        return clue.published - _DAY, clue.published
    if match := re.fullmatch("(today|yesterday|tomorrow) (.+)", text):
        # `tomorrow, Tuesday 18 March`: said twice, and understood when both say the same.
        first = _day_words(match[1], clue)
        return first if first == _plain(match[2], Clue(clue.published, future=match[1] == "tomorrow")) else None
    if text not in offsets:
        return None
    date = clue.published + offsets[text] * _DAY
    return date, date


def _weekday_words(text: str, clue: Clue) -> Days | None:
    which = "(?P<which>last|past|next|coming|this)"
    if match := re.fullmatch(rf"(?:early |late )?(?:{which} )?{_W}", text):
        date = clue.weekday(_WEEKDAYS[match["weekday"]], match["which"] or "")
        return date, date
    if match := re.fullmatch(
        rf"{_W} {which} week|{which.replace('which', 'which2')} week {_W.replace('weekday', 'weekday2')}", text
    ):
        week = _calendar_words(f"{match['which'] or match['which2']} week", clue)
        return same_day(week[0] + _WEEKDAYS[match["weekday"] or match["weekday2"]] * _DAY) if week else None
    if match := re.fullmatch(rf"{_W} ?{_TO} ?{_W.replace('weekday', 'weekday2')}", text):
        first, last = _WEEKDAYS[match["weekday"]], _WEEKDAYS[match["weekday2"]]
        if clue.future:
            begin = clue.weekday(first, "")
            return begin, begin + (last - first) % 7 * _DAY
        end = clue.weekday(last, "")
        return end - (last - first) % 7 * _DAY, end
    return None


def _calendar_words(text: str, clue: Clue) -> Days | None:
    """Read `last week`, `earlier this month`, `next year`, `over the weekend`."""
    today = clue.published
    if match := re.fullmatch("(?:(last|this|next|past|coming) )?weekend", text):
        return _weekend(match[1] or "", clue)
    if match := re.fullmatch("this (week|month|year) or (?:early |late )?next(?: (?:week|month|year))?", text):
        this, following = _calendar_words(f"this {match[1]}", clue), _calendar_words(f"next {match[1]}", clue)
        return (this[0], following[1]) if this and following else None
    match = re.fullmatch("(?:(earlier|later) )?(last|this|current|next) (week|month|year)", text)
    if not match:
        return None
    step = {"last": -1, "next": 1}.get(match[2], 0)
    if match[3] == "week":
        span = week_of(today + step * 7 * _DAY)
    elif match[3] == "month":
        span = month_of(*_shifted(today, step))
    else:
        span = year_of(today.year + step)
    if match[1] and step == 0:
        return (span[0], today) if match[1] == "earlier" else (today, span[1])
    return span


def _weekend(which: str, clue: Clue) -> Days:
    saturday = week_of(clue.published)[0] + _SATURDAY * _DAY
    is_on = clue.published >= saturday
    if which in {"last", "past"} or (not which and not clue.future and not is_on):
        saturday -= 7 * _DAY
    elif which in {"next", "coming"} and is_on:
        saturday += 7 * _DAY
    return saturday, saturday + _DAY


def _counted(text: str, clue: Clue) -> Days | None:
    """Read `three days ago` and `in two weeks`, as wide as their unit."""
    if match := re.fullmatch(rf"{_N} {_U} ago", text):
        sign = -1
    elif match := re.fullmatch(rf"in {_N} {_U}(?: time)?", text):
        sign = 1
    else:
        return None
    number, unit = sign * _count(match["number"]), match["unit"]
    if unit == "hour":
        return None if number % _HOURS else same_day(clue.published + number // _HOURS * _DAY)
    if unit == "day":
        return same_day(clue.published + number * _DAY)
    if unit == "week":
        return week_of(clue.published + number * 7 * _DAY)
    return month_of(*_shifted(clue.published, number)) if unit == "month" else year_of(clue.published.year + number)


def _window(text: str, clue: Clue) -> Days | None:
    """Read `in the next two weeks`, `within 24 hours`, `over the past month`, which begin or end on the day."""
    today = clue.published
    if re.fullmatch("(?:in |over |within )?(?:next|coming) (?:few )?days", text):
        return today, today + 14 * _DAY
    match = re.fullmatch(rf"(?:in |over |during |for )?(?P<side>next|coming|last|past) (?:{_N} )?{_U}", text)
    match = match or re.fullmatch(rf"(?P<side>within) (?:next )?(?:{_N} )?{_U}", text)
    if not match or (not match["number"] and (match["side"] not in {"coming", "past"} or text.endswith("s"))):
        return None
    number, unit = _count(match["number"] or "one"), match["unit"]
    if match["side"] in {"last", "past"}:
        number = -number
    if unit in {"month", "year"}:
        year, month = _shifted(today, number * (12 if unit == "year" else 1))
        other = datetime.date(year, month, min(today.day, monthrange(year, month)[1]))
    else:
        hours = number * {"hour": 1, "day": 24, "week": 168}[unit]
        other = today + (hours // _HOURS if hours < 0 else -(-hours // _HOURS)) * _DAY
    return min(today, other), max(today, other)


def _month_words(text: str, clue: Clue) -> Days | None:
    if match := re.fullmatch(rf"(?:(?P<which>last|past|next|coming|this) )?{_M}", text):
        month, today = _MONTHS[match["month"]], clue.published
        if match["which"] == "this":
            return month_of(today.year, month)
        if match["which"] in {"last", "past"}:
            return month_of(today.year - (month >= today.month), month)
        if match["which"]:
            return month_of(today.year + (month <= today.month), month)
        return clue.nearest(lambda year: month_of(year, month))
    if match := re.fullmatch(rf"(?:{_D} )?{_M} (?P<which>last|this|next) year", text):
        year = clue.published.year + {"last": -1, "this": 0, "next": 1}[match["which"]]
        month = _MONTHS[match["month"]]
        return _day(year, month, int(match["day"])) if match["day"] else month_of(year, month)
    return None


def _day_of_month(text: str, clue: Clue) -> Days | None:
    if match := re.fullmatch(rf"{_D} ?{_TO} ?{_D2} {_M}", text) or re.fullmatch(rf"{_M} {_D} ?{_TO} ?{_D2}", text):
        day, last, month = int(match["day"]), int(match["day2"]), _MONTHS[match["month"]]
        if day > last:
            return None
        return clue.nearest(lambda year: (datetime.date(year, month, day), datetime.date(year, month, last)))
    if match := re.fullmatch(r"week (.+)", text):
        span = explicit_days(match[1]) or _day_of_month(match[1], clue)
        return week_of(span[0]) if span and span[0] == span[1] else None
    match = re.fullmatch(rf"(?:{_W} )?{_D} ?{_M}", text) or re.fullmatch(rf"(?:{_W} )?{_M} {_D}", text)
    if not match:
        return None
    day, month = int(match["day"]), _MONTHS[match["month"]]
    span = clue.nearest(lambda year: _day(year, month, day))
    if span and match["weekday"] and span[0].weekday() != _WEEKDAYS[match["weekday"]]:
        return None
    return span


def same_day(date: datetime.date) -> Days:
    """Return a day as a range."""
    return date, date


def _count(word: str) -> int:
    return _NUMBERS[word] if word in _NUMBERS else int(word)


def _shifted(date: datetime.date, months: int) -> tuple[int, int]:
    """Return year and month, some months on."""
    index = date.year * 12 + date.month - 1 + months
    return index // 12, index % 12 + 1
