# One file a line, by room (HACKING), from the lowest on; headers too, since the tarball is made from these lists.
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
  %D%/base/list.c \
  %D%/base/list.h \
  %D%/base/mem.c \
  %D%/base/mem.h \
  %D%/base/pack.c \
  %D%/base/pack.h \
  %D%/base/path.c \
  %D%/base/path.h \
  %D%/base/places.c \
  %D%/base/places.h \
  %D%/base/processor.c \
  %D%/base/processor.h \
  %D%/base/program.c \
  %D%/base/program.h \
  %D%/base/quote.c \
  %D%/base/quote.h \
  %D%/base/nearest.c \
  %D%/base/nearest.h \
  %D%/base/shared_fd.c \
  %D%/base/shared_fd.h \
  %D%/base/number.c \
  %D%/base/number.h \
  %D%/base/utf8.c \
  %D%/base/utf8.h \
  %D%/base/uuid.c \
  %D%/base/uuid.h \
  # end

file_sources = \
  %D%/file/change.c \
  %D%/file/change.h \
  %D%/file/compare.c \
  %D%/file/compare.h \
  %D%/file/copy.c \
  %D%/file/device.c \
  %D%/file/device.h \
  %D%/file/copy.h \
  %D%/file/dir_cache.c \
  %D%/file/dir_cache.h \
  %D%/file/fskind.c \
  %D%/file/fskind.h \
  %D%/file/identity.c \
  %D%/file/identity.h \
  %D%/file/metadata.c \
  %D%/file/metadata.h \
  %D%/file/open.c \
  %D%/file/open.h \
  %D%/file/rights.c \
  %D%/file/rights.h \
  %D%/file/state.c \
  %D%/file/state.h \
  %D%/file/state_pack.c \
  %D%/file/state_pack.h \
  %D%/file/temporary.c \
  %D%/file/temporary.h \
  %D%/file/tree_walk.c \
  %D%/file/tree_walk.h \
  %D%/file/writers.c \
  %D%/file/writers.h \
  %D%/file/xattr.c \
  %D%/file/xattr.h \
  # end

mount_sources = \
  %D%/mount/info.c \
  %D%/mount/info.h \
  %D%/mount/mounts.c \
  %D%/mount/mounts.h \
  %D%/mount/own_root.c \
  %D%/mount/own_root.h \
  %D%/mount/remote.c \
  %D%/mount/remote.h \
  %D%/mount/remote_look.c \
  %D%/mount/remote_look.h \
  # end

objects_sources = \
  %D%/objects/objects.c \
  %D%/objects/objects.h \
  %D%/objects/objects_dir.c \
  %D%/objects/objects_dir.h \
  %D%/objects/own.c \
  %D%/objects/own.h \
  %D%/cmd/prune/sweep.c \
  %D%/cmd/prune/sweep.h \
  %D%/cmd/export/transfer.c \
  %D%/cmd/export/transfer.h \
  # end

store_sources = \
  %D%/store/columns.c \
  %D%/store/columns.h \
  %D%/store/content.c \
  %D%/store/content.h \
  %D%/store/cursor.c \
  %D%/store/cursor.h \
  %D%/store/cursor_impl.h \
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
  %D%/store/import_content.h \
  %D%/store/import_file.c \
  %D%/store/import_file.h \
  %D%/store/import_value.c \
  %D%/store/import_value.h \
  %D%/store/interim.c \
  %D%/store/interim.h \
  %D%/store/owner.c \
  %D%/store/owner.h \
  %D%/store/prune.c \
  %D%/store/prune.h \
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
  %D%/store/snapshot.c \
  %D%/store/snapshot.h \
  %D%/store/stmt.c \
  %D%/store/stmt.h \
  %D%/store/store.c \
  %D%/store/store.h \
  %D%/store/store_impl.h \
  %D%/store/undone.c \
  %D%/store/undone.h \
  %D%/store/vfs.c \
  %D%/store/vfs.h \
  %D%/store/wal.c \
  %D%/store/wal.h \
  %D%/store/word.c \
  %D%/store/word.h \
  # end

event_sources = \
  %D%/event.c \
  %D%/event.h \
  # end

