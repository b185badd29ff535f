/**
 * An unhandled rejection in a vat must not end the process. Node reports such promises
 * at the end of the turn in which the vat ran; what rejects at any other time is the host's own affair,
 * and stays as fatal as it was.
 */
export interface RunningCrank {
  unhandled(reason: unknown): void;
}

let running: RunningCrank | undefined;

export const setRunningCrank = (crank: RunningCrank | undefined): void => {
  running = crank;
};

export const installRejectionTrap = (): void => {
  process.on('unhandledRejection', (reason) => {
    if (running === undefined) throw reason;
    running.unhandled(reason);
  });
};
