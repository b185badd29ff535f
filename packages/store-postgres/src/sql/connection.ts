/** The database as this package uses it: one session at a time, so that any client library fits. */

/** A statement that is sent often: the server prepares it once for each session, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type SqlRow = Readonly<Record<string, unknown>>;

/** One session. Errors of the server have its SQLSTATE in `code`. */
export interface SqlConnection {
  query(statement: Statement, values?: readonly unknown[]): Promise<readonly SqlRow[]>;
  /** Several statements without parameters, in one transaction. */
  script(text: string): Promise<void>;
  /** Each notification that comes while the session lasts. */
  onNotification(listener: (channel: string, payload: string) => void): void;
  /** Once, when the session has ended and `close` was not called. */
  onEnd(listener: (cause: Error) => void): void;
  /** Idempotent, and never rejects. */
  close(): Promise<void>;
  /** Ends the session without waiting for anything. */
  destroy(): void;
}

/** Begins a session, or rejects with what the server or the operating system says. */
export type Connect = () => Promise<SqlConnection>;