trace_sources = \
  %D%/trace/arch.c \
  %D%/trace/arch.h \
  %D%/trace/arch_aarch64.c \
  %D%/trace/arch_x86_64.c \
  %D%/trace/allow.c \
  %D%/trace/allow.h \
  %D%/trace/ask.c \
  %D%/trace/ask.h \
  %D%/trace/attach.c \
  %D%/trace/attach.h \
  %D%/trace/attach_found.c \
  %D%/trace/attach_found.h \
  %D%/trace/attach_permit.c \
  %D%/trace/attach_permit.h \
  %D%/trace/attach_span.c \
  %D%/trace/attach_span.h \
  %D%/trace/cgroup.c \
  %D%/trace/cgroup.h \
  %D%/trace/call.c \
  %D%/trace/call.h \
  %D%/trace/credentials.c \
  %D%/trace/credentials.h \
  %D%/trace/decode/connect.c \
  %D%/trace/decode/connect.h \
  %D%/trace/decode/decode.c \
  %D%/trace/decode/decode.h \
  %D%/trace/decode/mounts.c \
  %D%/trace/decode/mounts.h \
  %D%/trace/decode/names.c \
  %D%/trace/decode/names.h \
  %D%/trace/decode/open.c \
  %D%/trace/decode/open.h \
  %D%/trace/decode/peer.c \
  %D%/trace/decode/peer.h \
  %D%/trace/decode/process.c \
  %D%/trace/decode/process.h \
  %D%/trace/decode/service.c \
  %D%/trace/decode/service.h \
  %D%/trace/decode/sockaddr.c \
  %D%/trace/decode/sockaddr.h \
  %D%/trace/decode/socket_table.c \
  %D%/trace/decode/socket_table.h \
  %D%/trace/decode/sockets.c \
  %D%/trace/decode/sockets.h \
  %D%/trace/decode/tracee_socket.c \
  %D%/trace/decode/tracee_socket.h \
  %D%/trace/decode/watch.c \
  %D%/trace/decode/watch.h \
  %D%/trace/errand.c \
  %D%/trace/errand.h \
  %D%/trace/filter.c \
  %D%/trace/filter.h \
  %D%/trace/landlock.c \
  %D%/trace/landlock.h \
  %D%/trace/holder.c \
  %D%/trace/holder.h \
  %D%/trace/inherited.c \
  %D%/trace/inherited.h \
  %D%/trace/memory.c \
  %D%/trace/memory.h \
  %D%/trace/path/descriptor.c \
  %D%/trace/path/descriptor.h \
  %D%/trace/path/kept_dirs.c \
  %D%/trace/path/kept_dirs.h \
  %D%/trace/path/proc.c \
  %D%/trace/path/proc.h \
  %D%/trace/path/resolve.c \
  %D%/trace/path/resolve.h \
  %D%/trace/path/target.c \
  %D%/trace/path/target.h \
  %D%/trace/path/walk.c \
  %D%/trace/path/walk.h \
  %D%/trace/placement.c \
  %D%/trace/placement.h \
  %D%/trace/recheck.c \
  %D%/trace/recheck.h \
  %D%/trace/join.c \
  %D%/trace/join.h \
  %D%/trace/leave.c \
  %D%/trace/leave.h \
  %D%/trace/release.c \
  %D%/trace/release.h \
  %D%/trace/signals.c \
  %D%/trace/signals.h \
  %D%/trace/spawn.c \
  %D%/trace/spawn.h \
  %D%/trace/stops.c \
  %D%/trace/stops.h \
  %D%/trace/syscalls.c \
  %D%/trace/syscalls.h \
  %D%/trace/tracee.c \
  %D%/trace/tracee.h \
  %D%/trace/tracer.c \
  %D%/trace/tracer.h \
  %D%/trace/witness.c \
  %D%/trace/witness.h \
  # end

