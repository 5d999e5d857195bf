import { fileURLToPath } from 'node:url';

/** What `npx trailseal` runs. The tests' set-up and `npm run bench…` bundle it anew. */
export const TRAILSEAL = fileURLToPath(new URL('../../dist/trailseal.js', import.meta.url));
