# make check: unit tests with Check, then scripts that run the tool on small programs (tracees) and on common ones.

if ENABLE_TESTS

# Each is built from NAME.c alone, by one rule for all further down.
unit_tests = \
  %D%/unit/base/check_buf \
  %D%/unit/base/check_digest \
  %D%/unit/base/check_err \
  %D%/unit/base/check_helper \
  %D%/unit/base/check_list \
  %D%/unit/base/check_number \
  %D%/unit/base/check_pack \
  %D%/unit/base/check_path \
  %D%/unit/base/check_places \
  %D%/unit/base/check_quote \
  %D%/unit/base/check_utf8 \
  %D%/unit/base/check_uuid \
  %D%/unit/cmd/check_opts \
  %D%/unit/cmd/export/check_copy_text \
  %D%/unit/cmd/ui/check_printer \
  %D%/unit/cmd/ui/check_progress \
  %D%/unit/cmd/ui/check_run_arg \
  %D%/unit/cmd/ui/check_typed_path \
  %D%/unit/file/check_change \
  %D%/unit/file/check_compare \
  %D%/unit/file/check_state \
  %D%/unit/file/check_state_pack \
  %D%/unit/history/check_origin \
  %D%/unit/history/check_runs_as_one \
  %D%/unit/objects/check_objects \
  %D%/unit/record/check_connections \
  %D%/unit/record/check_creations \
  %D%/unit/record/check_end_state \
  %D%/unit/record/check_finish \
  %D%/unit/record/check_journal \
  %D%/unit/record/check_journal_entries \
  %D%/unit/record/check_ledger \
  %D%/unit/record/check_notable \
  %D%/unit/record/check_notable_words \
  %D%/unit/record/check_package_question \
  %D%/unit/record/check_recover \
  %D%/unit/record/check_settled_look \
  %D%/unit/record/check_words \
  %D%/unit/store/check_columns \
  %D%/unit/store/check_query \
  %D%/unit/store/check_rows \
  %D%/unit/store/check_schema \
  %D%/unit/store/check_store \
  %D%/unit/trace/check_call \
  %D%/unit/trace/check_memory \
  %D%/unit/trace/check_placement \
  %D%/unit/trace/check_stops \
  %D%/unit/trace/check_recheck \
  %D%/unit/trace/check_syscalls \
  %D%/unit/trace/decode/check_sockaddr \
  %D%/unit/trace/decode/check_tracee_socket \
  %D%/unit/trace/path/check_kept_dirs \
  %D%/unit/trace/path/check_resolve \
  %D%/unit/undo/check_paths \
  %D%/unit/undo/check_plan \
  %D%/unit/undo/check_plans \
  # end

if LIBARCHIVE
unit_tests += %D%/unit/cmd/package/check_control
endif

