/**
 * A vat and its worker as the kernel sees them: texts of deliveries in, texts of
 * completion records out. What it does is a function of the seed and of the
 * deliveries, so that it can be brought back by running them again.
 */
import {
  formatCompletionRecord,
  type NumberedDelivery,
  type SyscallEntry,
  type VatID,
} from '@cooperage/types';
import { behave, type CrankContext, type Profile } from './behaviour.js';
import type { DurableState } from './durable-state.js';
import { identityAt, type Lineage } from '../world/lineage.js';
import { makeRandom } from '../random.js';
import type { VatSideRules } from '../mutations/rules.js';
import { makeVatTables, type VatTables } from './vat-tables.js';

export interface ScriptedVat {
  readonly tables: VatTables;
  /** Runs one crank. @returns the record's text; undefined once the vat has ended */
  deliver(text: string): string | undefined;
  /** The deliveries in which the vat did what no vat may do. */
  readonly faults: ReadonlyMap<number, string>;
  readonly newest: number;
  /** It has let go of everything. */
  readonly finishing: boolean;
}

export interface ScriptedVatOptions {
  readonly vatID: VatID;
  readonly seed: string;
  readonly window: number;
  readonly profile: Profile;
  readonly rules: VatSideRules;
  /** What an earlier incarnation left, and its last delivery. */
  readonly durable?: DurableState | undefined;
  readonly last?: number;
  /** What it was before it was a fork. */
  readonly lineage?: Lineage;
  /**
   * There are other kernels: no promise waits for one that was made later, because promises of several kernels that wait for
   * each other are never settled.
   */
  readonly isLinked?: boolean;
}

export const makeScriptedVat = ({
  vatID,
  seed,
  window,
  profile,
  rules,
  durable,
  last = 0,
  lineage = [],
  isLinked = false,
}: ScriptedVatOptions): ScriptedVat => {
  let syscalls: SyscallEntry[] = [];
  const began = identityAt(vatID, lineage, last);
  const tables = makeVatTables(
    began,
    rules,
    (syscall) => syscalls.push([syscall]),
    durable,
    last,
    isLinked,
  );
  const faults = new Map<number, string>();
  let finishing = durable?.finishing ?? false;
  let ended = false;
  let newest = last;
  return {
    tables,
    faults,
    get newest() {
      return newest;
    },
    get finishing() {
      return finishing;
    },
    deliver: (text) => {
      if (ended) return undefined;
      const numbered = JSON.parse(text) as NumberedDelivery;
      const { n } = numbered;
      newest = n;
      const self = identityAt(vatID, lineage, n);
      tables.become(self);
      syscalls = [];
      const context: CrankContext = {
        tables,
        random: makeRandom(`${seed}/${self}/${n}`),
        profile,
        n,
        window,
        finishing,
        durable,
        isLinked,
      };
      const outcome = behave(context, tables.receive(numbered));
      finishing = context.finishing;
      if (outcome.fault !== undefined) faults.set(n, outcome.fault);
      ended = outcome.fault !== undefined || outcome.exited === true;
      return (
        outcome.text ??
        formatCompletionRecord({
          n,
          status: outcome.error === undefined ? ['ok'] : ['error', outcome.error],
          syscalls,
          usage: null,
        })
      );
    },
  };
};
