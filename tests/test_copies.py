"""Spun copies are found by the order of their names and numbers; other reports on the same events are not copies."""

from __future__ import annotations

from summarizer.copies import spun_copies
from summarizer.documents import Document
from summarizer.reading import read
from summarizer.samples import seeds_folder

WIRE = (
    "The envoy Aldo Berr met Minister Cela Dorn in Eastport on 12 May. He said that 40 ships would leave by 3 June. "
    "Dorn told the Eastport Herald that Norland wants 500 million crowns. In Westport, Premier Finn Gard refused. "
    "Gard said on 14 May that Sudland had paid 200 million in 2019. The talks in Eastport go on until 20 May."
)
SPUN = (
    "The emissary Aldo Berr encountered Minister Cela Dorn at Eastport upon 12 May. He stated that 40 vessels will depart "
    "before 3 June. Dorn informed the Eastport Herald that Norland desires 500 million crowns. At Westport, Premier Finn "
    "Gard declined. Gard stated on 14 May that Sudland has handed over 200 million in 2019. The discussions at Eastport "
    "continue till 20 May."
)
FOLLOW_UP = (
    "A day after the talks ended, Norland and Sudland blamed each other. In Eastport on 21 May, Minister Cela Dorn said the "
    "paper was dead. Premier Finn Gard answered from Westport on 22 May that 15 ships were already at sea, with 300 men. "
    "The envoy Aldo Berr met Minister Cela Dorn in Eastport on 12 May. King Harl of Midland offered to host 2 more rounds. "
    "The Harbour Union in Westport called a strike for 1 July, its third since 2018."
)


def test_a_spun_copy_is_found_and_a_follow_up_is_not() -> None:
    wire, spun, later = (Document(text=text) for text in (WIRE, SPUN, FOLLOW_UP))
    assert spun_copies([wire, spun, later], {}) == {spun.id: wire.id}


def test_among_the_samples_the_copies_are_found_and_nothing_else() -> None:
    documents = read([seeds_folder()]).documents
    paths = {one.id: one.path for one in documents}
    found = {paths[copy]: paths[original] for copy, original in spun_copies(documents, {}).items()}
    assert found == {
        "seeds/2025-02-25-peacekeepers-spun.txt": "seeds/2025-02-25-peacekeepers.txt",
        "seeds/2025-09-04-coalition-reprint.md": "seeds/2025-09-04-coalition.txt",
    }


def test_a_copy_that_is_known_stays_and_a_copy_of_it_counts_for_the_original() -> None:
    wire, spun = Document(text=WIRE), Document(text=SPUN)
    assert spun_copies([wire, spun], {spun.id: "s-elsewhere"}) == {spun.id: "s-elsewhere"}


def test_short_texts_and_a_long_text_that_holds_a_short_one_are_not_compared() -> None:
    short = Document(text="The envoy met Minister Cela Dorn in Eastport.")
    again = Document(text="An emissary met Minister Cela Dorn in Eastport.")
    long = Document(text=f"{WIRE} {FOLLOW_UP} {FOLLOW_UP.replace('Eastport', 'Middleton')}")
    assert spun_copies([short, again], {}) == {}
    assert spun_copies([Document(text=WIRE), long], {}) == {}
