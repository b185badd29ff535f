import type { Recording } from '@cooperage/recording';
import { labelOfCrank } from './labels.js';

export interface Found {
  readonly kind: 'crank' | 'object' | 'vat';
  readonly id: string;
  readonly text: string;
}

/** Results that are told. */
const MOST_FOUND = 200;

/** Cranks by what they delivered, objects and promises by kref, vats by name. */
export const search = (recording: Recording, wanted: string): Found[] => {
  const text = wanted.trim().toLowerCase();
  if (text === '') return [];
  const found: Found[] = [];
  const add = (each: Found): void => {
    if (found.length < MOST_FOUND) found.push(each);
  };
  for (const ref of [...recording.objects.keys(), ...recording.promises.keys()]) {
    const name = recording.nameOf(ref);
    if (ref === text || (name !== ref && name.toLowerCase().includes(text))) {
      add({ kind: 'object', id: ref, text: name === ref ? ref : `${name} (${ref})` });
    }
  }
  for (const [ref, name] of recording.names) {
    if (/^v\d+$/.test(ref) && (ref === text || name.toLowerCase().includes(text))) {
      add({ kind: 'vat', id: ref, text: `${name} (${ref})` });
    }
  }
  for (const crank of recording.cranks) {
    const label = labelOfCrank(recording, crank);
    const where = recording.nameOf(crank.vatID ?? 'host');
    if (label.toLowerCase().includes(text) || String(crank.number) === text) {
      add({ kind: 'crank', id: String(crank.number), text: `${where}: ${label}` });
    }
  }
  return found;
};
