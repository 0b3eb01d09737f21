"""Who else deals with what the public raises: the vocabulary of partners, and the usual one for a category."""

from __future__ import annotations

from enum import StrEnum

from engagement.concerns.categories import Category


class Partner(StrEnum):
    """A partner to whom a concern may be referred or signposted."""

    COUNCIL_ASB_TEAM = "council_asb_team"
    ENVIRONMENTAL_HEALTH = "environmental_health"
    HIGHWAYS = "highways"
    PARKING = "parking"
    STREET_SCENE = "street_scene"
    TRADING_STANDARDS = "trading_standards"
    HOUSING = "housing"
    FIRE_AND_RESCUE = "fire_and_rescue"
    YOUTH_OFFENDING_SERVICE = "youth_offending_service"
    YOUTH_SERVICE = "youth_service"
    SAFEGUARDING_HUB = "safeguarding_hub"
    DRUG_AND_ALCOHOL_SERVICE = "drug_and_alcohol_service"
    MENTAL_HEALTH = "mental_health"
    VICTIM_SUPPORT = "victim_support"
    SPEEDWATCH = "speedwatch"
    SCHOOLS_TEAM = "schools_team"
    LICENSING = "licensing"
    PARISH_COUNCIL = "parish_council"
    COUNCIL = "council"
    MEDIATION = "mediation"
    LANDOWNER = "landowner"

    @property
    def label(self) -> str:
        """The words on screen."""
        return _LABELS.get(self, self.value.replace("_", " ").capitalize())


_LABELS = {
    Partner.COUNCIL_ASB_TEAM: "Council ASB team",
    Partner.PARKING: "Council parking team",
    Partner.HOUSING: "Housing association",
    Partner.MENTAL_HEALTH: "Mental health service",
    Partner.SPEEDWATCH: "Community Speedwatch",
    Partner.SCHOOLS_TEAM: "Safe schools team",
    Partner.LICENSING: "Licensing team",
    Partner.PARISH_COUNCIL: "Parish or town council",
    Partner.COUNCIL: "The council",
    Partner.MEDIATION: "Mediation service",
    Partner.LANDOWNER: "The landowner",
}

_USUAL = {
    Category.SPEEDING: Partner.SPEEDWATCH,
    Category.PARKING: Partner.PARKING,
    Category.VEHICLE_NUISANCE: Partner.COUNCIL,
    Category.ROWDY: Partner.COUNCIL_ASB_TEAM,
    Category.YOUNG_PEOPLE: Partner.YOUTH_SERVICE,
    Category.NEIGHBOUR_DISPUTE: Partner.MEDIATION,
    Category.NOISE: Partner.ENVIRONMENTAL_HEALTH,
    Category.DRUGS: Partner.DRUG_AND_ALCOHOL_SERVICE,
    Category.STREET_DRINKING: Partner.DRUG_AND_ALCOHOL_SERVICE,
    Category.LITTER: Partner.STREET_SCENE,
    Category.GRAFFITI: Partner.STREET_SCENE,
    Category.FIREWORKS: Partner.FIRE_AND_RESCUE,
    Category.DOGS: Partner.STREET_SCENE,
    Category.FRAUD: Partner.TRADING_STANDARDS,
    Category.HATE: Partner.VICTIM_SUPPORT,
    Category.SCHOOL_GATE: Partner.SCHOOLS_TEAM,
    Category.LICENSING: Partner.LICENSING,
    Category.LIGHTING: Partner.HIGHWAYS,
    Category.OTHER: Partner.COUNCIL,
}


def usual_partner(category: Category) -> Partner | None:
    """The partner offered first for a category; None where it is the police's own matter."""
    return _USUAL.get(category)
