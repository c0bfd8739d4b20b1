/* The demo company's near misses: two months of reports as they came, most of them by the report page, and what the lead made of them. */
#include "main/demo.h"

#include "base/log.h"
#include "incident/door.h"
#include "incident/triage.h"
#include "register/query.h"
#include "main/demo_data.h"

/* A report by the page of a unit, or of the company (-1), and when and how it was sorted. */
static const struct near {
	int day, unit, kind;
	const char *what, *place, *reporter;
	int sorted_day;                /* -1: still new */
	enum near_miss_state state;
	const char *answer, *note, *topic;
} rows[] = {
	{ 58, UNIT_ORDERS, 1, "注文確認のメールを、似た名前の別の取引先に送るところでした。送信前に宛名の違いに気づいて止めました。", "受注センターの席", NULL, 45, NEAR_MISS_IS,
	  "止めてくださってありがとうございます。宛先の候補に社外の名前が並ぶ設定を見直します。", NULL, "送信前に、宛先の会社名を声に出して確かめる。" },
	{ 58, UNIT_WAREHOUSE, 7, "朝いちばんに来たら、倉庫の通用口が開いたままでした。中のものは減っていません。", "倉庫 通用口", NULL, 45, NEAR_MISS_IS, "夜の見回りで扉を引いて確かめるようにしました。", NULL, NULL },
	{ 45, -1, 3, "荷物の再配達を知らせるSMSが、会社のスマートフォンに来ました。リンクは開いていません。", NULL, NULL, 30, NEAR_MISS_IS, "開かずに知らせてくださり、助かりました。同じものが来たら消してください。", NULL, "再配達のSMSは開かない。" },
	{ 45, UNIT_ORDERS, 6, "複合機に、だれかの注文一覧が残っていました。シュレッダーにかけました。", "2階の複合機", NULL, 30, NEAR_MISS_IS, "ありがとうございます。次の朝礼で伝えます。", NULL, NULL },
	{ 45, UNIT_SALES, 2, "会社のノートPCを電車の網棚に忘れ、終点で受け取りました。PCは暗号化してあります。", NULL, "例示 報告者", 30, NEAR_MISS_INCIDENT, "すぐに知らせてくださってよかったです。届出と確認はこちらで進めます。",
	  "暗号化の設定と、ログオンの記録を確かめる。", NULL },
	{ 30, -1, 9, "私物のスマートフォンで会社のメールを見てもよいのでしょうか。", NULL, NULL, 28, NEAR_MISS_QUESTION, "登録した端末だけ使えます。登録は情報システム課に申し込んでください。", NULL, NULL },
	{ 30, UNIT_ORDERS, 1, "FAXの短縮番号を一つ間違えて押しました。相手が出る前に切りました。", NULL, NULL, 28, NEAR_MISS_IS, "短縮番号の表を大きな字で貼り直しました。", NULL, NULL },
	{ 28, -1, 9, "食堂の自動販売機のお釣りが出ません。", "食堂", NULL, 21, NEAR_MISS_NOTHING, "総務課に伝えました。", "セキュリティのことではない。", NULL },
	{ 28, UNIT_WAREHOUSE, 5, "出荷用の共有フォルダで、給与という名前のフォルダが見えました。中は開いていません。", NULL, NULL, 21, NEAR_MISS_IS, "権限の設定を直しました。見えていた期間を確かめています。", "設定の変更は棚卸しのあと。", NULL },
	{ 21, UNIT_ORDERS, 3, "社長の名前で、急いで振り込んでほしいというメールが来ました。差出人のアドレスが社外のものでした。", NULL, NULL, 14, NEAR_MISS_IS, "見抜いてくださってありがとうございます。全員に注意を回しました。", NULL, "急がせる依頼は、電話で確かめる。" },
	{ 14, UNIT_ORDERS, 6, "離席中の画面に、お客様の住所が映ったままの席がありました。", NULL, NULL, 10, NEAR_MISS_IS, "5分で画面が消える設定にします。", NULL, NULL },
	{ 14, UNIT_WAREHOUSE, 7, "見慣れない人が荷さばき場にいました。声をかけたら、配送会社の新しい人でした。", "荷さばき場", NULL, 10, NEAR_MISS_IS, "声をかけてくださってありがとうございます。", NULL, NULL },
	{ 10, UNIT_WAREHOUSE, 8, "在庫の表を上書きして、前の日の分を消しました。控えから戻せました。", NULL, NULL, 7, NEAR_MISS_IS, "戻せてよかったです。前の版に戻す手順を共有します。", NULL, NULL },
	{ 3, UNIT_ORDERS, 4, "添付の請求書を開いたら、黒い画面が一瞬出ました。回線は抜きました。", "受注センターの席", NULL, -1, NEAR_MISS_NEW, NULL, NULL, NULL },
	{ 3, -1, 0, "廊下で名札を拾いました。受付に預けてあります。", "1階の廊下", NULL, -1, NEAR_MISS_NEW, NULL, NULL, NULL },
	{ 0, UNIT_WAREHOUSE, 2, "鍵束が一つ見当たりません。今日の当番の人たちで探しています。", "倉庫の事務所", NULL, -1, NEAR_MISS_NEW, NULL, NULL, NULL },
};

