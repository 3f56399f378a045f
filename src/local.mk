# One file a line, by floor (HACKING); headers too, since the tarball is made from these lists.
base_sources = \
  %D%/base/buf.c \
  %D%/base/buf.h \
  %D%/base/clock.c \
  %D%/base/clock.h \
  %D%/base/digest.c \
  %D%/base/digest.h \
  %D%/base/err.c \
  %D%/base/err.h \
  %D%/base/helper.c \
  %D%/base/helper.h \
  %D%/base/io.c \
  %D%/base/io.h \
  %D%/base/mem.c \
  %D%/base/mem.h \
  %D%/base/number.h \
  %D%/base/path.c \
  %D%/base/path.h \
  %D%/base/program.c \
  %D%/base/program.h \
  %D%/base/quote.c \
  %D%/base/quote.h \
  %D%/base/size.c \
  %D%/base/size.h \
  %D%/base/utf8.c \
  %D%/base/utf8.h \
  %D%/base/uuid.c \
  %D%/base/uuid.h \
  # end

event_sources = \
  %D%/event.h \
  %D%/event_names.c \
  # end

trace_sources = \
  %D%/trace/arch.c \
  %D%/trace/arch.h \
  %D%/trace/arch_aarch64.c \
  %D%/trace/arch_x86_64.c \
  %D%/trace/attach.c \
  %D%/trace/attach.h \
  %D%/trace/before.c \
  %D%/trace/before.h \
  %D%/trace/calls.c \
  %D%/trace/calls.h \
  %D%/trace/credentials.c \
  %D%/trace/credentials.h \
  %D%/trace/decode.h \
  %D%/trace/decode_connect.c \
  %D%/trace/decode_mount.c \
  %D%/trace/decode_name.c \
  %D%/trace/decode_open.c \
  %D%/trace/decode_process.c \
  %D%/trace/decode_socket.c \
  %D%/trace/decode_watch.c \
  %D%/trace/errand.c \
  %D%/trace/errand.h \
  %D%/trace/fdname.c \
  %D%/trace/fdname.h \
  %D%/trace/fdpath.c \
  %D%/trace/fdpath.h \
  %D%/trace/filter.c \
  %D%/trace/filter.h \
  %D%/trace/found.c \
  %D%/trace/found.h \
  %D%/trace/inherited.c \
  %D%/trace/inherited.h \
  %D%/trace/loop.c \
  %D%/trace/loop.h \
  %D%/trace/mountinfo.c \
  %D%/trace/mountinfo.h \
  %D%/trace/mounts.c \
  %D%/trace/mounts.h \
  %D%/trace/own_root.c \
  %D%/trace/own_root.h \
  %D%/trace/peek.c \
  %D%/trace/peek.h \
  %D%/trace/permit.c \
  %D%/trace/permit.h \
  %D%/trace/procdir.c \
  %D%/trace/procdir.h \
  %D%/trace/procinfo.c \
  %D%/trace/procinfo.h \
  %D%/trace/release.c \
  %D%/trace/release.h \
  %D%/trace/remote.c \
  %D%/trace/remote.h \
  %D%/trace/service.c \
  %D%/trace/service.h \
  %D%/trace/sockaddr.c \
  %D%/trace/sockaddr.h \
  %D%/trace/spawn.c \
  %D%/trace/spawn.h \
  %D%/trace/systable.c \
  %D%/trace/systable.h \
  %D%/trace/target.c \
  %D%/trace/target.h \
  %D%/trace/tracee.c \
  %D%/trace/tracee.h \
  %D%/trace/tracee_socket.c \
  %D%/trace/tracee_socket.h \
  %D%/trace/tracer.h \
  %D%/trace/wake.c \
  %D%/trace/wake.h \
  %D%/trace/walk.c \
  %D%/trace/walk.h \
  # end

store_sources = \
  %D%/store/content.c \
  %D%/store/content.h \
  %D%/store/db.c \
  %D%/store/db.h \
  %D%/store/export.c \
  %D%/store/export.h \
  %D%/store/fold.c \
  %D%/store/fold.h \
  %D%/store/functions.c \
  %D%/store/functions.h \
  %D%/store/glob.c \
  %D%/store/glob.h \
  %D%/store/import.c \
  %D%/store/import.h \
  %D%/store/import_content.c \
  %D%/store/import_file.c \
  %D%/store/import_file.h \
  %D%/store/import_value.c \
  %D%/store/import_value.h \
  %D%/store/json.c \
  %D%/store/json.h \
  %D%/store/owner.c \
  %D%/store/owner.h \
  %D%/store/prune.c \
  %D%/store/prune.h \
  %D%/store/query.c \
  %D%/store/query.h \
  %D%/store/query_change.c \
  %D%/store/query_change.h \
  %D%/store/query_run.c \
  %D%/store/query_run.h \
  %D%/store/query_state.c \
  %D%/store/query_state.h \
  %D%/store/query_view.c \
  %D%/store/query_view.h \
  %D%/store/rows.c \
  %D%/store/rows.h \
  %D%/store/run.c \
  %D%/store/run.h \
  %D%/store/schema.c \
  %D%/store/schema.h \
  %D%/store/shape.c \
  %D%/store/shape.h \
  %D%/store/stmt.c \
  %D%/store/stmt.h \
  %D%/store/store_impl.h \
  %D%/store/tables.c \
  %D%/store/tables.h \
  %D%/store/taken.c \
  %D%/store/taken.h \
  %D%/store/vfs.c \
  %D%/store/vfs.h \
  %D%/store/word.c \
  # end

