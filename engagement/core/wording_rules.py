"""The table of patterns that `wording` reads text by: data alone, so that the device's JavaScript reads by the same.

Every expression is written in what Python's `re` (with ASCII classes) and JavaScript share, has a bounded length
(no `*`, no `+`), and asks no more of the text before it than a fixed few characters. So reading takes time in
proportion to the text, whatever the text is. Where an expression has a group, the finding is what the group holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["vehicle", "telephone", "national_insurance", "email", "address", "postcode", "birth_date", "person", "intelligence"]

SENTENCES: dict[Kind, str] = {
    "vehicle": "“{text}” looks like a vehicle mark: take it out, and put it in a report if it matters.",
    "telephone": "“{text}” looks like somebody's telephone number: keep it with the contact, not in the text.",
    "national_insurance": "“{text}” looks like a National Insurance number: take it out.",
    "email": "“{text}” looks like somebody's e-mail address: keep it with the contact, not in the text.",
    "address": "“{text}” looks like somebody's home: name the street or the area without the number.",
    "postcode": "“{text}” looks like a full postcode: name the street or the area instead.",
    "birth_date": "“{text}” looks like a date of birth: take it out.",
    "person": "“{text}” looks like a person's name: say what they are to the matter, such as “a resident”.",
    "intelligence": "“{text}” reads like intelligence: put it in an intelligence report and leave it out here.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One named pattern. `any_case` is the `i` flag of both languages."""

    kind: Kind
    name: str
    pattern: str
    any_case: bool = False

    @property
    def sign(self) -> str:
        """A figure ("0") or "@" where nothing without one can be found by it; empty where words alone are."""
        if self.kind == "email":
            return "@"
        return "" if self.kind in ("person", "intelligence") or self.name == "where somebody lives" else "0"


# Characters that are read as another, one for one, so that places in the text stay what they are.
READ_AS: dict[str, str] = {
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc", "'"),
    "\uff20": "@",
    **{chr(0xFF10 + n): str(n) for n in range(10)},
}

_L = "A-Za-zÀ-ɏ"  # a Latin letter
_BEFORE = f"(?<![{_L}0-9])"
_AFTER = f"(?![{_L}0-9])"

# Three letters after a road, a beat or a collar number that are a word and not the end of a mark.
_WORDS = (
    "and|the|was|for|are|has|had|but|not|who|now|all|out|off|car|van|bus|men|new|old|one|two|six|ten|did|its|our|via|"
    "per|day|yrs|hrs|min|mph|kph|jct|cctv|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)
_WORD = f"(?:{_WORDS}|{_WORDS.upper()}){_AFTER}"
_GAP = "[ -]{0,2}"

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    f"(?:[0-3]?[0-9][-/. ][01]?[0-9][-/. ](?:[0-9]{{4}}|[0-9]{{2}})|[0-3]?[0-9](?:st|nd|rd|th)? {_MONTH},? [0-9]{{2,4}}"
    f"|{_MONTH} [0-3]?[0-9](?:st|nd|rd|th)?,? [0-9]{{4}}|[12][0-9]{{3}})"
)

