"""Dates in languages other than English, in their simple forms, through dateparser."""

from __future__ import annotations

import datetime
import re

from summarizer.dates.english import Clue, Days, attempt, month_of, same_day, week_of, year_of

__all__ = ["foreign_days"]

_DAY = datetime.timedelta(days=1)
_LATIN = ("de", "fr", "es", "it", "pt", "nl", "pl")
_CYRILLIC = ("ru", "uk")
_OTHER_DAY = datetime.date(1990, 3, 3)
_SHORTEST = 3
_LEAD = re.compile(
    r"^(?:(?:am|im|vom|den|der|dem|die|das|le|la|les|en|au|ce|cette|el|los|este|esta|il|lo|in|nel|questo|questa"
    r"|no|na|we|w|op|в|во|у|на|з|с|со|цього|этот|эту)\s+)+"
)
_PART_OF_DAY = re.compile(
    r"\s*\b(?:abends?|nachmittags?|vormittags?|mittags?|früh|soir|matin|après-midi|sera|mattina|pomeriggio"
    r"|(?:por|en|de) la (?:noche|tarde|mañana)|avond|ochtend|wieczorem|rano"
    r"|вечером|утром|днем|днём|ночью|ввечері|увечері|вранці|вдень|вночі)$"
    r"|(?:(?<=tag)|(?<=mittwoch))(?:abend|nachmittag|vormittag|mittag|morgen|nacht)$"
)
_LAST_OR_NEXT = re.compile(
    r"\b(?:(?P<last>letzte[nrms]?|vergangene[nrms]?|vorige[nrms]?|dernier|dernière|pasad[oa]|scors[oa]|passad[oa]"
    r"|прошл(?:ый|ую|ое|ая)|минул(?:ий|у|ої|ого))"
    r"|(?P<next>nächste[nrms]?|kommende[nrms]?|prochaine?|próxim[oa]|prossim[oa]"
    r"|следующ(?:ий|ую|ее)|наступн(?:ий|у|ої|ого)))\b\s*"
)
# What dateparser does not know: months in the locative, and numerals of Spanish and Italian.
_FORMS = {
    "январе": "января", "феврале": "февраля", "марте": "марта", "апреле": "апреля", "мае": "мая", "июне": "июня",
    "июле": "июля", "августе": "августа", "сентябре": "сентября", "октябре": "октября", "ноябре": "ноября",
    "декабре": "декабря", "січні": "січня", "лютому": "лютого", "березні": "березня", "квітні": "квітня",
    "травні": "травня", "червні": "червня", "липні": "липня", "серпні": "серпня", "вересні": "вересня",
    "жовтні": "жовтня", "листопаді": "листопада", "грудні": "грудня",
    "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9",
    "diez": "10", "due": "2", "tre": "3", "quattro": "4", "cinque": "5", "sei": "6", "sette": "7", "otto": "8",
    "nove": "9", "dieci": "10",
}  # fmt: skip
_TWELVE_MONTHS = 12


def foreign_days(words: str, clue: Clue, language: str | None) -> tuple[Days | None, bool]:
    """Read words of another language: the days, if they are understood, and whether the words fix them alone."""
    text = " ".join(words.casefold().replace("’", "'").split()).strip(" .,;:!?\"'()[]«»“”„")
    if len(text) < _SHORTEST or not any(char.isalpha() for char in text):
        return None, False
    adapted = " ".join(_FORMS.get(word, word) for word in _PART_OF_DAY.sub("", text).split())
    for code in _languages(text, language):
        for form in dict.fromkeys((text, adapted, _LEAD.sub("", adapted))):
            span = attempt(_foreign_days, form, code, clue)
            if span is None:
                continue
            elsewhere = attempt(_foreign_days, form, code, Clue(_OTHER_DAY, clue.future))
            return span, span == elsewhere
    return None, False


def _languages(text: str, language: str | None) -> tuple[str, ...]:
    """Return the languages to try: the one of the document, or those of the script."""
    if language:
        code = language.replace("_", "-").split("-")[0].lower()
        return () if code == "en" else (code,)
    if re.search("[іїєґ]", text):
        return ("uk",)
    return _CYRILLIC if re.search("[а-я]", text) else _LATIN


def _foreign_days(text: str, language: str, clue: Clue) -> Days | None:
    found = _parsed(text, language, clue.published, future=clue.future)
    if found is None:
        return _foreign_last_or_next(text, language, clue)
    date, period = found
    today, step = clue.published, -_DAY if clue.future else _DAY
    # dateparser's nearest Tuesday is never the day itself, nor its nearest September the month itself: ask from a day
    # (or the month) beside. And it takes a bare length of time (`zwei Wochen`) for one gone by: refuse that.
    beside = _parsed(text, language, today + step, future=clue.future)
    opposite = _parsed(text, language, today, future=not clue.future)
    is_named = beside is not None and beside[0] == today and abs(date - today) > _DAY
    if is_named:
        date = today
    elif opposite and opposite[0] != date and today - date == opposite[0] - today:
        return None
    if period == "week":
        return week_of(date)
    if period == "month":
        month = month_of(date.year, date.month)
        apart = (date.year - today.year) * 12 + date.month - today.month
        if abs(apart) == _TWELVE_MONTHS and opposite and opposite[0] != date:
            return month_of(today.year, today.month)
        return month
    return year_of(date.year) if period == "year" else same_day(date)


def _foreign_last_or_next(text: str, language: str, clue: Clue) -> Days | None:
    """Read `letzten Dienstag`: the weekday nearest on that side, and not the day itself."""
    match = _LAST_OR_NEXT.search(text)
    if not match:
        return None
    found = _parsed(_LAST_OR_NEXT.sub("", text).strip(), language, clue.published, future=bool(match["next"]))
    if found is None or found[1] != "day" or not _DAY <= abs(found[0] - clue.published) <= 7 * _DAY:
        return None
    return same_day(found[0])


def _parsed(text: str, language: str, base: datetime.date, *, future: bool) -> tuple[datetime.date, str] | None:
    """Ask dateparser for a date and its period, with `base` as the present: it never looks at the clock."""
    from dateparser.date import DateDataParser  # takes 200 ms, and English does not need it

    settings = {
        "RELATIVE_BASE": datetime.datetime(base.year, base.month, base.day, 12),  # noqa: DTZ001 - a day has no zone
        "PREFER_DATES_FROM": "future" if future else "past",
        "PARSERS": ["relative-time", "absolute-time"],
    }
    parser = DateDataParser(languages=[language], settings=settings, try_previous_locales=False)
    found = parser.get_date_data(text)
    return (found.date_obj.date(), found.period or "day") if found.date_obj else None
