"""The map: force, areas, teams, neighbourhoods."""
