/* The demo company's risks in yen and points, its controls with costs, effects, insurance, treatments and acceptances: all
 * of it made up, written as the lead through the same functions as a person's. */
#include "control/control.h"
#include "main/demo.h"
#include "main/demo_data.h"
#include "register/link.h"
#include "risk/risk.h"
#include "risk/treatment.h"

static const struct {
	const char *name, *kind, *acts, *lowers, *enforced, *state, *paid, *budget;
	const char *initial, *running, *event, *life; /* NULL: not known */
	int unit;
} controls[] = {
	{ "情報セキュリティ規程の見直し", "組織", "防ぐ", "発生可能性", "ルールだけ", "実施済み", "いいえ", "計画", NULL, NULL, NULL, NULL, UNIT_GENERAL },
	{ "委託先の年1回の点検", "組織", "防ぐ、見つける", "発生可能性", "ルールだけ", "計画", "はい", "計画", "300000", "400000", "0", "3", UNIT_GENERAL },
	{ "事故対応の手順と連絡網", "組織", "直す", "損失", "ルールだけ", "実施中", "いいえ", "計画", NULL, NULL, "200000", NULL, UNIT_SYSTEMS },
	{ "内部監査", "組織", "見つける", "発生可能性", "ルールだけ", "計画", "いいえ", "計画", NULL, NULL, NULL, NULL, UNIT_PLANNING },
	{ "外部の専門家による監査", "組織", "見つける", "発生可能性", "ルールだけ", "計画", "はい", "計画", "0", "1200000", "0", "1", UNIT_PLANNING },
	{ "入社時の研修", "人", "防ぐ", "発生可能性", "ルールだけ", "実施済み", "いいえ", "計画", NULL, NULL, NULL, NULL, UNIT_STAFF },
	{ "標的型メールの訓練", "人", "防ぐ、見つける", "発生可能性", "ルールだけ", "計画", "はい", "計画", "200000", "600000", "0", "3", UNIT_SYSTEMS },
	{ "外部講師による研修", "人", "防ぐ", "発生可能性", "ルールだけ", "計画", "はい", "計画", "0", "500000", "0", "1", UNIT_STAFF },
	{ "誤送信を防ぐ送信前の確認", "人", "防ぐ", "発生可能性", "ルールだけ", "実施済み", "いいえ", "計画", NULL, NULL, NULL, NULL, UNIT_ORDERS },
	{ "二要素認証", "技術", "防ぐ", "発生可能性", "仕組みで強制", "計画", "はい", "計画", "800000", "700000", "0", "5", UNIT_SYSTEMS },
	{ "ウイルス対策ソフト", "技術", "防ぐ、見つける", "発生可能性", "仕組みで強制", "実施済み", "はい", "計画", "300000", "480000", "0", "3", UNIT_SYSTEMS },
	{ "端末の監視と検知（EDR）", "技術", "見つける、直す", "発生可能性、損失", "仕組みで強制", "計画", "はい", "計画", "1000000", "1800000", "500000", "5", UNIT_SYSTEMS },
	{ "通販サイトの脆弱性診断", "技術", "見つける", "発生可能性", "仕組みで強制", "計画", "はい", "計画", "0", "1500000", "0", "1", UNIT_SYSTEMS },
	{ "通販サイト前のWAF", "技術", "防ぐ", "発生可能性", "仕組みで強制", "計画", "はい", "計画", "500000", "1200000", "0", "5", UNIT_SYSTEMS },
	{ "切り離したバックアップ", "技術", "直す", "損失", "仕組みで強制", "実施中", "はい", "計画", "1500000", "300000", "0", "5", UNIT_SYSTEMS },
	{ "ノートPCの暗号化", "技術", "防ぐ", "損失", "仕組みで強制", "実施済み", "いいえ", "計画", NULL, NULL, NULL, NULL, UNIT_SYSTEMS },
	{ "スマートフォンの遠隔消去", "技術", "直す", "損失", "仕組みで強制", "計画", "はい", "計画", "100000", "240000", "0", "3", UNIT_SYSTEMS },
	{ "USBメモリの使用禁止", "技術", "防ぐ", "発生可能性", "ルールだけ", "実施済み", "いいえ", "計画", NULL, NULL, NULL, NULL, UNIT_SYSTEMS },
	{ "USBメモリを仕組みで止める", "技術", "防ぐ", "発生可能性", "仕組みで強制", "計画", "はい", "計画", "400000", "150000", "0", "4", UNIT_SYSTEMS },
	{ "ログの保存と集約", "技術", "見つける", "損失", "仕組みで強制", "計画", "はい", "計画", "600000", "500000", "0", "5", UNIT_SYSTEMS },
	{ "ログの監視を委託する", "技術", "見つける", "損失", "仕組みで強制", "計画", "はい", "計画", "0", "2400000", "0", "1", UNIT_SYSTEMS },
	{ "書庫の施錠と鍵の管理", "物理", "防ぐ", "発生可能性", "仕組みで強制", "実施済み", "はい", "計画", "200000", "0", "0", "10", UNIT_GENERAL },
	{ "事務所の入退室管理", "物理", "防ぐ、見つける", "発生可能性", "仕組みで強制", "計画", "はい", "計画", "3000000", "200000", "0", "10", UNIT_GENERAL },
	{ "無停電電源装置", "物理", "直す", "損失", "仕組みで強制", "停止", "はい", "計画", "400000", "0", "0", "5", UNIT_SYSTEMS },
	{ "漏えい後の緊急点検", "組織", "見つける、直す", "損失", NULL, NULL, "はい", "随時", NULL, NULL, "3000000", NULL, UNIT_SYSTEMS },
};