record_sources = \
  %D%/record/blind.c \
  %D%/record/blind.h \
  %D%/record/call_effect.c \
  %D%/record/call_effect.h \
  %D%/record/connections.c \
  %D%/record/connections.h \
  %D%/record/creations.c \
  %D%/record/creations.h \
  %D%/record/end_state.c \
  %D%/record/end_state.h \
  %D%/record/finish.c \
  %D%/record/finish.h \
  %D%/record/flush.c \
  %D%/record/flush.h \
  %D%/record/hard_links.c \
  %D%/record/hard_links.h \
  %D%/record/left_content.c \
  %D%/record/left_content.h \
  %D%/record/journal.c \
  %D%/record/journal.h \
  %D%/record/journal_entries.c \
  %D%/record/journal_entries.h \
  %D%/record/joined.c \
  %D%/record/joined.h \
  %D%/record/ledger.c \
  %D%/record/ledger.h \
  %D%/record/ledger_blind.c \
  %D%/record/ledger_blind.h \
  %D%/record/cron_words.c \
  %D%/record/cron_words.h \
  %D%/record/notable.c \
  %D%/record/notable.h \
  %D%/record/notable_match.c \
  %D%/record/notable_match.h \
  %D%/record/notable_packages.c \
  %D%/record/notable_packages.h \
  %D%/record/notable_rules.c \
  %D%/record/notable_rules.h \
  %D%/record/notable_texts.c \
  %D%/record/notable_texts.h \
  %D%/record/notable_words.c \
  %D%/record/notable_words.h \
  %D%/record/outcome.c \
  %D%/record/outcome.h \
  %D%/record/package_owners.c \
  %D%/record/package_owners.h \
  %D%/record/package_question.c \
  %D%/record/package_question.h \
  %D%/record/package_system.c \
  %D%/record/package_system.h \
  %D%/record/watched.c \
  %D%/record/watched.h \
  %D%/record/watched_compare.c \
  %D%/record/watched_compare.h \
  %D%/record/watched_look.c \
  %D%/record/watched_look.h \
  %D%/record/preimage.c \
  %D%/record/preimage.h \
  %D%/record/prestate.c \
  %D%/record/prestate.h \
  %D%/record/recorder.c \
  %D%/record/recorder.h \
  %D%/record/refuge.c \
  %D%/record/refuge.h \
  %D%/record/recover.c \
  %D%/record/recover.h \
  %D%/record/replay.c \
  %D%/record/replay.h \
  %D%/record/running.c \
  %D%/record/running.h \
  %D%/record/served.c \
  %D%/record/served.h \
  %D%/record/settled_look.c \
  %D%/record/settled_look.h \
  %D%/record/settling.c \
  %D%/record/settling.h \
  %D%/record/target_object.c \
  %D%/record/target_object.h \
  %D%/record/tree_move.c \
  %D%/record/tree_move.h \
  %D%/record/words.c \
  %D%/record/words.h \
  # end

history_sources = \
  %D%/history/old_content.c \
  %D%/history/old_content.h \
  %D%/history/origin.c \
  %D%/history/origin.h \
  %D%/history/runs_as_one.c \
  %D%/history/runs_as_one.h \
  %D%/history/verify.c \
  %D%/history/verify.h \
  # end

undo_sources = \
  %D%/undo/act.c \
  %D%/undo/act.h \
  %D%/undo/build.c \
  %D%/undo/build.h \
  %D%/undo/decide.c \
  %D%/undo/decide.h \
  %D%/undo/depend.c \
  %D%/undo/depend.h \
  %D%/undo/hold.c \
  %D%/undo/hold.h \
  %D%/undo/in_use.c \
  %D%/undo/in_use.h \
  %D%/undo/line_merge.c \
  %D%/undo/line_merge.h \
  %D%/undo/links.c \
  %D%/undo/links.h \
  %D%/undo/merge.c \
  %D%/undo/merge.h \
  %D%/undo/order.c \
  %D%/undo/order.h \
  %D%/undo/packages.c \
  %D%/undo/packages.h \
  %D%/undo/paths.c \
  %D%/undo/paths.h \
  %D%/undo/place.c \
  %D%/undo/place.h \
  %D%/undo/room.c \
  %D%/undo/room.h \
  %D%/undo/plan.c \
  %D%/undo/plan.h \
  %D%/undo/siblings.c \
  %D%/undo/siblings.h \
  %D%/undo/sources.c \
  %D%/undo/sources.h \
  %D%/undo/steps.c \
  %D%/undo/steps.h \
  %D%/undo/survey.c \
  %D%/undo/survey.h \
  %D%/undo/undo.c \
  %D%/undo/undo.h \
  # end

