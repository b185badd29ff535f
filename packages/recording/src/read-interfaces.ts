/** What messages and answers say of the objects in them: each is passed with the name of its interface. */
import type { CapData, KRef } from '@cooperage/types';

/** Of an object: `"$2.Alleged: purse"`. In a string, `$` is never the first character. */
const SMALLCAPS = /"\$(\d{1,9})\.((?:[^"\\]|\\.){1,1000})"/g;
/** The encoding of older kernels. */
const CAPDATA = /\{"@qclass":"slot"(?:,"(?:iface|index)":(?:"(?:[^"\\]|\\.){0,1000}"|\d{1,9}))*\}/g;

const LONGEST = 200;

const nameOf = (alleged: string): string => alleged.replace(/^Alleged: /, '').slice(0, LONGEST);

/** The references in a body with the names of their interfaces, as the body says; what cannot be read is left out. */
export const interfacesIn = ({ body, slots }: CapData<KRef>): [KRef, string][] => {
  const found: [KRef, string][] = [];
  const add = (index: unknown, alleged: unknown): void => {
    const ref = slots[Number(index)];
    if (ref !== undefined && typeof alleged === 'string') found.push([ref, nameOf(alleged)]);
  };
  try {
    if (body.startsWith('#')) {
      for (const [, index, text] of body.matchAll(SMALLCAPS)) {
        add(index, JSON.parse(`"${text}"`));
      }
    } else {
      for (const [text] of body.matchAll(CAPDATA)) {
        const { iface, index } = JSON.parse(text) as { iface?: unknown; index?: unknown };
        add(index, iface);
      }
    }
  } catch {
    // A damaged body names nothing.
  }
  return found;
};