/* Yen: loss of one event = value x share; points: four factors. */
static const struct {
	const char *name, *value, *exposure, *times, *years, *treatment, *state; /* treatment NULL: not decided */
	int unit;
} losses[] = {
	{ "通販サイトから顧客情報が漏れる", "120000000", "40", "1", "10", "低減", NULL, UNIT_SYSTEMS },
	{ "ランサムウェアで通販が止まる", "80000000", "50", "1", "8", "低減", NULL, UNIT_SYSTEMS },
	{ "退職者が顧客名簿を持ち出す", "60000000", "20", "1", "5", "低減", NULL, UNIT_SALES },
	{ "メールの誤送信で個人情報が漏れる", "3000000", "50", "2", "1", NULL, NULL, UNIT_ORDERS },
	{ "スマートフォンをなくす", "2000000", "30", "3", "1", "低減", NULL, UNIT_SALES },
	{ "委託先から個人情報が漏れる", "90000000", "30", "1", "15", "移転", NULL, UNIT_GENERAL },
	{ "停電でサーバーが止まる", "5000000", "20", "1", "4", NULL, NULL, UNIT_SYSTEMS },
	{ "偽の請求で送金してしまう", "20000000", "50", "1", "10", NULL, NULL, UNIT_ACCOUNTS },
	{ "書庫の契約書がなくなる", "4000000", "25", "1", "10", NULL, NULL, UNIT_GENERAL },
};
static const struct {
	const char *name, *factor[4];
	int unit;
} points[] = {
	{ "USBメモリで持ち出される", { "2", "2", "2", "3" }, UNIT_SYSTEMS },
	{ "来客が事務所に入り込む", { "2", "1", "2", "2" }, UNIT_GENERAL },
	{ "改ざんされた取扱説明が公開される", { "1", "2", "2", "1" }, UNIT_PROMOTION },
};

static const struct {
	const char *risk, *control, *factor, *amount; /* amount: percent of the annual loss, or the level afterwards */
	int due;                                      /* days from today */
	const char *progress;
} treatments[] = {
	{ "通販サイトから顧客情報が漏れる", "通販サイトの脆弱性診断", "年間損失", "30", 60, "10" },
	{ "通販サイトから顧客情報が漏れる", "通販サイト前のWAF", "年間損失", "45", 120, "0" },
	{ "通販サイトから顧客情報が漏れる", "二要素認証", "年間損失", "20", 90, "20" },
	{ "通販サイトから顧客情報が漏れる", "ログの監視を委託する", "年間損失", "15", 150, NULL },
	{ "ランサムウェアで通販が止まる", "端末の監視と検知（EDR）", "年間損失", "45", 120, "0" },
	{ "ランサムウェアで通販が止まる", "切り離したバックアップ", "年間損失", "55", 30, "60" },
	{ "ランサムウェアで通販が止まる", "標的型メールの訓練", "年間損失", "15", 75, NULL },
	{ "ランサムウェアで通販が止まる", "ウイルス対策ソフト", "年間損失", "25", -200, NULL },
	{ "退職者が顧客名簿を持ち出す", "USBメモリを仕組みで止める", "年間損失", "35", 90, "0" },
	{ "退職者が顧客名簿を持ち出す", "ログの保存と集約", "年間損失", "15", 120, NULL },
	{ "メールの誤送信で個人情報が漏れる", "誤送信を防ぐ送信前の確認", "年間損失", "30", -100, NULL },
	{ "メールの誤送信で個人情報が漏れる", "外部講師による研修", "年間損失", "20", 100, NULL },
	{ "スマートフォンをなくす", "スマートフォンの遠隔消去", "年間損失", "60", 45, "30" },
	{ "委託先から個人情報が漏れる", "委託先の年1回の点検", "年間損失", "35", 150, "0" },
	{ "偽の請求で送金してしまう", "標的型メールの訓練", "年間損失", "20", 75, NULL },
	{ "偽の請求で送金してしまう", "二要素認証", "年間損失", "30", 90, NULL },
	{ "USBメモリで持ち出される", "USBメモリを仕組みで止める", "発生可能性", "1", 90, "0" },
	{ "来客が事務所に入り込む", "事務所の入退室管理", "発生可能性", "1", 200, NULL },
};