# Built from %D%/tracees/NAME.c, one file each, without the sanitizers and without anything of ours.
tracees = \
  %D%/tracees/attach-writer \
  %D%/tracees/attribute-calls \
  %D%/tracees/bind-mount \
  %D%/tracees/chmod-forms \
  %D%/tracees/chown-forms \
  %D%/tracees/chroot \
  %D%/tracees/clone-escape \
  %D%/tracees/clone-untraced \
  %D%/tracees/connect-asked \
  %D%/tracees/connections \
  %D%/tracees/cwd-deleted \
  %D%/tracees/deep-cwd \
  %D%/tracees/deep-processes \
  %D%/tracees/detached-mount \
  %D%/tracees/exec-forms \
  %D%/tracees/exec-thread \
  %D%/tracees/fd-attributes \
  %D%/tracees/fd-nameless \
  %D%/tracees/fd-writes \
  %D%/tracees/fifo-restart \
  %D%/tracees/fork-kinds \
  %D%/tracees/hard-links \
  %D%/tracees/holder \
  %D%/tracees/inode-flags \
  %D%/tracees/int80 \
  %D%/tracees/io-uring \
  %D%/tracees/link-forms \
  %D%/tracees/make-and-remove \
  %D%/tracees/mapped-path \
  %D%/tracees/mknod-forms \
  %D%/tracees/mount-calls \
  %D%/tracees/name-calls \
  %D%/tracees/not-dumpable \
  %D%/tracees/open-device \
  %D%/tracees/open-errors \
  %D%/tracees/open-flags \
  %D%/tracees/open-forms \
  %D%/tracees/open-handle \
  %D%/tracees/open-readonly \
  %D%/tracees/open-symlinks \
  %D%/tracees/open-tmpfile \
  %D%/tracees/own-filter \
  %D%/tracees/own-listener \
  %D%/tracees/own-strict \
  %D%/tracees/path-bytes \
  %D%/tracees/path-long \
  %D%/tracees/path-proc \
  %D%/tracees/path-race \
  %D%/tracees/path-race-names \
  %D%/tracees/pivot-root \
  %D%/tracees/private-tmpfs \
  %D%/tracees/processes-many \
  %D%/tracees/ptrace-use \
  %D%/tracees/receive \
  %D%/tracees/rename-busy \
  %D%/tracees/rename-chain \
  %D%/tracees/rename-directory \
  %D%/tracees/rename-exchange \
  %D%/tracees/rename-forms \
  %D%/tracees/rename-many \
  %D%/tracees/rename-whiteout \
  %D%/tracees/rename-written \
  %D%/tracees/replace-type \
  %D%/tracees/seccomp-probe \
  %D%/tracees/served-memory \
  %D%/tracees/set-id \
  %D%/tracees/signals \
  %D%/tracees/thread-mounts \
  %D%/tracees/threads \
  %D%/tracees/threads-many \
  %D%/tracees/traps \
  %D%/tracees/truncate \
  %D%/tracees/typing \
  %D%/tracees/unknown-call \
  %D%/tracees/utime-forms \
  %D%/tracees/way-switched \
  %D%/tracees/xattr-forms \
  # end

# The same again as 32-bit programs, where the compiler can make them; each needs its SOURCES and CFLAGS below.
tracees32 = \
  %D%/tracees/attribute-calls32 \
  %D%/tracees/attach-writer32 \
  %D%/tracees/chmod-forms32 \
  %D%/tracees/chown-forms32 \
  %D%/tracees/clone-untraced32 \
  %D%/tracees/connect-asked32 \
  %D%/tracees/connections32 \
  %D%/tracees/fd-attributes32 \
  %D%/tracees/fork-kinds32 \
  %D%/tracees/i386-forms32 \
  %D%/tracees/link-forms32 \
  %D%/tracees/make-and-remove32 \
  %D%/tracees/mknod-forms32 \
  %D%/tracees/name-calls32 \
  %D%/tracees/open-flags32 \
  %D%/tracees/open-forms32 \
  %D%/tracees/path-bytes32 \
  %D%/tracees/receive32 \
  %D%/tracees/rename-forms32 \
  %D%/tracees/threads32 \
  %D%/tracees/truncate32 \
  %D%/tracees/unknown-call32 \
  %D%/tracees/utime-forms32 \
  %D%/tracees/xattr-forms32 \
  # end

if HAVE_M32
tracees_m32 = $(tracees32)
endif

check_PROGRAMS += \
  $(unit_tests) \
  $(tracees) \
  $(tracees_m32) \
  %D%/lib/behind \
  %D%/lib/outside \
  %D%/lib/faultat \
  %D%/lib/killrun \
  %D%/lib/fuse \
  %D%/lib/term \
  %D%/lib/walk \
  %D%/lib/without \
  %D%/lib/wstatus \
  # end

# What every unit test is compiled and linked with.
unit_objects = $(unit_tests:=.o)
$(unit_objects): AM_CFLAGS += $(SAN_CFLAGS) $(COV_CFLAGS) $(CHECK_CFLAGS)
$(unit_tests): LDADD = $(SAN_CFLAGS) $(TOOL_LIBS) $(CHECK_LIBS)
$(unit_tests): libwritetrace.a

