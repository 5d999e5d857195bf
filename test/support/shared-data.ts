import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real CloudTrail records, read where they stand; tests that need them skip where they are absent. */
export const SHARED_DATA = fileURLToPath(new URL('../../../shared/data', import.meta.url));

export const hasSharedData = existsSync(SHARED_DATA);