/* More often than its acceptance allows. */
#define OFTEN_LIMIT "1"
#define OFTEN "2"

/* Valid, about to end, past its term, happened too often, and not looked at yet; of every kind. */
static const struct {
	const char *risk, *kind, *reason, *watch, *limit, *damage;
	int before, until;       /* days from today */
	bool confirmed;
} acceptances[] = {
	{ "社用の携帯電話をなくす", "影響が小さい", "離れた所から消せ、残る影響が小さい", "紛失の件数を毎月数える", "3", NULL, -25, 330, true },
	{ "停電でサーバーが止まる", "めったに起きない", "4年に1回で、その日のうちに復旧できる", "停電の回数と復旧までの時間", "1", "半日ほど受注が止まる", -25, 360, true },
	{ "書庫の契約書がなくなる", "影響が小さい", "控えがあり、被害が小さい", "紛失の件数を毎月数える", "2", NULL, -25, 12, true },
	{ "改ざんされた取扱説明が公開される", "影響が小さい", "すぐに差し替えられる", "差し替えの件数", "3", NULL, -25, 180, true },
	{ "来客が事務所に入り込む", "めったに起きない", "入退室管理を入れるまでの間だけ受け入れる", "受付のない時間の来客の数", NULL, NULL, -25, -2, true },
	{ "懸賞の応募者の情報が漏れる", "影響が小さい", "応募者が少なく、年間損失が上限を下回る", "宛先を誤った発送の件数", OFTEN_LIMIT, NULL, -25, 300, true },
	{ "地震で倉庫の棚が倒れる", "下げるのが難しい、費用が見合わない", "棚の入れ替えは倉庫の移転まで待つほかない", "震度5以上の地震のあとの点検", NULL, "出荷が2日止まり、商品が壊れる", -3, 365, false },
};

struct making {
	struct reg_ctx *ctx;
	const struct principal *by;
	struct date today;
	const int64_t *unit;
	int64_t person;
	int r;
};

static struct change new_row(struct making *m, const struct reg_view *v)
{
	return change_new(m->ctx->arena, CHANGE_SAVE, v, 0);
}

static void set(struct making *m, struct change *c, const char *field, const char *text)
{
	if (text)
		change_set_text(c, m->ctx->arena, field, text);
}

static void set_id(struct change *c, const char *field, int64_t id)
{
	if (id)
		change_set(c, reg_view_field(c->view, str_of(field)), (struct value){ .known = true, .i = id });
}

static void set_day(struct making *m, struct change *c, const char *field, int days)
{
	set(m, c, field, str_z(m->ctx->arena, date_iso(m->ctx->arena, date_add_days(m->today, days))));
}

static int64_t save(struct making *m, const struct change *c)
{
	struct written w = { 0 };
	m->ctx->by = m->by;
	if (m->r == 0)
		m->r = reg_write(m->ctx, c, &w);
	if (m->r == ERR_INVALID && w.errors.n)
		die("demo %s: %.*s", c->view->reg->name, STR_FMT(note_str(m->ctx->arena, LANG_EN, &w.errors.error[0].why)));
	return w.id;
}

static struct reg_view view_of(struct making *m, const struct reg *r)
{
	struct reg_view v = { 0 };
	if (m->r == 0)
		m->r = reg_view_load(m->ctx->conn, m->ctx->arena, r, &v);
	return v;
}

static int64_t id_of(struct making *m, const char *name, bool risk)
{
	struct sql q;
	int64_t id = 0;
	sql_init(&q, m->ctx->arena);
	sql_lit(&q, "SELECT id FROM ");
	sql_name(&q, risk ? reg_risk.table : reg_control.table);
	sql_lit(&q, " WHERE name = ");
	sql_str(&q, str_of(name));
	/* Two assessments may know a risk by the same name: the one of this file, which came last. */
	sql_lit(&q, " ORDER BY id DESC LIMIT 1");
	if (m->r == 0)
		m->r = db_get_i64(m->ctx->conn, &q, &id);
	return id;
}

