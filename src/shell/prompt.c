/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The prompt's loop. Readline is asked for a line through its callbacks; a finished line is taken out of it, the
 * terminal is put into its waiting mode, the line's commands run, and then readline is asked again. Signal handlers
 * only set flags, which are looked at between two waits of the loop.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <readline/readline.h>

#include "complete.h"
#include "history_file.h"
#include "prompt.h"
#include "prompt_signals.h"
#include "sosh/memory.h"
#include "terminal.h"
#include "xdg.h"

struct prompt {
	struct prompt_options options;
	struct engine *engine;
	struct history_file history;
	struct completion completion;
	struct buffer unfinished; /* the lines of a statement that goes on, each with its newline */
	struct terminal terminal;
	struct prompt_signals signals;
	struct source *keys;
	FILE *input;     /* owned when it is not stdin */
	int key;         /* read for readline, or -1 */
	size_t given_up; /* keys made up to end a paste */
	bool typing;     /* readline has the terminal */
	bool entered;    /* `line` was accepted, to be run; NULL: the end of the input */
	char *line;      /* owned */
	bool hung_up;    /* the terminal is gone */
	bool ended;
	int status;
};

/* Readline's callbacks take no context: this one pointer is where they find theirs. NULL when no prompt runs. */
static struct prompt *current;

static void complain(const struct prompt *prompt, const struct error *error)
{
	const struct reporter *reporter = &prompt->engine->reporter;
	if (reporter->complaint != NULL)
		reporter->complaint(reporter->context, error);
}

/* The exit status is the worst that happened. */
static void worse(struct prompt *prompt, int status)
{
	if (status > prompt->status)
		prompt->status = status;
}

/* Reads a key if there is one, -1 otherwise. Ctrl-C may have taken away what the loop has seen. */
static int take_key(struct prompt *prompt)
{
	unsigned char key;
	ssize_t got = read(prompt->terminal.fd, &key, 1);
	if (got == 1)
		return key;
	struct pollfd gone = {.fd = prompt->terminal.fd, .events = POLLIN};
	if (got < 0 ? errno != EINTR && errno != EAGAIN : poll(&gone, 1, 0) == 1 && (gone.revents & POLLHUP))
		prompt->hung_up = true;
	return -1;
}

/*
 * The next key, for readline. The first is there already, see keys_ready; in the middle of a paste or of a character it
 * has to be waited for. Ctrl-C ends a paste as the terminal would: readline 8.2 reads past its buffer when the
 * input ends there.
 */
static int next_key(FILE *stream)
{
	static const char end_of_paste[] = "\033[201~";
	int key = current->key;
	(void)stream;
	current->key = -1;
	while (key < 0 && !current->engine->interrupted && !current->signals.ending && !current->hung_up) {
		struct pollfd ready = {.fd = current->terminal.fd, .events = POLLIN};
		key = take_key(current);
		if (key < 0)
			ppoll(&ready, 1, NULL, &current->signals.open);
	}
	/* A tab before lines that are being pasted is a blank. */
	rl_inhibit_completion = key == '\t' && rl_line_buffer[strspn(rl_line_buffer, " \t")] == '\0' &&
	                        terminal_typed_ahead(&current->terminal);
	if (key < 0)
		key = end_of_paste[current->given_up++ % (sizeof(end_of_paste) - 1)];
	return key;
}

/* Readline has finished a line, or met the end of the input; what Ctrl-C has cut off is dropped. */
static void line_entered(char *line)
{
	rl_callback_handler_remove();
	source_pause(current->keys, true);
	current->typing = false; /* what is told from now on goes below the line */
	engine_idle(current->engine, false);
	current->entered = !current->engine->interrupted;
	current->line = line;
	if (current->entered)
		return;
	buffer_empty(&current->unfinished);
	free(line);
	current->line = NULL;
}

/* \001 and \002 enclose what takes no room on the screen. */
static const char *prompt_text(const struct prompt *prompt)
{
	if (prompt->unfinished.length > 0)
		return "  ... "; /* tell_unfinished has said why */
	return prompt->options.colour ? "\001\033[1m\002sosh>\001\033[0m\002 " : "sosh> ";
}

