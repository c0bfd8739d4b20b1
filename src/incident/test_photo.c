/* Photos: what tells of place, time and device goes; the picture stays; what is no photo, is broken or goes on behind its end does not pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "incident/photo.h"

#define BYTES(lit) ((struct str){ lit, sizeof(lit) - 1 })

/* A picture of 8 x 8 points: quantisation, frame, Huffman table, scan. */
#define J_HEAD "\xff\xd8"
#define J_APP0 "\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"
#define J_DQT "\xff\xdb\x00\x05\x00\x01\x01"
#define J_SOF "\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"
#define J_DHT "\xff\xc4\x00\x05\x00\x00\x00"
#define J_SCAN "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd0\x56"
#define J_END "\xff\xd9"
/* EXIF, big-endian: way up 6 and a pointer to GPS. */
#define J_EXIF "\xff\xe1\x00\x3c" "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x02\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00" \
	"\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x26\x00\x00\x00\x00GPS35.68N,139E"
#define J_OWN "\xff\xe1\x00\x22" "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"

#define P_HEAD "\x89PNG\r\n\x1a\n"
#define P_IHDR "\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55"
#define P_IDAT "\x00\x00\x00\nIDAT\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71"
#define P_IEND "\x00\x00\x00\x00IEND\xae\x42\x60\x82"
#define P_TEXT "\x00\x00\x00\x05tEXta\x00GPS"

static struct buf out;

static int clean(struct str in, enum photo_kind *kind)
{
	buf_release(&out);
	buf_init(&out, LIMIT_PHOTO + 64);
	return photo_clean(in, &out, kind);
}

static void passes(struct str in, struct str wanted, enum photo_kind kind)
{
	enum photo_kind got = (enum photo_kind)0;
	assert_int_equal(clean(in, &got), 0);
	assert_int_equal(got, kind);
	assert_int_equal(out.n, wanted.n);
	assert_memory_equal(out.p, wanted.p, wanted.n);
}

static void refused(struct str in)
{
	enum photo_kind got;
	assert_int_equal(clean(in, &got), ERR_INVALID);
}

static void a_jpeg_keeps_its_picture_and_its_way_up(void **state)
{
	(void)state;
	const struct str plain = BYTES(J_HEAD J_DQT J_SOF J_DHT J_SCAN J_END), turned = BYTES(J_HEAD J_OWN J_DQT J_SOF J_DHT J_SCAN J_END);
	passes(plain, plain, PHOTO_JPEG);
	passes(BYTES(J_HEAD J_APP0 J_DQT J_SOF J_DHT J_SCAN J_END), plain, PHOTO_JPEG);
	passes(BYTES(J_HEAD J_APP0 J_EXIF J_DQT J_SOF J_DHT J_SCAN J_END), turned, PHOTO_JPEG);
	passes(turned, turned, PHOTO_JPEG); /* again */
	assert_true(str_find(buf_view(&out), STR("GPS")) < 0);
}

