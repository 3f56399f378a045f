# make check-vm: the tests on other kernels, in virtual machines; see check-vm.sh.

EXTRA_DIST += %D%/check-vm.sh %D%/guest.sh %D%/smoke

.PHONY: check-vm print-tests
check-vm: dist
	bash $(srcdir)/%D%/check-vm.sh $(distdir).tar.xz

print-tests:
	@echo $(TESTS)
