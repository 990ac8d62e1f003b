/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parser takes, said again in the shell spelling, and what it refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parse_checks.h"

/* The text's commands, one a line, in the shell spelling. */
static void reads_bytes(const char *text, size_t length, const char *expected)
{
	struct parsed parsed;
	struct buffer out;

	parse_text(&parsed, text, length, false);
	if (parsed.complaints)
		print_error("%s: %u:%u: %s\n", text, parsed.first.place.line, parsed.first.place.column,
		            parsed.first.text);
	assert_int_equal(parsed.result, PARSE_OK);
	buffer_init(&out);
	for (unsigned i = 0; i < parsed.script->count; i++) {
		buffer_text(&out, i ? "\n" : "");
		unparse(&out, parsed.script->statements[i], SPELL_SHELL);
	}
	assert_string_equal(buffer_string(&out), expected);
	buffer_clear(&out);
	parsed_clear(&parsed);
}

static void reads(const char *text, const char *expected)
{
	reads_bytes(text, strlen(text), expected);
}

static void three_spellings_are_one(void **state)
{
	(void)state;
	reads("bind 1 127.0.0.1 65432", "bind 1 (\"127.0.0.1\", 65432)");
	reads("bind(1, (\"127.0.0.1\", 65432))", "bind 1 (\"127.0.0.1\", 65432)");
	reads("1.bind((\"127.0.0.1\", 65432))", "bind 1 (\"127.0.0.1\", 65432)");
	reads("bind(1, \"127.0.0.1\", 65432)", "bind 1 (\"127.0.0.1\", 65432)");
	reads("s.bind((HOST, PORT))", "bind s (HOST, PORT)");
	reads("s.listen()", "listen s");
	reads("listen(s, backlog=5)", "listen s 5");
	reads("listen(s, backlog = 5)", "listen s 5");
	reads("listen s backlog=5", "listen s 5");
	reads("listen s backlog=$n", "listen s $n");
	reads("recv s flags=MSG_PEEK", "recv s flags=MSG_PEEK");
	reads("s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)", "s = socket AF_INET SOCK_STREAM");
	reads("   s.close()", "close s");
	reads("\ts.close()  # done", "close s");
	reads("s.close()#done", "close s");
	reads("time.sleep(0.5)", "sleep 0.5");
	reads("conn,addr = s.accept()", "conn, addr = accept s");
	reads("data = conn.recv(1024).decode(\"utf-8\")", "data = recv conn 1024");
	reads("s.recv(5)=> \"x\"", "recv s 5 => \"x\"");
	reads("send c (\"x\")=> 1", "send c \"x\" => 1");
}

static void commands_end(void **state)
{
	(void)state;
	reads("", "");
	reads("# nothing\n\n  # more\n;;\n", "");
	reads("#!/usr/bin/sosh\nsocket", "socket");
	reads("socket;socket ; socket", "socket\nsocket\nsocket");
	reads("print \"a;b\"; print(\"c;\", \"d\")", "print \"a;b\"\nprint \"c;\" \"d\"");
	reads("print a#b # c", "print \"a#b\"");
	reads("print a \\\n  b", "print \"a\" \"b\"");
	reads("print a \\\r\n  b\\\r\n c", "print \"a\" \"b\" \"c\"");
	reads("print a \\", "print \"a\"");
	reads("s.bind((\n  \"127.0.0.1\",  # where\n  80\n))\nsocket", "bind s (\"127.0.0.1\", 80)\nsocket");
	reads("print \"two\nlines\"", "print \"two\\nlines\"");
	reads("print one\r\nprint \"two\"\r\n", "print \"one\"\nprint \"two\"");
	reads("\xef\xbb\xbfprint one", "print \"one\"");
	reads("print\u00a0a\u00a0b\u2003c\u3000d", "print \"a\" \"b\" \"c\" \"d\"");
	reads("send\u202fc x", "send c \"x\"");
	fails("socket AF_INET SOCK_STREAM 0 1", 30, "too many arguments");
	fails("s.close() s.close()", 11, "what follows is too much");
	fails("s.close()x", 10, "a blank is due");
	fails("print \"a\"b", 10, "a blank is due");
	fails("recv c =>5", 8, "=> stands between blanks");
	fails("s.recv(5) =>5", 11, "=> stands between blanks");
}

