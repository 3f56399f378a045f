dist_man1_MANS += \
  %D%/writetrace.1 \
  # end

dist_man5_MANS += \
  %D%/writetrace-schema.5 \
  # end

examplesdir = $(docdir)/examples
dist_examples_SCRIPTS = \
  %D%/examples/before-connect-allow \
  # end
