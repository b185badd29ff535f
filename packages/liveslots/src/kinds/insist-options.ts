import { didYouMean } from '@cooperage/types';

/**
 * Refuses options that there are not: with a misspelt `durable` a collection would be lost in an upgrade. The published
 * liveslots ignore them.
 *
 * @throws {TypeError}
 */
export const insistOptions = (of: string, options: object, known: readonly string[]): void => {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known);
    throw new TypeError(`${of} has no option "${name}"${hint} (it has ${known.join(', ')})`);
  }
};
