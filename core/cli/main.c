/* Words of the command line -> command, options, operands. Options may stand anywhere; `--` ends them. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/complete.h"
#include "core/cli/restricted.h"
#include "core/query/nearest.h"
#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/locale.h"
#include "svcdesk/meta.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

const struct cli_opt cli_common_opts[] = {{"db", "URI", N_("database, as libpq takes it")},
	{"dir", "DIR", N_("folder of the private desk")}, {"as", "LOGIN", N_("private desk only: sign in as this person")},
	{"language", "L", N_("language of messages: en, zh_CN")}, {"theme", "NAME", N_("colours of the console")},
	{"color", "WHEN", N_("auto, always or never")}, {"no-color", NULL, N_("the same as --color=never")},
	{"ascii", NULL, N_("ASCII characters only")}, {"set", "NAME=VALUE", N_("an option of the configuration file")},
	{"restricted", NULL, N_("for ForceCommand of sshd: the desk alone, no files, programs or shell of this host")},
	{"help", NULL, N_("what a command does")}, {NULL, NULL, NULL}};

bool cli_has(const struct cli *c, const char *opt)
{
	for (size_t i = 0; i < c->nopt; i++)
		if (strcmp(c->opt[i].name, opt) == 0)
			return true;
	return false;
}

const char *cli_get(const struct cli *c, const char *opt)
{
	const char *value = NULL;
	for (size_t i = 0; i < c->nopt; i++)
		if (strcmp(c->opt[i].name, opt) == 0)
			value = c->opt[i].value;
	return value;
}

/* ---- finding the command: the longest row of the table whose words stand first among the operands ---- */

static size_t words_of(const char *words)
{
	size_t n = 1;
	for (; *words; words++)
		n += *words == ' ';
	return n;
}

static bool begins(const char *words, const char *const *arg, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(words, " ");
		if (strlen(arg[i]) != len || memcmp(arg[i], words, len) != 0)
			return false;
		words += len + (words[len] == ' ');
	}
	return true;
}

const struct cli_command *cli_command_of(const char *const *arg, size_t n, size_t *used)
{
	const struct cli_command *k, *best = NULL;
	*used = 0;
	for (size_t i = 0; (k = cli_command_at(i)); i++) {
		size_t w = words_of(k->words);
		if (w <= n && w > *used && begins(k->words, arg, w)) {
			best = k;
			*used = w;
		}
	}
	return best;
}

static void no_command(struct cli *c, struct sd_err *err)
{
	const struct cli_command *k;
	size_t n = 0;
	while (cli_command_at(n))
		n++;
	const char **list = sd_arena_alloc(c->a, (n + 1) * sizeof *list);
	char *said = sd_arena_printf(c->a, "%s%s%s", c->arg[0], c->narg > 1 ? " " : "", c->narg > 1 ? c->arg[1] : "");
	bool group = false;
	for (size_t i = 0; (k = cli_command_at(i)); i++) {
		list[i] = k->words;
		group = group || (strncmp(k->words, c->arg[0], strlen(c->arg[0])) == 0 && k->words[strlen(c->arg[0])] == ' ');
	}
	const char *near = nearest_word(said, list);
	if (!near && !group)
		near = nearest_word(c->arg[0], list);
	if (near)
		sd_err_set(err, SD_ERR_INPUT, "unknown_command", _("there is no command \"%s\"; did you mean %s?"), said, near);
	else if (group)
		sd_err_set(
			err, SD_ERR_INPUT, "unknown_command", _("there is no command \"%s\"; svcdesk %s --help lists them"), said, c->arg[0]);
	else
		sd_err_set(err, SD_ERR_INPUT, "unknown_command", _("there is no command \"%s\"; svcdesk --help lists them"), said);
}

/* ---- options ---- */

static const struct cli_opt *find_opt(const struct cli_opt *list, const char *name, size_t len)
{
	for (; list && list->name; list++)
		if (strlen(list->name) == len && memcmp(list->name, name, len) == 0)
			return list;
	return NULL;
}

/* Before the command is known an option may belong to any command that has it. */
static const struct cli_opt *any_opt(const struct cli_command *cmd, const char *name, size_t len)
{
	const struct cli_opt *o = find_opt(cli_common_opts, name, len);
	if (o || cmd)
		return o ? o : find_opt(cmd->opts, name, len);
	const struct cli_command *k;
	for (size_t i = 0; !o && (k = cli_command_at(i)); i++)
		o = find_opt(k->opts, name, len);
	return o;
}

