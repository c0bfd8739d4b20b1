# Builds build/ishigaki, the helpers beside it, and the tests. `make MODE=asan` builds the same under sanitizers into
# build/asan; a room's objects see only the headers that tools/lint.d/layers allows them.
MODE ?= release
CC = gcc
B = build$(if $(filter-out release,$(MODE)),/$(MODE))
PKGS = libmicrohttpd sqlite3 libpq libsodium jansson libutf8proc md4c liboath libqrencode xlsxwriter
HELPER_PKGS = libzip expat libseccomp libsodium libutf8proc xlsxwriter pangocairo pangoft2 fontconfig libcurl

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 \
	-Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Werror
BASE_CFLAGS = -std=gnu17 -D_GNU_SOURCE -Isrc -I. -I$(B)/gen -include base/banned.h $(WARN) -fPIE -g -MMD -MP -pthread
release_CFLAGS = -O2 -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-ftrivial-auto-var-init=zero
release_LDFLAGS = -Wl,-z,relro,-z,now
asan_CFLAGS = -O1 -g1 -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=undefined -fno-omit-frame-pointer
asan_LDFLAGS = -fsanitize=address,undefined
tsan_CFLAGS = -O1 -fsanitize=thread -fno-omit-frame-pointer
tsan_LDFLAGS = -fsanitize=thread
# Fuzzers are built by clang; its warnings differ from gcc's and say nothing new.
fuzz_CFLAGS = -O1 -w -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=undefined -fno-omit-frame-pointer
fuzz_LDFLAGS = -fsanitize=fuzzer,address,undefined
ifeq ($(MODE),fuzz)
CC = clang-14
endif
# EXTRA_CFLAGS comes from the environment: the package keeps its build directory out of the program with it (dist/debian/rules).
CFLAGS = $(BASE_CFLAGS) $($(MODE)_CFLAGS) $(EXTRA_CFLAGS) $(shell pkg-config --cflags $(PKGS) libzip expat libseccomp 2>/dev/null)
# Headers of the drawing libraries are not held to our warnings.
PDF_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags pangocairo pangoft2 fontconfig 2>/dev/null))
# Some seventy test programs are linked in each mode, in half the time by gold where there is one; what people run is not.
TEST_LDFLAGS := $(if $(shell command -v ld.gold),-fuse-ld=gold)
LDFLAGS = -pie -pthread -Wl,--as-needed $($(MODE)_LDFLAGS)
LIBS = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
HELPER_LIBS = $(shell pkg-config --libs $(HELPER_PKGS) 2>/dev/null)

