/* The files and icons that web/embed.mjs compiled into the binary. */
#include "html/internal.h"

const struct asset_file *asset_find(struct str path)
{
	for (size_t i = 0; i < asset_count; i++)
		if (str_eq_z(path, asset_table[i].path))
			return &asset_table[i];
	return NULL;
}

struct str asset_url(struct arena *a, const char *path)
{
	const struct asset_file *f = asset_find(str_of(path));

	/* Paths are literals of our own code: one that is missing shows as a 404 in every end-to-end test. */
	return str_printf(a, "/static/%s/%s", f ? f->hash : "missing", path);
}

static const struct asset_icon *icon_find(const char *name)
{
	size_t low = 0, high = asset_icon_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(name, asset_icons[mid].name);

		if (c == 0)
			return &asset_icons[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

void html_icon(struct html *h, const char *name)
{
	const struct asset_icon *i = name ? icon_find(name) : NULL;

	if (!i)
		return;
	html_lit(h, "<svg class=\"icon\" width=\"20\" height=\"20\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" "
	            "stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">");
	html_constant(h, i->svg);
	html_lit(h, "</svg>");
}
