"""Pages: what a reader sees reaches the text, what a reader cannot see does not, and pages that are no report are gaps."""

import re
from collections import Counter
from datetime import date

import pytest
from lxml import html
from pages import stories
from pages.templates import (
    DATE,
    FOOTER,
    NAV,
    TEMPLATES,
    TITLE,
    chinese_portal,
    head,
    ld,
    magazine,
    paras,
    tables,
    wordpress_classic,
)

from summarizer.claims import Gap
from summarizer.documents import Document
from summarizer.reading.facts import Facts, Published
from summarizer.reading.pages.page import Origin, read_page
from summarizer.reading.results import Outcome, Read
from summarizer.reading.seeing import cascade
from summarizer.reading.seeing.visibility import remove_unseen

SEEN = "The paragraph that everybody can see stays where it stands, and it has words enough to count as prose. "
MARK = "Zebra words that nobody should ever read on this page of ours, not even once in a whole long year."


def document(page: str | bytes, **origin: object) -> Document:
    found = only(page, **origin)
    assert isinstance(found, Read), found
    return found.document


def only(page: str | bytes, **origin: object) -> Outcome:
    data = page.encode() if isinstance(page, str) else page
    (found,) = read_page(data, Origin("page.html", path="page.html", **origin))  # type: ignore[arg-type]
    return found


def reason(page: str | bytes) -> str:
    found = only(page)
    assert isinstance(found, Gap), found
    return found.reason


def f1(text: str, gold: str) -> float:
    found, wanted = (Counter(re.findall(r"[\u4e00-\u9fff]|\w+", part)) for part in (text, gold))
    same = (found & wanted).total()
    return 2 * same / (found.total() + wanted.total())


# The text

ENGLISH = (stories.FERRY, stories.DAM, stories.STRIKE)
PAGES = [(name, template, ENGLISH[at % 3]) for at, (name, template) in enumerate(TEMPLATES.items())]
PAGES += [
    ("magazine_de", magazine, stories.GRENZE),
    ("classic_ru", wordpress_classic, stories.RUSSIAN),
    ("tables_ru", tables, stories.RUSSIAN),
    ("portal_zh", chinese_portal, stories.CHINESE),
]


@pytest.mark.parametrize(("name", "template", "story"), PAGES, ids=[page[0] for page in PAGES])
def test_each_kind_of_site_gives_its_report(name: str, template: object, story: list[str]) -> None:
    found = document(template(story))  # type: ignore[operator]
    assert f1(found.text, "\n".join(story)) > 0.96
    assert found.published.date == (None if name == "wiki" else date.fromisoformat(DATE))
    if name != "portal_zh":
        assert found.title in {TITLE, f"[waters] {TITLE}"}
    assert not found.hidden_text


def test_over_all_sites() -> None:
    scores = [f1(document(template(story)).text, "\n".join(story)) for _, template, story in PAGES]
    assert sum(scores) / len(scores) > 0.99


def test_a_thread_keeps_its_opening_post() -> None:
    for name in ("forum_invision", "forum_phpbb", "forum_xenforo"):
        text = document(TEMPLATES[name](stories.FERRY)).text
        assert text.startswith("OSTERVIK")
        for words in ("posts", "Quote", "made up by somebody", "asked the fishermen", "what I said last year"):
            assert words not in text


def test_metadata() -> None:
    found = document(wordpress_classic(stories.DAM))
    assert (found.outlet, found.language, found.url) == ("North Wire", "en", None)
    assert found.published.basis == "metadata"
    found = document(TEMPLATES["broadsheet"](stories.DAM))
    assert found.url == "https://www.northwire.example/world/2025/09/04/both-sides-give-a-little"
    assert found.outlet == "The North Wire"
    found = document(TEMPLATES["portal"](stories.DAM))
    assert found.published.model_dump() == {"date": date(2025, 9, 4), "basis": "inferred"}
    assert found.outlet == "northwire.example"
    assert document(TEMPLATES["tables"](stories.DAM)).published.basis == "in_text"


def test_a_page_cannot_pass_for_another_host() -> None:
    page = (
        head('<link rel="canonical" href="https://www.famous.example/a">')
        + f"<body><article>{paras(stories.DAM)}</article></body></html>"
    )
    found = document(page, url="https://evil.example/x#part")
    assert (found.url, found.outlet) == ("https://evil.example/x", "evil.example")
    assert document(page).url == "https://www.famous.example/a"


