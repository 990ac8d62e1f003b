/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main: options, then a command file, a text or the prompt. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "options.h"
#include "prompt.h"
#include "report.h"
#include "sosh/engine.h"
#include "sosh/sandbox.h"

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The one session of the program, whose flags signal handlers set, and what it runs. Their memory ends with the
 * process. */
static struct engine engine;
static struct script *script;

static void on_interrupt(int signal)
{
	(void)signal;
	engine.interrupted = 1;
}

/* Ctrl-C ends the call that waits; at the prompt more signals are looked at (prompt.c). */
static void catch_interrupt(void)
{
	struct sigaction action = {.sa_handler = on_interrupt};
	sigset_t signals;

	sigaction(SIGINT, &action, NULL);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	loop_block_signals(engine.loop, &signals);
}

/*
 * A socket must not become one of the standard descriptors: what is printed would go to the peer. Those that are closed
 * are taken by ones that cannot be used, so that writing to them still fails.
 */
static void fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

/* Every descriptor that the system allows. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int usage(const struct error *error)
{
	fprintf(stderr, "sosh: %s\n", error->text);
	return EXIT_USAGE;
}

/* -v NAME=VALUE and the script's arguments. 0 or -1 with `error`. */
static int set_variables(const struct options *options, struct error *error)
{
	char number[16];

	for (unsigned i = 0; i < options->variable_count; i++) {
		const char *text = options->variables[i], *equals = strchr(text, '=');
		size_t length = equals ? (size_t)(equals - text) : 0;
		bool name = length &&
		            strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == length &&
		            !(text[0] >= '0' && text[0] <= '9');
		if (!name || symbol_find(text, length) || error_number(text, length))
			return error_set(error, "-v takes NAME=VALUE, and the name is no constant's");
		session_set(&engine.session, text, length, literal_guess(equals + 1, strlen(equals + 1)));
	}
	const char *zero = options->script ? options->script : "sosh";
	session_set(&engine.session, "0", 1, value_text(zero));
	for (int i = 0; i < options->argument_count; i++) {
		int length = snprintf(number, sizeof(number), "%d", i + 1);
		session_set(&engine.session, number, (size_t)length, value_text(options->arguments[i]));
	}
	return 0;
}

/* Reads a whole command file or text, and runs it unless it is only checked. */
static int run_commands(struct report *report, const struct options *options)
{
	struct error error;

	error_clear(&error);
	if (options->commands)
		script = engine_read_text(&engine, "-c", options->commands, strlen(options->commands), NULL);
	else
		script = engine_read_file(&engine, options->script ? options->script : "-", &error);
	if (!script) {
		if (error.text[0])
			report_error(report, &error);
		return EXIT_USAGE;
	}
	catch_interrupt();
	bool stands = options->check || engine_run_script(&engine, script);
	if (engine.quit_status >= 0)
		return engine.quit_status;
	if (engine.syntax_failed)
		return EXIT_USAGE;
	return stands ? EXIT_FINE : EXIT_FAILED;
}

static int run_prompt(struct report *report, const struct options *options)
{
	struct error error;
	struct prompt_options prompt = {.engine = &engine,
	                                .style = &report->style,
	                                .colour = report->style.colour,
	                                .input_fd = STDIN_FILENO,
	                                .output = !options->json && isatty(STDOUT_FILENO) ? stdout : stderr};

	error_clear(&error);
	report->interactive = true;
	int status = prompt_run(&prompt, &error);
	if (error.text[0])
		report_error(report, &error);
	return engine.quit_status >= 0 ? engine.quit_status : status;
}

static int start(const struct options *options)
{
	struct report report;
	struct error error;
	bool prompt = !options->commands && !options->script && isatty(STDIN_FILENO) && !options->check;

	error_clear(&error);
	if (options->sandbox && sandbox_enter(&error))
		return usage(&error), EXIT_FAILED;
	report_init(&report, &engine);
	struct reporter reporter = report_reporter(&report);
	if (engine_init(&engine, &reporter, &error))
		return usage(&error), EXIT_FAILED;
	engine.watching = !options->quiet || options->json;
	engine.wants_calls = engine.journal.record_calls = options->json;
	engine.keep_going = options->keep_going;
	report.json = options->json;
	report.quiet = options->quiet && !options->json;
	int status = set_variables(options, &error) ? usage(&error)
	             : prompt                       ? run_prompt(&report, options)
	                                            : run_commands(&report, options);
	report.interactive = false;
	report.quiet |= !options->json; /* jobs that still wait end with the program: only JSON has them */
	engine_end_jobs(&engine);
	if (!report_flush(&report) && status == EXIT_FINE)
		status = EXIT_FAILED;
	report_clear(&report);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct error error;
	int status = EXIT_FINE;

	setlocale(LC_CTYPE, "");
	fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit (ulimit -f) is an error of write(2) */
	raise_limit();
	error_clear(&error);
	if (options_read(&options, argc, argv, &error))
		status = usage(&error);
	else if (options.help)
		fputs(options_help(), stdout);
	else if (options.version)
		puts("sosh " SOSH_VERSION);
	else
		status = start(&options);
	options_clear(&options);
	if (fflush(stdout) && status == EXIT_FINE)
		status = EXIT_FAILED;
	return status;
}