audit_sources = \
  %D%/audit/acts.c \
  %D%/audit/acts.h \
  %D%/audit/adopt.c \
  %D%/audit/adopt.h \
  %D%/audit/afar.c \
  %D%/audit/afar.h \
  %D%/audit/after.c \
  %D%/audit/after.h \
  %D%/audit/back.h \
  %D%/audit/before.c \
  %D%/audit/before.h \
  %D%/audit/blind.c \
  %D%/audit/blind.h \
  %D%/audit/build.c \
  %D%/audit/build.h \
  %D%/audit/call_facts.c \
  %D%/audit/call_facts.h \
  %D%/audit/carry.c \
  %D%/audit/carry.h \
  %D%/audit/classify.c \
  %D%/audit/classify.h \
  %D%/audit/compose.c \
  %D%/audit/compose.h \
  %D%/audit/copy.c \
  %D%/audit/copy.h \
  %D%/audit/decide.c \
  %D%/audit/depend.c \
  %D%/audit/dirs.c \
  %D%/audit/dirs.h \
  %D%/audit/connections.c \
  %D%/audit/connections.h \
  %D%/audit/finish.c \
  %D%/audit/finish.h \
  %D%/audit/flags.c \
  %D%/audit/flags.h \
  %D%/audit/flush.c \
  %D%/audit/follow.c \
  %D%/audit/follow.h \
  %D%/audit/fskind.c \
  %D%/audit/fskind.h \
  %D%/audit/journal.c \
  %D%/audit/journal.h \
  %D%/audit/ledger.c \
  %D%/audit/ledger.h \
  %D%/audit/ledger_blind.c \
  %D%/audit/left.c \
  %D%/audit/left.h \
  %D%/audit/links.c \
  %D%/audit/links.h \
  %D%/audit/metadata.c \
  %D%/audit/metadata.h \
  %D%/audit/moved.c \
  %D%/audit/notable.c \
  %D%/audit/notable.h \
  %D%/audit/now.c \
  %D%/audit/now.h \
  %D%/audit/net_names.c \
  %D%/audit/net_names.h \
  %D%/audit/objects.c \
  %D%/audit/objects.h \
  %D%/audit/objects_dir.c \
  %D%/audit/objects_dir.h \
  %D%/audit/order.c \
  %D%/audit/origin.c \
  %D%/audit/origin.h \
  %D%/audit/outcome.c \
  %D%/audit/outcome.h \
  %D%/audit/own.c \
  %D%/audit/own.h \
  %D%/audit/place.c \
  %D%/audit/place.h \
  %D%/audit/plan.c \
  %D%/audit/plan.h \
  %D%/audit/planner.h \
  %D%/audit/preimage.c \
  %D%/audit/preimage.h \
  %D%/audit/prestate.c \
  %D%/audit/prestate.h \
  %D%/audit/record.c \
  %D%/audit/record.h \
  %D%/audit/replay.c \
  %D%/audit/replay.h \
  %D%/audit/siblings.c \
  %D%/audit/siblings.h \
  %D%/audit/sources.c \
  %D%/audit/state.c \
  %D%/audit/state.h \
  %D%/audit/state_io.c \
  %D%/audit/state_io.h \
  %D%/audit/steps.c \
  %D%/audit/steps.h \
  %D%/audit/strict.c \
  %D%/audit/strict.h \
  %D%/audit/survey.c \
  %D%/audit/survey.h \
  %D%/audit/sweep.c \
  %D%/audit/sweep.h \
  %D%/audit/take_back.c \
  %D%/audit/take_back.h \
  %D%/audit/verify.c \
  %D%/audit/verify.h \
  # end