def test_what_a_feed_says_fills_what_the_page_does_not() -> None:
    given = Facts(title="From the feed", outlet="Feed", published=Published(date=date(2025, 1, 2), basis="metadata"))
    page = f"<html><head></head><body><article>{paras(stories.DAM)}</article></body></html>"
    found = document(page, given=given)
    assert (found.title, found.outlet, found.published.date) == ("From the feed", "Feed", date(2025, 1, 2))


# Layouts that mislead the extractor


def live_updates(attributes: str, tag: str) -> tuple[str, list[str]]:
    updates = [stories.FERRY[:3], stories.FERRY[3:5], stories.DAM[:3], stories.DAM[3:5], stories.STRIKE[:3]]
    body = "".join(
        f'<{tag} {attributes}><header><time datetime="2025-09-04T{16 - at}:00Z">{16 - at}:00</time></header><div class="body">{paras(update)}</div></{tag}>'
        for at, update in enumerate(updates)
    )
    return f'<main><h1>{TITLE}</h1><div class="stream">{body}</div></main>', [
        text for update in updates for text in update
    ]


@pytest.mark.parametrize(
    ("attributes", "tag"),
    [('class="live-post"', "article"), ('class="block"', "article"), ('class="post"', "div"), ("", "section")],
)
def test_a_live_blog_is_read_whole(attributes: str, tag: str) -> None:
    body, texts = live_updates(attributes, tag)
    metadata = "" if "live" in attributes else ld(datePublished="2025-09-04", **{"@type": "LiveBlogPosting"})
    found = document(head(metadata) + f"<body>{NAV}{body}{FOOTER}</body></html>")
    assert f1(found.text, "\n".join(texts)) > 0.98


