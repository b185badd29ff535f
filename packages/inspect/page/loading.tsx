/** Data that is asked for when it is first shown, and again when what it depends on has changed. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { textOf } from './server.js';

export type Loaded<T> =
  { readonly value: T } | { readonly problem: string } | { readonly waits: true };

/** @param key what the answer depends on */
export const useLoaded = <T,>(key: string, load: () => Promise<T>): Loaded<T> => {
  const [state, setState] = useState<Loaded<T>>({ waits: true });
  useEffect(() => {
    let isWanted = true;
    const show = (next: Loaded<T>): void => {
      if (isWanted) setState(next);
    };
    load().then(
      (value) => show({ value }),
      (error: unknown) => show({ problem: textOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key]);
  return state;
};

/** What is shown of it: the value, that it is being loaded, or why there is none. */
export const When = <T,>({
  loaded,
  doing,
  children,
}: {
  readonly loaded: Loaded<T>;
  /** What is under way meanwhile. */
  readonly doing: string;
  readonly children: (value: T) => ComponentChildren;
}) => {
  if ('value' in loaded) return <>{children(loaded.value)}</>;
  if ('problem' in loaded) return <p class="problem">{loaded.problem}</p>;
  return <p role="status">{doing}…</p>;
};
