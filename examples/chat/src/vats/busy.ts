/** A second vat, which takes the chat's place in memory. */
export const buildRootObject = (): object => Far('busy', { work: () => 'done' });