FERRY, DAM, STRIKE = stories.FERRY, stories.DAM, stories.STRIKE
RESPONSES = "".join(
    f'<div class="resp"><b>user{at}</b><p>{text} I think that this is quite wrong.</p></div>'
    for at, text in enumerate(STRIKE)
)
LAYOUTS = {
    "a discussion under its heading": f'<div class="wrap"><h1>{TITLE}</h1><div class="text">{paras(FERRY)}</div><div><h3>7 responses</h3>{RESPONSES}</div></div>',
    "a discussion in the same box": f'<div class="wrap"><h1>{TITLE}</h1>{paras(FERRY)}<h3>Comments (7)</h3>{RESPONSES}</div>',
    "a column of opinion": f'<div class="primary"><h1>{TITLE}</h1>{paras(FERRY)}</div><div class="secondary"><h3>From our columnists</h3>{paras(DAM)}</div>',
    "other articles after it": f"<main><article><h1>{TITLE}</h1>{paras(FERRY)}</article>{''.join(f'<article><h2>Other</h2>{paras([text])}</article>' for text in DAM)}</main>",
    "unlucky names": f'<article><h1>{TITLE}</h1><div class="content-border">{paras(FERRY[:2])}</div><div class="text-message">{paras(FERRY[2:5])}</div><div class="bottom">{paras(FERRY[5:])}</div></article>',
    "an unlucky wrapper": f'<div class="banner-article widget"><h1>{TITLE}</h1><div class="embed-text">{paras(FERRY)}</div></div>',
    "a lede in the header": f'<article><header><h1>{TITLE}</h1><p class="lede">{FERRY[0]}</p></header><div class="article-body">{paras(FERRY[1:])}</div></article>',
    "promotion within": f'<article><h1>{TITLE}</h1>{paras(FERRY[:3])}<div class="read-also"><p>Read also: <a href="/x">The dam that nobody wanted, and who paid for it</a></p></div>{paras(FERRY[3:])}<p><strong>Read more:</strong> <a href="/q">Five questions</a></p></article>',
    "boxes for video": "<article>"
    + "".join(
        f'<p>{text}</p><div style="height:0;overflow:hidden;padding-bottom:56%"><iframe src=x></iframe></div>'
        for text in FERRY
    )
    + "</article>",
    "colours from elsewhere": f'<style>.x{{background:var(--bg);color:#fff}}.x p{{color:var(--fg)}}</style><article class="x"><h1>{TITLE}</h1>{paras(FERRY)}</article>',
    "white on a picture": f'<style>.dark{{color:#fff}}</style><article><h1>{TITLE}</h1>{paras(FERRY[:3])}<div class="dark" style="background:url(x.jpg)">{paras(FERRY[3:])}</div></article>',
    "headings that only sound like it": f'<main><h1>{TITLE}</h1>{paras(FERRY[:2])}<section><h2>Reactions</h2>{paras(FERRY[2:4])}</section><section><h2>Latest</h2>{paras(FERRY[4:6])}</section><p>{FERRY[6]} <a href="/more">more</a></p></main>',
    "hidden until scripts run": f'<style>body{{opacity:0;visibility:hidden}}</style><article><h1>{TITLE}</h1>{paras(FERRY)}<p style="opacity:0">{DAM[0]}</p></article>',
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(layout: str) -> None:
    found = document(head('<link rel="stylesheet" href="x.css">') + f"<body>{NAV}{layout}{FOOTER}</body></html>")
    assert f1(found.text, "\n".join(FERRY)) > 0.97


# Dates


@pytest.mark.parametrize(
    ("extra", "body", "expected"),
    [
        (ld(datePublished="2025-02-18T23:30:00-05:00", dateModified="2025-03-01"), "", "2025-02-18"),
        (
            '<meta property="article:modified_time" content="2025-03-01">',
            "<p class=date>18 February 2025</p>",
            "2025-02-18",
        ),
        ('<meta name="pubdate" content="Tue, 18 Feb 2025 10:00:00 GMT">', "", "2025-02-18"),
        (
            "",
            '<time class="updated" datetime="2025-03-01">1 March</time><time datetime="2025-02-18">18 February</time>',
            "2025-02-18",
        ),
        ("", '<p class="meta">By A. Desk | Feb. 18, 2025 | updated March 1, 2025</p>', "2025-02-18"),
        ("", '<span itemprop="datePublished" content="2025-02-18 10:00:00">yesterday</span>', "2025-02-18"),
        (
            ld(datePublished="2025-03-01") + '<meta property="article:published_time" content="2025-02-18T01:00:00Z">',
            "",
            "2025-02-18",
        ),
        ("", "<footer><p>© 2024 North Wire</p></footer>", None),
        ("", "<p class=note>Last updated on 1 March 2025</p>", None),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", broken</script>',
            '<p class="posted-on">18.02.2025</p>',
            "2025-02-18",
        ),
        (ld(datePublished="0001-01-01T00:00:00"), "<div class=dateline>2025年2月18日</div>", "2025-02-18"),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2024-01-05"}]},'
            '{"@type": "WebPage"}, {"@type": ["NewsArticle"], "datePublished": "2025-02-18"}]}</script>',
            "",
            "2025-02-18",
        ),
    ],
)
def test_publication_dates(extra: str, body: str, expected: str | None) -> None:
    page = head(extra) + f"<body><article><h1>{TITLE}</h1>{body}{paras(stories.DAM)}</article></body></html>"
    assert document(page).published.date == (date.fromisoformat(expected) if expected else None)


# What cannot be seen