static void jobs_are_marked(void **state)
{
	(void)state;
	reads("recv c &", "recv c &");
	reads("conn, addr = accept s &", "conn, addr = accept s &");
	reads("send c a&b", "send c \"a&b\"");
	reads("repeat 3 recv c &", "repeat 3 recv c &");
	reads("accept s &;recv c", "accept s &\nrecv c");
}

static void job_errors(void **state)
{
	(void)state;
	fails("recv c & => 5", 10, "a job takes no expectation");
	fails("recv c => 5 &", 13, "a job takes no expectation");
	fails("send c a & x", 12, "after & the command ends");
}

static void names_before_equals(void **state)
{
	(void)state;
	reads("x = 5", "x = 5");
	reads("x = -1", "x = -1");
	reads("x = 1.5", "x = 1.5");
	reads("x = 64K", "x = 65536");
	reads("x = None", "x = None");
	reads("x = True", "x = True");
	reads("x = \"a\\tb\"", "x = \"a\\tb\"");
	reads("x = 'it\\'s'", "x = \"it's\"");
	reads("x = y", "x = $y");
	reads("x = $y", "x = $y");
	reads("x = pre$y.host", "x = f\"pre{y.host}\"");
	reads("x = MSG_PEEK|MSG_OOB", "x = MSG_PEEK|MSG_OOB");
	reads("x = socket.AF_INET", "x = AF_INET");
	reads("x = 127.0.0.1:80", "x = (\"127.0.0.1\", 80)");
	reads("x = 127.0.0.1 80", "x = (\"127.0.0.1\", 80)");
	reads("x = [::1]:80", "x = (\"::1\", 80)");
	reads("x = [::1] 80", "x = (\"::1\", 80)");
	reads("x = \"\" 4444", "x = \"\" 4444");
	reads("x = example.com 80", "x = \"example.com\" 80");
	reads("x = example.com:80", "x = \"example.com:80\"");
	reads("x = (\"127.0.0.1\", 80)", "x = (\"127.0.0.1\", 80)");
	reads("x = (\"127.0.0.1\", 70000)", "x = (\"127.0.0.1\", 70000)");
	reads("x = addr[0]", "x = $addr[0]");
	reads("x = addr.port", "x = $addr.port");
	reads("x = data.decode()", "x = $data");
	reads("x = \"a\" \"b\"", "x = \"ab\"");
	reads("x = b\"ab\" * 3", "x = (\"ab\"*3)");
}

static void assignment_values(void **state)
{
	(void)state;
	reads("x = \"abc\".encode()", "x = \"abc\"");
	reads("x = \"ab\".encode()*3  # three", "x = (\"ab\"*3)");
	reads("x = [1, \"a:b\"]", "x = [1, \"a:b\"]");
	reads("x = repr(y)", "x = repr(y)");
	reads("x = f\"{a}-{b!r}\"", "x = f\"{a}-{repr(b)}\"");
	reads("@client x = recv c", "@client x = recv c");
	reads("x = @client recv c", "@client x = recv c");
	reads("x = time recv c", "time x = recv c");
	reads("x = time repeat 2 recv c", "time repeat 2 x = recv c");
	reads("socket = 5; recv = socket", "socket = 5\nrecv = socket");
}

