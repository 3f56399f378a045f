# make bench: how long commands take under writetrace, and under others, against how long they take alone.

bench_programs = \
  %D%/calls \
  %D%/crowd \
  %D%/load \
  %D%/many \
  %D%/measure \
  %D%/null_tracer \
  # end

EXTRA_PROGRAMS += $(bench_programs)

tests_bench_calls_CFLAGS = $(TOOL_CFLAGS)
tests_bench_calls_LDADD = $(TOOL_LIBS)
tests_bench_load_LDADD = -lpthread
tests_bench_null_tracer_CFLAGS = $(TOOL_CFLAGS)
tests_bench_null_tracer_LDADD = $(TOOL_LIBS)

# No library that is installed or linked: it is preloaded into the tracers that are measured.
%D%/own_usage.so: %D%/own_usage.c
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -fPIC -shared \
	  -o $@ $(srcdir)/%D%/own_usage.c

CLEANFILES += \
  $(bench_programs) \
  %D%/own_usage.so \
  # end

EXTRA_DIST += \
  %D%/bench.sh \
  %D%/crowd.sh \
  %D%/history.sh \
  %D%/history.sql \
  %D%/many.sh \
  %D%/own_usage.c \
  %D%/parallel.sh \
  # end

.PHONY: bench bench-crowd bench-history bench-many bench-parallel
bench: writetrace$(EXEEXT) $(bench_programs) %D%/own_usage.so
	@BENCH_ROUNDS='$(BENCH_ROUNDS)' BENCH_WORKLOADS='$(BENCH_WORKLOADS)' BENCH_SCALE='$(BENCH_SCALE)' \
	BENCH_SCRATCH='$(BENCH_SCRATCH)' $(SHELL) $(srcdir)/%D%/bench.sh

# How long people wait for answers from a history of ten million rows.
bench-history: writetrace$(EXEEXT) $(bench_programs)
	@srcdir='$(srcdir)' BENCH_ROUNDS='$(BENCH_ROUNDS)' BENCH_RUNS='$(BENCH_RUNS)' BENCH_ROWS='$(BENCH_ROWS)' \
	BENCH_SCRATCH='$(BENCH_SCRATCH)' BENCH_HISTORY='$(BENCH_HISTORY)' $(SHELL) $(srcdir)/%D%/history.sh

# What a run of a million files takes.
bench-many: writetrace$(EXEEXT) $(bench_programs) %D%/own_usage.so
	@BENCH_FILES='$(BENCH_FILES)' BENCH_SCRATCH='$(BENCH_SCRATCH)' $(SHELL) $(srcdir)/%D%/many.sh

# Whether runs that record into one history at once slow each other.
bench-parallel: writetrace$(EXEEXT) $(bench_programs)
	@BENCH_ROUNDS='$(BENCH_ROUNDS)' BENCH_FILES='$(BENCH_FILES)' BENCH_SCRATCH='$(BENCH_SCRATCH)' \
	$(SHELL) $(srcdir)/%D%/parallel.sh

# Whether an open gets slower with those who do nothing.
bench-crowd: writetrace$(EXEEXT) $(bench_programs)
	@BENCH_ROUNDS='$(BENCH_ROUNDS)' BENCH_IDLE='$(BENCH_IDLE)' BENCH_FILES='$(BENCH_FILES)' \
	BENCH_SCRATCH='$(BENCH_SCRATCH)' $(SHELL) $(srcdir)/%D%/crowd.sh
