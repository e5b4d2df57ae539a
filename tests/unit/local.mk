# tests/unit
if HAVE_TESTLIBS
check_PROGRAMS += tests/unit/test_csv tests/unit/test_servicenow
TESTS += tests/unit/test_csv tests/unit/test_servicenow
tests_unit_test_csv_SOURCES = tests/unit/test_csv.c
tests_unit_test_csv_LDADD = libsvcdesk.a $(LZMA_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_servicenow_SOURCES = tests/unit/test_servicenow.c
tests_unit_test_servicenow_LDADD = libsvcdesk.a $(LZMA_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_timefmt
TESTS += tests/unit/test_timefmt
tests_unit_test_timefmt_SOURCES = tests/unit/test_timefmt.c
tests_unit_test_timefmt_LDADD = libsvcdesk.a $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_query tests/unit/test_query_complete tests/unit/test_cfg
TESTS += tests/unit/test_query tests/unit/test_query_complete tests/unit/test_cfg
tests_unit_test_query_complete_SOURCES = tests/unit/test_query_complete.c
tests_unit_test_query_complete_LDADD = libsvcdesk.a $(PQ_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS) $(LZMA_LIBS) $(CMOCKA_LIBS) $(LTLIBINTL)
tests_unit_test_query_SOURCES = tests/unit/test_query.c
tests_unit_test_query_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_cfg_SOURCES = tests/unit/test_cfg.c
tests_unit_test_cfg_LDADD = libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_term tests/unit/test_decoder tests/unit/test_surface tests/unit/test_widget_sizes
TESTS += tests/unit/test_term tests/unit/test_decoder tests/unit/test_surface tests/unit/test_widget_sizes
tests_unit_test_widget_sizes_SOURCES = tests/unit/test_widget_sizes.c
tests_unit_test_widget_sizes_LDADD = libtui.a libsvcdesk.a $(UTF8PROC_LIBS) $(INIH_LIBS) $(CMOCKA_LIBS)
tests_unit_test_surface_SOURCES = tests/unit/test_surface.c
tests_unit_test_surface_LDADD = libtui.a libsvcdesk.a $(UTF8PROC_LIBS) $(INIH_LIBS) $(CMOCKA_LIBS)
tests_unit_test_decoder_SOURCES = tests/unit/test_decoder.c
tests_unit_test_decoder_LDADD = libtui.a libsvcdesk.a $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_term_SOURCES = tests/unit/test_term.c
tests_unit_test_term_LDADD = libtui.a libsvcdesk.a $(NCURSES_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS) $(VTERM_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_list_marks tests/unit/test_console_bulk tests/unit/test_console_undo
TESTS += tests/unit/test_list_marks tests/unit/test_console_bulk tests/unit/test_console_undo
tests_unit_test_list_marks_SOURCES = tests/unit/test_list_marks.c
tests_unit_test_list_marks_LDADD = libtui.a libsvcdesk.a $(UTF8PROC_LIBS) $(INIH_LIBS) $(CMOCKA_LIBS)
tests_unit_test_console_bulk_SOURCES = tests/unit/test_console_bulk.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_bulk_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_console_undo_SOURCES = tests/unit/test_console_undo.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_undo_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_store tests/unit/test_console_parts tests/unit/test_console tests/unit/test_console_use
TESTS += tests/unit/test_store tests/unit/test_console_parts tests/unit/test_console tests/unit/test_console_use
EXTRA_DIST += tests/unit/data/meta.json
tests_unit_test_store_SOURCES = tests/unit/test_store.c
tests_unit_test_store_LDADD = libsvcdesk.a $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_console_parts_SOURCES = tests/unit/test_console_parts.c
tests_unit_test_console_parts_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_console_SOURCES = tests/unit/test_console.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_console_views
TESTS += tests/unit/test_console_views
tests_unit_test_console_views_SOURCES = tests/unit/test_console_views.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_views_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_console_query
TESTS += tests/unit/test_console_query
tests_unit_test_console_query_SOURCES = tests/unit/test_console_query.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_query_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
tests_unit_test_console_use_SOURCES = tests/unit/test_console_use.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_use_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_editor_keys
TESTS += tests/unit/test_editor_keys
tests_unit_test_editor_keys_SOURCES = tests/unit/test_editor_keys.c
tests_unit_test_editor_keys_LDADD = libtui.a libsvcdesk.a $(UTF8PROC_LIBS) $(INIH_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_console_keys
TESTS += tests/unit/test_console_keys
tests_unit_test_console_keys_SOURCES = tests/unit/test_console_keys.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_keys_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_console_copy
TESTS += tests/unit/test_console_copy
tests_unit_test_console_copy_SOURCES = tests/unit/test_console_copy.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_copy_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += tests/unit/test_console_palette
TESTS += tests/unit/test_console_palette
tests_unit_test_console_palette_SOURCES = tests/unit/test_console_palette.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_palette_LDADD = libtui.a libsvcdesk.a $(INIH_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(CMOCKA_LIBS)
endif
if HAVE_TESTLIBS
check_PROGRAMS += tests/unit/test_drafts tests/unit/test_detail_aids
TESTS += tests/unit/test_drafts tests/unit/test_detail_aids
check_PROGRAMS += tests/unit/test_macros tests/unit/test_beside
TESTS += tests/unit/test_macros tests/unit/test_beside
tests_unit_test_beside_SOURCES = tests/unit/test_beside.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_beside_LDADD = $(TEST_LIBS)
tests_unit_test_macros_SOURCES = tests/unit/test_macros.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_macros_LDADD = $(TEST_LIBS)
tests_unit_test_detail_aids_SOURCES = tests/unit/test_detail_aids.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_detail_aids_LDADD = $(TEST_LIBS)
tests_unit_test_drafts_SOURCES = tests/unit/test_drafts.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_drafts_LDADD = $(TEST_LIBS)
endif
if HAVE_TESTLIBS
unit_base = tests/unit/test_base tests/unit/test_clean tests/unit/test_text tests/unit/test_loop tests/unit/test_clock
check_PROGRAMS += $(unit_base)
TESTS += $(unit_base)
tests_unit_test_base_LDADD = $(TEST_LIBS)
tests_unit_test_clean_LDADD = $(TEST_LIBS)
tests_unit_test_text_LDADD = $(TEST_LIBS)
tests_unit_test_loop_LDADD = $(TEST_LIBS)
tests_unit_test_clock_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/unit/test_console_options
TESTS += tests/unit/test_console_options
tests_unit_test_console_options_SOURCES = tests/unit/test_console_options.c tests/unit/console_world.c tests/unit/console_world.h
tests_unit_test_console_options_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/unit/test_themes
TESTS += tests/unit/test_themes
tests_unit_test_themes_SOURCES = tests/unit/test_themes.c
tests_unit_test_themes_LDADD = $(TEST_LIBS) -lm
endif
EXTRA_DIST += tests/data/terminal

# The text modules over a larger set of real and hostile files, which is not part of the sources: make check-data DATA=FOLDER
if HAVE_TESTLIBS
EXTRA_PROGRAMS += tests/unit/test_data
tests_unit_test_data_LDADD = $(TEST_LIBS)
check-data: tests/unit/test_data
	DATA="$${DATA:-$(top_srcdir)/../shared/data}" tests/unit/test_data
endif
