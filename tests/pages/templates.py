"""The templates of real kinds of sites: news, blogs, agencies, live blogs, forums, old tables, builders' pages.

Each function takes paragraphs and returns a whole page with the furniture that such sites have around a
report. The furniture's words are our own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

Paragraphs = Sequence[str]
Template = Callable[[Paragraphs], str]

TITLE = "Both sides give a little and promise nothing"
URL = "https://www.northwire.example/world/2025/09/04/both-sides-give-a-little"
DATE = "2025-09-04"


def paras(texts: Paragraphs, tag: str = "p", attributes: str = "") -> str:
    return "\n".join(f"<{tag}{attributes}>{text}</{tag}>" for text in texts)


def ld(**fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


MENU = "".join(
    f'<li class="menu-item"><a href="/{name.lower()}">{name}</a></li>'
    for name in ("World", "Politics", "Business", "Sport", "Culture", "Weather")
)
NAV = f'<nav class="site-nav" role="navigation"><ul>{MENU}</ul></nav>'
COOKIES = (
    '<div id="cookie-banner" class="cookie-consent" role="dialog"><p>We use cookies to make this site work and to count '
    "our visitors. You can change your mind at any time.</p><button>Accept all</button><button>Reject</button></div>"
)
SHARE = '<ul class="share-buttons"><li><a href="#">Facebook</a></li><li><a href="#">Telegram</a></li><li><a href="#">Copy link</a></li></ul>'
RELATED = (
    '<aside class="related-articles"><h3>More on this story</h3><ul>'
    '<li><a href="/1">Minister defends the second wall against its critics</a></li>'
    '<li><a href="/2">Five questions about the commission, answered in short</a></li>'
    '<li><a href="/3">Opinion: the trouble with a promise that has a date</a></li></ul></aside>'
)
NEWSLETTER = (
    '<div class="newsletter-signup"><h4>The morning letter</h4><p>The day in five minutes, in your box at seven. '
    'No spam, and you can leave whenever you like.</p><form><input type="email"><button>Sign up</button></form></div>'
)
FOOTER = (
    '<footer class="site-footer"><ul><li><a href="/about">About us</a></li><li><a href="/jobs">Jobs</a></li>'
    '<li><a href="/privacy">Privacy</a></li></ul><p>© 2026 North Wire Media. All rights reserved. The contents of this '
    "site may not be copied without our consent.</p></footer>"
)
COMMENTS = (
    '<section id="comments" class="comments-area"><h2>3 comments</h2><ol class="comment-list">'
    '<li class="comment"><div class="comment-body"><p>I do not believe a word of it. They will be back with the ships before the summer, mark my words.</p>'
    '<time datetime="2026-01-03T10:00">3 January 2026</time></div></li>'
    '<li class="comment"><div class="comment-body"><p>My grandfather fished there and nobody ever asked him for a line on any map.</p></div></li>'
    '</ol><div id="respond"><h3>Leave a reply</h3><p>Your address will not be published. Required fields are marked.</p></div></section>'
)


def head(extra: str = "", title: str = f"{TITLE} | North Wire", lang: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{extra}</head>'


def wordpress_classic(texts: Paragraphs) -> str:
    return (
        head(
            '<meta property="og:site_name" content="North Wire"><meta property="article:published_time" content="2025-09-04T07:10:00+00:00">'
            '<meta property="article:modified_time" content="2025-11-30T07:10:00+00:00"><link rel="stylesheet" href="/wp-content/themes/x/style.css">'
        )
        + f'<body class="single single-post">{COOKIES}<div id="page" class="hfeed site"><header id="masthead" class="site-header">{NAV}</header>'
        f'<div id="content" class="site-content"><main id="main" class="site-main"><article id="post-311" class="post-311 post type-post hentry">'
        f'<header class="entry-header"><h1 class="entry-title">{TITLE}</h1><div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="2025-09-04T07:10:00+00:00">September 4, 2025</time>'
        f'<time class="updated" datetime="2025-11-30T07:10:00+00:00">November 30, 2025</time></span> <span class="byline">by <a href="/a">Desk</a></span></div></header>'
        f'<div class="entry-content">{paras(texts)}<div class="sharedaddy sd-sharing-enabled">{SHARE}</div></div>'
        f'<footer class="entry-footer"><span class="cat-links">Posted in <a href="/c">World</a></span></footer></article>{COMMENTS}</main></div>'
        f'<aside id="secondary" class="widget-area"><section class="widget widget_recent_entries"><h2>Recent posts</h2><ul><li><a href="/1">A bridge opens after all, for cars only</a></li></ul></section></aside>{FOOTER}</div></body></html>'
    )


def wordpress_blocks(texts: Paragraphs) -> str:
    body = paras(texts, attributes=' class="has-medium-font-size"')
    return (
        head(
            ld(datePublished="2025-09-04T09:00:00Z", publisher={"@type": "Organization", "name": "North Wire"})
            + "<style>.wp-block-group{margin:0}.screen-reader-text{position:absolute;clip:rect(1px,1px,1px,1px);height:1px;width:1px;overflow:hidden}</style>"
        )
        + f'<body><a class="skip-link screen-reader-text" href="#wp--skip-link--target">Skip to content</a><div class="wp-site-blocks">{NAV}'
        f'<main class="wp-block-group"><h1 class="wp-block-post-title">{TITLE}</h1><div class="entry-content wp-block-post-content is-layout-flow">{body}'
        f'<figure class="wp-block-image"><img src="a.jpg" alt="The quay at dawn"></figure></div><div class="wp-block-post-date"><time datetime="2025-09-04">4 September 2025</time></div></main>{FOOTER}</div></body></html>'
    )


def broadsheet(texts: Paragraphs) -> str:
    half = len(texts) // 2
    return (
        head(
            ld(datePublished="2025-09-04T05:00:11.000Z", dateModified="2025-09-05T05:00:11.000Z", mainEntityOfPage=URL)
            + f'<link rel="canonical" href="{URL}"><meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="The North Wire">'
        )
        + f'<body><div id="bannerandheader">{NAV}</div><main data-layout="StandardLayout"><article><div data-gu-name="headline"><h1>{TITLE}</h1></div>'
        f'<div data-gu-name="standfirst"><p>Pause at sea begins on Friday, and nobody says what comes after it</p></div><div data-gu-name="meta"><address>Desk</address><details><summary>Thu 4 Sep 2025 06.00 BST</summary>Last modified on Fri 5 Sep 2025</details></div>'
        f'<div data-gu-name="body"><div id="maincontent"><div class="article-body-commercial-selector article-body-viewer-selector">{paras(texts[:half], attributes=" class=dcr-1")}'
        f"<aside><gu-island>{NEWSLETTER}</gu-island></aside>{paras(texts[half:], attributes=' class=dcr-1')}</div></div></div></article></main>{RELATED}{FOOTER}</body></html>"
    )


def public_radio(texts: Paragraphs) -> str:
    blocks = "".join(
        f'<div data-component="text-block" class="ssrcss-1-RichText"><div class="ssrcss-2-Container"><p class="ssrcss-3-Paragraph">{text}</p></div></div>'
        for text in texts
    )
    return (
        head(ld(datePublished="2025-09-04T12:00:00.000Z", **{"@type": "ReportageNewsArticle"}))
        + f'<body><header>{NAV}</header><main id="main-content"><article class="ssrcss-ArticleWrapper"><header data-component="headline-block"><h1 id="main-heading">{TITLE}</h1></header>'
        f'<div data-component="byline-block"><time data-testid="timestamp" datetime="2025-09-04T12:00:00.000Z">4 September 2025</time></div>{blocks}'
        f'<div data-component="links-block"><h2>Related topics</h2><ul><li><a href="/t">Rivers</a></li><li><a href="/u">Ports</a></li></ul></div></article></main>{FOOTER}</body></html>'
    )


def agency(texts: Paragraphs) -> str:
    body = "".join(
        f'<div class="article-body__paragraph__2-BtD" data-testid="paragraph-{at}">{text}</div>'
        for at, text in enumerate(texts)
    )
    return (
        head(ld(datePublished="2025-09-04T18:22:00Z", dateModified="2025-09-04T19:22:00Z"))
        + f'<body><div id="fusion-app"><header>{NAV}</header><main><article class="article__container"><h1 data-testid="Heading">{TITLE}</h1><div class="info"><time datetime="2025-09-04T18:22:00Z">September 4, 2025</time></div>'
        f'<div class="article-body__content__17Yit">{body}<p class="sign-off">Reporting by the Ostervik desk; editing by M. Lund</p></div></article>{RELATED}</main>{FOOTER}</div></body></html>'
    )


def magazine(texts: Paragraphs) -> str:
    half = len(texts) // 2
    return (
        head(
            '<meta name="date" content="2025-09-04T10:00:00+02:00"><meta property="og:site_name" content="Der Wochenspiegel">',
            lang="de",
        )
        + f'<body>{COOKIES}<main><article data-article-el="main"><header><h2><span class="align-middle">{TITLE}</span></h2><time class="timeformat" datetime="2025-09-04 10:00:00">04.09.2025</time></header>'
        f'<section class="relative"><div data-area="body"><div class="RichText RichText--iconLinks lg:mt-32">{paras(texts[:half])}</div>'
        f'<div data-area="related_articles"><ul><li><a href="/x">Hintergrund: Wer zahlt die Brücke?</a></li></ul></div><div class="RichText RichText--iconLinks">{paras(texts[half:])}</div></div></section></article></main>{FOOTER}</body></html>'
    )


def newsletter(texts: Paragraphs) -> str:
    return (
        head(ld(datePublished="2025-09-04T06:30:00+00:00"))
        + f'<body><div id="entry"><div class="main-menu">{NAV}</div><div class="single-post-container"><div class="single-post"><article class="typography newsletter-post post"><div class="post-header"><h1 class="post-title published">{TITLE}</h1><div class="byline-wrapper">Sep 04, 2025</div></div>'
        f'<div class="available-content"><div dir="auto" class="body markup">{paras(texts)}<div class="subscription-widget-wrap"><div class="subscription-widget"><p>Thanks for reading. Subscribe for free to get new letters.</p><form><input type="email"></form></div></div></div></div></article></div></div></div></body></html>'
    )


def platform_blog(texts: Paragraphs) -> str:
    return (
        head(
            '<meta property="article:published_time" content="2025-09-04T11:01:02.113Z"><meta property="og:site_name" content="Longform">'
        )
        + f'<body><div id="root"><div class="a b c">{NAV}<article><div class="l"><section><div><div class="cd ce"><h1 class="pw-post-title">{TITLE}</h1><div class="speechify-ignore"><p>4 min read</p><span>Sep 4, 2025</span></div>'
        f"{paras(texts, attributes=' class=pw-post-body-paragraph')}</div></div></section></div></article><footer><p>Written by Desk. 120 followers.</p></footer></div></div></body></html>"
    )


def old_blogger(texts: Paragraphs) -> str:
    body = "<br /><br />".join(texts)
    return (
        head(title=f"North notes: {TITLE}")
        + f"<body><div class='content'><div class='header'><h1 class='title'><a href='/'>North notes</a></h1></div><div class='main'><h2 class='date-header'><span>Thursday, September 4, 2025</span></h2>"
        f"<div class='post hentry'><h3 class='post-title entry-title'>{TITLE}</h3><div class='post-body entry-content' id='post-body-1'>{body}<div style='clear: both;'></div></div>"
        f"<div class='post-footer'>Posted by Desk at <abbr class='published' title='2025-09-04T08:00:00+02:00'>8:00 AM</abbr></div></div><div class='comments' id='comments'><h4>2 comments:</h4><p>A very fine piece, thank you for it, and greetings from the south.</p></div></div>"
        f"<div class='sidebar'><h2>Blog archive</h2><ul><li><a href='/a'>2024 (12)</a></li></ul></div></div></body></html>"
    )


def drupal_ministry(texts: Paragraphs) -> str:
    return (
        head(
            '<meta name="dcterms.issued" content="2025-09-04"><meta name="Generator" content="Drupal 10">',
            title=f"{TITLE} | Ministry of Waters",
        )
        + f'<body class="path-node"><div class="dialog-off-canvas-main-canvas"><header role="banner">{NAV}</header><main role="main"><div class="region region-content"><article class="node node--type-press-release node--view-mode-full">'
        f'<h1 class="page-header"><span class="field field--name-title">{TITLE}</span></h1><div class="field field--name-field-date"><time datetime="2025-09-04T12:00:00Z">4 September 2025</time></div>'
        f'<div class="field field--name-body field--type-text-with-summary">{paras(texts)}</div></article></div></main><footer role="contentinfo"><p>Ministry of Waters, 1 Quay Street. For questions of the press call the office.</p></footer></div></body></html>'
    )


def webforms(texts: Paragraphs) -> str:
    return (
        head(title=TITLE)
        + f'<body><form method="post" action="./release.aspx" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="abc"><div id="s4-workspace"><div id="topnav">{NAV}</div><div id="contentBox"><div class="ms-rtestate-field"><h1>{TITLE}</h1><p class="pubdate">04 September 2025</p>{paras(texts)}</div></div></div></form></body></html>'
    )


def accelerated(texts: Paragraphs) -> str:
    return (
        "<!doctype html><html amp lang=en><head><meta charset=utf-8><title>" + TITLE + "</title>"
        f'<link rel="canonical" href="{URL}">'
        + ld(datePublished="2025-09-04T07:00:00Z")
        + "<style amp-boilerplate>body{-webkit-animation:-amp-start 8s steps(1,end) 0s 1 normal both;animation:-amp-start 8s steps(1,end) 0s 1 normal both}@-webkit-keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}@keyframes -amp-start{from{visibility:hidden}to{visibility:visible}}</style>"
        "<noscript><style amp-boilerplate>body{-webkit-animation:none;animation:none}</style></noscript><style amp-custom>.ad{text-align:center}amp-sidebar{width:0}.article-body p{color:#333}</style></head>"
        f'<body><amp-sidebar id="sb" layout="nodisplay" hidden>{NAV}</amp-sidebar><article class="amp-article"><h1>{TITLE}</h1><div class="article-body">{paras(texts[:2])}<amp-ad class="ad" layout="fixed"><div fallback></div></amp-ad>{paras(texts[2:])}</div></article>{FOOTER}</body></html>'
    )


def tables(texts: Paragraphs) -> str:
    body = "<br><br>\n".join(texts)
    return (
        f"<HTML><HEAD><TITLE>{TITLE}</TITLE></HEAD><BODY BGCOLOR=#FFFFFF TEXT=#000000><TABLE WIDTH=760 BORDER=0><TR><TD COLSPAN=2 BGCOLOR=#003366><FONT COLOR=#FFFFFF SIZE=5>NORTH WIRE</FONT></TD></TR>"
        f"<TR><TD WIDTH=140 VALIGN=top BGCOLOR=#EEEEEE><FONT SIZE=2><A HREF=/>Home</A><BR><A HREF=/w>World</A><BR><A HREF=/s>Sport</A><BR><A HREF=/l>Letters</A></FONT></TD>"
        f"<TD VALIGN=top><FONT SIZE=5><B>{TITLE}</B></FONT><BR><FONT SIZE=1>September 4, 2025</FONT><BR><BR><FONT FACE=Times SIZE=3>{body}</FONT></TD></TR>"
        f"<TR><TD COLSPAN=2 ALIGN=center><FONT SIZE=1><A HREF=/c>Contact</A> | <A HREF=/a>Archive</A></FONT></TD></TR></TABLE></BODY></HTML>"
    )


def live(texts: Paragraphs) -> str:
    posts = "".join(
        f'<article class="live-post" id="p{at}"><header><time datetime="2025-09-04T{16 - at:02d}:05:00Z">{16 - at}.05</time></header><div class="post-content"><p>{text}</p></div></article>'
        for at, text in enumerate(texts)
    )
    updates = [
        {"@type": "BlogPosting", "headline": "x", "datePublished": f"2025-09-{4 + at:02d}T10:00:00Z"}
        for at in range(1, 4)
    ]
    return (
        head(
            ld(
                datePublished="2025-09-04T06:00:00Z",
                dateModified="2025-09-07T06:00:00Z",
                liveBlogUpdate=updates,
                **{"@type": "LiveBlogPosting"},
            )
        )
        + f'<body><header>{NAV}</header><main><h1>{TITLE}</h1><div class="live-blog">{posts}</div></main>{RELATED}{FOOTER}</body></html>'
    )


def lists_inside(texts: Paragraphs) -> str:
    return (
        head('<meta property="article:published_time" content="2025-09-04T07:10:00Z">')
        + f'<body>{NAV}<main><article><h1>{TITLE}</h1><div class="article-body">{paras(texts[:2])}<h2>What was agreed</h2><ul><li>{texts[2]}</li><li>{texts[3]}</li></ul><h2>What was not</h2>{paras(texts[4:])}</div></article></main>{FOOTER}</body></html>'
    )


def quotes_inside(texts: Paragraphs) -> str:
    return (
        head(ld(datePublished="2025-09-04"))
        + f'<body>{NAV}<article class="post"><h1>{TITLE}</h1><div class="post-content">{paras(texts[:2])}<blockquote><p>{texts[2]}</p></blockquote>{paras(texts[3:])}'
        '<div class="tags"><a href="/t/1">talks</a> <a href="/t/2">sea</a></div></div></article>'
        + COMMENTS
        + FOOTER
        + "</body></html>"
    )


def captions(texts: Paragraphs) -> str:
    figure = '<figure><img src="q.jpg" alt=""><figcaption>The quay at Ostervik in February. Photo: North Wire</figcaption></figure>'
    return (
        head(ld(datePublished="2025-09-04T01:00:00Z"))
        + f'<body>{NAV}<div class="container"><div class="row"><div class="col-md-8"><h1 class="title">{TITLE}</h1><p class="date">4 September 2025</p>{figure}<div class="article-text">{paras(texts)}</div>{SHARE}</div><div class="col-md-4 sidebar">{NEWSLETTER}{RELATED}</div></div></div>{FOOTER}</body></html>'
    )


def divs(texts: Paragraphs) -> str:
    body = "".join(f'<div class="t"><span>{text}</span></div>' for text in texts)
    return (
        head('<meta name="pubdate" content="20250904">')
        + f'<body><div id="app"><div class="h">{NAV}</div><div class="c"><h1>{TITLE}</h1>{body}</div>{FOOTER}</div></body></html>'
    )


def builder(texts: Paragraphs) -> str:
    widgets = "".join(
        f'<div class="elementor-element elementor-widget elementor-widget-text-editor"><div class="elementor-widget-container"><p>{text}</p></div></div>'
        for text in texts
    )
    return (
        head(
            '<meta property="article:published_time" content="2025-09-04T07:10:00Z"><script src="/wp-content/plugins/elementor/assets/js/frontend.min.js"></script>'
        )
        + f'<body><div data-elementor-type="header">{NAV}</div><div data-elementor-type="single-post" class="elementor"><h1 class="elementor-heading-title">{TITLE}</h1><div class="elementor-section">{widgets}</div></div>{FOOTER}</body></html>'
    )


def critical_css(texts: Paragraphs) -> str:
    rules = "".join(f".u-{at}{{margin:{at}px;color:#{at % 10}{at % 10}{at % 10}}}" for at in range(1500))
    style = (
        ":root{--ink:#222;--paper:#fff;--hero:#fff}body{color:var(--ink);background:var(--paper);font:16px/1.5 serif}"
        + rules
        + ".hero{background:#123 url(h.jpg)}.hero h1{color:var(--hero)}.menu ul{display:none}@media print{.article{display:none}}.modal{display:none}.is-open .modal{display:block}"
        ".sr-only{position:absolute;width:1px;height:1px;overflow:hidden}.cols{font-size:0}.cols>p{font-size:16px}"
    )
    return (
        head(ld(datePublished="2025-09-04T02:00:00Z") + f"<style>{style}</style>")
        + f'<body>{NAV}<div class="hero"><h1>{TITLE}</h1></div><article class="article"><div class="article-body cols">{paras(texts, attributes=" class=u-3")}</div></article><div class="modal"><p>Sign in to save this story to your list and read it later on any device.</p></div>{FOOTER}</body></html>'
    )


def dark(texts: Paragraphs) -> str:
    return (
        head(
            ld(datePublished="2025-09-04T02:00:00Z")
            + "<style>:root{--bg:#0d1117;--fg:#e6edf3}html{background:var(--bg)}body{background-color:var(--bg);color:var(--fg)}a{color:#58a6ff}</style>"
        )
        + f'<body>{NAV}<main><article><h1>{TITLE}</h1><div class="post-content">{paras(texts)}</div></article></main>{FOOTER}</body></html>'
    )


def forum_invision(texts: Paragraphs) -> str:
    def post(number: int, words: str) -> str:
        return (
            f'<article id="elComment_{number}" class="cPost ipsBox ipsComment ipsComment_parent"><aside class="ipsComment_author cAuthorPane"><h3>member{number}</h3><ul><li>Gold member</li><li>1,204 posts</li></ul></aside>'
            f'<div class="ipsComment_meta"><a href="#"><time datetime="2025-09-{3 + number:02d}T09:00:00Z">Posted September {3 + number}, 2025</time></a></div><div class="cPost_contentWrap"><div data-role="commentContent" class="ipsType_richText">{words}</div></div><ul class="ipsComment_controls"><li><a href="#">Quote</a></li><li><a href="#">Report</a></li></ul></article>'
        )

    reply = "<p>I read the same thing in the paper this morning and I still think that the whole story is made up by somebody.</p>"
    return (
        head('<meta property="og:site_name" content="Harbour boards">', title=f"{TITLE} - Harbour boards")
        + f'<body><a href="#c">Jump to content</a>{NAV}<div id="ipsLayout_mainArea"><h1 class="ipsType_pageTitle">{TITLE}</h1><h2>Recommended Posts</h2>{post(1, paras(texts))}{post(2, reply)}{post(3, reply)}<div class="ipsBox cTopicPostArea"><p>Take part. Write your answer first and open an account afterwards; members log in above.</p></div></div>{FOOTER}</body></html>'
    )


def forum_phpbb(texts: Paragraphs) -> str:
    def post(number: int, words: str) -> str:
        return f'<div id="p{number}" class="post has-profile bg2"><dl class="postprofile"><dt>user{number}</dt><dd>Posts: 88</dd></dl><div class="postbody"><h3><a href="#p{number}">Re: {TITLE}</a></h3><p class="author">by user{number} » Thu Sep 04, 2025 9:0{number} am</p><div class="content">{words}</div></div></div>'

    return (
        head(title=f"{TITLE} - Boards")
        + f'<body id="phpbb"><div id="wrap"><div id="page-header">{NAV}</div><div id="page-body"><h2 class="topic-title">{TITLE}</h2>{post(1, "<br><br>".join(texts))}{post(2, "Nobody ever asked the fishermen what they think of it, and that is a shame for everybody.")}</div></div></body></html>'
    )


def forum_xenforo(texts: Paragraphs) -> str:
    def post(number: int, words: str) -> str:
        return f'<article class="message message--post js-post" data-author="u{number}" id="js-post-{number}"><div class="message-user"><h4>u{number}</h4></div><div class="message-main"><header><time class="u-dt" datetime="2025-09-0{3 + number}T10:00:00+0200">Sep {3 + number}, 2025</time></header><div class="message-userContent"><article class="message-body"><div class="bbWrapper">{words}</div></article></div></div></article>'

    return (
        head(title=f"{TITLE} | Boards")
        + f'<body data-template="thread_view">{NAV}<div class="p-body"><h1 class="p-title-value">{TITLE}</h1>{post(1, "<br /><br />".join(texts))}{post(2, "That is what I said last year, and nobody in this forum wanted to hear it from me then.")}</div>{FOOTER}</body></html>'
    )


def mailing_list(texts: Paragraphs) -> str:
    return (
        head(title=f"[waters] {TITLE}")
        + f'<body><h1>[waters] {TITLE}</h1><b>Desk</b> <i>Thu Sep 4 10:12:01 CEST 2025</i><hr><pre>{chr(10).join(text + chr(10) for text in texts)}</pre><hr><a href="/l">More information about the waters mailing list</a></body></html>'
    )


def portal(texts: Paragraphs) -> str:
    teasers = "".join(
        f'<div class="teaser"><a href="/{at}"><h3>Another headline number {at} from the portal</h3></a><p>A short line that tells you why you should click on this one too.</p></div>'
        for at in range(8)
    )
    return (
        head(f'<meta property="og:url" content="{URL}">')
        + f'<body>{NAV}<div class="grid"><div class="left">{teasers}</div><div class="article-wrap"><h1>{TITLE}</h1><div class="article__content">{paras(texts)}</div></div><div class="right">{teasers}</div></div>{FOOTER}</body></html>'
    )


def wiki(texts: Paragraphs) -> str:
    return (
        head(title=f"{TITLE} - Waterpedia")
        + f'<body class="mediawiki"><div id="content" class="mw-body" role="main"><h1 id="firstHeading">{TITLE}</h1><div id="bodyContent"><div id="siteSub">From Waterpedia</div><div id="mw-content-text"><div class="mw-parser-output">{paras(texts)}<div class="printfooter">Retrieved from the site on a day</div></div></div></div></div><div id="mw-navigation">{NAV}</div><div id="footer"><ul><li>This page was last edited on 11 November 2025, at 10:11.</li></ul></div></body></html>'
    )


def chinese_portal(texts: Paragraphs) -> str:
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>两国宣布暂不蓄水_北方网</title><meta name="publishdate" content="2025-09-04"></head><body><div class="top"><a href="/">首页</a><a href="/gj">国际</a><a href="/ty">体育</a></div>'
        f'<div class="main-left left"><h1>两国宣布暂不蓄水</h1><div class="info"><span class="time">2025年09月04日 08:12</span><span>来源:北方网</span></div><div class="article" id="detail">{paras(texts)}<p class="editor">责任编辑:李</p></div></div><div class="footer">版权所有 北方网</div></body></html>'
    )


TEMPLATES: dict[str, Template] = {
    function.__name__: function
    for function in (
        wordpress_classic,
        wordpress_blocks,
        broadsheet,
        public_radio,
        agency,
        magazine,
        newsletter,
        platform_blog,
        old_blogger,
        drupal_ministry,
        webforms,
        accelerated,
        tables,
        live,
        lists_inside,
        quotes_inside,
        captions,
        divs,
        builder,
        critical_css,
        dark,
        forum_invision,
        forum_phpbb,
        forum_xenforo,
        mailing_list,
        portal,
        wiki,
    )
}
