#include "incident/photo.h"

static unsigned be16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

/* ---- JPEG: markers, of which the ones that draw are kept (ITU T.81) ---- */

enum { SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DQT = 0xdb, DNL = 0xdc, DRI = 0xdd, DHT = 0xc4, DAC = 0xcc, APP0 = 0xe0, APP1 = 0xe1, APP14 = 0xee };

static bool is_frame(unsigned marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != DAC && marker != 0xc8;
}

static bool draws(unsigned marker)
{
	return is_frame(marker) || marker == DHT || marker == DAC || marker == DQT || marker == DRI || marker == DNL || marker == SOS;
}

static unsigned tiff16(const unsigned char *p, bool little)
{
	return little ? (unsigned)p[1] << 8 | p[0] : be16(p);
}

static size_t tiff32(const unsigned char *p, bool little)
{
	return little ? (size_t)tiff16(p + 2, true) << 16 | tiff16(p, true) : be32(p);
}

/* The way up (tag 0x0112, 1-8) of an EXIF segment's content; 1 when it says nothing that can be believed. */
static unsigned way_up(const unsigned char *p, size_t n)
{
	if (n < 14 || memcmp(p, "Exif\0\0", 6) != 0)
		return 1;
	p += 6;
	n -= 6;
	const bool little = p[0] == 'I';
	const size_t at = tiff32(p + 4, little);
	if (at > n || n - at < 2)
		return 1;
	const size_t tags = tiff16(p + at, little);
	for (size_t i = 0; i < tags && at + 2 + (i + 1) * 12 <= n; i++) {
		const unsigned char *tag = p + at + 2 + i * 12;
		const unsigned value = tiff16(tag + 8, little);
		if (tiff16(tag, little) == 0x0112 && tiff16(tag + 2, little) == 3)
			return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}

/* An EXIF segment of our own that tells the way up and nothing else. */
static void put_way_up(struct buf *out, unsigned way)
{
	unsigned char own[] = { 0xff, APP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
	_Static_assert(sizeof own == 36, "two bytes of marker and 34 of segment");
	own[29] = (unsigned char)way;
	buf_bytes(out, own, sizeof own);
}

struct jpeg {
	const unsigned char *p, *end;
	unsigned way;
	bool frame, scan;
};

/* Drawn points up to the next marker that is none of their own. */
static int copy_scan(struct jpeg *j, struct buf *out)
{
	const unsigned char *from = j->p;
	for (; j->end - j->p >= 2; j->p++)
		if (j->p[0] == 0xff && j->p[1] != 0 && (j->p[1] < 0xd0 || j->p[1] > 0xd7)) {
			buf_bytes(out, from, (size_t)(j->p - from));
			return 0;
		}
	return ERR_INVALID;
}

static int copy_segment(struct jpeg *j, struct buf *out, unsigned marker)
{
	if (j->end - j->p < 2)
		return ERR_INVALID;
	const size_t n = be16(j->p);
	if (n < 2 || n > (size_t)(j->end - j->p))
		return ERR_INVALID;
	const unsigned char *content = j->p + 2;
	j->p += n;
	if (is_frame(marker)) {
		if (n < 8)
			return ERR_INVALID;
		const unsigned height = be16(content + 1), width = be16(content + 3);
		if (!width || width > PHOTO_SIDE_MAX || height > PHOTO_SIDE_MAX)
			return width ? ERR_LIMIT : ERR_INVALID;
		j->frame = true;
	}
	if (marker == SOS && !j->frame)
		return ERR_INVALID;
	/* The colour model, which the picture is wrong without. */
	const bool adobe = marker == APP14 && n == 14 && memcmp(content, "Adobe", 5) == 0;
	if (!draws(marker) && !adobe)
		return 0;
	buf_char(out, (char)0xff);
	buf_char(out, (char)marker);
	buf_bytes(out, content - 2, n);
	if (marker != SOS)
		return 0;
	j->scan = true;
	return copy_scan(j, out);
}

/* The way up stands behind what it is written before: it is looked for first. */
static unsigned find_way_up(struct jpeg j)
{
	while (j.way == 1 && j.end - j.p >= 4 && j.p[0] == 0xff && j.p[1] != SOS && j.p[1] != EOI) {
		const size_t n = be16(j.p + 2);
		if (n < 2 || n > (size_t)(j.end - j.p) - 2)
			break;
		if (j.p[1] == APP1)
			j.way = way_up(j.p + 4, n - 2);
		j.p += 2 + n;
	}
	return j.way;
}

static int clean_jpeg(struct str in, struct buf *out)
{
	struct jpeg j = { .p = (const unsigned char *)in.p + 2, .end = (const unsigned char *)in.p + in.n, .way = 1 };
	buf_bytes(out, "\xff\xd8", 2);
	j.way = find_way_up(j);
	if (j.way != 1)
		put_way_up(out, j.way);
	for (;;) {
		if (j.p == j.end || *j.p != 0xff)
			return ERR_INVALID;
		while (j.p < j.end && *j.p == 0xff) /* fill bytes */
			j.p++;
		if (j.p == j.end)
			return ERR_INVALID;
		const unsigned marker = *j.p++;
		if (marker == EOI)
			break;
		if (marker < 0xc0 || marker == SOI || (marker >= 0xd0 && marker <= 0xd7))
			return ERR_INVALID;
		int e = copy_segment(&j, out, marker);
		if (e < 0)
			return e;
	}
	buf_bytes(out, "\xff\xd9", 2);
	return j.frame && j.scan ? 0 : ERR_INVALID;
}

/* ---- PNG: chunks ---- */

#define PNG_HEAD "\x89PNG\r\n\x1a\n"

static uint32_t crc_of(const unsigned char *p, size_t n)
{
	uint32_t c = UINT32_MAX;
	for (size_t i = 0; i < n; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++)
			c = c & 1 ? UINT32_C(0xedb88320) ^ c >> 1 : c >> 1;
	}
	return ~c;
}

static bool kept(const unsigned char *type)
{
	static const char list[][5] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "sRGB", "sBIT" };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (memcmp(type, list[i], 4) == 0)
			return true;
	return false;
}

