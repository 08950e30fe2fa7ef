// Bundles the scripts of the pages: every module in this folder is one page's entry, what they
// share goes into chunks. Names carry the hash of the content, so a browser may keep them for ever.
//
//     node build.mjs INTO
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const into = path.resolve(process.argv[2]);
const entries = (await readdir(here)).filter((name) => name.endsWith(".js")).sort();

const result = await build({
  absWorkingDir: here,
  entryPoints: entries,
  outdir: into,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: ["es2022"],
  entryNames: "[name]-[hash]",
  chunkNames: "shared-[hash]",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
});

const manifest = {};
for (const [file, told] of Object.entries(result.metafile.outputs)) {
  const name = path.basename(file);
  if (told.entryPoint) {
    const imported = told.imports.filter((one) => one.kind === "import-statement");
    manifest[path.basename(told.entryPoint)] = {
      file: name,
      needs: imported.map((one) => path.basename(one.path)),
    };
  }
  if (name.endsWith(".js")) {
    const body = await readFile(path.join(into, name));
    await writeFile(path.join(into, `${name}.gz`), gzipSync(body, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    await writeFile(path.join(into, `${name}.br`), brotliCompressSync(body, { params }));
  }
}
await writeFile(path.join(into, "scripts.json"), JSON.stringify(manifest, null, 1));