static void unknown_opt(struct cli *c, const char *name, struct sd_err *err)
{
	const char *list[CLI_MAX_OPTS + 1] = {0};
	size_t n = 0;
	for (const struct cli_opt *o = cli_common_opts; o->name; o++)
		list[n++] = o->name;
	for (const struct cli_opt *o = c->cmd ? c->cmd->opts : NULL; o && o->name && n < CLI_MAX_OPTS; o++)
		list[n++] = o->name;
	const char *near = nearest_word(name, list);
	if (near)
		sd_err_set(err, SD_ERR_INPUT, "unknown_option", _("there is no option --%s; did you mean --%s?"), name, near);
	else if (c->cmd)
		sd_err_set(
			err, SD_ERR_INPUT, "unknown_option", _("there is no option --%s; svcdesk %s --help lists them"), name, c->cmd->words);
	else
		sd_err_set(err, SD_ERR_INPUT, "unknown_option", _("there is no option --%s; svcdesk --help lists them"), name);
}

static bool add_opt(struct cli *c, const char *name, const char *value, struct sd_err *err)
{
	if (c->nopt == CLI_MAX_OPTS) {
		sd_err_set(err, SD_ERR_INPUT, "too_many_options", "%s", _("too many options"));
		return false;
	}
	c->opt[c->nopt].name = name;
	c->opt[c->nopt++].value = value;
	return true;
}

/* argv[*i] begins with "--". */
static bool long_opt(struct cli *c, char **argv, int argc, int *i, struct sd_err *err)
{
	const char *name = argv[*i] + 2;
	size_t len = strcspn(name, "=");
	const struct cli_opt *o = any_opt(c->cmd, name, len);
	if (!o) { /* before the command is known it may yet turn out what was meant */
		unknown_opt(c, sd_arena_strndup(c->a, name, len), err);
		return c->cmd == NULL;
	}
	if (c->foreign && *i >= c->foreign && !restricted_option(o->name, err))
		return false;
	if (!o->arg && name[len]) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("--%s takes no value"), o->name);
		return false;
	}
	if (!o->arg)
		return add_opt(c, o->name, "", err);
	if (name[len])
		return add_opt(c, o->name, name + len + 1, err);
	if (*i + 1 >= argc) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("--%s wants a value: --%s %s"), o->name, o->name, o->arg);
		return false;
	}
	return add_opt(c, o->name, argv[++*i], err);
}

/* Splits argv. Run twice: first to find the command (every option of every command passes), then for good. */
static bool split(struct cli *c, int argc, char **argv, struct sd_err *err)
{
	bool options = true;
	c->nopt = c->narg = 0;
	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && strncmp(argv[i], "--", 2) == 0) {
			if (!long_opt(c, argv, argc, &i, err))
				return false;
		} else if (options && strcmp(argv[i], "-h") == 0) {
			if (!add_opt(c, "help", "", err))
				return false;
		} else {
			c->arg[c->narg++] = argv[i];
		}
	}
	return true;
}

/* An option some other command has is no option here, but its value must not pass for a word of the command. */
static bool split_all(struct cli *c, int argc, char **argv, struct sd_err *err)
{
	size_t used = 0;
	c->cmd = NULL;
	sd_err_clear(err);
	bool ok = split(c, argc, argv, err);
	c->json = cli_has(c, "json") || cli_has(c, "jsonl");
	if (!ok)
		return false;
	c->cmd = cli_command_of(c->arg, c->narg, &used);
	if (!c->cmd)
		return err->cls == SD_ERR_NONE;
	if (!split(c, argc, argv, err))
		return false;
	c->arg += used;
	c->narg -= used;
	return true;
}

/* With --restricted: the words that ssh was given go behind our own, unless these already say what is to be run. */
static bool restrict_to_desk(struct cli *c, int *argc, char ***argv, struct sd_err *err)
{
	const char *said = NULL;
	for (int i = 1; i < *argc; i++)
		if (strcmp((*argv)[i], "--restricted") == 0)
			said = "";
	if (!said)
		return true;
	sd_restrict();
	if (!split(c, *argc, *argv, err) || c->narg || !(said = sd_env_get("SSH_ORIGINAL_COMMAND")))
		return true; /* what is wrong with our own words is told in due course */
	int n;
	char **words = restricted_words(c->a, said, &n, err);
	if (!words)
		return false;
	char **all = sd_arena_alloc(c->a, (size_t)(*argc + n + 1) * sizeof *all);
	memcpy(all, *argv, (size_t)*argc * sizeof *all);
	memcpy(all + *argc, words, (size_t)n * sizeof *all);
	all[*argc + n] = NULL;
	c->foreign = *argc;
	*argc += n;
	*argv = all;
	return true;
}