static int64_t made[COUNT_OF(rows)];

static int take(struct reg_ctx *ctx, const struct near *n, const int64_t *unit, size_t i)
{
	struct door *door;
	size_t doors = 0, k = 0;
	int r = door_list(ctx->conn, ctx->arena, ctx->key, &door, &doors);
	const int64_t wanted = n->unit < 0 ? 0 : unit[n->unit];
	while (r == 0 && k < doors && door[k].unit_id != wanted)
		k++;
	if (r < 0 || k == doors || !door[k].id)
		return r < 0 ? r : ERR_NOT_FOUND;
	struct told t = { .secret = door[k].secret, .address = STR("demo"), .what = str_of(n->what), .kind = n->kind, .happened_on = date_iso(ctx->arena, clock_today()),
		.place = n->place ? str_of(n->place) : STR_NULL, .reporter = n->reporter ? str_of(n->reporter) : STR_NULL };
	if (stamp_read(ctx->key, stamp_make(ctx->arena, ctx->key, door[k].id), &t.stamp) == STAMP_FORGED)
		return ERR_CORRUPT;
	r = report_take(ctx->conn, ctx->arena, ctx->key, &t);
	made[i] = t.record_id;
	return r < 0 ? r : t.taken == TAKEN_NEW ? 0 : ERR_BUSY;
}

static int set_texts(struct reg_ctx *ctx, int64_t id, const char *topic)
{
	struct reg_view view;
	struct written w;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_near_miss, &view);
	if (r < 0 || !topic)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, id);
	change_set_text(&c, ctx->arena, "training", "はい");
	change_set_text(&c, ctx->arena, "topic", topic);
	return reg_write(ctx, &c, &w);
}

/* What was found out about the incident since. */
static int set_incident(struct reg_ctx *ctx, int64_t id)
{
	struct reg_view view;
	struct written w;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_incident, &view);
	if (r < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, id);
	change_set_text(&c, ctx->arena, "severity", "軽微な事故");
	change_set_text(&c, ctx->arena, "affected", "営業用のノートPC 1台。名刺データの控えが入っていた。");
	change_set_text(&c, ctx->arena, "measures", "駅から受け取り、パスワードを変えた。ログオンの記録に、本人以外のものはなかった。");
	return reg_write(ctx, &c, &w);
}

static int sort(struct reg_ctx *ctx, const struct near *n, size_t i)
{
	struct reg_view view;
	struct row row;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_near_miss, &view);
	if (r == 0)
		r = reg_get(ctx->conn, ctx->arena, ctx->by, &view, made[i], &row);
	if (r < 0)
		return r;
	struct triage t = { .id = made[i], .state = n->state, .said = true, .answer = str_of(n->answer), .note = n->note ? str_of(n->note) : STR_NULL, .kind = n->kind, .unit_id = row.unit_id };
	r = triage_do(ctx, &t);
	if (r == 0)
		r = set_texts(ctx, made[i], n->topic);
	return r == 0 && t.incident_id ? set_incident(ctx, t.incident_id) : r;
}

static int make_doors(struct reg_ctx *ctx, const int64_t *unit)
{
	static const int units[] = { -1, UNIT_ORDERS, UNIT_WAREHOUSE, UNIT_SALES };
	int r = 0;
	for (size_t i = 0; r == 0 && i < COUNT_OF(units); i++) {
		int64_t id;
		r = door_make(ctx, units[i] < 0 ? 0 : unit[units[i]], &id);
	}
	return r;
}

int demo_near_misses(struct reg_ctx *ctx, const struct principal *lead, int day, const int64_t *unit)
{
	struct reg_ctx as = *ctx;
	int r = 0;
	as.by = lead;
	if (day == 60)
		r = make_doors(&as, unit);
	for (size_t i = 0; r == 0 && i < COUNT_OF(rows); i++) {
		if (rows[i].day == day)
			r = take(&as, &rows[i], unit, i);
		if (r == 0 && rows[i].sorted_day == day)
			r = sort(&as, &rows[i], i);
		if (r < 0)
			log_line(LOG_LEVEL_ERROR, "demo: near miss %zu on day -%d: %s", i, day, err_name(r));
	}
	return r;
}
