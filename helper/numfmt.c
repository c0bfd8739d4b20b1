#include "helper/numfmt.h"

#include <string.h>
#include <strings.h>

bool numfmt_id_is_date(unsigned id)
{
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

/* [h], [mm], [ss]: time that has passed; any other bracket is a colour, a condition or a locale. */
static bool bracket_is_elapsed(const char *p, size_t n)
{
	if (n == 0 || !strchr("hHmMsS", p[0]))
		return false;
	for (size_t i = 1; i < n; i++)
		if ((p[i] | 0x20) != (p[0] | 0x20))
			return false;
	return true;
}

bool numfmt_code_is_date(const char *code)
{
	static const char japanese_general[] = "G/標準"; /* as some programs write the local name of General */

	for (const char *p = code; *p; p++) {
		switch (*p) {
		case '"':
			p = strchr(p + 1, '"');
			if (!p)
				return false;
			break;
		case '\\': /* the next character as it is */
		case '_':  /* a blank as wide as the next character */
		case '*':  /* the next character repeated */
			if (!p[1])
				return false;
			p++; /* of a longer UTF-8 sequence the rest is no format letter */
			break;
		case '[': {
			const char *end = strchr(p, ']');

			if (!end)
				return false;
			if (bracket_is_elapsed(p + 1, (size_t)(end - p - 1)))
				return true;
			p = end;
			break;
		}
		case 'e':
		case 'E':
			if (p[1] == '+' || p[1] == '-') { /* 0.00E+00 */
				p++;
				break;
			}
			return true; /* year of an era */
		case 'G':
		case 'g':
			if (strncasecmp(p, "General", 7) == 0) {
				p += 6;
				break;
			}
			if (strncmp(p, japanese_general, sizeof(japanese_general) - 1) == 0) {
				p += sizeof(japanese_general) - 2;
				break;
			}
			return true; /* name of an era */
		case 'a':
		case 'A':
			if (strncasecmp(p, "aaa", 3) == 0 || strncasecmp(p, "am/pm", 5) == 0 || strncasecmp(p, "a/p", 3) == 0)
				return true;
			break;
		case 'y': case 'Y': case 'm': case 'M': case 'd': case 'D': case 'h': case 'H': case 's': case 'S':
			return true;
		default:
			break;
		}
	}
	return false;
}