static void what_tells_of_its_maker_goes(void **state)
{
	(void)state;
	const struct str plain = BYTES(J_HEAD J_DQT J_SOF J_DHT J_SCAN J_END);
	passes(BYTES(J_HEAD "\xff\xfe\x00\x09" "by Taro" J_DQT J_SOF J_DHT J_SCAN J_END), plain, PHOTO_JPEG);              /* comment */
	passes(BYTES(J_HEAD "\xff\xed\x00\x09Photosh" J_DQT J_SOF J_DHT J_SCAN J_END), plain, PHOTO_JPEG);                  /* IPTC */
	passes(BYTES(J_HEAD "\xff\xe1\x00\x09http://" J_DQT J_SOF J_DHT J_SCAN J_END), plain, PHOTO_JPEG);                  /* XMP */
	passes(BYTES(J_HEAD "\xff\xe2\x00\x08MPF\x00" "ab" J_DQT J_SOF J_DHT J_SCAN "\xff\xe1\x00\x05GPS" J_END), plain, PHOTO_JPEG); /* between, and after the scan */
	passes(BYTES(J_HEAD J_DQT J_SOF J_DHT J_SCAN J_END "GPS and a second picture <script>"), plain, PHOTO_JPEG);
	passes(BYTES(J_HEAD J_DQT "\xff\xff" J_SOF J_DHT J_SCAN J_END), plain, PHOTO_JPEG);                                  /* fill bytes */
	const struct str png = BYTES(P_HEAD P_IHDR P_IDAT P_IEND);
	passes(png, png, PHOTO_PNG);
	passes(BYTES(P_HEAD P_IHDR P_IDAT P_IEND "PK\x03\x04 an archive"), png, PHOTO_PNG);
	/* tEXt with its right check sum */
	unsigned char text[sizeof P_HEAD P_IHDR P_TEXT P_IDAT P_IEND + 4];
	const size_t before = sizeof P_HEAD P_IHDR - 1, n = sizeof P_TEXT - 1;
	memcpy(text, P_HEAD P_IHDR P_TEXT, before + n);
	uint32_t c = UINT32_MAX;
	for (size_t i = 4; i < n; i++) {
		c ^= (unsigned char)P_TEXT[i];
		for (int k = 0; k < 8; k++)
			c = c & 1 ? UINT32_C(0xedb88320) ^ c >> 1 : c >> 1;
	}
	c = ~c;
	for (int i = 0; i < 4; i++)
		text[before + n + (size_t)i] = (unsigned char)(c >> (24 - 8 * i));
	memcpy(text + before + n + 4, P_IDAT P_IEND, sizeof P_IDAT P_IEND - 1);
	passes((struct str){ (const char *)text, sizeof text - 1 }, png, PHOTO_PNG);
	text[before + n]++; /* and with a wrong one */
	refused((struct str){ (const char *)text, sizeof text - 1 });
}

static void what_is_no_photo_is_refused(void **state)
{
	(void)state;
	refused(STR(""));
	refused(STR("<svg onload=x>"));
	refused(BYTES("GIF89a\x01\x00\x01\x00"));
	refused(BYTES("%PDF-1.7 \xff\xd8\xff"));
	refused(BYTES(J_HEAD J_END));
	refused(BYTES(J_HEAD J_DQT J_DHT J_SCAN J_END));              /* points of no frame */
	refused(BYTES(J_HEAD J_DQT J_SOF J_DHT J_END));               /* a frame without points */
	refused(BYTES(J_HEAD J_DQT J_SOF "garbage" J_SCAN J_END));
	refused(BYTES(J_HEAD "\xff\xdb\x00\x01" J_SOF J_SCAN J_END)); /* a length that is none */
	refused(BYTES(J_HEAD "\xff\xdb\xff\xff\x00" J_SOF J_END));    /* longer than what is there */
	refused(BYTES(P_HEAD P_IDAT P_IEND));
	refused(BYTES(P_HEAD P_IHDR P_IEND));
	refused(BYTES(P_HEAD P_IHDR P_IHDR P_IDAT P_IEND));
	refused(BYTES(P_HEAD "\xff\xff\xff\xffIHDR"));
}

static void every_cut_is_refused(void **state)
{
	(void)state;
	const struct str whole[] = { BYTES(J_HEAD J_EXIF J_DQT J_SOF J_DHT J_SCAN J_END), BYTES(P_HEAD P_IHDR P_IDAT P_IEND) };
	for (size_t k = 0; k < 2; k++)
		for (size_t n = 0; n < whole[k].n; n++)
			refused(str_sub(whole[k], 0, n));
}

static void sizes_are_bounded(void **state)
{
	(void)state;
	enum photo_kind kind;
	assert_int_equal(clean(BYTES(J_HEAD J_DQT "\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00" J_SCAN J_END), &kind), ERR_LIMIT);
	static char large[LIMIT_PHOTO + 1] = J_HEAD J_DQT;
	assert_int_equal(clean((struct str){ large, sizeof large }, &kind), ERR_LIMIT);
}

static int down(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jpeg_keeps_its_picture_and_its_way_up),
		cmocka_unit_test(what_tells_of_its_maker_goes),
		cmocka_unit_test(what_is_no_photo_is_refused),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(sizes_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, down);
}
