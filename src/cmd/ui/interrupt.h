/* What is to be done before SIGINT, SIGTERM or SIGHUP ends a command. */
#ifndef WT_CMD_UI_INTERRUPT_H
#define WT_CMD_UI_INTERRUPT_H

/* Let handler have these signals, but for those that our caller ignores, as nohup(1) does; calls are restarted. */
void interrupt_catch(void (*handler)(int number));

#endif
