/** Another version of an engine than the one that the histories of vats were made with, and what to do about it. */
import { clip, type EngineName } from '@cooperage/types';

export interface EngineChange {
  readonly engine: EngineName;
  /** The version that ran the vats until now. */
  readonly from: string;
  /** The version that runs them from now on. */
  readonly to: string;
  /** Vats whose histories were made with another version. */
  readonly vats: readonly { readonly vatID: string; readonly name: string }[];
}

const MOST_NAMED = 10;

export const describeEngineChange = ({ engine, from, to, vats }: EngineChange): string => {
  const named = vats
    .slice(0, MOST_NAMED)
    .map(({ vatID, name }) => `"${clip(name, 80)}" (${vatID})`);
  const more = vats.length > MOST_NAMED ? `, and ${vats.length - MOST_NAMED} more` : '';
  return (
    `the version of the engine ${engine} has changed from ${from} to ${to}. ` +
    `The transcripts of these vats were made with the former version: ${named.join(', ')}${more}. ` +
    'A vat whose replay differs from its transcript is quarantined; it loses no data. ' +
    'To find out before, run `cooperage replay DIRECTORY` on a copy (it needs a history). ' +
    'To begin a transcript with this version, give the vat its code again (`cooperage upgrade VAT`), which keeps its durable data, ' +
    'or begin with a new kernel (`--fresh`), or go back to the former version.'
  );
};
