# make check-faults: each call of writetrace's own that can fail does, one by one; takes long.
#
#   FAULTS_SCENARIOS, FAULTS_EVERY, FAULTS_ONLY, FAULTS_MEMORY, FAULTS_LOG   see sweep.sh

EXTRA_DIST += \
  %D%/plausible \
  %D%/sample.sh \
  %D%/scenarios.sh \
  %D%/sweep.sh \
  # end

.PHONY: check-faults check-faults-sample

if ENABLE_TESTS

# No library that is installed or linked: it is preloaded into writetrace.
tests/lib/nomem.so: tests/lib/nomem.c tests/lib/badvfs.c tests/lib/badvfs.h
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -fPIC -shared \
	  $(SQLITE_CFLAGS) -o $@ $(srcdir)/tests/lib/nomem.c $(srcdir)/tests/lib/badvfs.c $(SQLITE_LIBS)

check_DATA += tests/lib/nomem.so
CLEANFILES += tests/lib/nomem.so

tests_lib_faultat_LDADD = $(SECCOMP_LIBS)

check-faults: writetrace$(EXEEXT) tests/lib/faultat$(EXEEXT) tests/lib/walk$(EXEEXT) tests/lib/nomem.so
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/%D%/sweep.sh \
	  $${FAULTS_SCENARIOS-run undo uninstall attach export import prune}

check-faults-sample: writetrace$(EXEEXT) tests/lib/faultat$(EXEEXT) tests/lib/walk$(EXEEXT) tests/lib/nomem.so
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(srcdir)/%D%/sample.sh

endif ENABLE_TESTS
