#include "base/version.h"

static struct str version;

void version_set(struct str v)
{
	version = v;
}

struct str version_text(void)
{
	return version;
}
