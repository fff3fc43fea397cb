/** What tocsin does by itself: nothing but warn; say what it would pause; pause. */
export const MODES = ['learning', 'dry-run', 'armed'] as const;
export type Mode = (typeof MODES)[number];
