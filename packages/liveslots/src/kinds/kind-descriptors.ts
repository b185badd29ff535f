/** The rows that describe kinds, and the numbers of their instances. */
import { makeError, q, X } from '@endo/errors';
import type { CapData, LiveSlotsSyscall, VRef } from '@cooperage/types';
import { keysWithPrefix } from '../refs/vatstore-keys.js';

/** Under `vom.dkind.<K>.descriptor`: what a kind must stay compatible with when it is defined again. */
export interface DurableKindDescriptor {
  readonly kindID: string;
  readonly tag: string;
  readonly unfaceted?: boolean;
  readonly facets?: readonly string[];
  readonly stateShapeCapData?: CapData<VRef>;
}

export interface KindDescriptors {
  /** No code reads it; it tells people what a kind was. */
  saveVirtual(kindID: string, tag: string): void;
  saveDurable(descriptor: DurableKindDescriptor): void;
  loadDurable(kindID: string): DurableKindDescriptor;
  allDurable(): DurableKindDescriptor[];
  /** The kind is new: its instances count from 1. */
  startInstances(kindID: string, isDurable: boolean): void;
  /** The kind was defined by an earlier incarnation: its instances go on counting. */
  resumeInstances(kindID: string): void;
  nextInstance(kindID: string): number;
  flush(): void;
  readonly instances: ReadonlyMap<string, { readonly next: number }>;
}

const PREFIX = 'vom.dkind.';
const descriptorKey = (kindID: string): string => `${PREFIX}${kindID}.descriptor`;
const nextKey = (kindID: string): string => `${PREFIX}${kindID}.nextID`;

export const makeKindDescriptors = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet' | 'vatstoreGetNextKey'>,
): KindDescriptors => {
  const instances = new Map<string, { next: number; isDurable: boolean }>();
  const dirty = new Set<string>();

  return {
    saveVirtual(kindID, tag) {
      syscall.vatstoreSet(`vom.vkind.${kindID}.descriptor`, JSON.stringify({ kindID, tag }));
    },
    saveDurable(descriptor) {
      syscall.vatstoreSet(descriptorKey(descriptor.kindID), JSON.stringify(descriptor));
    },
    loadDurable(kindID) {
      const row = syscall.vatstoreGet(descriptorKey(kindID));
      if (row === undefined) throw makeError(X`no durable kind ${q(kindID)}`);
      return JSON.parse(row) as DurableKindDescriptor;
    },
    allDurable() {
      const all: DurableKindDescriptor[] = [];
      for (const key of keysWithPrefix(syscall, PREFIX)) {
        if (key.endsWith('.descriptor')) {
          all.push(JSON.parse(syscall.vatstoreGet(key) as string) as DurableKindDescriptor);
        }
      }
      return all;
    },
    startInstances(kindID, isDurable) {
      instances.set(kindID, { next: 1, isDurable });
      if (isDurable) dirty.add(kindID);
    },
    resumeInstances(kindID) {
      if (instances.has(kindID)) return;
      const next = Number(syscall.vatstoreGet(nextKey(kindID)));
      instances.set(kindID, { next, isDurable: true });
    },
    nextInstance(kindID) {
      const kind = instances.get(kindID);
      if (kind === undefined) throw makeError(X`no kind ${q(kindID)}`);
      const instance = kind.next;
      kind.next += 1;
      if (kind.isDurable) dirty.add(kindID);
      return instance;
    },
    flush() {
      for (const kindID of [...dirty].sort()) {
        syscall.vatstoreSet(nextKey(kindID), `${instances.get(kindID)?.next ?? 1}`);
      }
      dirty.clear();
    },
    instances,
  };
};