HIDDEN = {
    "none": '<p style="display:none">X</p>',
    "important": '<style>.k{display:none!important}</style><p class="k" style="display:block">X</p>',
    "attribute": "<p hidden>X</p>",
    "visibility": '<div style="visibility:hidden">X</div>',
    "opacity": '<p style="opacity:0">X</p>',
    "opacity of both": '<div style="opacity:.2"><p style="opacity:.2">X</p></div>',
    "font of nothing": '<p style="font-size:0">X</p>',
    "font of a pixel": '<p style="font-size:1px">X</p>',
    "font shorthand": '<p style="font:0/0 a">X</p>',
    "font in em": '<p style="font-size:.01em">X</p>',
    "left": '<div style="position:absolute;left:-9999px">X</div>',
    "up": '<div style="position:absolute;top:-100em">X</div>',
    "calc": '<p style="position:absolute;left:calc(-1 * 9999px)">X</p>',
    "inset": '<p style="position:fixed;inset:-9999px auto auto -9999px">X</p>',
    "margin": '<p style="margin-left:-9999px">X</p>',
    "indent": '<p style="text-indent:-9999px">X</p>',
    "indent out of a box": '<p style="text-indent:100%;white-space:nowrap;overflow:hidden">X</p>',
    "white": '<p style="color:#fff">X</p>',
    "white on white": '<p style="color:white;background:#fff">X</p>',
    "nearly white": '<p style="color:#fefefe">X</p>',
    "white in a sheet": '<style>.q{color:hsl(0 0% 100%)}</style><p class="q">X</p>',
    "inherited backdrop": '<div style="background:#222"><p style="color:#222">X</p></div>',
    "old attributes": '<table bgcolor="#000080"><tr><td><font color="#000080">X</font></td></tr></table>',
    "a variable": "<style>:root{--c:#fff}.q{color:var(--c)}</style><p class=q>X</p>",
    "transparent": '<p style="color:transparent">X</p>',
    "fill": '<p style="-webkit-text-fill-color:transparent">X</p>',
    "no height": '<div style="height:0;overflow:hidden">X</div>',
    "one pixel": '<div style="width:1px;height:1px;overflow:hidden">X</div>',
    "folded": '<p style="max-height:0;overflow:hidden">X</p>',
    "clip": '<div style="position:absolute;clip:rect(0,0,0,0)">X</div>',
    "clip path": '<div style="clip-path:inset(50%)">X</div>',
    "scaled": '<p style="transform:scale(0)">X</p>',
    "moved": '<p style="transform:translate(-9999px, 0)">X</p>',
    "filtered": '<p style="filter:opacity(0)">X</p>',
    "aria": '<p aria-hidden="true">X</p>',
    "template": "<template><p>X</p></template>",
    "noscript": "<noscript><p>X</p></noscript>",
    "dialogue": "<dialog>X</dialog>",
    "pop-up": "<div popover>X</div>",
    "screen": "<style>@media screen and (min-width: 600px){.m{display:none}}</style><p class=m>X</p>",
    "nested rule": "<style>.a{& .b{display:none}}</style><div class=a><p class=b>X</p></div>",
    "layer": "<style>@layer z{.b{display:none}}</style><p class=b>X</p>",
    "place": "<style>div>p:nth-child(2){display:none}</style><div><p>a</p><p>X</p></div>",
    "with text after": '<div style="font-size:0">X<b>X</b>X</div>',
    "a sheet in an address": '<link rel=stylesheet href="data:text/css;base64,LnEge2Rpc3BsYXk6bm9uZX0="><p class=q>X</p>',
    "content visibility": '<div style="content-visibility:hidden">X</div>',
}
VISIBLE = {
    "print": "<style>@media print{.m{display:none}}</style><p class=m>X</p>",
    "a stronger rule": "<style>.k{display:none}#i{display:block}</style><p class=k id=i>X</p>",
    "hidden but shown": '<p hidden style="display:block">X</p>',
    "a visible child": '<div style="visibility:hidden"><p style="visibility:visible">X</p></div>',
    "gap hack": '<div style="font-size:0"><p style="font-size:16px">X</p></div>',
    "dark": '<div style="background:#111"><p style="color:#fff">X</p></div>',
    "dark gradient": '<div style="background:linear-gradient(#000,#111)"><p style="color:#fff">X</p></div>',
    "dark table": "<table bgcolor=navy><tr><td><font color=white>X</font></td></tr></table>",
    "dark variables": "<style>:root{--bg:#000}body{background:var(--bg);color:#fff}</style><p>X</p>",
    "details": "<details><summary>s</summary>X</details>",
    "no height, no clipping": '<div style="height:0">X</div>',
    "gradient letters": '<h2 style="background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent">X</h2>',
    "narrow screens": "<style>@media (max-width:600px){.m{display:none}}</style><p class=m>X</p>",
    "hover": "<style>.m:hover{display:none}</style><p class=m>X</p>",
    "no scripts": "<style>.no-js .m{display:none}</style><p class=m>X</p>",
    "a small shift": '<p style="position:relative;left:-20px;margin-left:-15px">X</p>',
    "animation": "<style>@keyframes f{from{opacity:0}}.m{animation:f 1s}</style><p class=m>X</p>",
    "grey": '<p style="color:#999">X</p>',
    "text after": '<p><span style="display:none">no</span>X</p>',
    "bad css": "<style>.a{display:none;;}}} .b{</style><p class=c>X</p>",
    "half opaque": '<p style="opacity:.5">X</p>',
    "a colour reset": '<div style="color:#fff"><p style="color:initial">X</p></div>',
    "a weaker layer": "<style>.b{display:block}@layer z{.b{display:none}}</style><p class=b>X</p>",
    "clip of a box in flow": '<p style="clip:rect(0,0,0,0)">X</p>',
    "a shadow tree": "<div><template shadowrootmode=open><p>X</p></template></div>",
    "a style that is none": '<style type="text/template">.n{display:none}</style><p class=n>X</p>',
    "a style for others": "<noscript><style>.n{display:none}</style></noscript><p class=n>X</p>",
    "unsupported": "<style>@supports not (display:grid){.n{display:none}}</style><p class=n>X</p>",
}


