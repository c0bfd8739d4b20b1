/*
 * Fuzz target: a file that somebody wants to restore. An even first byte: the rest is the file. An odd one: the rest are changes
 * (four bytes where, one what) to a sound database, so that damage deep inside is tried as well.
 */
#include "base/file.h"
#include "main/fuzz_office.h"

#include <fcntl.h>

#include "db/audit.h"
#include "main/migrations.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *sound;
static size_t sound_size;

static void make_sound(void)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct str text, path = str_printf(a, "%s/ishigaki.db", fuzz_dir);
	office_close(fuzz_opened);
	fuzz_opened = NULL;
	if (file_read(a, path, 64u << 20, &text) < 0)
		die("no sound database");
	sound = malloc(text.n);
	if (!sound)
		die("no memory");
	memcpy(sound, text.p, text.n);
	sound_size = text.n;
	arena_free(a);
}

static void put(const char *path, const char *p, size_t n)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, p, n) != (ssize_t)n)
		die("cannot write %s", path);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const beside[] = { "", "-wal", "-shm", "-journal" };
	char path[300], other[320];
	if (!sound) {
		fuzz_office_up();
		make_sound();
	}
	if (size < 1 || size > 1u << 20)
		return 0;
	struct arena *a = arena_new(LIMIT_ARENA);
	snprintf(path, sizeof path, "%s/restoring.db", fuzz_dir);
	for (size_t i = 0; i < COUNT_OF(beside); i++) {
		snprintf(other, sizeof other, "%s%s", path, beside[i]);
		unlink(other);
	}
	if (data[0] & 1) {
		char *changed = arena_alloc(a, sound_size);
		memcpy(changed, sound, sound_size);
		for (size_t i = 1; i + 5 <= size; i += 5)
			changed[((size_t)data[i] << 24 | (size_t)data[i + 1] << 16 | (size_t)data[i + 2] << 8 | data[i + 3]) % sound_size] = (char)data[i + 4];
		put(path, changed, sound_size);
	} else {
		put(path, (const char *)data + 1, size - 1);
	}
	/* As `ishigaki restore` looks at it. */
	struct db *db = NULL;
	struct db_options options = { .path = str_of(path) };
	struct note why;
	if (db_open(&options, &db, &why) == 0) {
		struct db_conn *c = db_read_begin(db);
		struct str complaint = STR_NULL;
		struct audit_verdict v = { 0 };
		int64_t version = 0;
		uint8_t key[32] = { 0 };
		if (db_check(c, a, &complaint) == 0 && audit_verify(c, NULL, &v) == 0 && v.first_bad == 0 && db_schema_version(c, &version) == 0 &&
		    version <= (int64_t)migration_count)
			(void)!office_key_fits(c, a, key);
		db_read_end(db, &c);
		db_close(db);
	}
	arena_free(a);
	return 0;
}
