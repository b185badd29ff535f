/** The number of single-letter changes between two words, a swap of neighbours counted as one. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] as number;
};

/** No word that is known is longer; and comparing takes time in proportion, which a vat may not ask for. */
const LONGEST = 64;

/** The known word that `word` was probably meant to be. */
export const closest = (word: string, words: Iterable<string>): string | undefined => {
  if (word.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const each of words) {
    const [meant, known] = [word.toLowerCase(), each.toLowerCase()];
    // The beginning of a word is as good as a word with one mistake.
    const isBeginning = meant.length > 2 && known.startsWith(meant);
    const changes = isBeginning ? 1 : distance(meant, known);
    if (changes < least) {
      least = changes;
      best = each;
    }
  }
  return best;
};

/** `; did you mean "x"?`, or nothing. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const best = closest(word, known);
  return best === undefined ? '' : `; did you mean "${best}"?`;
};

const MOST_NAMES = 20;

/**
 * What follows `no vat is named "x"`: `; did you mean "y"? (there are: y, z)`, or ` (there are: none)`. Of more than 20
 * names the first 20 are listed.
 */
export const thereAre = (word: string, known: readonly string[]): string => {
  const more = known.length - MOST_NAMES;
  const rest = more > 0 ? ` and ${more} more` : '';
  const list = known.length === 0 ? 'none' : `${known.slice(0, MOST_NAMES).join(', ')}${rest}`;
  return `${didYouMean(word, known)} (there are: ${list})`;
};
