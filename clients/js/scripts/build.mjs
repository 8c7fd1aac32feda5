// npm run build: messages from proto/game.proto, one file for browsers and Node, and its types.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const proto = path.join(here, '../../proto/game.proto');
const require = createRequire(import.meta.url);
const tool = (name, ...args) => execFileSync(process.execPath, [require.resolve(name), ...args], { cwd: here, stdio: 'inherit' });

rmSync(path.join(here, 'dist'), { recursive: true, force: true });
mkdirSync(path.join(here, 'generated'), { recursive: true });
// Static code: no eval, so pages with a strict Content-Security-Policy may use it.
tool('protobufjs-cli/bin/pbjs', '-t', 'static-module', '-w', 'esm', '--no-create', '--no-verify', '--no-convert',
  '--no-delimited', '--no-typeurl', '--no-comments', '-o', 'generated/proto.js', proto);
writeFileSync(path.join(here, 'generated/proto.d.ts'), 'export const gamesrv: any;\n');
// For Node and bundlers to be read in a stack trace; for pages to be small.
for (const [file, minify] of [['gamesrv.js', false], ['gamesrv.min.js', true]]) {
  await build({
    entryPoints: [path.join(here, 'src/index.js')],
    outfile: path.join(here, 'dist', file),
    bundle: true,
    minify,
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
}
tool('typescript/lib/tsc.js', '-p', 'tsconfig.json');
