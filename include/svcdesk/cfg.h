/* Options: one typed table. Sources, each over the one before: built in, system file (SYSCONFDIR/svcdesk/config), the user's file
 * ($XDG_CONFIG_HOME/svcdesk/config, or what SVCDESK_CONFIG names), environment (NO_COLOR, COLUMNS are the terminal's business), command line.
 * Files are INI without sections for options (`name = value`); [keys] and [view NAME] sections are handed on as they stand. */
#ifndef SVCDESK_CFG_H
#define SVCDESK_CFG_H

#include <stdbool.h>
#include <stddef.h>

struct sd_err;
struct sd_cfg;

enum sd_cfg_type { SD_CFG_TEXT, SD_CFG_INT, SD_CFG_BOOL, SD_CFG_CHOICE };

struct sd_cfg_option {
	const char *name; /* "escape-delay" */
	enum sd_cfg_type type;
	const char *initial;
	int min, max;              /* SD_CFG_INT */
	const char *const *choice; /* SD_CFG_CHOICE, NULL-terminated */
	const char *help;          /* msgid */
};
/* The table, for :set, completion and the manual. */
extern const struct sd_cfg_option sd_cfg_options[];
extern const size_t sd_cfg_options_n;

struct sd_cfg *sd_cfg_new(void); /* the defaults */
void sd_cfg_free(struct sd_cfg *c);
/* Reads the system file, then the user's. A file that is not there is fine; a wrong line is an error naming file, line and what may stand there. */
bool sd_cfg_load(struct sd_cfg *c, struct sd_err *err);
bool sd_cfg_load_file(struct sd_cfg *c, const char *path, struct sd_err *err);
/* Sets one option from text; source is shown by :set ("command line"). */
bool sd_cfg_set(struct sd_cfg *c, const char *name, const char *value, const char *source, struct sd_err *err);

/* Values; the name must be in the table. A text that was never set is "". */
const char *sd_cfg_text(const struct sd_cfg *c, const char *name);
int sd_cfg_int(const struct sd_cfg *c, const char *name);
bool sd_cfg_bool(const struct sd_cfg *c, const char *name);
const char *sd_cfg_source(const struct sd_cfg *c, const char *name);

/* Entries of other sections in file order: section "keys", name, value. Returns false after the last. */
bool sd_cfg_entry(const struct sd_cfg *c, size_t i, const char **section, const char **name, const char **value);

/* Sets the language of messages from option language, else the environment (setlocale, C.UTF-8 on failure, LANGUAGE). Call once, before output. */
void sd_cfg_locale(const struct sd_cfg *c);
/* The language of labels: "en" or "zh_CN" style word as the desk keeps them. */
const char *sd_cfg_language(const struct sd_cfg *c);

#endif
