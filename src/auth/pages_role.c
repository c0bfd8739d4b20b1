/* /settings/roles: what each access role may do in each register, and access roles of one's own. */
#include "auth/ui.h"

#include "base/text.h"
#include "base/text/auth.h"
#include "base/text/base.h"

static const struct {
	uint32_t op;
	msg_id label, sign;
} ops[] = {
	{ OP_READ, MSG_AUTH_OP_READ, MSG_AUTH_OP_READ_SIGN },          { OP_CREATE, MSG_AUTH_OP_CREATE, MSG_AUTH_OP_CREATE_SIGN },
	{ OP_UPDATE, MSG_AUTH_OP_UPDATE, MSG_AUTH_OP_UPDATE_SIGN },    { OP_ARCHIVE, MSG_AUTH_OP_ARCHIVE, MSG_AUTH_OP_ARCHIVE_SIGN },
	{ OP_EXPORT, MSG_AUTH_OP_EXPORT, MSG_AUTH_OP_EXPORT_SIGN },    { OP_IMPORT, MSG_AUTH_OP_IMPORT, MSG_AUTH_OP_IMPORT_SIGN },
	{ OP_SETTLE, MSG_AUTH_OP_SETTLE, MSG_AUTH_OP_SETTLE_SIGN },    { OP_PRIVATE, MSG_AUTH_OP_PRIVATE, MSG_AUTH_OP_PRIVATE_SIGN },
	{ OP_COMMENT, MSG_AUTH_OP_COMMENT, MSG_AUTH_OP_COMMENT_SIGN },
};

static const struct {
	uint32_t need;
	const char *key;
	msg_id label;
} needs[] = {
	{ NEED_OVERVIEW, "overview", MSG_AUTH_NEED_OVERVIEW },
	{ NEED_SETTINGS, "settings", MSG_AUTH_NEED_SETTINGS },
	{ NEED_AUDIT, "audit", MSG_AUTH_NEED_AUDIT },
	{ NEED_LINKS, "links", MSG_AUTH_NEED_LINKS },
	{ NEED_REPORT, "report", MSG_AUTH_NEED_REPORT },
};

/* The operations as short words: 読 作 更 ... */
static void signs(struct html *h, uint32_t mask)
{
	bool any = false;
	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		if (!(mask & ops[i].op))
			continue;
		if (any)
			html_lit(h, " ");
		html_lit(h, "<abbr");
		html_attr_msg(h, "title", ops[i].label);
		html_lit(h, ">");
		html_msg(h, ops[i].sign);
		html_lit(h, "</abbr>");
		any = true;
	}
	if (!any)
		html_lit(h, "－");
}

void page_roles(struct http_req *req)
{
	struct office *o = office_of(req);
	struct role_info *role = NULL;
	size_t n = 0;
	struct html h;
	struct db_conn *c = db_read_begin(o->db);
	int r = auth_role_list(c, req->arena, &role, &n);
	db_read_end(o->db, &c);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	ui_begin(req, &h, MSG_AUTH_ROLES_TITLE, MSG_AUTH_ROLES_ABOUT, true);
	html_lit(&h, "<div class=\"toolbar\">");
	html_button_link(&h, STR("/settings/roles/new"), "plus", msg(req->lang, MSG_AUTH_ROLE_NEW), true);
	html_lit(&h, "</div><p class=\"small\">");
	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		if (i)
			html_lit(&h, "　");
		html_msg(&h, ops[i].sign);
		html_lit(&h, " ");
		html_msg(&h, ops[i].label);
	}
	html_lit(&h, "</p><div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(&h, "aria-label", MSG_AUTH_ROLES_TITLE);
	html_lit(&h, "><table class=\"table\"><thead><tr><th scope=\"col\">");
	html_msg(&h, MSG_AUTH_REGISTER);
	html_lit(&h, "</th>");
	for (size_t i = 0; i < n; i++) {
		html_lit(&h, "<th scope=\"col\">");
		if (role[i].builtin) {
			html_text(&h, ui_role_name(&role[i], req->lang));
		} else {
			html_lit(&h, "<a");
			html_href(&h, str_printf(req->arena, "/settings/roles/%lld", (long long)role[i].id));
			html_lit(&h, ">");
			html_text(&h, ui_role_name(&role[i], req->lang));
			html_lit(&h, "</a>");
		}
		html_lit(&h, "</th>");
	}
	html_lit(&h, "</tr></thead><tbody>");
	for (int reg = 0; reg < LIMIT_REGISTERS; reg++) {
		const struct auth_register_info *info = auth_register_info(reg);
		if (!info)
			continue;
		html_lit(&h, "<tr><th scope=\"row\">");
		html_label(&h, info->label);
		html_lit(&h, "</th>");
		for (size_t i = 0; i < n; i++) {
			html_lit(&h, "<td>");
			signs(&h, auth_role_ops(role[i].id, reg));
			html_lit(&h, "</td>");
		}
		html_lit(&h, "</tr>");
	}
	for (size_t k = 0; k < COUNT_OF(needs); k++) {
		html_lit(&h, "<tr><th scope=\"row\">");
		html_msg(&h, needs[k].label);
		html_lit(&h, "</th>");
		for (size_t i = 0; i < n; i++) {
			html_lit(&h, "<td>");
			if (role[i].needs & needs[k].need)
				html_lit(&h, "○");
			else
				html_lit(&h, "－");
			html_lit(&h, "</td>");
		}
		html_lit(&h, "</tr>");
	}
	html_lit(&h, "</tbody></table></div><p class=\"small\">");
	html_msg(&h, MSG_AUTH_ROLES_NOTE);
	html_lit(&h, "</p>");
	ui_end(&h);
}