static bool count_fits(struct cli *c, struct sd_err *err)
{
	const struct cli_command *k = c->cmd;
	if ((int)c->narg >= k->min && (k->max < 0 || (int)c->narg <= k->max))
		return true;
	if ((int)c->narg < k->min)
		sd_err_set(err, SD_ERR_INPUT, "usage", _("something is missing: svcdesk %s %s"), k->words, k->synopsis);
	else
		sd_err_set(err, SD_ERR_INPUT, "usage", _("\"%s\" is too much: svcdesk %s %s"), c->arg[k->max], k->words, k->synopsis);
	return false;
}

/* ---- options that are the configuration's ---- */

static bool configure(struct cli *c, struct sd_err *err)
{
	static const struct {
		const char *opt, *name, *value;
	} map[] = {{"language", "language", NULL}, {"theme", "theme", NULL}, {"color", "color", NULL}, {"no-color", "color", "never"},
		{"ascii", "ascii", "yes"}};
	for (size_t i = 0; i < c->nopt; i++) {
		const char *name = c->opt[i].name, *value = c->opt[i].value, *sep;
		for (size_t k = 0; k < sizeof map / sizeof *map; k++)
			if (strcmp(map[k].opt, name) == 0 &&
				!sd_cfg_set(c->cfg, map[k].name, map[k].value ? map[k].value : value, "command line", err))
				return false;
		if (strcmp(name, "set") != 0)
			continue;
		if ((sep = strchr(value, '=')) == NULL) {
			sd_err_set(err, SD_ERR_INPUT, "option_value", "%s", _("--set wants NAME=VALUE"));
			return false;
		}
		if (!sd_cfg_set(c->cfg, sd_arena_strndup(c->a, value, (size_t)(sep - value)), sep + 1, "command line", err))
			return false;
	}
	return true;
}

/* JSON is never translated: neither are its errors. */
static void language(const struct cli *c)
{
	const char *l = c->json ? "en" : cli_get(c, "language");
	if (!l)
		l = sd_cfg_text(c->cfg, "language");
	sd_locale_start(*l ? l : NULL);
	sd_text_widths(sd_cfg_int(c->cfg, "ambiguous-width"), sd_cfg_int(c->cfg, "emoji-width"));
}

/* ---- help ---- */

