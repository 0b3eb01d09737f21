"""A one-line concern in everyday English gets the category that an officer would pick."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.concerns.categories import Category, guess_category

EVERYDAY = {
    Category.SPEEDING: [
        "Cars going too fast past the shops", "Speeding on Links Road", "Vans overtaking cyclists on the bend",
        "Drivers jumping red lights", "Lorries using the lane as a rat run", "Traffic through the village is too fast",
        "Nearly knocked over on the crossing", "Dangerous driving on the bypass", "Cars racing on Links Road",
    ],
    Category.PARKING: [
        "Cars parked on the pavement by the surgery", "Can't get out of my drive, cars blocking it", "Parking on the corner of Church Road",
        "Vans left on double yellows all day", "Somebody without a blue badge in the disabled bay", "Blocked driveway again",
    ],
    Category.VEHICLE_NUISANCE: [
        "E-scooters on the pavement", "Mopeds racing round the field", "Abandoned car by the garages", "Off-road bikes on the heath",
        "Car meet at the retail park on Sundays", "Untaxed van outside the flats", "Boy racers doing doughnuts",
    ],
    Category.ROWDY: ["Fighting outside the takeaway on Saturday", "Abusive shouting in the precinct", "Eggs thrown at our door", "Anti-social behaviour on the green"],
    Category.YOUNG_PEOPLE: [
        "Youths hanging about the bus shelter", "Group of teenagers outside the Spar", "Kids climbing on the garages", "Knock down ginger on the estate",
        "Gangs of lads in the park after dark",
    ],
    Category.NEIGHBOUR_DISPUTE: ["Neighbours arguing over the fence", "Dispute with next door about a boundary", "Problems with my neighbour"],
    Category.NOISE: ["Loud music until 3am", "Noise from the building site", "Noisy parties at the holiday let", "House alarm going off for days", "Dogs barking all night"],
    Category.DRUGS: ["Smell of cannabis in the stairwell", "Drug dealing in the car park", "Needles found in the play area", "Nitrous oxide canisters by the bench", "Smoking weed in the park"],
    Category.STREET_DRINKING: ["Street drinkers by the war memorial", "Begging outside the Co-op", "Drunks on the benches in the morning", "Rough sleeper in the bank doorway"],
    Category.LITTER: ["Fly-tipping down the lane", "Rubbish all over the recreation ground", "Mattress dumped behind the shops", "Overflowing bins", "Broken glass in the play area"],
    Category.GRAFFITI: ["Graffiti on the underpass", "Bus shelter smashed again", "Car tyres slashed overnight", "Vandalism at the allotments", "Windows broken at the pavilion", "My car was keyed"],
    Category.FIREWORKS: ["Fireworks being let off in the street", "Kids throwing bangers", "Fires lit on the heath"],
    Category.DOGS: ["Dog poo on the school path", "Dogs off the lead chasing people", "Dangerous dog in Pine Close", "Dog fouling", "Loose horses on the common"],
    Category.BURGLARY: ["Sheds broken into last night", "Burglary in our road", "Somebody trying car doors at night", "Catalytic converters stolen", "Parcels stolen from the doorstep"],
    Category.SHOP_THEFT: ["Shoplifting at the chemist", "Same man stealing from the Co-op every day", "Shop staff threatened", "Thefts from the convenience store"],
    Category.RURAL_CRIME: ["Hare coursing on the Down", "Sheep worried by dogs", "Diesel stolen from the farm", "Poachers in the woods", "Lead stolen from the church roof"],
    Category.CYCLE_THEFT: ["Bikes stolen from the leisure centre", "My son's bicycle was nicked", "Cycle theft at the station"],
    Category.FRAUD: ["Bogus callers saying they are from the water board", "Telephone scam asking for bank details", "Rogue traders offering to do roofs", "Cold callers at the door"],
    Category.HATE: ["Racist abuse at the bus stop", "Homophobic name-calling", "Far right stickers on the lamp posts", "Women in headscarves shouted at: hate"],
    Category.WOMENS_SAFETY: ["Women feel unsafe walking home", "Followed home by a man", "Catcalling of joggers", "Worried about drink spiking", "Flasher in the woods"],
    Category.SCHOOL_GATE: ["Parents parking on the zig-zags", "Chaos at school drop-off", "Parking outside the school at pick-up time", "School run traffic"],
    Category.LICENSING: ["Trouble at the pub at closing time", "Shop selling vapes to children", "Noise from the nightclub", "Underage sales at the off licence"],
    Category.LIGHTING: ["Street light out on the footpath", "Alley too dark at night", "Lamp post not working", "No lighting at the bus stop"],
    Category.VISIBILITY: ["Never see a policeman on the beat", "Would like more patrols", "Who is our officer?", "We don't see you any more", "No police presence in the village"],
    Category.POLICE_CONTACT: ["Rang 101 and gave up", "Reported it and nobody came", "No reply to my e-mail", "Never heard back about my crime number", "How do I report things online?"],
    Category.OTHER: ["Potholes on the high street", "Overgrown hedge over the footpath", "Blocked drain", "Road sign missing", "Library opening hours"],
}  # fmt: skip


@pytest.mark.parametrize(("category", "title"), [(category, title) for category, titles in EVERYDAY.items() for title in titles])
def test_everyday_english(category: Category, title: str) -> None:
    assert guess_category(title) is category


def test_every_category_is_in_the_table() -> None:
    assert set(EVERYDAY) == set(Category)
    assert len({category.label for category in Category}) == len(Category) == 26


def test_nine_in_ten_of_the_demonstrations_titles() -> None:
    path = Path(__file__).parents[2] / "engagement" / "demonstration" / "data" / "concerns.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    right = sum(guess_category(row["title"]) == row["category"] for row in rows)
    assert len(rows) > 100
    assert right / len(rows) >= 0.9


@given(st.text(max_size=300))
def test_any_text_has_a_category(text: str) -> None:
    assert guess_category(text) in Category
    assert guess_category(text.upper()) is guess_category(text.upper().lower())


@given(
    st.sampled_from([title for titles in EVERYDAY.values() for title in titles]), st.sampled_from(["{}!!", "  {}", "{}.", "\u201c{}\u201d"])
)
def test_case_and_punctuation_do_not_matter(title: str, around: str) -> None:
    assert guess_category(around.format(title)) is guess_category(title.upper()) is guess_category(title)


def test_a_megabyte_is_no_slower_than_a_line() -> None:
    assert guess_category("speeding " + "a " * 500_000) is Category.SPEEDING
    assert guess_category("cars " * 200_000) in Category


def test_what_is_restricted_or_kept_quiet() -> None:
    assert [c for c in Category if c.restricted] == [Category.HATE]
    assert {c for c in Category if c.quiet} == {Category.DRUGS, Category.NEIGHBOUR_DISPUTE, Category.HATE}
