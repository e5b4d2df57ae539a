# sources of themes: append with +=, one file a line
dist_themes_DATA += themes/dark.theme
dist_themes_DATA += themes/light.theme
dist_themes_DATA += themes/mono.theme
dist_themes_DATA += themes/high-contrast.theme
dist_themes_DATA += themes/colour-blind.theme
dist_themes_DATA += themes/16-colour.theme