def seen(snippet: str) -> tuple[str, bool]:
    tree = html.document_fromstring(
        f'<html class="no-js"><head><title>t</title></head><body><h1>Head</h1>{paras([SEEN] * 8)}{snippet.replace(">X", ">" + MARK).replace("X<", MARK + "<")}<p>{SEEN}</p></body></html>'
    )
    removal = remove_unseen(tree)
    text = tree.text_content()
    assert text.count("everybody can see") == 9
    return text, removal.prose


@pytest.mark.parametrize("snippet", HIDDEN.values(), ids=HIDDEN)
def test_what_cannot_be_seen_goes(snippet: str) -> None:
    text, prose = seen(snippet)
    assert "Zebra" not in text
    assert prose == (not re.match("<(?:template|noscript|dialog)", snippet))


@pytest.mark.parametrize("snippet", VISIBLE.values(), ids=VISIBLE)
def test_what_can_be_seen_stays(snippet: str) -> None:
    text, prose = seen(snippet)
    assert MARK in text
    assert not prose


PLANTS = (
    '<p style="font-size:0">{}</p>',
    '<p style="color:#ffffff;background-color:#ffffff">{}</p>',
    '<div style="position:absolute;left:-9999px"><p>{}</p></div>',
)


@pytest.mark.parametrize(("name", "template", "story"), PAGES, ids=[page[0] for page in PAGES])
def test_planted_text_never_reaches_the_output_and_nothing_else_is_lost(
    name: str, template: object, story: list[str]
) -> None:
    page = template(story)  # type: ignore[operator]
    whole = document(page).text
    at = page.index(story[3]) + len(story[3])
    block = re.match(r"(?:</(?:p|li|span|div)>)+", page[at:])
    at += block.end() if block and name != "lists_inside" else 0
    for plant in PLANTS:
        found = document(page[:at] + plant.format(MARK) + page[at:])
        assert "Zebra" not in found.text
        assert found.hidden_text
        assert Counter(found.text.split()) == Counter(whole.split())


HIDDEN_BLOCK = f'<div style="display:none"><p>{MARK}</p></div>'


@pytest.mark.parametrize(
    "body",
    [
        paras([HIDDEN_BLOCK + stories.FERRY[0], *stories.FERRY[1:]]),
        paras([stories.FERRY[0], stories.FERRY[1] + HIDDEN_BLOCK + "<b>and</b> more", *stories.FERRY[2:]]),
        "<br><br>".join([stories.FERRY[0], HIDDEN_BLOCK + stories.FERRY[1], *stories.FERRY[2:]]),
        paras([f'<span style="font-size:0">{MARK}</span>{text}' for text in stories.FERRY]),
        f'<div style="visibility:hidden"><p>{MARK}</p></div>' + paras(stories.FERRY),
    ],
)
def test_loose_text_beside_hidden_blocks_is_kept_apart(body: str) -> None:
    text = document(head() + f"<body><article><h1>{TITLE}</h1>{body}</article></body></html>").text
    assert "Zebra" not in text
    for paragraph in stories.FERRY:
        assert paragraph in text
    assert stories.FERRY[0] in text.split("\n")


