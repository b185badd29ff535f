/** The engine's own evaluator, as it is before lockdown takes it away. */
export const feralEval = globalThis.eval as (text: string) => unknown;
