/** What a crank was about, in few words. */
import type { Crank, Delivery } from '@cooperage/recording';

/** `life`: the beginning, the end or the change of a vat; `undone`: a record that was refused, or a crank over its meter. */
export type GroupOfKind = 'message' | 'answer' | 'garbage' | 'life' | 'undone' | 'host';

const GROUPS: Readonly<Record<Delivery['kind'], GroupOfKind>> = {
  message: 'message',
  notify: 'answer',
  dropExports: 'garbage',
  retireExports: 'garbage',
  retireImports: 'garbage',
  bringOutYourDead: 'garbage',
  startVat: 'life',
  stopVat: 'life',
  changeVatOptions: 'life',
};

export const groupOfKind = ({ cause, delivery }: Crank): GroupOfKind => {
  if (cause === 'refuse' || cause === 'suspend') return 'undone';
  return delivery === undefined ? 'host' : GROUPS[delivery.kind];
};