static void write_controls(struct making *m)
{
	struct reg_view v = view_of(m, &reg_control);
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(controls); i++) {
		struct change c = new_row(m, &v);
		const char *const text[][2] = { { "name", controls[i].name }, { "kind", controls[i].kind }, { "acts", controls[i].acts }, { "lowers", controls[i].lowers },
			{ "enforced", controls[i].enforced }, { "state", controls[i].state }, { "paid", controls[i].paid }, { "budget", controls[i].budget },
			{ "initial_cost", controls[i].initial }, { "running_cost", controls[i].running }, { "event_cost", controls[i].event }, { "life_years", controls[i].life } };
		for (size_t k = 0; k < COUNT_OF(text); k++)
			set(m, &c, text[k][0], text[k][1]);
		set_id(&c, "unit", m->unit[controls[i].unit]);
		set_id(&c, "owner", i % 4 ? m->person : 0);
		(void)save(m, &c);
	}
	static const struct { const char *kind, *from, *to; } joined[] = {
		{ "control_needs", "ログの監視を委託する", "ログの保存と集約" }, { "control_excludes", "内部監査", "外部の専門家による監査" },
	};
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(joined); i++) {
		struct note why;
		int64_t from = id_of(m, joined[i].from, false), to = id_of(m, joined[i].to, false);
		if (m->r == 0)
			m->r = link_add(m->ctx, link_find(str_of(joined[i].kind)), from, to, STR(""), &why);
	}
}

static void write_risks(struct making *m)
{
	struct reg_view a = view_of(m, &reg_assessment), v = view_of(m, &reg_risk);
	struct change c;
	if (m->r < 0)
		return;
	c = new_row(m, &a);
	set(m, &c, "name", "見本：事業のリスク（円）");
	set(m, &c, "method", "年間損失");
	set(m, &c, "scope", "全社");
	int64_t yen = save(m, &c);
	c = new_row(m, &a);
	set(m, &c, "name", "見本：現場のリスク（点数）");
	set(m, &c, "method", "掛け算方式");
	int64_t score = save(m, &c);
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(losses); i++) {
		c = new_row(m, &v);
		set(m, &c, "name", losses[i].name);
		set(m, &c, "loss_kind", "exposure");
		set(m, &c, "value_yen", losses[i].value);
		set(m, &c, "exposure", losses[i].exposure);
		set(m, &c, "aro_times", losses[i].times);
		set(m, &c, "aro_years", losses[i].years);
		set(m, &c, "treatment", losses[i].treatment);
		set(m, &c, "state", "評価済み");
		set_id(&c, "assessment", yen);
		set_id(&c, "unit", m->unit[losses[i].unit]);
		set_id(&c, "owner", m->person);
		(void)save(m, &c);
	}
	static const char *const factors[] = { "asset_value", "threat_level", "vulnerability_level", "likelihood" };
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(points); i++) {
		c = new_row(m, &v);
		set(m, &c, "name", points[i].name);
		for (size_t k = 0; k < COUNT_OF(factors); k++)
			set(m, &c, factors[k], points[i].factor[k]);
		set_id(&c, "assessment", score);
		set_id(&c, "unit", m->unit[points[i].unit]);
		(void)save(m, &c);
	}
}

static void write_treatments(struct making *m)
{
	struct reg_view t = view_of(m, &reg_treatment), v = view_of(m, &reg_acceptance);
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(treatments); i++) {
		struct change c = new_row(m, &t);
		set_id(&c, "risk", id_of(m, treatments[i].risk, true));
		set_id(&c, "control", id_of(m, treatments[i].control, false));
		set(m, &c, "factor", treatments[i].factor);
		set(m, &c, strcmp(treatments[i].factor, "年間損失") == 0 ? "reduction" : "level", treatments[i].amount);
		set_day(m, &c, "due_on", treatments[i].due);
		set(m, &c, "progress", treatments[i].due < 0 ? "100" : treatments[i].progress);
		if (treatments[i].due < 0)
			set_day(m, &c, "done_on", treatments[i].due);
		set_id(&c, "owner", m->person);
		(void)save(m, &c);
	}
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(acceptances); i++) {
		struct change c = new_row(m, &v);
		set_id(&c, "risk", id_of(m, acceptances[i].risk, true));
		set_id(&c, "accepted_by", m->person);
		set_day(m, &c, "accepted_on", acceptances[i].before);
		set_day(m, &c, "until", acceptances[i].until);
		const char *const seen = acceptances[i].confirmed ? "はい" : NULL;
		const char *const text[][2] = { { "kind", acceptances[i].kind }, { "reason", acceptances[i].reason }, { "watch", acceptances[i].watch },
			{ "occurrence_limit", acceptances[i].limit }, { "damage", acceptances[i].damage }, { "residual_confirmed", seen }, { "damage_bearable", seen },
			{ "occurrences", acceptances[i].limit ? "0" : NULL } };
		for (size_t k = 0; k < COUNT_OF(text); k++)
			set(m, &c, text[k][0], text[k][1]);
		(void)save(m, &c);
	}
}