static int clean_png(struct str in, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)in.p + 8, *end = (const unsigned char *)in.p + in.n;
	bool first = true, drawn = false;
	buf_bytes(out, PNG_HEAD, 8);
	while (end - p >= 12) {
		const size_t n = be32(p);
		const unsigned char *type = p + 4, *content = p + 8;
		if (n > (size_t)(end - p) - 12 || be32(content + n) != crc_of(type, n + 4) || (memcmp(type, "IHDR", 4) == 0) != first)
			return ERR_INVALID;
		if (first) {
			if (n != 13 || !be32(content) || !be32(content + 4))
				return ERR_INVALID;
			if (be32(content) > PHOTO_SIDE_MAX || be32(content + 4) > PHOTO_SIDE_MAX)
				return ERR_LIMIT;
		}
		first = false;
		drawn = drawn || memcmp(type, "IDAT", 4) == 0;
		/* One that must be understood, and is not known, is no photo. */
		if (!kept(type) && !(type[0] & 0x20))
			return ERR_INVALID;
		if (kept(type))
			buf_bytes(out, p, n + 12);
		p = content + n + 4;
		if (memcmp(type, "IEND", 4) == 0)
			return drawn && !n ? 0 : ERR_INVALID;
	}
	return ERR_INVALID;
}

int photo_clean(struct str in, struct buf *out, enum photo_kind *ret_kind)
{
	if (in.n > LIMIT_PHOTO)
		return ERR_LIMIT;
	const bool png = in.n >= 8 && memcmp(in.p, PNG_HEAD, 8) == 0, jpeg = in.n >= 4 && memcmp(in.p, "\xff\xd8\xff", 3) == 0;
	if (!png && !jpeg)
		return ERR_INVALID;
	int e = png ? clean_png(in, out) : clean_jpeg(in, out);
	if (e == 0 && buf_error(out))
		e = buf_error(out);
	if (e == 0)
		*ret_kind = png ? PHOTO_PNG : PHOTO_JPEG;
	return e;
}