static void option_lines(struct sd_str *s, const struct cli_opt *o)
{
	for (; o && o->name; o++) {
		char head[64];
		snprintf(head, sizeof head, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
		sd_str_addf(s, "  %-20s %s\n", head, _(o->help));
	}
}

static void cli_help_command(struct cli *c, const struct cli_command *k)
{
	struct sd_str s = {0};
	const char *help = _(k->help);
	sd_str_addf(
		&s, "svcdesk %s%s%s%s\n\n%s\n", k->words, *k->synopsis ? " " : "", k->synopsis, k->opts ? _(" [OPTION ...]") : "", help);
	if (k->opts)
		sd_str_addf(&s, "\n%s\n", _("Options:"));
	option_lines(&s, k->opts);
	sd_str_addf(&s, "\n%s\n", _("For every command:"));
	option_lines(&s, cli_common_opts);
	cli_print(c, s.data, s.len);
	sd_str_free(&s);
}

static void cli_help(struct cli *c, const char *prefix)
{
	struct sd_str s = {0};
	size_t n = prefix ? strlen(prefix) : 0;
	if (!prefix)
		sd_str_addf(&s, "%s\n\n  svcdesk %s\n  svcdesk --plain %s\n", _("svcdesk: an IT service desk in the terminal"),
			_("opens the console"), _("opens it in lines and questions, without a screen"));
	const struct cli_command *k;
	for (size_t i = 0; (k = cli_command_at(i)); i++) {
		if (n && (strncmp(k->words, prefix, n) != 0 || (k->words[n] && k->words[n] != ' ')))
			continue;
		const char *help = _(k->help);
		sd_str_addf(&s, "  svcdesk %-17s %.*s\n", k->words, (int)strcspn(help, "\n"), help);
	}
	if (!prefix) {
		sd_str_addf(&s, "\n%s\n", _("For every command:"));
		option_lines(&s, cli_common_opts);
		sd_str_addf(&s, "\n%s\n", _("svcdesk COMMAND --help says more; so does svcdesk(1)."));
	}
	cli_print(c, s.data, s.len);
	sd_str_free(&s);
}

static bool help_wanted(struct cli *c, const char *const *words, size_t nwords)
{
	if (cli_has(c, "help")) {
		if (c->cmd)
			cli_help_command(c, c->cmd);
		else
			cli_help(c, nwords ? words[0] : NULL);
		return true;
	}
	if (nwords && strcmp(words[0], "help") == 0) {
		size_t used;
		const struct cli_command *k = cli_command_of(words + 1, nwords - 1, &used);
		if (k)
			cli_help_command(c, k);
		else
			cli_help(c, nwords > 1 ? words[1] : NULL);
		return true;
	}
	return false;
}

/* ---- the console ---- */

static int run_console(struct cli *c)
{
	struct sd_err err;
	if (cli_has(c, "plain") && !sd_cfg_set(c->cfg, "plain", "yes", "command line", &err))
		return cli_fail(c, &err);
	if (strcmp(sd_cfg_text(c->cfg, "plain"), "yes") != 0 && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		sd_err_set(&err, SD_ERR_INPUT, "no_terminal", "%s",
			_("the console needs a terminal; svcdesk --help lists the commands for scripts"));
		return cli_fail(c, &err);
	}
	struct sd_db_want want = cli_want(c);
	want.create = !sd_restricted(); /* a private desk is a server of one's own */
	want.progress = cli_progress;
	if (!sd_db_target_find(&c->target, &want, &err))
		return cli_fail(c, &err);
	struct sd_cli_start start = {.what = SD_CLI_CONSOLE, .cfg = c->cfg, .target = &c->target};
	return c->console(&start);
}

int cli_keys(struct cli *c)
{
	struct sd_cli_start start = {.what = c->json ? SD_CLI_KEYS_JSON : SD_CLI_KEYS, .cfg = c->cfg};
	return c->console(&start);
}

static int run(struct cli *c, int argc, char **argv)
{
	struct sd_err err;
	if (argc > 2 && strcmp(argv[1], "__complete") == 0)
		return cli_complete(c, argc, argv);
	c->arg = sd_arena_alloc(c->a, ((size_t)argc + 1) * sizeof *c->arg);
	bool words_ok = restrict_to_desk(c, &argc, &argv, &err);
	const char **words = c->arg = sd_arena_alloc(c->a, ((size_t)argc + 1) * sizeof *c->arg);
	bool split_ok = words_ok && split_all(c, argc, argv, &err);
	struct sd_err cfg_err = {0};
	bool cfg_ok = sd_cfg_load(c->cfg, &cfg_err) && configure(c, &cfg_err);
	language(c);
	const char *last = argc == (c->foreign ? c->foreign : 1) + 1 ? argv[argc - 1] : "";
	if (strcmp(last, "--version") == 0 || strcmp(last, "-V") == 0) {
		cli_print(c, "svcdesk " PACKAGE_VERSION "\n", sizeof "svcdesk " PACKAGE_VERSION);
		return 0;
	}
	if (!split_ok) {
		if (words_ok || restrict_to_desk(c, &argc, &argv, &err))
			split_all(c, argc, argv, &err); /* again, now that the language is known */
		return cli_fail(c, &err);
	}
	if (!cfg_ok) {
		(void)(sd_cfg_load(c->cfg, &cfg_err) && configure(c, &cfg_err)); /* again, in that language */
		c->cfg_err = cfg_err;
		if (!c->cmd || c->cmd->run != cli_doctor)
			return cli_fail(c, &cfg_err);
	}
	if (help_wanted(c, words, c->narg + (size_t)(c->arg - words)))
		return 0;
	if (!c->cmd && c->narg) {
		no_command(c, &err);
		return cli_fail(c, &err);
	}
	if (!c->cmd)
		return run_console(c);
	if (sd_restricted() && !restricted_command(c->cmd->words, &err))
		return cli_fail(c, &err);
	return count_fits(c, &err) ? c->cmd->run(c) : cli_fail(c, &err);
}

int sd_cli_main(int argc, char **argv, int (*console)(const struct sd_cli_start *start))
{
	struct cli c = {.a = sd_arena_new(), .cfg = sd_cfg_new(), .console = console};
	signal(SIGPIPE, SIG_IGN); /* a reader that goes away is no failure; cli_print notes it */
	int status = cli_done(&c, run(&c, argc, argv));
	sd_conn_close(c.conn);
	sd_meta_free(c.meta);
	json_decref(c.conflict);
	sd_db_target_free(&c.target);
	sd_cfg_free(c.cfg);
	sd_arena_free(c.a);
	return status;
}
