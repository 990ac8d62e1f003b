# SPDX-License-Identifier: GPL-3.0-or-later
# The init file is the interactive shell's: a command file and -c run without it, so that they do the same everywhere.
. "$(dirname "$0")/common.sh"

mkdir -p "$XDG_CONFIG_HOME/sosh"
printf 'print "from the init file"\n' | tee "$XDG_CONFIG_HOME/sosh/init.sosh" >"$XDG_CONFIG_HOME/sosh/init"
run 0 -q -c 'print "from the text"'
exactly out 'from the text'
run 0 -q <<<'print "from standard input"'
exactly out 'from standard input'
finish