static void write_effects(struct making *m)
{
	static const struct { const char *name, *control, *measure, *direction, *before, *after; } effects[] = {
		{ "訓練メールの添付を開いた人", "標的型メールの訓練", "%", "減るとよい", "18", NULL },
		{ "規程を知っている人", "入社時の研修", "%", "増えるとよい", "62", "81" },
		{ "誤送信の件数", "誤送信を防ぐ送信前の確認", "件/月", "減るとよい", "4", "2.5" },
		{ "ウイルスを検知した回数", "ウイルス対策ソフト", "件/月", "減るとよい", "3", "3" },
		{ "PCの紛失", "ノートPCの暗号化", "件/年", "減るとよい", "1", "2" },
	};
	struct reg_view e = view_of(m, &reg_control_effect), v = view_of(m, &reg_insurance);
	for (size_t i = 0; m->r == 0 && i < COUNT_OF(effects); i++) {
		struct change c = new_row(m, &e);
		set_id(&c, "control", id_of(m, effects[i].control, false));
		set(m, &c, "name", effects[i].name);
		set(m, &c, "measure", effects[i].measure);
		set(m, &c, "direction", effects[i].direction);
		set(m, &c, "baseline", effects[i].before);
		set_day(m, &c, "baseline_on", -300);
		set(m, &c, "after", effects[i].after);
		if (effects[i].after)
			set_day(m, &c, "after_on", -20);
		(void)save(m, &c);
	}
	struct change c = new_row(m, &v);
	static const char *const text[][2] = { { "name", "見本サイバー保険" }, { "insurer", "見本損害保険" }, { "premium", "480000" }, { "cover", "30000000" },
		{ "deductible", "1000000" }, { "loss", "48000000" }, { "covers", "investigation,call_centre,condolence,legal,prevention" } };
	for (size_t k = 0; m->r == 0 && k < COUNT_OF(text); k++)
		set(m, &c, text[k][0], text[k][1]);
	if (m->r < 0)
		return;
	set_day(m, &c, "starts_on", -320);
	set_day(m, &c, "renewal_on", 45);
	set_id(&c, "unit", m->unit[UNIT_GENERAL]);
	(void)save(m, &c);
}

/* What was accepted happened more often than was meant. */
static void count_occurrences(struct making *m)
{
	struct reg_view v = view_of(m, &reg_acceptance);
	struct sql q;
	int64_t id = 0;
	sql_init(&q, m->ctx->arena);
	sql_lit(&q, "SELECT t.id FROM risk_acceptance t JOIN risk_risk r ON r.id = t.risk WHERE t.occurrence_limit = " OFTEN_LIMIT
	            " AND r.name = '懸賞の応募者の情報が漏れる'");
	if (m->r == 0)
		m->r = db_get_i64(m->ctx->conn, &q, &id);
	if (m->r < 0)
		return;
	struct change c = change_new(m->ctx->arena, CHANGE_SAVE, &v, id);
	set(m, &c, "occurrences", OFTEN);
	c.reason = STR("宛先を誤った発送がまたあった");
	(void)save(m, &c);
}

int demo_controls(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t *unit, int64_t person)
{
	struct making m = { .ctx = ctx, .by = by, .today = today, .unit = unit, .person = person };
	write_controls(&m);
	return m.r;
}

int demo_treatments(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t *unit, int64_t person)
{
	struct making m = { .ctx = ctx, .by = by, .today = today, .unit = unit, .person = person };
	write_risks(&m);
	write_treatments(&m);
	return m.r;
}

int demo_effects(struct reg_ctx *ctx, const struct principal *by, struct date today, const int64_t *unit)
{
	struct making m = { .ctx = ctx, .by = by, .today = today, .unit = unit };
	write_effects(&m);
	count_occurrences(&m);
	return m.r;
}
