/** What the page shows, and what it asks for. */
import { signal } from '@preact/signals';
import type { View } from '../src/vats/main.js';

/** The view as JSON has it: numbers for bigints. */
type Plain<T> = T extends bigint
  ? number
  : T extends readonly (infer Each)[]
    ? readonly Plain<Each>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T;

export type Market = Plain<View> & {
  readonly engine: string;
  /** Milliseconds, by the names of instances and zygotes. */
  readonly forkTimes: Readonly<Record<string, number>>;
};
export type Instance = Market['instances'][number];
export type Option = Market['options'][number];

export const market = signal<Market | undefined>(undefined);
export const user = signal('');
export const isConnected = signal(true);
/** The outcome of the newest action. */
export const outcome = signal<{ readonly text: string; readonly isWrong: boolean }>({
  text: '',
  isWrong: false,
});

/** @returns whether it was done */
export const act = async (
  action: string,
  body: Readonly<Record<string, unknown>>,
): Promise<boolean> => {
  try {
    const response = await fetch(`/api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { result, error } = (await response.json()) as { result?: string; error?: string };
    outcome.value = { text: error ?? result ?? '', isWrong: error !== undefined };
    return error === undefined;
  } catch (error) {
    outcome.value = { text: (error as Error).message, isWrong: true };
    return false;
  }
};

export const follow = (): void => {
  const events = new EventSource('/api/events');
  events.onopen = () => {
    isConnected.value = true;
  };
  events.onerror = () => {
    isConnected.value = false;
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    const next = JSON.parse(data) as Market;
    if (user.value === '') user.value = next.users[0]?.user ?? '';
    market.value = next;
  };
};
