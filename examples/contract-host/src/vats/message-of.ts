/** What a vat is rejected with may be any data: even its text form could throw. */
export const messageOf = (reason: unknown): string => {
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'string' ? reason : 'no error was given';
};