cmd_sources = \
  %D%/cmd/attach.c \
  %D%/cmd/cat.c \
  %D%/cmd/check.c \
  %D%/cmd/cmd.h \
  %D%/cmd/complete.c \
  %D%/cmd/db.c \
  %D%/cmd/diff.c \
  %D%/cmd/export.c \
  %D%/cmd/export.h \
  %D%/cmd/export/copy_text.c \
  %D%/cmd/export/copy_text.h \
  %D%/cmd/export/ndjson.c \
  %D%/cmd/export/ndjson.h \
  %D%/cmd/export/postgresql.c \
  %D%/cmd/export/postgresql.h \
  %D%/cmd/help.c \
  %D%/cmd/help.h \
  %D%/cmd/history.c \
  %D%/cmd/history.h \
  %D%/cmd/import.c \
  %D%/cmd/list.c \
  %D%/cmd/manifest.c \
  %D%/cmd/manifest/list.c \
  %D%/cmd/manifest/list.h \
  %D%/cmd/manifest/mtree.c \
  %D%/cmd/manifest/mtree.h \
  %D%/cmd/manifest/sh.c \
  %D%/cmd/manifest/sh.h \
  %D%/cmd/manifest/sums.c \
  %D%/cmd/manifest/sums.h \
  %D%/cmd/end.c \
  %D%/cmd/name.c \
  %D%/cmd/opts.c \
  %D%/cmd/opts.h \
  %D%/cmd/package.c \
  %D%/cmd/prune.c \
  %D%/cmd/report.c \
  %D%/cmd/report/data.c \
  %D%/cmd/report/data.h \
  %D%/cmd/report/diffs.c \
  %D%/cmd/report/diffs.h \
  %D%/cmd/report/markdown.c \
  %D%/cmd/report/markdown.h \
  %D%/cmd/report/markup.c \
  %D%/cmd/report/markup.h \
  %D%/cmd/report/page.c \
  %D%/cmd/report/page.h \
  %D%/cmd/report/page_diff.c \
  %D%/cmd/report/page_diff.h \
  %D%/cmd/report/page_text.h \
  %D%/cmd/report/page_tree.c \
  %D%/cmd/report/page_tree.h \
  %D%/cmd/report/sentences.c \
  %D%/cmd/report/sentences.h \
  %D%/cmd/report/story.c \
  %D%/cmd/report/story.h \
  %D%/cmd/run.c \
  %D%/cmd/session/front.c \
  %D%/cmd/session/front.h \
  %D%/cmd/session/left.c \
  %D%/cmd/session/left.h \
  %D%/cmd/session/live.c \
  %D%/cmd/session/live.h \
  %D%/cmd/session/joining.c \
  %D%/cmd/session/joining.h \
  %D%/cmd/session/needs.c \
  %D%/cmd/session/needs.h \
  %D%/cmd/session/run_start.c \
  %D%/cmd/session/run_start.h \
  %D%/cmd/session/saved_journal.c \
  %D%/cmd/session/saved_journal.h \
  %D%/cmd/session/summary.c \
  %D%/cmd/session/summary.h \
  %D%/cmd/session/summary_looks.c \
  %D%/cmd/session/summary_looks.h \
  %D%/cmd/session/summary_places.c \
  %D%/cmd/session/summary_places.h \
  %D%/cmd/session/tracing.c \
  %D%/cmd/session/tracing.h \
  %D%/cmd/show.c \
  %D%/cmd/show.h \
  %D%/cmd/show/changes.c \
  %D%/cmd/show/changes.h \
  %D%/cmd/show/diff.c \
  %D%/cmd/show/diff.h \
  %D%/cmd/show/head.c \
  %D%/cmd/show/head.h \
  %D%/cmd/show/json.c \
  %D%/cmd/show/json.h \
  %D%/cmd/show/owners.c \
  %D%/cmd/show/owners.h \
  %D%/cmd/show/processes.c \
  %D%/cmd/show/processes.h \
  %D%/cmd/show/rows.c \
  %D%/cmd/show/rows.h \
  %D%/cmd/sql.c \
  %D%/cmd/table.c \
  %D%/cmd/table.h \
  %D%/cmd/ui/ancestry.c \
  %D%/cmd/ui/ancestry.h \
  %D%/cmd/ui/columns.c \
  %D%/cmd/ui/columns.h \
  %D%/cmd/ui/filter.c \
  %D%/cmd/ui/filter.h \
  %D%/cmd/ui/interrupt.c \
  %D%/cmd/ui/interrupt.h \
  %D%/cmd/ui/listing.c \
  %D%/cmd/ui/listing.h \
  %D%/cmd/ui/new_file.c \
  %D%/cmd/ui/new_file.h \
  %D%/cmd/ui/output.c \
  %D%/cmd/ui/output.h \
  %D%/cmd/ui/pager.c \
  %D%/cmd/ui/pager.h \
  %D%/cmd/ui/place_arg.c \
  %D%/cmd/ui/place_arg.h \
  %D%/cmd/ui/printer.c \
  %D%/cmd/ui/printer.h \
  %D%/cmd/ui/progress.c \
  %D%/cmd/ui/progress.h \
  %D%/cmd/ui/row.c \
  %D%/cmd/ui/row.h \
  %D%/cmd/ui/run_arg.c \
  %D%/cmd/ui/run_arg.h \
  %D%/cmd/ui/run_title.c \
  %D%/cmd/ui/run_title.h \
  %D%/cmd/ui/text.c \
  %D%/cmd/ui/text.h \
  %D%/cmd/ui/typed_path.c \
  %D%/cmd/ui/typed_path.h \
  %D%/cmd/ui/typed_time.c \
  %D%/cmd/ui/typed_time.h \
  %D%/cmd/ui/unified.c \
  %D%/cmd/ui/unified.h \
  %D%/cmd/ui/visible.c \
  %D%/cmd/ui/visible.h \
  %D%/cmd/undo.c \
  %D%/cmd/undo/report.c \
  %D%/cmd/undo/report.h \
  %D%/cmd/verify.c \
  %D%/cmd/who.c \
  # end

