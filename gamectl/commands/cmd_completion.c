/* gamectl/commands/cmd_completion.c
 * Scripts that ask `gamectl __complete` at every TAB, so that they know what the table of verbs, the bundle and
 * the daemon know, and never grow old.
 */
#include "cmd.h"

static const char bash_script[] =
	"# bash completion of gamectl: eval \"$(gamectl completion bash)\"\n"
	"_gamectl() {\n"
	"\tlocal line files='' cur=${COMP_WORDS[COMP_CWORD]}\n"
	"\tlocal words=(\"${COMP_WORDS[@]:1:COMP_CWORD}\")\n"
	"\tCOMPREPLY=()\n"
	"\t[[ $cur == '=' ]] && cur=''\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) files=f ;;\n"
	"\t\t:dirs) files=d ;;\n"
	"\t\t:nospace) compopt -o nospace 2>/dev/null ;;\n"
	"\t\t*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
	"\t\tesac\n"
	"\tdone < <(\"${COMP_WORDS[0]}\" __complete -- \"${words[@]}\" 2>/dev/null)\n"
	"\tif [[ -n $files ]]; then\n"
	"\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\twhile IFS= read -r line; do COMPREPLY+=(\"$line\"); done < <(compgen -\"$files\" -- "
	"\"$cur\")\n"
	"\tfi\n"
	"}\n"
	"complete -F _gamectl gamectl\n";

static const char zsh_script[] =
	"#compdef gamectl\n"
	"# zsh completion of gamectl: save as _gamectl in a directory of $fpath, or source it\n"
	"_gamectl() {\n"
	"\tlocal line nospace\n"
	"\tlocal -a plain described\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) _files; continue ;;\n"
	"\t\t:dirs) _files -/; continue ;;\n"
	"\t\t:nospace) nospace=1; continue ;;\n"
	"\t\tesac\n"
	"\t\tplain+=(\"${line%%$'\\t'*}\")\n"
	"\t\tdescribed+=(\"${line/$'\\t'/  -- }\")\n"
	"\tdone < <(\"${words[1]}\" __complete -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
	"\t(( $#plain )) && compadd ${nospace:+-S ''} -d described -a -- plain\n"
	"}\n"
	"if [[ ${funcstack[1]} == _gamectl ]]; then _gamectl \"$@\"; else compdef _gamectl "
	"gamectl; fi\n";

static const char fish_script[] =
	"# fish completion of gamectl: gamectl completion fish > "
	"~/.config/fish/completions/gamectl.fish\n"
	"function __gamectl_complete\n"
	"\tset -l words (commandline -opc) (commandline -ct)\n"
	"\tfor line in ($words[1] __complete -- $words[2..-1] 2>/dev/null)\n"
	"\t\tswitch $line\n"
	"\t\tcase ':files'\n"
	"\t\t\t__fish_complete_path (commandline -ct)\n"
	"\t\tcase ':dirs'\n"
	"\t\t\t__fish_complete_directories (commandline -ct)\n"
	"\t\tcase ':nospace'\n"
	"\t\tcase '*'\n"
	"\t\t\techo $line\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c gamectl -f -a '(__gamectl_complete)'\n";

static int completion(struct cmd_call *call)
{
	const char *shell = cmd_arg(call, "shell");
	const char *script = fish_script;

	if (strcmp(shell, "bash") == 0)
		script = bash_script;
	else if (strcmp(shell, "zsh") == 0)
		script = zsh_script;
	buf_add(&call->out, str_of(script));
	return EXIT_DONE;
}

const struct cmd cmd_completion = {
	.name = "completion",
	.group = CMD_HELP,
	.place = 2,
	.params = "shell:bash|zsh|fish",
	.outputs = OUTPUTS_TEXT,
	.run = completion,
	.summary = "Print the completion script of a shell",
	.text = "Completion knows verbs, options, kinds, documents and revisions: it asks the "
		"bundle in the current "
		"directory, else the daemon.",
	.examples = "eval \"$(gamectl completion bash)\"\tfor this shell\n"
		    "gamectl completion bash > "
		    "~/.local/share/bash-completion/completions/gamectl\tfor good\n"
		    "gamectl completion fish > ~/.config/fish/completions/gamectl.fish\tfish\n",
};
