import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { NODE_BUNDLE } from './node-bundle.ts';
import { zipOfOneFile } from './zip.ts';

const LAMBDA_CREDENTIALS = join(import.meta.dirname, 'lambda-credentials.ts');

/**
 * Functions and all they import, AWS SDK included, each as the zip that Lambda runs: what was tested is what runs, whatever
 * SDK the runtime happens to bring, and a cold start reads one file.
 *
 * No source map: zipped, it is twice the code it explains, or two thirds of it without the sources, and Node would read it at
 * every cold start. Names are kept instead (only white space and syntax are minified): a stack trace says which function failed,
 * for a fifth more bytes.
 *
 * `handlers` are `functions/<name>.<export>`, `serviceDir` the folder `functions/` stands in. Made together, because they share most of what
 * there is to read. Returns the zips in the order of the handlers.
 */
export async function zippedFunctions(
  serviceDir: string,
  handlers: readonly string[],
  plugins: Plugin[] = [],
): Promise<Buffer[]> {
  const modules = handlers.map((handler) => handler.slice(0, handler.lastIndexOf('.')));
  const { outputFiles } = await build({
    ...NODE_BUNDLE,
    absWorkingDir: serviceDir,
    entryPoints: Object.fromEntries(modules.map((module) => [module, join(serviceDir, `${module}.ts`)])),
    outdir: serviceDir,
    outExtension: { '.js': '.mjs' },
    write: false,
    plugins,
    alias: { '@aws-sdk/credential-provider-node': LAMBDA_CREDENTIALS },
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'silent',
  });
  return modules.map((module) => {
    const bundle = outputFiles.find(({ path }) => path === join(serviceDir, `${module}.mjs`));
    if (bundle === undefined) throw new Error(`esbuild made nothing of ${module}.ts`);
    return zipOfOneFile(`${module}.mjs`, bundle.contents);
  });
}
