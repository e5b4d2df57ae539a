/* How long the rest of a key that begins with Esc is waited for. */
#include "config.h"
#include "tui/app/app_int.h"

#include "svcdesk/cfg.h"
#include "svcdesk/env.h"

int app_escape_ms(const struct sd_cfg *cfg)
{
	bool far = sd_env_get("SSH_TTY") || sd_env_get("SSH_CONNECTION"); /* there the bytes of one key may come apart */

	if (cfg && *sd_cfg_source(cfg, "escape-delay"))
		return sd_cfg_int(cfg, "escape-delay");
	return far ? DECODER_ESC_SSH_MS : DECODER_ESC_MS;
}