_STREET = (
    "(?:[Rr]oad|R[Dd]|rd|[Ss]treet|S[Tt]|st|[Ll]ane|Ln|ln|[Aa]venue|Ave?|ave|[Cc]lose|Cl|[Dd]rive|Dr|[Cc]rescent|Cres|[Ww]ay|"
    "[Cc]ourt|Ct|[Gg]ardens|Gdns|[Pp]lace|Pl|[Tt]errace|[Gg]rove|[Mm]ews|[Ww]alk|Row|[Ss]quare|Sq|[Rr]ise|Vale|Hill|Park|"
    "View|Green|Parade|Mead|Meadows?|Croft|Orchard|Paddock|Cottages|ROAD|STREET|LANE|AVENUE|CLOSE|DRIVE|CRESCENT|WAY)"
)
# Words that follow a number in an officer's line, and are not the name of a street.
_COUNTED = (
    "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|January|February|March|April|June|July|August|September|Sept|October|"
    "November|December|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Mph|MPH|Pm|PM|"
    "Am|AM|Police|Neighbourhood|Community|Speedwatch|Parish|Town|Council|Officers|PCs?|PCSOs?|Residents?|Visits?|Checks?|"
    "Patrols?|Drivers?|Cars?|Vehicles?|Cyclists?|Reports?|Young|New|Year"
)
_COUNTED_LOW = (
    "side|main|new|high|bus|cycle|more|busy|local|street|residential|other|parked|different|nearby|minor|major|rural|"
    "country|narrow|long|short|first|second|the|of|in|on|at|per|old|open|small|large|public|car|town|city|village|"
    "residents|shops|cars|people|way|one|two|separate|private|adjoining|surrounding|further|country|closed|single|"
    "outside|near|from|along|by|to|and|or|a|an|minutes|metres|yards|miles|mph|pm|am|hours|days|weeks|x"
)
_NUMBER = "[1-9][0-9]{0,3}[A-Za-z]?(?:[-/][0-9]{1,4}[A-Za-z]?)?"
_NAME = "[A-ZÀ-Þ][A-Za-zÀ-ɏ'.-]{1,20}"
_SURNAME = "[A-ZÀ-ÞĀ-ɏ][A-Za-zÀ-ɏ'-]{1,30}"
_DRUG = "(?:drugs?|weed|cannabis|cocaine|coke|crack|heroin|spice|ket|ketamine|mdma|pills|class a|gear|brown|vapes?|knives|guns?)"

# What goes before supplies that are goods.
_GOODS_BEFORE = (
    "school|food|office|water|power|medical|art|cleaning|limited|emergency|essential|basic|more|any|some|our|their|the|and|&|pet|"
    "kitchen|building"
)
_GOODS = "".join(f"(?<!{word} )" for word in _GOODS_BEFORE.split("|"))

