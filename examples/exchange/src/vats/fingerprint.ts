/**
 * A running FNV-1a hash of 64 bits over lines of text. It stands for a long list in a short report: lists
 * that differ have different ones, short of deliberate forgery.
 */
export const makeFingerprint = () => {
  let hash = 0xcbf29ce484222325n;
  return {
    add: (line: string) => {
      for (const character of `${line}\n`) {
        hash ^= BigInt(character.codePointAt(0)!);
        hash = BigInt.asUintN(64, hash * 0x100000001b3n);
      }
    },
    get: () => hash.toString(16).padStart(16, '0'),
  };
};
