/* Files that come with the program or belong to the person (maps, themes): in the person's configuration folder, beside a program
 * that runs where it was built, or installed. The first place that has a name counts. */
#ifndef SVCDESK_DATA_H
#define SVCDESK_DATA_H

/* Path of FOLDER/NAME.SUFFIX that can be read, malloc'ed; NULL when there is none. */
char *sd_data_find(const char *folder, const char *name, const char *suffix);
/* Calls fn with every NAME, sorted, each once. */
void sd_data_names(const char *folder, const char *suffix, void (*fn)(void *arg, const char *name), void *arg);

#endif
