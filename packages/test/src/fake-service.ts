import { makeService, type Service, type ServiceCall } from 'cooperage';

/** A call that a vat made of a fake service. */
export interface RecordedCall {
  readonly method: string;
  readonly args: readonly unknown[];
  /** The same where a call is made again after a crash, because its answer was not durable. */
  readonly id: string;
}

/** A service of the scenario's own, with what vats asked of it. */
export interface FakeService {
  /** Oldest first, with those that were made again. */
  readonly calls: readonly RecordedCall[];
  /** Those to one method. */
  callsOf(method: string): readonly RecordedCall[];
}

export type FakeMethods = Readonly<Record<string, (...args: never[]) => unknown>>;

/**
 * A service that answers with the methods given; with `undefined` where there is none of that name.
 */
export const makeFakeService = (
  methods: FakeMethods,
): { readonly service: Service; readonly fake: FakeService } => {
  const calls: RecordedCall[] = [];
  const answer = ({ id, method, args }: ServiceCall): unknown => {
    calls.push({ id, method, args });
    const found = Object.hasOwn(methods, method) ? methods[method] : undefined;
    return (found as ((...given: readonly unknown[]) => unknown) | undefined)?.(...args);
  };
  return {
    // In the background: a service that never answers does not keep the world from coming to rest.
    service: makeService(answer, { background: true }),
    fake: { calls, callsOf: (name) => calls.filter(({ method }) => method === name) },
  };
};