tests_lib_walk_SOURCES = \
  %D%/lib/walk.c \
  %D%/lib/walk.h \
  %D%/lib/walk_compare.c \
  %D%/lib/walk_rows.c \
  %D%/lib/walk_take.c \
  # end

tests_lib_faultat_SOURCES = \
  %D%/lib/faultat.c \
  %D%/lib/registers.c \
  %D%/lib/registers.h \
  # end

tests_lib_behind_LDADD = $(SECCOMP_LIBS)
tests_lib_without_LDADD = $(SECCOMP_LIBS)
tests_lib_walk_LDADD = $(NETTLE_LIBS)

tests_tracees_attach_writer32_SOURCES = %D%/tracees/attach-writer.c
tests_tracees_attach_writer32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_attribute_calls32_SOURCES = %D%/tracees/attribute-calls.c
tests_tracees_attribute_calls32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_chmod_forms32_SOURCES = %D%/tracees/chmod-forms.c
tests_tracees_chmod_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_chown_forms32_SOURCES = %D%/tracees/chown-forms.c
tests_tracees_chown_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_clone_untraced32_SOURCES = %D%/tracees/clone-untraced.c
tests_tracees_clone_untraced32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_connect_asked32_SOURCES = %D%/tracees/connect-asked.c
tests_tracees_connect_asked32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_connections32_SOURCES = %D%/tracees/connections.c
tests_tracees_connections32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_fd_attributes32_SOURCES = %D%/tracees/fd-attributes.c
tests_tracees_fd_attributes32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_fork_kinds32_SOURCES = %D%/tracees/fork-kinds.c
tests_tracees_fork_kinds32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_i386_forms32_SOURCES = %D%/tracees/i386-forms.c
tests_tracees_i386_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_link_forms32_SOURCES = %D%/tracees/link-forms.c
tests_tracees_link_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_make_and_remove32_SOURCES = %D%/tracees/make-and-remove.c
tests_tracees_make_and_remove32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_mknod_forms32_SOURCES = %D%/tracees/mknod-forms.c
tests_tracees_mknod_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_name_calls32_SOURCES = %D%/tracees/name-calls.c
tests_tracees_name_calls32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_open_flags32_SOURCES = %D%/tracees/open-flags.c
tests_tracees_open_flags32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_open_forms32_SOURCES = %D%/tracees/open-forms.c
tests_tracees_open_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_path_bytes32_SOURCES = %D%/tracees/path-bytes.c
tests_tracees_path_bytes32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_receive32_SOURCES = %D%/tracees/receive.c
tests_tracees_receive32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_rename_forms32_SOURCES = %D%/tracees/rename-forms.c
tests_tracees_rename_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_threads32_SOURCES = %D%/tracees/threads.c
tests_tracees_threads32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_truncate32_SOURCES = %D%/tracees/truncate.c
tests_tracees_truncate32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_unknown_call32_SOURCES = %D%/tracees/unknown-call.c
tests_tracees_unknown_call32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_utime_forms32_SOURCES = %D%/tracees/utime-forms.c
tests_tracees_utime_forms32_CFLAGS = $(AM_CFLAGS) -m32
tests_tracees_xattr_forms32_SOURCES = %D%/tracees/xattr-forms.c
tests_tracees_xattr_forms32_CFLAGS = $(AM_CFLAGS) -m32

TESTS += \
  $(unit_tests) \
  $(e2e_tests) \
  %D%/web/report.test \
  %D%/arrows.test \
  # end

endif ENABLE_TESTS

