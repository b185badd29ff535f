import { LIMITS } from '../limits.js';

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/**
 * A text that a guest had a hand in, cut to what may be put into messages, rows and logs again and again.
 * @param most characters, the ellipsis included
 */
export const clip = (text: string, most: number = LIMITS.reasonLength): string => {
  if (text.length <= most) return text;
  const end = isHighSurrogate(text.charCodeAt(most - 2)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
};

const QUOTED = 80;

/** A guest's text in the words of an error: in quotes, and never long. */
export const quoted = (text: string): string => `"${clip(text, QUOTED)}"`;