/* ---- one of one's own ---- */

/* 0 for "new", the number of the path, or -1. */
static int64_t role_of(struct http_req *req)
{
	int64_t id = -1;
	if (str_eq_z(req->capture[0], "new"))
		return 0;
	return num_parse_i64(req->capture[0], ROLE_CUSTOM, INT64_MAX, &id) < 0 ? -1 : id;
}

static void form(struct http_req *req, struct role_info role, const uint32_t mask[LIMIT_REGISTERS], msg_id error)
{
	struct html h;
	ui_begin(req, &h, role.id ? MSG_AUTH_ROLE_EDIT : MSG_AUTH_ROLE_NEW, MSG_AUTH_ROLE_EDIT_ABOUT, true);
	html_form_begin(&h, str_printf(req->arena, "/settings/roles/%s", role.id ? str_z(req->arena, i64_str(req->arena, role.id)) : "new"),
	                false);
	html_lit(&h, "<div class=\"form-grid\">");
	ui_field(&h, &(struct ui_field){ .name = "name_ja", .type = "text", .label = MSG_AUTH_ROLE_NAME_JA, .value = role.name_ja,
		     .error = error, .required = true, .max = NAME_CHARS });
	ui_field(&h, &(struct ui_field){ .name = "name_en", .type = "text", .label = MSG_AUTH_ROLE_NAME_EN, .value = role.name_en,
		     .required = true, .max = NAME_CHARS });
	html_lit(&h, "</div><fieldset class=\"field-group\"><legend>");
	html_msg(&h, MSG_AUTH_ROLE_NEEDS);
	html_lit(&h, "</legend>");
	for (size_t i = 0; i < COUNT_OF(needs); i++)
		ui_check(&h, "need", str_of(needs[i].key), role.needs & needs[i].need, msg(req->lang, needs[i].label));
	html_lit(&h, "</fieldset><div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(&h, "aria-label", MSG_AUTH_ROLE_OPS);
	html_lit(&h, "><table class=\"table\"><caption>");
	html_msg(&h, MSG_AUTH_ROLE_OPS);
	html_lit(&h, "</caption><thead><tr><th scope=\"col\">");
	html_msg(&h, MSG_AUTH_REGISTER);
	html_lit(&h, "</th>");
	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		html_lit(&h, "<th scope=\"col\">");
		html_msg(&h, ops[i].label);
		html_lit(&h, "</th>");
	}
	html_lit(&h, "</tr></thead><tbody>");
	for (int reg = 0; reg < LIMIT_REGISTERS; reg++) {
		const struct auth_register_info *info = auth_register_info(reg);
		if (!info)
			continue;
		struct str name = label_of(info->label, req->lang);
		html_lit(&h, "<tr><th scope=\"row\">");
		html_text(&h, name);
		html_lit(&h, "</th>");
		for (size_t i = 0; i < COUNT_OF(ops); i++) {
			html_lit(&h, "<td class=\"select\"><input class=\"form-check-input\" type=\"checkbox\" name=\"mask\"");
			html_attr(&h, "value", str_printf(req->arena, "%s:%u", info->name, ops[i].op));
			html_flag(&h, "checked", mask[reg] & ops[i].op);
			struct str label = msg(req->lang, ops[i].label);
			html_attr(&h, "aria-label", str_printf(req->arena, "%.*s %.*s", STR_FMT(name), STR_FMT(label)));
			html_lit(&h, "></td>");
		}
		html_lit(&h, "</tr>");
	}
	html_lit(&h, "</tbody></table></div>");
	ui_submit(&h, MSG_SAVE, true);
	html_form_end(&h);
	ui_end(&h);
}