def test_a_post_that_only_its_markup_tells() -> None:
    post = f'<div itemscope itemtype="https://schema.org/DiscussionForumPosting"><div itemprop="text">{"<br>".join(stories.FERRY)}</div></div>'
    page = head() + f"<body>{NAV}{post}<p>{stories.DAM[0]}</p></body></html>"
    assert f1(document(page).text, "\n".join(stories.FERRY)) > 0.98
    short = f'<div class="postbody"><div class="content">{stories.FERRY[0]}</div></div>'
    assert document(head() + f"<body>{short}<p>{stories.DAM[0]}</p></body></html>").text == stories.FERRY[0]


def test_hidden_furniture_is_no_prose() -> None:
    furniture = (
        '<div class="cookie-consent" style="display:none"><p>We use cookies to make this site work and to count our visitors, as the law wants it.</p></div>'
        '<nav hidden><a href="/a">One long way to the first of all the pages we have.</a></nav>'
        '<span class="sr-only" style="position:absolute;left:-9999px">You are here: the page about the talks that you opened just now.</span>'
        f'<p style="display:none">{stories.FERRY[1]}</p>'
    )
    page = head() + f"<body>{furniture}<article>{paras(stories.FERRY)}</article></body></html>"
    assert not document(page).hidden_text


def test_everything_behind_an_open_dialogue_is_kept() -> None:
    page = (
        head()
        + f'<body><div role="dialog"><p>Accept our cookies?</p></div><div id="page" aria-hidden="true"><main><h1>{TITLE}</h1>{paras(stories.FERRY)}</main></div></body></html>'
    )
    assert f1(document(page).text, "\n".join(stories.FERRY)) > 0.98


def test_text_that_scripts_fade_in_is_kept() -> None:
    page = (
        head("<style>.fade{opacity:0}</style>")
        + f'<body><main class="fade"><h1>{TITLE}</h1>{paras(stories.FERRY)}</main></body></html>'
    )
    found = only(page)
    assert isinstance(found, Read)
    assert f1(found.document.text, "\n".join(stories.FERRY)) > 0.98
    assert "until scripts run" in found.warnings[0]
    known = paras(stories.FERRY, attributes=' data-w-id="1" style="opacity:0"')
    page = (
        head('<script src="https://cdn.example/webflow.1.js"></script>')
        + f"<body><main>{paras(stories.DAM)}{known}</main></body></html>"
    )
    assert stories.FERRY[0] in document(page).text


def test_labels_on_pictures_whose_sheet_is_elsewhere_are_kept() -> None:
    page = html.document_fromstring(
        head('<link rel="stylesheet" href="a.css"><style>.hero{color:#fff}</style>')
        + f'<body><div class="hero"><h2>A headline over a picture</h2><p>{MARK}</p></div>{paras(stories.DAM)}</body></html>'
    )
    remove_unseen(page)
    assert "over a picture" in page.text_content()
    assert "Zebra" not in page.text_content()


def test_a_linked_sheet_at_hand_counts() -> None:
    page = (
        head('<link rel="stylesheet" href="a.css">')
        + f'<body><article>{paras(stories.DAM)}<p class="zz">{MARK}</p></article></body></html>'
    )
    assert "Zebra" in document(page).text
    found = document(page, sheets={"a.css": ".zz { left: -99999px; position: absolute }"}.get)
    assert "Zebra" not in found.text
    assert found.hidden_text


# Pages that are no report

NO_REPORT = {
    "a login wall": "<h1>Talks resume</h1><p>Talks resumed on Monday in the capital.</p><div class=wall><h2>Subscribe to continue reading</h2><p>Already a subscriber? Log in</p></div>",
    "a cookie notice": "<h1>Before you continue to our site</h1><p>We use cookies and data to deliver and maintain our services. If you choose Accept all we will also use cookies to develop new services.</p>",
    "an error page": "<h1>404</h1><p>Sorry, the page you are looking for cannot be found. It may have been moved or deleted. Try the search or go to our home page.</p>",
    "an empty shell that needs scripts": "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>",
    "a robot check": "<h1>One moment</h1><p>Please wait while we verify you are a human. This may take a few seconds.</p>",
    "an empty shell": "",
    "too little text": "<p>Hello there, this is all.</p>",
}


