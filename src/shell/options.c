/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options: argv to struct options. */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "sosh/buffer.h"
#include "sosh/memory.h"
#include "sosh/text.h"

enum { OPTION_SANDBOX = 256, OPTION_JSON, OPTION_VERSION, OPTION_HELP };

static const struct option long_options[] = {
	{"json", no_argument, NULL, OPTION_JSON},       {"quiet", no_argument, NULL, 'q'},
	{"keep-going", no_argument, NULL, 'k'},         {"check", no_argument, NULL, 'n'},
	{"sandbox", no_argument, NULL, OPTION_SANDBOX}, {"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, OPTION_HELP},       {NULL, 0, NULL, 0},
};

const char *options_help(void)
{
	return "usage: sosh [options] [SCRIPT [ARG…]]\n"
	       "The socket shell: its commands are the socket calls. Without SCRIPT: a prompt,\n"
	       "or the commands of the standard input.\n"
	       "\n"
	       "  -c COMMANDS       run this text\n"
	       "  -v NAME=VALUE     set a variable before the first command\n"
	       "  -k, --keep-going  go on after a failed command\n"
	       "  -n, --check       read everything, run nothing\n"
	       "  -q, --quiet       print failures and what print prints, nothing else\n"
	       "      --json        print one JSON object a command and nothing else\n"
	       "      --sandbox     run in a user and network namespace of its own\n"
	       "      --version, --help\n"
	       "\n"
	       "Exit status: 0 all went as asked; 1 a command failed or an expectation did not\n"
	       "hold; 2 usage or syntax.\n"
	       "At the prompt, help lists the commands.\n";
}

static int take(struct options *options, int letter, struct error *error, char **argv)
{
	switch (letter) {
	case 'c':
		options->commands = optarg;
		return 0;
	case 'v':
		options->variables = memory_resize(options->variables, (options->variable_count + 1) * sizeof(char *));
		options->variables[options->variable_count++] = optarg;
		return 0;
	case 'k':
		options->keep_going = true;
		return 0;
	case 'n':
		options->check = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	case OPTION_JSON:
		options->json = true;
		return 0;
	case OPTION_SANDBOX:
		options->sandbox = true;
		return 0;
	case OPTION_VERSION:
		options->version = true;
		return 0;
	case 'h':
	case OPTION_HELP:
		options->help = true;
		return 0;
	case ':':
		return error_set(error, "the option -%c takes an argument; sosh --help lists the options", optopt);
	default:
		break;
	}
	struct buffer shown;
	buffer_init(&shown);
	const char *word = argv[optind - 1];
	if (optopt)
		buffer_format(&shown, "-%c", optopt);
	else
		text_plain(&shown, word, strlen(word));
	error_set(error, "unknown option %s; sosh --help lists the options", buffer_string(&shown));
	buffer_clear(&shown);
	return -1;
}

int options_read(struct options *options, int argc, char **argv, struct error *error)
{
	int letter;

	memset(options, 0, sizeof(*options));
	opterr = 0;
	while ((letter = getopt_long(argc, argv, "+:c:v:knqh", long_options, NULL)) != -1)
		if (take(options, letter, error, argv))
			return -1;
	if (!options->commands && optind < argc)
		options->script = argv[optind++];
	options->arguments = argv + optind;
	options->argument_count = argc - optind;
	return 0;
}

void options_clear(struct options *options)
{
	free(options->variables);
}
