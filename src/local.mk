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
  %D%/base/io.c \
  %D%/base/io.h \
  %D%/base/mem.c \
  %D%/base/mem.h \
  %D%/base/path.c \
  %D%/base/path.h \
  %D%/base/quote.c \
  %D%/base/quote.h \
  %D%/base/utf8.c \
  %D%/base/utf8.h \
  # end

event_sources = \
  %D%/event.h \
  %D%/event_names.c \
  # end

trace_sources = \
  # end

store_sources = \
  %D%/store/db.c \
  %D%/store/db.h \
  %D%/store/query.c \
  %D%/store/query.h \
  %D%/store/rows.c \
  %D%/store/rows.h \
  %D%/store/run.c \
  %D%/store/run.h \
  %D%/store/schema.c \
  %D%/store/schema.h \
  %D%/store/stmt.c \
  %D%/store/stmt.h \
  %D%/store/store_impl.h \
  %D%/store/word.c \
  # end

audit_sources = \
  # end

cmd_sources = \
  %D%/cmd/cmd.h \
  %D%/cmd/db.c \
  %D%/cmd/help.c \
  %D%/cmd/help.h \
  %D%/cmd/history.c \
  %D%/cmd/history.h \
  %D%/cmd/opts.c \
  %D%/cmd/opts.h \
  %D%/cmd/table.c \
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

# What links the library links these, in this order.
TOOL_LIBS = \
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
