/** Something happened that the execution model says never happens. */
export class Violation extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Violation';
  }
}

export const insist = (condition: boolean, message: () => string): void => {
  if (!condition) throw new Violation(message());
};
