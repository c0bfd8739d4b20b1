/* wrap: manual_find */
#include "main/manual.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

const struct manual_page *__real_manual_find(struct str name);
const struct manual_page *__wrap_manual_find(struct str name);
const struct manual_page *__wrap_manual_find(struct str name)
{
	static _Thread_local char text[4096];
	static _Thread_local struct manual_page found;
	char path[300];
	if (name.n > 200 || snprintf(path, sizeof path, "docs/manual/%.*s", STR_FMT(name)) < 0)
		return NULL;
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return __real_manual_find(name);
	found = (struct manual_page){ .name = "file", .title = { "file", "file" }, .text = text, .end = text + n };
	return &found;
}
