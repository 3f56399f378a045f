# The steps from earlier versions, in the order of their numbers, each with what stands for it where nothing may be
# written; the schema that they come to; and the views, made anew whenever the version moves.
sql_migrations = \
  %D%/migrations/0005-run-tables.sql \
  %D%/migrations/0005-run-tables.read.sql \
  %D%/migrations/0006-objects-by-birth.sql \
  %D%/migrations/0006-objects-by-birth.read.sql \
  %D%/migrations/0007-changes-by-others.sql \
  %D%/migrations/0007-changes-by-others.read.sql \
  %D%/migrations/0008-left-contents.sql \
  %D%/migrations/0008-left-contents.read.sql \
  %D%/migrations/0009-joined-runs.sql \
  %D%/migrations/0009-joined-runs.read.sql \
  %D%/migrations/0010-digests.sql \
  %D%/migrations/0010-digests.read.sql \
  %D%/migrations/0011-notable-rank.sql \
  %D%/migrations/0011-notable-rank.read.sql \
  # end

# What an export for PostgreSQL begins and ends with.
postgresql_files = \
  %D%/postgresql/load.sql \
  %D%/postgresql/schema.sql \
  # end

sql_files = \
  $(sql_migrations) \
  %D%/schema.sql \
  %D%/views.sql \
  # end

EXTRA_DIST += build-aux/embed-sql.awk build-aux/literal.awk $(sql_files) $(postgresql_files)

# The tool carries its schema: no file has to be found when a history is made or brought up to date.
nodist_libwritetrace_a_SOURCES += src/store/schema_sql.c
CLEANFILES += src/store/schema_sql.c src/store/schema_sql.c-t

src/store/schema_sql.c: $(sql_files) build-aux/embed-sql.awk build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)cd $(srcdir) && \
	  $(AWK) -f build-aux/literal.awk -f build-aux/embed-sql.awk $(sql_files) > $(abs_builddir)/$@-t && \
	  mv $(abs_builddir)/$@-t $(abs_builddir)/$@

postgresql_c = src/cmd/export/postgresql_schema.c src/cmd/export/postgresql_load.c
nodist_libwritetrace_a_SOURCES += $(postgresql_c)
CLEANFILES += $(postgresql_c) src/cmd/export/postgresql_schema.c-t src/cmd/export/postgresql_load.c-t

src/cmd/export/postgresql_schema.c: %D%/postgresql/schema.sql %D%/local.mk build-aux/embed-text.awk \
    build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)cd $(srcdir) && \
	  $(AWK) -f build-aux/literal.awk -f build-aux/embed-text.awk -v name=postgresql_schema_sql \
	    -v header=cmd/export/postgresql.h %D%/postgresql/schema.sql > $(abs_builddir)/$@-t && \
	  mv $(abs_builddir)/$@-t $(abs_builddir)/$@

src/cmd/export/postgresql_load.c: %D%/postgresql/load.sql %D%/local.mk build-aux/embed-text.awk \
    build-aux/literal.awk
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_GEN)cd $(srcdir) && \
	  $(AWK) -f build-aux/literal.awk -f build-aux/embed-text.awk -v name=postgresql_load_sql \
	    -v header=cmd/export/postgresql.h %D%/postgresql/load.sql > $(abs_builddir)/$@-t && \
	  mv $(abs_builddir)/$@-t $(abs_builddir)/$@
