/*
 * Cursors: where the next page begins, as an opaque text of a URL. The bytes are a version, flags, the id, the sort value
 * and a digest of these together with the order they belong to. The digest is no secret: whoever forges a cursor can only
 * begin at another place of the rows that are visible to them anyway; it keeps a cursor from being used for another order.
 */
#include "base/hash.h"
#include "base/text.h"
#include "register/query_internal.h"

#define CURSOR_VERSION 1
#define CURSOR_TEXT 255    /* bytes of a sort value kept in the cursor; of a longer one only the id is kept */
#define CURSOR_CHECK 8
#define CURSOR_MAX (2 + 8 + CURSOR_TEXT + CURSOR_CHECK)

enum { CURSOR_KNOWN = 1, CURSOR_IS_TEXT = 2, CURSOR_REREAD = 4, CURSOR_ALL = 7 };

static void put_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (56 - 8 * i));
}

static uint64_t get_u64(const uint8_t *p)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

static void check_of(uint8_t out[HASH_SIZE], const struct cursor_of *of, const uint8_t *p, size_t n)
{
	struct hash h;
	hash_begin(&h);
	hash_add(&h, of->reg->name, strlen(of->reg->name) + 1);
	if (of->sort)
		hash_add(&h, of->sort->name, strlen(of->sort->name));
	const uint8_t flags[3] = { 0, of->descending, of->archived };
	hash_add(&h, flags, sizeof flags);
	hash_add(&h, p, n);
	hash_end(&h, out);
}

void cursor_put(struct buf *b, const struct cursor_of *of, const struct key *k)
{
	uint8_t p[CURSOR_MAX];
	size_t n = 10;
	uint8_t flags = 0;
	if (of->sort && k->v.known) {
		flags |= CURSOR_KNOWN;
		if (!field_is_text(of->sort)) {
			put_u64(p + n, (uint64_t)k->v.i);
			n += 8;
		} else if (k->v.s.n > CURSOR_TEXT) {
			flags |= CURSOR_IS_TEXT | CURSOR_REREAD;
		} else {
			flags |= CURSOR_IS_TEXT;
			if (k->v.s.n)
				memcpy(p + n, k->v.s.p, k->v.s.n);
			n += k->v.s.n;
		}
	}
	p[0] = CURSOR_VERSION;
	p[1] = flags;
	put_u64(p + 2, (uint64_t)k->id);
	uint8_t check[HASH_SIZE];
	check_of(check, of, p, n);
	memcpy(p + n, check, CURSOR_CHECK);
	hash_put_base64url(b, p, n + CURSOR_CHECK);
}

int cursor_parse(struct arena *a, const struct cursor_of *of, struct str s, struct key *ret)
{
	uint8_t p[CURSOR_MAX];
	size_t n = 0;
	if (hash_parse_base64url(s, p, sizeof p, &n) < 0 || n < 10 + CURSOR_CHECK)
		return ERR_SYNTAX;
	n -= CURSOR_CHECK;
	uint8_t check[HASH_SIZE];
	check_of(check, of, p, n);
	if (p[0] != CURSOR_VERSION || (p[1] & ~CURSOR_ALL) || !hash_equal(check, p + n, CURSOR_CHECK))
		return ERR_SYNTAX;
	struct key k = { .id = (int64_t)get_u64(p + 2) };
	const uint8_t flags = p[1];
	if (k.id <= 0)
		return ERR_SYNTAX;
	if (flags & CURSOR_KNOWN) {
		if (!of->sort || field_is_text(of->sort) != !!(flags & CURSOR_IS_TEXT))
			return ERR_SYNTAX;
		k.v.known = true;
		if (flags & CURSOR_REREAD) {
			k.reread = true;
		} else if (flags & CURSOR_IS_TEXT) {
			k.v.s = str_dup(a, (struct str){ (const char *)p + 10, n - 10 });
			if (!text_valid(k.v.s))
				return ERR_SYNTAX;
			n = 10;
		} else {
			if (n != 18)
				return ERR_SYNTAX;
			k.v.i = (int64_t)get_u64(p + 10);
			n = 10;
		}
	}
	if (n != 10)
		return ERR_SYNTAX;
	*ret = k;
	return 0;
}
