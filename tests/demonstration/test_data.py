"""The demonstration's files: every person reachable only in invented ranges, and every reference resolved."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from engagement.core.months import Month
from engagement.core.wording import findings
from engagement.demonstration import source
from engagement.summaries.composing import compose
from engagement.summaries.domain import ActionFacts, ConcernFacts

PERMITTED_PHONE = re.compile(r"07700 900\d{3}|01632 960\d{3}")
PERMITTED_MAIL = re.compile(r"[a-z0-9.-]+@[a-z0-9.-]+\.example")
ANY_PHONE = re.compile(r"(?:\+44|\b0)[\d ]{9,}")
ANY_MAIL = re.compile(r"\S+@\S+")
LICENCES = ("Open Government Licence v3.0", "Contains OS data © Crown copyright and database right", "Royal Mail copyright")


def test_every_telephone_and_address_is_from_the_ranges_kept_for_drama() -> None:
    for file in source.FOLDER.iterdir():
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".csv" and file.name not in ("postcodes.csv", "points.csv"):
            assert all(PERMITTED_PHONE.fullmatch(found.strip()) for found in ANY_PHONE.findall(text)), file.name
        assert all(
            PERMITTED_MAIL.fullmatch(found.strip('",'))
            for line in text.splitlines()
            for cell in line.split(",")
            for found in ANY_MAIL.findall(cell)
        ), file.name


def test_no_two_people_share_a_name_a_telephone_or_an_address() -> None:
    for value in ("name", "telephone", "mobile", "email"):
        counted = Counter(getattr(person, value) for person in source.people() if getattr(person, value))
        if value != "telephone":
            counted.update(
                officer.email if value == "email" else officer.mobile if value == "mobile" else officer.name
                for officer in source.officers()
            )
        assert [text for text, times in counted.items() if times > 1] == [], value


def test_everybody_who_speaks_for_a_group_can_be_reached_as_they_like() -> None:
    for person in source.people():
        assert person.channels
        assert "telephone" not in person.channels or person.telephone, person
        assert "mobile" not in person.channels or person.mobile, person
        assert "email" not in person.channels or person.email, person


def test_each_group_has_somebody_and_lies_where_its_ward_does() -> None:
    ward_of = {ward.name: ward.police_uk_id for ward in source.wards()}
    spots = {(spot.latitude, spot.longitude, spot.ward) for spot in source.spots()}
    spoken_for = {person.group for person in source.people()}
    names = [group.name for group in source.groups()]
    assert len(set(names)) == len(names) >= 150
    assert spoken_for == set(names)
    for group in source.groups():
        assert ward_of[group.ward] == group.police_uk_id
        assert (group.latitude, group.longitude, group.ward) in spots


def test_the_real_names_are_the_magazines_alone() -> None:
    assert Counter(group.made_from for group in source.groups())["magazine"] == 24


def test_the_neighbourhoods_are_dorsets_own_with_their_outlines() -> None:
    found = {place.police_uk_id: place for place in source.neighbourhoods()}
    assert {key for key, place in found.items() if place.team == "Ferndown"} == {"10-25", "10-26", "10-27"}
    assert {key for key, place in found.items() if place.team == "Verwood"} == {"10-24", "10-35", "10-36"}
    for place in found.values():
        assert "Safer Neighbourhood" not in place.name
        assert place.boundary[0] == place.boundary[-1]
        assert 20 < len(place.boundary) < 200
        assert all(50.7 < lat < 51.0 and -2.1 < lon < -1.7 for lat, lon in place.boundary)


def test_each_ward_has_its_outline() -> None:
    for ward in source.wards():
        for ring in ward.boundary:
            assert ring[0] == ring[-1]
            assert 5 < len(ring) < 150
            assert all(50.7 < lat < 51.0 and -2.1 < lon < -1.7 for lon, lat in ring)
        assert ward.boundary


def test_nobody_is_recognisable_in_what_is_written() -> None:
    for concern in source.concerns():
        for text in (concern.title, concern.detail, concern.public_wording, concern.next_step):
            assert findings(text) == (), text
    for line in source.lines():
        assert findings(line.line) == (), line.line


def test_what_communities_did_reads_well_after_together() -> None:
    """As the summaries put it: "Together, we filled 31 bags"."""
    for concern in source.concerns():
        if concern.done_by == "community":
            words = ActionFacts(by="community", public_wording=concern.public_wording, done_on=date(2026, 10, 5))
            facts = ConcernFacts(category="litter", matter="litter", ward="Verwood", raisings=[], actions=[words])
            said = compose(facts, Month(2026, 10)).we_did
            assert re.match(r"Together, [a-z]", said), said


def test_the_team_is_complete() -> None:
    ranks = Counter(officer.rank for officer in source.officers())
    assert ranks == {"PCSO": 9, "Sergeant": 2, "Inspector": 1, "Staff": 3}
    mails = {officer.email for officer in source.officers()}
    for place in ("ferndown", "verwood"):
        assert {f"{who}@{place}.example" for who in ("pcso", "pcso2", "sergeant")} <= mails
    assert {f"{who}@east-dorset.example" for who in ("inspector", "administrator", "engagement", "analyst")} <= mails


def test_the_licences_stand_beside_the_data() -> None:
    readme = (source.FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(line in readme for line in LICENCES)
    assert sum(concern.made_from == "bath" for concern in source.concerns()) >= 55