@pytest.mark.parametrize("kind", NO_REPORT)
def test_pages_that_are_no_report(kind: str) -> None:
    assert reason(
        f"<!doctype html><html><head><title>Site</title></head><body>{NO_REPORT[kind]}</body></html>"
    ).startswith(kind)


def test_a_teaser_that_must_be_paid_for() -> None:
    page = head(ld(isAccessibleForFree="False")) + f"<body><article><p>{stories.DAM[0]}</p></article></body></html>"
    assert reason(page).startswith("a login wall")
    found = only(head(ld(isAccessibleForFree=False)) + f"<body><article>{paras(stories.DAM)}</article></body></html>")
    assert isinstance(found, Read)
    assert "cut short" in found.warnings[0]


def test_reports_about_cookies_and_errors_are_reports() -> None:
    text = [
        "The regulator fined the company on Monday for a banner that asked visitors to accept all cookies and hid the button to refuse.",
        "The company said that it would appeal, and that nobody could verify you are a human without a captcha and a few cookies.",
    ]
    assert document(head(ld(datePublished="2025-01-01")) + f"<body><article>{paras(text)}</article></body></html>").text
    long = [*text, *stories.STRIKE]
    assert document(head() + f"<body><article>{paras(long)}</article></body></html>").text


# Bad input


@pytest.mark.parametrize("page", ["<div>" * 1_000_000, "<p>" * 1_000_000, "<b>x" * 300_000, "<i>" * 5_000 + "x"])
def test_too_many_tags_are_a_gap(page: str) -> None:
    told = reason(page)
    assert "too large" in told or "nested too deeply" in told


def test_style_sheets_beyond_reason_are_a_gap() -> None:
    css = "".join(f".a{at}{{color:red}}" for at in range(20_001))
    assert "style sheets too large" in reason(
        head(f"<style>{css}</style>") + f"<body>{paras(stories.DAM)}</body></html>"
    )


@pytest.mark.parametrize(
    ("selector", "body"),
    [
        ("* ~ * ~ * ~ * ~ .b", "<p class='a b'>x</p>" * 2_000),
        (".a div div div div div div x", "<div>" * 60 + "<x>" * 9),
        ("p:nth-last-of-type(7n+3)", "<p>x</p>" * 2_000),
    ],
)
def test_selectors_beyond_reason_are_a_gap(selector: str, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cascade, "MOST_WORK", 300_000)
    css = "".join(f"{selector} {{ left: {at}px }}" for at in range(500))
    assert "style sheets too large" in reason(head(f"<style>{css}</style>") + f"<body>{body}</body></html>")
    assert document(head(f"<style>{css}</style>") + f"<body>{paras(stories.DAM)}</body></html>").text


def test_variables_that_grow_without_end_are_ignored() -> None:
    bomb = (
        "--v0:red;"
        + "".join(f"--v{at}:var(--v{at - 1}) var(--v{at - 1});" for at in range(1, 60))
        + "--x:var(--y);--y:var(--x)"
    )
    page = (
        head(f"<style>:root{{{bomb}}}p{{color:var(--v59);background:var(--x)}}</style>")
        + f"<body>{paras(stories.DAM)}</body></html>"
    )
    assert stories.DAM[0] in document(page).text


def test_damaged_pages() -> None:
    page = wordpress_classic([text + "\x00\x07" for text in stories.DAM])
    assert "\x00" not in document(page).text
    assert stories.DAM[0] in document(page).text
    wrong = wordpress_classic(stories.RUSSIAN).replace('charset="utf-8"', 'charset="iso-8859-1"')
    assert stories.RUSSIAN[0] in document(wrong).text
    other = (
        wordpress_classic(stories.RUSSIAN)
        .replace('charset="utf-8"', 'charset="windows-1251"')
        .encode("cp1251", "ignore")
    )
    assert stories.RUSSIAN[1][:60] in document(other).text
    assert (
        stories.RUSSIAN[1][:60] in document(other.replace(b'charset="windows-1251"', b""), charset="windows-1251").text
    )
    turned = only(wordpress_classic([stories.DAM[0] + " \u202edesrever\u202c", *stories.DAM[1:]]))
    assert isinstance(turned, Read)
    assert "writing direction" in turned.warnings[0]
