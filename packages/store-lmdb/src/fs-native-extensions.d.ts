/** The one function that is used of a package without types of its own. */
declare module 'fs-native-extensions' {
  /** Locks a byte range of an open file for this descriptor; false where another one holds it. */
  export const tryLock: (fd: number, offset: number, length: number) => boolean;
  const extensions: { readonly tryLock: typeof tryLock };
  export default extensions;
}
