/**
 * What this worker wants of an engine: that its whole heap is memory which can be copied, and that nothing in
 * it reaches the host but one function. Another build of QuickJS, or another engine, takes the place of the one
 * at hand by implementing this.
 */

/** Why a machine was stopped. It is of no use afterwards. */
export type StopReason = 'exhausted' | 'time-limit' | 'out-of-memory' | 'stopped';

export class MachineStopped extends Error {
  readonly reason: StopReason;
  /** What was running: lines as they are in stacks. */
  readonly at: string;
  constructor(reason: StopReason, message: string, at = '') {
    super(message);
    this.name = 'MachineStopped';
    this.reason = reason;
    this.at = at;
  }
}

/** What the machine is besides its memory. */
export interface MachineState {
  /** Bytes of memory. */
  readonly size: number;
  /** Registers and addresses, for the engine that wrote them. */
  readonly registers: readonly number[];
}

/** Answers a call of the machine's `host(operation, text)`, from inside of it. */
export type HostFunction = (operation: string, text: string) => string | undefined;

export interface MachinePowers {
  readonly host: HostFunction;
  /** Asked now and then while the machine runs. @returns why it must stop, with a message */
  readonly poll: () => readonly [StopReason, string] | undefined;
}

export interface MachineLimits {
  /** Bytes that the heap may grow to. */
  readonly memoryLimit: number;
}

/**
 * What a machine counts while it runs. All builds do the same with a memory, which can go from one to another.
 * * `metered`: every instruction, built-in functions included.
 * * `guarded`: nothing that could be told; but built-in functions, too, ask now and then whether they may go on.
 * * `plain`: nothing. Only code of the vat asks; what a built-in function takes too long for ends with its thread.
 */
export type Build = 'metered' | 'guarded' | 'plain';

/** One heap and what runs on it. Everything is synchronous. */
export interface Machine {
  /**
   * Calls the function that the base program set as `receive`, and does all jobs that follow.
   * @throws {MachineStopped} where it was stopped
   * @throws {Error} where the function threw
   */
  call(operation: string, text: string): string | undefined;
  /** What runs until the next call of this is counted, up to a limit. */
  startMeter(limit: number | undefined): void;
  /** Instructions since then, in a `metered` build. */
  readonly used: number;
  /** Takes away what garbage has left in the memory, so that it takes no room in images. */
  tidy(): void;
  /** The memory as it is: gone with the machine, and with the next call of it. */
  memory(): Uint8Array;
  state(): MachineState;
  /** Bytes of memory. */
  readonly size: number;
}

export interface Engine {
  /** Names the build: images are read by the build that wrote them. */
  readonly id: string;
  /**
   * A machine that has evaluated these compiled scripts. They find a function `host(operation, text)` and leave
   * one `receive`, both of which are taken away before anything else runs.
   */
  boot(programs: readonly Uint8Array[], powers: MachinePowers): Machine;
  /** The compiled form of scripts for {@link boot}, without their texts. */
  compile(script: string, name: string): Uint8Array;
  /**
   * A machine whose memory is what `fill` makes of it.
   * @param fill is given a memory of zeros, or that of the predecessor
   * @param predecessor of the same build and no larger, which was not stopped: its memory and all else that it is made
   *   of are used again, and it is of no use afterwards
   */
  restore(
    state: MachineState,
    fill: (memory: Uint8Array) => void,
    powers: MachinePowers,
    limits: MachineLimits,
    build: Build,
    predecessor?: Machine,
  ): Machine;
}
