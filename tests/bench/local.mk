# make bench: how long commands take under writetrace, and under others, against how long they take alone.

bench_programs = \
  %D%/calls \
  %D%/load \
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
  %D%/own_usage.c \
  # end

.PHONY: bench
bench: writetrace$(EXEEXT) $(bench_programs) %D%/own_usage.so
	@BENCH_ROUNDS='$(BENCH_ROUNDS)' BENCH_WORKLOADS='$(BENCH_WORKLOADS)' BENCH_SCALE='$(BENCH_SCALE)' \
	BENCH_SCRATCH='$(BENCH_SCRATCH)' $(SHELL) $(srcdir)/%D%/bench.sh
