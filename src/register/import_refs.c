/* Names and keys of a file, each looked up once. */
#include "base/hash.h"
#include "base/text.h"
#include "register/import_row.h"

/* ---- natural keys: their digests, in an open table ---- */

struct slot {
	uint64_t a, b;
	int64_t row; /* 0: free */
};
struct import_keys {
	struct arena *arena;
	struct slot *slot; size_t n, cap; /* a power of two */
};

struct import_keys *import_keys_make(struct arena *a)
{
	struct import_keys *k = ARENA_NEW(a, struct import_keys);
	*k = (struct import_keys){ .arena = a, .cap = 4096 };
	k->slot = ARENA_ARRAY(a, k->cap, struct slot);
	return k;
}

static struct slot *slot_of(struct slot *slot, size_t cap, uint64_t a, uint64_t b)
{
	size_t i = (size_t)a & (cap - 1);
	while (slot[i].row && (slot[i].a != a || slot[i].b != b))
		i = (i + 1) & (cap - 1);
	return &slot[i];
}

int64_t import_keys_add(struct import_keys *k, struct str key, int64_t row)
{
	uint8_t h[HASH_SIZE];
	uint64_t a, b;
	hash_blake2b(h, key.p, key.n);
	memcpy(&a, h, sizeof a);
	memcpy(&b, h + sizeof a, sizeof b);
	if (k->n * 2 >= k->cap) {
		size_t cap = k->cap * 4;
		struct slot *more = ARENA_ARRAY(k->arena, cap, struct slot);
		for (size_t i = 0; i < k->cap; i++)
			if (k->slot[i].row)
				*slot_of(more, cap, k->slot[i].a, k->slot[i].b) = k->slot[i];
		k->slot = more;
		k->cap = cap;
	}
	struct slot *s = slot_of(k->slot, k->cap, a, b);
	if (s->row)
		return s->row;
	*s = (struct slot){ a, b, row };
	k->n++;
	return 0;
}

/* ---- references ---- */

struct meaning {
	int result;      /* 0, ERR_NOT_FOUND, ERR_INVALID */
	int64_t id;
	struct import_grown *grown;
};
struct entry {
	struct str key;  /* register's number, "r" (as written) or "f" (folded), the name */
	struct meaning *meaning;
};
struct import_refs {
	struct arena *arena;
	struct entry *entry; size_t n, cap;
	struct import_grown **grown; size_t growns, grown_cap;
};

struct import_refs *import_refs_make(struct arena *a)
{
	struct import_refs *r = ARENA_NEW(a, struct import_refs);
	*r = (struct import_refs){ .arena = a, .cap = 1024 };
	r->entry = ARENA_ARRAY(a, r->cap, struct entry);
	return r;
}

static size_t start_of(struct str key, size_t cap)
{
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32) & (cap - 1);
}

static struct entry *entry_of(struct entry *entry, size_t cap, struct str key)
{
	size_t i = start_of(key, cap);
	while (entry[i].meaning && !str_eq(entry[i].key, key))
		i = (i + 1) & (cap - 1);
	return &entry[i];
}

static void put(struct import_refs *r, struct str key, struct meaning *m)
{
	if (r->n * 2 >= r->cap) {
		size_t cap = r->cap * 4;
		struct entry *more = ARENA_ARRAY(r->arena, cap, struct entry);
		for (size_t i = 0; i < r->cap; i++)
			if (r->entry[i].meaning)
				*entry_of(more, cap, r->entry[i].key) = r->entry[i];
		r->entry = more;
		r->cap = cap;
	}
	struct entry *e = entry_of(r->entry, r->cap, key);
	if (!e->meaning) {
		e->key = str_dup(r->arena, key);
		r->n++;
	}
	e->meaning = m;
}

static struct str key_of(struct arena *a, const struct reg *target, char kind, struct str name)
{
	return str_printf(a, "%d%c%.*s", reg_number(target), kind, STR_FMT(name));
}

static struct import_grown *grow_one(struct import_refs *r, const struct reg *target, struct str name)
{
	struct import_grown *g = ARENA_NEW(r->arena, struct import_grown);
	*g = (struct import_grown){ .target = target, .name = str_dup(r->arena, str_trim(name)), .temporary = -(int64_t)r->growns - 1 };
	if (r->growns == r->grown_cap) {
		size_t cap = r->grown_cap ? r->grown_cap * 2 : 64;
		struct import_grown **more = ARENA_ARRAY(r->arena, cap, struct import_grown *);
		if (r->growns)
			memcpy(more, r->grown, r->growns * sizeof(struct import_grown *));
		r->grown = more;
		r->grown_cap = cap;
	}
	r->grown[r->growns++] = g;
	return g;
}

int import_refs_find(struct import_refs *r, struct db_conn *c, struct arena *scratch, const struct principal *by,
                     const struct field *f, struct str name, bool grow, int64_t *ret_id, struct import_grown **ret_grown)
{
	const struct reg *target = reg_find(str_of(f->target));
	*ret_id = 0;
	*ret_grown = NULL;
	if (!target)
		return ERR_NOT_FOUND;
	struct str written = key_of(scratch, target, 'r', name);
	struct meaning *m = entry_of(r->entry, r->cap, written)->meaning;
	if (!m) {
		struct str folded = key_of(scratch, target, 'f', text_match_key(scratch, name));
		m = entry_of(r->entry, r->cap, folded)->meaning;
		if (!m) {
			struct meaning found = { 0 };
			found.result = reference_find(c, scratch, by, f, name, &found.id);
			if (found.result < 0 && found.result != ERR_NOT_FOUND && found.result != ERR_INVALID)
				return found.result;
			m = ARENA_NEW(r->arena, struct meaning);
			*m = found;
			put(r, folded, m);
		}
		put(r, written, m);
	}
	if (m->result == ERR_NOT_FOUND && grow) {
		m->grown = grow_one(r, target, name);
		m->result = 0;
	}
	*ret_id = m->id;
	*ret_grown = m->grown;
	return m->result;
}

struct import_grown *import_refs_promised(struct import_refs *r, struct arena *scratch, const struct reg *target, struct str title)
{
	struct str folded = key_of(scratch, target, 'f', text_match_key(scratch, title));
	struct meaning *m = entry_of(r->entry, r->cap, folded)->meaning;
	return m && m->grown && m->grown->in_file ? m->grown : NULL;
}

size_t import_refs_grown(const struct import_refs *r)
{
	return r->growns;
}

struct import_grown *import_refs_grown_at(const struct import_refs *r, size_t i)
{
	return r->grown[i];
}
