/** The database, in the directory of its store. */
export const DATA_FILE = 'store.mdb';