/*
 * Takes over the terminal's size, and draws the line anew when one is being typed. On a screen of a few columns
 * readline divides by zero or loops: it is told of some more, and does not look itself.
 */
static void resize_screen(const struct prompt *prompt)
{
	struct winsize size = {0};

	if (ioctl(prompt->options.input_fd, TIOCGWINSZ, &size) < 0)
		return;
	if (size.ws_row < 2 || size.ws_col < 10)
		rl_set_screen_size(size.ws_row < 2 ? 2 : size.ws_row, size.ws_col < 10 ? 10 : size.ws_col);
	else if (prompt->typing)
		rl_resize_terminal();
	else
		rl_reset_screen_size();
}

static void begin_typing(struct prompt *prompt)
{
	fflush(stdout);
	fflush(stderr);
	fflush(prompt->options.output);
	if (prompt->signals.resized)
		resize_screen(prompt);
	prompt->signals.resized = 0;
	rl_callback_handler_install(prompt_text(prompt), line_entered);
	prompt->typing = true;
	source_pause(prompt->keys, false);
	engine_idle(prompt->engine, true);
}

static void end_typing(struct prompt *prompt)
{
	source_pause(prompt->keys, true);
	if (prompt->typing)
		rl_callback_handler_remove();
	prompt->typing = false;
}

static void keys_ready(void *context, unsigned events)
{
	(void)events;
	struct prompt *prompt = context;
	if (prompt->engine->interrupted || prompt->signals.ending)
		return;
	prompt->given_up = 0;
	prompt->key = take_key(prompt);
	if (prompt->key >= 0)
		rl_callback_read_char();
}

/* Ctrl-C: what was typed stays to be seen, and is forgotten. */
static void cancel_line(struct prompt *prompt)
{
	if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG)) {
		rl_restore_prompt();
		rl_callback_sigcleanup();
		rl_set_prompt(prompt_text(prompt));
	}
	rl_callback_sigcleanup();
	rl_point = rl_end;
	rl_redisplay();
	rl_free_line_state();
	fputs("^C\n", rl_outstream);
	end_typing(prompt);
	buffer_empty(&prompt->unfinished);
	begin_typing(prompt);
}

/* What the signals that came during the last wait ask for. */
static void heed_signals(struct prompt *prompt)
{
	prompt->engine->suspended = 0;
	if (prompt->engine->interrupted && prompt->typing)
		cancel_line(prompt);
	prompt->engine->interrupted = 0;
	if (prompt->signals.continued) {
		terminal_take_again(&prompt->terminal);
		if (prompt->typing)
			rl_forced_update_display();
	}
	prompt->signals.continued = 0;
	if (prompt->signals.resized && prompt->typing) {
		prompt->signals.resized = 0;
		resize_screen(prompt);
	}
}

/* Into the history, without the blanks and newlines behind that pasted lines have. */
static void remember(struct prompt *prompt, const char *text)
{
	struct error error = {0};
	size_t length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
		length--;
	char *entry = memory_copy(text, length);
	if (history_file_add(&prompt->history, entry, &error) < 0)
		complain(prompt, &error);
	free(entry);
}

static void run(struct prompt *prompt, struct script *script)
{
	if (script == NULL) {
		worse(prompt, 2);
		return;
	}
	if (!engine_run_script(prompt->engine, script))
		worse(prompt, 1);
	script_drop(script);
}

/*
 * Reads the lines typed so far. Complaints wait until it is known that they do not go on: what is read again and again
 * while it grows is complained about once.
 */
static struct script *read_lines(struct engine *engine, const char *text, size_t length, bool *incomplete)
{
	struct reporter reporter = engine->reporter;
	engine->reporter.complaint = NULL;
	struct script *script = engine_read_text(engine, NULL, text, length, incomplete);
	engine->reporter = reporter;
	return script != NULL || *incomplete ? script : engine_read_text(engine, NULL, text, length, NULL);
}

/*
 * Runs the commands of the text one by one, as if each had been typed alone: one that does not read complains, the
 * others run. Returns where the statement begins that has not ended, or the text's length. The text goes into the
 * history before its first command runs.
 */
