# make check-system: what a real systemd changes for a command; see check-system.sh.

EXTRA_DIST += %D%/check-system.sh %D%/asks.sh

.PHONY: check-system
check-system: writetrace$(EXEEXT)
	bash $(srcdir)/%D%/check-system.sh ./writetrace$(EXEEXT)
