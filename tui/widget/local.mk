# sources of tui/widget: append with +=, one file a line
libtui_a_SOURCES += tui/widget/widget.h tui/widget/list.h tui/widget/textview.h tui/widget/editor.h tui/widget/lineedit.h
libtui_a_SOURCES += tui/widget/picker.h tui/widget/form.h tui/widget/menu.h tui/widget/dialog.h tui/widget/bar.h tui/widget/helpview.h
