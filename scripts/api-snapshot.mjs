/**
 * What a package's users can import: every public symbol with its signature, by entry point, as Markdown. `packages/<name>/api.md`
 * holds it, so that a review shows each change of it. `npm run api` writes these files; a test compares them.
 */
import { relative } from 'node:path';
import ts from 'typescript-api';
import { entryPointsOf } from './entry-points.mjs';
import { root } from './workspace.mjs';

const printer = ts.createPrinter({ removeComments: true });

/** The statement that declares a symbol, without comments; of a variable, its whole statement. */
function printed(declaration) {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = printer.printNode(ts.EmitHint.Unspecified, statement, declaration.getSourceFile());
  return text.replace(/^export (default )?/, '').replace(/^declare /, '');
}

/** The package of ours, or the installed one, in which a declaration stands. */
function packageOf(declaration) {
  const file = declaration.getSourceFile().fileName;
  const own = /\/packages\/([\w-]+)\/dist\//.exec(file);
  if (own !== null) return `@ialp/${own[1]}`;
  return /.*\/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//.exec(file)?.[1] ?? relative(root, file);
}

/** The lines of one symbol: its declarations, or where it comes from. */
function describeSymbol(checker, exported, packageName, printedBefore) {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const declarations = symbol.declarations ?? [];
  if (declarations.length === 0) throw new Error(`${packageName}: the export ${exported.name} has no declaration.`);
  const home = packageOf(declarations[0]);
  if (home !== packageName) return `// ${exported.name}: of ${home}`;
  const place = printedBefore.get(symbol);
  if (place !== undefined) return `// ${exported.name}: see ${place.path}`;
  return declarations.map(printed).join('\n');
}

/** The snapshots of packages, by name. @throws {Error} if one is not built. */
export function apiSnapshots(names) {
  const entryPoints = new Map(names.map((name) => [name, entryPointsOf(name)]));
  const program = ts.createProgram(
    [...entryPoints.values()].flat().map(({ types }) => types),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2023.d.ts'],
      types: [],
      skipLibCheck: true,
      noEmit: true,
    },
  );
  const checker = program.getTypeChecker();
  const snapshots = new Map();
  for (const [name, points] of entryPoints) {
    const printedBefore = new Map();
    const sections = points.map(({ path, types }) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(types));
      // An entry point that exports nothing is a program, such as the process that decodes Parquet files.
      const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
      const sorted = symbols.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const lines = sorted.map((symbol) => describeSymbol(checker, symbol, `@ialp/${name}`, printedBefore));
      for (const each of sorted) {
        const symbol = (each.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(each) : each;
        if (!printedBefore.has(symbol)) printedBefore.set(symbol, { path });
      }
      return `## ${path}\n\n\`\`\`ts\n${lines.join('\n')}\n\`\`\`\n`;
    });
    const note = 'Written by `npm run api`: every public symbol, so that a review shows each change.';
    snapshots.set(name, `# The API of @ialp/${name}\n\n${note}\n\n${sections.join('\n')}`);
  }
  return snapshots;
}
