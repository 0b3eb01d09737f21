"""East Dorset on a hard Monday: a diary made from open data and a fixed seed. Nothing here runs in a real force."""
