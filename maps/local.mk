# maps of import csv: append with +=, one file a line
dist_maps_DATA += maps/endava.map
dist_maps_DATA += maps/rabobank.map
dist_maps_DATA += maps/rabobank-activities.map
dist_maps_DATA += maps/rabobank-records.map
dist_maps_DATA += maps/volvo.map
dist_maps_DATA += maps/volvo-problems.map
