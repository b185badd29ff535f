/** Capability URLs, as the store of a kernel has them: a kept reference and a text, both under the hash of the secret. */
import type { KernelTables } from '@cooperage/kernel';

/** Labels of their rows begin with it. */
export const URL_ROWS = 'gateway.url.';
/** The same for objects that have a name under which URLs of them are issued. */
export const EXPOSED_ROWS = 'gateway.name.';

export interface ShownUrl {
  readonly id: string;
  /** What people call it. */
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly issued: number;
  /** The kernel's name of its object. */
  readonly object: string;
}

export const listUrls = ({ hostNames }: Pick<KernelTables, 'hostNames'>): ShownUrl[] =>
  [...hostNames.list('host', URL_ROWS)].map(([label, text]) => ({
    ...(JSON.parse(text) as Omit<ShownUrl, 'object'>),
    object: hostNames.find('kept', label) ?? '',
  }));
