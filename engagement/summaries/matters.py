"""What a concern's category is called in a sentence that everybody may read."""

from __future__ import annotations

_MATTERS = {
    "speeding": "speeding and road safety",
    "parking": "parking",
    "vehicle_nuisance": "nuisance from vehicles",
    "rowdy": "rowdy behaviour",
    "young_people": "groups of young people",
    "neighbour_dispute": "a dispute between neighbours",
    "noise": "noise",
    "drugs": "drugs",
    "street_drinking": "street drinking and begging",
    "litter": "litter and fly-tipping",
    "graffiti": "graffiti and damage",
    "fireworks": "fireworks",
    "dogs": "dogs and animals",
    "burglary": "burglary and theft",
    "shop_theft": "shop theft",
    "rural_crime": "rural crime",
    "cycle_theft": "cycle theft",
    "fraud": "fraud and scams",
    "hate": "hate and tension",
    "womens_safety": "women's safety",
    "school_gate": "the school gate",
    "licensing": "licensed premises",
    "lighting": "lighting and the environment",
    "visibility": "seeing more of their officers",
    "police_contact": "reaching the police",
}


def matter(category: str) -> str:
    """The public words for a category, to stand after "told us about"; for one that has none, plain ones."""
    return _MATTERS.get(category, "a local matter")