static void name_errors(void **state)
{
	(void)state;
	fails("x=5", 1, "= stands between blanks: x = ");
	fails("x =5", 1, "= stands between blanks: x = ");
	fails("a,b= accept s", 1, "= stands between blanks: a,b = ");
	fails("AF_INET = 5", 1, "AF_INET is a constant");
	fails("None = 5", 1, "None is a constant");
	fails("x, EAGAIN = accept s", 4, "EAGAIN is a constant");
	fails("a, b, c = accept s", 7, "two results at most");
	fails("a, b = recv s", 8, "recv gives one result");
	fails("a, b = time recv s", 13, "recv gives one result");
	fails("a = source x", 5, "source gives no result");
	fails("a, b = 5", 8, "two names");
	fails("x =", 4, "after = a command or a value is due");
	fails("x = ", 5, "after = a command or a value is due");
	fails("x = time y = recv c", 10, "not before both");
	fails("x = rcev c", 5, "did you mean recv?");
	fails("x = rcev(c)", 5, "did you mean recv?");
	fails("x = c.rcev(5)", 7, "did you mean recv?");
	fails("x = s.recv(5).upper()", 14, "a blank is due");
	fails("x = len(s.recv(5))", 11, "keep the result of recv first");
	fails("x = 1 2 3", 9, "one value is due");
	fails("x = 127.0.0.1 70000", 15, "a port is");
	fails("@ recv c", 1, "a host's name is due");
	fails("@client", 8, "a command is due");
	fails("@a @b recv c", 4, "one command has one @HOST");
}

static void unknown_words(void **state)
{
	(void)state;
	fails("rcev 1", 1, "unknown command rcev; did you mean recv?");
	fails("foo.bar", 1, "unknown command foo.bar");
	fails("s.conect((\"h\", 1))", 3, "did you mean connect?");
	fails("1.xyzzy()", 3, "unknown command xyzzy");
	fails("socket AF_INTE", 8, "unknown constant AF_INTE; did you mean AF_INET?");
	fails("socket(AF_INTE)", 8, "unknown constant AF_INTE; did you mean AF_INET?");
	fails("recv c 5 MSG_PEEK|MSG_PEK", 10, "unknown constant MSG_PEK; did you mean MSG_PEEK?");
	fails("recv c 5 MSG_PEEK|", 10, "after | a constant is due");
	fails("send c hi MSG_FOO", 11, "unknown constant MSG_FOO");
	fails("print AF_FOO", 7, "unknown constant AF_FOO");
	fails("x = SO_FOO", 5, "unknown constant SO_FOO");
	fails("listen s size=5", 10, "BACKLOG is");
	fails("listen(s, size=5)", 11, "no parameter is called size: listen SOCKET [BACKLOG]");
	fails("listen(s, 5, backlog=6)", 11, "backlog is given twice");
	fails("listen(s, backlog=6, backlog=7)", 22, "backlog is given twice");
	fails("listen(backlog=6, s)", 19, "without a name");
}

static void wrong_counts(void **state)
{
	(void)state;
	fails("bind", 5, "SOCKET is missing: bind SOCKET ADDRESS");
	fails("bind s", 7, "ADDRESS is missing");
	fails("s.bind()", 9, "ADDRESS is missing");
	fails("send c", 7, "DATA is missing");
	fails("close", 6, "SOCKET is missing");
	fails("recv c 1 0 5", 12, "too many arguments");
	fails("getsockname(s, 1)", 16, "too many arguments");
	fails("time", 5, "time takes a command after it");
	fails("repeat 3", 9, "repeat takes a command after it");
	fails("repeat", 7, "N is missing");
	fails("time(recv)", 5, "only the shell spelling");
	fails("sendto u hi", 12, "ADDRESS is missing");
}

