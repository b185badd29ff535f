/** The one function that leads out of the engine. */
type Host = (operation: string, text: string) => string | undefined;

const global = globalThis as unknown as { host?: Host };

/** Set by the code that boots the engine, and gone from the global object before anything else runs. */
export const callHost: Host = global.host ?? (() => undefined);
delete global.host;