static size_t run_commands(struct prompt *prompt, const char *text, size_t length)
{
	struct engine *engine = prompt->engine;
	bool remembered = false;
	size_t begin = 0, end;
	/* of several commands that came at once each is shown with its result */
	bool shown = !engine->session.settings.echo && length > 1 && memchr(text, '\n', length - 1);
	engine->session.settings.echo |= shown;
	for (size_t at = 0; at < length && !engine->quitting && !prompt->signals.interrupted; at = end) {
		bool incomplete = false;
		end = at + strcspn(text + at, "\n") + 1;
		struct script *script = read_lines(engine, text + begin, end - begin, &incomplete);
		if (incomplete)
			continue;
		if (!remembered)
			remember(prompt, text);
		remembered = true;
		run(prompt, script);
		begin = end;
	}
	if (shown)
		engine->session.settings.echo = false;
	return begin < length && !prompt->signals.interrupted ? begin : length;
}

/* Whoever has left a quote open would wonder where the prompt is. */
static void tell_unfinished(struct prompt *prompt, bool before)
{
	static const char text[] = "(a quote, a parenthesis or a \\ is open: go on, or Ctrl-C drops it)\n";

	if (!before && prompt->unfinished.length > 0)
		prompt_print(text, sizeof(text) - 1);
}

/* A line was accepted, or the end of the input, which ends an unfinished statement too. */
static void submit(struct prompt *prompt)
{
	struct buffer text = prompt->unfinished;
	bool before = text.length > 0;
	prompt->unfinished = (struct buffer){0};
	prompt->entered = false;
	buffer_text(&text, prompt->line != NULL ? prompt->line : "");
	buffer_char(&text, '\n');
	prompt->signals.interrupted = 0;
	const char *whole = buffer_string(&text) + strspn(buffer_string(&text), " \t\r\n");
	size_t length = strlen(whole), done;
	if (prompt->line != NULL) {
		done = run_commands(prompt, whole, length);
		buffer_text(&prompt->unfinished, whole + done);
		tell_unfinished(prompt, before);
	} else if (length > 0) {
		remember(prompt, whole);
		run(prompt, engine_read_text(prompt->engine, NULL, whole, length, NULL));
	}
	prompt->ended |= prompt->line == NULL && length == 0;
	prompt->engine->interrupted = prompt->engine->suspended = 0;
	free(prompt->line);
	prompt->line = NULL;
	buffer_clear(&text);
}

static bool finished(const struct prompt *prompt)
{
	return prompt->ended || prompt->hung_up || ferror(prompt->options.output) || prompt->signals.ending ||
	       prompt->engine->quitting;
}

static void converse(struct prompt *prompt)
{
	while (!finished(prompt)) {
		if (!prompt->typing)
			begin_typing(prompt);
		loop_once(prompt->engine->loop, -1);
		heed_signals(prompt);
		if (!prompt->entered)
			continue;
		if (prompt->line == NULL)
			fputc('\n', prompt->options.output); /* readline leaves the cursor behind the prompt */
		if (!finished(prompt))
			submit(prompt);
	}
}

static void run_init_file(struct prompt *prompt)
{
	struct error error = {0};
	char *path = xdg_path("XDG_CONFIG_HOME", ".config", "init.sosh");
	if (path != NULL && access(path, F_OK) == 0) {
		struct script *script = engine_read_file(prompt->engine, path, &error);
		if (script != NULL)
			run(prompt, script);
		else if (*error.text != '\0')
			complain(prompt, &error);
		prompt->engine->interrupted = prompt->engine->suspended = 0;
	}
	free(path);
}

static void signal_came(int number)
{
	if (current == NULL)
		return;
	if (number == SIGINT)
		current->signals.interrupted = current->engine->interrupted = 1;
	else if (number == SIGTSTP)
		current->engine->suspended = 1;
	else if (number == SIGWINCH)
		current->signals.resized = 1;
	else if (number == SIGCONT)
		current->signals.continued = 1;
	else if (number == SIGTERM || number == SIGHUP)
		current->signals.ending = number;
	if (current->signals.ending) /* ends what runs; safe, because signals come in only while the loop waits */
		current->engine->interrupted = current->engine->quitting = true;
}

static char *word_breaks(void)
{
	return completion_breaks(&current->completion);
}

static char **complete_word(const char *text, int start, int end)
{
	return completion_matches(&current->completion, text, start, end);
}

