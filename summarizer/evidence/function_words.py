"""Closed-class words that change what a sentence says: negations, modal verbs, numerals, verbs of saying.

The sets are written from the grammars of the languages (a closed class takes no new members, so a list
can be whole or nearly so): English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish,
Danish, Norwegian, Russian and Ukrainian; for Chinese, Japanese, Korean and Turkish the commonest negations
only. The languages share one set, because a text may quote another language and its own may be unknown: a
word that is a negation in one of them only costs a wider quotation or a re-ask in the others.

All words are lower case, as `summarizer.evidence.normalised` folds them.
"""

from __future__ import annotations

import re

__all__ = [
    "ACRONYMS",
    "ELISIONS",
    "NAMESAKES",
    "NEGATIVE_PREFIXES",
    "POSTPOSED_NEGATIONS",
    "SCALES",
    "is_auxiliary",
    "is_modal",
    "is_negation",
    "is_number",
    "is_saying",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Negative particles, determiners, pronouns, adverbs, conjunctions and prepositions. Left out: `noch`, which is
# `nor` only after `weder`.
_NEGATIONS = _words("""
    no not never nor neither none nobody nothing nowhere without cannot hardly scarcely barely
    dont cant wont isnt arent doesnt didnt wasnt werent wouldnt couldnt shouldnt hasnt havent hadnt aint
    nicht nichts nie niemals niemand niemanden niemandem nirgends nirgendwo kein keine keinen keinem keiner
    keines keinerlei nein weder ohne kaum
    ne pas jamais aucun aucune nul nulle rien personne ni sans non guère nullement
    nunca jamás nadie nada ningún ninguno ninguna tampoco sin
    mai nessun nessuno nessuna niente nulla né nemmeno neppure neanche senza
    não nem ninguém nenhum nenhuma sem jamais
    niet nooit niemand niets geen zonder nergens nee
    nie nigdy nikt nikogo nic żaden żadna żadne żadnych ani bez brak nigdzie
    inte aldrig ingen inget inga ej utan varken ikke aldri intet ingenting uden uten hverken verken nei nej
    не ни нет никогда никто никого никому ничего ничто ничем никакой никакая никакие никаких никакого нигде
    без нельзя отнюдь
    ні немає нема ніколи ніхто нікого нікому нічого ніщо нічим жоден жодна жодне жодних жодного жодної ніде
    ані неможливо
    değil yok hiç asla
    不 没 沒 無 无 非 未 别 別 勿 莫
    안 못
""")

POSTPOSED_NEGATIONS = _words("nicht nie niemals niet nooit inte aldrig ikke aldri pas jamais değil")
"""Negations that follow the verb, and often the object, which they deny."""

# Modal verbs with their forms, modal particles, and the auxiliaries of the future and the conditional.
_MODALS = _words("""
    could will would may might must should shall can ought cannot
    kann kannst können könnt konnte konnten könnte könnten soll sollen sollte sollten muss muß müssen musste
    mussten müsste müssten darf dürfen durfte dürfte dürften mag mögen möchte möchten wollen wollte wird
    werden würde würden
    peut peuvent pouvait pourra pourront pourrait pourraient doit doivent devait devra devront devrait
    devraient faut faudra faudrait
    puede pueden podía podrá podrán podría podrían debe deben deberá deberán debería deberían
    può possono poteva potrà potranno potrebbe potrebbero deve devono doveva dovrà dovranno dovrebbe
    dovrebbero
    pode podem poderá poderão poderia poderiam devem deverá deverão deveria deveriam
    kan kunnen kon konden zou zouden zal zullen moet moeten moest mag mogen mocht
    może mogą mógłby mogłaby mogliby powinien powinna powinno powinni musi muszą trzeba należy
    kunna kunde ska skall skulle måste bör får kunne skal må bør burde
    может могут мог могла могло могли можно сможет смогут должен должна должно должны надо нужно следует
    возможно бы будет будут
    може можуть міг могла могли можна зможе зможуть повинен повинна повинно повинні мусить мусять має мають
    треба потрібно слід можливо би б буде будуть
    能 可能 可以 必須 必须 應 应
""")

_AUXILIARIES = _MODALS | _words("am is are was were be been do does did has have had")

# Cardinals, the commonest fractions and multiples. Left out: those that are also an article (ein, un, una), and
# those that are a common word of another language (Italian `due`, Spanish `once`, Danish `to`).
_NUMERALS = _words("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety half third quarter
    twice thrice double triple both
    null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig
    sechzig siebzig achtzig neunzig halb hälfte drittel viertel
    deux trois quatre cinq sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante
    cinquante soixante moitié tiers
    dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cuarenta cincuenta mitad
    tre quattro cinque sette otto nove dieci undici dodici venti trenta quaranta cinquanta metà
    dois duas três quatro sete oito dez vinte trinta
    twee drie vier vijf zes zeven acht negen tien twintig dertig helft
    dwa dwie dwóch trzy trzech cztery czterech pięć sześć siedem osiem dziewięć dziesięć dwadzieścia połowa
    två fyra fem sju åtta nio tio seks syv åtte otte
    один одна одно одного два две двух три трёх трех четыре пять шесть семь восемь девять десять двадцать
    тридцать сорок пятьдесят половина оба
    дві двох трьох чотири чотирьох п'ять шість сім вісім дев'ять десять двадцять тридцять п'ятдесят обидва
""")

SCALES = _words("""
    hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens
    percent percentage % ‰ bn mn mln bln k
    hundert tausend tausende million millionen milliarde milliarden mio mrd prozent dutzend
    cent cents mille million milliers milliard milliards pour-cent
    cien ciento cientos mil miles millón millones
    cento mila milione milioni miliardo miliardi
    milhão milhões bilhão bilhões
    honderd duizend miljoen miljard procent
    sto tysiąc tysiące tysięcy milion miliony milionów miliard miliardy miliardów mld tys
    hundra tusen miljon miljoner miljarder hundre hundrede tusind millioner milliarder
    сто сотни сотен тысяча тысячи тысяч тыс миллион миллиона миллионов млн миллиард миллиарда миллиардов млрд
    процент процента процентов
    сотень тисяча тисячі тисяч тис мільйон мільйона мільйонів мільярд мільярда мільярдів відсоток відсотка
    відсотків
    十 百 千 万 萬 億 亿 兆
""")
"""Words that multiply the number before them: the number is not whole without them."""

# Verbs of saying as they stand in attributions, and prepositions that do the same work.
_SAYING = _words("""
    say says said saying tell tells told telling add adds added adding ask asks asked answer answered reply
    replies replied state states stated declare declares declared announce announced note notes noted stress
    stresses stressed insist insists insisted explain explains explained continue continued warn warns warned
    write writes wrote argue argues argued claim claims claimed remark remarked mention mentioned comment
    commented emphasise emphasised emphasize emphasized according quoted recalled reiterated concluded told
    sagte sagt sagten erklärte erklärt betonte meinte schrieb fügte hinzu laut antwortete warnte teilte
    dit déclaré déclare affirmé affirme ajouté ajoute expliqué explique souligné souligne selon indiqué précisé
    estimé assuré répondu poursuivi
    dijo dice afirmó añadió agregó declaró señaló explicó aseguró según subrayó respondió
    detto dice aggiunto dichiarato spiegato affermato sottolineato secondo aggiunge spiega risposto
    disse afirmou acrescentou declarou explicou
    zei zegt aldus voegde verklaarde benadrukte
    powiedział powiedziała dodał dodała oświadczył oświadczyła stwierdził podkreślił zaznaczył
    sade säger sa sier sagde siger tillade
""")
_SAYING_STEM = re.compile(
    "(?:сказа|заяви|заявл|отмети|отмеча|подчеркн|подчёркн|добави|поясни|сообщи|уточни|напомни|счита|ответи"
    "|говорит|говорил|пишет|написал|слов(?:ам|ах)$|наголоси|зазначи|дода[влє]|пояснив|повідоми|уточнив|каже"
    "|казав|казал|вважає|відпові|пише|підкресли)"
)

NEGATIVE_PREFIXES = ("un", "in", "im", "ir", "il", "non", "non-", "dis", "anti-", "не", "без", "без-")

ELISIONS = _words("""
    l d n s c j m t qu jusqu lorsqu puisqu quoiqu aujourd
    dell all nell sull dall un quest quell nessun sant
""")
"""What stands before the apostrophe where French and Italian drop a vowel: the next word is whole."""

ACRONYMS = _words("us it who un aids")
"""Words that are something else in capitals (US and us, WHO and who, UN and un)."""

NAMESAKES = _words("""
    may march august will mark bill turkey polish china rice bush frank grant sue
    sie ihr ihre ihren ihrem ihrer ihnen
    mars mai
""")
"""Words that are something else with a capital in the middle of a sentence (May and may, Sie and sie)."""


def is_negation(word: str) -> bool:
    """Tell whether a folded word denies: `not`, `can't`, French `n'accepte`, Korean `않는다`."""
    return word in _NEGATIONS or word.endswith("n't") or word.startswith(("n'", "않", "못"))


def is_modal(word: str) -> bool:
    """Tell whether a folded word is a modal verb or carries one: `could`, `can't`, `we'll`."""
    return word in _MODALS or word.endswith(("'ll", "'d")) or (word.endswith("n't") and word[:-3] in _STEMS)


_STEMS = _words("could wo would might must should sha ca may")


def is_auxiliary(word: str) -> bool:
    """Tell whether a folded word is an English auxiliary or a modal verb: what a following `not` denies."""
    return word in _AUXILIARIES


def is_number(word: str) -> bool:
    """Tell whether a folded word is a figure, a numeral, a scale (`million`) or a sign of per cent."""
    if any(char.isnumeric() for char in word) or word in _NUMERALS or word in SCALES:
        return True
    return "-" in word and any(part in _NUMERALS for part in word.split("-"))


def is_saying(word: str) -> bool:
    """Tell whether a folded word is a verb of saying, or a preposition that attributes."""
    return word in _SAYING or _SAYING_STEM.match(word) is not None
