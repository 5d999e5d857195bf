/** Whether as many bytes are the same at both places. Reads up to seven bytes beyond short ones, and forgets them. */
export function sameBytes(a: u32, b: u32, length: u32): bool {
  if (length < 8) {
    const beyond = u64(8 - length) * 8;
    return length == 0 || (load<u64>(a) ^ load<u64>(b)) << beyond == 0;
  }
  if (length < 16) {
    const last = length - 8;
    return ((load<u64>(a) ^ load<u64>(b)) | (load<u64>(a + last) ^ load<u64>(b + last))) == 0;
  }
  const last = length - 16;
  for (let i: u32 = 0; i < last; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
  }
  return !v128.any_true(v128.xor(v128.load(a + last), v128.load(b + last)));
}

/** Copies bytes to where up to fifteen more may be overwritten. A call of the system's copy takes longer than most values do this way. */
export function copyBytes(to: u32, from: u32, length: u32): void {
  if (length > 256) {
    memory.copy(to, from, length);
    return;
  }
  for (let i: u32 = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i));
}
