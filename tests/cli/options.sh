# SPDX-License-Identifier: GPL-3.0-or-later
# -q, -k, -n, -v, -c, - and --json do what they say.
. "$(dirname "$0")/common.sh"

# Results are printed, in quiet mode only what print prints.
run 0 -c 'a, b = socketpair; send a "hi"; recv b'
says out '^=> 2'
says out '^=> "hi"'
run 0 -q -c 'a, b = socketpair; send a "hi"; recv b; print seen'
exactly out seen
run 0 --quiet -c 'socket'
silent out
run 0 -q -c 'help; help recv; set; sockets'
silent out
run 0 -c 'help recv'
says out '^recv SOCKET'
run 1 -q -c 'recv 7'
silent out
says err '.'

# Going on after a failure.
run 1 -q -c 'recv 7; print never'
silent out
run 1 -q -k -c 'recv 7; print on'
exactly out on
run 1 -q --keep-going -c 'recv 7
print on'
exactly out on

# Reading only.
run 0 -n -c 'socket; print never; recv 7'
silent out
silent err
run 2 -n -c 'rcev 1'
run 2 --check -c 'socket AF_INTE'

# Variables from outside.
run 0 -q -v port=80 -v host=127.0.0.1 -c 'print $host:$port'
exactly out 127.0.0.1:80
run 0 -q -v 'text=two words' -c 'print $text'
exactly out 'two words'
run 0 -q -v empty= -c 'print $empty'
exactly out ''

# The text of -c, a file, standard input by itself and by its name; arguments follow.
printf 'print $1 $2\n' >script.sosh
run 0 -q script.sosh one two
exactly out 'one two'
run 0 -q - one two <script.sosh
exactly out 'one two'
run 0 -q <<<'print piped'
exactly out piped
run 0 -q -c 'print one
print two'
exactly out 'one
two'
run 0 -q -- script.sosh -q -k
exactly out '-q -k'

# JSON: one object a command and nothing else, -q or not.
for quiet in '' -q; do
	run 1 --json $quiet -c 'a, b = socketpair; send a "hi\xff"; recv b; print hello; recv a 1 MSG_DONTWAIT'
	python3 - "$room/out" <<-'PYTHON' || fail "the JSON is not what it should be"
		import json, sys
		lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
		keys = set("n file line command handle job host result errno ok data data_base64 address value calls states segments explanation seconds".split())
		assert len(lines) == 5, lines
		assert all(set(line) == keys for line in lines), [set(line) ^ keys for line in lines]
		assert [line["command"] for line in lines] == ["socketpair", "send", "recv", "print", "recv"]
		assert lines[2]["data"] == "hi\\xff" and lines[2]["data_base64"] == "aGn/"
		assert lines[3]["value"] == "hello"
		assert lines[4]["errno"] == "EAGAIN" and lines[4]["result"] == -1 and lines[4]["ok"] is False
	PYTHON
done
finish
