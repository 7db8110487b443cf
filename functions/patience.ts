/** Milliseconds after which a call without an answer counts as lost: well before a function's own time is over. */
export const patience = 3000;
