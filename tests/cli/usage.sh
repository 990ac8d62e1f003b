# SPDX-License-Identifier: GPL-3.0-or-later
# Options that do not exist or lack their argument, and files that cannot be read.
. "$(dirname "$0")/common.sh"

for wrong in --no-such-option -z -c -v '-v noequals'; do
	run 2 $wrong </dev/null
	silent out
	says err '.'
done
run 2 -v 1x=3 -c 'print 1'
run 2 -v AF_INET=3 -c 'print 1'

run 0 --help
says out '[Uu]sage'
for option in --json --quiet --keep-going --check --sandbox --version -c -v; do
	says out "(^|[^a-z])$option"
done
silent err
whole=$(cat out)
run 0 -h
exactly out "$whole"
silent err
run 0 --version
says out '^sosh [0-9]+\.[0-9]+'
silent err

"$SOSH" missing.sosh >out 2>err
status=$?
[[ $status == 1 || $status == 2 ]] || fail "a file that is not there: exit status $status"
says err 'missing\.sosh.*No such file'
mkdir folder
"$SOSH" folder >out 2>err
status=$?
[[ $status == 1 || $status == 2 ]] || fail "a directory as a file: exit status $status"
says err 'folder'
finish
