import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { Pool } from 'pg'

type Glue = typeof import('@prisma/schema-engine-wasm/schema_engine_bg') & { __wbg_set_wasm: (exports: WebAssembly.Exports) => void }

/**
 * The adapter cuts a script at every semicolon, those in comments and function bodies too. Sent whole, PostgreSQL reads it itself,
 * and runs it as one transaction: a migration that fails leaves nothing behind.
 */
class WholeScripts extends PrismaPg {
  override async connect() {
    const connected = await super.connect()
    connected.executeScript = async (script) => {
      await connected.underlyingDriver().query(script)
    }
    return connected
  }
}

/** The package is made for bundlers, which instantiate the module for it; plain Node must do that by hand, once. */
async function loadGlue(): Promise<Glue> {
  const glue = (await import('@prisma/schema-engine-wasm/schema_engine_bg')) as unknown as Glue
  const file = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm').replace(/schema_engine\.js$/, 'schema_engine_bg.wasm')
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  return glue
}

let loaded: Promise<Glue> | undefined

/**
 * Gives `work` Prisma's schema engine, as WebAssembly, bound to a database. The engine of the Prisma CLI would be a download, which a
 * management network cannot make.
 */
export async function withSchemaEngine<T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await (loaded ??= loadGlue())
  const pool = new Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  try {
    const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool))
    const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
    try {
      return await work(engine)
    } finally {
      engine.free()
    }
  } finally {
    await pool.end()
  }
}
