/* Shared by the commands of prediction. */
#ifndef CORE_CLI_PREDICT_H
#define CORE_CLI_PREDICT_H

struct cli;

int cli_predict_eval(struct cli *c);
int cli_predict_train(struct cli *c);
int cli_predict_list(struct cli *c);
int cli_predict_backtest(struct cli *c);
int cli_predict_explain(struct cli *c);

#endif