/* What does not read as its place asks; what the kernel judges reads. */
static void literals_fit_their_places(void **state)
{
	(void)state;
	reads("listen s -1", "listen s -1");
	reads("shutdown s 3", "shutdown s 3");
	reads("shutdown s WR", "shutdown s SHUT_WR");
	reads("recv c 0x0c", "recv c 12");
	reads("recv c 64K", "recv c 65536");
	reads("recv c 5 0x40|MSG_PEEK", "recv c 5 (66)");
	reads("settimeout s None", "settimeout s None");
	reads("settimeout s 2", "settimeout s 2.0");
	reads("setblocking s 0", "setblocking s False");
	reads("wait %1 0.5", "wait %1 0.5");
	fails("settimeout s soon", 14, "SECONDS is seconds");
	fails("settimeout s \"1\"", 14, "not text");
	fails("settimeout s -1", 14, "from 0");
	fails("sleep None", 7, "SECONDS is seconds");
	fails("bind s 127.0.0.1 70000", 18, "a port is a number from 0 to 65535");
	fails("bind s 127.0.0.1:70000", 8, "a port is");
	fails("s.bind((\"127.0.0.1\", 70000))", 22, "a port is");
	fails("s.bind((\"127.0.0.1\", -1))", 22, "a port is");
	fails("s.bind((80, \"127.0.0.1\"))", 13, "the host as text");
	fails("recv c many", 8, "COUNT is a number");
	fails("recv c -1", 8, "COUNT is a number from 0");
	fails("recv c 1.5", 8, "COUNT is a number");
	fails("recv c \"5\"", 8, "not text");
	fails("recv c 99999999999999999999", 8, "too large");
	fails("listen s 99999999999", 10, "does not fit an int");
	fails("recv \"c\"", 6, "SOCKET");
	fails("recv 1.5", 6, "SOCKET is a socket's number or name");
	fails("cancel x", 8, "a job's number, as %1");
	fails("cancel %0", 8, "jobs count from %1");
	fails("send(c, 5)", 9, "DATA is text, between quotes");
	fails("listen(s, [5])", 11, "BACKLOG is no list");
	fails("listen(s, 5x)", 11, "5x is no number");
	fails("getsockopt s 5", 14, "needs its level before it");
	fails("connect s (\"a\", \"b\", \"c\", \"d\", \"e\")", 11, "an address is (host, port)");
}

