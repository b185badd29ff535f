/** The server of the page: what it answers, and what it does. */
export const textOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const jsonOf = async <T>(response: Response): Promise<T> => {
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
};

/** @returns undefined where there is no such thing */
export const ask = async <T>(path: string): Promise<T | undefined> => {
  const response = await fetch(`/data/${path}`);
  return response.status === 404 ? undefined : jsonOf<T>(response);
};

/** Has the server do what a button stands for. */
export const act = async <T>(what: string): Promise<T> =>
  jsonOf<T>(await fetch(`/do/${what}`, { method: 'POST' }));
