/* Fuzz target: what people type into the fields of every register. What is read is written and read again the same. */
#include "base/text.h"
#include "base/limits.h"
#include "main/open.h"
#include "register/register.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool declared;
	if (!declared)
		office_declare();
	declared = true;
	if (size < 2)
		return 0;
	struct arena *a = arena_new(LIMIT_ARENA);
	const struct reg *r = reg_at(data[0] % reg_count());
	const struct field *f = &r->field[data[1] % r->fields];
	struct str typed = { (const char *)data + 2, size - 2 };
	struct value v, again;
	struct note why = { .id = MSG_NONE };
	/* The edge lets only valid text through (http_parse_urlencoded(), api_body()). */
	if (text_valid(typed)) {
		const int e = value_parse(f, a, typed, LANG_JA, &v, &why);
		if (e < 0 && (why.id == MSG_NONE || !note_str(a, LANG_JA, &why).n))
			die("refused without a word");
		if (e == 0 && v.known && f->type != FIELD_REFERENCE && f->type != FIELD_PERSON && f->type != FIELD_UNIT)
			for (enum lang lang = LANG_JA; lang <= LANG_EN; lang++) {
				struct str s = value_str(a, f, &v, FORM_INPUT, lang);
				if (value_parse(f, a, s, lang, &again, &why) < 0 || !value_eq(f, &v, &again))
					die("%s.%s: '%.*s' became '%.*s'", r->name, f->name, STR_FMT(typed), STR_FMT(s));
			}
	}
	arena_free(a);
	return 0;
}
