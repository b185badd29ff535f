/** What the server answers: the same types as there. */
import type { CrankView as Crank, SyscallsView } from '../src/index.js';
export type { DebuggedCrank, Found, ObjectView, Overview, VatView } from '../src/index.js';
export type CrankView = Crank & { readonly inside?: SyscallsView };