static void strings_are_read(void **state)
{
	(void)state;
	reads("print \"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\\'\"", "print \"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"'\"");
	reads("print \"\\x41\\101\\7\\0\\u00e9\"", "print \"AA\\a\\x00\\xc3\\xa9\"");
	reads("print b\"a\" b'b' B\"c\"", "print \"a\" \"b\" \"c\"");
	reads("print x\"48 65 6c\"", "print \"Hel\"");
	reads("print \"a\"'b'x\"63\"", "print \"abc\"");
	reads("print \"ab\"*3", "print \"ab\"*3");
	reads("print \"ab\"*$n", "print \"ab\"*n");
	reads("print \"ab\"*$1", "print \"ab\"*$1");
	reads("print(\"ab\" * n, 3*\"c\", x*2)", "print \"ab\"*n \"c\"*3 (x*2)");
	reads("print \u201chello\u201d \u2018it\u2019 \u00abx\u00bb", "print \"hello\" \"it\" \"x\"");
	reads("send(c, \u201chello\u201d)", "send c \"hello\"");
	reads("print f\"{x}{{}}{y.host!r}{z[0]!s}\"", "print f\"{x}{{}}{repr(y.host)}{z[0]}\"");
	reads("print f\"{5}{'a'}{AF_INET}\"", "print \"5a2\"");
	reads("print f\"{f'{x}'}y\" f\"{x}\"'z'", "print f\"{x}y\" f\"{x}z\"");
	reads("print f'{len(\"}\")}'", "print f\"{len('}')}\"");
	reads("print \"a\\\nb\"", "print \"ab\"");
	reads("print \"$x\"", "print \"$x\"");
	reads("print(bytes(\"x\", \"utf-8\"), str(5))", "print (str(\"x\")) (str(5))");
}

static void string_errors(void **state)
{
	(void)state;
	fails("print \"\\q\"", 8, "unknown escape \\q");
	fails("print \"\u00e9\\\u00e9\"", 9, "unknown escape \\\u00e9");
	fails("print \"\\x4\"", 8, "\\x takes two");
	fails("print \"\\u12\"", 8, "\\u takes four");
	fails("print \"\\ud800\"", 8, "half of a pair");
	fails("print \"\\777\"", 8, "\\377");
	fails("print x\"4\"", 9, "pairs of hexadecimal digits");
	fails("print x\"48 6g\"", 12, "pairs of hexadecimal digits");
	fails("print \"abc", 7, "the quote that begins here is never closed");
	fails("print 'abc\nsocket", 7, "the quote that begins here is never closed");
	fails("print ab\"c\"", 9, "a quote in the middle of a word");
	fails("print it\u2019s", 9, "a quote in the middle of a word");
	fails("print f\"{x\"", 9, "never closed");
	fails("print f\"x}\"", 10, "a single }");
	fails("print f\"{x:5}\"", 11, "takes a name");
	fails("print f\"{x!q}\"", 11, "an r or an s");
	fails("print f\"{}\"", 10, "a value is due here");
	fails("print \"a\"*x\"41\"", 10, "a number of times");
	fails("print \"a\"*-1", 10, "a number of times");
	fails("print(\"a\" + \"b\")", 11, "sosh does not calculate");
	fails("print(a - b)", 9, "sosh does not calculate");
}

static void expressions(void **state)
{
	(void)state;
	reads("print(a, $b, 1, -1, 0.5, 0x10, 64K, None, True, AF_INET)",
	      "print $a $b 1 -1 0.5 16 65536 None True AF_INET");
	reads("print([1, (2,), ()], (a, b))", "print ([1, (2,), ()]) (a, b)");
	reads("print((a), (AF_INET|x))", "print $a (AF_INET|x)");
	reads("print(AF_INET | SOCK_STREAM | 8)", "print 11");
	reads("print(addr[0], addr[-1], x.host[0])", "print $addr[0] (addr[-1]) $x.host[0]");
	reads("print $a.host:$a.port ${b}c $x[0]", "print f\"{a.host}:{a.port}\" f\"{b}c\" $x[0]");
	reads("print ${a.host}s", "print f\"{a.host}s\"");
	reads("print $1 $12", "print $1 $12");
	reads("print(socket.AF_INET, $socket.host)", "print AF_INET $socket.host");
	reads("print(\"a\"\n  \"b\", len(x),)", "print \"ab\" (len(x))");
	reads("send c (x) \"y\"", "send c $x \"y\"");
	fails("print(a, b", 6, "the ( that begins here is never closed");
	fails("print([a, b)", 12, "a comma or ] is due here");
	fails("print(a b)", 9, "a comma or ) is due here");
	fails("print(a,, b)", 9, "a value is due here, not ,");
	fails("print(a.)", 8, "a name is due after the dot");
	fails("print(a[])", 8, "one number is due");
	fails("print(a[1, 2])", 8, "one number is due");
	fails("print(foo(1))", 7, "foo is no function here");
	fails("print(recv(c))", 7, "keep its result first");
	fails("print(x.upper())", 9, "there is no method upper");
	fails("print(len())", 7, "len takes one value");
	fails("print(a|)", 9, "a value is due here");
	fails("print $", 7, "after $ the name");
	fails("print ${a", 7, "never closed");
	fails("print a$-", 8, "after $ the name");
}

static void addresses(void **state)
{
	(void)state;
	reads("connect s localhost 80", "connect s (\"localhost\", 80)");
	reads("connect s localhost:http", "connect s (\"localhost\", \"http\")");
	reads("connect s 127.0.0.1:80", "connect s (\"127.0.0.1\", 80)");
	reads("connect s [::1]:80", "connect s (\"::1\", 80)");
	reads("connect s ::1 80", "connect s (\"::1\", 80)");
	reads("bind s *:80", "bind s (\"\", 80)");
	reads("bind s \"\" 4444", "bind s (\"\", 4444)");
	reads("bind s /tmp/s", "bind s \"/tmp/s\"");
	reads("bind s \"\\0name\"", "bind s \"\\x00name\"");
	reads("bind s \"\"", "bind s \"\"");
	reads("connect s AF_UNSPEC", "connect s AF_UNSPEC");
	reads("connect(s, AF_UNSPEC)", "connect s AF_UNSPEC");
	reads("connect s $host $port", "connect s (host, port)");
	reads("connect s 127.0.0.1:$port", "connect s f\"127.0.0.1:{port}\"");
	reads("connect s $addr", "connect s $addr");
	reads("s.connect(addr)", "connect s $addr");
	reads("s.connect((\"::1\", 80, 0, 0))", "connect s (\"::1\", 80)");
	reads("state s", "state s");
	reads("state 127.0.0.1:80 127.0.0.1:90", "state (\"127.0.0.1\", 80) (\"127.0.0.1\", 90)");
	reads("state 127.0.0.1 80 127.0.0.1 90", "state (\"127.0.0.1\", 80) (\"127.0.0.1\", 90)");
	reads("state((\"127.0.0.1\", 80), b)", "state (\"127.0.0.1\", 80) $b");
	reads("create_connection(addr, 5)", "create_connection (addr, 5)"); /* whether 5 is a port, running tells */
	reads("create_connection((\"localhost\", 80), timeout=5)", "create_connection (\"localhost\", 80) 5.0");
}

static void data_and_what_follows(void **state)
{
	(void)state;
	reads("send c hello world", "send c \"hello\" \"world\"");
	reads("send c hello MSG_OOB", "send c \"hello\" MSG_OOB");
	reads("send c MSG_OOB", "send c \"MSG_OOB\"");
	reads("send c 5 None AF_INET", "send c \"5\" \"None\" \"AF_INET\"");
	reads("send c hi (1)", "send c \"hi\" (1)");
	reads("c.send(\"hi\", flags=f)", "send(c, \"hi\", flags=f)");
	reads("sendto u hi 127.0.0.1 80", "sendto u \"hi\" (\"127.0.0.1\", 80)");
	reads("sendto u hi 127.0.0.1:80", "sendto u \"hi\" (\"127.0.0.1\", 80)");
	reads("sendto u hi there MSG_OOB 127.0.0.1:80", "sendto u \"hi\" \"there\" MSG_OOB (\"127.0.0.1\", 80)");
	reads("sendto u hi $addr", "sendto u \"hi\" $addr");
	reads("sendto u hi $x $addr", "sendto u \"hi\" $x $addr");
	reads("sendto u hi localhost http", "sendto u \"hi\" (\"localhost\", \"http\")");
	reads("u.sendto(b\"hi\", (HOST, PORT))", "sendto u \"hi\" (HOST, PORT)");
	reads("u.sendto(b\"hi\", 0, (HOST, PORT))", "sendto u \"hi\" (0) (HOST, PORT)");
	reads("u.sendto(b\"hi\", f, (HOST, PORT))", "sendto(u, \"hi\", flags=f, address=(HOST, PORT))");
	reads("setsockopt s SO_REUSEADDR 1", "setsockopt s SO_REUSEADDR 1");
	reads("s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)", "setsockopt s SOL_SOCKET SO_REUSEADDR 1");
	reads("setsockopt s SO_LINGER 1 0", "setsockopt s SO_LINGER 1 0");
	reads("setsockopt s 1 2 3", "setsockopt s 1 2 3");
	reads("getsockopt s $opt", "getsockopt s $opt");
}

static void expectations(void **state)
{
	(void)state;
	reads("recv c => 5 >=5 <=5 !=0 >=0.05s <=2s", "recv c => 5 >=5 <=5 !=0 >=0.05s <=2.0s");
	reads("recv c => \"text\" 'x'*3", "recv c => \"text\" (\"x\"*3)");
	reads("recv c => EAGAIN|EWOULDBLOCK socket.TIMEOUT", "recv c => EAGAIN|EAGAIN TIMEOUT");
	reads("recv c => ok error blocks", "recv c => ok error blocks");
	reads("state c => ESTABLISHED CLOSE-WAIT", "state c => ESTABLISHED CLOSE-WAIT");
	reads("recv c => ~\"[.]$\" ~abc", "recv c => ~\"[.]$\" ~\"abc\"");
	reads("recv c => 127.0.0.1:80 None SYN,ACK", "recv c => 127.0.0.1:80 None SYN,ACK");
	reads("getsockopt s SO_LINGER => {l_onoff=1, l_linger=0} [a, \"b ;]\"]",
	      "getsockopt s SO_LINGER => {l_onoff=1, l_linger=0} [a, \"b ;]\"]");
	reads("accept s => (\"127.0.0.1\", 80)", "accept s => (\"127.0.0.1\", 80)");
	reads("recv c => (x) 5", "recv c => (x) 5");
	reads("recv c => >=$n $x.host a$b", "recv c => >=$n $x.host a${b}");
	reads("recv c => >=${n}s", "recv c => >=${n}s");
	reads("recv c => \u00e9", "recv c => \u00e9");
	reads("getsockopt s SO_TYPE => SOCK_STREAM", "getsockopt s SO_TYPE => SOCK_STREAM");
	reads("time recv c => >=0.5s", "time recv c => >=0.5s");
	fails("recv c =>", 10, "what is expected is due");
	fails("recv c => ECONREFUSED", 11, "did you mean ECONNREFUSED?");
	fails("recv c => EAGAIN|EFOO", 11, "unknown error EFOO");
	fails("recv c => ESTABLISHD", 11, "did you mean ESTABLISHED?");
	fails("recv c => SOCK_STREEM", 11, "unknown constant SOCK_STREEM");
	fails("recv c => >=soon", 11, ">= is compared with a number");
	fails("recv c => 99999999999999999999", 11, "too large");
	fails("recv c => ~", 11, "after ~");
	fails("recv c => 5 => 6", 13, "one command has one =>");
	fails("recv c => ~\"(\"", 11, "no regular expression");
	fails("recv c => \"a\"b", 14, "a blank is due");
	fails("recv c => a\"b", 12, "a quote in the middle");
	fails("recv c => {a=1", 11, "never closed");
	fails("recv c => \"a", 11, "never closed");
}

static void python_lines(void **state)
{
	(void)state;
	reads("import socket", "");
	reads("import socket; s = socket.socket()", "s = socket");
	reads("import socket  # the library; all of it", "");
	reads("from socket import *\nsocket", "socket");
	reads("from socket import (\n    AF_INET,  # IPv4\n    SOCK_STREAM)\nsocket", "socket");
	reads("    s.close()", "close s");
	fails("while True:", 1, "one call a line");
	fails("if x: s.close()", 1, "one call a line");
	fails("if(x):", 1, "one call a line");
	fails("for i in range(3):", 1, "repeat N COMMAND");
	fails("def f():", 1, "one call a line");
	fails("    break", 5, "one call a line");
	fails("try:", 1, "one call a line");
	fails("with socket.socket(AF_INET, SOCK_STREAM) as s:", 1, "type s = socket.socket(AF_INET, SOCK_STREAM)");
	fails("with conn:", 1, "one call a line");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_spellings_are_one),
		cmocka_unit_test(commands_end),
		cmocka_unit_test(jobs_are_marked),
		cmocka_unit_test(job_errors),
		cmocka_unit_test(names_before_equals),
		cmocka_unit_test(assignment_values),
		cmocka_unit_test(name_errors),
		cmocka_unit_test(unknown_words),
		cmocka_unit_test(wrong_counts),
		cmocka_unit_test(literals_fit_their_places),
		cmocka_unit_test(strings_are_read),
		cmocka_unit_test(string_errors),
		cmocka_unit_test(expressions),
		cmocka_unit_test(addresses),
		cmocka_unit_test(data_and_what_follows),
		cmocka_unit_test(expectations),
		cmocka_unit_test(python_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
