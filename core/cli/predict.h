/* Shared by the commands of prediction. */
#ifndef CORE_CLI_PREDICT_H
#define CORE_CLI_PREDICT_H

struct cli;

int cli_predict_eval(struct cli *c);

#endif
