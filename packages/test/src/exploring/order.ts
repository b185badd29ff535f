/** One way in which a scenario can run: what is delivered when, and what goes wrong in between. */

/** What happens between two cranks. */
export interface Fault {
  /** After so many cranks. */
  readonly at: number;
  /** The kernel is killed and opened again; else the next upgrade is made. */
  readonly crash: boolean;
}

export interface Order {
  /** At each choice, the place of what is delivered among all that may be, oldest first. Those behind the last are 0. */
  readonly choices: readonly number[];
  readonly faults: readonly Fault[];
  /** Vats in memory at a time; all where it is left out. */
  readonly online?: number | undefined;
}

/** Everything in the order in which it was sent, and nothing goes wrong. */
export const IN_ORDER: Order = { choices: [], faults: [] };

/** As the kernel wants it: see `CoreOptions.choices`. */
export const choicesOf = ({ choices }: Order, first: number): string =>
  choices
    .map((place, index) => [first + index, place] as const)
    .filter(([, place]) => place !== 0)
    .map(([number, place]) => `${number}:${place}`)
    .join(',') || 'none';

/** As one short text, which {@link parseOrder} reads. */
export const formatOrder = ({ choices, faults, online }: Order): string => {
  const parts = [
    ...choices.flatMap((place, index) => (place === 0 ? [] : [`${index}:${place}`])),
    ...faults.map(({ at, crash }) => `${crash ? 'crash' : 'upgrade'}@${at}`),
    ...(online === undefined ? [] : [`online=${online}`]),
  ];
  return parts.length === 0 ? 'in order' : parts.join(' ');
};

/** @returns undefined for a text that is no order */
export const parseOrder = (text: string): Order | undefined => {
  if (text === 'in order') return IN_ORDER;
  const choices: number[] = [];
  const faults: Fault[] = [];
  let online: number | undefined;
  for (const part of text.split(' ')) {
    const choice = /^(\d{1,6}):(\d{1,9})$/.exec(part);
    const fault = /^(crash|upgrade)@(\d{1,9})$/.exec(part);
    const limit = /^online=([1-9]\d{0,5})$/.exec(part);
    if (choice !== null) {
      const index = Number(choice[1]);
      while (choices.length < index) choices.push(0);
      choices[index] = Number(choice[2]);
    } else if (fault !== null) faults.push({ at: Number(fault[2]), crash: fault[1] === 'crash' });
    else if (limit !== null) online = Number(limit[1]);
    else return undefined;
  }
  return { choices, faults, ...(online !== undefined && { online }) };
};

/** How far it is from the order of sending: what a shrunk order has less of. */
export const weightOf = ({ choices, faults, online }: Order): number =>
  choices.filter((place) => place !== 0).length + faults.length + (online === undefined ? 0 : 1);
