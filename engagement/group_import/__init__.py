"""A spreadsheet of groups taken into the register."""
