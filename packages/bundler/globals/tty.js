/** A vat has no terminal. */
export const isatty = () => false;

export default { isatty };
