import { DirectoryStore } from '../../shared/adapters/directory-store.ts';

/**
 * A process of its own that puts the same keys as its siblings, with bytes of its own, and prints those it won.
 * Arguments: lake, how many, its name.
 */
const [lake = '', count = '0', name = ''] = process.argv.slice(2);
const store = new DirectoryStore(lake);
const won: number[] = [];
for (let i = 0; i < Number(count); i += 1) {
  const result = await store.putIfAbsent(`k/${i}`, Buffer.from(name.repeat(1000)));
  if (result === 'stored') won.push(i);
}
console.log(JSON.stringify(won));
