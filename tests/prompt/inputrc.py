# SPDX-License-Identifier: GPL-3.0-or-later
# inputrc is read, and its `$if sosh` is for us.
from _terminal import *

RC = '''
$if sosh
"\\C-x\\C-p": "print 'bound'"
$else
"\\C-x\\C-p": "print 'another program'"
$endif
$if Bash
"\\C-x\\C-b": "bash"
$endif
'''
with Terminal(files={".inputrc": RC}) as t:
    t.send("\x18\x10")
    t.line_is("sosh> print 'bound'")
    t.send("\x18\x02")
    t.send(ENTER)
    t.prompt()
    t.quit()

# other editing modes and options
with Terminal(files={".inputrc": "set editing-mode vi\nset show-all-if-ambiguous off\nset page-completions on\nset completion-query-items 1\n"}) as t:
    t.send("prinX" + ESCAPE)
    t.send("xa" + "t 5" + ENTER)
    t.prompt()
    equal(t.above()[-1], "5")
    # a list never asks: the jobs must go on meanwhile
    t.send("socket AF_" + TAB + TAB)
    t.shows("AF_UNIX")
    t.line_is("sosh> socket AF_")
    t.cancel()
    t.quit()

with Terminal(environment={"TERM": "dumb"}) as t:
    t.run("print 6")
    equal(t.quit(), 0)
