# What the build cannot do without.  Each macro notes what it misses in wt_missing, and WT_REQUIRE_DONE
# tells all of it in one message, so that nobody installs five packages in five attempts.

# WT_REQUIRE_COMPILER
# -------------------
# To stand before AC_PROG_CC, whose own message does not say what to do about it.
AC_DEFUN([WT_REQUIRE_COMPILER],
[wt_missing=
AC_CHECK_PROGS([wt_compiler], [${CC-gcc} gcc cc clang])
AS_IF([test "x$wt_compiler" = x],
  [AC_MSG_ERROR([there is no C compiler; on Debian and Ubuntu ./bootstrap --install-deps installs all that the build needs, elsewhere ./bootstrap names it])])
])

# WT_REQUIRE_MODULE(VARIABLE-PREFIX, MODULE-AND-VERSION, WHAT-PEOPLE-CALL-IT)
# ---------------------------------------------------------------------------
AC_DEFUN([WT_REQUIRE_MODULE],
[PKG_CHECK_MODULES([$1], [$2], [], [wt_missing="$wt_missing
    $3"])])

# WT_REQUIRE_HEADER(HEADER, WHAT-PEOPLE-CALL-IT)
# ----------------------------------------------
AC_DEFUN([WT_REQUIRE_HEADER],
[AC_CHECK_HEADER([$1], [], [wt_missing="$wt_missing
    $2 (the header $1)"])])

# WT_REQUIRE_DONE
# ---------------
AC_DEFUN([WT_REQUIRE_DONE],
[AS_IF([test "x$PKG_CONFIG" = x], [wt_missing="$wt_missing
    pkg-config, without which no library is found"])
AS_IF([test "x$wt_missing" != x],
  [AC_MSG_ERROR([the build needs what was not found here:$wt_missing
On Debian and Ubuntu ./bootstrap --install-deps installs all of it, elsewhere ./bootstrap names the packages.])])
])
