# SPDX-License-Identifier: GPL-3.0-or-later
# File names complete after source. They are data: what is not plain in them is escaped, never sent to the terminal.
from _terminal import *

FILES = {"one.sosh": "print 'one'\n", "two words.sosh": "print 'two words'\n", "folder/inner.sosh": "print 'inner'\n",
         "strange\x1b]0;title\x07name": "print 'strange'\n", ".hidden": "", "caf\u00e9.sosh": "print 'caf'\n",
         "tw\u009b31m": ""}

with Terminal(files=FILES, environment={"NO_COLOR": None}) as t:
    t.send("source on" + TAB)
    t.line_is("sosh> source one.sosh")
    t.send(ENTER)
    t.prompt()
    t.shows("^one$")

    t.send("source fold" + TAB)
    t.line_is("sosh> source folder/")
    t.send(TAB)
    t.line_is("sosh> source folder/inner.sosh")
    t.send(ENTER)
    t.prompt()
    t.shows("^inner$")

    t.send("source 'two w" + TAB)
    t.line_is("sosh> source 'two words.sosh'")
    t.send(ENTER)
    t.prompt()
    t.shows("^two words$")

    t.send("source str" + TAB)
    t.line_is(r'sosh> source "strange\x1b]0;title\aname"')
    t.send(ENTER)
    t.prompt()
    t.shows("^strange$")

    t.send("source caf" + TAB)
    t.line_is("sosh> source caf\u00e9.sosh")
    t.cancel()

    t.send("source " + TAB + TAB)
    t.shows("folder/")
    t.shows("one.sosh")
    equal([line for line in t.screen.all() if ".hidden" in line], [], "hidden files")
    t.cancel()
    t.send("source no-such-directory/" + TAB + "x")
    t.line_is("sosh> source no-such-directory/x")
    t.cancel()
    equal(b"\x1b]0;" in t.raw or "\u009b".encode() in t.raw, False, "a control sequence on the terminal")
    t.quit()
