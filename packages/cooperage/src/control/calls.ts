/** Calls that an open kernel answers, by name: looks, changes, messages, and streams. */
import {
  amount,
  anything,
  asError,
  CooperageError,
  didYouMean,
  flag,
  insistOptions,
  isVatID,
  type OptionTable,
  text,
  wholeNumber,
} from '@cooperage/types';
import type { UpgradeVatRequest, VatUpgrade } from '../kernel-api.js';
import { HandledPromise } from '../host/eventual-send.js';
import { insistMessage } from '../host-calls.js';
import { staticNames } from '@cooperage/tools';
import { isLook, LOOKS, performLook, trimIn } from './looks.js';
import { readData, sendableAnswer } from './message.js';
import type { CallContext } from './call-context.js';
import type { ControlParts } from './parts.js';
import { protocolError } from './protocol.js';
import { followLog, watchStats } from './streams.js';
import { upgradeAndReport } from './upgrade-vat.js';
import { issueUrl, revokeUrl } from './urls/url-calls.js';

interface Call {
  readonly table: OptionTable;
  readonly act: (context: CallContext, args: never) => unknown;
}

const call = <Args>(
  table: OptionTable,
  act: (context: CallContext, args: Args) => unknown,
): Call => ({ table, act });

const named = (what: string) => ({ value: text(what), required: true }) as const;
const vat = named('the name of a vat, or its id');

/** How long a running kernel is given to act on a change before it is looked at. */
const SETTLE = 2_000;

/** Lets a change take effect: a kernel that is busy with other things is looked at as it is. */
const settle = async ({ parts: { kernel, manual } }: CallContext): Promise<void> => {
  if (!manual) await kernel.run({ milliseconds: SETTLE });
};

interface SendArgs {
  readonly vat: string;
  readonly method: string;
  readonly args?: unknown;
  readonly wait?: boolean;
}

/** The name in the config of a vat that may be named by its id. */
const staticNameOf = ({ runner }: ControlParts, nameOrID: string): string => {
  const { tables } = runner.core.kernel;
  return isVatID(nameOrID) ? (staticNames(tables).get(nameOrID) ?? nameOrID) : nameOrID;
};

const send = async (context: CallContext, request: SendArgs): Promise<unknown> => {
  const { parts, held } = context;
  const { method, wait = true } = request;
  const args = request.args === undefined ? [] : readData(parts, request.args, 'args');
  insistMessage(method, args);
  const answer = parts.kernel.send(
    staticNameOf(parts, request.vat),
    method,
    args as readonly unknown[],
  );
  if (wait) return { answer: sendableAnswer(parts, await answer, held) };
  // What is wrong with the request is known by then; the answer is for no one.
  const refusals: Error[] = [];
  answer.catch((error: unknown) => void refusals.push(asError(error)));
  await parts.runner.flush();
  if (refusals[0] !== undefined) throw refusals[0];
  return {};
};

interface SendToArgs {
  readonly target: string;
  readonly method?: string;
  readonly args?: unknown;
}

/** What a client may send to: an object of this kernel, or a promise that it was answered with. */
const targetOf = ({ parts, held }: CallContext, target: string): unknown =>
  held.findPromise(target) ?? readData(parts, { body: '#"$0"', slots: [target] }, 'target');

const sendTo = async (context: CallContext, request: SendToArgs): Promise<unknown> => {
  const { parts, held } = context;
  const { method } = request;
  const args = request.args === undefined ? [] : readData(parts, request.args, 'args');
  insistMessage(method ?? 'call', args);
  const target = targetOf(context, request.target);
  const list = [...(args as readonly unknown[])];
  const answer = await (method === undefined
    ? HandledPromise.applyFunction(target, list)
    : HandledPromise.applyMethod(target, method, list));
  return { answer: sendableAnswer(parts, answer, held) };
};

const settled = async (
  { parts, held }: CallContext,
  request: { readonly promise: string },
): Promise<unknown> => {
  const promise = held.findPromise(request.promise);
  if (promise === undefined) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `no answer on this connection contained the promise ${JSON.stringify(request.promise)}`,
    );
  }
  return { answer: sendableAnswer(parts, await promise, held) };
};

interface UpgradeArgs {
  readonly vat: string;
  readonly source: string;
  readonly parameters?: unknown;
  readonly message?: string;
}

const requestOf = (
  parts: ControlParts,
  { source, parameters, message }: UpgradeArgs,
): UpgradeVatRequest => ({
  source,
  ...(parameters !== undefined && { parameters: readData(parts, parameters, 'parameters') }),
  ...(message !== undefined && { upgradeMessage: message }),
});

const NEW_CODE = {
  source: named('the absolute path of a module'),
  parameters: { value: anything },
  message: { value: text('a text') },
} as const;

const trim = async ({ parts }: CallContext, { crank }: { readonly crank: number }) => {
  const { kernel, runner } = parts;
  await runner.whenFree();
  trimIn(kernel.store, crank);
  await runner.flush();
};

