# make check: unit tests with Check, then scripts that run the tool on small programs (tracees) and on common ones.

if ENABLE_TESTS

# Each needs two lines further down: its CFLAGS and its LDADD.
unit_tests = \
  # end

# Built from %D%/tracees/NAME.c, one file each, without the sanitizers and without anything of ours.
tracees = \
  # end

# The same again as 32-bit programs, where the compiler can make them; each needs its SOURCES and CFLAGS below.
tracees32 = \
  # end

if HAVE_M32
tracees_m32 = $(tracees32)
endif

check_PROGRAMS += \
  $(unit_tests) \
  $(tracees) \
  $(tracees_m32) \
  %D%/lib/walk \
  # end

UNIT_CFLAGS = $(TOOL_CFLAGS) $(CHECK_CFLAGS)
UNIT_LIBS = $(TOOL_LIBS) $(CHECK_LIBS)

tests_lib_walk_LDADD = $(CRYPTO_LIBS)

# tests_unit_check_NAME_CFLAGS = $(UNIT_CFLAGS)
# tests_unit_check_NAME_LDADD = $(UNIT_LIBS)

# tests_tracees_NAME32_SOURCES = %D%/tracees/NAME.c
# tests_tracees_NAME32_CFLAGS = $(AM_CFLAGS) -m32

TESTS += \
  $(unit_tests) \
  $(e2e_tests) \
  # end

endif ENABLE_TESTS

e2e_tests = \
  # end

EXTRA_DIST += \
  $(e2e_tests) \
  # end

TEST_EXTENSIONS = .test
TEST_LOG_COMPILER = $(SHELL)

# The scripts call make themselves, on trees of their own: they must not talk to this one.
AM_TESTS_ENVIRONMENT = \
  unset MAKEFLAGS MFLAGS MAKELEVEL; \
  WRITETRACE='$(abs_top_builddir)/writetrace'; export WRITETRACE; \
  TRACEES='$(abs_top_builddir)/tests/tracees'; export TRACEES; \
  WALK='$(abs_top_builddir)/tests/lib/walk'; export WALK; \
  SRCDIR='$(abs_top_srcdir)'; export SRCDIR;
