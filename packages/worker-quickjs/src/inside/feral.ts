/** The engine's own evaluators, as they are before lockdown takes them away. */
import type { FeralEvaluators } from '@cooperage/supervisor';

export const feral: FeralEvaluators = { eval: globalThis.eval, Function: globalThis.Function };
