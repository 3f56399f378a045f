# make deb: a Debian package, made by dpkg-buildpackage in deb/ from what make dist packs and the files in debian/.
# What DEB_BUILD_OPTIONS says holds there: nocheck leaves out the tests.  Who passes the package on puts their own
# name into control and changelog.

EXTRA_DIST += \
  %D%/debian/changelog \
  %D%/debian/control \
  %D%/debian/copyright \
  %D%/debian/rules \
  %D%/debian/source/format \
  %D%/debian/tests/control \
  %D%/debian/tests/make-install \
  %D%/debian/writetrace.docs \
  %D%/debian/writetrace.lintian-overrides \
  # end

.PHONY: deb
deb: dist
	rm -rf deb
	$(MKDIR_P) deb
	cp $(distdir).tar.xz deb/$(PACKAGE)_$(VERSION).orig.tar.xz
	cd deb && xz -dc $(PACKAGE)_$(VERSION).orig.tar.xz | tar -xf -
	cp -R deb/$(distdir)/%D%/debian deb/$(distdir)/debian
	unset MAKEFLAGS MFLAGS MAKELEVEL; cd deb/$(distdir) && dpkg-buildpackage -us -uc

clean-local:
	rm -rf deb