e2e_tests = \
  %D%/e2e/as-user.test \
  %D%/e2e/attach.test \
  %D%/e2e/attach-ends.test \
  %D%/e2e/attach-live.test \
  %D%/e2e/attach-refused.test \
  %D%/e2e/attach-unit.test \
  %D%/e2e/before-connect.test \
  %D%/e2e/blind-spots.test \
  %D%/e2e/btrfs.test \
  %D%/e2e/check-allow.test \
  %D%/e2e/clocks.test \
  %D%/e2e/color.test \
  %D%/e2e/connections.test \
  %D%/e2e/completions.test \
  %D%/e2e/examples.test \
  %D%/e2e/export-import.test \
  %D%/e2e/export-postgresql.test \
  %D%/e2e/faults.test \
  %D%/e2e/formats.test \
  %D%/e2e/formats-strict.test \
  %D%/e2e/history-bad.test \
  %D%/e2e/history-gone.test \
  %D%/e2e/history-lost.test \
  %D%/e2e/history-others.test \
  %D%/e2e/history-place.test \
  %D%/e2e/history-read-by-root.test \
  %D%/e2e/history-readonly.test \
  %D%/e2e/history-sent.test \
  %D%/e2e/hostile-load.test \
  %D%/e2e/hostile-tracees.test \
  %D%/e2e/hostile-undo.test \
  %D%/e2e/import-hostile.test \
  %D%/e2e/import-journal.test \
  %D%/e2e/install.test \
  %D%/e2e/kernel-writes.test \
  %D%/e2e/kept-dirs.test \
  %D%/e2e/left-contents.test \
  %D%/e2e/looking.test \
  %D%/e2e/man-examples.test \
  %D%/e2e/man-help.test \
  %D%/e2e/man-queries.test \
  %D%/e2e/manifest-diff.test \
  %D%/e2e/manifest-formats.test \
  %D%/e2e/manifest-random.test \
  %D%/e2e/manifest-sh.test \
  %D%/e2e/mounts-made.test \
  %D%/e2e/notable.test \
  %D%/e2e/old-contents.test \
  %D%/e2e/nested-run.test \
  %D%/e2e/outputs.test \
  %D%/e2e/owners.test \
  %D%/e2e/overlay.test \
  %D%/e2e/package.test \
  %D%/e2e/pre-images.test \
  %D%/e2e/privacy.test \
  %D%/e2e/prune.test \
  %D%/e2e/reading-leaves-no-trace.test \
  %D%/e2e/remote-mounts.test \
  %D%/e2e/report.test \
  %D%/e2e/run-beside-holders.test \
  %D%/e2e/run-beside-others.test \
  %D%/e2e/run-allow.test \
  %D%/e2e/run-asked.test \
  %D%/e2e/run-chroot.test \
  %D%/e2e/run-concurrent.test \
  %D%/e2e/run-daemons.test \
  %D%/e2e/run-daemons-leave.test \
  %D%/e2e/run-descriptors.test \
  %D%/e2e/run-guarded.test \
  %D%/e2e/run-killed.test \
  %D%/e2e/run-killed-anywhere.test \
  %D%/e2e/run-no-filter.test \
  %D%/e2e/run-options.test \
  %D%/e2e/run-output.test \
  %D%/e2e/run-processes.test \
  %D%/e2e/run-programs.test \
  %D%/e2e/run-set-id.test \
  %D%/e2e/run-status.test \
  %D%/e2e/run-terminal.test \
  %D%/e2e/run-user.test \
  %D%/e2e/run-watch.test \
  %D%/e2e/services.test \
  %D%/e2e/served-memory.test \
  %D%/e2e/servers.test \
  %D%/e2e/terminal-names.test \
  %D%/e2e/tracees-32bit.test \
  %D%/e2e/tracees-attributes.test \
  %D%/e2e/tracees-hard-links.test \
  %D%/e2e/tracees-mounts.test \
  %D%/e2e/tracees-names.test \
  %D%/e2e/tracees-open.test \
  %D%/e2e/tracees-processes.test \
  %D%/e2e/tracees-received.test \
  %D%/e2e/tracees-refused.test \
  %D%/e2e/tracees-static.test \
  %D%/e2e/undo.test \
  %D%/e2e/undo-killed.test \
  %D%/e2e/undo-accept.test \
  %D%/e2e/undo-in-use.test \
  %D%/e2e/undo-links.test \
  %D%/e2e/undo-packages.test \
  %D%/e2e/undo-partly.test \
  %D%/e2e/undo-steps.test \
  %D%/e2e/undo-paths.test \
  %D%/e2e/undo-merge.test \
  %D%/e2e/undo-mounts.test \
  %D%/e2e/undo-read-only.test \
  %D%/e2e/undo-tracees.test \
  %D%/e2e/uninstall.test \
  %D%/e2e/verify.test \
  %D%/e2e/views.test \
  %D%/e2e/walker.test \
  # end

