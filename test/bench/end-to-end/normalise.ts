import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// As cli/trailseal.ts starts, and why, is said there.
enableCompileCache();
setFlagsFromString('--heap-growing-percent=100');
setFlagsFromString('--semi-space-growth-factor=1');
await import('./normalise-files.ts');