RULES: tuple[Rule, ...] = (
    Rule("email", "e-mail address", r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}", True),
    Rule(
        "national_insurance",
        "National Insurance number",
        rf"{_BEFORE}(?!bg|gb|nk|kn|tn|nt|zz)[a-ceghj-rtw-z][a-ceghj-np-rtw-z](?:[ -]?[0-9]{{2}}){{3}}[ -]?[a-d]{_AFTER}",
        True,
    ),
    Rule("vehicle", "current mark", rf"{_BEFORE}[A-HJ-PR-Z]{{2}}[0-9]{{2}}{_GAP}(?!{_WORD})[A-HJ-PR-Z]{{3}}{_AFTER}"),
    Rule(
        "vehicle",
        "current mark, in lower case",
        rf"{_BEFORE}(?!No)[A-HJ-PR-Ya-hj-pr-y][a-hj-pr-y][0-9]{{2}}{_GAP}(?!{_WORD})[a-hj-pr-z]{{3}}{_AFTER}",
    ),
    Rule("vehicle", "current mark, in one word", rf"{_BEFORE}[a-hj-pr-z]{{2}}[0-9]{{2}}(?!{_WORD})[a-hj-pr-z]{{3}}{_AFTER}", True),
    Rule("vehicle", "prefix mark", rf"{_BEFORE}[A-HJ-NPR-TV-Y][0-9]{{1,3}}{_GAP}(?!{_WORD})[A-HJ-PR-Z]{{3}}{_AFTER}"),
    Rule("vehicle", "prefix mark, in one word", rf"{_BEFORE}[a-hj-npr-tv-y][0-9]{{1,3}}(?!{_WORD})[a-hj-pr-z]{{3}}{_AFTER}", True),
    Rule("vehicle", "suffix mark", rf"{_BEFORE}(?!{_WORD}|NHW|HMO|LOT)[A-HJ-PR-Y]{{3}}{_GAP}[0-9]{{1,3}}[A-HJ-NPR-TV-Y]{_AFTER}"),
    Rule(
        "vehicle",
        "suffix mark, in one word",
        rf"{_BEFORE}(?!{_WORDS}|nhw|hmo|lot)[a-hj-pr-y]{{3}}[0-9]{{1,3}}[a-hj-npr-tv-y]{_AFTER}",
        True,
    ),
    # A mark without a date (A 1, ABC 123) cannot be told from a road or a collar number: only after a word for one.
    Rule(
        "vehicle",
        "after a word for a mark",
        rf"{_BEFORE}(?:[Rr]eg|REG|[Rr]egistration|[Ii]ndex|VRM|VRN|[Nn]umber [Pp]late|[Pp]late)"
        r"(?: (?:[Nn]umber|[Mm]ark|[Nn]o\.?|[Ee]nding|[Pp]late|is|was)){0,2}[ :.,-]{1,3}"
        rf"((?:[A-Z]{{1,3}} ?[0-9]{{1,4}}|[0-9]{{1,4}} ?[A-Z]{{1,3}}|[A-Za-z]{{1,3}}[0-9]{{1,4}})(?: ?[A-Z]{{1,3}}|[a-z]{{1,3}})?){_AFTER}",
    ),
    # Numbers that the public is meant to ring (0800, 0808, 03..) and dates are let by.
    Rule(
        "telephone",
        "British number",
        r"(?<![A-Za-z0-9+/-])(?![0-3][0-9][-./ ][01][0-9][-./ ](?:19|20)?[0-9]{2}(?![0-9]))"
        r"(?:(?:\+|00) ?44[ .-]{0,2}(?:\(0\) ?)?|(?:\((?=0[0-9]{2,5} ?\)))?[0Oo])(?!800|808|3)[1-9](?:[ ().-]{0,2}[0-9]){8,9}(?![0-9])",
    ),
    Rule("telephone", "mobile without its nought", rf"{_BEFORE}(?<![.+-])7[0-9]{{3}} ?[0-9]{{3}} ?[0-9]{{3}}(?![0-9])"),
    Rule(
        "telephone",
        "after a word for a telephone",
        rf"{_BEFORE}(?:tel|telephone|phone|mobile|mob|ring)(?: (?:no|number|is|on)){{0,2}}[ .:]{{1,3}}([0-9]{{3}} ?[0-9]{{3}}){_AFTER}",
        True,
    ),
    Rule("postcode", "postcode", rf"{_BEFORE}[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNP-Y]? {{0,2}}[0-9][ABD-HJLNP-UW-Z]{{2}}{_AFTER}"),
    Rule(
        "postcode",
        "postcode, in lower case",
        rf"{_BEFORE}[A-PR-UWYZa-pr-uwyz][a-hk-y]?[0-9][0-9a-hjkmnp-y]? {{0,2}}[0-9](?!nd|rd|st|th|hr|ft|yd)[abd-hjlnp-uw-z]{{2}}{_AFTER}",
    ),
    Rule(
        "address",
        "house and street",
        rf"(?<![A-Za-z0-9/.:£-])(?<!PC )(?<!PCSO )(?<!Sgt )(?:(?:[Ff]lat|FLAT|[Aa]partment|[Aa]pt) ?[0-9]{{1,4}}[A-Za-z]?[ ,]{{1,3}})?"
        rf"(?!(?:19|20)[0-9]{{2}}[ ,]){_NUMBER},? (?!(?:{_COUNTED}){_AFTER}){_NAME}(?: {_NAME}){{0,2}} {_STREET}{_AFTER}",
    ),
    Rule(
        "address",
        "house and street, in lower case",
        rf"(?<![A-Za-z0-9/.:£-])(?!(?:19|20)[0-9]{{2}} ){_NUMBER},? (?!(?:{_COUNTED_LOW}){_AFTER})[a-z']{{3,20}} "
        rf"(?:road|rd|street|lane|ln|avenue|ave|close|drive|crescent|grove|gardens|terrace|mews){_AFTER}",
    ),
    Rule("address", "flat", rf"{_BEFORE}(?:flat|apartment|apt)(?: (?:number|no\.?))? ?[0-9]{{1,4}}[a-z]?{_AFTER}(?! tyres?)", True),
    Rule("address", "house number", rf"{_BEFORE}(?:at|house|lives|door) (?:number|no\.?) ?[0-9]{{1,4}}[a-z]?{_AFTER}", True),
    Rule(
        "address",
        "where somebody lives",
        rf"{_BEFORE}(?:lives|living|resides|residing|stays|staying) (?:at|opposite|next door){_AFTER}",
        True,
    ),
    Rule(
        "birth_date",
        "after a word for birth",
        rf"{_BEFORE}(?:d\.?o\.?b\.?|date of birth|born)(?: (?:on|in|is|was))?[ :.-]{{1,3}}{_DATE}(?![0-9])",
        True,
    ),
    Rule("birth_date", "a day long ago", r"(?<![0-9/.-])[0-3]?[0-9][-/.][01]?[0-9][-/.](?:19[0-9]{2}|200[0-9]|201[0-5])(?![0-9])"),
    Rule("person", "title and surname", rf"{_BEFORE}(?:mr|mrs)\.?(?: (?:&|and) (?:mr|mrs)\.?)? (?:[a-z]\.? )?[{_L}][{_L}'-]{{1,30}}", True),
    Rule("person", "title, first name and surname", rf"{_BEFORE}(?:[Mm]rs?|MRS?)\.? {_SURNAME} {_SURNAME}"),
    Rule("person", "title and surname, in capitals only", rf"{_BEFORE}(?:Miss|Ms|Mx|MISS|MS)\.? (?:[A-Z]\.? )?{_SURNAME}(?: {_SURNAME})?"),
    Rule(
        "person",
        "doctor or professor",
        rf"(?:^|[.,;:!?(\n] ?|{_BEFORE}(?:[Ww]ith|to|by|[Ff]rom|the|and|saw|told|met|[Ff]or|of|that|says|said|asked|rang|visited) )"
        rf"((?:Dr|Prof|Professor)\.? (?:[A-Z]\.? )?{_SURNAME}(?: {_SURNAME})?)",
    ),
    Rule(
        "intelligence",
        "dealer",
        rf"{_BEFORE}(?<!car )(?<!motor )(?<!scrap )(?<!metal )(?<!antique )(?<!antiques )(?<!vehicle )(?<!used )(?:drugs? )?dealers?{_AFTER}",
        True,
    ),
    Rule(
        "intelligence",
        "is dealing",
        rf"{_BEFORE}(?:is|are|was|were|been|he's|she's|they're|seen|him|her|them|someone|somebody)(?: (?:still|openly|also))? dealing{_AFTER}(?! with)",
        True,
    ),
    Rule(
        "intelligence",
        "deals in",
        rf"{_BEFORE}(?:deals?|dealing|sells?|selling|sold|supply|supplying|supplied|runs|running|moving) {_DRUG}{_AFTER}",
        True,
    ),
    Rule(
        "intelligence",
        "deals from",
        rf"{_BEFORE}(?:who deals{_AFTER}(?! with)|deals from|dealing from|selling from|sells from|dealing out of)",
        True,
    ),
    Rule(
        "intelligence",
        "supplies",
        rf"{_BEFORE}{_GOODS}supplies{_AFTER}(?! of (?:signs|leaflets|kits))",
        True,
    ),
    Rule("intelligence", "is supplying", rf"{_BEFORE}(?:is|are|was|were|been|he's|she's|they're) supplying{_AFTER}", True),
    Rule(
        "intelligence",
        "informant",
        rf"{_BEFORE}(?:informants?|informer|intel|intelligence (?:suggests|that|says|report|received)|told (?:me|us) in confidence|grassed|grassing)"
        rf"{_AFTER}(?! pack)",
        True,
    ),
    Rule(
        "intelligence",
        "named for a crime",
        rf"{_BEFORE}(?:known (?:offender|dealer|criminal|burglar|thief)|prime suspect|wanted on warrant|(?:is|was|been|being) cuckooed|on (?:bail|tag) for|"
        rf"(?:stash|stashes|stashing) (?:of )?{_DRUG})",
        True,
    ),
)
