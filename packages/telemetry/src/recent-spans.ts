/** The trace contexts of cranks, beside the kernel: what a crank has caused finds that of its cause. */
import type { SpanContext } from '@opentelemetry/api';

export interface CrankName {
  readonly vatID: string;
  readonly n: number;
}

export interface RecentSpans {
  find(crank: CrankName): SpanContext | undefined;
  keep(crank: CrankName, context: SpanContext): void;
}

const keyOf = ({ vatID, n }: CrankName): string => `${vatID}#${n}`;

/** @param most that are kept: of older cranks the trace ends */
export const makeRecentSpans = (most: number): RecentSpans => {
  const contexts = new Map<string, SpanContext>();
  return {
    find: (crank) => contexts.get(keyOf(crank)),
    keep: (crank, context) => {
      contexts.set(keyOf(crank), context);
      for (const [oldest] of contexts) {
        if (contexts.size <= most) return;
        contexts.delete(oldest);
      }
    },
  };
};
