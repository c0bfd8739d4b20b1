#include "base/version.h"
#include "main/verbs.h"
#include "ishigaki_version.h" /* made by the Makefile */

int main(int argc, char **argv)
{
	version_set(STR(ISHIGAKI_VERSION));
	return verbs_main(argc, (const char *const *)argv);
}