/* Readline is told who it works for before it reads inputrc, which may overrule what is set here first. */
static void set_up_readline(const struct prompt *prompt)
{
	rl_readline_name = "sosh";
	rl_instream = prompt->input;
	rl_outstream = prompt->options.output;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL; /* terminal.c does that */
	rl_deprep_term_function = NULL;
	rl_getc_function = next_key;
	rl_completion_word_break_hook = word_breaks;
	rl_attempted_completion_function = complete_word;
	rl_completion_display_matches_hook = completion_show;
	rl_completer_quote_characters = NULL;
	rl_basic_quote_characters = "";
	rl_variable_bind("show-all-if-ambiguous", "on");
	if (!prompt->options.colour)
		rl_variable_bind("enable-active-region", "off");
	rl_initialize();
	resize_screen(prompt);
	rl_tty_set_echoing(1);
	rl_completion_query_items = -1;              /* a question would stop the loop, */
	rl_variable_bind("page-completions", "off"); /* and so would a pager */
}

static int open_terminal(struct prompt *prompt, struct error *error)
{
	int fd = prompt->options.input_fd;
	prompt->terminal = (struct terminal){.fd = fd, .output = prompt->options.output};
	prompt->keys = loop_watch(prompt->engine->loop, fd, EPOLLIN, keys_ready, prompt);
	if (prompt->keys == NULL)
		return error_set(error, "cannot wait for the terminal: %s", strerror(errno));
	source_pause(prompt->keys, true);
	int copy = fd == STDIN_FILENO ? fd : dup(fd);
	prompt->input = copy == STDIN_FILENO ? stdin : fdopen(copy, "r");
	if (prompt->input != NULL)
		return 0;
	source_remove(prompt->keys);
	return error_set(error, "cannot read the terminal: %s", strerror(errno));
}

static int close_prompt(struct prompt *prompt)
{
	const struct engine *engine = prompt->engine;
	if (prompt->typing && !prompt->hung_up)
		fputc('\n', prompt->options.output);
	end_typing(prompt);
	terminal_give_back(&prompt->terminal);
	source_remove(prompt->keys);
	prompt_signals_give_back(&prompt->signals);
	current = NULL;
	history_file_close(&prompt->history);
	buffer_clear(&prompt->unfinished);
	free(prompt->line);
	if (prompt->input != stdin)
		fclose(prompt->input);
	if (prompt->signals.ending)
		return 128 + prompt->signals.ending;
	return engine->quitting && engine->quit_status >= 0 ? engine->quit_status : prompt->status;
}

int prompt_run(const struct prompt_options *options, struct error *error)
{
	struct prompt prompt = {.options = *options, .engine = options->engine, .key = -1};
	struct error trouble = {0};
	prompt.completion =
		(struct completion){.engine = prompt.engine, .style = options->style, .before = &prompt.unfinished};
	if (open_terminal(&prompt, error) < 0)
		return -1;
	current = &prompt;
	prompt_signals_take(&prompt.signals, prompt.engine->loop, signal_came);
	set_up_readline(&prompt);
	const char *pastes = rl_variable_value("enable-bracketed-paste");
	terminal_take(&prompt.terminal, pastes != NULL && strcmp(pastes, "on") == 0);
	if (history_file_open(&prompt.history, &trouble) < 0)
		complain(&prompt, &trouble);
	prompt.engine->settling = true;
	if (engine_events(prompt.engine, &trouble) < 0)
		complain(&prompt, &trouble);
	run_init_file(&prompt);
	converse(&prompt);
	return close_prompt(&prompt);
}

void prompt_lend(bool lend)
{
	if (current != NULL)
		(lend ? terminal_lend : terminal_take_again)(&current->terminal);
}

void prompt_write(FILE *stream, const char *text, size_t length)
{
	bool typing = current != NULL && current->typing && isatty(fileno(stream));
	if (typing) {
		rl_clear_visible_line();
		fflush(rl_outstream);
	}
	fwrite(text, 1, length, stream);
	fflush(stream);
	if (typing) {
		rl_on_new_line();
		rl_redisplay();
	}
}

void prompt_print(const char *text, size_t length)
{
	prompt_write(current != NULL ? current->options.output : stdout, text, length);
}
