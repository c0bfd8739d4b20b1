/*
 * Threats, weaknesses, assessments and risks; and risk by the ledger method (IPA方式): threat frequency x vulnerability -> likelihood of damage; importance x likelihood ->
 * risk value; bands. The tables are settings; the two questionnaires (脅威の状況, 対策状況チェック) are registers of this
 * room, answered per kind of storage place. This header is what other rooms may use.
 *
 * Source of the rules: course_04_05 sections 1.2 and 3.3 (the 19-column sheet), as stated in docs/decisions/.
 */
#ifndef RISK_RISK_H
#define RISK_RISK_H

#include "register/register.h"
#include "register/setting.h"

extern const struct reg reg_threat_situation;
extern const struct reg reg_control_check;
extern const struct reg reg_threat;
extern const struct reg reg_device_check;
extern const struct reg reg_weakness;
extern const struct reg reg_assessment; /* one method each: enum risk_method of risk/scoring.h */
extern const struct reg reg_loss_sheet;
extern const struct reg reg_risk;
extern const struct reg reg_attack_tree;
extern const struct reg reg_stride_sheet;
extern const struct reg reg_stride_part;

/* Kinds of storage place, in the questionnaires and at places: the same numbers everywhere. */
enum place_kind { PLACE_PC = 1, PLACE_MOBILE, PLACE_SERVER, PLACE_PAPER, PLACE_CLOUD, PLACE_MEDIA };
extern const struct choice place_kinds[6];

extern const struct choice frequency_levels[3];      /* threat frequency 1-3 */
extern const struct choice vulnerability_levels[3];  /* 1 done, 2 partly, 3 not done */
extern const struct choice likelihood_levels[3];     /* likelihood of damage 1-3 */
extern const struct choice risk_bands[3];            /* 1 小, 2 中, 3 大 */
enum risk_band { BAND_LOW = 1, BAND_MIDDLE, BAND_HIGH };

extern const struct choice risk_methods[4];
enum stride { STRIDE_SPOOFING = 1, STRIDE_TAMPERING, STRIDE_REPUDIATION, STRIDE_DISCLOSURE, STRIDE_DENIAL, STRIDE_ELEVATION };
extern const struct choice stride_kinds[6];
enum threat_source { THREAT_STANDARD = 1, THREAT_OWN, THREAT_STRIDE, THREAT_TREE, THREAT_INFORMATION };
enum risk_treatment { TREAT_AVOID = 1, TREAT_REDUCE, TREAT_TRANSFER, TREAT_RETAIN };
extern const struct choice risk_treatments[4]; /* with the synonyms that files use */
enum risk_state { RISK_IDENTIFIED = 1, RISK_ANALYSED, RISK_TREATED, RISK_ACCEPTED, RISK_CLOSED };
extern const struct choice risk_states[5];

/* The scale of a risk's assessment: which levels it knows. */
struct risk_scale {
	int64_t method;       /* enum risk_method; 0 while it has none */
	int64_t least, most;  /* of a level; most is INT64_MAX where no highest one is set, and where the method has no levels */
};
MUST_USE int risk_scale_of(struct reg_ctx *ctx, int64_t assessment, struct risk_scale *ret);

/* Today in the company's zone as a date field's value, in the arena. */
struct value risk_today_value(struct arena *a);

/* threat_frequency, vulnerability and the rest of asset_place and asset_asset: what the two registers name. */
extern const struct derivation risk_of_place;
extern const struct derivation risk_of_asset;

extern const struct setting risk_settings[];
extern const size_t risk_setting_count;

/* Fills the two questionnaires with the texts the product ships, unanswered. Within a write; once, when empty. */
MUST_USE int risk_seed_questionnaires(struct reg_ctx *ctx);
/* The same for the threats and the device check list. */
MUST_USE int risk_seed_lists(struct reg_ctx *ctx);

extern const struct route risk_routes[];
extern const size_t risk_route_count;

#endif
