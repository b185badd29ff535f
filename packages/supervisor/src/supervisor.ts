/**
 * The supervisor of one vat: deliveries in, one after the other, completion records out. A crank makes
 * no call to the kernel; what it does accumulates here and leaves in one piece when it is over.
 */
import {
  type BuildVatNamespace,
  type CompletionRecord,
  CooperageError,
  type Divergence,
  type GcTools,
  type LiveSlots,
  type LiveSlotsConsole,
  type LiveSlotsOptions,
  type MakeLiveSlots,
  messageOf,
  namesIn,
  type NumberedDelivery,
  type VatDeliveryObject,
  type VatID,
  type VatstoreReader,
  type VatSyscallObject,
} from '@cooperage/types';
import { type CrankLog, makeCrankLog } from './crank/crank-log.js';
import { makeCrossings } from './crank/crossings.js';
import { makeReplayCheck, type ReplayCheck } from './crank/replay-check.js';
import { makeRecordedDeaths, type RecordedDeaths } from './crank/recorded-deaths.js';
import { makeSyscalls } from './crank/syscalls.js';
import type { Ambient } from './vat-globals/ambient.js';
import {
  makeVatstoreLayers,
  type MergingReader,
  type VatstoreRow,
} from './crank/vatstore-layers.js';

export interface SupervisorPowers {
  readonly vatID: VatID;
  readonly makeLiveSlots: MakeLiveSlots;
  readonly liveSlotsOptions?: LiveSlotsOptions;
  /** Handed to `buildRootObject`, with what liveslots adds. */
  readonly vatPowers?: Readonly<Record<string, unknown>>;
  /** The vat's rows of the store, and no others. */
  readonly vatstore: VatstoreReader | MergingReader;
  /** Every row there is when the worker starts, where they are few: then `vatstore` is hardly asked. */
  readonly vatstoreRows?: Iterable<VatstoreRow>;
  /** Evaluates the vat's code and gives it its globals: the only access of the vat to anything outside. */
  readonly buildVatNamespace: BuildVatNamespace;
  readonly gcTools: GcTools;
  readonly console: LiveSlotsConsole;
  /** Told of each crank. */
  readonly ambient?: Pick<Ambient, 'begin'>;
  /** Takes the text of each completion record when its crank is over. */
  readonly emit: (recordText: string) => void;
}

export interface Supervisor {
  /**
   * Runs one crank; resolves when its record was emitted. One at a time. Does nothing once the vat has
   * ended.
   * @param text a `NumberedDelivery`
   * @throws {CooperageError} `BAD_ARGUMENT` for a delivery out of order: the other side has lost count
   */
  deliver(text: string): Promise<void>;
  /**
   * Runs a crank of the past again. Nothing is emitted.
   * @param text a transcript entry, `{"delivery": NumberedDelivery, "record": CompletionRecord}`
   * @returns the first difference; after one the supervisor does nothing more
   */
  replay(text: string): Promise<Divergence | undefined>;
  /** The vat has ended: it exited, failed, or took another course when it was replayed. */
  readonly ended: boolean;
  /** The newest delivery that was taken; 0 for none. */
  readonly newest: number;
}

/** The crank that is running. */
interface Crank {
  readonly n: NumberedDelivery['n'];
  readonly log: CrankLog;
  readonly check: ReplayCheck | undefined;
  exited: boolean;
}