noinst_LIBRARIES += libwritetrace.a
libwritetrace_a_CFLAGS = $(TOOL_CFLAGS)
libwritetrace_a_SOURCES = \
  $(base_sources) \
  $(file_sources) \
  $(mount_sources) \
  $(objects_sources) \
  $(store_sources) \
  $(event_sources) \
  $(trace_sources) \
  $(record_sources) \
  $(history_sources) \
  $(undo_sources) \
  $(cmd_sources) \
  # end

if LIBARCHIVE
libwritetrace_a_SOURCES += \
  %D%/cmd/package/contents.c \
  %D%/cmd/package/contents.h \
  %D%/cmd/package/control.c \
  %D%/cmd/package/control.h \
  %D%/cmd/package/deb.c \
  %D%/cmd/package/deb.h \
  %D%/cmd/package/library.c \
  %D%/cmd/package/library.h \
  %D%/cmd/package/naming.c \
  %D%/cmd/package/naming.h \
  %D%/cmd/package/tar.c \
  %D%/cmd/package/tar.h \
  # end
endif

if COVERAGE
libwritetrace_a_SOURCES += tests/lib/coverage.c
endif

EXTRA_DIST += build-aux/embed-text.awk %D%/cmd/manifest/manifest.sh

# The fixed part of the uninstall manifest is a script of its own, for shellcheck to look at.
nodist_libwritetrace_a_SOURCES += src/cmd/manifest/manifest_text.c
CLEANFILES += src/cmd/manifest/manifest_text.c src/cmd/manifest/manifest_text.c-t

src/cmd/manifest/manifest_text.c: %D%/cmd/manifest/manifest.sh %D%/local.mk build-aux/embed-text.awk \
    build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)cd $(srcdir) && \
	  $(AWK) -f build-aux/literal.awk -f build-aux/embed-text.awk \
	    -v name=manifest_sh_text -v header=cmd/manifest/sh.h %D%/cmd/manifest/manifest.sh > $(abs_builddir)/$@-t && \
	  mv $(abs_builddir)/$@-t $(abs_builddir)/$@

# The page that a report is, with its style and its script, which are files that their own tools can read.
page_texts = src/cmd/report/page_html.c src/cmd/report/page_css.c src/cmd/report/page_js.c
EXTRA_DIST += %D%/cmd/report/page.html %D%/cmd/report/page.css %D%/cmd/report/page.js
nodist_libwritetrace_a_SOURCES += $(page_texts)
CLEANFILES += $(page_texts) src/cmd/report/page_html.c-t src/cmd/report/page_css.c-t src/cmd/report/page_js.c-t
embed_page = \
  cd $(srcdir) && \
  $(AWK) -f build-aux/literal.awk -f build-aux/embed-text.awk -v name=$$name -v header=cmd/report/page_text.h $$text

src/cmd/report/page_html.c: %D%/cmd/report/page.html %D%/local.mk build-aux/embed-text.awk build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)name=page_html_text text=%D%/cmd/report/page.html; \
	  ($(embed_page)) > $@-t && mv $@-t $@
src/cmd/report/page_css.c: %D%/cmd/report/page.css %D%/local.mk build-aux/embed-text.awk build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)name=page_css_text text=%D%/cmd/report/page.css; \
	  ($(embed_page)) > $@-t && mv $@-t $@
src/cmd/report/page_js.c: %D%/cmd/report/page.js %D%/local.mk build-aux/embed-text.awk build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)name=page_js_text text=%D%/cmd/report/page.js; \
	  ($(embed_page)) > $@-t && mv $@-t $@

# What links the library links these, in this order.
TOOL_LIBS = \
  $(COV_LDFLAGS) \
  libwritetrace.a \
  $(SQLITE_LIBS) \
  $(SECCOMP_LIBS) \
  $(NETTLE_LIBS) \
  $(ZLIB_LIBS) \
  # end

bin_PROGRAMS += writetrace
writetrace_CFLAGS = $(TOOL_CFLAGS)
writetrace_SOURCES = %D%/main.c
writetrace_LDADD = $(TOOL_LIBS)
