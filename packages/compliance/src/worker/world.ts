import type { VatWorkerHost } from '@cooperage/types';

/** What the groups of tests share: the host, and the bundles once they are made. */
export interface WorkerWorld {
  readonly host: VatWorkerHost;
  /** Where vats are that fill their memory. */
  readonly small: VatWorkerHost;
  readonly workshop: string;
  readonly imports: string;
  readonly hostile: string;
  readonly observer: string;
}
