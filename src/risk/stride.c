/* STRIDE sheets: the parts of a system, each with what the six kinds of threat mean for it; a cell becomes a threat with one
 * press. */
#include "base/num.h"
#include "base/text/risk.h"
#include "register/faces.h"
#include "risk/pages.h"

#define SECTION_SHEET { "分析表", "Sheet" }
#define SECTION_PART { "要素", "Part" }
#define SECTION_CELLS { "六つの脅威", "Six threats" }
#define PARTS_MAX 200

enum part_kind { PART_OUTSIDE = 1, PART_PROCESS, PART_STORE, PART_FLOW };
enum verdict { VERDICT_ACT = 1, VERDICT_WEAK, VERDICT_GOOD, VERDICT_NONE = 9 };

static const struct choice part_kinds[] = {
	{ PART_OUTSIDE, "external", { "外部の人・システム", "external" }, { "利用者、取引先、ほかの会社のシステム。", "Users, partners, other companies' systems." }, (const char *const[]){ "外部", NULL }, TONE_NEUTRAL },
	{ PART_PROCESS, "process", { "処理", "process" }, { "サーバーやアプリ、人の作業。", "Servers, applications, people's work." }, (const char *const[]){ "プロセス", NULL }, TONE_NEUTRAL },
	{ PART_STORE, "store", { "データの置き場所", "store" }, { "データベース、ファイル、書庫。", "Databases, files, archives." }, (const char *const[]){ "データストア", NULL }, TONE_NEUTRAL },
	{ PART_FLOW, "data_flow", { "データの流れ", "data flow" }, { "通信、メール、受け渡し。", "Traffic, mail, hand-overs." }, (const char *const[]){ "データフロー", NULL }, TONE_NEUTRAL },
};

static const struct choice verdicts[] = {
	{ VERDICT_ACT, "act", { "対策が要る", "to be treated" }, { "対策がなく、起こると困る。", "Nothing is in place, and it would hurt." }, (const char *const[]){ "要対策", NULL }, TONE_RED },
	{ VERDICT_WEAK, "weak", { "対策が弱い", "weak" }, { "対策はあるが、足りない。", "Something is in place, but not enough." }, NULL, TONE_YELLOW },
	{ VERDICT_GOOD, "good", { "対策できている", "in place" }, { "いまのままでよい。重ねて手を打たなくてよい。", "Good as it is: nothing more is needed." }, NULL, TONE_GREEN },
	{ VERDICT_NONE, "not_applicable", { "当てはまらない", "does not apply" }, { "この要素では起こらない、起きても困らない。", "Does not happen here, or does no harm." }, (const char *const[]){ "対象外", NULL }, TONE_NEUTRAL },
};

/* By kind of part, which of S T R I D E one looks for: bits by enum stride. A person outside is posed as and denies; data at
 * rest and on its way is altered, read and blocked. */
static const unsigned applies[] = {
	[PART_OUTSIDE] = 1 << STRIDE_SPOOFING | 1 << STRIDE_REPUDIATION,
	[PART_PROCESS] = 1 << STRIDE_SPOOFING | 1 << STRIDE_TAMPERING | 1 << STRIDE_REPUDIATION | 1 << STRIDE_DISCLOSURE | 1 << STRIDE_DENIAL | 1 << STRIDE_ELEVATION,
	[PART_STORE] = 1 << STRIDE_TAMPERING | 1 << STRIDE_REPUDIATION | 1 << STRIDE_DISCLOSURE | 1 << STRIDE_DENIAL,
	[PART_FLOW] = 1 << STRIDE_TAMPERING | 1 << STRIDE_DISCLOSURE | 1 << STRIDE_DENIAL,
};

