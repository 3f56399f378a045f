# The fuzz targets with libFuzzer and the sanitizers, beside the ordinary build and whatever compiler that has; called
# by `make fuzz` (local.mk), which gives: FUZZ_CC, OUT, SRCDIR, BUILDDIR, SOURCES and GENERATED (of the library, below
# these two), TARGETS, FLAGS and LIBS.

SANITIZE = address,undefined
CFLAGS = -g -O1 -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=undefined

objects = $(patsubst %.c,$(OUT)/%.o,$(filter %.c,$(SOURCES) tests/fuzz/forged.c tests/fuzz/scratch.c)) $(GENERATED:%.c=$(OUT)/%.o)

all: $(TARGETS:%=$(OUT)/%)

$(TARGETS:%=$(OUT)/%): $(OUT)/%: $(OUT)/tests/fuzz/%.o $(OUT)/library.a
	@echo "  FUZZLD   $@"; $(FUZZ_CC) $(CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

$(OUT)/library.a: $(objects)
	@rm -f $@ && ar cr $@ $^

$(GENERATED:%.c=$(OUT)/%.o): $(OUT)/%.o: $(BUILDDIR)/%.c
	@mkdir -p $(@D)
	@echo "  FUZZCC   $<"; $(FUZZ_CC) $(FLAGS) $(CFLAGS) -fsanitize=fuzzer-no-link -MMD -c -o $@ $<

$(OUT)/%.o: $(SRCDIR)/%.c
	@mkdir -p $(@D)
	@echo "  FUZZCC   $<"; $(FUZZ_CC) $(FLAGS) $(CFLAGS) -fsanitize=fuzzer-no-link -MMD -c -o $@ $<

-include $(objects:.o=.d) $(TARGETS:%=$(OUT)/tests/fuzz/%.d)
