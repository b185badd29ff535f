/**
 * `bringOutYourDead` of the past. An engine need not collect the same things at
 * the same time when a vat's history is run again, so that crank is not run but
 * learnt from: what it told the kernel and deleted is taken to be dead here,
 * whatever this engine still has in memory. User code could not reach it then,
 * so it cannot now. No syscall is made; the rows are the supervisor's business.
 *
 * What this engine has collected and that one had not stays possibly dead, for
 * the next `bringOutYourDead`.
 */
import {
  type CapData,
  recognizedByDataPrefix,
  type SyscallEntry,
  type VRef,
} from '@cooperage/types';
import type { Exports } from '../refs/exports.js';
import type { ImportNames } from '../refs/import-names.js';
import type { PossiblyDead } from './possibly-dead.js';
import type { Recognizers } from './recognizers.js';
import type { ReferenceCounts } from './reference-counts.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isRemotable } from '../refs/vref.js';

const EXPORT_STATUS = 'vom.es.';
const STATE = /^vom\.o\+/;
const COLLECTION_ROW = /^vc\.(\d+)\.(.*)$/s;

/** The references that a deleted row named, given what was in it. */
const namedBy = (key: string, text: string): readonly VRef[] => {
  if (STATE.test(key)) {
    const state = JSON.parse(text) as Record<string, CapData<VRef>>;
    return Object.values(state).flatMap(({ slots }) => slots);
  }
  const row = COLLECTION_ROW.exec(key)?.[2];
  if (row === undefined || (row.startsWith('|') && row !== '|schemata')) return [];
  return (JSON.parse(text) as CapData<VRef>).slots;
};

export interface ReplayDeathsPowers {
  readonly slots: SlotTable;
  readonly counts: ReferenceCounts;
  readonly exports: Exports;
  readonly recognizers: Recognizers;
  readonly possiblyDead: PossiblyDead;
  readonly names: ImportNames;
}

export const makeReplayDeaths = ({
  slots,
  counts,
  exports,
  recognizers,
  possiblyDead,
  names,
}: ReplayDeathsPowers): ((past: readonly SyscallEntry[]) => void) => {
  const bury = (base: VRef): void => {
    slots.forget(base);
    possiblyDead.dead.delete(base);
  };

  /** What was counted in memory because the deleted rows named it. */
  const release = (past: readonly SyscallEntry[]): void => {
    const contents = new Map<string, string>();
    const deleted = new Set<string>();
    for (const [syscall, answer] of past) {
      if (syscall[0] === 'vatstoreGet' && typeof answer === 'string')
        contents.set(syscall[1], answer);
      if (syscall[0] === 'vatstoreDelete') deleted.add(syscall[1]);
    }
    for (const key of deleted) {
      const text = contents.get(key);
      const named = text === undefined ? [] : namedBy(key, text);
      for (const vref of named) if (isRemotable(vref) || vref.startsWith('p')) counts.remove(vref);
      // The keys of a collection that is not weak are counted, too.
      const [, collectionID, row] = COLLECTION_ROW.exec(key) ?? [];
      const keyRef = row?.startsWith('|o') ? (row.slice(1) as VRef) : undefined;
      if (
        keyRef !== undefined &&
        isRemotable(keyRef) &&
        !deleted.has(`${recognizedByDataPrefix(keyRef)}${collectionID}`)
      ) {
        counts.remove(keyRef);
      }
    }
  };

  return (past) => {
    release(past);
    for (const [syscall] of past) {
      switch (syscall[0]) {
        case 'dropImports':
          for (const vref of syscall[1]) {
            bury(vref);
            names.forget(vref);
          }
          break;
        case 'retireImports':
          for (const vref of syscall[1]) {
            recognizers.ceaseInMemory(vref);
            possiblyDead.retired.delete(vref);
          }
          break;
        case 'retireExports':
          for (const vref of syscall[1]) {
            if (!isRemotable(vref)) continue;
            exports.forgetRemotable(vref);
            bury(vref);
          }
          break;
        case 'vatstoreDelete':
          // Written for each virtual or durable object that is deleted, and for no other reason.
          if (syscall[1].startsWith(EXPORT_STATUS)) {
            const base = syscall[1].slice(EXPORT_STATUS.length) as VRef;
            recognizers.ceaseInMemory(base);
            bury(base);
          }
          break;
        default:
      }
    }
  };
};
