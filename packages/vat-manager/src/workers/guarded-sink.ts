/** What a worker says, checked before anything of the kernel sees it. */
import {
  clip,
  type DeliveryNumber,
  insistConsoleLevel,
  insistDeliveryNumber,
  insistDivergence,
  insistHeapImage,
  insistList,
  insistText,
  insistWorkerExit,
  messageOf,
  type VatWorkerSink,
} from '@cooperage/types';

/** Hears what a worker said, in the shapes of the contract; a record may still be anything. */
export interface CheckedSink extends Required<Omit<VatWorkerSink, 'records'>> {
  /** @param times whatever the worker said of them */
  readonly records: (sent: readonly unknown[], times: readonly unknown[]) => void;
}

export interface GuardPowers {
  readonly sink: CheckedSink;
  /** The worker said what none may say. It is of no use any more. */
  readonly broken: (what: string) => void;
  /** The kernel failed while it handled a message of the worker. */
  readonly failed: (thrown: unknown) => void;
}

/** The delivery in which a vat printed, where its worker says that. */
const insistCrank = (n: unknown): DeliveryNumber | undefined =>
  n === undefined || n === 0
    ? undefined
    : insistDeliveryNumber(n, 'the delivery in which a vat prints');

/** Maximal number of characters of one console message. */
const CONSOLE_CHARACTERS = 1_000_000;

/**
 * A sink that may be called with anything at any time, and never throws: it is called from an event, where
 * nothing catches.
 */
export const guardSink = ({ sink, broken, failed }: GuardPowers): VatWorkerSink => {
  const hearing =
    <Checked extends unknown[]>(
      check: (...said: unknown[]) => [...Checked],
      act: (...checked: Checked) => void,
    ) =>
    (...said: unknown[]): void => {
      let checked: [...Checked];
      try {
        checked = check(...said);
      } catch (thrown) {
        broken(`it sent an invalid message: ${clip(messageOf(thrown))}`);
        return;
      }
      try {
        act(...checked);
      } catch (thrown) {
        failed(thrown);
      }
    };

  return {
    records: hearing(
      (sent, times) => [
        [...insistList(sent, 'records')],
        times === undefined ? [] : [...insistList(times, 'times of records')],
      ],
      (sent, times) => sink.records(sent, times),
    ),
    replayed: hearing(
      (n) => [insistDeliveryNumber(n, 'the delivery that was replayed')],
      (n) => sink.replayed(n),
    ),
    diverged: hearing(
      (divergence) => [insistDivergence(divergence)],
      (divergence) => sink.diverged(divergence),
    ),
    exited: hearing(
      (exit) => [insistWorkerExit(exit)],
      (exit) => sink.exited(exit),
    ),
    console: hearing(
      (level, text, n) => [
        insistConsoleLevel(level),
        insistText(text, 'console text', CONSOLE_CHARACTERS),
        insistCrank(n),
      ],
      (level, text, n) => sink.console(level, text, n),
    ),
    image: hearing(
      (image) => [image === undefined ? undefined : insistHeapImage(image)],
      (image) => sink.image(image),
    ),
  };
};
