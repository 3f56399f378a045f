dist_man1_MANS += \
  # end

dist_man5_MANS += \
  # end
