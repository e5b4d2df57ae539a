/* Options: one typed table. Sources, each over the one before: built in, system file (SYSCONFDIR/svcdesk/config), the user's file
 * ($XDG_CONFIG_HOME/svcdesk/config, or the one SVCDESK_CONFIG names), the environment (SVCDESK_THEME for "theme"), command line,
 * and :set for a session. The program never writes the files.
 * Files are INI: options stand before the first section as `name = value`; other sections ([keys] ...) are handed on as they
 * stand. */
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

struct sd_cfg *sd_cfg_new(void);    /* the defaults */
void sd_cfg_free(struct sd_cfg *c); /* NULL is fine */
/* Reads the system file, then the user's. A file that is not there is fine, unless SVCDESK_CONFIG names it; a wrong line is an
 * error naming file, line and what may stand there. */
bool sd_cfg_load(struct sd_cfg *c, struct sd_err *err);
bool sd_cfg_load_file(struct sd_cfg *c, const char *path, struct sd_err *err);
/* The paths of the two files, malloc'ed; NULL: there can be none. */
char *sd_cfg_system_file(void);
char *sd_cfg_user_file(void);
/* The variable of the environment that sets an option: "SVCDESK_ESCAPE_DELAY"; "" for one that has none. In buf. */
const char *sd_cfg_variable(const char *name, char *buf, size_t size);
/* :set changes it at once; any other is read at the start. */
bool sd_cfg_live(const char *name);
/* The value fits the option; else err says what would. */
bool sd_cfg_check(const char *name, const char *value, struct sd_err *err);
/* Sets one option from text; source is shown by :set ("command line"). */
bool sd_cfg_set(struct sd_cfg *c, const char *name, const char *value, const char *source, struct sd_err *err);

/* Values; the name must be in the table. A text that was never set is "". Borrowed until the option is set again. */
const char *sd_cfg_text(const struct sd_cfg *c, const char *name);
int sd_cfg_int(const struct sd_cfg *c, const char *name);
bool sd_cfg_bool(const struct sd_cfg *c, const char *name);
const char *sd_cfg_source(const struct sd_cfg *c, const char *name); /* "" for a default */

/* Entry i of the other sections, in file order; false after the last. value NULL: the line is no `name = value`, name is all of
 * it. */
bool sd_cfg_entry(const struct sd_cfg *c, size_t i, const char **section, const char **name, const char **value);
const char *sd_cfg_entry_place(const struct sd_cfg *c, size_t i); /* "file:line" of that entry, for messages */

#endif