const noWakeup = (id: string): CooperageError =>
  new CooperageError(
    'BAD_ARGUMENT',
    `the timer has no wake-up ${JSON.stringify(id)}; "cooperage timers" lists them, and a delay cannot be cancelled from outside`,
  );

const CALLS = {
  about: call({}, ({ parts: { kernel, config } }) => ({
    isNew: kernel.isNew,
    config: config.file ?? null,
    upSeconds: Math.round(process.uptime()),
  })),
  stats: call({}, ({ parts: { kernel } }) => kernel.stats()),
  flush: call({}, async ({ parts: { runner } }) => {
    await runner.whenFree();
    await runner.flush();
  }),
  send: call(
    {
      vat,
      method: named('the name of a method'),
      args: { value: anything },
      wait: { value: flag },
    },
    send,
  ),
  sendTo: call(
    {
      target: named('the kref of an object, or of a promise in an answer'),
      method: { value: text('the name of a method') },
      args: { value: anything },
    },
    sendTo,
  ),
  settled: call({ promise: named('the kref of a promise in an answer') }, settled),
  'meters.topUp': call(
    {
      meter: named('the name of a meter, or its kref'),
      computrons: {
        value: amount('a number of computrons, as a string of digits'),
        required: true,
      },
    },
    async (context, args: { readonly meter: string; readonly computrons: string | number }) => {
      context.parts.kernel.meters.topUp(args.meter, BigInt(args.computrons));
      await settle(context);
    },
  ),
  'quarantine.release': call({ vat }, async (context, args: { readonly vat: string }) => {
    context.parts.kernel.quarantine.release(args.vat);
    await settle(context);
  }),
  'suspension.resume': call({ vat }, async (context, args: { readonly vat: string }) => {
    context.parts.kernel.suspension.resume(args.vat);
    await settle(context);
  }),
  changeOptions: call(
    { vat, options: { value: anything, required: true } },
    async (context, args: { readonly vat: string; readonly options: object }) => {
      await context.parts.kernel.changeOptions(args.vat, args.options);
      await settle(context);
    },
  ),
  terminate: call(
    { vat, reason: named('a text') },
    async (context, args: { readonly vat: string; readonly reason: string }) => {
      context.parts.kernel.quarantine.terminate(args.vat, args.reason);
      await context.parts.runner.flush();
    },
  ),
  upgrade: call({ vat, ...NEW_CODE }, ({ parts }, args: UpgradeArgs): Promise<VatUpgrade> =>
    upgradeAndReport(parts.kernel, args.vat, requestOf(parts, args)),
  ),
  upgradeBundle: call(
    { bundle: named('the name of a bundle of the config'), ...NEW_CODE },
    ({ parts }, args: UpgradeArgs & { readonly bundle: string }) =>
      parts.kernel.upgradeBundle(args.bundle, requestOf(parts, args)),
  ),
  'timers.cancel': call(
    { id: named('the id of a wake-up, as the call "timers" shows it') },
    async ({ parts }, { id }: { readonly id: string }) => {
      await parts.runner.whenFree();
      if (!parts.timer.cancel(id)) throw noWakeup(id);
      await parts.runner.flush();
    },
  ),
  'urls.issue': call(
    {
      object: named('the name of a vat, a name that is exposed, or a kref'),
      label: { value: text('a text for people') },
      page: { value: text('the URL of a page') },
    },
    issueUrl,
  ),
  'urls.revoke': call({ url: named('the id of a URL, or the URL') }, revokeUrl),
  'history.trim': call(
    { crank: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER), required: true } },
    trim,
  ),
  logs: call(
    { vat: { value: text('the name of a vat, or its id') }, follow: { value: flag } },
    followLog,
  ),
  watch: call({ milliseconds: { value: wholeNumber(100, 3_600_000) } }, watchStats),
  stop: call({}, ({ parts }) => {
    setImmediate(parts.requestStop);
  }),
} as const satisfies Readonly<Record<string, Call>>;

/** Every name that can be called. */
export const CALL_NAMES: readonly string[] = [...Object.keys(LOOKS), ...Object.keys(CALLS)].sort();

/**
 * @throws {CooperageError} `CONTROL_PROTOCOL` for a call that there is not, `BAD_ARGUMENT`, and what the call itself
 *   rejects with
 */
export const performCall = async (
  context: CallContext,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  if (isLook(name)) {
    // A large record is retired in slices: in the middle of one the tables are no state of the kernel.
    await context.parts.runner.whenFree();
    return performLook(context.parts.kernel.store, name, args as never);
  }
  if (!Object.hasOwn(CALLS, name)) {
    throw protocolError(
      `there is no call ${JSON.stringify(name.slice(0, 100))}${didYouMean(name.slice(0, 100), CALL_NAMES)} (there are: ${CALL_NAMES.join(', ')})`,
    );
  }
  const { table, act }: Call = CALLS[name as keyof typeof CALLS];
  insistOptions(name, args, table);
  return act(context, args as never);
};
