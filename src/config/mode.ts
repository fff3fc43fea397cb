/** What tocsin does by itself: learning only warns, dry-run says what it would pause, armed pauses. */
export const MODES = ['learning', 'dry-run', 'armed'] as const;
export type Mode = (typeof MODES)[number];