ROOMS = base db http html mail auth register report work org control risk asset training document incident main
SRC = $(filter-out src/main/main.c $(wildcard src/*/test_*.c src/*/fuzz_*.c),$(wildcard $(ROOMS:%=src/%/*.c)))
OBJ = $(SRC:src/%.c=$(B)/obj/%.o)
BASE_OBJ = $(filter $(B)/obj/base/%,$(OBJ))
HELPERS = $(patsubst helper/%_helper.c,$(B)/ishigaki-%,$(wildcard helper/*_helper.c))
HELPER_SHARED = $(patsubst helper/%.c,$(B)/obj/helper/%.o,$(filter-out %_helper.c $(wildcard helper/test_*.c helper/fuzz_*.c),$(wildcard helper/*.c)))
TESTS = $(patsubst src/%.c,$(B)/test/%,$(wildcard src/*/test_*.c)) $(patsubst helper/%.c,$(B)/test/helper/%,$(wildcard helper/test_*.c))

all: $(B)/ishigaki $(HELPERS)

$(B)/ishigaki: $(B)/obj/main/main.o $(B)/libishigaki.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libishigaki.a: $(OBJ) $(B)/obj/assets.o
	rm -f $@ && ar rcs $@ $^

# Compared at every make, and written only when it is another one.
$(B)/gen/ishigaki_version.h: always
	@mkdir -p $(@D)
	@echo "#define ISHIGAKI_VERSION \"$$(dist/version)\"" >$@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(B)/obj/main/main.o: $(B)/gen/ishigaki_version.h

$(B)/obj/%.o: src/%.c | $(B)/gen/stamp
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

# Static files (CSS, icons, scripts) are compiled into the binary: web/embed.mjs lists them.
# It reads the sources for the class names and icons in use, and leaves assets.c alone when the result is the same.
$(B)/gen/assets.stamp: web/embed.mjs $(wildcard web/*.css web/*.js web/*.svg web/package-lock.json) $(SRC) web/node_modules/.stamp
	@mkdir -p $(@D)
	node web/embed.mjs $(B)/gen/assets.c && touch $@
$(B)/gen/assets.c: $(B)/gen/assets.stamp
	@test -f $@ || node web/embed.mjs $@
$(B)/obj/assets.o: $(B)/gen/assets.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<
web/node_modules/.stamp: web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.stamp
$(B)/gen/stamp:
	@mkdir -p $(@D) && touch $@

$(B)/obj/helper/%.o: helper/%.c | $(B)/gen/stamp
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(PDF_CFLAGS) -c -o $@ $<
# Archives, so that a helper holds only what it uses: of the product, nothing but base.
$(B)/libhelper.a: $(HELPER_SHARED)
	rm -f $@ && ar rcs $@ $^
$(B)/libbase.a: $(BASE_OBJ)
	rm -f $@ && ar rcs $@ $^
ifeq ($(MODE),tsan)
# The released helpers: their sandbox forbids what ThreadSanitizer needs, and it takes the drawing libraries, which it
# cannot see into, for racing.
$(HELPERS) &: $(wildcard helper/*.[ch] src/base/*.[ch])
	$(MAKE) MODE=release $(HELPERS:$(B)/%=build/%)
	cp $(HELPERS:$(B)/%=build/%) $(B)/
else
$(B)/ishigaki-%: $(B)/obj/helper/%_helper.o $(B)/libhelper.a $(B)/libbase.a
	$(CC) $(LDFLAGS) -o $@ $^ $(HELPER_LIBS) $(LIBS)
endif

# Texts that are compiled in (.incbin): the objects depend on the files.
$(B)/obj/main/migrations.o: $(wildcard src/main/migrations/*.sql)
$(B)/obj/main/manual.o: $(wildcard docs/manual/*.md)

tests: all $(TESTS) $(B)/tools/make_ledger
$(B)/test/helper/%: $(B)/obj/helper/%.o $(HELPERS) $(B)/libhelper.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(TEST_LDFLAGS) -o $@ $(filter-out $(HELPERS),$^) -lcmocka $(HELPER_LIBS) $(LIBS)
# It opens the workbooks that it wrote.
$(B)/test/register/test_export: LIBS += -lzip
$(B)/test/report/test_document: LIBS += -lzip -lexpat
$(B)/test/report/test_document: | $(HELPERS)
# What several test programs share (tests/generated_*.c): an archive, so that a program holds only what it calls.
$(B)/obj/tests/%.o: tests/%.c | $(B)/gen/stamp
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
$(B)/libtests.a: $(patsubst tests/%.c,$(B)/obj/tests/%.o,$(filter-out tests/on_postgres.c,$(wildcard tests/*.c)))
	rm -f $@ && ar rcs $@ $^
$(B)/test/%: $(B)/obj/%.o $(B)/obj/tests/on_postgres.o $(B)/libtests.a $(B)/libishigaki.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(TEST_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

# Planted holes (tests/holes): a check linked with one function replaced, below build/holes, where the helpers are found too.
HOLES = $(patsubst tests/holes/%.c,%,$(wildcard tests/holes/*.c))
hole_access = test_registers_leaks
holes: $(HOLES:%=$(B)/holes/test/main/%) $(HELPERS:$(B)/%=$(B)/holes/%)
$(B)/holes/ishigaki-%: $(B)/ishigaki-%
	@mkdir -p $(@D)
	cp $< $@
define HOLE
$$(B)/holes/test/main/$(1): $$(B)/obj/main/$$(or $$(hole_$(1)),test_requests).o $$(B)/obj/tests/holes/$(1).o $$(B)/libtests.a $$(B)/libishigaki.a
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) $$(TEST_LDFLAGS) $$$$(sed -n 's|^/. wrap: \(.*\) ./$$$$|\1|p' tests/holes/$(1).c | sed 's/[a-z_]*/-Wl,--wrap=&/g') -o $$@ $$^ -lcmocka $$(LIBS)
endef
$(foreach h,$(HOLES),$(eval $(call HOLE,$(h))))

# Tools of the workshop: not installed.
$(B)/obj/tools/%.o: tools/%.c | $(B)/gen/stamp
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
MEASURING = $(B)/obj/tools/served.o $(B)/obj/tools/client.o $(B)/libishigaki.a
$(B)/tools/load: $(B)/obj/tools/load.o $(MEASURING)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tools/bench: $(patsubst tools/%.c,$(B)/obj/tools/%.o,$(wildcard tools/bench/*.c)) $(MEASURING)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tools/%: $(B)/obj/tools/%.o $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ -lxlsxwriter $(LIBS)

build/tools/no_limits.so: tools/bench/preload/no_limits.c
	@mkdir -p $(@D)
	$(CC) -O2 -fPIC -shared -o $@ $<

# What tests/durability puts between the program and the machine, and its own programs.
build/tools/faults.so: tests/durability/faults.c tests/durability/faults.h
	@mkdir -p $(@D)
	$(CC) $(BASE_CFLAGS) -O2 -fPIC -shared -o $@ $<
DURABILITY = inject trail
$(DURABILITY:%=$(B)/tools/durability_%): $(B)/tools/durability_%: $(B)/obj/tests/durability/%.o $(B)/libishigaki.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/tools/durability_inject: $(B)/obj/tests/durability/faults_alloc.o
$(B)/obj/tests/durability/%.o: tests/durability/%.c | $(B)/gen/stamp
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<
$(B)/obj/tests/durability/faults_alloc.o: tests/durability/faults.c tests/durability/faults.h
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -DFAULTS_ALLOC -c -o $@ $<
durability: all build/tools/faults.so $(DURABILITY:%=$(B)/tools/durability_%)

# One fuzzer per parser: src/<room>/fuzz_<what>.c, helper/fuzz_<what>.c.
FUZZERS = $(patsubst src/%.c,%,$(wildcard src/*/fuzz_*.c)) $(patsubst helper/%.c,helper/%,$(wildcard helper/fuzz_*.c))
fuzzers:
	$(MAKE) MODE=fuzz $(foreach f,$(FUZZERS),build/fuzz/bin/$(subst fuzz_,,$(notdir $(f))))
define FUZZER
$$(B)/bin/$(subst fuzz_,,$(notdir $(1))): $$(B)/obj/$(1).o $$(HELPER_SHARED) $$(B)/libishigaki.a
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(HELPER_LIBS) $$(LIBS)
endef
$(foreach f,$(FUZZERS),$(eval $(call FUZZER,$(f))))

clean:
	rm -rf build
.PHONY: all tests durability holes fuzzers clean always
.SECONDARY:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
