/* completion: the scripts that shells load. They are thin: the program itself says what may stand next (complete.c). */
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/query/nearest.h"

/* bash breaks words at : and =, so it is told only what stands behind the last of them. */
static const char bash[] =
	"# completion of svcdesk for bash; made by svcdesk completion bash\n"
	"_svcdesk() {\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} offer typed files\n"
	"\tcase $cur in [:=]) cur= ;; esac\n"
	"\ttyped=${line%\"$cur\"}\n"
	"\ttyped=${typed##*[[:space:]]}\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS= read -r offer; do\n"
	"\t\tcase $offer in\n"
	"\t\t:files) mapfile -t files < <(compgen -f -- \"$cur\"); COMPREPLY+=(\"${files[@]}\"); compopt -o filenames 2>/dev/null "
	";;\n"
	"\t\t:dirs) mapfile -t files < <(compgen -d -- \"$cur\"); COMPREPLY+=(\"${files[@]}\"); compopt -o filenames 2>/dev/null ;;\n"
	"\t\t*)\n"
	"\t\t\toffer=${offer%%$'\\t'*}\n"
	"\t\t\tcase $offer in *=) compopt -o nospace 2>/dev/null ;; esac\n"
	"\t\t\toffer=${offer#\"$typed\"}\n"
	"\t\t\tCOMPREPLY+=(\"$(printf %q \"$offer\")\")\n"
	"\t\t\t;;\n"
	"\t\tesac\n"
	"\tdone < <(svcdesk __complete --line \"$line\" 2>/dev/null)\n"
	"}\n"
	"complete -F _svcdesk svcdesk\n";

static const char zsh[] = "#compdef svcdesk\n"
						  "# completion of svcdesk for zsh; made by svcdesk completion zsh\n"
						  "_svcdesk() {\n"
						  "\tlocal offer text tab=$'\\t'\n"
						  "\tlocal -a texts shown opened openedshown\n"
						  "\tfor offer in ${(f)\"$(svcdesk __complete -- \"${(@Q)words[1,CURRENT]}\" 2>/dev/null)\"}; do\n"
						  "\t\tcase $offer in\n"
						  "\t\t:files) _files ;;\n"
						  "\t\t:dirs) _files -/ ;;\n"
						  "\t\t*)\n"
						  "\t\t\ttext=${offer%%$tab*}\n"
						  "\t\t\tif [[ $offer == *$tab* ]]; then offer=\"$text  -- ${offer#*$tab}\"; fi\n"
						  "\t\t\tif [[ $text == *= ]]; then opened+=(\"$text\") openedshown+=(\"$offer\")\n"
						  "\t\t\telse texts+=(\"$text\") shown+=(\"$offer\"); fi\n"
						  "\t\t\t;;\n"
						  "\t\tesac\n"
						  "\tdone\n"
						  "\t(( ${#texts} )) && compadd -U -l -d shown -- \"${texts[@]}\"\n"
						  "\t(( ${#opened} )) && compadd -U -S '' -l -d openedshown -- \"${opened[@]}\"\n"
						  "}\n"
						  "if [[ $funcstack[1] == _svcdesk ]]; then _svcdesk \"$@\"; else compdef _svcdesk svcdesk; fi\n";

static const char fish[] = "# completion of svcdesk for fish; made by svcdesk completion fish\n"
						   "function __svcdesk_complete\n"
						   "\tset -l typed (commandline -ct)\n"
						   "\tfor offer in (svcdesk __complete -- (commandline -opc) $typed 2>/dev/null)\n"
						   "\t\tswitch $offer\n"
						   "\t\t\tcase ':files'\n"
						   "\t\t\t\t__fish_complete_path $typed\n"
						   "\t\t\tcase ':dirs'\n"
						   "\t\t\t\t__fish_complete_directories $typed\n"
						   "\t\t\tcase '*'\n"
						   "\t\t\t\tprintf '%s\\n' $offer\n"
						   "\t\tend\n"
						   "\tend\n"
						   "end\n"
						   "complete -c svcdesk -f -a '(__svcdesk_complete)'\n";

int cli_completion(struct cli *c)
{
	static const char *const names[] = {"bash", "zsh", "fish", NULL}, *const scripts[] = {bash, zsh, fish};
	struct sd_err err;
	for (size_t i = 0; names[i]; i++)
		if (strcmp(c->arg[0], names[i]) == 0) {
			cli_print(c, scripts[i], strlen(scripts[i]));
			return 0;
		}
	const char *near = nearest_word(c->arg[0], names);
	if (near)
		sd_err_set(&err, SD_ERR_INPUT, "unknown_shell", _("there is no shell %s here; did you mean %s?"), c->arg[0], near);
	else
		sd_err_set(&err, SD_ERR_INPUT, "unknown_shell", _("there is no shell %s here; there are bash, zsh and fish"), c->arg[0]);
	return cli_fail(c, &err);
}
