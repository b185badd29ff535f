/** The clock of the crank: it stands still while the crank runs, as `Date` does. */
export const performance = {
  timeOrigin: 0,
  now: () => Date.now(),
  mark: () => undefined,
  measure: () => undefined,
  clearMarks: () => undefined,
  clearMeasures: () => undefined,
  getEntriesByName: () => [],
  getEntriesByType: () => [],
};
