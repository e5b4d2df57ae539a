# maps of import csv: append with +=, one file a line
dist_maps_DATA += core/intake/maps/endava.map
dist_maps_DATA += core/intake/maps/rabobank.map
dist_maps_DATA += core/intake/maps/rabobank-activities.map
dist_maps_DATA += core/intake/maps/rabobank-records.map
dist_maps_DATA += core/intake/maps/volvo.map
dist_maps_DATA += core/intake/maps/volvo-problems.map
