# SPDX-License-Identifier: GPL-3.0-or-later
# Where there is nothing to complete, Tab shows above the line which parameter comes next.
from _terminal import *


def hint(t, typed, line):
    t.send(typed + TAB)
    t.until(lambda: line in t.screen.all(), "the hint %r after %r" % (line, typed))
    t.line_is("sosh> " + typed)
    equal(t.screen.column, len("sosh> " + typed), "the cursor's column")
    t.cancel()
    t.send("\x0c")
    t.until(lambda: t.screen.row == t.screen.top(), "a clear screen")
    t.prompt()


with Terminal(columns=100) as t:
    t.run("s = socket")
    hint(t, "recv s ", "recv SOCKET [COUNT [FLAGS]]   next: COUNT (4096)")
    hint(t, "listen s ", "listen SOCKET [BACKLOG]   next: BACKLOG (128)")
    hint(t, "listen s 5 ", "listen SOCKET [BACKLOG]   takes no more")
    hint(t, "s.listen(", "listen SOCKET [BACKLOG]   next: BACKLOG (128)")
    # again and again: once is enough
    t.send("listen s " + TAB)
    t.shows("next: BACKLOG")
    t.send(TAB + TAB + "7")
    t.line_is("sosh> listen s 7")
    equal(len([line for line in t.screen.all() if "next:" in line]), 1, "how often it is shown")
    t.cancel()
    t.quit()

with Terminal(environment={"NO_COLOR": None}) as t:
    t.send("listen s " + TAB)
    t.shows("next: BACKLOG")
    equal(b"[\x1b[1mBACKLOG\x1b[0m]" in t.raw, True, "whether it is emphasised")
    t.cancel()
    t.quit()