static const struct {
	const char *field;
	msg_id threat; /* of a part {0} */
} cells[7] = {
	[STRIDE_SPOOFING] = { "spoofing", MSG_RISK_STRIDE_S },
	[STRIDE_TAMPERING] = { "tampering", MSG_RISK_STRIDE_T },
	[STRIDE_REPUDIATION] = { "repudiation", MSG_RISK_STRIDE_R },
	[STRIDE_DISCLOSURE] = { "disclosure", MSG_RISK_STRIDE_I },
	[STRIDE_DENIAL] = { "denial", MSG_RISK_STRIDE_D },
	[STRIDE_ELEVATION] = { "elevation", MSG_RISK_STRIDE_E },
};

/* ---- registers ---- */

static const struct field sheet_fields[] = {
	{ .name = "name", .label = { "対象のシステム・業務", "System or work" }, .hint = { "例：通販サイト", "For example: web shop" }, .type = FIELD_TEXT, .max = 200,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_SHEET },
	{ .name = "evidence", .label = { "見た資料", "Documents used" }, .hint = { "例：ネットワーク構成図、業務フロー図", "For example: network diagram, work flow" }, .type = FIELD_TEXT, .max = 500,
	  .flags = FIELD_LIST | FIELD_SEARCH, .section = SECTION_SHEET },
	{ .name = "held_on", .label = { "分析した日", "Done on" }, .type = FIELD_DATE, .flags = FIELD_LIST | FIELD_FILTER | FIELD_SORT, .section = SECTION_SHEET },
	{ .name = "owner", .label = { "担当者", "Owner" }, .type = FIELD_PERSON, .target = "person", .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_SHEET },
	{ .name = "note", .label = { "メモ", "Note" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_SHEET },
};

#define CELL(name_, ja, en) \
	{ .name = name_, .label = { ja, en }, .type = FIELD_CHOICE, .choice = verdicts, .choices = COUNT_OF(verdicts), .flags = FIELD_LIST | FIELD_FILTER, .section = SECTION_CELLS }

static const struct field part_fields[] = {
	{ .name = "sheet", .label = { "分析表", "Sheet" }, .type = FIELD_REFERENCE, .target = "stride_sheet", .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_FILTER,
	  .section = SECTION_PART },
	{ .name = "name", .label = { "要素", "Part" }, .hint = { "例：受注データベース", "For example: order database" }, .type = FIELD_TEXT, .max = 150,
	  .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_LIST | FIELD_SORT | FIELD_SEARCH, .section = SECTION_PART },
	{ .name = "kind", .label = { "種類", "Kind" }, .hint = { "種類によって、見るべき脅威が決まります。", "It decides which threats to look for." }, .type = FIELD_CHOICE, .choice = part_kinds,
	  .choices = COUNT_OF(part_kinds), .flags = FIELD_REQUIRED | FIELD_LIST | FIELD_FILTER, .section = SECTION_PART },
	CELL("spoofing", "S：なりすまし", "S: spoofing"), CELL("tampering", "T：改ざん", "T: tampering"), CELL("repudiation", "R：否認", "R: repudiation"),
	CELL("disclosure", "I：情報漏えい", "I: information disclosure"), CELL("denial", "D：サービス妨害", "D: denial of service"),
	CELL("elevation", "E：権限昇格", "E: elevation of privilege"),
	{ .name = "note", .label = { "分析の結果と理由", "Findings" }, .type = FIELD_LONG_TEXT, .max = 4000, .flags = FIELD_SEARCH, .section = SECTION_CELLS },
};

static void sheet_fill(struct reg_ctx *ctx, struct row *row)
{
	struct value *on = &row->v[reg_field(&reg_stride_sheet, "held_on")];
	if (!on->known)
		*on = risk_today_value(ctx->arena);
}

/* What does not concern a kind of part is set aside from the start; a person may think otherwise. */
static void part_fill(struct reg_ctx *ctx, struct row *row)
{
	(void)ctx;
	const struct value *kind = &row->v[reg_field(&reg_stride_part, "kind")];
	for (int s = STRIDE_SPOOFING; kind->known && s <= STRIDE_ELEVATION; s++) {
		struct value *v = &row->v[reg_field(&reg_stride_part, cells[s].field)];
		if (!v->known && kind->i >= PART_OUTSIDE && kind->i <= PART_FLOW && !(applies[kind->i] >> s & 1))
			*v = (struct value){ .known = true, .i = VERDICT_NONE };
	}
}

/* ---- the sheet's page ---- */

static int parts_of(struct http_req *req, struct db_conn *c, int64_t sheet, struct reg_view *view, struct listing *ret)
{
	struct value id = { .known = true, .i = sheet };
	int e = reg_view_load(c, req->arena, &reg_stride_part, view);
	if (e < 0)
		return e;
	struct query q = { .view = view, .by = auth_principal(req), .op = OP_READ, .sort = SORT_OLDEST, .limit = PARTS_MAX, .filters = 1 };
	q.filter[0] = (struct filter){ .field = reg_field(&reg_stride_part, "sheet"), .kind = FILTER_IN, .value = &id, .values = 1 };
	return reg_list(c, req->arena, &q, ret);
}

static const struct choice *verdict_of(int64_t number)
{
	for (size_t i = 0; i < COUNT_OF(verdicts); i++)
		if (verdicts[i].number == number)
			return &verdicts[i];
	return NULL;
}

/* What a cell is called as a threat: after its part. */
static struct str threat_name(struct arena *a, const struct row *part, int s)
{
	return note_str(a, LANG_JA, &NOTE(cells[s].threat, ARG_S(risk_value(&reg_stride_part, part, "name").s)));
}

static void put_cell(struct html *h, struct db_conn *conn, const struct principal *p, const struct row *part, int s, bool may)
{
	const struct value v = risk_value(&reg_stride_part, part, cells[s].field);
	const struct choice *c = v.known ? verdict_of(v.i) : NULL;
	html_lit(h, "<td");
	html_attr(h, "data-label", label_of(stride_kinds[s - 1].label, h->lang));
	html_lit(h, ">");
	if (!c) {
		html_lit(h, "<span class=\"unknown\">");
		html_msg(h, MSG_RISK_STRIDE_OPEN);
		html_lit(h, "</span>");
	} else {
		html_badge(h, c->tone, label_of(c->label, h->lang));
	}
	if (may && (!c || c->number != VERDICT_NONE))
		risk_put_threat(h, conn, p, threat_name(h->arena, part, s), str_printf(h->arena, "/risk/stride/%lld/%d", (long long)part->id, s), MSG_RISK_STRIDE_PRESS);
	html_lit(h, "</td>");
}

static void matrix(struct html *h, struct db_conn *c, const struct principal *p, const struct listing *parts, bool may)
{
	int64_t open = 0, act = 0, weak = 0;
	html_lit(h, "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_RISK_STRIDE_TABLE);
	html_lit(h, "><table class=\"table table-cards\"><thead><tr><th scope=\"col\">");
	html_label(h, reg_stride_part.field[1].label);
	html_lit(h, "</th>");
	for (int s = STRIDE_SPOOFING; s <= STRIDE_ELEVATION; s++) {
		html_lit(h, "<th scope=\"col\">");
		html_label(h, stride_kinds[s - 1].label);
		html_lit(h, "</th>");
	}
	html_lit(h, "</tr></thead><tbody>");
	for (size_t i = 0; i < parts->rows; i++) {
		const struct row *part = &parts->row[i];
		html_lit(h, "<tr><th scope=\"row\"><a");
		html_href(h, str_printf(h->arena, "/risk/stride_part/%lld", (long long)part->id));
		html_lit(h, ">");
		html_text(h, risk_value(&reg_stride_part, part, "name").s);
		html_lit(h, "</a></th>");
		for (int s = STRIDE_SPOOFING; s <= STRIDE_ELEVATION; s++) {
			const struct value v = risk_value(&reg_stride_part, part, cells[s].field);
			open += !v.known;
			act += v.known && v.i == VERDICT_ACT;
			weak += v.known && v.i == VERDICT_WEAK;
			put_cell(h, c, p, part, s, may);
		}
		html_lit(h, "</tr>");
	}
	html_lit(h, "</tbody></table></div><p>");
	html_note(h, &NOTE(MSG_RISK_STRIDE_COUNTS, ARG_I(act), ARG_I(weak), ARG_I(open)));
	html_lit(h, "</p>");
}

static void add_form(struct html *h, int64_t sheet)
{
	html_form_begin(h, str_printf(h->arena, "/risk/stride/%lld", (long long)sheet), false);
	html_lit(h, "<div class=\"field\"><label for=\"part-name\">");
	html_label(h, reg_stride_part.field[1].label);
	html_lit(h, "</label><input class=\"form-control\" id=\"part-name\" name=\"name\" required maxlength=\"150\"><span class=\"field-hint\">");
	html_label(h, reg_stride_part.field[1].hint);
	html_lit(h, "</span></div><div class=\"field\"><label for=\"part-kind\">");
	html_label(h, reg_stride_part.field[2].label);
	html_lit(h, "</label><select class=\"form-select\" id=\"part-kind\" name=\"kind\">");
	for (size_t i = 0; i < COUNT_OF(part_kinds); i++) {
		html_lit(h, "<option");
		html_attr(h, "value", str_of(part_kinds[i].key));
		html_lit(h, ">");
		html_label(h, part_kinds[i].label);
		html_lit(h, "</option>");
	}
	html_lit(h, "</select><span class=\"field-hint\">");
	html_label(h, reg_stride_part.field[2].hint);
	html_lit(h, "</span></div><div class=\"actions\"><button type=\"submit\" class=\"btn btn-primary\">");
	html_msg(h, MSG_RISK_STRIDE_ADD);
	html_lit(h, "</button></div>");
	html_form_end(h);
}

static void sheet_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row)
{
	const struct principal *p = auth_principal(req);
	struct reg_view view;
	struct listing parts = { 0 };
	if (p->kind == PRINCIPAL_LINK || parts_of(req, c, row->id, &view, &parts) < 0)
		return;
	const bool live = !p->read_only && row->state == RECORD_LIVE;
	html_section_begin(h, MSG_RISK_STRIDE_TABLE);
	if (parts.rows)
		matrix(h, c, p, &parts, live && auth_ops(p, reg_number(&reg_threat)) & OP_CREATE);
	else
		html_msg(h, MSG_RISK_STRIDE_EMPTY);
	html_section_end(h);
	if (!live || !(auth_ops(p, reg_number(&reg_stride_part)) & OP_CREATE))
		return;
	html_section_begin(h, MSG_RISK_STRIDE_ADD);
	add_form(h, row->id);
	html_section_end(h);
}

const struct param risk_stride_params[2] = { { .name = "name", .type = PARAM_TEXT, .max = 150 }, { .name = "kind", .type = PARAM_KEY, .max = 20 } };

void risk_stride_add(struct http_req *req)
{
	struct office *o = office_of(req);
	const struct principal *p = auth_principal(req);
	struct reg_view view, parts;
	struct row sheet;
	struct written w = { 0 };
	struct note why;
	struct db_conn *c = db_read_begin(o->db);
	int e = risk_row(req, c, &reg_stride_sheet, req->capture[0], &view, &sheet);
	bool found = e == 0;
	if (e == 0)
		e = reg_view_load(c, req->arena, &reg_stride_part, &parts);
	db_read_end(o->db, &c);
	if (!found)
		return;
	struct change ch = change_new(req->arena, CHANGE_SAVE, &parts, 0);
	change_set(&ch, reg_field(&reg_stride_part, "sheet"), (struct value){ .known = true, .i = sheet.id });
	for (size_t i = 0; e == 0 && i < COUNT_OF(risk_stride_params); i++) {
		int at = reg_field(&reg_stride_part, risk_stride_params[i].name);
		struct value v;
		e = value_parse(&reg_stride_part.field[at], req->arena, http_form(req, risk_stride_params[i].name), p->lang, &v, &why);
		if (e < 0) {
			http_fail(req, 422, why);
			return;
		}
		change_set(&ch, at, v);
	}
	struct reg_ctx ctx = { .arena = req->arena, .by = p, .key = o->key };
	if (e == 0)
		e = reg_save(o->db, &ctx, &ch, &w);
	if (e == 0)
		http_redirect(req, str_printf(req->arena, "/risk/stride_sheet/%lld?done=saved", (long long)sheet.id));
	else if (w.errors.n)
		http_fail(req, e == ERR_EXISTS ? 409 : e == ERR_DENIED ? 403 : 422, w.errors.error[0].why);
	else
		http_fail(req, e == ERR_DENIED ? 403 : 503, e == ERR_DENIED ? NOTE0(MSG_RISK_THREAT_DENIED) : NOTE0(MSG_RISK_FAILED));
}

/* One cell becomes a threat, named after the part. */
void risk_stride_threat(struct http_req *req)
{
	struct office *o = office_of(req);
	struct reg_view view;
	struct row part;
	int64_t s, id = 0;
	struct db_conn *c = db_read_begin(o->db);
	int e = risk_row(req, c, &reg_stride_part, req->capture[0], &view, &part);
	db_read_end(o->db, &c);
	if (e < 0)
		return;
	if (num_parse_i64(req->capture[1], STRIDE_SPOOFING, STRIDE_ELEVATION, &s) < 0) {
		http_fail(req, 404, NOTE(MSG_RISK_GONE, ARG_L(reg_stride_part.label)));
		return;
	}
	/* What is written down is in the language of the ledgers. */
	struct str name = threat_name(req->arena, &part, (int)s);
	e = risk_threat_add(req, name, (int)s, THREAT_STRIDE, risk_value(&reg_stride_part, &part, "sheet").s, &id);
	risk_threat_answer(req, e, id);
}

static const struct reg_hooks sheet_hooks = { .fill = sheet_fill, .detail = sheet_detail };
static const struct reg_hooks part_hooks = { .fill = part_fill };

/* Where we can be hit is nothing for everybody. */
#define STRIDE_ACCESS \
	{ .ops = { [ROLE_ADMINISTRATOR] = OP_READ, [ROLE_LEAD] = OP_ALL, [ROLE_EXECUTIVE] = OP_READ, [ROLE_AUDITOR] = OP_READ | OP_EXPORT | OP_COMMENT } }

const struct reg reg_stride_sheet = {
	.name = "stride_sheet", .room = "risk", .table = "risk_stride_sheet", .code = "STS",
	.label = { "STRIDE分析表", "STRIDE sheets" },
	.about = { "システムを要素に分け、六つの脅威を一つずつ確かめます。できている対策も書き、重ねて手を打つむだを防ぎます。",
	           "A system's parts against six kinds of threat; what is good already is written down too." },
	.empty = { "「追加」から、対象のシステムと見た資料を書きます。", "Add a sheet: the system, and the documents you looked at." },
	.icon = "table", .help = "risk", .field = sheet_fields, .fields = COUNT_OF(sheet_fields), .title = "name", .sort = "name",
	.access = STRIDE_ACCESS, .hooks = &sheet_hooks, .shared = true,
};

const struct reg reg_stride_part = {
	.name = "stride_part", .room = "risk", .table = "risk_stride_part", .code = "STP",
	.label = { "STRIDE分析の要素", "STRIDE parts" },
	.about = { "分析表の1行。外部、処理、置き場所、流れのどれかで、六つの脅威それぞれに判定を書きます。", "A line of a sheet, with a verdict for each of the six threats." },
	.empty = { "STRIDE分析表を開いて、要素を加えます。", "Open a STRIDE sheet and add its parts." },
	.icon = "table", .help = "risk", .field = part_fields, .fields = COUNT_OF(part_fields), .title = "name", .sort = "name",
	.access = STRIDE_ACCESS, .hooks = &part_hooks, .shared = true,
};