export const makeSupervisor = (powers: SupervisorPowers): Supervisor => {
  const { vatID, makeLiveSlots, gcTools, buildVatNamespace, emit } = powers;
  const vatstore = makeVatstoreLayers(powers.vatstore, powers.vatstoreRows);
  const crossings = makeCrossings();
  let liveSlots: LiveSlots | undefined;
  /** During a replay, if liveslots has no interface for recorded collections. */
  let deaths: RecordedDeaths | undefined;
  let crank: Crank | undefined;
  let newest = 0;
  let newestAcked = 0;
  let ended = false;

  const read = (syscall: VatSyscallObject): string | null | undefined => {
    if (syscall[0] === 'vatstoreGet') return vatstore.get(syscall[1]) ?? null;
    if (syscall[0] === 'vatstoreGetNextKey') return vatstore.getNextKey(syscall[1]) ?? null;
    return undefined;
  };

  /** Keeps up what later cranks depend on. */
  const addToCrossings = (syscall: VatSyscallObject, running: Crank): void => {
    crossings.addSyscall(syscall, running.n);
    if (syscall[0] === 'vatstoreSet') vatstore.set(syscall[1], syscall[2], running.n);
    if (syscall[0] === 'vatstoreDelete') vatstore.delete(syscall[1], running.n);
    if (syscall[0] === 'exit') running.exited = true;
  };

  const syscalls = makeSyscalls(
    (syscall) => {
      const running = crank;
      if (running === undefined) {
        throw new CooperageError('ILLEGAL_SYSCALL', 'a syscall can be made only during a crank');
      }
      const text = JSON.stringify(syscall);
      const answer = running.check === undefined ? read(syscall) : running.check.next(text);
      running.log.add(text, namesIn(syscall), answer);
      addToCrossings(syscall, running);
      return answer;
    },
    () => liveSlots?.replayDeaths !== undefined,
  );

  const insistNext = ({ n, acked }: NumberedDelivery): void => {
    const inOrder = Number.isSafeInteger(n) && (newest === 0 ? n >= 1 : n === newest + 1);
    const ackedInOrder = Number.isSafeInteger(acked) && acked >= newestAcked && acked < n;
    if (inOrder && ackedInOrder && crank === undefined) return;
    throw new CooperageError(
      'BAD_ARGUMENT',
      `delivery ${n} (acked ${acked}) cannot follow delivery ${newest} (acked ${newestAcked})` +
        (crank === undefined ? '' : ' before its crank is over'),
    );
  };

  /** @param isReplay the first crank is one of the past */
  const start = (isReplay: boolean): LiveSlots => {
    if (isReplay) deaths = makeRecordedDeaths(gcTools);
    const started = makeLiveSlots(
      syscalls,
      vatID,
      powers.vatPowers ?? Object.freeze({}),
      powers.liveSlotsOptions ?? {},
      deaths?.gcTools ?? gcTools,
      powers.console,
      buildVatNamespace,
    );
    if (started.replayDeaths !== undefined) endHistory();
    return started;
  };

  const endHistory = (): void => {
    deaths?.release();
    deaths = undefined;
  };

  /** An engine does not collect the same objects each time, so a replay uses the recorded collections. */
  const replayDeaths = async ({ syscalls: past }: CompletionRecord, running: Crank) => {
    if (liveSlots?.replayDeaths === undefined) {
      deaths?.die(past);
      await liveSlots?.dispatch(['bringOutYourDead']);
      return;
    }
    liveSlots.replayDeaths(past);
    for (const [syscall, answer] of past) {
      running.check?.next(JSON.stringify(syscall));
      running.log.add(JSON.stringify(syscall), namesIn(syscall), answer);
      addToCrossings(syscall, running);
    }
  };

  const dispatch = async (
    delivery: VatDeliveryObject,
    past: CompletionRecord | undefined,
    running: Crank,
  ): Promise<void> => {
    liveSlots ??= start(past !== undefined);
    if (past === undefined) endHistory();
    else if (delivery[0] === 'bringOutYourDead') {
      await replayDeaths(past, running);
      return;
    }
    await liveSlots.dispatch(delivery);
  };

  /** @returns the record's text, and how the crank differs from `past` */
  const runCrank = async (
    numbered: NumberedDelivery,
    past?: CompletionRecord,
  ): Promise<{ readonly record: string; readonly divergence: Divergence | undefined }> => {
    insistNext(numbered);
    const { n, acked } = numbered;
    newest = n;
    newestAcked = acked;
    vatstore.advance(acked);
    crossings.advance(acked);
    powers.ambient?.begin(numbered);
    const admitted = crossings.admit(numbered.delivery);
    const check = past === undefined ? undefined : makeReplayCheck(past);
    const running: Crank = { n, log: makeCrankLog(n), check, exited: false };
    let error: string | undefined;
    if (admitted !== undefined) {
      crank = running;
      try {
        await dispatch(admitted, past, running);
      } catch (thrown) {
        error = messageOf(thrown);
      }
      crank = undefined;
    }
    const divergence = check?.finish(error);
    const record = running.log.finish(error);
    ended = running.exited || error !== undefined || running.log.full || divergence !== undefined;
    return { record, divergence };
  };

  return {
    deliver: async (text) => {
      if (ended) return;
      const { record } = await runCrank(JSON.parse(text) as NumberedDelivery);
      emit(record);
    },
    replay: async (text) => {
      if (ended) return undefined;
      const entry = JSON.parse(text) as { delivery: NumberedDelivery; record: CompletionRecord };
      const { divergence } = await runCrank(entry.delivery, entry.record);
      return divergence;
    },
    get ended() {
      return ended;
    },
    get newest() {
      return newest;
    },
  };
};
