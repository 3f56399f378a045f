# WT_TRY_CFLAG(FLAG, IF-WORKS, [IF-NOT])
# --------------------------------------
# Does the compiler take FLAG in silence?  clang only warns of an option that it does not know, hence -Werror.
AC_DEFUN([WT_TRY_CFLAG],
[AS_VAR_PUSHDEF([wt_var], [wt_cv_cflag_$1])
AC_CACHE_CHECK([whether $CC accepts $1], [wt_var],
  [wt_save_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS -Werror $1"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [AS_VAR_SET([wt_var], [yes])], [AS_VAR_SET([wt_var], [no])])
  CFLAGS=$wt_save_CFLAGS])
AS_VAR_IF([wt_var], [yes], [$2], [$3])
AS_VAR_POPDEF([wt_var])])

# WT_STD_GNU11
# ------------
# C11 with GNU extensions, whatever the compiler's default.  Sets STD_CFLAGS.
AC_DEFUN([WT_STD_GNU11],
[WT_TRY_CFLAG([-std=gnu11], [STD_CFLAGS=-std=gnu11],
  [AC_MSG_ERROR([$CC does not compile C11 with GNU extensions (-std=gnu11)])])
AC_SUBST([STD_CFLAGS])])

# WT_WARNINGS
# -----------
# Sets WARN_CFLAGS to those of the wanted warnings that the compiler knows, and obeys --enable-werror.
AC_DEFUN([WT_WARNINGS],
[AC_ARG_ENABLE([werror],
  [AS_HELP_STRING([--enable-werror], [a warning of the compiler fails the build])],
  [],
  [enable_werror=no])
WARN_CFLAGS=
m4_foreach_w([wt_flag],
  [-Wall
  -Wextra
  -Wshadow
  -Wvla
  -Wundef
  -Wformat=2
  -Wstrict-prototypes
  -Wmissing-prototypes
  -Wold-style-definition
  -Wwrite-strings
  -Wpointer-arith
  -Wnull-dereference
  -Wlogical-op
  -Wduplicated-cond
  -fno-common],
  [WT_TRY_CFLAG(wt_flag, [WARN_CFLAGS="$WARN_CFLAGS wt_flag"])
])
dnl uthash says in comments where it falls through; gcc reads those (level 3), clang does not.
WT_TRY_CFLAG([-Wimplicit-fallthrough=3], [WARN_CFLAGS="$WARN_CFLAGS -Wimplicit-fallthrough=3"])
AS_IF([test "x$enable_werror" != xno], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
AC_SUBST([WARN_CFLAGS])])

# WT_SANITIZE
# -----------
# Sets SAN_CFLAGS from --enable-sanitize; to be given both to the compiler and to the linker.
AC_DEFUN([WT_SANITIZE],
[AC_ARG_ENABLE([sanitize],
  [AS_HELP_STRING([--enable-sanitize@<:@=LIST@:>@],
    [build the tool and the unit tests with these sanitizers of the compiler @<:@address,undefined@:>@])],
  [],
  [enable_sanitize=no])
AS_IF([test "x$enable_sanitize" = xyes], [enable_sanitize=address,undefined])
SAN_CFLAGS=
AS_IF([test "x$enable_sanitize" != xno],
  [SAN_CFLAGS="-fsanitize=$enable_sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"
  AC_MSG_CHECKING([whether $CC builds programs with $SAN_CFLAGS])
  wt_save_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS $SAN_CFLAGS"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
    [AC_MSG_RESULT([yes])],
    [AC_MSG_RESULT([no])
    AC_MSG_ERROR([$CC has no working -fsanitize=$enable_sanitize])])
  CFLAGS=$wt_save_CFLAGS])
AC_SUBST([SAN_CFLAGS])])

# WT_COVERAGE
# -----------
# Sets COV_CFLAGS and COV_LDFLAGS from --enable-coverage; defines the automake conditional COVERAGE.  GCC would write
# down what it has counted at each exec and fork, also in what is traced: tests/lib/coverage.c has rules of its own.
AC_DEFUN([WT_COVERAGE],
[AC_ARG_ENABLE([coverage],
  [AS_HELP_STRING([--enable-coverage], [have the tool and the unit tests count which lines are executed (gcc, gcov)])],
  [],
  [enable_coverage=no])
COV_CFLAGS=
COV_LDFLAGS=
AS_IF([test "x$enable_coverage" != xno],
  [COV_CFLAGS="--coverage -fno-builtin-execv -fno-builtin-execvp -fno-builtin-fork"
  COV_LDFLAGS="--coverage -Wl,--undefined=__wrap__exit"
  for wt_call in _exit execv execvp filter_load kill raise; do
    COV_LDFLAGS="$COV_LDFLAGS -Wl,--wrap=$wt_call"
  done])
AM_CONDITIONAL([COVERAGE], [test "x$enable_coverage" != xno])
AC_SUBST([COV_CFLAGS])
AC_SUBST([COV_LDFLAGS])])

# WT_M32
# ------
# Can 32-bit programs be built?  Only some tests want them.  Defines the automake conditional HAVE_M32.
AC_DEFUN([WT_M32],
[AC_CACHE_CHECK([whether $CC -m32 builds programs], [wt_cv_m32],
  [wt_save_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS -m32"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [[puts("")]])], [wt_cv_m32=yes], [wt_cv_m32=no])
  CFLAGS=$wt_save_CFLAGS])
AM_CONDITIONAL([HAVE_M32], [test "x$wt_cv_m32" = xyes])])
