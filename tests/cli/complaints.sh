# SPDX-License-Identifier: GPL-3.0-or-later
# Complaints: FILE:LINE:COLUMN, what is wrong, the line, and a caret under the column.
. "$(dirname "$0")/common.sh"

# caret COLUMN: the caret stands under that column of the line that is shown above it.
caret() {
	local line
	line=$(grep -n -m1 '^ *^' "$room/err" | cut -d: -f1)
	[[ -n $line ]] || { fail "no caret"; return; }
	local under
	under=$(sed -n "${line}p" "$room/err")
	under=${under%%^*}
	[[ ${#under} == $(($1 - 1)) ]] || fail "caret at column $((${#under} + 1)), expected $1"
}

printf 's = socket\nbind s 127.0.0.1 0\nlisten t 5\n' >script.sosh
run 1 -q script.sosh
says err '^script\.sosh:3:8: .*t'
says err '^listen t 5$'
caret 8

printf 'socket\n\nbind s 127.0.0.1 70000\n' >script.sosh
run 2 script.sosh
silent out
says err '^script\.sosh:3:18: .*port'
says err '^bind s 127\.0\.0\.1 70000$'

# Columns count characters, and a tab is one of them.
printf 'print "\303\251\303\251\303\251"; rcev 1\n' >script.sosh
run 2 script.sosh
says err '^script\.sosh:1:14: '
caret 14

# Every command that does not read is told.
printf 'rcev 1\nsocket\nconect 1\n' >script.sosh
run 2 script.sosh
says err '^script\.sosh:1:1: .*rcev.*recv'
says err '^script\.sosh:3:1: .*conect.*connect'

# Standard input and -c have names too; a shown line is free of control characters.
run 2 -c 'rcev 1'
says err ':1:1: '
run 2 <<<'rcev 1'
says err ':1:1: '
printf 'rcev "\033[31m" \007\n' >script.sosh
run 2 script.sosh
grep -q "$(printf '[\033\007]')" err && fail "control characters reach the terminal"

# An unmet expectation points at its word.
printf 'a, b = socketpair\nsend a "four" => 5\n' >script.sosh
run 1 -q script.sosh
says err '^script\.sosh:2:18: .*5.*4|^script\.sosh:2:18: .*4.*5'
caret 18
finish
