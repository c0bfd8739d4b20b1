#include "helper/pdf_font.h"

#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

/* Asked for first: even families; then whatever fontconfig holds to be Japanese. */
static const char *const wanted[] = { "Noto Sans CJK JP", "IPAexGothic", "IPAGothic", "BIZ UDGothic", "sans-serif" };

/* あ, 漢, 石, ア: a font that has these was made for Japanese, or at least can write it. */
static bool writes_japanese(const FcPattern *font)
{
	static const FcChar32 proof[] = { 0x3042, 0x6f22, 0x77f3, 0x30a2 };
	FcCharSet *chars = NULL;

	if (FcPatternGetCharSet(font, FC_CHARSET, 0, &chars) != FcResultMatch)
		return false;
	for (size_t i = 0; i < COUNT_OF(proof); i++)
		if (!FcCharSetHasChar(chars, proof[i]))
			return false;
	return true;
}

static FcPattern *match(FcConfig *config, const char *family, int weight)
{
	FcResult result;
	FcPattern *p = FcPatternCreate(), *found;

	FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)family);
	FcPatternAddString(p, FC_LANG, (const FcChar8 *)"ja");
	FcPatternAddInteger(p, FC_WEIGHT, weight);
	FcConfigSubstitute(config, p, FcMatchPattern);
	FcDefaultSubstitute(p);
	found = FcFontMatch(config, p, &result);
	FcPatternDestroy(p);
	if (found && writes_japanese(found))
		return found;
	if (found)
		FcPatternDestroy(found);
	return NULL;
}

static bool same_file(const FcPattern *a, const FcPattern *b)
{
	FcChar8 *fa = NULL, *fb = NULL;
	int ia = 0, ib = 0;

	return FcPatternGetString(a, FC_FILE, 0, &fa) == FcResultMatch && FcPatternGetString(b, FC_FILE, 0, &fb) == FcResultMatch &&
	       FcPatternGetInteger(a, FC_INDEX, 0, &ia) == FcResultMatch && FcPatternGetInteger(b, FC_INDEX, 0, &ib) == FcResultMatch &&
	       ia == ib && strcmp((const char *)fa, (const char *)fb) == 0;
}

/* Only the two chosen faces stay. The set belongs to a configuration of our own that nobody else holds. */
static size_t keep_only(FcFontSet *set, const FcPattern *regular, const FcPattern *bold)
{
	int kept = 0;

	for (int i = 0; set && i < set->nfont; i++)
		if (same_file(set->fonts[i], regular) || same_file(set->fonts[i], bold))
			set->fonts[kept++] = set->fonts[i];
	if (set)
		set->nfont = kept;
	return (size_t)kept;
}

/* Lays out and draws a line of everything that the pages will use, so that each file is open and each table is read: both
 * weights, digits, and a character that no font has. */
static int warm_up(struct pdf_font *f)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 100, 100);
	cairo_t *cr = cairo_create(surface);
	PangoLayout *layout = pango_layout_new(f->context);
	PangoFontDescription *d = pango_font_description_new();

	pango_font_description_set_family(d, f->family);
	for (int bold = 0; bold < 2; bold++) {
		pango_font_description_set_weight(d, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
		pango_font_description_set_absolute_size(d, 10 * PANGO_SCALE);
		pango_layout_set_font_description(layout, d);
		pango_layout_set_width(layout, 60 * PANGO_SCALE);
		pango_layout_set_text(layout, "石垣 あア漢字 Aa09 … ▲◆●■― \xf3\xb0\x80\x80 \xd8\xa7 \xe0\xb8\x81 \xf0\x9f\x98\x80 \xe2\x80\xa8 \xef\xbf\xbd", -1);
		pango_cairo_show_layout(cr, layout);
	}
	pango_font_description_free(d);
	g_object_unref(layout);
	cairo_destroy(cr);
	int e = cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS ? 0 : ERR_IO;
	cairo_surface_destroy(surface);
	return e;
}

int pdf_font_open(struct pdf_font *ret)
{
	FcConfig *config = FcInitLoadConfigAndFonts();
	FcPattern *regular = NULL, *bold = NULL;
	FcChar8 *family = NULL;

	if (!config)
		return ERR_IO;
	for (size_t i = 0; !regular && i < COUNT_OF(wanted); i++)
		if ((regular = match(config, wanted[i], FC_WEIGHT_NORMAL)))
			bold = match(config, wanted[i], FC_WEIGHT_BOLD);
	if (!regular || FcPatternGetString(regular, FC_FAMILY, 0, &family) != FcResultMatch)
		return ERR_NOT_FOUND;
	keep_only(FcConfigGetFonts(config, FcSetApplication), regular, bold ? bold : regular);
	if (keep_only(FcConfigGetFonts(config, FcSetSystem), regular, bold ? bold : regular) == 0)
		return ERR_NOT_FOUND;
	snprintf(ret->family, sizeof ret->family, "%s", (const char *)family);
	ret->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (!ret->map)
		return ERR_IO;
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(ret->map), config);
	ret->context = pango_font_map_create_context(ret->map);
	pango_context_set_language(ret->context, pango_language_from_string("ja"));
	pango_context_set_round_glyph_positions(ret->context, FALSE);
	return warm_up(ret);
}
