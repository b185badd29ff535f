/** Text as the engine takes and gives it: UTF-8 in which a lone surrogate stands for itself. */
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

const LONE = /\p{Surrogate}/u;

export const encodeText = (text: string): Uint8Array => {
  // What `encode` makes of a lone surrogate is another character.
  if (!LONE.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const unit = character.charCodeAt(0);
    if (character.length === 1 && isSurrogate(unit)) {
      bytes.push(0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
    } else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
};

const decodeLoosely = (bytes: Uint8Array): string => {
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const second = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xed || second < 0xa0) continue;
    text += strict.decode(bytes.subarray(from, at));
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | ((bytes[at + 2] ?? 0) & 0x3f));
    at += 2;
    from = at + 1;
  }
  return text + strict.decode(bytes.subarray(from));
};

/** @param bytes copied out of memory, not shared */
export const decodeText = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
};
