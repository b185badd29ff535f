import type { Crank, Delivery, Recording } from '@cooperage/recording';
import type { VatID } from '@cooperage/types';

/** References by what they are called. */
export const withNames = (recording: Recording, text: string): string =>
  text.replace(/\b(?:ko|kp)\d+\b/g, (kref) => {
    const name = recording.nameOf(kref);
    return name === kref ? kref : `${name} (${kref})`;
  });

export const labelOf = (recording: Recording, { message, promises, kind }: Delivery): string => {
  if (message !== undefined) return withNames(recording, message.call);
  if (promises === undefined) return kind;
  return promises
    .map((kp) => {
      const life = recording.promises.get(kp);
      return `${kp} ${life?.state ?? ''} ${withNames(recording, life?.resolution ?? '')}`.trim();
    })
    .join(', ');
};

export const labelOfCrank = (recording: Recording, { delivery, calls, cause }: Crank): string => {
  if (delivery !== undefined) return labelOf(recording, delivery);
  return calls.map(([method]) => method).join(', ') || cause;
};

/** Another crank, as one that leads there. */
export interface Link {
  readonly crank: number;
  readonly vatID: VatID;
  readonly vat: string;
  readonly label: string;
  /** It is none of those that are looked for. */
  readonly isOther?: true;
}

export const linkTo = (recording: Recording, delivery: Delivery): Link[] =>
  delivery.retiredIn === undefined
    ? []
    : [
        {
          crank: delivery.retiredIn,
          vatID: delivery.vatID,
          vat: recording.nameOf(delivery.vatID),
          label: labelOf(recording, delivery),
        },
      ];
