# Hostile input: programs that are given any bytes.  make check gives them those of corpus/ (main.c); make fuzz makes
# them with clang and libFuzzer, and lets it find others.

fuzz_names = history import journal path peek quote sockaddr

fuzz_common = %D%/scratch.c %D%/fuzz.h
fuzz_forged = %D%/forged.c %D%/forged.h

if ENABLE_TESTS

fuzz_programs = \
  %D%/history \
  %D%/import \
  %D%/journal \
  %D%/path \
  %D%/peek \
  %D%/quote \
  %D%/sockaddr \
  # end

check_PROGRAMS += $(fuzz_programs)
TESTS += $(fuzz_programs)

tests_fuzz_history_SOURCES = %D%/history.c %D%/main.c $(fuzz_common) $(fuzz_forged)
tests_fuzz_import_SOURCES = %D%/import.c %D%/main.c $(fuzz_common) $(fuzz_forged)
tests_fuzz_journal_SOURCES = %D%/journal.c %D%/main.c $(fuzz_common)
tests_fuzz_path_SOURCES = %D%/path.c %D%/main.c $(fuzz_common)
tests_fuzz_peek_SOURCES = %D%/peek.c %D%/main.c $(fuzz_common)
tests_fuzz_quote_SOURCES = %D%/quote.c %D%/main.c $(fuzz_common)
tests_fuzz_sockaddr_SOURCES = %D%/sockaddr.c %D%/main.c $(fuzz_common)

fuzz_objects = $(fuzz_programs:=.o) %D%/forged.o %D%/main.o %D%/scratch.o
$(fuzz_objects): AM_CFLAGS += $(SAN_CFLAGS) $(COV_CFLAGS)
$(fuzz_programs): LDADD = $(SAN_CFLAGS) $(TOOL_LIBS)
$(fuzz_programs): libwritetrace.a

endif ENABLE_TESTS

EXTRA_DIST += \
  %D%/corpus \
  %D%/fuzz.mk \
  %D%/fuzz.sh \
  # end

FUZZ_CC = clang

# What can be given: FUZZ_CC, FUZZ_SECONDS for each target, FUZZ_TARGETS (journal, or journal:5000 for so many inputs),
# FUZZ_SEED.
FUZZ_TARGETS = $(fuzz_names)

.PHONY: fuzz fuzz-clean
fuzz: config.h $(nodist_libwritetrace_a_SOURCES)
	@$(MAKE) --no-print-directory -f $(srcdir)/%D%/fuzz.mk FUZZ_CC='$(FUZZ_CC)' OUT=fuzz-build \
	  SRCDIR='$(srcdir)' BUILDDIR=. SOURCES='$(libwritetrace_a_SOURCES)' \
	  GENERATED='$(nodist_libwritetrace_a_SOURCES)' TARGETS='$(fuzz_names)' \
	  FLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(STD_CFLAGS)' \
	  LIBS='$(SQLITE_LIBS) $(SECCOMP_LIBS) $(NETTLE_LIBS) $(ZLIB_LIBS)'
	@SRCDIR='$(srcdir)' FUZZ_SECONDS='$(FUZZ_SECONDS)' FUZZ_SEED='$(FUZZ_SEED)' \
	  $(SHELL) $(srcdir)/%D%/fuzz.sh fuzz-build $(FUZZ_TARGETS)

clean-local: fuzz-clean
fuzz-clean:
	rm -rf fuzz-build
