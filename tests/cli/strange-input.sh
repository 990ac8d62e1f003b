# SPDX-License-Identifier: GPL-3.0-or-later
# Input that is no command file, and lines of 10 MB.
. "$(dirname "$0")/common.sh"

# A binary file: told once, short, and without its bytes.
head -c 100000 "$SOSH" >binary
run 2 binary
silent out
says err '^binary:[0-9]+:[0-9]+: '
[[ $(stat -c %s err) -lt 5000 ]] || fail "$(stat -c %s err) bytes of complaint about a binary file"
grep -qP '[\x00-\x08\x0e-\x1f]' err && fail "control characters reach the terminal"
printf 'print a\0b\n' >zero
run 2 zero

# A line of 10 MB: as data it is sent, as a command it is shown cut.
{ printf 'a, b = socketpair AF_UNIX SOCK_STREAM\nsend a "'; head -c 10000000 /dev/zero | tr '\0' x; printf '" &\nrecv b 10000000 MSG_WAITALL => 10000000\nwait %%1 => 10000000\n'; } >long.sosh
run 0 -q long.sosh
silent err
head -c 10000000 /dev/zero | tr '\0' x >long
run 2 long
[[ $(stat -c %s err) -lt 200000 ]] || fail "$(stat -c %s err) bytes of complaint about a long line"
head -c 1000000 /dev/zero | tr '\0' '(' >deep
run 2 deep
{ printf 'x = '; head -c 100000 /dev/zero | tr '\0' '('; } >deep
run 2 deep
{ printf 'print('; head -c 100000 /dev/zero | tr '\0' '['; } >deep
run 2 deep
for count in 100 10000; do
	{ yes 'repeat 1' | head -n $count | tr '\n' ' '; echo socket; } >nested
	"$SOSH" -q nested >out 2>err
	[[ $? -le 2 ]] || fail "$count nested repeats: exit status above 2"
done

# No line end at the end, DOS line ends, a byte order mark.
printf 'print done' >script
run 0 -q script
exactly out 'done'
printf 'print one\r\nprint "two"\r\n' >script
run 0 -q script
exactly out 'one
two'
printf '\357\273\277print done\n' >script
run 0 -q script
exactly out 'done'
finish
