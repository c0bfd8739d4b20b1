/* Fuzz target: the two small files that people may edit or bring: ishigaki.conf, and a check-point of the audit trail. */
#include "main/fuzz_office.h"

#include <fcntl.h>

#include "main/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct office o;
	char path[300];
	if (!fuzz_dir[0]) {
		const char *tmp = getenv("TMPDIR");
		snprintf(fuzz_dir, sizeof fuzz_dir, "%s/ishigaki-fuzz-XXXXXX", tmp ? tmp : "/tmp");
		if (!mkdtemp(fuzz_dir))
			die("mkdtemp %s", fuzz_dir);
		atexit(fuzz_office_down);
	}
	struct arena *a = arena_new(LIMIT_ARENA);
	struct audit_head head;
	struct config config;
	struct note why = { .id = MSG_NONE };
	(void)!checkpoint_read(&o, (struct str){ (const char *)data, size }, &head);
	snprintf(path, sizeof path, "%s/ishigaki.conf", fuzz_dir);
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		die("cannot write %s", path);
	close(fd);
	const int e = config_read(a, str_of(fuzz_dir), STR_NULL, &config, &why);
	if (e == ERR_INVALID && why.id == MSG_NONE)
		die("refused without a word");
	if (e == 0 && (config.proxies > COUNT_OF(config.trusted_proxies) || config.backup_keep_days < 0))
		die("out of bounds");
	arena_free(a);
	return 0;
}