cmd_sources = \
  %D%/cmd/ancestry.c \
  %D%/cmd/ancestry.h \
  %D%/cmd/attach.c \
  %D%/cmd/cat.c \
  %D%/cmd/cmd.h \
  %D%/cmd/columns.c \
  %D%/cmd/columns.h \
  %D%/cmd/complete.c \
  %D%/cmd/db.c \
  %D%/cmd/diff.c \
  %D%/cmd/export.c \
  %D%/cmd/export.h \
  %D%/cmd/export_ndjson.c \
  %D%/cmd/export_postgresql.c \
  %D%/cmd/filter.c \
  %D%/cmd/filter.h \
  %D%/cmd/front.c \
  %D%/cmd/front.h \
  %D%/cmd/help.c \
  %D%/cmd/help.h \
  %D%/cmd/history.c \
  %D%/cmd/history.h \
  %D%/cmd/identity.c \
  %D%/cmd/identity.h \
  %D%/cmd/import.c \
  %D%/cmd/libarchive.c \
  %D%/cmd/libarchive.h \
  %D%/cmd/list.c \
  %D%/cmd/manifest.c \
  %D%/cmd/manifest.h \
  %D%/cmd/manifest_list.c \
  %D%/cmd/manifest_mtree.c \
  %D%/cmd/manifest_sh.c \
  %D%/cmd/manifest_sums.c \
  %D%/cmd/name.c \
  %D%/cmd/new_file.c \
  %D%/cmd/new_file.h \
  %D%/cmd/opts.c \
  %D%/cmd/opts.h \
  %D%/cmd/output.c \
  %D%/cmd/output.h \
  %D%/cmd/postgresql.c \
  %D%/cmd/postgresql.h \
  %D%/cmd/print.c \
  %D%/cmd/print.h \
  %D%/cmd/progress.c \
  %D%/cmd/progress.h \
  %D%/cmd/prune.c \
  %D%/cmd/record.c \
  %D%/cmd/record.h \
  %D%/cmd/recorder.c \
  %D%/cmd/recorder.h \
  %D%/cmd/run.c \
  %D%/cmd/run_arg.c \
  %D%/cmd/run_arg.h \
  %D%/cmd/run_title.c \
  %D%/cmd/run_title.h \
  %D%/cmd/saved.c \
  %D%/cmd/saved.h \
  %D%/cmd/show.c \
  %D%/cmd/show.h \
  %D%/cmd/show_changes.c \
  %D%/cmd/show_diff.c \
  %D%/cmd/show_head.c \
  %D%/cmd/show_json.c \
  %D%/cmd/show_processes.c \
  %D%/cmd/sql.c \
  %D%/cmd/summary.c \
  %D%/cmd/summary.h \
  %D%/cmd/table.c \
  %D%/cmd/typed_path.c \
  %D%/cmd/typed_path.h \
  %D%/cmd/undo.c \
  %D%/cmd/undo_report.c \
  %D%/cmd/undo_report.h \
  %D%/cmd/unified.c \
  %D%/cmd/unified.h \
  %D%/cmd/verify.c \
  %D%/cmd/who.c \
  %D%/cmd/words.c \
  %D%/cmd/words.h \
  # end

noinst_LIBRARIES += libwritetrace.a
libwritetrace_a_CFLAGS = $(TOOL_CFLAGS)
libwritetrace_a_SOURCES = \
  $(base_sources) \
  $(event_sources) \
  $(trace_sources) \
  $(store_sources) \
  $(audit_sources) \
  $(cmd_sources) \
  # end

if COVERAGE
libwritetrace_a_SOURCES += tests/lib/coverage.c
endif

EXTRA_DIST += build-aux/embed-text.awk %D%/cmd/manifest.sh

# The fixed part of the uninstall manifest is a script of its own, for shellcheck to look at.
nodist_libwritetrace_a_SOURCES += src/cmd/manifest_text.c
CLEANFILES += src/cmd/manifest_text.c src/cmd/manifest_text.c-t

src/cmd/manifest_text.c: %D%/cmd/manifest.sh build-aux/embed-text.awk build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)cd $(srcdir) && \
	  $(AWK) -f build-aux/literal.awk -f build-aux/embed-text.awk \
	    -v name=manifest_sh_text -v header=cmd/manifest.h %D%/cmd/manifest.sh > $(abs_builddir)/$@-t && \
	  mv $(abs_builddir)/$@-t $(abs_builddir)/$@

# What links the library links these, in this order.
TOOL_LIBS = \
  $(COV_LDFLAGS) \
  libwritetrace.a \
  $(SQLITE_LIBS) \
  $(SECCOMP_LIBS) \
  $(CRYPTO_LIBS) \
  $(ZLIB_LIBS) \
  # end

bin_PROGRAMS += writetrace
writetrace_CFLAGS = $(TOOL_CFLAGS)
writetrace_SOURCES = %D%/main.c
writetrace_LDADD = $(TOOL_LIBS)