static int find(struct http_req *req, int64_t id, struct role_info *ret)
{
	struct role_info *role = NULL;
	size_t n = 0;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int r = auth_role_list(c, req->arena, &role, &n);
	db_read_end(office_of(req)->db, &c);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (role[i].id == id && !role[i].builtin) {
			*ret = role[i];
			return 0;
		}
	}
	return r < 0 ? r : ERR_NOT_FOUND;
}

void page_role(struct http_req *req)
{
	uint32_t mask[LIMIT_REGISTERS] = { 0 };
	struct role_info role = { .needs = NEED_OVERVIEW };
	int64_t id = role_of(req);
	int r = id < 0 ? ERR_NOT_FOUND : id == 0 ? 0 : find(req, id, &role);
	if (r < 0) {
		ui_fail(req, r);
		return;
	}
	for (int reg = 0; id && reg < LIMIT_REGISTERS; reg++)
		mask[reg] = auth_role_ops(id, reg);
	form(req, role, mask, MSG_NONE);
}

struct role_form {
	struct http_req *req;
	struct role_info role;
	struct role_mask mask[LIMIT_REGISTERS];
	size_t masks;
	int64_t id;
};

static int save(struct db_conn *c, void *ctx)
{
	struct role_form *f = ctx;
	return auth_role_write(c, f->req->arena, auth_principal(f->req), &f->role, f->mask, f->masks, &f->id);
}

void do_role(struct http_req *req)
{
	struct role_form *f = ARENA_NEW(req->arena, struct role_form);
	uint32_t mask[LIMIT_REGISTERS] = { 0 };
	f->req = req;
	f->role.id = role_of(req);
	if (f->role.id < 0) {
		ui_fail(req, ERR_NOT_FOUND);
		return;
	}
	f->role.name_ja = str_trim(http_form(req, "name_ja"));
	f->role.name_en = str_trim(http_form(req, "name_en"));
	struct str v;
	for (size_t i = 0; http_form_many(req, "need", i, &v); i++)
		for (size_t k = 0; k < COUNT_OF(needs); k++)
			if (str_eq_z(v, needs[k].key))
				f->role.needs |= needs[k].need;
	for (size_t i = 0; http_form_many(req, "mask", i, &v); i++) {
		ptrdiff_t colon = str_find_char(v, ':');
		int64_t op;
		int reg = colon < 0 ? -1 : auth_register_find(str_sub(v, 0, (size_t)colon));
		if (reg < 0 || num_parse_i64(str_sub(v, (size_t)colon + 1, v.n), 1, OP_ALL, &op) < 0) {
			ui_fail(req, ERR_RANGE);
			return;
		}
		mask[reg] |= (uint32_t)op;
	}
	if (f->role.name_ja.n == 0 || f->role.name_en.n == 0) {
		req->answer->status = 400;
		form(req, f->role, mask, MSG_AUTH_ROLE_NAME_MISSING);
		return;
	}
	/* Every register, so that a box that was cleared takes the operation away. */
	for (int reg = 0; reg < LIMIT_REGISTERS; reg++)
		if (auth_register_info(reg))
			f->mask[f->masks++] = (struct role_mask){ str_of(auth_register_info(reg)->name), mask[reg] };
	int r = db_write(office_of(req)->db, save, f);
	if (r < 0)
		ui_fail(req, r);
	else
		http_redirect(req, STR("/settings/roles?done=saved"));
}
