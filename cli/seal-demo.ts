import { writeFile } from 'node:fs/promises';
import { DirectoryStore } from '../shared/adapters/directory-store.ts';
import { KeyFileSigner } from '../shared/adapters/key-file-signer.ts';
import { publicKeyList } from '../shared/core/list-public-keys.ts';
import { parsePublicKeys } from '../shared/core/public-keys.ts';
import { samplePublicKeys } from '../shared/core/sample/sample-key.ts';
import { seal } from '../shared/jobs/seal.ts';
import { LOCAL_CHAIN, LOCAL_LOG_BUCKET } from './lake-chain.ts';
import { sealReport } from './output/seal-report.ts';

/**
 * Seals the demo's lake with a key of its own, and writes down all public keys that verifying it takes: the sample's, which stands in for
 * CloudTrail's, and that one. Returns what there is to tell.
 */
export async function sealDemo(lake: string, keyFile: string, publicKeys: string): Promise<string> {
  const signer = new KeyFileSigner(keyFile, { makes: true });
  const ports = { lake: new DirectoryStore(lake), signer, now: Date.now() };
  const summary = await seal(ports, { chain: LOCAL_CHAIN, logBucket: LOCAL_LOG_BUCKET });
  const { value } = await signer.publicKey();
  const own = { value, validFrom: Date.UTC(2000), validTo: Date.UTC(2200) };
  const list = publicKeyList([...parsePublicKeys(samplePublicKeys()), own], (time) =>
    new Date(time).toISOString(),
  );
  await writeFile(publicKeys, `${JSON.stringify(list, undefined, 2)}\n`);
  return sealReport(summary);
}
