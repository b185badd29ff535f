/** Imports a module whose name is known at run time only. The build of one script has another way (`bundle-thread.mjs`). */
export const importByName = (specifier: string): Promise<unknown> => import(specifier);
