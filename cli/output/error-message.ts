import { printable } from './human.ts';

/** What the operating system refuses, in words. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'this is a folder, and a file is wanted',
  ENOSPC: 'the disk is full; make room and run the same command again',
  ENOTDIR: 'this is a file, and a folder is wanted',
  EROFS: 'the disk is read-only',
};

/** An error in words for people, safe to print; with its stack where `TRAILSEAL_DEBUG` asks for it. */
export function errorMessage(error: unknown): string {
  // A message may quote a path or a value, and its lines are the engine's.
  return textOf(error).split('\n').map(printable).join('\n');
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env['TRAILSEAL_DEBUG'] !== undefined) return error.stack ?? error.message;
  if (!isSystemError(error)) return error.message;
  const reason = SYSTEM_ERRORS[error.code ?? ''];
  return reason === undefined ? error.message : `${error.path ?? 'the output'}: ${reason}`;
}

function isSystemError(error: Error): error is NodeJS.ErrnoException {
  return 'syscall' in error;
}