EXTRA_DIST += \
  $(e2e_tests) \
  %D%/web/report.test \
  %D%/arrows.test \
  %D%/data/history-4.sql \
  %D%/lib/attach.sh \
  %D%/lib/coverage.sh \
  %D%/lib/e2e.sh \
  %D%/lib/undo.sh \
  %D%/lib/hostile.sh \
  %D%/lib/machine.sh \
  %D%/lib/badvfs.c \
  %D%/lib/badvfs.h \
  %D%/lib/guarded.c \
  %D%/lib/nomem.c \
  %D%/lib/report.py \
  %D%/web/chromium.py \
  %D%/lib/rows.py \
  %D%/lib/without-landlock.py \
  %D%/lib/start.sh \
  %D%/tracees/own-mounts.h \
  %D%/tracees/tracee.h \
  %D%/unit/child.h \
  %D%/unit/history.h \
  %D%/unit/recording.h \
  %D%/unit/unit.h \
  # end

TEST_EXTENSIONS = .test
# So that no test keeps the others waiting for ever.
start_test = $(SHELL) $(top_srcdir)/%D%/lib/start.sh

TEST_LOG_COMPILER = $(start_test) $(SHELL)
LOG_COMPILER = $(start_test)

# Many more points at which processes are killed, and what takes minutes: CRASH_SEED chooses them.
.PHONY: check-crash
check-crash: all $(check_PROGRAMS)
	CRASH_POINTS=$${CRASH_POINTS:-60} CRASH_SEED=$${CRASH_SEED:-1} CRASH_SLOW=1 TEST_SECONDS=3600; \
	export CRASH_POINTS CRASH_SEED CRASH_SLOW TEST_SECONDS; \
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='tests/e2e/run-killed-anywhere.test tests/e2e/history-lost.test' || exit 1; \
	cat tests/e2e/run-killed-anywhere.log

# Which lines of src/ the tests execute.  What an ordinary user's process has counted goes into the same files: they
# are made before, for everybody to write.  Tests that do not pass are named; whether they pass is make check's matter.
.PHONY: coverage coverage-clean
if COVERAGE
coverage: all coverage-clean
	umask 0; $(MAKE) $(AM_MAKEFLAGS) check TESTS= >coverage.log 2>&1 || { cat coverage.log; exit 1; }
	umask 0; $(MAKE) $(AM_MAKEFLAGS) writetrace$(EXEEXT) && ./writetrace --version >/dev/null
	umask 0; $(MAKE) $(AM_MAKEFLAGS) -k check >coverage.log 2>&1; grep -E '^(FAIL|ERROR):' coverage.log; :
	$(SHELL) $(srcdir)/%D%/lib/coverage.sh '$(srcdir)'
else
coverage:
	@echo 'configure with --enable-coverage first' >&2; exit 1
endif

coverage-clean:
	find . -name '*.gcda' -exec rm -f {} +

# The scripts call make themselves, on trees of their own: they must not talk to this one.
AM_TESTS_ENVIRONMENT = \
  unset MAKEFLAGS MFLAGS MAKELEVEL; \
  PATH='$(TESTS_PATH)'"$$PATH"; export PATH; \
  WRITETRACE='$(abs_top_builddir)/writetrace'; export WRITETRACE; \
  TRACEES='$(abs_top_builddir)/tests/tracees'; export TRACEES; \
  WALK='$(abs_top_builddir)/tests/lib/walk'; export WALK; \
  SRCDIR='$(abs_top_srcdir)'; export SRCDIR;
