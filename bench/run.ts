import { spawn } from 'node:child_process'
import { bundled } from './bundled.ts'

/** Runs a script of this folder as one file: NAME, then the script's own options. */
const [name = '', ...options] = process.argv.slice(2)
const child = spawn(process.execPath, [await bundled(`bench/${name}.ts`), ...options], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
child.once('exit', (code) => (process.exitCode = code ?? 1))
